"""What only some of the APIs send, as they write it: sources, tools that the provider runs, images, and other endings of an answer.

Kinds: ``searched`` is a web search of the provider's own and a text with its source, ``drawn`` an image that the model made,
``length``, ``refusal``, ``filtered`` and ``context`` are answers that ended so after `TEXT`'s first delta.
"""

from __future__ import annotations

import base64
from typing import Any

from tests import wire_lines_bedrock as bedrock
from tests.wire_lines import RESPONSE_ID, TEXT, chat, data, item, message, response, text_block, text_deltas
from tests.wire_lines_clouds import framed
from tests.wire_lines_google import last
from tests.wire_lines_ollama import said as ollama_said

SOURCE = "https://example.org/weather"
TITLE = "Weather of the day"
PNG = base64.b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==")
_DONE = b"data: [DONE]\n\n"
_DRAWN = base64.b64encode(PNG).decode()

_RESULT = {"type": "web_search_result", "url": SOURCE, "title": TITLE, "encrypted_content": "EqgfCioIARgBIiQ3", "page_age": None}
_CITED = {"type": "web_search_result_location", "url": SOURCE, "title": TITLE, "encrypted_index": "Eo8BCioIAh", "cited_text": "Rain all day."}
_ANTHROPIC_SEARCH = [
    data({"type": "content_block_start", "index": 0, "content_block": {"type": "server_tool_use", "id": "srvtoolu_1", "name": "web_search", "input": {}}}),
    data({"type": "content_block_delta", "index": 0, "delta": {"type": "input_json_delta", "partial_json": '{"query": "weather"}'}}),
    data({"type": "content_block_stop", "index": 0}),
    data({"type": "content_block_start", "index": 1, "content_block": {"type": "web_search_tool_result", "tool_use_id": "srvtoolu_1", "content": [_RESULT]}}),
    data({"type": "content_block_stop", "index": 1}),
    data({"type": "content_block_start", "index": 2, "content_block": {"type": "text", "text": "", "citations": []}}),
    data({"type": "content_block_delta", "index": 2, "delta": {"type": "citations_delta", "citation": _CITED}}),
    data({"type": "content_block_delta", "index": 2, "delta": {"type": "text_delta", "text": "It rains."}}),
    data({"type": "content_block_stop", "index": 2}),
]


def _openai_search() -> list[bytes]:
    searched = {"type": "search", "query": "weather", "sources": [{"type": "url", "url": SOURCE}]}
    noted = {"type": "url_citation", "start_index": 0, "end_index": 9, "url": SOURCE, "title": TITLE}
    content = {"type": "output_text", "text": "It rains.", "annotations": [noted]}
    place = {"item_id": "item_1", "output_index": 1, "content_index": 0}
    return response(
        *item(0, type="web_search_call", id="ws_1", done={"action": searched}),
        *item(
            1,
            data({"type": "response.output_text.delta", **place, "delta": "It rains.", "logprobs": []}),
            data({"type": "response.output_text.annotation.added", **place, "annotation_index": 0, "annotation": noted}),
            type="message", id="msg_1", role="assistant", content=[], done={"content": [content]},
        ),
    )  # fmt: skip


def _openai_ending(status: str, reason: str) -> list[bytes]:
    whole = response(*text_block(0, TEXT[0]))
    ended = {"id": RESPONSE_ID, "object": "response", "model": "model-2026", "output": [], "status": status, "incomplete_details": {"reason": reason}}
    return [*whole[:-1], data({"type": f"response.{status}", "response": ended})]


def _openai_refusal() -> list[bytes]:
    content = {"type": "refusal", "refusal": TEXT[0]}
    place = {"item_id": "item_0", "output_index": 0, "content_index": 0}
    refused = data({"type": "response.refusal.delta", **place, "delta": TEXT[0]})
    return response(*item(0, refused, type="message", id="msg_0", role="assistant", content=[], done={"content": [content]}))


def _chat_ending(reason: str) -> list[bytes]:
    return [chat({"content": TEXT[0]}), chat({}, finish=reason), _DONE]


def _anthropic_ending(reason: str) -> list[bytes]:
    blocks = [
        data({"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}}),
        *(data({"type": "content_block_delta", "index": 0, "delta": delta}) for delta in text_deltas(TEXT[0])),
        data({"type": "content_block_stop", "index": 0}),
    ]
    return message(*blocks, stop=reason)


_GROUNDED: dict[str, Any] = {
    "groundingMetadata": {
        "webSearchQueries": ["weather"],
        "groundingChunks": [{"web": {"uri": SOURCE, "title": TITLE}}],
        "groundingSupports": [{"segment": {"startIndex": 0, "endIndex": 9, "text": "It rains."}, "groundingChunkIndices": [0]}],
    }
}
_NOTED = {"type": "url_citation", "url_citation": {"url": SOURCE, "title": TITLE, "content": "Rain all day.", "start_index": 0, "end_index": 9}}
_MADE = {"type": "image_url", "image_url": {"url": f"data:image/png;base64,{_DRAWN}"}, "index": 0}
_DRAWING = {"type": "image_generation_call", "id": "ig_1", "status": "in_progress"}

MORE: dict[str, dict[str, list[bytes]]] = {
    "anthropic": {
        "searched": message(*_ANTHROPIC_SEARCH, stop="end_turn"),
        "length": _anthropic_ending("max_tokens"),
        "refusal": _anthropic_ending("refusal"),
        "context": _anthropic_ending("model_context_window_exceeded"),
    },
    "openai": {
        "searched": _openai_search(),
        "drawn": response(*item(0, type="image_generation_call", id="ig_1", done={"result": _DRAWN, "output_format": "png", "revised_prompt": "A dot"})),
        "length": _openai_ending("incomplete", "max_output_tokens"),
        "filtered": _openai_ending("incomplete", "content_filter"),
        "refusal": _openai_refusal(),
    },
    "openai-chat": {
        "length": _chat_ending("length"),
        "filtered": _chat_ending("content_filter"),
        "refusal": [chat({"refusal": TEXT[0]}), chat({}, finish="stop"), _DONE],
    },
    "openrouter": {
        "searched": [chat({"content": "It rains.", "annotations": [_NOTED]}), chat({}, finish="stop"), _DONE],
        "drawn": [chat({"content": "", "images": [_MADE]}), chat({}, finish="stop"), _DONE],
        "length": _chat_ending("length"),
        "filtered": _chat_ending("content_filter"),
    },
    "google": {
        "searched": [last({"text": "It rains."}, **_GROUNDED)],
        "drawn": [last({"inlineData": {"mimeType": "image/png", "data": _DRAWN}})],
        "length": [last({"text": TEXT[0]}, reason="MAX_TOKENS")],
        "filtered": [last({"text": TEXT[0]}, reason="SAFETY")],
    },
    "bedrock": {
        "length": bedrock.answer(bedrock.delta(0, text=TEXT[0]), bedrock.stop(0), reason="max_tokens"),
        "filtered": bedrock.answer(bedrock.delta(0, text=TEXT[0]), bedrock.stop(0), reason="content_filtered"),
        "context": bedrock.answer(bedrock.delta(0, text=TEXT[0]), bedrock.stop(0), reason="model_context_window_exceeded"),
    },
    "ollama": {"length": [ollama_said(content=TEXT[0]), ollama_said(done=True).replace(b'"stop"', b'"length"')]},
}
MORE["vertex"] = MORE["google"]
MORE["vertex-anthropic"] = MORE["anthropic"]
MORE["bedrock-anthropic"] = {kind: framed(MORE["anthropic"][kind]) for kind in ("length", "refusal", "context")}
MORE["mistral"] = MORE["groq"] = {kind: MORE["openai-chat"][kind] for kind in ("length",)}
MORE["azure"], MORE["deepseek"] = MORE["openai-chat"], {kind: MORE["openai-chat"][kind] for kind in ("length", "filtered")}
MORE["xai"] = {kind: MORE["openai-chat"][kind] for kind in ("length",)}
MORE["azure-responses"] = MORE["xai-responses"] = MORE["openai"]
