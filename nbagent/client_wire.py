"""What a vendor's SDK sends and is sent, in our words: a body as a `Request`, and an answer as events, streamed or in one piece.

The rule: an answer is read by the decoders of streams; a whole one as the stream that it would have come as.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from nbagent.errors import GarbledStream
from nbagent.observers.semconv_messages import read_messages
from nbagent.provider import Request
from nbagent.providers.anthropic import batch as anthropic
from nbagent.providers.anthropic.decode import AnthropicDecoder
from nbagent.providers.carriers.transport import Decoder
from nbagent.providers.openai import batch as openai
from nbagent.providers.openai.chat_stream import ChatDecoder
from nbagent.providers.openai.decode import ResponsesDecoder
from nbagent.tools import ToolSpec

_NO_PARAMETERS = ("model", "messages", "input", "instructions", "system", "tools")


class Api(NamedTuple):
    """A vendor's API: our name of the provider that speaks it, its decoder, and a whole answer as the events of a stream."""

    provider: str
    decoder: Callable[..., Decoder]
    as_stream: Callable[[dict[str, Any]], Sequence[dict[str, Any]]]


def _chat_as_stream(body: dict[str, Any]) -> list[dict[str, Any]]:
    """A whole chat completion as the chunks that it would have come as."""
    told = {key: value for key, value in body.items() if key not in ("choices", "usage")}
    chunks = []
    for choice in body.get("choices") or []:
        message = {key: value for key, value in (choice.get("message") or {}).items() if value is not None}
        calls = [{"index": number, **call} for number, call in enumerate(message.pop("tool_calls", []))]
        chunks.append(told | {"choices": [choice | {"delta": message | ({"tool_calls": calls} if calls else {})}]})
    return [*chunks, told | {"choices": [], "usage": body.get("usage")}]


_APIS = {
    "/chat/completions": Api("openai-chat", ChatDecoder, _chat_as_stream),
    "/responses": Api("openai", ResponsesDecoder, openai.as_stream),
    "/messages": Api("anthropic", AnthropicDecoder, anthropic.as_stream),
}


def spoken(method: str, path: str) -> Api | None:
    """The API of a request; None where it is no call of a model."""
    return next((api for end, api in _APIS.items() if method == "POST" and path.endswith(end)), None)


def payloads(api: Api, body: bytes) -> list[bytes]:
    """A whole answer's payloads. Raises `ValueError` and `GarbledStream` where it is none."""
    told = json.loads(body)
    if not isinstance(told, dict):
        raise GarbledStream(f"{api.provider}: the answer is no JSON object.", body[:200].decode("utf-8", "replace"))
    return [json.dumps(event).encode() for event in api.as_stream(told)]


def request_of(body: Mapping[str, Any]) -> Request:
    """What was asked, for who reads it: files are named, and not held."""
    system, asked = body.get("instructions") or body.get("system"), body.get("messages") or body.get("input")
    return Request(
        str(body.get("model") or ""),
        read_messages(asked, "user"),
        "\n".join(message.text for message in read_messages(system, "system")),
        tuple(ToolSpec(_name(tool), "", {}) for tool in body.get("tools") or () if isinstance(tool, Mapping)),
        {"stream": False} | {key: value for key, value in body.items() if key not in _NO_PARAMETERS},
    )


def _name(tool: Mapping[str, Any]) -> str:
    inner = tool.get("function")
    return str((inner if isinstance(inner, Mapping) else tool).get("name") or tool.get("type") or "")
