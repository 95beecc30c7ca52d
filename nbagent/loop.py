"""The one loop: look at the end of the transcript and do what stands there.

A call without a result: run the tools, or stop, paused, where a person must agree. A user's or a tool's message: ask the
model. An assistant's message: done. Resuming is running again with decisions. Whatever happens, every span is closed,
what came is kept, and the transcript that is left is legal for the next prompt.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Mapping, Sequence
from contextlib import aclosing
from typing import Any

from nbagent.answers import Judged
from nbagent.budget import Budget
from nbagent.errors import ConfigError, HandlerFailed, IncompleteStream, NbagentError, ProviderError, RunCancelled
from nbagent.events import ErrorInfo, Noted, Outcome, RunEvent, RunFinished, RunStarted, StepStarted, ToolStarted, stamped
from nbagent.exchange import Exchange, exchange
from nbagent.handlers import Failure, handler_for
from nbagent.messages import Annotations, Message, TextPart, ToolCallPart, ToolResultPart, Usage, pending_calls, tool_message, user
from nbagent.observers.watching import tell
from nbagent.outgoing import Outgoing, Sent
from nbagent.provider import Request
from nbagent.standing import tool_rules
from nbagent.step import Asked, Step
from nbagent.task import End, Task
from nbagent.tool_calls import CANCELLED, Calls, Place, counted, place
from nbagent.tool_context import Around
from nbagent.tool_results import describe
from nbagent.tool_run import said_by


def new_id(size: int = 8) -> str:
    """A random id in hex: 8 bytes for spans, 16 for runs, as W3C trace context has them."""
    return os.urandom(size).hex()


async def run(task: Task) -> End:
    """Run to the end. Never raises: failures and cancelling are outcomes, and their errors are values."""
    return await Run(task).run()


class Run:
    """One run on its way."""

    def __init__(self, task: Task) -> None:
        self.task = task
        self.messages = list(task.messages)
        self.first_new = len(self.messages) - (1 if task.prompt else 0)
        self.asked = Asked(task.provider.name, task.model, task.server)
        self.span = new_id()
        self.outer = task.parent.span_id if task.parent else None
        self.answers = task.answers
        self.usage = Usage()
        self.cost: float | None = 0.0
        agent = task.agent
        self.budget = Budget(
            "run", max_cost=agent.max_cost, max_steps=agent.max_steps, max_tokens=agent.max_total_tokens,
            around=(task.budget, task.parent.budget if task.parent else None),
        )  # fmt: skip
        self.handling = task.parent.handling if task.parent else ()
        self.place = Place(task.run_id, self.span, task.trace, self.budget, self.handling)
        self.handled: NbagentError | None = None
        self.outgoing, self.noted = Outgoing(), set[str]()
        self.tools = {tool.name: tool for tool in task.agent.offered}
        self.decisions = dict(task.decisions)
        self.broken: set[int] = set()

    def emit(self, span: str, parent: str | None, events: Sequence[RunEvent]) -> None:
        """Stamp the events and give them to every observer; one that raises is heard of once and never breaks the run."""
        tell(self.task.observers, stamped(events, self.task.run_id, span, parent if span == self.span else parent or self.span), self.broken)

    async def run(self) -> End:
        task = self.task
        self.emit(
            self.span,
            self.outer,
            [RunStarted(task.agent.name, self.model_name, task.prompt, task.session, task.resumed, task.origin)],
        )
        error: NbagentError | None = None
        outcome: Outcome = "failed"
        try:
            outcome = await self._to_an_end()
        except asyncio.CancelledError:
            outcome, error = "cancelled", RunCancelled("The run was stopped.", "What came until then is kept.")
        except NbagentError as failure:
            error = failure
        pending = self._close(outcome)
        told = error or self.handled
        info = ErrorInfo(type(told).__name__, "\n".join(told.lines)) if told else None
        new = self.messages[self.first_new :]
        self.emit(self.span, self.outer, [RunFinished(outcome, tuple(new), pending, info)])
        text, output = self._said(new)
        return End(
            outcome=outcome, messages=self.messages, new=new, pending=pending, usage=self.usage, cost=self.cost,
            total_usage=self.budget.usage, total_cost=self.budget.cost, error=error, handled=self.handled, text=text, output=output,
        )  # fmt: skip

    async def _to_an_end(self) -> Outcome:
        """The rounds, or what a handler gives in place of the error that they end with. Raises `NbagentError`."""
        try:
            return await self._rounds()
        except asyncio.CancelledError:
            raise
        except NbagentError as failure:
            error = failure
        except BaseException as failure:  # noqa: BLE001  a provider of the user's own may raise anything
            error = ProviderError(f"{self.task.provider.name}: {type(failure).__name__}: {failure}")
            error.__cause__ = failure
        if not await self._handled(error):
            raise error
        return "completed"

    async def _handled(self, error: NbagentError) -> bool:
        """Whether a handler gave an output in place of the error. Raises `HandlerFailed`."""
        task = self.task
        handler = handler_for(error, task.agent.on_error)
        if handler is None or handler in self.handling:  # one that asks an agent of its own kind would go on for ever
            return False
        self._close("failed")
        said = self._said(self.messages[self.first_new :])[0]
        failure = Failure(
            error=error, text=said, messages=tuple(self.messages), usage=self.budget.usage, cost=self.budget.cost, agent=task.agent,
            run_id=task.run_id, session=task.session,
        )  # fmt: skip
        place.set(Place(task.run_id, self.span, task.trace, self.budget.opened(), (*self.handling, handler)))
        name = type(error).__name__
        try:
            value = await said_by(handler, failure, task.where.on_caller)
            if value is None:
                return False
            events = self.answers.instead(value)
        except (Exception, SystemExit) as broken:
            if broken is error:
                return False
            failed = HandlerFailed(f"The handler for {name} failed: {describe(broken)}", f"It was to answer in place of {name}: {error.what}")
            failed.handled, failed.__cause__ = error, broken
            raise failed from broken
        self.handled = error
        self.messages.append(Message("assistant", (TextPart(self.answers.text or ""),)))
        self.emit(self.span, self.outer, [Noted(f"{name}: {error.what} A handler gave the answer.", "handled"), *events])
        return True

    def _said(self, new: Sequence[Message]) -> tuple[str, Any]:
        """The last answer, and its value."""
        said = next((message.text for message in reversed(new) if message.role == "assistant" and message.text), "")
        text = said if self.answers.text is None else self.answers.text
        return text, self.answers.value if self.answers.output or self.answers.text is not None else text

    @property
    def model_name(self) -> str:
        return f"{self.task.provider.name}:{self.task.model}" if self.task.model else self.task.provider.name

    async def _rounds(self) -> Outcome:
        number = 0
        while True:
            calls = pending_calls(self.messages)
            if calls:
                await self._answer(calls)
                if pending_calls(self.messages):
                    return "paused"
                stopped = self.answers.ended_by(self.messages[-1].tool_results)
                if stopped is not None:
                    self._judged(stopped)
                    return "completed"
                continue
            last = self.messages[-1]
            if last.role == "assistant" and last.finish_reason != "pause":
                again = self._judged(self.answers.judge(last))
                if again is None:
                    return "completed"
                self.messages.append(user(TextPart(again, annotations=Annotations(("assistant",)))))
            self.budget.begin_step(self.model_name)
            number += 1
            await self._step(number)

    # --- tools -------------------------------------------------------------------------------------------------------

    async def _answer(self, pending: Sequence[ToolCallPart]) -> None:
        """Answer the pending calls; their results stand in one tool message after the assistant's, in call order."""
        others = [call for call in pending if not self.answers.is_final(call)]
        if others:
            await self._run_calls(others)
        for call in pending:
            if self.answers.is_final(call):
                asked = self._asked()
                result, judged = self.answers.take(
                    call, self.messages[asked], [each for message in self.messages[asked + 1 :] for each in message.tool_results]
                )
                self._add_results({call.id: result})
                self._judged(judged)

    def _judged(self, judged: Judged) -> str | None:
        """Tell what came of an answer; returns what the model is to be told. Raises the error that ends the run with it."""
        if judged.events:
            called = any(isinstance(event, ToolStarted) for event in judged.events)
            self.emit(new_id() if called else self.span, None if called else self.outer, judged.events)
        if judged.error is not None:
            raise judged.error
        return judged.again

    async def _run_calls(self, pending: Sequence[ToolCallPart]) -> None:
        task = self.task
        calls = Calls(
            self.tools, emit=self.emit, where=task.where, new_span=new_id, inside=self.place,
            around=Around(
                run_id=task.run_id, agent=task.agent, messages=tuple(self.messages), usage=self.budget.usage, cost=self.budget.cost, session=task.session
            ),
            objects=task.objects, approve=task.approve, decisions=self.decisions, grants=task.grants, limit=task.agent.max_parallel_tools,
        )  # fmt: skip
        try:
            await calls.run(pending)
        finally:
            self._add_results(calls.results)
        self.decisions.clear()  # a decision is for the calls that waited when it was given, never for later ones

    def _asked(self) -> int:
        """Where the message with the last calls is."""
        return next(place for place in range(len(self.messages) - 1, -1, -1) if self.messages[place].role == "assistant")

    def _add_results(self, results: Mapping[str, ToolResultPart]) -> None:
        asked = self._asked()
        have = {result.id: result for message in self.messages[asked + 1 :] for result in message.tool_results}
        have.update(results)
        ordered = [have[call.id] for call in self.messages[asked].tool_calls if call.id in have]
        self.messages[asked + 1 :] = [tool_message(ordered)] if ordered else []

    def _close(self, outcome: Outcome) -> tuple[ToolCallPart, ...]:
        """Leave a transcript that the next prompt can follow: a paused run keeps its pending calls, any other answers them."""
        pending = pending_calls(self.messages)
        if outcome == "paused":
            return pending
        if pending:
            text = CANCELLED if outcome == "cancelled" else "Not run: the run ended before."
            self._add_results({call.id: ToolResultPart(call.id, call.name, text, is_error=True) for call in pending})
        return ()

    # --- the model ---------------------------------------------------------------------------------------------------

    async def _step(self, number: int) -> None:
        task, agent = self.task, self.task.agent
        span = new_id()
        offered = {name: tool.spec for name, tool in self.tools.items() if tool_rules.offers(tool)}
        sent = await self._outgoing()
        request = self.answers.request(Request(
            task.model, sent.messages, agent.instructions, tuple(offered.values()), agent.params,
            agent.tool_choice if number == 1 else "auto",  # a forced tool is asked for once, or the run would never end
        ))  # fmt: skip
        started = StepStarted(
            number, agent.name, task.provider.name, task.model, request.messages, tuple(tool.name for tool in request.tools),
            agent.params, request.instructions,
        )  # fmt: skip
        self.emit(span, None, [started])
        step = Step(call.id for message in self.messages for call in message.tool_calls)
        step.exchange = Exchange() if task.bodies else None
        error: BaseException | None = None
        try:
            await self._listen(request, span, step)
        except BaseException as failure:  # noqa: BLE001  every span is closed, then it goes on up
            error = failure
        await self._finish_step(span, step, error)
        if error is not None:
            raise error

    async def _outgoing(self) -> Sent:
        """The messages as they are sent; what a person should know of that is told."""
        given = self.outgoing.for_model(self.messages)
        policy = self.task.agent.history
        outer = place.set(self.place)  # a model that the policy asks is a part of this run
        try:
            chosen = given if policy is None else await said_by(policy, given, self.task.where.in_thread)
        except NbagentError:
            raise
        except (Exception, SystemExit) as error:
            raise ConfigError(f"The agent's history raised {describe(error)}", "Nothing was sent.") from error
        finally:
            place.reset(outer)
        sent = self.outgoing.legal(given, chosen)
        if fresh := [note for note in sent.notes if note not in self.noted]:
            self.noted.update(fresh)
            self.emit(self.span, self.outer, [Noted(note, "left_out") for note in fresh])
        return sent

    async def _listen(self, request: Request, span: str, step: Step) -> None:
        """One model call: every batch goes to the observers at once, and is kept for a partial answer."""
        exchange.set(step.exchange)
        here = counted.set((place.get(),))
        try:
            stream = self.task.provider.stream(request)
            async with aclosing(stream) as batches:  # type: ignore[type-var]  # async generators have aclose, AsyncIterator does not say so
                async for batch in batches:
                    events = batch if isinstance(batch, list) else list(batch) if isinstance(batch, Sequence) else [batch]
                    public = step.take(events)
                    if public:
                        self.emit(span, None, public)
        finally:
            counted.reset(here)
        if step.ended is None:
            raise IncompleteStream(f"{self.task.provider.name}: the stream ended without its terminal event.", "What came until then is kept.")

    async def _finish_step(self, span: str, step: Step, error: BaseException | None) -> None:
        cut = step.close_open_parts()
        if cut:
            self.emit(span, None, cut)
        price = step.price(self.asked)
        if price is None:
            price = await self.task.where.in_thread(lambda: step.look_up(self.asked))
        finished = step.finished(self.asked, error, price)
        message, used = finished.message, step.used(finished)
        if used is not None:
            self.usage += used
            self.cost = None if self.cost is None or price.total is None else self.cost + price.total
            self.budget.count(used, price.total)
        self.emit(span, None, [finished])
        if step.exchange is not None:
            step.exchange.let_go()
        if price.total is None and used is not None and self.budget.is_priced:
            model = step.model or self.model_name
            unknown = f"the price of {model} is unknown. Say it with nbagent.set_price(...)." if step.usage else f"{model} does not say what it used."
            unknown = f"max_cost cannot be held: {unknown}"
            self.emit(self.span, self.outer, [Noted(unknown, "unpriced")])
        if message.parts or error is None:
            self.messages.append(message)
