"""Claims on Run All, as nbclient does it, and on the notebook that is saved: complete, without a kernel, a widget or a key."""

from __future__ import annotations

import nbformat
import pytest
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError
from nbconvert import HTMLExporter, MarkdownExporter

from nbagent.observers.sqlite import SQLite
from tests.kernel import KEYS, QUIET, RUN
from tests.wire_server import WireServer, error

pytestmark = [
    pytest.mark.kernel,
]

KEY = "sk-test-0123456789abcdefghij"
SETUP = """%load_ext nbagent
from nbagent.providers.scripted import Scripted, call, reasoning, usage
Scripted([[reasoning("I look it up."), call("get_weather", city="Oslo")], ["Take a **coat**.", usage(12, 5)]], by="calls", loop=True, name="weather")
Scripted([lambda request: "I was told " + request.messages[-1].text], by="calls", loop=True, name="echo");"""
TOOL = """%%tool
def get_weather(city: str) -> dict:
    "Current weather of a city."
    return {"city": city, "sky": "rain"}"""
ASK = "%%agent -m scripted:weather -T get_weather\nWhat should I wear in Oslo?"


@pytest.fixture
def run_all(tmp_path, monkeypatch):
    for name in KEYS:
        monkeypatch.delenv(name, raising=False)
    for name, value in {"IPYTHONDIR": "ipython", "NBAGENT_DATA": "data", "XDG_CONFIG_HOME": "config"}.items():
        monkeypatch.setenv(name, str(tmp_path / value))
    SQLite(tmp_path / "data" / "trace.db")  # what the first run of a machine says is no part of these
    for name, value in {**QUIET, "OPENAI_API_KEY": KEY}.items():
        monkeypatch.setenv(name, value)

    def execute(*cells: str) -> nbformat.NotebookNode:
        """The notebook after Run All; where a cell fails, as far as it came."""
        notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
        client = NotebookClient(notebook, timeout=60, kernel_name="python3", resources={"metadata": {"path": str(tmp_path)}})
        try:
            client.execute()
        except CellExecutionError as failure:
            notebook.metadata["failure"] = str(failure)
        return notebook

    return execute


def test_run_all_leaves_a_notebook_that_needs_no_kernel_no_widget_and_holds_no_key(run_all, tmp_path):
    notebook = run_all(SETUP, TOOL, ASK, "import os\n%agent -m scripted:echo My key is {{ os.environ['OPENAI_API_KEY'] }}.", "%trace messages")
    assert "failure" not in notebook.metadata
    assert [len(cell.outputs) for cell in notebook.cells] == [0, 0, 1, 1, 1]
    (shown,) = notebook.cells[2].outputs
    assert shown.output_type == "display_data"
    assert list(shown.data) == [RUN, "text/html", "text/plain"]
    assert [item["k"] for item in shown.data[RUN]["items"]] == ["reasoning", "tool", "text"]
    about = shown.metadata["nbagent"]
    assert about["outcome"] == "completed"
    assert about["usage"]["output_tokens"] > 0
    assert {"model", "run_id", "duration"} <= set(about)
    assert "widgets" not in notebook.metadata
    nbformat.validate(notebook)
    text = nbformat.writes(notebook)
    assert KEY not in text
    assert "widget-view" not in text
    page, _ = HTMLExporter().from_notebook_node(notebook)
    assert "<strong>coat</strong>" in page
    assert "get_weather" in page
    plain, _ = MarkdownExporter().from_notebook_node(notebook)
    assert "coat" in plain


def test_run_all_stops_at_the_cell_that_fails_and_what_came_is_saved(run_all):
    with WireServer(error(401, f"Incorrect API key provided: {KEY}.")) as server:
        notebook = run_all(SETUP, f"%%agent -m openai-chat:m --base-url {server.url}/v1\nGo on.", "print('not reached')")
    assert "AuthenticationFailed" in notebook.metadata["failure"]
    assert [output.output_type for output in notebook.cells[1].outputs] == ["display_data", "error"]
    assert notebook.cells[1].outputs[0].data[RUN]["outcome"] == "failed"
    assert len(notebook.cells[1].outputs[1].traceback) <= 4
    assert notebook.cells[2].outputs == []
    assert KEY not in nbformat.writes(notebook)


def test_run_all_stops_where_a_person_must_decide(run_all, tmp_path):
    notebook = run_all(SETUP, TOOL.replace("%%tool", "%%tool --approve"), ASK, "print('not reached')")
    assert "RunPaused" in notebook.metadata["failure"]
    assert [output.output_type for output in notebook.cells[2].outputs] == ["display_data", "error"]
    assert notebook.cells[2].outputs[0].metadata["nbagent"]["outcome"] == "paused"
    assert len(list((tmp_path / "data" / "paused").glob("*.json"))) == 1
    assert notebook.cells[3].outputs == []


def test_run_all_twice_gives_the_same_outputs(run_all):
    cells = (SETUP, TOOL, ASK, "%agent -m scripted:echo And {{ 1 + 1 }}.")
    first, second = ([output.data["text/plain"] for cell in run_all(*cells).cells for output in cell.outputs] for _ in range(2))
    assert first == second == ['get_weather(city="Oslo") -> {"city": "Oslo", "sky": "rain"}\nTake a **coat**.', "I was told And 2."]
