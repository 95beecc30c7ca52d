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
from nbagent.providers.anthropic.adapter import Anthropic
from nbagent.providers.anthropic.decode import AnthropicDecoder
from nbagent.providers.carriers.sse import Payloads
from nbagent.providers.carriers.transport import Decoder, Framing
from nbagent.providers.openai.chat import OpenAIChat
from nbagent.providers.openai.chat_stream import ChatDecoder
from nbagent.providers.openai.decode import ResponsesDecoder
from nbagent.providers.openai.responses import OpenAI

KEY = "sk-test-0123456789abcdef"

TEXT = ["Grüße, ", "世界 ", "😀!\n"]  # the deltas of the text answer
REASONING = ["Let me ", "think."]  # comes before SHORT
SHORT = "Done."
CALLS = {"get_weather": '{"city": "Zürich"}', "get_time": "{}"}  # two calls in one answer, in this order
USAGE = Usage(input_tokens=120, output_tokens=15, cache_read_tokens=100, reasoning_tokens=7)  # of the text answer
MODEL, RESPONSE_ID = "model-2026", "resp_1"  # who really answered


@dataclass(frozen=True, eq=False)
class Row:
    """An adapter and its lines. `text`, `reasoning` and `calls` are whole streams as events with their blank lines;
    `failing` says the text's first delta, then the vendor's error of overload, which becomes `failure`. The stream is
    whole without its last `spare` events."""

    name: str
    make: Callable[[str], Provider]
    """From the server's URL; with `KEY`."""
    keyless: Callable[[], Provider] | None
    """Without URL and key; None where the API is entered in another way (then `key_variable` is "")."""
    key_variable: str
    decoder: Callable[[], Decoder]
    text: list[bytes]
    reasoning: list[bytes]
    calls: list[bytes]
    failing: list[bytes]
    failure: type[ProviderError] = Overloaded
    spare: int = 0
    spare_in_calls: int = 0
    unkeyed: Callable[[str], Provider] | None = None
    """From a server's URL without a key, where the class alone does not say whose adapter it is."""
    framing: Callable[[], Framing] = Payloads
    framed: Callable[[bytes], bytes] = lambda payload: b"data: " + payload + b"\n\n"
    """A payload as it stands in this API's body; `framing` takes it out again."""
    comment: bytes | None = b": ping\n\n"
    """What a body may hold that says nothing; None where there is no such thing."""
    usage: Usage = USAGE
    model: str | None = MODEL
    response_id: str | None = RESPONSE_ID
    """What of the text answer's `USAGE` this API counts, and which names it gives; None where it gives none."""


def data(value: Any) -> bytes:
    """One event whose JSON says what it is."""
    return b"data: " + json.dumps(value, ensure_ascii=False).encode() + b"\n\n"


def chat(delta: dict[str, Any] | None = None, *, finish: str | None = None, **more: Any) -> bytes:
    choices = [] if delta is None else [{"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish}]
    return data({"id": RESPONSE_ID, "object": "chat.completion.chunk", "created": 1, "model": MODEL, "choices": choices, **more})


def _called(index: int, arguments: str, **first: Any) -> bytes:
    function = {"arguments": arguments} | ({"name": first.pop("name")} if "name" in first else {})
    return chat({"tool_calls": [{"index": index, **first, "function": function}]})


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
    decoder=lambda: ChatDecoder("model-x"),
    text=[
        chat({"role": "assistant", "content": "", "refusal": None}),
        *(chat({"content": text}) for text in TEXT),
        chat({}, finish="stop"),
        chat(usage=_CHAT_USAGE),
        _DONE,
    ],
    reasoning=[
        *(chat({"reasoning_content": text, "content": None}) for text in REASONING),
        chat({"content": SHORT}),
        chat({}, finish="stop"),
        _DONE,
    ],
    calls=[
        _called(0, "", id="call_1", type="function", name="get_weather"),
        _called(1, "", id="call_2", type="function", name="get_time"),
        _called(0, '{"city": '),
        _called(1, "{}"),
        _called(0, '"Zürich"}'),
        chat({}, finish="tool_calls"),
        _DONE,
    ],
    failing=[
        chat({"role": "assistant", "content": TEXT[0]}),
        data({"error": {"message": "The engine is overloaded.", "type": "server_error", "code": 503}}),
        _DONE,
    ],
    spare=2,
    spare_in_calls=1,
)


def _block(index: int, *deltas: dict[str, Any], **given: Any) -> list[bytes]:
    """A content block of Anthropic's from its start to its end."""
    return [
        data({"type": "content_block_start", "index": index, "content_block": given}),
        *(data({"type": "content_block_delta", "index": index, "delta": delta}) for delta in deltas),
        data({"type": "content_block_stop", "index": index}),
    ]


def text_deltas(*texts: str) -> list[dict[str, Any]]:
    return [{"type": "text_delta", "text": text} for text in texts]


def _json_deltas(*texts: str) -> list[dict[str, Any]]:
    return [{"type": "input_json_delta", "partial_json": text} for text in texts]


def message(*events: bytes, stop: str, **usage: Any) -> list[bytes]:
    start = {"id": RESPONSE_ID, "type": "message", "role": "assistant", "model": MODEL, "content": [], "stop_reason": None}
    return [
        data({"type": "message_start", "message": {**start, "usage": {"input_tokens": 20, "cache_read_input_tokens": 100, "output_tokens": 1}}}),
        data({"type": "ping"}),
        *events,
        data({"type": "message_delta", "delta": {"stop_reason": stop, "stop_sequence": None}, "usage": {"output_tokens": 15, **usage}}),
        data({"type": "message_stop"}),
    ]


_FIRST_CALL = _block(0, *_json_deltas("", '{"city": ', '"Zürich"}'), type="tool_use", id="toolu_1", name="get_weather", input={})
_SECOND_CALL = _block(1, type="tool_use", id="toolu_2", name="get_time", input={})

MESSAGES = Row(
    "anthropic",
    make=lambda url: Anthropic(url, KEY),
    keyless=Anthropic,
    key_variable="ANTHROPIC_API_KEY",
    decoder=lambda: AnthropicDecoder("model-x"),
    text=message(*_block(0, *text_deltas(*TEXT), type="text", text=""), stop="end_turn", output_tokens_details={"thinking_tokens": 7}),
    reasoning=message(
        *_block(
            0,
            *({"type": "thinking_delta", "thinking": text} for text in REASONING),
            {"type": "signature_delta", "signature": "sig"},
            type="thinking",
            thinking="",
        ),
        *_block(1, *text_deltas(SHORT), type="text", text=""),
        stop="end_turn",
    ),
    calls=message(_FIRST_CALL[0], _SECOND_CALL[0], *_FIRST_CALL[1:], _SECOND_CALL[1], stop="tool_use"),
    failing=[
        *message(*_block(0, *text_deltas(TEXT[0]), type="text", text="")[:2], stop="")[:-2],
        b"event: error\n" + data({"type": "error", "error": {"type": "overloaded_error", "message": "The model is overloaded."}}),
    ],
)


def item(place: int, *deltas: bytes, **given: Any) -> list[bytes]:
    """An item of a response from its start to its end; `done` is what it holds then."""
    done = given.pop("done")
    return [
        data({"type": "response.output_item.added", "output_index": place, "item": given}),
        *deltas,
        data({"type": "response.output_item.done", "output_index": place, "item": {**given, **done, "status": "completed"}}),
    ]


def _delta(kind: str, place: int, delta: str, **more: Any) -> bytes:
    return data({"type": f"response.{kind}.delta", "item_id": f"item_{place}", "output_index": place, **more, "delta": delta})


def text_block(place: int, *texts: str) -> list[bytes]:
    content = {"type": "output_text", "text": "".join(texts), "annotations": []}
    deltas = [_delta("output_text", place, text, content_index=0, logprobs=[]) for text in texts]
    return item(place, *deltas, type="message", id=f"msg_{place}", role="assistant", content=[], done={"content": [content]})


def response(*events: bytes) -> list[bytes]:
    response = {"id": RESPONSE_ID, "object": "response", "model": MODEL, "output": [], "error": None, "usage": None}
    usage = {
        "input_tokens": 120, "input_tokens_details": {"cached_tokens": 100}, "output_tokens": 15,
        "output_tokens_details": {"reasoning_tokens": 7}, "total_tokens": 135,
    }  # fmt: skip
    return [
        data({"type": "response.created", "response": {**response, "status": "in_progress"}}),
        data({"type": "response.in_progress", "response": {**response, "status": "in_progress"}}),
        *events,
        data({"type": "response.completed", "response": {**response, "status": "completed", "usage": usage}}),
    ]


def _calling(place: int, name: str, *texts: str) -> list[bytes]:
    deltas = [_delta("function_call_arguments", place, text) for text in texts]
    return item(place, *deltas, type="function_call", id=f"fc_{place}", call_id=f"call_{place}", name=name, arguments="", done={"arguments": "".join(texts)})


_WEATHER, _TIME = _calling(0, "get_weather", '{"city": ', '"Zürich"}'), _calling(1, "get_time", "{}")

RESPONSES = Row(
    "openai",
    make=lambda url: OpenAI(url + "/v1", KEY),
    keyless=OpenAI,
    key_variable="OPENAI_API_KEY",
    decoder=lambda: ResponsesDecoder("model-x"),
    text=response(*text_block(0, *TEXT)),
    reasoning=response(
        *item(
            0, *(_delta("reasoning_summary_text", 0, text, summary_index=0) for text in REASONING),
            type="reasoning", id="rs_0", summary=[], done={"summary": [{"type": "summary_text", "text": "".join(REASONING)}], "encrypted_content": "gAAA"},
        ),
        *text_block(1, SHORT),
    ),
    calls=response(_WEATHER[0], _TIME[0], _WEATHER[1], _TIME[1], *_WEATHER[2:], _TIME[2]),
    failing=[
        *response(*text_block(0, TEXT[0])[:2])[:-1],
        data({"type": "error", "code": "server_is_overloaded", "message": "The model is overloaded.", "param": None}),
    ],
)  # fmt: skip

from tests import wire_lines_bedrock, wire_lines_clouds, wire_lines_google, wire_lines_like_openai, wire_lines_ollama, wire_lines_vendors  # noqa: E402  they stand on what is above

ROWS: list[Row] = [
    _CHAT,
    MESSAGES,
    RESPONSES,
    *wire_lines_bedrock.ROWS,
    *wire_lines_clouds.ROWS,
    *wire_lines_google.ROWS,
    *wire_lines_ollama.ROWS,
    *wire_lines_vendors.ROWS,
    *wire_lines_like_openai.ROWS,
]
