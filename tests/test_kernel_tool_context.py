"""Claims on what tools of a notebook know, say while they run, and leave behind: in a real kernel, from every kind of thread."""

from __future__ import annotations

import json

import pytest

from tests.kernel import Page, a_kernel

pytestmark = [pytest.mark.kernel]

SETUP = """%load_ext nbagent
import asyncio, threading, time
import pandas as pd
from nbagent import ToolContext, ToolResult, tool
from nbagent.messages import ToolCallPart
from nbagent.providers.scripted import Scripted, call
calls = []
Scripted([lambda request: list(calls) if request.messages[-1].role == "user" else "Done."], by="calls", loop=True, name="caller")
%config NbAgent.model = "scripted:caller"
desk = get_ipython().find_line_magic("agent").__self__.desk
def results():
    return [[part.content, part.is_error] for message in desk.sessions["main"].messages for part in message.tool_results]
"""
TOOLS = """%%tool
def plain(context: ToolContext) -> str:
    "Counts."
    for number in range(3):
        context.emit(f"plain {number}", fraction=(number + 1) / 3)
    return context.call.name + " of " + context.agent.name + " in " + context.session

@tool(thread=True)
def threaded(context: ToolContext) -> bool:
    inner = threading.Thread(target=lambda: context.emit("from a thread of a thread"))
    inner.start()
    inner.join()
    return threading.current_thread() is threading.main_thread()

async def awaited(context: ToolContext) -> str:
    context.emit({"awaited": True})
    return "awaited"

def yields(context: ToolContext):
    yield "yielded"
    context.emit("emitted")
    return "both"

def frame() -> pd.DataFrame:
    return pd.DataFrame({"a": range(5000), "b": "text"})

def said_twice():
    return ToolResult("the model's", show=pd.DataFrame({"the person's": [1]}))

left = []
@tool(thread=True)
def long(context: ToolContext) -> str:
    context.emit("begun")
    while not context.cancelled:
        time.sleep(0.005)
    left.append(context.call.id)
    return "never seen"

@tool(on_error="raise")
def must() -> str:
    raise ValueError("the disk is full")

@tool(check_arguments=lambda given: "Not there." if given["path"] == "/" else None)
def guarded(path: str) -> str:
    return path
"""


@pytest.fixture(scope="module")
def kernel(tmp_path_factory):
    with a_kernel(tmp_path_factory.mktemp("kernel")) as kernel:
        for cell in (SETUP, TOOLS):
            kernel.ok(cell)
        yield kernel


def called(kernel, *calls: str, **options):
    """A run that makes these calls in its first step. They are written in the notebook's Python."""
    kernel.ok(f"calls[:] = [{', '.join(calls)}]")
    return kernel.run("%%agent --new -T *\nGo.", allow_stdin=True, **options)


def progress(ran) -> dict[str, list[str]]:
    return {item["name"]: [line for text in item.get("progress", ()) for line in text.splitlines()] for item in ran.items("tool")}


def test_every_kind_of_tool_shows_in_its_own_card_how_far_it_is(kernel):
    ran = called(kernel, "call('plain')", "call('threaded')", "call('awaited')", "call('yields')")
    assert progress(ran) == {
        "plain": ["plain 0", "plain 1", "plain 2"],
        "threaded": ["from a thread of a thread"],
        "awaited": ['{"awaited": true}'],
        "yields": ["yielded", "emitted"],
    }
    assert kernel.value("results()") == [["plain of assistant in main", False], ["false", False], ["awaited", False], ["both", False]]


def test_the_context_is_not_offered_to_the_model(kernel):
    assert kernel.value("[list(desk.tools[name].spec.parameters['properties']) for name in ('plain', 'threaded', 'awaited', 'yields')]") == [[]] * 4


def test_progress_of_a_plain_tool_is_on_the_page_while_it_holds_the_cell(kernel):
    kernel.ok("%%tool\ndef waits(context: ToolContext) -> str:\n    context.emit('on its way')\n    time.sleep(30)\n    return 'never'\n")
    ran = called(kernel, "call('waits')", watch=Page(), interrupt=lambda ran: ran.told("on its way"))
    assert ran.status == "error"
    assert len(ran.interrupts) == 1
    kernel.ok("del desk.tools['waits']")


def test_a_tool_on_a_thread_leaves_when_its_run_is_stopped(kernel):
    ran = called(kernel, "call('long')", watch=Page(stop_at="begun"))
    assert ran.status == "error"
    kernel.ok("end = time.monotonic() + 10\nwhile not left and time.monotonic() < end: time.sleep(0.01)")
    assert kernel.value("left") == ["call_1"]


def test_a_frame_is_a_table_on_the_page_and_an_object_in_the_kernel(kernel):
    ran = called(kernel, "call('frame')", "call('said_twice')")
    first, second = ran.items("tool")
    assert first["table"]["shape"] == [5_000, 2]
    assert first["table"]["columns"] == ["a", "b"]
    assert first["table"]["rows"][1] == [1, "text"]
    assert first["cut"]
    assert "session.objects['call_1']" in kernel.value("results()")[0][0]
    assert kernel.value("[list(desk.sessions['main'].objects['call_1'].shape)]") == [[5_000, 2]]
    assert kernel.value("results()")[1] == ["the model's", False]
    assert second["table"] == {"columns": ["the person's"], "rows": [[1]], "shape": [1, 1]}


def test_a_tool_that_must_not_fail_ends_the_cell_in_two_lines(kernel):
    ran = called(kernel, "call('must')", "call('plain')")
    assert ran.status == "error"
    assert ran.error_lines == ["ToolFailed: The tool must failed, which ends the run.", "ValueError: the disk is full"]
    assert [item["status"] for item in ran.items("tool")] == ["error", "cancelled"]


def test_broken_arguments_are_mended_and_the_person_is_told(kernel):
    ran = called(kernel, "ToolCallPart('', 'guarded', \"{'path': 'a', }\")", "ToolCallPart('', 'guarded', '{\"path\": ')")
    assert kernel.value("results()")[0] == ["a", False]
    assert kernel.value("results()")[1][0].startswith("The arguments of guarded are wrong: ")
    assert json.loads(ran.items("tool")[0]["arguments"]) == {"path": "a"}
    assert [item.get("repaired", False) for item in ran.items("tool")] == [True, False]


def test_a_check_of_the_notebook_answers_in_the_tools_place(kernel):
    called(kernel, "call('guarded', path='/')", "call('guarded', path='a')")
    assert kernel.value("results()") == [["Not there.", True], ["a", False]]


def test_an_agent_of_the_notebook_runs_no_more_at_once_than_it_may(kernel):
    kernel.ok("""from nbagent import Agent, Session
inside, most = set(), []
async def crowds(n: int) -> int:
    inside.add(n)
    most.append(len(inside))
    await asyncio.sleep(0.005)
    inside.discard(n)
    return n
session = Session(Agent(model=Scripted([[call("crowds", n=n) for n in range(7)], "Done."]), tools=[crowds], max_parallel_tools=2))
await session.arun("Go")""")
    assert kernel.value("[max(most), [part.content for part in session.messages[2].tool_results]]") == [2, [str(n) for n in range(7)]]


def test_a_tool_that_an_installed_package_brings_is_there_by_its_name(kernel, tmp_path):
    (tmp_path / "somebodys_tools.py").write_text("def dice(sides: int = 6) -> int:\n    'Rolls.'\n    return sides\n")
    info = tmp_path / "somebodys_tools-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: somebodys-tools\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[nbagent.tools]\ndice = somebodys_tools:dice\n")
    kernel.ok(f"import sys, nbagent.tools\nsys.path.insert(0, {str(tmp_path)!r})\nnbagent.tools._installed.cache_clear()")
    kernel.ok("calls[:] = [call('dice', sides=3)]")
    kernel.ok("%%agent --new -T dice\nGo.")
    assert kernel.value("results()") == [["3", False]]
    assert "Did you mean dice?" in "".join(kernel.run("%%agent --new -T dise\nGo.").error_lines)


def test_what_cannot_be_a_tool_says_in_which_line_of_the_cell_it_is(kernel):
    ran = kernel.run("%%tool\n\ndef fine() -> int:\n    return 1\n\ndef about(frame: pd.DataFrame) -> int:\n    return 2\n")
    assert ran.error_lines[0] == "ToolDefinitionError: about: a model cannot give the parameter frame (DataFrame) (line 6 of its cell)."
    assert ran.error_lines[1] == "It writes JSON. Take a name or a path (str) and look the object up."


def test_another_name_on_the_line_keeps_what_the_tool_says_of_itself(kernel):
    kernel.ok("%tool must --name must.not")
    assert kernel.value("[desk.tools['must.not'].on_error, desk.tools['must.not'].spec.name]") == ["raise", "must.not"]
    kernel.ok("del desk.tools['must.not']")
