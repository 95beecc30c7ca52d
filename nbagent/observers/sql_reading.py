"""The tables of a trace out of its database: queries, and the conversations that are put together again.

The rule: the SQL is what SQLite and PostgreSQL both understand; a parameter is a ``?``.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable, Sequence
from operator import le
from typing import Any, TypeVar

import msgspec

from nbagent import prices
from nbagent.messages import Message, Usage
from nbagent.observers.columns import Columns
from nbagent.observers.conversations import rows_of
from nbagent.observers.rows import Table
from nbagent.observers.sql_schema import EVENT_COLUMNS
from nbagent.observers.tables import SCHEMAS
from nbagent.observers.values import as_json

T = TypeVar("T")
Ask = Callable[[str, Sequence[Any]], list[tuple[Any, ...]]]
"""A query and its parameters, answered with rows."""
AskColumns = Callable[[str, Sequence[Any], Sequence[str]], Columns]
"""A query, its parameters and its columns' names, answered with columns."""
_KINDS = {"calls": "chat", "tools": "execute_tool"}
_MESSAGE = msgspec.json.Decoder(Message)


class Reading:
    """Reads by asking; `each` is a query that gives the texts of a JSON list, a row each."""

    def __init__(self, ask: Ask, ask_columns: AskColumns, each: str, place: str) -> None:
        self._ask, self._ask_columns, self._each, self._place = ask, ask_columns, each, place

    def runs(self) -> list[str]:
        return [run for (run,) in self._ask("SELECT run_id FROM runs ORDER BY started_at, id", ())]

    def read(self, table: Table, run: str | None = None, *, payload: bool = False, since: int | None = None) -> Columns:
        where, values = inside(run)
        if since is not None:
            where, values = [*where, f"{'at' if table == 'events' else 'started_at'} >= ?"], [*values, since]
        match table:
            case "events":
                return self._events(where, values)
            case "runs":
                return self._of_runs(run, where, values, payload=payload)
            case "messages":
                return self._messages(where, values)
            case _:
                return self._of_spans(table, where, values, payload=payload)

    def span(self, table: Table, span_id: str) -> Columns:
        """The row of one span in `spans`, `calls` or `tools`, with its whole texts."""
        return self._of_spans(table, ["span_id = ?"], [span_id], payload=True)

    def aside(self, hashed: str) -> str | None:
        found = self._ask("SELECT data FROM aside WHERE hash = ? LIMIT 1", (hashed,))
        return zlib.decompress(found[0][0]).decode() if found else None

    def summary(self) -> str:
        """What is there, in a line."""
        counted = (f"count(*) FILTER (WHERE kind = '{kind}')" for kind in ("invoke_agent", "chat", "execute_tool"))
        (counts,) = self._ask(f"SELECT {', '.join(counted)}, sum(input_tokens), sum(output_tokens) FROM spans", ())  # noqa: S608  names of our own
        runs, calls, tools, read, written = (value or 0 for value in counts)
        return f"{runs:,} runs, {calls:,} model calls, {tools:,} tool calls, {read:,} tokens in, {written:,} out, in {self._place}"

    def count(self) -> int:
        (row,) = self._ask("SELECT count(*) FROM spans", ())
        return int(row[0])

    def _of_spans(self, table: Table, where: list[str], values: list[Any], *, payload: bool) -> Columns:
        names = [*SCHEMAS[table], *(("input_hash", "output_hash", "tools_offered", "params") if payload and table == "calls" else ())]
        kind = _KINDS.get(table)
        if kind:
            where, values = [*where, "kind = ?"], [*values, kind]
        # calls are written in order of start, as a rule, and reading them as they lie takes three quarters of the time
        found = _ordered(self._columns("spans", names, where, values, "id" if kind else "started_at, id"))
        if table == "calls":
            _reprice(found)
        if payload and table == "calls":
            self._add_payload(found)
        return found

    def _of_runs(self, run: str | None, where: list[str], values: list[Any], *, payload: bool) -> Columns:
        names = [*SCHEMAS["runs"], *(("input_messages", "new_messages") if payload else ())]
        where, values = ([*where, "outer_run IS NULL"], values) if run is None else ([*where, "run_id = ?"], [*values, run])
        return self._columns("runs", names, where, values, "started_at, id")

    def _events(self, where: list[str], values: list[Any]) -> Columns:
        within = [condition for condition in where if not condition.startswith("at ")]
        if within:
            where = [f"run_id IN (SELECT run_id FROM runs WHERE {' AND '.join(within)})", *where[len(within) :]]  # noqa: S608
        return self._columns("events", EVENT_COLUMNS, where, values, "seq, id")

    def _messages(self, where: list[str], values: list[Any]) -> Columns:
        calls = self._columns("spans", ("run_id", "span_id", "input_hash", "output_hash"), [*where, "kind = 'chat'"], values, "started_at, id")
        chains = _Chains(self._contents(calls))
        found: Columns = {name: [] for name in SCHEMAS["messages"]}
        columns = tuple(found.values())
        for run_id, call_id, sent, came in zip(*calls.values(), strict=True):
            chain = [(hashed, "input") for hashed in chains.of(sent)] + ([(came, "output")] if came else [])
            for position, (hashed, direction) in enumerate(chain):
                parent, message = chains.known[hashed]
                for row in rows_of(message):
                    line = (
                        run_id, call_id, position, direction, message.role, row.name, row.part_type, row.content, row.tool_call_id,
                        hashed, parent, len(row.content), row.tokens,
                    )  # fmt: skip
                    for column, value in zip(columns, line, strict=True):
                        column.append(value)
        return found

    def _add_payload(self, found: Columns) -> None:
        chains = _Chains(self._contents(found))
        sent = [[chains.known[hashed][1] for hashed in chains.of(end)] for end in found.pop("input_hash")]
        told = [messages[0].text if messages and messages[0].role == "system" and messages[0].name is None else None for messages in sent]
        found["system_instructions"] = told
        found["input_messages"] = [as_json(messages[1:] if text is not None else messages) for messages, text in zip(sent, told, strict=True)]
        found["output_messages"] = [as_json([chains.known[came][1]]) if came else None for came in found.pop("output_hash")]

    def _contents(self, calls: Columns) -> list[tuple[str, str | None, str]]:
        """Every message of these calls' conversations: hash, hash before it, JSON."""
        ends = {hashed for name in ("input_hash", "output_hash") for hashed in calls[name] if hashed}
        statement = f"""
            WITH RECURSIVE chain (hash, parent, message) AS (
                SELECT hash, parent, message FROM contents WHERE hash IN ({self._each})
                UNION SELECT c.hash, c.parent, c.message FROM contents c JOIN chain ON c.hash = chain.parent
            ) SELECT hash, parent, message FROM chain"""  # noqa: S608  a query of our own
        return self._ask(statement, (as_json(sorted(ends)),)) if ends else []

    def _columns(self, table: str, names: Sequence[str], where: Sequence[str], values: Sequence[Any], order: str) -> Columns:
        condition = f" WHERE {' AND '.join(where)}" if where else ""
        shown = ", ".join(f'"{name}"' for name in names)
        return self._ask_columns(f"SELECT {shown} FROM {table}{condition} ORDER BY {order}", values, names)  # noqa: S608  names of our own


class _Chains:
    """Messages by their hashes, and the conversations that they make."""

    def __init__(self, contents: Sequence[tuple[str, str | None, str]]) -> None:
        self.known: dict[str, tuple[str | None, Message]] = {hashed: (parent, from_json(_MESSAGE, message)) for hashed, parent, message in contents}

    def of(self, end: str | None) -> list[str]:
        """The hashes from the conversation's first message to this one."""
        chain: list[str] = []
        while end is not None and end in self.known:
            chain.append(end)
            end = self.known[end][0]
        return chain[::-1]


def from_json(decoder: msgspec.json.Decoder[T], text: str) -> T:
    """The value of a JSON text, in which there may be half a character: as an escape, as a model may well have written it."""
    try:
        return decoder.decode(text)
    except msgspec.DecodeError:
        return msgspec.convert(json.loads(text), decoder.type)


def _ordered(found: Columns) -> Columns:
    """Rows in order of start, those that began at once in the order that they have."""
    starts = found["started_at"]
    if all(map(le, starts, starts[1:])):
        return found
    order = sorted(range(len(starts)), key=starts.__getitem__)
    return {name: [values[place] for place in order] for name, values in found.items()}


def inside(run: str | None) -> tuple[list[str], list[Any]]:
    """The condition for what happened in a run and in the runs inside it. Its trace is indexed, its place in it is looked at."""
    if run is None:
        return [], []
    return ["trace_id = (SELECT trace_id FROM runs WHERE run_id = ?)", "replace(lineage, ?, '') <> lineage"], [run, f"/{run}/"]


def _reprice(found: Columns) -> None:
    """Costs that were unknown when they were written, at prices that were set by hand since."""
    if not prices.changes():
        return
    for place, (cost, read) in enumerate(zip(found["cost_usd"], found["input_tokens"], strict=True)):
        if cost is None and read is not None:
            counts = (found[name][place] or 0 for name in ("input_tokens", "output_tokens", "cache_read_tokens", "cache_write_tokens", "reasoning_tokens"))
            said = prices.custom_cost(
                Usage(*counts), found["response_model"][place] or found["model"][place], found["provider"][place], asked=found["model"][place]
            )
            if said is not None:
                found["cost_usd"][place], found["cost_source"][place] = said.total, said.source
                found["input_cost_usd"][place], found["output_cost_usd"][place] = said.input, said.output
