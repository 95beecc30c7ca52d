"""Tools for a model that has none of its own: written into the prompt, and its calls read from the text as it streams.

A provider around a provider. The rule: what comes out is what a model with tools of its own would have said (the same
parts and events, ids made here), what goes in holds nothing but text, in the form that the model was told to write.
``tool_choice`` is asked for in words, which a model may not follow; ``none`` offers no tools.
"""

from __future__ import annotations

import json
import os
from collections.abc import AsyncGenerator, AsyncIterator, Hashable, Sequence

from msgspec.structs import replace

from nbagent.errors import ProviderError
from nbagent.events import Noted, PartDelta, PartFinished, PartStarted, ProviderEvent, StreamEnded
from nbagent.messages import Message, Part, TextPart, ToolCallPart, ToolResultPart
from nbagent.provider import Capabilities, Knows, Provider, Request, listening, passes_on
from nbagent.providers.carriers.wire_cache import WireCache
from nbagent.providers.wrappers.text_tools_scan import Closed, More, Opened, Piece, Scanner, Text
from nbagent.tools import sendable_name

_PROMPT = """\
# Tools
{tools}

If one of these tools is needed to answer, reply only with:
<tool_call name="<tool-name>"><args-json-object></tool_call>
Several calls are several tags. Results come as <tool_result>. Otherwise reply in plain text. Never call a tool that is not listed.

Examples, with a tool get_time:
User: Say goodbye in Spanish
Assistant: Adiós.
User: What time is it in Oslo?
Assistant: <tool_call name="get_time">{{"city": "Oslo"}}</tool_call>
User: <tool_result name="get_time">14:05</tool_result>
Assistant: It is 14:05 in Oslo.
User: Who painted the Mona Lisa?
Assistant: Leonardo da Vinci painted it."""
"""The shortest that the smallest model we know (Qwen2.5-Coder 0.5B) follows: of 15 questions, with tools that the examples name and
with others, it got 15 right; told at more length, or without the examples, it answered out of its head, or called without end."""

_MUST = "\nCall {which} now, before you say anything else."


class TextTools:
    """`provider`, with tools by text. With `note` it is said once that this model has no calls of its own."""

    def __init__(self, provider: Provider, *, note: bool = False) -> None:
        self.name, self.provider, self._note = provider.name, provider, note
        self._as_text = WireCache(_as_text)
        passes_on(self, provider)
        for verb in ("to_wire", "count_tokens"):
            if inner := getattr(provider, verb, None):
                setattr(self, verb, lambda request, inner=inner: inner(self.written(request)))
        if isinstance(provider, Knows):
            self.capabilities = self._capabilities

    def __repr__(self) -> str:
        return f"TextTools({self.provider!r})"

    def _capabilities(self, model: str) -> Capabilities:
        assert isinstance(self.provider, Knows)
        return replace(self.provider.capabilities(model), tools=True)

    def written(self, request: Request) -> Request:
        """The request as text: tools in the instructions, calls and results in the messages."""
        tools = request.tools if request.tool_choice != "none" else ()
        instructions = request.instructions
        if tools:
            listed = "\n".join(json.dumps({"name": t.name, "description": t.description, "parameters": t.parameters}, ensure_ascii=False) for t in tools)
            instructions = f"{instructions}\n\n{_PROMPT.format(tools=listed)}".strip()
            if request.tool_choice != "auto":
                instructions += _MUST.format(which="a tool" if request.tool_choice == "required" else f"the tool {request.tool_choice}")
        messages: list[Message] = []
        for message in request.messages:
            told = self._as_text(message)
            if messages and messages[-1].role == told.role == "user":  # some templates refuse two in a row
                told = replace(told, parts=(*messages.pop().parts, TextPart("\n\n"), *told.parts))
            messages.append(told)
        return replace(request, instructions=instructions, messages=tuple(messages), tools=(), tool_choice="auto")

    def stream(self, request: Request) -> AsyncIterator[Sequence[ProviderEvent] | ProviderEvent]:
        """The provider's batches, with calls for what was written as such."""
        if not request.tools and not any(message.role == "tool" or message.tool_calls for message in request.messages):
            return self.provider.stream(request)
        return self._read(request)

    async def _read(self, request: Request) -> AsyncGenerator[Sequence[ProviderEvent], None]:
        if self._note and request.tools:
            self._note = False
            model = f"{self.name}:{request.model}" if request.model else self.name
            yield (Noted(text=f"{model} has no tool calls of its own: the tools are written into the prompt.", kind="tools"),)
        reading = _Reading(frozenset(tool.name for tool in request.tools) if request.tool_choice != "none" else frozenset())
        try:
            async with listening(self.provider, self.written(request)) as batches:
                async for batch in batches:
                    if events := reading.take(batch if isinstance(batch, Sequence) else (batch,)):
                        yield events
        except ProviderError:
            if events := reading.rest():  # what was held back is a part of what came
                yield events
            raise


class _Reading:
    """One answer, on its way from text to parts."""

    def __init__(self, names: frozenset[str]) -> None:
        self._names = names
        self._texts: dict[int, _Told] = {}
        self._others: dict[int, int] = {}
        self._next = 0
        self.called = False

    def index(self) -> int:
        self._next += 1
        return self._next - 1

    def take(self, events: Sequence[ProviderEvent]) -> list[ProviderEvent]:
        out: list[ProviderEvent] = []
        for event in events:
            match event:
                case PartDelta(index=index, delta=delta) if index in self._texts:
                    self._texts[index].add(delta, out)
                case PartStarted(index=index, part=TextPart(text=text)):
                    told = self._texts[index] = _Told(self, Scanner(self._names))
                    told.add(text, out)
                case PartFinished(index=index, part=part) if index in self._texts:
                    self._texts.pop(index).finish(part, out)
                case PartStarted(index=index):
                    self._others[index] = self.index()
                    out.append(replace(event, index=self._others[index]))
                case PartDelta(index=index) | PartFinished(index=index):
                    out.append(replace(event, index=self._others[index]))
                case StreamEnded(finish_reason="stop") if self.called:
                    out.append(StreamEnded("tool_calls", event.detail))
                case _:
                    out.append(event)
        return out

    def rest(self) -> list[ProviderEvent]:
        """What was held back when the stream broke. Parts stay open: what they are a part of is for the loop to say."""
        out: list[ProviderEvent] = []
        for told in self._texts.values():
            told.told(told.scanner.end(), out)
        return out


class _Told:
    """One part of text, as the parts that it turns out to be."""

    def __init__(self, reading: _Reading, scanner: Scanner) -> None:
        self.reading, self.scanner = reading, scanner
        self._open: tuple[int, TextPart | ToolCallPart] | None = None
        self._said: list[str] = []
        self._parts, self._came = 0, False

    def add(self, text: str, out: list[ProviderEvent]) -> None:
        if text:
            self._came = True
            self.told(self.scanner.feed(text), out)

    def finish(self, whole: Part, out: list[ProviderEvent]) -> None:
        """The end of the provider's part. One that was all text keeps what its provider must see again."""
        assert isinstance(whole, TextPart)
        if not self._came:
            self.add(whole.text, out)
        self.told(self.scanner.end(), out)
        if self._parts == 0 and whole.provider_metadata is not None:
            self._start(TextPart(""), out)
        self._close(out, whole if self._parts == 1 else None)

    def told(self, pieces: Sequence[Piece], out: list[ProviderEvent]) -> None:
        for piece in pieces:
            match piece:
                case Opened(name=name):
                    self._close(out)
                    self.reading.called = True
                    self._start(ToolCallPart(f"call_{os.urandom(8).hex()}", name), out)
                case More(arguments=delta):
                    self._delta(delta, out)
                case Closed():
                    self._close(out)
                case Text(text=delta):
                    if self._open is None:
                        self._start(TextPart(""), out)
                    self._delta(delta, out)

    def _start(self, part: TextPart | ToolCallPart, out: list[ProviderEvent]) -> None:
        self._open, self._said = (self.reading.index(), part), []
        self._parts += 1
        out.append(PartStarted(self._open[0], part))

    def _delta(self, delta: str, out: list[ProviderEvent]) -> None:
        assert self._open is not None
        if delta:
            self._said.append(delta)
            out.append(PartDelta(self._open[0], delta))

    def _close(self, out: list[ProviderEvent], whole: TextPart | None = None) -> None:
        if self._open is None:
            return
        (index, part), said, self._open = self._open, "".join(self._said), None
        if isinstance(part, ToolCallPart):
            out.append(PartFinished(index, replace(part, arguments=said)))
        else:
            out.append(PartFinished(index, whole if whole is not None and whole.text == said else TextPart(said)))


# --- what goes in ------------------------------------------------------------------------------------------------------


def _as_text(message: Message, _: Hashable) -> Message:
    """A message without calls and results: they are text, and a tool's answer is a user's message."""
    if message.role == "tool":
        return Message("user", tuple(part for result in message.tool_results for part in _result(result)))
    if not message.tool_calls:
        return message
    parts: list[Part] = []
    for part in message.parts:
        break_ = "\n" if any(isinstance(each, TextPart) for each in parts) else ""
        parts.append(TextPart(break_ + _call(part)) if isinstance(part, ToolCallPart) else part)
    return replace(message, parts=tuple(parts), finish_reason="stop")


def _call(call: ToolCallPart) -> str:
    arguments = call.arguments if call.arguments.lstrip().startswith("{") else "{}"
    return f'<tool_call name="{sendable_name(call.name)}">{arguments}</tool_call>'


def _result(result: ToolResultPart) -> list[Part]:
    failed = ' error="true"' if result.is_error else ""
    return [TextPart(f'<tool_result name="{result.name}"{failed}>{result.content}</tool_result>'), *result.files]
