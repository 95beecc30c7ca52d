"""One agent for many prompts: a run each, some at once, and what each came to in the order of the prompts.

The rule: what is done is kept. One that fails loses nothing of the others; its error stands in its place, and holds what came
(`error.result`). An interrupt ends those under way and leaves the rest for another time.
"""

from __future__ import annotations

import asyncio
import sys
import time
import warnings
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any, Protocol

from nbagent.agent import Agent
from nbagent.bridge import wait_for
from nbagent.decisions import Approver
from nbagent.errors import ConfigError, NbagentError, PromptError, RunCancelled
from nbagent.messages import Message
from nbagent.observers.trace import Trace
from nbagent.result import Result
from nbagent.session import Prompt, Session
from nbagent.templates import NamedPrompt
from nbagent.tool_results import describe

if TYPE_CHECKING:
    import pandas as pd

Done = Callable[[int, int], None]
"""Told after each run how many are done, and of how many; on the engine's thread, so it must not block."""

_PERIOD = 0.1  # seconds between two drawings of a terminal's bar
COLUMNS = ("prompt", "answer", "outcome", "error", "input_tokens", "output_tokens", "cost_usd", "run_id")


class Bar(Protocol):
    """What shows how far it is: told after each run, on the engine's thread, and closed at the end."""

    def show(self, many: Many) -> None: ...

    def close(self) -> None: ...


shown_progress: ContextVar[Callable[[int], Bar] | None] = ContextVar("nbagent_progress", default=None)
"""What makes a bar for so many runs; a notebook has its own, a terminal has a line of text."""


class NotBegun(RunCancelled):
    """The place of a prompt whose run has not begun."""


class Many(list[Result | NbagentError]):
    """What each prompt came to, in their order: a `Result`, or the error in its place. What was not begun is `NotBegun`."""

    def __init__(self, prompts: Sequence[Prompt] = ()) -> None:
        super().__init__(NotBegun("It was not begun.") for _ in prompts)
        self.prompts = list(prompts)

    @property
    def done(self) -> int:
        """How many came to an end of their own, good or bad."""
        return sum(not isinstance(each, RunCancelled) for each in self)

    @property
    def failed(self) -> int:
        """How many ended with an error."""
        return sum(isinstance(each, NbagentError) and not isinstance(each, RunCancelled) for each in self)

    @property
    def cost(self) -> float | None:
        """What they cost together, in US dollars, as far as it went; None where the price of one is not known."""
        costs = [result.cost for each in self if (result := _result(each)) is not None]
        return None if None in costs else sum(cost for cost in costs if cost is not None)

    def table(self) -> pd.DataFrame:
        """A row a prompt: what was asked, the answer (of the agent's output type where it has one), how it ended, the tokens and the cost."""
        import pandas as pd

        return pd.DataFrame([_row(prompt, each) for prompt, each in zip(self.prompts, self, strict=True)], columns=list(COLUMNS))

    def __repr__(self) -> str:
        ends = Counter(_outcome(each) for each in self)
        said = ", ".join(f"{count} {name}" for name, count in ends.most_common())
        return f"Many({len(self)} prompts{f': {said}' if said else ''}; .table() has a row each)"


def run_many(
    agent: Agent, prompts: Iterable[Prompt], *, at_once: int = 4, trace: Trace | None = None, done: Done | None = None,
    progress: bool | None = None, approve: Approver | None = None, resume: Many | None = None,
) -> Many:  # fmt: skip
    """Run each prompt in a conversation of its own: ``run_many(agent, df.question).table()``.

    At most `at_once` run at the same time; what a provider allows is kept to by `set_rate_limit`. Plain tools run on the
    caller's thread, one at a time. `progress` shows a bar (None: where a person may look). An interrupt stops all and raises
    `RunCancelled`, whose `result` has what was done; with that as `resume` only the rest is run. Raises `ConfigError` for an
    `at_once` below 1.
    """
    made = _begun(prompts, at_once, resume)
    try:
        wait_for(lambda: _fill(made, agent, at_once, trace, done, progress, approve))
    except KeyboardInterrupt as interrupt:
        raise _stopped(made) from interrupt
    return made


async def arun_many(
    agent: Agent, prompts: Iterable[Prompt], *, at_once: int = 4, trace: Trace | None = None, done: Done | None = None,
    progress: bool | None = None, approve: Approver | None = None, resume: Many | None = None,
) -> Many:  # fmt: skip
    """`run_many` for who awaits; a `CancelledError` has the `result`, too."""
    made = _begun(prompts, at_once, resume)
    try:
        await _fill(made, agent, at_once, trace, done, progress, approve)
    except asyncio.CancelledError as error:
        error.__dict__["result"] = made
        raise
    return made


def _begun(prompts: Iterable[Prompt], at_once: int, resume: Many | None) -> Many:
    if isinstance(at_once, bool) or not isinstance(at_once, int) or at_once < 1:
        raise ConfigError(f"at_once={at_once!r} runs nothing.", mend="It is a whole number, 1 or more.")
    if isinstance(prompts, str | bytes | Mapping):
        raise ConfigError(f"The prompts are one {type(prompts).__name__}.", mend="Give a list of them: run_many(agent, [text]).")
    made = Many([*prompts])
    if resume is None:
        return made
    if not isinstance(resume, Many):
        raise ConfigError(f"{type(resume).__name__} is nothing to go on with.", mend="It is what run_many gave: resume=sys.last_value.result.")
    if len(resume) != len(made):
        raise ConfigError(f"What is to go on had {len(resume)} prompts, and there are {len(made)}.", mend="Give the same prompts, in the same order.")
    made[:] = [NotBegun("It was not begun.") if isinstance(each, RunCancelled) else each for each in resume]
    return made


def _stopped(made: Many) -> RunCancelled:
    stopped = RunCancelled(
        f"Stopped: {made.done} of {len(made)} are done.", "They are kept, in the .result of this error (sys.last_value.result).",
        "run_many(..., resume=sys.last_value.result) runs the rest.",
    )  # fmt: skip
    stopped.result = made
    return stopped


async def _fill(made: Many, agent: Agent, at_once: int, trace: Trace | None, done: Done | None, progress: bool | None, approve: Approver | None) -> None:
    """Run what is not done, and put each end into its place."""
    places = asyncio.Semaphore(at_once)
    bar = _bar(len(made), progress)
    broken, ended = False, made.done  # counted as they end: to count them all at each end is slow where they are many

    def tell(done: Done) -> None:
        nonlocal broken
        try:
            done(ended, len(made))
        except Exception as error:  # noqa: BLE001  who looks cannot break what is looked at
            if not broken:
                warnings.warn(f"done= failed: {type(error).__name__}: {error}", RuntimeWarning, stacklevel=2)
            broken = True

    async def one(number: int) -> None:
        nonlocal ended
        session = Session(agent, trace=trace, approve=approve)
        async with places:
            stopped = made[number] = RunCancelled("The run was stopped.", "What came until then is kept.")
            try:
                made[number] = await session.arun(made.prompts[number])
            except NbagentError as error:
                made[number] = error
            except asyncio.CancelledError:
                stopped.result = session.result
                raise
            except (Exception, SystemExit) as error:  # noqa: BLE001  an object's own form may raise anything, and is one prompt's fault
                made[number] = failed = PromptError(f"Prompt {number}, counted from 0, failed: {describe(error)}")
                failed.__cause__ = error
            ended += not isinstance(made[number], RunCancelled)
            if done is not None:
                tell(done)
            if bar is not None:
                bar.show(made)

    try:
        await asyncio.gather(*(one(number) for number, each in enumerate(made) if isinstance(each, RunCancelled)))
    finally:
        if bar is not None:
            bar.close()


def _bar(total: int, progress: bool | None) -> Bar | None:
    if progress is False or not total:
        return None
    if (make := shown_progress.get()) is not None:
        return make(total)
    return Line(total) if progress or sys.stderr.isatty() else None


class Line:
    """The bar of a terminal."""

    def __init__(self, total: int) -> None:
        from tqdm import tqdm

        self._bar = tqdm(total=total, unit="run", file=sys.stderr, leave=True)
        self._shown, self._last = 0.0, Many()

    def show(self, many: Many) -> None:
        self._last, now = many, time.monotonic()
        if now - self._shown >= _PERIOD:
            self._shown = now
            self._draw()

    def close(self) -> None:
        self._draw()
        self._bar.close()

    def _draw(self) -> None:
        if words := told(self._last):
            self._bar.set_postfix_str(words, refresh=False)
        self._bar.update(self._last.done - self._bar.n)


def told(many: Many) -> str:
    """What a bar says beside how far it is: what failed, and the cost."""
    failed, cost = many.failed, many.cost
    return ", ".join([*([f"{failed} failed"] if failed else []), *([f"${cost:.4f}"] if cost else [])])


def _row(prompt: Prompt, each: Result | NbagentError) -> dict[str, Any]:
    result = _result(each)
    used = result if result is not None and (isinstance(each, Result) or result.usage.total_tokens) else None  # a failure that says no usage
    return {
        "prompt": _said(prompt),
        "answer": None if not isinstance(each, Result) else each.text if each.output is None else each.output,
        "outcome": _outcome(each),
        "error": f"{type(each).__name__}: {' '.join(each.lines)}" if isinstance(each, NbagentError) else None,
        "input_tokens": used.usage.input_tokens if used else None,
        "output_tokens": used.usage.output_tokens if used else None,
        "cost_usd": used.cost if used else None,
        "run_id": result.run_id if result else None,
    }


def _outcome(each: Result | NbagentError) -> str:
    if isinstance(each, Result):
        return each.outcome
    return "not begun" if isinstance(each, NotBegun) else "cancelled" if isinstance(each, RunCancelled) else "failed"


def _result(each: Result | NbagentError) -> Result | None:
    return each if isinstance(each, Result) else each.result if isinstance(each.result, Result) else None


def _said(prompt: Prompt) -> Any:
    """A prompt as a cell of a table: its text, where it is one."""
    message = prompt.message if isinstance(prompt, NamedPrompt) else prompt
    return message.text if isinstance(message, Message) else message
