"""Claims on stopping: at any moment the prompt is free within a second, what came is kept, and the next prompt works."""

from __future__ import annotations

import json

import pytest

from tests.kernel import Page, Ran, a_kernel
from tests.wire_lines import data
from tests.wire_server import Answer, WireServer, error

pytestmark = [pytest.mark.kernel]

SETUP = """%load_ext nbagent
import asyncio, time
from nbagent import tool
from nbagent.errors import Overloaded
from nbagent.providers.scripted import Scripted, call, pause

asked = []
def step(*said):
    def answer(request):
        asked.append([message.text for message in request.messages])
        return list(said) if request.messages[-1].role == "user" else "After."
    return answer
def script(*said, pace=0):
    return Scripted([step(*said)], by="calls", loop=True, pace=pace)

talks = script("word " * 1000, pace=0.01)
fails = Scripted([Overloaded("The server is overloaded.", retry_after=5)], by="calls", loop=True)
plain, asleep, threaded, deaf, asks = (script("I call.", call(name)) for name in ("plain", "asleep", "threaded", "deaf", "asks"))

@tool(name="plain")
def plain_tool() -> str:
    print("in the tool")
    time.sleep(20)

@tool(name="asleep")
async def asleep_tool() -> str:
    print("in the tool")
    await asyncio.sleep(20)

@tool(name="threaded", thread=True)
def threaded_tool() -> str:
    print("in the tool")
    time.sleep(3)

@tool(name="deaf")
async def deaf_tool() -> str:
    print("in the tool")
    try:
        await asyncio.sleep(20)
    except asyncio.CancelledError:
        await asyncio.sleep(3)

@tool(name="asks", approval=True)
def asks_tool() -> str:
    return "done"

%tool plain_tool asleep_tool threaded_tool deaf_tool asks_tool
desk = get_ipython().find_line_magic("agent").__self__.desk
def talked():
    return [(message.role, message.text or message.tool_results[0].content, message.finish_reason) for message in desk.sessions["main"].messages]
"""
WITHIN = 3.0  # seconds; the bar is one, and this machine may be busy with other things
STOPPED = ["RunCancelled: The run was stopped.", "What came until then is kept."]


@pytest.fixture(scope="module")
def kernel(tmp_path_factory):
    with a_kernel(tmp_path_factory.mktemp("kernel"), extra_env={"OPENAI_API_KEY": "sk-test-0123456789abcdef"}) as kernel:
        kernel.ok(SETUP)
        kernel.ok("%agent -m scripted:demo Warm up.", allow_stdin=True)
        yield kernel


def in_the_tool(ran: Ran) -> bool:
    return "in the tool" in ran.stdout


def stopped(ran: Ran) -> Ran:
    assert ran.status == "error"
    assert ran.seconds - ran.interrupts[0] < WITHIN
    assert ran.error_lines == STOPPED
    assert ran.run["outcome"] == "cancelled"
    return ran


@pytest.mark.parametrize("before", ["%%agent --new -m {} {}\nGo on.", "%%time\n%agent --new -m {} {} Go on."], ids=["awaited", "blocking"])
class TestWherever:
    """Both ways in which a cell waits: awaited by the kernel, and blocking it."""

    def test_in_mid_stream_the_text_that_came_is_kept(self, kernel, before):
        ran = stopped(kernel.run(before.format("talks", ""), allow_stdin=True, interrupt=lambda ran: ran.told("word word")))
        (text,) = ran.items("text")
        assert text["partial"]
        assert text["text"].startswith("word word")
        assert kernel.value("talked()") == [["user", "Go on.", None], ["assistant", text["text"], "cancelled"]]

    @pytest.mark.parametrize("name", ["plain", "asleep", "threaded"])
    def test_in_a_sleeping_tool_its_call_is_closed(self, kernel, before, name):
        ran = stopped(kernel.run(before.format(name, f"-T {name}"), allow_stdin=True, interrupt=in_the_tool))
        assert [item["status"] for item in ran.items("tool")] == ["cancelled"]
        assert kernel.value("talked()")[1:] == [["assistant", "I call.", "tool_calls"], ["tool", "Cancelled by the user.", None]]

    def test_while_it_waits_to_try_again(self, kernel, before):
        ran = stopped(kernel.run(before.format("fails", ""), allow_stdin=True, interrupt=lambda ran: ran.told("attempt")))
        assert "attempt" in ran.items("notice")[0]["text"]

    def test_in_a_connection_that_hangs(self, kernel, before):
        with WireServer(Answer(hang_first=True)) as server:
            options = f"--base-url {server.url}/v1"
            stopped(kernel.run(before.format("openai-chat:m", options), allow_stdin=True, interrupt=lambda _: bool(server.requests)))
            assert server.client_left.wait(2)

    def test_as_soon_as_it_is_on_the_page(self, kernel, before):
        ran = kernel.run(before.format("talks", ""), allow_stdin=True, interrupt=lambda ran: bool(ran.of("comm_open")))
        assert ran.status == "error"
        assert ran.seconds - ran.interrupts[0] < WITHIN
        assert ran.error_lines[0].startswith("RunCancelled: ")
        assert len(ran.error_lines) <= 2
        assert kernel.ok("1 + 1").result == "2"


def test_while_a_person_is_asked_by_a_click_and_at_the_keyboard(kernel):
    cell = "%%agent --new -m asks -T asks\nGo on."
    ran = stopped(kernel.run(cell, allow_stdin=True, watch=Page(), interrupt=lambda ran: ran.told('"digest"')))
    assert [item["status"] for item in ran.items("tool")] == ["cancelled"]
    asked_for = kernel.client.stdin_channel.msg_ready
    stopped(kernel.run("%%time\n%agent --new -m asks -T asks Go on.", allow_stdin=True, interrupt=lambda _: asked_for()))
    kernel.client.get_stdin_msg(timeout=1)


def test_what_will_not_stop_is_left_behind(kernel):
    ran = kernel.run("%%agent --new -m deaf -T deaf\nGo on.", allow_stdin=True, interrupt=in_the_tool)
    assert ran.status == "error"
    assert ran.seconds - ran.interrupts[0] < WITHIN
    assert ran.error_lines[0].startswith("RunCancelled: ")
    assert len(ran.error_lines) <= 2
    assert kernel.ok("%agent --new -m talks -p x 1 --dry-run Hello.").status == "ok"


@pytest.mark.parametrize("before", ["%%agent --new -m {0} -T {0}\nGo on.", "%%time\n%agent --new -m {0} -T {0} Go on."], ids=["awaited", "blocking"])
@pytest.mark.parametrize("name", ["plain", "asleep", "deaf"])
def test_a_second_interrupt_is_no_other_than_the_first(kernel, before, name):
    ran = kernel.run(before.format(name), allow_stdin=True, interrupt=in_the_tool, times=2)
    assert ran.status == "error"
    assert ran.seconds - ran.interrupts[0] < WITHIN
    assert ran.error_lines[0].startswith("RunCancelled: ")
    assert len(ran.error_lines) <= 2
    kernel.run("1")  # the second may have come when the cell was done
    assert kernel.ok("1 + 1").result == "2"


def test_the_next_prompt_sees_what_was_said_once(kernel):
    stopped(kernel.run("%%agent --new -m talks\nFirst.", allow_stdin=True, interrupt=lambda ran: ran.told("word word")))
    kernel.ok("asked.clear()")
    kernel.ok("%%agent -m plain\nSecond.", allow_stdin=True)
    (said,) = kernel.value("[each for each in asked if each[-1] == 'Second.']")
    assert [said[0], said[2]] == ["First.", "Second."]
    assert said[1].startswith("word word")
    stopped(kernel.run("%%agent --new -m fails\nNever answered.", allow_stdin=True, interrupt=lambda ran: ran.told("attempt")))
    kernel.ok("%%agent -m plain\nThird.", allow_stdin=True)
    assert "Never answered." not in json.dumps(kernel.value("talked()"))


def test_nobody_is_there_and_it_stops_all_the_same(kernel):
    with WireServer(Answer(data({"choices": [{"index": 0, "delta": {"content": "Begun."}}]}), hang=True), error(500)) as server:
        cell = f"%%agent --new -m openai-chat:m --base-url {server.url}/v1\nGo on."
        ran = stopped(kernel.run(cell, interrupt=lambda _: bool(server.requests)))
    assert ran.run["outcome"] == "cancelled"


@pytest.mark.parametrize(
    "cell",
    [
        "session.run('Go on.')",
        "await session.arun('Go on.')",
        "await asyncio.sleep(0)\nsession.run('Go on.')",
        "await asyncio.sleep(0)\n%agent --session mine -m {0} -T {0} Go on.",
        "for event in session.stream('Go on.'): pass",
        "async for event in session.astream('Go on.'): pass",
    ],
)
@pytest.mark.parametrize("name", ["asleep", "plain"])
def test_pythons_own_calls_are_stopped_like_magics(kernel, cell, name):
    kernel.ok(f"from nbagent import Agent, Session\nsession = Session(Agent(model={name}, tools=[{name}_tool]))")
    ran = kernel.run(cell.format(name), allow_stdin=True, interrupt=in_the_tool)
    assert ran.status == "error"
    assert ran.seconds - ran.interrupts[0] < WITHIN
    assert ran.error_lines == STOPPED
    if "%agent" not in cell:
        assert kernel.value("[session.busy, [m.role for m in session.messages]]") == [False, ["user", "assistant", "tool"]]
        assert kernel.value("session.messages[-1].tool_results[0].content") == "Cancelled by the user."


def test_an_interrupt_in_a_run_within_a_tool_stops_the_runs_around_it_too(kernel):
    kernel.ok(
        "from nbagent import Agent, Session\n"
        "@tool(name='outer')\ndef outer_tool() -> str:\n    return Session(Agent(model=asleep, tools=[asleep_tool])).run('Go on.').text\n"
        "%tool outer_tool\nouter = script('I call.', call('outer'))"
    )
    stopped(kernel.run("%%agent --new -m outer -T outer\nGo on.", allow_stdin=True, interrupt=in_the_tool))
    assert kernel.value("[role for role, _, _ in talked()]") == ["user", "assistant", "tool"]


def test_a_slow_expression_in_a_prompt_is_stopped_too(kernel):
    kernel.ok("def slow():\n    print('in the tool', flush=True)\n    time.sleep(20)")
    ran = kernel.run("%%agent -m talks\nTell me {{ slow() }}", allow_stdin=True, interrupt=in_the_tool)
    assert ran.error_lines[0].startswith("RunCancelled: ")
    assert ran.seconds - ran.interrupts[0] < WITHIN
