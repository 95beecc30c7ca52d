"""The trace panel in JupyterLab's sidebar: runs while they run and after, their waterfall, and what is known of a span."""

from __future__ import annotations

import pytest
from panel_page import SETUP, only, panel, ready, runs

pytestmark = [pytest.mark.browser]

MANY = """import nbagent
nested = Scripted([[call("get_weather", city="Oslo")] * 10_000, "Done."], name="many")
def get_weather(city: str) -> str:
    "Weather."
    return "rain"
desk = get_ipython()._nbagent[0].desk
nbagent.Session(nbagent.Agent(model=nested, tools=[get_weather]), trace=desk.trace).run("Everything")
len(desk.trace)"""


def test_a_run_is_in_the_panel_while_it_runs_and_after_with_its_spans_and_their_details(page, picture):
    first = ready(page, "panel.ipynb", "%%agent -m tools -T get_weather\nCoat?", "%%agent b -m slow\nRain?", "'end'")
    traces = panel(page)
    traces.get_by_text("No runs in this notebook yet.").wait_for(timeout=20_000)
    page.run(first)
    runs(traces).filter(has_text="Coat?").wait_for(timeout=20_000)
    page.start(first + 1)
    runs(traces).nth(1).wait_for(timeout=20_000)
    assert "Rain?" in runs(traces).nth(0).inner_text(), "the newest is not the first"
    assert page.running(first + 1)
    runs(traces).filter(has_text="Rain?").click()
    traces.get_by_role("treeitem").nth(1).wait_for(timeout=20_000)
    assert page.running(first + 1), "the spans were only seen after the run"
    picture(page, "running")
    page.output(first + 1).get_by_role("button", name="Stop").click()
    page.wait(first + 1)
    traces.get_by_role("button", name="Runs").click()
    runs(traces).filter(has_text="Coat?").click()
    spans = traces.get_by_role("treeitem")
    spans.nth(4).wait_for(timeout=20_000)
    assert [spans.nth(at).get_attribute("aria-level") for at in range(5)] == ["1", "2", "2", "2", "2"]
    page.page.keyboard.press("End")
    page.page.keyboard.press("ArrowUp")
    page.page.keyboard.press("Enter")
    details = traces.get_by_role("region", name="Details of the span")
    details.get_by_text("There is no such city.").first.wait_for(timeout=20_000)
    assert "nowhere" in details.inner_text()
    assert details.get_by_role("listitem").last.locator("pre").inner_text() == 'if city == "nowhere": raise ValueError("There is no such city.")'
    picture(page, "light")
    page.theme(dark=True)
    page.page.locator("#jupyterlab-splash").wait_for(state="detached")
    picture(page, "dark")
    page.theme(dark=False)
    page.page.evaluate("() => { window.panel.content.activeCellIndex = 0; }")
    traces.get_by_role("button", name="Go to cell").click()
    assert page.page.evaluate("() => window.panel.content.activeCellIndex") == first
    spans.nth(1).click()
    details.get_by_text("Came back").wait_for(timeout=20_000)
    assert "get_weather" in details.inner_text()
    assert "local" in details.inner_text()


def test_runs_are_filtered_by_text_model_and_errors(page):
    first = ready(page, "filter.ipynb", "%%agent -m tools -T get_weather\nParka, or none?", "%%agent b -m slow\nDrizzle, or none?")
    traces = panel(page)
    page.run(first)
    page.start(first + 1)
    runs(traces).nth(1).wait_for(timeout=20_000)
    page.output(first + 1).get_by_role("button", name="Stop").click()
    page.wait(first + 1)
    for scope in ("Notebook", "Kernel", "Machine"):
        traces.get_by_role("radio", name=scope).click()
        text = traces.get_by_role("searchbox", name="Filter runs by text")
        text.fill("drizzle PARKA")  # nothing has both
        traces.get_by_text("No run fits the filter.").wait_for()
        text.fill("parka")
        only(traces, "Parka, or none?")
        text.fill("or none?")  # not what other tests said to the machine
        traces.get_by_role("checkbox", name="Errors").check()
        only(traces, "Parka, or none?")
        traces.get_by_role("checkbox", name="Errors").uncheck()
        traces.get_by_role("combobox", name="Filter runs by model").select_option("slow")
        only(traces, "Drizzle, or none?")
        text.fill("")
        traces.get_by_role("combobox", name="Filter runs by model").select_option("")


def test_ten_thousand_spans_keep_the_page_small(page, picture):
    page.notebook("many.ipynb", [SETUP, MANY])
    page.run(0)
    assert int(page.run(1, timeout=120)["outputs"][0]["data"]["text/plain"]) >= 10_000
    traces = panel(page)
    runs(traces).first.click(timeout=30_000)
    spans = traces.get_by_role("treeitem")
    spans.nth(20).wait_for(timeout=60_000)
    for key in ("PageDown", "End", "Home"):
        page.page.keyboard.press(key)
        page.page.wait_for_timeout(100)
        assert spans.count() < 100
    assert traces.locator("*").count() < 1500
    page.page.keyboard.press("End")
    page.page.wait_for_function("() => document.querySelector('#nbagent-traces [role=treeitem][aria-selected=true]').ariaPosInSet > 10_000")
    picture(page, "end")
