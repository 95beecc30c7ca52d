"""Tables as they are shown: whole, short where it helps, and every value still there."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from nbagent.notebook.shown_tables import ROWS, ShownTable

RUN = "0123456789abcdef0123456789abcdef"


def test_of_a_wide_table_some_columns_are_shown_and_the_others_named() -> None:
    wide = table(a=[1, 2], b=[3, 4], c=[None, None], d=["x", "y"])
    wide.only = ("d", "a", "not_there")
    assert repr(wide) == "d  a\nx  1\ny  2\n1 more column: b"
    assert "<p>1 more column: b</p>" in wide._repr_html_()
    assert list(wide.columns) == ["a", "b", "c", "d"]
    assert "b" in repr(wide[wide["a"] > 1])


def table(**columns: Any) -> ShownTable:
    return ShownTable(pd.DataFrame(columns))


def test_ids_are_short_and_last_and_whole_underneath() -> None:
    shown = table(run_id=[RUN], name=["a"], session_id=["main-conversation"])
    assert repr(shown).splitlines() == ["name  session_id         run_id", "a     main-conversation  01234567"]
    assert shown["run_id"].iloc[0] == RUN


def test_what_is_missing_is_blank_and_a_column_of_nothing_is_left_out() -> None:
    shown = table(n=pd.array([1, None], dtype="Int64"), x=[np.nan, 0.5], nothing=[None, None])
    assert repr(shown).splitlines() == ["n    x", "1", "   0.5"]
    assert "NaN" not in shown._repr_html_()
    assert "NA" not in shown._repr_html_()
    assert list(shown.columns) == ["n", "x", "nothing"]


def test_no_column_is_cut_however_many_there_are() -> None:
    shown = table(**{f"column_{number}": ["x" * 70] for number in range(40)})
    assert all(f"column_{number}<" in shown._repr_html_() for number in range(40))
    assert "..." not in repr(shown)


def test_long_tables_are_counted_beyond_a_limit() -> None:
    shown = table(n=range(ROWS + 5))
    assert repr(shown).endswith("\n5 more rows")
    assert "5 more rows" in shown._repr_html_()
    assert len(shown) == ROWS + 5


@pytest.mark.parametrize(
    ("column", "value", "text"),
    [("duration_s", 2.40312, "2.403"), ("ttft_s", 0.0001, "<0.001"), ("cost_usd", 0.000012345, "0.00001234"), ("n", 1_250_000, "1,250,000"), ("n", 7, "7")],
)
def test_numbers_are_as_long_as_one_reads_them(column: str, value: float, text: str) -> None:
    assert repr(table(**{column: [value]})).splitlines()[1].strip() == text


def test_times_of_one_day_are_without_the_day() -> None:
    one, other = pd.Timestamp("2026-11-21 12:00:05", tz="UTC"), pd.Timestamp("2026-11-22 13:00:00", tz="UTC")
    assert repr(table(at=[one])).splitlines()[1] == "12:00:05"
    assert repr(table(at=[one, other])).splitlines()[1] == "2026-11-21 12:00:05"


def test_nothing_in_a_table_is_markup_or_a_formula() -> None:
    html = table(**{"<b>": ["<script>1</script> $1 and $2"]})._repr_html_()
    assert "<script>" not in html
    assert "<b>" not in html
    assert html.count("<span>$</span>") == 2


def test_what_is_made_of_it_is_a_plain_frame() -> None:
    shown = table(a=[1, 2])
    assert [type(each) for each in (shown.head(1), shown[shown.a > 1], shown.copy())] == [pd.DataFrame] * 3
    assert repr(table(a=[])) == "a"
