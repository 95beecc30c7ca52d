"""Where the traces of this machine are kept: which file, whether it can be written, and the rows that go there as well.

The rule: a trace never keeps a run from running, or waiting. What cannot be written is said in one line, and the rows in
memory go on.
"""

from __future__ import annotations

import os
import sqlite3
import tempfile
import threading
import time
from contextlib import closing, suppress
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import platformdirs

from nbagent.errors import NbagentError
from nbagent.events import RunEvent, StepFinished
from nbagent.exchange import Wire
from nbagent.observers.bodies import Bodies
from nbagent.observers.columns import Columns
from nbagent.observers.rows import Memory, Table

if TYPE_CHECKING:
    from nbagent.observers.sql_store import SqlStore

OFF = ("off", ":memory:", "false", "none")
MEGABYTES, DAYS = 500, 90
"""What is kept by default: at most so much, and no longer."""
DATABASES = ("postgresql://", "postgres://")
_PATIENCE = 2.0  # seconds for a folder to answer; one on a network may never
_REMOTE = ("nfs", "cifs", "smb", "fuse.sshfs", "lustre", "gpfs", "afs", "9p", "beegfs")


class Kept(NamedTuple):
    """The database where runs are kept, its path where it is a file, a line for the person where it is not what was asked for,
    and whether it was made just now."""

    disk: SqlStore | None
    path: Path | None
    note: str = ""
    new: bool = False


class Twice:
    """Rows in memory, which are read, and in a database, where they outlive the kernel.

    `keep` says where; it is opened on a thread of its own, and what comes meanwhile is written once it is open.
    """

    def __init__(self) -> None:
        self.memory = Memory()
        self.disk: SqlStore | None = None
        self._where: str | None = "off"
        self._early: list[RunEvent | tuple[StepFinished, Wire]] | None = None  # what comes while it is opened
        self._lock = threading.Lock()
        self._words: list[str] = []

    def keep(self, where: str | None) -> None:
        """Keep what comes from now on in the file `where`, as `kept` reads it. Returns at once."""
        if where == self._where:
            return
        self.settle()
        with self._lock:
            self._where, self._early, self.disk = where, [], None
        threading.Thread(target=self._open, args=(where,), daemon=True, name="nbagent-trace-open").start()

    def words(self, patience: float = 1.0) -> str:
        """What a person should know of where runs are kept, once; '' where there is nothing to say. Waits for a database that is being opened."""
        self.settle(patience)
        with self._lock:
            said, self._words = " ".join(self._words), []
        return said

    def settle(self, patience: float = _PATIENCE) -> None:
        """Wait for a database that is being opened, but not for what is done to it then."""
        until = time.monotonic() + patience
        while self._early is not None and time.monotonic() < until:
            time.sleep(0.005)

    def take(self, event: RunEvent, /) -> None:
        self.memory.take(event)
        with self._lock:
            if self._early is not None:
                self._early.append(event)
            elif self.disk is not None:
                self.disk.take(event)

    def take_wire(self, event: StepFinished, wire: Wire, /) -> None:
        """It is kept once: in the database where there is one."""
        with self._lock:
            if self._early is not None:
                self._early.append((event, wire))
            else:
                (self.disk or self.memory).take_wire(event, wire)

    def bodies(self, span_id: str) -> Bodies | None:
        self.settle()
        return (self.disk and self.disk.bodies(span_id)) or self.memory.bodies(span_id)

    def clear(self) -> None:
        """Forget what this kernel shows; the file keeps it."""
        self.memory.clear()

    def runs(self) -> list[str]:
        return self.memory.runs()

    def read(self, table: Table, run: str | None = None, *, payload: bool = False, since: int | None = None) -> Columns:
        return self.memory.read(table, run, payload=payload, since=since)

    def summary(self) -> str:
        return self.memory.summary() + (f"; kept in {shown(self.disk.place)}" if self.disk is not None else "")

    def __len__(self) -> int:
        return len(self.memory)

    def _open(self, where: str | None) -> None:
        found = kept(where)
        with self._lock:
            self.disk = found.disk
            for event in self._early or ():
                if isinstance(event, tuple):
                    (self.disk or self.memory).take_wire(*event)
                elif self.disk is not None:
                    self.disk.take(event)
            if found.note:
                self._words.append(found.note)
            elif found.new:
                off = "%config NbAgent.trace_db = 'off' (or NBAGENT_TRACE_DB=off) keeps them in memory only."
                self._words.append(f"Runs are kept in {shown(found.path)}. {off}")
            self._early = None  # last: who waits without the lock trusts the rest from now on
        if found.path is not None and not found.new:
            _pruned(found.disk, found.path)


def default_path() -> Path:
    """The file of this machine's traces; it need not exist."""
    return Path(os.environ.get("NBAGENT_DATA") or platformdirs.user_data_dir("nbagent")) / "trace.db"


def kept(where: str | None = None) -> Kept:
    """The database `where` (a path, or PostgreSQL's URL; None: the machine's own file; ``off`` or ``:memory:``: none).

    A folder on a network, read-only or without an answer is not used, nor a server that does not answer: then the machine's own file
    is, a local one, or none, and `note` says so.
    """
    if where is not None and where.strip().lower() in OFF:
        return Kept(None, None)
    wanted = Path(where).expanduser() if where else default_path()
    remote = where is not None and where.startswith(DATABASES)
    why = f"{wanted.parent} is on a network" if where is None and _on_network(wanted.parent) else ""
    if not why:
        opened = _opened(where if where is not None and remote else wanted)
        if not isinstance(opened, str):
            return Kept(opened[0], None if remote else wanted, "", opened[1])
        why = opened
    if remote and (own := kept()).disk is not None:
        return own._replace(note=f"Runs are kept in {shown(own.path)}: {why}.")
    if where is None:
        local = Path(tempfile.gettempdir()) / f"nbagent-{os.getuid() if hasattr(os, 'getuid') else 'user'}" / "trace.db"
        opened = _opened(local) if _ours(local.parent) else f"{local.parent} belongs to somebody else"
        if not isinstance(opened, str):
            return Kept(opened[0], local, f"Runs are kept in {local}: {why}.", opened[1])
    return Kept(None, None, f"Runs are not kept on disk: {why}.")


def shown(path: Path | str | None) -> str:
    """A path as it may stand in a notebook that others will see: below the home folder, not below a name."""
    text = str(path)
    with suppress(RuntimeError):  # nobody's home is known
        home = str(Path.home())
        if text.startswith(home + os.sep):
            return "~" + text[len(home) :]
    return text


def _opened(place: Path | str) -> tuple[SqlStore, bool] | str:
    """The store and whether its file is new; or why it cannot be had, in words. Never waits for long."""
    made: list[tuple[SqlStore, bool] | str] = []

    def work() -> None:
        from nbagent.observers.sqlite import SQLite

        try:
            if isinstance(place, str):
                from nbagent.observers.postgres import Postgres

                made.append((Postgres(place), False))
                return
            new = not place.exists()
            store = SQLite(place)
            store.probe()
            made.append((store, new))
        except NbagentError as error:
            made.append(error.what.rstrip("."))
        except (OSError, sqlite3.Error) as error:
            made.append(f"{place} cannot be written ({error})")

    thread = threading.Thread(target=work, daemon=True, name="nbagent-trace-probe")
    thread.start()
    thread.join(_PATIENCE)
    return made[0] if made else f"{place.parent if isinstance(place, Path) else 'the database'} does not answer"


def _pruned(disk: SqlStore | None, path: Path) -> None:
    """Take out what is older or more than is kept, where there is any: looking costs next to nothing, taking out locks the file."""
    from nbagent.observers.sqlite import SQLite

    if not isinstance(disk, SQLite):
        return
    limit = time.time_ns() - DAYS * 86_400 * 10**9
    with suppress(OSError, sqlite3.Error):  # another kernel is at it, or will be: the next opening looks again
        with closing(disk.connect()) as connection:
            (oldest,) = connection.execute("SELECT min(started_at) FROM runs").fetchone()
        large = path.stat().st_size > MEGABYTES * 1e6
        if large or (oldest is not None and oldest < limit):
            disk.prune(before=limit, megabytes=MEGABYTES if large else None)


def _ours(folder: Path) -> bool:
    """Whether a folder where anyone can make one is ours, or is not there yet."""
    try:
        return not hasattr(os, "getuid") or folder.lstat().st_uid == os.getuid()
    except FileNotFoundError:
        return True


def _on_network(folder: Path) -> bool:
    """Whether a folder (or the nearest one above it that exists) is on another machine, where SQLite's log cannot be shared."""
    try:
        mounts = [line.split()[1:3] for line in Path("/proc/mounts").read_text().splitlines()]
        real = folder.resolve()
    except (OSError, IndexError):
        return False
    inside = [(place, kind) for place, kind in mounts if real.is_relative_to(place)]
    return bool(inside) and max(inside, key=lambda mount: len(mount[0]))[1].lower().startswith(_REMOTE)
