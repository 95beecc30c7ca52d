"""What a person says of a call that waits: yes, for once or for longer, no with a reason, or other arguments.

A decision is for one call as it was shown: its id, and the digest of its name and arguments.
"""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import msgspec

from nbagent.errors import DecisionError, did_you_mean
from nbagent.messages import ToolCallPart
from nbagent.tools import Tool

Standing = Literal["once", "session", "always"]
STANDINGS: tuple[Standing, ...] = ("once", "session", "always")


@dataclass(frozen=True)
class Approve:
    """Yes, and for how long: ``Approve("session")`` lets every call of the tool run in this session, ``Approve("always")`` in
    this process; both until the tool's code is another. `arguments` replace this call's. Raises `DecisionError`."""

    standing: Standing = "once"
    arguments: Mapping[str, Any] | None = None

    def __post_init__(self) -> None:
        if self.standing not in STANDINGS:
            why = did_you_mean(str(self.standing), list(STANDINGS))
            raise DecisionError(f"{self.standing!r} is no time for which a call is approved.", why, f"There are: {', '.join(STANDINGS)}.")


Decision = bool | str | Mapping[str, Any] | Approve
"""What a person says of a call: True, False, a reason why not, other arguments, or yes for longer (`Approve`)."""

Approver = Callable[[ToolCallPart, str], Awaitable[Decision | None]]
"""Asks for a decision, given the call (as it would run) and its digest, on the engine's thread. None: nobody is there, the call stays pending."""


def digest(call: ToolCallPart) -> str:
    """What a decision is bound to: 16 hex digits of the call's name and arguments."""
    return hashlib.sha256(f"{call.name}\0{call.arguments}".encode()).hexdigest()[:16]


def said(decision: Decision) -> Approve | str:
    """A yes with all that goes with it, or the reason for a no ('' for none). Raises `TypeError` for what is no decision."""
    match decision:
        case True:
            return Approve()
        case False:
            return ""
        case str() | Approve():
            return decision
        case Mapping():
            return Approve(arguments=decision)
        case _:
            raise TypeError(f"{type(decision).__name__} is no decision")


def check_decisions(decisions: Mapping[str, Decision], pending: Sequence[ToolCallPart], tools: Iterable[Tool] = ()) -> None:
    """Raises `DecisionError` for a decision on a call that does not wait, of a kind that is none, or with arguments that its tool does not take."""
    if not isinstance(decisions, Mapping):
        raise DecisionError(f"{decisions!r} are no decisions.", mend="Give them by the calls' ids: {id: True}.")
    waiting = {call.id: call.name for call in pending}
    known = {tool.name: tool for tool in tools}
    for call_id, decision in decisions.items():
        if call_id not in waiting:
            raise DecisionError(f"No call {call_id!r} waits for a decision.", "Waiting: " + (", ".join(waiting) or "none") + ".")
        try:
            meant = said(decision)
        except TypeError as error:
            mend = "Give True, False, a reason (text), other arguments (a dict), or Approve(...)."
            raise DecisionError(f"{decision!r} is no decision on {call_id!r}.", mend=mend) from error
        if isinstance(meant, Approve) and meant.arguments is not None:
            try:
                text = msgspec.json.encode(meant.arguments).decode()
            except (TypeError, ValueError, RecursionError) as error:
                raise DecisionError(f"The arguments for {call_id!r} cannot be written as JSON.", str(error)) from error
            _check_edited(call_id, known.get(waiting[call_id]), text)


def _check_edited(call_id: str, tool: Tool | None, text: str) -> None:
    try:
        if tool is not None:
            tool.read(text)
    except ValueError as error:  # pydantic's is one
        raise DecisionError(f"The arguments for {call_id!r} do not fit.", tool.explain(error) if tool else "") from error


def problems(tool: Tool, text: str) -> list[tuple[str, str]]:
    """What is wrong with arguments (JSON text) by the tool's real types, a place (``filter.since``, '' for the whole) and a line each."""
    try:
        tool.read(text, mend=False)
    except Exception as error:  # noqa: BLE001  a validator of the tool's own may raise anything
        found = getattr(error, "errors", None)
        if not callable(found):
            return [("", tool.explain(error))]
        return [(".".join(str(step) for step in item["loc"]), str(item["msg"])) for item in found(include_url=False, include_context=False)]
    return []
