"""What is ours on the page is accessible: axe finds nothing serious in an answer (finished, running, waiting), the panel or the chooser, light or dark."""

from __future__ import annotations

from pathlib import Path

import pytest

AXE = Path(__file__).parents[2] / "labextension" / "node_modules" / "axe-core" / "axe.min.js"
pytestmark = [pytest.mark.browser, pytest.mark.skipif(not AXE.is_file(), reason="axe-core comes with npm ci in labextension/")]

SETUP = """%load_ext nbagent
import pandas as pd
from nbagent.messages import Citation, ServerToolPart, TextPart
from nbagent.providers.scripted import Scripted, call, reasoning
text = "# Weather\\n\\nIt is **raining** in [Oslo](https://weather.example):\\n\\n| city | mm |\\n|---|---|\\n| Oslo | 12 |\\n\\n- coat\\n- `wear(coat)`\\n\\n"
code = "```python\\nfor city in cities:  # all\\n    print(city, 12.5, 'mm')\\n```\\n\\n> and an umbrella"
source = TextPart("It rains.", citations=(Citation("https://weather.example/oslo", "Weather in Oslo", "It rains."),))
search = ServerToolPart("s1", "web_search", '{"query": "Oslo"}', result="1. Weather in Oslo")
rich = Scripted([[reasoning("Let me think. "), call("load"), call("broken")], [search, text + code, source]], name="rich")
slow = Scripted([[reasoning("Let me think. "), "Take a coat and a good umbrella with you. " * 300]], pace=0.05, name="slow")
ask = Scripted([[call("delete_rows", table="orders", limit=3)], "Done."], name="ask")
"""
TOOLS = """%%tool
def load() -> object:
    "The data."
    return pd.DataFrame({"city": ["Oslo"] * 30, "mm": range(30)})
def broken() -> object:
    "It fails."
    raise ValueError("no such city")
"""
APPROVE = """%%tool --approve
def delete_rows(table: str, limit: int) -> str:
    "Delete the rows of a table."
    return f"{table}: 3 rows deleted"
"""
LOOK = """async include => {
  const found = await axe.run({include}, {resultTypes: ['violations']});
  return found.violations.filter(each => ['serious', 'critical'].includes(each.impact))
    .flatMap(each => each.nodes.map(node =>
      `${each.id}: ${node.target.join(' ')}: ${node.html.slice(0, 150)} ${node.any.map(check => check.message).join('; ').slice(0, 200)}`));
}"""


@pytest.fixture
def look(page):
    """What axe finds that is serious or critical below the selectors, light and dark."""

    def looked(*include):
        if not page.page.evaluate("() => 'axe' in window"):
            page.page.add_script_tag(path=AXE)
        found = {}
        for dark in (False, True):
            page.theme(dark)
            for selector in include:
                assert page.page.locator(selector).count(), f"there is no {selector}"
            found["dark" if dark else "light"] = page.page.evaluate(LOOK, [[selector] for selector in include])
        page.theme(dark=False)
        return found

    return looked


def test_axe_finds_nothing_serious_in_a_finished_answer_the_panel_and_the_chooser(page, look, picture):
    page.notebook("axe.ipynb", [SETUP, TOOLS, "%%agent trip -m rich -T load -T broken\nCoat?"])
    for index in range(3):
        page.run(index)
    page.page.evaluate("() => window.jupyterapp.commands.execute('nbagent:show-traces')")
    panel = page.page.locator("#nbagent-traces")
    panel.get_by_text("trip").first.wait_for(timeout=20_000)
    closed = page.output(2).locator("details:not([open]) > summary:visible")
    while closed.count():
        closed.first.click()
    page.output(2).get_by_role("button", name="Read aloud").click()  # it reads, or says why it cannot
    assert look(".jp-OutputArea .nba", "#nbagent-traces") == {"light": [], "dark": []}
    picture(page, "open")
    panel.get_by_text("Coat?").first.click()
    panel.get_by_text("broken").first.wait_for(timeout=20_000)
    assert look("#nbagent-traces") == {"light": [], "dark": []}
    picture(page, "run")
    for tab in ("Tools", "Sessions"):
        panel.get_by_role("tab", name=tab).click()
        panel.get_by_text("load" if tab == "Tools" else "trip").locator("visible=true").first.wait_for(timeout=20_000)
        assert look("#nbagent-traces") == {"light": [], "dark": []}
    page.output(2).get_by_role("button", name="Other model").click()
    page.page.locator(".nba-choose-option").nth(3).wait_for(timeout=20_000)
    assert look(".nba-choose") == {"light": [], "dark": []}
    page.page.keyboard.press("Escape")


def test_axe_finds_nothing_serious_while_a_run_goes_on_or_waits_for_a_decision(page, look, picture):
    page.notebook("axe-live.ipynb", [SETUP, APPROVE, "%%agent other -m slow\nCoat?", "%%agent -m ask -T delete_rows\nClean up."])
    page.run(0)
    page.run(1)
    page.start(2)
    page.output(2).get_by_text("umbrella").wait_for(timeout=20_000)
    assert look(".jp-OutputArea .nba") == {"light": [], "dark": []}
    assert page.running(2), "it was over before it was looked at"
    page.output(2).get_by_role("button", name="Stop").click()
    page.wait(2)
    page.start(3)
    page.output(3).get_by_role("button", name="Approve").first.wait_for(timeout=20_000)
    assert look(".jp-OutputArea .nba") == {"light": [], "dark": []}
    page.output(3).get_by_role("button", name="Edit").click()
    assert look(".jp-OutputArea .nba") == {"light": [], "dark": []}
    picture(page, "editing")
    page.output(3).get_by_role("button", name="Approve").first.click()
    page.wait(3)


def test_axe_finds_nothing_serious_in_the_tabs_of_tools_and_sessions_and_in_what_approves_for_longer(page, look, picture):
    page.notebook("axe-desk.ipynb", [SETUP, APPROVE, "%%agent -m ask -T delete_rows\nClean up.", "%nbagent tools always delete_rows"])
    page.run(0)
    page.run(1)
    page.page.evaluate("() => window.jupyterapp.commands.execute('nbagent:show-traces')")
    panel = page.page.locator("#nbagent-traces")
    panel.get_by_role("tab", name="Tools").click()
    panel.get_by_role("button", name="delete_rows").click(timeout=20_000)
    panel.get_by_role("region", name="Source of delete_rows").wait_for(timeout=20_000)
    page.run(3)
    panel.get_by_text("Until its code is another").wait_for(timeout=20_000)
    assert look("#nbagent-traces") == {"light": [], "dark": []}
    panel.get_by_role("combobox", name="Approval of delete_rows").select_option("ask")
    page.start(2)
    group = page.output(2).get_by_role("group", name="Decide on this call of delete_rows")
    group.get_by_role("button", name="Approve for…").click(timeout=20_000)
    assert look(".jp-OutputArea .nba") == {"light": [], "dark": []}
    group.get_by_role("button", name="This session").click()
    page.wait(2)
    panel.get_by_role("tab", name="Sessions").click()
    panel.get_by_role("button", name="main").wait_for(timeout=20_000)
    assert look("#nbagent-traces") == {"light": [], "dark": []}
    panel.get_by_role("button", name="main").click()
    panel.get_by_role("button", name="Fork from message 2").click(timeout=20_000)
    assert look("#nbagent-traces") == {"light": [], "dark": []}
    picture(page, "fork")
