"""Requests and responses in a trace's database: the response compressed, the request as a chain of pieces that other requests share.

The rule: a piece is known by its content and by what stands before it, as the messages of a conversation are, so that a
loop of 50 model calls keeps its conversation once and not 50 times. What no request needs any more goes with the last that did.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Sequence
from typing import Any

from nbagent.events import StepFinished
from nbagent.exchange import Wire
from nbagent.observers.bodies import Bodies, Clean, Piece, note_of, put_together, response_of, taken_apart
from nbagent.observers.conversations import content_hash, link
from nbagent.observers.sql_schema import Connection

_PIECE = "INSERT INTO wire (hash, parent, data) VALUES (?, ?, ?) ON CONFLICT (hash) DO NOTHING"
_BODY = "INSERT INTO bodies (span_id, request_hash, response, note) VALUES (?, ?, ?, ?) ON CONFLICT (span_id) DO NOTHING"
_CHAIN = """
    WITH RECURSIVE chain (hash, parent, data, place) AS (
        SELECT hash, parent, data, 0 FROM wire WHERE hash = ?
        UNION ALL SELECT w.hash, w.parent, w.data, chain.place + 1 FROM wire w JOIN chain ON w.hash = chain.parent
    ) SELECT data FROM chain ORDER BY place DESC"""
FORGET = (
    "DELETE FROM bodies WHERE span_id IN (SELECT span_id FROM spans WHERE trace_id IN (SELECT trace_id FROM going))",
    """DELETE FROM wire WHERE hash NOT IN (
        WITH RECURSIVE used (hash) AS (
            SELECT request_hash FROM bodies WHERE request_hash IS NOT NULL
            UNION SELECT w.parent FROM wire w JOIN used ON w.hash = used.hash WHERE w.parent IS NOT NULL
        ) SELECT hash FROM used)""",
)
"""What goes with the spans of the traces in the table ``going``; there are bodies of which the spans are still to come."""
_KNOWN = 50_000  # hashes that are remembered


class BodyWriter:
    """Writes bodies; only the writer's own thread calls it."""

    def __init__(self, connection: Connection) -> None:
        self._db = connection
        self._known: set[str] = set()

    def forget(self, connection: Connection) -> None:
        """Take no piece for written: it is another database."""
        self._db = connection
        self._known.clear()

    def write(self, event: StepFinished, wire: Wire, clean: Clean) -> None:
        """What went over the wire in one call, in the transaction that was begun."""
        response, note = response_of(wire, event.message, clean)
        said = " ".join(filter(None, (note_of(wire), note))) or None
        hashed = self._request(taken_apart(wire.request, clean))
        self._db.execute(_BODY, (event.stamp.span_id, hashed, _packed(response), said))

    def _request(self, body: Piece) -> str:
        """The pieces that are not there yet; returns the hash of the last."""
        parent: str | None = None
        chain: list[tuple[str, str | None, str]] = []
        for piece in (body.frame, *body.items):
            mine = link(parent, content_hash(piece))
            chain.append((mine, parent, piece))
            parent = mine
        self._check(chain)
        fresh = [each for each in chain if each[0] not in self._known]
        self._db.executemany(_PIECE, [(mine, before, _packed(piece)) for mine, before, piece in fresh])
        if len(self._known) > _KNOWN:
            self._known.clear()
        self._known.update(mine for mine, _, _ in chain)
        assert parent is not None
        return parent

    def _check(self, chain: Sequence[tuple[str, str | None, str]]) -> None:
        """Forget what is known where it is there no more: somebody else may have pruned the database."""
        last = next((mine for mine, _, _ in reversed(chain) if mine in self._known), None)
        if last is not None and not self._db.execute("SELECT 1 FROM wire WHERE hash = ?", (last,)).fetchall():
            self._known.clear()


def bodies(ask: Callable[[str, Sequence[Any]], list[tuple[Any, ...]]], span_id: str) -> Bodies | None:
    """What is kept of a call."""
    found = ask("SELECT request_hash, response, note FROM bodies WHERE span_id = ?", (span_id,))
    if not found:
        return None
    hashed, response, note = found[0]
    pieces = [_unpacked(data) for (data,) in ask(_CHAIN, (hashed,))]
    return Bodies(put_together(Piece(pieces[0], pieces[1:])) if pieces else None, _unpacked(response), note or "")


def _packed(text: str) -> bytes:
    return zlib.compress(text.encode("utf-8", "replace"), 1)


def _unpacked(data: bytes) -> str:
    return zlib.decompress(data).decode()
