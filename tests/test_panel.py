"""The kernel's end of the trace panel: what it answers, how often it speaks, and that it is silent without a panel."""

from __future__ import annotations

from itertools import pairwise

import pytest

from nbagent import Agent, Session
from nbagent.notebook.panel_rows import LONGEST, RunRows, details, plain, span_rows
from nbagent.observers.trace import Trace
from nbagent.providers.scripted import Scripted, call
from tests.kernel import a_kernel

COMM = "panel-of-a-test"
SETUP = """%load_ext nbagent
from nbagent.providers.scripted import Scripted, call, pause
slow = Scripted(["It is raining in Oslo. " * 40], name="slow", pace=0.02)
steps = Scripted([[pause(0.05), call("look", at=at)] for at in range(30)] + ["Done."], name="steps")
"""
TOOL = """%%tool
def look(at: int) -> str:
    "Looks."
    return "rain"
"""


def look(at: int) -> str:
    """Looks."""
    if at == 2:
        raise ValueError("There is nothing.")
    return "rain " * 50_000


@pytest.fixture(scope="module")
def spans():
    trace = Trace()
    model = Scripted([[call("look", at=1), call("look", at=2)], "It rains."], name="m")
    Session(Agent(model=model, tools=[look], name="weather"), trace=trace).run("My key is sk-ant-api03-abcdefghijklmnopqrstuvwxyz012345. Rain?")
    return trace.rows.spans()


def test_a_run_has_its_sums_and_no_key(spans):
    (row,) = plain({"rows": RunRows().rows(spans)})["rows"]
    assert (row["agent"], row["status"], row["n_errors"], row["model"]) == ("weather", "ok", 1, "m")
    assert row["input"] > 0
    assert "abcdefghij" not in row["prompt"]


def test_the_spans_of_a_run_are_told_once_and_again_only_where_they_are_asked_for(spans):
    run = spans[0].run_id
    everything = span_rows(spans, run)["rows"]
    assert [row[3] for row in everything] == ["run", "chat", "tool", "tool", "chat"]
    assert [row[0] for row in span_rows(spans, run, 3)["rows"]] == [3, 4]
    assert [row[0] for row in span_rows(spans, run, 5, {0})["rows"]] == [0]
    assert span_rows(spans, "no such run")["rows"] == []


def test_a_span_has_its_arguments_result_error_messages_and_no_key(spans):
    found = [plain(details(span)) for span in spans]
    texts = [{section["title"]: section["text"] for section in each["sections"]} for each in found]
    assert texts[2]["Arguments"] == '{"at": 1}'
    assert LONGEST < len(texts[2]["Result"]) < LONGEST + 100
    assert texts[2]["Result"].endswith("50,000 more characters are in the trace]")
    assert texts[3]["ValueError"] == "There is nothing."
    assert "test_panel.py" in texts[3]["Traceback"]
    assert {"assistant calls look", "user"} <= set(texts[1])
    assert dict(found[1]["facts"])["Model"] == "m"
    assert "abcdefghij" not in str(found)


@pytest.fixture(scope="module")
def kernel(tmp_path_factory):
    with a_kernel(tmp_path_factory.mktemp("kernel")) as kernel:
        kernel.ok(SETUP)
        kernel.ok(TOOL)
        yield kernel


def said(kernel, kind, **content):
    kernel.client.shell_channel.send(kernel.client.session.msg(kind, {"comm_id": COMM, **content}))


def heard(ran):
    messages = [(when, message["content"]) for when, message in ran.messages if message["msg_type"] == "comm_msg"]
    return [(when, content["data"]) for when, content in messages if content["comm_id"] == COMM]


def asked(kernel, **question):
    """The answer to a question; it comes outside of any cell."""
    said(kernel, "comm_msg", data=question)
    while True:
        message = kernel.client.get_iopub_msg(timeout=30)
        if message["msg_type"] == "comm_msg" and message["content"]["comm_id"] == COMM and message["content"]["data"] != {"t": "changed"}:
            return message["content"]["data"]


def test_a_panel_hears_that_something_is_new_at_most_twice_a_second_and_nothing_when_it_is_closed(kernel):
    assert heard(kernel.ok("%agent -m steps -T look --max-steps 40 Look.")) == []
    said(kernel, "comm_open", target_name="nbagent.panel", data={})
    ran = kernel.ok("%agent -m steps -T look --max-steps 40 --session b Look.")
    times = [when for when, data in heard(ran) if data == {"t": "changed"}]
    assert len(times) >= 3
    assert [round(after - before, 2) for before, after in pairwise(times[1:]) if after - before < 0.3] == []
    said(kernel, "comm_msg", data={"t": "nonsense"})
    answer = asked(kernel, t="runs")
    assert [row["prompt"] for row in answer["runs"]] == ["Look.", "Look."]
    told = asked(kernel, t="run", run=answer["runs"][0]["run"], have=0, still=[])
    assert len(told["rows"]) == 1 + 31 + 30
    assert asked(kernel, t="span", span=told["rows"][1][1])["span"]["kind"] == "chat"
    assert asked(kernel, t="span", span="gone")["span"] is None
    said(kernel, "comm_close", data={})
    assert heard(kernel.ok("%agent -m steps -T look --max-steps 40 --session c Look.")) == []
    assert kernel.value("len(get_ipython()._nbagent[0].desk.trace.listeners)") == 0


def test_unloading_takes_the_panels_end_away(kernel):
    kernel.ok("%unload_ext nbagent")
    assert kernel.value("'nbagent.panel' in get_ipython().kernel.comm_manager.targets") is False
    kernel.ok("%load_ext nbagent")
