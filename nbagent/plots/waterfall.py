"""Spans on a time axis: the waterfall of a run, and the timeline of many."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from nbagent.errors import ConfigError
from nbagent.plots.plot import Plot
from nbagent.plots.svg import BAD, COLOURS, FAINT, HATCHED, KINDS, WAIT, count, document, legend, line, money, rect, seconds, text, ticks, wide
from nbagent.plots.waited import KIND, Waited, waited
from nbagent.plots.waits import Happened

if TYPE_CHECKING:
    import pandas as pd

MOST = 500  # bars; beyond them a row says how many more there are
_ROW, _BAR, _TOP, _NAMES, _WORDS = 20, 12, 38, 230, 216
_NAMED = {"chat": "model call", "execute_tool": "tool call", "invoke_agent": "run", "invoke_workflow": "span", KIND: "waited for a person"}


class _Bar(NamedTuple):
    """A span, or a wait, as it is drawn: its start, in seconds since the picture's, and how many seconds of it are seen."""

    depth: int
    start: float
    span: Any
    long: float


def waterfall(spans: pd.DataFrame, events: pd.DataFrame | Sequence[Happened] | None = None, *, width: int = 900) -> Plot:
    """Every span as a bar where it was, inside what it was part of; the darker head of a model call is the wait for its first token.
    What a person was waited for is hatched, and seen for at most as long as the rest where nothing comes before or after it."""
    waits = waited(spans, events)
    bars = list(spans_in_order(spans, waits))
    shown = bars[:MOST]
    total = max([bar.start + bar.long for bar in bars], default=0.0)
    left, right = _NAMES, width - _WORDS
    scale = (right - left) / total if total > 0 else 0.0
    bottom = _TOP + _ROW * (len(shown) + (len(bars) > MOST))
    body = [_axis(left, scale, total, bottom, width)]
    for place, bar in enumerate(shown):
        body.append(_drawn(bar, _TOP + _ROW * place, left, scale, right))
    if len(bars) > MOST:
        body.append(text(6, bottom - 6, f"and {len(bars) - MOST:,} more spans, which are in .data", fill=FAINT))
    body.append(_legend(dict.fromkeys(str(bar.span.kind) for bar in bars)))
    told = f"{len(bars) - len(waits):,} spans in {seconds(total)}"
    if waits:
        told += f", a person was waited for {seconds(sum(wait.duration_s or 0.0 for wait in waits))}"
    return Plot(document(width, bottom + 8, body, "Waterfall", told), table(bars, spans), f"Waterfall of {told}")


def timeline(spans: pd.DataFrame, *, by: str = "agent", width: int = 900) -> Plot:
    """What happened when, a lane for each value of `by`; what overlaps in a lane stands below."""
    if by not in spans.columns:
        raise ConfigError(f"The table has no column {by!r}.", "Its columns: " + ", ".join(map(str, spans.columns)))
    chosen = spans[spans["kind"] != "invoke_agent"] if "kind" in spans.columns and (spans["kind"] != "invoke_agent").any() else spans
    begin = chosen["started_at"].min()
    left, right = _NAMES - 60, width - 12
    begun = {span.span_id: (span.started_at - begin).total_seconds() for span in chosen.itertuples()}
    total = max([begun[span.span_id] + _duration(span) for span in chosen.itertuples()], default=0.0)
    scale = (right - left) / total if total > 0 else 0.0
    top, body, drawn = _TOP, [], 0
    for lane, group in chosen.groupby(by, sort=False, dropna=False, observed=True):
        ends: list[float] = []
        body.append(text(6, top + 12, str(lane), bold=True, room=left - 12))
        for span in group.sort_values("started_at").itertuples():
            if drawn >= MOST:
                break
            start = begun[span.span_id]
            row = next((place for place, end in enumerate(ends) if end <= start), len(ends))
            ends[row : row + 1] = [start + _duration(span)]
            body.append(_box(span, left + start * scale, top + _ROW * row + 4, _duration(span) * scale))
            drawn += 1
        top += _ROW * max(1, len(ends)) + 6
    if len(chosen) > MOST:
        body.append(text(6, top + 8, f"and {len(chosen) - MOST:,} more spans, which are in .data", fill=FAINT))
        top += _ROW
    body.insert(0, _axis(left, scale, total, top, width))
    body.append(_legend(dict.fromkeys(str(kind) for kind in chosen["kind"])))
    told = f"{len(chosen):,} spans in {seconds(total)}"
    return Plot(document(width, top + 8, body, "Timeline", told), chosen.reset_index(drop=True), f"Timeline of {told}")


def spans_in_order(spans: pd.DataFrame, waits: Sequence[Waited] = ()) -> Iterator[_Bar]:
    """The spans, and the waits among them, in the order of a tree, each below what it is part of."""
    rows: list[Any] = list(spans.sort_values("started_at", kind="stable").itertuples())
    if not rows:
        return
    first = rows[0].started_at
    busy = max((row.started_at - first).total_seconds() + _duration(row) for row in rows)
    lead = min(busy, max(0.0, *(_since(first, wait) * -1 for wait in waits))) if waits else 0.0
    rows = sorted([*rows, *waits], key=lambda row: row.started_at)
    known = {row.span_id for row in rows}
    inside: dict[Any, list[Any]] = {}
    for row in rows:
        parent = getattr(row, "parent_id", None)
        inside.setdefault(parent if parent in known else None, []).append(row)
    stack = [(0, row) for row in reversed(inside.get(None, []))]
    while stack:
        depth, row = stack.pop()
        start, long = _since(first, row), _duration(row)
        if row.kind == KIND:
            end = min(2 * busy, start + long) if row.duration_s is not None else busy
            start = max(start, -lead)
            long = max(0.0, end - start)
        yield _Bar(depth, start + lead, row, long)
        stack += [(depth + 1, child) for child in reversed(inside.get(row.span_id, []))]


def table(bars: Sequence[_Bar], spans: pd.DataFrame) -> pd.DataFrame:
    """The spans in the order of the bars, with the depth of each and its start in the picture; the columns of `spans` where there is none."""
    import pandas as pd

    if not bars:
        return spans.head(0)
    data = pd.DataFrame([bar.span._asdict() for bar in bars]).drop(columns="Index", errors="ignore")
    data.insert(0, "depth", [bar.depth for bar in bars])
    data.insert(1, "start_s", [bar.start for bar in bars])
    return data


def _since(first: Any, row: Any) -> float:
    return float((row.started_at - first).total_seconds())


def _drawn(bar: _Bar, y: float, left: float, scale: float, right: float) -> str:
    span, indent = bar.span, 12 * min(bar.depth, 8)
    words = in_words(span) + (" · seen in part" if bar.long < _duration(span) else "")
    bad = str(span.status) == "error"
    name = text(6 + indent, y + 13, str(span.name), fill=BAD if bad else "#7b7b7b", room=_NAMES - 14 - indent)
    return name + _box(span, left + bar.start * scale, y + 4, bar.long * scale) + text(right + 10, y + 13, words, room=_WORDS - 14)


def _box(span: Any, x: float, y: float, long: float) -> str:
    """A span's bar, at least a sliver of it, with the wait for its first token darker."""
    if span.kind == KIND:
        return rect(x, y, max(long, 2.0), _BAR, HATCHED, tip=f"{span.name}\n{in_words(span)}\n{span.calls}", stroke=WAIT)
    colour, bad = KINDS.get(str(span.kind), COLOURS[-1]), str(span.status) == "error"
    tip = f"{span.name}\n{in_words(span)}" + (f"\n{span.error}" if bad and isinstance(getattr(span, "error", None), str) else "")
    long = max(long, 2.0)
    drawn = rect(x, y, long, _BAR, colour, tip=tip, opacity=0.45 if str(span.status) == "running" else 0.75, stroke=BAD if bad else "")
    wait = getattr(span, "ttft_s", None)
    if isinstance(wait, float) and wait > 0 and _duration(span) > 0:
        drawn += rect(x, y, min(long, long * wait / _duration(span)), _BAR, colour)
    return drawn


def in_words(span: Any) -> str:
    """The numbers beside a bar: 2.1 s, 120 → 45, $0.001."""
    words = [seconds(_duration(span)) if _number(getattr(span, "duration_s", None)) is not None else "still" if span.kind == KIND else "running"]
    read, written = _number(getattr(span, "input_tokens", None)), _number(getattr(span, "output_tokens", None))
    if read is not None and written is not None:
        words.append(f"{count(read)} → {count(written)}")
    if (cost := _number(getattr(span, "cost_usd", None))) is not None:
        words.append("local" if cost == 0 and _is_local(span) else money(cost))
    return " · ".join(words)


def _is_local(span: Any) -> bool:
    """Whether a machine of the person's own answered, which has no price."""
    said = getattr(span, "attributes", None)
    return isinstance(said, str) and json.loads(said).get("nbagent.cost.source") == "local"


def _number(value: Any) -> float | None:
    try:
        number = float(value)
    except (TypeError, ValueError):
        return None
    return number if number == number else None


def _duration(span: Any) -> float:
    return _number(getattr(span, "duration_s", None)) or 0.0


def _legend(kinds: Iterable[str]) -> str:
    return legend(6, 12, [(_NAMED.get(kind, kind), HATCHED if kind == KIND else KINDS.get(kind, FAINT)) for kind in kinds])


def _axis(left: float, scale: float, total: float, bottom: float, width: float) -> str:
    """The marks of time; words that the edge would cut stand before their mark."""
    marks = []
    for tick in ticks(total):
        x = left + tick * scale
        label = seconds(tick).replace(".0 ", " ") if tick else "0"
        fits = x + 2 + wide(label) <= width
        marks += [line(x, _TOP - 4, x, bottom), text(x + (2 if fits else -2), _TOP - 8, label, fill=FAINT, anchor="start" if fits else "end")]
    return "".join(marks)
