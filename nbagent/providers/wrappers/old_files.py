"""A provider that goes on with a conversation whose files it does not take.

The rule: a file of the new prompt that a model cannot read is an error, before anything is sent; one that was said
before, to another model, or that a tool made, is named in its place and the person is told.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Hashable, Sequence
from typing import Any

import msgspec

from nbagent.errors import ConfigError, RequestRefused
from nbagent.events import Noted, ProviderEvent
from nbagent.messages import FilePart, Message, Part, TextPart, ToolResultPart
from nbagent.provider import Describes, Provider, Request, listening, passes_on
from nbagent.providers.carriers.wire_cache import WireCache


class OldFiles:
    """`provider`, with a sentence for each file of earlier messages, and of tools' results, that it refuses."""

    def __init__(self, provider: Provider) -> None:
        self.name, self.provider = provider.name, provider
        self._turned = WireCache(self._without)
        passes_on(self, provider)
        if isinstance(provider, Describes):
            self.to_wire = lambda request: provider.to_wire(self._fitted(request)[0])

    def __repr__(self) -> str:
        return f"OldFiles({self.provider!r})"

    async def stream(self, request: Request) -> AsyncGenerator[Sequence[ProviderEvent] | ProviderEvent, None]:
        """The provider's batches, after a note where files were left out."""
        fitted, names = self._fitted(request)
        if names:
            yield [Noted(text=f"{self.name} does not take {', '.join(names)}: said before, and named in its place.", kind="left_out")]
        async with listening(self.provider, fitted) as batches:
            async for batch in batches:
                yield batch

    def _fitted(self, request: Request) -> tuple[Request, list[str]]:
        if not isinstance(self.provider, Describes) or not any(map(_has_files, request.messages)):
            return request, []
        asked = max((place for place, message in enumerate(request.messages) if message.role == "user"), default=-1)
        turned = [(message, ()) if place == asked else self._turned(message, request.model) for place, message in enumerate(request.messages)]
        names = list(dict.fromkeys(name for _, left in turned for name in left))
        return (msgspec.structs.replace(request, messages=tuple(message for message, _ in turned)) if names else request), names

    def _without(self, message: Message, model: Hashable) -> tuple[Message, tuple[str, ...]]:
        """The message as this model takes it, and what was left out of it."""
        if not _has_files(message) or message.role == "assistant":  # what models made is the adapters' to send or to leave out
            return message, ()
        left: list[str] = []
        parts: list[Part] = []
        for part in message.parts:
            match part:
                case FilePart() if not self._takes(part, str(model)):
                    left.append(_named(part))
                    parts.append(TextPart(f"[{left[-1]}, which cannot be shown here]"))
                case ToolResultPart() if refused := [file for file in part.files if not self._takes(file, str(model))]:
                    left += map(_named, refused)
                    told = "".join(f"\n[{_named(file)}, which cannot be shown here]" for file in refused)
                    parts.append(msgspec.structs.replace(part, content=part.content + told, files=tuple(file for file in part.files if file not in refused)))
                case _:
                    parts.append(part)
        return (msgspec.structs.replace(message, parts=tuple(parts)) if left else message), tuple(left)

    def _takes(self, file: FilePart, model: str) -> bool:
        provider: Any = self.provider
        try:
            provider.to_wire(Request(model, (Message("user", (TextPart("."), file)),)))
        except (ConfigError, RequestRefused):
            return False
        return True


def _has_files(message: Message) -> bool:
    return any(isinstance(part, FilePart) or (isinstance(part, ToolResultPart) and part.files) for part in message.parts)


def _named(file: FilePart) -> str:
    """A file as a person and a model call it."""
    return f"{file.name} ({file.media_type})" if file.name else f"a file of the type {file.media_type}"
