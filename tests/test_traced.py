"""Claims on ``%trace`` in a shell: its filters, its pictures, its files, two runs, and the whole machine."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest

from nbagent.agent import Agent
from nbagent.errors import ConfigError
from nbagent.notebook.desk import Desk
from nbagent.notebook.kept_runs import NotebookTrace
from nbagent.notebook.trace_options import PICTURES, parse_trace
from nbagent.notebook.traced import traced
from nbagent.observers.trace import Trace
from nbagent.providers.scripted import Scripted, call, text
from nbagent.session import Session
from nbagent.settings import Settings
from nbagent.tools import tool


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    settings = Settings(trace_db=str(tmp_path / "trace.db"))
    desk = Desk(NotebookTrace(lambda: settings))
    for name, answer in (("small", "Yes."), ("large", "Certainly.")):
        Session(Agent(model=Scripted([text(answer)], name=name)), name=name, trace=desk.trace).run("Is it?")
    return desk


def ask(desk: Desk, line: str, names: dict[str, Any] | None = None) -> Any:
    return traced(SimpleNamespace(user_ns=names if names is not None else {}), desk, parse_trace(line, {}))


@pytest.mark.parametrize("table", ["", "overview", "runs", "calls", "messages", "events", "spans"])
def test_a_model_picks_the_runs_in_which_it_answered_whatever_the_table(desk: Desk, table: str) -> None:
    small = ask(desk, f"{table} --model SMALL")
    assert 0 < len(small) < len(ask(desk, table))
    assert small["run_id"].nunique() == 1
    assert len(ask(desk, f"{table} --model nobody")) == 0


def test_runs_that_a_tool_began_belong_to_the_run_around_them(desk: Desk) -> None:
    inner = Agent(model=Scripted([text("Inside.")], name="inner"))

    @tool
    def helper() -> str:
        """Help."""
        return Session(inner).run("Help.").text

    Session(Agent(model=Scripted([call("helper"), text("Done.")], name="outer"), tools=[helper]), name="outer", trace=desk.trace).run("Go.")
    assert ask(desk, "calls --session outer")["model"].tolist() == ["outer", "inner", "outer"]


def test_times_and_conditions_narrow_a_table(desk: Desk) -> None:
    assert len(ask(desk, "runs --since 1h")) == 2
    assert len(ask(desk, "runs --since 2999-01-01")) == 0
    assert ask(desk, "runs --where \"models == 'large'\"")["output_preview"].tolist() == ["Certainly."]
    with pytest.raises(ConfigError, match="is no condition on this table"):
        ask(desk, "runs --where nothing==1")
    with pytest.raises(ConfigError, match="is no time"):
        ask(desk, "runs --since whenever")


@pytest.mark.parametrize("picture", PICTURES)
def test_every_picture_is_drawn_also_of_nothing(desk: Desk, picture: str) -> None:
    assert "text/plain" in ask(desk, picture)._repr_mimebundle_()
    assert "text/plain" in ask(Desk(), picture)._repr_mimebundle_()


def test_a_waterfall_is_the_last_runs_unless_others_are_asked_for(desk: Desk) -> None:
    assert ask(desk, "waterfall").data["run_id"].nunique() == 1
    assert ask(desk, "waterfall --since today").data["run_id"].nunique() == 2
    assert ask(desk, "timeline").data["run_id"].nunique() == 2


def test_what_is_saved_is_everything_or_the_picture(desk: Desk, tmp_path: Path) -> None:
    assert ask(desk, f"--save {tmp_path / 'all.jsonl'}") is None
    assert len(Trace.load(tmp_path / "all.jsonl").runs()) == 2
    ask(desk, f"waterfall --save {tmp_path / 'run.svg'}")
    assert (tmp_path / "run.svg").read_text().startswith("<svg")


def test_two_runs_are_compared_and_put_into_a_variable(desk: Desk) -> None:
    one, two = ask(desk, "runs")["run_id"]
    names: dict[str, Any] = {}
    assert ask(desk, f"compare {one[:8]} {two[:8]} -o both", names) is None
    assert names["both"].changed == ["model", "answer"]


def test_all_is_the_machine_and_without_it_the_notebook(desk: Desk, tmp_path: Path) -> None:
    settings = Settings(trace_db=str(tmp_path / "trace.db"))
    fresh = Desk(NotebookTrace(lambda: settings))
    assert len(ask(desk, "runs --all")) == 2
    assert len(ask(fresh, "runs")) == 0
    names: dict[str, Any] = {}
    ask(fresh, "df << runs --all --last", names)
    assert isinstance(names["df"], pd.DataFrame)
    assert names["df"]["models"].tolist() == ["large"]
    with pytest.raises(ConfigError, match="No runs are kept on this machine"):
        ask(Desk(NotebookTrace(lambda: Settings(trace_db=str(tmp_path / "none.db")))), "runs --all")
