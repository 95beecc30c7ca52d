"""Chunks of a Chat Completions stream, and what the decoder makes of them."""

from __future__ import annotations

import json
from typing import Any

from nbagent.events import PartFinished, PartStarted
from nbagent.providers.openai.chat_stream import NAME, ChatDecoder


def chunk(delta: dict[str, Any] | None = None, finish: str | None = None, **more: Any) -> dict[str, Any]:
    return {"id": "r", "model": "m-1", "choices": [] if delta is None else [{"index": 0, "delta": delta, "finish_reason": finish}], **more}


def calling(*calls: dict[str, Any]) -> dict[str, Any]:
    return chunk({"tool_calls": list(calls)})


def fn(name: str | None = None, arguments: Any = None, **more: Any) -> dict[str, Any]:
    return {**more, "function": {key: value for key, value in (("name", name), ("arguments", arguments)) if value is not None}}


def read(*chunks: dict[str, Any] | bytes, finish: str | None = "stop", model: str = "m", provider: str = NAME) -> tuple[list[Any], ChatDecoder]:
    """The events of a stream of these chunks, closed by a finish reason and [DONE]."""
    payloads = [c if isinstance(c, bytes) else json.dumps(c).encode() for c in chunks]
    if finish is not None:
        payloads += [json.dumps(chunk({}, finish)).encode(), b"[DONE]"]
    decoder = ChatDecoder(model, provider=provider)
    events = decoder.feed(payloads)
    return (events if decoder.failure is not None else events + decoder.end()), decoder


def parts(*chunks: dict[str, Any] | bytes, **options: Any) -> list[Any]:
    events, decoder = read(*chunks, **options)
    assert decoder.failure is None
    started = [event.index for event in events if isinstance(event, PartStarted)]
    finished = {event.index: event.part for event in events if isinstance(event, PartFinished)}
    assert sorted(started) == sorted(finished) == list(range(len(started)))
    return [finished[index] for index in sorted(finished)]
