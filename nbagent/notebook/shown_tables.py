"""Tables as a notebook shows them: nothing that matters is cut, text on the left, ids short and last.

What is shown is a `pandas.DataFrame` like any other, with all its values whole; only its looks are its own. Imports
pandas, so it is imported when the first table is shown.
"""

from __future__ import annotations

from html import escape
from numbers import Integral
from typing import Any

import numpy as np
import pandas as pd

ROWS = 200
"""More rows are counted, and not shown; the frame has them all."""
CELL = 400
ID_LENGTH = 8
_WHOLE = ("session_id", "response_id", "cell_id", "tool_call_id")  # those that a person chose, or must be able to copy


CHOSEN = {
    "runs": (
        "started_at", "session_id", "agent", "tag", "status", "error_type", "models", "input_preview", "output_preview", "duration_s", "n_calls",
        "n_tool_calls", "input_tokens", "output_tokens", "cost_usd", "run_id",
    ),
    "calls": (
        "started_at", "agent", "provider", "model", "response_model", "status", "error_type", "finish_reason", "prompt_name", "duration_s", "ttft_s",
        "tokens_per_s", "input_tokens", "cache_read_tokens", "reasoning_tokens", "output_tokens", "cost_usd", "input_preview", "output_preview", "run_id",
    ),
}  # fmt: skip
"""The columns of wide tables that are shown, in their order; the others are named below, and are all in the frame."""


class ShownTable(pd.DataFrame):
    """A DataFrame that is shown whole, or `only` some columns of it; what is made of it is a plain DataFrame again."""

    _metadata = ["only"]  # noqa: RUF012  as pandas wants it
    only: tuple[str, ...] = ()

    @property
    def _constructor(self) -> Any:
        return pd.DataFrame

    def _looks(self) -> pd.DataFrame:
        """What is shown, as text: without columns that say nothing, blank where a value is missing."""
        names = [name for name in self._shown() if not len(self) or not self[name].isna().all()]
        if {"kind", "name"} <= {*names} and all(str(name).startswith(str(kind)) for kind, name in zip(self["kind"], self["name"], strict=True)):
            names.remove("kind")
        ids = [name for name in names if str(name).endswith("_id") and name not in _WHOLE]
        looks = {}
        for name in [*(name for name in names if name not in ids), *ids]:
            values = self[name].iloc[:ROWS]
            one_day = isinstance(values.dtype, pd.DatetimeTZDtype) and values.dt.date.nunique() < 2
            looks[name] = [_text(value, short=name in ids, one_day=one_day, seconds=str(name).endswith("_s")) for value in values]
        return pd.DataFrame(looks, dtype=object)

    def _shown(self) -> list[Any]:
        return [name for name in self.only if name in self.columns] if self.only else [*self.columns]

    def _left(self, name: Any) -> bool:
        """Whether a column is text, which stands on the left."""
        return not pd.api.types.is_numeric_dtype(self[name].dtype) or pd.api.types.is_bool_dtype(self[name].dtype)

    def _repr_html_(self) -> str:
        looks = self._looks()
        left = {name for name in looks.columns if self._left(name)}

        def cell(tag: str, name: Any, text: str) -> str:
            # a dollar sign of its own element is no formula's
            wrap = "white-space:nowrap" if len(text) < 80 else "min-width:22em"
            return f'<{tag} style="text-align:{"left" if name in left else "right"};{wrap}">{escape(text).replace("$", "<span>$</span>")}</{tag}>'

        head = "".join(cell("th", name, str(name)) for name in looks.columns)
        body = "".join(f"<tr>{''.join(cell('td', name, row[name]) for name in looks.columns)}</tr>" for row in looks.to_dict("records"))
        under = "".join(f"<p>{escape(line)}</p>" for line in self._more())
        return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>{under}"

    def __repr__(self) -> str:
        looks = self._looks()
        columns = []
        for name in looks.columns:
            texts = [str(name), *(" ".join(text.split()) for text in looks[name])]
            width = max(map(len, texts))
            columns.append([text.ljust(width) if self._left(name) else text.rjust(width) for text in texts])
        lines = ["  ".join(row).rstrip() for row in zip(*columns, strict=True)]
        return "\n".join([*lines, *self._more()])

    def _more(self) -> list[str]:
        """What is in the frame and is not shown, a line each."""
        others = [str(name) for name in self.columns if name not in self._shown() and not self[name].isna().all()]
        said = [f"{len(self) - ROWS:,} more rows"] if len(self) > ROWS else []
        return [*said, *([f"{len(others)} more {'column' if len(others) == 1 else 'columns'}: {', '.join(others)}"] if others else [])]


def _text(value: Any, *, short: bool, one_day: bool, seconds: bool) -> str:
    """A value as it is shown; nothing for one that is missing."""
    if not isinstance(value, list | dict | tuple) and pd.isna(value):
        return ""
    if isinstance(value, pd.Timestamp):
        return value.strftime("%H:%M:%S" if one_day else "%Y-%m-%d %H:%M:%S")
    if isinstance(value, float):
        if seconds and 0 < value < 0.0005:
            return "<0.001"
        digits = f"{value:.3f}" if seconds and value < 100 else np.format_float_positional(value, precision=4, fractional=False, trim="-")
        return digits if abs(value) < 10_000 else f"{value:,.0f}"
    if isinstance(value, Integral) and not isinstance(value, bool):
        return f"{int(value):,}" if abs(int(value)) >= 10_000 else str(value)
    text = str(value)
    if short and isinstance(value, str):
        return text[:ID_LENGTH]
    return text if len(text) <= CELL else f"{text[: CELL - 1]}…"
