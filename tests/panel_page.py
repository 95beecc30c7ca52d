"""The trace panel on a page of JupyterLab, and what runs in the notebooks that it is tested with."""

from __future__ import annotations

from typing import Any

SETUP = """%load_ext nbagent
from nbagent.providers.scripted import Scripted, call, pause
first = ["I will look.", call("get_weather", city="Oslo"), call("get_weather", city="nowhere")]
warm = Scripted([[call("get_weather", city="Oslo")], "Wear a warm coat."], name="weather-2", pace=0.02)
tools = Scripted([[pause(0.3), *first], "Wear a coat."], name="weather", pace=0.02)
slow = Scripted(["It is raining in Oslo. " * 200], name="slow", pace=0.03)
"""
TOOLS = """%%tool
def get_weather(city: str) -> dict:
    "Current weather of a city."
    import time; time.sleep(0.4)
    if city == "nowhere": raise ValueError("There is no such city.")
    return {"city": city, "sky": "rain"}
"""


def ready(page: Any, name: str, *cells: str) -> int:
    """Open a notebook of these cells, its first ones run; the place of the first that was not."""
    page.notebook(name, [SETUP, TOOLS, *cells])
    for index in range(2):
        assert page.run(index)["outputs"] == []
    return 2


def panel(page: Any) -> Any:
    """The open panel."""
    page.page.evaluate("() => window.jupyterapp.commands.execute('nbagent:show-traces')")
    return page.page.locator("#nbagent-traces")


def runs(traces: Any) -> Any:
    """The rows of the list of runs."""
    return traces.get_by_role("listbox", name="Runs").get_by_role("option")


def only(traces: Any, prompt: str) -> None:
    """Wait until there are only runs of this prompt; other tests' notebooks may have had them, too."""
    traces.page.wait_for_function(
        """prompt => { const found = [...document.querySelectorAll('#nbagent-traces .nba-run-prompt')].filter(e => e.offsetParent);
           return found.length && found.every(e => e.textContent === prompt); }""",
        arg=prompt, timeout=20_000,
    )  # fmt: skip
