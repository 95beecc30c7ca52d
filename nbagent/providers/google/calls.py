"""Calls of a model as they arrive: whole, or value by value.

The rule: a call is finished when Google says so or names the next one. What the limit of tokens cut off stays as it came.
"""

from __future__ import annotations

import math
from typing import Any

from nbagent.events import PartDelta, PartFinished, PartStarted, ProviderEvent
from nbagent.messages import ToolCallPart
from nbagent.providers.carriers.decoding import own_id
from nbagent.providers.google.args import Arguments, steps
from nbagent.providers.google.payloads import MADE, Call, Piece, as_json, sound


class Calling:
    """One call. `signature` may come with any piece of it."""

    def __init__(self, call: Call, index: int, ids: set[str]) -> None:
        self._index = index
        self._part = ToolCallPart(own_id(sound(call.id), ids, MADE), sound(call.name))
        self._arguments = Arguments()
        self._pieces: list[str] = []
        self._closed = False
        self.signature: str | None = None

    def started(self) -> PartStarted:
        """The event that begins it."""
        return PartStarted(self._index, self._part)

    def is_(self, id_: str | None) -> bool:
        """Whether this is the id that Google gave to it: a piece may say again what it is a piece of."""
        return bool(id_) and id_ == self._part.id

    def take(self, call: Call, signature: str | None, out: list[ProviderEvent]) -> None:
        """A piece of it, or all of it."""
        self.signature = self.signature or signature
        if call.args and not (self._pieces or call.will_continue or call.partial_args):
            self._closed = True
            self._add(as_json(call.args), out)
            return
        for key, value in (call.args or {}).items():
            self._add(self._arguments.put([key], value), out)
        for piece in call.partial_args or ():
            self._take_piece(piece, out)

    def finish(self, meta: dict[str, Any] | None, out: list[ProviderEvent], *, whole: bool = True) -> None:
        """Close it, or, where it is not `whole`, leave it as it came: that is no JSON, and is not run."""
        if whole and not self._closed:
            self._add(self._arguments.end(), out)
        out.append(PartFinished(self._index, ToolCallPart(self._part.id, self._part.name, "".join(self._pieces), meta)))

    def _take_piece(self, piece: Piece, out: list[ProviderEvent]) -> None:
        if piece.json_path is None:
            return
        path = steps(piece.json_path)
        value: Any = piece.string_value
        if value is None and piece.number_value is not None:
            value = _number(piece.number_value)
        value = piece.bool_value if value is None else value
        if value is None and piece.null_value is False:
            if not self._arguments.goes_on(path):
                return
            value = ""  # the end of a string, without more of it
        self._add(self._arguments.put(path, value, more=piece.will_continue), out)

    def _add(self, text: str, out: list[ProviderEvent]) -> None:
        if text:
            self._pieces.append(text)
            out.append(PartDelta(self._index, text))


def _number(value: float) -> float | int | str:
    """50.0 as 50: Google writes every number as a double. What JSON has no number for is a text."""
    if not math.isfinite(value):
        return str(value)
    return int(value) if isinstance(value, float) and value.is_integer() and abs(value) < 2**53 else value
