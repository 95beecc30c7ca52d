"""Claims on the vendors' rows: what each is sent, by which name it is known, and what it does not take."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from inline_snapshot import snapshot

from nbagent.messages import FilePart, Message, ReasoningPart, TextPart, ToolCallPart, ToolResultPart, assistant, system, tool_message, user
from nbagent.provider import OutputSpec, Provider, Request, provider_names, resolve
from nbagent.providers.openai import vendors
from nbagent.providers.openai.chat import OpenAIChat
from nbagent.providers.openai.responses import OpenAI
from nbagent.providers.openai.vendor_rows import AZURE, DEEPSEEK, GROQ, MISTRAL, OPENAI_CHAT, OPENROUTER, OWN_SERVER, ROWS, XAI, XAI_RESPONSES, fitted, of_host
from nbagent.tools import ToolSpec

PNG = FilePart("image/png", data=b"\x89PNG")
WEATHER = ToolSpec("weather", "Weather of a city.", {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]})
NAMES = ("azure", "azure-responses", "deepseek", "groq", "mistral", "openrouter", "xai", "xai-responses")


@pytest.fixture(autouse=True)
def no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in NAMES:
        monkeypatch.delenv(f"{name.upper()}_BASE_URL", raising=False)
    monkeypatch.setenv("AZURE_OPENAI_ENDPOINT", "https://a.openai.azure.com")


def body(provider: Any, *messages: Message, model: str = "m", **fields: Any) -> dict[str, Any]:
    wire: dict[str, Any] = provider.to_wire(Request(model, messages, **fields))
    return wire


@pytest.mark.parametrize("name", NAMES)
def test_a_vendor_is_found_by_its_name_and_bears_it(name: str) -> None:
    assert name in provider_names()
    provider, model = resolve(f"{name}:m")
    assert (provider.name, model, isinstance(provider, Provider)) == (name, "m", True)
    assert isinstance(provider, OpenAI if name.endswith("responses") else OpenAIChat)
    assert provider.base_url.startswith("https://")  # type: ignore[attr-defined]
    assert getattr(vendors, name.replace("-", "_"))().name == name


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_a_base_url_is_known_by_its_host_and_only_by_all_of_it(row: Any) -> None:
    assert of_host(row.base_url or f"https://mine.{row.host}/v1", OWN_SERVER) is row
    assert of_host(f"https://{row.host}.evil.example/v1", OWN_SERVER) is OWN_SERVER
    assert of_host(f"https://not{row.host}/v1", OWN_SERVER) is OWN_SERVER


@pytest.mark.parametrize(
    ("row", "model", "given", "taken", "notes"),
    [
        (OPENAI_CHAT, "gpt-6-luna", {"max_tokens": 5, "temperature": 1, "stop": ["x"]}, {"max_completion_tokens": 5}, 2),
        (OPENAI_CHAT, "gpt-4o", {"max_tokens": 5, "temperature": 1, "top_k": 3}, {"max_completion_tokens": 5, "temperature": 1}, 1),
        (OPENAI_CHAT, "gpt-6-luna", {"reasoning": {"effort": "none"}, "temperature": 1}, {"reasoning_effort": "none", "temperature": 1}, 0),
        (AZURE, "o3-mini", {"temperature": 1}, {}, 1),
        (MISTRAL, "mistral-small-latest", {"max_completion_tokens": 5, "seed": 1, "logprobs": True}, {"max_tokens": 5, "random_seed": 1}, 1),
        (DEEPSEEK, "deepseek-reasoner", {"logprobs": True, "temperature": 1}, {"temperature": 1}, 1),
        (GROQ, "llama-3.3-70b", {"logit_bias": {}, "max_tokens": 5}, {"max_completion_tokens": 5}, 1),
        (XAI, "grok-4.5", {"stop": ["x"], "presence_penalty": 1, "reasoning": {"effort": "low"}}, {"reasoning_effort": "low"}, 2),
        (XAI, "grok-3", {"stop": ["x"]}, {"stop": ["x"]}, 0),
        (OPENROUTER, "a/b", {"reasoning": {"max_tokens": 9}, "top_k": 3}, {"reasoning": {"max_tokens": 9}, "top_k": 3}, 0),
        (OWN_SERVER, "qwen3", {"reasoning": {"effort": "low"}, "top_k": 3, "min_p": 0.1}, {"reasoning": {"effort": "low"}, "top_k": 3, "min_p": 0.1}, 0),
    ],
)  # fmt: skip
def test_parameters_are_those_that_the_vendor_takes_and_what_is_left_out_is_noted(row: Any, model: str, given: Any, taken: Any, notes: int) -> None:
    params, said = fitted(row, model, given)
    assert (params, len(said)) == (taken, notes)
    assert all(model in note and "left out" in note for note in said)


@pytest.mark.parametrize(
    ("row", "model", "expected"),
    [
        (OPENAI_CHAT, "gpt-4o-2024-11-20", {"images": True, "reasoning": False, "output_schema": True, "context_window": 128_000}),
        (OPENAI_CHAT, "ft:gpt-4o-mini:me", {"images": True, "reasoning": False}), (OPENAI_CHAT, "gpt-9", {"reasoning": True, "output_schema": True}),
        (OPENAI_CHAT, "text-embedding-3-small", {"tools": False}), (OPENAI_CHAT, "gpt-4o-audio-preview", {"audio": True}),
        (GROQ, "openai/gpt-oss-120b", {"reasoning": True, "output_schema": False}), (GROQ, "groq/compound-mini", {"tools": False}),
        (MISTRAL, "magistral-medium", {"reasoning": True}), (OPENROUTER, "anthropic/claude-x", {"images": True, "output_schema": False}),
        (XAI, "grok-9", {"reasoning": True}), (DEEPSEEK, "deepseek-chat", {"reasoning": False, "tools": True}),
        (OWN_SERVER, "x", {"tools": True, "output_schema": False}),
    ],
)  # fmt: skip
def test_what_a_model_can_do_is_told_by_the_longest_beginning_of_its_name(row: Any, model: str, expected: Any) -> None:
    can = msgspec.structs.asdict(row.model(model).can)
    assert {name: can[name] for name in expected} == expected


# -- bodies -----------------------------------------------------------------------------------------------------------

CALL = ToolCallPart("call_from_elsewhere", "weather", '{"city": "Oslo"}')
CHAIN = (
    user("Weather?"), Message("assistant", (ReasoningPart("hm", provider_metadata={"mistral": {"model": "m", "field": ""}}), TextPart("I look."), CALL)),
    tool_message([ToolResultPart("call_from_elsewhere", "weather", "a map", files=(PNG,))]), user("Well?"),
)  # fmt: skip


def test_mistral_gets_ids_it_takes_thought_as_blocks_and_a_model_between_tool_and_user() -> None:
    wire = body(vendors.mistral(), Message("user", (TextPart("Hi"),), name="ann"), assistant("Hi."), *CHAIN, tools=(WEATHER,), instructions="Be brief.")
    assert wire == snapshot(
        {
            "model": "m",
            "messages": [
                {"role": "system", "content": "Be brief."},
                {"role": "user", "content": "Hi"},
                {"role": "assistant", "content": "Hi."},
                {"role": "user", "content": "Weather?"},
                {
                    "role": "assistant",
                    "content": [{"type": "thinking", "thinking": [{"type": "text", "text": "hm"}]}, {"type": "text", "text": "I look."}],
                    "tool_calls": [{"id": "mWX5LFeZL", "type": "function", "function": {"name": "weather", "arguments": '{"city": "Oslo"}'}}],
                },
                {
                    "role": "tool",
                    "tool_call_id": "mWX5LFeZL",
                    "content": [{"type": "text", "text": "a map"}, {"type": "image_url", "image_url": {"url": "data:image/png;base64,iVBORw=="}}],
                },
                {"role": "assistant", "content": "(no answer)"},
                {"role": "user", "content": "Well?"},
            ],
            "stream": True,
            "tools": [
                {
                    "type": "function",
                    "function": {
                        "name": "weather",
                        "description": "Weather of a city.",
                        "parameters": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]},
                    },
                }
            ],
        }
    )


def test_an_id_that_mistral_takes_is_left_as_it_is() -> None:
    (message,) = body(vendors.mistral(), assistant(ToolCallPart("D681PevKs", "f")))["messages"]
    assert message["tool_calls"][0]["id"] == "D681PevKs"


def test_mistral_takes_documents_and_sound_by_address() -> None:
    files = (FilePart("application/pdf", url="https://h/a.pdf"), FilePart("audio/mpeg", url="https://h/a.mp3"), FilePart("audio/wav", data=b"RIFF"))
    assert body(vendors.mistral(), user(*files))["messages"][0]["content"] == [
        {"type": "document_url", "document_url": "https://h/a.pdf", "document_name": "file.pdf"},
        {"type": "input_audio", "input_audio": "https://h/a.mp3"},
        {"type": "input_audio", "input_audio": "UklGRg=="},
    ]


def test_deepseek_sees_the_thought_behind_every_call_also_where_there_was_none() -> None:
    mine = ReasoningPart("hm", provider_metadata={"deepseek": {"model": "m", "field": "reasoning_content"}})
    sent = body(vendors.deepseek(), Message("assistant", (mine, CALL)), assistant(CALL), Message("assistant", (mine, TextPart("Rain."))))["messages"]
    assert [message.get("reasoning_content") for message in sent if message["role"] == "assistant"] == ["hm", "", None]


def test_openrouter_is_asked_for_the_price_and_its_details_go_back_to_the_same_model() -> None:
    details = [{"type": "reasoning.encrypted", "data": "gAAA", "index": 0}]
    thought = ReasoningPart("", redacted=True, provider_metadata={"openrouter": {"model": "openai/gpt-6", "field": "reasoning", "details": details}})
    messages = (user("a"), Message("assistant", (thought, TextPart("b"))), user("c", FilePart("application/pdf", url="https://h/a.pdf")))
    routing = {"provider": {"order": ["x"]}, "models": ["y"], "transforms": ["middle-out"], "plugins": [{"id": "web"}]}
    wire = body(vendors.openrouter(), *messages, model="openai/gpt-6", params={**routing, "max_completion_tokens": 5})
    assert wire == snapshot(
        {
            "model": "openai/gpt-6",
            "messages": [
                {"role": "user", "content": "a"},
                {"role": "assistant", "content": "b", "reasoning_details": [{"type": "reasoning.encrypted", "data": "gAAA", "index": 0}]},
                {
                    "role": "user",
                    "content": [{"type": "text", "text": "c"}, {"type": "file", "file": {"filename": "file.pdf", "file_data": "https://h/a.pdf"}}],
                },
            ],
            "stream": True,
            "usage": {"include": True},
            "provider": {"order": ["x"]},
            "models": ["y"],
            "transforms": ["middle-out"],
            "plugins": [{"id": "web"}],
            "max_tokens": 5,
        }
    )
    assert "reasoning_details" not in body(vendors.openrouter(), *messages, model="openai/gpt-7")["messages"][1]


def test_claude_behind_openrouter_gets_marks_for_its_cache_and_nobody_else() -> None:
    provider, messages = (
        vendors.openrouter(),
        (user("a"), assistant("b"), user("c"), assistant(CALL), tool_message([ToolResultPart(CALL.id, "weather", "rain")])),
    )
    for _ in range(2):  # what is kept of a message is not changed by a mark
        sent = body(provider, *messages, model="anthropic/claude-x", instructions="Be brief.")["messages"]
        assert sent[0] == {"role": "system", "content": [{"type": "text", "text": "Be brief.", "cache_control": {"type": "ephemeral"}}]}
        assert sent[3] == {"role": "user", "content": [{"type": "text", "text": "c", "cache_control": {"type": "ephemeral"}}]}
        assert str(sent).count("cache_control") == 2
    longer = body(provider, *messages, model="anthropic/claude-x", params={"cache_control": {"type": "ephemeral", "ttl": "1h"}})
    assert longer["messages"][2]["content"][0]["cache_control"]["ttl"] == "1h"
    for params, model in (({"cache_control": None}, "anthropic/claude-x"), ({}, "openai/gpt-6")):
        assert "cache_control" not in str(body(provider, *messages, model=model, params=params))


def test_xais_responses_have_the_instructions_in_the_conversation() -> None:
    wire = body(vendors.xai_responses(), user("a"), model="grok-4.5", instructions="Be brief.", params={"tools": [{"type": "web_search"}]})
    assert wire == snapshot(
        {
            "model": "grok-4.5",
            "store": False,
            "stream": True,
            "input": [{"role": "system", "content": "Be brief."}, {"role": "user", "content": [{"type": "input_text", "text": "a"}]}],
            "tools": [{"type": "web_search"}],
            "include": ["reasoning.encrypted_content"],
        }
    )
    assert XAI_RESPONSES.name != XAI.name, "what one API left is not for the other"


@pytest.mark.parametrize(("provider", "strict"), [(OpenAIChat(), True), (vendors.azure(), True), (vendors.groq(), None), (OpenAIChat("http://h/v1"), None)])
def test_tools_are_strict_where_the_vendor_holds_the_model_to_it(provider: OpenAIChat, strict: bool | None) -> None:
    always = msgspec.structs.replace(WEATHER, strict=True)
    assert [tool["function"].get("strict") for tool in body(provider, user("x"), model="gpt-6", tools=(WEATHER, always))["tools"]] == [strict, True]


def test_an_answer_that_is_to_be_json_is_asked_for_by_its_schema() -> None:
    output = OutputSpec("City", {"type": "object", "properties": {"name": {"type": "string"}}, "required": ["name"]})
    strict = {"type": "object", "properties": {"name": {"type": "string"}}, "required": ["name"], "additionalProperties": False}
    wire = body(vendors.mistral(), user("x"), output=output)
    assert wire["response_format"] == {"type": "json_schema", "json_schema": {"name": "City", "schema": strict, "strict": True}}
    wire = body(OpenAIChat("http://h/v1"), user("x"), output=output)
    assert wire["response_format"] == {"type": "json_schema", "json_schema": {"name": "City", "schema": output.schema, "strict": False}}


def test_a_server_of_ones_own_gets_what_every_server_takes() -> None:
    assert body(OpenAIChat("http://127.0.0.1:8080/v1"), system("s"), user("x"), params={"max_output_tokens": 3}) == {
        "model": "m", "messages": [{"role": "system", "content": "s"}, {"role": "user", "content": "x"}], "stream": True,
        "stream_options": {"include_usage": True}, "max_tokens": 3,
    }  # fmt: skip
