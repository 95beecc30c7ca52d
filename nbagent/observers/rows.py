"""Where the rows of a trace are kept: a port of two halves, and the store in memory.

The first half writes, on the engine's thread, and must not block. The second reads, from any thread, and gives columns
of plain values, so that a store with a query language of its own can answer from it. Nothing is left out silently.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, Protocol

from nbagent.events import RunStarted, StepFinished, StepStarted, ToolStarted
from nbagent.messages import Usage
from nbagent.observers.columns import Columns, call_columns, span_columns, tool_columns
from nbagent.observers.conversations import Conversations
from nbagent.observers.event_columns import event_columns
from nbagent.observers.prepared import Prepared
from nbagent.observers.run_columns import run_columns
from nbagent.observers.spans import Note, Span, settled
from nbagent.observers.values import nanoseconds

Table = Literal["spans", "runs", "calls", "tools", "messages", "events"]


class Sink(Protocol):
    """Where a recorder writes to."""

    def begin(self, span: Span) -> None:
        """Keep a span that was just started."""

    def end(self, span: Span) -> None:
        """Keep how a span ended. It is the object that was given to `begin`."""

    def note(self, event: Note) -> None:
        """Keep an event, in its order."""


class Rows(Sink, Protocol):
    """A store of spans and notes."""

    def clear(self) -> None: ...

    def runs(self) -> list[str]:
        """The ids of all runs, in order of their start."""

    def read(self, table: Table, run: str | None = None, *, payload: bool = False, since: int | None = None) -> Columns:
        """A table, of one run and the runs inside it or of all, in order of start; `since` an instant in nanoseconds."""

    def summary(self) -> str:
        """What is there, in a line."""

    def __len__(self) -> int: ...


class Memory:
    """The rows of this process, for as long as it lives."""

    def __init__(self) -> None:
        self._spans: list[Span] = []
        self._notes: list[Note] = []
        self._conversations = Conversations()
        self._prepared: dict[Table, Prepared] = {"spans": Prepared(span_columns), "calls": Prepared(call_columns), "tools": Prepared(tool_columns)}

    def begin(self, span: Span) -> None:
        self._spans.append(span)

    def end(self, span: Span) -> None:
        """Nothing to do: the span in the list is the one that ended."""

    def note(self, event: Note) -> None:
        self._notes.append(event)

    def clear(self) -> None:
        Memory.__init__(self)

    def runs(self) -> list[str]:
        return [span.run_id for span in list(self._spans) if isinstance(span.started, RunStarted)]

    def read(self, table: Table, run: str | None = None, *, payload: bool = False, since: int | None = None) -> Columns:
        notes = list(self._notes)  # before the spans: whatever is noted has a span
        spans = settled(list(self._spans))
        if run is None and since is None and not payload and table in self._prepared:
            kind = {"calls": StepStarted, "tools": ToolStarted}.get(table)
            return self._prepared[table].columns(spans if kind is None else _of(spans, kind))
        if since is not None and table == "events":
            notes = [note for note in notes if nanoseconds(note.stamp.time) >= since]
        elif since is not None:
            spans = [span for span in spans if nanoseconds(span.started.stamp.time) >= since or (table == "runs" and span.around is not None)]
        if run is not None:
            spans = [span for span in spans if any(around.run_id == run for around in span.inside())]
        match table:
            case "spans":
                return span_columns(spans)
            case "calls":
                return call_columns(_of(spans, StepStarted), payload=payload)
            case "tools":
                return tool_columns(_of(spans, ToolStarted))
            case "runs":
                return run_columns(spans, run, payload=payload)
            case "messages":
                return self._conversations.columns(_of(spans, StepStarted))
            case "events":
                return event_columns(notes, spans)

    def spans(self) -> list[Span]:
        """All spans as they are now, in order of start."""
        return settled(list(self._spans))

    def summary(self) -> str:
        spans = settled(list(self._spans))
        usage = sum((end.usage for span in spans if isinstance(end := span.finished, StepFinished) and end.usage), Usage())
        counts = (("run", RunStarted), ("model call", StepStarted), ("tool call", ToolStarted))
        words = [_many(len(_of(spans, kind)), word) for word, kind in counts]
        running = sum(span.status == "running" and isinstance(span.started, RunStarted) for span in spans)
        tokens = f"{usage.input_tokens:,} tokens in, {usage.output_tokens:,} out"
        return ", ".join([*words, tokens, *([f"{running} running"] if running else [])])

    def __len__(self) -> int:
        return len(self._spans)


def _of(spans: Sequence[Span], kind: type) -> list[Span]:
    return [span for span in spans if isinstance(span.started, kind)]


def _many(count: int, word: str) -> str:
    return f"{count:,} {word}{'' if count == 1 else 's'}"
