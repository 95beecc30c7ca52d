"""The waits for a person among the spans of a table: found in the events where they are at hand, else in what the spans tell, and made
rows that stand among the spans.

The rule: a table of spans tells only of a run that was paused and of the one that carried it on; how long a person took while a run
went on stands in the events alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from nbagent.plots.waits import EVENTS, Happened, Wait, waits

if TYPE_CHECKING:
    import pandas as pd

KIND = "wait"


class Waited(NamedTuple):
    """A wait with the fields of a span that a picture needs."""

    span_id: str
    parent_id: str | None
    run_id: str
    kind: str
    name: str
    status: str
    started_at: Any
    duration_s: float | None
    calls: str


def waited(spans: pd.DataFrame, events: pd.DataFrame | Sequence[Happened] | None = None) -> list[Waited]:
    """The waits of the runs in the table, in order of their begin. Each is part of the run that waited."""
    if not {"run_id", "trace_id", "parent_id"} <= set(spans.columns):
        return []
    rows: list[Any] = list(spans.sort_values("started_at", kind="stable").itertuples())
    runs = {str(row.run_id): row for row in rows if str(row.kind) == "invoke_agent"}
    found = _paused(rows, runs) if events is None else waits(events if isinstance(events, Sequence) else _happened(events))
    return [_row(wait, runs) for wait in found if wait.run in runs or wait.after in runs]


def _happened(events: pd.DataFrame) -> list[Happened]:
    import pandas as pd

    events = events[events["event"].isin(EVENTS)]
    lines: Any = zip(*(events[name] for name in Happened._fields), strict=True)
    return [Happened(run, span, at.value, event, *(None if pd.isna(each) else each for each in rest)) for run, span, at, event, *rest in lines]


def _paused(rows: list[Any], runs: dict[str, Any]) -> list[Wait]:
    """The waits between a run that was paused and the next one of its trace, which carried it on."""
    found: dict[str, Wait] = {}
    for row in rows:
        if str(row.status) != "paused" or str(row.kind) != "execute_tool":
            continue
        next_runs = [run for run in runs.values() if run.trace_id == row.trace_id and not isinstance(run.parent_id, str) and run.started_at > row.started_at]
        if row.run_id not in found and next_runs:
            after = min(next_runs, key=lambda run: run.started_at)
            found[row.run_id] = Wait(row.run_id, row.span_id, row.started_at.value, after.started_at.value, after=after.run_id)
        if row.run_id in found:
            found[row.run_id].calls[row.span_id] = (str(row.name).removeprefix("execute_tool "), "")
    return list(found.values())


def _row(wait: Wait, runs: dict[str, Any]) -> Waited:
    import pandas as pd

    run = runs.get(wait.run)
    still = wait.end is None
    calls = ", ".join(f"{tool} {decided}".strip() for tool, decided in wait.said)
    return Waited(
        f"wait {wait.call}", None if run is None else run.span_id, wait.run, KIND, "waits for a person" if still else "waited for a person",
        "paused" if still else "ok", pd.Timestamp(wait.begin, unit="ns", tz="UTC"), None if wait.end is None else (wait.end - wait.begin) / 1e9, calls,
    )  # fmt: skip
