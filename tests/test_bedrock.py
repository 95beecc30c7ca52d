"""Claims on Bedrock's Converse: the body that is sent."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest

from nbagent.errors import ConfigError
from nbagent.events import Noted
from nbagent.messages import (
    Citation,
    FilePart,
    Message,
    ReasoningPart,
    ServerToolPart,
    TextPart,
    ToolCallPart,
    ToolResultPart,
    assistant,
    system,
    tool_message,
    user,
)
from nbagent.provider import OutputSpec, Request
from nbagent.providers.bedrock.adapter import Bedrock
from nbagent.tools import ToolSpec
from tests.contract import heard
from tests.wire_lines import KEY
from tests.wire_lines_bedrock import answer
from tests.wire_server import WireServer

CLAUDE, NEWEST, NOVA, LLAMA = (
    "us.anthropic.claude-sonnet-4-5-20250929-v1:0",
    "anthropic.claude-opus-5-5",
    "amazon.nova-pro-v1:0",
    "meta.llama3-1-8b-instruct-v1:0",
)
PNG = FilePart("image/png", data=b"\x89PNG")
WEATHER = ToolSpec("weather", "Weather of a city.", {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]})
SCHEMA = {"type": "object", "properties": {"age": {"type": "integer"}}, "required": ["age"], "additionalProperties": False}
POINT = {"cachePoint": {"type": "default"}}


def wire(*messages: Message, model: str = LLAMA, **fields: Any) -> dict[str, Any]:
    return Bedrock().to_wire(Request(model, messages, **fields))


def sent(*messages: Message, model: str = LLAMA) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = wire(*messages, model=model)["messages"]
    return found


def notes(model: str, *messages: Message, **fields: Any) -> list[str]:
    """What a person is told beside the answer."""
    with WireServer(b"".join(answer())) as server:
        events, failure = asyncio.run(heard(Bedrock(server.url, KEY), Request(model, messages or (user("x"),), **fields)))
    assert failure is None
    return [event.text for event in events if isinstance(event, Noted)]


def thought(text: str = "Which city?", model: str = CLAUDE, **seen: Any) -> ReasoningPart:
    return ReasoningPart(text, provider_metadata={"bedrock": {"model": model, **(seen or {"signature": "sig"})}})


CALL = ToolCallPart("call_1", "weather", '{"city": "Oslo"}')
CHAIN = (
    user("Weather?", PNG),
    assistant(thought(), "Let me see.", CALL),
    tool_message([ToolResultPart("call_1", "weather", "broken", is_error=True, files=(PNG,))]),
)
IMAGE = {"image": {"format": "png", "source": {"bytes": PNG.base64()}}}


def test_a_whole_request_is_exactly_this_body() -> None:
    params = {
        "max_tokens": 500,
        "temperature": 0,
        "stop": "END",
        "top_k": 5,
        "guardrailConfig": {"guardrailIdentifier": "g"},
        "request_metadata": {"team": "x"},
        "seed": None,
    }
    assert wire(*CHAIN, model=CLAUDE, instructions="Be brief.", tools=(WEATHER,), tool_choice="weather", params=params) == {
        "messages": [
            {"role": "user", "content": [{"text": "Weather?"}, IMAGE]},
            {
                "role": "assistant",
                "content": [
                    {"reasoningContent": {"reasoningText": {"text": "Which city?", "signature": "sig"}}},
                    {"text": "Let me see."},
                    {"toolUse": {"toolUseId": "call_1", "name": "weather", "input": {"city": "Oslo"}}},
                ],
            },
            {"role": "user", "content": [{"toolResult": {"toolUseId": "call_1", "content": [{"text": "broken"}, IMAGE], "status": "error"}}, POINT]},
        ],
        "system": [{"text": "Be brief."}, POINT],
        "toolConfig": {
            "tools": [{"toolSpec": {"name": "weather", "description": "Weather of a city.", "inputSchema": {"json": WEATHER.parameters}}}, POINT],
            "toolChoice": {"tool": {"name": "weather"}},
        },
        "inferenceConfig": {"maxTokens": 500, "temperature": 0, "stopSequences": ["END"]},
        "guardrailConfig": {"guardrailIdentifier": "g"},
        "requestMetadata": {"team": "x"},
        "additionalModelRequestFields": {"top_k": 5},
    }


# -- messages ---------------------------------------------------------------------------------------------------------


def test_turns_alternate_and_results_come_first_in_theirs() -> None:
    turns = sent(user("a"), user("b"), assistant("c", CALL), user("d"), tool_message([ToolResultPart("call_1", "weather", "cold")]), assistant(""), user("e"))
    assert [(turn["role"], [next(iter(block)) for block in turn["content"]]) for turn in turns] == [
        ("user", ["text", "text"]),
        ("assistant", ["text", "toolUse"]),
        ("user", ["toolResult", "text", "text"]),
    ]


def test_system_messages_join_the_instructions() -> None:
    assert wire(system("One."), user("x"), instructions="Two.")["system"] == [{"text": "Two."}, {"text": "One."}]


def test_blank_texts_and_results_are_never_sent() -> None:
    assert sent(user(" \n", "x")) == [{"role": "user", "content": [{"text": "x"}]}]
    (block,) = sent(tool_message([ToolResultPart("c", "t", " ")]))[0]["content"]
    assert block == {"toolResult": {"toolUseId": "c", "content": [{"text": "(nothing)"}]}}


def test_only_models_that_know_it_are_told_that_a_call_failed() -> None:
    assert "status" not in json.dumps(wire(*CHAIN, model=LLAMA))
    assert '"status": "error"' in json.dumps(wire(*CHAIN, model=NOVA))


def test_redacted_reasoning_goes_back_as_it_came() -> None:
    (turn,) = sent(assistant(thought("", redacted="QUJD"), "Hi"), model=CLAUDE)
    assert turn["content"] == [{"reasoningContent": {"redactedContent": "QUJD"}}, {"text": "Hi"}]


@pytest.mark.parametrize(
    "part", [thought(model=NOVA), ReasoningPart("a"), ReasoningPart("a", provider_metadata={"anthropic": {"model": CLAUDE, "signature": "s"}})]
)
def test_reasoning_of_another_model_or_provider_stays_here(part: ReasoningPart) -> None:
    assert sent(assistant(part, "Hi"), model=CLAUDE) == [{"role": "assistant", "content": [{"text": "Hi"}]}]


def test_reasoning_without_the_whole_of_what_followed_it_is_not_sent() -> None:
    cut = Message("assistant", (thought(), TextPart("Hi")), finish_reason="cancelled")
    assert sent(cut, model=CLAUDE) == [{"role": "assistant", "content": [{"text": "Hi"}]}]
    assert sent(user("x"), assistant("Hi", thought()), model=CLAUDE)[1]["content"] == [{"text": "Hi"}]


def test_cited_text_goes_back_with_its_sources_to_the_model_that_gave_them() -> None:
    raw = [{"title": "T", "location": {"web": {"url": "https://x.org"}}}]
    part = TextPart("So it is.", {"bedrock": {"model": CLAUDE, "citations": raw}}, (Citation("https://x.org", "T"),))
    assert sent(assistant(part), model=CLAUDE)[0]["content"] == [{"citationsContent": {"content": [{"text": "So it is."}], "citations": raw}}]
    assert sent(assistant(part), model=NOVA)[0]["content"] == [{"text": "So it is."}]


def test_a_tool_of_awss_goes_back_with_its_result_or_not_at_all() -> None:
    seen = {"model": NOVA, "type": "server_tool_use", "result": {"content": [{"text": "42"}], "type": "nova_grounding_result"}}
    part = ServerToolPart("t1", "nova_grounding", '{"q": 1}', "42", provider_metadata={"bedrock": seen})
    assert sent(assistant(part, "Hi"), model=NOVA)[0]["content"] == [
        {"toolUse": {"toolUseId": "t1", "name": "nova_grounding", "input": {"q": 1}, "type": "server_tool_use"}},
        {"toolResult": {"toolUseId": "t1", "content": [{"text": "42"}], "type": "nova_grounding_result"}},
        {"text": "Hi"},
    ]
    assert sent(assistant(part, "Hi"), model=CLAUDE)[0]["content"] == [{"text": "Hi"}]


def test_ids_of_other_providers_are_made_sendable_the_same_way_in_call_and_result() -> None:
    long = "call|" + "x" * 80
    turns = sent(assistant(ToolCallPart(long, "t")), tool_message([ToolResultPart(long, "t", "ok")]))
    (use,), (result,) = (turn["content"] for turn in turns)
    assert use["toolUse"]["toolUseId"] == result["toolResult"]["toolUseId"]
    assert len(use["toolUse"]["toolUseId"]) == 64


def test_broken_arguments_are_shown_to_the_model_that_wrote_them() -> None:
    (block,) = sent(assistant(ToolCallPart("c", "weather", '{"city": ')))[0]["content"]
    assert block["toolUse"]["input"] == {"not_json": '{"city": '}


# -- files ------------------------------------------------------------------------------------------------------------


def test_documents_have_neutral_names_and_none_twice_and_a_word_beside_them() -> None:
    pdf = FilePart("application/pdf", data=b"%PDF", name="Q3_report: (final).v2.pdf")
    turns = sent(user(pdf, pdf), assistant("ok"), user("again", pdf))
    names = [block["document"]["name"] for turn in turns for block in turn["content"] if "document" in block]
    assert names == ["Q3 report (final) v2", "Q3 report (final) v2 (2)", "Q3 report (final) v2 (3)"]
    assert turns[0]["content"][-1] == {"text": "(a document)"}


@pytest.mark.parametrize(
    ("file", "block"),
    [
        (FilePart("image/jpeg", data=b"1"), {"image": {"format": "jpeg", "source": {"bytes": "MQ=="}}}),
        (FilePart("image/png", url="s3://bucket/a.png"), {"image": {"format": "png", "source": {"s3Location": {"uri": "s3://bucket/a.png"}}}}),
        (FilePart("video/mp4", data=b"1"), {"video": {"format": "mp4", "source": {"bytes": "MQ=="}}}),
        (FilePart("audio/wav", data=b"1"), {"audio": {"format": "wav", "source": {"bytes": "MQ=="}}}),
        (FilePart("text/csv; charset=utf-8", data=b"1", name="a.csv"), {"document": {"format": "csv", "name": "a", "source": {"bytes": "MQ=="}}}),
        (FilePart("text/plain", data=b"milk", name="list.txt"), {"text": "list.txt:\n\nmilk"}),
    ],
)
def test_every_kind_of_file_is_its_block(file: FilePart, block: dict[str, Any]) -> None:
    assert sent(user("x", file))[0]["content"] == [{"text": "x"}, block]


@pytest.mark.parametrize(
    "file", [FilePart("image/png", url="https://x.org/a.png"), FilePart("image/tiff", data=b"1"), FilePart("text/plain", url="https://x.org/a")]
)
def test_a_file_that_cannot_be_given_is_refused_before_anything_is_sent(file: FilePart) -> None:
    with WireServer(b"") as server:
        _, failure = asyncio.run(heard(Bedrock(server.url, KEY), Request(CLAUDE, (user(file),))))
        assert server.requests == []
    assert isinstance(failure, ConfigError)


# -- tools, output, parameters ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("choice", "model", "expected", "noted"),
    [
        ("auto", CLAUDE, None, 0), ("required", CLAUDE, {"any": {}}, 0), ("weather", NOVA, {"tool": {"name": "weather"}}, 0),
        ("required", LLAMA, None, 1), ("weather", LLAMA, None, 1), ("required", "mistral.mistral-large-2407-v1:0", {"any": {}}, 0),
    ],
)  # fmt: skip
def test_a_tool_choice_is_said_where_the_model_takes_it_and_noted_where_not(choice: str, model: str, expected: Any, noted: int) -> None:
    assert wire(user("x"), model=model, tools=(WEATHER,), tool_choice=choice)["toolConfig"].get("toolChoice") == expected
    assert len(notes(model, tools=(WEATHER,), tool_choice=choice)) == noted


def test_a_model_that_thinks_cannot_be_made_to_call() -> None:
    params = {"thinking": {"type": "enabled", "budget_tokens": 2000}}
    assert "toolChoice" not in wire(user("x"), model=CLAUDE, tools=(WEATHER,), tool_choice="required", params=params)["toolConfig"]
    assert len(notes(CLAUDE, tools=(WEATHER,), tool_choice="required", params=params)) == 1


def test_no_tools_are_offered_where_none_may_be_called_unless_the_conversation_holds_calls() -> None:
    assert "toolConfig" not in wire(user("x"), tools=(WEATHER,), tool_choice="none")
    assert "toolConfig" in wire(*CHAIN, tools=(WEATHER,), tool_choice="none")
    (note,) = notes(LLAMA, *CHAIN, tools=(WEATHER,), tool_choice="none")
    assert "forbid" in note


def test_a_conversation_with_calls_names_their_tools_also_where_they_are_gone() -> None:
    (tool,) = wire(*CHAIN)["toolConfig"]["tools"]
    assert tool["toolSpec"]["name"] == "weather"


def test_tools_of_awss_are_sent_as_they_are_given() -> None:
    tools = wire(user("x"), tools=(ToolSpec("a", "", {}),), params={"tools": [{"systemTool": {"name": "nova_grounding"}}]})["toolConfig"]["tools"]
    assert tools == [{"toolSpec": {"name": "a", "inputSchema": {"json": {}}}}, {"systemTool": {"name": "nova_grounding"}}]


def test_a_tool_is_strict_where_that_is_asked_for_and_model_and_schema_can() -> None:
    def specs(model: str) -> list[dict[str, Any]]:
        free = ToolSpec("free", "", {"type": "object", "additionalProperties": True}, strict=True)
        tools = (ToolSpec("held", "", WEATHER.parameters, strict=True), free, WEATHER)
        return [tool["toolSpec"] for tool in wire(user("x"), model=model, tools=tools)["toolConfig"]["tools"] if "toolSpec" in tool]

    held, *others = specs(CLAUDE)
    assert (held["strict"], held["inputSchema"]["json"]["additionalProperties"]) == (True, False)
    assert not any("strict" in spec for spec in [*others, *specs(NOVA)])


def test_references_in_a_tools_schema_are_written_out_for_models_that_follow_none() -> None:
    schema = {"type": "object", "properties": {"at": {"$ref": "#/$defs/Place"}}, "$defs": {"Place": {"type": "string"}}}
    tool = ToolSpec("go", "Go.", schema)
    assert wire(user("x"), model=CLAUDE, tools=(tool,))["toolConfig"]["tools"][0]["toolSpec"]["inputSchema"]["json"] == schema
    inlined = wire(user("x"), model=NOVA, tools=(tool,))["toolConfig"]["tools"][0]["toolSpec"]["inputSchema"]["json"]
    assert inlined == {"type": "object", "properties": {"at": {"type": "string"}}}


def test_a_schema_is_the_format_of_the_answer() -> None:
    said = wire(user("x"), model=CLAUDE, output=OutputSpec("Person", SCHEMA), params={"outputConfig": {"effort": "low"}})["outputConfig"]
    assert said["effort"] == "low"
    assert said["textFormat"]["type"] == "json_schema"
    assert said["textFormat"]["structure"]["jsonSchema"]["name"] == "Person"
    assert json.loads(said["textFormat"]["structure"]["jsonSchema"]["schema"]) == SCHEMA


@pytest.mark.parametrize("output", [OutputSpec("Person", SCHEMA, strict=False), OutputSpec("Free", {"type": "object", "additionalProperties": True})])
def test_a_schema_that_an_answer_cannot_be_held_to_is_told(output: OutputSpec) -> None:
    body = wire(user("x"), model=CLAUDE, instructions="Hi", output=output)
    assert "outputConfig" not in body
    assert json.dumps(output.schema, separators=(",", ":")) in body["system"][1]["text"]


def test_a_parameter_that_the_model_does_not_take_is_left_out_and_noted() -> None:
    assert "inferenceConfig" not in wire(user("x"), model=NEWEST, params={"temperature": 0.5, "top_p": 1})
    assert notes(NEWEST, params={"temperature": 0.5}) == [f"{NEWEST} takes no temperature: it is left out."]
    assert notes(LLAMA, params={"effort": "low"}) == [f"{LLAMA} takes no effort: it is left out."]


@pytest.mark.parametrize(
    ("model", "expected"),
    [
        (NEWEST, {"outputConfig": {"effort": "low"}}),
        ("openai.gpt-oss-120b-1:0", {"additionalModelRequestFields": {"reasoning_effort": "low"}}),
        ("us.amazon.nova-2-lite-v1:0", {"additionalModelRequestFields": {"reasoningConfig": {"type": "enabled", "maxReasoningEffort": "low"}}}),
    ],
)
def test_an_effort_is_said_in_the_words_of_each_family(model: str, expected: dict[str, Any]) -> None:
    body = wire(user("x"), model=model, params={"effort": "low"})
    assert {key: body[key] for key in expected} == expected


def test_thinking_and_what_else_is_the_models_goes_to_the_model() -> None:
    thinking = {"type": "enabled", "budget_tokens": 2000}
    assert wire(user("x"), params={"thinking": thinking, "additionalModelRequestFields": {"a": 1}})["additionalModelRequestFields"] == {
        "a": 1,
        "thinking": thinking,
    }


@pytest.mark.parametrize(("model", "marked"), [(CLAUDE, 3), (NOVA, 2), (LLAMA, 0), ("anthropic.claude-3-haiku-20240307-v1:0", 0)])
def test_cache_points_stand_where_the_model_takes_them(model: str, marked: int) -> None:
    def points(**params: Any) -> int:
        return json.dumps(wire(user("x"), model=model, instructions="Hi", tools=(WEATHER,), params=params)).count("cachePoint")

    assert points() == points(cache_point=True) == marked
    assert points(cache_point=None) == points(cache_point=False) == 0
    assert points(cache_point={"type": "default", "ttl": "1h"}) == marked


def test_what_is_kept_of_a_message_is_never_changed() -> None:
    provider, request = Bedrock(), Request(CLAUDE, (user("x"), user("y")))
    assert provider.to_wire(request) == provider.to_wire(request)


@pytest.mark.parametrize(
    ("model", "tools", "schema", "reasoning"),
    [
        ("anthropic.claude-3-haiku-20240307-v1:0", True, False, False), (CLAUDE, True, True, True), (NEWEST, True, True, True), (NOVA, True, False, False),
        ("arn:aws:bedrock:us-east-1:123456789012:inference-profile/eu.anthropic.claude-3-7-sonnet-20250219-v1:0", True, False, True),
        ("deepseek.r1-v1:0", False, False, True), ("deepseek.v3.2", True, True, True), ("mistral.mixtral-8x7b-instruct-v0:1", False, False, False),
        ("openai.gpt-5.6-luna", True, True, True), ("brand.new-model", True, False, True),
    ],
)  # fmt: skip
def test_the_table_knows_families_behind_any_region(model: str, tools: bool, schema: bool, reasoning: bool) -> None:
    can = Bedrock().capabilities(model)
    assert (can.tools, can.output_schema, can.reasoning) == (tools, schema, reasoning)
