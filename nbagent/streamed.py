"""The events of a run for who listens in Python: what streams has the beginning of its typed value with it.

Made on the caller's thread, and the value only when it is read: a run that nobody listens to pays nothing.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from typing import Any

from nbagent.answers import Answers
from nbagent.events import PartDelta, PartFinished, PartStarted, RunEvent, Subscriber
from nbagent.messages import TextPart, ToolCallPart
from nbagent.tools import Tool


class _Growing:
    """What has come of one part, and what makes a value of it."""

    def __init__(self, read: Callable[[str], Any], text: str, tool_name: str | None = None, call_id: str | None = None) -> None:
        self.read, self.tool_name, self.call_id = read, tool_name, call_id
        self.texts = [text]
        self._last: tuple[int, Any] = (0, None)

    def until(self, count: int) -> Any:
        if self._last[0] != count:
            self._last = (count, self.read("".join(self.texts[:count])))
        return self._last[1]


class TypedDelta(PartDelta, frozen=True, dict=True, gc=True, tag="PartDelta"):
    """A delta that knows what it is a part of."""

    @property
    def _growing(self) -> _Growing:
        growing: _Growing = self.__dict__["growing"]
        return growing

    @property
    def partial(self) -> Any:
        return self._growing.until(self.__dict__["count"])

    @property
    def tool_name(self) -> str | None:
        return self._growing.tool_name

    @property
    def call_id(self) -> str | None:
        return self._growing.call_id


class Streamed:
    """One run's events on their way to who listens."""

    def __init__(self, run_id: str, answers: Answers, tools: Sequence[Tool]) -> None:
        self._run_id, self._answers = run_id, answers
        self._tools = {tool.name: tool for tool in tools}
        self._growing: dict[int, _Growing] = {}

    def tell(self, batch: Sequence[RunEvent], subscribers: Sequence[Subscriber]) -> Sequence[RunEvent]:
        """Give a batch to who listens, the beginnings of values with it; returns it so."""
        batch = self.typed(batch)
        for subscriber in subscribers:
            for event in batch:
                try:
                    subscriber(event)
                except Exception as error:  # noqa: BLE001  who looks cannot break what is looked at
                    warnings.warn(f"a subscriber failed on {type(event).__name__}: {type(error).__name__}: {error}", RuntimeWarning, stacklevel=3)
        return batch

    def typed(self, batch: Sequence[RunEvent]) -> Sequence[RunEvent]:
        """The batch, its deltas with the beginnings of values where there are any."""
        return [self._typed(event) for event in batch] if self._tools or self._answers.output else batch

    def _typed(self, event: RunEvent) -> RunEvent:
        if event.stamp.run_id != self._run_id:
            return event
        if type(event) is PartDelta:
            growing = self._growing.get(event.index)
            return event if growing is None else _with(growing, event)
        if isinstance(event, PartStarted):
            growing = self._begun(event.part)
            if growing is not None:
                self._growing[event.index] = growing
        elif isinstance(event, PartFinished):
            self._growing.pop(event.index, None)
        return event

    def _begun(self, part: Any) -> _Growing | None:
        output = self._answers.output
        match part:
            case ToolCallPart() if output is not None and self._answers.is_final(part):
                return _Growing(output.partial, part.arguments, part.name, part.id)
            case ToolCallPart() if part.name in self._tools:
                return _Growing(self._tools[part.name].partial, part.arguments, part.name, part.id)
            case TextPart() if output is not None and not self._answers.by_tool:
                return _Growing(output.partial, part.text)
            case _:
                return None


def _with(growing: _Growing, event: PartDelta) -> TypedDelta:
    growing.texts.append(event.delta)
    made = TypedDelta(event.index, event.delta, stamp=event.stamp)
    made.__dict__.update(growing=growing, count=len(growing.texts))
    return made
