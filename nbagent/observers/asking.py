"""What tells how long a run waited for a person: what was asked and decided in it, in the run that it carries on, and in the one that
carried it on.
"""

from __future__ import annotations

from typing import Any

import msgspec

from nbagent.events import RunStarted
from nbagent.observers.rows import Memory, Rows
from nbagent.observers.semconv import RUNS
from nbagent.observers.sql_reading import inside
from nbagent.observers.sql_store import SqlStore
from nbagent.plots.waits import EVENTS, Happened


def happened(rows: Rows, run: str) -> list[Happened]:
    """Of a run, the runs inside it, and those before and after a pause; [] for a run that is not known."""
    stores = list(dict.fromkeys(filter(None, (getattr(rows, "memory", rows), getattr(rows, "disk", None)))))
    found = _first(stores, run)
    before = {msgspec.json.decode(each.payload)["resumed"] for each in found if each.run_id == run and each.event == "run_started" and each.payload}
    if any(each.run_id == run and each.event == "run_ended" and each.outcome == "paused" for each in found):
        before |= {after for store in stores if (after := _carried_on_by(store, run))}
    return [*found, *(each for other in sorted(before) for each in _first(stores, other))]


def run_spans(rows: SqlStore, run: str) -> dict[str, str]:
    """The spans of a run and of the runs inside it, by the runs."""
    where, values = inside(run)
    kinds = ", ".join("?" * len(RUNS))
    return dict(rows.ask(f"SELECT run_id, span_id FROM spans WHERE {' AND '.join(where)} AND kind IN ({kinds})", [*values, *RUNS]))  # noqa: S608


def _first(stores: list[Any], run: str) -> list[Happened]:
    return next((found for store in stores if (found := _told(store, run))), [])


def _told(rows: Any, run: str) -> list[Happened]:
    if isinstance(rows, SqlStore):
        where, values = inside(run)
        runs, kinds = f"SELECT run_id FROM runs WHERE {' AND '.join(where)}", ", ".join("?" * len(EVENTS))  # noqa: S608  names of our own
        statement = f"SELECT {', '.join(Happened._fields)} FROM events WHERE run_id IN ({runs}) AND event IN ({kinds}) ORDER BY at, id"  # noqa: S608
        return [Happened(*row) for row in rows.ask(statement, [*values, *EVENTS])]
    columns = rows.read("events", run)
    lines = zip(*(columns[name] for name in Happened._fields), strict=True)
    return [each for line in lines if (each := Happened(*line)).event in EVENTS]


def _carried_on_by(rows: Any, run: str) -> str | None:
    """The run that carried this one on."""
    if isinstance(rows, SqlStore):
        statement = (
            "SELECT e.run_id FROM events e JOIN runs r ON r.run_id = e.run_id WHERE r.trace_id IN"
            " (SELECT trace_id FROM runs WHERE run_id = ? UNION SELECT ?) AND e.event = 'run_started' AND e.payload LIKE ? ORDER BY e.at LIMIT 1"
        )
        return next((str(after) for (after,) in rows.ask(statement, (run, run, f'%"resumed":"{run}"%'))), None)
    if isinstance(rows, Memory):
        starts = (span.started for span in rows.spans())
        return next((start.stamp.run_id for start in starts if isinstance(start, RunStarted) and start.resumed == run), None)
    return None
