"""Claims on ``--fork``: the same prompt at the same place of a conversation, in one of its own."""

from __future__ import annotations

import pytest

from tests.kernel import a_kernel

pytestmark = [pytest.mark.kernel]

SETUP = """%load_ext nbagent
from nbagent import Agent
from nbagent.providers.scripted import Scripted
def echo(request):
    said = [message.text.strip() for message in request.messages if message.role == "user"]
    return f"{request.instructions}<{'|'.join(said)}>"
Scripted([echo], by="calls", loop=True, name="echo")
Scripted([lambda request: "other " + echo(request)], by="calls", loop=True, name="other")
%config NbAgent.model = "scripted:echo"
desk = get_ipython().find_line_magic("agent").__self__.desk
def said(name):
    return [message.text.strip() for message in desk.sessions[name].messages]
"""


@pytest.fixture(scope="module")
def kernel(tmp_path_factory):
    with a_kernel(tmp_path_factory.mktemp("kernel")) as kernel:
        kernel.ok(SETUP)
        for prompt in ("One.", "Two.", "Three."):
            kernel.ok(f"%%agent trip\n{prompt}", cell_id=prompt)
        yield kernel


def test_the_same_prompt_is_answered_at_its_place_and_the_first_conversation_stays(kernel):
    before = kernel.value("said('trip')")
    kernel.ok("%%agent trip-2 --fork trip -m scripted:other\nTwo.", cell_id="x")
    assert kernel.value("said('trip-2')") == ["One.", "<One.>", "Two.", "other <One.|Two.>"]
    assert kernel.value("said('trip')") == before
    kernel.ok("%%agent trip-2 --fork trip -m scripted:other\nTwo.", cell_id="x")
    assert kernel.value("said('trip-2')") == ["One.", "<One.>", "Two.", "other <One.|Two.>"], "run again, the cell gave another conversation"
    kernel.ok("%%agent trip-2\nAnd then?", cell_id="y")
    assert kernel.value("said('trip-2')")[-2:] == ["And then?", "<One.|Two.|And then?>"]


def test_another_prompt_goes_on_from_the_end(kernel):
    kernel.ok("%%agent trip-3 --fork trip\nFour.", cell_id="z")
    assert kernel.value("said('trip-3')")[-1] == "<One.|Two.|Three.|Four.>"


def test_an_agent_in_a_variable_is_the_forks_agent_too(kernel):
    kernel.ok("poet = Agent(name='poet', model='scripted:echo', instructions='In verse. ')")
    kernel.ok("%%agent poet\nHello.", cell_id="p")
    kernel.ok("%%agent poet-2 --fork poet -m scripted:other\nHello.", cell_id="q")
    assert kernel.value("said('poet-2')") == ["Hello.", "other In verse. <Hello.>"]


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("%%agent --fork trip", "--fork begins another conversation, which needs a name"),
        ("%%agent trip --fork trip", "this one is 'trip' itself"),
        ("%%agent new --fork tripp", "There is no session 'tripp' to fork"),
        ("%%agent new --fork trip --new", "--fork and --new do not go together"),
    ],
)
def test_what_cannot_be_forked_is_said_before_anything_is_asked(kernel, line, words):
    ran = kernel.run(f"{line}\nTwo.")
    assert ran.status == "error"
    assert words in "\n".join(ran.error_lines)
