"""Runs out of a trace's database a page at a time, filtered there: of tens of thousands only those that are looked at are read.

The rule: the SQL is what SQLite and PostgreSQL both understand; a parameter is a ``?``.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from nbagent.observers.sql_store import SqlStore
from nbagent.observers.values import as_json

COLUMNS = (
    "run_id", "agent", "models", "status", "started_at", "duration_s", "input_tokens", "output_tokens", "cost_usd", "input_preview",
    "cell_id", "exec_count", "n_errors", "error_type", "notebook",
)  # fmt: skip
_TEXTS = ("agent", "models", "status", "tag", "input_preview", "output_preview")
_MESSAGES = ("input_messages", "new_messages")
_FAILED = "(status = 'error' OR n_errors > 0)"
_INSIDE = "FROM spans s WHERE s.trace_id = runs.trace_id AND"
_LOCAL = f"cost_usd = 0 AND n_calls > 0 AND NOT EXISTS (SELECT 1 {_INSIDE} s.kind = 'chat' AND coalesce(s.cost_source, '') <> 'local')"
_MESSAGE = f"SELECT s.error {_INSIDE} s.run_id = runs.run_id AND s.kind IN ('invoke_agent', 'invoke_workflow') LIMIT 1"


class Wanted(NamedTuple):
    """Which runs: those in which all words of `text` stand, of the model `model`, those that failed or had errors; with
    `cells`, only those of these cells, of this `notebook` or of this `kernel`; a cell that a copy has too is not of the notebooks `others`."""

    text: str = ""
    model: str = ""
    errors: bool = False
    cells: Sequence[str] | None = None
    notebook: str = ""
    kernel: str = ""
    others: Sequence[str] = ()


def page(store: SqlStore, wanted: Wanted, first: int, count: int) -> tuple[int, list[dict[str, Any]]]:
    """How many runs there are, and `count` of them from the place `first` on, newest first: `COLUMNS`, ``error``, and ``local``
    where all that a run cost was this machine's time."""
    where, values = _where(store, wanted)
    ((total,),) = store.ask(f"SELECT count(*) FROM runs WHERE {where}", values)  # noqa: S608  names of our own
    shown = f"{', '.join(COLUMNS)}, ({_MESSAGE}), CASE WHEN {_LOCAL} THEN 1 ELSE 0 END"
    rows = store.ask(f"SELECT {shown} FROM runs WHERE {where} ORDER BY started_at DESC, id DESC LIMIT ? OFFSET ?", [*values, count, first])  # noqa: S608
    return int(total), [dict(zip((*COLUMNS, "error", "local"), row, strict=True)) for row in rows]


def models(store: SqlStore) -> list[str]:
    """The names of all models that runs were of."""
    found = store.ask("SELECT DISTINCT models FROM runs WHERE outer_run IS NULL AND models IS NOT NULL", ())
    return sorted({name for (names,) in found for name in names.split(", ")})


def notebooks(store: SqlStore, cells: Sequence[str]) -> list[str]:
    """The paths of all notebooks in which these cells ran."""
    found = store.ask(f"SELECT DISTINCT notebook FROM runs WHERE notebook IS NOT NULL AND cell_id IN ({store.each})", (as_json(list(cells)),))  # noqa: S608
    return [notebook for (notebook,) in found]


def _where(store: SqlStore, wanted: Wanted) -> tuple[str, list[Any]]:
    conditions, values = ["(outer_run IS NULL OR outer_run = run_id)"], list[Any]()
    if wanted.cells is not None:
        own = f"notebook IS NULL OR notebook NOT IN ({store.each})"
        conditions.append(f"(cell_id IN ({store.each}) AND ({own}) OR notebook = ? OR kernel_id = ?)")
        values += [as_json(list(wanted.cells)), as_json(list(wanted.others)), wanted.notebook, wanted.kernel]
    if wanted.errors:
        conditions.append(_FAILED)
    if wanted.model:
        conditions.append(r"', ' || models || ', ' LIKE ? ESCAPE '\'")
        values.append(f"%, {_plain(wanted.model)}, %")
    holds = rf"{store.like} ? ESCAPE '\'"
    error = f"{_FAILED} AND EXISTS (SELECT 1 {_INSIDE} (s.error_type {holds} OR s.error {holds}))"
    # JSON has other words, too: only where it has this one its texts are looked at
    said = [f"({name} {holds} AND EXISTS (SELECT 1 FROM ({store.said.format(name)}) said WHERE text {holds}))" for name in _MESSAGES]  # noqa: S608
    anywhere = " OR ".join([*(f"{name} {holds}" for name in _TEXTS), *said, f"({error})"])
    for word in wanted.text.split():
        # SQLite knows small and capital letters from a to z alone
        spelt = [word] if word.isascii() else sorted({word, word.lower(), word.capitalize(), word.upper()})
        conditions.append(f"({' OR '.join([anywhere] * len(spelt))})")
        values += [f"%{_plain(each)}%" for each in spelt for _ in range(anywhere.count("?"))]
    return " AND ".join(conditions), values


def _plain(text: str) -> str:
    """A text in which LIKE finds nothing special."""
    for sign in ("\\", "%", "_"):
        text = text.replace(sign, f"\\{sign}")
    return text
