"""Every way in which an answer of Google's can end: its finish reasons, prompts that were blocked, errors in mid-stream."""

from __future__ import annotations

import json
from typing import Any

import pytest

from nbagent.errors import MalformedCall, MissingSignature, Overloaded, PromptBlocked, ProviderError, RateLimited, RequestRefused
from nbagent.events import PartFinished, StreamEnded, UsageReported
from nbagent.messages import TextPart
from nbagent.providers.google.decode import GoogleDecoder
from tests.contract import said
from tests.test_google_decode import mine, parts, read
from tests.wire_lines import data
from tests.wire_lines_google import COUNTS, chunk, last

ENDINGS = [
    ("STOP", "stop", ""),
    ("MAX_TOKENS", "length", ""),
    ("CONTINUATION", "pause", ""),
    *(
        (name, "content_filter", name)
        for name in ("SAFETY", "RECITATION", "LANGUAGE", "BLOCKLIST", "PROHIBITED_CONTENT", "SPII", "IMAGE_SAFETY", "MODEL_ARMOR")
    ),
    *((name, "content_filter", name) for name in ("IMAGE_PROHIBITED_CONTENT", "IMAGE_RECITATION", "ESCALATION", "PUP_LIMITED_DISABLED")),
    *((name, "stop", name) for name in ("OTHER", "NO_IMAGE", "IMAGE_OTHER", "FINISH_REASON_UNSPECIFIED", "NEVER_HEARD_OF")),
]


@pytest.mark.parametrize(("reason", "ours", "detail"), ENDINGS)
def test_every_finish_reason_has_its_word(reason: str, ours: str, detail: str) -> None:
    events, failure = read(chunk({"text": "a"}), last(reason=reason))
    assert failure is None
    assert events[-1] == StreamEnded(ours, detail)  # type: ignore[arg-type]


def test_what_google_says_of_the_end_is_its_detail() -> None:
    events, _ = read(last(reason="SAFETY", finishMessage="Harassment."))
    assert events[-1] == StreamEnded("content_filter", "Harassment.")


@pytest.mark.parametrize("reason", ["MALFORMED_FUNCTION_CALL", "MALFORMED_RESPONSE", "UNEXPECTED_TOOL_CALL", "TOO_MANY_TOOL_CALLS"])
def test_a_call_that_cannot_be_read_is_a_failure_and_no_empty_text(reason: str) -> None:
    events, failure = read(chunk({"text": "Let me see."}), last(reason=reason, finishMessage="Malformed function call: print(default_api.f("))
    assert isinstance(failure, MalformedCall)
    assert failure.retryable
    assert reason in failure.what
    assert "default_api" in failure.why
    assert said(events) == "Let me see."
    assert any(isinstance(event, UsageReported) for event in events)
    assert not any(isinstance(event, StreamEnded) for event in events)


def test_a_missing_signature_is_a_failure_that_asking_again_does_not_mend() -> None:
    _, failure = read(last(reason="MISSING_THOUGHT_SIGNATURE"))
    assert isinstance(failure, MissingSignature)
    assert not failure.retryable


def test_a_prompt_that_is_blocked_is_a_failure_and_no_empty_text() -> None:
    rating = {"category": "HARM_CATEGORY_DANGEROUS_CONTENT", "probability": "HIGH", "blocked": True}
    for feedback, why in (
        ({"blockReason": "PROHIBITED_CONTENT"}, "no more than this"),
        ({"blockReason": "SAFETY", "safetyRatings": [rating]}, "HARM_CATEGORY_DANGEROUS_CONTENT"),
        ({"blockReason": "MODEL_ARMOR", "blockReasonMessage": "Found a key."}, "Found a key."),
    ):
        events, failure = read(data({"promptFeedback": feedback, "usageMetadata": {"promptTokenCount": 9, "totalTokenCount": 9}}))
        assert isinstance(failure, PromptBlocked)
        assert isinstance(failure, RequestRefused)
        assert not failure.retryable
        assert feedback["blockReason"] in failure.what
        assert why in failure.why
        assert [type(event) for event in events] == [UsageReported]


def test_feedback_that_blocks_nothing_is_no_failure() -> None:
    feedback = data({"promptFeedback": {"safetyRatings": [{"category": "X", "probability": "NEGLIGIBLE"}]}})
    assert parts(feedback, chunk({"text": "a"}), last()) == [TextPart("a")]


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        ({"code": 503, "message": "overloaded", "status": "UNAVAILABLE"}, Overloaded),
        ({"message": "overloaded", "status": "UNAVAILABLE"}, Overloaded),
        ({"code": 429, "message": "Resource exhausted", "status": "RESOURCE_EXHAUSTED"}, RateLimited),
        ({"code": 400, "message": "Function call is missing a thought_signature in functionCall parts.", "status": "INVALID_ARGUMENT"}, MissingSignature),
    ],
)
@pytest.mark.parametrize("listed", [False, True])
def test_an_error_in_mid_stream_is_typed_alone_and_in_a_list(error: dict[str, Any], kind: type[ProviderError], listed: bool) -> None:
    events, failure = read(chunk({"text": "a"}), data([{"error": error}] if listed else {"error": error}), last())
    assert type(failure) is kind
    assert said(events) == "a"


def test_an_answer_that_is_not_at_its_end_says_how_it_goes_on() -> None:
    events, _ = read(chunk({"text": "half"}), last(reason="CONTINUATION", continuationToken="dG9rZW4="))
    assert events[-2:] == [PartFinished(1, TextPart("", mine(continuation="dG9rZW4="))), StreamEnded("pause")]


def test_nothing_more_is_read_once_the_end_was_told() -> None:
    decoder = GoogleDecoder("gemini-x")
    decoder.feed([json.dumps({"candidates": [{"finishReason": "STOP"}]}).encode()])
    assert not decoder.done
    decoder.feed([json.dumps({"usageMetadata": COUNTS}).encode()])
    assert decoder.done
