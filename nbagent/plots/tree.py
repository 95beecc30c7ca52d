"""Spans as a tree of lines: what called what, how long it took, what it cost."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any

from nbagent.plots.waterfall import in_words, spans_in_order, table

if TYPE_CHECKING:
    import pandas as pd

MOST = 1000  # lines
_MARKS = {"error": "✗ ", "rejected": "⊘ ", "cancelled": "◌ ", "paused": "‖ ", "running": "… "}


class Tree:
    """The lines; `text` is all of them, `data` the spans in their order, with the depth of each."""

    def __init__(self, lines: list[str], more: int, data: pd.DataFrame) -> None:
        self.data = data
        self.text = "\n".join([*lines, *([f"and {more:,} more spans"] if more else [])]) or "(no spans)"

    def __repr__(self) -> str:
        return self.text

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:
        return {"text/html": f"<pre>{escape(self.text)}</pre>", "text/plain": self.text}


def tree(spans: pd.DataFrame) -> Tree:
    """Each span on a line below what it is part of: its name, its duration, tokens and cost; what went wrong behind it."""
    bars = list(spans_in_order(spans))
    lines = []
    for place, bar in enumerate(bars[:MOST]):
        stem = ""
        if bar.depth:
            stem = "   " * (bar.depth - 1) + ("├─ " if _has_next(bars, place) else "└─ ")
        error = f"  {bar.span.error}" if isinstance(getattr(bar.span, "error", None), str) else ""
        lines.append(f"{stem}{_MARKS.get(str(bar.span.status), '')}{bar.span.name}  {in_words(bar.span)}{' '.join(error.split(chr(10)))[:160]}")
    return Tree(lines, len(bars) - len(lines), table(bars, spans))


def _has_next(bars: list[Any], place: int) -> bool:
    """Whether another span stands in the same place of the tree further down."""
    for other in bars[place + 1 :]:
        if other.depth <= bars[place].depth:
            return bool(other.depth == bars[place].depth)
    return False
