"""How long answers take: the distribution of durations and of the time to the first token, for each model."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nbagent.errors import ConfigError
from nbagent.plots.plot import Plot
from nbagent.plots.svg import COLOURS, FAINT, document, legend, line, rect, seconds, text, ticks

if TYPE_CHECKING:
    import pandas as pd

MOST = 20  # groups
_DOTS = 400  # that are drawn of one group
_ROW, _TOP, _NAMES, _WORDS = 46, 44, 190, 180
_MEASURES = {"duration_s": "duration", "ttft_s": "first token"}


def latency(calls: pd.DataFrame, *, by: str = "model", width: int = 760) -> Plot:
    """Each call as a dot, and over them the middle half, the median and the 95th percentile."""
    for name in (by, "duration_s"):
        if name not in calls.columns:
            raise ConfigError(f"The table has no column {name!r}.", mend="Take trace.calls().")
    measures = {name: words for name, words in _MEASURES.items() if name in calls.columns}
    labels = calls[by].astype("object").where(calls[by].notna(), "(none)").astype(str)
    chosen = calls.assign(**{by: labels}).melt(id_vars=[by], value_vars=list(measures), var_name="measure", value_name="seconds").dropna(subset=["seconds"])
    chosen["measure"] = chosen["measure"].map(measures)
    groups = list(dict.fromkeys(chosen[by]))[:MOST]
    high = float(chosen["seconds"].max()) if len(chosen) else 0.0
    left, right = _NAMES, width - _WORDS
    scale = (right - left) / high if high > 0 else 0.0
    bottom = _TOP + _ROW * len(groups)
    body = [text(6, 14, f"Latency by {by}", bold=True), legend(left, 14, list(zip(measures.values(), COLOURS, strict=False)))]
    for tick in ticks(high, 5):
        x = left + tick * scale
        body += [line(x, _TOP - 6, x, bottom), text(x, _TOP - 10, seconds(tick) if tick else "0", anchor="middle", fill=FAINT)]
    told = []
    for place, group in enumerate(groups):
        y = _TOP + _ROW * place
        body.append(text(left - 8, y + 24, str(group), anchor="end", room=_NAMES - 16))
        for lane, (words, colour) in enumerate(zip(measures.values(), COLOURS, strict=False)):
            values = chosen.loc[(chosen[by] == group) & (chosen["measure"] == words), "seconds"]
            if len(values):
                drawn, said = _lane(values, y + 12 + 18 * lane, left, scale, colour, right)
                body.append(drawn)
                told.append(f"{group}, {words}: {said}")
    if len(set(chosen[by])) > MOST:
        body.append(text(6, bottom + 12, f"and {len(set(chosen[by])) - MOST:,} more, which are in .data", fill=FAINT))
    text_ = f"Latency by {by}: " + ("; ".join(told) or "nothing")
    return Plot(document(width, bottom + 20, body, f"Latency by {by}", "; ".join(told)), chosen.reset_index(drop=True), text_)


def _lane(values: pd.Series[float], y: float, left: float, scale: float, colour: str, right: float) -> tuple[str, str]:
    """Dots, the box of the middle half, and lines at the median and the 95th percentile."""
    low, middle, upper, late = (float(value) for value in values.quantile([0.25, 0.5, 0.75, 0.95]))
    step = max(1, len(values) // _DOTS)
    drawn = [rect(left + low * scale, y - 6, max(2.0, (upper - low) * scale), 12, colour, opacity=0.35, tip=f"middle half: {seconds(low)} to {seconds(upper)}")]
    drawn += [
        f'<circle cx="{left + float(value) * scale:.1f}" cy="{y:.1f}" r="2.2" fill="{colour}" fill-opacity="0.55"/>'
        for value in values.sort_values().iloc[::step]
    ]
    drawn.append(line(left + middle * scale, y - 8, left + middle * scale, y + 8, stroke=colour, opacity=1, wide=2.5))
    if len(values) >= 5:
        drawn.append(line(left + late * scale, y - 6, left + late * scale, y + 6, stroke=colour, opacity=0.9, wide=1.5))
    said = f"median {seconds(middle)}" + (f", p95 {seconds(late)}" if len(values) >= 5 else "")
    drawn.append(text(right + 10, y + 4, said, room=_WORDS))
    return "".join(drawn), said
