"""Tables as a notebook shows them: nothing that matters is cut, ids are short and stand last.

What is shown is a `pandas.DataFrame` like any other, with all its values whole; only its looks are its own. Imports
pandas, so it is imported when the first table is shown.
"""

from __future__ import annotations

from typing import Any

import pandas as pd

ROWS = 200
"""More rows are shown from both ends, as pandas does; the frame has them all."""
WIDTH = 90
ID_LENGTH = 8


class ShownTable(pd.DataFrame):
    """A DataFrame that is shown whole; what is made of it is a plain DataFrame again."""

    @property
    def _constructor(self) -> Any:
        return pd.DataFrame

    def _looks(self) -> pd.DataFrame:
        ids = [name for name in self.columns if str(name).endswith("_id") and name not in ("session_id", "response_id")]
        looks = pd.DataFrame(self)[[*(name for name in self.columns if name not in ids), *ids]]
        empty = [name for name in looks.columns if len(looks) and looks[name].isna().all()]
        looks = looks.drop(columns=empty)
        for name in looks.columns:
            if name in ids:
                looks[name] = looks[name].astype(object).map(lambda value: value[:ID_LENGTH] if isinstance(value, str) else value)
            elif isinstance(looks[name].dtype, pd.DatetimeTZDtype):
                looks[name] = looks[name].dt.strftime("%H:%M:%S" if looks[name].dt.date.nunique() < 2 else "%Y-%m-%d %H:%M:%S")
        return looks

    def _repr_html_(self) -> str:
        with _whole():
            return str(self._looks().to_html(notebook=True, na_rep="", index=False, max_rows=ROWS, float_format=_number))

    def __repr__(self) -> str:
        with _whole():
            return str(self._looks().to_string(na_rep="", index=False, max_rows=ROWS, float_format=_number))


def _number(value: float) -> str:
    return f"{value:.4g}" if abs(value) < 10_000 else f"{value:,.0f}"


def _whole() -> Any:
    return pd.option_context("display.max_columns", None, "display.width", None, "display.max_colwidth", WIDTH)
