"""Every kind of plot as a matplotlib Figure, PNG, PDF, HTML and SVG, whatever its names hold."""

from __future__ import annotations

import sys
import tomllib
from collections.abc import Callable
from html.parser import HTMLParser
from io import BytesIO
from itertools import pairwise
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import matplotlib as mpl
import pandas as pd
import pytest
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen
from matplotlib import font_manager
from PIL import Image

import nbagent
from nbagent.agent import Agent
from nbagent.errors import ConfigError, MissingExtra
from nbagent.messages import TextPart, ToolCallPart, Usage
from nbagent.plots.plot import Plot
from nbagent.plots.svg import cut, wide
from tests.kernel import a_kernel
from tests.stories import Story

NAMES = (
    r"cost_in_$_of_\alpha^$",
    "$x^2$ \\frac{",
    "<b>bold</b> & 'it' \"said\"",
    "ابحث عن الطقس",
    "a_tool_with_a_rather_long_name_" * 4,
    "GET_ALL_OF_IT_" * 6,
    "half \x1b[31m\x00",
)


def told() -> Story:
    story = Story()
    story.begin(agent="$adviser$")
    for name in NAMES:
        step = story.ask(model=f"model of {name}")
        story.wait(1.5)
        call = ToolCallPart("c", name, "{}")
        story.answer(step, TextPart("x"), call, usage=Usage(1_200_000, 100, 400, 0, 30), cost=0.01, model=f"model of {name}")
        tool = story.call(call)
        story.wait(0.5)
        story.result(tool, call, "boom", "error" if name == NAMES[0] else "ok")
    story.end()
    return story


def weather(city: str) -> str:
    """The weather."""
    return city


KINDS: dict[str, Callable[[], Plot]] = {
    "waterfall": lambda: told().trace.waterfall(),
    "waterfall with a wait": lambda: waiting(),
    "timeline": lambda: told().trace.df.nbagent.timeline(by="name"),
    "tokens": lambda: told().trace.calls().nbagent.tokens(),
    "cost": lambda: told().trace.calls().nbagent.cost(),
    "latency": lambda: told().trace.calls().nbagent.latency(),
    "graph": lambda: nbagent.draw_graph(Agent(NAMES[1], model="scripted:a", tools=[weather])),
    "nothing": lambda: told().trace.df.head(0).nbagent.waterfall(),
}
every_kind = pytest.mark.parametrize("kind", KINDS)


def waiting() -> Plot:
    """A run that was paused, and the one that carried it on three seconds later."""
    spans = told().trace.df
    later = spans.assign(
        run_id="s", span_id="s." + spans["span_id"], parent_id="s." + spans["parent_id"], started_at=spans["started_at"] + pd.Timedelta(20, "s")
    )
    spans.loc[spans["kind"] == "execute_tool", "status"] = "paused"
    plot = pd.concat([spans, later]).nbagent.waterfall()
    assert "waited for a person" in plot.svg
    return plot


def shapes(plot: Plot, kind: str) -> list[Any]:
    return [shape for shape in ElementTree.fromstring(plot.svg) if shape.tag.endswith(f"}}{kind}")]


def words(plot: Plot) -> list[str]:
    """What stands in the SVG, without tooltips."""
    return [" ".join("".join([shape.text or "", *(child.tail or "" for child in shape)]).split()) for shape in shapes(plot, "text")]


def pixels(png: bytes) -> Image.Image:
    return Image.open(BytesIO(png)).convert("RGBA")


@every_kind
def test_a_figure_has_the_words_of_the_svg_where_they_are_there(kind: str) -> None:
    plot = KINDS[kind]()
    (axes,) = plot.figure().axes
    assert [text.get_text() for text in axes.texts] == words(plot)
    assert [text.get_position() for text in axes.texts] == [(float(shape.get("x")), float(shape.get("y"))) for shape in shapes(plot, "text")]


@every_kind
def test_a_png_has_the_boxes_of_the_svg_in_their_colours(kind: str) -> None:
    plot = KINDS[kind]()
    picture = pixels(plot.png(dpi=96))
    assert picture.size == tuple(int(ElementTree.fromstring(plot.svg).get(name, "")) for name in ("width", "height"))
    boxes = [{name: float(shape.get(name, 1)) for name in ("x", "y", "width", "height", "fill-opacity")} | shape.attrib for shape in shapes(plot, "rect")]
    for number, box in enumerate(boxes):
        x, y, long, high = (float(box[name]) for name in ("x", "y", "width", "height"))
        at = round(x + 4), round(y + high - 3)  # clear of words and of what stands in the middle
        over = any(float(other["x"]) - 1 <= at[0] <= float(other["x"]) + float(other["width"]) + 1 and float(other["y"]) == y for other in boxes[number + 1 :])
        crossed = any(abs(float(mark.get(name)) - at[0]) < 2 for mark in shapes(plot, "line") for name in ("x1", "x2"))
        dotted = any(abs(float(dot.get("cx")) - at[0]) < 6 for dot in shapes(plot, "circle"))
        if long < 9 or over or crossed or dotted or box["fill"].startswith("url"):
            continue
        red, green, blue, alpha = picture.getpixel(at)
        assert (red, green, blue) == pytest.approx([int(box["fill"][place : place + 2], 16) for place in (1, 3, 5)], abs=3)
        assert alpha / 255 == pytest.approx(float(box["fill-opacity"]), abs=0.02)


def test_a_time_in_which_a_person_was_waited_for_is_striped() -> None:
    plot = waiting()
    (box,) = [box for box in shapes(plot, "rect") if box.get("fill").startswith("url") and float(box.get("width")) > 30]
    x, y = round(float(box.get("x"))), round(float(box.get("y")))
    picture = pixels(plot.png(dpi=96))
    crossed = [picture.getpixel((x + step, y + 6))[3] > 128 for step in range(4, 28)]
    assert sum(a != b for a, b in pairwise(crossed)) >= 4


@every_kind
def test_the_page_shows_through_and_no_word_is_cut_by_the_edge(kind: str) -> None:
    plot = KINDS[kind]()
    picture = pixels(plot.png())
    wide, high = picture.size
    assert {picture.getpixel(at)[3] for at in ((0, 0), (wide - 1, 0), (0, high - 1), (wide - 1, high - 1))} == {0}
    drawn = plot.figure()
    drawn.savefig(BytesIO())
    for text in drawn.axes[0].texts:
        around = text.get_window_extent()
        assert around.x0 >= 0, text
        assert around.x1 <= drawn.bbox.width, text


def test_dollars_and_backslashes_are_letters_also_where_the_settings_say_tex() -> None:
    plot = KINDS["tokens"]()
    plain = plot.png()
    with mpl.rc_context({"text.usetex": True, "figure.autolayout": True, "axes.grid": True, "lines.linewidth": 9, "hatch.linewidth": 9, "font.size": 40}):
        assert plot.png() == plain


def test_the_settings_choose_the_letters_and_stay_as_they_are() -> None:
    plot = KINDS["waterfall"]()
    with mpl.rc_context({"font.family": "DejaVu Serif"}):
        before = dict(mpl.rcParams)
        assert plot.figure().axes[0].texts[0].get_fontname() == "DejaVu Serif"
        assert dict(mpl.rcParams) == before
    with mpl.rc_context({"font.family": "No Such Font"}):
        plot.png()
    assert plot.figure().axes[0].texts[0].get_fontname() == "DejaVu Sans"


def font(path: Path, letter: str) -> None:
    """A font with one letter, a black square."""
    pen = TTGlyphPen(None)
    for point, go in (((0, 0), pen.moveTo), ((0, 800), pen.lineTo), ((800, 800), pen.lineTo), ((800, 0), pen.lineTo)):
        go(point)
    pen.closePath()
    built = FontBuilder(1000, isTTF=True)
    built.setupGlyphOrder([".notdef", "one"])
    built.setupCharacterMap({ord(letter): "one"})
    built.setupGlyf({".notdef": TTGlyphPen(None).glyph(), "one": pen.glyph()})
    built.setupHorizontalMetrics({".notdef": (500, 0), "one": (900, 0)})
    built.setupHorizontalHeader(ascent=900, descent=-200)
    built.setupNameTable({"familyName": "One Letter", "styleName": "Regular"})
    built.setupOS2(sTypoAscender=900, usWinAscent=900, usWinDescent=200)
    built.setupPost()
    built.save(path)


def named(name: str) -> Plot:
    return nbagent.draw_graph(Agent(name, model="scripted:a"))


def test_a_letter_that_the_chosen_font_lacks_comes_from_another_of_the_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    letter = "\U000323ae"  # of the newest block, which no other font has
    font(tmp_path / "one.ttf", letter)
    monkeypatch.setattr(font_manager.fontManager, "ttflist", list(font_manager.fontManager.ttflist))
    font_manager.fontManager.addfont(tmp_path / "one.ttf")
    drawn = named(f"agent {letter}").figure()
    (text,) = [text for text in drawn.axes[0].texts if letter in text.get_text()]
    assert text.get_fontfamily()[-1] == "One Letter"
    drawn.savefig(BytesIO())


def test_a_letter_that_no_font_has_is_a_box_and_is_said_once() -> None:
    plot = named("agent \U000323ae and \U000323ae")
    with pytest.warns(UserWarning, match="No font of this machine that matplotlib can use has \U000323ae: drawn as □") as said:
        drawn = plot.figure()
    assert [warning.filename for warning in said] == [__file__]
    drawn.savefig(BytesIO())
    assert "agent □ and □" in [text.get_text() for text in drawn.axes[0].texts]


@pytest.mark.parametrize(("name", "begin"), [("a.png", b"\x89PNG"), ("a.PDF", b"%PDF"), ("a.svg", b"<svg"), ("a.html", b"<!doctype html>")])
def test_a_picture_is_saved_by_its_ending(name: str, begin: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    KINDS["waterfall"]().save(f"~/{name}")
    assert (tmp_path / name).read_bytes().startswith(begin)


def test_the_dots_to_the_inch_are_how_large_it_is(tmp_path: Path) -> None:
    plot = KINDS["cost"]()
    small, large = pixels(plot.png(dpi=96)).size, pixels(plot.png(dpi=288)).size
    assert large == (3 * small[0], 3 * small[1])
    plot.save(tmp_path / "a.png", dpi=288)
    assert pixels((tmp_path / "a.png").read_bytes()).size == large
    with pytest.raises(ConfigError, match="0 dots"):
        plot.png(dpi=0)


@pytest.mark.parametrize("name", ["a.jpg", "a", "a.svgz", ".png"])
def test_another_ending_is_refused_and_nothing_is_written(name: str, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"\.svg, \.html, \.png or \.pdf"):
        KINDS["cost"]().save(tmp_path / name)
    assert not list(tmp_path.iterdir())


def test_without_matplotlib_one_line_names_the_extra_and_the_rest_works(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib.backends.backend_agg", None)
    monkeypatch.delitem(sys.modules, "nbagent.plots.figure", raising=False)
    plot = KINDS["waterfall"]()
    for asked in (plot.figure, plot.png, lambda: plot.save(tmp_path / "a.png"), lambda: plot.save(tmp_path / "a.pdf")):
        with pytest.raises(MissingExtra) as caught:
            asked()
        assert caught.value.lines == ['A picture as PNG, PDF or a Figure needs matplotlib: pip install "nbagent[plot]"']
    plot.save(tmp_path / "a.svg")
    plot.save(tmp_path / "a.html")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.html", "a.svg"]
    extras = tomllib.loads((Path(__file__).parents[1] / "pyproject.toml").read_text())["project"]["optional-dependencies"]
    assert extras["plot"] == ["matplotlib>=3.9"]
    assert "nbagent[plot]" in extras["lab"]


class Read(HTMLParser):
    """The elements of a page, and the words of its table."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.cells: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        self.tags.append(tag)
        assert not any(name.startswith("on") or name in ("href", "src") for name, _ in attrs)
        if tag in ("td", "th"):
            self.cells.append("")

    def handle_data(self, data: str) -> None:
        if self.cells:
            self.cells[-1] += data


@every_kind
def test_html_has_tooltips_and_numbers_and_nothing_that_runs(kind: str) -> None:
    plot = KINDS[kind]()
    read = Read(plot.html())
    assert {"svg", "title", "details", "summary", "table"} <= set(read.tags)
    assert not {"script", "b", "style", "iframe"} & set(read.tags)
    assert read.cells[: len(plot.data.columns)] or not len(plot.data)
    assert read.tags.count("tr") == len(plot.data) + 1
    assert plot.html()._repr_html_() == str(plot.html())


def test_the_table_of_html_has_names_as_they_are_and_numbers_as_people_read_them() -> None:
    cells = Read(KINDS["tokens"]().html()).cells
    assert f"model of {NAMES[2]}" in cells
    assert "1,199,600" in cells


def test_beyond_its_limit_the_table_says_how_much_more_there_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("nbagent.plots.page.MOST", 3)
    html = KINDS["waterfall"]().html()
    assert Read(html).tags.count("tr") == 4
    assert f"and {2 * len(NAMES) + 1 - 3} more, which are in .data" in html


def test_two_pictures_of_a_page_share_no_id() -> None:
    one, other = waiting(), waiting()
    other.svg = other.svg.replace("$adviser$", "another")
    ids = [
        ElementTree.fromstring(plot.html().split("<details>")[0].partition('auto">')[2].removesuffix("</div>")).find(".//*[@id]").get("id")
        for plot in (one, other)
    ]  # type: ignore[union-attr]
    assert ids[0] != ids[1]
    assert f'fill="url(#{ids[0]})"' in one.html()


def test_words_are_cut_to_the_room_that_they_have_in_any_script() -> None:
    for name in (*NAMES, "東京の天気を調べる" * 5, "🚀" * 40, "e\u0301" * 60):
        assert wide(cut(name, 150)) <= 150
        assert cut(name, 150) == " ".join(name.split()) or cut(name, 150).endswith("…")
    family = "\U0001f469\u200d\U0001f467"
    assert cut(family * 20, 100).removesuffix("…") == family * (len(cut(family * 20, 100)) // 3)
    assert cut("e\u0301" * 60, 100).endswith("e\u0301…")


@pytest.mark.kernel
def test_a_notebook_shows_a_figure_once_with_pyplot_and_without(tmp_path: Path) -> None:
    with a_kernel(tmp_path) as kernel:
        kernel.ok("import nbagent, sys\nplot = nbagent.draw_graph(nbagent.Agent('a', model='scripted:a'))")
        assert [sorted(output) for output in kernel.ok("plot.figure()").outputs] == [["image/png", "text/plain"]]
        assert kernel.value("'matplotlib.pyplot' in sys.modules") is False
        kernel.ok("import matplotlib.pyplot as plt")
        assert [sorted(output) for output in kernel.ok("plot.figure()").outputs] == [["image/png", "text/plain"]]
        assert kernel.ok("figure, data = plot.figure(), plot.png()").outputs == []
        assert kernel.value("plt.get_fignums()") == []
        assert [sorted(output) for output in kernel.ok("plot.html()").outputs] == [["text/html", "text/plain"]]
