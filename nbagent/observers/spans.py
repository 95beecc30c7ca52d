"""The rows of a trace before they are columns: a span is a pair of events and the few things that neither says.

Nothing is taken apart while a run streams: a span holds the events themselves, a note is an event, and what a table
shows is read off them when the table is asked for. A span that has ended never changes again.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from copy import copy
from typing import Literal

from msgspec import Struct

from nbagent.events import (
    ApprovalDecided,
    ApprovalRequested,
    ErrorInfo,
    Event,
    Noted,
    OutputParsed,
    Retried,
    RunFinished,
    RunStarted,
    Stamp,
    StepFinished,
    StepStarted,
    ToolFinished,
    ToolProgressed,
    ToolStarted,
    Waiting,
)

Status = Literal["ok", "error", "rejected", "cancelled", "paused", "running"]


class FirstToken(Event, frozen=True):
    """The first thing that came of a model call; `part` is the kind of part it was."""

    part: Literal["text", "reasoning", "tool_call"]


Note = (
    RunStarted | RunFinished | StepStarted | StepFinished | FirstToken | Retried | Waiting | Noted
    | ToolStarted | ToolProgressed | ToolFinished | ApprovalRequested | ApprovalDecided | OutputParsed
)  # fmt: skip
"""What is kept of a run in the order it happened: every event but the parts of answers."""


class Span(Struct):
    """A run, a model call or a tool call, under way or ended.

    `around` is the run that it happened in (for a run: the one whose tool began it). `first` is the monotonic time of the
    first thing that came of a call, or of the first text of a run, `held` the seconds before it in which a rate limit or a
    person was waited for; `fell_back` says that another model answered than was asked, `cached` that none was asked. `status` is set last: while it
    says ``running``, `finished`, `ended` and `seq` mean nothing. A call that waits for a person when its run ends was never started; it has
    `ended` and status ``paused`` but no `finished`.
    """

    started: RunStarted | StepStarted | ToolStarted
    trace_id: str
    around: Span | None
    finished: RunFinished | StepFinished | ToolFinished | None = None
    ended: Stamp | None = None
    seq: int = -1
    status: Status = "running"
    first: int | None = None
    held: float = 0.0
    retries: int = 0
    approved: bool | None = None
    call_span_id: str | None = None
    fell_back: bool = False
    cached: bool = False

    @property
    def id(self) -> str:
        return self.started.stamp.span_id

    @property
    def run_id(self) -> str:
        return self.started.stamp.run_id

    @property
    def run(self) -> RunStarted | None:
        """The start of the run that this span belongs to, which for a run is its own."""
        owner = self.started if isinstance(self.started, RunStarted) or self.around is None else self.around.started
        return owner if isinstance(owner, RunStarted) else None

    @property
    def error(self) -> ErrorInfo | None:
        return self.finished.error if self.finished else None

    @property
    def duration(self) -> float | None:
        """Seconds on the monotonic clock; None while it runs."""
        return (self.ended.clock - self.started.stamp.clock) / 1e9 if self.ended else None

    @property
    def ttft(self) -> float | None:
        """Seconds to the first thing that came (of a run: to its first text), without those in which a rate limit or a person was waited for."""
        return max(0.0, (self.first - self.started.stamp.clock) / 1e9 - self.held) if self.first is not None else None

    def inside(self) -> Iterator[Span]:
        """The runs that this span is in, from the nearest outwards; for a run, itself first."""
        span = self if isinstance(self.started, RunStarted) else self.around
        while span is not None:
            yield span
            span = span.around


def is_workflow(span: Span) -> bool:
    """Whether it is a person's own span around code."""
    return isinstance(span.started, RunStarted) and span.started.kind == "invoke_workflow"


def is_outermost(span: Span) -> bool:
    """Whether it is a run with no other around it but a person's own spans."""
    return isinstance(span.started, RunStarted) and (span.around is None or all(map(is_workflow, span.around.inside())))


def outermost(span: Span) -> Span:
    """The last run, or span of a person's own, that a span is in."""
    *_, last = span.inside()
    return last


def settled(spans: Sequence[Span]) -> list[Span]:
    """The spans as they are now, none of them changing under the reader."""
    return [span if span.status != "running" else _still(span) for span in spans]


def _still(span: Span) -> Span:
    frozen = copy(span)
    if frozen.status == "running":
        frozen.finished, frozen.ended, frozen.seq = None, None, -1
    return frozen
