"""The panel where no kernel can be asked: the server tells of the runs of the machine, and a kernel takes over as soon as there is one."""

from __future__ import annotations

import pytest
from panel_page import only, panel, ready, runs

pytestmark = [pytest.mark.browser]


def test_runs_of_yesterday_are_read_without_opening_a_notebook_and_a_kernel_takes_over(page, lab, picture):
    first = ready(page, "of yesterday.ipynb", "%%agent -m tools -T get_weather\nYesterday?")
    page.run(first)
    page.save()
    page.page.evaluate("async () => { await window.panel.sessionContext.shutdown(); window.panel.close(); }")
    traces = panel(page)
    traces.get_by_text("Open a notebook to see what its agents do.").first.wait_for(timeout=30_000)
    traces.get_by_role("radio", name="Machine", checked=True).wait_for(timeout=20_000)
    traces.get_by_role("searchbox", name="Filter runs by text").fill("Yesterday?")
    only(traces, "Yesterday?")
    picture(page, "list")
    runs(traces).first.click()
    traces.get_by_role("tree", name="Spans of the run").get_by_text("get_weather").first.wait_for(timeout=20_000)
    picture(page, "run")
    traces.get_by_role("button", name="‹ Runs").click()
    traces.get_by_role("tab", name="Tools").click()
    traces.get_by_role("tabpanel", name="Tools").get_by_text("Open a notebook").wait_for(timeout=20_000)
    traces.get_by_role("tab", name="Runs").click()
    traces.get_by_role("searchbox", name="Filter runs by text").fill("")
    ready(page, "of today.ipynb")
    traces.get_by_text("No runs in this notebook yet.").wait_for(timeout=30_000)
    traces.get_by_role("radio", name="Notebook", checked=True).wait_for(timeout=20_000)
    assert not traces.get_by_text("Open a notebook to see what its agents do.").first.is_visible()


def test_the_runs_of_a_notebook_without_a_kernel_are_found_by_its_cells(page, lab, picture):
    first = ready(page, "no kernel.ipynb", "%%agent -m tools -T get_weather\nBefore it went?")
    page.run(first)
    traces = panel(page)
    runs(traces).filter(has_text="Before it went?").wait_for(timeout=20_000)
    page.page.evaluate("async () => { await window.panel.sessionContext.shutdown(); }")
    traces.get_by_text("This notebook has no kernel").first.wait_for(timeout=20_000)
    assert traces.get_by_role("radio", name="Notebook").get_attribute("aria-checked") == "true"
    runs(traces).filter(has_text="Before it went?").wait_for(timeout=20_000)
    picture(page, "notebook")
