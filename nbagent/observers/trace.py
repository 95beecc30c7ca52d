"""The trace: every run, model call and tool call as rows of DataFrames.

It observes the event stream and sits nowhere else. What a table shows is worked out when it is asked for, and pandas is
imported then. One trace may be shared by many sessions, and read from any thread while they run.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from nbagent.errors import ConfigError, did_you_mean
from nbagent.events import RunEvent
from nbagent.observers.recorder import Recorder
from nbagent.observers.rows import Memory, Rows, Table
from nbagent.observers.tables import OVERVIEW, frame

if TYPE_CHECKING:
    import pandas as pd


class Trace:
    """What happened in runs, as tables.

    `df` has every span; `runs()`, `calls()`, `tools()`, `messages()` and `events()` say more of each kind, and
    `overview()` has the columns to read first. With ``run=`` (a run's id) they are about that run and the runs inside it.
    Times are UTC, durations in seconds, costs in US dollars (NaN where a price is unknown).
    """

    def __init__(self, rows: Rows | None = None) -> None:
        self._rows: Rows = Memory() if rows is None else rows
        self._recorder = Recorder(self._rows)

    def observe(self, events: Sequence[RunEvent]) -> None:
        """The observer that a session gives its events to, on the engine's thread."""
        self._recorder.observe(events)

    @property
    def df(self) -> pd.DataFrame:
        """Every run, model call and tool call, a row each. Tokens and costs stand on the model calls only, so that sums are right."""
        return self.spans()

    def spans(self, run: str | None = None) -> pd.DataFrame:
        """`df`, of one run."""
        return self._frame("spans", run)

    def overview(self, run: str | None = None) -> pd.DataFrame:
        """One row a model call and tool call: what it was, how long it took, its tokens and its cost."""
        table = self.spans(run)
        table = table[table["kind"] != "invoke_agent"]
        return table[list(OVERVIEW)].reset_index(drop=True)

    def runs(self, run: str | None = None, *, payload: bool = False) -> pd.DataFrame:
        """One row a prompt, with the sums of its model calls, those of runs inside its tools too. `payload` adds the whole texts."""
        return self._frame("runs", run, payload=payload)

    def calls(self, run: str | None = None, *, payload: bool = False) -> pd.DataFrame:
        """One row a model call: tokens, times, cost, parameters. `payload` adds all that was sent and came back, as JSON."""
        return self._frame("calls", run, payload=payload)

    def tools(self, run: str | None = None) -> pd.DataFrame:
        """One row a tool call, with its arguments and its whole result."""
        return self._frame("tools", run)

    def messages(self, run: str | None = None) -> pd.DataFrame:
        """One row a part of a message, for each model call that it was sent to or came from."""
        return self._frame("messages", run)

    def events(self, run: str | None = None) -> pd.DataFrame:
        """What happened, in order: starts and ends, first tokens, retries, approvals, errors."""
        return self._frame("events", run)

    def clear(self) -> None:
        """Forget everything, also what is under way."""
        self._rows.clear()
        self._recorder = Recorder(self._rows)

    def __len__(self) -> int:
        return len(self._rows)

    def __bool__(self) -> bool:
        return True  # an empty trace is still one: `trace or Trace()` must not lose a shared one

    def __repr__(self) -> str:
        return f"Trace({self._rows.summary()})"

    def _repr_html_(self) -> str:
        return f"<div><b>Trace</b> {self._rows.summary()} &nbsp;<code>.df .overview() .runs() .calls() .tools() .messages() .events()</code></div>"

    def _frame(self, table: Table, run: str | None, *, payload: bool = False) -> pd.DataFrame:
        if run is not None and run not in (known := self._rows.runs()):
            raise ConfigError(f"No run {run!r} in this trace.", did_you_mean(str(run), known), "trace.runs() lists them, in the column run_id.")
        return frame(table, self._rows.read(table, run, payload=payload), payload=payload)
