"""Asking the person at the notebook: by a click in the view, at the keyboard, or not at all.

Clicks come where the cell is awaited and the view has said that it is drawn; else the question is put by `input()`,
which works wherever a person is; where nobody is (the front end takes no input) the run pauses.
"""

from __future__ import annotations

import asyncio
import contextvars
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Literal

import msgspec

from nbagent.bridge import Link, engine
from nbagent.decisions import STANDINGS, Approve, Decision, digest, problems
from nbagent.errors import DecisionError, all_seen
from nbagent.messages import ToolCallPart
from nbagent.observers.asked import defaults
from nbagent.tools import Tool

Mode = Literal["ask", "auto", "never"]
READY_WITHIN = 3.0  # seconds for the view to say that it is drawn


Problems = list[tuple[str, str]]
"""What is wrong with given arguments: places and words."""


class Approvals:
    """The `Approver` of one run. `link` gives the run's wire, for a question on the caller's thread. Arguments that a person
    gives are read as the `tools` will read them; where they do not fit, `refused` is told (on the engine's thread) and the call waits on."""

    def __init__(
        self, mode: Mode, *, person: bool, clicks: bool, link: Callable[[], Link[Any] | None],
        tools: Iterable[Tool] = (), refused: Callable[[str, Problems], None] = lambda _id, _problems: None,
    ) -> None:  # fmt: skip
        self._mode, self._person, self._clicks, self._link = mode, person, clicks, link
        self._tools, self._refused = {tool.name: tool for tool in tools}, refused
        self._here = contextvars.copy_context()  # the cell's: what a click brings to the page is this cell's, and no answer to the click
        self._drawn = asyncio.Event()
        self._waiting: dict[str, tuple[str, str, asyncio.Future[Decision]]] = {}
        self._one_question = asyncio.Lock()

    async def __call__(self, call: ToolCallPart, digest: str) -> Decision | None:
        if self._mode == "auto":
            return True
        if self._mode == "never":
            return "Calls that need approval are refused here (--approve never)."
        if not self._person:
            return None
        decision = await self._clicked(call, digest) if self._clicks else None
        return await self._typed(call) if decision is None else decision

    # --- clicks --------------------------------------------------------------------------------------------------------

    def drawn(self) -> None:
        """The view is on the page. From any thread."""
        engine().call_soon_threadsafe(self._drawn.set)

    def decide(self, message: Mapping[str, Any]) -> None:
        """A click, from any thread. One that does not fit the call as it stands is not taken."""
        engine().call_soon_threadsafe(self._take, dict(message), context=self._here)

    def _take(self, message: dict[str, Any]) -> None:
        call_id = message.get("call_id", "")
        name, digest, future = self._waiting.get(call_id, ("", "", None))
        decision = read_decision(message.get("decision"))
        if future is None or future.done() or message.get("digest") != digest or decision is None:
            return
        if wrong := self._wrong(name, decision):
            self._refused(call_id, wrong)
            return
        future.set_result(decision)
        if isinstance(decision, Approve) and decision.standing != "once":  # what was said of the tool is said of its other calls here, too
            for other, _, waiting in self._waiting.values():
                if other == name and not waiting.done():
                    waiting.set_result(True)

    def _wrong(self, name: str, decision: Decision) -> Problems:
        tool = self._tools.get(name)
        return problems(tool, json.dumps(decision)) if tool is not None and isinstance(decision, Mapping) else []

    async def _is_drawn(self) -> bool:
        try:
            async with asyncio.timeout(READY_WITHIN):
                await self._drawn.wait()
        except TimeoutError:
            return False
        return True

    async def _clicked(self, call: ToolCallPart, digest: str) -> Decision | None:
        """What is clicked; None where the view is never drawn. A click may come together with the word that it is."""
        future: asyncio.Future[Decision] = asyncio.get_running_loop().create_future()
        self._waiting[call.id] = (call.name, digest, future)
        try:
            return await future if await self._is_drawn() else None
        finally:
            del self._waiting[call.id]

    # --- the keyboard ----------------------------------------------------------------------------------------------------

    async def _typed(self, call: ToolCallPart) -> Decision | None:
        async with self._one_question:
            link = self._link()
            return None if link is None else await link.on_caller(lambda: ask(call, tool=self._tools.get(call.name)))


def read_decision(value: Any) -> Decision | None:
    """What the page says, as a decision: ``true``, ``{"approve": "session"}`` (or ``"always"``), ``{"reason": text}`` or
    ``{"arguments": JSON text}``; None for anything else."""
    match value:
        case True:
            return True
        case {"approve": "session" | "always" as standing}:
            return Approve(standing)
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
    """``--decide CALL DECISION``: yes, session or always (yes for longer), no, a reason why not, or what the page writes
    (``{"arguments": {...}}``, ``{"reason": ...}``).

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
    if (word := text.lower()) in STANDINGS:
        return Approve(word)
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


def ask(call: ToolCallPart, question: Callable[[str], str] = input, *, tool: Tool | None = None) -> Decision | None:
    """Put the question at the keyboard until the answer is one.

    With the `tool`, the arguments that it adds are shown, and other ones are read as it will read them.
    """
    left = defaults(tool.spec.parameters, call.arguments) if tool is not None else []
    more = "; by default " + ", ".join(f"{name}={value or '...'}" for name, value in left) if left else ""
    wrong = ""
    while True:
        choices = "[y]es, for this [s]ession, [a]lways, [n]o, [e]dit, or a reason why not"
        answer = question(f"{wrong}{call.name}({all_seen(call.arguments + more)}) — {choices}: ").strip()
        wrong = ""
        match answer.lower():
            case "":
                continue
            case "y" | "yes":
                return True
            case "s" | "session":
                return Approve("session")
            case "a" | "always":
                return Approve("always")
            case "n" | "no":
                return False
            case "e" | "edit":
                edited = question(f"Arguments of {call.name} as JSON: ")
                try:
                    arguments = msgspec.json.decode(edited, type=dict[str, Any])
                except msgspec.MsgspecError as error:
                    wrong = f"That is no JSON object: {error}\n"
                    continue
                found = problems(tool, edited) if tool is not None else []
                if not found:
                    return arguments
                wrong = "".join(f"{place or call.name}: {text}\n" for place, text in found)
            case _:
                return answer
