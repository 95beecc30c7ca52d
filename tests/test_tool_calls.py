"""Claims on what a tool may do to a run: nothing. Whatever it raises or returns is its call's result, and the conversation goes on."""

from __future__ import annotations

import asyncio
import sys

import pytest

from nbagent.agent import Agent
from nbagent.providers.scripted import Scripted, call
from nbagent.session import Session
from nbagent.tools import tool


class Own(BaseException): ...


def leaves() -> None:
    sys.exit(3)


def closes() -> None:
    raise GeneratorExit("closed")


def stops() -> None:
    raise StopIteration(5)


def raises_its_own() -> None:
    raise Own("odd")


def cancels() -> None:
    raise asyncio.CancelledError


async def awaits_what_was_cancelled() -> None:
    waited = asyncio.get_running_loop().create_future()
    waited.cancel()
    await waited


async def closes_awaited() -> None:
    raise GeneratorExit("closed")


RAISE = [leaves, closes, stops, raises_its_own, cancels, awaits_what_was_cancelled, closes_awaited]


@pytest.mark.parametrize("thread", [False, True])
@pytest.mark.parametrize("function", RAISE, ids=lambda function: function.__name__)
def test_no_exception_of_a_tool_ends_the_run(function, thread):
    session = Session(Agent(model=Scripted([[call(function.__name__)], "Then not.", "Fine."]), tools=[tool(thread=thread)(function)]))
    result = session.run("Go")
    (answer,) = session.messages[2].tool_results
    assert (result.outcome, result.text, answer.is_error) == ("completed", "Then not.", True)
    assert list(result.trace.tools()["status"]) == ["error"]
    assert session.run("And now?").text == "Fine."
