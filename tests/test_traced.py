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
from nbagent.observers.bodies import NOT_SENT, Bodies
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
    for shown in ("waterfall --since today", "tokens"):
        ask(desk, f"{shown} --save {tmp_path / 'run.png'}")
        assert (tmp_path / "run.png").read_bytes().startswith(b"\x89PNG")
        (tmp_path / "run.png").unlink()


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


def test_one_run_is_compared_with_the_last(desk: Desk) -> None:
    one, two = ask(desk, "runs")["run_id"]
    assert ask(desk, f"compare {one[:8]}").what["a"].tolist() == ask(desk, f"compare {one} {two}").what["a"].tolist()
    with pytest.raises(ConfigError, match="one is compared with the last"):
        ask(desk, "compare")


def test_what_went_over_the_wire_is_asked_for_by_its_call_or_of_the_last(desk: Desk) -> None:
    span = ask(desk, "calls")["span_id"].iloc[0]
    assert ask(desk, f"bodies {span[:10]}") == ask(desk, "bodies") == NOT_SENT
    assert "sends nothing over a wire" in ask(desk, "bodies")._repr_html_()
    for line, words in (("bodies zzz", "No model call begins with 'zzz'"), ("bodies a b", "takes one model call"), ("runs --kind retry", "has no --kind")):
        with pytest.raises(ConfigError, match=words):
            ask(desk, line)
    with pytest.raises(ConfigError, match="There is no model call yet"):
        ask(Desk(), "bodies")


def test_events_are_asked_for_by_their_kind_and_until_when(desk: Desk) -> None:
    assert ask(desk, "events --kind run_started")["event"].tolist() == ["run_started"] * 2
    assert len(ask(desk, "events --until 2020-01-01")) == 0
    with pytest.raises(ConfigError, match="There are no events"):
        ask(desk, "events --kind nothing")


def test_bodies_are_laid_out_and_say_what_they_leave_out() -> None:
    kept = Bodies('{"messages":[{"role":"user","content":"<b>Hi</b>"}]}', "x" * 30_000, "Request number 2.")
    assert '"content": "<b>Hi</b>"' in repr(kept)
    assert "10,000 more characters" in repr(kept)
    assert "&lt;b&gt;Hi" in kept._repr_html_()
    assert "Request number 2." in kept._repr_html_()
