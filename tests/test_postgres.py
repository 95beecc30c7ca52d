"""A trace in PostgreSQL says what the one in memory says: against a real server, started here."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator

import pytest

pytest.importorskip("psycopg")

import psycopg

from nbagent.agent import Agent
from nbagent.errors import ConfigError
from nbagent.observers.postgres import Postgres
from nbagent.observers.rows import Table
from nbagent.observers.trace import Trace
from nbagent.providers.scripted import Scripted, call, text
from nbagent.session import Session
from tests.postgres_server import postgres, programs
from tests.test_sqlite import TABLES, WRITER, same, told_to

pytestmark = pytest.mark.skipif(programs() is None, reason="no PostgreSQL on this machine (apt-get install postgresql)")


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with postgres() as url:
        yield url


@pytest.fixture
def url(server: str) -> Iterator[str]:
    yield server
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute("DROP SCHEMA IF EXISTS nbagent CASCADE")


@pytest.mark.parametrize("table", TABLES)
def test_every_table_is_the_same_from_the_server_as_from_memory(table: Table, url: str) -> None:
    memory, disk = told_to(Postgres(url))
    same(getattr(memory, table)(), getattr(disk, table)())
    for run in memory.runs()["run_id"]:
        same(getattr(memory, table)(run), getattr(disk, table)(run))
    if table in ("runs", "calls"):
        same(getattr(memory, table)(payload=True), getattr(disk, table)(payload=True))


def test_it_is_named_by_its_url_and_read_by_another(url: str) -> None:
    trace = Trace(url)
    Session(Agent(model=Scripted([text("ok")])), trace=trace).run("Hi")
    assert "1 runs" in repr(trace)
    assert Trace.load(url).runs()["output_preview"].tolist() == ["ok"]


def test_many_processes_write_at_once(url: str) -> None:
    code = WRITER.replace("10**6", "20").replace("from nbagent.observers.sqlite import SQLite", "from nbagent.observers.postgres import Postgres as SQLite")
    for each in [subprocess.Popen([sys.executable, "-c", code, url], stdout=subprocess.DEVNULL) for _ in range(2)]:
        assert each.wait() == 0
    assert len(Trace(url).runs()) == 40


def test_texts_that_it_cannot_store_and_those_of_any_length_are_kept(url: str) -> None:
    def look() -> str:
        return "a\0b ☃ %s ? 100 %" + "x" * 2_000_000

    trace = Trace(url)
    Session(Agent(model=Scripted([call("look"), text("ok \0")]), tools=[look]), trace=trace).run("Hi ? %s")
    tool = trace.tools().iloc[0]
    assert tool["result"].startswith("a\ufffdb ☃ %s ? 100 %")
    assert len(tool["result"]) < 20_000
    assert len(trace.whole(tool["span_id"])) > 2_000_000
    assert trace.runs()["input_preview"].tolist() == ["Hi ? %s"]


def test_old_runs_are_pruned_and_all_are_cleared(url: str) -> None:
    trace = Trace(url)
    Session(Agent(model=Scripted([text("ok")])), trace=trace).run("Hi")
    assert trace.prune(older_than="1h") == 0
    with pytest.raises(ConfigError, match="size"):
        trace.prune(max_mb=1)
    assert trace.prune(older_than="0s") == 1
    assert len(trace) == len(trace.messages()) == 0
    Session(Agent(model=Scripted([text("ok")])), trace=trace).run("Hi")
    trace.clear()
    assert len(trace) == 0


def test_a_server_that_is_not_there_or_newer_tables_are_said_without_the_password(url: str) -> None:
    with pytest.raises(ConfigError, match="cannot be used") as refused:
        Trace("postgresql://ada:very-secret@127.0.0.1:9/x")
    assert "very-secret" not in str(refused.value)
    Trace(url)
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("UPDATE nbagent.version SET number = 99")
    with pytest.raises(ConfigError, match="newer"):
        Trace(url)
