"""What the panel's tab of runs is answered: the runs of this kernel, the spans of one, and all that is known of a span."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from nbagent.notebook.desk import Desk
from nbagent.notebook.panel_rows import RunRows, details, span_rows
from nbagent.observers.rows import Memory
from nbagent.observers.spans import Span


class Runs:
    """Answers ``runs``, ``run`` with an id, ``span`` with an id; hears from the page which notebook this is (``notebook`` with its path)."""

    def __init__(self, desk: Desk) -> None:
        self._desk, self._rows = desk, RunRows()

    def hear(self, question: dict[str, Any], say: Callable[[dict[str, Any]], None]) -> bool:
        match question:
            case {"t": "runs"}:
                say({"t": "runs", "runs": self._rows.rows(self._spans())})
            case {"t": "run", "run": str(run), "have": int(have), "still": list(still)}:
                say({"t": "run", "run": run, "have": have} | span_rows(self._spans(), run, have, set(still)))
            case {"t": "span", "span": str(span_id)}:
                found = next((span for span in self._spans() if span.id == span_id), None)
                say({"t": "span", "span": details(found) if found else None, "id": span_id})
            case {"t": "notebook", "path": str(path)}:
                if self._desk.whence is not None:
                    self._desk.whence.told = path
            case _:
                return False
        return True

    def leave(self) -> None:
        pass

    def _spans(self) -> list[Span]:
        rows = getattr(self._desk.trace.rows, "memory", self._desk.trace.rows)
        return rows.spans() if isinstance(rows, Memory) else []
