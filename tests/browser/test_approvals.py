"""Approvals on a page: every argument is seen, changed in fields or as JSON, and approved for once or for longer, in the cell and after it."""

from __future__ import annotations

from importlib.util import find_spec

import pytest

pytestmark = [pytest.mark.browser]

SETUP = """%load_ext nbagent
import nbagent
from nbagent.providers.scripted import Scripted, call
def ask(request):
    if request.messages[-1].role == "user":
        return ["I clean up.", call("delete_rows", table="orders", where={"status": "draft"})]
    return "Tools said: " + " / ".join(result.content for result in request.messages[-1].tool_results)
Scripted([ask], by="calls", loop=True, name="ask")
Scripted([lambda request: [call("delete_rows", table=t) for t in ("orders", "drafts")] if request.messages[-1].role == "user" else "Done."],
         by="calls", loop=True, name="two")
%config NbAgent.model = "scripted:ask"
ran = []
"""
TOOL = """%%tool --approve
from typing import Annotated, Literal
from pydantic import Field, AfterValidator
def known(table: str) -> str:
    if table not in ("orders", "drafts"): raise ValueError(f"there is no table {table!r}")
    return table
def delete_rows(table: Annotated[str, AfterValidator(known)], limit: Annotated[int, Field(ge=1, le=500)] = 10, dry_run: bool = True,
                order: Literal["oldest", "newest"] = "oldest", where: dict[str, str] | None = None, note: str | None = None) -> str:
    "Delete rows of a table. It cannot be undone.\\n\\nArgs:\\n    table: The table's name.\\n    limit: At most so many rows."
    ran.append((table, limit, dry_run, order, where, note))
    return f"deleted {limit} of {table}"
"""
CELL = "%%agent --new -T delete_rows\nClean up."
PAUSE = "get_ipython().kernel._allow_stdin = False\nget_ipython().run_cell_magic('agent', {!r}, 'Clean up.')"


def ready(page, name, *cells):
    page.notebook(name, [SETUP, TOOL, *cells])
    for index in range(2):
        assert page.run(index)["outputs"] == []
    return 2


def value(page, index):
    return page.run(index)["outputs"][0]["data"]["text/plain"]


def decision(page, index, name="delete_rows"):
    found = page.output(index).get_by_role("group", name=f"Decide on this call of {name}")
    found.first.wait_for(timeout=20_000)
    return found


def test_every_argument_is_seen_and_changed_in_fields_whose_errors_are_said_before_the_call(page, picture):
    first = ready(page, "form.ipynb", CELL, "ran")
    page.start(first)
    group = decision(page, first)
    card = page.output(first).locator(".nba-args")
    assert card.inner_text().split() == ["table", '"orders"', "where", '{"status":', '"draft"}', "limit", "10", "default", "dry_run", "true", "default",
                                         "order", '"oldest"', "default", "note", "null", "default"]  # fmt: skip
    picture(page, "card")
    group.get_by_role("button", name="Edit…").click()
    limit = group.get_by_role("spinbutton", name="limit")
    assert (limit.input_value(), group.get_by_role("checkbox", name="dry_run").is_checked()) == ("10", True)
    assert group.get_by_role("combobox", name="order").input_value() == '"oldest"'
    limit.fill("0")
    group.get_by_role("textbox", name="where").fill('{"status": 3}')
    group.get_by_role("button", name="Approve with these arguments").click()
    assert limit.get_attribute("aria-invalid") == "true"
    assert "must be at least 1" in group.inner_text()
    assert "where.status: must be a text" in group.inner_text()
    picture(page, "errors")
    page.theme(dark=True)
    page.page.locator("#jupyterlab-splash").wait_for(state="detached")
    picture(page, "errors-dark")
    page.theme(dark=False)
    assert page.running(first)
    limit.fill("20")
    group.get_by_role("textbox", name="where").fill('{"status": "old"}')
    group.get_by_role("checkbox", name="dry_run").uncheck()
    group.get_by_role("combobox", name="order").select_option("newest")
    table = group.get_by_role("textbox", name="table")
    table.fill("users")
    group.get_by_role("button", name="Approve with these arguments").click()
    group.get_by_text("there is no table 'users'").wait_for(timeout=20_000)
    assert page.running(first), "arguments that only the kernel can refuse were not asked for again"
    picture(page, "kernel")
    table.fill("drafts")
    page.page.keyboard.press("Control+Enter")
    page.wait(first)
    assert value(page, first + 1) == "[('drafts', 20, False, 'newest', {'status': 'old'}, None)]"


def test_fields_and_json_are_the_same_arguments_and_an_empty_form_asks_for_nothing(page):
    first = ready(page, "json.ipynb", CELL, "ran")
    page.start(first)
    group = decision(page, first)
    group.get_by_role("button", name="Edit…").click()
    group.get_by_role("spinbutton", name="limit").fill("7")
    group.get_by_role("button", name="Edit as JSON").click()
    text = group.get_by_role("textbox", name="Arguments as JSON")
    assert text.input_value() == '{\n  "table": "orders",\n  "limit": 7,\n  "where": {\n    "status": "draft"\n  }\n}'
    text.fill('{"table": "drafts", "limits": 1}')
    group.get_by_role("button", name="Approve with these arguments").click()
    assert "limits: is not one of" in group.inner_text()
    text.fill('{"table": "drafts", "note": "old"}')
    group.get_by_role("button", name="Edit in fields").click()
    assert group.get_by_role("textbox", name="note").input_value() == "old"
    page.page.keyboard.press("Escape")
    group.get_by_role("button", name="Reject…").click()
    group.get_by_role("textbox", name="Reason").fill("Not on Fridays.")
    page.page.keyboard.press("Enter")
    cell = page.wait(first)
    assert "Reason: Not on Fridays." in str(cell["outputs"])
    assert value(page, first + 1) == "[]"


def test_a_call_is_approved_for_the_session_or_for_good_until_the_code_is_another(page, picture):
    other = TOOL.replace("It cannot be undone.", "It can be undone.")
    cells = [f"%%agent {name} -T delete_rows\n{prompt}" for name, prompt in (("main", "Again."), ("other", "Clean up."), ("third", "Clean up."))]
    first = ready(page, "longer.ipynb", CELL, *cells, other, "%%agent third -T delete_rows\nOnce more.", "len(ran)")
    page.start(first)
    group = decision(page, first)
    group.get_by_role("button", name="Approve for…").click()
    picture(page, "choices")
    group.get_by_role("button", name="This session").click()
    page.wait(first)
    assert "runs without asking: you approved it in this session" in str(page.run(first + 1)["outputs"])
    page.start(first + 2)
    group = decision(page, first + 2)
    group.get_by_role("button", name="Approve for…").click()
    group.get_by_role("button", name="Always").click()
    page.wait(first + 2)
    assert "you approved it in this kernel" in str(page.run(first + 3)["outputs"])
    page.run(first + 4)
    page.start(first + 5)
    decision(page, first + 5).get_by_role("button", name="Approve", exact=True).click()
    page.wait(first + 5)
    assert value(page, first + 6) == "5"


def test_a_run_that_paused_is_decided_after_its_cell_and_two_of_them_do_not_mix(page, picture):
    first = ready(page, "after.ipynb", PAUSE.format("one --new -T delete_rows"), PAUSE.format("two --new -m scripted:two -T delete_rows"), "ran")
    for index in (first, first + 1):
        assert page.run(index)["outputs"][-1]["ename"] == "RunPaused"
    page.page.evaluate("() => window.panel.context.save()")
    group = decision(page, first)
    group.get_by_role("button", name="Edit…").click()
    group.get_by_role("textbox", name="table").fill("users")
    group.get_by_role("button", name="Approve with these arguments").click()
    group.get_by_text("there is no table 'users'").wait_for(timeout=20_000)
    picture(page, "refused")
    group.get_by_role("textbox", name="table").fill("drafts")
    group.get_by_role("button", name="Approve with these arguments").click()
    page.page.get_by_text("deleted 10 of drafts").first.wait_for(timeout=20_000)
    cells = page.page.evaluate("() => window.panel.content.widgets.length")
    at = next(index for index in range(cells) if "two --new" in page.cell(index)["source"])
    both = decision(page, at)
    assert both.count() == 2
    both.nth(0).get_by_role("button", name="Approve for…").click()
    both.nth(0).get_by_role("button", name="This session").click()
    page.output(at + 1).get_by_text("Done.").wait_for(timeout=20_000)
    last = page.page.evaluate("() => window.panel.content.widgets.length") - 1
    assert value(page, last).split("\n ") == ["[('drafts', 10, True, 'oldest', {'status': 'draft'}, None),", "('orders', 10, True, 'oldest', None, None),",
                                               "('drafts', 10, True, 'oldest', None, None)]"]  # fmt: skip


@pytest.mark.skipif(find_spec("notebook") is None, reason="Notebook 7 is of the extra dev")
def test_in_notebook_7_a_paused_run_is_decided_after_its_cell_on_a_narrow_page(notebook_page, picture):
    page = notebook_page
    page.page.set_viewport_size({"width": 480, "height": 900})
    first = ready(page, "nb7-after.ipynb", PAUSE.format("one --new -T delete_rows"), "ran")
    assert page.run(first)["outputs"][-1]["ename"] == "RunPaused"
    group = decision(page, first)
    group.get_by_role("button", name="Edit…").click()
    group.get_by_role("spinbutton", name="limit").fill("3")
    page.output(first).evaluate("element => element.scrollIntoView()")
    picture(page, "narrow")
    assert group.evaluate("element => element.scrollWidth <= element.clientWidth + 1")
    group.get_by_role("button", name="Approve with these arguments").click()
    page.page.get_by_text("deleted 3 of orders").first.wait_for(timeout=20_000)
    assert value(page, first + 2) == "[('orders', 3, True, 'oldest', {'status': 'draft'}, None)]"


def test_a_restarted_kernel_carries_the_run_on_and_asks_again_about_what_was_approved_before(page, picture):
    first = ready(page, "restart.ipynb", PAUSE.format("one --new -T delete_rows"), "nbagent.tool_rules.always(delete_rows)", "nbagent.tool_rules")
    assert page.run(first)["outputs"][-1]["ename"] == "RunPaused"
    page.run(first + 1)
    page.page.evaluate("async () => { await window.panel.sessionContext.session.kernel.restart(); }")
    decision(page, first).get_by_role("button", name="Approve", exact=True).click()
    decision(page, first).get_by_text("this kernel has not loaded nbagent").wait_for(timeout=20_000)
    picture(page, "not-loaded")
    sources = page.page.evaluate("() => window.panel.content.widgets.map(cell => cell.model.sharedModel.getSource())")
    assert not any(source.startswith("%agent --raw") for source in sources), "a cell was made that cannot run"
    for index in range(2):
        page.run(index)
    assert value(page, first + 2) == "ToolRules()"
    group = decision(page, first)
    group.get_by_role("button", name="Approve for…").click()
    group.get_by_role("button", name="Always").click()
    page.page.get_by_text("deleted 10 of orders").first.wait_for(timeout=20_000)
    assert value(page, first + 3) == "ToolRules(always: delete_rows)"


def test_a_card_whose_kernel_ends_is_decided_no_more_and_says_why(page, picture):
    first = ready(page, "ended.ipynb", CELL)
    page.start(first)
    decision(page, first).get_by_role("button", name="Edit…").click()
    page.page.evaluate("async () => { await window.panel.sessionContext.session.kernel.restart(); }")
    page.output(first).get_by_text("The kernel ended before this run did.").wait_for(timeout=20_000)
    assert page.output(first).get_by_role("group", name="Decide on this call of delete_rows").count() == 0
    assert page.output(first).get_by_role("button", name="Stop").count() == 0
    assert page.output(first).get_by_text("cancelled").count() == 1
    picture(page, "ended")


def test_the_keyboard_alone_approves_and_stays_in_the_cell(page):
    first = ready(page, "approve-keys.ipynb", CELL, "ran")
    page.page.evaluate("first => { const notebook = window.panel.content; notebook.activeCellIndex = first; notebook.mode = 'command'; }", first)
    page.start(first)
    approve = decision(page, first).get_by_role("button", name="Approve", exact=True)
    approve.focus()
    page.page.keyboard.press("Enter")
    page.page.keyboard.press("Enter")  # once more by mistake
    page.wait(first)
    assert page.page.evaluate("() => document.activeElement.closest('.jp-Cell') === window.panel.content.activeCell.node")
    assert value(page, first + 1).count("orders") == 1


def test_what_is_approved_is_seen_however_long_a_name_is_and_whatever_turns_a_text(page, picture):
    name = "a_parameter_with_a_name_" + "that_does_not_end_" * 4
    tool = f"%%tool --approve\ndef open_file(path: str, {name}: int = 3) -> str:\n    'Open a file.'\n    return path"
    steps = "Scripted([[call('open_file', path='report\\u202egnp.exe')], 'Done.'], name='spoof')"
    page.notebook("spoof.ipynb", [SETUP + steps, tool, "%%agent --new -m scripted:spoof -T open_file\nOpen it."])
    for index in range(2):
        page.run(index)
    page.start(2)
    decision(page, 2, "open_file")
    card = page.output(2).locator(".nba-args")
    assert "\\u202egnp.exe" in card.inner_text(), "it looks as if it ended otherwise"
    value = card.locator(".nba-value").first
    assert value.evaluate("value => value.getBoundingClientRect().width") > card.evaluate("card => card.clientWidth") / 2
    picture(page, "card")
