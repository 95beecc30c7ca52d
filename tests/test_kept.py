"""Where traces are kept, and that none of it can keep a run from running."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from nbagent.agent import Agent
from nbagent.observers import kept as kept_module
from nbagent.observers.kept import kept
from nbagent.observers.rows import Memory
from nbagent.observers.trace import Trace
from nbagent.providers.scripted import Scripted, text
from nbagent.session import Session


@pytest.fixture(autouse=True)
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("NBAGENT_DATA", str(tmp_path / "data"))
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "local"))
    (tmp_path / "local").mkdir()
    return tmp_path / "data"


def run(trace: Trace, times: int = 1) -> None:
    for _ in range(times):
        Session(Agent(model=Scripted([text("ok " + "x" * 2000)])), trace=trace).run("Hi")


def test_runs_are_kept_in_the_users_folder_and_shown_from_memory(data: Path) -> None:
    found = kept()
    assert (found.path, found.note, found.new) == (data / "trace.db", "", True)
    trace = Trace(found.rows)
    run(trace)
    assert len(trace.runs()) == 1
    trace.save(data / "copy.db")
    assert len(Trace.load(data / "copy.db").runs()) == 1
    another = kept()
    assert not another.new
    assert len(Trace(another.rows).runs()) == 0  # another kernel's notebook begins empty ...
    assert len(Trace.load(data / "trace.db").runs()) == 1  # ... and the file has both


@pytest.mark.parametrize("where", ["off", ":memory:", "OFF"])
def test_off_is_off(where: str, data: Path) -> None:
    found = kept(where)
    assert isinstance(found.rows, Memory)
    assert (found.path, found.note) == (None, "")
    assert not data.exists()


def test_a_folder_on_a_network_is_not_used_and_that_is_said(data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept_module, "_on_network", lambda folder: folder == data)
    found = kept()
    assert found.path is not None
    assert found.path.is_relative_to(tmp_path / "local")
    assert "on a network" in found.note
    assert not data.exists()


def test_where_nothing_can_be_written_runs_go_on_in_memory(data: Path, tmp_path: Path) -> None:
    data.write_text("a file where a folder is to be")
    (tmp_path / "local" / f"nbagent-{os.getuid()}").write_text("here too")
    found = kept()
    assert isinstance(found.rows, Memory)
    assert "not kept on disk" in found.note
    run(Trace(found.rows))


def test_a_folder_that_does_not_answer_is_not_waited_for(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    os.environ["NBAGENT_DATA"] = str(data)
    data.mkdir()
    busy = sqlite3.connect(data / "trace.db", isolation_level=None)
    busy.execute("PRAGMA locking_mode = EXCLUSIVE")
    busy.execute("BEGIN EXCLUSIVE")
    monkeypatch.setattr(kept_module, "_PATIENCE", 0.2)
    found = kept()
    assert "does not answer" in found.note
    busy.close()


def test_old_runs_and_then_the_oldest_are_pruned(data: Path) -> None:
    trace = Trace(data / "trace.db")
    run(trace, 20)
    assert trace.prune(older_than="1h") == 0
    assert len(trace.messages()) == 40
    before = (data / "trace.db").stat().st_size
    gone = trace.prune(max_mb=0.12)
    assert 0 < gone < 20
    assert len(trace.runs()) == 20 - gone
    assert len(trace.messages()) == 2 * (20 - gone)
    assert (data / "trace.db").stat().st_size < before
    assert trace.prune(older_than="0s") == 20 - gone
    assert len(trace) == 0


CRASH = """
import os, sys
from nbagent import Agent, Session, Trace
from nbagent.providers.scripted import Scripted, call
trace = Trace(sys.argv[1])
def crash() -> str:
    trace._rows.flush()
    os._exit(1)
Session(Agent(model=Scripted([call("crash")]), tools=[crash]), trace=trace).run("Go")
"""


def test_runs_of_a_kernel_that_died_are_not_under_way_for_ever(data: Path) -> None:
    subprocess.run([sys.executable, "-c", CRASH, str(data / "trace.db")], check=False)
    trace = Trace(data / "trace.db")
    assert trace.runs()["status"].tolist() == ["running"]
    run(trace)  # whoever writes next puts it in order
    assert sorted(trace.runs()["status"]) == ["cancelled", "ok"]
    assert "KernelDied" in set(trace.tools()["error_type"])
