"""The answers that the benchmarks' server gives, as each API writes them: lines with all the fields that the vendors' have."""

from __future__ import annotations

import base64
import json
import random
import struct
import zlib
from collections.abc import Callable, Iterator
from typing import Any

MODELS = {
    "openai-chat": "gpt-5.2",
    "openai": "gpt-5.2",
    "anthropic": "claude-opus-4-8",
    "google": "gemini-3-pro",
    "bedrock": "amazon.nova-pro-v1:0",
    "bedrock-anthropic": "anthropic.claude-opus-4-8",
    "ollama": "qwen3",
    "openrouter": "openai/gpt-5.2",
}
_WORDS = [
    " the", " of", " and", " is", " a", " model", " answer", " rain", "ing", " coat", " über", "tokens", ",",
    ".", "\n\n", " **it**", " `x`", " 12", " and", " city", " weather", "'s", "-like", " Oslo", " 世界", "\n- ",
]  # fmt: skip


def tokens(count: int) -> list[str]:
    """A text as a model writes it, token by token; the same for the same count."""
    chance = random.Random(count)
    return [chance.choice(_WORDS) for _ in range(count)]


def _json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def _named(value: dict[str, Any]) -> bytes:
    return b"event: " + str(value["type"]).encode() + b"\ndata: " + _json(value) + b"\n\n"


def _padding(number: int) -> str:
    """What OpenAI adds so that the length of a line says nothing about its text."""
    return "aunfrTMKPSG6x"[number % 12 :]


def _chat(count: int) -> Iterator[bytes]:
    more = {
        "object": "chat.completion.chunk",
        "created": 1754432618,
        "model": MODELS["openai"],
        "service_tier": "default",
        "system_fingerprint": "fp_ff25b2783a",
    }
    used = {"prompt_tokens": 21, "completion_tokens": count, "total_tokens": 21 + count}

    def line(number: int, usage: Any = None, **choice: Any) -> bytes:
        choices = [{"index": 0, "delta": choice["delta"], "logprobs": None, "finish_reason": choice["finish"]}] if choice else []
        return (
            b"data: "
            + _json({"id": "chatcmpl-C1KMEUDb1vVwsROQUCZTgG6A6vtWo", **more, "choices": choices, "usage": usage, "obfuscation": _padding(number)})
            + b"\n\n"
        )

    yield line(0, delta={"role": "assistant", "content": "", "refusal": None}, finish=None)
    for number, token in enumerate(tokens(count)):
        yield line(number, delta={"content": token}, finish=None)
    yield line(0, delta={}, finish="stop")
    yield line(0, usage=used)
    yield b"data: [DONE]\n\n"


def _responses(count: int) -> Iterator[bytes]:
    response = {
        "id": "resp_067b756b377f97050069e16f9a94",
        "object": "response",
        "created_at": 1754432618,
        "model": MODELS["openai"],
        "output": [],
        "error": None,
    }
    item = {"id": "msg_067b756b377f97050069e16f9c32f081908789d727b300cbf0", "type": "message", "role": "assistant"}
    place = {"content_index": 0, "item_id": item["id"], "output_index": 0}
    text = "".join(tokens(count))
    content = {"type": "output_text", "annotations": [], "logprobs": [], "text": text}
    done = {**item, "status": "completed", "content": [content]}
    used = {
        "input_tokens": 21,
        "input_tokens_details": {"cached_tokens": 0},
        "output_tokens": count,
        "output_tokens_details": {"reasoning_tokens": 0},
        "total_tokens": count,
    }
    yield _named({"type": "response.created", "response": {**response, "status": "in_progress", "usage": None}, "sequence_number": 0})
    yield _named({"type": "response.in_progress", "response": {**response, "status": "in_progress", "usage": None}, "sequence_number": 1})
    yield _named({"type": "response.output_item.added", "item": {**item, "status": "in_progress", "content": []}, "output_index": 0, "sequence_number": 2})
    yield _named({"type": "response.content_part.added", **place, "part": {**content, "text": ""}, "sequence_number": 3})
    for number, token in enumerate(tokens(count)):
        yield _named(
            {"type": "response.output_text.delta", **place, "delta": token, "logprobs": [], "obfuscation": _padding(number), "sequence_number": number + 4}
        )
    yield _named({"type": "response.output_text.done", **place, "text": text, "logprobs": [], "sequence_number": count + 4})
    yield _named({"type": "response.content_part.done", **place, "part": content, "sequence_number": count + 5})
    yield _named({"type": "response.output_item.done", "item": done, "output_index": 0, "sequence_number": count + 6})
    yield _named({"type": "response.completed", "response": {**response, "status": "completed", "output": [done], "usage": used}, "sequence_number": count + 7})


def _messages(count: int) -> Iterator[bytes]:
    message = {"id": "msg_01QmxBSdEbD9ZeBWDVgFDoQ5", "type": "message", "role": "assistant", "model": MODELS["anthropic"], "content": []}
    used = {"input_tokens": 21, "cache_creation_input_tokens": 0, "cache_read_input_tokens": 0, "output_tokens": 1, "service_tier": "standard"}
    yield _named({"type": "message_start", "message": {**message, "stop_reason": None, "stop_sequence": None, "usage": used}})
    yield _named({"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}})
    yield _named({"type": "ping"})
    for token in tokens(count):
        yield _named({"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": token}})
    yield _named({"type": "content_block_stop", "index": 0})
    yield _named({"type": "message_delta", "delta": {"stop_reason": "end_turn", "stop_sequence": None}, "usage": {"output_tokens": count}})
    yield _named({"type": "message_stop"})


def _google(count: int) -> Iterator[bytes]:
    def chunk(text: str, **more: Any) -> bytes:
        used = {
            "promptTokenCount": 21,
            "candidatesTokenCount": count,
            "totalTokenCount": 21 + count,
            "promptTokensDetails": [{"modality": "TEXT", "tokenCount": 21}],
        }
        candidate = {"content": {"parts": [{"text": text}], "role": "model"}, "index": 0, **more}
        return b"data: " + _json({"candidates": [candidate], "usageMetadata": used, "modelVersion": MODELS["google"], "responseId": "v9bqaIy_GZ"}) + b"\r\n\r\n"

    for token in tokens(count):
        yield chunk(token)
    yield chunk("", finishReason="STOP")


def _ollama(count: int) -> Iterator[bytes]:
    line = {"model": MODELS["ollama"], "created_at": "2026-11-01T12:00:00.123456789Z"}
    for token in tokens(count):
        yield _json({**line, "message": {"role": "assistant", "content": token}, "done": False}) + b"\n"
    times = {"total_duration": 9_000_000_000, "load_duration": 30_000_000, "prompt_eval_duration": 90_000_000, "eval_duration": 8_000_000_000}
    ended = {"message": {"role": "assistant", "content": ""}, "done_reason": "stop", "done": True}
    yield _json({**line, **ended, **times, "prompt_eval_count": 21, "eval_count": count}) + b"\n"


def _frame(kind: str, payload: bytes) -> bytes:
    """A message of AWS's event stream, after the format's documentation: prelude, headers, payload, each checked."""
    named = {":event-type": kind, ":content-type": "application/json", ":message-type": "event"}
    headers = b"".join(bytes([len(name)]) + name.encode() + b"\x07" + struct.pack(">H", len(value)) + value.encode() for name, value in named.items())
    prelude = struct.pack(">II", 16 + len(headers) + len(payload), len(headers))
    message = prelude + struct.pack(">I", zlib.crc32(prelude)) + headers + payload
    return message + struct.pack(">I", zlib.crc32(message))


def _converse(count: int) -> Iterator[bytes]:
    yield _frame("messageStart", _json({"p": "abcdefgh", "role": "assistant"}))
    for number, token in enumerate(tokens(count)):
        yield _frame("contentBlockDelta", _json({"contentBlockIndex": 0, "delta": {"text": token}, "p": _padding(number)}))
    yield _frame("contentBlockStop", _json({"contentBlockIndex": 0, "p": "abc"}))
    yield _frame("messageStop", _json({"p": "abcdef", "stopReason": "end_turn"}))
    used = {"inputTokens": 21, "outputTokens": count, "totalTokens": 21 + count}
    yield _frame("metadata", _json({"metrics": {"latencyMs": 812}, "p": "ab", "usage": used}))


def _invoked(count: int) -> Iterator[bytes]:
    """Claude on Bedrock: Messages' own events in frames, as base64."""
    for event in _messages(count):
        inner = event[event.index(b"data: ") + 6 :].strip()
        yield _frame("chunk", _json({"bytes": base64.b64encode(inner).decode(), "p": "abcdefg"}))


ANSWERS: dict[str, Callable[[int], Iterator[bytes]]] = {
    "openai-chat": _chat,
    "openai": _responses,
    "anthropic": _messages,
    "google": _google,
    "bedrock": _converse,
    "bedrock-anthropic": _invoked,
    "ollama": _ollama,
    "openrouter": _chat,
}
TYPES = {"bedrock": "application/vnd.amazon.eventstream", "bedrock-anthropic": "application/vnd.amazon.eventstream", "ollama": "application/x-ndjson"}
WITH_SDK = ("openai-chat", "openai", "anthropic")  # carried by their vendor's SDK, which other engines use as well
