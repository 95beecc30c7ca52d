"""A trace in a file says what the one in memory says, and outlives the process that wrote it."""

from __future__ import annotations

import os
import signal
import sqlite3
import stat
import subprocess
import sys
import warnings
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from nbagent.agent import Agent
from nbagent.errors import ConfigError, NbagentError, Overloaded
from nbagent.events import Retried, RunEvent, Waiting
from nbagent.messages import TextPart
from nbagent.observers.aside import mark
from nbagent.observers.rows import Rows, Table
from nbagent.observers.sqlite import SQLite
from nbagent.observers.trace import Trace
from nbagent.providers.scripted import Scripted, call, error, text
from nbagent.session import Session
from nbagent.tools import tool
from tests.stories import Story

TABLES: list[Table] = ["spans", "runs", "calls", "tools", "messages", "events"]


@tool(approval=True)
def drop(table: str) -> str:
    """Drop a table."""
    return f"dropped {table}"


def get_weather(city: str) -> str:
    """The weather."""
    if city == "Atlantis":
        raise LookupError("no such city")
    return f"{city}: rain"


def ask_another(question: str) -> str:
    """Ask another agent."""
    return Session(Agent("inner", model=Scripted([text("42")]))).run(question).text


class Both(Trace):
    """A trace in memory whose events another one hears, too."""

    def __init__(self, other: Trace) -> None:
        super().__init__()
        self.other = other

    def observe(self, events: Sequence[RunEvent]) -> None:
        super().observe(events)
        self.other.observe(events)


def story(trace: Trace) -> None:
    """Several steps, tools at once, a run inside a tool, one that failed, and one that waits for a person."""
    steps = [call("get_weather", city="Oslo"), [call("get_weather", city="Atlantis"), call("ask_another", question="Why?")], text("Wear a coat. ☃")]
    session = Session(
        Agent(model=Scripted([*steps, error(Overloaded("busy")), call("drop", table="t")]), tools=[get_weather, ask_another, drop], retries=0), trace=trace
    )
    session.run("What should I wear?")
    with pytest.raises(NbagentError):
        session.run("Again")
    assert session.run("Drop it").outcome == "paused"


def told(path: Path) -> tuple[Trace, Trace]:
    return told_to(SQLite(path))


def told_to(rows: Rows) -> tuple[Trace, Trace]:
    """The same runs in a trace in memory and in a database."""
    disk = Trace(rows)
    memory = Both(disk)
    story(memory)
    return memory, disk


def same(one: pd.DataFrame, other: pd.DataFrame) -> None:
    pd.testing.assert_frame_equal(one, other)


@pytest.mark.parametrize("table", TABLES)
def test_every_table_is_the_same_from_the_file_as_from_memory(table: Table, tmp_path: Path) -> None:
    memory, disk = told(tmp_path / "trace.db")
    same(getattr(memory, table)(), getattr(disk, table)())
    for run in memory.runs()["run_id"]:
        same(getattr(memory, table)(run), getattr(disk, table)(run))
    if table in ("runs", "calls"):
        same(getattr(memory, table)(payload=True), getattr(disk, table)(payload=True))


def test_it_is_there_for_another_process(tmp_path: Path) -> None:
    memory, disk = told(tmp_path / "trace.db")
    len(disk)
    code = "import sys; from nbagent.observers.sqlite import SQLite; from nbagent import Trace; print(Trace(SQLite(sys.argv[1])).calls().to_csv())"
    read = subprocess.run([sys.executable, "-c", code, str(tmp_path / "trace.db")], capture_output=True, text=True, check=True)
    assert read.stdout.strip() == memory.calls().to_csv().strip()


WRITER = """
import sys, time
from nbagent import Agent, Session, Trace
from nbagent.observers.sqlite import SQLite
from nbagent.providers.scripted import Scripted, text
store = SQLite(sys.argv[1])
for number in range(10**6):
    Session(Agent(model=Scripted([text(str(number))])), trace=Trace(store)).run("Hi")
    if number % 10 == 9:
        store.flush()
        print(number + 1, flush=True)
"""


def test_nothing_that_was_written_is_lost_when_the_process_is_killed(tmp_path: Path) -> None:
    path = tmp_path / "trace.db"
    with subprocess.Popen([sys.executable, "-c", WRITER, str(path)], stdout=subprocess.PIPE, text=True) as writer:
        assert writer.stdout is not None
        acknowledged = 0
        while acknowledged < 50:
            acknowledged = int(writer.stdout.readline())
            if acknowledged == 20:  # while it is being written
                assert len(Trace(SQLite(path)).runs()) >= 20
        os.kill(writer.pid, signal.SIGKILL)
        writer.wait()
        acknowledged = int((writer.stdout.read().split() or [acknowledged])[-1])
    trace = Trace(SQLite(path))
    assert (trace.runs()["status"] == "ok").sum() >= acknowledged


def test_what_is_under_way_is_there_as_running(tmp_path: Path) -> None:
    seen: list[Any] = []
    disk = Trace(SQLite(tmp_path / "trace.db"))

    def look() -> str:
        seen.append(disk.runs()[["status", "n_calls"]].to_dict("records"))
        seen.append(disk.tools()["status"].tolist())
        return "done"

    Session(Agent(model=Scripted([call("look"), text("ok")]), tools=[look]), trace=disk).run("Look")
    assert seen == [[{"status": "running", "n_calls": 1}], ["running"]]
    assert disk.runs()["status"].tolist() == ["ok"]


def test_two_kernels_write_one_file(tmp_path: Path) -> None:
    path = tmp_path / "trace.db"
    code = WRITER.replace("10**6", "20")
    for each in [subprocess.Popen([sys.executable, "-c", code, str(path)], stdout=subprocess.DEVNULL) for _ in range(3)]:
        assert each.wait() == 0
    assert len(Trace(SQLite(path)).runs()) == 60


def test_a_conversation_is_stored_once_however_long_the_run(tmp_path: Path) -> None:
    steps = [call("get_weather", city="Oslo") for _ in range(15)]
    disk = Trace(SQLite(tmp_path / "trace.db"))
    Session(Agent(model=Scripted([*steps, text("ok")]), tools=[get_weather]), trace=disk).run("Go")
    len(disk)
    with sqlite3.connect(tmp_path / "trace.db") as connection:
        (count,) = connection.execute("SELECT count(*) FROM contents").fetchone()
    connection.close()
    assert count == 32
    assert len(disk.messages()) > 200


def test_a_text_over_a_million_characters_is_kept_aside_and_marked(tmp_path: Path) -> None:
    page = "☃ page " * 400_000
    disk = Trace(SQLite(tmp_path / "trace.db"))

    def fetch() -> str:
        return page

    session = Session(Agent(model=Scripted([call("fetch"), text("ok"), text("later")]), tools=[fetch]), trace=disk)
    session.run(page)
    tool = disk.tools().iloc[0]
    assert tool["result"].startswith("☃ page ")
    assert f"[{len(page):,} characters in all, kept aside as " in tool["result"]
    assert len(tool["result"]) < 20_000
    assert disk.whole(tool["span_id"]) == page
    assert disk.whole(disk.calls()["span_id"][1]) == "ok"
    assert disk.messages()["n_chars"].max() < 50_000
    assert len(disk.runs(payload=True)["new_messages"][0]) < 50_000
    assert sum(file.stat().st_size for file in tmp_path.iterdir()) < 1_000_000
    with pytest.raises(ConfigError, match="No tool call"):
        disk.whole("nothing")


def test_what_is_kept_aside_goes_with_the_last_run_that_needs_it(tmp_path: Path) -> None:
    disk = Trace(SQLite(tmp_path / "trace.db"))
    session = Session(Agent(model=Scripted([text("ok"), text("later")])), trace=disk)
    session.run("x" * 2_000_000)
    between = datetime.now(UTC)
    session.run("And?")
    hashed = str(mark(disk.messages()["content"][0]))
    assert disk.prune(older_than=between) == 1
    assert len(disk._rows.aside(hashed)) == 2_000_000  # type: ignore[attr-defined]
    assert disk.prune(older_than="0s") == 1
    assert disk._rows.aside(hashed) is None  # type: ignore[attr-defined]


def test_keys_and_what_a_hook_takes_out_are_never_stored(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-very-secret-000111222")

    def leak() -> str:
        return "the key is sk-very-secret-000111222 of Ada Lovelace"

    path = tmp_path / "trace.db"
    disk = Trace(SQLite(path, redact=lambda text: text.replace("Ada Lovelace", "[person]")))
    Session(Agent(model=Scripted([call("leak"), text("sk-very-secret-000111222")]), tools=[leak]), trace=disk).run("Ada Lovelace?")
    assert "[person]" in disk.tools()["result"][0]
    stored = b"".join(file.read_bytes() for file in tmp_path.iterdir())
    assert b"very-secret" not in stored
    assert b"Lovelace" not in stored


def test_the_file_is_for_its_owner_alone(tmp_path: Path) -> None:
    SQLite(tmp_path / "new" / "trace.db")
    assert stat.S_IMODE((tmp_path / "new").stat().st_mode) == 0o700
    assert stat.S_IMODE((tmp_path / "new" / "trace.db").stat().st_mode) == 0o600


def test_a_file_of_a_newer_nbagent_or_of_something_else_is_left_alone(tmp_path: Path) -> None:
    SQLite(tmp_path / "newer.db")
    for name, statement in (("newer.db", "PRAGMA user_version = 99"), ("other.db", "CREATE TABLE mine (a)")):
        connection = sqlite3.connect(tmp_path / name)
        connection.execute(statement)
        connection.commit()
        connection.close()
        with pytest.raises(ConfigError):
            SQLite(tmp_path / name)


def test_a_disk_that_cannot_be_written_is_said_once_and_breaks_no_run(tmp_path: Path) -> None:
    disk = Trace(SQLite(tmp_path / "trace.db"))
    other = sqlite3.connect(tmp_path / "trace.db")
    other.execute("DROP TABLE spans")
    other.commit()
    other.close()
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        for _ in range(2):
            assert Session(Agent(model=Scripted([text("ok")])), trace=disk).run("Hi").text == "ok"
            disk._rows.flush()  # type: ignore[attr-defined]
    assert len([warning for warning in said if "cannot be written" in str(warning.message)]) == 1


def test_clear_empties_the_file_and_writing_goes_on(tmp_path: Path) -> None:
    _, disk = told(tmp_path / "trace.db")
    disk.clear()
    assert len(disk) == 0
    Session(Agent(model=Scripted([text("ok")])), trace=disk).run("Hi")
    assert len(disk) == 2


def test_what_happens_between_spans_is_written_too(tmp_path: Path) -> None:
    store = SQLite(tmp_path / "trace.db")
    story = Story(Trace(store))
    story.begin()
    span = story.ask()
    store.flush()
    story.say("r", span, "r.run", Waiting(what="loading the model", fraction=0.5))
    store.flush()
    story.say("r", span, "r.run", Retried(attempt=1, wait=0.5, reason="busy"))
    store.flush()
    story.answer(span, TextPart("Hi"))
    story.end()
    assert [event for event in story.trace.events()["event"] if event in ("log", "retry")] == ["log", "retry"]


def test_a_conversation_that_goes_on_after_its_beginning_was_pruned_is_whole(tmp_path: Path) -> None:
    trace = Trace(tmp_path / "trace.db")
    session = Session(Agent(model=Scripted(["a", "b"])), trace=trace)
    session.run("one")
    assert trace.prune(older_than="0s") == 1
    session.run("two")
    assert trace.messages()["content"].tolist() == ["one", "a", "two", "b"]
