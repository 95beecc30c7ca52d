"""A model whose calls are in the trace wherever they are made: in plain code, in a tool, by a provider of a person's own.

::

    model = Traced("openai:gpt-6-luna")                                  # or any provider: Traced(Cached(...)), Traced(MyProvider())
    async for batch in model.stream(Request("", (user("Hi"),))): ...
    model.trace.calls()

The rule: what streams is what would stream without it, the same objects in the same batches, the same error at the same moment; of who
looks nothing reaches who asks. Where a run or another `Traced` counts the call already, it is not there.
"""

from __future__ import annotations

import asyncio
import warnings
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import contextmanager
from typing import Any

from msgspec.structs import replace

from nbagent import prices
from nbagent.bridge import in_thread
from nbagent.errors import ConfigError, IncompleteStream
from nbagent.events import (
    Noted,
    Outcome,
    PartDelta,
    PartFinished,
    PartStarted,
    ProviderEvent,
    Retried,
    RunEvent,
    RunFinished,
    RunStarted,
    StepFinished,
    StepStarted,
    Waiting,
    stamped,
)
from nbagent.exchange import Exchange, exchange
from nbagent.loop import new_id
from nbagent.named_models import named
from nbagent.observers.trace import Trace
from nbagent.observers.watching import tell
from nbagent.provenance import prompt_hash
from nbagent.provider import Provider, Request, passes_on
from nbagent.session import Session, came_from, shared_trace
from nbagent.settings import configured_server
from nbagent.step import Asked, Step
from nbagent.tool_calls import counted, is_counted, place

_Batch = Sequence[ProviderEvent] | ProviderEvent
_TOLD = frozenset({PartStarted, PartFinished, Retried, Waiting, Noted})  # of what a provider says, what a trace hears of beside first tokens


class Traced:
    """Another provider, each call of which is a run of one model call in the trace, below the run or `span` that is around it.

    `model` is a ``provider:model`` string or a provider. `trace` is where calls are kept; not said, it is that of the run or span around the call,
    in a notebook that of ``%trace``, else one of its own. What a call inside a run uses counts in the run's limits; it is itself never
    refused. As an agent's model, and inside another `Traced`, it adds nothing: there the calls are traced. Embeddings, lists of models
    and counts of tokens pass through untraced.
    """

    def __init__(self, model: str | Provider, trace: Trace | None = None, *, base_url: str | None = None, api_key: str | None = None) -> None:
        """Raises `UnknownProvider` for a name that there is not, `ConfigError` for what is no model or no trace."""
        if trace is not None and not isinstance(trace, Trace):
            raise ConfigError(f"{trace!r} is no trace.", mend='Write Traced(model, Trace("calls.db")).')
        self._named = isinstance(model, str)
        if isinstance(model, str):
            self.provider, name = named(model, base_url=base_url or configured_server(model), api_key=api_key)
            self.model = name or getattr(self.provider, "default_model", "")
        elif isinstance(model, Provider) and not isinstance(model, Session):
            self.provider, self.model = model, getattr(model, "model", "")
        else:
            raise ConfigError(f"Traced is around a model or a provider, not {type(model).__name__}.", "Runs of agents and sessions are traced as they are.")
        self.name = self.provider.name
        self._given, self._own = trace, None if trace else Trace()
        passes_on(self, self.provider)

    def __repr__(self) -> str:
        return f"<Traced {self.provider!r}>"

    @property
    def trace(self) -> Trace:
        """Where a call that is made here is kept."""
        found = trace_here(self._given) or self._own
        assert found is not None
        return found

    def stream(self, request: Request) -> AsyncIterator[_Batch]:
        """The provider's batches. A request that names no model is for the one that was named here."""
        if self._named and not request.model:
            request = replace(request, model=self.model)
        if is_counted():
            return self.provider.stream(request)
        call = TracedCall(Asked(self.name, request.model or self.model, getattr(self.provider, "base_url", None)), request, self.trace)
        if not call.matters:
            return self.provider.stream(request)
        with call.under_way():
            try:
                stream = self.provider.stream(request)
            except BaseException as error:
                call.begin()
                call.tell_end(error, prices.UNKNOWN)
                raise
        return self._observed(call, stream)

    async def _observed(self, call: TracedCall, stream: AsyncIterator[_Batch]) -> AsyncGenerator[_Batch, None]:
        error: BaseException | None = None
        call.begin()
        try:
            batches = aiter(stream)
            try:
                while True:
                    here, other = counted.set((place.get(),)), exchange.set(call.exchange)  # here, not around: what is between two reads is not ours
                    try:
                        batch = await anext(batches)
                    except StopAsyncIteration:
                        break
                    finally:
                        exchange.reset(other)
                        counted.reset(here)
                    call.take(batch)
                    yield batch
            finally:
                if isinstance(batches, AsyncGenerator):
                    await batches.aclose()
        except BaseException as failure:
            error = failure
            raise
        finally:
            await call.end(error)


def trace_here(given: Trace | None = None) -> Trace | None:
    """The trace of what is asked here: the one given, that of the run or span around, or the notebook's; None where there is none."""
    around = place.get()
    return given or (around.trace if around else None) or shared_trace.get()


class TracedCall:
    """One call of a model on its way, and who is told of it."""

    def __init__(self, asked: Asked, request: Request, trace: Trace) -> None:
        self._request, self._asked = request, asked
        self._around = place.get()
        self._observers = trace.observers()
        self._broken: set[int] = set()
        self._run, self._outer, self._span = new_id(16), new_id(), new_id()
        self._step = Step()
        self._silent: set[int] = set()  # the parts that have begun, and of which nothing has come
        self.exchange = self._step.exchange = Exchange() if trace.keeps_bodies and self._observers else None

    @property
    def matters(self) -> bool:
        """Whether anybody looks, or a run around it counts."""
        return bool(self._observers) or self._around is not None

    @contextmanager
    def under_way(self) -> Any:
        """What the provider does inside is a part of this call."""
        here, other = counted.set((place.get(),)), exchange.set(self.exchange)
        try:
            yield
        finally:
            exchange.reset(other)
            counted.reset(here)

    def begin(self) -> None:
        """Say that it begins. What cannot be told is said, and asked all the same."""
        try:
            self._tell_begin()
        except Exception as error:  # noqa: BLE001
            doubt(error)

    def _tell_begin(self) -> None:
        request, (provider, model, _) = self._request, self._asked
        name = f"{provider}:{model}" if model else provider
        prompt = next((message for message in reversed(request.messages) if message.role == "user"), None)
        origin = ({"prompt_hash": prompt_hash(prompt)} if prompt else {}) | dict(came_from.get()())
        self._tell_run([RunStarted(name, name, prompt, origin=origin)])
        tools = tuple(tool.name for tool in request.tools)
        self._tell([StepStarted(1, name, provider, model, request.messages, tools, request.params, request.instructions)])

    def take(self, batch: _Batch) -> None:
        """Keep what came. Events are stamped for who looks, and these are not ours: observers get copies of those that they look at."""
        try:
            events: list[Any] = batch if isinstance(batch, list) else list(batch) if isinstance(batch, Sequence) else [batch]
            public = self._step.take(events)
            if (public is not events or self._silent) and (told := [replace(event) for event in public if self._is_heard(event)]):
                self._tell(told)
        except Exception as error:  # noqa: BLE001
            doubt(error)

    def _is_heard(self, event: Any) -> bool:
        kind = type(event)
        if kind is PartDelta:
            if event.index not in self._silent or not event.delta:
                return False
            self._silent.remove(event.index)
        elif kind is PartStarted:
            self._silent.add(event.index)
        return kind is PartDelta or kind in _TOLD

    async def end(self, error: BaseException | None) -> None:
        price: prices.Cost | None = prices.UNKNOWN
        try:
            if (price := self._step.price(self._asked)) is None:
                price = await in_thread(lambda: self._step.look_up(self._asked))
        except Exception as failed:  # noqa: BLE001
            doubt(failed)
        finally:
            self.tell_end(error, price or prices.UNKNOWN)

    def end_at_once(self, error: BaseException | None) -> None:
        """`end` for who cannot await; the list of prices, where it was not imported before, is imported here."""
        try:
            price = self._step.price(self._asked) or self._step.look_up(self._asked)
        except Exception as failed:  # noqa: BLE001
            doubt(failed)
            price = prices.UNKNOWN
        self.tell_end(error, price)

    def tell_end(self, error: BaseException | None, price: prices.Cost) -> None:
        """Say how it ended. Who leaves early has cancelled it, but for one who has all of it."""
        outcome: Outcome = "failed"
        if isinstance(error, asyncio.CancelledError | KeyboardInterrupt) or (isinstance(error, GeneratorExit) and self._step.ended is None):
            outcome, error = "cancelled", asyncio.CancelledError()
        elif self._step.ended is not None and (error is None or isinstance(error, GeneratorExit)):
            outcome, error = "completed", None
        elif error is None:
            error = IncompleteStream(f"{self._asked.provider}: the stream ended without its terminal event.", "What came until then is kept.")
        try:
            finished = self._closed(error, price)
        except Exception as failed:  # noqa: BLE001
            doubt(failed)
            finished = Step().finished(self._asked, failed, prices.UNKNOWN)
        self._tell([finished])
        if self.exchange is not None:
            self.exchange.let_go()
        said = (finished.message,) if finished.message.parts or error is None else ()
        self._tell_run([RunFinished(outcome, said, error=finished.error if outcome == "failed" else None)])

    def _closed(self, error: BaseException | None, price: prices.Cost) -> StepFinished:
        """The end of the call, counted in the run around it."""
        if cut := self._step.close_open_parts():
            self._tell(cut)
        finished = self._step.finished(self._asked, error, price)
        if self._around is not None and (used := self._step.used(finished)) is not None:
            self._around.budget.count(used, finished.cost)
        return finished

    def _tell(self, events: Sequence[RunEvent]) -> None:
        tell(self._observers, stamped(events, self._run, self._span, self._outer), self._broken)

    def _tell_run(self, events: Sequence[RunEvent]) -> None:
        tell(self._observers, stamped(events, self._run, self._outer, self._around.span_id if self._around else None), self._broken)


def doubt(error: Exception) -> None:
    """Whatever a provider of the user's own yields goes on to who asked; that it cannot be told is said."""
    warnings.warn(f"a model call is not traced whole: {type(error).__name__}: {error}", RuntimeWarning, stacklevel=3)
