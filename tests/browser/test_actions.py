"""What can be done with an answer in JupyterLab: by the buttons under it, by keyboard, and as commands."""

from __future__ import annotations

import pytest

pytestmark = [pytest.mark.browser]

SETUP = """%load_ext nbagent
from nbagent.providers.scripted import Scripted
code = "Use a list:\\n\\n```python\\nrows = [1, 2]\\n```\\n\\nThat is all."
coder = Scripted([code, "A second answer.", "A third answer."], name="coder", pace=0.01)
"""
ASK = """async expression => {
  const kernel = window.panel.sessionContext.session.kernel;
  const reply = await kernel.requestExecute({code: '', user_expressions: {value: expression}}).done;
  return reply.content.user_expressions.value.data['text/plain'];
}"""
LABELS = ["Copy", "Read aloud", "Retry", "Other model", "Insert as cells", "Continue"]


def ready(page, name, *cells):
    page.notebook(name, [SETUP, *cells])
    assert page.run(0)["outputs"] == []
    return 1


def buttons(page, index):
    return page.output(index).get_by_role("group", name="Actions on this answer").get_by_role("button")


def button(page, index, name):
    return buttons(page, index).and_(page.page.get_by_role("button", name=name))


def sources(page):
    cells = page.page.evaluate("() => window.panel.content.model.sharedModel.toJSON().cells")
    return [(cell["cell_type"], "".join(cell["source"])) for cell in cells]


def test_an_answer_is_copied_run_again_and_put_into_cells_by_its_buttons(page, picture):
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    first = ready(page, "actions.ipynb", "%%agent help -m coder\nHow?", "'after'")
    page.run(first)
    buttons(page, first).first.wait_for(timeout=10_000)
    assert [button.get_attribute("aria-label") for button in buttons(page, first).all()] == LABELS
    picture(page, "light")
    button(page, first, "Copy").click()
    page.output(first).get_by_text("Copied").wait_for()
    assert page.page.evaluate("() => navigator.clipboard.readText()") == "Use a list:\n\n```python\nrows = [1, 2]\n```\n\nThat is all."
    button(page, first, "Insert as cells").click()
    made = sources(page)
    assert made[first + 1 : first + 5] == [("markdown", "Use a list:"), ("code", "rows = [1, 2]"), ("markdown", "That is all."), ("code", "'after'")]
    button(page, first, "Retry").click()
    page.page.wait_for_function("index => window.panel.content.model.cells.get(index).executionCount === 3", arg=first, timeout=20_000)
    page.output(first).get_by_text("Use a list").wait_for(timeout=20_000)
    page.theme(dark=True)
    picture(page, "dark")
    page.theme(dark=False)


def test_a_conversation_is_continued_in_a_new_cell_that_has_the_cursor(page, picture):
    first = ready(page, "continue.ipynb", "%%agent help -m coder --new\nHow?", "'after'")
    page.run(first)
    button(page, first, "Continue").focus()
    page.page.keyboard.press("Enter")
    page.page.wait_for_function("() => window.panel.content.mode === 'edit'")
    page.page.keyboard.type("And then?")
    page.page.wait_for_function("index => window.panel.content.model.cells.get(index).sharedModel.getSource().endsWith('then?')", arg=first + 1)
    assert sources(page)[first + 1] == ("code", "%%agent help -m coder\nAnd then?")
    picture(page, "typed")
    page.run(first + 1)
    page.output(first + 1).get_by_text("A second answer.").wait_for(timeout=20_000)
    count = "sum(message.role == 'user' for message in get_ipython()._nbagent[0].desk.sessions['help'].messages)"
    assert page.page.evaluate(ASK, count) == "2", "the new cell went on with another conversation"


def test_what_is_done_with_an_answer_is_in_the_palette_and_without_a_kernel_too(page):
    first = ready(page, "palette.ipynb", "%%agent -m coder\nHow?")
    page.run(first)
    page.save()
    page.again()
    page.open("palette.ipynb", kernel=False)
    buttons(page, first).first.wait_for(timeout=20_000)
    assert [button.get_attribute("aria-label") for button in buttons(page, first).all()] == LABELS
    page.page.evaluate("index => { window.panel.content.activeCellIndex = index; }", first)
    enabled = "names => names.map(name => window.jupyterapp.commands.isEnabled(`nbagent:${name}-answer`))"
    names = ["copy", "speak", "retry", "model", "insert", "continue"]
    assert page.page.evaluate(enabled, names) == [True] * 6
    page.page.evaluate("() => window.jupyterapp.commands.execute('nbagent:insert-answer')")
    assert [kind for kind, _ in sources(page)] == ["code", "code", "markdown", "code", "markdown"]
    page.page.evaluate("index => { window.panel.content.activeCellIndex = index; }", 0)
    assert page.page.evaluate(enabled, names) == [False] * 6


def test_a_view_that_stands_in_no_notebook_offers_only_to_copy_and_to_read(page):
    first = ready(page, "elsewhere.ipynb", "%%agent -m coder\nHow?")
    page.run(first)
    page.page.evaluate("index => { window.panel.content.activeCellIndex = index; }", first)
    page.page.evaluate("() => window.jupyterapp.commands.execute('notebook:create-output-view')")
    view = page.page.locator(".jp-LinkedOutputView, .jp-MainAreaWidget").last
    view.get_by_text("Use a list").wait_for(timeout=20_000)
    assert [button.get_attribute("aria-label") for button in view.locator(".nba-action:visible").all()] == ["Copy", "Read aloud"]
