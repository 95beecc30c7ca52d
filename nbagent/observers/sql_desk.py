"""The desk of the thread that writes a trace's database: what comes goes into the journal at once, and into the tables when there is time.

The rule: what was taken outlives the process. Tables are made once no run is under way, when nothing comes for a while, when somebody
asks, and never much later than what they tell of: while answers stream, the processor is theirs. What a database refuses (it is locked,
or its disk is full) waits here until it is taken.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence

from nbagent.errors import known_keys
from nbagent.events import RunEvent, RunFinished, RunStarted, StepFinished
from nbagent.exchange import Wire
from nbagent.observers.bodies import Clean
from nbagent.observers.recorder import Recorder
from nbagent.observers.redaction import Redact, redaction
from nbagent.observers.spans import Note, Span
from nbagent.observers.sql_bodies import BodyWriter
from nbagent.observers.sql_journal import Journal, Moment
from nbagent.observers.sql_recovery import recover
from nbagent.observers.sql_schema import TABLES, Opened, transaction
from nbagent.observers.sql_writer import Writer

_IDLE, _QUIET, _LATEST = 0.02, 0.5, 2.0
"""Seconds without an event after which the tables are made, where no run is under way and where one is, and the most that they are behind."""
_AGAIN = (2.0, 60.0)  # seconds until a database that refused is asked again: at first, and at most
_BEHIND = 50_000  # notes that may wait for the tables
_MOST = 5_000  # notes in a transaction


class Desk:
    """Keeps events in the database that `connect` opens. `redact` is the person's own. Only one thread uses it."""

    def __init__(self, connect: Callable[[], Opened], identity: Callable[[], object], redact: Redact | None, refusals: tuple[type[Exception], ...]) -> None:
        """`identity` says which database it is: another value, and it is opened again. `refusals` are what it raises when it may take
        later what it does not take now."""
        self._connect, self._identity, self._redact, self._refusals = connect, identity, redact, refusals
        self._connection: Opened | None = None
        self._place: object = None
        self._opened_once = False
        self._begin()

    def _begin(self) -> None:
        self._recorder = Recorder(self)
        self._journal = Journal()
        self._writer: Writer | None = None
        self._bodies: BodyWriter | None = None
        self._now = Moment([], [])
        self._waiting: list[Moment] = []
        self._notes = 0  # in those that wait
        self._runs: set[str] = set()  # under way
        self._first = self._last = 0.0  # when the first and the last of them came
        self._safe = True  # all that was taken is in the database, in whatever form
        self._refused = False  # the last time that it was asked
        self._again_at, self._patience = 0.0, _AGAIN[0]

    # -- what the recorder writes to ------------------------------------------------------------------------------------

    def begin(self, span: Span) -> None:
        self._now.spans.append(span)

    def end(self, span: Span) -> None:
        self._now.spans.append(span)

    def note(self, event: Note) -> None:
        self._now.notes.append(event)

    # -- what the thread does -------------------------------------------------------------------------------------------

    def take(self, events: Sequence[RunEvent], wires: Sequence[tuple[StepFinished, Wire]]) -> None:
        """Keep what came in a moment. Whatever fails, the tables have it later if they can."""
        self._now = moment = Moment([], [])
        self._recorder.observe(events)
        self._runs |= {span.id for span in moment.spans if span.status == "running" and isinstance(span.started, RunStarted)}
        self._runs -= {note.stamp.span_id for note in moment.notes if isinstance(note, RunFinished)}
        if moment.spans or moment.notes:
            self._first = self._first if self._waiting else time.monotonic()
            self._waiting.append(moment)
            self._notes += len(moment.notes)
            self._keep(moment)
        if wires:
            self._write(wires)
        self._last = time.monotonic()

    def _keep(self, moment: Moment) -> None:
        leave = self._refused or redaction(self._redact) is not None
        try:
            if not self._journal.write(self._opened(), moment, leave=leave):
                self._safe = False
        except BaseException:
            self._journal.leave()
            self._safe = False
            raise

    def _write(self, wires: Sequence[tuple[StepFinished, Wire]]) -> None:
        connection, keys = self._opened(), known_keys()
        self._bodies = self._bodies or BodyWriter(connection)
        with transaction(connection):
            for event, wire in wires:
                self._bodies.write(event, wire, Clean(keys, self._redact))

    def pause(self) -> float | None:
        """Seconds until tables have to be made; None where nothing waits for them."""
        if not self._waiting:
            return None
        if self._refused:
            return max(0.0, self._again_at - time.monotonic())
        if not self._safe or self._notes >= _BEHIND:
            return 0.0
        return max(0.0, min(self._last + (_QUIET if self._runs else _IDLE), self._first + _LATEST) - time.monotonic())

    def settling(self, *, tables: bool) -> Iterator[Callable[[], None]]:
        """What is to be called until all that was said is in the tables, or would outlive this process; or until the database refuses it."""
        self._refused = False
        while not self._refused and (self._waiting if tables else not self._safe):
            yield self.settle

    def settle(self) -> None:
        """One transaction: some of what waits is in the tables then. What the database refuses waits on, if it is not too much; what
        cannot be written at all is given up."""
        moments, notes = 0, 0
        while moments < len(self._waiting) and (not moments or notes + len(self._waiting[moments].notes) <= _MOST):
            notes += len(self._waiting[moments].notes)
            moments += 1
        taken, self._waiting = self._waiting[:moments], self._waiting[moments:]
        self._notes -= notes
        try:
            self._tabulate([span for moment in taken for span in moment.spans], [note for moment in taken for note in moment.notes])
        except self._refusals:
            self._refused, self._again_at = True, time.monotonic() + self._patience
            self._patience = min(2 * self._patience, _AGAIN[1])
            if self._notes + notes <= _BEHIND:
                self._waiting[:0] = taken
                self._notes += notes
            raise
        finally:
            self._safe = self._safe or not self._waiting
        self._refused, self._patience = False, _AGAIN[0]

    def clear(self) -> None:
        """Forget everything in the database, and what was taken."""
        connection = self._opened()
        with transaction(connection):
            for table in TABLES:
                connection.execute(f"DELETE FROM {table}")  # noqa: S608  names of our own
        self._begin()

    def forget(self) -> None:
        """Rows were taken out: what is known to be in the database may be there no more."""
        if self._writer is not None:
            self._writer.forget()

    def _tabulate(self, spans: Sequence[Span], notes: Sequence[Note]) -> None:
        connection = self._opened()
        self._writer = writer = self._writer or Writer(connection, self._redact)
        left = not self._waiting
        try:
            with transaction(connection):
                writer.put(spans, notes)
                self._journal.forget(connection, notes, left=left)
        except BaseException:
            writer.forget()
            raise
        writer.ended(notes)
        self._journal.forgotten(notes, left=left)

    def _opened(self) -> Opened:
        """The connection; a new one where there is none, or where the database is another than it was."""
        found = self._identity()
        lost = self._connection is not None and (getattr(self._connection, "closed", False) or found != self._place)
        if self._connection is None or lost:
            if self._connection is not None:
                self._connection.close()
                self._connection = None
            self._connection = connection = self._connect()
            self._place = self._identity()
            if self._opened_once:
                self._again(connection)
            self._opened_once = True
            recover(connection)
        return self._connection

    def _again(self, connection: Opened) -> None:
        """Another database, or the same after a while: what is under way is written once more."""
        self._journal.leave()
        self._bodies = None
        if self._writer is not None:
            self._writer.forget(connection)
            self._waiting.insert(0, Moment(self._writer.under_way(), []))
        self._safe = not self._waiting
