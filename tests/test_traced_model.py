"""A model that is traced wherever it is asked: what streams is what would stream without it, and the trace has the call, once."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator, AsyncIterator, Iterator
from contextlib import aclosing, suppress
from pathlib import Path
from typing import Any

import pytest

from nbagent.agent import Agent
from nbagent.errors import NbagentError, Overloaded
from nbagent.events import UNSTAMPED, PartDelta, PartFinished, PartStarted, ProviderEvent, StreamEnded, UsageReported
from nbagent.messages import TextPart, Usage, user
from nbagent.observers.trace import Trace
from nbagent.provider import Provider, Request, listening
from nbagent.providers.openai.chat import OpenAIChat
from nbagent.providers.scripted import Scripted, error
from nbagent.session import Session
from nbagent.traced_model import Traced
from tests.contract import REQUEST, folded, heard, place_of, rows
from tests.test_bodies import open_until_here
from tests.wire_lines import KEY, TEXT, Row, chat
from tests.wire_server import Answer, WireServer
from tests.wire_server import error as refused

HI = Request("", (user("Hi"),), "Be brief.", params={"max_tokens": 99})
DONE = b"data: [DONE]\n\n"


class Spied:
    """A provider whose batches are remembered as the objects that they are."""

    def __init__(self, provider: Provider) -> None:
        self.name, self.provider, self.said = provider.name, provider, list[Any]()

    async def stream(self, request: Request) -> AsyncGenerator[Any, None]:
        async with listening(self.provider, request) as batches:
            async for batch in batches:
                self.said.append(batch)
                yield batch


async def batches_of(provider: Provider, request: Request = HI, *, least: int = 1_000_000) -> list[Any]:
    """What a person gets who drives it, leaving after so many batches."""
    found: list[Any] = []
    async with aclosing(provider.stream(request)) as batches:  # type: ignore[type-var]
        async for batch in batches:
            found.append(batch)
            if len(found) == least:
                break
    return found


def ask(provider: Provider, request: Request = HI, **how: Any) -> list[Any]:
    return asyncio.run(batches_of(provider, request, **how))


def only(trace: Trace) -> dict[str, Any]:
    (row,) = trace.calls(payload=True).to_dict("records")
    return row


@pytest.fixture(params=["memory", "file"])
def trace(request: pytest.FixtureRequest, tmp_path: Path) -> Trace:
    return Trace() if request.param == "memory" else Trace(tmp_path / "trace.db")


# -- what streams -----------------------------------------------------------------------------------------------------


def ways(row: Row) -> Iterator[Answer]:
    """Answers of all kinds: whole and in pieces, cut in the middle, with an error in mid-stream, refused."""
    for lines in (row.text, row.calls, row.reasoning, row.failing):
        yield Answer(b"".join(lines))
    yield Answer(b"".join(row.calls), split=7)
    for ending in ({}, {"reset": True, "delay": 0.01}):
        yield Answer(b"".join(row.text), cut_at=place_of(row, row.text, TEXT[1]) + 2, **ending)
    yield refused(401)


async def listened(model: Traced, told: list[Any]) -> NbagentError | None:
    """Hear all that there is; the error that it ends with."""
    try:
        async for batch in model.stream(REQUEST):
            told.append(batch)  # noqa: PERF401  what came before an error counts
    except NbagentError as failure:
        return failure
    finally:
        await model.provider.provider.aclose()  # type: ignore[attr-defined]
    return None


@rows
def test_the_same_objects_come_in_the_same_batches_and_end_in_the_same_way(row: Row) -> None:
    trace = Trace(bodies="all")
    for answer in ways(row):
        with WireServer(answer) as server:
            plain, error = asyncio.run(heard(row.make(server.url)))
            spied, told = Spied(row.make(server.url)), list[Any]()
            failure = asyncio.run(listened(Traced(spied, trace), told))
        assert all(one is other for one, other in zip(told, spied.said, strict=True))
        events = [event for batch in told for event in batch]
        assert folded(events) == folded(plain)
        assert all(event.stamp is UNSTAMPED for event in events)
        assert (type(failure), getattr(failure, "lines", None)) == (type(error), getattr(error, "lines", None))
        last = trace.calls().iloc[-1]
        assert (last["status"], last["error_type"] if error else None) == ("error" if error else "ok", type(error).__name__ if error else None)
    assert len(trace.calls()) == len(list(ways(row)))
    assert set(trace.df["status"]) == {"ok", "error"}


@rows
def test_the_trace_says_of_it_what_it_says_of_an_agents_call(row: Row) -> None:
    trace = Trace()
    for lines in (row.text, row.calls, row.failing):
        with WireServer(b"".join(lines)) as server, open_until_here(row.make(server.url)) as provider:
            with suppress(NbagentError):
                Session(Agent(model=provider, instructions="Be brief.", params={"max_tokens": 99}, retries=0, max_steps=1), trace=trace).run("Hi")
            asyncio.run(heard(Traced(row.make(server.url), trace), HI))
    table = trace.calls(payload=True).drop(columns=["trace_id", "span_id", "parent_id", "run_id", "seq", "agent", "started_at", "ended_at", "duration_s"])
    table = table.drop(columns=["ttft_s", "tokens_per_s", "error"])  # what an error advises depends on who asked
    told = [{key: value for key, value in record.items() if value == value and value is not None} for record in table.to_dict("records")]
    assert len(told) == 6
    for agents, own in (told[0:2], told[2:4], told[4:6]):
        assert {**own, "output_messages": _without_ids(own)} == {**agents, "output_messages": _without_ids(agents)}
    assert trace.calls()["ttft_s"].notna().all()


def _without_ids(call: dict[str, Any]) -> Any:
    """The answer, without the ids of calls where the provider gives none."""
    (message,) = json.loads(call["output_messages"])
    return [{**part, "id": ""} if "id" in part else part for part in message["parts"]]


class Own:
    """A provider of a person's own: single events, tuples and lists."""

    name = "own"

    def __init__(self, *batches: Any) -> None:
        self.batches, self.closed = batches, False

    async def stream(self, request: Request) -> AsyncIterator[Any]:
        try:
            for batch in self.batches:
                yield batch
        finally:
            self.closed = True


ANSWER: tuple[ProviderEvent | tuple[ProviderEvent, ...], ...] = (
    PartStarted(0, TextPart("")), (PartDelta(0, ""), PartDelta(0, "Yes")), PartDelta(0, "."), PartFinished(0, TextPart("Yes.")),
    UsageReported(Usage(3, 2), cost=0.25), StreamEnded("stop"),
)  # fmt: skip


def test_a_provider_of_ones_own_is_a_row_with_its_tokens_its_cost_and_whence_it_is_known(trace: Trace) -> None:
    assert ask(Traced(Own(*ANSWER), trace)) == list(ANSWER)
    row = only(trace)
    assert (row["provider"], row["status"], row["finish_reason"], row["cost_usd"], row["cost_source"]) == ("own", "ok", "stop", 0.25, "provider")
    assert (row["input_tokens"], row["output_tokens"], row["max_tokens"], row["output_preview"]) == (3, 2, 99, "Yes.")
    assert row["ttft_s"] >= 0
    (run,) = trace.runs().to_dict("records")
    assert (run["input_preview"], run["output_preview"], run["n_calls"], run["cost_usd"]) == ("Hi", "Yes.", 1, 0.25)


def test_what_is_no_event_goes_on_to_who_asked_and_the_call_has_an_end(trace: Trace) -> None:
    odd = [None, "text", [7], [PartFinished(0, None)], StreamEnded("stop")]  # type: ignore[arg-type]
    assert ask(Traced(Own(*odd), trace)) == odd
    assert set(trace.df["status"]) == {"ok"}


def test_a_request_that_is_none_to_nbagent_is_the_providers_to_judge(trace: Trace) -> None:
    with pytest.warns(RuntimeWarning, match="not traced whole"):
        assert ask(Traced(Own(*ANSWER), trace), Request("m", ("Hi",))) == list(ANSWER)  # type: ignore[arg-type]
    ask(Traced(Own(*ANSWER), trace), Request("m", [user("Hi")]))  # type: ignore[arg-type]
    assert trace.calls()["input_preview"].tolist() == ["Hi"]


def test_a_stream_that_says_no_end_only_ends_and_the_trace_says_that_it_was_cut(trace: Trace) -> None:
    assert ask(Traced(Own(*ANSWER[:3]), trace)) == list(ANSWER[:3])
    row = only(trace)
    assert (row["status"], row["error_type"], row["output_preview"]) == ("error", "IncompleteStream", "Yes.")


def test_an_error_is_the_same_one_at_the_same_moment(trace: Trace) -> None:
    class AtOnce:
        name = "at-once"

        def stream(self, request: Request) -> Any:
            raise failure

    failure: BaseException = ValueError("no")
    with pytest.raises(ValueError, match="no") as raised:
        Traced(AtOnce(), trace).stream(HI)
    assert raised.value is failure
    failure = Overloaded("busy")
    with pytest.raises(Overloaded) as later:
        ask(Traced(Scripted([["Well", error(failure)]]), trace))
    assert later.value is failure
    assert trace.calls()["error_type"].tolist() == ["ValueError", "Overloaded"]
    assert set(trace.df["status"]) == {"error"}


@pytest.mark.parametrize(("least", "status"), [(1, "cancelled"), (len(ANSWER), "ok")])
def test_who_leaves_early_has_cancelled_it_and_the_provider_is_closed(trace: Trace, least: int, status: str) -> None:
    own = Own(*ANSWER)
    ask(Traced(own, trace), least=least)
    assert own.closed
    assert set(trace.df["status"]) == {status}


def test_a_task_that_is_cancelled_leaves_what_came_in_the_trace(trace: Trace) -> None:
    async def main(url: str) -> None:
        provider = OpenAIChat(url + "/v1", KEY)
        came = asyncio.Event()

        async def drive() -> None:
            async for batch in Traced(provider, trace).stream(HI):
                if any(isinstance(event, PartDelta) for event in batch):
                    came.set()

        task = asyncio.create_task(drive())
        await came.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        await provider.aclose()

    with WireServer(Answer(chat({"content": "Half"}), hang=True)) as server:
        asyncio.run(main(server.url))
    row = only(trace)
    assert (row["status"], row["finish_reason"], row["output_preview"]) == ("cancelled", "cancelled", "Half")
