"""A DataFrame or a Series as text for a model, as cells for the eye, and as what JSON can say.

pandas is not imported to find out what a value is: a value of its types can only be there once it is loaded.
"""

from __future__ import annotations

import math
import sys
from typing import Any

COLUMNS = 100
"""The columns of a DataFrame that a model is told of."""
EYE = 20
"""The rows, and the columns, of a table for the eye."""
EYE_CELL = 200
"""The characters of one of its cells."""


def is_a(value: object, module: str, *names: str) -> bool:
    """Whether `value` is of a type of a library, without importing that library."""
    loaded = sys.modules.get(module)
    types = [getattr(loaded, name, None) for name in names] if loaded is not None else []
    return isinstance(value, tuple(each for each in types if isinstance(each, type)))


def is_frame(value: object) -> bool:
    return is_a(value, "pandas", "DataFrame", "Series")


def table_text(table: Any, rows: int, cell: int | None) -> tuple[str, bool]:
    """A DataFrame or Series as its shape, its types and its first rows as CSV; and whether rows or columns are missing.

    Texts in cells are cut at `cell` characters.
    """
    if is_a(table, "pandas", "Series"):
        title, frame = f"Series of {len(table):,} values", _one_column(table)
    else:
        title, frame = f"DataFrame of {len(table):,} rows and {len(table.columns):,} columns", table
    height, width = frame.shape
    head = frame.iloc[:rows, :COLUMNS]
    if cell is not None:
        head = head.map(lambda item: item[:cell] + "..." if isinstance(item, str) and len(item) > cell else item)
    types = ", ".join(f"{name} ({dtype})" for name, dtype in zip(head.columns, head.dtypes, strict=True))
    lines = [title, f"Columns: {types}", head.to_csv(index=not _counted(frame.index), lineterminator="\n").rstrip("\n")]
    if height > rows:
        lines.append(f"[cut: the first {rows:,} of {height:,} rows are shown]")
    if width > COLUMNS:
        lines.append(f"[cut: the first {COLUMNS:,} of {width:,} columns are shown]")
    return "\n".join(lines), height > rows or width > COLUMNS


def table_cells(table: Any) -> dict[str, Any]:
    """The first `EYE` rows and columns as ``{"columns", "rows", "shape"}``: names and cells are text, numbers, booleans or None.

    An index that says something comes first; `shape` is the whole table's, without it.
    """
    frame = _one_column(table) if is_a(table, "pandas", "Series") else table
    head = frame.iloc[:EYE, :EYE]
    columns = [_cell(name) for name in head.columns]
    rows = [[_cell(item) for item in row] for row in head.itertuples(index=False, name=None)] or [[] for _ in range(len(head))]
    if not _counted(frame.index):
        names = [name for name in frame.index.names if name is not None]
        columns.insert(0, ", ".join(str(_cell(name)) for name in names))
        for row, label in zip(rows, head.index, strict=True):
            row.insert(0, _cell(label))
    return {"columns": [name if isinstance(name, str) else str(name) for name in columns], "rows": rows, "shape": list(frame.shape)}


def table_records(frame: Any) -> Any:
    """A DataFrame within JSON: its rows as objects, or columns and rows where a name is there twice."""
    counted = is_a(frame.index, "pandas", "RangeIndex") or frame.index.names[0] in frame.columns
    frame = frame if counted else frame.reset_index()
    if frame.columns.is_unique:
        return frame.to_dict("records")
    return {"columns": list(frame.columns), "rows": list(frame.itertuples(index=False, name=None))}


def _one_column(series: Any) -> Any:
    return series.to_frame("value" if series.name is None else series.name)


def _counted(index: Any) -> bool:
    """Whether an index only counts the rows."""
    return is_a(index, "pandas", "RangeIndex") and index.start == 0 and index.step == 1 and index.name is None


def _cell(item: Any) -> Any:
    """One cell: a number that JSON can say, a boolean, None, or text on one line."""
    if hasattr(type(item), "item") and hasattr(type(item), "dtype"):  # a scalar of numpy's
        item = item.item()
    if item is None or isinstance(item, bool) or is_a(item, "pandas.api.typing", "NAType", "NaTType"):
        return item if isinstance(item, bool) else None
    if isinstance(item, int):
        return item if abs(item) < 2**53 else str(item)  # the page's numbers are floats
    if isinstance(item, float):
        return item if math.isfinite(item) else None if math.isnan(item) else str(item)
    try:
        text = " ".join(str(item).split())
    except Exception as error:  # noqa: BLE001  the cell's own code ran
        text = f"<{type(item).__name__}, whose str raised {type(error).__name__}>"
    return text if len(text) <= EYE_CELL else text[: EYE_CELL - 3] + "..."
