"""The kernel's end of the trace panel: it answers what an open panel asks, and says when there is something new.

A panel that is closed has no comm, and then nothing here does anything. What is said unasked is one word, at most twice
a second; the panel asks for what it shows.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Sequence
from typing import Any

from nbagent.events import PartDelta, RunEvent
from nbagent.notebook.desk import Desk
from nbagent.notebook.panel_rows import RunRows, details, plain, span_rows
from nbagent.observers.rows import Memory
from nbagent.observers.spans import Span
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

    manager.register_target(TARGET, opened)
    return lambda: manager.unregister_target(TARGET, opened)


class Panel:
    """One open panel. `hear` and the end of the comm may come on any thread; `tell` is an observer of the trace."""

    def __init__(self, desk: Desk, comm: Any) -> None:
        self._desk, self._comm = desk, comm
        self._runs = RunRows()
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
        """Answer a question: ``runs``, ``run`` with an id, ``span`` with an id."""
        self._watch()
        match message.get("content", {}).get("data"):
            case {"t": "runs"}:
                self._answer({"t": "runs", "runs": self._runs.rows(self._spans())})
            case {"t": "run", "run": str(run), "have": int(have), "still": list(still)}:
                self._answer({"t": "run", "run": run, "have": have} | span_rows(self._spans(), run, have, set(still)))
            case {"t": "span", "span": str(span_id)}:
                found = next((span for span in self._spans() if span.id == span_id), None)
                self._answer({"t": "span", "span": details(found) if found else None, "id": span_id})
            case _:
                pass

    def tell(self, events: Sequence[RunEvent]) -> None:
        """Something happened in a run. On the engine's thread; a delta of text costs a look at its type."""
        if self._timer is not None or all(type(event) is PartDelta for event in events):
            return
        loop = asyncio.get_running_loop()
        self._timer = loop.call_at(max(loop.time() + 0.05, self._said + PERIOD), self._changed, loop)

    def leave(self, _message: Any = None) -> None:
        """The panel was closed."""
        if self._trace is not None:
            with contextlib.suppress(ValueError):
                self._trace.listeners.remove(self.tell)
        self._trace = None

    def _changed(self, loop: asyncio.AbstractEventLoop) -> None:
        self._timer, self._said = None, loop.time()
        if self._trace is not None:
            self._comm.send({"t": "changed"})

    def _watch(self) -> None:
        if self._trace is not self._desk.trace:
            self.leave()
            self._trace = self._desk.trace
            self._trace.listeners.append(self.tell)

    def _spans(self) -> list[Span]:
        rows = getattr(self._desk.trace.rows, "memory", self._desk.trace.rows)
        return rows.spans() if isinstance(rows, Memory) else []

    def _answer(self, message: dict[str, Any]) -> None:
        self._comm.send(plain(message))
