"""Runs of the machine in the panel: of other notebooks and earlier kernels, thousands of them, the way to their cells, and what is said where
there is nobody to ask."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing

import nbformat
import pytest
from panel_page import only, panel, ready, runs

pytestmark = [pytest.mark.browser]
COAT = "%%agent -m tools -T get_weather\nCoat?"
ACTIVE = "() => [window.jupyterapp.shell.currentWidget.context.path, window.jupyterapp.shell.currentWidget.content.activeCellIndex]"


def scope(traces, name):
    traces.get_by_role("radio", name=name).click()


def note(traces, text):
    return traces.get_by_role("tabpanel", name="Runs").get_by_text(text)


def test_runs_of_another_notebook_are_found_and_lead_to_their_cells(page, lab, picture):
    first = ready(page, "far away.ipynb", COAT.replace("Coat?", "Far away?"), "%%agent -m warm -T get_weather\nGone soon?")
    page.run(first)
    page.run(first + 1)
    page.save()
    page.page.evaluate("async () => { await window.panel.sessionContext.shutdown(); window.panel.close(); }")
    saved = nbformat.read(lab.root / "far away.ipynb", 4)
    del saved.cells[first + 1]
    nbformat.write(saved, lab.root / "far away.ipynb")
    ready(page, "here.ipynb")
    traces = panel(page)
    traces.get_by_text("No runs in this notebook yet.").wait_for(timeout=20_000)
    scope(traces, "Machine")
    traces.get_by_role("searchbox", name="Filter runs by text").fill("Gone soon?")
    only(traces, "Gone soon?")
    runs(traces).first.click()
    door = traces.get_by_role("button", name="Open far away.ipynb")
    door.wait_for(timeout=20_000)
    picture(page, "closed")
    door.click()
    page.page.get_by_role("alert").get_by_text("The cell is no longer in far away.ipynb.").wait_for(timeout=20_000)
    picture(page, "gone")
    # JupyterLab raises an error where a notebook is closed before its session is there
    page.page.evaluate("async () => { const open = window.jupyterapp.shell.currentWidget; await open.sessionContext.ready; open.close(); }")
    page.page.evaluate("() => window.jupyterapp.shell.activateById(window.panel.id)")
    scope(traces, "Machine")
    traces.get_by_role("searchbox", name="Filter runs by text").fill("Far away?")
    only(traces, "Far away?")
    runs(traces).first.click()
    traces.get_by_role("button", name="Open far away.ipynb").click()
    page.page.wait_for_function(f"at => JSON.stringify(({ACTIVE})()) === JSON.stringify(at)", arg=["far away.ipynb", first], timeout=20_000)


def test_runs_of_a_notebook_are_there_after_its_kernel_and_while_another_runs_and_a_kernel_that_is_gone_is_told(page):
    first = ready(page, "ran-again.ipynb", COAT.replace("Coat?", "Before?"), "%%agent b -m slow\nMeanwhile?")
    traces = panel(page)
    page.run(first)
    runs(traces).filter(has_text="Before?").wait_for(timeout=20_000)
    page.page.evaluate("async () => { await window.panel.sessionContext.session.kernel.restart(); }")
    note(traces, "This kernel has not loaded nbagent.").wait_for(timeout=30_000)
    page.run(0)
    page.run(1)
    runs(traces).filter(has_text="Before?").wait_for(timeout=20_000)
    scope(traces, "Kernel")
    traces.get_by_text("No runs in this kernel yet.").wait_for(timeout=20_000)
    scope(traces, "Notebook")
    page.start(first + 1)
    runs(traces).filter(has_text="Meanwhile?").wait_for(timeout=20_000)
    assert page.running(first + 1)
    page.output(first + 1).get_by_role("button", name="Stop").click()
    page.wait(first + 1)
    runs(traces).filter(has_text="Before?").click()
    spans = traces.get_by_role("treeitem")
    spans.nth(4).wait_for(timeout=20_000)
    spans.nth(3).click()
    details = traces.get_by_role("region", name="Details of the span")
    details.get_by_text("There is no such city.").first.wait_for(timeout=20_000)
    spans.nth(1).click()
    details.get_by_text("Raw request and response").click()
    details.get_by_role("heading", name="Request").wait_for(timeout=20_000)
    page.page.evaluate("async () => { await window.panel.sessionContext.shutdown(); }")
    note(traces, "This notebook has no kernel").wait_for(timeout=20_000)
    page.page.evaluate("() => window.panel.sessionContext.startKernel()")
    note(traces, "This kernel has not loaded nbagent.").wait_for(timeout=30_000)


def grown(path, times):
    """The last run of the file again and again, each a day's work later than the one before."""
    with closing(sqlite3.connect(path, timeout=30)) as connection:
        names = [row[1] for row in connection.execute("PRAGMA table_info(runs)") if row[1] != "id"]
        new = {
            "run_id": "'many' || n.i",
            "input_preview": "'Number ' || n.i || '.'",
            "started_at": "started_at - 1000000000 * n.i",
            "cell_id": "NULL",
            "notebook": "NULL",
            "kernel_id": "NULL",
        }
        connection.execute(
            f"""WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {times})
                INSERT INTO runs ({", ".join(names)}) SELECT {", ".join(new.get(name, name) for name in names)}
                FROM runs, n WHERE runs.id = (SELECT max(id) FROM runs)"""
        )
        connection.commit()


def test_twenty_thousand_runs_are_scrolled_and_filtered(page, lab, picture):
    first = ready(page, "thousands.ipynb", COAT)
    page.run(first)
    traces = panel(page)
    runs(traces).first.wait_for(timeout=20_000)
    grown(lab.data / "trace.db", 20_000)
    scope(traces, "Machine")
    page.page.wait_for_function("() => Number(document.querySelector('#nbagent-traces [role=option]')?.ariaSetSize) > 20_000", timeout=30_000)
    traces.get_by_role("listbox", name="Runs").focus()
    page.page.keyboard.press("End")
    runs(traces).filter(has_text="Number 19").first.wait_for(timeout=20_000)
    traces.get_by_role("listbox", name="Runs").evaluate("list => { list.scrollTop = list.scrollHeight / 2; }")
    runs(traces).filter(has_text=re.compile(r"Number (9|10)\d{3}\.")).first.wait_for(timeout=20_000)  # other tests' runs stand among them
    assert runs(traces).count() < 100
    picture(page, "middle")
    traces.get_by_role("searchbox", name="Filter runs by text").fill("number 12345.")
    only(traces, "Number 12345.")
    scope(traces, "Notebook")
    traces.get_by_role("searchbox", name="Filter runs by text").fill("")
    picture(page, "notebook")
    only(traces, "Coat?")
