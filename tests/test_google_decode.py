"""Google's event stream: what its parts become, what is kept for Google, and how an answer can end."""

from __future__ import annotations

import base64
import io
import json
import wave
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from nbagent.errors import (
    GarbledStream,
    IncompleteStream,
    ProviderError,
)
from nbagent.events import ModelAnswered, PartDelta, PartFinished, PartStarted, ProviderEvent, StreamEnded, UsageReported
from nbagent.messages import FilePart, Part, ReasoningPart, ServerToolPart, TextPart, ToolCallPart, Usage
from nbagent.providers.carriers.sse import Payloads
from nbagent.providers.google.decode import GoogleDecoder
from tests.contract import check_pairs, said
from tests.wire_lines import data
from tests.wire_lines_google import COUNTS, call, chunk, last, piece


def read(*lines: bytes) -> tuple[list[ProviderEvent], ProviderError | None]:
    """What is made of these events, each its own network read."""
    decoder, payloads, events = GoogleDecoder("gemini-x"), Payloads(), list[ProviderEvent]()
    for line in lines:
        if decoder.failure is None and not decoder.done:
            events += decoder.feed(payloads.feed(line))
    return events if decoder.failure is not None else events + decoder.end(), decoder.failure


def parts(*lines: bytes) -> list[Part]:
    """The finished parts in their order."""
    events, failure = read(*lines)
    assert failure is None
    return [event.part for event in sorted((event for event in events if isinstance(event, PartFinished)), key=lambda event: event.index)]


def mine(**meta: Any) -> dict[str, Any]:
    return {"google": {"model": "gemini-x", **meta}}


def b64(data: bytes) -> str:
    return base64.b64encode(data).decode()


# -- texts and signatures ---------------------------------------------------------------------------------------------


def test_a_text_is_one_part_and_its_metadata_says_which_characters_bore_which_signature() -> None:
    assert parts(
        chunk({"text": "Grü", "thoughtSignature": "AA=="}), chunk({"text": "ße, "}), chunk({"text": "Welt", "thoughtSignature": "BB=="}),
        last({"text": "", "thoughtSignature": "CC=="}),
    ) == [TextPart("Grüße, Welt", mine(signatures=[[0, 3, "AA=="], [7, 11, "BB=="], [11, 11, "CC=="]]))]  # fmt: skip


def test_a_signature_on_an_empty_text_after_a_call_has_a_part_of_its_own() -> None:
    assert parts(chunk(call(id="c", name="f")), last({"text": "", "thoughtSignature": "AA=="})) == [
        ToolCallPart("c", "f", "{}"),
        TextPart("", mine(signatures=[[0, 0, "AA=="]])),
    ]


def test_a_signature_on_a_part_of_a_kind_that_is_not_known_is_kept() -> None:
    assert parts(chunk({"hologram": {}, "thoughtSignature": "AA=="}), last()) == [TextPart("", mine(signatures=[[0, 0, "AA=="]]))]


def test_thoughts_are_told_apart_and_keep_their_signatures() -> None:
    assert parts(
        chunk({"text": "Hm. ", "thought": True}), chunk({"text": "So.", "thought": True, "thoughtSignature": "AA=="}), chunk({"text": "42"}), last()
    ) == [ReasoningPart("Hm. So.", provider_metadata=mine(signatures=[[4, 7, "AA=="]])), TextPart("42")]


def test_empty_texts_without_a_signature_are_no_parts() -> None:
    assert parts(chunk({"text": ""}), chunk({"text": "", "thought": True}), chunk({"text": "a"}), last({"text": ""})) == [TextPart("a")]


def test_halves_of_a_character_in_two_events_are_one_character() -> None:
    low, high = b'{"candidates":[{"content":{"parts":[{"text":"\\ud83d"}]}}]}', b'{"candidates":[{"content":{"parts":[{"text":"\\ude00!"}]}}]}'
    assert parts(b"data: " + low + b"\n\n", b"data: " + high + b"\n\n", last()) == [TextPart("😀!")]


def test_other_candidates_are_not_mixed_into_the_first() -> None:
    second = data({"candidates": [{"index": 1, "content": {"parts": [{"text": "B"}]}}]})
    assert parts(chunk({"text": "A"}), second, chunk({"text": "A"}), last()) == [TextPart("AA")]


# -- calls ------------------------------------------------------------------------------------------------------------


def test_a_call_keeps_googles_id_and_its_signature() -> None:
    assert parts(chunk({**call(id="fc-1", name="f", args={"a": [1, {"ü": None}]}), "thoughtSignature": "AA=="}), last()) == [
        ToolCallPart("fc-1", "f", '{"a": [1, {"ü": null}]}', mine(signature="AA=="))
    ]


def test_calls_without_an_id_get_ids_of_ours_each_its_own() -> None:
    first, second = parts(last(call(name="f"), call(name="f", args={})))
    assert isinstance(first, ToolCallPart)
    assert isinstance(second, ToolCallPart)
    assert first.id.startswith("made_")
    assert first.id != second.id
    assert first.arguments == second.arguments == "{}"


def test_arguments_in_pieces_are_told_as_they_come_and_a_signature_may_come_with_any_of_them() -> None:
    events, failure = read(
        chunk(call(id="c", name="f", willContinue=True)),
        chunk(piece("$.city", stringValue="Zü", more=True)),
        chunk({**piece("$.city", stringValue="rich"), "thoughtSignature": "AA=="}),
        chunk(
            call(
                partialArgs=[
                    {"jsonPath": "$.days", "numberValue": 3.0},
                    {"jsonPath": "$.dry", "boolValue": False},
                    {"jsonPath": "$.x", "nullValue": "NULL_VALUE"},
                ]
            )
        ),
        last(),
    )
    assert failure is None
    check_pairs(events)
    assert [event.delta for event in events if isinstance(event, PartDelta)] == ['{"city": "Zü', 'rich"', ', "days": 3', ', "dry": false', ', "x": null', "}"]
    assert [event.part for event in events if isinstance(event, PartFinished)] == [
        ToolCallPart("c", "f", '{"city": "Zürich", "days": 3, "dry": false, "x": null}', mine(signature="AA=="))
    ]
    assert events[-1] == StreamEnded("tool_calls")


def test_a_string_that_ends_without_a_value_is_closed() -> None:
    lines = [chunk(call(id="c", name="f", willContinue=True)), chunk(piece("$.a", stringValue="x", more=True)), chunk(piece("$.a")), chunk(piece("$.b"))]
    assert parts(*lines, chunk(call()), last()) == [ToolCallPart("c", "f", '{"a": "x"}')]


def test_a_number_that_json_has_not_is_a_text() -> None:
    assert parts(chunk(call(id="c", name="f", partialArgs=[{"jsonPath": "$.a", "numberValue": float("inf")}])), last()) == [
        ToolCallPart("c", "f", '{"a": "inf"}')
    ]


def test_the_next_name_ends_a_call_that_nobody_ended() -> None:
    lines = [chunk(call(id="a", name="f", willContinue=True)), chunk(piece("$.x", stringValue="y", more=True)), chunk(call(id="b", name="g")), chunk(call())]
    assert parts(*lines, last()) == [ToolCallPart("a", "f", '{"x": "y"}'), ToolCallPart("b", "g", "{}")]


def test_a_piece_that_says_again_what_it_is_a_piece_of_begins_no_other_call() -> None:
    again = {"id": "a", "name": "f"}
    lines = [chunk(call(**again, willContinue=True)), chunk(call(**again, partialArgs=[{"jsonPath": "$.x", "stringValue": "y"}], willContinue=True))]
    assert parts(*lines, chunk(call(**again)), last()) == [ToolCallPart("a", "f", '{"x": "y"}')]


def test_a_text_between_calls_is_a_part_between_them() -> None:
    assert parts(chunk({"text": "First. "}), chunk(call(id="a", name="f")), chunk({"text": "Then. "}), last(call(id="b", name="g"))) == [
        TextPart("First. "), ToolCallPart("a", "f", "{}"), TextPart("Then. "), ToolCallPart("b", "g", "{}"),
    ]  # fmt: skip


def test_a_call_that_the_limit_of_tokens_cut_off_stays_as_it_came() -> None:
    lines = [chunk(call(id="c", name="rm", willContinue=True)), chunk(piece("$.path", stringValue="/tmp", more=True)), last(reason="MAX_TOKENS")]
    events, failure = read(*lines)
    assert failure is None
    assert parts(*lines) == [ToolCallPart("c", "rm", '{"path": "/tmp')]
    assert events[-1] == StreamEnded("length")


# -- files and Google's own tools -------------------------------------------------------------------------------------


def test_an_image_in_the_answer_is_a_file_and_a_draft_of_it_is_called_one() -> None:
    image = {"inlineData": {"mimeType": "image/png", "data": b64(b"PNG")}}
    assert parts(chunk({"text": "Here: "}), chunk({**image, "thought": True}), chunk({**image, "thoughtSignature": "AA=="}), last()) == [
        TextPart("Here: "),
        FilePart("image/png", b"PNG", name="draft", provider_metadata=mine(thought=True)),
        FilePart("image/png", b"PNG", provider_metadata=mine(signature="AA==")),
    ]


def test_raw_sound_in_pieces_is_one_sound_that_can_be_played() -> None:
    pieces = [chunk({"inlineData": {"mimeType": "audio/L16;codec=pcm;rate=16000", "data": b64(data)}}) for data in (b"ab", b"cd")]
    (sound,) = parts(*pieces, last())
    assert isinstance(sound, FilePart)
    assert sound.media_type == "audio/wav"
    with wave.open(io.BytesIO(sound.data or b"")) as played:
        assert (played.getframerate(), played.getnchannels(), played.readframes(9)) == (16000, 1, b"abcd")


def test_a_file_that_is_elsewhere_is_its_address() -> None:
    assert parts(chunk({"fileData": {"mimeType": "video/mp4", "fileUri": "gs://b/v.mp4"}}), last()) == [
        FilePart("video/mp4", url="gs://b/v.mp4", provider_metadata=mine())
    ]


def test_a_file_that_is_no_base64_is_garbage() -> None:
    events, failure = read(chunk({"text": "a"}), chunk({"inlineData": {"mimeType": "image/png", "data": "A"}}), last())
    assert isinstance(failure, GarbledStream)
    assert said(events) == "a"


def test_code_that_ran_at_google_is_shown_with_its_result_and_kept_verbatim() -> None:
    code, result = {"language": "PYTHON", "code": "print(6*7)", "id": "x1"}, {"outcome": "OUTCOME_OK", "output": "42\n", "id": "x1"}
    assert parts(chunk({"executableCode": code, "thoughtSignature": "AA=="}), chunk({"codeExecutionResult": result}), chunk({"text": "42."}), last()) == [
        ServerToolPart(
            "x1", "code_execution", "print(6*7)", "42\n",
            provider_metadata=mine(parts=[{"executableCode": code, "thoughtSignature": "AA=="}, {"codeExecutionResult": result}]),
        ),
        TextPart("42."),
    ]  # fmt: skip


def test_code_that_failed_at_google_is_an_error_of_the_tool_and_not_of_the_answer() -> None:
    (part,) = parts(chunk({"executableCode": {"code": "1/0"}}), last({"codeExecutionResult": {"outcome": "OUTCOME_FAILED", "output": "ZeroDivisionError"}}))
    assert isinstance(part, ServerToolPart)
    assert (part.is_error, part.result) == (True, "ZeroDivisionError")


def test_calls_of_googles_tools_that_overlap_keep_their_order_for_google() -> None:
    wires: list[dict[str, Any]] = [
        {"toolCall": {"id": "a", "toolType": "URL_CONTEXT", "args": {"url": "u"}}}, {"toolCall": {"id": "b", "toolType": "GOOGLE_SEARCH_WEB", "args": {}}},
        {"toolResponse": {"id": "a", "toolType": "URL_CONTEXT", "response": {"ok": 1}}}, {"toolResponse": {"id": "b", "toolType": "GOOGLE_SEARCH_WEB"}},
    ]  # fmt: skip
    found = parts(*(chunk(wire) for wire in wires), last())
    kept = [wire for part in found if isinstance(part, ServerToolPart) for wire in (part.provider_metadata or {})["google"]["parts"]]
    assert kept == wires
    assert [(part.id, part.name) for part in found if isinstance(part, ServerToolPart)] == [
        ("a", "url_context"), ("b", "google_search_web"), ("a", "url_context"), ("b", "google_search_web"),
    ]  # fmt: skip


# -- what it cost, who answered ---------------------------------------------------------------------------------------


def test_usage_counts_thoughts_as_output_and_the_results_of_googles_tools_as_input() -> None:
    counts = {**COUNTS, "toolUsePromptTokenCount": 30, "promptTokensDetails": [{"modality": "TEXT", "tokenCount": 120}]}
    events, _ = read(chunk({"text": "a"}), data({"candidates": [{"finishReason": "STOP"}], "usageMetadata": counts}))
    (reported,) = [event for event in events if isinstance(event, UsageReported)]
    assert reported == UsageReported(Usage(150, 15, 100, reasoning_tokens=7), counts)


def test_usage_so_far_is_told_before_a_stream_is_cut() -> None:
    events, failure = read(data({"candidates": [{"content": {"parts": [{"text": "a"}]}}], "usageMetadata": {"promptTokenCount": 5, "totalTokenCount": 5}}))
    assert isinstance(failure, IncompleteStream)
    assert UsageReported(Usage(5), {"promptTokenCount": 5, "totalTokenCount": 5}) in events


def test_usage_that_comes_after_the_finish_reason_is_waited_for() -> None:
    events, failure = read(data({"candidates": [{"content": {"parts": [{"text": "a"}]}, "finishReason": "STOP"}]}), data({"usageMetadata": COUNTS}))
    assert failure is None
    assert [type(event) for event in events] == [PartStarted, PartDelta, UsageReported, PartFinished, StreamEnded]


def test_who_answered_is_said_once() -> None:
    events, _ = read(chunk({"text": "a"}), chunk({"text": "b"}), last())
    assert [event for event in events if isinstance(event, ModelAnswered)] == [ModelAnswered("model-2026", "resp_1")]


# -- anything at all --------------------------------------------------------------------------------------------------

_WORDS = [
    "candidates", "content", "parts", "text", "thought", "thoughtSignature", "functionCall", "name", "id", "args", "partialArgs", "jsonPath",
    "stringValue", "numberValue", "boolValue", "willContinue", "inlineData", "mimeType", "data", "fileData", "executableCode", "code",
    "codeExecutionResult", "output", "toolCall", "toolResponse", "finishReason", "index", "usageMetadata", "promptTokenCount", "totalTokenCount",
    "groundingMetadata", "citationMetadata", "promptFeedback", "blockReason", "error",
]  # fmt: skip
_ANYTHING = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.sampled_from(["$.a", "$.a[0].b", "STOP", "A", "YQ==", "\ud83d", "audio/L16"])
    | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(_WORDS), inner, max_size=4),
    max_leaves=12,
)
_PART = st.dictionaries(st.sampled_from(_WORDS[3:22]), _ANYTHING, max_size=3)
_CHUNK = st.builds(
    lambda parts, more: {"candidates": [{"content": {"parts": parts}, **more}]},
    st.lists(_PART, max_size=3),
    st.dictionaries(st.sampled_from(_WORDS), _ANYTHING),
)


@settings(max_examples=300, deadline=None)
@given(st.lists(_CHUNK | _ANYTHING, max_size=5))
def test_whatever_google_may_write_is_events_or_a_typed_error(values: list[Any]) -> None:
    events, failure = read(*(b"data: " + json.dumps(value).encode() + b"\n\n" for value in values), last())
    assert failure is None or isinstance(failure, ProviderError)
    started = [event.index for event in events if isinstance(event, PartStarted)]
    assert started == list(range(len(started)))
    if failure is None:
        assert sorted(event.index for event in events if isinstance(event, PartFinished)) == started
        assert isinstance(events[-1], StreamEnded)
    json.dumps([event.delta for event in events if isinstance(event, PartDelta)], ensure_ascii=False).encode()
