"""``%%agent --each`` in a real kernel: a prompt for each item, a bar, a table, and what an interrupt leaves."""

from __future__ import annotations

import pytest

from tests.kernel import a_kernel

pytestmark = [pytest.mark.kernel]

SETUP = """%load_ext nbagent
import asyncio
import pandas as pd
from nbagent.errors import RequestRefused
from nbagent.events import PartFinished, StreamEnded
from nbagent.messages import TextPart
from nbagent.providers.scripted import Scripted
def judge(request):
    text = request.messages[-1].text
    if "bad" in text:
        raise RequestRefused("No.")
    return "good" if "fine" in text else text
Scripted([judge], by="calls", loop=True, name="judge")
class Slow:
    name = "slow"
    async def stream(self, request):
        text = request.messages[-1].text
        if "wait" in text:
            await asyncio.Event().wait()
        yield [PartFinished(0, TextPart(text)), StreamEnded("stop")]
slow = Slow()
%config NbAgent.model = "scripted:judge"
%config NbAgent.retries = 0
desk = get_ipython().find_line_magic("agent").__self__.desk
frame = pd.DataFrame({"city": ["Paris", "Rome"], "note": ["fine", "a bad one"], "answer": [1, 2]}, index=["p", "r"])
"""


@pytest.fixture(scope="module")
def kernel(tmp_path_factory):
    with a_kernel(tmp_path_factory.mktemp("kernel")) as kernel:
        kernel.ok(SETUP)
        yield kernel


def test_each_item_of_a_list_has_its_prompt_and_its_row(kernel):
    ran = kernel.ok("%%agent table << --each ['One {{ no }}', 'It is fine.']\n{{ item }}")
    assert kernel.value("table['answer'].to_list()") == ["One {{ no }}", "good"]
    assert kernel.value("table['item'].to_list()") == ["One {{ no }}", "It is fine."]
    (bar, shown) = ran.outputs
    assert bar["text/plain"].startswith("2 prompts: 2 done, ")
    assert "completed" in shown["text/plain"]
    assert kernel.value("'main' in desk.sessions") is False


def test_the_columns_of_a_table_are_names_and_its_failures_stand_in_their_rows(kernel):
    ran = kernel.ok("%%agent --each frame -o judged --at-once 1\n{{ city }}: {{ note }}")
    assert kernel.value("judged[['answer', 'answer_', 'outcome', 'error']].astype(object).where(lambda f: f.notna(), None).values.tolist()") == [
        [1, "good", "completed", None],
        [2, None, "failed", "RequestRefused: No."],
    ]
    assert kernel.value("list(judged.index)") == ["p", "r"]
    assert ran.outputs[0]["text/plain"].startswith("2 prompts: 1 answered, 1 failed")


def test_an_interrupt_keeps_the_rows_that_are_done(kernel):
    ran = kernel.run(
        "%%agent -m slow --each ['a', 'wait'] -o some\n{{ item }}",
        interrupt=lambda ran: any("1 done" in str(message["content"]) for message in ran.of("display_data", "update_display_data")),
    )
    assert ran.status == "error"
    assert "Stopped: 1 of 2 are done." in ran.error_lines[0]
    assert kernel.value("some['outcome'].to_list()") == ["completed", "cancelled"]
    assert ran.outputs[0]["text/plain"].startswith("2 prompts: 1 done, stopped")


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("--each ('one','text')[0]", "is str, which is one thing"),
        ("--each nothing_here", "NameError"),
        ("--each []", "there is nothing in it"),
        ("--each [1] --dry-run", "--dry-run is of one"),
        ("my_session --each [1]", "the session 'my_session' is of one"),
        ("--at-once 3", "--at-once is for --each"),
    ],
)
def test_what_does_not_fit_is_said_before_anything_runs(kernel, line, says):
    assert says in " ".join(kernel.run(f"%%agent {line}\n{{{{ item }}}}").error_lines)


@pytest.mark.parametrize(("items", "takes"), [("['one','two']", "write {{ item }} in it"), ("frame", "write {{ item }} or a column ({{ city }}) in it")])
def test_a_prompt_that_says_nothing_of_the_items_is_not_sent_many_times(kernel, items, takes):
    runs = kernel.value("len(desk.trace.runs())")
    said = " ".join(kernel.run(f"%%agent --each {items}\nIs it good?").error_lines)
    assert "the prompt is the same for all 2 items" in said
    assert takes in said
    assert kernel.value("len(desk.trace.runs())") == runs
    kernel.ok("%%agent samples << --each ['fine']*2\n{{ item }}")
    assert kernel.value("samples['answer'].to_list()") == ["good", "good"]


def test_run_many_in_a_cell_has_the_same_bar(kernel):
    ran = kernel.ok("from nbagent import Agent, run_many\nmany = run_many(Agent(model='scripted:judge'), ['fine', 'bad'])")
    assert ran.outputs[0]["text/plain"].startswith("2 prompts: 1 answered, 1 failed")
    assert "<progress" not in ran.outputs[0]["text/html"]


def test_a_table_that_has_a_name_twice_is_refused_before_anything_is_asked(kernel):
    ran = kernel.run("twice = pd.DataFrame([[1, 2]], columns=['a', 'a'])\nget_ipython().run_cell_magic('agent', '--each twice', '{{ a }}')")
    assert ran.error_lines[0] == "ConfigError: --each twice: two columns are called 'a'."
