"""What the panel's tab of runs is answered: the runs of this kernel, notebook or machine, the spans of one, all that is known of
a span, and two runs compared.

The rule: this kernel's own runs are read from its memory at once; whatever asks the database or pandas is done on a thread of its
own, so that no cell waits for a panel.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from nbagent.errors import ConfigError, NbagentError
from nbagent.notebook.desk import Desk
from nbagent.notebook.panel_compare import compared
from nbagent.notebook.panel_details import cut, details, rebuilt
from nbagent.notebook.panel_redaction import redacted
from nbagent.notebook.panel_rows import RunRows, span_rows, stored_row, stored_spans
from nbagent.notebook.panel_waits import may_have_waited, memory_waits, stored_waits
from nbagent.observers.rows import Memory
from nbagent.observers.spans import Span
from nbagent.observers.sql_pages import Wanted, models, notebooks, page
from nbagent.observers.sql_spans import outline, read_span
from nbagent.observers.sql_store import SqlStore

Say = Callable[[dict[str, Any]], None]
Row = dict[str, Any]
_MOST = 500  # rows of runs that are told at once


class Runs:
    """Answers ``runs`` and ``models`` of a scope, ``run`` with an id, ``span`` and ``raw`` with an id, ``compare`` with two; and hears
    which notebook this is (``notebook`` with its path)."""

    def __init__(self, desk: Desk) -> None:
        self._desk, self._rows = desk, RunRows()
        self._worker: ThreadPoolExecutor | None = None

    def hear(self, question: Row, say: Say) -> bool:
        spans, say = self._spans(), redacted(say)
        match question:
            case {"t": "runs", "scope": "kernel", "from": int(first), "count": int(count)}:
                total, rows = self._rows.page(spans, _wanted(question), first, min(count, _MOST))
                say(_told(question, total, rows))
            case {"t": "models", "scope": "kernel"}:
                say({"t": "models", "scope": "kernel", "models": self._rows.models(spans)})
            case {"t": "run", "run": str(run), "have": int(have), "still": list(still)} if (own := _inside(spans, run)) and not may_have_waited(own):
                say({"t": "run", "run": run, "have": have, "waits": []} | span_rows(own, run, have, set(still)))
            case {"t": "span", "span": str(span_id)} if (found := _of(spans, span_id)) is not None:
                say({"t": "span", "span": details(found), "id": span_id})
            case {"t": "notebook", "path": str(path)}:
                if self._desk.whence is not None:
                    self._desk.whence.told = path
            case {"t": "runs" | "models" | "run" | "span" | "raw" | "compare"}:
                self._later(question, say)
            case _:
                return False
        return True

    def leave(self) -> None:
        if self._worker is not None:
            self._worker.shutdown(wait=False, cancel_futures=True)
            self._worker = None

    def _later(self, question: Row, say: Say) -> None:
        def work() -> None:
            try:
                say(self._found(question))
            except NbagentError as error:
                say({"t": "failed", "of": question, "why": " ".join(error.lines)})
            except sqlite3.Error as error:
                why = f"The file of this machine's runs cannot be read ({error}). Was it moved or deleted? Runs of this kernel are under Kernel."
                say({"t": "failed", "of": question, "why": why})
            except Exception as error:  # noqa: BLE001  a database may fail in many ways, and the panel is to say in which
                say({"t": "failed", "of": question, "why": f"{type(error).__name__}: {error}"})

        if self._worker is None:
            self._worker = ThreadPoolExecutor(1, "nbagent-panel")
        self._worker.submit(work)

    def _found(self, question: Row) -> Row:
        """The answer to a question that is not answered from memory. Raises `ConfigError`."""
        match question:
            case {"t": "runs", "from": int(first), "count": int(count)}:
                return self._stored_page(question, first, min(count, _MOST))
            case {"t": "models", "scope": str(scope)}:
                return {"t": "models", "scope": scope, "models": models(self._disk())}
            case {"t": "run", "run": str(run), "have": int(have), "still": list(still)}:
                return {"t": "run", "run": run, "have": have} | self._run(run, have, set(still))
            case {"t": "span", "span": str(span_id)}:
                found = self._stored(span_id)
                return {"t": "span", "span": details(found) if found else None, "id": span_id}
            case {"t": "raw", "span": str(span_id)}:
                return {"t": "raw", "id": span_id} | self._raw(span_id)
            case {"t": "compare", "a": str(run_a), "b": str(run_b)}:
                return {"t": "compare", "a": run_a, "b": run_b} | compared(self._desk.trace, run_a, run_b)
            case _:
                raise ConfigError("The panel asked what this version does not know.", mend="Reload the page.")

    def _run(self, run: str, have: int, still: set[int]) -> Row:
        if own := _inside(self._spans(), run):
            return span_rows(own, run, have, still) | {"waits": memory_waits(self._desk.trace.rows, own)}
        found = outline(self._disk().ask, run)
        return stored_spans(found, have, still) | {"waits": stored_waits(self._disk(), run, found[0][4]) if found else []}

    def _stored_page(self, question: Row, first: int, count: int) -> Row:
        try:
            disk = self._disk()
        except ConfigError:
            if question.get("scope") != "notebook":
                raise
            total, rows = self._rows.page(self._spans(), _wanted(question), first, count)  # all that there are of the notebook
            return _told(question, total, rows)
        wanted = _wanted(question)
        if question.get("scope") == "notebook" and (whence := self._desk.whence) is not None:
            own = whence.notebook() or ""
            # a copy has the cells' ids, and is another notebook as long as both are there; one that was moved is not
            others = [each for each in notebooks(disk, wanted.cells or ()) if own and each != own and Path(each).is_file()]
            wanted = wanted._replace(notebook=own, kernel=whence.kernel().get("kernel_id", ""), others=others)
        total, rows = page(disk, wanted, first, count)
        return _told(question, total, [stored_row(row) for row in rows])

    def _raw(self, span_id: str) -> Row:
        """What went over the wire in a model call; where that is not kept, what is known of it in its place."""
        here = _of(self._spans(), span_id)
        trace = self._desk.trace if here is not None else self._desk.trace.machine()
        found = trace.bodies(span_id)
        if found.request is not None or found.response is not None:
            return {"bodies": [text and cut(text) for text in found[:2]], "rebuilt": False, "note": found.note}
        span = here or self._stored(span_id)
        return {"bodies": rebuilt(span) if span else None, "rebuilt": True, "note": found.note}

    def _stored(self, span_id: str) -> Span | None:
        try:
            return read_span(self._disk().reading, span_id)
        except ConfigError:  # none are kept: the span was this kernel's, and was cleared
            return None

    def _disk(self) -> SqlStore:
        """The machine's database. Raises `ConfigError` where no runs are kept."""
        rows = self._desk.trace.machine().rows
        if not isinstance(rows, SqlStore):
            raise ConfigError("The trace is in no database.")
        return rows

    def _spans(self) -> list[Span]:
        rows = getattr(self._desk.trace.rows, "memory", self._desk.trace.rows)
        return rows.spans() if isinstance(rows, Memory) else []


def _wanted(question: Row) -> Wanted:
    said = question.get("filter") or {}
    cells = [str(cell) for cell in question.get("cells") or ()] if question.get("scope") == "notebook" else None
    return Wanted(str(said.get("text") or ""), str(said.get("model") or ""), bool(said.get("errors")), cells)


def _told(question: Row, total: int, rows: list[Row]) -> Row:
    return {"t": "runs", "of": question, "total": total, "rows": rows, "now": time.time()}


def _inside(spans: list[Span], run: str) -> list[Span]:
    """The spans of a run and of the runs inside it."""
    return [span for span in spans if any(around.run_id == run for around in span.inside())]


def _of(spans: list[Span], span_id: str) -> Span | None:
    return next((span for span in spans if span.id == span_id), None)
