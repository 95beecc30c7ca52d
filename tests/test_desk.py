"""The tools and sessions of a notebook: what the panel is told of them and does with them, and the same by magic and in Python."""

from __future__ import annotations

import pytest

from nbagent import Agent, Scripted, Session, tool
from nbagent.errors import ConfigError
from nbagent.providers.scripted import call
from tests.kernel import a_kernel

COMM = "desk-of-a-test"
SETUP = """%load_ext nbagent
import nbagent
from nbagent.providers.scripted import Scripted, call
def answer(request):
    if request.messages[-1].role == "user":
        return call("delete", table="a") if any(spec.name == "delete" for spec in request.tools) else "Nothing to do."
    return request.messages[-1].tool_results[0].content
Scripted([answer], by="calls", loop=True, name="m")
%config NbAgent.model = "scripted:m"
"""
TOOL = """%%tool --approve delete
def delete(table: str, limit: int = 10) -> str:
    "Delete rows.\\n\\nFor good."
    return f"deleted {limit} of {table}"
"""


@pytest.fixture(scope="module")
def kernel(tmp_path_factory):
    with a_kernel(tmp_path_factory.mktemp("kernel")) as kernel:
        kernel.ok(SETUP)
        kernel.ok(TOOL, cell_id="the-cell")
        said(kernel, "comm_open", target_name="nbagent.panel", data={})
        yield kernel


@pytest.fixture
def desk(kernel):
    kernel.ok("nbagent.tool_rules.default('delete'); nbagent.tool_rules.on('delete')")
    kernel.ok("desk = get_ipython()._nbagent[0].desk; desk.sessions.clear(); desk.waiting.clear()")
    return kernel


def said(kernel, kind, **content):
    kernel.client.shell_channel.send(kernel.client.session.msg(kind, {"comm_id": COMM, **content}))


def asked(kernel, answer, **question):
    """The answer of this kind to a question; what is told unasked is passed over."""
    said(kernel, "comm_msg", data=question)
    while True:
        message = kernel.client.get_iopub_msg(timeout=30)
        if message["msg_type"] == "comm_msg" and message["content"]["comm_id"] == COMM and message["content"]["data"]["t"] == answer:
            return message["content"]["data"]


def told(ran):
    return [message["content"]["data"]["t"] for message in ran.of("comm_msg") if message["content"]["comm_id"] == COMM]


def rows(kernel):
    return {row["name"]: row for row in asked(kernel, "tools", t="tools")["tools"]}


# --- tools -----------------------------------------------------------------------------------------------------------------


def test_a_tool_is_told_with_its_cell_its_source_and_its_schema(desk):
    row = rows(desk)["delete"]
    assert (row["brief"], row["asks"], row["mode"], row["on"], row["cell"]) == ("Delete rows.", "asks", "default", True, "the-cell")
    assert row["place"].startswith("cell [")
    whole = asked(desk, "tool", t="tool", name="delete")["tool"]
    assert whole["description"] == "Delete rows.\n\nFor good."
    assert 'return f"deleted {limit} of {table}"' in whole["code"]
    assert whole["parameters"]["properties"]["limit"]["default"] == 10
    assert asked(desk, "tool", t="tool", name="gone")["tool"] is None


def test_tools_of_a_sessions_agent_are_there_too_and_those_of_a_file_say_which(desk):
    desk.ok("import textwrap\nkept = nbagent.Session(nbagent.Agent(tools=[nbagent.tool(name='one')(lambda: 1), textwrap.dedent]))")
    assert rows(desk)["one"]["place"].startswith("cell [")
    assert rows(desk)["dedent"]["place"].startswith("textwrap.py, line ")
    desk.ok("del kept")
    assert "one" not in rows(desk)


def test_a_change_is_told_at_once_whoever_makes_it(desk):
    rows(desk)
    assert "tools-changed" in told(desk.ok("nbagent.tool_rules.off('delete')"))
    assert rows(desk)["delete"]["on"] is False
    assert "tools-changed" in told(desk.ok("%nbagent tools on delete"))
    assert rows(desk)["delete"]["on"] is True
    assert asked(desk, "tools-changed", t="say-of-tool", name="delete", verb="always") == {"t": "tools-changed"}
    assert desk.ok("%nbagent tools").outputs[0]["text/plain"].count("always") == 1
    assert "There is no tool 'delte'." in asked(desk, "tool-error", t="say-of-tool", name="delte", verb="ask")["text"]


def test_what_the_panel_says_holds_in_the_next_cell_and_grants_are_taken_back_there(desk):
    asked(desk, "tools-changed", t="say-of-tool", name="delete", verb="off")
    assert desk.ok("%agent -T delete Go.").items("text")[-1]["text"] == "Nothing to do."
    asked(desk, "tools-changed", t="say-of-tool", name="delete", verb="on")
    assert desk.run("%agent -T delete --new Go.").status == "error"
    desk.ok("%agent --resume --approve auto")
    desk.ok("desk.sessions['main'].grants.give(desk.tools['delete'])")
    assert rows(desk)["delete"]["granted"] == ["main"]
    assert desk.ok("%agent -T delete Go.").items("text")[-1]["text"] == "deleted 10 of a"
    asked(desk, "tools-changed", t="ask-in-session", name="delete", session="main")
    assert rows(desk)["delete"]["granted"] == []


def test_a_tool_is_shown_by_magic_and_a_verb_that_is_none_is_an_error(desk):
    shown = desk.ok("%nbagent tools show delete").stdout
    assert all(words in shown for words in ("delete — cell [", "For good.", "approval: as the tool says: asks", "limit: integer = 10", "def delete(table"))
    assert "There is no tool 'x'." in desk.run("%nbagent tools ask x").error_lines[0]
    assert desk.run("%nbagent tools asks delete").status == "error"
    assert desk.run("%nbagent tools ask").status == "error"


def test_by_magic_a_call_is_approved_for_the_session_or_for_good(desk):
    def pending():
        return desk.value("desk.sessions['main'].result.pending[0].id")

    assert desk.run("%agent -T delete --new Go.").status == "error"
    desk.ok(f"%agent --resume --decide {pending()} session")
    assert desk.ok("%agent -T delete Again.").items("text")[-1]["text"] == "deleted 10 of a"
    assert desk.run("%agent --session other -T delete Go.").status == "error"
    desk.ok("%nbagent tools ask delete")
    assert desk.run("%agent -T delete Again.").status == "error"
    desk.ok(f"%agent --resume --decide {pending()} always")
    assert desk.ok("%agent --session other --new -T delete Go.").items("text")[-1]["text"] == "deleted 10 of a"
    desk.ok(TOOL.replace("deleted", "has deleted"))
    assert desk.run("%agent --session other --new -T delete Go.").status == "error"
    desk.ok(TOOL)


# --- sessions --------------------------------------------------------------------------------------------------------------


def test_sessions_are_told_with_model_tokens_and_their_messages(desk):
    desk.ok("%agent --session talk Hello.")
    (row,) = asked(desk, "sessions", t="sessions")["sessions"]
    assert (row["name"], row["model"], row["messages"], row["pending"], row["busy"]) == ("talk", "m", 2, [], False)
    assert row["output"] > 0
    found = asked(desk, "session", **{"t": "session", "name": "talk", "from": 0})
    assert [(message["role"], message["parts"][0]["text"]) for message in found["messages"]] == [("user", "Hello."), ("assistant", "Nothing to do.")]
    assert asked(desk, "session", **{"t": "session", "name": "talk", "from": 1})["messages"][0]["at"] == 1
    assert asked(desk, "session", **{"t": "session", "name": "gone", "from": 0})["missing"] is True


def test_a_session_that_a_variable_holds_is_there_by_its_name(desk):
    desk.ok("mine = nbagent.Session(nbagent.Agent(model='scripted:m')); mine.run('Hello.'); other_name = mine")
    assert [row["name"] for row in asked(desk, "sessions", t="sessions")["sessions"]] == ["mine"]
    desk.ok("del mine, other_name")


def test_a_session_that_this_machine_answers_is_local_however_its_model_was_given(desk):
    desk.ok("from nbagent.providers.scripted import Scripted; from nbagent import Agent, Session")
    desk.ok("named = Session(Agent(model='scripted:m')); named.run('Hello.'); given = Session(Agent(model=Scripted(['Hi.']))); given.run('Hello.')")
    desk.ok("unused = Session(Agent(model='scripted:m'))")
    local = {row["name"]: row["local"] for row in asked(desk, "sessions", t="sessions")["sessions"]}
    assert local == {"named": True, "given": True, "unused": False}
    desk.ok("del named, given, unused")


def test_in_the_panel_a_session_is_forked_saved_loaded_and_begun_anew(desk):
    desk.ok("%agent --session talk Hello.")
    desk.ok("%agent --session talk Again.")

    def do(verb, name, **more):
        return asked(desk, "session-done", t="do-session", verb=verb, name=name, **more)

    assert do("fork", "talk", new="other", at=2)["open"] == "other"
    assert "already" in do("fork", "talk", new="other", at=2)["error"]
    assert "kept.json" in do("save", "other", path="kept.json")["text"]
    assert do("load", "third", path="kept.json")["open"] == "third"
    assert "is not a saved session" in do("load", "x", path="nowhere.json")["error"]
    assert do("reset", "talk")["text"] == "talk begins anew."
    lengths = {row["name"]: row["messages"] for row in asked(desk, "sessions", t="sessions")["sessions"]}
    assert lengths == {"talk": 0, "other": 2, "third": 2}
    assert desk.ok("%agent --session third And now?").items("text")[-1]["text"] == "Nothing to do."
    assert desk.value("len(desk.sessions['third'].messages)") == 4


def test_by_magic_a_session_is_read_forked_saved_loaded_and_begun_anew(desk):
    desk.ok("%agent --session talk Hello.")
    desk.ok("%nbagent sessions fork talk other 1")
    desk.ok("%nbagent sessions save talk talk.json")
    desk.ok("%nbagent sessions load talk.json again")
    desk.ok("%nbagent sessions reset talk")
    assert desk.value("{name: len(session.messages) for name, session in desk.sessions.items()}") == {"talk": 0, "other": 1, "again": 2}
    assert "Nothing to do." in desk.ok("%nbagent sessions show again").outputs[0]["text/plain"]
    assert "again" in desk.ok("%nbagent sessions").outputs[0]["text/plain"]
    assert "its first 9 messages" in desk.run("%nbagent sessions fork again more 9").error_lines[0]
    assert "fork NAME NEW [N]" in " ".join(desk.run("%nbagent sessions fork again").error_lines)


def test_python_forks_a_session_from_any_message():
    asks = tool(lambda table: table, name="delete", approval=True)
    session = Session(Agent(model=Scripted([call("delete", table="a"), "Done."], loop=True), tools=[asks]), max_cost=1.0)
    session.grants.give(asks)
    session.run("Go.")
    fork = session.fork(1, name="other")
    assert ([message.role for message in fork.messages], fork.name, fork.max_cost) == (["user"], "other", 1.0)
    assert len(session.messages) == 4
    assert list(fork.grants) == []
    assert session.fork(2).run("Go on.").messages
    for at in (5, -1, True):
        with pytest.raises(ConfigError, match="cannot be gone on with"):
            session.fork(at)
