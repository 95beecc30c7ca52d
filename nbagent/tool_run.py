"""Runs one tool's function where it belongs, and makes its answer there: what it returns may be of use on that thread only."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from contextlib import aclosing
from typing import Any, Protocol

from nbagent.tool_context import Progress, ToolContext
from nbagent.tool_results import Answer, answer_of
from nbagent.tools import Tool


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
