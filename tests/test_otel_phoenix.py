"""A trace in Phoenix, a collector that people use: started here where it is installed, with `NBAGENT_PHOENIX` naming its program."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("opentelemetry.exporter.otlp.proto.http")

from nbagent.observers.trace import Trace
from tests.test_otel import told

PROGRAM = os.environ.get("NBAGENT_PHOENIX")
pytestmark = pytest.mark.skipif(PROGRAM is None, reason="NBAGENT_PHOENIX names no phoenix (pip install arize-phoenix, in an environment of its own)")


def _free() -> int:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return int(listening.getsockname()[1])


@pytest.fixture
def phoenix(tmp_path: Path) -> Iterator[str]:
    assert PROGRAM is not None
    port = _free()
    env = os.environ | {"PHOENIX_WORKING_DIR": str(tmp_path), "PHOENIX_HOST": "127.0.0.1", "PHOENIX_PORT": str(port), "PHOENIX_GRPC_PORT": str(_free())}
    with subprocess.Popen([PROGRAM, "serve"], env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:
        url = f"http://127.0.0.1:{port}"
        try:
            _until(lambda: urllib.request.urlopen(f"{url}/healthz", timeout=5).status == 200)
            yield url
        finally:
            server.terminate()


def _until(holds: Any) -> Any:
    for _ in range(240):
        try:
            if found := holds():
                return found
        except OSError:
            pass
        time.sleep(0.5)
    raise TimeoutError


def test_phoenix_shows_the_runs_with_their_messages(phoenix: str) -> None:
    trace = Trace()
    told(trace)
    sent = trace.to_otlp(phoenix, content=True)

    def shown() -> Any:
        with urllib.request.urlopen(f"{phoenix}/v1/projects/default/spans?limit=100", timeout=10) as answer:
            spans = json.load(answer)["data"]
        return spans if len(spans) >= sent else None

    spans = {span["context"]["span_id"]: span for span in _until(shown)}
    for row in trace.spans().to_dict("records"):
        span = spans[row["span_id"]]
        assert span["parent_id"] == (row["parent_id"] if isinstance(row["parent_id"], str) else None)
        assert span["span_kind"] == {"chat": "LLM", "execute_tool": "TOOL", "invoke_agent": "AGENT"}[row["kind"]]
    texts = [span["attributes"].get("llm.output_messages.0.message.content") for span in spans.values()]
    assert "Wear a coat." in texts
