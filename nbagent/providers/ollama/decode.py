"""The lines of Ollama's ``/api/chat`` and ``/api/pull`` as our events.

The rule: an answer is whole when a line said ``done``, a download when one said ``success``. Calls that came without ids
are given some, and their arguments, which come as an object, are JSON text again.
"""

from __future__ import annotations

import json
from base64 import b64decode
from collections.abc import Sequence
from typing import Any

from msgspec import Struct

from nbagent.errors import ModelNotFound, ProviderError
from nbagent.events import ModelAnswered, Noted, PartDelta, PartFinished, PartStarted, ProviderEvent, StreamEnded, UsageReported, Waiting
from nbagent.messages import FilePart, FinishReason, Part, ReasoningPart, TextPart, ToolCallPart, Usage
from nbagent.providers.carriers.decoding import Reader, count, joined, own_id
from nbagent.providers.carriers.failures import cut, in_band

NAME = "ollama"

_REASONS: dict[str, FinishReason] = {"": "stop", "stop": "stop", "length": "length", "load": "stop", "unload": "stop"}
_IMAGES = {b"\x89PNG": "image/png", b"\xff\xd8\xff": "image/jpeg", b"GIF8": "image/gif", b"RIFF": "image/webp"}


class _Function(Struct):
    name: str = ""
    arguments: Any = None


class _Call(Struct):
    id: str | None = None
    function: _Function | None = None


class _Message(Struct, gc=False):
    content: str | None = None
    thinking: str | None = None
    tool_calls: list[_Call] | None = None
    images: list[str] | None = None


class _Line(Struct, gc=False):
    model: str | None = None
    message: _Message | None = None
    done: bool = False
    done_reason: str | None = None
    error: Any = None
    prompt_eval_count: int | None = None
    eval_count: int | None = None
    total_duration: int | None = None
    load_duration: int | None = None
    prompt_eval_duration: int | None = None
    eval_duration: int | None = None


_COUNTED = ("prompt_eval_count", "eval_count", "total_duration", "load_duration", "prompt_eval_duration", "eval_duration")


class OllamaDecoder:
    """One answer. `model` is the name that was asked for, `num_ctx` the size of the context that was, in tokens."""

    def __init__(self, model: str, *, num_ctx: int | None = None, secrets: Sequence[str] = ()) -> None:
        self.failure: ProviderError | None = None
        self.done = False
        self._model, self._num_ctx, self._secrets = model, num_ctx, secrets
        self._read = Reader(_Line, provider=NAME)
        self._parts = 0
        self._kind: type[TextPart] | type[ReasoningPart] | None = None  # of the part that is being written
        self._pieces: list[str] = []
        self._held = ""  # half of a surrogate pair
        self._answered = False
        self._ids: set[str] = set()
        self._ended: StreamEnded | None = None

    def feed(self, payloads: Sequence[bytes]) -> list[ProviderEvent]:
        """What these lines say."""
        out: list[ProviderEvent] = []
        try:
            for payload in payloads:
                self._take(self._read(payload), out)
                if self.done:
                    break
        except ProviderError as error:
            self.failure = error
        return out

    def end(self) -> list[ProviderEvent]:
        """The last events, or `failure` where no line said ``done``."""
        if self._ended is None:
            self.failure = cut(NAME)
            return []
        out: list[ProviderEvent] = []
        self._close(out)
        return [*out, self._ended]

    def _take(self, line: _Line, out: list[ProviderEvent]) -> None:
        if line.error:
            raise in_band(line.error, provider=NAME, secrets=self._secrets)
        if not self._answered and line.model:
            self._answered = True
            out.append(ModelAnswered(line.model))
        message = line.message
        if message is not None:
            if message.thinking:
                self._write(ReasoningPart, message.thinking, out)
            if message.content:
                self._write(TextPart, message.content, out)
            for call in message.tool_calls or ():
                self._call(call, out)
            for image in message.images or ():
                self._image(image, out)
        if line.done:
            self.done = True
            self._finish(line, out)

    def _write(self, kind: type[TextPart] | type[ReasoningPart], text: str, out: list[ProviderEvent]) -> None:
        if self._kind is not kind:
            self._close(out)
            self._kind = kind
            out.append(PartStarted(self._parts, kind("")))
        if self._read.torn:
            text, self._held = joined(self._held, text)
        if text:
            self._pieces.append(text)
            out.append(PartDelta(self._parts, text))

    def _close(self, out: list[ProviderEvent]) -> None:
        kind, self._kind = self._kind, None
        if kind is None:
            return
        if self._held:
            self._held = ""
            self._pieces.append("\ufffd")
            out.append(PartDelta(self._parts, "\ufffd"))
        text = "".join(self._pieces)
        self._pieces.clear()
        part: Part = TextPart(text) if kind is TextPart else ReasoningPart(text, provider_metadata={NAME: {"model": self._model}})
        self._add(part, out)

    def _call(self, call: _Call, out: list[ProviderEvent]) -> None:
        if (function := call.function) is None:
            return
        self._close(out)
        name, id_ = _sound(function.name), own_id(_sound(call.id or ""), self._ids)
        given = function.arguments
        arguments = _sound(given) if isinstance(given, str) else _sound(json.dumps(given if given is not None else {}, ensure_ascii=False))
        out.append(PartStarted(self._parts, ToolCallPart(id_, name)))
        if arguments:
            out.append(PartDelta(self._parts, arguments))
        self._add(ToolCallPart(id_, name, arguments), out)

    def _image(self, image: str, out: list[ProviderEvent]) -> None:
        try:
            data = b64decode(image)
        except ValueError:
            return
        self._close(out)
        kind = next((kind for start, kind in _IMAGES.items() if data.startswith(start)), "image/png")
        part = FilePart(kind, data=data)
        out.append(PartStarted(self._parts, part))
        self._add(part, out)

    def _add(self, part: Part, out: list[ProviderEvent]) -> None:
        out.append(PartFinished(self._parts, part))
        self._parts += 1

    def _finish(self, line: _Line, out: list[ProviderEvent]) -> None:
        read, written = count(line.prompt_eval_count), count(line.eval_count)
        raw = {name: value for name in _COUNTED if (value := getattr(line, name)) is not None}
        if raw:
            out.append(UsageReported(Usage(read, written), raw))
        said = _sound(line.done_reason or "")
        reason = _REASONS.get(said, "stop")
        full = self._num_ctx is not None and read + written >= self._num_ctx
        if full and reason == "length":
            reason = "context"
        elif full:
            out.append(Noted(text=_FULL.format(self._num_ctx), kind="left_out"))
        if reason == "stop" and self._ids:
            reason = "tool_calls"
        self._ended = StreamEnded(reason, "" if said in ("stop", "length") else said)


_FULL = "The context of {} tokens is full: Ollama left out the beginning of what it was to read. A larger num_ctx takes more, truncate=False makes it an error."


class _Progress(Struct):
    status: str = ""
    digest: str = ""
    total: int = 0
    completed: int = 0
    error: Any = None


class PullDecoder:
    """A download's lines as `Waiting`: `fraction` is of all layers that were named so far, and never goes back."""

    def __init__(self, model: str, *, secrets: Sequence[str] = ()) -> None:
        self.failure: ProviderError | None = None
        self.done = False
        self._model, self._secrets = model, secrets
        self._read = Reader(_Progress, provider=NAME)
        self._layers: dict[str, tuple[int, int]] = {}  # bytes that are here, and all of them
        self._said: Waiting | None = None
        self._most: float | None = None

    def feed(self, payloads: Sequence[bytes]) -> list[ProviderEvent]:
        out: list[ProviderEvent] = []
        try:
            for payload in payloads:
                self._take(self._read(payload), out)
        except ProviderError as error:
            self.failure = error
        return out

    def end(self) -> list[ProviderEvent]:
        """Nothing; `failure` where no line said ``success``."""
        if not self.done:
            self.failure = cut(NAME, f"The download of {self._model} is not complete; it goes on where it stopped.")
        return []

    def _take(self, line: _Progress, out: list[ProviderEvent]) -> None:
        if line.error:
            failure = in_band(line.error, provider=NAME, secrets=self._secrets)
            if "file does not exist" in failure.why:
                raise ModelNotFound(f"Ollama's library has no model {self._model!r}.", failure.why, "Names and tags: https://ollama.com/library")
            raise failure
        if line.status == "success":
            self.done, self._most = True, 1.0
        elif line.total > 0:
            self._layers[line.digest] = (min(max(line.completed, self._layers.get(line.digest, (0, 0))[0]), line.total), line.total)
            here, whole = (sum(sizes) for sizes in zip(*self._layers.values(), strict=True))
            self._most = max(self._most or 0.0, here / whole)
        said = Waiting(f"{self._model}: {_sound(line.status)}", self._most)
        if said != self._said:
            self._said = said
            out.append(said)


def _sound(text: str) -> str:
    """The text with U+FFFD for halves of surrogate pairs."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode()
