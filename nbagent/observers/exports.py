"""A trace as files: for a spreadsheet, for a data frame elsewhere, for a class; and back from JSON lines.

The rule: a file holds what the tables hold, with whole texts, and nothing that looks like a key.
"""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable, Iterator
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, get_args

from nbagent.errors import ConfigError, MissingExtra, redact
from nbagent.events import RunEvent, StepFinished
from nbagent.exchange import Wire
from nbagent.observers.columns import Columns
from nbagent.observers.rows import Rows, Table
from nbagent.observers.semconv import RUNS
from nbagent.observers.tables import PAYLOADS, SCHEMAS, frame
from nbagent.observers.values import as_json

if TYPE_CHECKING:
    import pandas as pd

TABLES: tuple[Table, ...] = get_args(Table)
FORMAT = 1
_README = """A trace of nbagent: one file a table.

runs.csv      one row a prompt
calls.csv     one row a model call
tools.csv     one row a tool call
messages.csv  one row a part of a message
events.csv    what happened, in order
spans.csv     all of them, as they are inside each other

Times are UTC, durations seconds, costs US dollars; what is empty is not known.
trace.jsonl is all of it in one file: nbagent.Trace.load("trace.jsonl") reads it again.
"""


def save(rows: Rows, path: Path) -> None:
    """Write everything into a file, or for ``.parquet`` and ``.csv`` a folder beside it, by its ending. Raises `ConfigError` for another ending."""
    writers: dict[str, Callable[[Rows, Path], None]] = {".jsonl": _jsonl, ".zip": _zip, ".csv": _csv, ".parquet": _parquet}
    if path.suffix not in writers:
        raise ConfigError(f"A trace cannot be written as {path.suffix or path.name!r}.", mend="Name a file ending in " + ", ".join(writers) + ".")
    path.parent.mkdir(parents=True, exist_ok=True)
    writers[path.suffix](rows, path)


def whole(rows: Rows, table: Table) -> pd.DataFrame:
    """A table with all its texts, as it may leave this machine."""
    shown = frame(table, rows.read(table, payload=True), payload=True)
    for name in shown.columns:
        if shown[name].dtype == "string" or shown[name].dtype == "object" or str(shown[name].dtype) == "str":
            shown[name] = shown[name].map(redact, na_action="ignore")
    return shown


def lines(rows: Rows) -> Iterator[str]:
    """The tables as JSON lines: one that says what this is, then one a row, each with its table's name."""
    yield json.dumps({"nbagent.trace": FORMAT})
    for table in TABLES:
        columns = rows.read(table, payload=True)
        for values in zip(*columns.values(), strict=True):
            row = {name: value for name, value in zip(columns, values, strict=True) if value is not None}
            yield redact(as_json({"table": table, **row}))


def read_lines(path: Path) -> dict[Table, Columns]:
    """The tables of such a file. Raises `ConfigError` that names the line that is none."""
    found: dict[Table, Columns] = {table: {name: [] for name in (*SCHEMAS[table], *PAYLOADS.get(table, ()))} for table in TABLES}
    with path.open(encoding="utf-8") as file:
        for number, line in enumerate(file, 1):
            try:
                row = json.loads(line)
                if number == 1 and row["nbagent.trace"] <= FORMAT:
                    continue
                table = found[row["table"]]
            except (ValueError, KeyError, TypeError) as error:
                raise ConfigError(f"{path}, line {number}: this is no trace of nbagent.", mend="trace.save('x.jsonl') writes one.") from error
            for name, values in table.items():
                values.append(row.get(name))
    return found


def _jsonl(rows: Rows, path: Path) -> None:
    with path.open("w", encoding="utf-8") as file:
        file.writelines(line + "\n" for line in lines(rows))


def _csv(rows: Rows, path: Path) -> None:
    for table in TABLES:
        whole(rows, table).to_csv(path.with_name(f"{path.stem}_{table}.csv"), index=False)


def _parquet(rows: Rows, path: Path) -> None:
    for table in TABLES:
        try:
            whole(rows, table).to_parquet(path.with_name(f"{path.stem}_{table}.parquet"), index=False)
        except ImportError as error:
            raise MissingExtra("Parquet needs pyarrow: pip install pyarrow") from error


def _zip(rows: Rows, path: Path) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("README.txt", _README)
        for table in TABLES:
            text = StringIO()
            whole(rows, table).to_csv(text, index=False)
            archive.writestr(f"{table}.csv", text.getvalue())
        archive.writestr("trace.jsonl", "\n".join(lines(rows)) + "\n")


class Read:
    """Rows that were read from somewhere and that nothing is added to: columns by table."""

    def __init__(self, tables: dict[Table, Columns], source: str) -> None:
        self._tables, self._source = tables, source

    def take(self, event: RunEvent, /) -> None:  # noqa: ARG002  what is refused
        raise ConfigError(f"{self._source} is only to be read.", mend="Give the session a trace of its own.")

    def take_wire(self, event: StepFinished, wire: Wire, /) -> None:  # noqa: ARG002
        self.take(event)

    def bodies(self, span_id: str, /) -> None:  # noqa: ARG002  in none of these files
        return None

    def clear(self) -> None:
        for columns in self._tables.values():
            for values in columns.values():
                values.clear()

    def runs(self) -> list[str]:
        spans = self._tables["spans"]
        own = [run for run, kind in zip(spans["run_id"], spans["kind"], strict=True) if kind in RUNS]
        return list(dict.fromkeys([*own, *self._tables["runs"]["run_id"]]))

    def read(self, table: Table, run: str | None = None, *, payload: bool = False, since: int | None = None) -> Columns:
        columns = self._tables[table]
        names = [*SCHEMAS[table], *(PAYLOADS.get(table, ()) if payload else ())]
        keep = [True] * len(columns["run_id"])
        if run is not None:
            inside = self._inside(run)
            keep = [each in inside for each in columns["run_id"]]
        if since is not None and (moments := columns.get("started_at") or columns.get("at")):
            keep = [wanted and moment is not None and moment >= since for wanted, moment in zip(keep, moments, strict=True)]
        return {name: [value for value, wanted in zip(columns[name], keep, strict=True) if wanted] for name in names}

    def summary(self) -> str:
        return f"{len(self.runs()):,} runs, read from {self._source}"

    def __len__(self) -> int:
        return len(self._tables["spans"]["run_id"])

    def _inside(self, run: str) -> set[str]:
        """The run, and the runs that its tools began."""
        spans = self._tables["spans"]
        owner = dict(zip(spans["span_id"], spans["run_id"], strict=True))
        inside = {run}
        for kind, parent, own in zip(spans["kind"], spans["parent_id"], spans["run_id"], strict=True):
            if kind in RUNS and owner.get(parent) in inside:
                inside.add(own)
        return inside
