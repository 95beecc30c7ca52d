"""What a kernel that is killed had said, and what it costs nobody: the journal beside a trace's tables."""

from __future__ import annotations

import pickle
import signal
import sqlite3
import subprocess
import sys
import warnings
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

import nbagent
from nbagent.agent import Agent
from nbagent.events import PartDelta, RunEvent, StepFinished
from nbagent.messages import FilePart, TextPart
from nbagent.observers.recorder import Recorder
from nbagent.observers.rows import Table
from nbagent.observers.spans import Note, Span
from nbagent.observers.sql_journal import LONGEST, Journal, Moment, notes_of
from nbagent.observers.sql_recovery import recover
from nbagent.observers.sql_spans import read_span
from nbagent.observers.sqlite import SQLite
from nbagent.observers.trace import Trace
from nbagent.providers.scripted import Scripted, call, text
from nbagent.session import Session
from tests.stories import WEATHER, Story
from tests.test_sqlite import TABLES, get_weather, story


def entries(path: Path) -> list[str]:
    """What is in the journal of the file, without going through it."""
    with closing(sqlite3.connect(path)) as connection:
        return [entry for (entry,) in connection.execute("SELECT entry FROM journal ORDER BY writer, number")]


# --- a kernel that is killed -----------------------------------------------------------------------------------------

KILLED = """
import os, pickle, signal, sys
import nbagent
from nbagent import Agent, Session, Trace
from nbagent.providers.scripted import Scripted, call, text
from tests.test_sqlite import TABLES, Both, story

disk = Trace(sys.argv[1])
memory = Both(disk)

def last_words(city: str) -> str:
    with open(sys.argv[2], "wb") as file:
        pickle.dump({table: getattr(memory, table)() for table in TABLES}, file)
    disk.rows.flush(tables=False)
    os.kill(os.getpid(), signal.SIGKILL)

with nbagent.span("all of it", trace=memory):  # so that no table is made before the end
    story(memory)
    model = Scripted([text("Before."), call("last_words", city="Oslo"), text("Never.")])
    session = Session(Agent("doomed", model=model, tools=[last_words]), trace=memory)
    session.run("First")
    session.run("Then")
"""


def test_a_kernel_that_is_killed_in_mid_run_leaves_every_table_as_it_was(tmp_path: Path) -> None:
    path, seen = tmp_path / "trace.db", tmp_path / "seen.pickle"
    died = subprocess.run([sys.executable, "-c", KILLED, str(path), str(seen)], check=False, cwd=Path(__file__).parents[1])
    assert died.returncode == -signal.SIGKILL
    assert entries(path)
    before: dict[Table, pd.DataFrame] = pickle.loads(seen.read_bytes())
    after = Trace.load(path)
    ended = set(before["runs"].query("status != 'running'")["run_id"])
    assert len(ended) == 4
    for table in TABLES:
        then, now = (frame[frame["run_id"].isin(ended)].reset_index(drop=True) for frame in (before[table], getattr(after, table)()))
        pd.testing.assert_frame_equal(then, now)
    assert after.runs()["status"].tolist() == ["ok", "error", "paused", "ok", "cancelled"]
    (cut,) = after.runs().query("status == 'cancelled'").to_dict("records")
    assert (cut["error_type"], cut["n_calls"], cut["n_tool_calls"], cut["input_preview"]) == ("KernelDied", 1, 1, "Then")
    assert after.tools().query("tool == 'last_words'")["status"].tolist() == ["cancelled"]
    span = read_span(SQLite(path).reading, after.tools().query("tool == 'last_words'")["span_id"].item())
    assert span is not None
    assert (span.duration, span.error and span.error.message) == (None, "Its kernel ended while this was under way.")
    assert not entries(path)


LEFT = """
import os, sys
from tests.test_journal import began
from pathlib import Path
story = began(Path(sys.argv[1]))
os._exit(9)
"""


def left(path: Path) -> Path:
    """A file in whose journal a process that is no more has left a run."""
    assert subprocess.run([sys.executable, "-c", LEFT, str(path)], check=False, cwd=Path(__file__).parents[1]).returncode == 9
    return path


def test_what_was_left_is_put_into_the_tables_once_whoever_comes(tmp_path: Path) -> None:
    path = left(tmp_path / "trace.db")
    readers = [subprocess.Popen([sys.executable, "-c", READ, str(path)], stdout=subprocess.PIPE, text=True) for _ in range(3)]
    counts = {reader.communicate()[0] for reader in readers}
    assert counts == {"1 run_started,step_started\n"}


READ = """
import sys
from nbagent import Trace
trace = Trace.load(sys.argv[1])
print(len(trace.runs()), ",".join(trace.events()["event"]))
"""


def began(path: Path, prompt: str = "Hi") -> Story:
    """A run that is under way, and in no table."""
    story = Story(Trace(path))
    story.begin(prompt=prompt)
    story.ask()
    story.trace.rows.flush(tables=False)  # type: ignore[attr-defined]
    return story


def test_a_run_that_is_under_way_elsewhere_is_left_to_who_runs_it(tmp_path: Path) -> None:
    path = tmp_path / "trace.db"
    story = began(path)
    with closing(SQLite(path).connect()) as connection:
        recover(connection)
    assert len(entries(path)) == 1
    story.end()
    assert story.trace.runs()["status"].tolist() == ["ok"]
    assert not entries(path)


def test_an_entry_that_cannot_be_read_is_said_and_keeps_nobody_from_the_rest(tmp_path: Path) -> None:
    path = left(tmp_path / "trace.db")
    Session(Agent(model=Scripted([text("ok")])), trace=Trace(path)).run("Hi")
    left(path)
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE journal SET entry = 'nonsense'")
    with pytest.warns(RuntimeWarning, match="cannot be read"):
        assert Trace.load(path).runs()["status"].tolist() == ["cancelled", "ok"]
    assert not entries(path)


def test_a_file_that_cannot_be_written_is_read_all_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = left(tmp_path / "trace.db")
    trace = Trace.load(path)
    connect = SQLite.connect

    def read_only(self: SQLite) -> sqlite3.Connection:
        connection = connect(self)
        connection.execute("PRAGMA query_only = ON")
        return connection

    monkeypatch.setattr(SQLite, "connect", read_only)
    with pytest.warns(RuntimeWarning, match="not in the tables: attempt to write a readonly database"):
        assert len(trace.runs()) == 0
    monkeypatch.undo()
    assert trace.runs()["status"].tolist() == ["cancelled"]


# --- what an entry holds ---------------------------------------------------------------------------------------------


class Cut:
    """Journals events in moments of these lengths, and reads them again."""

    def __init__(self, events: Sequence[RunEvent], lengths: Sequence[int]) -> None:
        self.spans: list[Span] = []
        self.notes: list[Note] = []
        self.said: list[Note] = []
        recorder, journal = Recorder(self), Journal()
        with closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
            connection.execute("CREATE TABLE journal (writer TEXT, number BIGINT, entry TEXT)")
            first = 0
            for length in [*lengths, len(events)]:
                self.spans, self.notes = [], []
                recorder.observe(events[first : first + length])
                assert journal.write(connection, Moment(self.spans, self.notes))
                self.said += self.notes
                first += length
            self.entries = [entry for (entry,) in connection.execute("SELECT entry FROM journal ORDER BY number")]

    def begin(self, span: Span) -> None:
        self.spans.append(span)

    def end(self, span: Span) -> None:
        self.spans.append(span)

    def note(self, event: Note) -> None:
        self.notes.append(event)


class Heard(Trace):
    """All events, in order."""

    def __init__(self) -> None:
        super().__init__()
        self.events_: list[RunEvent] = []

    def observe(self, events: Sequence[RunEvent]) -> None:
        self.events_ += [event for event in events if not isinstance(event, PartDelta)]


HEARD = Heard()
story(HEARD)
Session(Agent(model=Scripted([text("A dot.")]), params={"temperature": 0.2, "stop": ["\n"]}), trace=HEARD).run(
    [TextPart("What is it?"), FilePart("image/png", b"\x89PNG\0\xff")]
)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.integers(0, 12), max_size=30))
def test_what_is_read_again_is_what_was_said_however_it_was_cut(lengths: list[int]) -> None:
    cut = Cut(HEARD.events_, lengths)
    said = [replace(note, exchange=None) if isinstance(note, StepFinished) else note for note in cut.said]
    assert len(said) > 30
    by_run = {run: [note for note in said if note.run_id == run] for run in {note.run_id for note in said}}
    read, wrong = notes_of(cut.entries)
    assert not wrong
    assert {run: [note for note in read if note.run_id == run] for run in by_run} == by_run


def test_a_conversation_is_in_the_journal_once_however_many_calls_it_is_sent_to() -> None:
    told: list[Any] = [call("get_weather", city="Oslo") for _ in range(20)]
    heard = Heard()
    Session(Agent(model=Scripted([*told, text("ok")]), tools=[get_weather], max_steps=30), trace=heard).run("Where is the umbrella?")
    written = "".join(Cut(heard.events_, [1] * len(heard.events_)).entries)
    assert written.count("umbrella") == 1
    assert written.count("Oslo: rain") == 40  # as a message, and as the tool's end


def test_keys_and_secret_parameters_are_never_in_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-very-secret-000111222")
    path = tmp_path / "trace.db"
    story = Story(Trace(path))
    story.begin(prompt="my key is sk-very-secret-000111222", attributes={"password": "hunter2hunter2"})
    story.ask(params={"extra_headers": {"x": "hush-hush"}, "api_key": "not-for-you-12345"})
    story.trace.rows.flush(tables=False)  # type: ignore[attr-defined]
    assert entries(path)
    stored = b"".join(file.read_bytes() for file in tmp_path.iterdir())
    assert not [word for word in (b"very-secret", b"hush-hush", b"not-for-you", b"hunter2") if word in stored]


def test_what_a_person_wants_redacted_goes_to_the_tables_at_once_and_is_in_no_journal(tmp_path: Path) -> None:
    path = tmp_path / "trace.db"
    rows = SQLite(path, redact=lambda said: said.replace("Ada", "[person]"))
    story = Story(Trace(rows))
    story.begin(prompt="Ada?")
    rows.flush(tables=False)
    assert not entries(path)
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("SELECT input_preview FROM runs").fetchall() == [("[person]?",)]


def test_a_text_that_is_too_long_for_an_entry_goes_to_the_tables_at_once_and_the_rest_of_its_run_as_well(tmp_path: Path) -> None:
    path = tmp_path / "trace.db"
    story = began(path)
    story.answer("r.1", TextPart("x" * (LONGEST + 1)), WEATHER)
    story.trace.rows.flush()  # type: ignore[attr-defined]
    assert not entries(path)
    story.call(WEATHER)
    story.trace.rows.flush(tables=False)  # type: ignore[attr-defined]
    assert not entries(path)
    assert story.trace.tools()["status"].tolist() == ["running"]


# --- what is left of it ----------------------------------------------------------------------------------------------


def test_once_runs_have_ended_nothing_is_left_in_it_also_inside_a_span_of_a_person(tmp_path: Path) -> None:
    path = tmp_path / "trace.db"
    disk = Trace(path)
    with nbagent.span("around", trace=disk):
        story(disk)
        disk.rows.flush(tables=False)  # type: ignore[attr-defined]
        assert entries(path)
    assert len(disk.runs()) == 3
    assert not entries(path)


def test_a_copy_for_somebody_else_has_no_journal(tmp_path: Path) -> None:
    path = tmp_path / "trace.db"
    story = began(path)
    story.trace.save(tmp_path / "copy.db")
    assert entries(path)
    assert not entries(tmp_path / "copy.db")
    assert Trace.load(tmp_path / "copy.db").runs()["status"].tolist() == ["running"]


def test_a_file_that_is_taken_away_is_made_anew_and_has_what_was_under_way(tmp_path: Path) -> None:
    path = tmp_path / "trace.db"
    story = began(path, "Hi")
    story.trace.rows.flush()  # type: ignore[attr-defined]
    for file in tmp_path.iterdir():
        file.unlink()
    story.answer("r.1", TextPart("Hello"))
    story.end()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert story.trace.runs()[["status", "input_preview", "n_calls"]].to_dict("records") == [{"status": "ok", "input_preview": "Hi", "n_calls": 1}]
        assert story.trace.messages()["content"].tolist() == ["Hi", "Hello"]
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_file_of_the_version_before_gets_its_journal(tmp_path: Path) -> None:
    path = tmp_path / "trace.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript((Path(__file__).parent / "fixtures" / "trace_v2.sql").read_text())
    trace = Trace(path)
    assert trace.runs()["output_preview"].tolist() == ["A coat."]
    story(trace)
    assert trace.runs()["status"].tolist() == ["ok", "ok", "error", "paused"]
    assert trace.tools()["result"].tolist()[:2] == ["Oslo: rain", "Oslo: rain"]
