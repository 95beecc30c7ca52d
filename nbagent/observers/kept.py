"""Where the traces of this machine are kept: which file, whether it can be written, and the rows that go there as well.

The rule: a trace never keeps a run from running. What cannot be written is said in one line, and the rows in memory go on.
"""

from __future__ import annotations

import os
import sqlite3
import tempfile
import threading
from pathlib import Path
from typing import NamedTuple

import platformdirs

from nbagent.errors import NbagentError
from nbagent.observers.columns import Columns
from nbagent.observers.rows import Memory, Rows, Table
from nbagent.observers.spans import Note, Span
from nbagent.observers.sqlite import SQLite

OFF = "off"
MEGABYTES, DAYS = 500, 90
"""What is kept by default: at most so much, and no longer."""
_PATIENCE = 2.0  # seconds for a folder to answer; one on a network may never
_REMOTE = ("nfs", "cifs", "smb", "fuse.sshfs", "lustre", "gpfs", "afs", "9p", "beegfs")


class Kept(NamedTuple):
    """Rows for a notebook, where they are kept, and a line for the person where that is not what was asked for."""

    rows: Rows
    path: Path | None
    note: str
    new: bool = False


class Twice:
    """Rows in memory, which are read, and on disk, where they outlive the kernel."""

    def __init__(self, disk: SQLite) -> None:
        self.memory, self.disk = Memory(), disk

    def begin(self, span: Span) -> None:
        self.memory.begin(span)
        self.disk.begin(span)

    def end(self, span: Span) -> None:
        self.memory.end(span)
        self.disk.end(span)

    def note(self, event: Note) -> None:
        self.memory.note(event)
        self.disk.note(event)

    def clear(self) -> None:
        """Forget what this kernel shows; the file keeps it."""
        self.memory.clear()

    def runs(self) -> list[str]:
        return self.memory.runs()

    def read(self, table: Table, run: str | None = None, *, payload: bool = False, since: int | None = None) -> Columns:
        return self.memory.read(table, run, payload=payload, since=since)

    def summary(self) -> str:
        return f"{self.memory.summary()}; kept in {self.disk.path}"

    def __len__(self) -> int:
        return len(self.memory)


def default_path() -> Path:
    """The file of this machine's traces; it need not exist."""
    return Path(os.environ.get("NBAGENT_DATA") or platformdirs.user_data_dir("nbagent")) / "trace.db"


def kept(where: str | None = None) -> Kept:
    """Rows that are kept in the file `where` (None: the machine's own; ``off`` or ``:memory:``: nowhere).

    A folder on a network, read-only or without an answer is not used: then a local one is, or memory alone, and `note` says so.
    """
    if where is not None and where.strip().lower() in (OFF, ":memory:", "false", "none"):
        return Kept(Memory(), None, "")
    wanted = Path(where).expanduser() if where else default_path()
    why = f"{wanted.parent} is on a network" if where is None and _on_network(wanted.parent) else ""
    if not why:
        opened = _opened(wanted)
        if not isinstance(opened, str):
            return Kept(Twice(opened[0]), wanted, "", opened[1])
        why = opened
    if where is None:
        local = Path(tempfile.gettempdir()) / f"nbagent-{os.getuid() if hasattr(os, 'getuid') else 'user'}" / "trace.db"
        opened = _opened(local) if _ours(local.parent) else f"{local.parent} belongs to somebody else"
        if not isinstance(opened, str):
            return Kept(Twice(opened[0]), local, f"Traces are kept in {local}: {why}.", opened[1])
    return Kept(Memory(), None, f"Traces are not kept on disk: {why}.")


def _opened(path: Path) -> tuple[SQLite, bool] | str:
    """The store and whether its file is new; or why it cannot be had, in words. Never waits for long."""
    made: list[tuple[SQLite, bool] | str] = []

    def work() -> None:
        try:
            new = not path.exists()
            store = SQLite(path)
            store.probe()
            made.append((store, new))
        except NbagentError as error:
            made.append(error.what.rstrip("."))
        except (OSError, sqlite3.Error) as error:
            made.append(f"{path} cannot be written ({error})")

    thread = threading.Thread(target=work, daemon=True, name="nbagent-trace-probe")
    thread.start()
    thread.join(_PATIENCE)
    return made[0] if made else f"{path.parent} does not answer"


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
