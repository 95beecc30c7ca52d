"""What a reader sees of a run: events folded into one state, and the state's changes in numbered batches for the page.

Nothing is computed when an event arrives but where it belongs: text goes to the end of a list, and a batch is made of
what changed since the last one. So text is coalesced by construction, and its cost is linear however often one looks.
The page's ``state.ts`` applies the same operations; the fixtures in ``tests/fixtures/view`` hold both folds to it.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from typing import Any, Literal, assert_never

import msgspec

from nbagent.errors import redact
from nbagent.events import (
    ApprovalDecided,
    ApprovalRequested,
    Noted,
    OutputParsed,
    PartDelta,
    PartFinished,
    PartStarted,
    Retried,
    RunEvent,
    RunFinished,
    RunStarted,
    StepFinished,
    StepStarted,
    ToolFinished,
    ToolProgressed,
    ToolStarted,
    Waiting,
)  # fmt: skip
from nbagent.messages import Part, ReasoningPart, TextPart, ToolCallPart, Usage
from nbagent.observers.items import Item, first_lines, seconds, tool_error

RESULT_LIMIT = 20_000
"""The most characters of a tool's result that are shown; the whole is in the trace."""

Level = Literal["info", "warning", "error"]
ENDINGS = {
    "length": "The model stopped at its output limit.",
    "content_filter": "The provider's content filter stopped the answer.",
    "refusal": "The model refused to answer.",
    "context": "The conversation no longer fits the model's context.",
}
UNFINISHED = ("arriving", "pending", "queued", "running")


class View:
    """What a reader sees of the run whose `RunStarted` comes first; runs inside its tools are not part of it.

    `observe` is an `Observer`; `take`, `snapshot` and `state` may be called from any thread. `prompt` and `model` are
    shown until the run says its own, `notes` are notices that stand before everything.
    """

    def __init__(self, prompt: str = "", model: str = "", notes: Sequence[str] = ()) -> None:
        self._lock = threading.Lock()
        self._seq = 0
        self._run: dict[str, Any] = {
            "v": 1, "run_id": "", "agent": "", "model": model, "prompt": prompt, "outcome": "running", "usage": None, "cost": None,
            "cost_source": "unknown", "duration": 0.0, "ttft": None, "steps": 0, "error": None, "waiting": None,
        }  # fmt: skip
        self._changes: dict[str, Any] = {}
        self._items: list[Item] = []
        self._touched: dict[int, Item] = {}
        self._sinks: dict[int, Callable[[str], None]] = {}  # of the step that streams: where the text of each part goes
        self._parts: dict[int, Item] = {}
        self._calls: dict[str, Item] = {}
        self._retry: Item | None = None
        self._retried = ""
        self._usage = Usage()
        self._unpriced = False
        self._start = 0
        self._waiting_for_first = False
        for note in notes:
            self._add({"k": "notice", "level": "info", "text": note})

    def observe(self, events: Sequence[RunEvent]) -> None:
        """Take in a batch of events. Called on the engine's thread; a delta costs one append."""
        with self._lock:
            sinks = self._sinks
            stamp = None
            for event in events:
                if event.stamp is not stamp:
                    if event.stamp.run_id != self._run["run_id"] and not (type(event) is RunStarted and not self._start):
                        continue
                    stamp = event.stamp
                if type(event) is PartDelta:
                    sink = sinks.get(event.index)
                    if sink is not None:
                        sink(event.delta)
                else:
                    self._apply(event)
            if self._waiting_for_first and stamp is not None and any(part.arriving for part in self._parts.values()):
                self._first_token(stamp.clock)

    def take(self) -> dict[str, Any] | None:
        """The next numbered batch of operations: all that changed since the last one; None where nothing did."""
        with self._lock:
            operations = self._told()
            if not operations:
                return None
            self._seq += 1
            return {"t": "ops", "seq": self._seq, "ops": operations}

    def snapshot(self) -> dict[str, Any]:
        """The whole state as a numbered message, for a page that missed a batch; times are those so far."""
        with self._lock:
            if self._told():
                self._seq += 1
            state = self._state()
            now = time.perf_counter_ns()
            if self._start and state["outcome"] == "running":
                state["duration"] = seconds(self._start, now)
            for item, shown in zip(self._items, state["items"], strict=True):
                if item.clock and (shown.get("status") == "running" or (item.open and shown["k"] == "reasoning")):
                    shown["duration"] = seconds(item.clock, now)
            return {"t": "state", "seq": self._seq, "state": state}

    def state(self) -> dict[str, Any]:
        """The run as it is saved: plain values that go to JSON."""
        with self._lock:
            return self._state()

    def notice(self, level: Level, text: str) -> None:
        """Say something to the reader beside the run."""
        with self._lock:
            self._add({"k": "notice", "level": level, "text": text})

    # -- telling ------------------------------------------------------------------------------------------------

    def _told(self) -> list[list[Any]]:
        operations = [operation for item in self._touched.values() for operation in item.told()]
        self._touched = {number: item for number, item in self._touched.items() if item.open}
        if self._changes:
            operations.append(["run", self._changes])
            self._changes = {}
        return operations

    def _state(self) -> dict[str, Any]:
        return {**self._run, "items": [item.whole() for item in self._items]}

    def _add(self, fields: dict[str, Any], stream: str = "", text: str = "") -> Item:
        item = Item(len(self._items), fields, stream, text)
        self._items.append(item)
        self._touched[item.number] = item
        return item

    def _set(self, item: Item, **fields: Any) -> None:
        """Change fields of an item; None removes one, here and on the page."""
        for name, value in fields.items():
            if value is None:
                item.fields.pop(name, None)
            else:
                item.fields[name] = value
        item.changes.update(fields)
        self._touched[item.number] = item

    def _set_run(self, **fields: Any) -> None:
        self._run.update(fields)
        self._changes.update(fields)

    # -- folding ------------------------------------------------------------------------------------------------

    def _apply(self, event: RunEvent) -> None:
        match event:
            case PartStarted():
                self._part_started(event)
            case PartFinished():
                self._part_finished(event)
            case StepStarted():
                self._step_started(event)
            case StepFinished():
                self._step_finished(event)
            case ToolStarted():
                item = self._call(event.call, event.batch)
                item.clock = event.stamp.clock
                if item.fields["status"] != "rejected":
                    self._set(item, status="running")
            case ToolProgressed():
                if (card := self._calls.get(event.call_id)) is not None:
                    card.progress.append(event.text[:2_000])
                    self._touched[card.number] = card
            case ToolFinished():
                self._tool_finished(event)
            case ApprovalRequested():
                self._set(self._call(event.call), status="pending", approval={"digest": event.digest})
            case ApprovalDecided():
                self._decided(event)
            case Retried():
                self._retrying(event)
            case Waiting():
                self._set_run(waiting={"what": event.what} if event.fraction is None else {"what": event.what, "fraction": event.fraction})
            case Noted():
                self._note(event)
            case OutputParsed():
                self._add({"k": "output", "type": event.type_name, "json": event.json, **({"repaired": True} if event.repaired else {})})
            case RunStarted():
                self._run_started(event)
            case RunFinished():
                self._run_finished(event)
            case PartDelta():
                pass
            case _:
                assert_never(event)

    def _note(self, event: Noted) -> None:
        """A note is said once a run, however many steps repeat it."""
        if not any(item.fields.get("text") == event.text for item in self._items if item.fields["k"] == "notice"):
            self._add({"k": "notice", "level": "info", "text": redact(event.text)})

    def _run_started(self, event: RunStarted) -> None:
        self._start = event.stamp.clock
        self._waiting_for_first = True
        self._set_run(run_id=event.stamp.run_id, agent=event.agent, model=event.model)
        if event.prompt is not None:
            self._set_run(prompt=event.prompt.text)

    def _step_started(self, event: StepStarted) -> None:
        self._sinks.clear()
        self._parts.clear()
        self._set_run(steps=event.number, model=event.model)

    def _part_started(self, event: PartStarted) -> None:
        self._answering()
        part = event.part
        item: Item
        match part:
            case TextPart():
                item = self._add({"k": "text"}, "text", part.text)
            case ReasoningPart():
                item = self._add({"k": "reasoning"}, "text", part.text)
                if part.redacted:
                    item.fields["redacted"] = True
            case ToolCallPart():
                card = {"k": "tool", "id": part.id, "name": part.name, "status": "arriving", "batch": event.stamp.span_id}
                item = self._calls[part.id] = self._add(card, "arguments", part.arguments)
            case _:
                return
        item.clock = event.stamp.clock
        self._parts[event.index] = item
        self._sinks[event.index] = item.arriving.append

    def _answering(self) -> None:
        """What was waited for has come."""
        if self._run["waiting"] is not None:
            self._set_run(waiting=None)
        if self._retry is not None:
            self._set(self._retry, level="info", text=self._retried)
            self._retry = None

    def _part_finished(self, event: PartFinished) -> None:
        if event.index not in self._parts:
            self._part_started(PartStarted(index=event.index, part=event.part, stamp=event.stamp))
        self._sinks.pop(event.index, None)
        item = self._parts.get(event.index)
        if item is not None:
            if self._waiting_for_first:
                self._first_token(event.stamp.clock)
            self._close(item, event.stamp.clock, event.part)

    def _close(self, item: Item, clock: int, part: Part | None = None) -> None:
        """No more text comes. The whole part is told only where it is not what its deltas said."""
        item.open = False
        match part:
            case TextPart():
                whole: str | None = part.text
            case ReasoningPart():
                whole = part.text
                if part.redacted:
                    self._set(item, redacted=True)
            case ToolCallPart():
                whole = part.arguments
                self._calls[part.id] = item
                if (part.id, part.name) != (item.fields["id"], item.fields["name"]):
                    self._set(item, id=part.id, name=part.name)
                if item.fields["status"] == "arriving":
                    self._set(item, status="queued")
            case _:
                whole = None
        if whole is not None and whole != item.text():
            item.replace_text(whole)
        if item.fields["k"] == "reasoning":
            self._set(item, duration=seconds(item.clock, clock))
        self._touched[item.number] = item

    def _step_finished(self, event: StepFinished) -> None:
        broken = event.error is not None or event.finish_reason in ("cancelled", "error")
        for item in self._parts.values():
            if item.open:
                self._close(item, event.stamp.clock)
        answers = [item for item in self._parts.values() if item.fields["k"] == "text"]
        if broken and answers:
            self._set(answers[-1], partial=True)
        if event.finish_reason in ENDINGS:
            self._add({"k": "notice", "level": "warning", "text": ENDINGS[event.finish_reason]})
        self._sinks.clear()
        self._parts.clear()
        if event.model:
            self._set_run(model=event.model)
        if event.usage is not None:
            self._usage += event.usage
            self._unpriced = self._unpriced or event.cost is None
            cost = None if self._unpriced else (self._run["cost"] or 0.0) + (event.cost or 0.0)
            self._set_run(
                usage={name: count for name, count in msgspec.structs.asdict(self._usage).items() if count or name in ("input_tokens", "output_tokens")},
                cost=cost, cost_source="unknown" if self._unpriced else event.cost_source,
            )  # fmt: skip

    def _call(self, call: ToolCallPart, batch: str = "") -> Item:
        """The card of a call; a new one where it was not seen arriving (a resumed run) or its id is used again."""
        item = self._calls.get(call.id)
        refused = item is not None and item.fields["status"] == "rejected" and "result" not in item.fields  # a person's no, which is told as a call, too
        if item is None or not (refused or item.fields["status"] in UNFINISHED):
            item = self._add({"k": "tool", "id": call.id, "name": call.name, "status": "queued", "batch": batch or "resumed"}, "arguments", call.arguments)
            item.open = False
            self._calls[call.id] = item
        elif call.arguments != item.text() and "edited" not in item.fields:
            item.replace_text(call.arguments)
        return item

    def _decided(self, event: ApprovalDecided) -> None:
        item = self._calls.get(event.call_id)
        if item is None:
            return
        self._set(item, approval=None, status="queued" if event.approved else "rejected")
        if event.arguments is not None and event.arguments != item.text():
            item.replace_text(event.arguments)
            self._set(item, edited=True)

    def _tool_finished(self, event: ToolFinished) -> None:
        item = self._calls.get(event.result.id)
        if item is None:
            return
        content = event.result.content
        fields: dict[str, Any] = {"status": event.status, "result": content[:RESULT_LIMIT], "approval": None}
        if event.whole is not None or len(content) > RESULT_LIMIT:
            fields["cut"] = True
        if event.result.files:
            fields["files"] = [file.media_type for file in event.result.files]
        if event.error is not None:
            fields["error"] = tool_error(event.error)
        if item.clock and event.status != "rejected" and item.fields["status"] == "running":
            fields["duration"] = seconds(item.clock, event.stamp.clock)
        self._set(item, **fields)

    def _retrying(self, event: Retried) -> None:
        reason = redact(event.reason)
        attempt = f"attempt {event.attempt + 1}"
        self._retried = f"{attempt} after {event.wait:.1f} s: {reason}"
        text = f"{attempt} in {event.wait:.1f} s: {reason}"
        if self._retry is None:
            self._retry = self._add({"k": "notice", "level": "warning", "text": text})
        else:
            self._set(self._retry, text=text)

    def _run_finished(self, event: RunFinished) -> None:
        pending = {call.id for call in event.pending}
        for item in self._items:
            if item.open:
                self._close(item, event.stamp.clock)
            if item.fields.get("status") in UNFINISHED:
                self._set(item, status="pending" if item.fields["id"] in pending else "cancelled")
        error = None if event.error is None else {"type": event.error.type, "lines": first_lines(event.error.message)}
        self._set_run(outcome=event.outcome, duration=seconds(self._start, event.stamp.clock), error=error, waiting=None)

    def _first_token(self, clock: int) -> None:
        self._waiting_for_first = False
        self._set_run(ttft=seconds(self._start, clock))
