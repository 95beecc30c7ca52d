"""Paused runs, kept whole by run id in the user's data directory, readable by their owner only.

Resuming never reads a transcript out of a notebook: a forged notebook must not run tools.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

import msgspec
import platformdirs

from nbagent.errors import ConfigError
from nbagent.observers.trace import Trace
from nbagent.session import Session
from nbagent.tools import Tool


def directory() -> Path:
    """Where paused runs are kept (``NBAGENT_DATA`` moves it)."""
    path = Path(os.environ.get("NBAGENT_DATA") or platformdirs.user_data_dir("nbagent")) / "paused"
    path.mkdir(parents=True, exist_ok=True, mode=0o700)
    return path


def keep(session: Session, run_id: str) -> Path:
    path = directory() / f"{run_id}.json"
    session.save(path)
    return path


def forget(run_id: str) -> None:
    (directory() / f"{run_id}.json").unlink(missing_ok=True)


def run_ids() -> list[str]:
    """The paused runs, the latest first."""
    return [path.stem for path in sorted(directory().glob("*.json"), key=lambda path: path.stat().st_mtime, reverse=True)]


def take_up(run_id: str, tools: Iterable[Tool], trace: Trace) -> Session:
    """The paused session of a run, by the id or its beginning. Raises `ConfigError` where there is none, or more than one."""
    found = [known for known in run_ids() if known.startswith(run_id)]
    if len(found) != 1:
        waiting = ", ".join(known[:8] for known in run_ids()[:5]) or "none"
        raise ConfigError(f"{'No' if not found else 'More than one'} paused run begins with {run_id!r}.", f"Paused runs, the latest first: {waiting}.")
    path = directory() / f"{found[0]}.json"
    session = Session.load(path, tools=tools, trace=trace)
    had = msgspec.json.decode(path.read_bytes())["tools"]  # the others of this notebook were not its own
    session.agent = session.agent.replace(tools=[tool for tool in session.agent.offered if tool.name in had])
    return session
