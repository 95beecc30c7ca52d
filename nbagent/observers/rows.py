"""Where the rows of a trace are kept: a port of two halves, and the store in memory.

The first half takes events, on the engine's thread, and must not block. The second reads, from any thread, and gives
columns of plain values, so that a store with a query language of its own can answer from it. Nothing is left out silently.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Sequence
from typing import Literal, Protocol

from nbagent.events import RunEvent, RunStarted, StepFinished, StepStarted, ToolStarted
from nbagent.exchange import Wire
from nbagent.messages import Usage
from nbagent.observers.bodies import Bodies
from nbagent.observers.columns import Columns, call_columns, span_columns, tool_columns
from nbagent.observers.conversations import Conversations
from nbagent.observers.event_columns import event_columns
from nbagent.observers.prepared import Prepared
from nbagent.observers.recent import Recent
from nbagent.observers.recorder import Recorder
from nbagent.observers.redaction import Redact, clean_columns
from nbagent.observers.run_columns import run_columns
from nbagent.observers.spans import Note, Span, is_workflow, settled
from nbagent.observers.values import nanoseconds

Table = Literal["spans", "runs", "calls", "tools", "messages", "events"]


class Rows(Protocol):
    """A store of what happened."""

    def take(self, event: RunEvent, /) -> object:
        """Keep an event, in its order: at once, whatever is made of it later."""

    def take_wire(self, event: StepFinished, wire: Wire, /) -> object:
        """Keep what went over the wire in a model call that has ended. It must not block either."""

    def bodies(self, span_id: str) -> Bodies | None:
        """What is kept of that."""

    def clear(self) -> None: ...

    def runs(self) -> list[str]:
        """The ids of all runs, in order of their start."""

    def read(self, table: Table, run: str | None = None, *, payload: bool = False, since: int | None = None) -> Columns:
        """A table, of one run and the runs inside it or of all, in order of start; `since` an instant in nanoseconds."""

    def summary(self) -> str:
        """What is there, in a line."""

    def __len__(self) -> int: ...


class Memory:
    """The rows of this process, for as long as it lives. `redact` cleans the texts of tables, after nbagent's own."""

    def __init__(self, redact: Redact | None = None) -> None:
        self._lock = threading.Lock()
        self._own = redact
        self._fresh: deque[RunEvent] = deque()  # what no span was made of yet
        self.take = self._fresh.append
        self._forget()

    def _forget(self) -> None:
        self._fresh.clear()
        self._spans: list[Span] = []
        self._notes: list[Note] = []
        self._recorder = Recorder(self)
        self._recent = Recent(self._own)
        self.take_wire, self.bodies = self._recent.keep, self._recent.of
        self._conversations = Conversations()
        self._prepared: dict[Table, Prepared] = {"spans": Prepared(span_columns), "calls": Prepared(call_columns), "tools": Prepared(tool_columns)}

    def clear(self) -> None:
        with self._lock:
            self._forget()

    def _now(self) -> tuple[list[Span], list[Note]]:
        """All spans and notes, with what was taken since the last time."""
        if self._fresh:
            made = threading.Thread(target=self._make, name="nbagent-spans")  # where no interrupt comes in the middle of a span
            made.start()
            made.join()
        with self._lock:
            return settled(self._spans), list(self._notes)

    def _make(self) -> None:
        with self._lock:
            self._recorder.observe([self._fresh.popleft() for _ in range(len(self._fresh))])

    # -- what the recorder writes to ------------------------------------------------------------------------------------

    def begin(self, span: Span) -> None:
        self._spans.append(span)

    def end(self, span: Span) -> None:
        """Nothing to do: the span in the list is the one that ended."""

    def note(self, event: Note) -> None:
        self._notes.append(event)

    # -- reading --------------------------------------------------------------------------------------------------------

    def runs(self) -> list[str]:
        return [span.run_id for span in self.spans() if isinstance(span.started, RunStarted)]

    def read(self, table: Table, run: str | None = None, *, payload: bool = False, since: int | None = None) -> Columns:
        return clean_columns(self._read(table, run, payload=payload, since=since), self._own)

    def _read(self, table: Table, run: str | None, *, payload: bool, since: int | None) -> Columns:
        spans, notes = self._now()
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
        return self._now()[0]

    def summary(self) -> str:
        spans = self.spans()
        usage = sum((end.usage for span in spans if isinstance(end := span.finished, StepFinished) and end.usage), Usage())
        counts = (("run", RunStarted), ("model call", StepStarted), ("tool call", ToolStarted))
        words = [_many(sum(not is_workflow(span) for span in _of(spans, kind)), word) for word, kind in counts]
        running = sum(span.status == "running" and isinstance(span.started, RunStarted) for span in spans)
        tokens = f"{usage.input_tokens:,} tokens in, {usage.output_tokens:,} out"
        return ", ".join([*words, tokens, *([f"{running} running"] if running else [])])

    def __len__(self) -> int:
        return len(self.spans())


def _of(spans: Sequence[Span], kind: type) -> list[Span]:
    return [span for span in spans if isinstance(span.started, kind)]


def _many(count: int, word: str) -> str:
    return f"{count:,} {word}{'' if count == 1 else 's'}"
