"""A trace in a file: SQLite, written by one thread, read from any thread and any process.

The rule: who runs never waits for the disk. Spans and notes go into a queue; the writer takes them out, at most 50 ms or
500 at a time, one transaction each. Reading sees everything that was said before it.
"""

from __future__ import annotations

import atexit
import os
import queue
import sqlite3
import threading
import time
import warnings
import weakref
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import msgspec

from nbagent import prices
from nbagent.errors import ConfigError
from nbagent.messages import Message, Usage
from nbagent.observers.columns import Columns
from nbagent.observers.conversations import rows_of
from nbagent.observers.rows import Table
from nbagent.observers.spans import Note, Span
from nbagent.observers.sqlite_keeping import copy, prune
from nbagent.observers.sqlite_schema import EVENT_COLUMNS, migrate
from nbagent.observers.sqlite_writer import Redact, Writer
from nbagent.observers.tables import SCHEMAS
from nbagent.observers.values import as_json

_PAUSE = 0.05  # seconds that the writer gathers
_MOST = 500
_BUSY = 5.0  # seconds to wait for another kernel's transaction
_KINDS = {"calls": "chat", "tools": "execute_tool"}


class _Ask:
    """Something that is to be done once all that was said before is written; `done` says that it is."""

    def __init__(self, *, clear: bool = False) -> None:
        self.clear, self.done = clear, threading.Event()


class SQLite:
    """A `Rows` in the file `path`, made with its folder where it is not there (0600 in 0700).

    `redact` is applied to every text before it is stored, after nbagent's own. Raises `ConfigError` for a file that is no
    trace, and `OSError` or `sqlite3.Error` where none can be written.
    """

    def __init__(self, path: str | Path, *, redact: Redact | None = None) -> None:
        self.path = Path(path).expanduser()
        self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._redact = redact
        with closing(self._connect(fresh=not self.path.exists())) as connection:
            migrate(connection, self.path)
        self.path.chmod(0o600)
        self._queue: queue.SimpleQueue[Span | Note | _Ask] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None
        self._lock = threading.Lock()
        self._failed: str | None = None
        self._process = os.getpid()
        _open.add(self)

    def probe(self) -> None:
        """Write nothing, as a writer would. Raises `sqlite3.Error` where that cannot be done."""
        with closing(self._connect()) as connection:
            connection.execute("BEGIN IMMEDIATE")
            connection.execute("ROLLBACK")

    def prune(self, *, before: int | None = None, megabytes: float | None = None) -> int:
        """Take out the runs that began before an instant (nanoseconds since the epoch), then the oldest until the file is that small."""
        self.flush()
        with closing(self._connect()) as connection:
            return prune(connection, before=before, megabytes=megabytes)

    def copy(self, path: Path) -> None:
        """A compact copy of the file, whoever is writing."""
        self.flush()
        with closing(self._connect()) as connection:
            copy(connection, path)

    # -- writing --------------------------------------------------------------------------------------------------------

    def begin(self, span: Span) -> None:
        self._put(span)

    def end(self, span: Span) -> None:
        self._put(span)

    def note(self, event: Note) -> None:
        self._put(event)

    def clear(self) -> None:
        """Forget everything in the file."""
        ask = _Ask(clear=True)
        self._put(ask)
        ask.done.wait(_BUSY)

    def flush(self, timeout: float = 10.0) -> None:
        """Wait until all that was said is in the file."""
        if self._thread is None or self._process != os.getpid():
            return
        ask = _Ask()
        self._put(ask)
        ask.done.wait(timeout)

    def _put(self, item: Span | Note | _Ask) -> None:
        if self._thread is None:
            self._start()
        self._queue.put(item)

    def _start(self) -> None:
        with self._lock:
            if self._thread is None and self._process == os.getpid():
                self._thread = threading.Thread(target=self._work, name="nbagent-trace", daemon=True)
                self._thread.start()

    def _work(self) -> None:
        with closing(self._connect()) as connection:
            writer: Writer | None = None
            while True:
                spans: list[Span] = []
                notes: list[Note] = []
                ask: _Ask | None = None
                until = 0.0
                while ask is None and len(spans) + len(notes) < _MOST:
                    try:
                        item = self._queue.get(timeout=max(0.0, until - time.monotonic()) if until else None)
                    except queue.Empty:
                        break
                    until = until or time.monotonic() + _PAUSE
                    if isinstance(item, Span):
                        spans.append(item)
                    elif isinstance(item, _Ask):
                        ask = item
                    else:
                        notes.append(item)
                try:
                    if ask is not None and ask.clear:
                        _empty(connection)
                        spans, notes, writer = [], [], None
                    if spans or notes:
                        writer = writer or Writer(connection, self._redact)
                        writer.write(spans, notes)
                except (sqlite3.Error, OSError) as error:
                    self._say(error)
                if ask is not None:
                    ask.done.set()

    def _say(self, error: Exception) -> None:
        """Once: a full disk must not fill the notebook as well."""
        if self._failed is None:
            self._failed = f"{type(error).__name__}: {error}"
            warnings.warn(f"the trace {self.path} cannot be written: {self._failed}", RuntimeWarning, stacklevel=2)

    def _connect(self, *, fresh: bool = False) -> sqlite3.Connection:
        connection = sqlite3.connect(self.path, timeout=_BUSY, isolation_level=None, check_same_thread=False)
        if fresh:
            connection.execute("PRAGMA auto_vacuum = INCREMENTAL")  # what is pruned is given back
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
        return connection

    # -- reading --------------------------------------------------------------------------------------------------------

    def runs(self) -> list[str]:
        return [run for (run,) in self._ask("SELECT run_id FROM runs ORDER BY started_at, id")]

    def read(self, table: Table, run: str | None = None, *, payload: bool = False, since: int | None = None) -> Columns:
        where, values = _inside(run)
        if since is not None:
            where, values = [*where, f"{'at' if table == 'events' else 'started_at'} >= ?"], [*values, since]
        match table:
            case "events":
                return self._events(where, values)
            case "runs":
                return self._of_runs(run, where, values, payload=payload)
            case "messages":
                return self._messages(where, values)
            case _:
                return self._of_spans(table, where, values, payload=payload)

    def summary(self) -> str:
        """What is there, in a line."""
        (counts,) = self._ask(
            "SELECT sum(kind = 'invoke_agent'), sum(kind = 'chat'), sum(kind = 'execute_tool'), sum(input_tokens), sum(output_tokens) FROM spans"
        )
        runs, calls, tools, read, written = (value or 0 for value in counts)
        return f"{runs:,} runs, {calls:,} model calls, {tools:,} tool calls, {read:,} tokens in, {written:,} out, in {self.path}"

    def __len__(self) -> int:
        (row,) = self._ask("SELECT count(*) FROM spans")
        return int(row[0])

    def __repr__(self) -> str:
        return f"SQLite({str(self.path)!r})"

    def _ask(self, statement: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        for store in list(_open):  # what another trace of this process has said of the same file
            if store.path == self.path:
                store.flush()
        with closing(self._connect()) as connection:
            return connection.execute(statement, values).fetchall()

    def _of_spans(self, table: Table, where: list[str], values: list[Any], *, payload: bool) -> Columns:
        names = [*SCHEMAS[table], *(("input_hash", "output_hash", "tools_offered", "params") if payload and table == "calls" else ())]
        kind = _KINDS.get(table)
        if kind:
            where, values = [*where, "kind = ?"], [*values, kind]
        found = self._columns("spans", names, where, values, "started_at, id")
        if table == "calls":
            _reprice(found)
        if payload and table == "calls":
            self._add_payload(found)
        return found

    def _of_runs(self, run: str | None, where: list[str], values: list[Any], *, payload: bool) -> Columns:
        names = [*SCHEMAS["runs"], *(("input_messages", "new_messages") if payload else ())]
        where, values = ([*where, "outer_run IS NULL"], values) if run is None else ([*where, "run_id = ?"], [*values, run])
        return self._columns("runs", names, where, values, "started_at, id")

    def _events(self, where: list[str], values: list[Any]) -> Columns:
        inside = [condition for condition in where if not condition.startswith("at ")]
        if inside:
            where = [f"run_id IN (SELECT run_id FROM runs WHERE {' AND '.join(inside)})", *where[len(inside) :]]  # noqa: S608
        return self._columns("events", EVENT_COLUMNS, where, values, "seq, id")

    def _messages(self, where: list[str], values: list[Any]) -> Columns:
        calls = self._columns("spans", ("run_id", "span_id", "input_hash", "output_hash"), [*where, "kind = 'chat'"], values, "started_at, id")
        chains = _Chains(self._contents(calls))
        found: Columns = {name: [] for name in SCHEMAS["messages"]}
        columns = tuple(found.values())
        for run_id, call_id, sent, came in zip(*calls.values(), strict=True):
            chain = [(hashed, "input") for hashed in chains.of(sent)] + ([(came, "output")] if came else [])
            for position, (hashed, direction) in enumerate(chain):
                parent, message = chains.known[hashed]
                for row in rows_of(message):
                    line = (
                        run_id, call_id, position, direction, message.role, row.name, row.part_type, row.content, row.tool_call_id,
                        hashed, parent, len(row.content), row.tokens,
                    )  # fmt: skip
                    for column, value in zip(columns, line, strict=True):
                        column.append(value)
        return found

    def _add_payload(self, found: Columns) -> None:
        chains = _Chains(self._contents(found))
        sent = [[chains.known[hashed][1] for hashed in chains.of(end)] for end in found.pop("input_hash")]
        told = [messages[0].text if messages and messages[0].role == "system" and messages[0].name is None else None for messages in sent]
        found["system_instructions"] = told
        found["input_messages"] = [as_json(messages[1:] if text is not None else messages) for messages, text in zip(sent, told, strict=True)]
        found["output_messages"] = [as_json([chains.known[came][1]]) if came else None for came in found.pop("output_hash")]

    def _contents(self, calls: Columns) -> list[tuple[str, str | None, str]]:
        """Every message of these calls' conversations: hash, hash before it, JSON."""
        ends = {hashed for name in ("input_hash", "output_hash") for hashed in calls[name] if hashed}
        statement = """
            WITH RECURSIVE chain (hash, parent, message) AS (
                SELECT hash, parent, message FROM contents WHERE hash IN (SELECT value FROM json_each(?))
                UNION SELECT c.hash, c.parent, c.message FROM contents c JOIN chain ON c.hash = chain.parent
            ) SELECT hash, parent, message FROM chain"""
        return self._ask(statement, (as_json(sorted(ends)),)) if ends else []

    def _columns(self, table: str, names: Sequence[str], where: Sequence[str], values: Sequence[Any], order: str) -> Columns:
        condition = f" WHERE {' AND '.join(where)}" if where else ""
        shown = ", ".join(f'"{name}"' for name in names)
        rows = self._ask(f"SELECT {shown} FROM {table}{condition} ORDER BY {order}", values)  # noqa: S608  names of our own
        return dict(zip(names, map(list, zip(*rows, strict=True)), strict=True)) if rows else {name: [] for name in names}


def _empty(connection: sqlite3.Connection) -> None:
    for table in ("spans", "runs", "events", "contents"):
        connection.execute(f"DELETE FROM {table}")  # noqa: S608  names of our own


class _Chains:
    """Messages by their hashes, and the conversations that they make."""

    def __init__(self, contents: Sequence[tuple[str, str | None, str]]) -> None:
        read = msgspec.json.Decoder(Message).decode
        self.known: dict[str, tuple[str | None, Message]] = {hashed: (parent, read(message)) for hashed, parent, message in contents}

    def of(self, end: str | None) -> list[str]:
        """The hashes from the conversation's first message to this one."""
        chain: list[str] = []
        while end is not None and end in self.known:
            chain.append(end)
            end = self.known[end][0]
        return chain[::-1]


def _inside(run: str | None) -> tuple[list[str], list[Any]]:
    """The condition for what happened in a run and in the runs inside it. Its trace is indexed, its place in it is looked at."""
    if run is None:
        return [], []
    return ["trace_id = (SELECT trace_id FROM runs WHERE run_id = ?)", "instr(lineage, ?) > 0"], [run, f"/{run}/"]


def _reprice(found: Columns) -> None:
    """Costs that were unknown when they were written, at prices that were set by hand since."""
    for place, (cost, read) in enumerate(zip(found["cost_usd"], found["input_tokens"], strict=True)):
        if cost is None and read is not None:
            counts = (found[name][place] or 0 for name in ("input_tokens", "output_tokens", "cache_read_tokens", "cache_write_tokens", "reasoning_tokens"))
            said = prices.custom_cost(
                Usage(*counts), found["response_model"][place] or found["model"][place], found["provider"][place], asked=found["model"][place]
            )
            if said is not None:
                found["cost_usd"][place], found["cost_source"][place] = said.total, said.source
                found["input_cost_usd"][place], found["output_cost_usd"][place] = said.input, said.output


_open: weakref.WeakSet[SQLite] = weakref.WeakSet()


@atexit.register
def _flush_all() -> None:
    for store in list(_open):
        store.flush()


def is_database(path: Path) -> bool:
    """Whether a file is one of SQLite's; an empty one is none yet, and is."""
    with path.open("rb") as file:
        return file.read(16) in (b"", b"SQLite format 3\0")


def existing(path: str | Path) -> SQLite:
    """The trace in a file that is there. Raises `ConfigError` where there is none."""
    if not Path(path).expanduser().is_file():
        raise ConfigError(f"There is no trace {str(path)!r}.", mend="Traces are kept where nbagent.traces() says.")
    return SQLite(path)
