"""Who else watches the runs of this process beside their traces: processors of a person's own, and whether anything is traced at all.

The rule: who runs never waits for a processor. Each has a thread and a queue that has an end; one that is slow loses spans, and one
that fails is heard of once.
"""

from __future__ import annotations

import os
import queue
import threading
import warnings
from collections.abc import Iterable, Sequence
from typing import Any

from nbagent.events import Observer, RunEvent, RunStarted
from nbagent.observers.recorder import Recorder
from nbagent.observers.spans import Note, Span

_WAITING = 10_000  # spans that may wait for a processor
_OFF = ("0", "false")
_disabled: list[bool] = []


def set_tracing_disabled(disabled: bool = True) -> None:
    """Trace nothing in this process from now on: no rows, no file, no processor, no exporter of a trace. False undoes it.

    NBAGENT_TRACE=false in the environment does the same from the start, until this is called.
    """
    _disabled[:] = [disabled]


def tracing_disabled() -> bool:
    """Whether runs that begin now are traced by nobody."""
    return _disabled[0] if _disabled else os.environ.get("NBAGENT_TRACE", "").strip().lower() in _OFF


class Processing:
    """Hands spans to `processor` as they begin and end, on a thread of its own. `lost` counts those that found no place.

    A processor has any of ``on_trace_start(span)``, ``on_trace_end(span)`` (of runs that no other is around), ``on_span_start(span)`` and
    ``on_span_end(span)`` (of all others). A `Span` has an `id`, `run_id`, `trace_id`, `status`, `duration`, `error`, and the events that it
    `started` and `finished` with.
    """

    def __init__(self, processor: Any) -> None:
        self.processor, self.lost = processor, 0
        self._failed = False
        self._recorder = Recorder(self)
        self._queue: queue.Queue[tuple[str, Span] | threading.Event] = queue.Queue(_WAITING)
        threading.Thread(target=self._work, name="nbagent-processor", daemon=True).start()

    def __call__(self, events: Sequence[RunEvent]) -> None:
        """A batch of events, on the engine's thread."""
        self._recorder.observe(events)

    def flush(self, timeout: float = 10.0) -> bool:
        """Wait until the processor has been told all that happened; False where that takes longer."""
        done = threading.Event()
        try:
            self._queue.put(done, timeout=timeout)
        except queue.Full:
            return False
        return done.wait(timeout)

    def begin(self, span: Span) -> None:
        self._put("start", span)

    def end(self, span: Span) -> None:
        self._put("end", span)

    def note(self, event: Note) -> None:
        """Nothing: what a processor hears of are spans."""

    def _put(self, moment: str, span: Span) -> None:
        outermost = isinstance(span.started, RunStarted) and span.around is None
        try:
            self._queue.put_nowait((f"on_{'trace' if outermost else 'span'}_{moment}", span))
        except queue.Full:
            self.lost += 1

    def _work(self) -> None:
        while True:
            item = self._queue.get()
            if isinstance(item, threading.Event):
                item.set()
                continue
            name, span = item
            try:
                told = getattr(self.processor, name, None)
                if told is not None:
                    told(span)
            except Exception as error:  # noqa: BLE001  who looks cannot break what is looked at
                if not self._failed:
                    self._failed = True
                    warnings.warn(f"a trace processor failed in {name}: {type(error).__name__}: {error}", RuntimeWarning, stacklevel=2)


def tell(observers: Sequence[Observer], events: Sequence[RunEvent], broken: set[int]) -> None:
    """Give a batch of events to each of the observers; one that raises is heard of once and breaks nothing. `broken` has the numbers of
    those that have raised."""
    for number, observer in enumerate(observers):
        try:
            observer(events)
        except BaseException as error:  # noqa: BLE001  an observer only looks
            if number not in broken:
                broken.add(number)
                warnings.warn(f"an nbagent observer failed: {type(error).__name__}: {error}", RuntimeWarning, stacklevel=3)


_processors: list[Processing] = []


def add_trace_processor(processor: Any) -> Processing:
    """From now on `processor` hears of every span of every run of this process (see `Processing`), whichever trace it is in."""
    made = Processing(processor)
    _processors.append(made)
    return made


def set_trace_processors(processors: Iterable[Any]) -> list[Processing]:
    """These processors, and no other any more."""
    _processors[:] = [Processing(processor) for processor in processors]
    return list(_processors)


def watching() -> list[Observer]:
    """The processors of now."""
    return list(_processors)
