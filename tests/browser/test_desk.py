"""Tools and sessions in JupyterLab's sidebar: what they are, live as cells run, and what a person does with them there."""

from __future__ import annotations

import pytest

pytestmark = [pytest.mark.browser]

SETUP = """%load_ext nbagent
import nbagent
from nbagent.providers.scripted import Scripted, call, reasoning
def answer(request):
    if request.messages[-1].role == "user":
        offered = any(spec.name == "delete_rows" for spec in request.tools)
        return ["I clean up.", call("delete_rows", table="orders")] if offered else "There is nothing that I could do it with."
    return "The tool said: " + " / ".join(result.content for result in request.messages[-1].tool_results)
Scripted([answer], by="calls", loop=True, name="cleaner")
%config NbAgent.model = "scripted:cleaner"
"""
TOOL = """%%tool --approve delete_rows
from typing import Literal
def delete_rows(table: str, limit: int = 10, order: Literal["oldest", "newest"] = "oldest") -> str:
    \"\"\"Delete rows of a table.

    It cannot be undone.

    Args:
        table: The table's name.
    \"\"\"
    return f"deleted {limit} of {table}"
"""
LOOK = """%%tool
def look_at_everything_there_is_in_the_warehouse(at: dict[str, list[int]] | None = None) -> str:
    "Looks."
    return "seen"
"""
CELL = "%%agent -T delete_rows\nClean up."


def ready(page, name, *cells):
    page.notebook(name, [SETUP, TOOL, *cells])
    for index in range(2):
        assert page.run(index)["outputs"] == []
    return 2


def tab(page, name):
    page.page.evaluate("() => window.jupyterapp.commands.execute('nbagent:show-traces')")
    panel = page.page.locator("#nbagent-traces")
    panel.get_by_role("tab", name=name).click()
    return panel.get_by_role("tabpanel", name=name)


def narrow(page, width=250):
    """The sidebar as wide as that."""
    page.page.evaluate(
        """width => {
          const panel = document.querySelector('#nbagent-traces');
          const split = window.jupyterapp.shell._hsplitPanel;
          const all = split.node.clientWidth;
          const sizes = split.relativeSizes();
          const last = sizes.length - 1;
          sizes[last] = width / all;
          sizes[last - 1] = 1 - width / all - sizes.slice(0, last - 1).reduce((a, b) => a + b, 0);
          split.setRelativeSizes(sizes);
        }""",
        width,
    )


def dark(page, on):
    page.theme(dark=on)
    page.page.locator("#jupyterlab-splash").wait_for(state="detached")


def find(page, tab, what, text):
    """Type what is looked for."""
    tab.get_by_role("searchbox", name=f"Filter {what} by text").focus()
    page.page.keyboard.type(text)


def test_tools_are_shown_with_their_source_and_schema_and_follow_the_cells(page, picture):
    first = ready(page, "desk-tools.ipynb", LOOK, TOOL.replace("cannot be undone", "can be undone").replace("limit: int = 10", "limit: int = 20"), "'far down'")
    tools = tab(page, "Tools")
    card = tools.get_by_role("listitem", name="delete_rows")
    card.get_by_text("Delete rows of a table.").wait_for(timeout=20_000)
    assert card.get_by_role("combobox", name="Approval of delete_rows").input_value() == "default"
    assert "As written: asks" in card.inner_text()
    card.get_by_role("button", name="delete_rows").click()
    source = card.get_by_role("region", name="Source of delete_rows")
    source.wait_for(timeout=20_000)
    assert "It cannot be undone." in card.inner_text()
    assert 'return f"deleted {limit} of {table}"' in source.inner_text()
    assert '"oldest" | "newest"' in card.inner_text()
    card.get_by_text("Schema").click()
    assert '"The table\'s name."' in card.get_by_role("region", name="Schema of delete_rows").inner_text()
    picture(page, "light")
    page.run(first)
    tools.get_by_role("listitem", name="look_at_everything_there_is_in_the_warehouse").wait_for(timeout=20_000)
    page.run(first + 1)
    source.get_by_text("limit: int = 20").wait_for(timeout=20_000)
    page.page.evaluate("() => { window.panel.content.activeCellIndex = 4; }")
    card.get_by_role("button", name="Go to cell [4]").click()
    assert page.page.evaluate("() => window.panel.content.activeCellIndex") == first + 1
    find(page, tools, "tools", "looks")
    tools.get_by_text("1 of 2 tools").wait_for()
    assert card.is_hidden()
    picture(page, "found")
    page.page.keyboard.press("Escape")
    card.wait_for()
    narrow(page)
    assert tools.evaluate("element => element.scrollWidth <= element.clientWidth")
    picture(page, "narrow")
    dark(page, on=True)
    picture(page, "dark")
    dark(page, on=False)


def test_a_tool_is_switched_off_and_on_and_asked_about_in_the_panel_and_by_magic(page, picture):
    first = ready(page, "switch.ipynb", "%%agent a -T delete_rows\nClean up.", "%nbagent tools on delete_rows", "%nbagent tools always delete_rows",
                  "%%agent b -T delete_rows\nClean up.", "%%agent c -T delete_rows\nClean up.")  # fmt: skip
    tools = tab(page, "Tools")
    switch = tools.get_by_role("switch", name="Offer delete_rows to the model")
    switch.wait_for(timeout=20_000)
    switch.uncheck()
    tools.locator("[data-on=false]").wait_for(timeout=20_000)
    assert "nothing that I could do it with" in str(page.run(first)["outputs"])
    page.run(first + 1)
    tools.locator("[data-on=true]").wait_for(timeout=20_000)
    assert switch.is_checked()
    mode = tools.get_by_role("combobox", name="Approval of delete_rows")
    page.run(first + 2)
    tools.get_by_text("Until its code is another").wait_for(timeout=20_000)
    assert mode.input_value() == "always"
    picture(page, "always")
    assert "deleted 10 of orders" in str(page.run(first + 3)["outputs"])
    mode.select_option("ask")
    tools.get_by_text("Until its code is another").wait_for(state="hidden", timeout=20_000)
    page.start(first + 4)
    group = page.output(first + 4).get_by_role("group", name="Decide on this call of delete_rows")
    group.get_by_role("button", name="Approve for…").click(timeout=20_000)
    group.get_by_role("button", name="This session").click()
    page.wait(first + 4)
    tools.get_by_text("Approved in c").wait_for(timeout=20_000)
    picture(page, "granted")
    tools.get_by_role("button", name="Ask again for delete_rows in c").click()
    tools.get_by_text("Approved in c").wait_for(state="detached", timeout=20_000)


def test_a_session_is_read_forked_saved_loaded_and_begun_anew(page, picture):
    said = ("%%agent talk\nWhat can you do? " + "word " * 30, "%%agent talk\nAnd now?", "%%agent talk-2\nOn another way.")
    first = ready(page, "sessions.ipynb", *said, "%nbagent sessions")
    sessions = tab(page, "Sessions")
    sessions.get_by_text("No sessions in this kernel yet.").wait_for(timeout=20_000)
    for index in (first, first + 1):
        page.run(index)
    sessions.get_by_role("button", name="talk").click(timeout=20_000)
    messages = sessions.get_by_role("list", name="Conversation").get_by_role("listitem")
    messages.nth(3).wait_for(timeout=20_000)
    assert "And now?" in messages.nth(2).inner_text()
    assert "4 messages" in sessions.inner_text()
    assert "tokens" in sessions.inner_text()
    picture(page, "conversation")
    sessions.get_by_role("button", name="Fork from message 2").click()
    name = sessions.get_by_role("textbox", name="Name")
    assert name.input_value() == "talk-2"
    page.page.keyboard.press("Enter")
    sessions.get_by_text("%%agent talk-2 goes on from here.").wait_for(timeout=20_000)
    messages.nth(2).wait_for(state="detached", timeout=20_000)
    page.run(first + 2)
    messages.nth(3).wait_for(timeout=20_000)
    assert "On another way." in messages.nth(2).inner_text()
    sessions.get_by_role("button", name="Save…").click()
    sessions.get_by_role("textbox", name="File").fill("kept.json")
    page.page.keyboard.press("Enter")
    sessions.get_by_text("Saved as kept.json.").wait_for(timeout=20_000)
    sessions.get_by_role("button", name="Reset…").click()
    picture(page, "reset")
    sessions.get_by_role("button", name="Reset", exact=True).click()
    sessions.get_by_text("Nothing was said in this session yet.").wait_for(timeout=20_000)
    page.page.keyboard.press("Escape")
    sessions.get_by_role("button", name="Load…").click()
    sessions.get_by_role("textbox", name="File").fill("kept.json")
    sessions.get_by_role("textbox", name="Name").fill("talk")
    page.page.keyboard.press("Enter")
    sessions.get_by_text("There is a session 'talk' already.").wait_for(timeout=20_000)
    sessions.get_by_role("button", name="Load…").click()
    sessions.get_by_role("textbox", name="File").fill("kept.json")
    sessions.get_by_role("textbox", name="Name").fill("again")
    page.page.keyboard.press("Enter")
    messages.nth(3).wait_for(timeout=20_000)
    assert "On another way." in messages.nth(2).inner_text()
    shown = str(page.run(first + 3)["outputs"])
    assert all(word in shown for word in ("talk", "talk-2", "again"))
    sessions.get_by_role("button", name="‹ Sessions").click()
    assert sessions.get_by_role("button", name="again").evaluate("el => el === document.activeElement")
    find(page, sessions, "sessions", "talk")
    sessions.get_by_text("2 of 3 sessions").wait_for()
    picture(page, "found")
    page.page.keyboard.press("Escape")
    assert sessions.get_by_role("listitem").count() == 3
    assert sessions.get_by_role("listitem").filter(has_text="local").count() == 2, "what this machine answered has a price, or what was said elsewhere has none"
    narrow(page)
    picture(page, "narrow")
    dark(page, on=True)
    picture(page, "dark")
    dark(page, on=False)
