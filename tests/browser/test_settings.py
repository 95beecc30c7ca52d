"""JupyterLab's settings hold in the kernels of its notebooks: those that start or are started again, and at once when they are changed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

pytestmark = [pytest.mark.browser]

LOAD = """%load_ext nbagent
from nbagent.providers.scripted import Scripted
Scripted([lambda request: f"As {request.instructions}"], by="calls", loop=True, name="said")
"""
FOUND = """from nbagent.notebook.config import find_effective
[tuple(find_effective(get_ipython())[name]) for name in ("system", "max_steps")]"""
FILE = "nbagent-labextension:settings"
SCHEMA = Path(__file__).parents[2] / "labextension" / "schema" / "settings.json"


@pytest.fixture
def form(page):
    """The settings editor on our settings; each test leaves none behind."""
    page.page.evaluate("() => window.jupyterapp.commands.execute('settingeditor:open', {query: 'nbagent'})")
    page.page.locator('input[id$="_max_steps"]').wait_for(timeout=20_000)
    yield
    page.page.evaluate("id => window.jupyterapp.serviceManager.settings.save(id, '{}')", FILE)


def fill(page, name, value):
    """Type a setting, and wait until it is saved, as the page says."""
    with page.page.expect_response(lambda response: "nbagent-labextension" in response.url and response.request.method == "PUT"):
        page.page.locator(f'input[id$="_{name}"]').fill(value)


def found(page, index):
    return page.run(index)["outputs"][-1]["data"]["text/plain"]


def test_what_a_setting_is_for_is_said_once(page, form, picture):
    picture(page, "once")
    shown = page.page.locator(".jp-SettingsForm :is(.field-description, .jp-FormGroup-description)").filter(visible=True).all_inner_texts()
    said = [each["description"] for each in json.loads(SCHEMA.read_text())["properties"].values()]
    assert sorted(text for text in shown if text in said) == sorted(said)


def test_a_setting_holds_in_a_new_kernel_a_restarted_one_and_at_once_when_it_is_changed(page, form, picture):
    fill(page, "system", "a poet, très bon 🙂")
    picture(page, "form")
    page.notebook("settings.ipynb", [LOAD, FOUND, "%%agent -m scripted:said\nWho?", "%config NbAgent.max_steps = 3", FOUND])
    page.page.evaluate("async () => { window.jupyterapp.commands.execute('notebook:run-all-cells'); }")
    page.output(2).get_by_text("As a poet, très bon 🙂").wait_for(timeout=30_000)
    page.output(4).get_by_text("%config NbAgent").wait_for(timeout=20_000)
    assert page.cell(1)["outputs"][0]["data"]["text/plain"] == "[('a poet, très bon 🙂', \"JupyterLab's settings\"), (20, 'default')]"
    assert page.cell(4)["outputs"][0]["data"]["text/plain"] == "[('a poet, très bon 🙂', \"JupyterLab's settings\"), (3, '%config NbAgent')]"
    assert page.run(0)["execution_count"] == 6, "what the kernel is told counts as a cell"
    page.page.evaluate("() => window.jupyterapp.commands.execute('settingeditor:open', {query: 'nbagent'})")
    fill(page, "max_steps", "7")
    page.open("settings.ipynb")
    assert "(3, '%config NbAgent')" in found(page, 1), "a setting of JupyterLab went before one of the notebook"
    page.page.evaluate("async () => { await window.panel.sessionContext.restartKernel(); window.jupyterapp.commands.execute('notebook:run-all-cells'); }")
    page.page.wait_for_function("() => window.panel.content.model.cells.get(2).executionCount === 3", timeout=20_000)
    assert '(7, "JupyterLab\'s settings")' in page.cell(1)["outputs"][0]["data"]["text/plain"]


def test_a_notebook_of_somebody_who_set_nothing_is_told_nothing(page):
    page.notebook("untold.ipynb", ["hasattr(get_ipython(), 'nbagent_page_settings')"])
    assert page.run(0)["outputs"][0]["data"]["text/plain"] == "False"
