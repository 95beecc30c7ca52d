"""JupyterLab in a real browser: what a person sees while a cell runs, clicks in it, and finds again without a kernel."""

from __future__ import annotations

import json
import shutil
from itertools import pairwise
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

pytestmark = [pytest.mark.browser]

SETUP = """%load_ext nbagent
from nbagent.providers.scripted import Scripted, call, pause, reasoning
answer = "It is **raining** in Oslo. " + "Take a coat and a good umbrella with you. " * 30
slow = Scripted([[reasoning("Let me think about the weather. " * 3), answer]], pace=0.02)
slower = Scripted([answer], pace=0.05)
coat = "Wear a coat.\\n\\n```python\\nwear('coat')\\n```"
tools = Scripted([["I will look.", call("get_weather", city="Oslo"), call("get_weather", city="Bergen")], coat], pace=0.02)
ask = Scripted([[call("delete_rows", table="orders")], lambda request: "The tool said: " + request.messages[-1].tool_results[0].content], name="ask")
"""
TOOLS = """%%tool
def get_weather(city: str) -> dict:
    "Current weather of a city."
    import time; time.sleep(0.3)
    return {"city": city, "sky": "rain"}
"""
APPROVE = """%%tool --approve
def delete_rows(table: str) -> str:
    "Delete the rows of a table."
    return f"{table}: 3 rows deleted"
"""
NASTY = """nasty = Scripted(["<script>window.hacked=1</script> <img src=x onerror='window.hacked=1'> [click](javascript:window.hacked=1)\\n\\n![pixel](http://127.0.0.1:9/x.png)"])"""
MIME = "application/vnd.nbagent.run+json"


def text_of(page, index):
    return page.output(index).inner_text()


def ready(page, name, *cells):
    """A notebook with the setup run, and the given cells after it; returns the index of the first of them."""
    page.notebook(name, [SETUP, TOOLS, APPROVE, *cells])
    for index in range(3):
        assert page.run(index)["outputs"] == []
    return 3


def test_text_arrives_while_the_cell_runs_and_stays_when_it_ends(page, picture):
    first = ready(page, "stream.ipynb", "%%agent -m slow\nWhat should I wear?")
    page.start(first)
    page.output(first).get_by_text("raining").wait_for(timeout=20_000)
    assert page.running(first), "the text was only seen after the cell had ended"
    picture(page, "running")
    cell = page.wait(first)
    assert MIME in cell["outputs"][0]["data"]
    assert {"text/html", "text/plain"} <= set(cell["outputs"][0]["data"])
    assert cell["outputs"][0]["metadata"]["nbagent"]["outcome"] == "completed"
    assert len(cell["outputs"]) == 1
    assert "good umbrella" in text_of(page, first)
    picture(page, "light")
    page.theme(dark=True)
    picture(page, "dark")
    page.theme(dark=False)


def test_the_swap_to_the_saved_transcript_keeps_what_was_open_and_the_height(page):
    first = ready(page, "swap.ipynb", "%%agent -m slow\nWhat should I wear?")
    page.start(first)
    page.output(first).get_by_text("raining").wait_for(timeout=20_000)
    summary = page.output(first).locator("details summary").first
    summary.click()
    assert page.output(first).locator("details").first.evaluate("element => element.open")
    page.page.evaluate(
        """index => {
          const area = document.querySelectorAll('.jp-Notebook .jp-CodeCell')[index].querySelector('.jp-OutputArea');
          window.heights = [];
          const look = () => { window.heights.push(area.getBoundingClientRect().height); if (!window.enough) requestAnimationFrame(look); };
          look();
        }""",
        first,
    )
    page.wait(first)
    page.page.wait_for_timeout(300)
    heights = page.page.evaluate("() => { window.enough = true; return window.heights; }")
    assert page.output(first).locator("details").first.evaluate("element => element.open"), "what was open was closed by the swap"
    assert min(after - before for before, after in pairwise(heights)) > -40, "the output collapsed for a moment"


def test_tool_cards_fill_in_run_and_show_results(page, picture):
    first = ready(page, "tools.ipynb", "%%agent -m tools -T get_weather\nCoat?")
    page.start(first)
    page.output(first).get_by_text("get_weather").first.wait_for(timeout=20_000)
    page.wait(first)
    shown = text_of(page, first)
    assert shown.count("get_weather") == 2
    assert "Bergen" in shown
    assert "rain" in shown
    assert "Wear a coat." in shown
    picture(page, "light")


def test_an_approval_is_answered_by_a_click_while_the_cell_waits(page, picture):
    first = ready(page, "approve.ipynb", "%%agent -m ask -T delete_rows\nClean up.")
    page.start(first)
    approve = page.output(first).get_by_role("button", name="Approve", exact=True)
    approve.wait_for(timeout=20_000)
    assert page.running(first)
    picture(page, "waiting")
    approve.click()
    page.wait(first)
    assert "The tool said: orders: 3 rows deleted" in text_of(page, first)


def test_arguments_are_edited_and_a_call_rejected_with_a_reason(page, picture):
    first = ready(page, "edit.ipynb", "%%agent -m ask -T delete_rows\nClean up.", "%%agent other -m ask -T delete_rows\nClean up.")
    page.start(first)
    page.output(first).get_by_role("button", name="Edit").click(timeout=20_000)
    box = page.output(first).get_by_role("textbox", name="table")
    box.fill("drafts")
    picture(page, "editing")
    page.output(first).get_by_role("button", name="Approve with these arguments").click()
    page.wait(first)
    assert "drafts: 3 rows deleted" in text_of(page, first)
    page.start(first + 1)
    page.output(first + 1).get_by_role("button", name="Reject").click(timeout=20_000)
    page.output(first + 1).get_by_role("textbox", name="Reason").fill("not on Fridays")
    page.output(first + 1).get_by_role("button", name="Reject").last.click()
    page.wait(first + 1)
    assert "not on Fridays" in text_of(page, first + 1)


def test_stop_by_click_ends_the_run_and_keeps_what_came(page, picture):
    first = ready(page, "stop.ipynb", "%%agent -m slow\nWhat should I wear?", "'next'")
    page.start(first)
    page.output(first).get_by_text("raining").wait_for(timeout=20_000)
    page.output(first).get_by_role("button", name="Stop").click()
    cell = page.wait(first, timeout=10)
    kinds = [output["output_type"] for output in cell["outputs"]]
    assert "error" in kinds
    state = next(output["data"][MIME] for output in cell["outputs"] if "data" in output)
    assert state["outcome"] == "cancelled"
    assert "raining" in json.dumps(state)
    picture(page, "stopped")
    assert page.run(first + 1)["outputs"][0]["data"]["text/plain"] == "'next'"


def test_nothing_that_a_model_writes_is_executed(page):
    first = ready(page, "nasty.ipynb", NASTY, "%%agent -m nasty\nGo")
    requests = []
    page.page.on("request", lambda request: requests.append(request.url))
    page.run(first)
    page.run(first + 1)
    page.page.wait_for_timeout(300)
    assert page.page.evaluate("() => window.hacked") is None
    assert page.output(first + 1).locator("script, img").count() == 0
    assert not [url for url in requests if "127.0.0.1:9/" in url]


def test_a_saved_notebook_is_shown_richly_without_a_kernel(page, picture, lab):
    first = ready(page, "saved.ipynb", "%%agent -m tools -T get_weather\nCoat?")
    page.run(first)
    live = text_of(page, first)
    page.save()
    saved = json.loads((lab.root / "saved.ipynb").read_text())
    assert "widgets" not in saved["metadata"]
    page.again()
    page.open("saved.ipynb", kernel=False)
    page.output(first).get_by_text("Wear a coat.").wait_for(timeout=20_000)
    assert text_of(page, first) == live
    assert page.output(first).get_by_role("button", name="Stop").count() == 0
    picture(page, "light")
    page.theme(dark=True)
    picture(page, "dark")
    page.theme(dark=False)


def test_a_paused_run_is_carried_on_by_a_click_in_its_saved_view(page, picture, lab, monkeypatch):
    monkeypatch.setenv("NBAGENT_DATA", str(lab.data))
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in (SETUP, APPROVE, "%%agent -m ask -T delete_rows\nClean up.")])
    NotebookClient(notebook, allow_errors=True).execute()  # nobody is there: the run pauses, and is saved so
    nbformat.write(notebook, lab.root / "paused.ipynb")
    page.open("paused.ipynb")
    page.run(0)
    page.run(1)
    approve = page.output(2).get_by_role("button", name="Approve", exact=True)
    approve.wait_for(timeout=20_000)
    picture(page, "waiting")
    approve.click()
    page.output(3).get_by_text("The tool said: orders: 3 rows deleted").wait_for(timeout=20_000)
    assert page.cell(3)["source"].startswith("%agent --raw --resume ")
    picture(page, "carried-on")


def test_a_page_that_is_loaded_again_in_mid_run_goes_on_and_says_where_the_answer_is(page, picture):
    first = ready(page, "again.ipynb", "%%agent -m slower\nWhat should I wear?", "_")  # a page takes its time to load
    page.start(first)
    page.output(first).get_by_text("raining").wait_for(timeout=20_000)
    page.save()
    page.again()
    page.open("again.ipynb")
    output = page.output(first)
    output.get_by_text("This page was loaded again").wait_for(timeout=40_000)
    assert "good umbrella" in output.inner_text()
    picture(page, "light")
    page.run(first + 1)
    assert "good umbrella" in text_of(page, first + 1)
    assert "good umbrella" in output.inner_text(), "the next cell took the view away"


@pytest.mark.local_model
def test_the_quickstart_runs_on_the_embedded_model(page, picture, lab):
    shutil.copytree(Path(__file__).parents[2] / "notebooks", lab.root / "docs")
    page.open("docs/quickstart.ipynb")
    count = page.page.evaluate("() => window.panel.content.model.cells.length")
    page.page.evaluate("async () => { await window.jupyterapp.commands.execute('notebook:clear-all-cell-outputs'); }")
    for index in range(count):
        cell = page.cell(index)
        if cell["cell_type"] == "code":
            ran = page.run(index, timeout=170)
            assert not [output for output in ran["outputs"] if output["output_type"] == "error"]
            if "%%agent" in cell["source"]:
                assert ran["outputs"][0]["data"][MIME]["outcome"] == "completed"
                picture(page, f"cell-{index}")
