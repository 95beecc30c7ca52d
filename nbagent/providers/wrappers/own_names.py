"""A provider whose tools may have any names: it is told of them by names that every API takes, and its calls come back under their own.

The rule: outside of this a tool has one name, in events, transcripts, traces and on the page; what is sent is one name a tool,
the same for its description, the calls and results before, and the choice of a tool.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import AsyncGenerator, AsyncIterator, Hashable, Mapping, Sequence
from typing import Any

import msgspec

from nbagent.events import PartFinished, PartStarted, ProviderEvent
from nbagent.messages import Message, ToolCallPart, ToolResultPart
from nbagent.provider import Describes, Provider, Request, listening, passes_on
from nbagent.providers.carriers.wire_cache import WireCache
from nbagent.tools import sendable_name

_TAKEN = re.compile(r"[A-Za-z_][A-Za-z0-9_-]{0,63}")
"""What all take. OpenAI, Anthropic and Bedrock take no dots, Google no digit at the beginning."""


class OwnNames:
    """`provider`, with names of tools that it takes."""

    def __init__(self, provider: Provider) -> None:
        self.name, self.provider = provider.name, provider
        self._turned = WireCache(_renamed)
        passes_on(self, provider)
        if isinstance(provider, Describes):
            self.to_wire = lambda request: provider.to_wire(self._told(request, sent_names(request)))

    def __repr__(self) -> str:
        return f"OwnNames({self.provider!r})"

    def stream(self, request: Request) -> AsyncIterator[Sequence[ProviderEvent] | ProviderEvent]:
        """The provider's batches; where all names are such as it takes, the provider itself streams."""
        sent = sent_names(request)
        return self._mapped(request, sent) if sent else self.provider.stream(request)

    async def _mapped(self, request: Request, sent: Mapping[str, str]) -> AsyncGenerator[Sequence[ProviderEvent], None]:
        own = {name: each for each, name in sent.items()}
        async with listening(self.provider, self._told(request, sent)) as batches:
            async for batch in batches:
                yield [_owned(event, own) for event in (batch if isinstance(batch, Sequence) else (batch,))]

    def _told(self, request: Request, sent: Mapping[str, str]) -> Request:
        if not sent:
            return request
        pairs = tuple(sent.items())
        return msgspec.structs.replace(
            request,
            messages=tuple(self._turned(message, pairs) for message in request.messages),
            tools=tuple(msgspec.structs.replace(tool, name=sent.get(tool.name, tool.name)) for tool in request.tools),
            tool_choice=sent.get(request.tool_choice, request.tool_choice),
        )


def sent_names(request: Request) -> dict[str, str]:
    """By what names the tools are sent whose own are not taken; each is another's than all the others'."""
    taken = {tool.name for tool in request.tools if _TAKEN.fullmatch(tool.name)}
    sent: dict[str, str] = {}
    for tool in request.tools:
        if tool.name in taken:
            continue
        plain = "".join(sign for sign in unicodedata.normalize("NFKD", tool.name) if not unicodedata.combining(sign))
        first = name = sendable_name(plain if _TAKEN.match(plain[:1]) else f"_{plain}")
        number = 1
        while name in taken:
            number += 1
            name = f"{first[: 63 - len(str(number))]}_{number}"
        taken.add(name)
        sent[tool.name] = name
    return sent


def _renamed(message: Message, pairs: Hashable) -> Message:
    """A message with the names of its calls and results as they are sent; itself where they are."""
    sent: dict[str, str] = dict(pairs)  # type: ignore[call-overload]  # the pairs of `_told`
    if not any(isinstance(part, ToolCallPart | ToolResultPart) and part.name in sent for part in message.parts):
        return message
    parts = [
        msgspec.structs.replace(part, name=sent.get(part.name, part.name)) if isinstance(part, ToolCallPart | ToolResultPart) else part
        for part in message.parts
    ]
    return msgspec.structs.replace(message, parts=tuple(parts))


def _owned(event: Any, own: Mapping[str, str]) -> Any:
    if type(event) in (PartStarted, PartFinished) and isinstance(event.part, ToolCallPart) and event.part.name in own:
        return msgspec.structs.replace(event, part=msgspec.structs.replace(event.part, name=own[event.part.name]))
    return event
