"""What of a conversation is sent: a policy is a function of the messages, list to list, and `Trim` the one that is at hand.

The rule: the transcript keeps everything, only what is sent is less, and that is said. Whatever a policy gives, or a person
wrote by hand, is sent in a form that every API takes: for the model alone, each call with one result, each id once.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Sequence
from itertools import pairwise
from typing import Annotated, NamedTuple

import msgspec
from msgspec import Meta, Struct
from msgspec.structs import replace

from nbagent.errors import ConfigError
from nbagent.messages import FilePart, Message, Part, TextPart, ToolCallPart, ToolResultPart, for_audience
from nbagent.tokens import message_tokens

History = Callable[[list[Message]], Sequence[Message] | Awaitable[Sequence[Message]]]
"""Which messages are sent, of those of the conversation so far; run before each model call, a plain one on a thread of its own."""

MIDDLE = 0.5
"""The priority of what has none."""
LEFT_OUT = "[left out: the conversation is longer than its window]"
NEVER_RUN = "(never run)"
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

    def left(self) -> list[Message]:
        return [message for message in self._messages if message is not None]

    def keep_exchanges(self, most: int) -> None:
        leaving = sorted(self._whole_exchanges())
        for each in leaving[: max(0, len(self._exchanges) - most)]:
            self._leave(each)

    def fit(self, tokens: int) -> None:
        for each in sorted([*self._parts(), *self._whole_exchanges()]):
            if sum(self._sizes) <= tokens:
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
                    self._messages[place], self._sizes[place] = None, 0
            return
        message = self._messages[leaves.place]
        if message is not None:
            shorter = _without(message, leaves.part)
            self._messages[leaves.place], self._sizes[leaves.place] = shorter, message_tokens(shorter)


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


# -- what every API takes -------------------------------------------------------------------------------------------------


class Sent(NamedTuple):
    """Messages as they are sent, and what a person should know of that."""

    messages: tuple[Message, ...]
    notes: tuple[str, ...]


class Outgoing:
    """One run's way out. A message that is sent changed is the same object at each model call, so that it is turned to the wire once."""

    def __init__(self) -> None:
        self._changed: dict[int, tuple[Message, Message]] = {}

    def for_model(self, messages: Sequence[Message]) -> list[Message]:
        """Without what is for the person alone."""
        told = [self._same(message, for_audience(message, "assistant")) for message in messages]
        return [message for message, before in zip(told, messages, strict=True) if message.parts or not before.parts]

    def legal(self, given: Sequence[Message], chosen: object) -> Sent:
        """What a policy has `chosen` of the messages that it was `given`, as every API takes it. Raises `ConfigError` for what are no messages."""
        if not isinstance(chosen, list | tuple) or not chosen or not all(isinstance(message, Message) for message in chosen):
            raise ConfigError(f"The agent's history gave {type(chosen).__name__}, which are no messages to send.", "It is a function of a list, to a list.")
        pairing = _Pairing()
        for message in chosen:
            pairing.take(message)
        pairing.close()
        messages = tuple(self._same(before, message) for before, message in pairing.out)
        sent = {id(message) for message in chosen}
        less = sum(id(message) not in sent for message in given)
        return Sent(messages, (*_window_note(less, max(0, len(given) - len(chosen))), *pairing.notes))

    def _same(self, before: Message, after: Message) -> Message:
        if after is before:
            return before
        kept = self._changed.get(id(before))
        if kept is None or kept[1] != after:
            kept = self._changed[id(before)] = (before, after)
        return kept[1]


def _window_note(less: int, gone: int) -> list[str]:
    """What is said where so many messages are not sent whole, so many of them not at all."""
    if not less:
        return []
    cut = less - gone
    left_out = f"{gone} message{'' if gone == 1 else 's'} left out" if gone else ""
    shortened = f"{cut} {'' if gone else 'message ' if cut == 1 else 'messages '}shortened" if cut > 0 else ""
    return [f"The conversation is longer than its window: {', '.join(filter(None, (left_out, shortened)))}."]


class _Pairing:
    """A transcript as it is made legal, message by message; `out` has each with the one that it was made of."""

    def __init__(self) -> None:
        self.out: list[tuple[Message, Message]] = []
        self.notes: dict[str, None] = {}
        self._taken: set[str] = set()
        self._waiting: dict[str, list[ToolCallPart]] = {}  # by the id that their results will have
        self._lost: list[ToolResultPart] = []
        self._last: Message | None = None

    def take(self, message: Message) -> None:
        results = message.tool_results
        if message.role not in ("user", "tool") or not results:
            self.close()
        if message.role == "assistant":
            self._asked(message)
        elif results:
            self._answered(message, results)
        else:
            self.out.append((message, message))
        self._last = message

    def close(self) -> None:
        """The next message answers no call: what was not answered says so, what answered none is text."""
        waiting = [call for calls in self._waiting.values() for call in calls]
        if waiting and self._last is not None:
            never = tuple(ToolResultPart(call.id, call.name, NEVER_RUN, is_error=True) for call in waiting)
            self.out.append((self._last, Message("tool", never)))
            self.notes[f"A call of {never[0].name} in the conversation has no result: the model is told that it was never run."] = None
        if self._lost and self._last is not None:
            texts = tuple(TextPart(f"[the result of a call of {result.name} that is not shown]\n{result.content}") for result in self._lost)
            files = tuple(file for result in self._lost for file in result.files)
            self.out.append((self._last, Message("user", (*texts, *files))))
            self.notes[f"A result of {self._lost[0].name} in the conversation belongs to no call: it is sent as text."] = None
        self._waiting, self._lost = {}, []

    def _asked(self, message: Message) -> None:
        parts = [self._called(part) if isinstance(part, ToolCallPart) else part for part in message.parts]
        changed = any(one is not other for one, other in zip(parts, message.parts, strict=True))
        self.out.append((message, replace(message, parts=tuple(parts)) if changed else message))

    def _called(self, part: ToolCallPart) -> ToolCallPart:
        call = replace(part, id=self._free(part.id)) if not part.id or part.id in self._taken else part
        if call is not part and part.id:
            self.notes[f"The id {part.id!r} stands for two calls of the conversation: the later one is sent as {call.id!r}."] = None
        self._taken.add(call.id)
        self._waiting.setdefault(part.id, []).append(call)
        return call

    def _free(self, call_id: str) -> str:
        first = name = call_id or "call"
        number = 1
        while name in self._taken:
            number += 1
            name = f"{first}_{number}"
        return name

    def _answered(self, message: Message, results: Sequence[ToolResultPart]) -> None:
        good: list[Part] = []
        for result in results:
            calls = self._waiting.get(result.id)
            if not calls:
                self._lost.append(result)
            else:
                call = calls.pop(0)
                good.append(result if result.id == call.id else replace(result, id=call.id))
        rest = tuple(part for part in message.parts if not isinstance(part, ToolResultPart))
        if message.role == "tool" and len(good) == len(message.parts) and all(one is other for one, other in zip(good, message.parts, strict=True)):
            self.out.append((message, message))
        elif good:
            self.out.append((message, Message("tool", tuple(good))))
        if rest:
            self._last = message
            self.close()
            self.out.append((message, msgspec.structs.replace(message, role="user", parts=rest)))
