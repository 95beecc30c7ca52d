"""A trace in a database: written by one thread, read from any thread and any process.

The rule: who runs never waits for the database. Events go into a queue; the writer takes them out every 50 ms and keeps them (`sql_desk`).
Reading sees everything that this process has said before it, and what others have said up to a second or two ago. What differs between
databases is in the two classes that are made of this one.
"""

from __future__ import annotations

import atexit
import os
import queue
import threading
import warnings
import weakref
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from typing import Any, ClassVar

from nbagent.events import RunEvent, StepFinished
from nbagent.exchange import Wire
from nbagent.observers.bodies import Bodies
from nbagent.observers.columns import Columns
from nbagent.observers.redaction import Redact
from nbagent.observers.rows import Table
from nbagent.observers.sql_bodies import bodies
from nbagent.observers.sql_desk import Desk
from nbagent.observers.sql_reading import Reading
from nbagent.observers.sql_recovery import recover
from nbagent.observers.sql_schema import Opened

_PAUSE = 0.05  # seconds that the writer gathers
_MOST = 5_000  # events in a moment
_AT_HAND = 200  # rows
_LAST = 10.0  # seconds that the end of the process waits for
_PATIENCE = 5.0  # seconds to wait for what is emptied


class _Ask:
    """Something that is to be done once all that was said before is safe, or in the `tables`; `done` says that it is."""

    def __init__(self, *, tables: bool = False, clear: bool = False, pruned: bool = False) -> None:
        self.tables, self.clear, self.pruned, self.done = tables, clear, pruned, threading.Event()


class SqlStore:
    """A `Rows` in the database `place`. `redact` is applied to every text before it is stored, after nbagent's own."""

    each: ClassVar[str]  # a query that gives the texts of a JSON list, a row each
    like: ClassVar[str]  # what takes small and capital letters for the same
    forks: ClassVar[bool]  # whether a forked process may write as well
    refusals: ClassVar[tuple[type[Exception], ...]]  # what the database raises when it may take later what it does not take now
    said: ClassVar[str]  # a query that gives the texts in a column of messages, ``{}``, a row each, as ``text``

    def __init__(self, place: str, redact: Redact | None) -> None:
        self.place, self._redact = place, redact
        self.reading = Reading(self.ask, self._columns, self.each, place)
        self._begin()
        _open.add(self)

    def _begin(self) -> None:
        """With no thread: one is begun when there is something to write."""
        self._queue: queue.SimpleQueue[RunEvent | _Ask | tuple[StepFinished, Wire]] = queue.SimpleQueue()
        self._put: Callable[[RunEvent | _Ask | tuple[StepFinished, Wire]], None] = self._queue.put
        self._asked = threading.Event()  # somebody waits: the writer does not gather
        self._thread: threading.Thread | None = None
        self._lock = threading.Lock()
        self._failed: str | None = None

    def connect(self) -> Opened:
        """A connection of its own, each statement a transaction where none is begun."""
        raise NotImplementedError

    def identity(self) -> object:
        """Which database it is now: another value where it was replaced, or is gone."""
        return self.place

    # -- writing --------------------------------------------------------------------------------------------------------

    def take(self, event: RunEvent, /) -> None:
        if self._thread is None:
            self._start()
        self._put(event)

    def take_wire(self, event: StepFinished, wire: Wire) -> None:
        if self._thread is None:
            self._start()
        self._put((event, wire))

    def clear(self) -> None:
        """Forget everything in the database."""
        self._wait(_Ask(clear=True), _PATIENCE)

    def pruned(self) -> None:
        """Rows were taken out: what is known to be in the database may be there no more."""
        for store in list(_open):
            if store.place == self.place and store._thread is not None:
                store._wait(_Ask(pruned=True), _PATIENCE)

    def flush(self, timeout: float | None = None, *, tables: bool = True) -> None:
        """Wait until all that was said is in the tables; without `tables`, until it would outlive this process."""
        if self._thread is None:
            return
        self._wait(_Ask(tables=tables), timeout)

    def _wait(self, ask: _Ask, timeout: float | None) -> None:
        if self._thread is None:
            self._start()
        self._put(ask)
        self._asked.set()
        ask.done.wait(timeout)

    def _start(self) -> None:
        with self._lock:
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, name="nbagent-trace", daemon=True)
                self._thread.start()

    def _work(self) -> None:
        desk = Desk(self.connect, self.identity, self._redact, self.refusals)
        while True:
            events, ask = self._gathered(desk.pause())
            for work in self._works(desk, events, ask):
                try:
                    work()
                except Exception as error:  # noqa: BLE001  whatever it is, what comes later is written if it can be
                    self._say(error)
            if ask is not None:
                ask.done.set()

    def _works(self, desk: Desk, events: list[Any], ask: _Ask | None) -> Iterator[Callable[[], None]]:
        """What is to be done now, each of which may fail."""
        if ask is not None and ask.clear:
            yield desk.clear
            return
        if events:
            wires = [each for each in events if isinstance(each, tuple)]
            said = [each for each in events if not isinstance(each, tuple)] if wires else events
            yield lambda: desk.take(said, wires)
        if ask is not None:
            yield from desk.settling(tables=ask.tables)
            if not ask.pruned:
                ask.done.set()
        elif desk.pause() == 0.0:
            yield desk.settle
        if ask is not None and ask.pruned:
            yield desk.forget

    def _gathered(self, patience: float | None) -> tuple[list[Any], _Ask | None]:
        """What came within the pause after the first of it, or until somebody asks; nothing where nothing came for so long."""
        events: list[Any] = []
        try:
            item = self._queue.get(timeout=patience)
        except queue.Empty:
            return events, None
        if not isinstance(item, _Ask):
            self._asked.wait(_PAUSE)
        with suppress(queue.Empty):
            while not isinstance(item, _Ask):
                events.append(item)
                if len(events) >= _MOST:
                    return events, None
                item = self._queue.get_nowait()
        self._asked.clear()
        return events, item if isinstance(item, _Ask) else None

    def _cannot(self, item: RunEvent | _Ask | tuple[StepFinished, Wire]) -> None:
        """What takes the queue's place in a process that must not write."""
        if isinstance(item, _Ask):
            item.done.set()
        else:
            self._say(RuntimeError("this process was forked from one that writes it; a Trace of another file is written here, too"))

    def _say(self, error: Exception) -> None:
        """Once: a full disk must not fill the notebook as well."""
        if self._failed is None:
            self._failed = f"{type(error).__name__}: {error}"
            warnings.warn(f"the trace {self.place} cannot be written: {self._failed}", RuntimeWarning, stacklevel=2)

    # -- reading --------------------------------------------------------------------------------------------------------

    def runs(self) -> list[str]:
        return self.reading.runs()

    def read(self, table: Table, run: str | None = None, *, payload: bool = False, since: int | None = None) -> Columns:
        return self.reading.read(table, run, payload=payload, since=since)

    def aside(self, hashed: str) -> str | None:
        """The whole of a text that was too long for its row, by the hash in its mark."""
        return self.reading.aside(hashed)

    def bodies(self, span_id: str) -> Bodies | None:
        return bodies(self.ask, span_id)

    def summary(self) -> str:
        return self.reading.summary()

    def __len__(self) -> int:
        return self.reading.count()

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.place!r})"

    def ask(self, statement: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """The rows of a query, whatever was said before it being written. A parameter is a ``?``."""
        with self._reading() as connection:
            found: list[tuple[Any, ...]] = connection.execute(statement, values).fetchall()
            return found

    def _columns(self, statement: str, values: Sequence[Any], names: Sequence[str]) -> Columns:
        """What a query gives, as columns of these names: turned round some rows at a time, while the processor has them at hand."""
        found: Columns = {name: [] for name in names}
        with self._reading() as connection:
            cursor = connection.execute(statement, values)
            while rows := cursor.fetchmany(_AT_HAND):
                for column, part in zip(found.values(), zip(*rows, strict=True), strict=True):
                    column.extend(part)
        return found

    @contextmanager
    def _reading(self) -> Iterator[Opened]:
        """A connection that sees what this process has said, and what kernels that are gone have left."""
        for store in list(_open):  # another trace of this process may have said something of the same database
            if store.place == self.place:
                store.flush()
        with closing(self.connect()) as connection:
            recover(connection)
            yield connection


_open: weakref.WeakSet[SqlStore] = weakref.WeakSet()


@atexit.register
def _flush_all() -> None:
    for store in list(_open):
        store.flush(_LAST)


def _forked() -> None:
    """What a process had yet to write when it forked is its own. Its child writes what it says itself, if its parent has not begun to:
    SQLite takes the locks of the parent's connection for the child's."""
    for store in list(_open):
        begun = store._thread
        store._begin()
        if begun is not None and not store.forks:
            store._thread, store._put = begun, store._cannot


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forked)
