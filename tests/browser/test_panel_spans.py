"""The waterfall in the panel by wheel, keys and pointer; two runs compared; and a narrow panel."""

from __future__ import annotations

import pytest
from panel_page import panel, ready, runs

pytestmark = [pytest.mark.browser]
BAR = (
    "place => { const bar = document.querySelectorAll('#nbagent-traces .nba-span-bar')[place]; return bar.hidden ? null : bar.getBoundingClientRect().width; }"
)


def opened(page, name, *cells):
    first = ready(page, name, *cells)
    for place in range(len(cells)):
        page.run(first + place)
    traces = panel(page)
    runs(traces).nth(len(cells) - 1).wait_for(timeout=20_000)
    return traces


def narrow(page, traces, width):
    box = traces.bounding_box()
    edge = box["x"] - 2
    page.page.mouse.move(edge, 500)
    page.page.mouse.down()
    page.page.mouse.move(edge + box["width"] - width, 500, steps=5)
    page.page.mouse.up()


def test_time_is_zoomed_and_moved_by_keys_wheel_and_pointer_and_branches_fold(page, picture):
    traces = opened(page, "zoom.ipynb", "%%agent -m tools -T get_weather\nCoat?")
    runs(traces).first.click()
    spans = traces.get_by_role("treeitem")
    spans.nth(4).wait_for(timeout=20_000)
    page.page.keyboard.press("ArrowLeft")
    assert (spans.count(), spans.first.get_attribute("aria-expanded")) == (1, "false")
    page.page.keyboard.press("ArrowRight")
    assert (spans.count(), spans.first.get_attribute("aria-expanded")) == (5, "true")
    spans.first.locator(".nba-twist").click()
    assert spans.count() == 1
    spans.first.locator(".nba-twist").click()
    wide = lambda: page.page.evaluate(BAR, 2)  # noqa: E731  of the first tool call
    whole = wide()
    page.page.keyboard.press("+")
    assert wide() == pytest.approx(whole * 1.6, rel=0.05)
    page.page.keyboard.press("-")
    assert wide() == pytest.approx(whole, rel=0.05)
    spans.nth(2).locator(".nba-span-bar").hover()
    page.page.keyboard.down("Control")
    page.page.mouse.wheel(0, -300)
    page.page.keyboard.up("Control")
    page.page.wait_for_function(f"whole => ({BAR})(2) > whole * 1.5", arg=whole)
    assert "zoomed" in traces.locator(".nba-waterfall").evaluate("el => el.dataset.zoomed === 'true' ? 'zoomed' : ''")
    picture(page, "zoomed")
    traces.get_by_role("button", name="The whole run (0)").click()
    assert wide() == pytest.approx(whole, rel=0.05)
    axis, bar = traces.locator(".nba-axis-track").bounding_box(), spans.nth(2).locator(".nba-span-bar").bounding_box()
    page.page.mouse.move(bar["x"], axis["y"] + 5)
    page.page.mouse.down()
    page.page.mouse.move(bar["x"] + bar["width"], axis["y"] + 5, steps=4)
    page.page.mouse.up()
    assert wide() == pytest.approx(axis["width"], rel=0.1)
    page.page.mouse.move(bar["x"], bar["y"] + 3)
    page.page.mouse.down()
    page.page.mouse.move(bar["x"] + axis["width"] / 3, bar["y"] + 3, steps=4)
    page.page.mouse.up()
    assert wide() == pytest.approx(axis["width"] * 2 / 3, rel=0.15)
    assert traces.get_by_role("region", name="Details of the span").is_hidden(), "a drag was taken for a click"


def test_two_runs_are_compared_side_by_side_also_in_a_narrow_panel(page, picture):
    traces = opened(
        page, "compare.ipynb", "%%agent a -m tools -T get_weather\nDo I need a coat today?", "%%agent b -m warm -T get_weather\nDo I need a coat tomorrow?"
    )
    traces.get_by_role("listbox", name="Runs").focus()
    page.page.keyboard.press("End")
    page.page.keyboard.press("m")
    traces.get_by_text("Mark another run to compare it with.").wait_for()
    page.page.keyboard.press("Home")
    page.page.keyboard.press("m")
    traces.get_by_role("button", name="Compare").click()
    found = traces.get_by_role("region", name="Two runs compared")
    found.get_by_role("heading", name="Prompt").wait_for(timeout=30_000)
    rows = {row[0]: row[1:] for row in found.locator("tr").evaluate_all("rows => rows.map(row => [...row.cells].map(cell => cell.textContent))")}
    assert rows["model"] == ["weather", "weather-2"]
    assert rows["Errors"][:2] == ["1", "0"]
    assert rows["Cost"] == ["local", "local", ""]
    assert rows["Tool calls"][2].startswith("-1")
    assert found.locator("del").first.inner_text() == "today"
    assert found.locator("ins").first.inner_text() == "tomorrow"
    picture(page, "wide")
    narrow(page, traces, 250)
    picture(page, "narrow")
    assert found.evaluate("el => el.scrollWidth <= el.clientWidth + 1"), "it is wider than the panel"
    page.theme(dark=True)
    page.page.locator("#jupyterlab-splash").wait_for(state="detached")
    picture(page, "dark")
    page.theme(dark=False)
    found.get_by_role("group", name="Run B").get_by_role("button", name="Spans").click()
    traces.get_by_role("treeitem").nth(3).wait_for(timeout=20_000)
    picture(page, "narrow-run")
