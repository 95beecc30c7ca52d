"""Asking the person at the notebook: by a click in the view, at the keyboard, or not at all.

Clicks come where the cell is awaited and the view has said that it is drawn; else the question is put by `input()`,
which works wherever a person is; where nobody is (the front end takes no input) the run pauses.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal

import msgspec

from nbagent.bridge import Link, engine
from nbagent.errors import DecisionError, all_seen
from nbagent.messages import ToolCallPart
from nbagent.tool_calls import Decision, digest

Mode = Literal["ask", "auto", "never"]
READY_WITHIN = 3.0  # seconds for the view to say that it is drawn


class Approvals:
    """The `Approver` of one run. `link` gives the run's wire, for a question on the caller's thread."""

    def __init__(self, mode: Mode, *, person: bool, clicks: bool, link: Callable[[], Link[Any] | None]) -> None:
        self._mode, self._person, self._clicks, self._link = mode, person, clicks, link
        self._drawn = asyncio.Event()
        self._waiting: dict[str, tuple[str, asyncio.Future[Decision]]] = {}
        self._one_question = asyncio.Lock()

    async def __call__(self, call: ToolCallPart, digest: str) -> Decision | None:
        if self._mode == "auto":
            return True
        if self._mode == "never":
            return "Calls that need approval are refused here (--approve never)."
        if not self._person:
            return None
        if self._clicks and await self._is_drawn():
            return await self._clicked(call, digest)
        return await self._typed(call)

    # --- clicks --------------------------------------------------------------------------------------------------------

    def drawn(self) -> None:
        """The view is on the page. From any thread."""
        engine().call_soon_threadsafe(self._drawn.set)

    def decide(self, message: Mapping[str, Any]) -> None:
        """A click, from any thread. One that does not fit the call as it stands is not taken."""
        engine().call_soon_threadsafe(self._take, dict(message))

    def _take(self, message: dict[str, Any]) -> None:
        digest, future = self._waiting.get(message.get("call_id", ""), ("", None))
        decision = read_decision(message.get("decision"))
        if future is not None and not future.done() and message.get("digest") == digest and decision is not None:
            future.set_result(decision)

    async def _is_drawn(self) -> bool:
        try:
            async with asyncio.timeout(READY_WITHIN):
                await self._drawn.wait()
        except TimeoutError:
            return False
        return True

    async def _clicked(self, call: ToolCallPart, digest: str) -> Decision:
        future: asyncio.Future[Decision] = asyncio.get_running_loop().create_future()
        self._waiting[call.id] = (digest, future)
        try:
            return await future
        finally:
            del self._waiting[call.id]

    # --- the keyboard ----------------------------------------------------------------------------------------------------

    async def _typed(self, call: ToolCallPart) -> Decision | None:
        async with self._one_question:
            link = self._link()
            return None if link is None else await link.on_caller(lambda: ask(call))


def read_decision(value: Any) -> Decision | None:
    """What the page says, as a decision: ``true``, ``{"reason": text}`` or ``{"arguments": JSON text}``; None for anything else."""
    match value:
        case True:
            return True
        case {"reason": str(reason)}:
            return reason or False
        case {"arguments": str(text)}:
            try:
                arguments = json.loads(text)
            except ValueError:
                return None
            return arguments if isinstance(arguments, dict) else None
        case _:
            return None


def spoken_decisions(said: Sequence[tuple[str, str]], pending: Sequence[ToolCallPart]) -> dict[str, Decision]:
    """``--decide CALL DECISION``: yes, no, a reason why not, or what the page writes (``{"arguments": {...}}``, ``{"reason": ...}``).

    CALL is an id; with ``@`` and a digest behind it, as the page writes it, the decision holds only for the call that was
    shown: a notebook from somebody else may show other arguments than those that wait. Raises `DecisionError`.
    """
    waiting = {call.id: call for call in pending}
    decisions: dict[str, Decision] = {}
    for word, text in said:
        call_id, at, shown = word.rpartition("@")
        call_id, shown = (call_id, shown) if at else (word, "")
        if shown and call_id in waiting and digest(waiting[call_id]) != shown:
            raise DecisionError(f"The call {call_id!r} that waits is not the one that was shown.", mend="Look at it with %agent --resume, and decide there.")
        decisions[call_id] = _spoken(text)
    return decisions


def _spoken(text: str) -> Decision:
    if text.lower() in ("y", "yes", "true", "n", "no", "false"):
        return text.lower() in ("y", "yes", "true")
    try:
        written = json.loads(text)
    except ValueError:
        return text
    match written:
        case {"arguments": dict(arguments)}:
            return arguments
        case {"reason": str(reason)}:
            return reason or False
        case _:
            return text


def ask(call: ToolCallPart, question: Callable[[str], str] = input) -> Decision | None:
    """Put the question at the keyboard until the answer is one."""
    while True:
        answer = question(f"{call.name}({all_seen(call.arguments)}) — [y]es, [n]o, [e]dit, or a reason why not: ").strip()
        match answer.lower():
            case "":
                continue
            case "y" | "yes":
                return True
            case "n" | "no":
                return False
            case "e" | "edit":
                edited = question(f"Arguments of {call.name} as JSON: ")
                try:
                    return msgspec.json.decode(edited, type=dict[str, Any])
                except msgspec.MsgspecError:
                    continue
            case _:
                return answer
