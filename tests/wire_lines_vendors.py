"""The contract's answers as vendors of Chat Completions write them, where their wire is another than OpenAI's."""

from __future__ import annotations

from typing import Any

from nbagent.messages import Usage
from nbagent.provider import Provider
from nbagent.providers.openai.chat import OpenAIChat
from nbagent.providers.openai.chat_stream import ChatDecoder
from nbagent.providers.openai.vendor_rows import GROQ, MISTRAL, OPENROUTER, Vendor
from nbagent.providers.openai.vendors import groq, mistral, openrouter
from tests.wire_lines import KEY, MODEL, REASONING, RESPONSE_ID, SHORT, TEXT, Row, data

_DONE = b"data: [DONE]\n\n"


def _chunk(delta: dict[str, Any] | None = None, *, finish: str | None = None, **more: Any) -> bytes:
    choices = [] if delta is None else [{"index": 0, "delta": delta, "finish_reason": finish}]
    return data({"id": RESPONSE_ID, "object": "chat.completion.chunk", "created": 1, "model": MODEL, "choices": choices, **more})


def call(id_: str, name: str, arguments: str, **more: Any) -> dict[str, Any]:
    return {"id": id_, "function": {"name": name, "arguments": arguments}, **more}


def made(vendor: Vendor) -> Any:
    def make(url: str) -> Provider:
        return OpenAIChat(url + "/v1", KEY, vendor=vendor)

    return make


def unkeyed(vendor: Vendor) -> Any:
    return lambda url: OpenAIChat(url + "/v1", vendor=vendor)


def decoder(vendor: Vendor) -> Any:
    return lambda: ChatDecoder("model-x", provider=vendor.name)


_WAITING = b": OPENROUTER PROCESSING\n\n"
_FROM = {"provider": "Somebody"}

_OPENROUTER = Row(
    "openrouter",
    make=made(OPENROUTER),
    keyless=openrouter,
    unkeyed=unkeyed(OPENROUTER),
    key_variable="OPENROUTER_API_KEY",
    decoder=decoder(OPENROUTER),
    text=[
        *(_WAITING + _chunk({"role": "assistant", "content": text, "reasoning": None}, **_FROM) for text in TEXT),
        _WAITING + _chunk({"role": "assistant", "content": ""}, finish="stop", native_finish_reason="end_turn", **_FROM),
        _chunk(
            {"role": "assistant", "content": ""}, finish=None, **_FROM,
            usage={
                "prompt_tokens": 120, "completion_tokens": 15, "total_tokens": 135, "cost": 0.000837, "is_byok": False,
                "prompt_tokens_details": {"cached_tokens": 100}, "completion_tokens_details": {"reasoning_tokens": 7},
            },
        ),
        _DONE,
    ],
    reasoning=[
        *(
            _chunk({"content": "", "reasoning": text, "reasoning_details": [{"type": "reasoning.text", "text": text, "index": 0}]}, **_FROM)
            for text in REASONING
        ),
        _chunk({"content": SHORT}, **_FROM),
        _chunk({"content": ""}, finish="stop", **_FROM),
        _DONE,
    ],
    calls=[
        _chunk({"content": None, "tool_calls": [call("toolu_1", "get_weather", "", index=0, type="function")]}, **_FROM),
        _chunk({"tool_calls": [call("toolu_2", "get_time", "", index=1, type="function")]}, **_FROM),
        _chunk({"tool_calls": [{"index": 0, "function": {"arguments": '{"city": '}}]}, **_FROM),
        _chunk({"tool_calls": [{"index": 1, "function": {"arguments": "{}"}}]}, **_FROM),
        _chunk({"tool_calls": [{"index": 0, "function": {"arguments": '"Zürich"}'}}]}, **_FROM),
        _chunk({"content": ""}, finish="tool_calls", **_FROM),
        _DONE,
    ],
    failing=[
        _chunk({"role": "assistant", "content": TEXT[0]}, **_FROM),
        _chunk({"content": ""}, finish="error", error={"code": 503, "message": "The upstream is overloaded."}, **_FROM),
        _DONE,
    ],
    spare=2,
    spare_in_calls=1,
)  # fmt: skip

_MISTRAL = Row(
    "mistral",
    make=made(MISTRAL),
    keyless=mistral,
    unkeyed=unkeyed(MISTRAL),
    key_variable="MISTRAL_API_KEY",
    decoder=decoder(MISTRAL),
    text=[
        _chunk({"role": "assistant", "content": ""}),
        *(_chunk({"content": text}) for text in TEXT),
        _chunk(
            {"content": ""}, finish="stop", p="abcdef",
            usage={"prompt_tokens": 120, "total_tokens": 135, "completion_tokens": 15, "prompt_tokens_details": {"cached_tokens": 100}},
        ),
        _DONE,
    ],
    reasoning=[
        *(_chunk({"content": [{"type": "thinking", "thinking": [{"type": "text", "text": text}]}]}) for text in REASONING),
        _chunk({"content": [{"type": "text", "text": SHORT}]}),
        _chunk({"content": ""}, finish="stop"),
        _DONE,
    ],
    calls=[  # whole calls, without an index
        _chunk({"content": "", "tool_calls": [call("D681PevKs", "get_weather", '{"city": "Zürich"}')]}),
        _chunk({"content": "", "tool_calls": [call("D681PevKt", "get_time", "{}")]}, finish="tool_calls"),
        _DONE,
    ],
    failing=[
        _chunk({"role": "assistant", "content": TEXT[0]}),
        data({"object": "error", "message": {"detail": "Service tier capacity exceeded for this model."}, "type": "overloaded", "code": "503"}),
    ],
    spare=1,
    spare_in_calls=1,
    usage=Usage(input_tokens=120, output_tokens=15, cache_read_tokens=100),
)  # fmt: skip

_GROQ = Row(
    "groq",
    make=made(GROQ),
    keyless=groq,
    unkeyed=unkeyed(GROQ),
    key_variable="GROQ_API_KEY",
    decoder=decoder(GROQ),
    text=[
        _chunk({"role": "assistant", "content": ""}, x_groq={"id": "req_1"}),
        *(_chunk({"content": text}) for text in TEXT),
        _chunk({}, finish="stop", x_groq={"id": "req_1"}),
        _chunk(
            x_groq=None,
            usage={
                "queue_time": 0.01, "prompt_tokens": 120, "completion_tokens": 15, "total_tokens": 135, "total_time": 0.2,
                "prompt_tokens_details": {"cached_tokens": 100}, "completion_tokens_details": {"reasoning_tokens": 7},
            },
        ),
        _DONE,
    ],
    reasoning=[
        *(_chunk({"reasoning": text, "channel": "analysis"}) for text in REASONING),
        _chunk({"content": SHORT}),
        _chunk({}, finish="stop"),
        _DONE,
    ],
    calls=[
        _chunk({"role": "assistant", "content": None}),
        _chunk({"tool_calls": [call("call_1", "get_weather", '{"city": "Zürich"}', index=0, type="function")]}),
        _chunk({"tool_calls": [call("call_2", "get_time", "{}", index=1, type="function")]}),
        _chunk({}, finish="tool_calls"),
        _DONE,
    ],
    failing=[
        _chunk({"role": "assistant", "content": TEXT[0]}),
        b"event: error\n" + data({"error": {"message": "The model is over capacity.", "type": "internal_server_error", "code": "overloaded"}}),
    ],
    spare=2,
    spare_in_calls=1,
)  # fmt: skip

ROWS = [_OPENROUTER, _MISTRAL, _GROQ]
