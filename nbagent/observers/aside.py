"""Texts that are too long for a row: its head stays with a mark, the whole is kept aside, compressed and known by its hash.

The rule: a table stays quick to read whatever a tool returned, and nothing is lost. What was cut says so.
"""

from __future__ import annotations

import hashlib
import re
import zlib
from collections.abc import Callable
from typing import Any, NamedTuple

import msgspec

from nbagent.observers.redaction import DOCUMENTS
from nbagent.observers.values import as_json

LONGEST = 1_000_000  # characters of a text in its row
_HEAD = 10_000
_MARK = re.compile(r"\n\[([\d,]+) characters in all, kept aside as ([0-9a-f]{32})\]$")


class Aside(NamedTuple):
    """A text's hash, its length in characters, and the whole of it, compressed."""

    hash: str
    size: int
    data: bytes


def cut(name: str, value: str, keep: Callable[[Aside], None]) -> str:
    """A column's value with no text in it that is longer than `LONGEST`; what was cut is given to `keep`."""
    if len(value) <= LONGEST:
        return value
    if name not in DOCUMENTS:
        return _marked(value, keep)
    try:
        return as_json(_walked(msgspec.json.decode(value), keep))
    except msgspec.DecodeError:
        return _marked(value, keep)


def mark(text: str) -> str | None:
    """The hash in the mark of a text that was cut, or None."""
    found = _MARK.search(text[-200:])
    return found[2] if found else None


def _walked(value: Any, keep: Callable[[Aside], None]) -> Any:
    if isinstance(value, str):
        return _marked(value, keep) if len(value) > LONGEST else value
    if isinstance(value, list):
        return [_walked(item, keep) for item in value]
    if isinstance(value, dict):
        if value.get("type") == "file" and isinstance(data := value.get("data"), str) and len(data) > LONGEST:
            kept = _kept(data, keep)
            value = value | {"data": None, "url": f"aside:{kept.hash}"}  # half a file is none
        return {key: _walked(item, keep) for key, item in value.items()}
    return value


def _marked(text: str, keep: Callable[[Aside], None]) -> str:
    return f"{text[:_HEAD]}\n[{len(text):,} characters in all, kept aside as {_kept(text, keep).hash}]"


def _kept(text: str, keep: Callable[[Aside], None]) -> Aside:
    data = text.encode("utf-8", "replace")
    aside = Aside(hashlib.blake2b(data, digest_size=16).hexdigest(), len(text), zlib.compress(data, 1))
    keep(aside)
    return aside
