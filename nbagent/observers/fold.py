"""How events become what is shown: one run's fields and its items, in the order in which a reader meets them.

Each event changes only what it is about, and remembers that it did, so that the page can be told. The locking and the
numbering of what is told are the `View`'s.
"""

from __future__ import annotations

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
from nbagent.messages import ToolCallPart, Usage, for_audience
from nbagent.observers.answers import Answers
from nbagent.observers.asked import asked_fields, defaults
from nbagent.observers.items import Item, Items, first_lines, seconds, tool_error
from nbagent.observers.shown import Budget, result_fields

Level = Literal["info", "warning", "error"]
ENDINGS = {
    "length": "The model stopped at its output limit.",
    "content_filter": "The provider's content filter stopped the answer.",
    "refusal": "The model refused to answer.",
    "context": "The conversation no longer fits the model's context.",
}
UNFINISHED = ("arriving", "pending", "queued", "running")


class Fold:
    """One run as it is shown. `run` has its own fields, `items` what stands under it; `sinks` take the text of the parts that arrive."""

    def __init__(self, prompt: str, model: str, output: str | None) -> None:
        self.run: dict[str, Any] = {
            "v": 1, "run_id": "", "agent": "", "model": model, "prompt": prompt, "outcome": "running", "usage": None, "cost": None,
            "cost_source": "unknown", "duration": 0.0, "waited": 0.0, "ttft": None, "steps": 0, "error": None, "waiting": None,
            "output": output, "replayed": None,
        }  # fmt: skip
        self.start = 0
        self.waiting_for_first = False
        self.items = Items()
        self._changes: dict[str, Any] = {}
        self._budget = Budget()
        self._answers = Answers(self.items, self._budget)
        self._retry: Item | None = None
        self._retried = ""
        self._usage = Usage()
        self._unpriced = False
        self._asked: dict[str, int] = {}  # the calls that wait for a person
        self._parameters: dict[str, dict[str, Any]] = {}  # their tools' schemas
        self._asked_at = 0
        self._held = 0.0  # seconds until the model was asked at all

    @property
    def sinks(self) -> dict[int, Callable[[str], None]]:
        return self._answers.sinks

    def told(self) -> list[list[Any]]:
        """The operations that tell the page what it does not know yet."""
        operations = self.items.told()
        if self._changes:
            operations.append(["run", self._changes])
            self._changes = {}
        return operations

    def state(self) -> dict[str, Any]:
        return {**self.run, "items": [item.whole() for item in self.items]}

    def notice(self, level: Level, text: str) -> Item:
        return self.items.add({"k": "notice", "level": level, "text": text})

    def look_for_first_token(self, clock: int) -> None:
        """The first token is here as soon as any of the text of a part is."""
        if self._answers.arriving():
            self._first_token(clock)

    def _first_token(self, clock: int) -> None:
        self.waiting_for_first = False
        self._set_run(ttft=round(max(0.0, seconds(self.start, clock) - self._held), 3))

    def _set_run(self, **fields: Any) -> None:
        self.run.update(fields)
        self._changes.update(fields)

    def apply(self, event: RunEvent) -> None:
        """Take in one event."""
        match event:
            case PartStarted():
                self._answering()
                self._answers.started(event)
            case PartFinished():
                self._answering()
                if self._answers.finished(event) and self.waiting_for_first:
                    self._first_token(event.stamp.clock)
            case ToolStarted() | ToolProgressed() | ToolFinished() | ApprovalRequested() | ApprovalDecided():
                self._tool(event)
            case StepStarted():
                self._answers.begin()
                self._set_run(steps=event.number, model=event.model)
            case StepFinished():
                self._step_finished(event)
            case Retried():
                self._retrying(event)
            case Waiting():
                self._set_run(waiting={"what": event.what} if event.fraction is None else {"what": event.what, "fraction": event.fraction})
            case Noted():
                self._note(event)
            case OutputParsed():
                self._answers.parsed(event)
            case RunStarted():
                self._run_started(event)
            case RunFinished():
                self._run_finished(event)
            case PartDelta():
                pass
            case _:
                assert_never(event)

    # -- the run ------------------------------------------------------------------------------------------------

    def _run_started(self, event: RunStarted) -> None:
        self.start = event.stamp.clock
        self.waiting_for_first = True
        self._set_run(run_id=event.stamp.run_id, agent=event.agent, model=event.model)
        if event.prompt is not None:
            self._set_run(prompt=for_audience(event.prompt, "user").text)
        if self.run["output"] is not None:
            self._set_run(output=self.run["output"])
        if event.origin.get("replayed"):
            self._set_run(replayed=str(event.origin["replayed"]))

    def _answering(self) -> None:
        """What was waited for has come."""
        if self.run["waiting"] is not None:
            self._set_run(waiting=None)
        if self._retry is not None:
            self.items.set(self._retry, level="info", text=self._retried, wait=None)
            self._retry = None

    def _retrying(self, event: Retried) -> None:
        reason = redact(event.reason)
        attempt = f"attempt {event.attempt + 1}"
        self._retried = f"{attempt} after {event.wait:.1f} s: {reason}"
        text = f"{attempt} in {event.wait:.1f} s: {reason}"
        if self._retry is None:
            self._retry = self.notice("warning", text)
        self.items.set(self._retry, text=text, wait=round(event.wait, 1))  # the page counts it down in the text

    def _note(self, event: Noted) -> None:
        """A note is said once a run, however many steps repeat it; of mended JSON there is a flag where it stands."""
        self._held += event.seconds
        if event.seconds:
            self._set_run(waiting=None)
        if event.kind == "repaired":
            return
        text = redact(event.text)
        if not any(item.fields.get("text") == text for item in self.items if item.fields["k"] == "notice"):
            self.notice("warning" if event.kind in ("handled", "unpriced") else "info", text)

    def _step_finished(self, event: StepFinished) -> None:
        self._answers.end(event.stamp.clock, broken=event.error is not None or event.finish_reason in ("cancelled", "error"))
        if event.finish_reason in ENDINGS:
            self.notice("warning", ENDINGS[event.finish_reason])
        if event.model:
            self._set_run(model=event.model)
        if event.usage is not None:
            self._usage += event.usage
            self._unpriced = self._unpriced or event.cost is None
            cost = None if self._unpriced else (self.run["cost"] or 0.0) + (event.cost or 0.0)
            self._set_run(
                usage={name: count for name, count in msgspec.structs.asdict(self._usage).items() if count or name in ("input_tokens", "output_tokens")},
                cost=cost, cost_source="unknown" if self._unpriced else event.cost_source,
            )  # fmt: skip

    def _run_finished(self, event: RunFinished) -> None:
        pending = {call.id for call in event.pending}
        for item in self.items:
            if item.open:
                self._answers.close(item, event.stamp.clock)
            if item.fields.get("status") in UNFINISHED:
                self.items.set(item, status="pending" if item.fields["id"] in pending else "cancelled")
        for call_id in list(self._asked):
            self._not_asked(call_id, event.stamp.clock)
        if self._retry is not None:
            # where it failed the last attempt was made, and brought nothing
            self.items.set(self._retry, wait=None, **({"text": self._retried} if event.outcome == "failed" else {}))
        error = None if event.error is None or event.outcome == "completed" else {"type": event.error.type, "lines": first_lines(event.error.message)}
        self._set_run(outcome=event.outcome, duration=seconds(self.start, event.stamp.clock), error=error, waiting=None)

    # -- calls ----------------------------------------------------------------------------------------------------

    def _tool(self, event: ToolStarted | ToolProgressed | ToolFinished | ApprovalRequested | ApprovalDecided) -> None:
        match event:
            case ToolStarted():
                item = self._call(event.call, event.batch)
                item.clock = event.stamp.clock
                if item.fields["status"] != "rejected":
                    self.items.set(item, status="running")
                if event.repaired:
                    self.items.set(item, repaired=True)
            case ToolProgressed():
                self._progressed(event)
            case ToolFinished():
                self._tool_finished(event)
            case ApprovalRequested():
                if not self._asked:
                    self._asked_at = event.stamp.clock
                self._asked[event.call.id] = event.stamp.clock
                if event.parameters is not None:
                    self._parameters[event.call.id] = event.parameters
                self.items.set(self._call(event.call), status="pending", **asked_fields(event))
            case ApprovalDecided():
                self._not_asked(event.call_id, event.stamp.clock)
                self._decided(event)

    def _call(self, call: ToolCallPart, batch: str = "") -> Item:
        """The card of a call; a new one where it was not seen arriving (a resumed run) or its id is used again."""
        calls = self._answers.calls
        item = calls.get(call.id)
        refused = item is not None and item.fields["status"] == "rejected" and "result" not in item.fields  # a person's no, which is told as a call, too
        if item is None or not (refused or item.fields["status"] in UNFINISHED):
            item = self.items.add({"k": "tool", "id": call.id, "name": call.name, "status": "queued", "batch": batch or "resumed"}, "arguments", call.arguments)
            item.open = False
            calls[call.id] = item
        elif call.arguments != item.text() and "edited" not in item.fields:
            item.replace_text(call.arguments)
        return item

    def _progressed(self, event: ToolProgressed) -> None:
        card = self._answers.calls.get(event.call_id)
        if card is None:
            return
        if event.text:
            for line in event.text[:8_000].split("\n"):  # what came together is told together, whoever was quicker
                self.items.progress(card, line[:2_000])
        if event.fraction is not None:
            self.items.set(card, fraction=round(min(1.0, max(0.0, event.fraction)), 4))

    def _decided(self, event: ApprovalDecided) -> None:
        item = self._answers.calls.get(event.call_id)
        parameters = self._parameters.pop(event.call_id, None)
        if item is None:
            return
        self.items.set(item, approval=None, status="queued" if event.approved else "rejected")
        if event.arguments is not None and event.arguments != item.text():
            item.replace_text(event.arguments)
            left = {} if parameters is None else {"defaults": defaults(parameters, event.arguments) or None}
            self.items.set(item, edited=True, **left)

    def refused(self, call_id: str, problems: Sequence[tuple[str, str]]) -> None:
        """Arguments that a person gave do not fit: the card says where, and waits on."""
        item = self._answers.calls.get(call_id)
        if item is not None and item.fields.get("approval") is not None:
            told = [[place, redact(text)] for place, text in problems]
            self.items.set(item, approval={**item.fields["approval"], "problems": told, "attempt": item.fields["approval"].get("attempt", 0) + 1})

    def _not_asked(self, call_id: str, clock: int) -> None:
        """A call waits for nobody any more. Time counts while any does."""
        if self._asked.pop(call_id, None) is not None and not self._asked:
            self._set_run(waited=round(self.run["waited"] + seconds(self._asked_at, clock), 3))

    def _tool_finished(self, event: ToolFinished) -> None:
        item = self._answers.calls.get(event.result.id)
        if item is None:
            return
        fields = {"status": event.status, **result_fields(event, self._budget), "approval": None, "fraction": None}
        if event.error is not None:
            fields["error"] = tool_error(event.error)
        if item.clock and event.status != "rejected" and item.fields["status"] == "running":
            fields["duration"] = seconds(item.clock, event.stamp.clock)
        self.items.set(item, **fields)
