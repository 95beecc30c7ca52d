"""The event stream of Google's ``streamGenerateContent`` as our events.

The rule: a text is one part however many pieces it came in, and its metadata says which characters bore which signature.
What only Google reads (signatures, its own tools' calls and results) is kept verbatim, with the model it belongs to.
"""

from __future__ import annotations

import binascii
import json
from collections.abc import Sequence
from typing import Any

from msgspec.structs import replace

from nbagent.errors import GarbledStream, ProviderError
from nbagent.events import ModelAnswered, PartDelta, PartFinished, PartStarted, ProviderEvent, StreamEnded, UsageReported
from nbagent.messages import FilePart, Part, ReasoningPart, TextPart
from nbagent.providers.carriers.decoding import Reader, joined
from nbagent.providers.carriers.failures import cut, in_band
from nbagent.providers.google.calls import Calling
from nbagent.providers.google.endings import REASONS, blocked, failed
from nbagent.providers.google.payloads import NAME, Call, Candidate, Chunk, WirePart, string, tokens, wav
from nbagent.providers.google.server import Ran, words
from nbagent.providers.google.sources import citations, lookups

_RAW_AUDIO = ("audio/l16", "audio/pcm")  # samples alone, in pieces that are one sound: nothing plays them without a header


class _Text:
    """A text or a thought that is arriving; `signed` are the places of its pieces that bore a signature."""

    __slots__ = ("held", "index", "pieces", "signed", "size", "thought")

    def __init__(self, index: int, *, thought: bool) -> None:
        self.index, self.thought = index, thought
        self.pieces: list[str] = []
        self.size = 0
        self.held = ""
        self.signed: list[list[Any]] = []


class GoogleDecoder:
    """One answer of `model`, the name that was asked for. `provider` is the name under which it will be sent back."""

    def __init__(self, model: str, *, provider: str = NAME, secrets: Sequence[str] = ()) -> None:
        self.failure: ProviderError | None = None
        self.done = False
        self._model, self._provider, self._secrets = model, provider, secrets
        self._read = Reader(Chunk, provider=provider)
        self._parts = 0
        self._text: _Text | None = None
        self._texts: list[_Text] = []  # finished at the end: what they cite comes last
        self._calling: Calling | None = None
        self._ran: Ran | None = None
        self._sound: tuple[int, FilePart, list[bytes]] | None = None
        self._called = False
        self._answered: tuple[str | None, str | None] = (None, None)
        self._usage: dict[str, Any] | None = None
        self._reason = self._detail = ""
        self._feedback: dict[str, Any] = {}
        self._grounding: dict[str, Any] = {}
        self._cited: dict[str, Any] = {}
        self._fetched: dict[str, Any] = {}
        self._tools: set[str] = set()
        self._ids: set[str] = set()  # of calls
        self._token: str | None = None

    def feed(self, payloads: Sequence[bytes]) -> list[ProviderEvent]:
        """What these payloads say."""
        out: list[ProviderEvent] = []
        usage = self._usage
        for payload in payloads:
            try:
                chunk = self._read(payload)
            except GarbledStream as failure:
                if payload.strip() != b"[DONE]":
                    self.failure = self._listed(payload) or failure
                    break
                continue
            if chunk.error:
                self.failure = in_band(chunk.error, provider=self._provider, secrets=self._secrets)
                break
            self._take(chunk, out)
            if self.failure is not None:
                break
        if self._usage is not usage and self._usage is not None and self._usage != usage:
            out.append(UsageReported(tokens(self._usage), self._usage))
        self.done = bool(self._feedback.get("blockReason")) or bool(self._reason and self._usage and "totalTokenCount" in self._usage)
        return out

    def end(self) -> list[ProviderEvent]:
        """The last events, or `failure` where the answer has no end, or one that is none."""
        if not self._reason:
            self.failure = blocked(self._provider, self._feedback) if self._feedback.get("blockReason") else cut(self._provider)
            return []
        if (failure := failed(self._provider, self._reason, self._detail)) is not None:
            self.failure = failure
            return []
        out: list[ProviderEvent] = []
        self._close(out)
        self._finish_call(out, whole=self._reason != "MAX_TOKENS")
        cited = citations(["".join(text.pieces) for text in self._texts], self._grounding, self._cited)
        for text, sources in zip(self._texts, cited, strict=True):
            out.append(PartFinished(text.index, TextPart("".join(text.pieces), self._signatures(text), tuple(sources))))
        for part in lookups(self._grounding, self._fetched, self._tools):
            self._whole(part, out)
        if self._token:
            self._whole(TextPart("", self._mine({"continuation": self._token})), out)
        reason = REASONS.get(self._reason, "stop")
        if reason == "stop" and self._called:
            reason = "tool_calls"
        said = "" if self._reason in ("STOP", "MAX_TOKENS", "CONTINUATION") else self._reason
        out.append(StreamEnded(reason, self._detail or said))
        return out

    # -- a chunk ------------------------------------------------------------------------------------------------------

    def _take(self, chunk: Chunk, out: list[ProviderEvent]) -> None:
        answered = (chunk.model_version or self._answered[0], chunk.response_id or self._answered[1])
        if answered != self._answered:
            self._answered = answered
            out.append(ModelAnswered(*answered))
        if chunk.usage_metadata and "promptTokenCount" in chunk.usage_metadata:
            self._usage = chunk.usage_metadata
        if chunk.prompt_feedback:
            self._feedback = chunk.prompt_feedback
        for candidate in chunk.candidates:
            if candidate.index:
                continue  # another answer: one was asked for
            if candidate.content is not None:
                for part in candidate.content.parts:
                    if part.text is not None and part.function_call is None:
                        self._take_text(part, out)
                    else:
                        self._take_rare(part, out)
            if candidate.finish_reason:
                self._reason, self._detail = candidate.finish_reason, candidate.finish_message or ""
            self._take_sources(candidate)

    def _take_sources(self, candidate: Candidate) -> None:
        for kept, given in (
            (self._grounding, candidate.grounding_metadata), (self._cited, candidate.citation_metadata), (self._fetched, candidate.url_context_metadata),
        ):  # fmt: skip
            if given:
                kept.update((key, value) for key, value in given.items() if value)
        self._token = candidate.continuation_token or self._token

    def _take_text(self, part: WirePart, out: list[ProviderEvent]) -> None:
        text, open_ = part.text or "", self._text
        if open_ is None or open_.thought is not part.thought:
            if not text and not part.thought_signature:
                return
            self._close(out)
            open_ = self._text = _Text(self._index(), thought=part.thought)
            out.append(PartStarted(open_.index, ReasoningPart("") if part.thought else TextPart("")))
        if self._read.torn:
            text, open_.held = joined(open_.held, text)
        start = open_.size
        if text:
            open_.pieces.append(text)
            open_.size += len(text)
            out.append(PartDelta(open_.index, text))
        if part.thought_signature:
            open_.signed.append([start, open_.size, part.thought_signature])

    def _take_rare(self, part: WirePart, out: list[ProviderEvent]) -> None:
        signature = {"signature": part.thought_signature} if part.thought_signature else {}
        if part.function_call is not None:
            self._take_call(part.function_call, part.thought_signature, out)
        elif part.inline_data is not None:
            self._take_data(part.inline_data, signature | ({"thought": True} if part.thought else {}), out)
        elif part.file_data is not None:
            self._close(out)
            url = part.file_data.get("fileUri")
            self._whole(FilePart(string(part.file_data, "mimeType"), url=str(url or ""), provider_metadata=self._mine(signature)), out)
        elif said := words(part):
            for kind, given in said:
                self._take_server(kind, given, part.thought_signature, out)
        elif part.thought_signature:
            self._take_text(part, out)

    # -- calls --------------------------------------------------------------------------------------------------------

    def _take_call(self, call: Call, signature: str | None, out: list[ProviderEvent]) -> None:
        calling = self._calling
        if calling is None or (call.name and not calling.is_(call.id)):
            if not (call.name or call.args or call.partial_args):
                return  # the end of a call that was whole already
            self._close(out)
            self._finish_call(out)
            self._called = True
            calling = self._calling = Calling(call, self._index(), self._ids)
            out.append(calling.started())
        calling.take(call, signature, out)
        if not call.will_continue:
            self._finish_call(out)

    def _finish_call(self, out: list[ProviderEvent], *, whole: bool = True) -> None:
        calling, self._calling = self._calling, None
        if calling is not None:
            calling.finish(self._mine({"signature": calling.signature}) if calling.signature else None, out, whole=whole)

    # -- files, and Google's own tools --------------------------------------------------------------------------------

    def _take_data(self, given: dict[str, Any], meta: dict[str, Any], out: list[ProviderEvent]) -> None:
        kind = string(given, "mimeType") or "application/octet-stream"
        try:
            data = binascii.a2b_base64(string(given, "data").replace("-", "+").replace("_", "/"))
        except (binascii.Error, ValueError):
            self.failure = GarbledStream(f"{self._provider}: a file in the answer is no base64.", kind)
            return
        if self._sound is not None and self._sound[1].media_type == kind:
            self._sound[2].append(data)
            return
        self._close(out)
        part = FilePart(kind, data, name="draft" if meta.get("thought") else None, provider_metadata=self._mine(meta))
        if kind.lower().startswith(_RAW_AUDIO):
            self._sound = (self._index(), part, [data])
            out.append(PartStarted(self._sound[0], FilePart("audio/wav", b"")))
        else:
            self._whole(part, out)

    def _take_server(self, kind: str, given: dict[str, Any], signature: str | None, out: list[ProviderEvent]) -> None:
        ran = self._ran
        if ran is None or not ran.awaits(kind, given):
            self._close(out)
            ran = self._ran = Ran(self._index(), kind, given)
            self._tools.add(ran.part.name)
            out.append(PartStarted(ran.index, ran.part))
        ran.take(kind, given, signature)
        if ran.ended:
            self._close(out)

    # -- parts --------------------------------------------------------------------------------------------------------

    def _close(self, out: list[ProviderEvent]) -> None:
        """Finish what is open, but for a call: those have ends of their own. A text's end waits for its sources."""
        text, self._text = self._text, None
        if text is not None:
            if text.held:
                text.pieces.append("\ufffd")
                out.append(PartDelta(text.index, "\ufffd"))
            if text.thought:
                out.append(PartFinished(text.index, ReasoningPart("".join(text.pieces), provider_metadata=self._signatures(text))))
            else:
                self._texts.append(text)
        ran, self._ran = self._ran, None
        if ran is not None:
            out.append(PartFinished(ran.index, replace(ran.part, provider_metadata=self._mine({"parts": ran.wires}))))
        sound, self._sound = self._sound, None
        if sound is not None:
            index, file, pieces = sound
            made = FilePart("audio/wav", wav(file.media_type, b"".join(pieces)), provider_metadata=file.provider_metadata)
            out.append(PartFinished(index, made))

    def _whole(self, part: Part, out: list[ProviderEvent]) -> None:
        index = self._index()
        started: Part = FilePart(part.media_type, b"", part.url, part.name) if isinstance(part, FilePart) else part
        out += (PartStarted(index, started), PartFinished(index, part))

    def _index(self) -> int:
        self._parts += 1
        return self._parts - 1

    def _signatures(self, text: _Text) -> dict[str, Any] | None:
        return self._mine({"signatures": text.signed}) if text.signed else None

    def _mine(self, meta: dict[str, Any]) -> dict[str, Any]:
        return {self._provider: {"model": self._model, **meta}}

    def _listed(self, payload: bytes) -> ProviderError | None:
        """An error object in a list, as Google sends them where no event stream was asked for."""
        try:
            value = json.loads(payload)
        except (ValueError, RecursionError):
            return None
        if isinstance(value, list) and value and isinstance(value[0], dict) and value[0].get("error"):
            return in_band(value[0]["error"], provider=self._provider, secrets=self._secrets)
        return None
