"""What can be said of each adapter, as claims that are checked: the tests run them, and ``notebooks/providers.ipynb`` shows what came of them.

A claim returns ``yes``, or in a word what there is instead, where the API has no such thing or nbagent does not speak that
part of it; what is broken raises. Everything is replayed: lines that are written after the vendors' documentation, over real sockets.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, NamedTuple

from msgspec.structs import replace

from nbagent.errors import ConfigError, IncompleteStream, RequestRefused
from nbagent.events import ModelAnswered, PartDelta, StreamEnded, UsageReported
from nbagent.messages import FilePart, Message, ReasoningPart, ServerToolPart, TextPart, ToolCallPart, ToolResultPart, tool_message, user
from nbagent.provider import Capabilities, Counts, Embeds, Knows, Lists, OutputSpec, Provider
from tests.contract import REQUEST, decoded, over_socket, parts, said
from tests.test_provider_switch import Talk, opaque, strings
from tests.wire_lines import CALLS, REASONING, ROWS, SHORT, TEXT, USAGE, Row
from tests.wire_lines_more import MORE, PNG, SOURCE, TITLE
from tests.wire_server import Answer

YES, NO = "yes", "-"
MODELS = {  # one of each that can do what its API can
    "anthropic": "claude-opus-5-5", "bedrock-anthropic": "anthropic.claude-opus-4-8", "vertex-anthropic": "claude-opus-5-5", "openai": "gpt-6",
    "openai-chat": "gpt-6", "openrouter": "openai/gpt-6", "mistral": "mistral-large-latest", "groq": "openai/gpt-oss-120b", "google": "gemini-3-pro",
    "azure": "gpt-6", "azure-responses": "gpt-6", "deepseek": "deepseek-v4", "xai": "grok-5", "xai-responses": "grok-5",
    "vertex": "gemini-3-pro", "bedrock": "anthropic.claude-opus-4-8", "ollama": "gemma4",
}  # fmt: skip
_PDF, _WAV = FilePart("application/pdf", b"%PDF-1.7 a page", name="page.pdf"), FilePart("audio/wav", b"RIFF\x00\x00\x00\x00WAVEsound")


class Feature(NamedTuple):
    """One claim; `check` raises where it does not hold."""

    name: str
    check: Callable[[Row], str]


def _text(row: Row) -> str:
    events, failure = over_socket(row, Answer(b"".join(row.text), split=7))
    assert failure is None
    assert [event.delta for event in events if isinstance(event, PartDelta)] == TEXT
    return YES


def _reasoning(row: Row) -> str:
    events, failure = over_socket(row, b"".join(row.reasoning))
    assert failure is None
    assert [(type(part), part.text) for part in parts(events) if getattr(part, "text", "")] == [(ReasoningPart, "".join(REASONING)), (TextPart, SHORT)]
    return YES


def _reasoning_back(row: Row) -> str:
    talk = Talk()
    talk.whole_turn(row)
    sent = set(strings(talk.sent_to(row)))
    if sent & opaque(talk.messages) or "".join(REASONING) in sent:
        return YES
    talk.messages = [user("Hi"), _in_one(row), tool_message(ToolResultPart(call.id, call.name, "x") for call in _in_one(row).tool_calls)]
    return "with its calls" if "".join(REASONING) in json.dumps(talk.sent_to(row)) else NO


def _in_one(row: Row) -> Message:
    """An answer that thinks and calls."""
    said = [part for lines in (row.reasoning, row.calls) for part in parts(decoded(row, lines)[0]) if isinstance(part, (ReasoningPart, ToolCallPart))]
    return Message("assistant", tuple(said), provider=_provider(row).name, model="model-x")


def _calls(row: Row) -> str:
    events, failure = over_socket(row, Answer(b"".join(row.calls), split=7))
    assert failure is None
    assert [(call.name, call.arguments) for call in parts(events) if isinstance(call, ToolCallPart)] == list(CALLS.items())
    return YES


def _forced(row: Row) -> str:
    provider = _provider(row)
    plain, named = (json.dumps(_wire(provider, replace(REQUEST, tool_choice=choice))) for choice in ("auto", "get_time"))
    if plain != named:
        return YES
    return "alone offered" if len(REQUEST.tools) == 1 else NO


def _output(row: Row) -> str:
    provider, model = _provider(row), MODELS[row.name]
    assert isinstance(provider, Knows)
    if not provider.capabilities(model).output_schema:
        return "by a tool"
    schema = {"type": "object", "properties": {"zebra": {"type": "string"}}, "required": ["zebra"], "additionalProperties": False}
    assert "zebra" in json.dumps(_wire(provider, replace(REQUEST, model=model, tools=(), output=OutputSpec("animal", schema))))
    return YES


def _takes(file: FilePart, what: str) -> Callable[[Row], str]:
    def check(row: Row) -> str:
        model = next((name for name in _models(row) if getattr(_known(row, name), what)), None)
        if model is None:
            return NO
        request = replace(REQUEST, model=model, messages=(user("What is this?", file),))
        try:
            wire = json.dumps(_wire(_provider(row), request))
        except (ConfigError, RequestRefused):
            return NO
        assert base64.b64encode(file.data or b"").decode() in wire
        return YES

    return check


def _models(row: Row) -> list[str]:
    """The model that the table is about, and those of its vendor's row."""
    return [MODELS[row.name], *getattr(getattr(_provider(row), "vendor", None), "models", ())]


def _known(row: Row, model: str) -> Capabilities:
    """What the vendor's table says of a model, also where a server of one's own is asked."""
    provider: Any = _provider(row)
    known: Capabilities = provider.vendor.model(model).can if hasattr(provider, "vendor") else provider.capabilities(model)
    return known


def _searched(row: Row) -> str:
    lines = MORE.get(row.name, {}).get("searched")
    if lines is None:
        return NO
    events, failure = over_socket(row, b"".join(lines))
    assert failure is None
    (text,) = [part for part in parts(events) if isinstance(part, TextPart) and part.text]
    assert [(source.url, source.title) for source in text.citations] == [(SOURCE, TITLE)]
    assert _goes_back(row, lines)
    return YES if any(isinstance(part, ServerToolPart) for part in parts(events)) else "sources"


def _drawn(row: Row) -> str:
    lines = MORE.get(row.name, {}).get("drawn")
    if lines is None:
        return NO
    events, failure = over_socket(row, b"".join(lines))
    assert failure is None
    assert [part.data for part in parts(events) if isinstance(part, FilePart)] == [PNG]
    assert _goes_back(row, lines)
    return YES


def _goes_back(row: Row, lines: list[bytes]) -> bool:
    """Whether a conversation with such an answer can go on."""
    answer = Message("assistant", tuple(parts(decoded(row, lines)[0])), provider=_provider(row).name, model="model-x")
    return bool(_wire(_provider(row), replace(REQUEST, messages=(*REQUEST.messages, answer, user("Go on.")))))


def _ends(kind: str, reason: str) -> Callable[[Row], str]:
    def check(row: Row) -> str:
        lines = MORE.get(row.name, {}).get(kind)
        if lines is None:
            return NO
        events, failure = over_socket(row, b"".join(lines))
        assert failure is None
        assert said(events) == TEXT[0]
        assert isinstance(events[-1], StreamEnded)
        assert events[-1].finish_reason == reason
        return YES

    return check


def _counted(row: Row) -> str:
    events, _ = over_socket(row, b"".join(row.text))
    usage = [event.usage for event in events if isinstance(event, UsageReported)][-1]
    assert (usage.input_tokens, usage.output_tokens) == (USAGE.input_tokens, USAGE.output_tokens)
    return ", ".join(word for word, count in (("total", 1), ("cached", usage.cache_read_tokens), ("reasoning", usage.reasoning_tokens)) if count)


def _cut(row: Row) -> str:
    place = b"".join(row.text).index(TEXT[1].encode()) + 2 if TEXT[1].encode() in b"".join(row.text) else len(b"".join(row.text)) // 2
    events, failure = over_socket(row, Answer(b"".join(row.text), cut_at=place))
    assert isinstance(failure, IncompleteStream)
    assert "".join(TEXT).startswith(said(events))
    return YES


def _broken(row: Row) -> str:
    events, failure = over_socket(row, b"".join(row.failing))
    assert type(failure) is row.failure
    assert said(events) == TEXT[0]
    return YES


def _answers(row: Row) -> str:
    events, _ = over_socket(row, b"".join(row.text))
    assert {event.model for event in events if isinstance(event, ModelAnswered) and event.model} == ({row.model} if row.model else set())
    return YES if row.model else NO


def _speaks(port: type) -> Callable[[Row], str]:
    return lambda row: YES if isinstance(_provider(row), port) else NO


def _provider(row: Row) -> Provider:
    return row.make("http://127.0.0.1:9")


def _wire(provider: Provider, request: object) -> dict[str, object]:
    wire: dict[str, object] = provider.to_wire(request)  # type: ignore[attr-defined]  # all adapters describe
    return wire


FEATURES = (
    Feature("text streams", _text),
    Feature("reasoning streams", _reasoning),
    Feature("reasoning goes back", _reasoning_back),
    Feature("parallel tool calls", _calls),
    Feature("a named tool", _forced),
    Feature("JSON by schema", _output),
    Feature("images in", _takes(FilePart("image/png", PNG), "images")),
    Feature("PDF in", _takes(_PDF, "documents")),
    Feature("audio in", _takes(_WAV, "audio")),
    Feature("images out", _drawn),
    Feature("its own search", _searched),
    Feature("tokens counted", _counted),
    Feature("ends: length", _ends("length", "length")),
    Feature("ends: filtered", _ends("filtered", "content_filter")),
    Feature("ends: refusal", _ends("refusal", "refusal")),
    Feature("ends: context", _ends("context", "context")),
    Feature("cut off: known", _cut),
    Feature("error in mid-stream", _broken),
    Feature("model that answered", _answers),
    Feature("lists models", _speaks(Lists)),
    Feature("embeddings", _speaks(Embeds)),
    Feature("counts beforehand", _speaks(Counts)),
)
"""Every feature, in the order of the table."""


def table() -> dict[str, dict[str, str]]:
    """Provider by feature: what came of each claim, checked now, on a thread of its own since a notebook's has an event loop."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(lambda: {row.name: {feature.name: feature.check(row) for feature in FEATURES} for row in ROWS}).result()
