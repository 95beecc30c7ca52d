"""What is written of spans and notes: rows made of batches of them, on the writer's own thread and connection.

The rule: a span is written when it starts and again when it ends, both at once where it was quick; a message is written
once, known by its hash, however many calls it was sent to.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from nbagent.errors import known_keys, suspicious
from nbagent.events import RunFinished, RunStarted, StepFinished, StepStarted, ToolStarted
from nbagent.exchange import Wire
from nbagent.messages import Message, system
from nbagent.observers.aside import LONGEST, cut
from nbagent.observers.bodies import Clean
from nbagent.observers.columns import Columns, call_columns, span_columns, tool_columns
from nbagent.observers.conversations import digest, link
from nbagent.observers.event_columns import event_columns
from nbagent.observers.redaction import Redact, clean, redaction
from nbagent.observers.run_columns import run_columns
from nbagent.observers.spans import Note, Span, settled
from nbagent.observers.sql_bodies import BodyWriter
from nbagent.observers.sql_keeping import end_orphans, this_process
from nbagent.observers.sql_schema import EVENT_COLUMNS, RUN_COLUMNS, RUN_EXTRAS, SPAN_COLUMNS, SPAN_EXTRAS, Connection
from nbagent.observers.values import as_json, params_json

_SHORT = 8  # characters; a shorter text has no key in it
_SAFE = frozenset({"trace_id", "span_id", "parent_id", "run_id", "kind", "status", "lineage", "input_hash", "output_hash", "outer_run", "process"})
_KNOWN = 50_000  # messages and hashes that are remembered, so that a conversation is hashed once


def _upsert(table: str, columns: Sequence[str], key: str) -> str:
    names = ", ".join(f'"{name}"' for name in columns)
    changed = ", ".join(f'"{name}" = excluded."{name}"' for name in columns if name != key)
    return f"INSERT INTO {table} ({names}) VALUES ({', '.join('?' * len(columns))}) ON CONFLICT ({key}) DO UPDATE SET {changed}"  # noqa: S608  names of our own


_SPAN = _upsert("spans", SPAN_COLUMNS + SPAN_EXTRAS, "span_id")
_RUN = _upsert("runs", RUN_COLUMNS + RUN_EXTRAS, "run_id")
_EVENT = f"INSERT INTO events ({', '.join(EVENT_COLUMNS)}) VALUES ({', '.join('?' * len(EVENT_COLUMNS))})"  # noqa: S608
_CONTENT = "INSERT INTO contents (hash, parent, message) VALUES (?, ?, ?) ON CONFLICT (hash) DO NOTHING"
_ASIDE = "INSERT INTO aside (hash, trace_id, size, data) VALUES (?, ?, ?, ?) ON CONFLICT (hash, trace_id) DO NOTHING"


class Writer:
    """Makes rows of what a recorder says. Only its own thread calls it."""

    def __init__(self, connection: Connection, own: Redact | None = None) -> None:
        self._db, self._hook, self._extra, self._process = connection, own, redaction(own), this_process()
        self._bodies = BodyWriter(connection)
        end_orphans(connection)
        self._trees: dict[str, dict[str, Span]] = {}  # by their outermost run: the spans of runs that are under way, by their ids
        self._digests: dict[int, tuple[Message, bytes]] = {}
        self._hashes: set[str] = set()
        self._systems: dict[str, Message] = {}
        self._said: list[tuple[str, str | None, str, str]] = []  # messages to be written: hash, hash before, JSON, trace
        (self._seq,) = connection.execute("SELECT coalesce(max(seq), -1) + 1 FROM spans").fetchall()[0]
        (self._event_seq,) = connection.execute("SELECT coalesce(max(seq), -1) + 1 FROM events").fetchall()[0]

    def write(self, spans: Iterable[Span], notes: Sequence[Note], wires: Sequence[tuple[StepFinished, Wire]] = ()) -> None:
        """One transaction: the spans as they are now, the notes, and what went over the wire."""
        self._extra = redaction(self._hook)
        unique = list({span.id: span for span in spans}.values())
        for span in unique:
            self._trees.setdefault(_root(span).run_id, {})[span.id] = span
        keys = known_keys()
        self._db.execute("BEGIN")
        try:
            self._spans(settled(unique), keys)
            self._runs({_root(span).run_id for span in unique}, keys)
            self._notes(notes, keys)
            for event, wire in wires:
                self._bodies.write(event, wire, Clean(keys, self._hook))
            self._db.execute("COMMIT")
        except BaseException:
            self._db.execute("ROLLBACK")
            raise
        for note in notes:
            if isinstance(note, RunFinished):
                self._trees.pop(note.stamp.run_id, None)

    def _spans(self, spans: list[Span], keys: list[str]) -> None:
        for kind, more in ((RunStarted, None), (StepStarted, call_columns), (ToolStarted, tool_columns)):
            group = [span for span in spans if isinstance(span.started, kind)]
            if not group:
                continue
            columns = span_columns(group) | (more(group) if more else {}) | self._own(group, keys)
            columns["seq"] = [self._seq + seq for seq in columns["seq"]]
            self._messages(keys)
            self._put(_SPAN, columns, SPAN_COLUMNS + SPAN_EXTRAS, keys, columns["trace_id"])

    def _own(self, spans: Sequence[Span], keys: list[str]) -> Columns:
        """The columns that no table shows: where a span is in the tree, and its conversation."""
        hashes = [self._conversation(span) for span in spans]
        steps = [span.started if isinstance(span.started, StepStarted) else None for span in spans]
        return {
            "lineage": [_lineage(span) for span in spans],
            "first_clock": [span.first for span in spans],
            "input_hash": [sent for sent, _ in hashes],
            "output_hash": [came for _, came in hashes],
            "tools_offered": [as_json(step.tools) if step else None for step in steps],
            "params": [params_json(step.params, keys) if step else None for step in steps],
            "process": [self._process] * len(spans),
        }

    def _messages(self, keys: list[str]) -> None:
        if self._said:
            hashes, parents, messages, traces = zip(*self._said, strict=True)
            self._db.executemany(_CONTENT, list(zip(hashes, parents, self._cleaned("message", messages, keys, traces), strict=True)))
            self._said.clear()

    def _runs(self, roots: set[str], keys: list[str]) -> None:
        found: Columns = {}
        for root in roots:
            spans = settled(list(self._trees[root].values()))
            for span in spans:
                if not isinstance(span.started, RunStarted):
                    continue
                columns = run_columns(spans, span.run_id, payload=True)
                columns |= {"trace_id": [span.trace_id], "outer_run": [span.around.run_id if span.around else None], "lineage": [_lineage(span)]}
                for name, values in columns.items():
                    found.setdefault(name, []).extend(values)
        if found:  # a moment may bring notes alone
            self._put(_RUN, found, RUN_COLUMNS + RUN_EXTRAS, keys, found["trace_id"])

    def _notes(self, notes: Sequence[Note], keys: list[str]) -> None:
        if not notes:
            return
        runs = {note.stamp.run_id for note in notes}
        spans = settled([span for tree in self._trees.values() if any(span.run_id in runs for span in tree.values()) for span in tree.values()])
        columns = event_columns(notes, spans)
        columns["seq"] = [self._event_seq + seq for seq in columns["seq"]]
        self._event_seq = max([self._event_seq, *(seq + 1 for seq in columns["seq"])])
        traces = {span.run_id: span.trace_id for span in spans}
        self._put(_EVENT, columns, EVENT_COLUMNS, keys, [traces[run] for run in columns["run_id"]])

    def _put(self, statement: str, columns: Columns, names: Sequence[str], keys: list[str], traces: Sequence[str]) -> None:
        nothing = [None] * len(traces)
        given = ((name, columns.get(name, nothing)) for name in names)
        cleaned = [values if values is nothing or name in _SAFE else self._cleaned(name, values, keys, traces) for name, values in given]
        self._db.executemany(statement, list(zip(*cleaned, strict=True)))

    def _cleaned(self, name: str, values: Sequence[Any], keys: list[str], traces: Sequence[str]) -> Sequence[Any]:
        """A column that may be stored: no key in it, no half characters, which SQLite does not take, nothing too long."""
        if not any(isinstance(value, str) for value in values):
            return values
        together = "\0".join(value for value in values if isinstance(value, str))  # as a rule there is nothing to be done, in any of them
        short = len(together) <= LONGEST or all(value is None or len(value) <= LONGEST for value in values)
        clean = short and together.isascii() and self._extra is None and not suspicious(together, keys)
        return values if clean else [self._clean(name, value, keys, trace) for value, trace in zip(values, traces, strict=True)]

    def _clean(self, name: str, value: Any, keys: list[str], trace: str) -> Any:
        if not isinstance(value, str) or len(value) < _SHORT:
            return value
        text = clean(name, value, keys, self._extra)
        text = text if text.isascii() else text.encode("utf-8", "replace").decode()
        return cut(name, text, lambda aside: self._db.execute(_ASIDE, (aside.hash, trace, aside.size, aside.data)))

    # -- conversations --------------------------------------------------------------------------------------------------

    def _conversation(self, span: Span) -> tuple[str | None, str | None]:
        """The hashes of what a model call was sent and of its answer, each message being written on the way."""
        start, end = span.started, span.finished
        if not isinstance(start, StepStarted):
            return None, None
        if len(self._hashes) > _KNOWN or len(self._digests) > _KNOWN:
            self._hashes.clear()
            self._digests.clear()
        sent: str | None = None
        if start.instructions:
            sent = self._keep(None, self._systems.setdefault(start.instructions, system(start.instructions)), span.trace_id)
        for message in start.messages:
            sent = self._keep(sent, message, span.trace_id)
        came = self._keep(sent, end.message, span.trace_id) if isinstance(end, StepFinished) else None
        return sent, came

    def _keep(self, parent: str | None, message: Message, trace: str) -> str:
        known = self._digests.get(id(message))
        if known is None:
            known = self._digests[id(message)] = (message, digest(message))
        mine = link(parent, known[1])
        if mine not in self._hashes:
            self._hashes.add(mine)
            self._said.append((mine, parent, as_json(message), trace))
        return mine


def _root(span: Span) -> Span:
    *_, outermost = span.inside()
    return outermost


def _lineage(span: Span) -> str:
    """The runs that a span is in, the outermost first: ``/a/b/``."""
    return "/" + "".join(f"{run.run_id}/" for run in reversed(list(span.inside())))
