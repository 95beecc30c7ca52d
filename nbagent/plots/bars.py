"""Tokens and money as bars, a bar for each model, agent, run or whatever column is named."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from nbagent.errors import ConfigError, did_you_mean
from nbagent.plots.plot import Plot
from nbagent.plots.svg import COLOURS, FAINT, count, document, legend, line, money, rect, text, ticks

if TYPE_CHECKING:
    import pandas as pd

MOST = 40  # bars; the rest is one bar that says so
_ROW, _BAR, _TOP, _NAMES, _WORDS = 24, 15, 44, 190, 110
_PARTS: dict[str, Callable[[pd.DataFrame], pd.Series[float]]] = {  # what is drawn of a call's tokens, and how it is worked out
    "cached input": lambda calls: calls["cache_read_tokens"],
    "input": lambda calls: calls["input_tokens"] - calls["cache_read_tokens"],
    "reasoning": lambda calls: calls["reasoning_tokens"],
    "output": lambda calls: calls["output_tokens"] - calls["reasoning_tokens"],
}
_TOKENS = ("input_tokens", "output_tokens", "cache_read_tokens", "reasoning_tokens")


def tokens(calls: pd.DataFrame, *, by: str = "model", width: int = 720) -> Plot:
    """Tokens by `by`: those read from the cache, other input, reasoning, and the rest of the output."""
    import pandas as pd

    _needs(calls, by, "input_tokens", "output_tokens")
    numbers = pd.DataFrame({name: calls[name].fillna(0).astype("float64") if name in calls else 0.0 for name in _TOKENS}, index=calls.index)
    data = pd.DataFrame({part: made(numbers) for part, made in _PARTS.items()}).groupby(_labels(calls, by), sort=False).sum()
    data = _most(data.loc[data.sum(axis=1).sort_values(ascending=False, kind="stable").index])
    return _stacked(data, f"Tokens by {by}", count, width, by)


def cost(calls: pd.DataFrame, *, by: str = "model", width: int = 720) -> Plot:
    """US dollars by `by`. Calls whose price is not known are said, not drawn as 0."""
    _needs(calls, by, "cost_usd")
    labels = _labels(calls, by)
    priced = calls["cost_usd"].groupby(labels, sort=False).sum(min_count=1).sort_values(ascending=False, kind="stable")
    unknown = (calls["cost_usd"].isna() & calls.get("input_tokens", calls["cost_usd"]).notna()).sum() if "kind" in calls else calls["cost_usd"].isna().sum()
    data = _most(priced.to_frame("cost"))
    note = f"the price of {unknown:,} calls is not known" if unknown else ""
    return _stacked(data, f"Cost by {by}", money, width, by, note)


def _needs(calls: pd.DataFrame, by: str, *names: str) -> None:
    for name in (by, *names):
        if name not in calls.columns:
            raise ConfigError(f"The table has no column {name!r}.", did_you_mean(name, [*map(str, calls.columns)]), "Take trace.calls().")


def _labels(calls: pd.DataFrame, by: str) -> pd.Series[Any]:
    return calls[by].astype("object").where(calls[by].notna(), "(none)").astype(str)


def _most(data: pd.DataFrame) -> pd.DataFrame:
    if len(data) <= MOST:
        return data
    import pandas as pd

    rest = data.iloc[MOST - 1 :].sum().to_frame(f"{len(data) - MOST + 1:,} others").T
    return pd.concat([data.iloc[: MOST - 1], rest])


def _stacked(data: pd.DataFrame, title: str, said: Any, width: int, by: str, note: str = "") -> Plot:
    sums = data.sum(axis=1, min_count=1)
    high = float(sums.max()) if len(sums) and sums.notna().any() else 0.0
    left, right = _NAMES, width - _WORDS
    scale = (right - left) / high if high > 0 else 0.0
    bottom = _TOP + _ROW * len(data)
    body = [text(6, 14, title, bold=True)]
    if len(data.columns) > 1:
        body.append(legend(left, 14, list(zip(map(str, data.columns), COLOURS, strict=False))))
    for tick in ticks(high, 5):
        x = left + tick * scale
        body += [line(x, _TOP - 6, x, bottom), text(x, _TOP - 10, said(tick), anchor="middle", fill=FAINT)]
    for place, (label, row) in enumerate(data.iterrows()):
        y, x = _TOP + _ROW * place, float(left)
        body.append(text(left - 8, y + 15, str(label), anchor="end", room=_NAMES - 16))
        for colour, (part, value) in zip(COLOURS, row.items(), strict=False):
            if value == value and value > 0:
                body.append(rect(x, y + 4, value * scale, _BAR, colour, tip=f"{label}, {part}: {said(value)}", opacity=0.85))
                x += value * scale
        total = float(sums.iloc[place]) if sums.notna().iloc[place] else float("nan")
        body.append(text(x + 8, y + 15, said(total)))
    if note:
        body.append(text(6, bottom + 14, note, fill=FAINT))
    told = ", ".join(f"{label}: {said(float(total))}" for label, total in sums.head(12).items())
    shown = data.rename_axis(by).reset_index()
    return Plot(document(width, bottom + (24 if note else 8), body, title, told), shown, f"{title}: {told or 'nothing'}" + (f" ({note})" if note else ""))
