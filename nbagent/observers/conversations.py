"""Messages as the columns of the table `messages`, each known by what it says and what was said before it.

A message's hash is made of its content and the hash before it, as a commit's is: equal hashes mean equal conversations
up to there, in every run. What is costly is done once a message, however many calls it is sent to: hashing a loop of
50 model calls hashes 100 messages, not 5,000.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from msgspec import Struct

from nbagent.events import StepFinished, StepStarted
from nbagent.messages import FilePart, Message, Part, ReasoningPart, ServerToolPart, TextPart, ToolCallPart, ToolResultPart, system
from nbagent.observers.columns import Columns
from nbagent.observers.spans import Span
from nbagent.observers.values import as_json


class _Row(NamedTuple):
    """One part of a message, as the table shows it."""

    name: str | None
    part_type: str
    content: str
    tool_call_id: str | None
    tokens: int | None


class _Known(Struct):
    """A message that was met before. It is kept, so that its identity stays its own."""

    message: Message
    digest: bytes
    rows: list[_Row]


class Conversations:
    """The messages met so far, by identity."""

    def __init__(self) -> None:
        self._known: dict[int, _Known] = {}
        self._systems: dict[str, Message] = {}

    def columns(self, calls: Sequence[Span]) -> Columns:
        """One row a part, for each call that the message was sent to (input) or came from (output)."""
        names = (
            "run_id", "call_id", "position", "direction", "role", "name", "part_type", "content", "tool_call_id",
            "hash", "parent_hash", "n_chars", "tokens",
        )  # fmt: skip
        found: Columns = {name: [] for name in names}
        columns = tuple(found.values())
        for call in calls:
            parent: str | None = None
            for position, (message, direction) in enumerate(self._of(call)):
                known = self._know(message)
                mine = link(parent, known.digest)
                for row in known.rows:
                    values = (
                        call.run_id, call.id, position, direction, message.role, row.name, row.part_type, row.content, row.tool_call_id,
                        mine, parent, len(row.content), row.tokens,
                    )  # fmt: skip
                    for column, value in zip(columns, values, strict=True):
                        column.append(value)
                parent = mine
        return found

    def _of(self, call: Span) -> Iterator[tuple[Message, str]]:
        start, end = call.started, call.finished
        assert isinstance(start, StepStarted)
        if text := start.instructions:
            yield self._systems.setdefault(text, system(text)), "input"
        for message in start.messages:
            yield message, "input"
        if isinstance(end, StepFinished) and end.message.parts:
            yield end.message, "output"

    def _know(self, message: Message) -> _Known:
        known = self._known.get(id(message))
        if known is None:
            known = self._known[id(message)] = _Known(message, digest(message), rows_of(message))
        return known


def digest(message: Message) -> bytes:
    """What a message says, hashed: its role, name and parts, and not what it cost or who answered."""
    return content_hash(as_json((message.role, message.name, message.parts)))


def content_hash(text: str) -> bytes:
    """What a text says, hashed."""
    return hashlib.blake2b(text.encode(errors="surrogatepass"), digest_size=16).digest()


def link(parent: str | None, content: bytes) -> str:
    """A message's hash, 32 hex digits, after the message with the hash `parent`."""
    return hashlib.blake2b((parent or "").encode() + content, digest_size=16).hexdigest()


def rows_of(message: Message) -> list[_Row]:
    """A message's parts, a row each."""
    rows = [row for part in message.parts for row in _part(message, part)]
    if len(rows) == 1 and message.usage:
        rows = [rows[0]._replace(tokens=message.usage.output_tokens)]
    return rows


def _part(message: Message, part: Part) -> Iterator[_Row]:
    match part:
        case TextPart(text=text):
            yield _Row(message.name, "text", text, None, None)
        case ReasoningPart(text=text):
            yield _Row(message.name, "reasoning", text, None, None)
        case ToolCallPart(id=call_id, name=name, arguments=arguments):
            yield _Row(name, "tool_call", arguments, call_id, None)
        case ToolResultPart(id=call_id, name=name, content=content, files=files):
            yield _Row(name, "tool_call_response", content, call_id, None)
            for file in files:
                yield _Row(file.name or name, _file_type(file), _file(file), call_id, None)
        case ServerToolPart(id=call_id, name=name, arguments=arguments, result=result):
            yield _Row(name, "server_tool_call", arguments, call_id, None)
            yield _Row(name, "server_tool_response", result, call_id, None)
        case FilePart():
            yield _Row(part.name, _file_type(part), _file(part), None, None)


def _file_type(file: FilePart) -> str:
    return "image" if file.media_type.startswith("image/") else "file"


def _file(file: FilePart) -> str:
    """Where a file is, or what it is and how big; never its bytes."""
    return file.url or f"{file.media_type}, {len(file.data or b''):,} bytes"
