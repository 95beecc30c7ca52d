"""What a person may have meant, in a real kernel: names that are nearly there, tools that are off, a model that was configured wrong."""

from __future__ import annotations

import pytest

from tests.kernel import a_kernel

pytestmark = [pytest.mark.kernel]

SETUP = """%load_ext nbagent
from nbagent import Scripted, tool
Scripted(["Hello."], by="calls", loop=True, name="m")
echo = Scripted(["An echo."], loop=True)
@tool
def get_weather(city: str) -> str:
    "The weather."
    return "Sun"
def forecast(city: str) -> str:
    "The weather of tomorrow."
    return "Rain"
%config NbAgent.model = "scripted:m"
"""


@pytest.fixture(scope="module")
def kernel(tmp_path_factory):
    with a_kernel(tmp_path_factory.mktemp("kernel")) as kernel:
        kernel.ok(SETUP)
        yield kernel


@pytest.mark.parametrize(
    ("line", "lines"),
    [
        ("-T get_wether", ["ConfigError: There is no tool 'get_wether'.", "Did you mean get_weather?"]),
        ("-T forcast", ["ConfigError: There is no tool 'forcast'.", "Did you mean forecast?"]),
        ("-m ehco", ["UnknownProvider: No provider for the model 'ehco'."]),
    ],
)
def test_a_name_that_is_nearly_there_is_named(kernel, line, lines):
    said = kernel.run(f"%%agent {line}\nHi").error_lines
    assert said[: len(lines)] == lines


def test_a_variable_that_holds_a_model_is_meant_by_a_name_like_it(kernel):
    assert kernel.run("%%agent -m ehco\nHi").error_lines[-1] == "Did you mean echo?"
    assert kernel.ok("%%agent -m echo\nHi").items("text")[-1]["text"] == "An echo."


@pytest.mark.parametrize(("typed", "offered"), [("%%agent -T get_w", "get_weather"), ("%%agent -T fore", "forecast"), ("%%agent -m ech", "echo")])
def test_what_the_line_takes_is_completed(kernel, typed, offered):
    asked = kernel.client.complete(typed, len(typed), reply=True, timeout=60)
    assert asked["content"]["matches"] == [offered]


def test_a_tool_that_is_off_and_asked_for_is_said_to_be_off(kernel):
    assert kernel.ok("%nbagent tools off get_weather").stdout == "get_weather: not offered to the model.\n"
    ran = kernel.ok("%%agent -T get_weather -T forecast\nHi")
    assert [item["text"] for item in ran.items("notice")] == ["get_weather is switched off: %nbagent tools on get_weather"]
    kernel.ok("%nbagent tools on get_weather")
    assert not kernel.ok("%%agent -T get_weather\nHi").items("notice")


def test_a_configured_model_that_there_is_not_is_said_with_its_place(kernel):
    doctor = "{row.check: (row.ok, row.detail) for row in get_ipython().run_line_magic('nbagent', 'doctor').itertuples()}['model']"
    assert kernel.value(doctor) == [True, "scripted:m (%config NbAgent)"]
    kernel.ok("%config NbAgent.model = None\nget_ipython().nbagent_page_settings = {'model': 'nonsense'}")
    try:
        assert kernel.run("%%agent\nHi").error_lines[0] == ("UnknownProvider: No provider for the model 'nonsense', which was said in JupyterLab's settings.")
        assert "JupyterLab's settings" in kernel.run("nbagent_session = __import__('nbagent').Session(__import__('nbagent').Agent()).run('Hi')").error_lines[0]
        assert "said in" not in kernel.run("%%agent -m rubbish\nHi").error_lines[0]
        ok, detail = kernel.value(doctor)
        assert not ok
        assert detail.startswith("nonsense (JupyterLab's settings): No provider for the model 'nonsense'.")
        kernel.ok("get_ipython().nbagent_page_settings = {'model': 'echo'}")
        assert kernel.value(doctor) == [True, "echo (JupyterLab's settings)"]
    finally:
        kernel.ok("get_ipython().nbagent_page_settings = {}\n%config NbAgent.model = 'scripted:m'")


def test_what_was_done_and_what_holds_is_said_in_a_line(kernel):
    assert kernel.ok("%trace --save kept.zip").stdout.startswith("kept.zip: ")
    assert kernel.ok("%trace --save kept.csv").stdout.startswith("kept_calls.csv, ")
    rows = "{row.setting: row for row in get_ipython().run_line_magic('nbagent', 'config').itertuples()}"
    assert kernel.value(f"{rows}['trace_db'].value").endswith("trace.db")
    assert kernel.value(f"{rows}['max_cost'].about") == "At most this many US dollars in a run."
