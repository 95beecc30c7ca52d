"""What ConverseStream's events look like, and how their pieces are read.

The rule: only the fields that are read are named, and what cannot be read is nothing, never an exception.
"""

from __future__ import annotations

import json
from base64 import b64decode
from typing import Any

import msgspec
from msgspec import Struct

from nbagent.messages import Citation, Usage
from nbagent.providers.bedrock.models import known
from nbagent.providers.carriers.decoding import count


class Reasoning(Struct, rename="camel", gc=False):
    text: str | None = None
    signature: str | None = None
    redacted_content: str | None = None


class Tool(Struct, rename="camel"):
    """A tool's use or its result: at a start who it is, in a delta more of what it was given."""

    tool_use_id: str = ""
    name: str = ""
    type: str = ""
    status: str = ""
    input: str = ""


class Delta(Struct, rename="camel", gc=False):
    text: str | None = None
    tool_use: Tool | None = None
    reasoning_content: Reasoning | None = None
    citation: dict[str, Any] | None = None
    tool_result: list[dict[str, Any]] | None = None
    image: dict[str, Any] | None = None


class Start(Struct, rename="camel"):
    tool_use: Tool | None = None
    tool_result: Tool | None = None
    image: dict[str, Any] | None = None


class Block(Struct, rename="camel", gc=False):
    content_block_index: int = 0
    delta: Delta | None = None
    start: Start | None = None


class Stop(Struct, rename="camel"):
    stop_reason: str = ""


class Metadata(Struct, rename="camel"):
    usage: dict[str, Any] | None = None
    trace: dict[str, Any] | None = None


class Event(Struct, rename="camel", gc=False):
    content_block_delta: Block | None = None
    content_block_start: Block | None = None
    content_block_stop: Block | None = None
    message_stop: Stop | None = None
    metadata: Metadata | None = None
    error: Any = None


def usage_of(raw: dict[str, Any], model: str) -> Usage:
    """Converse's usage: its input tokens are those that were neither read from the cache nor written to it."""
    given, written = _number(raw, "inputTokens"), _number(raw, "outputTokens")
    cached, kept = _number(raw, "cacheReadInputTokens"), _number(raw, "cacheWriteInputTokens")
    apart = 0 if known(model).cached_in_input and given >= cached + kept else cached + kept
    return Usage(given + apart, written, cached, kept)


def _number(values: dict[str, Any], key: str) -> int:
    return count(values.get(key))


def cited(raw: dict[str, Any]) -> Citation:
    """A citation's place is in the document that was given, not in the answer, so that only its words and its address are ours."""
    location, source = raw.get("location"), raw.get("sourceContent")
    web = location.get("web") if isinstance(location, dict) else None
    url = web.get("url") if isinstance(web, dict) else None
    quoted = "".join(shown(piece) for piece in source if isinstance(piece, dict)) if isinstance(source, list) else ""
    title = raw.get("title") or raw.get("source")
    return Citation(sound(url) if isinstance(url, str) else None, sound(title) if isinstance(title, str) else "", quoted)


def shown(piece: dict[str, Any]) -> str:
    """What a person can read of a piece of a result."""
    text = piece.get("text")
    if isinstance(text, str):
        return sound(text)
    return msgspec.json.encode(piece["json"]).decode() if "json" in piece else ""


def mended(value: Any) -> Any:
    """JSON's values with U+FFFD for halves of surrogate pairs, so that they can be written again."""
    return json.loads(json.dumps(value, ensure_ascii=False).encode("utf-8", "replace"))


def unpacked(text: str) -> bytes:
    try:
        return b64decode(text)
    except ValueError:
        return b""


def sound(text: str) -> str:
    """The text with U+FFFD for halves of surrogate pairs."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode()
