"""A Chat Completions stream as events, from OpenAI and from the many servers that speak its API more or less.

The rule: what a vendor leaves out, repeats or sends late is made good here, and nothing that came is lost. The stream
is whole when a finish reason came, or ``[DONE]`` after some of an answer.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import Any

from msgspec import Struct

from nbagent.errors import Overloaded, ProviderError, ServerFailed
from nbagent.events import ModelAnswered, PartDelta, PartFinished, PartStarted, ProviderEvent, StreamEnded, UsageReported
from nbagent.messages import FinishReason, Part, ReasoningPart, TextPart
from nbagent.providers.carriers.decoding import Reader, joined
from nbagent.providers.carriers.failures import cut, in_band
from nbagent.providers.openai.chat_calls import CallDelta, Calls
from nbagent.providers.openai.chat_extras import Extras, Sources
from nbagent.providers.openai.usage import cost_of, usage_of

NAME = "openai-chat"

_FINISH: dict[str, FinishReason] = {
    "stop": "stop", "eos": "stop", "end_turn": "stop", "stop_sequence": "stop", "complete": "stop",
    "tool_calls": "tool_calls", "function_call": "tool_calls", "tool_use": "tool_calls",
    "length": "length", "max_tokens": "length", "model_length": "length",
    "content_filter": "content_filter", "sensitive": "content_filter", "safety": "content_filter",
    "refusal": "refusal", "model_context_window_exceeded": "context",
}  # fmt: skip
_FAILED: dict[str, type[ProviderError]] = {"error": ServerFailed, "network_error": ServerFailed, "insufficient_system_resource": Overloaded}


class _Delta(Struct, gc=False):
    content: str | list[Any] | None = None
    reasoning_content: str | None = None
    reasoning: str | None = None
    reasoning_details: list[dict[str, Any]] | None = None
    refusal: str | None = None
    tool_calls: list[CallDelta] | None = None
    annotations: list[Any] | None = None
    images: list[Any] | None = None
    audio: dict[str, Any] | None = None
    executed_tools: list[Any] | None = None


class _Choice(Struct, gc=False):
    index: int | None = 0
    delta: _Delta | None = None
    finish_reason: str | None = None


class _Chunk(Struct, gc=False):
    id: str | None = None
    model: str | None = None
    object: str | None = None
    message: str | None = None
    code: Any = None
    type: Any = None
    choices: list[_Choice] | None = None
    usage: dict[str, Any] | None = None
    error: Any = None
    citations: list[Any] | None = None
    search_results: list[Any] | None = None


class _Stretch:
    """The text or the reasoning that is being written; what a vendor wants to see again of its reasoning is in `seen`."""

    __slots__ = ("details", "field", "held", "index", "kind", "pieces")

    def __init__(self, kind: type[TextPart] | type[ReasoningPart], index: int) -> None:
        self.kind, self.index = kind, index
        self.pieces: list[str] = []
        self.held = ""  # half of a surrogate pair
        self.field = ""  # where the vendor puts its reasoning
        self.details: list[dict[str, Any]] = []


class ChatDecoder:
    """One stream's state. `model` is the model that was asked: what must be sent back is sent back to it only."""

    def __init__(self, model: str = "", *, provider: str = NAME, secrets: Sequence[str] = ()) -> None:
        self.failure: ProviderError | None = None
        self.done = False
        self._model, self._provider, self._secrets = model, provider, secrets
        self._read = Reader(_Chunk, provider=provider)
        self._next_index = itertools.count().__next__
        self._stretch: _Stretch | None = None
        self._calls = Calls(self._next_index, self._metadata)
        self._sources, self._extras = Sources(), Extras(self._next_index)
        self._begun = self._answered = self._refused = False
        self._finish = ""
        self._usage: dict[str, Any] | None = None
        self._response_id: str | None = None

    def feed(self, payloads: Sequence[bytes]) -> list[ProviderEvent]:
        out: list[ProviderEvent] = []
        try:
            for payload in payloads:
                if payload == b"[DONE]":
                    self.done = True
                    break
                self._take(self._read(payload), out)
        except ProviderError as error:
            self.failure = error
            self._report_usage(out)
        return out

    def end(self) -> list[ProviderEvent]:
        out: list[ProviderEvent] = []
        self._report_usage(out)
        if not self._answered and self._response_id:
            out.append(ModelAnswered(response_id=self._response_id))
        if not (self._finish or (self.done and self._begun)):
            self.failure = cut(self._provider)
        elif kind := _FAILED.get(self._finish):
            self.failure = kind(f"{self._provider} failed.", f"The stream ended with the finish reason {self._finish}.", "Run it again.")
        else:
            self._close_stretch(out)
            self._calls.finish(out)
            self._extras.finish(out)
            out.append(self._ended())
        return out

    def _take(self, chunk: _Chunk, out: list[ProviderEvent]) -> None:
        if not self._answered:
            self._response_id = chunk.id or self._response_id
            if chunk.model:
                self._answered = True
                out.append(ModelAnswered(model=chunk.model, response_id=self._response_id))
        if chunk.usage is not None:
            self._usage = chunk.usage
        if chunk.citations or chunk.search_results:
            self._sources.list(chunk.citations, chunk.search_results)
        for choice in chunk.choices or ():
            if choice.index:
                continue  # another answer, of n > 1
            delta = choice.delta
            if delta is not None:
                if delta.reasoning_content or delta.reasoning or delta.reasoning_details:
                    self._take_reasoning(delta, out)
                if content := delta.content:
                    if isinstance(content, str):
                        self._write(TextPart, content, out)
                    else:
                        self._take_blocks(content, out)
                if delta.refusal:
                    self._refused = True
                    self._write(TextPart, delta.refusal, out)
                if delta.annotations or delta.images or delta.audio or delta.executed_tools:
                    self._take_extras(delta, out)
                for call in delta.tool_calls or ():
                    self._begun = True
                    self._close_stretch(out)
                    self._calls.take(call, out, torn=self._read.torn)
            if choice.finish_reason:
                self._finish = choice.finish_reason
        if chunk.error or chunk.object == "error":
            error = chunk.error or {"message": chunk.message, "code": chunk.code, "type": chunk.type}
            raise in_band(error, provider=self._provider, secrets=self._secrets, request_id=self._response_id)

    def _write(self, kind: type[TextPart] | type[ReasoningPart], text: str, out: list[ProviderEvent]) -> _Stretch:
        stretch = self._stretch
        if stretch is None or stretch.kind is not kind:
            self._close_stretch(out)
            stretch = self._stretch = _Stretch(kind, self._next_index())
            self._begun = True
            out.append(PartStarted(stretch.index, kind("")))
        if self._read.torn:
            text, stretch.held = joined(stretch.held, text)
        if text:
            stretch.pieces.append(text)
            out.append(PartDelta(stretch.index, text))
        return stretch

    def _close_stretch(self, out: list[ProviderEvent]) -> None:
        stretch, self._stretch = self._stretch, None
        if stretch is None:
            return
        if stretch.held:
            stretch.pieces.append("\ufffd")
            out.append(PartDelta(stretch.index, "\ufffd"))
        text = "".join(stretch.pieces)
        part: Part
        if stretch.kind is ReasoningPart:
            seen = {"field": stretch.field} | ({"details": stretch.details} if stretch.details else {})
            part = ReasoningPart(text, redacted=not text, provider_metadata=self._metadata(seen))
        else:
            part = TextPart(text, citations=self._sources.all())
        out.append(PartFinished(stretch.index, part))

    def _take_reasoning(self, delta: _Delta, out: list[ProviderEvent]) -> None:
        """Reasoning under one of two names, and beside it or alone as details, some of them for the vendor's eyes only."""
        details = delta.reasoning_details or []
        field = "reasoning_content" if delta.reasoning_content else "reasoning"
        text = delta.reasoning_content or delta.reasoning or "".join(filter(None, map(_shown, details)))
        stretch = self._write(ReasoningPart, text, out)
        stretch.field = stretch.field or field
        for detail in details:
            _merge(stretch.details, detail)

    def _take_extras(self, delta: _Delta, out: list[ProviderEvent]) -> None:
        """What is neither text nor thought nor a call."""
        self._sources.take(delta.annotations or [])
        for image in delta.images or ():
            self._begun = True
            self._extras.image(image, out)
        for tool in delta.executed_tools or ():
            self._begun = True
            self._extras.tool(tool, out)
        if delta.audio is not None:
            if transcript := _plain(delta.audio.get("transcript")):
                self._write(TextPart, transcript, out)
            if delta.audio.get("data"):
                self._begun = True
                self._extras.sound(delta.audio["data"])

    def _take_blocks(self, blocks: list[Any], out: list[ProviderEvent]) -> None:
        """Content as a list (Mistral): thinking and text, each a block or plain text."""
        for block in blocks:
            if isinstance(block, dict) and "thinking" in block:
                if text := _plain(block["thinking"]):
                    self._write(ReasoningPart, text, out)
            elif isinstance(block, dict) and "reference_ids" in block:
                self._sources.refer(block["reference_ids"])
            elif text := _plain(block):
                self._write(TextPart, text, out)

    def _metadata(self, seen: dict[str, Any]) -> dict[str, Any]:
        return {self._provider: {"model": self._model, **seen}}

    def _report_usage(self, out: list[ProviderEvent]) -> None:
        raw, self._usage = self._usage, None
        if raw is not None:
            out.append(UsageReported(usage=usage_of(raw), raw=raw, cost=cost_of(raw)))

    def _ended(self) -> StreamEnded:
        known = _FINISH.get(self._finish.lower()) if self._finish else "stop"
        reason: FinishReason = known or "stop"
        if reason in ("stop", "tool_calls"):
            reason = "refusal" if self._refused else "tool_calls" if self._calls else "stop"
        return StreamEnded(finish_reason=reason, detail="" if known else self._finish)


def _plain(content: Any) -> str:
    """The text in a block, in a list of blocks, or as it is. No vendor puts lists into lists."""
    if isinstance(content, list):
        return "".join(_plain(each) for each in content if not isinstance(each, list))
    if isinstance(content, dict):
        content = content.get("text")
    return content if isinstance(content, str) else ""


def _shown(detail: dict[str, Any]) -> str:
    """The part of a reasoning detail that is for people."""
    text = detail.get("text") or detail.get("summary")
    return text if isinstance(text, str) else ""


def _merge(details: list[dict[str, Any]], new: dict[str, Any]) -> None:
    """Add a reasoning detail's delta: texts of the same detail are joined, everything else is the latest that was said."""
    last = details[-1] if details else None
    if last is None or (last.get("index"), last.get("type")) != (new.get("index"), new.get("type")):
        details.append(dict(new))
        return
    for key, value in new.items():
        if key in ("text", "summary", "data") and isinstance(value, str) and isinstance(last.get(key), str):
            last[key] += value
        elif value is not None:
            last[key] = value
