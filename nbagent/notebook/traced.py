"""What ``%trace`` answers: a table of the trace, a picture of it, or two runs side by side."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from nbagent.errors import ConfigError, did_you_mean
from nbagent.notebook.desk import Desk
from nbagent.notebook.trace_options import BODIES, COMPARE, PICTURES, TraceOptions
from nbagent.observers.filters import filtered
from nbagent.observers.trace import Trace

if TYPE_CHECKING:
    import pandas as pd

_OF_CALLS = ("tokens", "cost", "latency")  # pictures of model calls; the others are of spans
_OF_ONE = ("waterfall", "tree")  # pictures of the last run, where no other rows are asked for


def traced(ip: Any, desk: Desk, options: TraceOptions) -> Any:
    """``%trace``. Raises `ConfigError`."""
    trace: Trace = desk.trace.machine() if options.all else desk.trace
    if options.save and options.show not in PICTURES:
        trace.save(options.save)
        print(_written(Path(options.save).expanduser()))  # noqa: T201  for a person
        return None
    if options.show == COMPARE:
        made: Any = trace.compare(*options.words)
    elif options.show == BODIES:
        made = _bodies(trace, *options.words)
    elif options.show == "waterfall" and not (options.session or options.model):
        made = trace.waterfall(_run(trace.runs(), options), since=options.since, where=options.where)
    elif options.show == "waterfall":
        spans, events = _rows(trace, options, "spans"), trace.events()
        made = spans.nbagent.waterfall(events[events["run_id"].isin(spans["run_id"])])
    elif options.show in PICTURES:
        made = getattr(_rows(trace, options, "calls" if options.show in _OF_CALLS else "spans").nbagent, options.show)()
    else:
        made = _rows(trace, options, options.show)
    if options.save:
        made.save(options.save)
    if options.out:
        ip.user_ns[options.out] = made
        return None
    if options.show in PICTURES or options.show in (COMPARE, BODIES):
        return made
    from nbagent.notebook.shown_tables import CHOSEN, ShownTable

    whole = ShownTable(made)
    whole.only = () if options.payload else CHOSEN.get(options.show, ())
    return whole


def _written(path: Path) -> str:
    """What was saved, and how large it is; of a file a table the files together. Its folder, which the line has, is no business of who reads the notebook."""
    files = [path] if path.is_file() else sorted(path.parent.glob(f"{path.stem}_*{path.suffix}"))
    size = sum(file.stat().st_size for file in files) / 1000
    words = f"{size:,.1f} kB" if size < 1000 else f"{size / 1000:,.1f} MB"
    return f"{', '.join(file.name for file in files)}: {words}"


def _bodies(trace: Trace, typed: str = "") -> Any:
    """What went over the wire in the call whose span_id begins so, or in the last one."""
    spans = [str(span) for span in trace.calls()["span_id"]]
    found = [span for span in spans if span.startswith(typed)] if typed else spans[-1:]
    if len(found) != 1:
        what = f"{'No' if not found else 'More than one'} model call begins with {typed!r}." if typed else "There is no model call yet."
        raise ConfigError(what, mend="%trace calls lists them, in the column span_id.")
    return trace.bodies(found[0])


def _rows(trace: Trace, options: TraceOptions, table: str) -> pd.DataFrame:
    runs = trace.runs()
    more: dict[str, Any] = {"payload": True} if options.payload else {}
    more |= {"kind": options.kind, "until": options.until} if table == "events" else {}
    frame = getattr(trace, table)(_run(runs, options), since=options.since, **more)
    if options.session is not None:
        if options.session not in set(runs["session_id"]):
            raise ConfigError(f"The trace has no session {options.session!r}.", did_you_mean(options.session, [*runs["session_id"].dropna().unique()]))
        frame = _inside(trace, frame, runs.loc[runs["session_id"] == options.session, "run_id"])
    if options.model is not None:
        frame = _inside(trace, frame, filtered(runs, model=options.model)["run_id"])
    return filtered(frame, where=options.where)


def _run(runs: pd.DataFrame, options: TraceOptions) -> str | None:
    """The one run that is asked for, if it is one; '' where there is none yet."""
    if options.run is not None:
        found = [known for known in runs["run_id"] if known.startswith(options.run)]
        if len(found) != 1:
            raise ConfigError(f"{'No' if not found else 'More than one'} run begins with {options.run!r}.", mend="%trace runs lists them.")
        return str(found[0])
    of_one = options.show in _OF_ONE and not (options.since or options.session or options.model or options.where)
    if (options.last or of_one) and len(runs):
        return str(runs["run_id"].iloc[-1])
    return None


def _inside(trace: Trace, frame: pd.DataFrame, runs: pd.Series[str]) -> pd.DataFrame:
    """The rows of these runs, and of the runs that their tools began."""
    spans = trace.spans()
    traces = set(spans.loc[spans["run_id"].isin(set(runs)), "trace_id"])
    return frame[frame["run_id"].isin(set(spans.loc[spans["trace_id"].isin(traces), "run_id"]))].reset_index(drop=True)
