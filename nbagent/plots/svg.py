"""The shapes and words that all plots are made of, as SVG text.

The rule: one picture for light and dark pages (it is shown as an image, which knows nothing of the page's colours), so
all colours are middle tones on no background; nothing in it runs or is fetched. `figure` draws these shapes, and no others, too.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from functools import lru_cache
from html import escape as escape_html
from unicodedata import combining, east_asian_width

TEXT, FAINT, GRID = "#7b7b7b", "#8a8a8a", "#9a9a9a"
BAD = "#d9483b"
COLOURS = ("#4c8dd6", "#e08a3c", "#3fa37a", "#a877d1", "#c9a227", "#c96a8f", "#5aa6b8", "#8c8c5a")
KINDS = {"chat": "#4c8dd6", "execute_tool": "#3fa37a", "invoke_agent": "#9a9a9a", "invoke_workflow": "#6f7f93", "handoff": "#a877d1", "guardrail": "#c9a227"}
WAIT = "#c9862b"
WAITED = "nbagent-waited"
HATCHED = f"url(#{WAITED})"
"""The fill of a time in which nothing ran, in stripes of `WAIT`; `document` brings it."""
STRIPE, STEP = 2, 6  # pixels of a stripe, and from one to the next
_STRIPES = (
    f'<defs><pattern id="{WAITED}" width="{STEP}" height="{STEP}" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
    f'<rect width="{STRIPE}" height="{STEP}" fill="{WAIT}"/></pattern></defs>'
)
SIZE = 11  # pixels of the letters
_WIDE, _LARGE, _BOLD = 6.1, 7.7, 1.12  # pixels of a letter of that size, on average, and of a large one; how much wider bold ones are
_JOINED = "\u200d\ufe0e\ufe0f"  # what joins two signs to one, or says how one is drawn
_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def document(width: float, height: float, body: Sequence[str], title: str, told: str) -> str:
    """The whole picture. `told` is read by who cannot see it."""
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:.0f}" height="{height:.0f}" viewBox="0 0 {width:.0f} {height:.0f}" '
        f'role="img" font-family="system-ui, -apple-system, Segoe UI, Roboto, sans-serif" font-size="{SIZE}">'
    )
    drawn = "".join(body)
    return f"{head}<title>{escape(title)}</title><desc>{escape(told)}</desc>{_STRIPES if HATCHED in drawn else ''}{drawn}</svg>"


def text(x: float, y: float, words: str, *, anchor: str = "start", fill: str = TEXT, bold: bool = False, room: float | None = None) -> str:
    """Words, cut to `room` pixels; the whole is their tooltip then."""
    shown = words if room is None else cut(words, room / _BOLD if bold else room)
    tip = f"<title>{escape(words)}</title>" if shown != words else ""
    weight = ' font-weight="600"' if bold else ""
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="{fill}"{weight}>{tip}{escape(shown)}</text>'


def rect(x: float, y: float, width: float, height: float, fill: str, *, tip: str = "", opacity: float = 1.0, round_: float = 2.0, stroke: str = "") -> str:
    """A box; `tip` is its tooltip."""
    edge = f' stroke="{stroke}" stroke-width="1.5"' if stroke else ""
    inside = f"<title>{escape(tip)}</title>" if tip else ""
    see = f' fill-opacity="{opacity:g}"' if opacity < 1 else ""
    return f'<rect x="{x:.1f}" y="{y:.1f}" width="{max(0.0, width):.1f}" height="{height:.1f}" rx="{round_:g}" fill="{fill}"{see}{edge}>{inside}</rect>'


def line(x1: float, y1: float, x2: float, y2: float, *, stroke: str = GRID, opacity: float = 0.35, wide: float = 1.0) -> str:
    return f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="{stroke}" stroke-opacity="{opacity:g}" stroke-width="{wide:g}"/>'


def cut(words: str, room: float) -> str:
    """The words, or as many as fit, with an ellipsis. A sign that is made of several is cut before or behind it."""
    words = " ".join(words.split())
    if wide(words) <= room:
        return words
    end, taken = 0, _WIDE
    while end < len(words) and (taken := taken + _letter(words[end])) <= room:
        end += 1
    while end and (_letter(words[end]) == 0 or words[end - 1] == _JOINED[0]):
        end -= 1
    return words[:end].rstrip() + "…"


def wide(words: str) -> float:
    """About how many pixels they take."""
    return sum(map(_letter, words))


@lru_cache(2048)
def _letter(letter: str) -> float:
    if combining(letter) or letter in _JOINED:
        return 0.0
    if east_asian_width(letter) in "WF":
        return float(SIZE)
    return _LARGE if letter.isupper() or letter in "mw@%" else _WIDE


def escape(words: str) -> str:
    """For SVG: also without what no XML may hold (half a character, a control character), which a � stands for."""
    return escape_html(_NO_XML.sub("\ufffd", words))


def ticks(high: float, most: int = 6) -> list[float]:
    """Round numbers from 0 to `high`."""
    if not high > 0 or not math.isfinite(high):
        return [0.0]
    rough = high / most
    base = 10.0 ** math.floor(math.log10(rough))
    step = next(base * factor for factor in (1, 2, 5, 10) if base * factor >= rough)
    return [number * step for number in range(int(high / step + 1e-9) + 1)]


def legend(x: float, y: float, entries: Sequence[tuple[str, str]]) -> str:
    """Colours and what they stand for, in a row."""
    parts = []
    for words, colour in entries:
        parts += [rect(x, y - 8, 9, 9, colour, stroke=WAIT if colour == HATCHED else ""), text(x + 13, y, words)]
        x += 13 + wide(words) + 14
    return "".join(parts)


def seconds(value: float) -> str:
    """A duration as people read it: 340 ms, 2.1 s, 3 min 20 s, 14 h 5 min."""
    if not math.isfinite(value):
        return "?"
    if value < 0.9995:
        return f"{value * 1000:.0f} ms"
    if value < 99.5:
        return f"{value:.1f} s"
    minutes, rest = divmod(round(value), 60)
    return f"{minutes} min {rest} s" if minutes < 60 else f"{minutes // 60} h {minutes % 60} min"


def count(value: float) -> str:
    """A number of tokens: 950, 12.3k, 4.5M."""
    if not math.isfinite(value):
        return "?"
    for limit, unit in ((1e6, "M"), (1e4, "k")):
        if value >= limit:
            return f"{value / (1e6 if unit == 'M' else 1e3):.1f}{unit}"
    return f"{value:,.0f}"


def money(value: float) -> str:
    """US dollars: $0.0042, $1.20."""
    if not math.isfinite(value):
        return "unknown"
    if value == 0:
        return "$0"
    return f"${value:.2f}" if value >= 1 else f"${value:.3f}" if value >= 0.01 else f"${value:.2g}" if value < 1e-4 else f"${value:.5f}".rstrip("0")
