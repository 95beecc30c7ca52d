"""The tables of a trace in a database, as SQL: what `tables.SCHEMAS` says, and the few columns that only the store needs.

The rule: a file's ``PRAGMA user_version`` says which schema it has; a newer one is never touched, an older one is brought
up step by step, in one transaction.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, NamedTuple, Protocol

from nbagent.errors import ConfigError
from nbagent.observers.tables import SCHEMAS, Type, Vocabulary

VERSION = 3
TABLES = ("spans", "runs", "events", "contents", "aside", "bodies", "wire", "journal")
SPAN_COLUMNS = tuple(dict.fromkeys([*SCHEMAS["spans"], *SCHEMAS["calls"], *SCHEMAS["tools"]]))
"""All that a span of any kind has; a model call leaves a tool's columns empty."""
SPAN_EXTRAS = ("lineage", "first_clock", "input_hash", "output_hash", "tools_offered", "params", "process")
RUN_COLUMNS = tuple(SCHEMAS["runs"])
RUN_EXTRAS = ("trace_id", "outer_run", "lineage", "input_messages", "new_messages")
EVENT_COLUMNS = tuple(SCHEMAS["events"])
_TYPES: dict[str, Type | Vocabulary] = {name: kind for schema in SCHEMAS.values() for name, kind in schema.items()} | {"first_clock": "count"}


def is_text(name: str) -> bool:
    """Whether a column is of texts; one of a vocabulary is."""
    return not isinstance(kind := _TYPES.get(name, "text"), str) or kind == "text"


class Dialect(NamedTuple):
    """What databases say differently. `each` is a query that gives the texts of a JSON list, a row each."""

    types: Mapping[Type, str]
    key: str
    bytes: str
    each: str


SQLITE = Dialect(
    {"text": "TEXT", "count": "INTEGER", "order": "INTEGER", "number": "REAL", "instant": "INTEGER", "flag": "INTEGER", "maybe": "INTEGER"},
    "INTEGER PRIMARY KEY", "BLOB", "SELECT value FROM json_each(?)",
)  # fmt: skip
POSTGRES = Dialect(
    {"text": "TEXT", "count": "BIGINT", "order": "BIGINT", "number": "DOUBLE PRECISION", "instant": "BIGINT", "flag": "BOOLEAN", "maybe": "BOOLEAN"},
    "BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY", "BYTEA", "SELECT json_array_elements_text(?::json)",
)  # fmt: skip


class Connection(Protocol):
    """A database's connection. A parameter is a ``?``."""

    def execute(self, statement: str, values: Sequence[Any] = (), /) -> Any: ...

    def executemany(self, statement: str, rows: Sequence[Sequence[Any]], /) -> Any: ...


_JOURNAL = (
    "CREATE TABLE journal (writer TEXT, number BIGINT, entry TEXT NOT NULL, PRIMARY KEY (writer, number))",
    "CREATE INDEX runs_shown ON runs (started_at) WHERE (outer_run IS NULL OR outer_run = run_id)",
    "CREATE INDEX spans_running ON spans (process) WHERE status = 'running'",
)
"""What is in no table yet, and where the runs that a list shows are found, and what is under way."""


class Opened(Connection, Protocol):
    """A connection that somebody has to close."""

    def close(self) -> None: ...


@contextmanager
def transaction(connection: Connection, begin: str = "BEGIN") -> Iterator[None]:
    """All of it is written, or nothing."""
    connection.execute(begin)
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        with suppress(Exception):  # a connection that is gone has nothing to take back
            connection.execute("ROLLBACK")
        raise


def create(connection: Connection, dialect: Dialect) -> None:
    """Make the tables of `VERSION`, in the transaction that was begun."""
    for statement in (
        _table("spans", SPAN_COLUMNS + SPAN_EXTRAS, dialect, "span_id"),
        _table("runs", RUN_COLUMNS + RUN_EXTRAS, dialect, "run_id"),
        _table("events", EVENT_COLUMNS, dialect),
        "CREATE TABLE contents (hash TEXT PRIMARY KEY, parent TEXT, message TEXT NOT NULL)",
        f"CREATE TABLE aside (hash TEXT, trace_id TEXT, size BIGINT NOT NULL, data {dialect.bytes} NOT NULL, PRIMARY KEY (hash, trace_id))",
        *_wire(dialect),
        *_JOURNAL,
        "CREATE INDEX spans_trace ON spans (trace_id)",
        "CREATE INDEX spans_started ON spans (started_at)",
        "CREATE INDEX runs_trace ON runs (trace_id)",
        "CREATE INDEX runs_started ON runs (started_at)",
        "CREATE INDEX events_run ON events (run_id)",
        "CREATE INDEX aside_trace ON aside (trace_id)",
    ):
        connection.execute(statement)


def _wire(dialect: Dialect) -> tuple[str, str]:
    """What went over the wire: a request is a chain of pieces in ``wire``, of which `request_hash` is the last."""
    return (
        f"CREATE TABLE bodies (span_id TEXT PRIMARY KEY, request_hash TEXT, response {dialect.bytes} NOT NULL, note TEXT)",
        f"CREATE TABLE wire (hash TEXT PRIMARY KEY, parent TEXT, data {dialect.bytes} NOT NULL)",
    )


def _table(name: str, columns: tuple[str, ...], dialect: Dialect, unique: str = "") -> str:
    fields = ", ".join(_column(column, dialect) + (" NOT NULL UNIQUE" if column == unique else "") for column in columns)
    return f"CREATE TABLE {name} (id {dialect.key}, {fields})"


def _column(name: str, dialect: Dialect) -> str:
    kind = _TYPES.get(name, "text")
    return f'"{name}" {dialect.types[kind] if isinstance(kind, str) else "TEXT"}'


def _second(connection: Connection, dialect: Dialect) -> None:
    """The notebook of a run, and what went over the wire."""
    for statement in ("ALTER TABLE runs ADD COLUMN notebook TEXT", *_wire(dialect)):
        connection.execute(statement)


def _third(connection: Connection, _: Dialect) -> None:
    """What is in no table yet, and the runs that lists of runs show."""
    for statement in ("DROP INDEX spans_run", *_JOURNAL):
        connection.execute(statement)


_STEPS: list[Callable[[Connection, Dialect], None]] = [create, _second, _third]
"""Step n makes version n + 1 of version n; the first makes `VERSION` of nothing."""


def migrate(connection: Connection, dialect: Dialect, found: int) -> None:
    """Make the tables of `VERSION` of those of the version `found` (0: none), in the transaction that was begun."""
    for step in _STEPS[found:] if found else [create]:
        step(connection, dialect)


def migrate_file(connection: sqlite3.Connection, path: Path) -> bool:
    """Bring the file up to `VERSION`; whether it was not. Raises `ConfigError` for a file that a newer nbagent has written, or that is none of ours."""
    (found,) = connection.execute("PRAGMA user_version").fetchone()
    if found > VERSION:
        raise ConfigError(f"The trace {path} was written by a newer nbagent.", f"Its format is {found}, and this one knows {VERSION}.", "Update nbagent.")
    if found == 0 and connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
        raise ConfigError(f"{path} is a database, but no trace.", mend="Name another file.")
    if found == VERSION:
        return False
    with transaction(connection, "BEGIN IMMEDIATE"):
        (found,) = connection.execute("PRAGMA user_version").fetchone()
        if found < VERSION:  # else another kernel was quicker
            migrate(connection, SQLITE, found)
            connection.execute(f"PRAGMA user_version = {VERSION}")
    return True
