"""Metrics to an OpenTelemetry collector, beside the spans: counters of tokens and cost, histograms of durations and of calls.

Their names are `semconv.METRICS`. Recorded on the exporter's thread from spans that have ended; the SDK adds them up and sends them.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

from nbagent.errors import MissingExtra
from nbagent.observers import semconv
from nbagent.observers.columns import Columns

PERIOD = 60.0
"""Seconds between two sendings."""
_SECONDS = (0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92)  # the conventions' bounds of durations
_CALLS = (1, 2, 3, 5, 8, 13, 21, 34, 55)


class Metrics:
    """Adds up what the tables of ended spans say. Raises `MissingExtra` without OpenTelemetry's exporter."""

    def __init__(self, endpoint: str | None, headers: Mapping[str, str] | None, timeout: float) -> None:
        try:
            from opentelemetry.exporter.otlp.proto.http.metric_exporter import OTLPMetricExporter
            from opentelemetry.sdk.metrics import MeterProvider
            from opentelemetry.sdk.metrics.export import InMemoryMetricReader
            from opentelemetry.sdk.resources import Resource
        except ImportError as error:
            raise MissingExtra("Sending metrics needs OpenTelemetry's exporter: pip install 'nbagent[otel]'") from error
        if endpoint is not None and urlsplit(endpoint).path in ("", "/"):
            endpoint = endpoint.rstrip("/") + "/v1/metrics"
        self._exporter = OTLPMetricExporter(endpoint, headers=dict(headers) if headers else None, timeout=timeout)
        self._reader = InMemoryMetricReader()  # read on the thread that sends spans: the SDK's own would be one more
        self._sent = time.monotonic()
        self.waiting = False
        meter = MeterProvider([self._reader], resource=Resource.create({"service.name": "nbagent"}), shutdown_on_exit=False).get_meter("nbagent")
        self._instruments: dict[str, Any] = {}
        for metric in semconv.METRICS:
            if metric.counts:
                self._instruments[metric.name] = meter.create_counter(metric.name, metric.unit, metric.says)
            else:
                bounds = _SECONDS if metric.unit == "s" else _CALLS
                self._instruments[metric.name] = meter.create_histogram(metric.name, metric.unit, metric.says, explicit_bucket_boundaries_advisory=bounds)
        self._within: dict[str, dict[str, int]] = {}  # by run: how many calls of each kind have ended in it

    def record(self, tables: Mapping[Any, Columns]) -> None:
        """Count in the spans of these tables, which have all ended. `waiting` says that there is something to be sent."""
        self.waiting = True
        for table, key in (("calls", "chat"), ("tools", "execute_tool"), ("spans", "invoke_agent")):
            for row in _rows(tables[table]):
                if row["kind"] != key:
                    continue
                within = self._within.setdefault(row["run_id"], {"inference_calls": 0, "tool_calls": 0})
                if key == "invoke_agent":
                    del self._within[row["run_id"]]
                else:
                    within["inference_calls" if key == "chat" else "tool_calls"] += 1
                self._count(key, row | within)

    def send(self, *, at_once: bool = False) -> None:
        """Send the sums until now, where it is time and there is something new."""
        if self.waiting and (at_once or time.monotonic() - self._sent >= PERIOD):
            self._sent, self.waiting = time.monotonic(), False
            if (data := self._reader.get_metrics_data()) is not None:
                self._exporter.export(data)

    def _count(self, kind: str, row: Mapping[str, Any]) -> None:
        said = {name: row[column] for column, name in semconv.DIMENSIONS[kind] if row.get(column) is not None}
        said[semconv.OPERATION] = kind
        for metric in semconv.METRICS:
            if metric.kind == kind and (value := row.get(metric.column)) is not None:
                instrument = self._instruments[metric.name]
                instrument.add(value, said) if metric.counts else instrument.record(value, said)


def _rows(columns: Columns) -> Iterator[dict[str, Any]]:
    for values in zip(*columns.values(), strict=True):
        yield dict(zip(columns, values, strict=True))
