"""What of the event stream is handed to the rows of a trace, on the engine's thread.

The rule: nothing is made here. An event that rows are made of is handed on as it is, a delta only where it is the first
of its part, for the time of the first token. Spans are made of them where they are read or written.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from nbagent.events import PartDelta, PartFinished, PartStarted, RunEvent, StepFinished


class Intake:
    """Hands what it observes to `take`, one by one."""

    def __init__(self, take: Callable[[RunEvent], object]) -> None:
        self._take = take
        self._silent: dict[str, set[int]] = {}  # by model call: its parts of which nothing has come yet

    def observe(self, events: Sequence[RunEvent]) -> None:
        """A batch of events, as a run emits them."""
        take, silent = self._take, self._silent
        for event in events:
            if type(event) is PartDelta:
                if silent and event.delta and self._broken(event.stamp.span_id, event.index):
                    take(event)
            elif type(event) is PartStarted:
                silent.setdefault(event.stamp.span_id, set()).add(event.index)
                take(event)
            elif type(event) is PartFinished:
                if silent and self._broken(event.stamp.span_id, event.index):
                    take(event)
            else:
                if silent and type(event) is StepFinished:
                    silent.pop(event.stamp.span_id, None)
                take(event)

    def _broken(self, span_id: str, index: int) -> bool:
        """Whether the part was silent until now."""
        waiting = self._silent.get(span_id)
        if waiting is None or index not in waiting:
            return False
        waiting.remove(index)
        if not waiting:
            del self._silent[span_id]
        return True
