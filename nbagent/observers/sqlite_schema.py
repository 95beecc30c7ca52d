"""The tables of a trace on disk, as SQL: what `tables.SCHEMAS` says, and the few columns that only the store needs.

The rule: ``PRAGMA user_version`` says which schema a file has; a newer one is never touched, an older one is brought up
step by step, each step in one transaction.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path

from nbagent.errors import ConfigError
from nbagent.observers.tables import SCHEMAS, Type, Vocabulary

VERSION = 1
_SQL: dict[Type, str] = {
    "text": "TEXT", "count": "INTEGER", "order": "INTEGER", "number": "REAL", "instant": "INTEGER", "flag": "INTEGER", "maybe": "INTEGER",
}  # fmt: skip
SPAN_COLUMNS = tuple(dict.fromkeys([*SCHEMAS["spans"], *SCHEMAS["calls"], *SCHEMAS["tools"]]))
"""All that a span of any kind has; a model call leaves a tool's columns empty."""
SPAN_EXTRAS = ("lineage", "first_clock", "input_hash", "output_hash", "tools_offered", "params", "process")
RUN_COLUMNS = tuple(SCHEMAS["runs"])
RUN_EXTRAS = ("trace_id", "outer_run", "lineage", "input_messages", "new_messages")
EVENT_COLUMNS = tuple(SCHEMAS["events"])
_TYPES: dict[str, Type | Vocabulary] = {name: kind for schema in SCHEMAS.values() for name, kind in schema.items()}


def _column(name: str) -> str:
    kind = _TYPES.get(name, "text")
    sql = _SQL[kind] if isinstance(kind, str) else "TEXT"
    return f'"{name}" {sql}'


def _table(name: str, columns: tuple[str, ...], unique: str = "") -> str:
    fields = ", ".join(_column(column) + (" NOT NULL UNIQUE" if column == unique else "") for column in columns)
    return f"CREATE TABLE {name} (id INTEGER PRIMARY KEY, {fields})"


def _first(connection: sqlite3.Connection) -> None:
    for statement in (
        _table("spans", SPAN_COLUMNS + SPAN_EXTRAS, "span_id"),
        _table("runs", RUN_COLUMNS + RUN_EXTRAS, "run_id"),
        _table("events", EVENT_COLUMNS),
        "CREATE TABLE contents (hash TEXT PRIMARY KEY, parent TEXT, message TEXT NOT NULL) WITHOUT ROWID",
        "CREATE INDEX spans_run ON spans (run_id)",
        "CREATE INDEX spans_trace ON spans (trace_id)",
        "CREATE INDEX spans_started ON spans (started_at)",
        "CREATE INDEX runs_trace ON runs (trace_id)",
        "CREATE INDEX runs_started ON runs (started_at)",
        "CREATE INDEX events_run ON events (run_id)",
    ):
        connection.execute(statement)


_STEPS: list[Callable[[sqlite3.Connection], None]] = [_first]
"""Step n makes version n + 1 of version n."""


def migrate(connection: sqlite3.Connection, path: Path) -> None:
    """Bring the file up to `VERSION`. Raises `ConfigError` for a file that a newer nbagent has written, or that is none of ours."""
    (found,) = connection.execute("PRAGMA user_version").fetchone()
    if found > VERSION:
        raise ConfigError(f"The trace {path} was written by a newer nbagent.", f"Its format is {found}, and this one knows {VERSION}.", "Update nbagent.")
    if found == 0 and connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
        raise ConfigError(f"{path} is a database, but no trace.", mend="Name another file.")
    for number in range(found, VERSION):
        connection.execute("BEGIN IMMEDIATE")
        try:
            if connection.execute("PRAGMA user_version").fetchone()[0] == number:  # another kernel may have been quicker
                _STEPS[number](connection)
                connection.execute(f"PRAGMA user_version = {number + 1}")
            connection.execute("COMMIT")
        except BaseException:
            connection.execute("ROLLBACK")
            raise
