"""The kernel's end of the trace panel: it answers what an open panel asks, and says when there is something new.

A panel that is closed has no comm, and then nothing here does anything. What is said unasked is one word, at most twice
a second; the panel asks for what it shows.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Sequence
from typing import Any, Protocol

from nbagent.events import PartDelta, RunEvent
from nbagent.notebook.desk import Desk
from nbagent.notebook.panel_rows import plain
from nbagent.notebook.panel_runs import Runs
from nbagent.notebook.panel_sessions import Sessions
from nbagent.notebook.panel_tools import Tools
from nbagent.observers.trace import Trace

TARGET = "nbagent.panel"
PERIOD = 0.5  # seconds between two words that something is new


def install(ip: Any, desk: Desk) -> Callable[[], None]:
    """Answer panels of this kernel; returns what undoes it. A shell without a kernel has no panels."""
    manager = getattr(getattr(ip, "kernel", None), "comm_manager", None)
    if manager is None:
        return lambda: None

    def opened(comm: Any, _message: Any) -> None:
        Panel(desk, comm)

    def before(info: Any) -> None:
        if getattr(info, "cell_id", None) is not None and info.store_history:
            desk.cells[ip.displayhook.prompt_count] = info.cell_id

    def after(_result: Any) -> None:
        desk.tell()

    def remove() -> None:
        ip.events.unregister("pre_run_cell", before)
        ip.events.unregister("post_run_cell", after)
        manager.unregister_target(TARGET, opened)

    ip.events.register("pre_run_cell", before)
    ip.events.register("post_run_cell", after)
    manager.register_target(TARGET, opened)
    return remove


class Answers(Protocol):
    """What stands behind one tab of the panel."""

    def hear(self, question: dict[str, Any], say: Callable[[dict[str, Any]], None]) -> bool:
        """Answer a question of this tab's by calling `say`, now or later, on any thread; False for one that is another's."""

    def leave(self) -> None:
        """The panel was closed."""


def _tabs(desk: Desk) -> list[Answers]:
    """A tab more is a line here."""
    return [Runs(desk), Tools(desk), Sessions(desk)]


class Panel:
    """One open panel. `hear` and the end of the comm may come on any thread; `tell` is an observer of the trace."""

    def __init__(self, desk: Desk, comm: Any) -> None:
        self._desk, self._comm = desk, comm
        self._tabs = _tabs(desk)
        self._trace: Trace | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._said = 0.0
        # ipykernel 7.4 answers a comm on the subshell that last sent on it, which may be a busy one
        if hasattr(comm, "_reply_subshell_for"):
            comm._reply_subshell_for = lambda _data, default: default
        comm.on_msg(self.hear)
        comm.on_close(self.leave)
        self._watch()
        comm.send({"t": "changed"})

    def hear(self, message: dict[str, Any]) -> None:
        """Answer a question: what one is, each tab says; nobody's is not answered."""
        self._watch()
        question = message.get("content", {}).get("data")
        if isinstance(question, dict):
            any(tab.hear(question, self._answer) for tab in self._tabs)

    def tell(self, events: Sequence[RunEvent]) -> None:
        """Something happened in a run. On the engine's thread; a delta of text costs a look at its type."""
        if self._timer is not None or all(type(event) is PartDelta for event in events):
            return
        loop = asyncio.get_running_loop()
        self._timer = loop.call_at(max(loop.time() + 0.05, self._said + PERIOD), self._changed, loop)

    def leave(self, _message: Any = None) -> None:
        """The panel was closed."""
        self._unwatch()
        for tab in self._tabs:
            tab.leave()

    def _changed(self, loop: asyncio.AbstractEventLoop) -> None:
        self._timer, self._said = None, loop.time()
        if self._trace is not None:
            self._comm.send({"t": "changed"})

    def _watch(self) -> None:
        if self._trace is not self._desk.trace:
            self._unwatch()
            self._trace = self._desk.trace
            self._trace.listeners.append(self.tell)

    def _unwatch(self) -> None:
        if self._trace is not None:
            with contextlib.suppress(ValueError):
                self._trace.listeners.remove(self.tell)
        self._trace = None

    def _answer(self, message: dict[str, Any]) -> None:
        self._comm.send(plain(message))
