"""The contract's answers as Bedrock's ConverseStream gives them: binary frames, and what it cost after the end."""

from __future__ import annotations

import json
from typing import Any

from nbagent.messages import Usage
from nbagent.providers.bedrock.adapter import Bedrock
from nbagent.providers.bedrock.decode import ConverseDecoder
from nbagent.providers.carriers.eventstream import EventFrames
from tests.event_frames import event, exception, frame
from tests.wire_lines import KEY, REASONING, SHORT, TEXT, Row


def framed(payload: bytes) -> bytes:
    """A payload as `EventFrames` gives it, in a frame again; what is none stands where a delta would."""
    try:
        value = json.loads(payload)
    except (ValueError, RecursionError):
        value = None
    match value:
        case {"error": {"type": str(kind), "message": str(message)}}:
            return exception(kind, message)
        case dict() if len(value) == 1 and isinstance(inner := next(iter(value.values())), dict):
            return event(next(iter(value)), inner)
        case _:
            return frame({":event-type": "contentBlockDelta", ":message-type": "event"}, payload)


def delta(index: int, **more: Any) -> bytes:
    return event("contentBlockDelta", {"contentBlockIndex": index, "delta": more, "p": "abc"})


def tool(index: int, id_: str, name: str) -> bytes:
    return event("contentBlockStart", {"contentBlockIndex": index, "start": {"toolUse": {"toolUseId": id_, "name": name}}})


def stop(index: int) -> bytes:
    return event("contentBlockStop", {"contentBlockIndex": index})


def answer(*events: bytes, reason: str = "end_turn") -> list[bytes]:
    """A whole answer around its blocks."""
    usage = {"inputTokens": 20, "outputTokens": 15, "totalTokens": 135, "cacheReadInputTokens": 100, "cacheWriteInputTokens": 0}
    return [
        event("messageStart", {"role": "assistant"}),
        *events,
        event("messageStop", {"stopReason": reason}),
        event("metadata", {"usage": usage, "metrics": {"latencyMs": 9}}),
    ]


ROWS = [
    Row(
        "bedrock",
        make=lambda url: Bedrock(url, KEY),
        keyless=None,
        key_variable="AWS_BEARER_TOKEN_BEDROCK",
        decoder=lambda: ConverseDecoder("model-x"),
        text=answer(*(delta(0, text=text) for text in TEXT), stop(0)),
        reasoning=answer(
            *(delta(0, reasoningContent={"text": text}) for text in REASONING),
            delta(0, reasoningContent={"signature": "sig"}),
            stop(0),
            delta(1, text=SHORT),
            stop(1),
        ),
        calls=answer(
            tool(0, "tooluse_1", "get_weather"),
            tool(1, "tooluse_2", "get_time"),
            delta(0, toolUse={"input": '{"city": '}),
            delta(1, toolUse={"input": "{}"}),
            delta(0, toolUse={"input": '"Zürich"}'}),
            stop(0),
            stop(1),
            reason="tool_use",
        ),
        failing=[*answer()[:1], delta(0, text=TEXT[0]), exception("serviceUnavailableException", "The model is overloaded.")],
        spare=1,
        spare_in_calls=1,
        framing=EventFrames,
        framed=framed,
        comment=None,
        usage=Usage(input_tokens=120, output_tokens=15, cache_read_tokens=100),
        model=None,
        response_id=None,
    )
]
