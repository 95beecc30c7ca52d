"""Claims on what Bedrock's stream means, by hand-written frames and by the recorded ones.

The recordings are not part of the project: they are looked for in `$NBAGENT_WIRE_CORPUS` or beside the repository.
"""

from __future__ import annotations

import asyncio
import json
import os
from base64 import b64encode
from pathlib import Path
from typing import Any

import pytest

from nbagent.errors import (
    ContextLengthExceeded,
    IncompleteStream,
    NbagentError,
    Overloaded,
    ProviderError,
    ProviderTimeout,
    RateLimited,
    RequestRefused,
    ServerFailed,
)
from nbagent.events import ModelAnswered, PartDelta, PartFinished, PartStarted, ProviderEvent, StreamEnded, UsageReported
from nbagent.messages import Citation, FilePart, ReasoningPart, ServerToolPart, TextPart, ToolCallPart, Usage, assistant
from nbagent.provider import Request
from nbagent.providers.bedrock.adapter import Bedrock
from nbagent.providers.bedrock.decode import ConverseDecoder
from nbagent.providers.bedrock.events import usage_of
from nbagent.providers.carriers.eventstream import EventFrames
from tests.contract import check_pairs, heard, parts, said
from tests.event_frames import event, exception
from tests.wire_lines import KEY
from tests.wire_lines_bedrock import answer, delta, stop, tool
from tests.wire_server import Answer, WireServer

MODEL = "anthropic.claude-x"
CORPUS = Path(os.environ.get("NBAGENT_WIRE_CORPUS", Path(__file__).parents[2] / "shared" / "wire")) / "bedrock" / "converse-stream"


def decoded(*frames: bytes, model: str = MODEL) -> tuple[list[ProviderEvent], ProviderError | None]:
    decoder = ConverseDecoder(model)
    events = decoder.feed(EventFrames().feed(b"".join(frames)))
    return events + (decoder.end() if decoder.failure is None else []), decoder.failure


def whole(*frames: bytes, **how: Any) -> list[ProviderEvent]:
    """The events of an answer that is complete."""
    events, failure = decoded(*answer(*frames, **how))
    assert failure is None
    check_pairs(events)
    return events


# -- blocks -----------------------------------------------------------------------------------------------------------


def test_a_text_block_begins_with_its_first_text_and_an_empty_one_is_none() -> None:
    events = whole(delta(0, text=""), stop(0), delta(1, text=""), delta(1, text="Hi"), stop(1))
    assert [event for event in events if isinstance(event, PartStarted)] == [PartStarted(0, TextPart(""))]
    assert parts(events) == [TextPart("Hi")]


def test_a_text_whose_end_is_not_said_is_whole_when_the_next_block_begins() -> None:
    events = whole(delta(0, text="A"), tool(1, "t1", "go"), delta(1, toolUse={"input": "{}"}), stop(1), reason="tool_use")
    assert [type(event) for event in events[:4]] == [PartStarted, PartDelta, PartFinished, PartStarted]
    assert parts(events) == [TextPart("A"), ToolCallPart("t1", "go", "{}")]


def test_a_call_without_input_has_none_and_a_call_without_an_id_gets_one() -> None:
    first, second, third = parts(whole(tool(0, "t1", "go"), stop(0), tool(1, "t1", "go"), stop(1), tool(2, "", "go"), stop(2), reason="tool_use"))
    assert (first.id, first.arguments) == ("t1", "")
    assert len({first.id, second.id, third.id, ""}) == 4


def test_calls_are_calls_also_where_the_reason_says_the_turn_ended() -> None:
    assert whole(tool(0, "t1", "go"), stop(0))[-1] == StreamEnded("tool_calls")


def test_reasoning_keeps_its_signature_for_the_model_it_belongs_to() -> None:
    signed = [delta(0, reasoningContent={"text": "Hm"}), delta(0, reasoningContent={"signature": "si"}), delta(0, reasoningContent={"signature": "g"}), stop(0)]
    thought, text = parts(whole(*signed, delta(1, text="Hi"), stop(1)))
    assert thought == ReasoningPart("Hm", provider_metadata={"bedrock": {"model": MODEL, "signature": "sig"}})
    (turn,) = Bedrock().to_wire(Request(MODEL, (assistant(thought, text),)))["messages"]
    assert turn["content"][0] == {"reasoningContent": {"reasoningText": {"text": "Hm", "signature": "sig"}}}


def test_reasoning_that_is_redacted_or_only_signed_is_kept() -> None:
    halves = [b64encode(b"abc").decode(), b64encode(b"de").decode()]
    redacted, signed = parts(
        whole(*(delta(0, reasoningContent={"redactedContent": half}) for half in halves), stop(0), delta(1, reasoningContent={"signature": "s"}), stop(1))
    )
    assert redacted == ReasoningPart("", redacted=True, provider_metadata={"bedrock": {"model": MODEL, "redacted": b64encode(b"abcde").decode()}})
    assert signed.provider_metadata == {"bedrock": {"model": MODEL, "signature": "s"}}


def test_citations_are_the_texts_sources_and_go_back_as_they_came() -> None:
    raw = {"title": "Report", "sourceContent": [{"text": "It "}, {"text": "rains."}], "location": {"web": {"url": "https://x.org"}}}
    page = {"source": "doc", "location": {"documentPage": {"documentIndex": 0, "start": 2, "end": 3}}}
    (text,) = parts(whole(delta(0, text="Rain."), delta(0, citation=raw), delta(0, citation=page), stop(0)))
    assert text.citations == (Citation("https://x.org", "Report", "It rains."), Citation(None, "doc"))
    assert text.provider_metadata == {"bedrock": {"model": MODEL, "citations": [raw, page]}}


def test_a_tool_of_awss_is_one_part_with_its_result() -> None:
    start = event("contentBlockStart", {"contentBlockIndex": 0, "start": {"toolUse": {"toolUseId": "s1", "name": "nova_grounding", "type": "server_tool_use"}}})
    result = event("contentBlockStart", {"contentBlockIndex": 1, "start": {"toolResult": {"toolUseId": "s1", "type": "nova_result", "status": "success"}}})
    events = whole(
        *(start, delta(0, toolUse={"input": '{"q": 1}'}), stop(0)),
        *(result, delta(1, toolResult=[{"text": "found"}]), delta(1, toolResult=[{"json": {"n": 1}}]), stop(1)),
        *(delta(2, text="So."), stop(2)),
    )
    served, text = parts(events)
    assert (served.id, served.name, served.arguments, served.result) == ("s1", "nova_grounding", '{"q": 1}', 'found\n{"n":1}')
    assert isinstance(served, ServerToolPart)
    assert events[-1] == StreamEnded("stop")
    (turn,) = Bedrock().to_wire(Request(MODEL, (assistant(served, text),)))["messages"]
    assert [next(iter(block)) for block in turn["content"]] == ["toolUse", "toolResult", "text"]
    assert turn["content"][1]["toolResult"]["content"] == [{"text": "found"}, {"json": {"n": 1}}]


def test_a_tool_of_awss_without_a_result_is_shown() -> None:
    start = event("contentBlockStart", {"contentBlockIndex": 0, "start": {"toolUse": {"toolUseId": "s1", "name": "code", "type": "server_tool_use"}}})
    (served,) = parts(whole(start, stop(0)))
    assert (served.name, served.result) == ("code", "")


def test_an_image_of_the_models_is_a_file() -> None:
    start = event("contentBlockStart", {"contentBlockIndex": 0, "start": {"image": {"format": "jpeg"}}})
    pieces = [delta(0, image={"source": {"bytes": b64encode(piece).decode()}}) for piece in (b"\xff\xd8", b"rest")]
    assert parts(whole(start, *pieces, stop(0))) == [FilePart("image/jpeg", data=b"\xff\xd8rest")]


# -- the end ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("reason", "expected"),
    [
        ("end_turn", StreamEnded("stop")),
        ("stop_sequence", StreamEnded("stop")),
        ("max_tokens", StreamEnded("length")),
        ("guardrail_intervened", StreamEnded("content_filter", "guardrail_intervened")),
        ("content_filtered", StreamEnded("content_filter", "content_filtered")),
        ("model_context_window_exceeded", StreamEnded("context")),
        ("something_new", StreamEnded("stop", "something_new")),
    ],
)
def test_every_reason_is_told(reason: str, expected: StreamEnded) -> None:
    assert whole(delta(0, text="Hi"), stop(0), reason=reason)[-1] == expected


@pytest.mark.parametrize("reason", ["malformed_model_output", "malformed_tool_use"])
def test_what_bedrock_cannot_read_of_the_model_is_a_failure_after_what_came(reason: str) -> None:
    events, failure = decoded(*answer(delta(0, text="Hi"), reason=reason))
    assert type(failure) is ServerFailed
    assert failure.retryable
    assert said(events) == "Hi"
    assert any(isinstance(event, UsageReported) for event in events)


@pytest.mark.parametrize(
    ("kind", "message", "expected"),
    [
        ("throttlingException", "Too many requests", RateLimited),
        ("serviceUnavailableException", "busy", Overloaded),
        ("internalServerException", "oops", ServerFailed),
        ("modelStreamErrorException", "the model broke", ServerFailed),
        ("modelTimeoutException", "slow", ProviderTimeout),
        ("validationException", "bad field", RequestRefused),
        ("validationException", "Input is too long for requested model.", ContextLengthExceeded),
    ],
)
def test_an_exception_in_mid_stream_is_typed_and_comes_after_the_text(kind: str, message: str, expected: type[ProviderError]) -> None:
    events, failure = decoded(answer()[0], delta(0, text="Hi"), exception(kind, message))
    assert type(failure) is expected
    assert message in failure.why
    assert said(events) == "Hi"


def test_without_its_stop_an_answer_was_cut_and_without_its_costs_it_is_whole() -> None:
    frames = answer(delta(0, text="Hi"), stop(0))
    assert isinstance(decoded(*frames[:-2])[1], IncompleteStream)
    assert isinstance(decoded(*frames[:-2], frames[-1])[1], IncompleteStream)
    assert decoded(*frames[:-1])[1] is None


def test_costs_before_the_stop_are_taken_as_well() -> None:
    *frames, last, costs = answer(delta(0, text="Hi"), stop(0))
    events, failure = decoded(*frames, costs, last)
    assert failure is None
    assert events[-1] == StreamEnded("stop")


@pytest.mark.parametrize(
    ("model", "raw", "expected"),
    [
        (MODEL, {"inputTokens": 8, "outputTokens": 5, "totalTokens": 113, "cacheReadInputTokens": 90, "cacheWriteInputTokens": 10}, Usage(108, 5, 90, 10)),
        (MODEL, {"inputTokens": 200, "outputTokens": 5, "cacheReadInputTokens": 90}, Usage(290, 5, 90)),
        ("openai.gpt-5.6-luna", {"inputTokens": 200, "outputTokens": 5, "cacheReadInputTokens": 90}, Usage(200, 5, 90)),
        ("openai.gpt-5.6-luna", {"inputTokens": 2, "outputTokens": 5, "cacheReadInputTokens": 90}, Usage(92, 5, 90)),
        (MODEL, {"inputTokens": None, "outputTokens": "x"}, Usage()),
    ],
)
def test_cached_tokens_are_counted_once_as_input(model: str, raw: dict[str, Any], expected: Usage) -> None:
    assert usage_of(raw, model) == expected


def test_the_model_that_a_router_chose_is_named() -> None:
    arn = "arn:aws:bedrock:us-east-1::foundation-model/anthropic.claude-3-haiku-20240307-v1:0"
    events, _ = decoded(*answer()[:-1], event("metadata", {"usage": {"inputTokens": 1}, "trace": {"promptRouter": {"invokedModelId": arn}}}))
    assert [event.model for event in events if isinstance(event, ModelAnswered)] == ["anthropic.claude-3-haiku-20240307-v1:0"]


# -- recorded ---------------------------------------------------------------------------------------------------------


EXPECTED: dict[str, tuple[Any, ...]] = {  # file -> text, reasoning, calls, input and output tokens, reason; the .jsonl hold events only
    "otl.test_anthropic__test_anthropic_converse_stream_with_tool_use.0.eventstream.bin": (None, "", ["get_weather"], None, "tool_calls"),
    "pai.test_bedrock__test_bedrock_model_stream_empty_text_delta.0.eventstream.bin": (None, None, [], None, "stop"),
    "vai.amazon-bedrock-json-other-tool.1.jsonl": ("", "", ["get-weather"], (843, 28), "tool_calls"),
    "vai.amazon-bedrock-json-tool-text-then-weather-then-json.1.jsonl": (
        "2 + 2 equals 4. Now let me check the weather for you.", "", ["weather", "weather"], (500, 100), "tool_calls"
    ),
    "vai.amazon-bedrock-json-with-tool.1.jsonl": ("Calling a tool first.Now JSON.", "", ["get-weather", "json"], None, "tool_calls"),
}  # fmt: skip


def _body(path: Path) -> bytes:
    if path.suffix == ".bin":
        return path.read_bytes()
    return b"".join(event(kind, inner) for line in path.read_text().splitlines() if line.strip() for kind, inner in json.loads(line).items())


def _plain(path: Path) -> tuple[str, str]:
    """All texts and all reasoning of a recording, read plainly."""
    payloads = [json.loads(payload) for payload in EventFrames().feed(_body(path))]
    deltas = [payload["contentBlockDelta"]["delta"] for payload in payloads if "contentBlockDelta" in payload]
    return "".join(d.get("text", "") for d in deltas), "".join(d.get("reasoningContent", {}).get("text", "") for d in deltas)


@pytest.mark.skipif(not CORPUS.is_dir(), reason="the recorded streams are not here")
@pytest.mark.parametrize("split", [1, 7, None])
@pytest.mark.parametrize("name", EXPECTED)
def test_a_recorded_stream_through_a_socket_says_what_it_holds(name: str, split: int | None) -> None:
    events, failure = _through_a_socket(Answer(_body(CORPUS / name), split=split))
    assert failure is None
    check_pairs(events)
    text, reasoning, calls, tokens, reason = EXPECTED[name]
    found = parts(events)
    plainly = _plain(CORPUS / name)
    assert "".join(part.text for part in found if isinstance(part, TextPart)) == plainly[0] == (plainly[0] if text is None else text)
    assert "".join(part.text for part in found if isinstance(part, ReasoningPart)) == plainly[1] == (plainly[1] if reasoning is None else reasoning)
    assert not any(isinstance(part, TextPart) and not part.text for part in found)
    assert [part.name for part in found if isinstance(part, ToolCallPart)] == calls
    assert all(isinstance(json.loads(part.arguments), dict) for part in found if isinstance(part, ToolCallPart))
    usages = [event.usage for event in events if isinstance(event, UsageReported)]
    assert tokens is None or [(usage.input_tokens, usage.output_tokens) for usage in usages] == [tokens]
    assert events[-1] == StreamEnded(reason)


def _through_a_socket(given: Answer) -> tuple[list[ProviderEvent], NbagentError | None]:
    with WireServer(given) as server:
        return asyncio.run(heard(Bedrock(server.url, KEY)))
