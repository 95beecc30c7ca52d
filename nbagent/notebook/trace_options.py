"""What can be written on the line of ``%trace``: a table or a picture, and which rows of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from nbagent.errors import ConfigError
from nbagent.notebook.command_line import Option, parse
from nbagent.notebook.options import HELP, OUT, one_of, together, variable_of
from nbagent.plots.plot import ENDINGS

TABLES = ("overview", "runs", "calls", "tools", "messages", "events", "spans")
PICTURES = ("waterfall", "timeline", "tree", "tokens", "cost", "latency")
COMPARE, BODIES = "compare", "bodies"
FILES = (".jsonl", ".zip", ".csv", ".parquet", ".db")
"""What everything can be saved as; a picture has `ENDINGS` of its own."""

TRACE_OPTIONS = (
    Option("run", ("--run",), "only this run", ("RUN",), completes="runs"),
    Option("last", ("--last",), "only the last run"),
    Option("session", ("--session",), "only this conversation", ("NAME",), completes="sessions"),
    Option("since", ("--since",), "from then on: 2h, 3d, today, 2026-11-01", ("WHEN",)),
    Option("model", ("--model",), "only runs in which this model answered; part of its name", ("MODEL",), completes="models"),
    Option("kind", ("--kind",), "only events of this kind: retry, tool_started, error", ("KIND",)),
    Option("until", ("--until",), "only events until then, as --since", ("WHEN",)),
    Option("where", ("--where",), "only rows for which this holds: 'cost_usd > 0.01'", ("CONDITION",)),
    Option("all", ("--all",), "the runs of the whole machine, also earlier ones"),
    Option("payload", ("--payload",), "with the whole requests and answers"),
    Option("save", ("--save",), f"write all ({' '.join(FILES)}) or a picture ({' '.join(ENDINGS)})", ("PATH",), completes="paths"),
    OUT,
    HELP,
)


@dataclass(frozen=True, kw_only=True)
class TraceOptions:
    """A line of ``%trace``. `show` is a table, a picture, ``compare`` with one run or two as its `words`, or ``bodies`` with a call."""

    show: str = "overview"
    words: tuple[str, ...] = ()
    run: str | None = None
    last: bool = False
    session: str | None = None
    since: str | None = None
    kind: str | None = None
    until: str | None = None
    model: str | None = None
    where: str | None = None
    all: bool = False
    payload: bool = False
    save: str | None = None
    out: str | None = None
    help: bool = False


def parse_trace(line: str, namespace: Mapping[str, Any]) -> TraceOptions:
    """The line of ``%trace``. Raises `ConfigError`."""
    read = parse("%trace", line, TRACE_OPTIONS, namespace)
    values = read.values
    if values.get("help"):
        return TraceOptions(help=True)
    apart = read.words[0] if read.words and read.words[0] in (COMPARE, BODIES) else None
    words = tuple(read.words[1:]) if apart else ()
    show = apart or one_of("%trace", "table", read.words, (*TABLES, *PICTURES, COMPARE, BODIES)) or TABLES[0]
    if show == COMPARE and (len(words) not in (1, 2) or set(values) - {"all", "out"}):
        raise ConfigError(
            "%trace compare takes two runs, by their ids or the beginnings of them; one is compared with the last.",
            mend="%trace compare 3f2a 91c0; %trace runs lists them.",
        )
    if show == BODIES and (len(words) > 1 or set(values) - {"all", "out"}):
        raise ConfigError("%trace bodies takes one model call, by its span_id or the beginning of it; none is the last.", mend="%trace calls lists them.")
    together("%trace", values, "run", "last")
    _checked(show, values)
    out = variable_of(values, read.target)
    return TraceOptions(show=show, words=words, out=out, **values)


def _checked(show: str, values: Mapping[str, Any]) -> None:
    """Raises `ConfigError` for an option that would be silently without effect."""
    if "payload" in values and show not in ("runs", "calls"):
        raise ConfigError(
            f"%trace {show} has no --payload.", mend="%trace calls --payload has the whole requests and answers, %trace runs --payload the prompts."
        )
    if show != "events" and (odd := next((name for name in ("kind", "until") if name in values), None)):
        raise ConfigError(f"%trace {show} has no --{odd}.", mend="%trace events has.")
    if "save" not in values:
        return
    path = values["save"]
    if show in PICTURES:
        if show == "tree" or not path.lower().endswith(ENDINGS):
            raise ConfigError(
                f"%trace {show} --save cannot write {path!r}.", mend=f"A picture is saved as {', '.join(ENDINGS)}; a tree is text: -o tree, and tree.text."
            )
    elif not path.endswith(FILES):
        raise ConfigError(f"A trace cannot be saved as {path!r}.", mend=f"Name a file that ends in {', '.join(FILES)}.")
    elif narrowing := sorted(set(values) - {"save", "all", "out"}):
        raise ConfigError(f"--save writes everything, and --{narrowing[0]} asks for a part.", mend="For a part: df = %trace calls --last, and df.to_csv(...).")
