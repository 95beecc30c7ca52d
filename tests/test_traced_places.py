"""Where a model is traced that is asked in an agent, a tool, a span, a notebook, beside another; and what a run around it counts."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

import nbagent
from nbagent.agent import Agent
from nbagent.errors import ConfigError, MaxCostReached, Overloaded, UnknownProvider
from nbagent.events import StreamEnded
from nbagent.observers.trace import Trace
from nbagent.observers.watching import set_tracing_disabled
from nbagent.provider import Request
from nbagent.providers.cached import Cached
from nbagent.providers.openai.chat import OpenAIChat
from nbagent.providers.scripted import Scripted, call, error
from nbagent.providers.wrappers.composed import composed
from nbagent.session import Session, shared_trace
from nbagent.traced_model import Traced
from tests.test_bodies import answering
from tests.test_traced_model import ANSWER, HI, Own, ask, batches_of, only
from tests.wire_lines import KEY
from tests.wire_server import WireServer


def tree(trace: Trace) -> list[tuple[str, str | None]]:
    """Every span's operation, with that of the one around it, in order of start."""
    table = trace.df.sort_values("started_at", kind="stable")
    kinds = dict(zip(table["span_id"], table["kind"], strict=True))
    return [(kind, kinds.get(parent)) for kind, parent in zip(table["kind"], table["parent_id"], strict=True)]


def busy() -> Scripted:
    return Scripted([error(Overloaded("busy"))])


def test_as_an_agents_model_it_is_counted_once_however_it_is_wrapped() -> None:
    for wrapped in (
        lambda model: Traced(model), lambda model: Cached(Traced(model)), lambda model: Traced(Cached(Traced(model))), lambda model: Traced(Traced(model)),
    ):  # fmt: skip
        trace, apart = Trace(), Trace()
        with nbagent.span("all", trace=apart):
            result = Session(Agent(model=wrapped(Scripted(["Yes."]))), trace=trace).run("Hi")
        assert (len(trace.calls()), len(apart.calls()), result.total_usage) == (1, 0, result.usage)
    trace = Trace()
    result = Session(Agent(model=Traced(busy()), fallback=[Traced(Scripted(["Mine."]))], retries=0), trace=trace).run("Hi")
    assert (result.text, len(trace.calls()), len(trace.runs())) == ("Mine.", 1, 1)


def test_wrapped_in_itself_plain_code_has_one_call_of_it_and_a_cached_answer_is_told_as_such() -> None:
    trace = Trace()
    model = Traced(Cached(Traced(Own(*ANSWER), trace)), trace)
    ask(model)
    ask(model)
    table = trace.calls()
    assert (table["cached_response"].tolist(), table["cost_usd"].tolist()) == ([False, True], [0.25, 0.0])


def test_around_a_cache_around_a_fallback_the_row_says_who_answered() -> None:
    model = Traced(Cached(composed(busy(), "small", fallback=[Own(*ANSWER)])))
    for _ in range(2):
        events = [event for batch in ask(model, Request("small", HI.messages)) for event in batch]
        assert events[-1] == StreamEnded("stop")
    columns = ["provider", "fallback_of", "cached_response", "cost_usd", "status"]
    assert model.trace.calls()[columns].to_numpy().tolist() == [
        ["own", "scripted:small", False, 0.25, "ok"], ["own", "scripted:small", True, 0.0, "ok"],
    ]  # fmt: skip


@pytest.mark.parametrize("is_async", [False, True])
def test_in_a_tool_it_stands_below_the_call_and_counts_in_the_run_and_its_limits(is_async: bool) -> None:
    inner = Traced(Own(*ANSWER))

    def plain() -> str:
        """Ask."""
        ask(inner)
        return "asked"

    async def awaited() -> str:
        """Ask."""
        await batches_of(inner)
        return "asked"

    trace = Trace()
    tools: list[Any] = [nbagent.tool(awaited if is_async else plain, name="look")]
    session = Session(Agent(model=Traced(Scripted([call("look"), "Done."])), tools=tools), trace=trace)
    result = session.run("Go")
    assert tree(trace) == [
        ("invoke_agent", None), ("chat", "invoke_agent"), ("execute_tool", "invoke_agent"), ("invoke_agent", "execute_tool"), ("chat", "invoke_agent"),
        ("chat", "invoke_agent"),
    ]  # fmt: skip
    assert trace.runs()[["n_calls", "cost_usd"]].to_numpy().tolist() == [[3, 0.25]]
    assert (result.cost, result.total_cost, session.cost) == (0.0, 0.25, 0.25)
    assert result.total_usage.input_tokens == result.usage.input_tokens + 3
    with pytest.raises(MaxCostReached):
        Session(Agent(model=Scripted([call("look"), "Done."]), tools=tools, max_cost=0.2)).run("Go")


@pytest.mark.parametrize("ask_it", [lambda: ask(Traced(Own(*ANSWER))), lambda: nbagent.run(Own(*ANSWER), "Sum up.")], ids=["driven", "run"])
def test_what_a_history_of_ones_own_asks_is_a_part_of_the_run_and_of_its_cost(ask_it: Any) -> None:
    def summed_up(messages: Any) -> Any:
        ask_it()
        return messages

    trace = Trace()
    result = Session(Agent(model=Scripted(["Yes."]), history=summed_up), trace=trace).run("Hi")
    assert tree(trace) == [("invoke_agent", None), ("invoke_agent", "invoke_agent"), ("chat", "invoke_agent"), ("chat", "invoke_agent")]
    assert (result.cost, result.total_cost) == (0.0, 0.25)


def test_in_a_span_the_calls_stand_below_it_those_of_tasks_too() -> None:
    trace = Trace()
    model = Traced(Own(*ANSWER))

    async def main() -> None:
        with nbagent.span("both", trace=trace):
            await asyncio.gather(batches_of(model), batches_of(model))

    asyncio.run(main())
    assert sorted(tree(trace), key=str) == sorted([("invoke_workflow", None), *[("invoke_agent", "invoke_workflow"), ("chat", "invoke_agent")] * 2], key=str)
    assert trace.df["trace_id"].nunique() == 1
    assert trace.runs()["input_preview"].tolist() == ["Hi", "Hi"]
    assert len(model.trace) == 0


def test_without_a_trace_around_it_is_kept_where_the_notebook_keeps_runs_or_by_the_model_itself() -> None:
    notebooks = Trace()
    model = Traced(Own(*ANSWER))
    ask(model)
    assert len(model.trace.calls()) == 1
    before = shared_trace.set(notebooks)
    try:
        assert model.trace is notebooks
        ask(model)
    finally:
        shared_trace.reset(before)
    assert (len(model.trace.calls()), len(notebooks.calls())) == (1, 1)


def test_a_model_that_a_provider_of_ones_own_asks_in_a_run_is_a_part_of_its_call_but_a_span_there_is_not() -> None:
    class Router(Own):
        async def stream(self, request: Request) -> Any:
            await batches_of(Traced(Own(*ANSWER)))
            with nbagent.span("side", trace=apart):
                await batches_of(Traced(Own(*ANSWER)))
            for event in ANSWER:
                yield event

    trace, apart = Trace(), Trace()
    Session(Agent(model=Router()), trace=trace).run("Hi")
    assert (len(trace.calls()), len(apart.calls())) == (1, 1)


def test_two_that_are_read_in_turns_keep_each_what_went_over_its_wire() -> None:
    trace = Trace(bodies="all")

    async def main(first: Traced, second: Traced) -> None:
        streams = [aiter(model.stream(Request(name, HI.messages))) for model, name in ((first, "m-1"), (second, "m-2"))]
        while streams:
            for stream in list(streams):
                if await anext(stream, None) is None:
                    streams.remove(stream)
        await first.aclose()  # type: ignore[attr-defined]
        await second.aclose()  # type: ignore[attr-defined]

    with WireServer(answering("One ", "answer.")) as one, WireServer(answering("Another ", "answer.")) as two:
        asyncio.run(main(Traced(OpenAIChat(one.url + "/v1", KEY), trace), Traced(OpenAIChat(two.url + "/v1", KEY), trace)))
    kept = {row["model"]: trace.bodies(row["span_id"]) for _, row in trace.calls().iterrows()}
    assert '"m-1"' in (kept["m-1"].request or "")
    assert "One " in (kept["m-1"].response or "")
    assert "Another " not in (kept["m-1"].response or "")
    assert "Another " in (kept["m-2"].response or "")


def test_a_model_by_its_name_is_asked_where_the_request_names_none() -> None:
    with WireServer(answering("Yes.")) as server:
        model = Traced("openai-chat:model-y", base_url=server.url + "/v1", api_key=KEY)

        async def twice() -> None:
            await batches_of(model)
            await batches_of(model, Request("model-z", HI.messages))
            await model.aclose()  # type: ignore[attr-defined]

        asyncio.run(twice())
        assert [got.json["model"] for got in server.requests] == ["model-y", "model-z"]
    assert model.trace.calls()["model"].tolist() == ["model-y", "model-z"]
    assert KEY not in repr(model)
    with pytest.raises(UnknownProvider):
        Traced("opnai:gpt")


@pytest.mark.parametrize("wrong", [None, 3, Agent(), Session(Agent())])
def test_what_is_no_model_or_no_trace_is_said_at_once(wrong: Any) -> None:
    with pytest.raises(ConfigError, match="a model or a provider, not"):
        Traced(wrong)
    with pytest.raises(ConfigError, match="is no trace"):
        Traced(Own(), "calls.db")  # type: ignore[arg-type]


def test_where_nothing_is_traced_the_provider_itself_streams() -> None:
    model = Traced(Own(*ANSWER))
    set_tracing_disabled()
    try:
        assert ask(model) == list(ANSWER)
    finally:
        set_tracing_disabled(False)
    assert len(model.trace) == 0
    off = Trace()
    off.disable()
    ask(Traced(Own(*ANSWER), off))
    assert len(off) == 0


def test_an_observer_that_fails_is_heard_of_once_and_changes_nothing() -> None:
    trace = Trace()
    trace.listeners.append(lambda events: 1 / 0)
    with pytest.warns(RuntimeWarning, match="observer failed") as warned:
        assert ask(Traced(Own(*ANSWER), trace)) == list(ANSWER)
    assert len(warned) == 1
    assert only(trace)["status"] == "ok"


def test_one_call_of_a_provider_needs_no_agent() -> None:
    result = nbagent.run(Traced(Own(*ANSWER)), "Hi")
    assert (result.text, result.cost, len(result.trace.calls())) == ("Yes.", 0.25, 1)
    with pytest.raises(ConfigError, match="is none"):
        nbagent.run(Session(Agent()), "Hi")  # type: ignore[arg-type]
