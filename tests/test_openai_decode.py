"""Claims on a Responses stream, sound or not: what it becomes, and what of it goes back."""

import pytest
from inline_snapshot import snapshot

from nbagent.errors import ContextLengthExceeded, GarbledStream, IncompleteStream, PermissionRefused, RateLimited, RequestRefused, ServerFailed
from nbagent.events import ModelAnswered, PartDelta, PartFinished, PartStarted, StreamEnded, UsageReported
from nbagent.messages import ReasoningPart, TextPart, ToolCallPart, Usage
from tests.responses_events import (
    CREATED,
    MESSAGE,
    OUTPUT,
    TEXT,
    WHOLE,
    added,
    answer,
    completed,
    decoded,
    decoded_lines,
    done,
    event,
    items,
    lines,
    parts_of,
    said,
    thought,
    told,
)  # fmt: skip


def test_an_answer_is_these_events():
    reasoning = {"type": "reasoning", "id": "rs_1", "encrypted_content": "gAAA"}
    summary = [{"type": "summary_text", "text": "First."}, {"type": "summary_text", "text": "Then."}]
    call = {"type": "function_call", "id": "fc_1", "call_id": "call_1", "name": "get_weather"}
    _, events = decoded(
        CREATED,
        event("in_progress", response={"id": "resp_1"}),
        added(0, **reasoning, summary=[]),
        event("reasoning_summary_part.added", output_index=0, summary_index=0, part={}),
        thought(0, "First."),
        thought(0, "Th", summary=1),
        thought(0, "en.", summary=1),
        done(0, **reasoning, summary=summary),
        added(1, **MESSAGE, content=[]),
        event("content_part.added", output_index=1, content_index=0, part={}),
        said(1, "I look."),
        done(1, **MESSAGE, content=[{"type": "output_text", "text": "I look.", "annotations": []}]),
        added(2, **call, arguments=""),
        event("function_call_arguments.delta", output_index=2, delta='{"city": '),
        event("function_call_arguments.delta", output_index=2, delta='"Oslo"}'),
        event("function_call_arguments.done", output_index=2, arguments='{"city": "Oslo"}'),
        done(2, **call, arguments='{"city": "Oslo"}', status="completed"),
        completed(
            usage={
                "input_tokens": 100, "input_tokens_details": {"cached_tokens": 64}, "output_tokens": 30,
                "output_tokens_details": {"reasoning_tokens": 12}, "total_tokens": 130,
            }
        ),
    )  # fmt: skip
    assert told(events) == snapshot(
        [
            ("ModelAnswered", "gpt-6.1-sol-2026-09-01", "resp_1", None),
            ("PartStarted", 0, ReasoningPart(text="", redacted=False, provider_metadata=None)),
            ("PartDelta", 0, "First."),
            ("PartDelta", 0, "\n\nTh"),
            ("PartDelta", 0, "en."),
            (
                "PartFinished",
                0,
                ReasoningPart(
                    text="First.\n\nThen.",
                    redacted=False,
                    provider_metadata={
                        "openai": {
                            "model": "gpt-6.1-sol",
                            "item": {
                                "type": "reasoning",
                                "id": "rs_1",
                                "encrypted_content": "gAAA",
                                "summary": [{"type": "summary_text", "text": "First."}, {"type": "summary_text", "text": "Then."}],
                            },
                        }
                    },
                ),
            ),
            ("PartStarted", 1, TextPart(text="", provider_metadata=None)),
            ("PartDelta", 1, "I look."),
            ("PartFinished", 1, TextPart(text="I look.", provider_metadata={"openai": {"model": "gpt-6.1-sol", "id": "msg_1"}})),
            ("PartStarted", 2, ToolCallPart(id="call_1", name="get_weather", arguments="", provider_metadata=None)),
            ("PartDelta", 2, '{"city": '),
            ("PartDelta", 2, '"Oslo"}'),
            (
                "PartFinished",
                2,
                ToolCallPart(
                    id="call_1", name="get_weather", arguments='{"city": "Oslo"}', provider_metadata={"openai": {"model": "gpt-6.1-sol", "id": "fc_1"}}
                ),
            ),
            (
                "UsageReported",
                Usage(input_tokens=100, output_tokens=30, cache_read_tokens=64, cache_write_tokens=0, reasoning_tokens=12),
                {
                    "input_tokens": 100,
                    "input_tokens_details": {"cached_tokens": 64},
                    "output_tokens": 30,
                    "output_tokens_details": {"reasoning_tokens": 12},
                    "total_tokens": 130,
                },
                None,
            ),
            ("StreamEnded", "tool_calls", ""),
        ]
    )


def test_calls_side_by_side_may_arrive_in_turns():
    calls = [{"type": "function_call", "id": f"fc_{n}", "call_id": f"call_{n}", "name": "f"} for n in (0, 1)]
    deltas = [event("function_call_arguments.delta", output_index=n, delta=text) for n, text in ((0, "{"), (1, "{"), (0, "}"), (1, "}"))]
    message = answer(CREATED, added(0, **calls[0]), added(1, **calls[1]), *deltas, done(1, **calls[1], arguments="{}"), done(0, **calls[0]), completed())
    assert [(call.id, call.arguments) for call in message.tool_calls] == [("call_0", "{}"), ("call_1", "{}")]


@pytest.mark.parametrize(
    ("details", "reason"), [("max_output_tokens", "length"), ("content_filter", "content_filter"), ("steered", "pause"), ("max_messages", "length")]
)
def test_an_answer_that_is_incomplete_says_why(details, reason):
    response = {"id": "resp_1", "incomplete_details": {"reason": details}, "usage": {"input_tokens": 1, "output_tokens": 2}}
    _, events = decoded(CREATED, *TEXT[:2], event("incomplete", response=response))
    assert events[-1] == StreamEnded(reason, details)
    assert parts_of(events) == (TextPart("Hel"),)
    assert [event.usage for event in events if isinstance(event, UsageReported)] == [Usage(1, 2)]


def test_a_refusal_is_the_answers_text_and_its_end():
    content = {"type": "refusal", "refusal": "Not this."}
    message = answer(CREATED, added(0, **MESSAGE), said(0, "Not this.", "refusal"), done(0, **MESSAGE, content=[content]), completed())
    assert (message.text, message.finish_reason) == ("Not this.", "refusal")
    assert items(message)[0]["content"] == [content]


@pytest.mark.parametrize(
    ("code", "error", "retryable"),
    [
        ("server_error", ServerFailed, True), ("rate_limit_exceeded", RateLimited, True), ("insufficient_quota", PermissionRefused, False),
        ("context_length_exceeded", ContextLengthExceeded, False), ("invalid_image_url", RequestRefused, False), ("bio_policy", RequestRefused, False),
    ],
)  # fmt: skip
def test_a_failure_in_mid_stream_is_the_error_it_would_have_been(code, error, retryable):
    fault = {"code": code, "message": "Sorry"}
    for failing in (event("failed", response={"id": "resp_1", "error": fault}), {"type": "error", **fault, "param": None}, {"type": "error", "error": fault}):
        decoder, events = decoded(CREATED, *TEXT[:2], failing, *TEXT[2:], completed())
        assert (type(decoder.failure), decoder.failure.retryable) == (error, retryable)
        assert events[-1] == PartDelta(0, "Hel"), "what came before it is handed on, nothing after it"


def test_a_stream_cut_anywhere_is_a_failure_with_all_that_came_before():
    whole = decoded(*WHOLE)[1]
    for kept in range(len(WHOLE)):
        decoder, events = decoded(*WHOLE[:kept])
        assert isinstance(decoder.failure, IncompleteStream)
        assert events == whole[: len(events)]
        assert not any(isinstance(event, StreamEnded) for event in events)


def test_what_deltas_left_out_is_added_when_the_item_is_done():
    _, events = decoded(CREATED, *TEXT[:2], TEXT[3], completed())
    assert [event.delta for event in events if isinstance(event, PartDelta)] == ["Hel", "lo"]
    assert parts_of(events)[0].text == "Hello"
    for unlike in ({**MESSAGE, "content": []}, {**MESSAGE, "content": [{**OUTPUT, "text": "Bye"}]}):
        assert answer(CREATED, *TEXT[:3], done(0, **unlike), completed()).text == "Hello", "what was shown stands"


def test_reasoning_that_was_never_done_is_not_sent_back():
    message = answer(CREATED, added(0, type="reasoning", id="rs_1", summary=[], encrypted_content="gAAA"), thought(0, "hm"), completed())
    assert message.parts == (ReasoningPart("hm"),)


def test_thought_that_a_server_shows_is_reasoning():
    item = {"type": "reasoning", "id": "rs_1", "summary": []}
    deltas = [event("reasoning_text.delta", output_index=0, content_index=0, delta=text) for text in ("h", "m")]
    message = answer(CREATED, added(0, **item), *deltas, done(0, **item, content=[{"type": "reasoning_text", "text": "hm"}]), completed())
    assert [part.text for part in message.parts] == ["hm"]


def test_kinds_of_events_and_items_that_are_not_known_do_no_harm():
    strange = [event("whisper", volume=3), event("shell_call_output_content.delta", delta={"stdout": "x"}), {"no": "type"}, done(1), event("completed")]
    assert answer(CREATED, *strange, *TEXT[:3], *strange, TEXT[3], completed()).text == "Hello"


def test_a_stream_taken_up_in_the_middle_is_read_from_there():
    assert answer(said(0, "lo"), completed()).text == "lo"


def test_sloppy_values_are_read_as_what_they_mean():
    message = answer(
        {**CREATED, "response": {"id": "resp_1", "output": None, "usage": []}},
        {**TEXT[0], "output_index": "0"},
        {**TEXT[1], "output_index": None, "content_index": "0"},
        done(0, **MESSAGE, content=None),
        completed(output=None),
    )
    assert message.text == "Hel"


def test_a_call_without_an_id_gets_one_and_keeps_it():
    _, events = decoded(CREATED, added(0, type="function_call", name="f"), done(0, type="function_call", name="f", arguments="{}"), completed())
    started, finished = (event.part for event in events if isinstance(event, (PartStarted, PartFinished)))
    assert started.id == finished.id
    assert finished.id.startswith("call_")


def test_the_model_that_really_answers_is_told_once():
    assert [event for event in decoded(*WHOLE)[1] if isinstance(event, ModelAnswered)] == [ModelAnswered("gpt-6.1-sol-2026-09-01", "resp_1")]


def test_a_price_that_a_server_tells_is_kept():
    _, events = decoded(CREATED, *TEXT, completed(usage={"input_tokens": 1, "output_tokens": 2, "cost": 0.25}))
    assert [(event.usage, event.cost) for event in events if isinstance(event, UsageReported)] == [(Usage(1, 2), 0.25)]


def test_a_surrogate_pair_torn_between_deltas_is_one_character():
    payloads = [b'{"type":"response.output_text.delta","output_index":0,"delta":"%b"}' % text for text in (b"a\\ud83d", b"\\ude00b", b"c\\ud83d")]
    _, events = decoded_lines([*lines(CREATED), *payloads, *lines(completed())])
    assert "".join(event.delta for event in events if isinstance(event, PartDelta)) == "a😀bc\ufffd"
    assert parts_of(events) == (TextPart("a😀bc\ufffd"),)


def test_bytes_that_are_no_json_are_a_failure_and_keep_what_came():
    decoder, events = decoded_lines([*lines(CREATED, *TEXT[:2]), b"<html>"])
    assert isinstance(decoder.failure, GarbledStream)
    assert events[-1] == PartDelta(0, "Hel")


def test_done_of_another_api_is_passed_over():
    assert isinstance(decoded_lines([*lines(*WHOLE[:-1]), b"[DONE]"])[0].failure, IncompleteStream)
