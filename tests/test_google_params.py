"""Parameters and tools as Google takes them, and notes on what it does not."""

from __future__ import annotations

from typing import Any

import pytest
from inline_snapshot import snapshot
from msgspec.structs import replace

from nbagent.messages import user
from nbagent.provider import OutputSpec, Request
from nbagent.providers.google.models import capabilities, described, row
from nbagent.providers.google.params import fitted
from nbagent.tools import ToolSpec

WEATHER = ToolSpec("get_weather", "The weather.", {"type": "object", "properties": {"city": {"type": "string"}}})
THIRD, SECOND, FIRST = "gemini-3.8-flash", "gemini-2.5-pro", "gemini-2.0-flash"


def body(model: str = THIRD, *, cloud: bool = False, tools: tuple[ToolSpec, ...] = (), choice: str = "auto", **params: Any) -> tuple[Any, list[str]]:
    found = fitted(Request(model, (user("Hi"),), tools=tools, params=params, tool_choice=choice), cloud=cloud)
    return found.body, found.notes


def test_everybodys_words_and_googles_own_in_both_spellings_become_googles() -> None:
    assert body(
        FIRST, temperature=0, top_p=0.9, topK=5, max_tokens=10, stop="END", seed=1, response_modalities=["TEXT"], safety_settings=[{"category": "X"}],
        cached_content="cachedContents/1", service_tier="flex", presence_penalty=None, timeout=5,
    ) == snapshot((
        {
            "generationConfig": {
                "temperature": 0, "topP": 0.9, "topK": 5, "maxOutputTokens": 10, "stopSequences": ["END"], "seed": 1, "responseModalities": ["TEXT"],
            },
            "safetySettings": [{"category": "X"}], "cachedContent": "cachedContents/1", "serviceTier": "flex",
        },
        [],
    ))  # fmt: skip


def test_what_is_given_as_generation_config_goes_through_as_it_is() -> None:
    assert body(FIRST, generation_config={"brandNew": 1}, temperature=1)[0] == {"generationConfig": {"brandNew": 1, "temperature": 1}}


def test_objects_of_fields_are_joined_with_ours_in_both_spellings() -> None:
    config = {"function_calling_config": {"allowed_function_names": ["get_weather"]}, "retrieval_config": {"language_code": "de"}}
    assert body(FIRST, tools=(WEATHER,), choice="required", tool_config=config)[0]["toolConfig"] == {
        "functionCallingConfig": {"mode": "ANY", "allowedFunctionNames": ["get_weather"]},
        "retrievalConfig": {"language_code": "de"},
    }
    assert body(FIRST, generation_config={"top_k": 3}, top_k=4)[0] == {"generationConfig": {"topK": 4}}


@pytest.mark.parametrize(("name", "cloud"), [("routing_config", False), ("model_armor_config", False), ("store", True)])
def test_what_only_the_other_door_takes_is_left_out_with_a_note(name: str, cloud: bool) -> None:
    assert body(FIRST, cloud=cloud, **{name: True}) == ({}, [f"{name} is taken by {'google' if cloud else 'vertex'} only: it is left out"])
    assert body(FIRST, cloud=not cloud, **{name: True})[1] == []


def test_tools_of_googles_that_only_the_other_door_has_are_left_out_with_a_note() -> None:
    request = Request(FIRST, (user("Hi"),), params={"tools": ["enterprise_web_search", {"file_search": {"stores": []}}]})
    here, there = fitted(request), fitted(request, cloud=True)
    assert (here.body, here.notes) == ({"tools": [{"file_search": {"stores": []}}]}, ["enterprise_web_search is taken by vertex only: it is left out"])
    assert (there.body, there.notes) == ({"tools": [{"enterprise_web_search": {}}]}, ["file_search is taken by google only: it is left out"])


@pytest.mark.parametrize("name", ["parallel_tool_calls", "n", "logit_bias", "candidate_count", "candidateCount"])
def test_what_google_does_not_take_is_left_out_with_a_note_under_the_name_it_was_given(name: str) -> None:
    assert body(FIRST, **{name: 2}) == ({}, [f"gemini-2.0-flash takes no {name}: it is left out"])


@pytest.mark.parametrize(
    ("model", "params", "config", "notes"),
    [
        (THIRD, {}, {"includeThoughts": True}, 0),
        (THIRD, {"thinking_level": "low"}, {"includeThoughts": True, "thinkingLevel": "LOW"}, 0),
        (THIRD, {"thinking_level": "minimal"}, {"includeThoughts": True}, 1),
        ("gemini-3.5-flash", {"thinking_level": "minimal"}, {"includeThoughts": True, "thinkingLevel": "MINIMAL"}, 0),
        (THIRD, {"reasoning_effort": "high"}, {"includeThoughts": True, "thinkingLevel": "HIGH"}, 0),
        (THIRD, {"thinking_level": "high", "thinking_budget": 9}, {"includeThoughts": True, "thinkingLevel": "HIGH"}, 1),
        (THIRD, {"include_thoughts": False}, {"includeThoughts": False}, 0),
        (THIRD, {"thinking_config": {"thinking_level": "LOW", "include_thoughts": False}}, {"includeThoughts": False, "thinkingLevel": "LOW"}, 0),
        (SECOND, {}, {"includeThoughts": True}, 0),
        (SECOND, {"thinking_budget": 0}, {"includeThoughts": False, "thinkingBudget": 0}, 0),
        (SECOND, {"thinking_budget": 512}, {"includeThoughts": True, "thinkingBudget": 512}, 0),
        (SECOND, {"thinking_level": "low"}, {"includeThoughts": True}, 1),
        (SECOND, {"reasoning_effort": "low"}, {"includeThoughts": True, "thinkingBudget": 1024}, 0),
        (SECOND, {"reasoning_effort": "none"}, {"includeThoughts": False, "thinkingBudget": 0}, 0),
        (FIRST, {}, None, 0),
        (FIRST, {"thinking_budget": 512}, None, 1),
        (FIRST, {"reasoning_effort": "high"}, None, 1),
        ("gemini-9-unheard-of", {"thinking_level": "xhigh"}, {"includeThoughts": True, "thinkingLevel": "XHIGH"}, 0),
    ],
)
def test_each_model_thinks_as_it_can(model: str, params: dict[str, Any], config: Any, notes: int) -> None:
    found, said = body(model, **params)
    assert found.get("generationConfig", {}).get("thinkingConfig") == config
    assert len(said) == notes
    assert all(model in note and "left out" in note for note in said)


@pytest.mark.parametrize(
    ("choice", "config"),
    [
        ("auto", None),
        ("none", {"functionCallingConfig": {"mode": "NONE"}}),
        ("required", {"functionCallingConfig": {"mode": "ANY"}}),
        ("get_weather", {"functionCallingConfig": {"mode": "ANY", "allowedFunctionNames": ["get_weather"]}}),
    ],
)
def test_the_choice_of_a_tool_is_googles_mode(choice: str, config: Any) -> None:
    assert body(tools=(WEATHER,), choice=choice)[0].get("toolConfig") == config


@pytest.mark.parametrize(("model", "strict", "mode"), [(THIRD, True, "VALIDATED"), (THIRD, None, None), (THIRD, False, None), (SECOND, True, None)])
def test_a_strict_tool_is_held_to_its_schema_by_the_models_that_can(model: str, strict: bool | None, mode: str | None) -> None:
    found, _ = body(model, tools=(WEATHER, replace(WEATHER, name="other", strict=strict)))
    assert found.get("toolConfig", {}).get("functionCallingConfig", {}).get("mode") == mode


def test_no_tools_no_choice() -> None:
    assert "toolConfig" not in body(choice="required")[0]


def test_functions_are_declared_with_json_schema_and_one_without_parameters_with_none() -> None:
    tools = (WEATHER, ToolSpec("get_time", "The time.", {"type": "object", "properties": {}}))
    assert body(tools=tools)[0]["tools"] == [
        {
            "functionDeclarations": [
                {"name": "get_weather", "description": "The weather.", "parametersJsonSchema": {"type": "object", "properties": {"city": {"type": "string"}}}},
                {"name": "get_time", "description": "The time."},
            ]
        }
    ]


def test_googles_own_tools_go_along_by_name_or_whole() -> None:
    found = fitted(Request(SECOND, (user("Hi"),), params={"tools": ["google_search", {"url_context": {}}]})).body
    assert found["tools"] == [{"google_search": {}}, {"url_context": {}}]
    assert "toolConfig" not in found


def test_googles_own_tools_beside_functions_are_shown_in_the_answer_and_left_out_where_the_model_cannot() -> None:
    def asked(model: str, *, cloud: bool = False) -> tuple[list[str], Any, list[str]]:
        found = fitted(Request(model, (user("Hi"),), tools=(WEATHER,), params={"tools": ["google_search"]}), cloud=cloud)
        return [next(iter(tool)) for tool in found.body["tools"]], found.body.get("toolConfig"), found.notes

    assert asked(THIRD) == (["functionDeclarations", "google_search"], {"includeServerSideToolInvocations": True}, [])
    assert asked(THIRD, cloud=True) == (["functionDeclarations", "google_search"], None, [])
    names, _, (note,) = asked(SECOND)
    assert names == ["functionDeclarations"]
    assert "beside functions" in note


def test_arguments_are_streamed_where_they_can_be_and_that_was_asked_for() -> None:
    streamed = {"stream_function_call_arguments": True}
    assert body(tools=(WEATHER,), cloud=True, **streamed) == (
        body(tools=(WEATHER,), cloud=True)[0] | {"toolConfig": {"functionCallingConfig": {"streamFunctionCallArguments": True}}},
        [],
    )
    for more in ({"cloud": False}, {"cloud": True, "model": SECOND}):
        found, (note,) = body(**{"tools": (WEATHER,), **streamed, **more})  # type: ignore[arg-type]
        assert "toolConfig" not in found
        assert "stream_function_call_arguments" in note


def test_functions_are_not_offered_to_a_model_that_cannot_call_them() -> None:
    found, (note,) = body("gemini-2.5-flash-image", tools=(WEATHER,))
    assert "tools" not in found
    assert "cannot call functions" in note


def test_a_schema_for_the_answer_goes_beside_tools_only_where_the_model_can_hold_both() -> None:
    spec = OutputSpec("place", {"type": "object", "properties": {"city": {"type": "string"}}})
    for model, tools, held in ((THIRD, (WEATHER,), True), (SECOND, (), True), (SECOND, (WEATHER,), False)):
        found = fitted(Request(model, (user("Hi"),), tools=tools, output=spec))
        assert ("responseJsonSchema" in found.body.get("generationConfig", {})) is held
        assert bool(found.notes) is not held


def test_the_table_knows_families_by_their_longest_beginning_and_takes_the_unknown_for_the_newest() -> None:
    assert row("gemini-9") == row("models/gemini-9") == row("projects/p/locations/l/publishers/google/models/gemini-9") == row("")
    assert (row("gemini-2.5-flash-image").thinks, row("gemini-2.5-flash").thinks) == (False, True)
    assert capabilities("gemini-9").output_schema
    assert not capabilities(SECOND).output_schema  # not beside tools
    assert not capabilities("gemma-3-27b-it").tools


def test_a_listed_model_is_told_with_its_own_sizes_and_what_neither_answers_nor_embeds_is_not() -> None:
    listed = {
        "name": "models/gemini-3.8-flash", "displayName": "Gemini 3.8 Flash", "inputTokenLimit": 1048576, "outputTokenLimit": 65536, "thinking": True,
        "supportedGenerationMethods": ["generateContent", "countTokens"],
    }  # fmt: skip
    model = described(listed)
    assert model is not None
    assert (model.id, model.name, model.family) == ("gemini-3.8-flash", "Gemini 3.8 Flash", "")
    assert model.capabilities is not None
    assert (model.capabilities.context_window, model.capabilities.max_output, model.capabilities.reasoning) == (1048576, 65536, True)
    embedding = described({"name": "models/gemini-embedding-2", "supportedGenerationMethods": ["embedContent"]})
    assert embedding is not None
    assert embedding.family == "embedding"
    for other in ({"name": "models/veo-3", "supportedGenerationMethods": ["predictLongRunning"]}, {}, None, {"name": 7}):
        assert described(other) is None
