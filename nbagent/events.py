"""What happens in a run, as frozen values.

Events come in pairs: every ``...Started`` has exactly one ``...Finished`` with the same `span_id`, also when the run
fails or is cancelled. Spans, latencies, tables, exporters and the live view all fall out of the pairs. Whoever makes
an event says *what* happened; the emitter stamps *where* and *when*, one stamp for all the events of a network read.
"""

from __future__ import annotations

import time as _time
from collections.abc import Callable, Sequence
from typing import Any, Literal

from msgspec import Struct
from msgspec.structs import force_setattr

from nbagent.exchange import Exchange
from nbagent.messages import FinishReason, Message, Part, ToolCallPart, ToolResultPart, Usage

Outcome = Literal["completed", "paused", "cancelled", "failed"]
ToolStatus = Literal["ok", "error", "rejected", "cancelled"]


class Stamp(Struct, frozen=True, gc=False):
    """Where an event happened and when: `time` in seconds since the epoch, `clock` in monotonic nanoseconds."""

    run_id: str
    span_id: str
    parent_id: str | None
    time: float
    clock: int


UNSTAMPED = Stamp("", "", None, 0.0, 0)


class ErrorInfo(Struct, frozen=True, omit_defaults=True):
    """An error as a value: its type's name, its message, and the traceback where a tool of the user's raised."""

    type: str
    message: str
    traceback: str | None = None


class Event(Struct, frozen=True, kw_only=True, tag=True):
    """Anything that happens in a run."""

    stamp: Stamp = UNSTAMPED

    @property
    def run_id(self) -> str:
        return self.stamp.run_id

    @property
    def span_id(self) -> str:
        return self.stamp.span_id

    @property
    def parent_id(self) -> str | None:
        return self.stamp.parent_id

    @property
    def time(self) -> float:
        """Seconds since the epoch."""
        return self.stamp.time


class RunStarted(Event, frozen=True):
    """A prompt was taken up (or a paused run, then `prompt` is None and `resumed` is the paused run's id).

    `origin` is where it came from: `notebook` (a path), `cell_id`, `exec_count`, `kernel_id`, `tag`, and `prompt_hash`, `code_hash`, each where
    known. Of ``invoke_workflow``, a person's own span around runs, `agent` is the name, and `attributes` are what was said of it.
    """

    agent: str
    model: str
    prompt: Message | None
    session: str | None = None
    resumed: str | None = None
    origin: dict[str, Any] = {}
    kind: Literal["invoke_agent", "invoke_workflow"] = "invoke_agent"
    attributes: dict[str, Any] = {}


class RunFinished(Event, frozen=True):
    """The run's end. `messages` are those that this run added, `pending` the calls that wait for a person, `attributes` all that was
    said of a person's own span."""

    outcome: Outcome
    messages: tuple[Message, ...] = ()
    pending: tuple[ToolCallPart, ...] = ()
    error: ErrorInfo | None = None
    attributes: dict[str, Any] = {}


class StepStarted(Event, frozen=True):
    """One call of the model begins: `messages` are all that is sent, `params` what was asked for beside them."""

    number: int
    agent: str
    provider: str
    model: str
    messages: tuple[Message, ...]
    tools: tuple[str, ...] = ()
    params: dict[str, Any] = {}
    instructions: str = ""


class StepFinished(Event, frozen=True):
    """One call of the model ended. `message` is what came, also when it is only a part (then `error` says why). `exchange` is what went
    over the wire, where somebody wants it: an observer that does takes it at once, afterwards it is let go."""

    message: Message
    finish_reason: FinishReason
    usage: Usage | None = None
    usage_raw: dict[str, Any] | None = None
    model: str | None = None
    response_id: str | None = None
    cost: float | None = None
    cost_source: str = "unknown"
    error: ErrorInfo | None = None
    provider: str | None = None
    exchange: Exchange | None = None


class PartStarted(Event, frozen=True):
    """A part of the answer begins; `part` holds what is known at its start (a call's id and name)."""

    index: int
    part: Part


class PartDelta(Event, frozen=True, gc=False):
    """More of a part: text for text and reasoning, JSON text for a call's arguments.

    In `Session.stream` and for subscribers those of a call, and of an answer with an output type, also have what has come so
    far as the beginning of the typed value (`partial`), made when it is read; a call's its name and id.
    """

    index: int
    delta: str

    @property
    def partial(self) -> Any:
        return None

    @property
    def tool_name(self) -> str | None:
        return None

    @property
    def call_id(self) -> str | None:
        return None


class PartFinished(Event, frozen=True):
    """The whole part, with what its provider must see again."""

    index: int
    part: Part


NoteKind = Literal["left_out", "fallback", "rate_limit", "repaired", "output", "continued", "tools", "approval", "handled", "cached", "unpriced", "other"]


class Noted(Event, frozen=True):
    """Something a person should know and that is no failure: a parameter was left out, another model answers, JSON was mended.
    `seconds` is how long a wait took; it is no part of the time to the first token."""

    text: str
    kind: NoteKind = "other"
    seconds: float = 0.0


class Retried(Event, frozen=True):
    """A model call failed before anything came of it, and is tried again after `wait` seconds."""

    attempt: int
    wait: float
    reason: str


class Waiting(Event, frozen=True):
    """Nothing of the answer yet, and why: a model is fetched or loaded. `fraction` is how much is done, where known."""

    what: str
    fraction: float | None = None


class ToolStarted(Event, frozen=True):
    """A call is run. `repaired`: its arguments were broken JSON that could be mended; `call` has them as they ran."""

    call: ToolCallPart
    batch: str = ""
    repaired: bool = False


class ToolProgressed(Event, frozen=True):
    """A generator tool yielded, or a tool said how far it is: for the person, before the result is there. `fraction` is 0 to 1."""

    call_id: str
    text: str
    fraction: float | None = None


class ToolFinished(Event, frozen=True):
    """A call was answered. `whole` is the result's full text where the model was given a cut one; `table` is a result
    that is a table, for the eye: ``{"columns": [...], "rows": [[...], ...], "shape": [rows, columns]}``, all of it text and numbers."""

    result: ToolResultPart
    status: ToolStatus
    whole: str | None = None
    error: ErrorInfo | None = None
    table: dict[str, Any] | None = None


class OutputParsed(Event, frozen=True):
    """The answer is what was asked for: its value as JSON text and its type's name. `repaired`: the JSON had to be mended;
    `call_id`: the call of the final tool that it came by."""

    json: str
    type_name: str
    repaired: bool = False
    call_id: str | None = None


class ApprovalRequested(Event, frozen=True):
    """A call waits for a person; `digest` binds the decision to its name and arguments, `parameters` is its tool's JSON Schema."""

    call: ToolCallPart
    digest: str
    parameters: dict[str, Any] | None = None


class ApprovalDecided(Event, frozen=True):
    """A person decided: `approved`, with `reason` where not, or `arguments` (JSON text) where they were changed; `standing` is for how long."""

    call_id: str
    approved: bool
    reason: str = ""
    arguments: str | None = None
    standing: Literal["once", "session", "always"] = "once"


# What only a provider says, and only to the loop: the loop makes StepFinished of it.


class ModelAnswered(Event, frozen=True):
    """Which model really answers, and the response's id; `provider` where it is not the one that was asked (a fallback)."""

    model: str | None = None
    response_id: str | None = None
    provider: str | None = None


class UsageReported(Event, frozen=True):
    """Tokens so far (the last one counts); `raw` is the provider's own object, unchanged."""

    usage: Usage
    raw: dict[str, Any] | None = None
    cost: float | None = None


class StreamEnded(Event, frozen=True):
    """The provider's terminal event. A stream without one was cut and is a failure."""

    finish_reason: FinishReason
    detail: str = ""


ProviderEvent = PartStarted | PartDelta | PartFinished | ModelAnswered | UsageReported | StreamEnded | Retried | Waiting | Noted
RunEvent = (
    RunStarted | RunFinished | StepStarted | StepFinished | PartStarted | PartDelta | PartFinished | Retried | Waiting | Noted
    | ToolStarted | ToolProgressed | ToolFinished | ApprovalRequested | ApprovalDecided | OutputParsed
)  # fmt: skip

Subscriber = Callable[[RunEvent], None]
"""A user's observer: one event a call, on the caller's thread."""

Observer = Callable[[Sequence[RunEvent]], None]
"""Our own observers: a batch a call, on the engine's thread. Must not block."""


def stamped(events: Sequence[RunEvent], run_id: str, span_id: str, parent_id: str | None) -> Sequence[RunEvent]:
    """Stamp events that were just made, all with the same place and moment. Only the emitter calls this, once."""
    stamp = Stamp(run_id, span_id, parent_id, _time.time(), _time.perf_counter_ns())
    for event in events:
        force_setattr(event, "stamp", stamp)
    return events
