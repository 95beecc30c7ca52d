"""Notebook 7: what holds in JupyterLab holds there: text streams, clicks are heard, saved runs are drawn, and the panel and commands are there."""

from __future__ import annotations

import pytest

pytest.importorskip("notebook", reason="Notebook 7 is of the extra dev")
pytestmark = [pytest.mark.browser]

SETUP = """%load_ext nbagent
from nbagent.providers.scripted import Scripted, call, reasoning
answer = "It is **raining** in Oslo. " + "Take a coat and a good umbrella with you. " * 30
slow = Scripted([[reasoning("Let me think about the weather. " * 3), answer]], pace=0.02)
ask = Scripted([[call("delete_rows", table="orders")], lambda request: "The tool said: " + request.messages[-1].tool_results[0].content], name="ask")
"""
APPROVE = """%%tool --approve
def delete_rows(table: str) -> str:
    "Delete the rows of a table."
    return f"{table}: 3 rows deleted"
"""
MIME = "application/vnd.nbagent.run+json"


def ready(page, name, *cells):
    page.notebook(name, [SETUP, APPROVE, *cells])
    for index in range(2):
        assert page.run(index)["outputs"] == []
    return 2


def test_text_streams_and_its_transcript_is_drawn_again_without_a_kernel(notebook_page, picture):
    page = notebook_page
    first = ready(page, "nb7-stream.ipynb", "%%agent -m slow\nWhat should I wear?")
    page.start(first)
    page.output(first).get_by_text("raining").wait_for(timeout=20_000)
    assert page.running(first), "the text was only seen after the cell had ended"
    picture(page, "running")
    assert MIME in page.wait(first)["outputs"][0]["data"]
    live = page.output(first).inner_text()
    assert "good umbrella" in live
    picture(page, "light")
    page.save()
    page.open("nb7-stream.ipynb", kernel=False)
    page.output(first).get_by_text("good umbrella").wait_for(timeout=20_000)
    assert page.output(first).inner_text() == live
    page.theme(dark=True)
    page.page.set_viewport_size({"width": 480, "height": 800})
    picture(page, "saved-dark-narrow")
    page.theme(dark=False)


def test_approvals_and_stop_are_clicked_while_the_cell_runs(notebook_page, picture):
    page = notebook_page
    first = ready(page, "nb7-approve.ipynb", "%%agent -m ask -T delete_rows\nClean up.", "%%agent other -m slow\nWhat should I wear?")
    page.start(first)
    approve = page.output(first).get_by_role("button", name="Approve", exact=True)
    approve.wait_for(timeout=20_000)
    assert page.running(first)
    picture(page, "waiting")
    approve.click()
    page.wait(first)
    assert "The tool said: orders: 3 rows deleted" in page.output(first).inner_text()
    page.start(first + 1)
    page.output(first + 1).get_by_text("raining").wait_for(timeout=20_000)
    page.output(first + 1).get_by_role("button", name="Stop").click()
    states = [output["data"][MIME] for output in page.wait(first + 1, timeout=10)["outputs"] if "data" in output]
    assert [state["outcome"] for state in states] == ["cancelled"]


def test_actions_commands_and_the_panel_are_there(notebook_page, picture):
    page = notebook_page
    first = ready(page, "nb7-actions.ipynb", "%%agent help -m slow\nWhat should I wear?")
    page.run(first)
    actions = page.output(first).get_by_role("group", name="Actions on this answer")
    actions.get_by_role("button", name="Continue").click(timeout=10_000)
    page.page.wait_for_function("() => window.panel.content.mode === 'edit'")
    page.page.keyboard.type("And then?")
    page.page.wait_for_function("index => window.panel.content.model.cells.get(index).sharedModel.getSource().endsWith('then?')", arg=first + 1)
    assert page.cell(first + 1)["source"] == "%%agent help -m slow\nAnd then?"
    page.page.evaluate("index => { window.panel.content.activeCellIndex = index; }", first)
    page.page.evaluate("() => window.jupyterapp.commands.execute('nbagent:insert-answer')")
    assert page.cell(first + 1)["cell_type"] == "markdown"
    page.page.evaluate("() => window.jupyterapp.commands.execute('nbagent:show-traces')")
    page.page.locator("#nbagent-traces").get_by_text("help").first.wait_for(timeout=20_000)
    picture(page, "panel")
    page.page.get_by_role("menuitem", name="nbagent", exact=True).click()
    page.page.get_by_role("menuitem", name="Ask Another Model").wait_for()
    picture(page, "menu")
    page.page.keyboard.press("Escape")
    hidden = "() => window.jupyterapp.commands.isVisible('nbagent:settings')"  # Notebook 7 has its settings on a page of their own
    assert page.page.evaluate(hidden) is False


def test_another_model_is_asked_from_the_keyboard_and_a_setting_holds(notebook_page):
    page = notebook_page
    other = "from nbagent.providers.scripted import Scripted\nScripted([lambda request: f'As {request.instructions}'], by='calls', loop=True, name='said')"
    page.page.evaluate("() => window.jupyterapp.serviceManager.settings.save('nbagent-labextension:settings', JSON.stringify({system: 'a poet'}))")
    try:
        first = ready(page, "nb7-models.ipynb", other, "%%agent -m slow\nWho?")
        page.run(first)
        page.run(first + 1)
        page.page.evaluate(
            "index => { const {content} = window.panel; content.activeCellIndex = index; content.mode = 'command'; content.node.focus(); }", first + 1
        )
        page.page.keyboard.press("g")
        page.page.keyboard.press("m")
        page.page.get_by_role("combobox", name="Model").fill("scripted:said")
        page.page.keyboard.press("Enter")
        page.output(first + 2).get_by_text("As a poet").wait_for(timeout=20_000)
        assert page.cell(first + 2)["source"].splitlines()[0] == "%%agent main-2 --fork main -m scripted:said"
    finally:
        page.page.evaluate("() => window.jupyterapp.serviceManager.settings.save('nbagent-labextension:settings', '{}')")
