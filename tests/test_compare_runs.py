"""Claims on two runs side by side: what they were made of, what came of it, and what is the same."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from nbagent.agent import Agent
from nbagent.errors import AuthenticationFailed, ConfigError, NbagentError
from nbagent.notebook.kept_runs import NotebookTrace
from nbagent.observers.trace import Trace
from nbagent.plots.compare import sums
from nbagent.providers.scripted import Scripted, call, error, text
from nbagent.session import Session, came_from
from nbagent.settings import Settings
from nbagent.tools import Tool, tool


def weather(city: str) -> str:
    """Current weather of a city."""
    return "rain"


@tool(name="weather", description="Current weather of a city.")
def other_weather(city: str) -> str:
    return "rain and wind"


def run(trace: Trace, prompt: str, answer: str, instructions: str = "", tools: list[Tool] | None = None, **params: object) -> str:
    model = Scripted([call("weather", city="Oslo"), text(answer)] if tools else [text(answer)], name="small")
    return Session(Agent(model=model, instructions=instructions, params=params, tools=tools or []), trace=trace).run(prompt).run_id


def test_all_that_changed_is_named_and_shown_as_a_diff() -> None:
    trace = Trace()
    a = run(trace, "What to wear?", "A coat.", "Be brief.", [tool(weather)], temperature=0)
    b = run(trace, "What should I wear?", "A coat.\nAnd a hat.", "Be kind.", [other_weather], temperature=1)
    found = trace.compare(a, b)
    assert found.changed == ["parameters", "instructions", "code of the tools", "prompt", "answer"]
    assert found.what.loc["parameters", ["a", "b"]].tolist() == ['{"temperature":0}', '{"temperature":1}']
    assert "-Be brief.\n+Be kind." in found.diffs["instructions"]
    assert "-What to wear?\n+What should I wear?" in found.diffs["prompt"]
    assert found.diffs["answer"].endswith(" A coat.\n+And a hat.")
    assert [name for name in found.diffs if "result" in name] == ["0: execute_tool weather, result"]
    assert found.sums.loc["n_calls", ["a", "b", "change"]].tolist() == ["2", "2", "0"]
    assert len(found.data) == 3


def test_what_is_the_same_is_said_to_be_the_same() -> None:
    trace = Trace()
    found = trace.compare(run(trace, "Hi", "Hello."), run(trace, "Hi", "Hello."))
    assert found.changed == []
    assert found.diffs == {}
    assert "≠" not in repr(found)
    assert "<table" in found._repr_html_()


def test_runs_are_known_by_the_beginnings_of_their_ids() -> None:
    trace = Trace()
    a, b = run(trace, "Hi", "Hello."), run(trace, "Hi", "Bye.")
    assert trace.compare(a[:8], b[:8]).changed == ["answer"]
    with pytest.raises(ConfigError, match="No run begins with 'zz'"):
        trace.compare(a, "zz")
    with pytest.raises(ConfigError, match="No run begins with ''"):
        trace.compare("", b)


def test_todays_run_is_compared_with_yesterdays_from_the_file(tmp_path: Path) -> None:
    settings = Settings(trace_db=str(tmp_path / "trace.db"))
    yesterday, today = NotebookTrace(lambda: settings), NotebookTrace(lambda: settings)
    better = run(yesterday, "Hi", "Hello, and welcome.", "Be kind.")
    assert len(yesterday.machine().runs()) == 1
    worse = run(today, "Hi", "Hello.", "Be brief.")
    assert len(today.runs()) == 1
    assert today.compare(better[:6], worse).changed == ["instructions", "answer"]
    assert Trace.load(tmp_path / "trace.db").compare(better, worse).changed == ["instructions", "answer"]


def test_a_run_without_an_answer_is_compared_as_far_as_it_came() -> None:
    trace = Trace()
    done = run(trace, "Hi", "Hello.")
    asks = tool(approval=True)(weather)
    paused = Session(Agent(model=Scripted([call("weather", city="Oslo")], name="small"), tools=[asks]), trace=trace).run("Hi")
    assert trace.compare(done, paused.run_id).changed == ["tools", "code of the tools", "status", "answer"]


def test_from_which_notebook_and_cell_each_came_is_said() -> None:
    trace = Trace()
    runs = []
    for notebook, cell in (("/home/ada/study.ipynb", "abc"), ("/home/ada/again.ipynb", "def")):
        origin = {"notebook": notebook, "cell_id": cell, "exec_count": 3}
        token = came_from.set(origin.copy)
        runs.append(run(trace, "Hi", "Hello."))
        came_from.reset(token)
    found = trace.compare(*runs)
    assert found.changed == ["notebook", "cell"]
    assert found.what.loc["notebook", ["a", "b"]].tolist() == ["/home/ada/study.ipynb", "/home/ada/again.ipynb"]


def failed(trace: Trace, *answers: object, **fields: int) -> str:
    with pytest.raises(NbagentError):
        Session(Agent(model=Scripted(list(answers), name="small", loop=True), tools=[tool(weather)], retries=0, **fields), trace=trace).run("Hi")  # type: ignore[arg-type]
    return str(trace.runs()["run_id"].iloc[-1])


def test_a_run_that_failed_before_any_answer_is_compared_both_ways_with_its_error_named() -> None:
    trace = Trace()
    done, broken = run(trace, "Hi", "Hello.", tools=[tool(weather)]), failed(trace, error(AuthenticationFailed("no such key")))
    for one, other in ((done, broken), (broken, done)):
        found = trace.compare(one, other)
        assert {"status", "error", "answer"} <= {*found.changed}
        assert "AuthenticationFailed: no such key" in found.what.loc["error", ["a", "b"]].tolist()
        assert found.sums.loc["input_tokens", ["change", "%"]].tolist() == ["", ""]
        assert "nan" not in f"{found!r}{found._repr_html_()}"
        assert "?" not in found.sums.to_string()


def test_there_is_no_per_cent_of_what_looks_the_same() -> None:
    a, b = (pd.DataFrame({"duration_s": [seconds]}) for seconds in (0.00002, 0.0003))
    assert sums(a, b).loc["duration_s", ["a", "b", "%"]].tolist() == ["0 ms", "0 ms", ""]


def test_a_cell_is_its_number_and_the_beginning_of_its_id_and_code_that_of_its_hash() -> None:
    trace = Trace()
    token = came_from.set({"cell_id": "0f1e2d3c-4b5a-6978", "exec_count": 3}.copy)
    one, other = run(trace, "Hi", "Hello.", tools=[tool(weather)]), run(trace, "Hi", "Hello.")
    came_from.reset(token)
    found = trace.compare(one, other)
    assert found.what.loc["cell", ["a", "b"]].tolist() == ["[3] 0f1e2d3c"] * 2
    assert len(found.what.loc["code of the tools", "a"]) == 8
