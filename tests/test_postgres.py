"""A trace in PostgreSQL says what the one in memory says: against a real server, started here."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("psycopg")

import psycopg

from nbagent.agent import Agent
from nbagent.bridge import engine
from nbagent.errors import ConfigError
from nbagent.observers.bodies import NOT_SENT
from nbagent.observers.postgres import Postgres
from nbagent.observers.rows import Table
from nbagent.observers.sql_pages import Wanted, models, page
from nbagent.observers.sql_spans import outline, read_span
from nbagent.observers.trace import Trace
from nbagent.providers.openai.chat import OpenAIChat
from nbagent.providers.scripted import Scripted, call, text
from nbagent.session import Session
from tests.kernel import a_kernel
from tests.postgres_server import postgres, programs
from tests.test_kernel_kept import ECHO
from tests.test_sqlite import TABLES, WRITER, same, told_to
from tests.wire_lines import KEY, chat
from tests.wire_server import WireServer

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


def test_a_trace_of_before_gets_what_is_new(url: str) -> None:
    Session(Agent(model=Scripted([text("old")])), trace=Trace(url)).run("Hi")
    Trace(url).rows.summary()
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("SET search_path TO nbagent")
        connection.execute("ALTER TABLE runs DROP COLUMN notebook")
        connection.execute("DROP TABLE bodies, wire, journal")
        connection.execute("DROP INDEX runs_shown, spans_running")
        connection.execute("CREATE INDEX spans_run ON spans (run_id)")
        connection.execute("UPDATE version SET number = 1")
    trace = Trace(url)
    Session(Agent(model=Scripted([text("new")])), trace=trace).run("Hi")
    assert trace.runs()["output_preview"].tolist() == ["old", "new"]
    assert trace.bodies(trace.calls()["span_id"][0]) == NOT_SENT


def test_what_went_over_the_wire_is_kept_and_goes_with_its_run(url: str) -> None:
    trace = Trace(url, bodies="all")
    with WireServer(chat({"content": "Yes."}) + chat({}, finish="stop") + b"data: [DONE]\n\n") as server:
        provider = OpenAIChat(server.url + "/v1", KEY)
        session = Session(Agent(model=provider), trace=trace)
        for prompt in ("One?", "Two?"):
            session.run(prompt)
        asyncio.run_coroutine_threadsafe(provider.aclose(), engine()).result(10)
        kept = [trace.bodies(span) for span in trace.calls()["span_id"]]
        assert [json.loads(each.request or "")["messages"] for each in kept] == [got.json["messages"] for got in server.requests]
    assert all((each.response or "").endswith("[DONE]") for each in kept)
    assert trace.prune(older_than="0s") == 2
    with psycopg.connect(url) as connection:
        assert connection.execute("SELECT (SELECT count(*) FROM nbagent.bodies), (SELECT count(*) FROM nbagent.wire)").fetchone() == (0, 0)


@pytest.mark.kernel
def test_the_magics_keep_their_runs_there_where_the_setting_says_so(url: str, tmp_path: Path) -> None:
    with a_kernel(tmp_path) as kernel:
        kernel.ok(f"{ECHO}\n%config NbAgent.trace_db = {url!r}")
        assert kernel.ok("%agent -m scripted:echo One.", allow_stdin=True).items("notice") == []
        kernel.ok("all_of_them = %trace runs --all")
        assert kernel.value("all_of_them.input_preview.tolist()") == ["One."]
    assert Trace.load(url).runs()["input_preview"].tolist() == ["One."]
    assert len(Trace(tmp_path / "data" / "trace.db").runs()) == 0


@pytest.mark.kernel
def test_a_server_that_is_down_is_said_in_one_line_and_nothing_is_lost(tmp_path: Path) -> None:
    with a_kernel(tmp_path) as kernel:
        kernel.ok(f"{ECHO}\n%config NbAgent.trace_db = 'postgresql://ada:hunter22@127.0.0.1:9/none'")
        (said,) = kernel.ok("%agent -m scripted:echo One.", allow_stdin=True).items("notice")
        assert "postgresql://127.0.0.1:9/none" in said["text"]
        assert "hunter22" not in said["text"]
        assert kernel.ok("%agent -m scripted:echo Two.", allow_stdin=True).items("notice") == []
        kernel.ok("mine = %trace runs")
        assert kernel.value("mine.input_preview.tolist()") == ["One.", "Two."]
    assert Trace(tmp_path / "data" / "trace.db").runs()["input_preview"].tolist() == ["One.", "Two."]


def test_runs_are_found_a_page_at_a_time_by_what_was_said_in_them(url: str) -> None:
    trace = Trace(url)
    for number in range(3):
        Session(Agent(model=Scripted([[call("f", x="Ålesund")], f"Answer {number}."], name=f"m{number}"), tools=[f]), trace=trace).run(f"Prompt {number}?")
    store = trace.rows
    assert isinstance(store, Postgres)

    def found(**wanted: Any) -> list[str]:
        total, rows = page(store, Wanted(**wanted), 0, 2)
        assert total >= len(rows)
        return [str(row["input_preview"]) for row in rows]

    assert found() == ["Prompt 2?", "Prompt 1?"]
    assert found(text="ÅLESUND answer 1.") == ["Prompt 1?"]
    assert found(text="100%") == []
    assert found(model="m0") == ["Prompt 0?"]
    assert found(errors=True) == []
    assert found(cells=["none"]) == []
    assert models(store) == ["m0", "m1", "m2"]
    run = trace.rows.runs()[0]
    spans = outline(store.ask, run)
    assert [span[2] for span in spans] == ["invoke_agent", "chat", "execute_tool", "chat"]
    tool = read_span(store.reading, spans[2][0])
    assert tool is not None
    assert tool.status == "ok"


def f(x: str) -> str:
    """F."""
    return x
