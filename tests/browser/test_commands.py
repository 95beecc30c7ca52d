"""The menu, the palette and the shortcuts; and another model's answer beside the first."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

pytestmark = [pytest.mark.browser]

SETUP = """%load_ext nbagent
from nbagent.providers.scripted import Scripted
def said(request):
    return "|".join(message.text.strip() for message in request.messages if message.role == "user")
Scripted([lambda request: "One heard " + said(request)], by="calls", loop=True, name="one")
Scripted([lambda request: "Two heard " + said(request)], by="calls", loop=True, name="two")
slow = Scripted(["Word after word. " * 200], pace=0.05)
"""
SCHEMA = json.loads((Path(__file__).parents[2] / "labextension" / "schema" / "settings.json").read_text())


def ready(page, name, *cells):
    page.notebook(name, [SETUP, *cells])
    assert page.run(0)["outputs"] == []
    return 1


def activate(page, index):
    page.page.evaluate(
        "index => { window.panel.content.activeCellIndex = index; window.panel.content.mode = 'command'; window.panel.content.node.focus(); }", index
    )


def source(page, index):
    return page.page.evaluate("index => window.panel.content.model.cells.get(index)?.sharedModel.getSource() ?? ''", index)


def test_another_model_answers_the_same_prompt_at_the_same_place_beside_the_first(page, picture):
    first = ready(page, "models.ipynb", "%%agent trip -m scripted:one\nWhere?", "%%agent trip -m scripted:one\nAnd when?", "'scripted:two'")
    page.run(first)
    page.run(first + 1)
    page.output(first + 1).get_by_role("button", name="Other model").click(timeout=10_000)
    box = page.page.get_by_role("combobox", name="Model")
    box.wait_for()
    options = page.page.get_by_role("listbox", name="Models").get_by_role("option")
    options.filter(has_text="anthropic:").first.wait_for(timeout=10_000)  # the kernel's
    picture(page, "chooser")
    box.fill("anthropic:")
    page.page.wait_for_function("() => document.querySelectorAll('.nba-choose-option').length > 3")
    assert all(text.startswith("anthropic:") for text in options.all_inner_texts())
    page.page.keyboard.press("ArrowDown")
    assert [option.get_attribute("aria-selected") for option in options.all()[:2]] == ["false", "true"]
    page.theme(dark=True)
    picture(page, "typed-dark")
    page.theme(dark=False)
    box.fill("scripted:two")
    page.page.keyboard.press("Enter")
    page.output(first + 2).get_by_text("Two heard Where?|And when?").wait_for(timeout=20_000)
    assert source(page, first + 2) == "%%agent trip-2 --fork trip -m scripted:two\nAnd when?"
    assert "One heard Where?|And when?" in page.output(first + 1).inner_text(), "the first answer went"
    picture(page, "both")
    activate(page, first + 1)
    page.page.keyboard.press("g")
    page.page.keyboard.press("m")
    box.wait_for()
    assert options.first.inner_text() == "scripted:two", "what was chosen last does not come first"
    page.page.keyboard.press("Escape")
    assert source(page, first + 3) == "'scripted:two'", "leaving the dialog did something"


def test_the_menu_has_every_command_and_says_what_can_be_done(page, picture):
    first = ready(page, "menu.ipynb", "%%agent -m scripted:one\nWhere?")
    page.run(first)
    activate(page, first)
    page.page.get_by_role("menuitem", name="nbagent", exact=True).click()
    menu = page.page.locator(".lm-Menu").last
    menu.wait_for()
    picture(page, "open")
    shown = menu.locator(".lm-Menu-item[data-type=command]")
    labels = [label.strip() for label in shown.locator(".lm-Menu-itemLabel").all_inner_texts()]
    disabled = [label.strip() for label in menu.locator(".lm-mod-disabled .lm-Menu-itemLabel").all_inner_texts()]
    assert labels == [
        "Insert Agent Cell Below", "Run Agent Cell", "Stop the Running Agent", "Run the Prompt Again", "Ask Another Model…", "Copy the Answer",
        "Read the Answer Aloud", "Insert the Answer as Cells Below", "Continue the Conversation Below", "Show Agent Traces", "nbagent Settings…",
    ]  # fmt: skip
    assert disabled == ["Stop the Running Agent"]
    page.page.keyboard.press("Escape")


def test_shortcuts_do_what_the_menu_says_and_collide_with_none_of_jupyterlabs(page):
    first = ready(page, "keys.ipynb", "%%agent -m slow\nWhere?", "'after'")
    bound = page.page.evaluate("() => window.jupyterapp.commands.keyBindings.map(each => [each.command, [...each.keys]])")
    ours = {tuple(keys): command for command, keys in bound if command.startswith("nbagent:")}
    assert set(ours.values()) == {each["command"] for each in SCHEMA["jupyter.lab.shortcuts"]}
    others = [tuple(keys) for command, keys in bound if not command.startswith("nbagent:")]
    assert not [keys for keys in ours for other in others if keys[: len(other)] == other or other[: len(keys)] == keys]
    page.start(first)
    page.output(first).get_by_text("Word after word").wait_for(timeout=20_000)
    activate(page, first)
    page.page.keyboard.press("g")
    page.page.keyboard.press("s")
    page.wait(first, timeout=20)
    activate(page, first)
    page.page.keyboard.press("g")
    page.page.keyboard.press("a")
    page.page.wait_for_function("() => window.panel.content.mode === 'edit'")
    page.page.keyboard.type("Hello")
    page.page.wait_for_function("index => window.panel.content.model.cells.get(index).sharedModel.getSource() === '%%agent\\nHello'", arg=first + 1)
    page.page.keyboard.type(" g a")
    assert page.page.evaluate("() => window.panel.content.model.cells.length") == 4, "a shortcut was taken while typing"
