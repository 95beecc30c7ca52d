"""A trace in a PostgreSQL database, which many machines share: the tables of SQLite's, in a schema named ``nbagent``."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from typing import Any, Self

from nbagent.errors import ConfigError, MissingExtra, without_logins
from nbagent.observers.redaction import Redact
from nbagent.observers.sql_keeping import forget, older
from nbagent.observers.sql_recovery import recover
from nbagent.observers.sql_schema import POSTGRES, VERSION, migrate, transaction
from nbagent.observers.sql_store import SqlStore

try:
    import psycopg
except ImportError:  # the extra
    psycopg = None  # type: ignore[assignment]

_PATIENCE = 5  # seconds for the server to answer
_LOCK = 0x6E626167  # of whoever makes the tables


class Postgres(SqlStore):
    """A `Rows` in the database that the URL names. Raises `ConfigError` where it cannot be had, `MissingExtra` without psycopg."""

    each = POSTGRES.each
    like = "ILIKE"
    forks = True
    refusals = (psycopg.OperationalError,) if psycopg is not None else ()
    said = """
        SELECT coalesce(part ->> 'text', part ->> 'content', part ->> 'arguments') AS text
        FROM json_array_elements({}::json) message, json_array_elements(message -> 'parts') part"""

    def __init__(self, url: str, *, redact: Redact | None = None) -> None:
        if psycopg is None:
            raise MissingExtra('A trace in PostgreSQL needs psycopg: pip install "nbagent[postgres]"')
        self._url = url
        try:
            with closing(self.connect()) as connection:
                _migrate(connection, without_logins(url))
        except psycopg.Error as error:
            raise ConfigError(f"The database {without_logins(url)} cannot be used.", str(error).strip().splitlines()[-1]) from error
        super().__init__(without_logins(url), redact)

    def prune(self, *, before: int | None = None, megabytes: float | None = None) -> int:
        """Take out the runs that began before an instant (nanoseconds since the epoch); none of a trace in which something is under way here."""
        if megabytes is not None:
            raise ConfigError("The size of a shared database is its owner's to limit.", mend="prune(older_than=...) takes out old runs.")
        self.flush()
        with closing(self.connect()) as connection:
            recover(connection)
            (runs,) = connection.execute("SELECT count(*) FROM runs").fetchall()[0]
            if before is not None:
                forget(connection, *older(before))
            (rest,) = connection.execute("SELECT count(*) FROM runs").fetchall()[0]
        self.pruned()
        return int(runs - rest)

    def connect(self) -> _Connection:
        return _Connection(self._url)


class _Connection:
    """psycopg's connection, asked with a ``?`` for a parameter; what PostgreSQL cannot store in a text is left out."""

    def __init__(self, url: str) -> None:
        self._connection = psycopg.connect(url, autocommit=True, connect_timeout=_PATIENCE, cursor_factory=psycopg.ClientCursor)
        self._connection.execute("SET search_path TO nbagent")

    @property
    def closed(self) -> bool:
        return self._connection.closed

    def execute(self, statement: str, values: Sequence[Any] = ()) -> Any:
        return self._connection.execute(_translated(statement), _storable(values))

    def executemany(self, statement: str, rows: Sequence[Sequence[Any]]) -> Any:
        cursor = self._connection.cursor()
        cursor.executemany(_translated(statement), [_storable(row) for row in rows])
        return cursor

    def close(self) -> None:
        self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _translated(statement: str) -> str:
    return statement.replace("%", "%%").replace("?", "%s")


def _storable(values: Sequence[Any]) -> list[Any]:
    return [value.replace("\0", "\ufffd") if isinstance(value, str) else value for value in values]


def _migrate(connection: _Connection, shown: str) -> None:
    """Make the tables where there are none. Raises `ConfigError` where a newer nbagent has made them."""
    connection.execute("SELECT pg_advisory_lock(?)", (_LOCK,))  # given back when the connection is closed
    connection.execute("CREATE SCHEMA IF NOT EXISTS nbagent")
    connection.execute("CREATE TABLE IF NOT EXISTS version (number BIGINT NOT NULL)")
    found = connection.execute("SELECT number FROM version").fetchall()
    if found and found[0][0] > VERSION:
        why = f"Its format is {found[0][0]}, and this one knows {VERSION}."
        raise ConfigError(f"The trace {shown} was written by a newer nbagent.", why, "Update nbagent.")
    version = found[0][0] if found else 0
    if version < VERSION:
        with transaction(connection):
            migrate(connection, POSTGRES, version)
            connection.execute("DELETE FROM version")
            connection.execute("INSERT INTO version (number) VALUES (?)", (VERSION,))
