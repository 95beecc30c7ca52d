"""What came of one model call so far: whole parts, and the pieces of those that were cut off.

Deltas are kept as they came, a reference for a network read, and folded only when the call is cut short.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import msgspec

from nbagent import prices
from nbagent.errors import NbagentError, redact
from nbagent.events import ErrorInfo, ModelAnswered, PartDelta, PartFinished, PartStarted, RunEvent, StepFinished, StreamEnded, UsageReported
from nbagent.exchange import Exchange
from nbagent.messages import FinishReason, Message, Part, ReasoningPart, ServerToolPart, TextPart, ToolCallPart, Usage

_HIDDEN = frozenset({ModelAnswered, UsageReported, StreamEnded})  # said to the loop only, which makes StepFinished of them


class Asked(NamedTuple):
    """Who was asked: the provider's name, the model's there, and where requests go (None: to the provider's own server)."""

    provider: str
    model: str
    server: str | None = None


class Step:
    """One model call on its way. `taken` are the ids of the calls before it."""

    def __init__(self, taken: Iterable[str] = ()) -> None:
        self._taken = frozenset(taken)
        self._ids: dict[int, str] = {}
        self.parts: dict[int, Part] = {}
        self.open: dict[int, Part] = {}
        self.cut: dict[int, Part] = {}
        self.batches: list[Sequence[RunEvent]] = []
        self.model: str | None = None
        self.provider: str | None = None
        self.response_id: str | None = None
        self.usage: Usage | None = None
        self.usage_raw: dict[str, Any] | None = None
        self.cost: float | None = None
        self.ended: StreamEnded | None = None
        self.exchange: Exchange | None = None

    def take(self, events: list[Any]) -> list[Any]:
        """Keep a batch; returns the events that observers see."""
        rare = [event for event in events if type(event) is not PartDelta]
        if rare:
            events = [self._distinct(event) for event in events]
            rare = [event for event in events if type(event) is not PartDelta]
        self.batches.append(events)
        if not rare:
            return events
        hidden = False
        for event in rare:
            match event:
                case PartStarted(index=index, part=part):
                    self.open[index] = part
                case PartFinished(index=index, part=part):
                    self.open.pop(index, None)
                    self.parts[index] = part
                case ModelAnswered(model=model, response_id=response_id, provider=provider):
                    self.model, self.response_id, hidden = model or self.model, response_id or self.response_id, True
                    if provider is not None:  # another one answers: what the first said of itself is not its own
                        self.provider, self.response_id, self.usage, self.usage_raw, self.cost = provider, response_id, None, None, None
                case UsageReported(usage=usage, raw=raw, cost=cost):
                    self.usage, self.usage_raw, self.cost, hidden = usage, raw, cost, True
                case StreamEnded():
                    self.ended, hidden = event, True
        return [event for event in events if type(event) not in _HIDDEN] if hidden else events

    def _distinct(self, event: Any) -> Any:
        """The event, its call with an id that no other call of the conversation has: results, decisions and objects are found by it,
        and some servers count their calls from 0 in every answer."""
        part = event.part if type(event) in (PartStarted, PartFinished) else None
        if not isinstance(part, ToolCallPart):
            return event
        others = self._taken.union(each for index, each in self._ids.items() if index != event.index)
        first = name = part.id or "call"
        number = 1
        while name in others:
            number += 1
            name = f"{first}_{number}"
        self._ids[event.index] = name
        return event if name == part.id else msgspec.structs.replace(event, part=msgspec.structs.replace(part, id=name))

    def close_open_parts(self) -> list[RunEvent]:
        """`PartFinished` for the parts that were cut off, holding what had arrived of them."""
        if not self.open:
            return []
        texts: dict[int, list[str]] = {index: [] for index in self.open}
        for batch in self.batches:
            for event in batch:
                if type(event) is PartDelta and event.index in texts:
                    texts[event.index].append(event.delta)
        self.cut = {index: _grown(part, "".join(texts[index])) for index, part in self.open.items()}
        return [PartFinished(index, part) for index, part in self.cut.items()]

    def message(self, reason: FinishReason, provider: str, model: str, *, partial: bool) -> Message:
        """The assistant's message. Of a partial one the calls that were cut in the middle are left out: they cannot be sent again."""
        whole = self.parts | {index: part for index, part in self.cut.items() if not (partial and isinstance(part, ToolCallPart))}
        parts = tuple(part for _, part in sorted(whole.items()) if not (isinstance(part, TextPart) and not part.text and part.provider_metadata is None))
        return Message(
            "assistant",
            parts,
            usage=self.usage,
            finish_reason=reason,
            provider=self.provider or provider,
            model=self.model or model,
            response_id=self.response_id,
        )

    # -- its end ------------------------------------------------------------------------------------------------------

    def finished(self, asked: Asked, error: BaseException | None, price: prices.Cost) -> StepFinished:
        """How the call ended: with its message, or what came of one until the error. Only after `close_open_parts`."""
        reason: FinishReason = (
            self.ended.finish_reason if self.ended and error is None else "cancelled" if isinstance(error, asyncio.CancelledError) else "error"
        )
        message = self.message(reason, asked.provider, asked.model, partial=error is not None)
        info = None if error is None else ErrorInfo(type(error).__name__, redact("\n".join(error.lines) if isinstance(error, NbagentError) else str(error)))
        return StepFinished(
            message, reason, self.usage, self.usage_raw, self.model, self.response_id, price.total, price.source, info, message.provider,
            self.exchange,
        )  # fmt: skip

    def used(self, finished: StepFinished) -> Usage | None:
        """What is to be counted of the call; None where it is known to be nothing. A whole answer of which nobody says what it used has
        cost something, too."""
        return self.usage or (Usage() if finished.error is None and finished.cost is None else None)

    def price(self, asked: Asked) -> prices.Cost | None:
        """What the call cost, by the provider's own word where it has one; None where the list of prices has to be imported to know it,
        which is slow: `look_up` does it, on a thread of its own."""
        if self.usage is None:
            own = self.provider in (None, asked.provider)
            free = prices.is_free(self.provider or asked.provider, self.model or asked.model, asked.server if own else None)
            return prices.NOTHING if free else prices.UNKNOWN
        if self.cost is not None:
            return prices.Cost(None, None, self.cost, "provider")
        return self.look_up(asked) if (self.provider or asked.provider) in prices.FREE or prices.at_hand() else None

    def look_up(self, asked: Asked) -> prices.Cost:
        """What the tokens cost by the list of prices."""
        assert self.usage is not None
        provider = self.provider or asked.provider
        server = asked.server if provider == asked.provider else None
        return prices.cost(self.usage, self.model or asked.model, provider, asked=asked.model, base_url=server)


def _grown(part: Part, text: str) -> Part:
    match part:
        case TextPart():
            return TextPart(part.text + text, part.provider_metadata)
        case ReasoningPart():
            return ReasoningPart(part.text + text, part.redacted, part.provider_metadata)
        case ToolCallPart():
            return ToolCallPart(part.id, part.name, part.arguments + text, part.provider_metadata)
        case ServerToolPart():
            return msgspec.structs.replace(part, arguments=part.arguments + text)
        case _:
            return part
