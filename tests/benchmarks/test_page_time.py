"""What a long answer costs the page itself: processor time of its main thread, in a real JupyterLab, for one answer and for one twice as long."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.benchmarks.answers import MODELS, tokens
from tests.benchmarks.measure import Row, Table
from tests.lab import Lab, Page, chromium

pytestmark = [pytest.mark.browser]

SETUP = "%load_ext nbagent"
CELL = "%%agent s{number} -m openai-chat:{model} --base-url {url}/{name}\nWhat should I wear?"
SIZES = (5_000, 10_000)


@pytest.fixture
def page(tmp_path: Path) -> Iterator[Page]:
    home, root = tmp_path / "home", tmp_path / "notebooks"
    home.mkdir()
    root.mkdir()
    lab = Lab(home, root)
    try:
        with chromium() as browser:
            yield Page(browser, lab)
    finally:
        lab.stop()


def busy(devtools: Any) -> float:
    """Seconds of processor time that the page's main thread has used (`timeDomain` threadTicks: not wall time)."""
    metrics = {each["name"]: each["value"] for each in devtools.send("Performance.getMetrics")["metrics"]}
    return float(metrics["TaskDuration"])


@pytest.mark.parametrize(("cut", "rounds"), [("event", 3), ("paced", 1)])
def test_a_page_is_busy_in_proportion_to_the_answer(page: Page, url: str, table: Table, cut: str, rounds: int) -> None:
    """``event`` comes as fast as the socket takes it and is a few drawings, ``paced`` takes seconds and is hundreds."""
    order = SIZES * rounds
    names = [f"openai-chat-{count}-{cut}" for count in (1, *order)]
    cells = [CELL.format(number=number, model=MODELS["openai-chat"], url=url, name=name) for number, name in enumerate(names)]
    page.notebook("long.ipynb", [f"import os; os.environ['OPENAI_API_KEY'] = 'sk-benchmark'\n{SETUP}", *cells])
    assert page.run(0)["outputs"] == []
    devtools = page.context.new_cdp_session(page.page)
    devtools.send("Performance.enable", {"timeDomain": "threadTicks"})
    page.run(1)  # the widget's code is loaded, and what a first run needs
    spent: dict[int, list[float]] = {count: [] for count in SIZES}
    for index, count in enumerate(order, start=2):
        last = "".join(tokens(count)).split()[-1]
        before = busy(devtools)
        page.run(index, timeout=240)
        page.page.wait_for_function("([index, last]) => window.panel.content.widgets[index].node.innerText.includes(last)", arg=[index, last])
        spent[count].append(busy(devtools) - before)
        page.page.evaluate("index => window.panel.content.model.cells.get(index).sharedModel.setOutputs([])", index)
    small, large = (min(spent[count]) for count in SIZES)
    comes = "at once" if cut == "event" else "bit by bit"
    told = ", ".join(f"{count:,} tokens: {min(times):.2f} s" for count, times in spent.items())
    table.add(Row(what=f"the page's main thread, 5,000 tokens that come {comes}", value=small, unit=" s"))
    table.add(Row(what="the same, 10,000 tokens to 5,000", value=large / small, bar=2.4, note=told))
