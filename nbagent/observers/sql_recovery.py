"""What kernels that are gone have left: their journals become rows, and their runs that were under way are ended.

The rule: it is done once, by whoever comes first, in one transaction, and gives what the kernel itself would have written.
"""

from __future__ import annotations

import warnings
from functools import partial

from nbagent.events import RunStarted, Stamp
from nbagent.observers.recorder import Recorder
from nbagent.observers.spans import Note, Span
from nbagent.observers.sql_journal import Moment, notes_of
from nbagent.observers.sql_keeping import alive, end_orphans
from nbagent.observers.sql_schema import Connection, transaction
from nbagent.observers.sql_writer import Writer

_WRITERS = """
    WITH RECURSIVE known (writer) AS (
        SELECT min(writer) FROM journal
        UNION ALL SELECT (SELECT min(writer) FROM journal WHERE writer > known.writer) FROM known WHERE known.writer IS NOT NULL
    ) SELECT writer FROM known WHERE writer IS NOT NULL"""
"""Found from one to the next: each may have many entries."""


class Again:
    """What a recorder says when notes are said again. Of runs that they carry on, the tables of `connection` know what it has to know."""

    def __init__(self, notes: list[Note], connection: Connection) -> None:
        self.moment = Moment([], [])
        recorder = Recorder(self)
        for note in notes:
            if isinstance(note, RunStarted) and note.resumed is not None:
                _before(recorder, note.resumed, connection)
        recorder.again(notes)

    def begin(self, span: Span) -> None:
        self.moment.spans.append(span)

    def end(self, span: Span) -> None:
        """It is the span that began."""

    def note(self, event: Note) -> None:
        self.moment.notes.append(event)


def recover(connection: Connection) -> None:
    """Make rows of what kernels of this machine have left that are no more, and end their runs. Costs two looks at nothing as a rule."""
    gone = [writer for (writer,) in connection.execute(_WRITERS).fetchall() if not alive(writer.rpartition(":")[0])]
    for work in (*(partial(_recover, connection, writer) for writer in gone), partial(end_orphans, connection)):
        try:
            work()
        except Exception as error:  # noqa: BLE001  a database that cannot be written can be read, and the next who comes may write it
            warnings.warn(f"what a kernel has left in its trace is not in the tables: {error}", RuntimeWarning, stacklevel=2)


def _recover(connection: Connection, writer: str) -> None:
    with transaction(connection):
        found = connection.execute("DELETE FROM journal WHERE writer = ? RETURNING number, entry", (writer,)).fetchall()
        notes, wrong = notes_of(entry for _, entry in sorted(found))
        moment = Again(notes, connection).moment
        for span in moment.spans:
            if isinstance(span.started, RunStarted):  # what was in the tables already is written once more
                connection.execute("DELETE FROM events WHERE run_id = ?", (span.run_id,))
        Writer(connection, process=writer.rpartition(":")[0]).put(moment.spans, moment.notes)
    if wrong:
        warnings.warn(f"a part of what a kernel has left in its trace cannot be read: {wrong[0]}", RuntimeWarning, stacklevel=3)


def _before(recorder: Recorder, run: str, connection: Connection) -> None:
    """A paused run that is in the tables for good."""
    traces = connection.execute("SELECT trace_id FROM runs WHERE run_id = ?", (run,)).fetchall()
    if not traces:
        return
    started = RunStarted("", "", None, stamp=Stamp(run, run, None, 0.0, 0))
    asked = "SELECT tool_call_id, call_span_id FROM spans WHERE trace_id = ? AND run_id = ? AND call_span_id IS NOT NULL"
    recorder.before(Span(started, traces[0][0], None), dict(connection.execute(asked, (traces[0][0], run)).fetchall()))
