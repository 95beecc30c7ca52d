"""What kernels that are gone have left: their journals become rows, and their runs that were under way are ended.

The rule: it is done once, by whoever comes first, in one transaction, and gives what the kernel itself would have written.
"""

from __future__ import annotations

import warnings

from nbagent.events import RunStarted
from nbagent.observers.recorder import Recorder
from nbagent.observers.spans import Note, Span
from nbagent.observers.sql_journal import Moment, notes_of
from nbagent.observers.sql_keeping import alive, end_orphans
from nbagent.observers.sql_schema import Connection, transaction
from nbagent.observers.sql_writer import Writer


class Again:
    """What a recorder says when notes are said again."""

    def __init__(self, notes: list[Note]) -> None:
        self.moment = Moment([], [])
        Recorder(self).again(notes)

    def begin(self, span: Span) -> None:
        self.moment.spans.append(span)

    def end(self, span: Span) -> None:
        """It is the span that began."""

    def note(self, event: Note) -> None:
        self.moment.notes.append(event)


def recover(connection: Connection) -> None:
    """Make rows of what kernels of this machine have left that are no more. Costs a look at an empty table as a rule."""
    writers = [writer for (writer,) in connection.execute("SELECT DISTINCT writer FROM journal").fetchall()]
    for writer in writers:
        if alive(writer.rpartition(":")[0]):
            continue
        try:
            _recover(connection, writer)
        except Exception as error:  # noqa: BLE001  a database that cannot be written can be read, and the next who comes may write it
            warnings.warn(f"what a kernel has left in its trace is not in the tables: {error}", RuntimeWarning, stacklevel=2)


def _recover(connection: Connection, writer: str) -> None:
    with transaction(connection):
        found = connection.execute("DELETE FROM journal WHERE writer = ? RETURNING number, entry", (writer,)).fetchall()
        notes, wrong = notes_of(entry for _, entry in sorted(found))
        moment = Again(notes).moment
        for span in moment.spans:
            if isinstance(span.started, RunStarted):  # what was in the tables already is written once more
                connection.execute("DELETE FROM events WHERE run_id = ?", (span.run_id,))
        Writer(connection, process=writer.rpartition(":")[0]).put(moment.spans, moment.notes)
        end_orphans(connection)
    if wrong:
        warnings.warn(f"a part of what a kernel has left in its trace cannot be read: {wrong[0]}", RuntimeWarning, stacklevel=3)
