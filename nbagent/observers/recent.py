"""What went over the wire in the most recent model calls, held as it came: nothing is encoded, joined or cut before somebody asks.

The rule: to hold costs references. What is held is in this process alone, bounded in bytes, and leaves it without keys.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from nbagent.errors import known_keys
from nbagent.events import StepFinished
from nbagent.exchange import Wire
from nbagent.observers.bodies import LONG_TEXT, Bodies, Clean, shortened, texts
from nbagent.observers.redaction import Redact

MOST = 32_000_000
"""Bytes that are held; then the oldest calls go. The last one stays, however large."""
_OBJECT = 48  # bytes that a value takes beside its own


class _Held(NamedTuple):
    event: StepFinished
    wire: Wire
    size: int


class Recent:
    """The most recent calls of a trace, up to `MOST` bytes of them. `own` is the person's redaction."""

    def __init__(self, own: Redact | None = None) -> None:
        self._own = own
        self._held: dict[str, _Held] = {}
        self._size = 0
        self._keys: list[str] = []

    def keep(self, event: StepFinished, wire: Wire) -> None:
        """Hold what was said in this call."""
        if not self._keys:
            self._keys = known_keys()  # one of them may have left the environment by the time that somebody asks
        asked = _weight(wire.request)
        if asked > LONG_TEXT:  # a file's bytes, mostly: they would be cut when they are told
            wire = wire._replace(request=shortened(wire.request))
            asked = _weight(wire.request)
        held = _Held(event, wire, asked + sum(map(len, wire.payloads)) + _OBJECT * len(wire.payloads))
        self._held[event.stamp.span_id] = held
        self._size += held.size
        while self._size > MOST and len(self._held) > 1:
            self._size -= self._held.pop(next(iter(self._held))).size

    def of(self, span_id: str) -> Bodies | None:
        """What is held of a call, as texts."""
        if (held := self._held.get(span_id)) is None:
            return None
        return Bodies(*texts(held.event, held.wire, Clean(list({*self._keys, *known_keys()}), self._own)))

    def clear(self) -> None:
        """Let go of all."""
        self._held.clear()
        self._size = 0


def _weight(value: Any) -> int:
    """About the bytes that a body takes. What is shared with others counts in each."""
    if isinstance(value, str | bytes):
        return len(value) + _OBJECT
    if isinstance(value, Mapping):
        return _OBJECT + sum(map(_weight, value.values()))
    if isinstance(value, list | tuple):
        return _OBJECT + sum(map(_weight, value))
    return _OBJECT
