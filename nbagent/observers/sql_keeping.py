"""What is done to the database of a trace beside writing runs: old ones out, a copy for someone else, runs of kernels that are gone."""

from __future__ import annotations

import os
import socket
import sqlite3
from contextlib import closing
from functools import cache
from pathlib import Path

from nbagent.errors import ConfigError
from nbagent.observers.sql_bodies import FORGET
from nbagent.observers.sql_schema import Connection, transaction

_BOOT = Path("/proc/sys/kernel/random/boot_id")
_SAME = 2.0  # seconds between two readings of the moment at which a process began


@cache
def _process(pid: int) -> str:
    return f"{socket.gethostname()}:{pid}:{_start(pid)}"


def _start(pid: int) -> str | None:
    """When a process began; None where there is none any more. On Linux it is which boot it was and the ticks since then, as who sets the
    clock moves the instant that is worked out of it; elsewhere, in seconds since the epoch."""
    if _BOOT.exists():
        try:
            state, *fields = Path(f"/proc/{pid}/stat").read_text(errors="replace").rpartition(")")[2].split()
        except (FileNotFoundError, ProcessLookupError):
            return None
        return None if state in "ZX" else f"b{_BOOT.read_text()[:8]}.{fields[18]}"
    import psutil  # type: ignore[import-untyped]

    try:
        found = psutil.Process(pid)
        return None if found.status() == psutil.STATUS_ZOMBIE else f"{found.create_time():.0f}"
    except psutil.NoSuchProcess:
        return None


def this_process() -> str:
    """Who writes: ``host:pid:start``, as another process may have the number some day."""
    return _process(os.getpid())


def alive(process: str) -> bool:
    """Whether a process is, or may be, still there: one of another machine is taken for alive."""
    host, pid, *start = process.split(":")
    if host != socket.gethostname() or process == this_process():
        return True
    try:
        found = _start(int(pid))
    except Exception:  # noqa: BLE001  psutil's, or the system's: nobody may look
        return True
    return found is not None and (not start or _same(start[0], found))


def _same(start: str, other: str) -> bool:
    try:
        return start == other or abs(float(start) - float(other)) < _SAME
    except ValueError:  # of one boot and another
        return False


_CALLS, _TOOLS = "kind = 'chat'", "kind = 'execute_tool' AND status <> 'paused'"
_SUMS = {
    "n_calls": f"count(*) FILTER (WHERE {_CALLS})",
    "n_tool_calls": f"count(*) FILTER (WHERE {_TOOLS})",
    "n_errors": f"count(*) FILTER (WHERE status = 'error' AND ({_CALLS} OR {_TOOLS}))",
    **{name: f"sum({name})" for name in ("input_tokens", "cache_read_tokens", "cache_write_tokens", "output_tokens", "reasoning_tokens", "total_tokens")},
    "cost_usd": "sum(cost_usd)",
    "cost_known": f"coalesce(1.0 * count(cost_usd) / nullif(count(*) FILTER (WHERE {_CALLS} AND ended_at IS NOT NULL), 0), 1.0)",
}
_UNDER_WAY = "SELECT run_id FROM spans WHERE status = 'running' AND process = ?"
_ENDED = f"""
    UPDATE runs SET ({", ".join(_SUMS)}) = (
        SELECT {", ".join(_SUMS.values())} FROM spans
        WHERE spans.trace_id = runs.trace_id AND replace(spans.lineage, runs.lineage, '') <> spans.lineage
    ) WHERE outer_run = run_id AND status = 'running' AND run_id IN ({_UNDER_WAY})"""  # noqa: S608  names of our own
"""The sums of a person's own span, which are written when it ends."""


def end_orphans(connection: Connection) -> None:
    """Runs that are under way in a process of this machine that is no more: they were cancelled."""
    rows = connection.execute("SELECT DISTINCT process FROM spans WHERE status = 'running' AND process LIKE ?", (_ours(),)).fetchall()
    gone = [process for (process,) in rows if not alive(process)]
    if not gone:
        return
    with transaction(connection):
        for process in gone:
            connection.execute(_ENDED, (process,))
            for table in ("runs", "spans"):  # in this order, as the spans that are under way say which runs are
                end = ", error_type = coalesce(error_type, 'KernelDied')"
                end += ", error = coalesce(error, 'Its kernel ended while this was under way.')" if table == "spans" else ""
                connection.execute(f"UPDATE {table} SET status = 'cancelled'{end} WHERE status = 'running' AND run_id IN ({_UNDER_WAY})", (process,))  # noqa: S608


def prune(connection: sqlite3.Connection, *, before: int | None = None, megabytes: float | None = None) -> int:
    """Take out whole traces of which no run is under way: those that began before an instant (nanoseconds), then the oldest until the file
    is small enough.

    Returns how many runs went.
    """
    (runs,) = connection.execute("SELECT count(*) FROM runs").fetchone()
    if before is not None:
        _forget_file(connection, *older(before))
    still = f"(outer_run IS NULL OR outer_run = run_id) AND trace_id NOT IN ({_HERE})"
    while megabytes is not None and _size(connection) > megabytes * 1e6:
        (left,) = connection.execute(f"SELECT count(*) FROM runs WHERE {still}", (_ours(),)).fetchone()  # noqa: S608
        if not left:
            break
        oldest = f"SELECT trace_id FROM runs WHERE {still} ORDER BY started_at LIMIT ?"  # noqa: S608
        _forget_file(connection, oldest, (_ours(), max(1, left // 10)))
    (rest,) = connection.execute("SELECT count(*) FROM runs").fetchone()
    return int(runs - rest)


_HERE = "SELECT trace_id FROM spans WHERE status = 'running' AND process LIKE ?"
"""The traces of this machine in which something is under way."""


def _ours() -> str:
    return f"{socket.gethostname()}:%"


def older(before: int) -> tuple[str, tuple[int | str, ...]]:
    """The query, and its parameters, for the traces that began before an instant and are over."""
    return f"SELECT trace_id FROM runs WHERE trace_id NOT IN ({_HERE}) GROUP BY trace_id HAVING max(started_at) < ?", (_ours(), before)  # noqa: S608


def forget(connection: Connection, which: str, values: tuple[int | str, ...], begin: str = "BEGIN") -> None:
    """Take out the traces that a query names, with all that is only theirs."""
    with transaction(connection, begin):
        connection.execute(f"CREATE TEMP TABLE going AS {which}", values)
        connection.execute("DELETE FROM events WHERE run_id IN (SELECT run_id FROM runs WHERE trace_id IN (SELECT trace_id FROM going))")
        for statement in FORGET:
            connection.execute(statement)
        connection.execute("DELETE FROM runs WHERE trace_id IN (SELECT trace_id FROM going)")
        connection.execute("DELETE FROM spans WHERE trace_id IN (SELECT trace_id FROM going)")
        connection.execute(
            """DELETE FROM contents WHERE hash NOT IN (
                WITH RECURSIVE used (hash) AS (
                    SELECT input_hash FROM spans WHERE input_hash IS NOT NULL UNION SELECT output_hash FROM spans WHERE output_hash IS NOT NULL
                    UNION SELECT c.parent FROM contents c JOIN used ON c.hash = used.hash WHERE c.parent IS NOT NULL
                ) SELECT hash FROM used)"""
        )
        connection.execute(  # but for what a message that other traces were sent as well has its mark of
            """DELETE FROM aside WHERE trace_id NOT IN (SELECT trace_id FROM runs)
                AND NOT EXISTS (SELECT 1 FROM contents WHERE replace(message, aside.hash, '') <> message)"""
        )
        connection.execute("DROP TABLE going")


def _forget_file(connection: sqlite3.Connection, which: str, values: tuple[int | str, ...]) -> None:
    """`forget`, and the room is given back."""
    forget(connection, which, values, "BEGIN IMMEDIATE")
    connection.execute("PRAGMA incremental_vacuum")
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _size(connection: sqlite3.Connection) -> int:
    (pages,) = connection.execute("PRAGMA page_count").fetchone()
    (free,) = connection.execute("PRAGMA freelist_count").fetchone()
    (size,) = connection.execute("PRAGMA page_size").fetchone()
    return int((pages - free) * size)


def copy(connection: sqlite3.Connection, path: Path) -> None:
    """A whole and compact copy of the file, for someone else. Raises `ConfigError` where there is a file already."""
    if path.exists():
        raise ConfigError(f"There is a file {path} already.", mend="Name another one.")
    path.touch(mode=0o600)
    connection.execute("VACUUM INTO ?", (str(path),))
    with closing(sqlite3.connect(path, isolation_level=None)) as copied:
        if copied.execute("DELETE FROM journal").rowcount:  # what other kernels are about to write is theirs
            copied.execute("VACUUM")
