"""Runs told event by event, with a clock of their own, for the claims on the trace."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd
from msgspec.structs import force_setattr

from nbagent.events import (
    RunEvent,
    RunFinished,
    RunStarted,
    Stamp,
    StepFinished,
    StepStarted,
    ToolFinished,
    ToolStarted,
)
from nbagent.messages import Message, ToolCallPart, ToolResultPart, Usage, user
from nbagent.observers.trace import Trace

BEGAN = 1_790_000_000.0  # seconds since the epoch


class Story:
    """Tells a trace what happens, with a clock of its own: `wait` moves it."""

    def __init__(self, trace: Trace | None = None) -> None:
        self.trace = Trace() if trace is None else trace
        self.clock = 0.0
        self.spans = 0

    def wait(self, seconds: float) -> None:
        self.clock += seconds

    def say(self, run: str, span: str, parent: str | None, *events: RunEvent) -> None:
        stamp = Stamp(run, span, parent, BEGAN + self.clock, round(self.clock * 1e9))
        for event in events:
            force_setattr(event, "stamp", stamp)
        self.trace.observe(events)

    def begin(self, run: str = "r", *, parent: str | None = None, agent: str = "helper", prompt: str = "Hi", **fields: Any) -> None:
        self.say(run, f"{run}.run", parent, RunStarted(agent, "anthropic:m", user(prompt), **fields))

    def end(self, run: str = "r", outcome: Any = "completed", *messages: Message, **fields: Any) -> None:
        self.say(run, f"{run}.run", None, RunFinished(outcome, messages, **fields))

    def ask(self, run: str = "r", *, messages: Sequence[Message] = (), provider: str = "anthropic", model: str = "m", **fields: Any) -> str:
        self.spans += 1
        span = f"{run}.{self.spans}"
        self.say(run, span, f"{run}.run", StepStarted(self.spans, "helper", provider, model, tuple(messages) or (user("Hi"),), **fields))
        return span

    def answer(self, span: str, *parts: Any, usage: Usage | None = None, reason: Any = "stop", **fields: Any) -> Message:
        run = span.split(".")[0]
        message = Message("assistant", parts, usage=usage)
        self.say(run, span, f"{run}.run", StepFinished(message, reason, usage, **fields))
        return message

    def call(self, call: ToolCallPart, run: str = "r", **fields: Any) -> str:
        self.spans += 1
        span = f"{run}.{self.spans}"
        self.say(run, span, f"{run}.run", ToolStarted(call, **fields))
        return span

    def result(self, span: str, call: ToolCallPart, content: str = "", status: Any = "ok", **fields: Any) -> None:
        run = span.split(".")[0]
        self.say(run, span, f"{run}.run", ToolFinished(ToolResultPart(call.id, call.name, content, is_error=status != "ok"), status, **fields))


WEATHER = ToolCallPart("c1", "get_weather", '{"city": "Oslo"}')


def one(frame: pd.DataFrame) -> dict[str, Any]:
    (row,) = frame.to_dict("records")
    return {str(key): None if pd.api.types.is_scalar(value) and pd.isna(value) else value for key, value in row.items()}
