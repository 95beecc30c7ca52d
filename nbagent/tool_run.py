"""Runs one tool's function where it belongs, to its outcome: what it gave and what its check says of that, or what it raised.

Its answer is made on its own thread: what it returns may be of use there only.
"""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Awaitable, Callable
from contextlib import aclosing
from dataclasses import dataclass
from typing import Any, Protocol

from nbagent.contents import sendable
from nbagent.errors import GuardrailTripped, RunError, ToolFailed, redact
from nbagent.events import ErrorInfo, ToolStatus
from nbagent.messages import FilePart
from nbagent.tool_context import Progress, ToolContext
from nbagent.tool_results import Answer, Objects, answer_of, describe, message_of, user_frames
from nbagent.tools import Check, Tool


class Where(Protocol):
    """The threads a tool can run on; `bridge` has the real ones."""

    async def on_caller(self, function: Callable[[], Any]) -> Any: ...
    async def in_thread(self, function: Callable[[], Any]) -> Any: ...
    def soon(self, function: Callable[[], None]) -> None: ...


async def invoke(tool: Tool, arguments: dict[str, Any], where: Where, context: ToolContext, progress: Progress) -> Answer:
    """Call the function; what a generator yields is progress, and its answer where it returns nothing."""
    given = arguments | dict.fromkeys(tool.contexts, context)
    if tool.streams_async:
        async with aclosing(tool.function(**given)) as values:
            return answer_of("\n".join([progress.say(value) async for value in values]))
    if tool.is_async:
        return answer_of(await tool.function(**given))

    def call() -> Answer:
        value = tool.function(**given)
        if inspect.isgenerator(value):
            value = _drained(value, context, progress)
        if inspect.isawaitable(value):
            if inspect.iscoroutine(value):
                value.close()
            raise TypeError(f"{tool.name} returned something to be awaited; write it as an async function")
        return answer_of(value)

    made: Answer = await (where.on_caller(call) if tool.on_callers_thread else where.in_thread(call))
    return made


def _drained(values: Any, context: ToolContext, progress: Progress) -> Any:
    """What a generator returns, or all that it yielded. One that nobody waits for any longer is closed at its next yield."""
    said: list[str] = []
    while not context.cancelled:
        try:
            said.append(progress.say(next(values)))
        except StopIteration as end:
            return "\n".join(said) if end.value is None else end.value
    values.close()
    return None


@dataclass
class Ended:
    """How a call ended: `text` is the model's, whole, `ends` the error that ends the run with it."""

    status: ToolStatus
    text: str
    files: tuple[FilePart, ...] = ()
    table: dict[str, Any] | None = None
    info: ErrorInfo | None = None
    ends: RunError | None = None
    priority: float | None = None


async def outcome_of(tool: Tool, arguments: dict[str, Any], where: Where, context: ToolContext, progress: Progress, objects: Objects) -> Ended:
    """Run the function and look at what it gave, which is kept in `objects`. Raises `CancelledError` only where the run is stopped."""
    try:
        async with asyncio.timeout(tool.timeout) as limit:
            answer = await invoke(tool, arguments, where, context, progress)
        objects.keep(context.call.id, answer.value)
        said = await verdict(tool.check_result, answer.value, where)
    except TimeoutError as error:
        if not limit.expired():
            return _broken(tool, error, describe(error))
        context.leave()
        return _broken(tool, error, f"{tool.name} took longer than its {tool.timeout:g} s and was left behind.", late=True)
    except BaseException as error:  # whatever a tool raises is the call's result, and the rest goes on
        if stopped(error):
            raise
        return _broken(tool, error, describe(error))
    if isinstance(said, GuardrailTripped):
        text = f"The result was withheld: {describe(said)}"
        return Ended("rejected", text, info=ErrorInfo("GuardrailTripped", text), ends=said)
    if said is not None:
        return Ended("rejected", said, info=ErrorInfo("Rejected", said))
    if answer.shown:
        progress.say(answer.shown)
    return Ended("ok", answer.text, answer.files, answer.table, priority=answer.priority)


def stopped(error: BaseException) -> bool:
    """Whether this is the run being stopped, and not the user's code saying so: something that it waited for was cancelled."""
    task = asyncio.current_task()
    return isinstance(error, asyncio.CancelledError) and (task is None or task.cancelling() > 0)


async def said_by(function: Callable[[Any], Any], value: Any, run: Callable[[Callable[[], Any]], Awaitable[Any]]) -> Any:
    """What a function of the user's says of a value. An async one is awaited here; a plain one is `run` where it may take its time, and
    the engine goes on."""
    said = function(value) if inspect.iscoroutinefunction(function) else await run(lambda: function(value))
    return await said if inspect.isawaitable(said) else said


async def verdict(check: Check | None, value: Any, where: Where) -> str | GuardrailTripped | None:
    """What a check says of a value. Raises what else the check raises, and `TypeError` where it says neither None nor text."""
    if check is None:
        return None
    try:
        told = await said_by(check, value, where.in_thread)
    except GuardrailTripped as tripped:
        return tripped
    if told is not None and not isinstance(told, str):
        raise TypeError(f"a check returned {type(told).__name__}; it returns None, a text for the model, or raises GuardrailTripped")
    return None if told is None else sendable(told) or "The check did not let it through."


def _broken(tool: Tool, error: BaseException, text: str, *, late: bool = False) -> Ended:
    """The outcome of a function that raised, or whose time was over."""
    info = ErrorInfo("TimeoutError", text) if late else ErrorInfo(type(error).__name__, redact(message_of(error)), user_frames(error))
    ends = None
    if tool.on_error == "raise":
        ends = ToolFailed(f"The tool {tool.name} failed, which ends the run.", text)
        ends.__cause__ = error
    return Ended("error", text, info=info, ends=ends)
