"""Paused runs, kept whole by run id in the user's data directory, readable by their owner only.

Resuming never reads a transcript out of a notebook: a forged notebook must not run tools.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import msgspec
import platformdirs

from nbagent.errors import ConfigError
from nbagent.observers.trace import Trace
from nbagent.session import Session
from nbagent.tools import Tool


def directory() -> Path:
    """Where paused runs are kept (``NBAGENT_DATA`` moves it); it need not exist."""
    return Path(os.environ.get("NBAGENT_DATA") or platformdirs.user_data_dir("nbagent")) / "paused"


def _path(run_id: str) -> Path:
    return directory() / f"{run_id}.json"


def keep(session: Session, run_id: str) -> None:
    """Keep the paused session. Raises `ConfigError` where it cannot be written."""
    path = _path(run_id)
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise ConfigError(f"Paused runs cannot be kept in {path.parent}.", str(error), "NBAGENT_DATA names another folder.") from error
    session.save(path)


def forget(run_id: str) -> None:
    """The run waits no more. What cannot be deleted stays."""
    for path in (_path(run_id), _path(run_id).with_suffix(".lock")):
        with suppress(OSError):
            path.unlink()


@contextmanager
def held(run_id: str) -> Iterator[None]:
    """While a kept run is carried on: no other kernel does, too. Raises `ConfigError` where one is doing so, or has."""
    from filelock import FileLock, Timeout

    gone = ConfigError(f"The run {run_id[:8]} was carried on elsewhere.", "Its calls were decided on there.", "Go on with a new prompt.")
    path = _path(run_id)
    if not path.exists():
        raise gone
    lock = FileLock(path.with_suffix(".lock"), timeout=0)  # let go by the system, also when this kernel dies
    try:
        with lock:
            if not path.exists():  # it was done with between the look and the lock
                raise gone
            yield
    except Timeout as error:
        raise ConfigError(f"The run {run_id[:8]} is being carried on in another kernel.", mend="Decide there, or stop it there.") from error


def run_ids() -> list[str]:
    """The paused runs, the latest first."""
    found: list[tuple[float, str]] = []
    for path in directory().glob("*.json"):
        with suppress(FileNotFoundError):  # another kernel has just done with it
            found.append((path.stat().st_mtime, path.stem))
    return [run_id for _, run_id in sorted(found, reverse=True)]


def take_up(run_id: str, tools: Iterable[Tool], trace: Trace) -> Session:
    """The paused session of a run, by the id or its beginning. Raises `ConfigError` where there is none, or more than one."""
    found = [known for known in run_ids() if known.startswith(run_id)]
    if len(found) != 1:
        waiting = ", ".join(known[:8] for known in run_ids()[:5]) or "none"
        raise ConfigError(f"{'No' if not found else 'More than one'} paused run begins with {run_id!r}.", f"Paused runs, the latest first: {waiting}.")
    path = directory() / f"{found[0]}.json"
    session = Session.load(path, tools=tools, trace=trace, own=True)
    had = msgspec.json.decode(path.read_bytes())["tools"]  # the others of this notebook were not its own
    session.agent = session.agent.replace(tools=[tool for tool in session.agent.offered if tool.name in had])
    return session
