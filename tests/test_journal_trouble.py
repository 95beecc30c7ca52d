"""What may befall what is said before it is in the tables: a file locked, taken away or emptied, runs that outlast others, half characters."""

from __future__ import annotations

import os
import pickle
import signal
import sqlite3
import subprocess
import sys
import warnings
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from nbagent.messages import TextPart
from nbagent.observers import sqlite
from nbagent.observers.sqlite import SQLite
from nbagent.observers.trace import Trace
from tests.stories import WEATHER, Story
from tests.test_journal import entries
from tests.test_sqlite import TABLES, Both

Told = Callable[[Story, SQLite], None]


def inner_that_outlasts_its_tool(story: Story, disk: SQLite) -> None:
    story.begin("outer")
    tool = story.call(WEATHER, "outer")
    story.begin("inner", parent=tool)
    first = story.ask("inner")
    story.wait(1)
    story.answer(first, TextPart("one"))
    story.result(tool, WEATHER)
    story.end("outer")
    disk.flush()
    second = story.ask("inner")
    story.wait(1)
    story.answer(second, TextPart("two"))
    disk.flush(tables=False)


def inner_that_ends_later(story: Story, disk: SQLite) -> None:
    inner_that_outlasts_its_tool(story, disk)
    disk.flush()
    story.end("inner")


def run_that_outlasts_a_span(story: Story, disk: SQLite) -> None:
    story.begin("span", kind="invoke_workflow")
    story.begin("run", parent="span.run")
    story.answer(story.ask("run"), TextPart("one"))
    story.end("span")
    disk.flush()
    story.answer(story.ask("run"), TextPart("two"))


def half_characters(story: Story, disk: SQLite) -> None:
    story.begin("long", prompt="half of one \ud83d, and more")
    story.answer(story.ask("long"), TextPart("and the other \ude00"))
    story.end("long")
    disk.flush(tables=False)
    story.begin("short", prompt="\ud83d")
    story.answer(story.ask("short"), TextPart("a\ude00"))


def file_that_is_taken_away(story: Story, disk: SQLite) -> None:
    story.begin()
    story.answer(story.ask(), TextPart("one"))
    disk.flush(tables=False)
    for file in disk.path.parent.glob("trace.db*"):
        file.unlink()
    story.ask()


def file_that_is_emptied(story: Story, disk: SQLite) -> None:
    file_that_is_taken_away(story, disk)
    disk.path.touch()


TOLD: list[Told] = [
    inner_that_outlasts_its_tool, inner_that_ends_later, run_that_outlasts_a_span, half_characters, file_that_is_taken_away, file_that_is_emptied,
]  # fmt: skip

KILLED = """
import os, pickle, signal, sys
from nbagent import Trace
from tests import test_journal_trouble as told
from tests.stories import Story
from tests.test_sqlite import Both
disk = Trace(sys.argv[1])
memory = Both(disk)
getattr(told, sys.argv[3])(Story(memory), disk.rows)
with open(sys.argv[2], "wb") as file:
    pickle.dump(told.whole(memory), file)
disk.rows.flush(tables=False)
os.kill(os.getpid(), signal.SIGKILL)
"""


def whole(trace: Trace) -> dict[str, list[dict[str, Any]]]:
    """Every row of every table; what is under way is taken for cancelled, and the numbers of who came first are left out."""
    tables: dict[str, pd.DataFrame] = {table: getattr(trace, table)() for table in TABLES}
    tables["runs inside"] = pd.concat([trace.runs(run) for run in tables["spans"]["run_id"].unique()])
    found: dict[str, list[dict[str, Any]]] = {}
    for name, table in tables.items():
        rows: list[dict[str, Any]] = [{str(key): value for key, value in row.items()} for row in table.to_dict("records")]
        found[name] = sorted([_as_ended(row) for row in rows], key=repr)
    return found


def _as_ended(row: dict[str, Any]) -> dict[str, Any]:
    said = {key: None if pd.isna(value) else value for key, value in row.items() if key != "seq"}
    if said.get("status") == "running":
        said |= {"status": "cancelled", "error_type": "KernelDied"}
    return {key: value.encode("utf-8", "replace").decode() if isinstance(value, str) else value for key, value in said.items() if not key.endswith("hash")}


@pytest.mark.parametrize("told", TOLD, ids=lambda told: str(told.__name__))
def test_a_kernel_that_is_killed_after_trouble_has_lost_nothing(told: Told, tmp_path: Path) -> None:
    path, seen = tmp_path / "trace.db", tmp_path / "seen.pickle"
    died = subprocess.run([sys.executable, "-W", "error", "-c", KILLED, str(path), str(seen), told.__name__], check=False, cwd=Path(__file__).parents[1])
    assert died.returncode == -signal.SIGKILL
    assert whole(Trace.load(path)) == pickle.loads(seen.read_bytes())
    assert not entries(path)


@pytest.mark.parametrize("told", TOLD[:4], ids=lambda told: str(told.__name__))
def test_the_tables_that_a_kernel_makes_itself_say_the_same(told: Told, tmp_path: Path) -> None:
    disk = Trace(tmp_path / "trace.db")
    memory = Both(disk)
    told(Story(memory), disk.rows)  # type: ignore[arg-type]
    assert whole(disk) == whole(memory)


def test_a_file_that_another_program_locks_for_long_gets_all_of_it_later(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite, "_BUSY", 0.05)
    disk = Trace(tmp_path / "trace.db")
    rows: Any = disk.rows
    memory = Both(disk)
    story = Story(memory)
    story.begin()
    story.answer(story.ask(), TextPart("before"))
    rows.flush(tables=False)
    assert entries(rows.path)
    with closing(sqlite3.connect(rows.path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with warnings.catch_warnings(record=True) as said:
            warnings.simplefilter("always")
            story.answer(story.ask(), TextPart("meanwhile"))
            rows.flush()
            story.call(WEATHER)
            rows.flush(tables=False)
        other.execute("ROLLBACK")
    assert len([one for one in said if "locked" in str(one.message)]) == 1
    story.end()
    assert whole(disk) == whole(memory)
    assert not entries(rows.path)


def test_entries_of_which_the_beginning_was_taken_out_keep_nobody_from_the_rest(tmp_path: Path) -> None:
    path = tmp_path / "trace.db"
    code = """
import os, sqlite3, sys
from nbagent import Trace
from nbagent.messages import user
from tests.stories import Story
trace = Trace(sys.argv[1])
story = Story(trace)
story.begin()
said = [user("Hi")]
story.ask(messages=said)
trace.rows.flush(tables=False)
with sqlite3.connect(sys.argv[1]) as other:
    other.execute("DELETE FROM journal")
story.ask(messages=said)
trace.rows.flush(tables=False)
story.begin("next")
story.ask("next")
trace.rows.flush(tables=False)
os._exit(9)
"""
    assert subprocess.run([sys.executable, "-c", code, str(path)], check=False, cwd=Path(__file__).parents[1], env=os.environ).returncode == 9
    with pytest.warns(RuntimeWarning, match="a part of what a kernel has left"):
        assert Trace.load(path).runs()["run_id"].tolist() == ["next"]
    assert not entries(path)


def test_what_comes_of_a_run_after_the_trace_was_cleared_is_nobodys(tmp_path: Path) -> None:
    disk = Trace(tmp_path / "trace.db")
    story = Story(disk)
    story.begin()
    span = story.ask()
    disk.clear()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        story.answer(span, TextPart("too late"))
        story.end()
        assert len(disk) == 0
