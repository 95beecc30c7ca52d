"""A picture for a web page: its SVG in the page, so that its tooltips work, and its numbers in a table that opens.

The rule: nothing runs and nothing is fetched, and whatever stands in a name is a text.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from zlib import crc32

from nbagent.plots.svg import WAITED, escape

if TYPE_CHECKING:
    import pandas as pd

    from nbagent.plots.plot import Plot

MOST = 100  # rows; below them a line says how many more there are
_LONG = 200  # letters of a cell
PLAIN = "mathjax_ignore tex2jax_ignore"  # for MathJax 3 and 2, to which a $ begins a formula
_HEAD = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark">
<title>%s</title>
<style>
body { font: 14px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; margin: 24px }
summary { cursor: pointer; margin: 12px 0 }
table { border-collapse: collapse; font-size: 12px; font-variant-numeric: tabular-nums }
th, td { padding: 3px 10px; text-align: left; vertical-align: top; border-bottom: 1px solid #9a9a9a55 }
</style>
</head>
<body>
"""


class Html(str):
    """HTML that a notebook shows."""

    __slots__ = ()

    def _repr_html_(self) -> str:
        return str(self)

    def __repr__(self) -> str:
        return f"<{len(self):,} characters of HTML>"


def html(plot: Plot) -> Html:
    """The picture, and below it what opens: the first `MOST` rows of its data, and how many more there are."""
    named = f"{WAITED}-{crc32(plot.svg.encode()):08x}"  # another picture of the page has its own
    picture = plot.svg.replace(f'"{WAITED}"', f'"{named}"').replace(f'"url(#{WAITED})"', f'"url(#{named})"')
    return Html(
        f'<div class="nbagent-plot {PLAIN}"><div style="overflow-x:auto">{picture}</div>'
        f"<details><summary>The numbers: {len(plot.data):,} {'row' if len(plot.data) == 1 else 'rows'}</summary>"
        f'<div style="overflow-x:auto">{_table(plot.data)}</div></details></div>'
    )


def page(plot: Plot) -> str:
    """The same as a file of its own, for light and dark."""
    return f"{_HEAD % escape(plot.text)}{html(plot)}\n</body>\n</html>\n"


def _table(data: pd.DataFrame) -> str:
    """Without the columns that have nothing in any of these rows."""
    import pandas as pd

    shown = data.head(MOST).dropna(axis="columns", how="all")
    sides = ["right" if pd.api.types.is_numeric_dtype(column) else "left" for _, column in shown.items()]
    head = "".join(f'<th style="text-align:{side}">{escape(str(name))}</th>' for name, side in zip(shown.columns, sides, strict=True))
    rows = "".join(f"<tr>{''.join(map(_cell, row))}</tr>" for row in shown.itertuples(index=False, name=None))
    more = f"<p>and {len(data) - MOST:,} more, which are in .data</p>" if len(data) > MOST else ""
    return f'<table style="white-space:nowrap"><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>{more}'


def _cell(value: Any) -> str:
    import pandas as pd

    if pd.api.types.is_scalar(value) and pd.isna(value):
        return "<td></td>"
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return f'<td style="text-align:right">{value:{",.0f" if float(value).is_integer() else ".6g"}}</td>'
    words = str(value)
    return f'<td style="text-align:left">{escape(words if len(words) <= _LONG else words[:_LONG] + "…")}</td>'
