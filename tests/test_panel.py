"""The kernel's end of the trace panel: what it answers, how often it speaks, and that it is silent without a panel."""

from __future__ import annotations

import json
from itertools import pairwise
from queue import SimpleQueue

import pytest

from nbagent import Agent, Session
from nbagent.notebook.desk import Desk
from nbagent.notebook.panel_compare import compared
from nbagent.notebook.panel_details import LONGEST, details, rebuilt
from nbagent.notebook.panel_rows import RunRows, plain, span_rows, stored_row, stored_spans
from nbagent.notebook.panel_runs import Runs
from nbagent.observers.sql_pages import Wanted, models, page
from nbagent.observers.sql_spans import outline, read_span
from nbagent.observers.sqlite import SQLite
from nbagent.observers.trace import Trace
from nbagent.providers.openai.chat import OpenAIChat
from nbagent.providers.scripted import Scripted, call
from tests.kernel import a_kernel
from tests.test_bodies import open_until_here
from tests.wire_lines import KEY, chat
from tests.wire_server import WireServer

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


def say(trace, prompt, *, model="m", tools=(look,)):
    said = Scripted([[call("look", at=1), call("look", at=2)], "It rains in Ålesund."], name=model)
    Session(Agent(model=said, tools=list(tools), name="weather"), trace=trace).run(prompt)


@pytest.fixture(scope="module")
def spans():
    trace = Trace()
    say(trace, "My key is sk-ant-api03-abcdefghijklmnopqrstuvwxyz012345. Rain?")
    return trace.rows.spans()


@pytest.fixture(scope="module")
def disk(tmp_path_factory):
    store = SQLite(tmp_path_factory.mktemp("trace") / "trace.db")
    trace = Trace(store)
    for number, name in enumerate(("zero", "one", "two", "three", "four")):
        say(trace, f"Question {name}: 100% rain_or snow?", model=f"m{number % 2}")
    Session(Agent(model=Scripted(["Hello."], name="m1"), name="greeter"), trace=trace).run("Hello")
    return store


def told(disk, first=0, count=10, **wanted):
    total, rows = page(disk, Wanted(**wanted), first, count)
    return total, [stored_row(row)["prompt"].split(":")[0] for row in rows]


def test_a_run_has_its_sums_and_no_key(spans):
    total, rows = RunRows().page(spans, Wanted(), 0, 10)
    (row,) = plain({"rows": rows})["rows"]
    assert (total, row["agent"], row["status"], row["n_errors"], row["model"], row["local"]) == (1, "weather", "ok", 1, "m", True)
    assert row["input"] > 0
    assert "abcdefghij" not in row["prompt"]


@pytest.mark.parametrize(
    ("wanted", "fits"),
    [({"text": "RAIN ålesund"}, 1), ({"text": "nothing."}, 1), ({"text": "snow"}, 0), ({"model": "m"}, 1), ({"model": "x"}, 0), ({"errors": True}, 1)],
)
def test_runs_of_this_kernel_are_filtered_by_all_that_was_said(spans, wanted, fits):
    assert RunRows().page(spans, Wanted(**wanted), 0, 10)[0] == fits


def test_runs_of_the_machine_come_a_page_at_a_time_newest_first(disk):
    assert told(disk, count=2) == (6, ["Hello", "Question four"])
    assert told(disk, 4, 2) == (6, ["Question one", "Question zero"])
    assert told(disk, 6, 2) == (6, [])
    assert models(disk) == ["m0", "m1"]


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ({"text": "question three"}, ["Question three"]),
        ({"text": "hELLO"}, ["Hello"]),
        ({"text": "Ålesund TWO"}, ["Question two"]),
        ({"text": "åLESUND two"}, ["Question two"]),
        ({"text": "there is nothing", "model": "m1"}, ["Question three", "Question one"]),
        ({"text": "100% rain_or"}, ["Question four", "Question three", "Question two", "Question one", "Question zero"]),
        ({"text": "rain%snow"}, []),
        ({"model": "m"}, []),
        ({"errors": True, "model": "m1"}, ["Question three", "Question one"]),
        ({"cells": ["no such cell"]}, []),
    ],
)
def test_runs_of_the_machine_are_filtered_where_they_are_kept(disk, wanted, found):
    assert told(disk, **wanted) == (len(found), found)


def test_what_is_kept_of_a_run_is_shown_as_it_was_in_the_kernel(tmp_path):
    kept, memory = SQLite(tmp_path / "trace.db"), Trace()
    memory.listeners.append(Trace(kept).observe)
    say(memory, "Rain?")
    live, run = memory.rows.spans(), memory.rows.runs()[0]
    rows, again = span_rows(live, run), stored_spans(outline(kept.ask, run))
    assert [row[:5] + row[8:] for row in again["rows"]] == [row[:5] + row[8:] for row in rows["rows"]]
    assert [row[5] for row in again["rows"]] == pytest.approx([row[5] for row in rows["rows"]], abs=0.02)
    for span in live:
        shown, kept_span = plain(details(span)), plain(details(read_span(kept.reading, span.id)))
        for each in (shown, kept_span):  # times are told to a thousandth, and a run's model to its provider
            each["facts"] = [fact for fact in each["facts"] if fact[0] not in ("Duration", "First token", "First text", "Session", "Model")]
        same = {"facts", "tokens", "cost", "error", "sections", "status", "kind", "name"}
        assert {name: kept_span[name] for name in same} == {name: shown[name] for name in same}
    assert read_span(kept.reading, "no such span") is None
    request, response = rebuilt(read_span(kept.reading, live[1].id))
    assert '"Rain?"' in request
    assert "tool_calls" in response


def test_two_runs_are_compared_step_by_step_whichever_model_answered(disk):
    runs = page(disk, Wanted(), 0, 10)[1]
    found = plain(compared(Trace(disk), runs[1]["run_id"], runs[2]["run_id"]))
    assert [step[:2] for step in found["steps"]] == [["model call", "chat"], ["look", "tool"], ["look", "tool"], ["model call", "chat"]]
    assert all(a and b for _, _, a, b in found["steps"])
    assert {name: changed for name, _, _, changed in found["what"]}["model"] is True
    assert "+Question three" in dict(found["diffs"])["prompt"]
    assert found["local"] == [True, True]


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
    assert (found[3]["error"]["type"], found[3]["error"]["message"]) == ("ValueError", "There is nothing.")
    assert "test_panel.py" in found[3]["error"]["traceback"]
    assert {"assistant calls look", "user"} <= set(texts[1])
    assert dict(found[1]["facts"])["Model"] == "m"
    assert "abcdefghij" not in str(found)


def test_a_model_call_is_shown_as_it_went_over_the_wire_and_made_again_where_that_is_not_kept():
    desk, told = Desk(), SimpleQueue()
    runs = Runs(desk)
    answer = chat({"content": "It rains."}) + chat({}, finish="stop") + b"data: [DONE]\n\n"
    with WireServer(answer) as server, open_until_here(OpenAIChat(server.url + "/v1", KEY)) as provider:
        Session(Agent(model=provider), trace=desk.trace).run("Rain?")
        sent = server.requests[-1].json
    Session(Agent(model=Scripted(["Hello."])), trace=desk.trace).run("Hi")
    first, second = desk.trace.calls()["span_id"]
    assert runs.hear({"t": "raw", "span": first}, told.put)
    answer = told.get(timeout=30)
    assert (json.loads(answer["bodies"][0])["messages"], answer["rebuilt"]) == (sent["messages"], False)
    assert "It rains." in answer["bodies"][1]
    assert KEY not in str(answer)
    runs.hear({"t": "raw", "span": second}, told.put)
    answer = told.get(timeout=30)
    assert ('"Hi"' in answer["bodies"][0], "Hello." in answer["bodies"][1], answer["rebuilt"]) == (True, True, True)
    assert not runs.hear({"t": "nothing of mine"}, told.put)
    runs.leave()


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
    answer = asked(kernel, t="runs", scope="kernel", filter={}, **{"from": 0, "count": 10})
    assert [row["prompt"] for row in answer["rows"]] == ["Look.", "Look."]
    spans = asked(kernel, t="run", run=answer["rows"][0]["run"], have=0, still=[])
    assert len(spans["rows"]) == 1 + 31 + 30
    assert asked(kernel, t="span", span=spans["rows"][1][1])["span"]["kind"] == "chat"
    assert "Look." in asked(kernel, t="raw", span=spans["rows"][1][1])["bodies"][0]
    runs = [row["run"] for row in answer["rows"]]
    assert len(asked(kernel, t="compare", a=runs[0], b=runs[1])["steps"]) == 31 + 30
    assert asked(kernel, t="compare", a=runs[0], b="gone")["t"] == "failed"
    assert asked(kernel, t="span", span="gone")["span"] is None
    said(kernel, "comm_close", data={})
    assert heard(kernel.ok("%agent -m steps -T look --max-steps 40 --session c Look.")) == []
    assert kernel.value("len(get_ipython()._nbagent[0].desk.trace.listeners)") == 0


def test_unloading_takes_the_panels_end_away(kernel):
    kernel.ok("%unload_ext nbagent")
    assert kernel.value("'nbagent.panel' in get_ipython().kernel.comm_manager.targets") is False
    kernel.ok("%load_ext nbagent")
