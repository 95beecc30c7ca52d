"""The events of Bedrock's ConverseStream as ours.

The rule: an answer is whole when ``messageStop`` came; what it cost comes after it. A text block has no start of its own, so
that a part begins with the first of its text, and a block without any is none. What the model must see again (signatures,
redacted reasoning, citations, what AWS's own tools did) goes into the part's `provider_metadata`, with the model it belongs to.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Sequence
from typing import Any

from nbagent.errors import GarbledStream, ProviderError, ServerFailed
from nbagent.events import ModelAnswered, PartDelta, PartFinished, PartStarted, ProviderEvent, StreamEnded, UsageReported
from nbagent.messages import FilePart, FinishReason, Part, ReasoningPart, ServerToolPart, TextPart, ToolCallPart
from nbagent.providers.bedrock.events import Delta, Event, Metadata, Start, Tool, cited, mended, shown, sound, unpacked, usage_of
from nbagent.providers.carriers.decoding import Reader, joined, own_id
from nbagent.providers.carriers.failures import cut, in_band

NAME = "bedrock"

_REASONS: dict[str, FinishReason] = {
    "end_turn": "stop", "stop_sequence": "stop", "tool_use": "tool_calls", "max_tokens": "length", "guardrail_intervened": "content_filter",
    "content_filtered": "content_filter", "model_context_window_exceeded": "context",
}  # fmt: skip
_FAILED = {
    "malformed_model_output": "The model wrote what Bedrock cannot read.",
    "malformed_tool_use": "The model wrote a call of a tool that Bedrock cannot read.",
}


class _Open:
    """A block that is arriving; `part` is the index of its part, None until something of it is there to show."""

    __slots__ = ("citations", "format", "held", "images", "kind", "part", "pieces", "redacted", "result", "signature", "tool")

    def __init__(self, kind: str, tool: Tool | None = None) -> None:
        self.kind, self.tool = kind, tool
        self.part: int | None = None
        self.pieces: list[str] = []
        self.images: list[bytes] = []
        self.citations: list[dict[str, Any]] = []
        self.result: list[dict[str, Any]] = []
        self.held = self.signature = self.format = ""
        self.redacted: list[bytes] = []


class ConverseDecoder:
    """One answer. `model` is the name that was asked for: what the answer holds is sent back to that model only."""

    def __init__(self, model: str, *, secrets: Sequence[str] = ()) -> None:
        self.failure: ProviderError | None = None
        self.done = False
        self._model, self._secrets = model, secrets
        self._read = Reader(Event, provider=NAME)
        self._blocks: dict[int, _Open] = {}
        self._served: dict[str, _Open] = {}  # calls of AWS's own tools, which wait for their results, by id
        self._ids: set[str] = set()
        self._parts = 0
        self._reason: str | None = None
        self._counted = False

    def feed(self, payloads: Sequence[bytes]) -> list[ProviderEvent]:
        """What these payloads say."""
        out: list[ProviderEvent] = []
        try:
            for payload in payloads:
                event = self._read(payload)
                if (block := event.content_block_delta) is not None:
                    if block.delta is None:
                        raise GarbledStream(f"{NAME}: the stream holds bytes that are not its API's.", payload[:120].decode("utf-8", "replace"))
                    self._more(block.content_block_index, block.delta, out)
                else:
                    self._take(event, out)
                    if self.done:
                        break
        except ProviderError as error:
            self.failure = error
        return out

    def end(self) -> list[ProviderEvent]:
        """The last events, or `failure` where no ``messageStop`` came."""
        reason = self._reason
        if reason is None:
            self.failure = cut(NAME)
            return []
        if reason in _FAILED:
            self.failure = ServerFailed(f"{NAME}: {_FAILED[reason]}", f"The answer ended with {reason}.", "What came is kept as a part. Run it again.")
            return []
        out: list[ProviderEvent] = []
        for index in list(self._blocks):
            self._close(index, out)
        for block in self._served.values():
            self._finish(block, self._server_tool(block, None), out)
        ended = _REASONS.get(reason, "stop")
        if reason == "end_turn" and self._ids:
            ended = "tool_calls"
        out.append(StreamEnded(ended, "" if reason in _REASONS and ended != "content_filter" else reason))
        return out

    # -- what a block holds -----------------------------------------------------------------------------------------------

    def _more(self, index: int, delta: Delta, out: list[ProviderEvent]) -> None:
        if delta.text is not None:
            self._write(self._block(index, "text", out), delta.text, out)
        if (reasoning := delta.reasoning_content) is not None:
            block = self._block(index, "reasoning", out)
            if reasoning.text:
                self._write(block, reasoning.text, out)
            block.signature += reasoning.signature or ""
            if reasoning.redacted_content:
                block.redacted.append(unpacked(reasoning.redacted_content))
        if delta.tool_use is not None:
            self._write(self._block(index, "tool", out), delta.tool_use.input, out)
        if delta.citation is not None:
            self._block(index, "text", out).citations.append(mended(delta.citation) if self._read.torn else delta.citation)
        if delta.tool_result is not None:
            self._block(index, "result", out).result += mended(delta.tool_result) if self._read.torn else delta.tool_result
        if delta.image is not None:
            source = delta.image.get("source")
            data = source.get("bytes") if isinstance(source, dict) else None
            self._block(index, "image", out).images.append(unpacked(data) if isinstance(data, str) else b"")

    def _block(self, index: int, kind: str, out: list[ProviderEvent]) -> _Open:
        """The block at this place; another one where what comes is of another kind."""
        block = self._blocks.get(index)
        if block is not None and block.kind == kind:
            return block
        if block is not None:
            self._close(index, out)
        self._close_written(out)
        block = self._blocks[index] = _Open(kind, Tool() if kind in ("tool", "result") else None)
        return block

    def _close_written(self, out: list[ProviderEvent]) -> None:
        """Another block begins: text and reasoning are whole then, also where their end is not said."""
        for index in [index for index, block in self._blocks.items() if block.kind in ("text", "reasoning")]:
            self._close(index, out)

    def _write(self, block: _Open, text: str, out: list[ProviderEvent]) -> None:
        if self._read.torn:
            text, block.held = joined(block.held, text)
        if not text:
            return
        part = self._part(block, out)
        block.pieces.append(text)
        out.append(PartDelta(part, text))

    def _part(self, block: _Open, out: list[ProviderEvent]) -> int:
        """The index of the block's part, which begins here if it has not yet."""
        if block.part is None:
            block.part, self._parts = self._parts, self._parts + 1
            out.append(PartStarted(block.part, self._begun(block)))
        return block.part

    def _begun(self, block: _Open) -> Part:
        match block.kind:
            case "text":
                return TextPart("")
            case "reasoning":
                return ReasoningPart("", redacted=bool(block.redacted))
            case "image":
                return FilePart(f"image/{block.format or 'png'}", data=b"")
            case _:
                tool = block.tool or Tool()
                id_ = sound(tool.tool_use_id)
                if tool.type:
                    return ServerToolPart(id_, sound(tool.name))
                id_ = tool.tool_use_id = own_id(id_, self._ids)
                return ToolCallPart(id_, sound(tool.name))

    def _close(self, index: int, out: list[ProviderEvent]) -> None:
        block = self._blocks.pop(index, None)
        if block is None:
            return
        if block.held:
            block.held = ""
            block.pieces.append("\ufffd")
            out.append(PartDelta(self._part(block, out), "\ufffd"))
        text, tool = "".join(block.pieces), block.tool or Tool()
        match block.kind:
            case "text" if text or block.citations:
                meta = self._mine(citations=block.citations) if block.citations else None
                self._finish(block, TextPart(text, meta, tuple(map(cited, block.citations))), out)
            case "reasoning" if text or block.signature or block.redacted:
                seen = {"signature": block.signature} if block.signature else {}
                if block.redacted:
                    seen = {"redacted": b64encode(b"".join(block.redacted)).decode()}
                self._finish(block, ReasoningPart(text, redacted=not text, provider_metadata=self._mine(**seen) if seen else None), out)
            case "tool" if tool.type:
                self._served[tool.tool_use_id] = block
            case "tool":
                self._part(block, out)  # which gives it an id, where it has none
                self._finish(block, ToolCallPart(sound(tool.tool_use_id), sound(tool.name), text), out)
            case "result":
                asked = self._served.pop(tool.tool_use_id, None) or _Open("tool", Tool(tool.tool_use_id, type=tool.type or "server_tool_use"))
                self._finish(asked, self._server_tool(asked, block), out)
            case "image" if any(block.images):
                self._finish(block, FilePart(f"image/{block.format or 'png'}", data=b"".join(block.images)), out)

    def _finish(self, block: _Open, part: Part, out: list[ProviderEvent]) -> None:
        out.append(PartFinished(self._part(block, out), part))

    def _server_tool(self, block: _Open, answer: _Open | None) -> ServerToolPart:
        tool, text = block.tool or Tool(), "".join(block.pieces)
        seen: dict[str, Any] = {"type": tool.type}
        if answer is None:
            return ServerToolPart(sound(tool.tool_use_id), sound(tool.name), text, provider_metadata=self._mine(**seen))
        given = answer.tool or Tool()
        seen["result"] = {"content": answer.result, **({"type": given.type} if given.type else {}), **({"status": given.status} if given.status else {})}
        result = "\n".join(shown(piece) for piece in answer.result)
        return ServerToolPart(sound(tool.tool_use_id), sound(tool.name), text, result, given.status == "error", self._mine(**seen))

    # -- everything else --------------------------------------------------------------------------------------------------

    def _take(self, event: Event, out: list[ProviderEvent]) -> None:
        if event.error:
            raise in_band(event.error, provider=NAME, secrets=self._secrets)
        if (block := event.content_block_start) is not None:
            self._started(block.content_block_index, block.start or Start(), out)
        elif (block := event.content_block_stop) is not None:
            self._close(block.content_block_index, out)
        elif event.message_stop is not None:
            self._reason = event.message_stop.stop_reason or "end_turn"
        elif event.metadata is not None:
            self._count(event.metadata, out)
        self.done = self._reason is not None and self._counted

    def _started(self, index: int, start: Start, out: list[ProviderEvent]) -> None:
        self._close(index, out)
        self._close_written(out)
        if start.tool_use is not None:
            self._blocks[index] = block = _Open("tool", start.tool_use)
            self._part(block, out)
            if start.tool_use.input:
                self._write(block, start.tool_use.input, out)
        elif start.tool_result is not None:
            self._blocks[index] = _Open("result", start.tool_result)
        elif start.image is not None:
            self._blocks[index] = block = _Open("image")
            block.format = str(start.image.get("format") or "")

    def _count(self, metadata: Metadata, out: list[ProviderEvent]) -> None:
        self._counted = True
        router = (metadata.trace or {}).get("promptRouter")
        if isinstance(router, dict) and isinstance(invoked := router.get("invokedModelId"), str):
            out.append(ModelAnswered(sound(invoked.rsplit("/", 1)[-1])))
        if (raw := metadata.usage) is not None:
            out.append(UsageReported(usage_of(raw, self._model), raw))

    def _mine(self, **seen: Any) -> dict[str, Any]:
        return {NAME: {"model": self._model, **seen}}
