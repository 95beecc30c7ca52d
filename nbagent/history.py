"""What of a conversation is sent: a policy is a function of the messages, list to list, and `Trim` the one that is at hand.

The rule: the transcript keeps everything, only what is sent is less. A policy need not know what APIs take: `outgoing` does.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Sequence
from itertools import pairwise
from typing import Annotated, NamedTuple

from msgspec import Meta, Struct
from msgspec.structs import replace

from nbagent.errors import ConfigError
from nbagent.messages import FilePart, Message, Part, TextPart, ToolResultPart, for_audience
from nbagent.tokens import message_tokens

History = Callable[[list[Message]], Sequence[Message] | Awaitable[Sequence[Message]]]
"""Which messages are sent, of those of the conversation so far; run before each model call, a plain one on a thread of its own."""

MIDDLE = 0.5
"""The priority of what has none."""
LEFT_OUT = "[left out: the conversation is longer than its window]"
_STUB = 200  # characters of a result below which nothing is won by leaving it out


class Trim(Struct, frozen=True, omit_defaults=True):
    """Send the end of a conversation: at most about `tokens` of it (estimated by the letters), at most so many `exchanges` (a prompt and what
    followed). What has the least priority leaves first, then what is oldest; priority 1 stays, and so does the last prompt.

    >>> Trim(tokens=8_000)
    Trim(tokens=8000)
    """

    tokens: Annotated[int, Meta(ge=1)] | None = None
    exchanges: Annotated[int, Meta(ge=1)] | None = None

    def __post_init__(self) -> None:
        for name in ("tokens", "exchanges"):
            value = getattr(self, name)
            if value is not None and (isinstance(value, bool) or not isinstance(value, int) or value < 1):
                raise ConfigError(f"Trim({name}={value!r}) is no window.", "It is a whole number, 1 or more.")

    def __call__(self, messages: list[Message]) -> list[Message]:
        window = _Window(messages)
        if self.exchanges is not None:
            window.keep_exchanges(self.exchanges)
        if self.tokens is not None:
            window.fit(self.tokens)
        return window.left()


class _Leaves(NamedTuple):
    """Something that can leave: a whole exchange (`part` None), or a part of one message."""

    priority: float
    rank: int  # of one priority: annotated parts, exchanges, then results of tools
    place: int
    part: int | None


class _Window:
    """A conversation of which some may leave."""

    def __init__(self, messages: Sequence[Message]) -> None:
        self._messages: list[Message | None] = list(messages)
        starts = [place for place, message in enumerate(messages) if _is_prompt(message)]
        edges = sorted({0, *starts, len(messages)})
        self._exchanges = [range(start, end) for start, end in pairwise(edges)]
        self._sizes = [message_tokens(message) for message in messages]
        self._size = sum(self._sizes)

    def left(self) -> list[Message]:
        return [message for message in self._messages if message is not None]

    def keep_exchanges(self, most: int) -> None:
        leaving = sorted(self._whole_exchanges())
        for each in leaving[: max(0, len(self._exchanges) - most)]:
            self._leave(each)

    def fit(self, tokens: int) -> None:
        for each in sorted([*self._parts(), *self._whole_exchanges()]):
            if self._size <= tokens:
                return
            self._leave(each)

    def _whole_exchanges(self) -> Iterator[_Leaves]:
        for number, exchange in enumerate(self._exchanges[:-1]):
            said = [message for place in exchange if (message := self._messages[place]) is not None]
            priority = max((_priority(part) for message in said for part in message.parts if _annotated(part)), default=MIDDLE)
            if priority < 1 and said:
                yield _Leaves(priority, 1, number, None)

    def _parts(self) -> Iterator[_Leaves]:
        last = max((place for place, message in enumerate(self._messages) if message is not None and message.role == "tool"), default=-1)
        for place, message in enumerate(self._messages):
            for number, part in enumerate(message.parts if message is not None else ()):
                if _annotated(part):
                    if _priority(part) < 1:
                        yield _Leaves(_priority(part), 0, place, number)
                elif isinstance(part, ToolResultPart) and len(part.content) > _STUB and place in self._exchanges[-1] and place != last:
                    yield _Leaves(MIDDLE, 2, place, number)

    def _leave(self, leaves: _Leaves) -> None:
        if leaves.part is None:
            for place in self._exchanges[leaves.place]:
                message = self._messages[place]
                if message is not None and message.role != "system":
                    self._put(place, None, 0)
            return
        message = self._messages[leaves.place]
        if message is not None:
            shorter = _without(message, leaves.part)
            self._put(leaves.place, shorter, message_tokens(shorter))

    def _put(self, place: int, message: Message | None, size: float) -> None:
        self._size += size - self._sizes[place]
        self._messages[place], self._sizes[place] = message, size


def _is_prompt(message: Message) -> bool:
    """Whether an exchange begins here: what the model alone is told, as on a wrong answer, goes on with the one before."""
    return message.role == "user" and not message.tool_results and bool(for_audience(message, "user").parts)


def _annotated(part: Part) -> bool:
    return isinstance(part, TextPart | FilePart | ToolResultPart) and part.annotations is not None and part.annotations.priority is not None


def _priority(part: Part) -> float:
    annotations = part.annotations if isinstance(part, TextPart | FilePart | ToolResultPart) else None
    return MIDDLE if annotations is None or annotations.priority is None else annotations.priority


def _without(message: Message, number: int) -> Message:
    """The message with a word in place of one of its parts: their number stays, and so does each result's call."""
    part = message.parts[number]
    stub: Part = replace(part, content=LEFT_OUT, files=()) if isinstance(part, ToolResultPart) else TextPart(LEFT_OUT)
    return replace(message, parts=(*message.parts[:number], stub, *message.parts[number + 1 :]))
