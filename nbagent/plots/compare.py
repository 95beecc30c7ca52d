"""Two tables side by side: what is the same, what changed, and by how much."""

from __future__ import annotations

import difflib
from collections.abc import Callable
from html import escape
from typing import TYPE_CHECKING, Any

from nbagent.errors import ConfigError
from nbagent.plots.page import PLAIN
from nbagent.plots.svg import count, money, seconds

if TYPE_CHECKING:
    import pandas as pd

MEASURES = {
    "duration_s": seconds, "ttft_s": seconds, "ttft_run_s": seconds, "model_time_s": seconds, "tool_time_s": seconds, "wait_s": seconds,
    "n_calls": count, "n_tool_calls": count, "n_errors": count,
    "input_tokens": count, "output_tokens": count, "cache_read_tokens": count, "reasoning_tokens": count, "cost_usd": money,
}  # fmt: skip
_TEXTS = ("input_preview", "output_preview", "arguments", "result", "system_instructions", "input_messages", "output_messages", "new_messages")


class Comparison:
    """`data` has the rows of both, aligned, with their differences; `diffs` the texts that changed, as unified diffs."""

    def __init__(self, data: pd.DataFrame, diffs: dict[str, str], sums: pd.DataFrame) -> None:
        self.data, self.diffs, self.sums = data, diffs, sums

    def __repr__(self) -> str:
        return "\n\n".join([self.sums.to_string(), *(f"{name}\n{diff}" for name, diff in self.diffs.items())])

    def _repr_html_(self) -> str:
        diffs = "".join(
            f"<details><summary>{escape(name)}</summary><pre>{''.join(map(_coloured, diff.splitlines(keepends=True)))}</pre></details>"
            for name, diff in self.diffs.items()
        )
        return f'<div class="{PLAIN}">{self.sums.to_html()}{diffs}</div>'


def compare(one: pd.DataFrame, other: pd.DataFrame, *, on: str | None = None) -> Comparison:
    """Align the rows of two tables of one kind (by the column `on`, else by kind and name, in order) and subtract their numbers.

    `_a` is the first table's, `_b` the other's; ``d_...`` is b - a and ``d_..._pct`` that in per cent of a.
    """
    import pandas as pd

    shared = [name for name in one.columns if name in other.columns]
    if not shared or (on is not None and on not in shared):
        raise ConfigError(
            "The two tables cannot be compared.", f"They share the columns {', '.join(map(str, shared)) or 'none'}.", "Take the same table of both."
        )
    pairs = _aligned(_keys(one, on), _keys(other, on))
    numbers = [name for name in MEASURES if name in shared]
    texts = [name for name in _TEXTS if name in shared]
    label = on or next((name for name in ("name", "tool", "model", "run_id") if name in shared), shared[0])
    rows = []
    for at_a, at_b in pairs:
        a, b = None if at_a is None else one.iloc[at_a], None if at_b is None else other.iloc[at_b]
        row: dict[str, Any] = {label: (a if a is not None else b)[label]}  # type: ignore[index]  # one of the two is there
        for name in numbers:
            row |= _measured(name, _value(a, name), _value(b, name))
        for name in texts:
            row |= {f"{name}_a": None if a is None else a[name], f"{name}_b": None if b is None else b[name]}
        rows.append(row)
    data = pd.DataFrame(rows)
    return Comparison(data, _diffs(data, label, texts), sums(one, other))


def _keys(table: pd.DataFrame, on: str | None) -> list[Any]:
    names = [on] if on else [name for name in ("kind", "name") if name in table.columns]
    return [tuple(str(value) for value in row) for row in table[names].itertuples(index=False)] if names else [()] * len(table)


def _aligned(one: list[Any], other: list[Any]) -> list[tuple[int | None, int | None]]:
    """Places that stand for the same, in order; None where the one or the other has nothing there."""
    pairs: list[tuple[int | None, int | None]] = []
    for what, a, b, c, d in difflib.SequenceMatcher(None, one, other, autojunk=False).get_opcodes():
        if what == "equal":
            pairs += zip(range(a, b), range(c, d), strict=True)
        else:
            pairs += [(place, None) for place in range(a, b)] + [(None, place) for place in range(c, d)]
    return pairs


def _value(row: Any, name: str) -> float:
    import pandas as pd

    return float("nan") if row is None or pd.isna(row[name]) else float(row[name])


def _measured(name: str, a: float, b: float) -> dict[str, float]:
    return {f"{name}_a": a, f"{name}_b": b, f"d_{name}": b - a, f"d_{name}_pct": 100 * (b - a) / a if a else float("nan")}


def sums(one: pd.DataFrame, other: pd.DataFrame) -> pd.DataFrame:
    """The numbers of two tables as wholes, in words, with what changed."""
    import pandas as pd

    numbers = [name for name in MEASURES if name in one.columns and name in other.columns]
    rows = {"rows": (f"{len(one):,}", f"{len(other):,}", f"{len(other) - len(one):+,}", "")}
    for name in numbers:
        a, b = _sum(one[name]), _sum(other[name])
        if a == a or b == b:
            rows[name] = _in_words(MEASURES[name], a, b)
    return pd.DataFrame.from_dict(rows, orient="index", columns=["a", "b", "change", "%"])


def _sum(column: pd.Series[Any]) -> float:
    """The sum of what is known; NaN where nothing is."""
    known = column.dropna()
    return float(known.sum()) if len(known) or not len(column) else float("nan")


def _in_words(said: Callable[[float], str], a: float, b: float) -> tuple[str, str, str, str]:
    """Two numbers with what changed; what is not known is empty, and so are the per cent of what looks the same."""
    one, other = ("" if value != value else said(value) for value in (a, b))
    if not one or not other:
        return one, other, "", ""
    change = said(abs(b - a))
    if change != said(0):
        change = ("+" if b > a else "-") + change
    return one, other, change, f"{100 * (b - a) / a:+.0f} %" if a and one != other else ""


def _diffs(data: pd.DataFrame, label: str, texts: list[str]) -> dict[str, str]:
    found = {}
    for place, row in enumerate(data.to_dict("records")):
        for name in texts:
            a, b = row[f"{name}_a"], row[f"{name}_b"]
            if isinstance(a, str) and isinstance(b, str) and a != b:
                found[f"{place}: {row[label]}, {name}"] = diff(a, b)
    return found


def diff(a: str, b: str) -> str:
    """What changed in a text, as a unified diff."""
    return "\n".join(difflib.unified_diff(a.splitlines(), b.splitlines(), "a", "b", lineterm="", n=2))


def _coloured(row: str) -> str:
    colour = {"+": "#2f8f5b", "-": "#d9483b", "@": "#7b7b7b"}.get(row[:1])
    return f'<span style="color: {colour}">{escape(row)}</span>' if colour else escape(row)
