"""Spans (and metrics) to an OpenTelemetry collector, over OTLP/HTTP: what a trace has, or each as it ends.

The rule: who runs never waits for a collector. Ended spans go into a queue that has an end; a thread of its own sends
them, and what finds no place there is counted as lost.
"""

from __future__ import annotations

import atexit
import queue
import threading
import time
import weakref
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from nbagent.errors import MissingExtra, NbagentError, without_logins
from nbagent.events import RunEvent, RunFinished, RunStarted, StepFinished, StepStarted, ToolFinished, ToolStarted
from nbagent.observers.columns import Columns, call_columns, span_columns, tool_columns
from nbagent.observers.event_columns import event_columns
from nbagent.observers.otel_metrics import PERIOD, Metrics
from nbagent.observers.otel_spans import Tables, readable
from nbagent.observers.recorder import Recorder
from nbagent.observers.redaction import Redact, clean_columns
from nbagent.observers.rows import Table
from nbagent.observers.run_columns import run_columns
from nbagent.observers.spans import Note, Span

if TYPE_CHECKING:
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter

_BATCH = 512
_PAUSE = 0.5  # seconds that the thread gathers
_WAITING = 10_000  # spans that may wait for the collector
_TIMEOUT = 10.0  # seconds for a request, with what is tried again
_LAST = 3.0  # seconds that the end of the process waits for


def send(tables: Tables, endpoint: str | None = None, *, content: bool = False, headers: Mapping[str, str] | None = None) -> int:
    """Send these tables' ended spans, and wait for it; how many they were. Raises `NbagentError` where the collector does not take them."""
    exporter = _exporter(endpoint, headers)
    spans = readable(tables, content=content)
    try:
        for start in range(0, len(spans), _BATCH):
            if exporter.export(spans[start : start + _BATCH]).name != "SUCCESS":
                raise NbagentError(
                    f"The collector {without_logins(exporter._endpoint)} did not take the spans.",
                    f"{start} of {len(spans)} were sent.",
                    "Is it running there, and does it take OTLP over HTTP? What it answered is in the log of opentelemetry.",
                )
    finally:
        exporter.shutdown()  # type: ignore[no-untyped-call]
    return len(spans)


class Otel:
    """An observer that sends every span when it ends: ``session.observers.append(Otel("http://localhost:4318"))``.

    `endpoint` is the collector's address (None: what the variables OTEL_EXPORTER_OTLP_... say, or localhost:4318), `content`
    adds what was said, `redact` cleans it as a trace's does, `metrics` adds tokens, costs and durations up as metrics.
    `sent` and `lost` count spans.
    """

    def __init__(
        self, endpoint: str | None = None, *, content: bool = False, headers: Mapping[str, str] | None = None, redact: Redact | None = None,
        metrics: bool = True,
    ) -> None:  # fmt: skip
        self.sent = self.lost = 0
        self._exporter, self._content, self._redact = _exporter(endpoint, headers), content, redact
        self._metrics = Metrics(endpoint, headers, _TIMEOUT) if metrics else None
        self._recorder = Recorder(self)
        self._notes: dict[str, dict[str, list[Note]]] = {}  # by run, by span: of what has not ended
        self._queue: queue.Queue[tuple[Span, list[Note]] | threading.Event] = queue.Queue(_WAITING)
        threading.Thread(target=self._work, name="nbagent-otel", daemon=True).start()
        _open.add(self)

    def __call__(self, events: Sequence[RunEvent]) -> None:
        """A batch of events, on the engine's thread."""
        self._recorder.observe(events)

    def flush(self, timeout: float = _TIMEOUT) -> bool:
        """Wait until all that has ended was sent, or could not be; False where that takes longer."""
        until, done = time.monotonic() + timeout, threading.Event()
        try:
            self._queue.put(done, timeout=timeout)
        except queue.Full:
            return False
        return done.wait(max(0.0, until - time.monotonic()))

    def __repr__(self) -> str:
        return f"Otel({without_logins(self._exporter._endpoint)!r}, sent={self.sent}, lost={self.lost})"

    # -- what the recorder writes to ------------------------------------------------------------------------------------

    def begin(self, span: Span) -> None:
        """Nothing yet: a span is sent when it has ended."""

    def note(self, event: Note) -> None:
        if isinstance(event, RunFinished):
            self._notes.pop(event.stamp.run_id, None)
        elif not isinstance(event, RunStarted | StepStarted | StepFinished | ToolStarted | ToolFinished):
            self._notes.setdefault(event.stamp.run_id, {}).setdefault(event.stamp.span_id, []).append(event)

    def end(self, span: Span) -> None:
        notes = self._notes.get(span.run_id, {}).pop(span.id, [])
        try:
            self._queue.put_nowait((span, [*notes, span.finished] if span.finished else notes))
        except queue.Full:
            self.lost += 1

    # -- the thread -----------------------------------------------------------------------------------------------------

    def _work(self) -> None:
        while True:
            item = self._next()
            batch: list[tuple[Span, list[Note]]] = []
            until = time.monotonic() + _PAUSE
            while not isinstance(item, threading.Event):
                batch.append(item)
                if len(batch) >= _BATCH:
                    break
                try:
                    item = self._queue.get(timeout=max(0.0, until - time.monotonic()))
                except queue.Empty:
                    break
            self._send(batch)
            if self._metrics is not None:
                with suppress(Exception):  # the exporter has said it in its log
                    self._metrics.send(at_once=isinstance(item, threading.Event))
            if isinstance(item, threading.Event):
                item.set()

    def _next(self) -> tuple[Span, list[Note]] | threading.Event:
        """What comes next, the sending of metrics that wait among it."""
        while self._metrics is not None and self._metrics.waiting:
            try:
                return self._queue.get(timeout=PERIOD)
            except queue.Empty:
                with suppress(Exception):
                    self._metrics.send(at_once=True)
        return self._queue.get()

    def _send(self, batch: Sequence[tuple[Span, list[Note]]]) -> None:
        if not batch:
            return
        try:
            tables = _tables(batch, self._redact)
            if self._metrics is not None:
                self._metrics.record(tables)
            taken = self._exporter.export(readable(tables, content=self._content)).name == "SUCCESS"
        except Exception as error:  # noqa: BLE001  one span that cannot be told must not end the sending of all others
            import logging

            logging.getLogger(__name__).warning("spans were not sent to the collector: %s", error)
            taken = False
        if taken:
            self.sent += len(batch)
        else:
            self.lost += len(batch)


def _tables(batch: Sequence[tuple[Span, list[Note]]], redact: Redact | None) -> Tables:
    """The tables of spans that have ended, each with its notes."""
    spans = [span for span, _ in batch]
    runs = {run.id: run for span in spans for run in span.inside()}
    found: dict[str, list[Any]] = {}
    for span in spans:
        if isinstance(span.started, RunStarted):
            for name, values in run_columns([span], span.run_id, payload=True).items():
                found.setdefault(name, []).extend(values)
    tables: dict[Table, Columns] = {
        "spans": span_columns(spans),
        "calls": call_columns([span for span in spans if isinstance(span.started, StepStarted)], payload=True),
        "tools": tool_columns([span for span in spans if isinstance(span.started, ToolStarted)]),
        "runs": found,
        "events": event_columns([note for _, notes in batch for note in notes], [*runs.values(), *spans]),
    }
    return {name: clean_columns(columns, redact) for name, columns in tables.items()}


def _exporter(endpoint: str | None, headers: Mapping[str, str] | None) -> OTLPSpanExporter:
    try:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    except ImportError as error:
        raise MissingExtra("Sending spans needs OpenTelemetry's exporter: pip install 'nbagent[otel]'") from error
    if endpoint is not None and urlsplit(endpoint).path in ("", "/"):
        endpoint = endpoint.rstrip("/") + "/v1/traces"
    return OTLPSpanExporter(endpoint, headers=dict(headers) if headers else None, timeout=_TIMEOUT)


_open: weakref.WeakSet[Otel] = weakref.WeakSet()


@atexit.register
def _flush_all() -> None:
    until = time.monotonic() + _LAST
    for observer in list(_open):
        observer.flush(max(0.0, until - time.monotonic()))
