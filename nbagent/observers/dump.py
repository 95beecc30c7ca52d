"""Every model call as a line of JSON in a folder, for who debugs: what was sent, what came back, what it cost.

Where NBAGENT_TRACE_DIR names a folder, each run has a file there. The rule: written on a thread of its own, without keys; a folder that
cannot be written is said once and breaks no run.
"""

from __future__ import annotations

import atexit
import os
import queue
import threading
import warnings
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from nbagent.errors import known_keys
from nbagent.events import RunEvent, StepFinished, StepStarted
from nbagent.exchange import Wire
from nbagent.observers.bodies import Clean, texts
from nbagent.observers.values import as_json, masked, without_secret_fields

VARIABLE = "NBAGENT_TRACE_DIR"
_failed: set[str] = set()


def folder() -> Path | None:
    """Where calls are written, None where they are not."""
    named = os.environ.get(VARIABLE, "").strip()
    return Path(named).expanduser() if named else None


class Dump:
    """An observer that writes each model call into a file of its run in `place`."""

    def __init__(self, place: Path) -> None:
        self._place = place
        self._started: dict[str, StepStarted] = {}

    def __call__(self, events: Sequence[RunEvent]) -> None:
        """A batch of events, on the engine's thread."""
        for event in events:
            if isinstance(event, StepStarted):
                self._started[event.stamp.span_id] = event
            elif isinstance(event, StepFinished) and (started := self._started.pop(event.stamp.span_id, None)):
                self._take(started, event, event.exchange.taken() if event.exchange else None)

    def _take(self, started: StepStarted, event: StepFinished, wire: Wire | None) -> None:
        _packer.put(lambda: _write(self._place, started, event, wire))


def _write(place: Path, started: StepStarted, event: StepFinished, wire: Wire | None) -> None:
    line = _line(started, event, wire)
    try:
        place.mkdir(parents=True, exist_ok=True, mode=0o700)
        file = os.open(place / f"{event.stamp.run_id}.jsonl", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            os.write(file, line.encode() + b"\n")
        finally:
            os.close(file)
    except OSError as error:
        if str(place) not in _failed:
            _failed.add(str(place))
            warnings.warn(f"{VARIABLE}: model calls cannot be written to {place} ({error.strerror or error})", RuntimeWarning, stacklevel=2)


def _line(started: StepStarted, event: StepFinished, wire: Wire | None) -> str:
    clean = Clean(known_keys(), None)
    said: dict[str, Any] = {
        "at": datetime.fromtimestamp(started.stamp.time, UTC).isoformat(),
        "run_id": event.stamp.run_id,
        "span_id": event.stamp.span_id,
        "provider": event.provider or started.provider,
        "model": event.model or started.model,
        "duration_s": (event.stamp.clock - started.stamp.clock) / 1e9,
        "finish_reason": event.finish_reason,
        "usage": event.usage,
        "cost_usd": event.cost,
        "cost_source": event.cost_source,
        "error": event.error,
    }
    if wire is not None:
        said["request"], said["response"], note = texts(event, wire, clean)
        said["note"] = note or None
    else:  # a provider without a wire
        said["request"] = {"instructions": started.instructions, "messages": started.messages, "tools": started.tools, "params": masked(started.params)}
        said["response"] = event.message
    return clean(without_secret_fields(as_json(said), answer=True))


class _Packer:
    """The thread that writes, begun when there is something."""

    def __init__(self) -> None:
        self._queue: queue.SimpleQueue[Callable[[], None]] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None
        self._lock = threading.Lock()

    def put(self, work: Callable[[], None]) -> None:
        with self._lock:
            if self._thread is None or not self._thread.is_alive():  # a forked process has it no more
                self._thread = threading.Thread(target=self._work, name="nbagent-dump", daemon=True)
                self._thread.start()
        self._queue.put(work)

    def wait(self) -> None:
        if self._thread is not None and self._thread.is_alive():
            done = threading.Event()
            self._queue.put(done.set)
            done.wait()

    def _work(self) -> None:
        while True:
            try:
                self._queue.get()()
            except Exception as error:  # noqa: BLE001  one call that cannot be told must not end the writing of all others
                warnings.warn(f"what went over the wire is not written of a call: {type(error).__name__}: {error}", RuntimeWarning, stacklevel=2)


_packer = _Packer()


@atexit.register
def written() -> None:
    """Wait until all calls that have ended are written."""
    _packer.wait()
