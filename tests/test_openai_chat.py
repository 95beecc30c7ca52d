"""Claims on Chat Completions: the body that is sent, and where to."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from typing import Any

import pytest

from nbagent.errors import AuthenticationFailed, ConfigError, MissingKey
from nbagent.events import PartDelta, StreamEnded
from nbagent.messages import FilePart, Message, ReasoningPart, TextPart, ToolCallPart, ToolResultPart, assistant, system, tool_message, user
from nbagent.provider import Request
from nbagent.providers.openai.chat import OpenAIChat
from nbagent.providers.openai.chat_messages import Turn
from nbagent.tools import ToolSpec
from tests.wire_server import Answer, WireServer, error

PNG = FilePart("image/png", data=b"\x89PNG")
WEATHER = ToolSpec("weather", "Weather of a city.", {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]})


@pytest.fixture(autouse=True)
def no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in ("OPENAI_API_KEY", "OPENAI_BASE_URL"):
        monkeypatch.delenv(variable, raising=False)


def wire(*messages: Message, url: str | None = None, **fields: Any) -> dict[str, Any]:
    return OpenAIChat(url).to_wire(Request("gpt-x", messages, **fields))


def said(*messages: Message) -> list[dict[str, Any]]:
    return wire(*messages)["messages"]


# -- going out --------------------------------------------------------------------------------------------------------


def test_a_whole_request_is_exactly_this_body() -> None:
    call = ToolCallPart("call_1", "weather", '{"city": "Oslo"}')
    messages = (
        user("Weather?"),
        assistant("Let me see.", call),
        tool_message([ToolResultPart("call_1", "weather", "cold")]),
        assistant("Cold."),
        user("Thanks"),
    )
    assert wire(*messages, instructions="Be brief.", tools=(WEATHER,), params={"seed": 0, "reasoning_effort": "low"}) == {
        "model": "gpt-x",
        "messages": [
            {"role": "system", "content": "Be brief."},
            {"role": "user", "content": "Weather?"},
            {
                "role": "assistant",
                "content": "Let me see.",
                "tool_calls": [{"id": "call_1", "type": "function", "function": {"name": "weather", "arguments": '{"city": "Oslo"}'}}],
            },
            {"role": "tool", "tool_call_id": "call_1", "content": "cold"},
            {"role": "assistant", "content": "Cold."},
            {"role": "user", "content": "Thanks"},
        ],
        "stream": True,
        "stream_options": {"include_usage": True},
        "tools": [
            {
                "type": "function",
                "function": {
                    "name": "weather",
                    "description": "Weather of a city.",
                    "parameters": {**WEATHER.parameters, "additionalProperties": False},
                    "strict": True,
                },
            }
        ],
        "seed": 0,
        "reasoning_effort": "low",
    }


@pytest.mark.parametrize(
    ("choice", "expected"),
    [("auto", None), ("none", "none"), ("required", "required"), ("weather", {"type": "function", "function": {"name": "weather"}})],
)
def test_tool_choice_is_said_in_the_apis_words(choice: str, expected: Any) -> None:
    assert wire(user("x"), tools=(WEATHER,), tool_choice=choice).get("tool_choice") == expected


def test_without_tools_nothing_is_said_of_them() -> None:
    assert not wire(user("x"), tool_choice="required").keys() & {"tools", "tool_choice"}


def test_files_of_a_user_go_as_the_kind_they_are() -> None:
    files = (PNG, FilePart("image/jpeg", url="https://h/cat.jpg"), FilePart("audio/wav", data=b"RIFF"), FilePart("text/csv", data="a,ü".encode(), name="t.csv"))
    (message,) = said(user("Look:", *files, FilePart("application/pdf", data=b"%PDF", name="a.pdf")))
    assert message["content"] == [
        {"type": "text", "text": "Look:"},
        {"type": "image_url", "image_url": {"url": "data:image/png;base64,iVBORw=="}},
        {"type": "image_url", "image_url": {"url": "https://h/cat.jpg"}},
        {"type": "input_audio", "input_audio": {"data": "UklGRg==", "format": "wav"}},
        {"type": "text", "text": "t.csv:\n\na,ü"},
        {"type": "file", "file": {"filename": "a.pdf", "file_data": "data:application/pdf;base64,JVBERg=="}},
    ]


@pytest.mark.parametrize("file", [FilePart("video/mp4", data=b"x"), FilePart("application/pdf", url="https://h/a.pdf")])
def test_a_file_that_the_api_cannot_take_is_refused_in_a_sentence(file: FilePart) -> None:
    with pytest.raises(ConfigError, match=file.media_type):
        wire(user(file))


def test_images_that_tools_made_follow_when_all_calls_are_answered() -> None:
    calls = assistant(ToolCallPart("1", "plot"), ToolCallPart("2", "plot"), ToolCallPart("3", "add"))
    first = tool_message([ToolResultPart("1", "plot", "a figure", files=(PNG,))])
    rest = tool_message([ToolResultPart("2", "plot", "another", files=(PNG,)), ToolResultPart("3", "add", "4")])
    for tail in ((), (user("Well?"),)):
        sent = said(user("go"), calls, first, rest, *tail)
        assert [message["role"] for message in sent] == ["user", "assistant", "tool", "tool", "tool", "user", *("user" for _ in tail)]
        assert [part["type"] for part in sent[5]["content"]] == ["text", "image_url", "text", "image_url"]


def test_a_file_of_a_tool_that_the_api_does_not_take_is_named_and_the_run_goes_on() -> None:
    sent = said(assistant(ToolCallPart("1", "film")), tool_message([ToolResultPart("1", "film", "", files=(FilePart("video/mp4", data=b"x"),))]))
    assert sent[2]["content"][1] == {"type": "text", "text": "[a file of the type video/mp4 was made here]"}


def test_a_call_or_a_result_that_lost_its_other_half_breaks_no_request() -> None:
    calls = assistant(ToolCallPart("1", "f"), ToolCallPart("2", "g"))
    sent = said(user("a"), calls, tool_message([ToolResultPart("2", "g", "4"), ToolResultPart("0", "h", "5")]), user("b"))
    assert [(message["role"], message.get("tool_call_id"), message.get("content")) for message in sent[2:]] == [
        ("tool", "2", "4"), ("tool", "1", "(no result)"), ("user", None, "b"),
    ]  # fmt: skip


def test_names_and_system_messages_are_kept_where_every_server_takes_them() -> None:
    sent = said(system("Now in French."), Message("user", (TextPart("x"),), name="ann"), Message("user", (TextPart("y"),), name="Ann Lee"))
    assert sent == [{"role": "system", "content": "Now in French."}, {"role": "user", "content": "x", "name": "ann"}, {"role": "user", "content": "y"}]


@pytest.mark.parametrize(
    ("arguments", "expected"), [("", "{}"), (" ", "{}"), ('{"a": 1}', '{"a": 1}'), ('{"a": ', '{"not_json":"{\\"a\\": "}'), ("\ud83d", '{"not_json":"?"}')]
)
def test_arguments_that_are_no_json_never_reach_a_server_that_would_read_them(arguments: str, expected: str) -> None:
    (message,) = said(assistant(ToolCallPart("1", "f", arguments)))
    assert message["content"] is None
    assert message["tool_calls"][0]["function"]["arguments"] == expected


def test_an_answer_without_content_is_left_out_and_a_prompt_never() -> None:
    assert said(user(), assistant(), assistant(ReasoningPart("hm")), assistant(TextPart(""))) == [{"role": "user", "content": ""}]


def test_parameters_are_renamed_where_a_vendor_calls_them_otherwise_and_only_there() -> None:
    params = {"max_tokens": 5}
    assert wire(user("x"), params=params)["max_completion_tokens"] == 5
    assert "max_tokens" not in wire(user("x"), params=params)
    assert wire(user("x"), url="http://127.0.0.1:8080/v1", params=params)["max_tokens"] == 5
    mistral = wire(user("x"), url="https://api.mistral.ai/v1", params={"max_completion_tokens": 5})
    assert (mistral["max_tokens"], mistral.get("stream_options")) == (5, None)


def test_a_parameter_that_is_none_is_left_out_and_timeout_is_ours() -> None:
    assert not wire(user("x"), params={"stream_options": None, "temperature": None, "timeout": 3}).keys() & {"stream_options", "temperature", "timeout"}


def test_a_step_costs_what_is_new_in_it(monkeypatch: pytest.MonkeyPatch) -> None:
    turned: list[Message] = []
    real = Turn.__call__
    monkeypatch.setattr(Turn, "__call__", lambda self, message, model: turned.append(message) or real(self, message, model))
    provider, messages = OpenAIChat("http://h/v1"), [user(f"message {number}") for number in range(50)]
    for count in range(1, 51):
        assert len(provider.to_wire(Request("m", tuple(messages[:count])))["messages"]) == count
    assert turned == messages


def test_a_body_is_json_and_the_same_each_time() -> None:
    provider = OpenAIChat("http://h/v1")
    request = Request("m", (user("x", PNG), assistant(ToolCallPart("1", "plot")), tool_message([ToolResultPart("1", "plot", "", files=(PNG,))])))
    assert json.dumps(provider.to_wire(request)) == json.dumps(provider.to_wire(request)) == json.dumps(OpenAIChat("http://h/v1").to_wire(request))


# -- keys, addresses, connections -------------------------------------------------------------------------------------

HELLO = b'data: {"choices":[{"delta":{"content":"hi"}}]}\n\ndata: {"choices":[{"finish_reason":"stop","delta":{}}]}\n\ndata: [DONE]\n\n'


def hear(provider: OpenAIChat, **fields: Any) -> list[Any]:
    async def go() -> list[Any]:
        try:
            return [event async for batch in provider.stream(Request("m", (user("x"),), **fields)) for event in batch]
        finally:
            await provider.aclose()

    return asyncio.run(go())


def test_a_server_of_ones_own_needs_no_key_and_is_found_in_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    with WireServer(HELLO) as server:
        monkeypatch.setenv("OPENAI_BASE_URL", server.url + "/v1")
        provider = OpenAIChat()
        assert hear(provider)[-1] == StreamEnded("stop")
        assert server.requests[0].path == "/v1/chat/completions"
        assert server.requests[0].headers["authorization"] == "Bearer no-key"
        monkeypatch.setenv("OPENAI_API_KEY", "sk-from-environment-1")
        hear(provider)
        assert server.requests[1].headers["authorization"] == "Bearer sk-from-environment-1"


def test_a_server_that_wants_a_key_after_all_is_a_refusal_with_its_words() -> None:
    with WireServer(error(401, "no-key is not a valid key")) as server, pytest.raises(AuthenticationFailed, match="no-key is not a valid key"):
        hear(OpenAIChat(server.url))


def test_openai_itself_needs_a_key() -> None:
    with pytest.raises(MissingKey, match="OPENAI_API_KEY"):
        hear(OpenAIChat())


def test_an_address_that_is_none_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ConfigError, match="Write it whole"):
        OpenAIChat("localhost:8080")
    monkeypatch.setenv("OPENAI_BASE_URL", "localhost:8080")
    with pytest.raises(ConfigError, match="Write it whole"):
        hear(OpenAIChat())


def test_a_key_is_not_in_what_is_shown_of_the_provider() -> None:
    assert "sk-" not in repr(OpenAIChat("http://h/v1", "sk-abcdefgh"))


def test_several_requests_at_once_each_get_their_own_answer() -> None:
    bodies = [HELLO.replace(b"hi", f"answer {number}".encode()) for number in range(8)]

    async def go(provider: OpenAIChat) -> list[str]:
        async def one() -> str:
            return "".join([e.delta async for batch in provider.stream(Request("m", (user("x"),))) for e in batch if isinstance(e, PartDelta)])

        texts = await asyncio.gather(*(one() for _ in bodies))
        await provider.aclose()
        return texts

    with WireServer(*(Answer(body, split=9, delay=0.001) for body in bodies)) as server:
        assert sorted(asyncio.run(go(OpenAIChat(server.url)))) == [f"answer {number}" for number in range(8)]


def test_nothing_of_the_sdk_is_imported_before_the_first_request() -> None:
    code = """if True:
        import sys, nbagent.providers.openai.chat
        nbagent.providers.openai.chat.OpenAIChat("http://h/v1", "k")
        sys.exit(any(name in sys.modules for name in ("openai", "httpx2", "pydantic")))"""
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
