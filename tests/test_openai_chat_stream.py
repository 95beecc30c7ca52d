"""Claims on what the streams of Chat Completions' many vendors become."""

from __future__ import annotations

import itertools
import json
from typing import Any

import pytest

from nbagent.errors import IncompleteStream, Overloaded, ServerFailed
from nbagent.events import PartDelta, PartStarted, StreamEnded, UsageReported
from nbagent.messages import Message, ReasoningPart, TextPart, ToolResultPart, Usage, assistant, tool_message
from nbagent.provider import Request
from nbagent.providers.openai.chat import OpenAIChat
from nbagent.providers.openai.chat_stream import ChatDecoder
from tests.chat_chunks import calling, chunk, fn, parts, read


def said(*messages: Message, model: str = "gpt-x") -> list[dict[str, Any]]:
    """The messages as they go back to a model."""
    return OpenAIChat("http://h/v1").to_wire(Request(model, messages))["messages"]


@pytest.mark.parametrize("field", ["reasoning_content", "reasoning"])
def test_reasoning_comes_under_two_names_and_goes_back_under_the_same_to_the_same_model(field: str) -> None:
    call = calling(fn("f", "{}", index=0, id="a"))
    thought, called = parts(chunk({field: "Let me ", "content": ""}), chunk({field: "see.", "content": None}), call, finish="tool_calls", model="gpt-x")
    assert thought.text == "Let me see."
    messages = (assistant(thought, called), tool_message([ToolResultPart("a", "f", "1")]))
    assert said(*messages)[0][field] == "Let me see."
    assert field not in said(*messages, model="other")[0]
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
    assert "extra_content" not in said(assistant(call), model="other")[0]["tool_calls"][0]


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


@pytest.mark.parametrize("chunk_", [{"error": {"message": "no", "code": 503}}, {"object": "error", "message": "no"}, {"error": "no"}])
def test_an_error_in_mid_stream_ends_it_after_what_came(chunk_: dict[str, Any]) -> None:
    events, decoder = read(chunk({"content": "x"}), chunk_, chunk({"content": "never"}))
    assert decoder.failure is not None
    assert "no" in str(decoder.failure)
    assert [event.delta for event in events if isinstance(event, PartDelta)] == ["x"]


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
