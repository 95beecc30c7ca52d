"""A conversation with an agent: the verbs. Its state is a list of messages and nothing else."""

from __future__ import annotations

import asyncio
import warnings
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping
from contextlib import aclosing, closing
from contextvars import ContextVar
from pathlib import Path
from typing import Any

from nbagent import loop, saved
from nbagent.agent import Agent
from nbagent.answers import Answers
from nbagent.bridge import Link
from nbagent.budget import Budget
from nbagent.chosen import choose
from nbagent.decisions import Approver, Decision, check_decisions
from nbagent.errors import ConfigError, DecisionError, RunCancelled, SessionBusy
from nbagent.events import Observer, RunEvent, Subscriber
from nbagent.messages import Message, Usage, for_audience, pending_calls
from nbagent.observers.trace import Trace
from nbagent.observers.view import View
from nbagent.outgoing import answered
from nbagent.prompts import prompt_message
from nbagent.provenance import code_hash, prompt_hash
from nbagent.provider import Provider
from nbagent.result import Result
from nbagent.standing import Grants
from nbagent.streamed import Streamed
from nbagent.task import End, Task
from nbagent.templates import NamedPrompt
from nbagent.tool_calls import place
from nbagent.tool_results import Objects
from nbagent.tools import Tool

shared_trace: ContextVar[Trace | None] = ContextVar("nbagent_trace", default=None)
"""The trace of sessions that are begun here and name none: in a notebook, the one that ``%trace`` shows."""

came_from: ContextVar[Callable[[], Mapping[str, Any]]] = ContextVar("nbagent_came_from", default=dict)
"""Says where runs that are begun here come from, as `RunStarted.origin` has it: in a notebook, its path, the cell, the execution count."""

Prompt = object
"""A text, a message, what `nbagent.user` takes (a figure, a picture, a table, a path ...), a list of these, or an `nbagent.prompt`."""


class Session:
    """A conversation with an agent, one prompt at a time.

    `approve` is asked about calls that need approval (an async function of the call and its digest, run on the engine's
    thread); without one a run ends ``paused`` and `resume` carries it on. `trace` may be shared by many sessions.
    `max_cost` bounds the price of the whole session, in US dollars, runs inside its tools with it: no further model is asked once so much
    is spent. `cost` is that price so far
    (None once a price was unknown); a run's own limit is on its agent. `objects` has the last
    results of tools as the objects that they are, by the calls' ids. `grants` are the tools that were approved for the session.
    """

    def __init__(
        self, agent: Agent, *, name: str | None = None, messages: Iterable[Message] = (), approve: Approver | None = None,
        trace: Trace | None = None, max_cost: float | None = None,
    ) -> None:  # fmt: skip
        if not isinstance(agent, Agent):
            raise ConfigError(
                f"A session is a conversation with an agent, and {agent!r} is none.", mend='Write Session(Agent(model="openai:..."), name="talk").'
            )
        around = place.get()
        self.agent, self.name, self.approve = agent, name, approve
        self.messages: list[Message] = list(messages)
        self.trace: Trace = trace if trace is not None else around.trace if around else shared_trace.get() or Trace()
        self.subscribers: list[Subscriber] = []
        self.observers: list[Observer] = []
        self.replaced: list[list[Message]] = []
        self._budget = Budget("session", max_cost=max_cost)
        self.view: View | None = None
        self.result: Result | None = None
        self.paused_run: str | None = None
        self.objects = Objects()
        self.grants = Grants()
        self._run: _Running | None = None

    # --- the verbs -----------------------------------------------------------------------------------------------------

    def run(self, prompt: Prompt, *, at: int | None = None, origin: Mapping[str, Any] | None = None) -> Result:
        """Say something and wait for the answer.

        Returns a completed or paused `Result`. A failure raises its typed error, which carries ``.result`` (what came).
        With `at` the conversation goes on from its first `at` messages; what stood after them is moved to `replaced`
        once the new run has produced something.
        """
        return self._wait(self._say(prompt, at, origin))

    async def arun(self, prompt: Prompt, *, at: int | None = None, origin: Mapping[str, Any] | None = None) -> Result:
        """`run` for a caller that awaits; also inside async tools."""
        return await self._await(self._say(prompt, at, origin))

    def stream(self, prompt: Prompt, *, at: int | None = None) -> Iterator[RunEvent]:
        """The events of a run as they happen. Leaving early cancels it. Raises at the end what `run` raises; `result` has the rest."""
        running = self._say(prompt, at, None, streamed=True)
        try:
            with closing(running.link.events()) as batches:
                for batch in batches:
                    yield from running.streamed.tell(batch, self.subscribers)
        finally:
            self._settle(running)
        self._raise(running)

    async def astream(self, prompt: Prompt, *, at: int | None = None) -> AsyncIterator[RunEvent]:
        """`stream` for a caller that awaits."""
        running = self._say(prompt, at, None, streamed=True)
        try:
            async with aclosing(running.link.aevents()) as batches:
                async for batch in batches:
                    for event in running.streamed.tell(batch, self.subscribers):
                        yield event
        except asyncio.CancelledError as error:
            _tell_short(error)
            raise
        finally:
            self._settle(running)
        self._raise(running)

    def resume(self, decisions: Mapping[str, Decision], *, origin: Mapping[str, Any] | None = None) -> Result:
        """Carry on a paused run: ``{call_id: True}``, ``{call_id: "no, because ..."}``, ``{call_id: {other arguments}}``
        or, for longer than this call, ``{call_id: Approve("session")}``.

        Calls that are left out stay pending. Raises `DecisionError` for an id that waits for nothing.
        """
        return self._wait(self._carry_on(decisions, origin))

    async def aresume(self, decisions: Mapping[str, Decision], *, origin: Mapping[str, Any] | None = None) -> Result:
        """`resume` for a caller that awaits."""
        return await self._await(self._carry_on(decisions, origin))

    def cancel(self) -> None:
        """Stop the run that is under way, from any thread. What came until then is kept."""
        if self._run is not None:
            self._run.link.cancel()

    @property
    def cost(self) -> float | None:
        return self._budget.cost

    @property
    def usage(self) -> Usage:
        """The tokens of all its model calls so far, runs inside its tools with them."""
        return self._budget.usage

    @property
    def max_cost(self) -> float | None:
        return self._budget.max_cost

    @max_cost.setter
    def max_cost(self, limit: float | None) -> None:
        self._budget.max_cost = limit

    @property
    def busy(self) -> bool:
        return self._run is not None

    @property
    def link(self) -> Link[End] | None:
        """The wire of the run under way, for what must be asked on the caller's thread."""
        return self._run.link if self._run is not None else None

    def save(self, path: str | Path) -> None:
        """Write the conversation, pending calls and all, as JSON, readable by its owner only. Keys are never written.

        Raises `ConfigError` where it cannot be; a file that was there before is then as it was.
        """
        saved.write(Path(path), self.agent, self.messages, self.name, self.paused_run)

    @classmethod
    def load(
        cls, path: str | Path, *, agent: Agent | None = None, tools: Iterable[Tool] = (), approve: Approver | None = None,
        trace: Trace | None = None, own: bool = False,
    ) -> Session:  # fmt: skip
        """A saved conversation. Its agent's tools are code and are not in the file: give them, or the whole agent.

        Raises `ConfigError` for a file that is none, for a tool with a pending call that is not given, and for a server
        beyond this machine that the file names, unless the file is your `own` (or the agent is given).
        """
        file = saved.read(Path(path))
        made = saved.agent_of(file, Path(path), agent, tools, own=own)
        session = cls(made, name=file.name, messages=file.messages, approve=approve, trace=trace)
        session.paused_run = file.run
        return session

    def fork(self, at: int | None = None, *, name: str | None = None) -> Session:
        """Another session with this one's agent and its first `at` messages (None: all), and nothing of what was approved in it.

        Raises `ConfigError` where there are not so many messages.
        """
        if at is not None and (isinstance(at, bool) or not isinstance(at, int) or not 0 <= at <= len(self.messages)):
            raise ConfigError(f"The conversation cannot be gone on with from its first {at!r} messages.", f"It has {len(self.messages)}.")
        return Session(self.agent, name=name, messages=self.messages[:at], approve=self.approve, trace=self.trace, max_cost=self.max_cost)

    def __repr__(self) -> str:
        waits = f", {len(pending_calls(self.messages))} pending" if pending_calls(self.messages) else ""
        used = f", {tokens:,} tokens" if (tokens := self.usage.total_tokens) else ""
        return f"Session({self.name or self.agent.name!r}, {len(self.messages)} messages{used}{waits})"

    # --- under the verbs -------------------------------------------------------------------------------------------------

    def _say(self, prompt: Prompt, at: int | None, origin: Mapping[str, Any] | None, *, streamed: bool = False) -> _Running:
        if isinstance(prompt, NamedPrompt):
            origin = {"prompt_name": prompt.name, "prompt_version": prompt.version, **(origin or {})}
            prompt = prompt.message
        message = prompt_message(prompt)
        base = self.messages if at is None else self.messages[:at]
        return self._begin(answered(base), message, at, {}, origin, streamed)

    def _carry_on(self, decisions: Mapping[str, Decision], origin: Mapping[str, Any] | None) -> _Running:
        pending = pending_calls(self.messages)
        if not pending:
            raise DecisionError("Nothing waits for a decision in this session.")
        check_decisions(decisions, pending, self.agent.offered)
        return self._begin(list(self.messages), None, None, decisions, origin, streamed=False)

    def _begin(
        self, base: list[Message], prompt: Message | None, at: int | None, decisions: Mapping[str, Decision],
        origin: Mapping[str, Any] | None, streamed: bool,
    ) -> _Running:  # fmt: skip
        if self._run is not None:
            raise SessionBusy("This session is answering another prompt.", mend="Wait for it, or use another session.")
        agent = self.agent
        chosen = choose(agent)
        if not (self.observers or self.subscribers):
            for doubt in chosen.doubts:  # told where nobody looks, too
                warnings.warn(doubt, UserWarning, stacklevel=4)
        answers = Answers(agent, chosen.provider, chosen.model)
        around = place.get()
        notes = [*([chosen.note] if chosen.note and self.result is None else []), *chosen.doubts]
        view = View(for_audience(prompt, "user").text if prompt else "", chosen.model, notes, output=answers.type_name)
        self.view = view
        run_id = loop.new_id(16)
        listened = streamed or bool(self.subscribers)

        provenance = {"code_hash": code_hash(agent.offered)} | ({"prompt_hash": prompt_hash(prompt)} if prompt else {})

        async def main(link: Link[End]) -> End:
            return await loop.run(
                Task(
                    agent=self.agent,
                    provider=chosen.asked,
                    model=chosen.model,
                    messages=[*base, prompt] if prompt else base,
                    prompt=prompt,
                    answers=answers,
                    run_id=run_id,
                    observers=[*self.trace.observers(), view.observe, *self.observers, *([link.post] if listened else [])],
                    where=link,
                    trace=self.trace,
                    parent=around,
                    session=self.name,
                    origin=provenance | dict(came_from.get()()) | dict(origin or {}),
                    approve=self.approve,
                    resumed=None if prompt else self.paused_run,
                    decisions=decisions,
                    budget=self._budget,
                    server=getattr(chosen.provider, "base_url", None),
                    objects=self.objects,
                    bodies=self.trace.keeps_bodies,
                    grants=self.grants,
                )
            )

        self._run = _Running(Link(main), run_id, view, Streamed(run_id, answers, agent.offered), at, prompted=prompt is not None)
        return self._run

    def _wait(self, running: _Running) -> Result:
        interrupt = None
        try:
            with closing(running.link.events()) as batches:
                for batch in batches:
                    running.streamed.tell(batch, self.subscribers)
        except KeyboardInterrupt as error:  # while a subscriber looked
            interrupt = error
        finally:
            self._settle(running)
        result = self._raise(running)
        if interrupt is not None:  # it came when the answer was complete
            raise interrupt
        return result

    async def _await(self, running: _Running) -> Result:
        try:
            async with aclosing(running.link.aevents()) as batches:
                async for batch in batches:
                    running.streamed.tell(batch, self.subscribers)
        except asyncio.CancelledError as error:
            _tell_short(error)
            raise
        finally:
            self._settle(running)
        return self._raise(running)

    def _settle(self, running: _Running) -> None:
        """Take the run's messages into the conversation, however it ended. What was said without any answer is not kept."""
        self._run = None
        end = running.end()
        if end is None:
            return
        if not running.prompted or any(message.role != "user" for message in end.new):
            self.paused_run = running.run_id if end.outcome == "paused" else None
            replaced = self.messages[running.at :] if running.at is not None else []
            if replaced:
                self.replaced.append(replaced)
            self.messages[:] = end.messages
        self.result = Result(
            run_id=running.run_id, outcome=end.outcome, text=end.text, output=end.output, messages=tuple(end.new), pending=end.pending,
            usage=end.usage, cost=end.cost, total_usage=end.total_usage, total_cost=end.total_cost, trace=self.trace,
            state=running.view.state(), handled=end.handled, objects=self.objects,
        )  # fmt: skip

    def _raise(self, running: _Running) -> Result:
        end = running.end()
        if end is None:
            raise RunCancelled("The run was stopped, and something in it does not end.", "What came until then is in the trace.")
        if end.error is not None:
            end.error.result = self.result
            raise end.error
        assert self.result is not None
        return self.result


class _Running:
    """A run under way."""

    def __init__(self, link: Link[End], run_id: str, view: View, streamed: Streamed, at: int | None, *, prompted: bool) -> None:
        self.link, self.run_id, self.view, self.streamed, self.at, self.prompted = link, run_id, view, streamed, at, prompted

    def end(self) -> End | None:
        return None if self.link.running else self.link.result()


def _tell_short(error: asyncio.CancelledError) -> None:
    """Let a cell that awaits a run show the error as it shows `RunCancelled`."""
    error.__dict__["_render_traceback_"] = RunCancelled("The run was stopped.", "What came until then is kept.")._render_traceback_


def run(agent: Agent | str | Provider, prompt: Prompt, *, approve: Approver | None = None) -> Result:
    """One prompt to an agent or a model, without a conversation kept: ``nbagent.run("local:", "...")``, also ``nbagent.run(provider, "...")``."""
    if isinstance(agent, str) or (isinstance(agent, Provider) and not isinstance(agent, Session)):
        agent = Agent(model=agent)
    return Session(agent, approve=approve).run(prompt)
