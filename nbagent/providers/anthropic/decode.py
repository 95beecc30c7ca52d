"""The event stream of Anthropic's Messages API as our events.

The rule: what the model must see again (signatures, encrypted thinking, what Anthropic's own tools did) goes verbatim into
the part's `provider_metadata`, together with the model it belongs to. A call of a tool of Anthropic's own and its result are one
part, which is open until the result is there. A block of a kind that has no part of ours travels as an empty text, so that its
place in the answer is kept.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import msgspec

from nbagent.errors import GarbledStream, IncompleteStream, ProviderError
from nbagent.events import ModelAnswered, Noted, PartDelta, PartFinished, PartStarted, ProviderEvent, StreamEnded, UsageReported
from nbagent.messages import FinishReason, Part, ReasoningPart, ServerToolPart, TextPart, ToolCallPart, Usage
from nbagent.providers.anthropic.events import ContentBlock, Delta, Event, Message
from nbagent.providers.anthropic.models import NAME
from nbagent.providers.anthropic.server import cited, is_result, is_use, name_of_result, told
from nbagent.providers.carriers.decoding import Reader, count, joined, own_id
from nbagent.providers.carriers.failures import cut, in_band

_REASONS: dict[str, FinishReason] = {
    "end_turn": "stop", "stop_sequence": "stop", "tool_use": "tool_calls", "max_tokens": "length", "refusal": "refusal",
    "pause_turn": "pause", "model_context_window_exceeded": "context",
}  # fmt: skip
_KIND_OF_DELTA = {"text_delta": "text", "thinking_delta": "thinking"}  # for servers that forget to start a block
_IN_PARTS = {"type", "id", "name", "input", "text", "thinking", "signature", "data", "citations"}  # what a part holds already


class AnthropicDecoder:
    """One answer. `model` is the name that was asked for: what the answer holds is sent back to that model of that `provider` only."""

    def __init__(self, model: str, *, provider: str = NAME, secrets: Sequence[str] = ()) -> None:
        self.failure: ProviderError | None = None
        self.done = False
        self._model, self._provider, self._secrets = model, provider, secrets
        self._read = Reader(Event, provider=provider)
        self._blocks: dict[int, ContentBlock] = {}
        self._uses: dict[str, ContentBlock] = {}  # calls of Anthropic's own tools whose result is not there yet, by their ids
        self._latest: ContentBlock | None = None
        self._parts = self._late = 0
        self._ids: set[str] = set()  # of calls of ours
        self._empty: set[int] = set()  # parts that a message will not hold
        self._id: str | None = None
        self._usage: dict[str, Any] = {}
        self._reason = self._detail = ""
        self._called = False
        self._container: str | None = None

    def feed(self, payloads: Sequence[bytes]) -> list[ProviderEvent]:
        """What these payloads say."""
        out: list[ProviderEvent] = []
        read, blocks = self._read, self._blocks
        for payload in payloads:
            try:
                event = read(payload)
            except GarbledStream as failure:
                if payload.strip() == b"[DONE]":
                    continue
                self.failure = failure
                break
            delta = event.delta
            if event.type == "content_block_delta" and delta is not None:
                block = blocks.get(event.index) or self._started({"type": _KIND_OF_DELTA.get(delta.type)}, event.index, out)
                text = delta.text or delta.thinking or delta.partial_json
                if not text:
                    self._take_rare(block, delta, payload)
                    continue
                if read.torn:
                    text, block.held = joined(block.held, text)
                block.pieces.append(text)
                if block.shown and text:
                    out.append(PartDelta(block.part, text))
            else:
                self._take(event, out)
                if self.done or self.failure is not None:
                    break
        return out

    def end(self) -> list[ProviderEvent]:
        """The last events, or `failure` where the stream ended without ``message_stop``."""
        if not self.done:
            self.failure = cut(self._provider)
            return []
        out: list[ProviderEvent] = []
        for index in list(self._blocks):
            self._finish(index, out)
        out += [PartFinished(use.part, self._server_part(use)) for use in self._uses.values()]
        if self._container:
            self._carry({"container": self._container}, out)
        reason = _REASONS.get(self._reason, "stop")
        if reason == "stop" and self._called and self._reason != "stop_sequence":
            reason = "tool_calls"
        out.append(StreamEnded(reason, self._detail or ("" if self._reason in _REASONS else self._reason)))
        return out

    # -- everything that is not a delta of text ---------------------------------------------------------------------

    def _take(self, event: Event, out: list[ProviderEvent]) -> None:
        match event.type:
            case "content_block_start":
                if event.index in self._blocks:
                    self._finish(event.index, out)
                self._started(event.content_block or {}, event.index, out)
            case "content_block_stop":
                self._finish(event.index, out)
            case "message_start":
                self._take_message(event.message or Message(), out)
            case "message_delta":
                if event.delta is not None:
                    details = event.delta.stop_details or {}
                    self._stop(event.delta.stop_reason, details.get("explanation") or details.get("category") or event.delta.stop_sequence)
                    self._container = _id_of(event.delta.container) or self._container
                self._count(event.usage, out)
            case "message_stop":
                self.done = True
            case _ if event.error:
                self.failure = in_band(event.error, provider=self._provider, secrets=self._secrets, request_id=event.request_id)

    def _take_message(self, message: Message, out: list[ProviderEvent]) -> None:
        if self._id is not None:
            if message.id != self._id:  # a proxy lost its connection, asked again and sent the second answer after the first
                self.failure = IncompleteStream(
                    f"{self._provider}: the answer broke off and another one began in the same stream.",
                    "Something between here and Anthropic asked twice.",
                    "What came of the first is kept as a part. Run it again.",
                )
            return
        self._id = message.id
        out.append(ModelAnswered(message.model, message.id))
        self._count(message.usage, out)
        self._stop(message.stop_reason, message.stop_sequence)
        self._container = _id_of(message.container)
        for number, block in enumerate(message.content):  # calls that Anthropic's code made while it waited for a result of ours
            self._started(block, -1 - number, out)
            self._finish(-1 - number, out)

    def _stop(self, reason: str | None, detail: Any) -> None:
        if reason:
            self._reason, self._detail = reason, detail if isinstance(detail, str) else ""

    def _count(self, usage: dict[str, Any] | None, out: list[ProviderEvent]) -> None:
        """Usage is cumulative and comes twice; what the second report leaves out stands in the first."""
        if not usage:
            return
        self._usage.update((key, value) for key, value in usage.items() if value is not None or key not in self._usage)
        raw = self._usage
        read, written = _number(raw, "cache_read_input_tokens"), _number(raw, "cache_creation_input_tokens")
        details = raw.get("output_tokens_details")
        thinking = _number(details, "thinking_tokens") if isinstance(details, dict) else 0
        tokens = Usage(_number(raw, "input_tokens") + read + written, _number(raw, "output_tokens"), read, written, thinking)
        out.append(UsageReported(tokens, dict(raw)))

    def _started(self, given: dict[str, Any], index: int, out: list[ProviderEvent]) -> ContentBlock:
        before, block = self._latest, ContentBlock(given, self._parts)
        self._latest = self._blocks[index] = block
        match block.kind:
            case "text":
                part: Part = TextPart("")
            case "thinking":
                part = ReasoningPart("")
            case "redacted_thinking":
                part = ReasoningPart("", redacted=True)
            case "tool_use":
                self._called = True
                given["id"] = own_id(_string(given, "id"), self._ids)
                part = ToolCallPart(given["id"], _string(given, "name"))
            case kind if is_use(kind):
                part = ServerToolPart(_string(given, "id"), _string(given, "name"))
            case kind if is_result(kind):
                return self._result_started(block, before, out)
            case _:
                return block  # shown to nobody: its part is made when it is whole
        self._parts += 1
        out.append(PartStarted(block.part, part))
        if text := _string(given, "text") if block.kind == "text" else _string(given, "thinking"):
            block.pieces.append(text)
            out.append(PartDelta(block.part, text))
        return block

    def _result_started(self, block: ContentBlock, before: ContentBlock | None, out: list[ProviderEvent]) -> ContentBlock:
        """The result belongs to its call's part; where the call was in an earlier answer, to one of its own."""
        of = _string(block.given, "tool_use_id")
        if (use := self._uses.pop(of, None)) is not None:
            block.use, block.part = use, use.part
            if before is not use:
                after = sum(part not in self._empty for part in range(use.part + 1, self._parts))
                block.at, self._late = (after, self._late), self._late + 1
        else:
            self._parts += 1
            out.append(PartStarted(block.part, ServerToolPart(of, name_of_result(str(block.kind)))))
        return block

    def _take_rare(self, block: ContentBlock, delta: Delta, payload: bytes) -> None:
        match delta.type:
            case "text_delta" | "thinking_delta" | "input_json_delta":
                pass  # empty
            case "signature_delta":
                block.signature += delta.signature
            case "citations_delta":
                citations = block.given.get("citations")
                block.given["citations"] = [*(citations if isinstance(citations, list) else []), delta.citation]
            case _ if not block.shown:
                block.given |= _other_fields(payload)

    def _finish(self, index: int, out: list[ProviderEvent]) -> None:
        block = self._blocks.pop(index, None)
        if block is None:
            return
        if block.held:
            block.pieces.append("\ufffd")
            if block.shown:
                out.append(PartDelta(block.part, "\ufffd"))
        match block.kind:
            case "text":
                part: Part = self._text(block)
            case "thinking":
                text = block.text
                meta = self._mine({"signature": block.signature}) if block.signature else None
                part = ReasoningPart(text, redacted=not text, provider_metadata=meta)
            case "redacted_thinking":
                part = ReasoningPart("", redacted=True, provider_metadata=self._mine({"data": block.given.get("data")}))
            case "tool_use":
                part = self._call(block, out)
            case kind if is_use(kind):
                self._called_there(block, out)
                return  # its part is open until the result is there
            case kind if is_result(kind):
                part = self._server_part(block.use, block)
            case None:
                return
            case _:
                if text := block.text:
                    block.given["input"] = _object(text)
                self._carry({"block": block.given}, out)
                if block.kind == "fallback":
                    self._took_over(block.given, out)
                return
        out.append(PartFinished(block.part, part))

    def _text(self, block: ContentBlock) -> TextPart:
        text, citations = block.text, block.given.get("citations")
        if not text and not citations:
            self._empty.add(block.part)
        return TextPart(text, self._mine({"citations": citations}) if citations else None, cited(citations))

    def _called_there(self, block: ContentBlock, out: list[ProviderEvent]) -> None:
        """A call of a tool of Anthropic's own is whole; its input may have come with the block's start."""
        if text := block.text:
            block.given["input"] = _object(text)
        else:
            block.pieces.append(_json(block.given.get("input")))
            out.append(PartDelta(block.part, block.text))
        if (older := self._uses.pop(_string(block.given, "id"), None)) is not None:
            out.append(PartFinished(older.part, self._server_part(older)))
        self._uses[_string(block.given, "id")] = block

    def _server_part(self, use: ContentBlock | None, result: ContentBlock | None = None) -> ServerToolPart:
        kept: dict[str, Any] = {"use": use.given} if use is not None else {}
        text, failed = "", False
        if result is not None:
            kept |= {"result": result.given} | ({"at": result.at} if result.at else {})
            text, failed = told(result.given)
        if use is not None:
            return ServerToolPart(_string(use.given, "id"), _string(use.given, "name"), use.text, text, failed, self._mine(kept))
        given = result.given if result is not None else {}
        return ServerToolPart(_string(given, "tool_use_id"), name_of_result(_string(given, "type")), "", text, failed, self._mine(kept))

    def _call(self, block: ContentBlock, out: list[ProviderEvent]) -> ToolCallPart:
        given, arguments = block.given, block.text
        if not arguments:  # the whole input came with the block's start, or there is none
            arguments = _json(given.get("input"))
            out.append(PartDelta(block.part, arguments))
        more = {key: value for key, value in given.items() if key not in _IN_PARTS and value is not None}
        return ToolCallPart(given["id"], _string(given, "name"), arguments, self._mine(more) if more else None)

    def _took_over(self, given: dict[str, Any], out: list[ProviderEvent]) -> None:
        """Another model goes on where the one that was asked declined."""
        before, after = (_string(each, "model") if isinstance(each := given.get(key), dict) else "" for key in ("from", "to"))
        if after:
            out += [Noted(text=f"{before or self._model} declined, {after} answers", kind="fallback"), ModelAnswered(after, self._id)]

    def _carry(self, meta: dict[str, Any], out: list[ProviderEvent]) -> None:
        out.append(PartStarted(self._parts, TextPart("")))
        out.append(PartFinished(self._parts, TextPart("", self._mine(meta))))
        self._parts += 1

    def _mine(self, meta: dict[str, Any]) -> dict[str, Any]:
        return {self._provider: {"model": self._model, **meta}}


def _number(values: dict[str, Any], key: str) -> int:
    return count(values.get(key))


def _string(values: dict[str, Any], key: str) -> str:
    value = values.get(key)
    return value.encode("utf-8", "replace").decode() if isinstance(value, str) else ""


def _id_of(container: dict[str, Any] | None) -> str | None:
    return _string(container or {}, "id") or None


def _object(text: str) -> dict[str, Any]:
    """JSON text as an object; {} where it is none (a call of Anthropic's own tool that was cut off)."""
    try:
        return msgspec.json.decode(text, type=dict[str, Any])
    except msgspec.DecodeError:
        return {}


def _json(value: Any) -> str:
    """An object as JSON text."""
    return json.dumps(value if isinstance(value, dict) else {}, ensure_ascii=False).encode("utf-8", "replace").decode()


def _other_fields(payload: bytes) -> dict[str, Any]:
    """The fields of a delta of a kind that is not known here."""
    delta: Any = json.loads(payload.decode("utf-8", "replace"), strict=False).get("delta")
    return {key: value for key, value in delta.items() if key != "type"} if isinstance(delta, dict) else {}
