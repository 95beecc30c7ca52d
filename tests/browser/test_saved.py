"""Runs that older versions saved are drawn without a kernel, in JupyterLab and in Notebook 7; of what is not known yet the page says so."""

from __future__ import annotations

import json
from importlib.util import find_spec
from pathlib import Path

import nbformat
import pytest
from lab import NotebookPage, Page

pytestmark = [pytest.mark.browser]

MIME = "application/vnd.nbagent.run+json"
SAVED = sorted((Path(__file__).parents[1] / "fixtures" / "saved").glob("*.json"))


@pytest.mark.parametrize(
    "kind", [Page, pytest.param(NotebookPage, marks=pytest.mark.skipif(find_spec("notebook") is None, reason="notebook is of the extra dev"))]
)
def test_runs_of_every_shape_that_was_ever_saved_are_drawn(lab, browser, picture, kind):
    states = [state for path in SAVED for state in json.loads(path.read_text())]
    states.append(states[0] | {"v": 99})
    outputs = [nbformat.v4.new_output("display_data", data={MIME: state, "text/plain": "no extension"}) for state in states]
    cells = [nbformat.v4.new_code_cell("%%agent\nAgain?", outputs=[output], id=f"c{number}") for number, output in enumerate(outputs)]
    made = nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}})
    nbformat.write(made, lab.root / "shapes.ipynb")
    page = kind(browser, lab, height=5000)
    page.open("shapes.ipynb", kernel=False)
    shown = page.page.locator(".jp-OutputArea .nba")
    page.page.wait_for_function("count => document.querySelectorAll('.jp-OutputArea .nba').length === count", arg=len(states) - 1, timeout=30_000)
    outcomes = shown.evaluate_all("views => views.map(view => view.dataset.outcome)")
    assert outcomes == [state["outcome"] for state in states[:-1]]
    assert page.page.get_by_text("no extension").count() == 0
    page.page.get_by_text("This run was saved by another version of nbagent").wait_for()
    picture(page, "light")
    page.close()
    assert not [error for error in page.errors if "nbagent" in error]  # ipywidgets' own part of the page raises where there was never a kernel
