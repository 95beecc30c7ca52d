"""What the Messages decoder makes of every stream, sound or not."""

import pytest
from inline_snapshot import snapshot

from nbagent.errors import AuthenticationFailed, GarbledStream, IncompleteStream, Overloaded, RateLimited, RequestRefused, ServerFailed
from nbagent.events import ModelAnswered, Noted, PartDelta, PartFinished, PartStarted, StreamEnded, UsageReported
from nbagent.messages import ReasoningPart, TextPart, ToolCallPart, Usage, user
from tests.anthropic_events import MODEL, START, STOP, TEXT, WHOLE, answer, block, close, decoded, decoded_lines, delta, ending, lines, parts_of, told, turns


def test_an_answer_is_these_events():
    _, events = decoded(
        START,
        block(0, type="thinking", thinking="", signature=""),
        delta(0, "thinking_delta", thinking="Let me "),
        {"type": "ping"},
        delta(0, "thinking_delta", thinking="see."),
        delta(0, "signature_delta", signature="sig=="),
        close(0),
        block(1, type="text", text=""),
        delta(1, "text_delta", text="I look."),
        close(1),
        block(2, type="tool_use", id="toolu_1", name="get_weather", input={}),
        delta(2, "input_json_delta", partial_json=""),
        delta(2, "input_json_delta", partial_json='{"city": '),
        delta(2, "input_json_delta", partial_json='"Oslo"}'),
        close(2),
        block(3, type="tool_use", id="toolu_2", name="plot", input={}),
        close(3),
        ending("tool_use", {"output_tokens": 30, "cache_read_input_tokens": 100, "output_tokens_details": {"thinking_tokens": 12}}),
        STOP,
    )
    assert told(events) == snapshot(
        [
            ("ModelAnswered", "claude-sonnet-5-5-20260801", "msg_1", None),
            (
                "UsageReported",
                Usage(input_tokens=10, output_tokens=1, cache_read_tokens=0, cache_write_tokens=0, reasoning_tokens=0),
                {"input_tokens": 10, "output_tokens": 1},
                None,
            ),
            ("PartStarted", 0, ReasoningPart(text="", redacted=False, provider_metadata=None)),
            ("PartDelta", 0, "Let me "),
            ("PartDelta", 0, "see."),
            (
                "PartFinished",
                0,
                ReasoningPart(text="Let me see.", redacted=False, provider_metadata={"anthropic": {"model": "claude-sonnet-5-5", "signature": "sig=="}}),
            ),
            ("PartStarted", 1, TextPart(text="", provider_metadata=None)),
            ("PartDelta", 1, "I look."),
            ("PartFinished", 1, TextPart(text="I look.", provider_metadata=None)),
            ("PartStarted", 2, ToolCallPart(id="toolu_1", name="get_weather", arguments="", provider_metadata=None)),
            ("PartDelta", 2, '{"city": '),
            ("PartDelta", 2, '"Oslo"}'),
            ("PartFinished", 2, ToolCallPart(id="toolu_1", name="get_weather", arguments='{"city": "Oslo"}', provider_metadata=None)),
            ("PartStarted", 3, ToolCallPart(id="toolu_2", name="plot", arguments="", provider_metadata=None)),
            ("PartDelta", 3, "{}"),
            ("PartFinished", 3, ToolCallPart(id="toolu_2", name="plot", arguments="{}", provider_metadata=None)),
            (
                "UsageReported",
                Usage(input_tokens=110, output_tokens=30, cache_read_tokens=100, cache_write_tokens=0, reasoning_tokens=12),
                {"input_tokens": 10, "output_tokens": 30, "cache_read_input_tokens": 100, "output_tokens_details": {"thinking_tokens": 12}},
                None,
            ),
            ("StreamEnded", "tool_calls", ""),
        ]
    )


def test_usage_adds_up_what_anthropic_counts_apart():
    start = {"type": "message_start", "message": {"id": "m", "usage": {"input_tokens": 5, "cache_read_input_tokens": 100, "cache_creation_input_tokens": 20}}}
    _, events = decoded(start, *TEXT, ending(usage={"output_tokens": 7, "input_tokens": None, "service_tier": "standard"}), STOP)
    last = [event for event in events if isinstance(event, UsageReported)][-1]
    assert last.usage == Usage(125, 7, 100, 20)
    assert last.raw == {"input_tokens": 5, "cache_read_input_tokens": 100, "cache_creation_input_tokens": 20, "output_tokens": 7, "service_tier": "standard"}


@pytest.mark.parametrize(
    ("stop", "reason"),
    [
        ("end_turn", "stop"), ("stop_sequence", "stop"), ("tool_use", "tool_calls"), ("max_tokens", "length"), ("refusal", "refusal"),
        ("pause_turn", "pause"), ("model_context_window_exceeded", "context"), (None, "stop"),
    ],
)  # fmt: skip
def test_how_an_answer_ended(stop, reason):
    _, events = decoded(START, *TEXT, ending(stop), STOP)
    assert events[-1] == StreamEnded(reason)


def test_an_ending_of_a_new_kind_is_told():
    assert decoded(START, *TEXT, ending("bored"), STOP)[1][-1] == StreamEnded("stop", "bored")


def test_a_refusal_says_why():
    details = {"type": "refusal", "category": "cyber", "explanation": "Not this."}
    assert decoded(START, ending("refusal", stop_details=details), STOP)[1][-1] == StreamEnded("refusal", "Not this.")


@pytest.mark.parametrize(
    ("kind", "error", "retryable"),
    [
        ("overloaded_error", Overloaded, True), ("rate_limit_error", RateLimited, True), ("api_error", ServerFailed, True),
        ("authentication_error", AuthenticationFailed, False), ("invalid_request_error", RequestRefused, False),
    ],
)  # fmt: skip
def test_an_error_in_mid_stream_is_the_error_it_would_have_been(kind, error, retryable):
    decoder, events = decoded(START, *TEXT[:2], {"type": "error", "error": {"type": kind, "message": "Sorry"}, "request_id": "req_1"}, *TEXT[2:])
    assert (type(decoder.failure), decoder.failure.retryable, decoder.failure.request_id) == (error, retryable, "req_1")
    assert events[-1] == PartDelta(0, "Hel"), "what came before it is handed on, nothing after it"


def test_a_stream_cut_anywhere_is_a_failure_with_all_that_came_before():
    whole = decoded(*WHOLE)[1]
    for kept in range(len(WHOLE)):
        decoder, events = decoded(*WHOLE[:kept])
        assert isinstance(decoder.failure, IncompleteStream)
        assert events == whole[: len(events)]
        assert not any(isinstance(event, StreamEnded) for event in events)


def test_a_call_cut_by_the_output_limit_keeps_its_text():
    said = answer(
        START, block(0, type="tool_use", id="a", name="f", input={}), delta(0, "input_json_delta", partial_json='{"x": "lo'), ending("max_tokens"), STOP
    )
    assert said.tool_calls == (ToolCallPart("a", "f", '{"x": "lo'),)
    assert said.finish_reason == "length"


def test_an_input_given_whole_is_the_calls_arguments():
    assert (
        answer(START, block(0, type="tool_use", id="a", name="f", input={"x": "é"}), close(0), ending("tool_use"), STOP).tool_calls[0].arguments == '{"x": "é"}'
    )


def test_a_call_without_an_id_gets_one():
    calls = answer(START, block(0, type="tool_use", name="f", input={}), close(0), block(1, type="tool_use", name="f", input={}), close(1), STOP).tool_calls
    assert all(call.id.startswith("call_") for call in calls)
    assert calls[0].id != calls[1].id


def test_thinking_that_is_not_shown_goes_back_all_the_same():
    said = answer(
        START, block(0, type="redacted_thinking", data="abc"), close(0), block(1, type="thinking", thinking="", signature=""),
        delta(1, "signature_delta", signature="s"), close(1), block(2, type="text", text="x"), close(2), STOP,
    )  # fmt: skip
    assert [part.redacted for part in said.parts[:2]] == [True, True]
    assert turns(user("?"), said)[1]["content"] == [
        {"type": "redacted_thinking", "data": "abc"},
        {"type": "thinking", "thinking": "", "signature": "s"},
        {"type": "text", "text": "x"},
    ]


def test_calls_that_anthropics_code_made_come_with_the_start():
    content = [{"type": "tool_use", "id": "toolu_1", "name": "roll", "input": {"n": 1}, "caller": {"type": "code_execution_20250825", "tool_id": "s"}}]
    said = answer({"type": "message_start", "message": {"id": "m", "content": content, "stop_reason": "tool_use"}}, STOP)
    assert said.finish_reason == "tool_calls"
    assert turns(user("?"), said)[1]["content"] == content


def test_kinds_of_events_blocks_and_deltas_that_are_not_known_do_no_harm():
    whisper, mood = {"type": "message_whisper", "volume": 3}, delta(0, "mood_delta", mood="good")
    compaction = (block(1, type="compaction", content=None), delta(1, "compaction_delta", content="Summary.", encrypted_content="e"), close(1))
    said = answer(START, whisper, *TEXT[:2], mood, {"no": "type"}, *TEXT[2:], *compaction, ending(), STOP)
    assert said.text == "Hello"
    assert turns(user("?"), said)[1]["content"][1] == {"type": "compaction", "content": "Summary.", "encrypted_content": "e"}


def test_a_second_answer_in_the_same_stream_is_a_failure_and_the_same_one_twice_is_not():
    decoder, events = decoded(START, *TEXT[:2], {"type": "message_start", "message": {"id": "msg_2"}}, *TEXT, STOP)
    assert isinstance(decoder.failure, IncompleteStream)
    assert events[-1] == PartDelta(0, "Hel")
    decoder, events = decoded(START, START, *WHOLE[1:])
    assert decoder.failure is None
    assert sum(isinstance(event, ModelAnswered) for event in events) == 1


def test_sloppy_values_are_read_as_what_they_mean():
    said = answer(
        {"type": "message_start", "message": {"id": "m", "content": None, "usage": None}},
        {"type": "content_block_start", "index": "0", "content_block": {"type": "text", "text": None}},
        {"type": "content_block_delta", "index": "0", "delta": {"type": "text_delta", "text": "a", "citation": "?"}},
        {"type": "content_block_delta", "index": None, "delta": {"type": "text_delta", "text": "b"}},
        {"type": "message_delta", "delta": {"stop_reason": "end_turn"}, "usage": None},
        STOP,
    )
    assert said.text == "ab"


def test_a_block_that_was_never_started_is_started():
    _, events = decoded(START, delta(0, "text_delta", text="x"), ending(), STOP)
    assert [event for event in events if isinstance(event, (PartStarted, PartFinished))] == [PartStarted(0, TextPart("")), PartFinished(0, TextPart("x"))]


def test_a_surrogate_pair_torn_between_deltas_is_one_character():
    payloads = lines(START, block(0, type="text", text=""))
    payloads += [
        b'{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"%b"}}' % text for text in (b"a\\ud83d", b"\\ude00b", b"c\\ud83d")
    ]
    _, events = decoded_lines([*payloads, *lines(ending(), STOP)])
    deltas = [event.delta for event in events if isinstance(event, PartDelta)]
    assert "".join(deltas) == "a😀bc\ufffd"
    assert parts_of(events) == (TextPart("a😀bc\ufffd"),)


def test_bytes_that_are_no_json_are_a_failure_and_keep_what_came():
    decoder, events = decoded_lines([*lines(START, *TEXT[:2]), b"<html>"])
    assert isinstance(decoder.failure, GarbledStream)
    assert events[-1] == PartDelta(0, "Hel")


def test_done_of_another_api_is_passed_over():
    decoder, _ = decoded_lines([*lines(*WHOLE[:-1]), b"[DONE]"])
    assert isinstance(decoder.failure, IncompleteStream)
    assert decoded_lines([*lines(*WHOLE[:-1]), b"[DONE]", *lines(STOP)])[0].failure is None


def test_another_model_that_takes_over_is_said_and_its_mark_goes_back():
    mark = {"type": "fallback", "from": {"model": MODEL}, "to": {"model": "claude-sonnet-4-6"}, "trigger": {"type": "refusal"}}
    events = (START, block(0, **mark), close(0), *(event | {"index": 1} for event in TEXT), ending(), STOP)
    heard = decoded(*events)[1]
    assert Noted(text=f"{MODEL} declined, claude-sonnet-4-6 answers", kind="fallback") in heard
    assert [event.model for event in heard if isinstance(event, ModelAnswered)] == ["claude-sonnet-5-5-20260801", "claude-sonnet-4-6"]
    assert turns(user("?"), answer(*events))[1]["content"][0] == mark
    assert decoded(START, block(0, type="fallback", to=None), close(0), ending(), STOP)[0].failure is None
