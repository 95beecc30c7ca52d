"""Claims on Chat Completions: the body that is sent, and what its many vendors' streams become."""

from __future__ import annotations

import asyncio
import itertools
import json
import subprocess
import sys
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nbagent.errors import AuthenticationFailed, ConfigError, IncompleteStream, MissingKey, Overloaded, ServerFailed
from nbagent.events import PartDelta, PartFinished, PartStarted, StreamEnded, UsageReported
from nbagent.messages import FilePart, Message, ReasoningPart, TextPart, ToolCallPart, ToolResultPart, Usage, assistant, system, tool_message, user
from nbagent.provider import Request
from nbagent.providers import openai_chat
from nbagent.providers.openai_chat import OpenAIChat
from nbagent.providers.openai_chat_stream import ChatDecoder, cost_of, usage_of
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
    assert wire(*messages, instructions="Be brief.", tools=(WEATHER,), params={"temperature": 0, "reasoning_effort": "low"}) == {
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
        "tools": [{"type": "function", "function": {"name": "weather", "description": "Weather of a city.", "parameters": WEATHER.parameters}}],
        "temperature": 0,
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


def test_an_empty_message_is_still_one() -> None:
    assert said(user(), assistant(), assistant(ReasoningPart("hm"))) == [
        {"role": "user", "content": ""},
        {"role": "assistant", "content": ""},
        {"role": "assistant", "content": ""},
    ]


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
    real = openai_chat._turned
    monkeypatch.setattr(openai_chat, "_turned", lambda message, model: turned.append(message) or real(message, model))
    provider, messages = OpenAIChat("http://h/v1"), [user(f"message {number}") for number in range(50)]
    for count in range(1, 51):
        assert len(provider.to_wire(Request("m", tuple(messages[:count])))["messages"]) == count
    assert turned == messages


def test_a_body_is_json_and_the_same_each_time() -> None:
    provider = OpenAIChat("http://h/v1")
    request = Request("m", (user("x", PNG), assistant(ToolCallPart("1", "plot")), tool_message([ToolResultPart("1", "plot", "", files=(PNG,))])))
    assert json.dumps(provider.to_wire(request)) == json.dumps(provider.to_wire(request)) == json.dumps(OpenAIChat("http://h/v1").to_wire(request))


# -- coming in --------------------------------------------------------------------------------------------------------


def chunk(delta: dict[str, Any] | None = None, finish: str | None = None, **more: Any) -> dict[str, Any]:
    return {"id": "r", "model": "m-1", "choices": [] if delta is None else [{"index": 0, "delta": delta, "finish_reason": finish}], **more}


def calling(*calls: dict[str, Any]) -> dict[str, Any]:
    return chunk({"tool_calls": list(calls)})


def fn(name: str | None = None, arguments: Any = None, **more: Any) -> dict[str, Any]:
    return {**more, "function": {key: value for key, value in (("name", name), ("arguments", arguments)) if value is not None}}


def read(*chunks: dict[str, Any] | bytes, finish: str | None = "stop", model: str = "m") -> tuple[list[Any], ChatDecoder]:
    """The events of a stream of these chunks, closed by a finish reason and [DONE]."""
    payloads = [c if isinstance(c, bytes) else json.dumps(c).encode() for c in chunks]
    if finish is not None:
        payloads += [json.dumps(chunk({}, finish)).encode(), b"[DONE]"]
    decoder = ChatDecoder(model)
    events = decoder.feed(payloads)
    return (events if decoder.failure is not None else events + decoder.end()), decoder


def parts(*chunks: dict[str, Any] | bytes, **options: Any) -> list[Any]:
    events, decoder = read(*chunks, **options)
    assert decoder.failure is None
    started = [event.index for event in events if isinstance(event, PartStarted)]
    finished = {event.index: event.part for event in events if isinstance(event, PartFinished)}
    assert sorted(started) == sorted(finished) == list(range(len(started)))
    return [finished[index] for index in sorted(finished)]


def calls(*chunks: dict[str, Any] | bytes) -> list[tuple[str, str, str]]:
    found = [(part.id, part.name, part.arguments) for part in parts(*chunks, finish="tool_calls") if isinstance(part, ToolCallPart)]
    assert len({id_ for id_, _, _ in found}) == len(found)
    return [("made" if len(id_) == 29 and id_.startswith("call_") else id_, name, arguments) for id_, name, arguments in found]


def test_a_call_as_openai_streams_it() -> None:
    assert calls(calling(fn("f", "", index=0, id="a", type="function")), calling(fn(None, '{"x"', index=0)), calling(fn(None, ":1}", index=0))) == [
        ("a", "f", '{"x":1}')
    ]


def test_deltas_of_several_calls_may_be_mixed() -> None:
    deltas = [calling(fn(n, "", index=i, id=n)) for i, n in enumerate("ab")] + [calling(fn(None, c, index=i)) for c in "[12]" for i in (1, 0)]
    assert calls(*deltas) == [("a", "a", "[12]"), ("b", "b", "[12]")]


@pytest.mark.parametrize("together", [True, False])
@pytest.mark.parametrize("index", [{}, {"index": 0}, {"index": None}])
@pytest.mark.parametrize("names", [("f", "g"), ("f", "f")])
def test_whole_calls_without_an_index_or_all_with_the_same_are_told_apart(names: tuple[str, str], index: dict[str, Any], together: bool) -> None:
    for ids in ([{}, {}], [{"id": "a"}, {"id": "b"}], [{"id": ""}, {"id": ""}]):
        deltas = [fn(name, f'{{"n": {number}}}', **index, **ids[number]) for number, name in enumerate(names)]
        found = calls(calling(*deltas)) if together else calls(*map(calling, deltas))
        assert [(name, arguments) for _, name, arguments in found] == [(names[0], '{"n": 0}'), (names[1], '{"n": 1}')]
        assert [id_ for id_, _, _ in found] == [id_.get("id") or "made" for id_ in ids]


def test_arguments_in_pieces_without_an_index_belong_to_the_last_call() -> None:
    assert calls(calling(fn("f", "", id="a")), calling(fn(None, '{"x"')), calling(fn(None, ": 1}")), calling(fn("g", "{", id="b")), calling(fn(None, "}"))) == [
        ("a", "f", '{"x": 1}'),
        ("b", "g", "{}"),
    ]


def test_pieces_that_name_only_the_id_belong_to_its_call() -> None:
    deltas = [fn("f", "", id="a"), fn("g", "", id="b"), fn(None, "{", id="a"), fn(None, "{", id="b"), fn(None, "}", id="a"), fn(None, "}", id="b")]
    assert calls(*map(calling, deltas)) == [("a", "f", "{}"), ("b", "g", "{}")]


def test_an_id_and_a_name_that_come_again_with_every_piece_are_one_call() -> None:
    assert calls(*(calling(fn("f", piece, index=0, id="a")) for piece in ("", '{"x"', ": ", "1}", ""))) == [("a", "f", '{"x": 1}')]


def test_a_name_that_comes_late_or_in_pieces_is_put_together() -> None:
    assert calls(calling({"index": 0, "id": "a"}), calling(fn(None, "{", index=0)), calling(fn("f", "}", index=0))) == [("a", "f", "{}")]
    assert calls(calling(fn("get_", "", index=0, id="a")), calling(fn("weather", "", index=0)), calling(fn(None, "{}", index=0))) == [
        ("a", "get_weather", "{}")
    ]
    assert calls(calling(fn("get_", "", index=0, id="a")), calling(fn("get_weather", "{}", index=0))) == [("a", "get_weather", "{}")]


def test_an_id_that_comes_after_the_name_is_the_calls() -> None:
    assert calls(calling(fn("f", index=0)), calling({"index": 0, "id": "a"}), calling(fn(None, "{}", index=0))) == [("a", "f", "{}")]


def test_a_call_without_id_gets_one_and_keeps_it() -> None:
    events, _ = read(calling(fn("f", "{", index=0)), calling(fn(None, "}", index=0, id="late")), finish="tool_calls")
    (started,) = [event.part.id for event in events if isinstance(event, PartStarted)]
    (finished,) = [event.part.id for event in events if isinstance(event, PartFinished)]
    assert started == finished != "late"


def test_an_id_that_is_given_twice_is_made_another() -> None:
    found = calls(calling(fn("f", "{}", index=0, id="same")), calling(fn("g", "{}", index=1, id="same")))
    assert found == [("same", "f", "{}"), ("made", "g", "{}")]


def test_arguments_that_are_an_object_are_its_json_text() -> None:
    ((id_, name, arguments),) = calls(calling(fn("f", {"x": [1, "ü"]}, id="a")))
    assert (id_, name, json.loads(arguments)) == ("a", "f", {"x": [1, "ü"]})


def test_a_call_without_arguments_is_one_and_one_without_anything_is_none() -> None:
    assert calls(calling(fn("f", index=0, id="a")), calling({"index": 1}), calling({"index": 2, "function": None})) == [("a", "f", "")]


def test_a_call_without_a_name_is_not_lost() -> None:
    assert calls(calling(fn(None, "{}", index=0, id="a"))) == [("a", "", "{}")]


@given(st.lists(st.tuples(st.integers(0, 2), st.sampled_from(["id", "name", "piece", "id+name", "all"])), max_size=14))
def test_calls_in_any_order_of_their_pieces_lose_nothing(steps: list[tuple[int, str]]) -> None:
    deltas, told = [], {0: "", 1: "", 2: ""}
    for number, (index, what) in enumerate(steps):
        delta: dict[str, Any] = {"index": index}
        if "id" in what or what == "all":
            delta["id"] = f"id{index}"
        function: dict[str, Any] = {}
        if "name" in what or what == "all":
            function["name"] = f"f{index}"
        if what in ("piece", "all"):
            function["arguments"] = f"<{number}"
            told[index] += f"<{number}"
        deltas.append(calling(delta | {"function": function}))
    found = [part for part in parts(*deltas) if isinstance(part, ToolCallPart)]
    assert sorted(part.arguments for part in found if part.arguments) == sorted(text for text in told.values() if text)
    assert len(found) <= 3


@pytest.mark.parametrize("field", ["reasoning_content", "reasoning"])
def test_reasoning_comes_under_two_names_and_goes_back_under_the_same_to_the_same_model(field: str) -> None:
    call = calling(fn("f", "{}", index=0, id="a"))
    thought, called = parts(chunk({field: "Let me ", "content": ""}), chunk({field: "see.", "content": None}), call, finish="tool_calls", model="gpt-x")
    assert thought.text == "Let me see."
    messages = (assistant(thought, called), tool_message([ToolResultPart("a", "f", "1")]))
    assert wire(*messages)["messages"][0][field] == "Let me see."
    assert field not in OpenAIChat().to_wire(Request("other", messages))["messages"][0]
    assert field not in said(assistant(thought, TextPart("Done.")))[0], "wanted back between a call and its result only"


def test_reasoning_and_text_in_turns_are_parts_in_order() -> None:
    found = parts(chunk({"reasoning": "a", "content": "b"}), chunk({"content": "c"}), chunk({"reasoning": "d"}), chunk({"content": "e"}))
    assert [(type(part), part.text) for part in found] == [(ReasoningPart, "a"), (TextPart, "bc"), (ReasoningPart, "d"), (TextPart, "e")]


def test_reasoning_details_are_joined_and_go_back_as_they_came() -> None:
    def detail(**fields: Any) -> dict[str, Any]:
        return chunk({"reasoning_details": [fields]})

    thought, text = parts(
        detail(type="reasoning.text", text="Let ", index=0, format="x"),
        detail(type="reasoning.text", text="me.", index=0, signature=None),
        detail(type="reasoning.text", index=0, signature="sig"),
        detail(type="reasoning.encrypted", data="AB", index=1),
        detail(type="reasoning.encrypted", data="CD", index=1),
        chunk({"content": "Done."}),
        model="gpt-x",
    )
    assert thought.text == "Let me."
    assert said(assistant(thought, text)) == [
        {
            "role": "assistant",
            "content": "Done.",
            "reasoning_details": [
                {"type": "reasoning.text", "text": "Let me.", "index": 0, "format": "x", "signature": "sig"},
                {"type": "reasoning.encrypted", "data": "ABCD", "index": 1},
            ],
        }
    ]


def test_reasoning_that_is_encrypted_only_is_a_redacted_part() -> None:
    (thought,) = parts(chunk({"reasoning_details": [{"type": "reasoning.encrypted", "data": "x"}]}))
    assert (thought.text, thought.redacted) == ("", True)


def test_a_signature_beside_a_call_goes_back_with_it() -> None:
    extra = {"google": {"thought_signature": "sig"}}
    (call,) = parts(calling(fn("f", "{}", index=0, id="a", extra_content=extra)), finish="tool_calls", model="gpt-x")
    assert said(assistant(call))[0]["tool_calls"][0]["extra_content"] == extra
    assert "extra_content" not in OpenAIChat().to_wire(Request("other", (assistant(call),)))["messages"][0]["tool_calls"][0]


def test_content_in_blocks_is_thinking_and_text() -> None:
    thinking = {"type": "thinking", "thinking": [{"type": "text", "text": "Hm."}]}
    found = parts(chunk({"content": [thinking]}), chunk({"content": [{"type": "text", "text": "a"}, "b", ["c"], 7, {"type": "image"}]}))
    assert [(type(part), part.text) for part in found] == [(ReasoningPart, "Hm."), (TextPart, "abc")]


def test_half_characters_are_joined_across_deltas_in_text_and_arguments() -> None:
    halves = [b'{"choices":[{"delta":{"content":"%b"}}]}' % text for text in (b"\\ud83d", b"\\ude00!", b"\\ud83d")]
    call = [
        b'{"choices":[{"delta":{"tool_calls":[{"index":0,"id":"a","function":{"name":"f","arguments":"%b"}}]}}]}' % text
        for text in (b'\\"\\ud83d', b'\\ude00\\"')
    ]
    text, called = parts(*halves, *call)
    assert (text.text, called.arguments) == ("😀!\ufffd", '"😀"')
    deltas = [event.delta for event in read(*halves, *call)[0] if isinstance(event, PartDelta)]
    assert all(delta == delta.encode("utf-8", "replace").decode() for delta in deltas)


@pytest.mark.parametrize(
    ("said_by_vendor", "reason", "detail"),
    [
        ("stop", "stop", ""), ("length", "length", ""), ("max_tokens", "length", ""), ("content_filter", "content_filter", ""), ("STOP", "stop", ""),
        ("end_turn", "stop", ""), ("odd", "stop", "odd"), ("tool_calls", "stop", ""), ("model_context_window_exceeded", "context", ""),
    ],
)  # fmt: skip
def test_finish_reasons_are_told_in_our_words(said_by_vendor: str, reason: str, detail: str) -> None:
    assert read(chunk({"content": "x"}), finish=said_by_vendor)[0][-1] == StreamEnded(reason, detail)


@pytest.mark.parametrize("finish", ["stop", "tool_calls", "function_call", "odd"])
def test_an_answer_with_calls_ends_in_calls_whatever_the_vendor_says(finish: str) -> None:
    assert read(calling(fn("f", "{}", index=0, id="a")), finish=finish)[0][-1].finish_reason == "tool_calls"


def test_calls_that_were_cut_off_at_the_limit_end_in_length() -> None:
    assert read(calling(fn("f", '{"x', index=0, id="a")), finish="length")[0][-1] == StreamEnded("length")


def test_a_refusal_is_text_and_ends_as_one() -> None:
    events, _ = read(chunk({"refusal": "I can't."}))
    assert events[-1] == StreamEnded("refusal")
    assert "".join(event.delta for event in events if isinstance(event, PartDelta)) == "I can't."


@pytest.mark.parametrize(("finish", "expected"), [("error", ServerFailed), ("network_error", ServerFailed), ("insufficient_system_resource", Overloaded)])
def test_a_finish_reason_that_is_a_failure_is_one(finish: str, expected: type[Exception]) -> None:
    events, decoder = read(chunk({"content": "x"}), finish=finish)
    assert type(decoder.failure) is expected
    assert not any(isinstance(event, StreamEnded) for event in events)


def test_done_after_some_of_an_answer_is_an_end_and_done_after_nothing_is_none() -> None:
    events, decoder = read(chunk({"content": "x"}), b"[DONE]", finish=None)
    assert (decoder.failure, events[-1]) == (None, StreamEnded("stop"))
    assert isinstance(read(chunk({"role": "assistant"}), b"[DONE]", finish=None)[1].failure, IncompleteStream)


def test_an_answer_of_nothing_is_whole_where_the_vendor_says_it_ended() -> None:
    events, decoder = read(chunk({"role": "assistant", "content": ""}))
    assert (decoder.failure, events[-1]) == (None, StreamEnded("stop"))
    assert not any(isinstance(event, PartStarted) for event in events)


def test_a_second_choice_is_not_mixed_into_the_first() -> None:
    both = {
        "id": "r",
        "model": "m",
        "choices": [{"index": 1, "delta": {"content": "no"}, "finish_reason": "length"}, {"index": 0, "delta": {"content": "yes"}}],
    }
    assert [part.text for part in parts(both)] == ["yes"]


@pytest.mark.parametrize("last", [True, False])
def test_usage_comes_once_however_often_it_is_told_and_raw_as_it_was(last: bool) -> None:
    counts = [{"prompt_tokens": 9, "completion_tokens": number, "total_tokens": 9 + number, "odd": [number]} for number in range(3)]
    chunks = [chunk({"content": "x"}, usage=counts[0] if not last else None), chunk({"content": "y"}, usage=counts[1] if not last else None)]
    events, _ = read(*chunks, chunk({}, "stop"), chunk(None, usage=counts[2]), finish=None)
    (reported,) = [event for event in events if isinstance(event, UsageReported)]
    assert (reported.usage, reported.raw) == (Usage(9, 2), counts[2])


def test_usage_that_came_before_a_cut_is_kept() -> None:
    events, decoder = read(chunk({"content": "x"}, usage={"prompt_tokens": 3}), finish=None)
    assert isinstance(decoder.failure, IncompleteStream)
    assert [event.usage for event in events + decoder.end() if isinstance(event, UsageReported)] == [Usage(3)]


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ({}, Usage()),
        ({"prompt_tokens": 5, "completion_tokens": None}, Usage(5)),
        ({"prompt_tokens": "5", "completion_tokens": -1, "prompt_tokens_details": []}, Usage(5)),
        ({"prompt_tokens": 9, "completion_tokens": 2, "prompt_cache_hit_tokens": 8}, Usage(9, 2, cache_read_tokens=8)),
        ({"prompt_tokens": 9, "completion_tokens": 2, "cached_tokens": 8}, Usage(9, 2, cache_read_tokens=8)),
        ({"prompt_tokens": 9, "prompt_tokens_details": {"cached_tokens": 4, "cache_write_tokens": 3}}, Usage(9, 0, 4, 3)),
        (
            {"prompt_tokens": 12, "completion_tokens": 1, "total_tokens": 303, "completion_tokens_details": {"reasoning_tokens": 290}},
            Usage(12, 291, reasoning_tokens=290),
        ),
        (
            {"prompt_tokens": 13, "completion_tokens": 564, "total_tokens": 577, "completion_tokens_details": {"reasoning_tokens": 561}},
            Usage(13, 564, reasoning_tokens=561),
        ),
    ],
)
def test_usage_is_read_in_every_dialect_and_totals_include_their_details(raw: dict[str, Any], expected: Usage) -> None:
    assert usage_of(raw) == expected


def test_a_price_that_the_vendor_names_is_kept() -> None:
    assert cost_of({"cost": 0.000837}) == 0.000837
    assert cost_of({"cost_in_usd_ticks": 1466250}) == pytest.approx(0.000146625)
    assert cost_of({"cost": True}) is cost_of({"cost": "x"}) is cost_of({}) is None


@pytest.mark.parametrize("chunk_", [{"error": {"message": "no", "code": 503}}, {"object": "error", "message": "no"}, {"error": "no"}])
def test_an_error_in_mid_stream_ends_it_after_what_came(chunk_: dict[str, Any]) -> None:
    events, decoder = read(chunk({"content": "x"}), chunk_, chunk({"content": "never"}))
    assert decoder.failure is not None
    assert "no" in str(decoder.failure)
    assert [event.delta for event in events if isinstance(event, PartDelta)] == ["x"]


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
        import sys, nbagent.providers.openai_chat
        nbagent.providers.openai_chat.OpenAIChat("http://h/v1", "k")
        sys.exit(any(name in sys.modules for name in ("openai", "httpx2", "pydantic")))"""
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_any_split_of_a_stream_into_reads_gives_the_same_parts() -> None:
    call = (calling(fn("f", "{", index=0, id="i")), calling(fn(None, "}", index=0)))
    payloads = [json.dumps(c).encode() for c in (chunk({"reasoning": "r"}), chunk({"content": "a"}), *call, chunk({}, "stop"))]
    seen = set()
    for cuts in itertools.product([False, True], repeat=len(payloads) - 1):
        decoder, events, group = ChatDecoder(), [], [payloads[0]]
        for cut, payload in zip(cuts, payloads[1:], strict=True):
            if cut:
                events += decoder.feed(group)
                group = []
            group.append(payload)
        events += decoder.feed(group) + decoder.end()
        seen.add(repr(events))
    assert len(seen) == 1
