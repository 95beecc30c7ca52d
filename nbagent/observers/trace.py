"""The trace: every run, model call and tool call as rows of DataFrames.

It observes the event stream and sits nowhere else. What a table shows is worked out when it is asked for, and pandas is
imported then. One trace may be shared by many sessions, and read from any thread while they run.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from nbagent.errors import ConfigError, did_you_mean
from nbagent.events import Observer, RunEvent, StepFinished
from nbagent.exchange import Wire
from nbagent.observers.bodies import NOT_KEPT, NOT_SENT, Bodies
from nbagent.observers.contentless import without_content
from nbagent.observers.dump import Dump, folder
from nbagent.observers.filters import Since, filtered, instant, of_kind
from nbagent.observers.intake import Intake
from nbagent.observers.kept import DATABASES, default_path
from nbagent.observers.recent import Recent
from nbagent.observers.redaction import Redact
from nbagent.observers.rows import Memory, Rows, Table
from nbagent.observers.semconv import RUNS
from nbagent.observers.tables import OVERVIEW, frame
from nbagent.observers.watching import tracing_disabled, watching

if TYPE_CHECKING:
    import pandas as pd

    from nbagent.observers.compared import RunComparison
    from nbagent.plots.plot import Plot


KEEPS = ("off", "recent", "all")
"""What can be kept of what goes over the wire."""


class Trace:
    """What happened in runs, as tables.

    `df` has every span; `runs()`, `calls()`, `tools()`, `messages()` and `events()` say more of each kind, and
    `overview()` has the columns to read first. Times are UTC, durations in seconds, costs in US dollars (NaN where a price
    is unknown).

    All of them take ``run=`` (a run's id: that run and the runs inside it), ``since=`` (an instant, or how long ago:
    ``"2h"``, ``"today"``), and ``where=`` (a condition on the columns, as `DataFrame.query` takes it); those of runs and
    model calls also ``model=`` (a part of its name). Nothing is left out silently.

    ``Trace()`` is in memory, ``Trace("runs.db")`` in a file (SQLite), which other kernels can read meanwhile, and
    ``Trace("postgresql://...")`` in a database, which other machines can.

    `redact` is a function ``text -> text`` that cleans what is kept and sent, after keys were taken out; `content=False` keeps no texts
    at all, only names, numbers and times. `bodies` is whether what went over the wire is kept as well, for `bodies()`: ``"recent"`` holds
    the most recent calls in memory, ``"all"`` writes every call into the file or database.
    """

    def __init__(
        self, rows: Rows | str | Path | None = None, *, redact: Redact | None = None, content: bool = True, bodies: Literal["off", "recent", "all"] = "off"
    ) -> None:
        if bodies not in KEEPS:
            raise ConfigError(f"A trace's bodies are {', '.join(KEEPS)}, not {bodies!r}.")
        self._rows: Rows = _rows(rows, redact)
        self._redact, self._content, self._bodies = redact, content, bodies
        self._recent = Recent(redact)
        self.enabled = True
        self._intake = Intake(self._rows.take)
        self.listeners: list[Callable[[Sequence[RunEvent]], None]] = []

    @classmethod
    def load(cls, path: str | Path) -> Trace:
        """A trace from its file: a database, what `save` wrote as JSON lines, or what others wrote: OpenTelemetry's JSON,
        openai-agents' exports. Raises `ConfigError`, which names the line."""
        from nbagent.observers.exports import Read
        from nbagent.observers.imports import read_file
        from nbagent.observers.sqlite import existing, is_database

        if str(path).startswith(DATABASES):
            return cls(path)
        path = Path(path).expanduser()
        if path.is_file() and not is_database(path):
            return cls(Read(read_file(path), path.name))
        return cls(existing(path))

    def save(self, path: str | Path) -> None:
        """Write everything to a file by its ending: ``.jsonl``, ``.zip`` (for a class), ``.csv`` and ``.parquet`` (a file a table),
        or ``.db`` (a compact copy of the database). Keys are taken out."""
        from nbagent.observers.exports import save

        path = Path(path).expanduser()
        if path.suffix in (".db", ".sqlite"):
            self._disk("copied").copy(path)
        else:
            save(self._rows, path)

    def to_otlp(
        self, endpoint: str | None = None, *, content: bool = False, headers: Mapping[str, str] | None = None,
        run: str | None = None, since: Since | None = None, live: bool = False,
    ) -> int:  # fmt: skip
        """Send what is here to an OpenTelemetry collector (Phoenix, Jaeger, ...) over OTLP/HTTP; how many spans that were.

        `endpoint` is its address, as ``http://localhost:6006``; `content` adds what was said; `live` sends what comes from
        now on, too, as it ends, without any run waiting for it. Raises `NbagentError` where the collector does not take them.
        """
        from nbagent.observers.otel import Otel, send

        self._check(run)
        began = None if since is None else instant(since)
        tables: dict[Table, Any] = {name: self._rows.read(name, run, payload=content, since=began) for name in ("spans", "calls", "tools", "runs", "events")}
        sent = send(tables, endpoint, content=content, headers=headers)
        if live:
            self.listeners.append(Otel(endpoint, content=content, headers=headers, redact=self._redact))
        return sent

    def compare(self, run_a: str, run_b: str | None = None) -> RunComparison:
        """Two runs side by side, by their ids or the beginnings of them (`run_b` None: the last one): model, parameters, instructions, tools and their code,
        prompt and answer with what changed in them, and the numbers with their differences. Raises `ConfigError`."""
        from nbagent.observers.compared import compare_runs

        last = self._rows.runs()[-1:] if run_b is None else [run_b]
        return compare_runs(*self.having(run_a), *self.having(last[0] if last else ""))

    def prune(self, *, older_than: Since | None = None, max_mb: float | None = None) -> int:
        """Forget old runs in the trace's file; how many went. `older_than` is like ``since``: ``"90d"``."""
        return int(self._disk("pruned").prune(before=None if older_than is None else instant(older_than), megabytes=max_mb))

    def observers(self) -> list[Observer]:
        """Who watches a run that begins now: nobody where it is not to be traced."""
        if tracing_disabled() or not self.enabled:
            return []
        place = folder()
        return [self.observe, *watching(), *([Dump(place)] if place else [])]

    def observe(self, events: Sequence[RunEvent]) -> None:
        """The observer that a session gives its events to, on the engine's thread."""
        if not self._content:
            events = without_content(events)
        self._intake.observe(events)
        if type(events[0]) is StepFinished and (exchange := events[0].exchange) is not None and (wire := exchange.taken()) is not None:
            self._take_wire(events[0], wire)
        for other in self.listeners:
            other(events)

    def _take_wire(self, event: StepFinished, wire: Wire) -> None:
        if self._bodies == "recent":
            self._recent.keep(event, wire)
        elif self._bodies == "all":
            self._rows.take_wire(event, wire)

    @property
    def keeps_bodies(self) -> bool:
        """Whether what goes over the wire is kept of runs that begin now."""
        return (self._content and self._bodies != "off") or folder() is not None

    def disable(self) -> None:
        """Take no runs from now on, until `enable`; those that are under way go on to be taken."""
        self.enabled = False

    def enable(self) -> None:
        """Take runs again."""
        self.enabled = True

    @property
    def rows(self) -> Rows:
        """Where the rows are kept."""
        return self._rows

    @property
    def df(self) -> pd.DataFrame:
        """Every run, model call and tool call, a row each. Tokens and costs stand on the model calls only, so that sums are right."""
        return self.spans()

    def spans(self, run: str | None = None, *, since: Since | None = None, where: str | None = None) -> pd.DataFrame:
        """`df`, of one run or of some time."""
        return self._frame("spans", run, since, None, where)

    def overview(self, run: str | None = None, *, since: Since | None = None, where: str | None = None) -> pd.DataFrame:
        """One row a model call and tool call: what it was, how long it took, its tokens and its cost."""
        table = self.spans(run, since=since)
        table = table[~table["kind"].isin(RUNS)]
        return filtered(table[list(OVERVIEW)].reset_index(drop=True), where=where)

    def runs(
        self, run: str | None = None, *, since: Since | None = None, model: str | None = None, where: str | None = None, payload: bool = False
    ) -> pd.DataFrame:
        """One row a prompt, with the sums of its model calls, those of runs inside its tools too. `payload` adds the whole texts."""
        return self._frame("runs", run, since, model, where, payload=payload)

    def calls(
        self, run: str | None = None, *, since: Since | None = None, model: str | None = None, where: str | None = None, payload: bool = False
    ) -> pd.DataFrame:
        """One row a model call: tokens, times, cost, parameters. `payload` adds all that was sent and came back, as JSON."""
        return self._frame("calls", run, since, model, where, payload=payload)

    def tools(self, run: str | None = None, *, since: Since | None = None, where: str | None = None) -> pd.DataFrame:
        """One row a tool call, with its arguments and its whole result."""
        return self._frame("tools", run, since, None, where)

    def whole(self, span_id: str) -> str:
        """The whole result of a tool call, or the whole text of a model's answer: in a database those of over a million characters
        are kept aside, and tables have their head and a mark."""
        from nbagent.observers.aside import mark

        disk = getattr(self._rows, "disk", self._rows)
        spans = self._rows.read("spans")
        run = dict(zip(spans["span_id"], spans["run_id"], strict=True)).get(span_id)
        tools, said = self._rows.read("tools", run), self._rows.read("messages", run)
        texts = [text for text, span in zip(tools["result"], tools["span_id"], strict=True) if span == span_id]
        texts += [
            text for text, span, direction, part in zip(said["content"], said["call_id"], said["direction"], said["part_type"], strict=True)
            if (span, direction, part) == (span_id, "output", "text")
        ]  # fmt: skip
        if run is not None and texts:
            return "\n".join((disk.aside(hashed) if (hashed := mark(text)) and hasattr(disk, "aside") else None) or text for text in texts if text)
        raise ConfigError(f"No tool call and no answer {span_id!r} in this trace.", mend="tools() and calls() list them, in the column span_id.")

    def bodies(self, span_id: str) -> Bodies:
        """The request and the response of a model call as they went over the wire, as texts: JSON, and the stream's payloads, a line each.

        Without keys; what was cut, or is not kept, stands in ``.note``. Raises `ConfigError` for a call that is not in this trace.
        """
        if (found := self._recent.of(span_id) or self._rows.bodies(span_id)) is not None:
            return found
        calls = self._rows.read("calls")
        provider = dict(zip(calls["span_id"], calls["provider"], strict=True))
        if span_id not in provider:
            raise ConfigError(f"No model call {span_id!r} in this trace.", mend="calls() lists them, in the column span_id.")
        return NOT_SENT if provider[span_id] == "scripted" else NOT_KEPT

    def messages(self, run: str | None = None, *, since: Since | None = None, where: str | None = None) -> pd.DataFrame:
        """One row a part of a message, for each model call that it was sent to or came from."""
        return self._frame("messages", run, since, None, where)

    def events(
        self, run: str | None = None, *, kind: str | Sequence[str] | None = None, since: Since | None = None, until: Since | None = None,
        where: str | None = None, last: int | None = None,
    ) -> pd.DataFrame:  # fmt: skip
        """What happened, in order: starts and ends, first tokens, retries, approvals, errors. `kind` is one or several of the words in the
        column `event`, `until` an instant as ``since`` is, and `last` asks for so many at the end."""
        table = of_kind(self._frame("events", run, since, None, None), kind, None if until is None else instant(until))
        table = filtered(table, where=where)
        return table if last is None else table.tail(last).reset_index(drop=True)

    def waterfall(self, run: str | None = None, *, since: Since | None = None, where: str | None = None, width: int = 900) -> Plot:
        """``df.nbagent.waterfall()`` with what only the events tell: how long a person was waited for, also before this run carried
        another on, or after it until it was carried on itself."""
        from nbagent.observers.asking import happened
        from nbagent.plots.waits import EVENTS
        from nbagent.plots.waterfall import waterfall

        spans = self.spans(run, since=since, where=where)
        events = self.events(since=since, kind=EVENTS) if run is None else happened(self._rows, run)
        return waterfall(spans, events, width=width)

    def clear(self) -> None:
        """Forget everything, also what is under way."""
        self._rows.clear()
        self._recent.clear()
        self._intake = Intake(self._rows.take)

    def __len__(self) -> int:
        return len(self._rows)

    def __bool__(self) -> bool:
        return True  # an empty trace is still one: `trace or Trace()` must not lose a shared one

    def __repr__(self) -> str:
        return f"Trace({self._rows.summary()})"

    def _repr_html_(self) -> str:
        return f"<div><b>Trace</b> {self._rows.summary()} &nbsp;<code>.df .overview() .runs() .calls() .tools() .messages() .events()</code></div>"

    def _frame(
        self, table: Table, run: str | None, since: Since | None, model: str | None, where: str | None, *, payload: bool = False
    ) -> pd.DataFrame:  # fmt: skip
        columns = self._rows.read(table, run, payload=payload, since=None if since is None else instant(since))
        if not columns.get("run_id"):
            self._check(run)  # only now: among many runs it takes longer than the table
        return filtered(frame(table, columns, payload=payload), model=model, where=where)

    def _check(self, run: str | None) -> None:
        if run is not None and run not in (known := self._rows.runs()):
            raise ConfigError(f"No run {run!r} in this trace.", did_you_mean(str(run), known), "trace.runs() lists them, in the column run_id.")

    def having(self, typed: str) -> tuple[Trace, str]:
        """The trace that has a run whose id begins so, and the whole id."""
        from nbagent.observers.compared import no_run, the_run

        if (found := the_run(self._rows.runs(), typed)) is None:
            raise no_run(self._rows.runs(), typed)
        return self, found

    def _disk(self, done: str) -> Any:
        """The rows on disk. Raises `ConfigError` for a trace that is in memory alone."""
        if settle := getattr(self._rows, "settle", None):
            settle()  # it may still be opened, on a thread of its own
        disk = getattr(self._rows, "disk", self._rows)
        if not hasattr(disk, "prune"):
            raise ConfigError(f"This trace is in memory and cannot be {done}.", mend="Trace('runs.db') is in a file.")
        return disk


def _rows(rows: Rows | str | Path | None, redact: Redact | None) -> Rows:
    if rows is None or rows == ":memory:":
        return Memory(redact)
    if isinstance(rows, str | Path):
        if str(rows).startswith(DATABASES):
            from nbagent.observers.postgres import Postgres

            return Postgres(str(rows), redact=redact)
        from nbagent.observers.sqlite import SQLite

        return SQLite(rows, redact=redact)
    return rows


def traces(path: str | Path | None = None) -> pd.DataFrame:
    """Every run of this machine, whichever notebook it was in: the table of runs of the file where notebooks keep them.

    ``Trace.load(...)`` of that file (`traces().attrs["path"]`) has the rest of them.
    """
    where = Path(path).expanduser() if path else default_path()
    table = Trace.load(where).runs() if where.is_file() else Trace().runs()
    table.attrs["path"] = str(where)
    return table
