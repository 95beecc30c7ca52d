"""The contract's answers as those vendors write them whose wire is nearly OpenAI's: Azure, DeepSeek and xAI, by either API."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from nbagent.provider import Provider
from nbagent.providers.openai.decode import ResponsesDecoder
from nbagent.providers.openai.responses import OpenAI
from nbagent.providers.openai.vendor_rows import AZURE, AZURE_RESPONSES, DEEPSEEK, XAI, XAI_RESPONSES, Vendor
from nbagent.providers.openai.vendors import azure, azure_responses, deepseek, xai, xai_responses
from tests.wire_lines import KEY, REASONING, RESPONSES, SHORT, TEXT, Row, chat, data
from tests.wire_lines_vendors import call, decoder, made, unkeyed

_DONE = b"data: [DONE]\n\n"
_SAFE = {kind: {"filtered": False, "severity": "safe"} for kind in ("hate", "self_harm", "sexual", "violence")}
_JUDGED = data({
    "choices": [], "created": 0, "id": "", "model": "", "object": "", "prompt_filter_results": [{"prompt_index": 0, "content_filter_results": _SAFE}],
})  # fmt: skip
_RESOURCE = "https://nobody.openai.azure.com"
_DETAILS = {"completion_tokens_details": {"reasoning_tokens": 7}}


def _safe(delta: dict[str, Any], *, finish: str | None = None) -> bytes:
    """A piece of an answer as Azure judged it."""
    judged = {"index": 0, "delta": delta, "finish_reason": finish, "logprobs": None, "content_filter_results": _SAFE if delta.get("content") else {}}
    return chat(choices=[judged])


_AZURE = Row(
    "azure",
    make=made(AZURE),
    keyless=lambda: azure(_RESOURCE),
    unkeyed=unkeyed(AZURE),
    key_variable="AZURE_OPENAI_API_KEY",
    decoder=decoder(AZURE),
    text=[
        _JUDGED,
        _safe({"role": "assistant", "content": "", "refusal": None}),
        *(_safe({"content": text}) for text in TEXT),
        _safe({}, finish="stop"),
        chat(usage={"prompt_tokens": 120, "completion_tokens": 15, "total_tokens": 135, "prompt_tokens_details": {"cached_tokens": 100}, **_DETAILS}),
        _DONE,
    ],
    reasoning=[_JUDGED, *(_safe({"reasoning_content": text}) for text in REASONING), _safe({"content": SHORT}), _safe({}, finish="stop"), _DONE],
    calls=[
        _JUDGED,
        _safe({"role": "assistant", "content": None, "tool_calls": [call("call_1", "get_weather", "", index=0, type="function")]}),
        _safe({"tool_calls": [{"index": 0, "function": {"arguments": '{"city": '}}]}),
        _safe({"tool_calls": [{"index": 0, "function": {"arguments": '"Zürich"}'}}]}),
        _safe({"tool_calls": [call("call_2", "get_time", "", index=1, type="function")]}),
        _safe({"tool_calls": [{"index": 1, "function": {"arguments": "{}"}}]}),
        _safe({}, finish="tool_calls"),
        _DONE,
    ],
    failing=[_JUDGED, _safe({"content": TEXT[0]}), data({"error": {"code": "503", "message": "The engine is overloaded.", "type": "server_error"}})],
    spare=2,
    spare_in_calls=1,
)

_DEEPSEEK = Row(
    "deepseek",
    make=made(DEEPSEEK),
    keyless=deepseek,
    unkeyed=unkeyed(DEEPSEEK),
    key_variable="DEEPSEEK_API_KEY",
    decoder=decoder(DEEPSEEK),
    text=[
        b": keep-alive\n\n" + chat({"role": "assistant", "content": "", "reasoning_content": None}),
        *(chat({"content": text, "reasoning_content": None}) for text in TEXT),
        chat(
            {"content": "", "reasoning_content": None}, finish="stop",
            usage={
                "prompt_tokens": 120, "completion_tokens": 15, "total_tokens": 135, "prompt_cache_hit_tokens": 100, "prompt_cache_miss_tokens": 20, **_DETAILS,
            },
        ),
        _DONE,
    ],
    reasoning=[
        chat({"role": "assistant", "content": None, "reasoning_content": ""}),
        *(chat({"content": None, "reasoning_content": text}) for text in REASONING),
        chat({"content": SHORT, "reasoning_content": None}),
        chat({"content": "", "reasoning_content": None}, finish="stop"),
        _DONE,
    ],
    calls=[
        chat({"role": "assistant", "content": ""}),
        chat({"tool_calls": [call("call_00_a", "get_weather", "", index=0, type="function")]}),
        chat({"tool_calls": [{"index": 0, "function": {"arguments": '{"city": "'}}]}),
        chat({"tool_calls": [{"index": 0, "function": {"arguments": 'Zürich"}'}}]}),
        chat({"tool_calls": [call("call_01_b", "get_time", "", index=1, type="function")]}),
        chat({"tool_calls": [{"index": 1, "function": {"arguments": "{}"}}]}),
        chat({"content": ""}, finish="tool_calls"),
        _DONE,
    ],
    failing=[chat({"content": TEXT[0]}), data({"error": {"message": "Server overloaded.", "type": "service_unavailable", "param": None, "code": 503}})],
    spare=1,
    spare_in_calls=1,
)  # fmt: skip

_XAI = Row(
    "xai",
    make=made(XAI),
    keyless=xai,
    unkeyed=unkeyed(XAI),
    key_variable="XAI_API_KEY",
    decoder=decoder(XAI),
    text=[
        *(chat({"content": text, "role": "assistant"}) for text in TEXT),
        chat({}, finish="stop"),
        chat(  # what was reasoned is counted beside what was written
            usage={
                "prompt_tokens": 120, "completion_tokens": 8, "total_tokens": 135, "prompt_tokens_details": {"text_tokens": 120, "cached_tokens": 100},
                **_DETAILS, "num_sources_used": 0, "cost_in_usd_ticks": 1466250,
            },
        ),
        _DONE,
    ],
    reasoning=[*(chat({"reasoning_content": text, "role": "assistant"}) for text in REASONING), chat({"content": SHORT}), chat({}, finish="stop"), _DONE],
    calls=[  # each call is whole
        chat({"role": "assistant", "content": ""}),
        chat({"tool_calls": [call("call_83621", "get_weather", '{"city": "Zürich"}', index=0, type="function")]}),
        chat({"tool_calls": [call("call_83622", "get_time", "{}", index=1, type="function")]}),
        chat({}, finish="tool_calls"),
        _DONE,
    ],
    failing=[chat({"content": TEXT[0]}), data({"error": {"message": "The model is at capacity.", "code": 503}})],
    spare=2,
    spare_in_calls=1,
)  # fmt: skip


def _responses(vendor: Vendor, keyless: Any) -> Row:
    """A vendor that writes the Responses API as OpenAI does."""

    def make(url: str) -> Provider:
        return OpenAI(url + "/v1", KEY, vendor=vendor)

    return replace(
        RESPONSES, name=vendor.name, make=make, keyless=keyless, key_variable=vendor.keys[0], unkeyed=lambda url: OpenAI(url + "/v1", vendor=vendor),
        decoder=lambda: ResponsesDecoder("model-x", provider=vendor.name),
    )  # fmt: skip


ROWS = [_AZURE, _DEEPSEEK, _XAI, _responses(AZURE_RESPONSES, lambda: azure_responses(_RESOURCE)), _responses(XAI_RESPONSES, xai_responses)]
