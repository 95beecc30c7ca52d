"""The time that a person took in the panel's waterfall: while a cell waits, after it, and between a pause and the cell that carried it on."""

from __future__ import annotations

import pytest
from panel_page import panel, runs

pytestmark = [pytest.mark.browser]

SETUP = """%load_ext nbagent
from nbagent.providers.scripted import Scripted, call, pause
import time
def ask(request):
    if request.messages[-1].role == "user":
        return [pause(0.2), "I clean up.", call("drop_rows", table="orders")]
    return [pause(0.2), "It is done."]
Scripted([ask], by="calls", loop=True, name="waits")
%config NbAgent.model = "scripted:waits"
"""
TOOL = """%%tool --approve drop_rows
def drop_rows(table: str) -> str:
    "Drop rows."
    time.sleep(0.3)
    return "dropped"
"""
PAUSE = "get_ipython().kernel._allow_stdin = False\nget_ipython().run_cell_magic('agent', 'later --new -T drop_rows', 'Pause, then clean up.')"


def decide(page, index, label):
    page.output(index).get_by_role("group", name="Decide on this call of drop_rows").get_by_role("button", name=label, exact=True).click(timeout=20_000)


def test_a_person_is_waited_for_in_a_bar_of_its_own_kind_in_a_cell_and_between_two(page, picture):
    page.notebook("panel-waits.ipynb", [SETUP, TOOL, "%%agent now --new -T drop_rows\nAsk, then clean up.", PAUSE, "%trace waterfall"])
    for index in range(2):
        assert page.run(index)["outputs"] == []
    traces = panel(page)
    page.start(2)
    runs(traces).filter(has_text="Ask, then clean up.").click(timeout=20_000)
    waits = traces.get_by_role("treeitem", name="waits for a person")
    waits.wait_for(timeout=20_000)
    assert page.running(2)
    picture(page, "waiting")
    decide(page, 2, "Approve")
    page.wait(2)
    waited = traces.get_by_role("treeitem", name="waited for a person")
    waited.wait_for(timeout=20_000)
    spans = traces.get_by_role("treeitem")
    assert [spans.nth(at).get_attribute("data-kind") for at in range(5)] == ["run", "chat", "wait", "tool", "chat"]
    assert "drop_rows approved" in waited.get_attribute("aria-label")
    bars = traces.locator(".nba-span-bar").evaluate_all(
        "bars => bars.slice(1, 4).map(bar => [bar.getBoundingClientRect().left, bar.getBoundingClientRect().right])"
    )
    assert bars[0][0] <= bars[1][0] <= bars[1][1] <= bars[2][1]
    assert "gradient" in waited.locator(".nba-span-bar").evaluate("bar => getComputedStyle(bar).backgroundImage")
    waited.click()
    details = traces.get_by_role("region", name="Details of the span")
    assert "Duration" in details.inner_text()
    picture(page, "light")
    page.theme(dark=True)
    picture(page, "dark")
    page.theme(dark=False)
    traces.get_by_role("button", name="Runs").click()
    assert page.run(3)["outputs"][-1]["ename"] == "RunPaused"
    runs(traces).filter(has_text="Pause, then clean up.").click(timeout=20_000)
    waits.wait_for(timeout=20_000)
    decide(page, 3, "Approve")
    page.page.get_by_text("It is done.").nth(1).wait_for(timeout=20_000)
    waited.wait_for(timeout=20_000)
    picture(page, "paused")
    traces.get_by_role("button", name="Runs").click()
    runs(traces).nth(2).wait_for(timeout=20_000)
    runs(traces).first.click()
    waited.wait_for(timeout=20_000)
    assert spans.nth(0).get_attribute("data-kind") == "wait", "what was waited for before the run does not come first"
    last = page.page.evaluate("() => window.panel.content.widgets.length") - 1
    assert "a person was waited for" in str(page.run(last)["outputs"])
    page.output(last).scroll_into_view_if_needed()
    picture(page, "carried-on")
