"""What a run shows beside text, in a real page: tables and figures of tools, values that fill in, what ran at the provider."""

from __future__ import annotations

import json

import pytest

pytestmark = [pytest.mark.browser]

SETUP = """%load_ext nbagent
import io
import matplotlib
matplotlib.use("agg")
import matplotlib.pyplot as plt, pandas as pd
from pydantic import BaseModel
import nbagent
from nbagent.messages import Citation, FilePart, ServerToolPart, TextPart, ToolCallPart
from nbagent.providers.scripted import Scripted, call
class City(BaseModel):
    name: str
    people: int
rows = '{"result": [{"name": "Oslo", "people": 717710}, {"name": "Bergen", "people": 291940}]}'
typed = Scripted([ToolCallPart("", "final_result", rows)], pace=0.4)
tools = Scripted([[call("load"), call("plot"), call("count", n=40)], "Look at them."])
source = Citation("https://weather.example/oslo", "Weather in Oslo", "It rains.")
hostile = Citation("javascript:window.hacked=1", "Click me")
search = ServerToolPart("s1", "web_search", '{"query": "Oslo"}', result="1. Weather in Oslo")
far = FilePart("image/png", url="http://127.0.0.1:9/far.png")
found = Scripted([[search, "As far as I know, ", TextPart("it rains", citations=(source, hostile)), ".", far]])
"""
TOOLS = """%%tool
def load() -> object:
    "The data."
    return pd.DataFrame({"city": ["Oslo"] * 300, "mm": range(300)})
def plot() -> object:
    "A figure of it."
    figure, axes = plt.subplots(figsize=(3, 2)); axes.plot([1, 3, 2]); plt.close(figure)
    return figure
def count(n: int, context: nbagent.ToolContext) -> str:
    "Counts."
    import time
    for at in range(n):
        context.emit(f"at {at}", fraction=(at + 1) / n); time.sleep(0.05)
    return "counted"
"""
MIME = "application/vnd.nbagent.run+json"


def ready(page, name, *cells):
    page.notebook(name, [SETUP, TOOLS, *cells])
    for index in range(2):
        assert page.run(index)["outputs"] == []
    return 2


def test_a_tools_table_and_figure_are_drawn_in_its_card_and_are_there_without_a_kernel(page, picture):
    first = ready(page, "rich.ipynb", "%%agent -m tools -T load -T plot -T count\nShow me.")
    output = page.output(first)
    page.start(first)
    output.get_by_role("progressbar").wait_for(timeout=20_000)
    output.scroll_into_view_if_needed()
    picture(page, "running")
    cell = page.wait(first)
    assert output.locator("table tbody tr").count() >= 10
    assert "300 rows × 2 columns" in output.inner_text()
    assert output.locator("img").evaluate("image => image.naturalWidth") > 100
    assert output.get_by_role("progressbar").count() == 0
    saved = cell["outputs"][0]["data"]
    assert "<img src=" in saved["text/html"]
    page.save()
    page.again()
    page.open("rich.ipynb", kernel=False)
    output.get_by_text("Look at them.").wait_for(timeout=20_000)
    assert output.locator("img").evaluate("image => image.naturalWidth") > 100
    output.get_by_text("Look at them.").scroll_into_view_if_needed()
    picture(page, "light")
    page.theme(dark=True)
    picture(page, "dark")
    page.theme(dark=False)


def test_a_typed_answer_fills_in_as_a_table_and_its_text_is_not_seen(page, picture):
    first = ready(page, "typed.ipynb", "%%agent -m typed --output-type list[City]\nWhich cities?", "_.output")
    output = page.output(first)
    page.start(first)
    output.get_by_role("cell", name="Oslo").wait_for(timeout=20_000)
    assert page.running(first), "the table was only seen after the cell had ended"
    assert output.get_by_role("cell", name="291940").count() == 0
    picture(page, "filling")
    page.wait(first)
    assert output.get_by_role("cell", name="291940").count() == 1
    assert output.get_by_text("list[City]").locator("visible=true").count() == 1
    assert '"result"' not in output.inner_text()
    picture(page, "light")
    assert "City(name='Oslo', people=717710)" in page.run(first + 1)["outputs"][0]["data"]["text/plain"]


def test_what_ran_at_the_provider_is_a_card_and_sources_are_links_to_the_web(page, picture):
    first = ready(page, "sources.ipynb", "%%agent -m found\nWeather?")
    requests = []
    page.page.on("request", lambda request: requests.append(request.url))
    cell = page.run(first)
    output = page.output(first)
    assert output.get_by_text("ran at the provider").count() == 1
    output.get_by_text("web_search").click()
    output.get_by_text("1. Weather in Oslo").wait_for()
    links = output.locator("a").evaluate_all("links => links.map(link => [link.textContent, link.getAttribute('href'), link.rel])")
    assert ["Weather in Oslo", "https://weather.example/oslo", "noopener noreferrer nofollow"] in links
    assert not [link for link in links if not link[1].startswith(("https://", "http://"))]
    assert output.locator(".nba-text").inner_text().replace("\n", "").startswith("As far as I know, it rains")
    assert not [url for url in requests if "127.0.0.1:9/" in url], "a picture of the web was loaded without a click"
    output.get_by_role("button", name="Load").click()
    page.page.wait_for_timeout(300)
    assert [url for url in requests if "127.0.0.1:9/" in url]
    assert "javascript:" not in json.dumps(cell["outputs"][0]["data"]["text/html"]).replace("Click me", "")
    picture(page, "light")


def test_cards_and_links_work_by_keyboard_and_leave_the_cell_alone(page):
    first = ready(page, "card-keys.ipynb", "%%agent -m found\nWeather?")
    page.run(first)
    card = page.output(first).locator("summary").first
    card.focus()
    page.page.keyboard.press("Enter")
    assert card.evaluate("summary => summary.parentElement.open")
    with page.context.expect_page() as opened:
        page.output(first).get_by_role("link", name="Weather in Oslo").focus()
        page.page.keyboard.press("Enter")
    assert opened.value.url.startswith(("https://weather.example", "chrome-error:", "about:blank"))
    assert page.page.evaluate("() => window.panel.content.mode") == "command"
