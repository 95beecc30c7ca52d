"""What a reader sees of a run: events folded into one state, and the state's changes in numbered batches for the page.

Nothing is computed when an event arrives but where it belongs: text goes to the end of a list, and a batch is made of
what changed since the last one. So text is coalesced by construction, and its cost is linear however often one looks.
The page's ``state.ts`` applies the same operations; the fixtures in ``tests/fixtures/view`` hold both folds to it.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from typing import Any

from nbagent.events import PartDelta, RunEvent, RunStarted
from nbagent.observers.fold import Fold, Level
from nbagent.observers.items import seconds


class View:
    """What a reader sees of the run whose `RunStarted` comes first; runs inside its tools are not part of it.

    `observe` is an `Observer`; `take`, `snapshot` and `state` may be called from any thread. `prompt` and `model` are
    shown until the run says its own, `notes` are notices that stand before everything, `output` names the type that the
    answer is to be of.
    """

    def __init__(self, prompt: str = "", model: str = "", notes: Sequence[str] = (), *, output: str | None = None) -> None:
        self._lock = threading.Lock()
        self._seq = 0
        self._fold = Fold(prompt, model, output)
        for note in notes:
            self._fold.notice("info", note)

    def observe(self, events: Sequence[RunEvent]) -> None:
        """Take in a batch of events. Called on the engine's thread; a delta costs one append."""
        with self._lock:
            fold = self._fold
            sinks = fold.sinks
            stamp = None
            for event in events:
                if event.stamp is not stamp:
                    if event.stamp.run_id != fold.run["run_id"] and not (type(event) is RunStarted and not fold.start):
                        continue
                    stamp = event.stamp
                if type(event) is PartDelta:
                    sink = sinks.get(event.index)
                    if sink is not None:
                        sink(event.delta)
                else:
                    fold.apply(event)
            if fold.waiting_for_first and stamp is not None:
                fold.look_for_first_token(stamp.clock)

    def take(self) -> dict[str, Any] | None:
        """The next numbered batch of operations: all that changed since the last one; None where nothing did."""
        with self._lock:
            operations = self._fold.told()
            if not operations:
                return None
            self._seq += 1
            return {"t": "ops", "seq": self._seq, "ops": operations}

    def snapshot(self) -> dict[str, Any]:
        """The whole state as a numbered message, for a page that missed a batch; times are those so far."""
        with self._lock:
            fold = self._fold
            if fold.told():
                self._seq += 1
            state = fold.state()
            now = time.perf_counter_ns()
            if fold.start and state["outcome"] == "running":
                state["duration"] = seconds(fold.start, now)
            for item, shown in zip(fold.items, state["items"], strict=True):
                if item.clock and (shown.get("status") == "running" or (item.open and shown["k"] == "reasoning")):
                    shown["duration"] = seconds(item.clock, now)
            return {"t": "state", "seq": self._seq, "state": state}

    def state(self) -> dict[str, Any]:
        """The run as it is saved: plain values that go to JSON."""
        with self._lock:
            return self._fold.state()

    def notice(self, level: Level, text: str) -> None:
        """Say something to the reader beside the run."""
        with self._lock:
            self._fold.notice(level, text)

    def refused(self, call_id: str, problems: Sequence[tuple[str, str]]) -> None:
        """Say at the card of a call that waits what is wrong with the arguments that were given for it."""
        with self._lock:
            self._fold.refused(call_id, problems)
