"""A trace as files and back, and the rows of it that are asked for."""

from __future__ import annotations

import zipfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pandas as pd
import pytest

from nbagent.agent import Agent
from nbagent.errors import ConfigError
from nbagent.observers.filters import instant
from nbagent.observers.trace import Trace, traces
from nbagent.providers.scripted import Scripted, call, text
from nbagent.session import Session
from tests.stories import Story

TABLES = ("spans", "runs", "calls", "tools", "messages", "events")


def get_weather(city: str) -> str:
    return f"{city}: rain"


def ask_another(question: str) -> str:
    return Session(Agent("inner", model=Scripted([text("42")]))).run(question).text


def told(trace: Trace | None = None) -> Trace:
    trace = Trace() if trace is None else trace
    steps = [[call("get_weather", city="Oslo"), call("ask_another", question="Why?")], text("Wear a coat. ☃")]
    Session(Agent(model=Scripted(steps), tools=[get_weather, ask_another]), trace=trace).run("What should I wear?")
    return trace


@pytest.mark.parametrize("table", TABLES)
def test_json_lines_are_read_back_as_the_same_tables(table: str, tmp_path: Path) -> None:
    trace = told()
    trace.save(tmp_path / "t.jsonl")
    back = Trace.load(tmp_path / "t.jsonl")
    pd.testing.assert_frame_equal(getattr(trace, table)(), getattr(back, table)())
    for run in trace.runs()["run_id"]:
        pd.testing.assert_frame_equal(getattr(trace, table)(run), getattr(back, table)(run))


@pytest.mark.parametrize("where", [None, "trace.db"])
def test_a_bundle_for_a_class_has_every_table_and_says_what_it_is(where: str | None, tmp_path: Path) -> None:
    trace = told(Trace(tmp_path / where if where else None))
    trace.save(tmp_path / "t.zip")
    with zipfile.ZipFile(tmp_path / "t.zip") as archive:
        assert set(archive.namelist()) == {"README.txt", "trace.jsonl", *(f"{table}.csv" for table in TABLES)}
        with archive.open("runs.csv") as file:
            assert pd.read_csv(file)["output_preview"].tolist() == ["Wear a coat. ☃"]
        archive.extract("trace.jsonl", tmp_path)
    assert len(Trace.load(tmp_path / "trace.jsonl").calls()) == 3


def test_parquet_and_csv_are_a_file_a_table(tmp_path: Path) -> None:
    pytest.importorskip("pyarrow")
    trace = told()
    trace.save(tmp_path / "t.parquet")
    trace.save(tmp_path / "t.csv")
    back = pd.read_parquet(tmp_path / "t_calls.parquet")
    assert back["input_tokens"].tolist() == trace.calls()["input_tokens"].tolist()
    assert len(pd.read_csv(tmp_path / "t_tools.csv")) == 2


def test_a_copy_of_the_database_is_whole(tmp_path: Path) -> None:
    trace = told(Trace(tmp_path / "trace.db"))
    trace.save(tmp_path / "copy.db")
    pd.testing.assert_frame_equal(Trace.load(tmp_path / "copy.db").messages(), trace.messages())
    with pytest.raises(ConfigError, match="already"):
        trace.save(tmp_path / "copy.db")
    with pytest.raises(ConfigError, match="in memory"):
        told().save(tmp_path / "other.db")


def test_no_key_leaves_with_a_file(tmp_path: Path) -> None:
    trace = Trace()
    Session(Agent(model=Scripted([text("sk-abcdefgh12345678")])), trace=trace).run("sk-abcdefgh12345678?")
    for name in ("t.jsonl", "t.csv"):
        trace.save(tmp_path / name)
    assert all(b"abcdefgh12345678" not in file.read_bytes() for file in tmp_path.iterdir())


def test_a_file_that_is_none_is_refused_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "x.jsonl").write_text('{"nbagent.trace": 1}\n{"table": "nothing"}\n')
    with pytest.raises(ConfigError, match="line 2"):
        Trace.load(tmp_path / "x.jsonl")
    with pytest.raises(ConfigError, match="no trace"):
        Trace.load(tmp_path / "gone.db")
    with pytest.raises(ConfigError, match="ending in"):
        told().save(tmp_path / "x.docx")


# -- filters ----------------------------------------------------------------------------------------------------------


def story() -> Trace:
    tale = Story()
    for run, model in (("a", "claude-haiku-5-5"), ("b", "gpt-6-luna")):
        tale.begin(run)
        tale.answer(tale.ask(run, model=model), model=model)
        tale.end(run)
        tale.wait(100)
    return tale.trace


@pytest.mark.parametrize("table", TABLES)
def test_since_leaves_out_what_began_before(table: str) -> None:
    trace = story()
    late = trace.runs()["started_at"].iloc[1].to_pydatetime()
    shown = getattr(trace, table)(since=late)
    assert set(shown["run_id"]) <= {"b"}
    assert len(shown) == len(getattr(trace, table)("b"))


def test_a_model_is_named_by_a_part_of_its_name() -> None:
    trace = story()
    assert trace.calls(model="HAIKU")["run_id"].tolist() == ["a"]
    assert trace.runs(model="gpt")["run_id"].tolist() == ["b"]


def test_any_condition_on_the_columns() -> None:
    trace = story()
    assert trace.calls(where="model == 'gpt-6-luna' and status == 'ok'")["run_id"].tolist() == ["b"]
    assert trace.calls(where="duration_s > 1000").empty
    with pytest.raises(ConfigError, match="Its columns"):
        trace.calls(where="nothing > 3")


NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("since", "seconds_ago"),
    [("2h", 7200), ("90 minutes ago", 5400), ("1.5 days", 129_600), (timedelta(hours=1), 3600), (datetime(2026, 11, 21, 11, tzinfo=UTC), 3600),
     ("2026-11-21T11:00+00:00", 3600)],
)  # fmt: skip
def test_a_time_is_an_instant_or_how_long_ago(since: object, seconds_ago: float) -> None:
    assert instant(since, NOW) == int((NOW.timestamp() - seconds_ago) * 1e9)  # type: ignore[arg-type]


def test_a_time_that_is_none_is_refused() -> None:
    with pytest.raises(ConfigError, match="no time"):
        instant("soon")


def test_all_runs_of_the_machine_are_a_table(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NBAGENT_DATA", str(tmp_path))
    assert traces().empty
    told(Trace(tmp_path / "trace.db"))
    found = traces()
    assert len(found) == 1
    assert len(Trace.load(found.attrs["path"]).calls()) == 3
