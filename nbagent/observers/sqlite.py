"""A trace in a file: SQLite, which other kernels read while it is written."""

from __future__ import annotations

import sqlite3
from contextlib import closing, suppress
from pathlib import Path

from nbagent.errors import ConfigError
from nbagent.observers.redaction import Redact
from nbagent.observers.sql_keeping import copy, prune
from nbagent.observers.sql_recovery import recover
from nbagent.observers.sql_schema import SQLITE, migrate_file
from nbagent.observers.sql_store import SqlStore

_BUSY = 5.0  # seconds to wait for another kernel's transaction
_PAGES = 4_000  # of the log (16 MB) before they go into the file: what is in the journal for a moment need not


class SQLite(SqlStore):
    """A `Rows` in the file `path`, made with its folder where it is not there (0600 in 0700).

    `redact` is applied to every text before it is stored, after nbagent's own. Raises `ConfigError` for a file that is no
    trace, and `OSError` or `sqlite3.Error` where none can be written.
    """

    each = SQLITE.each
    like = "LIKE"
    forks = False
    refusals = (sqlite3.OperationalError, OSError)
    said = """
        SELECT coalesce(json_extract(part.value, '$.text'), json_extract(part.value, '$.content'), json_extract(part.value, '$.arguments')) AS text
        FROM json_each({}) message, json_each(message.value, '$.parts') part"""

    def __init__(self, path: str | Path, *, redact: Redact | None = None) -> None:
        self.path = Path(path).expanduser()
        with closing(self.connect()):
            self.path.chmod(0o600)
            super().__init__(str(self.path), redact)

    def probe(self) -> None:
        """Write nothing, as a writer would. Raises `sqlite3.Error` where that cannot be done."""
        with closing(self.connect()) as connection:
            connection.execute("BEGIN IMMEDIATE")
            connection.execute("ROLLBACK")

    def prune(self, *, before: int | None = None, megabytes: float | None = None) -> int:
        """Take out the runs that began before an instant (nanoseconds since the epoch), then the oldest until the file is that small;
        none of a trace in which something is under way."""
        self.flush()
        with closing(self.connect()) as connection:
            recover(connection)
            gone = prune(connection, before=before, megabytes=megabytes)
        self.pruned()
        return gone

    def copy(self, path: Path) -> None:
        """A compact copy of the file, whoever is writing."""
        self.flush()
        with closing(self.connect()) as connection:
            copy(connection, path)

    def identity(self) -> object:
        """The file that is there now: who takes it away while it is written gets a new one."""
        with suppress(OSError):
            found = self.path.stat()
            return found.st_dev, found.st_ino
        return None

    def connect(self) -> sqlite3.Connection:
        """A connection to the file, with its tables as they are today: it may be another than it was, or none."""
        fresh = not self.path.exists()
        if fresh:
            self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        connection = self._connected(fresh=fresh)
        try:
            if migrate_file(connection, self.path):
                self.path.chmod(0o600)
        except BaseException:
            connection.close()
            raise
        return connection

    def _connected(self, *, fresh: bool = False) -> sqlite3.Connection:
        connection = sqlite3.connect(self.path, timeout=_BUSY, isolation_level=None, check_same_thread=False)
        if fresh:
            connection.execute("PRAGMA auto_vacuum = INCREMENTAL")  # what is pruned is given back
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute(f"PRAGMA wal_autocheckpoint = {_PAGES}")
        return connection


def is_database(path: Path) -> bool:
    """Whether a file is one of SQLite's; an empty one is none yet, and is."""
    with path.open("rb") as file:
        return file.read(16) in (b"", b"SQLite format 3\0")


def existing(path: str | Path) -> SQLite:
    """The trace in a file that is there. Raises `ConfigError` where there is none."""
    if not Path(path).expanduser().is_file():
        raise ConfigError(f"There is no trace {str(path)!r}.", mend="Traces are kept where nbagent.traces() says.")
    return SQLite(path)
