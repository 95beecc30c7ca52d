"""The same few answers as each API writes them: one row an adapter, for the contract that holds over all of them.

Hand-written after what the vendors send. Every row says the same: the texts, calls and counts named here.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from nbagent.errors import Overloaded, ProviderError
from nbagent.messages import Usage
from nbagent.provider import Provider
from nbagent.providers.openai_chat import OpenAIChat
from nbagent.providers.openai_chat_stream import ChatDecoder
from nbagent.providers.transport import Decoder

KEY = "sk-test-0123456789abcdef"

TEXT = ["Grüße, ", "世界 ", "😀!\n"]  # the deltas of the text answer
REASONING = ["Let me ", "think."]  # comes before SHORT
SHORT = "Done."
CALLS = {"get_weather": '{"city": "Zürich"}', "get_time": "{}"}  # two calls in one answer, in this order
USAGE = Usage(input_tokens=120, output_tokens=15, cache_read_tokens=100, reasoning_tokens=7)  # of the text answer
MODEL, RESPONSE_ID = "model-2026", "resp_1"  # who really answered


@dataclass(frozen=True)
class Row:
    """An adapter and its lines. `text`, `reasoning` and `calls` are whole streams as events with their blank lines;
    `failing` says the text's first delta, then the vendor's error of overload, which becomes `failure`. The stream is
    whole without its last `spare` events."""

    name: str
    make: Callable[[str], Provider]
    """From the server's URL; with `KEY`."""
    keyless: Callable[[], Provider]
    key_variable: str
    decoder: Callable[[], Decoder]
    text: list[bytes]
    reasoning: list[bytes]
    calls: list[bytes]
    failing: list[bytes]
    failure: type[ProviderError] = Overloaded
    spare: int = 0
    spare_in_calls: int = 0


def data(value: Any) -> bytes:
    """One event whose JSON says what it is."""
    return b"data: " + json.dumps(value, ensure_ascii=False).encode() + b"\n\n"


def _chat(delta: dict[str, Any] | None = None, *, finish: str | None = None, **more: Any) -> bytes:
    choices = [] if delta is None else [{"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish}]
    return data({"id": RESPONSE_ID, "object": "chat.completion.chunk", "created": 1, "model": MODEL, "choices": choices, **more})


def _called(index: int, arguments: str, **first: Any) -> bytes:
    function = {"arguments": arguments} | ({"name": first.pop("name")} if "name" in first else {})
    return _chat({"tool_calls": [{"index": index, **first, "function": function}]})


_CHAT_USAGE = {
    "prompt_tokens": 120, "completion_tokens": 15, "total_tokens": 135,
    "prompt_tokens_details": {"cached_tokens": 100, "audio_tokens": 0}, "completion_tokens_details": {"reasoning_tokens": 7},
}  # fmt: skip
_DONE = b"data: [DONE]\n\n"

_CHAT = Row(
    "openai-chat",
    make=lambda url: OpenAIChat(url + "/v1", KEY),
    keyless=OpenAIChat,
    key_variable="OPENAI_API_KEY",
    decoder=ChatDecoder,
    text=[
        _chat({"role": "assistant", "content": "", "refusal": None}),
        *(_chat({"content": text}) for text in TEXT),
        _chat({}, finish="stop"),
        _chat(usage=_CHAT_USAGE),
        _DONE,
    ],
    reasoning=[
        *(_chat({"reasoning_content": text, "content": None}) for text in REASONING),
        _chat({"content": SHORT}),
        _chat({}, finish="stop"),
        _DONE,
    ],
    calls=[
        _called(0, "", id="call_1", type="function", name="get_weather"),
        _called(1, "", id="call_2", type="function", name="get_time"),
        _called(0, '{"city": '),
        _called(1, "{}"),
        _called(0, '"Zürich"}'),
        _chat({}, finish="tool_calls"),
        _DONE,
    ],
    failing=[
        _chat({"role": "assistant", "content": TEXT[0]}),
        data({"error": {"message": "The engine is overloaded.", "type": "server_error", "code": 503}}),
        _DONE,
    ],
    spare=2,
    spare_in_calls=1,
)

ROWS: list[Row] = [_CHAT]
