"""The shapes of `svg`, drawn onto a matplotlib Figure: the same picture, to be changed, printed and put into papers.

The rule: pyplot, the backend and matplotlib's settings stay as they are, so that nothing is shown twice; and words are words, whatever
`$` and `\\` they hold.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from io import BytesIO
from itertools import groupby
from typing import TYPE_CHECKING
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from nbagent.errors import ConfigError, MissingExtra
from nbagent.plots.svg import HATCHED, SIZE, STEP, STRIPE, WAIT, wide

try:
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.collections import LineCollection
    from matplotlib.colors import to_rgba
    from matplotlib.figure import Figure
    from matplotlib.font_manager import FontProperties
    from matplotlib.lines import Line2D
    from matplotlib.patches import BoxStyle, FancyBboxPatch

    from nbagent.plots import fonts
except ImportError as error:
    raise MissingExtra('A picture as PNG, PDF or a Figure needs matplotlib: pip install "nbagent[plot]"') from error

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_PIXELS = 96  # of an SVG, to the inch
_POINT = 72 / _PIXELS  # of a pixel
_SAMPLE = "execute_tool get_weather 12,345 → 67 · 2.1 s · claude-haiku"
_SIDES = {"start": "left", "middle": "center", "end": "right"}
_WEIGHTS = {"": "normal", "600": "bold"}


class Drawn(Figure):
    """A Figure that a notebook shows also where pyplot was never imported."""

    def _repr_png_(self) -> tuple[bytes, dict[str, int]]:
        wide, high = self.get_size_inches() * _PIXELS
        return written(self, "png", 2 * _PIXELS), {"width": round(wide), "height": round(high)}


def figure(svg: str) -> Figure:
    """The picture on one Axes that covers the Figure and measures in the SVG's pixels, from the upper left."""
    root = ElementTree.fromstring(svg)  # noqa: S314  what `svg` wrote
    width, height = float(root.attrib["width"]), float(root.attrib["height"])
    drawn = Drawn(figsize=(width / _PIXELS, height / _PIXELS), dpi=_PIXELS, facecolor="none", edgecolor="none")
    drawn.set_layout_engine("none")
    FigureCanvasAgg(drawn)
    axes = drawn.add_axes((0, 0, 1, 1), frameon=False, xlim=(0, width), ylim=(height, 0), autoscale_on=False)
    axes.set_axis_off()
    shapes = [shape for shape in root if _kind(shape) in ("rect", "line", "circle", "text")]
    families, lacking = fonts.chosen([_SAMPLE, *(_words(shape) for shape in shapes if _kind(shape) == "text")])
    if lacking:
        fonts.warn(lacking)
    letters = FontProperties(family=families, size=_size(axes, families))
    for order, ((kind, _), same) in enumerate(groupby(shapes, _alike)):
        match kind:
            case "text":
                for shape in same:
                    _text(axes, shape, letters, lacking, order)
            case "circle":
                _circles(axes, list(same), order)
            case "line":
                for shape in same:
                    _line(axes, shape, order)
            case "rect":
                for shape in same:
                    _rect(axes, shape, order)
    return drawn


def written(drawn: Figure, ending: str, dpi: float) -> bytes:
    """The Figure as a file of that ending."""
    if not 0 < dpi < math.inf:
        raise ConfigError(f"A picture cannot have {dpi} dots to the inch.", mend="Take 96 for the size on a screen, 300 for print.")
    file = BytesIO()
    drawn.savefig(file, format=ending, dpi=dpi)
    return file.getvalue()


def _kind(shape: Element) -> str:
    return shape.tag.rpartition("}")[2]


def _alike(shape: Element) -> tuple[str, tuple[str, ...]]:
    """Circles that follow one another and look alike are drawn as one."""
    kind = _kind(shape)
    return kind, tuple(shape.get(name, "") for name in ("r", "fill", "fill-opacity")) if kind == "circle" else ()


def _number(shape: Element, name: str, default: float = 0.0) -> float:
    return float(shape.get(name, default))


def _words(shape: Element) -> str:
    """What stands there; the tooltip is an element of its own."""
    return " ".join("".join([shape.text or "", *(child.tail or "" for child in shape)]).split())


def _size(axes: Axes, families: list[str]) -> float:
    """Points of letters that take no more room than the SVG gives them, whatever font it is."""
    sample = axes.text(0, 0, _SAMPLE, family=families, size=SIZE * _POINT, parse_math=False, usetex=False)
    taken = sample.get_window_extent().width
    sample.remove()
    return SIZE * _POINT * min(1.0, wide(_SAMPLE) / taken)


def _text(axes: Axes, shape: Element, letters: FontProperties, lacking: str, order: int) -> None:
    weight = _WEIGHTS[shape.get("font-weight", "")]
    font = letters.copy()
    font.set_weight(weight)
    axes.text(
        _number(shape, "x"), _number(shape, "y"), fonts.boxed(_words(shape), lacking), color=shape.attrib["fill"], fontproperties=font, zorder=order,
        ha=_SIDES[shape.get("text-anchor", "start")], va="baseline", parse_math=False, usetex=False,
    )  # fmt: skip


def _line(axes: Axes, shape: Element, order: int) -> None:
    x1, y1, x2, y2 = (_number(shape, name) for name in ("x1", "y1", "x2", "y2"))
    axes.add_line(
        Line2D(
            (x1, x2), (y1, y2), color=shape.attrib["stroke"], alpha=_number(shape, "stroke-opacity", 1.0), zorder=order,
            linewidth=_number(shape, "stroke-width", 1.0) * _POINT, linestyle="-", marker="", solid_capstyle="butt",
        )
    )  # fmt: skip


def _circles(axes: Axes, shapes: list[Element], order: int) -> None:
    across = 2 * _number(shapes[0], "r") * _POINT
    axes.scatter(
        [_number(shape, "cx") for shape in shapes], [_number(shape, "cy") for shape in shapes], s=across**2, color=shapes[0].attrib["fill"],
        alpha=_number(shapes[0], "fill-opacity", 1.0), marker="o", linewidths=0, zorder=order,
    )  # fmt: skip


def _rect(axes: Axes, shape: Element, order: int) -> None:
    x, y, wide, high, round_ = (_number(shape, name) for name in ("x", "y", "width", "height", "rx"))
    fill, stroke = shape.get("fill", "none"), shape.get("stroke", "none")
    hatched = fill == HATCHED
    box = FancyBboxPatch(
        (x, y), wide, high, boxstyle=BoxStyle.Round(pad=0, rounding_size=min(round_, wide / 2, high / 2)), linewidth=_number(shape, "stroke-width") * _POINT,
        linestyle="-", facecolor="none" if hatched else to_rgba(fill, _number(shape, "fill-opacity", 1.0)), edgecolor=stroke, hatch=None, zorder=order,
    )  # fmt: skip
    axes.add_patch(box)
    if hatched:
        stripes = LineCollection(list(_stripes(x, y, wide, high)), colors=WAIT, linewidths=STRIPE * _POINT, linestyles="-", capstyle="butt", zorder=order)
        axes.add_collection(stripes, autolim=False)
        stripes.set_clip_path(box)


def _stripes(x: float, y: float, wide: float, high: float) -> Iterator[list[tuple[float, float]]]:
    """The lines across a box that the SVG's pattern has there: those where x + y is half a stripe beyond a whole number of steps."""
    step = STEP * math.sqrt(2)
    at = math.floor((x + y) / step) * step + STRIPE / math.sqrt(2)
    while at < x + y + wide + high + step:
        yield [(at - y + high, y - high), (at - y - 2 * high, y + 2 * high)]
        at += step
