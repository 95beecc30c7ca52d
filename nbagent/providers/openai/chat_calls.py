"""The tool calls of a Chat Completions stream: which call a delta belongs to, whatever a vendor leaves out.

The rule: deltas of several calls may be mixed; index, id and name may be missing, late or repeated. A call is announced
once its name is known, and has an id that no other call of the answer has.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import Any

import msgspec
from msgspec import Struct

from nbagent.events import PartDelta, PartFinished, PartStarted, ProviderEvent
from nbagent.messages import ToolCallPart
from nbagent.providers.carriers.decoding import joined


class FunctionDelta(Struct, gc=False):
    name: str | None = None
    arguments: str | None = None


class CallDelta(Struct, gc=False):
    index: int | None = None
    id: str | None = None
    function: FunctionDelta | None = None
    extra_content: dict[str, Any] | None = None  # Google's signatures


class _Call:
    """One call so far; `index` is its part's, or -1 while it is not announced. `given` is the vendor's id, `id` what it is called."""

    __slots__ = ("extra", "given", "held", "id", "index", "name", "pieces")

    def __init__(self) -> None:
        self.given = self.id = self.name = ""
        self.index = -1
        self.pieces: list[str] = []
        self.held = ""  # half of a surrogate pair
        self.extra: dict[str, Any] | None = None


class Calls:
    """The calls of one answer. `metadata` makes what must be sent back with a call of what came beside it."""

    def __init__(self, next_index: Callable[[], int], metadata: Callable[[dict[str, Any]], dict[str, Any]]) -> None:
        self._next_index, self._metadata = next_index, metadata
        self._calls: list[_Call] = []
        self._by_index: dict[int, _Call] = {}
        self._ids: set[str] = set()

    def __bool__(self) -> bool:
        return bool(self._calls)

    def take(self, delta: CallDelta, out: list[ProviderEvent], *, torn: bool) -> None:
        """One delta. `torn`: the stream cuts characters in two."""
        function = delta.function
        name, arguments = (function.name or "", function.arguments or "") if function is not None else ("", "")
        call = self._call_for(delta, name, arguments)
        call.given = call.given or delta.id or ""
        if name and name != call.name:  # whole, in pieces, or each time longer
            call.name = name if name.startswith(call.name) else call.name + name
        if delta.extra_content:
            call.extra = delta.extra_content
        if call.index < 0 and call.name and (call.given or arguments or call.pieces):
            self._announce(call, out)
        if torn:
            arguments, call.held = joined(call.held, arguments)
        if arguments:
            call.pieces.append(arguments)
            if call.index >= 0:
                out.append(PartDelta(call.index, arguments))

    def finish(self, out: list[ProviderEvent]) -> None:
        """Finish all that began; of what has neither name nor arguments there is nothing to say."""
        for call in self._calls:
            if call.index < 0:
                if not (call.name or call.pieces):
                    continue
                self._announce(call, out)
            if call.held:
                call.pieces.append("\ufffd")
                out.append(PartDelta(call.index, "\ufffd"))
            metadata = self._metadata({"extra_content": call.extra}) if call.extra else None
            out.append(PartFinished(call.index, ToolCallPart(call.id, call.name, "".join(call.pieces), metadata)))

    def _call_for(self, delta: CallDelta, name: str, arguments: str) -> _Call:
        """By index, else by id, else the last one, unless the delta begins another."""
        known: _Call | None
        if delta.index is not None:
            known = self._by_index.get(delta.index)
        elif delta.id:
            known = next((call for call in self._calls if call.given == delta.id), None)
        else:
            known = self._calls[-1] if self._calls else None
        if known is None or _begins_another(known, delta.id, name, arguments):
            known = _Call()
            self._calls.append(known)
        if delta.index is not None:
            self._by_index[delta.index] = known
        return known

    def _announce(self, call: _Call, out: list[ProviderEvent]) -> None:
        call.id = call.given
        if not call.id or call.id in self._ids:
            call.id = f"call_{secrets.token_hex(12)}"
        self._ids.add(call.id)
        call.index = self._next_index()
        out.append(PartStarted(call.index, ToolCallPart(call.id, call.name)))
        if call.pieces:
            out.append(PartDelta(call.index, "".join(call.pieces)))


def _begins_another(call: _Call, id: str | None, name: str, arguments: str) -> bool:  # noqa: A002  the wire's word
    """Whether a delta that seems to belong to `call` is a new call: some vendors give all calls one index, or none."""
    if not name:
        return False
    if id and call.given:
        return id != call.given
    return bool(call.pieces and (arguments or name != call.name) and _whole(call.pieces))


def _whole(pieces: list[str]) -> bool:
    """Whether the arguments are complete JSON. An object that does not end with its brace is told at a glance: where a
    vendor repeats the name, this is asked for every delta."""
    if pieces[0].lstrip().startswith("{") and pieces[-1].rstrip()[-1:] not in ("}", ""):
        return False
    try:
        msgspec.json.decode("".join(pieces), type=msgspec.Raw)
    except (msgspec.DecodeError, UnicodeEncodeError, RecursionError):
        return False
    return True
