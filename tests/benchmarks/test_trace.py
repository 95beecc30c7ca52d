"""What a trace costs: a span on its caller's thread and all the way to the disk, a table of 100,000 calls, one run among a million spans."""

from __future__ import annotations

import sqlite3
import statistics
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from msgspec.structs import force_setattr

from nbagent.events import RunEvent, RunFinished, RunStarted, Stamp, StepFinished, StepStarted, ToolFinished, ToolStarted
from nbagent.messages import Message, ToolCallPart, ToolResultPart, Usage, assistant, user
from nbagent.observers.sqlite import SQLite
from nbagent.observers.trace import Trace
from tests.benchmarks.measure import Pair, Row, Table, cpu

SPANS = 2_000
WRITTEN = 10_000
CALLS = 100_000
MILLION = 1_000_000
SAID = "What should I wear? " * 20  # 400 characters


def _stamped(number: int, run: str, span: str, parent: str | None, event: Any) -> RunEvent:
    force_setattr(event, "stamp", Stamp(run, span, parent, 1_790_000_000.0 + number / 1000, number * 1_000_000))
    return event  # type: ignore[no-any-return]


def runs_of(spans: int, each: int = 10) -> list[list[RunEvent]]:
    """Runs of `each` spans, model calls and tool calls in turn, as a loop says them: what was said grows from call to call."""
    said: list[list[RunEvent]] = []
    tick = 0
    for first in range(0, spans, each):
        run, root = f"{first:032x}", f"{first:016x}"
        messages: list[Message] = [user(f"{first} {SAID}")]
        events: list[Any] = [(root, None, RunStarted("assistant", "anthropic:m", messages[0]))]
        for number in range(first + 1, first + each, 2):
            called = ToolCallPart(f"c{number}", "get_weather", '{"city": "Oslo"}')
            usage = Usage(1000, 100, 600)
            answer = assistant(f"I look. {number} {SAID}", called)
            step, tool = f"{number:016x}", f"{number + 1:016x}"
            events.append((step, root, StepStarted(number, "assistant", "anthropic", "m", tuple(messages), ("get_weather",), {"temperature": 0.2})))
            ended = StepFinished(answer, "tool_calls", usage, model="m-1", response_id=f"r{number}", cost=0.01, cost_source="prices")
            events.append((step, root, ended))
            if number + 1 < first + each:
                result = ToolResultPart(called.id, called.name, f"{number} rain " * 40)
                events += [(tool, root, ToolStarted(called)), (tool, root, ToolFinished(result, "ok"))]
                messages += [answer, Message("tool", (result,))]
        events.append((root, None, RunFinished("completed", tuple(messages[1:]))))
        for span, parent, event in events:
            said.append([_stamped(tick, run, span, parent, event)])
            tick += 1
    return said


def _dicts(count: int) -> list[dict[str, Any]]:
    """The least that a tracer can do: a dict a span, with twelve attributes and two times."""
    kept: list[dict[str, Any]] = []
    for number in range(count):
        attributes: dict[str, Any] = {
            "operation": "chat", "provider": "p", "model": "m", "agent": "assistant", "step": number, "input": SAID, "output": "rain",
            "tokens_in": 100, "tokens_out": 10, "finish": "stop", "cost": None, "status": "ok",
        }  # fmt: skip
        span: dict[str, Any] = {"trace": "run", "span": f"s{number}", "parent": "root", "start": time.time_ns(), "attributes": attributes}
        span["end"] = time.time_ns()
        kept.append(span)
    return kept


def _openai_agents() -> Callable[[], None]:
    """Spans of model calls, with a processor that keeps them in a list."""
    agents: Any = pytest.importorskip("agents")
    kept: list[Any] = []

    class Keep(agents.TracingProcessor):  # type: ignore[misc]
        def on_span_end(self, span: Any) -> None:
            kept.append(span)

        def on_trace_start(self, trace: Any) -> None: ...
        def on_trace_end(self, trace: Any) -> None: ...
        def on_span_start(self, span: Any) -> None: ...
        def shutdown(self) -> None: ...
        def force_flush(self) -> None: ...

    def trace() -> None:
        agents.set_trace_processors([Keep()])
        agents.set_tracing_disabled(False)
        for _ in range(0, SPANS, 10):
            with agents.trace("run"):
                for _ in range(10):
                    usage = {"input_tokens": 100, "output_tokens": 10}
                    with agents.generation_span([{"role": "user", "content": SAID}], [{"role": "assistant", "content": "rain"}], "m", usage=usage):
                        pass
        agents.set_tracing_disabled(True)
        kept.clear()

    return trace


def _opentelemetry() -> Callable[[], None]:
    """Spans with twelve attributes, that nobody exports."""
    sdk: Any = pytest.importorskip("opentelemetry.sdk.trace")
    tracer = sdk.TracerProvider().get_tracer("benchmark")
    names = ("operation", "provider", "model", "agent", "step", "input", "output", "in", "out", "finish", "cost", "status")
    attributes = {f"gen_ai.{name}": SAID if name == "input" else name for name in names}

    def trace() -> None:
        for _ in range(SPANS):
            tracer.start_span("chat m", attributes=attributes).end()

    return trace


OTHERS = [("a dict", lambda: lambda: _dicts(SPANS), 4), ("openai-agents", _openai_agents, 0.25), ("OpenTelemetry's SDK", _opentelemetry, 0.125)]


@pytest.mark.parametrize(("name", "make", "bar"), OTHERS)
def test_a_span_costs_its_caller_little(
    name: str, make: Callable[[], Callable[[], Any]], bar: float, table: Table, against: Callable[..., Pair]
) -> None:  # fmt: skip
    said, other = runs_of(SPANS), make()

    def traced() -> None:
        observe = Trace().observe
        for events in said:
            observe(events)

    ratio, spread = against(traced, other, rounds=15).ratio()
    table.add(Row(what=f"Trace, a span / {name}'s", value=ratio, bar=bar, spread=spread))


def test_what_a_span_is_made_of_later_is_counted_too(table: Table) -> None:
    said = runs_of(SPANS)
    taken: list[float] = []
    for _ in range(15):
        trace = Trace()
        for events in said:
            trace.observe(events)
        taken.append(cpu(trace.rows.runs) / SPANS * 1e6)
    table.add(Row(what="Trace, a span, made of its events when it is first read", value=statistics.median(taken), unit=" us"))


def calls_of(spans: int, each: int = 10) -> list[list[RunEvent]]:
    """Runs of a prompt and model calls that answer it, 400 characters in and out: spans and nothing that grows."""
    said: list[list[RunEvent]] = []
    tick = 0
    for first in range(0, spans, each):
        run, root, prompt = f"{first:032x}", f"{first:016x}", user(f"{first} {SAID}")
        events: list[Any] = [(root, None, RunStarted("assistant", "anthropic:m", prompt))]
        answers = tuple(assistant(f"{number} {SAID}") for number in range(first + 1, first + each))
        for number, answer in enumerate(answers, first + 1):
            events.append((f"{number:016x}", root, StepStarted(number, "assistant", "anthropic", "m", (prompt,), (), {"temperature": 0.2})))
            ended = StepFinished(answer, "stop", Usage(1000, 100, 600), model="m-1", response_id=f"r{number}", cost=0.01, cost_source="prices")
            events.append((f"{number:016x}", root, ended))
        events.append((root, None, RunFinished("completed", answers[-1:])))
        for span, parent, event in events:
            said.append([_stamped(tick, run, span, parent, event)])
            tick += 1
    return said


def _plain_sqlite(path: Path, count: int) -> float:
    """Seconds of processor time for as many rows of 30 columns, a text of 1,000 characters among them, 1,000 in a transaction, by hand."""
    columns = [f"c{number}" for number in range(30)]
    rows = [
        (f"{number:032x}", SAID * 2 + "x" * 200, *(number * place / 7 if place % 2 else f"text {number}" for place in range(28))) for number in range(count)
    ]
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = NORMAL")
    connection.execute(f"CREATE TABLE t ({', '.join(columns)})")
    connection.execute("CREATE INDEX t_first ON t (c0)")

    def write() -> None:
        for start in range(0, count, 1_000):
            connection.execute("BEGIN")
            connection.executemany(f"INSERT INTO t VALUES ({', '.join('?' * 30)})", rows[start : start + 1_000])
            connection.execute("COMMIT")

    taken = cpu(write)
    connection.close()
    return taken


@pytest.mark.parametrize(("what", "make"), [("a span of 400 characters in and out", calls_of), ("a span of a run with tools and growing messages", runs_of)])
def test_a_span_that_is_written_to_disk_costs_little_in_all_threads(
    what: str, make: Callable[[int], list[list[RunEvent]]], table: Table, tmp_path: Path
) -> None:  # fmt: skip
    said = make(WRITTEN)
    all_threads, own, tables, by_hand = [], [], [], []
    for number in range(7):
        by_hand.append(_plain_sqlite(tmp_path / f"{number}.plain.db", WRITTEN))
        store = SQLite(tmp_path / f"{number}.db")
        trace = Trace(store)
        started, of_thread = time.process_time(), time.thread_time()
        for events in said:
            trace.observe(events)
        own.append(time.thread_time() - of_thread)
        store.flush(tables=False)
        all_threads.append(time.process_time() - started)
        store.flush()
        tables.append(time.process_time() - started)
    rows = [("safe, in all threads", all_threads, 20), ("on its caller's", own, 5), ("and in the tables, when there is time", tables, None)]
    for where, taken, bar in rows:
        table.add(Row(what=f"Trace in a file, {what}, {where}", value=statistics.median(taken) / WRITTEN * 1e6, unit=" us", bar=bar))
    ratio = statistics.median(mine / theirs for mine, theirs in zip(all_threads, by_hand, strict=True))
    note = f"{statistics.median(by_hand) / WRITTEN * 1e6:.1f} us"
    table.add(Row(what=f"Trace in a file, {what} / a row of 30 columns by hand", value=ratio, note=note))


def _list_of_dicts(frame: pd.DataFrame) -> Callable[[], pd.DataFrame]:
    """What a person would do by hand: a dict a call, the same values under the same names."""
    rows = [dict(zip(frame.columns, values, strict=True)) for values in zip(*(frame[name].astype(object).tolist() for name in frame.columns), strict=True)]
    return lambda: pd.DataFrame(rows)


@pytest.mark.parametrize(("where", "bar"), [("memory", 0.5), ("a file", 1.2)])
def test_a_hundred_thousand_calls_are_a_table_at_once(where: str, bar: float, table: Table, tmp_path: Path) -> None:
    trace = Trace() if where == "memory" else Trace(tmp_path / "trace.db")
    for events in runs_of(CALLS * 2, each=20):
        trace.observe(events)
    calls = trace.calls()
    assert len(calls) == CALLS
    by_hand = _list_of_dicts(calls)
    pairs = [(cpu(trace.calls), cpu(by_hand)) for _ in range(5)]
    mine, theirs = (statistics.median(taken) for taken in zip(*pairs, strict=True))
    note = f"{mine * 1e3:.0f} ms to {theirs * 1e3:.0f} ms"
    table.add(Row(what=f"100,000 calls as a DataFrame, from {where} / a list of dicts", value=mine / theirs, bar=bar, note=note))


def _multiplied(path: Path) -> None:
    """The runs of the file again and again under other ids, until there are a million spans."""
    store = SQLite(path)
    connection = store.connect()
    columns = {name: [row[1] for row in connection.execute(f"PRAGMA table_info({name})") if row[1] != "id"] for name in ("spans", "runs")}
    (have,) = connection.execute("SELECT count(*) FROM spans").fetchone()
    connection.execute("BEGIN")
    numbers = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?) SELECT i FROM n"
    connection.execute(f"CREATE TEMP TABLE times AS {numbers}", (MILLION // have,))
    for name, names in columns.items():
        own = ("run_id", "trace_id", "span_id", "parent_id")
        values = [f"i || {column}" if column in own else "replace(lineage, run_id, i || run_id)" if column == "lineage" else f'"{column}"' for column in names]
        quoted = ", ".join(f'"{column}"' for column in names)
        connection.execute(f"INSERT INTO {name} ({quoted}) SELECT {', '.join(values)} FROM {name}, times")
    connection.execute("COMMIT")
    connection.close()


def test_one_run_among_a_million_spans_is_there_at_once(table: Table, tmp_path: Path) -> None:
    path = tmp_path / "trace.db"
    trace = Trace(path)
    for events in runs_of(5_000, each=20):
        trace.observe(events)
    runs = trace.runs()["run_id"].tolist()
    _multiplied(path)
    trace = Trace.load(path)
    assert len(trace) > MILLION
    for what in ("spans", "calls", "messages"):
        taken = []
        for run in runs[:20]:
            started = time.perf_counter()
            found = getattr(trace, what)(f"77{run}")
            taken.append(time.perf_counter() - started)
            assert len(found)
        table.add(Row(what=f"one run among a million spans: {what}()", value=statistics.median(taken) * 1e3, unit=" ms", bar=20))
