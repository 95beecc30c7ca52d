"""The contract's answers as Ollama writes them: lines of JSON, calls whole and without ids, no ids of answers."""

from __future__ import annotations

import json
from typing import Any

from nbagent.errors import ServerFailed
from nbagent.messages import Usage
from nbagent.providers.carriers.ndjson import Lines
from nbagent.providers.ollama.adapter import Ollama
from nbagent.providers.ollama.decode import OllamaDecoder
from tests.wire_lines import KEY, MODEL, REASONING, SHORT, TEXT, Row


def line(value: Any) -> bytes:
    """One line of a body."""
    return json.dumps(value, ensure_ascii=False).encode() + b"\n"


def said(done: bool = False, **message: Any) -> bytes:
    """One line of an answer; with `done` the last one."""
    given = {"model": MODEL, "created_at": "2026-11-21T10:00:00.123456789Z", "message": {"role": "assistant", "content": "", **message}, "done": done}
    last = {
        "done_reason": "stop",
        "total_duration": 9,
        "load_duration": 1,
        "prompt_eval_count": 120,
        "prompt_eval_duration": 2,
        "eval_count": 15,
        "eval_duration": 6,
    }
    return line({**given, **last} if done else given)


def _called(name: str, **arguments: Any) -> bytes:
    return said(tool_calls=[{"function": {"name": name, "arguments": arguments}}])


ROWS = [
    Row(
        "ollama",
        make=lambda url: Ollama(url, KEY),
        keyless=None,
        key_variable="OLLAMA_API_KEY",
        decoder=lambda: OllamaDecoder("model-x"),
        text=[*(said(content=text) for text in TEXT), said(done=True)],
        reasoning=[*(said(thinking=text) for text in REASONING), said(content=SHORT), said(done=True)],
        calls=[_called("get_weather", city="Zürich"), _called("get_time"), said(done=True)],
        failing=[said(content=TEXT[0]), line({"error": "the model runner is overloaded and has stopped"})],
        failure=ServerFailed,
        framing=Lines,
        framed=lambda payload: payload + b"\n",
        comment=b"\n",
        usage=Usage(input_tokens=120, output_tokens=15),
        response_id=None,
    )
]
