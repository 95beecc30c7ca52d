"""Frames of AWS's binary event stream, written for tests after AWS's description of the format."""

from __future__ import annotations

import base64
import json
import struct
from binascii import crc32
from typing import Any

CONTENT_TYPE = "application/vnd.amazon.eventstream"


def frame(headers: dict[str, str | bytes], body: bytes) -> bytes:
    """One frame. A header of bytes is its type and value as they are, for kinds that are no text."""
    block = b"".join(_header(name, value) for name, value in headers.items())
    prelude = struct.pack(">II", 16 + len(block) + len(body), len(block))
    prelude += struct.pack(">I", crc32(prelude))
    return prelude + block + body + struct.pack(">I", crc32(prelude + block + body))


def _header(name: str, value: str | bytes) -> bytes:
    named, typed = _utf8(name), value if isinstance(value, bytes) else b"\x07" + struct.pack(">H", len(_utf8(value))) + _utf8(value)
    return bytes([len(named)]) + named + typed


def _utf8(text: str) -> bytes:
    """Also of half a character, which no sound server writes."""
    return text.encode("utf-8", "surrogatepass")


def _json(value: Any) -> bytes:
    return _utf8(json.dumps(value, ensure_ascii=False))


def event(kind: str, value: Any) -> bytes:
    """An event and its JSON."""
    return frame({":event-type": kind, ":content-type": "application/json", ":message-type": "event"}, _json(value))


def chunk(value: Any) -> bytes:
    """An event of the model's vendor inside Bedrock's own, as InvokeModelWithResponseStream sends it."""
    inner = value if isinstance(value, bytes) else _json(value)
    return event("chunk", {"bytes": base64.b64encode(inner).decode(), "p": "abcdefgh"})


def exception(kind: str, message: str, **more: Any) -> bytes:
    """An exception in the middle of a stream."""
    headers: dict[str, str | bytes] = {":exception-type": kind, ":content-type": "application/json", ":message-type": "exception"}
    return frame(headers, json.dumps({"message": message, **more}).encode())
