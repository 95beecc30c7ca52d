"""Where traces are kept, and that none of it can keep a run from running."""

from __future__ import annotations

import os
import shutil
import sqlite3
import stat
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest

from nbagent.agent import Agent
from nbagent.notebook.kept_runs import NotebookTrace
from nbagent.observers import kept as kept_module
from nbagent.observers.kept import kept
from nbagent.observers.sqlite import SQLite
from nbagent.observers.trace import Trace, traces
from nbagent.providers.scripted import Scripted, text
from nbagent.session import Session
from nbagent.settings import Settings


@pytest.fixture(autouse=True)
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("NBAGENT_DATA", str(tmp_path / "data"))
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "local"))
    (tmp_path / "local").mkdir()
    return tmp_path / "data"


def notebook(**settings: Any) -> NotebookTrace:
    return NotebookTrace(lambda: Settings(**settings))


def run(trace: Trace, times: int = 1) -> None:
    for _ in range(times):
        Session(Agent(model=Scripted([text("ok " + "x" * 2000)])), trace=trace).run("Hi")


def test_runs_are_kept_in_the_users_folder_and_shown_from_memory(data: Path) -> None:
    found = kept()
    assert (found.path, found.note, found.new) == (data / "trace.db", "", True)
    trace = notebook()
    run(trace)
    assert len(trace.runs()) == 1
    trace.save(data / "copy.db")
    assert len(Trace.load(data / "copy.db").runs()) == 1
    another = notebook()
    assert len(another.runs()) == 0  # another kernel's notebook begins empty ...
    run(another)
    assert len(another.runs()) == 1
    assert len(another.machine().runs()) == len(Trace.load(data / "trace.db").runs()) == len(traces()) == 2  # ... and the file has both
    assert kept().new is False
    assert stat.S_IMODE((data / "trace.db").stat().st_mode) == 0o600


def test_what_comes_while_the_file_is_opened_is_kept_in_its_order(data: Path) -> None:
    data.mkdir()
    SQLite(data / "trace.db")
    busy = sqlite3.connect(data / "trace.db", isolation_level=None)
    busy.execute("BEGIN IMMEDIATE")  # the probe waits for this one
    trace = notebook()
    run(trace)
    assert trace.words() == ""
    busy.execute("COMMIT")
    busy.close()
    trace.machine()
    assert Trace.load(data / "trace.db").df[["span_id", "status"]].values.tolist() == trace.df[["span_id", "status"]].values.tolist()


def test_the_first_run_of_a_machine_says_once_where_runs_are_kept(data: Path) -> None:
    trace = notebook()
    assert trace.words() == ""
    run(trace)
    assert trace.words() == f"Runs are kept in {data / 'trace.db'}. %config NbAgent.trace_db = 'off' (or NBAGENT_TRACE_DB=off) keeps them in memory only."
    assert trace.words() == ""
    another = notebook()
    run(another)
    assert another.words() == ""


def test_where_tracing_is_off_nothing_of_a_run_is_built_or_written(data: Path) -> None:
    trace = notebook(trace=False)
    assert trace.observers() == []
    run(trace)
    assert (len(trace), trace.words()) == (0, "")
    assert not data.exists()


def test_settings_are_asked_at_each_run(data: Path, tmp_path: Path) -> None:
    said = Settings(trace_db=str(tmp_path / "one.db"))
    trace = NotebookTrace(lambda: said)
    for name in ("one.db", "two.db"):
        said = Settings(trace_db=str(tmp_path / name))
        run(trace)
        assert len(trace.machine().runs()) == len(Trace.load(tmp_path / name).runs()) == 1
    said = Settings(trace_db="off")
    run(trace)
    said = Settings(trace=False)
    run(trace)
    assert len(trace.runs()) == 3
    assert not data.exists()


def test_a_file_that_goes_under_way_takes_nothing_from_the_notebook(data: Path) -> None:
    trace = notebook()
    run(trace)
    assert len(trace.machine().runs()) == 1
    for path in data.iterdir():
        path.unlink()
    run(trace, 2)
    assert trace.runs()["status"].tolist() == ["ok"] * 3


FULL = """
import resource, sys, warnings
from pathlib import Path
from typing import Any
from nbagent import Agent, Session
from nbagent.notebook.kept_runs import NotebookTrace
from nbagent.providers.scripted import Scripted
from nbagent.settings import Settings
trace = NotebookTrace(Settings)
for number in range(20):
    Session(Agent(model=Scripted(["ok " + "x" * 20_000])), trace=trace).run("Hi")
    if number == 2:
        trace.machine().runs()
        resource.setrlimit(resource.RLIMIT_FSIZE, (1, 1))  # as a disk that is full
print(len(trace.runs()), set(trace.runs()["status"]))
"""


def test_a_full_disk_is_said_once_and_runs_go_on(data: Path) -> None:
    ran = subprocess.run([sys.executable, "-c", FULL], check=False, capture_output=True, text=True)
    assert ran.stdout == "20 {'ok'}\n", ran.stderr
    assert ran.stderr.count("cannot be written") == 1
    assert len(Trace.load(data / "trace.db").runs()) >= 3


@pytest.mark.parametrize("where", ["off", ":memory:", "OFF"])
def test_off_is_off(where: str, data: Path) -> None:
    assert kept(where) == (None, None, "", False)
    trace = notebook(trace_db=where)
    run(trace)
    assert (len(trace.runs()), trace.words()) == (1, "")
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
    trace = notebook()
    run(trace)
    assert len(trace.runs()) == 1
    assert "not kept on disk" in trace.words()
    assert trace.words() == ""


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="the superuser writes anywhere")
def test_a_folder_that_is_only_to_be_read_is_not_used_and_that_is_said(data: Path) -> None:
    data.mkdir(mode=0o500)
    found = kept()
    assert found.path is not None
    assert found.path.parent != data
    assert "cannot be written" in found.note


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


def test_what_is_older_than_is_kept_goes_when_the_file_is_opened(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run(Trace(data / "trace.db"), 3)
    assert len(traces()) == 3
    for days, left in ((90, 4), (0, 1)):
        monkeypatch.setattr(kept_module, "DAYS", days)
        trace = notebook()
        trace.observers()
        for thread in threading.enumerate():
            if thread.name == "nbagent-trace-open":
                thread.join()
        run(trace)
        assert len(trace.machine().runs()) == left


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
    assert trace.runs()["status"].tolist() == ["cancelled"]  # whoever comes next puts it in order
    assert "KernelDied" in set(trace.tools()["error_type"])


READ_ONLY = """
mount -t tmpfs none "$1" && mkdir "$1/home" && mount -o remount,ro "$1" && NBAGENT_DATA="$1/home/data" "$2" -c '
from nbagent.observers.kept import kept
found = kept()
print(found.path, found.note)'
"""


def test_on_a_disk_that_is_mounted_read_only_runs_are_kept_elsewhere_and_a_line_says_so(tmp_path: Path) -> None:
    allowed = shutil.which("unshare") and subprocess.run(["unshare", "-rm", "true"], check=False, capture_output=True).returncode == 0
    if not allowed:
        pytest.skip("mounting takes a namespace of one's own here")
    env = {**os.environ, "TMPDIR": str(tmp_path / "temporary")}
    (tmp_path / "temporary").mkdir()
    (tmp_path / "disk").mkdir()
    asked = subprocess.run(
        ["unshare", "-rm", "sh", "-c", READ_ONLY, "sh", str(tmp_path / "disk"), sys.executable], env=env, capture_output=True, text=True, timeout=60, check=True
    )
    assert asked.stdout.startswith(f"{tmp_path / 'temporary'}{os.sep}nbagent-")
    assert "Read-only file system" in asked.stdout
    assert len(asked.stdout.splitlines()) == 1
