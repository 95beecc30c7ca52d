"""The answers of `wire_lines` as Google writes them, through both of its doors."""

from __future__ import annotations

from typing import Any

from nbagent.errors import Overloaded
from nbagent.providers.google.adapter import Google
from nbagent.providers.google.decode import GoogleDecoder
from nbagent.providers.google.vertex import Vertex
from tests.wire_lines import KEY, MODEL, REASONING, RESPONSE_ID, SHORT, TEXT, Row, data

COUNTS = {"promptTokenCount": 120, "candidatesTokenCount": 8, "thoughtsTokenCount": 7, "cachedContentTokenCount": 100, "totalTokenCount": 135}


def chunk(*parts: dict[str, Any], **candidate: Any) -> bytes:
    """An event with these parts of the one candidate."""
    content = {"content": {"parts": list(parts), "role": "model"}} if parts else {}
    return data({"candidates": [{**content, "index": 0, **candidate}], "modelVersion": MODEL, "responseId": RESPONSE_ID})


def last(*parts: dict[str, Any], reason: str = "STOP", **more: Any) -> bytes:
    """The last event: how the answer ended, and what it cost."""
    content = {"content": {"parts": list(parts), "role": "model"}} if parts else {}
    candidate = {**content, "finishReason": reason, "index": 0, **more}
    return data({"candidates": [candidate], "usageMetadata": COUNTS, "modelVersion": MODEL, "responseId": RESPONSE_ID})


def call(**fields: Any) -> dict[str, Any]:
    """A part that calls a function, or a piece of one."""
    return {"functionCall": fields}


def piece(path: str, **value: Any) -> dict[str, Any]:
    """A piece of a call: a value at its place."""
    more = value.pop("more", False)
    goes_on = {"willContinue": True} if more else {}
    return call(partialArgs=[{"jsonPath": path, **value, **goes_on}], willContinue=True)


_TEXT = [*(chunk({"text": text}) for text in TEXT), last({"text": "", "thoughtSignature": "c2lnbmF0dXJlLW9mLXRleHQ="})]
_REASONING = [
    *(chunk({"text": text, "thought": True}) for text in REASONING),
    chunk({"text": SHORT, "thoughtSignature": "c2lnbmF0dXJlLW9mLXNob3J0"}),
    last({"text": ""}),
]
_FAILING = [
    chunk({"text": TEXT[0]}),
    data({"error": {"code": 503, "message": "The model is overloaded. Please try again later.", "status": "UNAVAILABLE"}}),
]

_GOOGLE = Row(
    "google",
    make=lambda url: Google(url, KEY),
    keyless=Google,
    key_variable="GEMINI_API_KEY",
    decoder=lambda: GoogleDecoder("model-x"),
    text=_TEXT,
    reasoning=_REASONING,
    calls=[
        chunk({**call(id="fc-1", name="get_weather", args={"city": "Zürich"}), "thoughtSignature": "c2lnbmF0dXJlLW9mLWNhbGw="}),
        chunk(call(id="fc-2", name="get_time")),
        last({"text": ""}),
    ],
    failing=_FAILING,
    failure=Overloaded,
)

_VERTEX = Row(
    "vertex",
    make=lambda url: Vertex(url, KEY),
    keyless=None,  # without a key it looks for the credentials of the machine: tests/test_google_vertex.py
    key_variable="GOOGLE_API_KEY",
    decoder=lambda: GoogleDecoder("model-x", provider="vertex"),
    text=_TEXT,
    reasoning=_REASONING,
    calls=[
        chunk({**call(name="get_weather", willContinue=True), "thoughtSignature": "c2lnbmF0dXJlLW9mLWNhbGw="}),
        chunk(piece("$.city", stringValue="Zü", more=True)),
        chunk(piece("$.city", stringValue="rich")),
        chunk(call()),
        chunk(call(name="get_time")),
        last({"text": ""}),
    ],
    failing=_FAILING,
    failure=Overloaded,
)

ROWS = [_GOOGLE, _VERTEX]
