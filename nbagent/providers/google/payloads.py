"""The JSON of Google's streams: the fields that are read, and reading that never fails."""

from __future__ import annotations

import io
import json
import re
import wave
from typing import Any

from msgspec import Struct

from nbagent.messages import Usage
from nbagent.providers.carriers.decoding import count

NAME = "google"
MADE = "made_"
"""How the ids begin that we make for calls that came without one."""


class Piece(Struct, gc=False, rename="camel"):
    json_path: str | None = None
    string_value: str | None = None
    number_value: float | int | None = None
    bool_value: bool | None = None
    null_value: Any = False
    will_continue: bool = False


class Call(Struct, rename="camel"):
    id: str | None = None
    name: str | None = None
    args: dict[str, Any] | None = None
    partial_args: list[Piece] | None = None
    will_continue: bool = False


class WirePart(Struct, gc=False, rename="camel"):
    text: str | None = None
    thought: bool = False
    thought_signature: str | None = None
    function_call: Call | None = None
    inline_data: dict[str, Any] | None = None
    file_data: dict[str, Any] | None = None
    executable_code: dict[str, Any] | None = None
    code_execution_result: dict[str, Any] | None = None
    tool_call: dict[str, Any] | None = None
    tool_response: dict[str, Any] | None = None


class Content(Struct, gc=False):
    parts: list[WirePart] = []


class Candidate(Struct, gc=False, rename="camel"):
    content: Content | None = None
    index: int | None = None
    finish_reason: str | None = None
    finish_message: str | None = None
    grounding_metadata: dict[str, Any] | None = None
    citation_metadata: dict[str, Any] | None = None
    url_context_metadata: dict[str, Any] | None = None
    continuation_token: str | None = None


class Chunk(Struct, gc=False, rename="camel"):
    candidates: list[Candidate] = []
    usage_metadata: dict[str, Any] | None = None
    model_version: str | None = None
    response_id: str | None = None
    prompt_feedback: dict[str, Any] | None = None
    error: Any = None


def tokens(usage: dict[str, Any]) -> Usage:
    """Google counts thoughts and the results of its own tools apart; cached tokens are part of the prompt's."""

    def of(key: str) -> int:
        return count(usage.get(key))

    thoughts = of("thoughtsTokenCount")
    return Usage(
        of("promptTokenCount") + of("toolUsePromptTokenCount"), of("candidatesTokenCount") + thoughts,
        of("cachedContentTokenCount"), reasoning_tokens=thoughts,
    )  # fmt: skip


def string(values: dict[str, Any], key: str) -> str:
    """The text under this key, or an empty one."""
    value = values.get(key)
    return sound(value) if isinstance(value, str) else ""


def sound(text: str | None) -> str:
    """The text without halves of surrogate pairs."""
    return (text or "").encode("utf-8", "replace").decode()


def as_json(value: Any) -> str:
    """JSON text."""
    return json.dumps(value, ensure_ascii=False).encode("utf-8", "replace").decode()


def wav(kind: str, samples: bytes) -> bytes:
    """Samples of 16 bits as a WAV file; `kind` names their rate: ``audio/L16;codec=pcm;rate=24000``."""
    rate = re.search(r"rate=(\d{3,6})", kind)
    file = io.BytesIO()
    with wave.open(file, "wb") as writer:
        writer.setnchannels(1)
        writer.setsampwidth(2)
        writer.setframerate(int(rate[1]) if rate else 24_000)
        writer.writeframes(samples)
    return file.getvalue()
