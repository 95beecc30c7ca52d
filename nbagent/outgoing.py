"""A conversation on its way out: what is for the model, in a form that every API takes.

The rule: whatever a history chose, or a person wrote by hand, each call has one result that follows it and each id is there
once; what does not fit so is mended here, for all providers, and said.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from msgspec.structs import replace

from nbagent.errors import ConfigError
from nbagent.messages import Message, Part, TextPart, ToolCallPart, ToolResultPart, for_audience, pending_calls, tool_message

NEVER_RUN = "(never run)"
FOR_THE_PERSON = "[shown to the user only]"


class Sent(NamedTuple):
    """Messages as they are sent, and what a person should know of that."""

    messages: tuple[Message, ...]
    notes: tuple[str, ...]


class _Known(NamedTuple):
    """What is to be known of a message, looked up once: as the model is `told` it, the ids of its calls and of its results, and
    whether these stand where every API has them."""

    message: Message
    told: Message
    calls: tuple[str, ...]
    results: tuple[str, ...]
    in_place: bool


class Outgoing:
    """One run's way out. A message that is sent changed is the same object at each model call, so that it is turned to the wire once."""

    def __init__(self) -> None:
        self._known: dict[int, _Known] = {}
        self._changed: dict[int, tuple[Message, Message]] = {}

    def for_model(self, messages: Sequence[Message]) -> list[Message]:
        """Without what is for the person alone."""
        found = [self._of(message) for message in messages]
        return [each.told for each in found if each.told.parts or not each.message.parts]

    def legal(self, given: Sequence[Message], chosen: object) -> Sent:
        """What a policy has `chosen` of the messages that it was `given`, as every API takes it. Raises `ConfigError` for what are no messages."""
        if chosen is not given and not (isinstance(chosen, list | tuple) and chosen and all(isinstance(message, Message) for message in chosen)):
            raise ConfigError(f"The agent's history gave {type(chosen).__name__}, which are no messages to send.", "It is a function of a list, to a list.")
        assert isinstance(chosen, list | tuple)
        notes = [] if chosen is given else _window_note(given, chosen)
        if self._is_legal(chosen):
            return Sent(tuple(chosen), tuple(notes))
        pairing = _Pairing()
        for message in chosen:
            pairing.take(message)
        pairing.close()
        return Sent(tuple(self._same(before, message) for before, message in pairing.out), (*notes, *pairing.notes))

    def _of(self, message: Message) -> _Known:
        known = self._known.get(id(message))
        if known is None:
            calls = tuple(call.id for call in message.tool_calls) if message.role == "assistant" else ()
            results = tuple(result.id for result in message.tool_results)
            in_place = message.role == "tool" and len(results) == len(message.parts) if results else message.role != "tool" or not message.parts
            known = self._known[id(message)] = _Known(message, _for_model(message), calls, results, in_place)
        return known

    def _is_legal(self, messages: Sequence[Message]) -> bool:
        """Whether nothing needs to be made of them: nearly always, and seen in no time."""
        taken, waiting = set[str](), set[str]()
        for message in messages:
            _, _, calls, results, in_place = self._of(message)
            if not in_place or (waiting and not results):
                return False
            for call_id in results:
                if call_id not in waiting:
                    return False
                waiting.remove(call_id)
            if calls:
                waiting = set(calls)
                if len(waiting) < len(calls) or "" in waiting or not taken.isdisjoint(waiting):
                    return False
                taken |= waiting
        return not waiting

    def _same(self, before: Message, after: Message) -> Message:
        if after is before:
            return before
        kept = self._changed.get(id(before))
        if kept is None or kept[1] != after:
            kept = self._changed[id(before)] = (before, after)
        return kept[1]


def _window_note(given: Sequence[Message], chosen: Sequence[Message]) -> list[str]:
    """What is said where messages are not sent whole, or not at all."""
    sent = {id(message) for message in chosen}
    less, gone = sum(id(message) not in sent for message in given), max(0, len(given) - len(chosen))
    cut = less - gone
    left_out = f"{gone} message{'' if gone == 1 else 's'} left out" if gone else ""
    shortened = f"{cut} {'' if gone else 'message ' if cut == 1 else 'messages '}shortened" if cut > 0 else ""
    return [f"The conversation is longer than its window: {', '.join(filter(None, (left_out, shortened)))}."] if less else []


def _for_model(message: Message) -> Message:
    """The message without what is for the person alone; a result that is keeps its place, as its call does."""
    parts: list[Part] = []
    for part in message.parts:
        hidden = isinstance(part, ToolResultPart) and part.annotations is not None and part.annotations.audience == ("user",)
        parts.append(ToolResultPart(part.id, part.name, FOR_THE_PERSON) if hidden and isinstance(part, ToolResultPart) else part)
    changed = any(one is not other for one, other in zip(parts, message.parts, strict=True))
    return for_audience(replace(message, parts=tuple(parts)) if changed else message, "assistant")


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
            self.out.append((message, replace(message, role="user", parts=rest)))


def answered(messages: Sequence[Message]) -> list[Message]:
    """A transcript that a prompt can follow: calls that still wait get a result that says so. Raises `ConfigError` for what are no messages."""
    if odd := [message for message in messages if not isinstance(message, Message)]:
        raise ConfigError(
            f"The conversation has {type(odd[0]).__name__}, which is no message.",
            "Messages are what session.messages has, and nbagent.user(...) makes.", "A conversation that was saved: Session.load(path).",
        )  # fmt: skip
    pending = pending_calls(messages)
    if not pending:
        return list(messages)
    cut = len(messages)
    while messages[cut - 1].role == "tool":
        cut -= 1
    have = {result.id: result for message in messages[cut:] for result in message.tool_results}
    left = "Not run: the user went on with something else."
    results = [have.get(call.id) or ToolResultPart(call.id, call.name, left, is_error=True) for call in messages[cut - 1].tool_calls]
    return [*messages[:cut], tool_message(results)]
