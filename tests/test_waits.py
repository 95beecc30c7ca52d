"""The time that a person took is a span of its own in pictures of a run: while it went on, and between a pause and what carried it on."""

from __future__ import annotations

import asyncio
import re
import time
from types import SimpleNamespace
from typing import Any

import pytest

from nbagent import Agent, Session, Trace, tool
from nbagent.notebook.panel_runs import Runs
from nbagent.notebook.panel_waits import may_have_waited
from nbagent.observers.asking import happened
from nbagent.observers.sqlite import SQLite
from nbagent.plots.waits import waits
from nbagent.plots.waterfall import waterfall
from nbagent.providers.scripted import Scripted, call

TAKES = 0.06  # seconds that a person takes here, more than what is counted as one


@tool(approval=True)
def drop(table: str) -> str:
    """Drop a table."""
    return f"{table} dropped"


def agent(*tables: str) -> Agent:
    calls = [call("drop", table=table) for table in tables or ("a",)]
    return Agent(
        model=Scripted([lambda request: calls if request.messages[-1].role == "user" else "Done."], by="calls", loop=True, name="dropper"), tools=[drop]
    )


class Scene:
    """Two traces of the same runs, in memory and in a file, and the runs by what a person did."""

    def __init__(self, path: Any) -> None:
        self.memory, self.kept = Trace(), Trace(SQLite(path))
        self.memory.listeners.append(self.kept.observe)
        self.runs: dict[str, str] = {}

    def session(self, *tables: str, approve: Any = None) -> Session:
        return Session(agent(*tables), trace=self.memory, approve=approve)

    def last(self, name: str) -> None:
        self.runs[name] = self.memory.rows.runs()[-1]


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Scene:
    made = Scene(tmp_path_factory.mktemp("waits") / "trace.db")

    async def person(asked: Any, _digest: str) -> Any:
        await asyncio.sleep(TAKES)
        return "No." if "z" in asked.arguments else True

    async def code(_asked: Any, _digest: str) -> bool:
        return True

    made.session("a", "z", approve=person).run("Drop them.")
    made.last("asked")
    made.session(approve=code).run("Drop it.")
    made.last("code")
    paused = made.session()
    pending = paused.run("Drop it.").pending
    made.last("paused")
    time.sleep(TAKES)
    paused.resume({each.id: True for each in pending})
    made.last("resumed")
    made.session().run("Drop it.")
    made.last("waiting")
    return made


@pytest.fixture(params=["memory", "kept"])
def trace(scene: Scene, request: pytest.FixtureRequest) -> Trace:
    found: Trace = getattr(scene, request.param)
    return found


def told(trace: Trace, run: str) -> Any:
    return [(wait.said, wait.end is None) for wait in waits(happened(trace.rows, run))]


def test_a_wait_goes_from_the_first_call_to_the_last_decision_and_says_what_was_decided(scene, trace):
    (wait,) = waits(happened(trace.rows, scene.runs["asked"]))
    assert wait.said == [("drop", "approved"), ("drop", "rejected")]
    assert (wait.end - wait.begin) / 1e9 >= TAKES


def test_what_code_decides_at_once_is_no_wait_for_a_person(scene, trace):
    assert told(trace, scene.runs["code"]) == []


def test_a_pause_lasts_until_the_run_that_carried_it_on_and_both_tell_of_it(scene, trace):
    both = [waits(happened(trace.rows, scene.runs[name])) for name in ("paused", "resumed")]
    assert both[0] == both[1]
    ((wait,), _) = both
    assert (wait.run, wait.after, wait.said) == (scene.runs["paused"], scene.runs["resumed"], [("drop", "approved")])
    assert (wait.end - wait.begin) / 1e9 >= TAKES


def test_a_pause_that_another_kernel_carried_on_is_found_by_both(tmp_path):
    def kernel() -> Trace:
        return Trace(SQLite(tmp_path / "trace.db"))

    paused = Session(agent(), trace=kernel())
    pending = paused.run("Drop it.").pending
    paused.save(tmp_path / "session.json")
    time.sleep(TAKES)
    later = Session.load(tmp_path / "session.json", tools=[drop], trace=kernel())
    later.resume({each.id: True for each in pending})
    before, after = later.trace.rows.runs()
    both = [waits(happened(later.trace.rows, run)) for run in (before, after)]
    assert both[0] == both[1]
    ((wait,), _) = both
    assert (wait.run, wait.after, wait.said) == (before, after, [("drop", "approved")])
    memory = Trace()
    memory.rows.disk = later.trace.rows  # type: ignore[attr-defined]  as in a notebook
    assert waits(happened(memory.rows, after)) == both[0]


def test_who_is_waited_for_still_has_decided_nothing(scene, trace):
    assert told(trace, scene.runs["waiting"]) == [([("drop", "")], True)]


def test_a_run_that_asked_nobody_is_not_looked_through():
    trace = Trace()
    Session(Agent(model=Scripted(["Hello."])), trace=trace).run("Hi")
    assert not may_have_waited(trace.rows.spans())


def answered(trace: Trace, run: str) -> Any:
    """What a panel is told of a run, which may be told later."""
    said: list[Any] = []
    desk: Any = SimpleNamespace(trace=trace, whence=None)
    desk.trace.machine = lambda: trace
    runs = Runs(desk)
    assert runs.hear({"t": "run", "run": run, "have": 0, "still": []}, said.append)
    worker = runs._worker
    if worker is not None:
        worker.shutdown(wait=True)
    return said[0]


def test_a_panel_is_told_of_waits_beside_the_spans(scene, trace):
    found = {name: answered(trace, run) for name, run in scene.runs.items()}
    (asked,), (before,), (after,), (still,) = (found[name]["waits"] for name in ("asked", "paused", "resumed", "waiting"))
    root = found["asked"]["rows"][0][1]
    ((_, parent, begin, seconds, goes_on, calls), tools) = asked, [row for row in found["asked"]["rows"] if row[3] == "tool"]
    assert (parent, goes_on, calls) == (root, False, [("drop", "approved"), ("drop", "rejected")])
    assert 0 < begin < tools[0][5]
    assert seconds >= TAKES
    assert found["code"]["waits"] == []
    assert (before[1], after[1]) == (found["paused"]["rows"][0][1], None), "before a run that carries on there is no span that waits"
    assert after[2] == pytest.approx(-after[3], abs=0.01)
    assert (still[4], still[5]) == (True, [("drop", "")])


def test_a_waterfall_of_the_trace_has_what_only_the_events_tell_and_one_of_a_table_the_pauses(scene, trace):
    whole, table = trace.waterfall(), trace.df.nbagent.waterfall()
    named = [list(plot.data.loc[plot.data["kind"] == "wait", "name"]) for plot in (whole, table)]
    assert named == [["waited for a person", "waited for a person", "waits for a person"], ["waited for a person"]]
    assert trace.df.nbagent.waterfall(trace.events()).data["name"].tolist() == whole.data["name"].tolist()
    assert "a person was waited for" in whole.text
    assert re.search(r'<rect[^>]*fill="url\(#nbagent-waited\)"[^>]*><title>waited for a person\n[^<]*\ndrop approved, drop rejected</title>', whole.svg)
    assert whole.svg.count("<pattern ") == 1


@pytest.mark.parametrize("name", ["paused", "resumed"])
def test_a_wait_outside_the_run_takes_no_more_room_than_the_run(scene, trace, name):
    run, before, night = scene.runs[name], name == "resumed", 10**14
    away = {scene.runs["resumed"]: night} if not before else {scene.runs["paused"]: -night}
    overnight = [each._replace(at=each.at + away.get(each.run_id, 0)) for each in happened(trace.rows, run)]
    plot = waterfall(trace.spans(run), overnight)
    data = plot.data.set_index("kind")
    assert data.loc["wait", "duration_s"] > 99_000
    assert "27 h 46 min · seen in part" in plot.svg
    assert data.loc["invoke_agent", "start_s"] == pytest.approx(data.loc["invoke_agent", "duration_s"] if before else 0)
    assert (float(data.loc["wait", "start_s"]) == 0) is before


def test_spans_without_waits_are_drawn_without_stripes():
    trace = Trace()
    Session(Agent(model=Scripted(["Hello."])), trace=trace).run("Hi")
    assert "pattern" not in trace.waterfall().svg
