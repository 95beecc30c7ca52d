"""What is written of spans and notes: rows made of batches of them, on the writer's own thread and connection.

The rule: a span is written when it starts and again when it ends, both at once where it was quick; a message is written
once, known by its hash, however many calls it was sent to.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from functools import cache
from typing import Any

from nbagent.errors import known_keys, suspicious
from nbagent.events import RunFinished, RunStarted, StepFinished, StepStarted, ToolStarted
from nbagent.messages import Message, system
from nbagent.observers.aside import LONGEST, cut
from nbagent.observers.columns import Columns, call_columns, span_columns, tool_columns
from nbagent.observers.conversations import digest, link
from nbagent.observers.event_columns import event_columns
from nbagent.observers.redaction import Redact, clean, redaction
from nbagent.observers.run_columns import run_columns
from nbagent.observers.spans import Note, Span, is_outermost, is_workflow, settled
from nbagent.observers.sql_keeping import this_process
from nbagent.observers.sql_schema import EVENT_COLUMNS, RUN_COLUMNS, RUN_EXTRAS, SPAN_COLUMNS, SPAN_EXTRAS, Connection, is_text
from nbagent.observers.values import as_json, masked, without_secrets

_SHORT = 8  # characters; a shorter text has no key in it
_SAFE = frozenset({
    "trace_id", "span_id", "parent_id", "run_id", "kind", "status", "lineage", "input_hash", "output_hash", "outer_run", "process", "finish_reason",
    "cost_source", "event",
})  # fmt: skip
"""Columns of our own words."""
_TEXTS = frozenset(filter(is_text, (*SPAN_COLUMNS, *SPAN_EXTRAS, *RUN_COLUMNS, *RUN_EXTRAS, *EVENT_COLUMNS, "message"))) - _SAFE
_ASKED = 500  # hashes that are looked for at once
_KNOWN = 50_000  # messages and hashes that are remembered, so that a conversation is hashed once


@cache
def _statement(table: str, columns: tuple[str, ...], key: str | None) -> str:
    """Put rows into a table; with a `key`, in place of those that have the same."""
    names = ", ".join(f'"{name}"' for name in columns)
    changed = ", ".join(f'"{name}" = excluded."{name}"' for name in columns if name != key)
    conflict = f" ON CONFLICT ({key}) DO UPDATE SET {changed}" if key else ""
    return f"INSERT INTO {table} ({names}) VALUES ({', '.join('?' * len(columns))}){conflict}"  # noqa: S608  names of our own


_CONTENT = "INSERT INTO contents (hash, parent, message) VALUES (?, ?, ?) ON CONFLICT (hash) DO NOTHING"
_ASIDE = "INSERT INTO aside (hash, trace_id, size, data) VALUES (?, ?, ?, ?) ON CONFLICT (hash, trace_id) DO NOTHING"


class Writer:
    """Makes rows of what a recorder says. Only its own thread calls it."""

    def __init__(self, connection: Connection, own: Redact | None = None, process: str | None = None) -> None:
        self._db, self._hook, self._extra, self._process = connection, own, redaction(own), process or this_process()
        self._trees: dict[str, dict[str, Span]] = {}  # by their outermost run: the spans of runs that are under way, by their ids
        self._roots: dict[str, str] = {}  # by a run, the outermost that it is in
        self._open: dict[str, set[str]] = {}  # by an outermost run, the runs of its tree that have not ended: one may outlast it
        self._wide: dict[str, Span] = {}  # a person's own spans, which are outermost runs to themselves and have all that is in them for their sums
        self._around: dict[str, list[str]] = {}  # by an outermost run, a person's spans that it is in
        self._digests: dict[int, tuple[Message, bytes]] = {}
        self._hashes: set[str] = set()
        self._links: dict[tuple[str | None, int], str] = {}  # by what was before and the message, which `_digests` keeps
        self._systems: dict[str, Message] = {}
        self._said: list[tuple[str, str | None, str, str]] = []  # messages to be written: hash, hash before, JSON, trace
        (self._seq,) = connection.execute("SELECT coalesce(max(seq), -1) + 1 FROM spans").fetchall()[0]
        (self._event_seq,) = connection.execute("SELECT coalesce(max(seq), -1) + 1 FROM events").fetchall()[0]

    def put(self, spans: Iterable[Span], notes: Sequence[Note]) -> None:
        """The spans as they are now, and the notes, in the transaction that was begun. Afterwards say `ended`."""
        self._extra = redaction(self._hook)
        unique = list({span.id: span for span in spans}.values())
        for span in unique:
            root = self._roots.get(span.run_id) or self._rooted(span)
            for tree in (root, *self._around.get(root, ())):
                self._trees.setdefault(tree, {})[span.id] = span
                if isinstance(span.started, RunStarted):
                    self._open.setdefault(tree, set()).add(span.run_id)
        keys = known_keys()
        self._spans(settled(unique), keys)
        self._runs(dict.fromkeys(self._roots[span.run_id] for span in unique), keys)
        self._notes(notes, keys)

    def _rooted(self, span: Span) -> str:
        """The outermost run of one of which nothing was known."""
        root = _root(span)
        self._roots[span.run_id] = root.run_id
        self._around[root.run_id] = [around.run_id for around in root.inside() if around is not root]
        if is_workflow(root):
            self._wide[root.run_id] = root
        return root.run_id

    def under_way(self) -> list[Span]:
        """The spans of the runs that have not ended."""
        return [span for tree in self._trees.values() for span in tree.values()]

    def ended(self, notes: Sequence[Note]) -> None:
        """What these notes end is written for good."""
        for note in notes:
            if isinstance(note, RunFinished) and (root := self._roots.get(note.stamp.run_id)) is not None:
                for tree in (root, *self._around.get(root, ())):
                    under_way = self._open.get(tree, set())
                    under_way.discard(note.stamp.run_id)
                    if not under_way:
                        self._ended(tree)

    def _ended(self, root: str) -> None:
        """All runs of a tree have ended."""
        for known in (self._open, self._around, self._wide):
            known.pop(root, None)
        for span in self._trees.pop(root, {}).values():
            if self._roots.get(span.run_id) == root:
                del self._roots[span.run_id]

    def forget(self, connection: Connection | None = None) -> None:
        """Take no message for written: each is looked for again, in another database where one is given."""
        if connection is not None:
            self._db = connection
        self._said.clear()
        self._hashes.clear()
        self._links.clear()

    def _spans(self, spans: list[Span], keys: list[str]) -> None:
        for kind, more in ((RunStarted, None), (StepStarted, call_columns), (ToolStarted, tool_columns)):
            group = [span for span in spans if isinstance(span.started, kind)]
            if not group:
                continue
            columns = span_columns(group)
            own = self._own(group)
            if kind is StepStarted and not self._there(own):
                self.forget()
                own = self._own(group)
            columns = (more(group, known=columns) if more else columns) | own
            columns["seq"] = [self._seq + seq for seq in columns["seq"]]
            self._messages(keys)
            self._put("spans", "span_id", columns, keys, columns["trace_id"])

    def _own(self, spans: Sequence[Span]) -> Columns:
        """The columns that no table shows, of spans of one kind: where each is in the tree, and its conversation."""
        hashes = [self._conversation(span) for span in spans]
        steps = [span.started if isinstance(span.started, StepStarted) else None for span in spans]
        params = without_secrets([as_json(masked(step.params)) if step.params else "{}" for step in steps if step])
        tools = {offered: as_json(offered) for offered in {step.tools for step in steps if step}}
        return {
            "lineage": [_lineage(span) for span in spans],
            "first_clock": [span.first for span in spans],
            "input_hash": [sent for sent, _ in hashes],
            "output_hash": [came for _, came in hashes],
            "tools_offered": [tools[step.tools] if step else None for step in steps],
            "params": params if steps[0] else [None] * len(spans),
            "process": [self._process] * len(spans),
        }

    def _there(self, own: Columns) -> bool:
        """Whether the messages that were written already are still there: another process may have taken them out."""
        fresh = {said[0] for said in self._said}
        known = {*own["input_hash"], *own["output_hash"], *(said[1] for said in self._said)} - fresh - {None}
        hashes = sorted(map(str, known))
        for first in range(0, len(hashes), _ASKED):
            some = hashes[first : first + _ASKED]
            statement = f"SELECT count(*) FROM contents WHERE hash IN ({', '.join('?' * len(some))})"  # noqa: S608
            if self._db.execute(statement, some).fetchall() != [(len(some),)]:
                return False
        return True

    def _messages(self, keys: list[str]) -> None:
        if self._said:
            hashes, parents, messages, traces = zip(*self._said, strict=True)
            said = self._cleaned({"message": list(messages)}, keys, traces)["message"]
            self._db.executemany(_CONTENT, list(zip(hashes, parents, said, strict=True)))
            self._said.clear()

    def _runs(self, roots: Collection[str], keys: list[str]) -> None:
        wide = dict.fromkeys(run for root in roots for run in (root, *self._around.get(root, ())) if run in self._wide)
        trees = {root: settled(list(self._trees[root].values())) for root in roots if root not in self._wide}
        runs = {span.run_id: span for tree in trees.values() for span in tree if isinstance(span.started, RunStarted)}
        found = run_columns([span for tree in trees.values() for span in tree], payload=True)
        known = {*found.get("run_id", ())}
        inner = [(run, trees[self._roots[run]]) for run in runs if run not in known]
        for run in wide:
            if run in roots or self._wide[run].status != "running":  # while it is under way, its sums wait
                runs[run] = self._wide[run]
                inner.append((run, settled(list(self._trees[run].values()))))
        for run, within in inner:
            for name, values in run_columns(within, run, payload=True).items():
                found.setdefault(name, []).extend(values)
        if found:  # a moment may bring notes alone
            written = [runs[run] for run in found["run_id"]]
            found["outer_run"] = [_outer(span) for span in written]
            found["trace_id"], found["lineage"] = [span.trace_id for span in written], [_lineage(span) for span in written]
            self._put("runs", "run_id", found, keys, found["trace_id"])

    def _notes(self, notes: Sequence[Note], keys: list[str]) -> None:
        if not notes:
            return
        roots = dict.fromkeys(self._roots[note.stamp.run_id] for note in notes if note.stamp.run_id in self._roots)
        spans = settled([span for root in roots for span in self._trees[root].values()])
        columns = event_columns(notes, spans)
        columns["seq"] = [self._event_seq + seq for seq in columns["seq"]]
        if not columns["run_id"]:  # of runs that nobody knows any more
            return
        self._event_seq = max([self._event_seq, *(seq + 1 for seq in columns["seq"])])
        traces = {span.run_id: span.trace_id for span in spans}
        self._put("events", None, columns, keys, [traces[run] for run in columns["run_id"]])

    def _put(self, table: str, key: str | None, columns: Columns, keys: list[str], traces: Sequence[str]) -> None:
        """Write rows: the columns in which there is something, as binding a value costs more than most of them to make."""
        given = {name: values for name, values in columns.items() if values.count(None) < len(values)}
        cleaned = self._cleaned(given, keys, traces)
        self._db.executemany(_statement(table, tuple(cleaned), key), list(zip(*cleaned.values(), strict=True)))

    def _cleaned(self, columns: Columns, keys: list[str], traces: Sequence[str]) -> Columns:
        """Columns that may be stored: no key in them, no half characters, which SQLite does not take, nothing too long."""
        texts = [name for name in columns if name in _TEXTS]
        if self._extra is None and self._harmless([columns[name] for name in texts], keys):  # as a rule, all of them
            return columns
        changed = {
            name: [self._clean(name, value, keys, trace) for value, trace in zip(columns[name], traces, strict=True)]
            for name in texts if self._extra is not None or not self._harmless([columns[name]], keys)
        }  # fmt: skip
        return columns | changed

    def _harmless(self, columns: Sequence[Sequence[str | None]], keys: list[str]) -> bool:
        """Whether there is nothing in these texts that has to be looked at one by one."""
        pieces = [value for values in columns for value in values if value]
        together = "\0".join(pieces)
        return _whole(together) and not suspicious(together, keys) and (len(together) <= LONGEST or max(map(len, pieces)) <= LONGEST)

    def _clean(self, name: str, value: Any, keys: list[str], trace: str) -> Any:
        if not isinstance(value, str):
            return value
        text = value if len(value) < _SHORT and self._extra is None else clean(name, value, keys, self._extra)
        text = text if _whole(text) else text.encode("utf-8", "replace").decode()
        return cut(name, text, lambda aside: self._db.execute(_ASIDE, (aside.hash, trace, aside.size, aside.data)))

    # -- conversations --------------------------------------------------------------------------------------------------

    def _conversation(self, span: Span) -> tuple[str | None, str | None]:
        """The hashes of what a model call was sent and of its answer, each message being written on the way."""
        start, end = span.started, span.finished
        if not isinstance(start, StepStarted):
            return None, None
        if len(self._hashes) > _KNOWN or len(self._digests) > _KNOWN:
            self._hashes.clear()
            self._links.clear()
            self._digests.clear()
        sent: str | None = None
        if start.instructions:
            sent = self._keep(None, self._systems.setdefault(start.instructions, system(start.instructions)), span.trace_id)
        for message in start.messages:
            sent = self._links.get((sent, id(message))) or self._keep(sent, message, span.trace_id)
        came = self._keep(sent, end.message, span.trace_id) if isinstance(end, StepFinished) else None
        return sent, came

    def _keep(self, parent: str | None, message: Message, trace: str) -> str:
        known = self._digests.get(id(message))
        if known is None:
            known = self._digests[id(message)] = (message, digest(message))
        mine = self._links[parent, id(message)] = link(parent, known[1])
        if mine not in self._hashes:
            self._hashes.add(mine)
            self._said.append((mine, parent, as_json(message), trace))
        return mine


def _whole(text: str) -> bool:
    """Whether there are no half characters in a text."""
    try:
        return text.isascii() or bool(text.encode())
    except UnicodeEncodeError:
        return False


def _root(span: Span) -> Span:
    """The outermost run that a span is in; a person's own span around that is a tree of its own, as it may be around thousands of them."""
    runs = [run for run in span.inside() if not is_workflow(run)]
    return runs[-1] if runs else next(span.inside())


def _outer(span: Span) -> str | None:
    """The run around a run; None for one that no other is around, and its own for a person's span."""
    if is_outermost(span):
        return span.run_id if is_workflow(span) else None
    return span.around.run_id if span.around else None


def _lineage(span: Span) -> str:
    """The runs that a span is in, the outermost first: ``/a/b/``."""
    around = [run.run_id for run in span.inside()]
    return f"/{'/'.join(reversed(around))}/"
