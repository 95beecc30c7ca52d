"""The event stream of OpenAI's Responses API as our events.

The rule: what was shown stands, and an item that is done adds what its deltas left out. What the model must see again
(encrypted reasoning, ids, what OpenAI's own tools did) goes verbatim into the part's `provider_metadata`, together with the
model it belongs to. Every item that is no message, thought or call of ours is a tool of the provider's.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from msgspec import Struct

from nbagent.errors import GarbledStream, ProviderError
from nbagent.events import ModelAnswered, Noted, PartDelta, PartFinished, PartStarted, ProviderEvent, StreamEnded, UsageReported
from nbagent.messages import FilePart, FinishReason, Part, ReasoningPart, ServerToolPart, TextPart, ToolCallPart
from nbagent.providers.carriers.decoding import Reader, joined, own_id
from nbagent.providers.carriers.failures import cut, in_band
from nbagent.providers.openai.server_tools import STREAMED, answered, citations, given, image_of, is_error, items_of, named, text_of
from nbagent.providers.openai.usage import cost_of, response_usage

NAME = "openai"

_DELTAS = {
    "response.output_text.delta": "message",
    "response.refusal.delta": "message",
    "response.function_call_arguments.delta": "function_call",
    "response.reasoning_summary_text.delta": "reasoning",
    "response.reasoning_text.delta": "reasoning",
    **dict.fromkeys(STREAMED, "tool"),
}
_IN_SECTIONS = {"reasoning": "\n\n", "tool": "\n"}  # what stands between the summaries of a thought, the commands of a shell
_OURS = ("message", "reasoning", "function_call")
_INCOMPLETE: dict[str, FinishReason] = {"max_output_tokens": "length", "content_filter": "content_filter", "steered": "pause"}
_IN_CALL = {"type", "call_id", "name", "arguments", "status"}  # what a call's part holds already, or nobody needs
_REFUSED = ("image", "empty_image", "invalid_", "unsupported_image", "failed_to_download", "bio_policy", "misalignment", "data_residency")
_TYPES = {  # beginnings of codes that are told in streams only -> the type of an error whose status is known
    "server_is_overloaded": "overloaded_error", "slow_down": "overloaded_error", **dict.fromkeys(_REFUSED, "invalid_request_error"),
}  # fmt: skip


class _Response(Struct):
    id: str | None = None
    model: str | None = None
    error: Any = None
    incomplete_details: dict[str, Any] | None = None
    output: list[dict[str, Any]] = []
    usage: dict[str, Any] | None = None


class _Event(Struct, gc=False):
    type: str = ""
    delta: str = ""
    output_index: int = 0
    content_index: int = 0
    summary_index: int = 0
    command_index: int = 0
    sequence_number: int = -1
    partial_image_b64: str | None = None
    item: dict[str, Any] | None = None
    response: _Response | None = None
    error: Any = None
    code: Any = None
    message: str | None = None


class _Part:
    """A part that is arriving: its index among ours, its kind of item, and what came of it. `held` is half a surrogate pair."""

    __slots__ = ("held", "index", "item", "kind", "pieces", "section")

    def __init__(self, index: int, kind: str, item: dict[str, Any]) -> None:
        self.index, self.kind, self.item = index, kind, item
        self.pieces: list[str] = []
        self.held = ""
        self.section = 0

    def whole(self, told: str, out: list[ProviderEvent]) -> str:
        """All of its text. What the item tells at its end is believed as far as it goes on from what came."""
        came = "".join(self.pieces)
        rest = told[len(came) :] if told.startswith(came) else "\ufffd" if self.held else ""
        if rest:
            out.append(PartDelta(self.index, rest))
        return came + rest


class ResponsesDecoder:
    """One answer. `model` is the name that was asked for: what the answer holds is sent back to that model only.

    `response_id` and `sequence` say where it could be taken up again: the number of the last event that was read, or -1.
    """

    def __init__(self, model: str, *, provider: str = NAME, secrets: Sequence[str] = ()) -> None:
        self.failure: ProviderError | None = None
        self.done = False
        self.response_id = ""
        self.sequence = -1
        self._model, self._provider, self._secrets = model, provider, secrets
        self._marks: dict[str, Any] = {}
        self._ids: set[str] = set()  # of calls
        self._resumed = self._to_note = False
        self._images: dict[int, str] = {}  # the last partial image of an item
        self._read = Reader(_Event, provider=provider)
        self._items: dict[int, dict[str, Any]] = {}  # announced and not done, by output index
        self._open: dict[int, _Part] = {}  # by output index and content index, see _key
        self._parts = 0
        self._answered = False
        self._called = self._refused = False
        self._reason: FinishReason = "stop"
        self._detail = ""

    def keeps(self, *, stored: bool, conversation: str = "") -> None:
        """Say before the first payload whether the provider keeps the answer: its parts then say so, too."""
        self._marks = ({"stored": True} if stored else {}) | ({"conversation": conversation} if conversation else {})

    def go_on(self) -> None:
        """Another connection goes on with the same answer: what it says again is passed over."""
        self._resumed = self._to_note = True

    def feed(self, payloads: Sequence[bytes]) -> list[ProviderEvent]:
        """What these payloads say."""
        out: list[ProviderEvent] = []
        read, opened, deltas, sequence = self._read, self._open, _DELTAS, self.sequence
        if self._to_note:
            self._to_note = False
            out.append(Noted(text="The connection was cut, and the answer goes on over another.", kind="continued"))
        for payload in payloads:
            try:
                event = read(payload)
            except GarbledStream as failure:
                if payload.strip() == b"[DONE]":
                    continue
                self.failure = failure
                break
            if self._resumed and event.sequence_number <= sequence:
                continue
            sequence = event.sequence_number
            kind = deltas.get(event.type)
            if kind is None:
                self._take(event, out)
                if self.done or self.failure is not None:
                    break
                continue
            text = event.delta
            key = _key(event.output_index, event.content_index) if kind == "message" else _key(event.output_index)
            part = opened.get(key) or self._started(key, kind, {}, out)
            if kind in _IN_SECTIONS and part.section != (section := event.summary_index + event.content_index + event.command_index):
                part.section = section
                text = _IN_SECTIONS[kind] + text if part.pieces else text
            if read.torn:
                text, part.held = joined(part.held, text)
            if text:
                part.pieces.append(text)
                out.append(PartDelta(part.index, text))
        self.sequence = sequence
        return out

    def end(self) -> list[ProviderEvent]:
        """The last events, or `failure` where the stream ended without its terminal event."""
        if not self.done:
            self.failure = cut(self._provider)
            return []
        out: list[ProviderEvent] = []
        for key in list(self._open):  # of items that were never done: what they said when they began is not to be sent back
            self._finish(key, "", {}, None, out)
        reason = self._reason
        if reason == "stop" and (self._refused or self._called):
            reason = "refusal" if self._refused else "tool_calls"
        out.append(StreamEnded(reason, self._detail))
        return out

    # -- everything that is not a delta of text ---------------------------------------------------------------------

    def _take(self, event: _Event, out: list[ProviderEvent]) -> None:
        response = event.response
        match event.type:
            case "response.output_item.added":
                self._add(event.output_index, event.item or {}, out)
            case "response.output_item.done":
                self._complete(event.output_index, event.item or {}, out)
            case "response.image_generation_call.partial_image" if event.partial_image_b64:
                self._images[event.output_index] = event.partial_image_b64
            case "response.created" | "response.queued" | "response.in_progress" if response is not None:
                self._answer(response, out)
            case "response.completed" | "response.incomplete" if response is not None:
                self._answer(response, out)
                self._fill(response.output, out)
                if event.type == "response.incomplete":
                    self._detail = text_of(response.incomplete_details or {}, "reason")
                    self._reason = _INCOMPLETE.get(self._detail, "length")
                self.done = True
            case "response.failed" if response is not None:
                self._answer(response, out)
                self.failure = self._failure(response.error or {"message": "The response failed.", "code": "server_error"})
            case "error":
                self.failure = self._failure(event.error or {"code": event.code, "message": event.message})
            case _ if event.error and not event.type:
                self.failure = self._failure(event.error)

    def _failure(self, error: Any) -> ProviderError:
        if isinstance(error, dict) and (types := [kind for start, kind in _TYPES.items() if str(error.get("code")).startswith(start)]):
            error = {**error, "type": types[0]}
        return in_band(error, provider=self._provider, secrets=self._secrets, request_id=self.response_id or None)

    def _answer(self, response: _Response, out: list[ProviderEvent]) -> None:
        if not self._answered and (response.id or response.model):
            self._answered, self.response_id = True, response.id or ""
            out.append(ModelAnswered(response.model, response.id))
        if response.usage:
            out.append(UsageReported(response_usage(response.usage), response.usage, cost_of(response.usage)))

    def _add(self, place: int, item: dict[str, Any], out: list[ProviderEvent]) -> None:
        """An item begins. Texts are started by their first delta, since an item may hold several."""
        self._items[place] = item
        if (kind := text_of(item, "type")) != "message":
            self._started(_key(place), kind if kind in _OURS else "tool", item, out)

    def _started(self, key: int, kind: str, item: dict[str, Any], out: list[ProviderEvent]) -> _Part:
        if key in self._open:  # a server that numbers its items wrongly
            self._finish(key, "", {}, None, out)
        part = self._open[key] = _Part(self._parts, kind, item)
        self._parts += 1
        match kind:
            case "function_call":
                self._called = True
                item["call_id"] = own_id(text_of(item, "call_id") or text_of(item, "id"), self._ids)
                started: Part = ToolCallPart(item["call_id"], text_of(item, "name"))
            case "reasoning":
                started = ReasoningPart("")
            case "tool":
                self._parts += item.get("type") == "image_generation_call"  # the image has its place beside it
                started = ServerToolPart(text_of(item, "id"), named(item))
            case _:
                started = TextPart("")
        out.append(PartStarted(part.index, started))
        return part

    def _complete(self, place: int, item: dict[str, Any], out: list[ProviderEvent]) -> None:
        """An item is done: what it says now is what counts."""
        kind = text_of(item, "type")
        match kind:
            case "message":
                for number, content in enumerate(items_of(item, "content")):
                    self._finish(_key(place, number), kind, item, content, out)
                for key in [key for key in self._open if key >> 16 == place]:
                    self._finish(key, kind, item, None, out)
            case "":
                return
            case _:
                self._finish(_key(place), kind if kind in _OURS else "tool", item, None, out)
        self._items.pop(place, None)

    def _fill(self, output: list[dict[str, Any]], out: list[ProviderEvent]) -> None:
        """Some servers leave out that an item is done, or send no item at all before the end."""
        whole = not self._parts
        for place, item in enumerate(output):
            announced = self._items.get(place)
            if whole or (announced is not None and announced.get("type") == item.get("type")):
                self._complete(place, item, out)

    def _finish(self, key: int, kind: str, item: dict[str, Any], content: dict[str, Any] | None, out: list[ProviderEvent]) -> None:
        """Finish a part with what its item says; {} where it never said that it is done."""
        part = self._open.get(key) or self._started(key, kind, item, out)
        del self._open[key]
        match part.kind:
            case "function_call":
                more = _without_nulls({name: value for name, value in item.items() if name not in _IN_CALL})
                arguments = part.whole(text_of(item, "arguments") or ("" if part.pieces else "{}"), out)
                whole: Part = ToolCallPart(part.item["call_id"], text_of(part.item, "name") or text_of(item, "name"), arguments, self._mine(more))
            case "reasoning":
                text = part.whole(_thought(item), out)
                whole = ReasoningPart(text, redacted=not text, provider_metadata=self._mine({"item": _without_nulls(item)} if item else {}))
            case "tool":
                whole = self._tool(key, part, item, out)
            case _:
                whole = self._text(part, item, content or {}, out)
        out.append(PartFinished(part.index, whole))

    def _tool(self, key: int, part: _Part, item: dict[str, Any], out: list[ProviderEvent]) -> ServerToolPart:
        """What a tool of the provider's did; an image that it made is a part of its own, and taken out of the item."""
        began = part.item
        if began.get("type") == "image_generation_call" and (image := image_of(item or began, self._images.pop(key >> 16, ""))) is not None:
            item = {name: value for name, value in item.items() if name != "result"}
            file = FilePart(image[0], data=image[1], provider_metadata=self._mine({"image_of": text_of(item or began, "id")}))
            out += [PartStarted(part.index + 1, FilePart(image[0])), PartFinished(part.index + 1, file)]
        arguments = part.whole(given(item), out)
        back = {"item": _without_nulls(item)} if item else {}
        return ServerToolPart(text_of(item or began, "id"), named(item or began), arguments, answered(item), is_error(item), self._mine(back))

    def _text(self, part: _Part, item: dict[str, Any], content: dict[str, Any], out: list[ProviderEvent]) -> TextPart:
        refused = content.get("type") == "refusal"
        self._refused = self._refused or refused
        text = part.whole(text_of(content, "refusal" if refused else "text"), out)
        meta = {"id": item.get("id"), "phase": item.get("phase"), "annotations": content.get("annotations") or None, "refusal": refused or None}
        return TextPart(text, self._mine(_without_nulls(meta)), citations(content))

    def _mine(self, meta: dict[str, Any]) -> dict[str, Any] | None:
        return {self._provider: {"model": self._model, **self._marks, **meta}} if meta else None


def _key(place: int, number: int = 0) -> int:
    return place << 16 | number


def _thought(item: dict[str, Any]) -> str:
    """The summaries of what was thought, or the thought itself from servers that show it."""
    for field in ("summary", "content"):
        texts = [text_of(part, "text") for part in items_of(item, field)]
        if any(texts):
            return "\n\n".join(texts)
    return ""


def _without_nulls(values: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in values.items() if value is not None}
