"""Claims on Ollama: the body that is sent, and what its lines mean."""

from __future__ import annotations

import asyncio
import json
from base64 import b64encode
from typing import Any

import pytest

from nbagent.errors import ConfigError, IncompleteStream, ServerFailed
from nbagent.events import Noted, PartDelta, PartFinished, ProviderEvent, StreamEnded, UsageReported
from nbagent.messages import FilePart, Message, ReasoningPart, TextPart, ToolCallPart, ToolResultPart, assistant, system, tool_message, user
from nbagent.provider import OutputSpec, Request
from nbagent.providers.ollama.adapter import Ollama
from nbagent.providers.ollama.decode import OllamaDecoder
from nbagent.tools import ToolSpec
from tests.contract import check_pairs, heard, parts
from tests.wire_lines_ollama import line, said
from tests.wire_server import WireServer

PNG = FilePart("image/png", data=b"\x89PNG")
WEATHER = ToolSpec("weather", "Weather of a city.", {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]})
TIME = ToolSpec("time", "The time.", {"type": "object", "properties": {}})
SCHEMA = {"type": "object", "properties": {"age": {"type": "integer"}}, "required": ["age"]}


@pytest.fixture(autouse=True)
def no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in ("OLLAMA_API_KEY", "OLLAMA_HOST"):
        monkeypatch.delenv(variable, raising=False)


def wire(*messages: Message, **fields: Any) -> dict[str, Any]:
    return Ollama().to_wire(Request("qwen3", messages, **fields))


def sent(*messages: Message) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = wire(*messages)["messages"]
    return found


def notes(**fields: Any) -> list[str]:
    """What a person is told beside the answer."""
    with WireServer(said(done=True)) as server:
        events, failure = asyncio.run(heard(Ollama(server.url), Request("qwen3", (user("x"),), **fields)))
    assert failure is None
    return [event.text for event in events if isinstance(event, Noted)]


def decoded(*lines: bytes, **known: Any) -> tuple[list[ProviderEvent], OllamaDecoder]:
    decoder = OllamaDecoder("qwen3", **known)
    events = decoder.feed(lines)
    return events + (decoder.end() if decoder.failure is None else []), decoder


# -- going out --------------------------------------------------------------------------------------------------------


def test_a_whole_request_is_exactly_this_body() -> None:
    thought = ReasoningPart("Which city?", provider_metadata={"ollama": {"model": "qwen3"}})
    call = ToolCallPart("call_1", "weather", '{"city": "Oslo"}')
    messages = (
        user("Weather?", PNG),
        assistant(thought, "Let me see.", call),
        tool_message([ToolResultPart("call_1", "weather", "cold")]),
        assistant("Cold."),
        user("Thanks"),
    )
    params = {"temperature": 0, "max_tokens": 50, "num_ctx": 8192, "stop": "END", "think": "low", "keep_alive": "10m", "timeout": 9, "seed": None}
    assert wire(*messages, instructions="Be brief.", tools=(WEATHER,), params=params) == {
        "model": "qwen3",
        "messages": [
            {"role": "system", "content": "Be brief."},
            {"role": "user", "content": "Weather?", "images": [b64encode(b"\x89PNG").decode()]},
            {
                "role": "assistant",
                "content": "Let me see.",
                "thinking": "Which city?",
                "tool_calls": [{"id": "call_1", "type": "function", "function": {"name": "weather", "arguments": {"city": "Oslo"}}}],
            },
            {"role": "tool", "tool_name": "weather", "tool_call_id": "call_1", "content": "cold"},
            {"role": "assistant", "content": "Cold."},
            {"role": "user", "content": "Thanks"},
        ],
        "stream": True,
        "tools": [{"type": "function", "function": {"name": "weather", "description": "Weather of a city.", "parameters": WEATHER.parameters}}],
        "think": "low",
        "keep_alive": "10m",
        "options": {"temperature": 0, "num_predict": 50, "num_ctx": 8192, "stop": ["END"]},
    }


def test_reasoning_of_another_model_or_provider_stays_here() -> None:
    other = ReasoningPart("a", provider_metadata={"ollama": {"model": "gpt-oss"}})
    assert sent(user("x"), assistant(other, ReasoningPart("b"), "Hi")) == [{"role": "user", "content": "x"}, {"role": "assistant", "content": "Hi"}]


def test_an_answer_of_which_nothing_can_be_sent_is_left_out() -> None:
    assert sent(user("x"), assistant(ReasoningPart("hm")), user("y")) == [{"role": "user", "content": "x"}, {"role": "user", "content": "y"}]


def test_texts_and_text_files_are_one_text_and_system_messages_keep_their_place() -> None:
    note = FilePart("text/plain", data=b"milk", name="list.txt")
    assert sent(system("A"), user("one", note, "two")) == [
        {"role": "system", "content": "A"},
        {"role": "user", "content": "one\n\nlist.txt:\n\nmilk\n\ntwo"},
    ]


def test_what_tools_made_for_the_eye_follows_when_all_calls_are_answered() -> None:
    results = [ToolResultPart("c1", "plot", "a plot", files=(PNG,)), ToolResultPart("c2", "time", "noon")]
    said_so = sent(user("x"), assistant(ToolCallPart("c1", "plot"), ToolCallPart("c2", "time")), tool_message(results[:1]), tool_message(results[1:]))
    assert [message["role"] for message in said_so] == ["user", "assistant", "tool", "tool", "user"]
    assert said_so[-1]["images"] == [PNG.base64()]


@pytest.mark.parametrize(
    ("file", "reason"),
    [(FilePart("image/png", url="https://x.org/a.png"), "URL"), (FilePart("application/pdf", data=b"%PDF"), "application/pdf")],
)
def test_a_file_that_cannot_be_given_is_refused_before_anything_is_sent(file: FilePart, reason: str) -> None:
    with WireServer(said(done=True)) as server:
        _, failure = asyncio.run(heard(Ollama(server.url), Request("qwen3", (user(file),))))
        assert server.requests == []
    assert isinstance(failure, ConfigError)
    assert reason in str(failure)


def test_broken_arguments_are_shown_to_the_model_that_wrote_them() -> None:
    (call,) = sent(assistant(ToolCallPart("c", "weather", '{"city": ')))[0]["tool_calls"]
    assert call["function"]["arguments"] == {"not_json": '{"city": '}


@pytest.mark.parametrize(("choice", "offered"), [("auto", ["weather", "time"]), ("none", None), ("required", ["weather", "time"]), ("time", ["time"])])
def test_a_choice_of_tools_is_what_is_there_to_choose_from(choice: str, offered: list[str] | None) -> None:
    tools = wire(user("x"), tools=(WEATHER, TIME), tool_choice=choice).get("tools")
    assert (tools and [tool["function"]["name"] for tool in tools]) == offered


def test_a_call_that_cannot_be_required_is_noted() -> None:
    assert notes(tools=(WEATHER,), tool_choice="required") == ["Ollama cannot make a model call a tool: tool_choice='required' is left out."]
    assert notes(tools=(WEATHER,), tool_choice="weather") == []


def test_a_tools_schema_is_written_in_the_keywords_that_ollama_reads() -> None:
    place = {"oneOf": [{"const": "here"}, {"type": "object", "properties": {"const": {"type": "integer"}}}]}
    schema = {"type": "object", "properties": {"at": {"$ref": "#/$defs/Place"}}, "$defs": {"Place": place}}
    read = wire(user("x"), tools=(ToolSpec("go", "Go.", schema), ToolSpec("now", "", {"type": "object"})))["tools"]
    assert read[0]["function"]["parameters"] == {
        "type": "object",
        "properties": {"at": {"anyOf": [{"enum": ["here"]}, {"type": "object", "properties": {"const": {"type": "integer"}}}]}},
    }
    assert read[1]["function"]["parameters"] == {"type": "object", "properties": {}}
    assert schema["$defs"] == {"Place": place}


def test_a_schema_is_the_format_of_the_answer() -> None:
    assert wire(user("x"), output=OutputSpec("Person", SCHEMA))["format"] == SCHEMA
    assert wire(user("x"), tools=(WEATHER,), tool_choice="none", output=OutputSpec("Person", SCHEMA))["format"] == SCHEMA


def test_beside_tools_the_schema_is_told_and_not_forced_since_no_tool_could_be_called() -> None:
    body = wire(user("x"), instructions="Be brief.", tools=(WEATHER,), output=OutputSpec("Person", SCHEMA))
    assert "format" not in body
    assert json.dumps(SCHEMA, separators=(",", ":")) in body["messages"][0]["content"]
    (note,) = notes(tools=(WEATHER,), output=OutputSpec("Person", SCHEMA))
    assert "schema" in note


def test_a_parameter_that_ollama_does_not_have_is_left_out_and_noted() -> None:
    params = {"reasoning_effort": "low", "options": {"new_option": 1}}
    assert wire(user("x"), params=params) == {
        "model": "qwen3",
        "messages": [{"role": "user", "content": "x"}],
        "stream": True,
        "options": {"new_option": 1},
    }
    (note,) = notes(params=params)
    assert note.startswith("Ollama takes no reasoning_effort")


# -- coming in --------------------------------------------------------------------------------------------------------


def test_calls_get_ids_and_their_arguments_stay_in_order() -> None:
    events, _ = decoded(
        said(tool_calls=[{"function": {"name": "a", "arguments": {"z": 1, "b": [1.5, None, "é"]}}}, {"function": {"name": "a", "arguments": {}}}]),
        said(tool_calls=[{"id": "call_x", "function": {"index": 2, "name": "b", "arguments": '{"as": "text"}'}}]),
        said(done=True),
    )
    check_pairs(events)
    calls = parts(events)
    assert [(call.name, call.arguments) for call in calls] == [("a", '{"z": 1, "b": [1.5, null, "é"]}'), ("a", "{}"), ("b", '{"as": "text"}')]
    assert calls[2].id == "call_x"
    assert len({call.id for call in calls}) == 3
    assert events[-1] == StreamEnded("tool_calls")


def test_an_id_that_comes_twice_is_given_once() -> None:
    call = {"id": "call_0", "function": {"name": "a", "arguments": {}}}
    first, second = parts(decoded(said(tool_calls=[call, call]), said(done=True))[0])
    assert first.id == "call_0" != second.id


def test_empty_content_beside_thinking_and_calls_is_no_text() -> None:
    events, _ = decoded(said(thinking="Hm"), said(tool_calls=[{"function": {"name": "a", "arguments": {}}}]), said(), said(done=True))
    assert [type(part) for part in parts(events)] == [ReasoningPart, ToolCallPart]


def test_thinking_knows_whose_it_is_and_goes_back_to_it() -> None:
    events, _ = decoded(said(thinking="Hm"), said(content="Hi"), said(done=True))
    thought, text = parts(events)
    assert sent(assistant(thought, text)) == [{"role": "assistant", "content": "Hi", "thinking": "Hm"}]


def test_an_image_of_the_models_is_a_file() -> None:
    events, _ = decoded(said(content="Here:"), said(images=[b64encode(b"\xff\xd8\xff1").decode()]), said(done=True))
    check_pairs(events)
    assert parts(events) == [TextPart("Here:"), FilePart("image/jpeg", data=b"\xff\xd8\xff1")]


@pytest.mark.parametrize(
    ("reason", "expected"),
    [("stop", StreamEnded("stop")), ("length", StreamEnded("length")), ("load", StreamEnded("stop", "load")), ("unload", StreamEnded("stop", "unload"))],
)
def test_how_it_ended_is_told(reason: str, expected: StreamEnded) -> None:
    events, _ = decoded(line({"model": "m", "message": {"content": "Hi"}, "done": True, "done_reason": reason}))
    assert events[-1] == expected
    assert [event.delta for event in events if isinstance(event, PartDelta)] == ["Hi"]


def test_a_server_of_old_that_gives_no_reason_ended_in_order() -> None:
    assert decoded(line({"model": "m", "done": True}))[0][-1] == StreamEnded("stop")


def test_counts_and_times_are_kept_as_they_came() -> None:
    (usage,) = [event for event in decoded(said(done=True))[0] if isinstance(event, UsageReported)]
    assert usage.raw == {"prompt_eval_count": 120, "eval_count": 15, "total_duration": 9, "load_duration": 1, "prompt_eval_duration": 2, "eval_duration": 6}


def test_a_context_that_is_full_is_noticed() -> None:
    last = {"model": "m", "message": {"content": "Hi"}, "done": True, "prompt_eval_count": 2040, "eval_count": 8}
    events, _ = decoded(line({**last, "done_reason": "length"}), num_ctx=2048)
    assert events[-1] == StreamEnded("context")
    events, _ = decoded(line({**last, "done_reason": "stop"}), num_ctx=2048)
    assert events[-1] == StreamEnded("stop")
    assert [event.kind for event in events if isinstance(event, Noted)] == ["left_out"]
    assert not any(isinstance(event, Noted) for event in decoded(line({**last, "done_reason": "stop"}), num_ctx=4096)[0])


def test_the_context_that_was_asked_for_is_the_one_that_is_watched() -> None:
    with WireServer(said(content="Hi") + said(done=True)) as server:
        events, _ = asyncio.run(heard(Ollama(server.url), Request("qwen3", (user("x"),), params={"num_ctx": 128})))
    assert [event.text[:34] for event in events if isinstance(event, Noted)] == ["The context of 128 tokens is full:"]


def test_half_an_emoji_in_two_lines_is_a_whole_one() -> None:
    events, decoder = decoded(*(b'{"model": "m", "message": {"content": "%b"}, "done": false}' % half for half in (b"\\ud83d", b"\\ude00")), said(done=True))
    assert decoder.failure is None
    assert parts(events) == [TextPart("😀")]


def test_an_error_in_mid_stream_keeps_what_came() -> None:
    events, decoder = decoded(said(content="Hi"), line({"error": "an error was encountered while running the model: GGML_ASSERT"}))
    assert isinstance(decoder.failure, ServerFailed)
    assert [event.delta for event in events if isinstance(event, PartDelta)] == ["Hi"]
    assert not any(isinstance(event, PartFinished) for event in events)


def test_an_answer_that_is_never_done_was_cut() -> None:
    assert isinstance(decoded(said(content="Hi"))[1].failure, IncompleteStream)
