"""Values as they stand in tables: previews, JSON, numbers from outside, and nothing that may be a secret."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from nbagent.errors import known_keys, redact, suspicious
from nbagent.messages import FilePart, Message, ServerToolPart, TextPart, ToolCallPart, ToolResultPart

PREVIEW = 200  # characters
_LEVELS = (("reasoning_effort",), ("reasoning", "effort"), ("output_config", "effort"), ("thinking", "type"))  # how vendors say it

_SECRET_FIELD = re.compile(
    r'("[^"\\]{0,40}(?:api[-_]?key|authorization|token|secret|password)"\s*:\s*)"(?:[^"\\]|\\.)*"|("[^"\\]{0,20}headers"\s*:\s*)\{[^{}]*\}', re.IGNORECASE
)
_SIGNS = ('key"', 'ization"', 'token"', 'secret"', 'password"', 'headers"')


def as_json(value: Any) -> str:
    """JSON text; what JSON does not know, as its `str`."""
    try:
        return msgspec.json.encode(value, enc_hook=str).decode()
    except UnicodeEncodeError:  # half of a surrogate pair, which a tool or a model can well return: only as an escape
        return json.dumps(msgspec.to_builtins(value, enc_hook=str))
    except (TypeError, RecursionError):  # keys that JSON has not, or a value that holds itself
        return json.dumps(repr(value))


def nanoseconds(seconds: float) -> int:
    """Seconds since the epoch in nanoseconds."""
    return int(seconds * 1e9)


def preview(text: str) -> str:
    """The text, or its first 199 characters and an ellipsis."""
    return text if len(text) <= PREVIEW else text[: PREVIEW - 1] + "…"


def brief(message: Message) -> str:
    """A preview of a message: its text, its calls as they would be written, its results."""
    if len(message.parts) == 1 and isinstance(part := message.parts[0], TextPart):  # as most are
        return preview(part.text)
    pieces: list[str] = []
    for part in message.parts:
        match part:
            case TextPart(text=text):
                pieces.append(text)
            case ToolCallPart(name=name, arguments=arguments):
                pieces.append(f"{name}({arguments})")
            case ToolResultPart(content=content):
                pieces.append(content)
            case ServerToolPart(name=name, arguments=arguments, result=result):
                pieces.append(f"{name}({arguments}) {result}")
            case FilePart(media_type=media_type):
                pieces.append(f"[{media_type}]")
        if len(pieces) > PREVIEW:
            break
    return preview("\n".join(piece[: PREVIEW + 1] for piece in pieces))


def masked(params: Mapping[str, Any]) -> dict[str, Any]:
    """Parameters without what may be secret as a whole; keys elsewhere are redacted in the text."""
    return {key: "[redacted]" if "header" in key else value for key, value in params.items()}


def without_secret_fields(document: str, *, answer: bool = False) -> str:
    """JSON text without the values of fields whose names say that they are secret, and of headers: a parameter may well have some.

    In an `answer` a ``token`` is a piece of text.
    """
    small = document.lower()
    if not any(sign in small for sign in _SIGNS):
        return document
    return _SECRET_FIELD.sub(lambda found: found[0] if answer and found[0].startswith('"token"') else f'{found[1] or found[2]}"[redacted]"', document)


def params_json(params: Mapping[str, Any], keys: Sequence[str] | None = None) -> str:
    """Parameters as JSON, without what may be secret; `keys` are the environment's."""
    return redact(without_secret_fields(as_json(masked(params))), keys)


def without_secrets(documents: list[str]) -> list[str]:
    """JSON texts without keys and without the values of secret fields. As a rule there is nothing in any of them, which is seen at once."""
    keys, together = known_keys(), "\0".join(documents)
    if not suspicious(together, keys) and without_secret_fields(together) is together:
        return documents
    return [redact(without_secret_fields(document), keys) for document in documents]


def text_of(value: Any) -> str | None:
    """A value from outside as text, or None where there is none."""
    return None if value is None else str(value)


def count_of(value: Any) -> int | None:
    """A value from outside as a whole number, or None where it is none."""
    return int(value) if isinstance(value, int | float) and math.isfinite(value) and abs(value) < 2**63 else None


def level_of(params: Mapping[str, Any]) -> str | None:
    """How hard a model was asked to think, wherever its vendor has it said."""
    for path in _LEVELS:
        if path[0] not in params:
            continue
        value: Any = params
        for key in path:
            value = value.get(key) if isinstance(value, Mapping) else None
        if value is not None:
            return str(value)
    return None


def number_of(params: Mapping[str, Any], *keys: str) -> float | None:
    """The first of the parameters that is given as a number."""
    for key in keys:
        if isinstance(value := params.get(key), int | float):
            return value
    return None
