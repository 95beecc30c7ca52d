"""A collector on loopback: an HTTP server that takes OTLP as collectors do, decodes its protobuf, and keeps the spans."""

from __future__ import annotations

import gzip
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from google.protobuf.json_format import MessageToDict
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceRequest, ExportMetricsServiceResponse
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest, ExportTraceServiceResponse


class Collector(ThreadingHTTPServer):
    """What came: `requests` with path and headers, `spans` by their names."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.requests: list[tuple[str, dict[str, str]]] = []
        self.received: list[ExportTraceServiceRequest] = []
        self.measured: list[ExportMetricsServiceRequest] = []
        self.hold = threading.Event()
        self.hold.set()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    @property
    def spans(self) -> list[Any]:
        return [span for request in self.received for resource in request.resource_spans for scope in resource.scope_spans for span in scope.spans]

    @property
    def metrics(self) -> dict[str, Any]:
        """The newest of each metric, by its name: they are cumulative."""
        told = (scope for request in self.measured for resource in request.resource_metrics for scope in resource.scope_metrics)
        return {metric.name: metric for scope in told for metric in scope.metrics}

    def json(self) -> dict[str, Any]:
        """All of it as OTLP's JSON, as a collector's file exporter writes it: ids in hex."""
        whole = ExportTraceServiceRequest()
        for request in self.received:
            whole.MergeFrom(request)
        found: dict[str, Any] = MessageToDict(whole)
        told = [span for resource in found["resourceSpans"] for scope in resource["scopeSpans"] for span in scope["spans"]]
        for span, raw in zip(told, (s for r in whole.resource_spans for scope in r.scope_spans for s in scope.spans), strict=True):
            span |= {"traceId": raw.trace_id.hex(), "spanId": raw.span_id.hex()}
            if raw.parent_span_id:
                span["parentSpanId"] = raw.parent_span_id.hex()
        return found


class _Handler(BaseHTTPRequestHandler):
    server: Collector

    def do_POST(self) -> None:
        self.server.hold.wait(30)
        body = self.rfile.read(int(self.headers["content-length"]))
        if self.headers.get("content-encoding") == "gzip":
            body = gzip.decompress(body)
        self.server.requests.append((self.path, {name.lower(): value for name, value in self.headers.items()}))
        if self.path == "/v1/metrics":
            self.server.measured.append(ExportMetricsServiceRequest.FromString(body))
            answer = ExportMetricsServiceResponse().SerializeToString()
        else:
            self.server.received.append(ExportTraceServiceRequest.FromString(body))
            answer = ExportTraceServiceResponse().SerializeToString()
        self.send_response(200)
        self.send_header("content-type", "application/x-protobuf")
        self.send_header("content-length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *args: Any) -> None:
        """Nothing."""


@contextmanager
def collector() -> Iterator[Collector]:
    server = Collector()
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.hold.set()
        server.shutdown()
        server.server_close()
        thread.join()


def attributes(span: Any) -> dict[str, Any]:
    """A received span's (or event's) attributes as plain values."""
    return {pair.key: _value(pair.value) for pair in span.attributes}


def _value(value: Any) -> Any:
    kind = value.WhichOneof("value")
    return [_value(item) for item in value.array_value.values] if kind == "array_value" else getattr(value, kind)
