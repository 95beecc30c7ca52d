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

from nbagent.agent import Agent
from nbagent.events import Stamp, StepFinished
from nbagent.exchange import Wire
from nbagent.messages import TextPart, Usage, assistant
from nbagent.observers import sqlite
from nbagent.observers.bodies import Clean
from nbagent.observers.sql_bodies import BodyWriter
from nbagent.observers.sql_journal import LONGEST
from nbagent.observers.sql_keeping import alive, prune
from nbagent.observers.sqlite import SQLite
from nbagent.observers.trace import Trace
from nbagent.providers.scripted import Scripted
from nbagent.session import Session
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


def span_whose_runs_are_in_the_tables_alone(story: Story, disk: SQLite) -> None:
    story.begin("span", kind="invoke_workflow")
    for run in ("one", "two"):
        story.begin(run, parent="span.run")
        story.answer(story.ask(run), TextPart("x" * 900_000), TextPart("y" * (LONGEST - 900_000)), usage=Usage(10, 5), cost=0.25)
        story.end(run)


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
        said |= {"error": "Its kernel ended while this was under way."} if "error" in said else {}
    return {key: value.encode("utf-8", "replace").decode() if isinstance(value, str) else value for key, value in said.items() if not key.endswith("hash")}


@pytest.mark.parametrize("told", TOLD, ids=lambda told: str(told.__name__))
def test_a_kernel_that_is_killed_after_trouble_has_lost_nothing(told: Told, tmp_path: Path) -> None:
    path, seen = tmp_path / "trace.db", tmp_path / "seen.pickle"
    died = subprocess.run([sys.executable, "-W", "error", "-c", KILLED, str(path), str(seen), told.__name__], check=False, cwd=Path(__file__).parents[1])
    assert died.returncode == -signal.SIGKILL
    assert whole(Trace.load(path)) == pickle.loads(seen.read_bytes())
    assert not entries(path)


def test_a_span_whose_runs_were_too_long_for_the_journal_has_their_sums(tmp_path: Path) -> None:
    path, seen = tmp_path / "trace.db", tmp_path / "seen.pickle"
    died = subprocess.run(
        [sys.executable, "-c", KILLED, str(path), str(seen), span_whose_runs_are_in_the_tables_alone.__name__], check=False, cwd=Path(__file__).parents[1]
    )
    assert died.returncode == -signal.SIGKILL
    span = Trace.load(path).runs("span").to_dict("records")[0]
    sums = [span[name] for name in ("status", "n_calls", "input_tokens", "output_tokens", "total_tokens", "cost_usd", "cost_known", "n_errors")]
    assert sums == ["cancelled", 2, 20, 10, 30, 0.5, 1.0, 0]


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


RESUMED = """
import os, pickle, signal, sys
from nbagent import Agent, Session, Trace
from nbagent.providers.scripted import Scripted, call
from tests.test_journal_trouble import whole
from tests.test_sqlite import Both, drop
disk = Trace(sys.argv[1])
memory = Both(disk)

def last_words() -> str:
    with open(sys.argv[2], "wb") as file:
        pickle.dump(whole(memory), file)
    disk.rows.flush(tables=False)
    os.kill(os.getpid(), signal.SIGKILL)

session = Session(Agent(model=Scripted([call("drop", table="a"), call("drop", table="b"), call("last_words")]), tools=[drop, last_words]), trace=memory)
paused = session.run("First")
for _ in range(2):
    disk.rows.flush()
    paused = session.resume({waiting.id: True for waiting in paused.pending})
"""


def test_a_run_that_carries_a_paused_one_on_is_in_its_trace_when_the_kernel_is_killed(tmp_path: Path) -> None:
    path, seen = tmp_path / "trace.db", tmp_path / "seen.pickle"
    died = subprocess.run([sys.executable, "-c", RESUMED, str(path), str(seen)], check=False, cwd=Path(__file__).parents[1])
    assert died.returncode == -signal.SIGKILL
    after = whole(Trace.load(path))
    assert after == pickle.loads(seen.read_bytes())
    assert len({row["trace_id"] for row in after["spans"]}) == 1


def test_a_kernel_whose_clock_was_set_is_still_alive(monkeypatch: pytest.MonkeyPatch) -> None:
    psutil = pytest.importorskip("psutil")
    code = "from nbagent.observers.sql_keeping import this_process; print(this_process(), flush=True); input()"
    with subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout is not None
        who = other.stdout.readline().strip()
        before = psutil.boot_time()
        if sys.platform == "linux":  # elsewhere a start is what the clock was then
            monkeypatch.setattr("psutil._pslinux.boot_time", lambda: before + 3600)
        assert alive(who)
        other.communicate("\n")
    assert not alive(who)


def test_what_another_kernel_prunes_is_written_again_where_a_conversation_goes_on(tmp_path: Path) -> None:
    path = tmp_path / "trace.db"
    trace = Trace(path)
    session = Session(Agent(model=Scripted(["a", "b"])), trace=trace)
    session.run("one")
    len(trace)
    code = "import sys; from nbagent import Trace; print(Trace.load(sys.argv[1]).prune(older_than='0s'))"
    assert subprocess.run([sys.executable, "-c", code, str(path)], check=True, capture_output=True, text=True).stdout == "1\n"
    session.run("two")
    assert trace.messages()["content"].tolist() == ["one", "a", "two", "b"]


def test_what_is_under_way_elsewhere_is_not_pruned(tmp_path: Path) -> None:
    path = tmp_path / "trace.db"
    disk = Trace(path)
    story = Story(disk)
    story.begin("done")
    story.end("done")
    story.begin("under way")
    first = story.ask("under way")
    story.answer(first, TextPart("one"))
    disk.rows.flush()  # type: ignore[attr-defined]
    code = "import sys; from nbagent import Trace; t = Trace.load(sys.argv[1]); print(t.prune(older_than='0s'), t.prune(max_mb=0.001))"
    assert subprocess.run([sys.executable, "-c", code, str(path)], check=True, capture_output=True, text=True).stdout == "1 0\n"
    story.end("under way")
    assert disk.runs()["n_calls"].tolist() == [1]
    assert disk.messages()["content"].tolist() == ["Hi", "one"]
    assert disk.prune(older_than="0s") == 1


def test_pruning_leaves_what_went_over_the_wire_of_calls_that_are_in_no_table_yet(tmp_path: Path) -> None:
    path = tmp_path / "trace.db"
    story = Story(Trace(path))
    rows: Any = story.trace.rows
    story.begin()
    span = story.ask()
    with closing(rows.connect()) as connection:  # as the writer does, at once
        writer = BodyWriter(connection)
        writer.write(StepFinished(assistant("Hi"), "stop", stamp=Stamp("r", span, None, 0.0, 0)), Wire({"model": "m"}, [b"{}"]), Clean([], None))
        prune(connection, before=0)
    assert rows.bodies(span) is not None


FORKED = """
import os, sys
from nbagent import Trace
from tests.stories import Story
trace = Trace(sys.argv[1])
if sys.argv[2] == "begun":
    Story(trace).begin("parent")
    trace.rows.flush()
if os.fork() == 0:
    Story(trace).begin("child")
    trace.rows.flush(tables=False)
    os._exit(0)
os.wait()
print(",".join(trace.runs()["run_id"]))
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no process forks here")
@pytest.mark.parametrize(("begun", "runs", "said"), [("fresh", "child", ""), ("begun", "parent", "was forked from one that writes it")])
def test_a_forked_process_writes_what_it_says_or_says_that_it_does_not(begun: str, runs: str, said: str, tmp_path: Path) -> None:
    told = subprocess.run(
        [sys.executable, "-c", FORKED, str(tmp_path / "trace.db"), begun], check=True, capture_output=True, text=True, cwd=Path(__file__).parents[1]
    )
    assert told.stdout == f"{runs}\n"
    assert told.stderr.count("RuntimeWarning") == bool(said)
    assert said in told.stderr
