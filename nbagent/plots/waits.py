"""The time that a person took: from the first call that was asked about until the last was decided, or the run that paused for it was
carried on.

The rule: it is read off what happened, and nothing that was quicker than a person can be is one.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

QUICKEST = 0.02
"""Seconds that a person takes at least; what decides sooner is code."""
EVENTS = ("run_started", "run_ended", "approval_requested", "approval_decided")


class Happened(NamedTuple):
    """A row of a trace's events, `at` in nanoseconds since the epoch."""

    run_id: str
    span_id: str
    at: int
    event: str
    name: str | None
    outcome: str | None
    payload: str | None


@dataclass
class Wait:
    """A run waited from `begin` to `end`, in nanoseconds since the epoch; `end` None: it still does.

    `call` is the span of the first call that was asked about, `calls` are their tools by the calls' ids, and what was decided of each
    (approved, changed, rejected; '' where nothing is yet). `after` is the run that carried it on, where that is another.
    """

    run: str
    call: str
    begin: int
    end: int | None = None
    calls: dict[str, tuple[str, str]] = field(default_factory=dict)
    after: str | None = None

    @property
    def said(self) -> list[tuple[str, str]]:
        """Each tool that was asked about, and what was decided."""
        return list(self.calls.values())


def waits(events: Iterable[Happened]) -> list[Wait]:
    """In order of their begin. A run's decisions may be told by the run that carried it on."""
    found: list[Wait] = []
    under_way: dict[str, Wait] = {}
    paused: dict[str, Wait] = {}
    before: dict[str, Wait] = {}
    for event in sorted(events, key=lambda event: event.at):
        told = json.loads(event.payload) if event.payload else {}
        run, call_id = event.run_id, str(told.get("tool_call_id"))
        match event.event:
            case "run_started" if (wait := paused.pop(str(told.get("resumed")), None)) is not None:
                wait.end, wait.after, before[run] = event.at, run, wait
            case "approval_requested":
                if run not in under_way:
                    under_way[run] = Wait(run, event.span_id, event.at)
                    found.append(under_way[run])
                under_way[run].calls[call_id] = (event.name or "", "")
            case "approval_decided":
                for wait in filter(None, (under_way.get(run), before.get(run))):
                    if call_id in wait.calls:
                        wait.calls[call_id] = (wait.calls[call_id][0], event.outcome or "")
                if (now := under_way.get(run)) and all(outcome for _, outcome in now.calls.values()):
                    now.end = event.at
                    del under_way[run]
            case "run_ended" if (wait := under_way.pop(run, None)) is not None:
                if event.outcome == "paused":
                    paused[run] = wait
                else:
                    wait.end = event.at
    return [wait for wait in found if wait.end is None or wait.end - wait.begin >= QUICKEST * 1e9]
