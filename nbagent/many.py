"""One agent for many prompts: a run each, some at once, and what each came to in the order of the prompts.

The rule: one that fails loses nothing of the others; its error stands in its place, and holds what came (`error.result`).
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable

from nbagent.agent import Agent
from nbagent.bridge import wait_for
from nbagent.errors import ConfigError, NbagentError
from nbagent.observers.trace import Trace
from nbagent.result import Result
from nbagent.session import Prompt, Session

Done = Callable[[int, int], None]
"""Told after each run how many are done, and of how many; on the engine's thread, so it must not block."""


def run_many(agent: Agent, prompts: Iterable[Prompt], *, at_once: int = 4, trace: Trace | None = None, done: Done | None = None) -> list[Result | NbagentError]:
    """Run each prompt in a conversation of its own: ``[str(each) for each in run_many(agent, df.question)]``.

    At most `at_once` run at the same time; what a provider allows is kept to by `set_rate_limit`. Plain tools run on the
    caller's thread, one at a time. An interrupt stops all. Raises `ConfigError` for an `at_once` below 1.
    """
    return wait_for(lambda: arun_many(agent, prompts, at_once=at_once, trace=trace, done=done))


async def arun_many(
    agent: Agent, prompts: Iterable[Prompt], *, at_once: int = 4, trace: Trace | None = None, done: Done | None = None
) -> list[Result | NbagentError]:
    """`run_many` for who awaits."""
    if at_once < 1:
        raise ConfigError(f"at_once={at_once} runs nothing.", mend="It is 1 or more.")
    asked, places, finished = list(prompts), asyncio.Semaphore(at_once), 0

    async def one(prompt: Prompt) -> Result | NbagentError:
        nonlocal finished
        async with places:
            try:
                return await Session(agent, trace=trace).arun(prompt)
            except NbagentError as error:
                return error
            finally:
                finished += 1
                if done is not None:
                    done(finished, len(asked))

    return await asyncio.gather(*(one(prompt) for prompt in asked))
