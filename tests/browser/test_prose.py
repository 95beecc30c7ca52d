"""Cells of %%agent are prose in the editor: Markdown, with what the notebook fills in marked."""

from __future__ import annotations

import pytest

pytestmark = [pytest.mark.browser]

PROMPT = "%%agent -m small --output-type list[str]\n# A trip\nIs it **cold** in {{ city }}?\n{% if warm %}No coat.{% endif %}"


def test_a_cell_is_prose_while_its_first_line_says_so(page, picture):
    page.notebook("prose.ipynb", [PROMPT, "x = {{1: 2}}\n# code"])
    cells = page.page.locator(".jp-Notebook .jp-CodeCell .cm-content")
    cells.nth(0).locator(".nba-filled-in").first.wait_for(timeout=20_000)
    assert cells.nth(0).locator(".nba-filled-in").all_inner_texts() == ["{{ city }}", "{% if warm %}", "{% endif %}"]
    assert cells.nth(0).locator(".nba-command").inner_text() == "%%agent -m small --output-type list[str]"
    looks = "line => [line, ...line.querySelectorAll('*')].map(each => getComputedStyle(each)).map(each => `${each.color} ${each.textDecorationLine}`)"
    assert len(set(cells.nth(0).locator(".nba-command").evaluate(looks))) == 1, "the first line is drawn as Markdown"
    cold = cells.nth(0).get_by_text("cold", exact=True)
    assert int(cold.evaluate("element => getComputedStyle(element).fontWeight")) >= 600
    assert cells.nth(1).locator(".nba-filled-in, .nba-command").count() == 0
    assert cells.nth(0).evaluate("element => element.spellcheck") is True
    assert cells.nth(0).locator(".nba-command").evaluate("element => element.spellcheck") is False
    assert cells.nth(1).evaluate("element => element.spellcheck") is False
    picture(page, "light")
    page.theme(dark=True)
    picture(page, "dark")
    page.theme(dark=False)
    page.page.evaluate("text => { window.panel.content.model.cells.get(0).sharedModel.setSource(text); }", PROMPT.replace("%%agent", "%%other"))
    cells.nth(0).locator(".nba-command").wait_for(state="detached")
    assert cells.nth(0).locator(".nba-filled-in").count() == 0
    assert cells.nth(0).evaluate("element => element.spellcheck") is False
