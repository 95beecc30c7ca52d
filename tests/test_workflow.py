"""Spans of a person's own: around code in a cell, a script or a tool, in memory and in a file."""

from __future__ import annotations

import asyncio
import json
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

import nbagent
from nbagent.agent import Agent
from nbagent.errors import ConfigError
from nbagent.notebook.panel_rows import RunRows
from nbagent.observers.sql_pages import Wanted, page
from nbagent.observers.sql_spans import read_span
from nbagent.observers.sqlite import SQLite
from nbagent.observers.trace import Trace
from nbagent.observers.watching import set_trace_processors, set_tracing_disabled
from nbagent.providers.scripted import Scripted, call
from nbagent.session import Session


@pytest.fixture(params=["memory", "file"])
def trace(request: pytest.FixtureRequest, tmp_path: Path) -> Trace:
    return Trace() if request.param == "memory" else Trace(tmp_path / "trace.db")


def answering(*texts: str) -> Agent:
    return Agent(model=Scripted(list(texts or ["Yes."]), loop=True), name="clerk")


def shape(trace: Trace) -> list[tuple[str, str | None]]:
    """Every span's name, with that of the one it is part of."""
    table = trace.df.sort_values("started_at", kind="stable")
    names = dict(zip(table["span_id"], table["name"], strict=True))
    found = [(name, names.get(parent)) for name, parent in zip(table["name"], table["parent_id"], strict=True)]
    return [(name.split(" script")[0], around) for name, around in found]


def test_runs_that_begin_inside_stand_below_it_and_need_not_name_the_trace(trace: Trace) -> None:
    with nbagent.span("survey", trace=trace, wave=2) as span:
        with nbagent.span("load") as load:
            load.set(rows=120)
        Session(answering()).run("One?")
        Session(answering()).run("Two?")
    assert shape(trace) == [
        ("invoke_workflow survey", None), ("invoke_workflow load", "invoke_workflow survey"), ("invoke_agent clerk", "invoke_workflow survey"),
        ("chat", "invoke_agent clerk"), ("invoke_agent clerk", "invoke_workflow survey"), ("chat", "invoke_agent clerk"),
    ]  # fmt: skip
    assert trace.df["trace_id"].nunique() == 1
    assert trace.runs()["input_preview"].tolist() == ["One?", "Two?"]
    (row,) = trace.runs(run=span.run_id).to_dict("records")
    assert (row["run_id"], row["name"], row["n_calls"], row["status"]) == (span.run_id, "invoke_workflow survey", 2, "ok")
    assert len(trace.spans(run=span.run_id)) == 6
    inner = trace.df.query("kind == 'invoke_agent'")["run_id"].iloc[0]
    assert trace.runs(run=inner)["input_preview"].tolist() == ["One?"]
    loaded = json.loads(trace.df.query("name == 'invoke_workflow load'")["attributes"].iloc[0])
    assert loaded["rows"] == 120
    assert "invoke_workflow survey" in trace.df.nbagent.tree().text
    assert len(trace.overview()) == 2
    assert trace.calls()["input_tokens"].sum() == row["input_tokens"]


def test_an_error_marks_it_and_goes_on_and_no_key_is_in_it(trace: Trace) -> None:
    with pytest.raises(ValueError, match="no such file"), nbagent.span("load", trace=trace):
        raise ValueError("no such file, sk-live-9f8e7d6c5b4a39281706")
    (row,) = trace.df.to_dict("records")
    assert (row["status"], row["error_type"]) == ("error", "ValueError")
    assert row["error"].startswith("no such file")
    assert "9f8e7d" not in row["error"]
    with pytest.raises(KeyboardInterrupt), nbagent.span("load", trace=trace):
        raise KeyboardInterrupt
    assert trace.df["status"].tolist() == ["error", "cancelled"]


def test_in_a_tool_it_is_part_of_the_call_and_of_its_trace(trace: Trace) -> None:
    def look() -> str:
        """Look."""
        with nbagent.span("fetch"):
            return Session(Agent(model=Scripted(["Rain."]), name="inner")).run("Coat?").text

    session = Session(Agent(model=Scripted([call("look"), "Take one."]), tools=[look], name="outer"), trace=trace)
    with nbagent.span("morning", trace=trace):
        session.run("Well?")
    assert shape(trace) == [
        ("invoke_workflow morning", None), ("invoke_agent outer", "invoke_workflow morning"), ("chat", "invoke_agent outer"),
        ("execute_tool look", "invoke_agent outer"), ("invoke_workflow fetch", "execute_tool look"), ("invoke_agent inner", "invoke_workflow fetch"),
        ("chat", "invoke_agent inner"), ("chat", "invoke_agent outer"),
    ]  # fmt: skip
    columns = ["name", "n_calls", "n_tool_calls"]
    assert trace.runs()[columns].to_numpy().tolist() == [["invoke_agent outer", 3, 1]]
    morning = trace.df["run_id"].iloc[0]
    assert trace.runs(run=morning)[columns].to_numpy().tolist() == [["invoke_workflow morning", 3, 1]]


def test_tasks_keep_their_own_and_functions_can_be_spans(trace: Trace) -> None:
    @nbagent.span("ask", trace=trace)
    async def ask(number: int) -> str:
        await asyncio.sleep(0.01 * (3 - number))
        return (await Session(answering(str(number))).arun(f"{number}?")).text

    @nbagent.span("plain", trace=trace)
    def plain(number: int) -> int:
        """Doc."""
        return number + 1

    async def all_of_them() -> list[str]:
        async with nbagent.span("all", trace=trace):
            return await asyncio.gather(*map(ask, range(3)))

    assert asyncio.run(all_of_them()) == ["0", "1", "2"]
    assert (plain(1), plain.__doc__, plain.__name__) == (2, "Doc.", "plain")
    assert sorted(shape(trace), key=str) == sorted([
        ("invoke_workflow all", None), *[("invoke_workflow ask", "invoke_workflow all")] * 3, *[("invoke_agent clerk", "invoke_workflow ask")] * 3,
        *[("chat", "invoke_agent clerk")] * 3, ("invoke_workflow plain", None),
    ], key=str)  # fmt: skip


def test_without_a_trace_nothing_happens() -> None:
    with nbagent.span("alone") as span:
        span.set(rows=1)
    assert (span.run_id, repr(span)) == (None, "<span 'alone' (not traced)>")
    trace = Trace()
    set_tracing_disabled()
    try:
        with nbagent.span("off", trace=trace):
            pass
    finally:
        set_tracing_disabled(False)
    assert len(trace) == 0


def test_without_content_numbers_stay_and_texts_go() -> None:
    trace = Trace(content=False)
    with pytest.raises(ValueError, match="secret"), nbagent.span("load", trace=trace, who="Ada", rows=3):
        raise ValueError("a secret")
    attributes = json.loads(trace.df["attributes"].iloc[0])
    assert attributes["rows"] == 3
    assert "Ada" not in trace.df.to_csv()
    assert "secret" not in trace.df.to_csv()


def test_a_processor_hears_of_it_and_it_is_sent_as_a_chain(trace: Trace) -> None:
    heard: list[tuple[str, str]] = []

    class Hears:
        def on_trace_start(self, span: Any) -> None:
            heard.append(("start", span.started.agent))

        def on_trace_end(self, span: Any) -> None:
            heard.append(("end", span.status))

    (processing,) = set_trace_processors([Hears()])
    try:
        with nbagent.span("survey", trace=trace, wave=2):
            Session(answering()).run("One?")
        assert processing.flush()
    finally:
        set_trace_processors([])
    assert heard == [("start", "survey"), ("end", "ok")]
    pytest.importorskip("opentelemetry.sdk")
    from nbagent.observers.otel_spans import readable

    tables: Any = {name: trace.rows.read(name) for name in ("spans", "calls", "tools", "runs", "events")}
    sent = {each.name: each for each in readable(tables)}
    chain, run = sent["invoke_workflow survey"], sent["invoke_agent clerk"]
    assert chain.attributes is not None
    assert (chain.attributes["gen_ai.operation.name"], chain.attributes["gen_ai.workflow.name"]) == ("invoke_workflow", "survey")
    assert (chain.attributes["openinference.span.kind"], chain.attributes["wave"], "gen_ai.agent.name" in chain.attributes) == ("CHAIN", 2, False)
    assert run.parent is not None
    assert run.parent.span_id == chain.context.span_id
    assert run.context.trace_id == chain.context.trace_id


def test_the_panel_reads_it_back_and_a_save_keeps_it(tmp_path: Path) -> None:
    store = SQLite(tmp_path / "trace.db")
    trace = Trace(store)
    with suppress(ValueError), nbagent.span("survey", trace=trace, wave=2):
        Session(answering()).run("One?")
        store.flush()  # the run is in the file before its span has ended
        raise ValueError("broken")
    total, (inner, row) = page(store, Wanted(), 0, 10)
    assert (total, inner["agent"], inner["input_preview"]) == (2, "clerk", "One?")
    live = Trace()
    with nbagent.span("survey", trace=live):
        Session(answering()).run("One?")
    assert [(each["agent"], each["input"]) for each in RunRows().page(live.rows.spans(), Wanted(), 0, 9)[1]] == [("clerk", 1), ("survey", 1)]
    assert (row["agent"], row["status"], row["error"]) == ("survey", "error", "broken")
    span_id = trace.df.query("kind == 'invoke_workflow'")["span_id"].iloc[0]
    read = read_span(store.reading, span_id)
    assert read is not None
    assert (read.started.kind, read.finished.attributes) == ("invoke_workflow", {"wave": 2})  # type: ignore[union-attr]
    trace.save(tmp_path / "kept.jsonl")
    again = Trace.load(tmp_path / "kept.jsonl")
    assert shape(again) == shape(trace)
    assert len(again.spans(run=row["run_id"])) == 3


def test_a_span_has_a_name_and_is_of_one_block() -> None:
    with pytest.raises(ConfigError, match="has a name"):
        nbagent.span("")
    span = nbagent.span("twice", trace=Trace())
    with span, pytest.raises(ConfigError, match="is open"), span:
        pass
