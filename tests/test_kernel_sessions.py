"""Claims on conversations in a notebook: running a cell again replaces what it said, names find conversations, options hold for one cell."""

from __future__ import annotations

import json

import pytest

from tests.kernel import RUN, a_kernel

pytestmark = [pytest.mark.kernel]

SETUP = """%load_ext nbagent
from nbagent import Agent, Session
from nbagent.errors import Overloaded
from nbagent.providers.scripted import Scripted, cut
def echo(request):
    said = [message.text.strip() for message in request.messages if message.role == "user"]
    return f"{request.instructions}<{'|'.join(said)}>"
Scripted([echo], by="calls", loop=True, name="echo")
Scripted([Overloaded("Not now.")], by="calls", loop=True, name="never")
Scripted([["Half of it", cut()]], by="calls", loop=True, name="half")
%config NbAgent.model = "scripted:echo"
%config NbAgent.retries = 0
desk = get_ipython().find_line_magic("agent").__self__.desk
def said(name="main"):
    return [message.text.strip() for message in desk.sessions[name].messages]
"""


@pytest.fixture(scope="module")
def kernel(tmp_path_factory):
    with a_kernel(tmp_path_factory.mktemp("kernel")) as kernel:
        kernel.ok(SETUP)
        yield kernel


@pytest.fixture
def cells(kernel, request):
    """Runs cells of a conversation of its own: ``cells.run("a", "One.")`` is cell a with that prompt."""

    class Cells:
        name = request.node.name.replace("test_", "")[:30]

        def run(self, cell_id: str | None, *prompts: str, options: str = ""):
            lines = "\n".join(f"%agent --session {self.name} {options} {prompt}" for prompt in prompts)
            return kernel.run(lines, cell_id=cell_id and f"{self.name}-{cell_id}")

        def ok(self, *args, **options):
            ran = self.run(*args, **options)
            assert ran.status == "ok", ran.error_lines
            return ran

        @property
        def said(self) -> list[str]:
            return [text for text in kernel.value(f"said({self.name!r})") if not text.startswith("<")]

        @property
        def replaced(self) -> list[list[str]]:
            return kernel.value(f"[[m.text for m in gone if m.role == 'user'] for gone in desk.sessions[{self.name!r}].replaced]")

    return Cells()


def notices(ran) -> list[str]:
    return [item["text"] for bundle in ran.outputs if RUN in bundle for item in bundle[RUN]["items"] if item["k"] == "notice"]


def test_run_again_a_cell_sees_what_came_before_it_and_replaces_what_it_said(cells):
    cells.ok("a", "One.")
    cells.ok("b", "Two.")
    ran = cells.ok("b", "Two, better.")
    assert ran.run["items"][0]["text"] == "<One.|Two, better.>"
    assert cells.said == ["One.", "Two, better."]
    assert cells.replaced == [["Two."]]
    assert notices(ran) == []


def test_run_again_one_line_says_how_many_later_ones_left(cells):
    for cell, prompt in {"a": "One.", "b": "Two.", "c": "Three."}.items():
        cells.ok(cell, prompt)
    assert notices(cells.ok("b", "Two.")) == ["This cell ran again: 1 later exchange left the conversation. %trace still has it."]
    cells.ok("c", "Three.")
    assert notices(cells.ok("a", "One.")) == ["This cell ran again: 2 later exchanges left the conversation. %trace still has them."]
    assert cells.said == ["One."]


def test_run_all_again_gives_the_same_conversation(cells):
    for _ in range(3):
        for cell, prompt in {"a": "One.", "b": "Two.", "c": "Three."}.items():
            cells.ok(cell, prompt)
        assert cells.said == ["One.", "Two.", "Three."]


def test_two_prompts_of_one_cell_are_replaced_each_by_its_own(cells):
    cells.ok("a", "One.", "Two.")
    ran = cells.ok("a", "One.", "Two.")
    assert cells.said == ["One.", "Two."]
    assert notices(ran) == []
    ran = cells.ok("a", "Only one.")
    assert cells.said == ["Only one."]


def test_without_an_id_of_the_cell_it_appends(cells):
    cells.ok(None, "One.")
    cells.ok(None, "One.")
    assert cells.said == ["One.", "One."]


def test_what_fails_before_anything_came_leaves_the_old_exchange(cells):
    cells.ok("a", "One.")
    cells.ok("b", "Two.")
    assert cells.run("a", "Worse.", options="-m scripted:never").status == "error"
    assert cells.run("a", "{{ nowhere }}").status == "error"
    assert cells.run("a", "Worse.", options="-m nope:m").status == "error"
    assert cells.run("a", "Worse.", options="--new -m scripted:never").status == "error"
    assert cells.said == ["One.", "Two."]
    assert cells.run("a", "Half.", options="-m scripted:half").status == "error"
    assert cells.said == ["Half.", "Half of it"]
    assert cells.replaced == [["One.", "Two."]]


def test_new_begins_anew_and_what_was_said_can_be_had_again(cells):
    cells.ok("a", "One.")
    ran = cells.ok("b", "Two.", options="--new")
    assert ran.run["items"][0]["text"] == "<Two.>"
    assert (cells.said, cells.replaced, notices(ran)) == (["Two."], [["One."]], [])


def test_reset_forgets_one_conversation_or_all(kernel, cells):
    cells.ok("a", "One.")
    kernel.ok("%agent --session another One.")
    kernel.ok(f"%nbagent reset {cells.name}")
    assert (cells.said, kernel.value("said('another')")) == ([], ["One.", "<One.>"])
    kernel.ok("%nbagent reset")
    assert kernel.value("said('another')") == []
    cells.ok("a", "One again.")
    assert cells.said == ["One again."]


def test_a_conversation_that_was_changed_by_hand_is_taken_as_it_is(kernel, cells):
    cells.ok("a", "One.")
    cells.ok("b", "Two.")
    kernel.ok(f"del desk.sessions[{cells.name!r}].messages[:2]")
    cells.ok("b", "Two, better.")
    assert cells.said == ["Two, better."]
    cells.ok("a", "One, again.")
    assert cells.said == ["Two, better.", "One, again."]


def test_a_variable_that_holds_an_agent_is_that_agent_also_when_it_changes(kernel):
    kernel.ok('poet = Agent("poet", model="scripted:echo", instructions="In verse. ")')
    assert kernel.ok("%%agent poet\nSing.", cell_id="p1").run["items"][0]["text"] == "In verse. <Sing.>"
    kernel.ok('poet = poet.replace(instructions="In prose. ")')
    assert kernel.ok("%%agent poet\nTalk.", cell_id="p2").run["items"][0]["text"] == "In prose. <Sing.|Talk.>"


def test_a_variable_that_holds_a_session_is_that_session(kernel):
    kernel.ok('mine = Session(Agent(model="scripted:echo", instructions="Mine. "))\nmine.run("From Python.")')
    for _ in range(2):
        assert kernel.ok("%%agent mine\nFrom a cell.", cell_id="s1").run["items"][0]["text"] == "Mine. <From Python.|From a cell.>"
    assert kernel.value("len(mine.messages)") == 4


def test_options_hold_for_their_cell_and_config_for_good(kernel, cells):
    def sent(options: str = ""):
        return json.loads(kernel.ok(f"%%agent {cells.name} --dry-run {options}\nHi.").stdout.partition("\n")[2])

    plain = sent()
    assert sent("-m scripted:demo -s Short. -p temperature 0.5")["instructions"] == "Short."
    cells.ok("a", "One.", options="-s Short. --max-steps 1 --approve never")
    again = sent()
    assert [again[name] for name in ("model", "instructions", "tools", "params")] == [plain[name] for name in ("model", "instructions", "tools", "params")]
    kernel.ok("%config NbAgent.system = 'Always so. '")
    assert cells.ok("b", "Two.").run["items"][0]["text"] == "Always so. <One.|Two.>"
    assert kernel.value("desk.sessions['poet'].agent.instructions if 'poet' in desk.sessions else 'In prose. '") == "In prose. "
    kernel.ok("%config NbAgent.system = ''")


NESTED = """from nbagent import tool
from nbagent.providers.scripted import call
@tool
def inner() -> str:
    get_ipython().run_line_magic("agent", "--session outer Hi.")
Scripted([lambda request: call("inner") if request.messages[-1].role == "user" else "Done."], by="calls", loop=True, name="nest")
%tool inner
"""


def test_a_session_answers_one_prompt_at_a_time(kernel):
    kernel.ok(NESTED)
    ran = kernel.ok("%agent --session outer -m scripted:nest -T inner Go.")
    assert "SessionBusy: The session 'outer' is answering another prompt." in ran.items("tool")[0]["result"]
