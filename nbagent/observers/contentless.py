"""Events without what was said: the same runs, calls, times, tokens and costs, and no text of a prompt, an answer, an argument or a result.

The rule: what counts and names stays (how many messages, which tools were called, what kind of error), what may hold words goes, before
anything is made of the event.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from msgspec.structs import force_setattr, replace

from nbagent.events import (
    ApprovalDecided,
    ApprovalRequested,
    ErrorInfo,
    Noted,
    OutputParsed,
    PartDelta,
    PartFinished,
    PartStarted,
    Retried,
    RunEvent,
    RunFinished,
    RunStarted,
    StepFinished,
    StepStarted,
    ToolFinished,
    ToolProgressed,
    ToolStarted,
    Waiting,
)
from nbagent.messages import Message, Part, ReasoningPart, TextPart, ToolCallPart, ToolResultPart

_QUIET = ("temperature", "top_p", "max_tokens", "max_output_tokens", "max_completion_tokens", "seed", "reasoning_effort", "stream")
"""Parameters that are kept: numbers and words of the vendor's, none of the person's."""


def without_content(events: Sequence[RunEvent]) -> list[RunEvent]:
    """The same events without texts; what streams keeps that something came."""
    return [_bare(event) for event in events]


def _bare(event: RunEvent) -> RunEvent:
    made = _made(event)
    if made is not event:
        force_setattr(made, "stamp", event.stamp)
    return made


def _made(event: RunEvent) -> RunEvent:
    match event:
        case PartDelta(index=index, delta=delta):
            return PartDelta(index, "x" if delta else "")
        case PartStarted(index=index, part=part):
            return PartStarted(index, _part(part, said="x"))
        case PartFinished(index=index, part=part):
            return PartFinished(index, _part(part, said="x"))
        case RunStarted(prompt=prompt):
            origin = {key: value for key, value in event.origin.items() if key != "replayed"}
            return replace(event, prompt=None if prompt is None else _message(prompt), origin=origin, attributes=_numbers(event.attributes))
        case RunFinished(messages=messages, pending=pending):
            return replace(
                event,
                messages=tuple(map(_message, messages)),
                pending=tuple(map(_call, pending)),
                error=_error(event.error),
                attributes=_numbers(event.attributes),
            )
        case StepStarted(messages=messages, params=params):
            kept = {key: value for key, value in params.items() if key in _QUIET}
            return replace(event, messages=tuple(map(_message, messages)), params=kept, instructions="")
        case StepFinished(message=message):
            return replace(event, message=_message(message), error=_error(event.error), exchange=None)
        case ToolStarted(call=call):
            return replace(event, call=_call(call))
        case ToolFinished(result=result, whole=whole):
            bare = ToolResultPart(result.id, result.name, "", is_error=result.is_error)
            return replace(event, result=bare, whole=None if whole is None else "", error=_error(event.error), table=None)
        case ToolProgressed() | Waiting() | Noted() | Retried() | ApprovalRequested() | ApprovalDecided() | OutputParsed():
            return _told(event)


def _told(event: ToolProgressed | Waiting | Noted | Retried | ApprovalRequested | ApprovalDecided | OutputParsed) -> RunEvent:
    match event:
        case ToolProgressed():
            return replace(event, text="")
        case Waiting():
            return replace(event, what="")
        case Noted():
            return replace(event, text="")
        case Retried():
            return replace(event, reason="")
        case ApprovalRequested(call=call):
            return replace(event, call=_call(call))
        case ApprovalDecided():
            return replace(event, reason="", arguments=None)
        case OutputParsed():
            return replace(event, json="")


def _numbers(attributes: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in attributes.items() if isinstance(value, int | float)}


def _message(message: Message) -> Message:
    kept = tuple(_part(part) for part in message.parts if isinstance(part, ToolCallPart | ToolResultPart))
    return replace(message, parts=kept)


def _part(part: Part, said: str = "") -> Part:
    match part:
        case TextPart(text=text):
            return TextPart(said if text else "")
        case ReasoningPart(text=text):
            return ReasoningPart(said if text else "")
        case ToolCallPart():
            return _call(part)
        case ToolResultPart():
            return ToolResultPart(part.id, part.name, "", is_error=part.is_error)
        case _:
            return TextPart(said)


def _call(call: ToolCallPart) -> ToolCallPart:
    return ToolCallPart(call.id, call.name, "")


def _error(error: ErrorInfo | None) -> ErrorInfo | None:
    return None if error is None else ErrorInfo(error.type, "")
