"""The waits for a person as the panel shows them among the spans of a run.

The rule: a run in which nobody can have been waited for costs nothing to look at.
"""

from __future__ import annotations

import time
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from nbagent.events import RunStarted
from nbagent.observers.asking import happened, run_spans
from nbagent.observers.rows import Rows
from nbagent.observers.spans import Span
from nbagent.observers.sql_store import SqlStore
from nbagent.plots.waits import Wait, waits

Row = list[Any]
"""Id, the id of the span that it is part of (None: it came before the run), its begin in seconds since the run's, seconds, whether it still goes
on, and what was asked about: each tool with what was decided."""


def may_have_waited(inside: Sequence[Span]) -> bool:
    """Whether one of these spans, a run's and those in it, tells of a person who was asked, or may be waiting for one now."""
    parents = {span.started.stamp.parent_id for span in inside if span.status == "running"}
    return any(
        span.approved is not None or span.status == "paused"
        or (isinstance(span.started, RunStarted) and (span.started.resumed is not None or (span.status == "running" and span.id not in parents)))
        for span in inside
    )  # fmt: skip


def memory_waits(rows: Rows, inside: Sequence[Span]) -> list[Row]:
    """Of a run of this kernel, `inside` being its spans, the run itself first. It may ask the database about a run before or after a pause."""
    root = inside[0]
    runs = {span.run_id: span.id for span in inside if isinstance(span.started, RunStarted)}
    return _rows(waits(happened(rows, root.run_id)), root.run_id, root.started.stamp.time, runs)


def stored_waits(rows: SqlStore, run: str, begin: int) -> list[Row]:
    """Of a run in a database, which began at `begin`, in nanoseconds since the epoch."""
    found = waits(happened(rows, run))
    return _rows(found, run, begin / 1e9, run_spans(rows, run)) if found else []


def _rows(found: Collection[Wait], run: str, zero: float, runs: Mapping[str, str]) -> list[Row]:
    told = []
    for wait in found:
        if wait.run in runs or wait.after == run:
            end = time.time() if wait.end is None else wait.end / 1e9
            told.append([f"wait {wait.call}", runs.get(wait.run), wait.begin / 1e9 - zero, end - wait.begin / 1e9, wait.end is None, wait.said])
    return told
