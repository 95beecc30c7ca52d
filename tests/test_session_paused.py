"""What a conversation promises of what waits and what is saved: decisions, files, and the next kernel."""

import json

import pytest

from nbagent.agent import Agent
from nbagent.errors import ConfigError, DecisionError
from nbagent.messages import ToolCallPart, assistant, pending_calls, user
from nbagent.providers.scripted import Scripted, call
from nbagent.session import Session
from tests.sessions import delete_rows, get_weather, session_of


def test_headless_a_call_that_needs_approval_pauses_and_the_rest_of_its_batch_is_done():
    session = session_of([call("delete_rows", table="orders"), call("get_weather", city="Oslo")], "Done.", tools=[delete_rows, get_weather])
    result = session.run("Clean up")
    assert result.outcome == "paused"
    assert [waiting.name for waiting in result.pending] == ["delete_rows"]
    assert session.messages[-1].tool_results[0].name == "get_weather"
    done = session.resume({result.pending[0].id: True})
    assert done.outcome == "completed"
    assert [r.name for r in session.messages[2].tool_results] == ["delete_rows", "get_weather"]


@pytest.mark.parametrize(
    ("decision", "content", "is_error"),
    [
        (True, "orders: 3 rows deleted", False),
        (False, "The user rejected this call.", True),
        ("not on Fridays", "The user rejected this call. Reason: not on Fridays", True),
        ({"table": "drafts"}, '[The user changed the arguments to {"table":"drafts"}]\ndrafts: 3 rows deleted', False),
    ],
)
def test_a_decision_is_yes_no_a_reason_or_other_arguments(decision, content, is_error):
    session = session_of([call("delete_rows", table="orders")], "ok", tools=[delete_rows])
    paused = session.run("Go")
    session.resume({paused.pending[0].id: decision})
    result = session.messages[2].tool_results[0]
    assert (result.content, result.is_error) == (content, is_error)


def test_a_decision_on_nothing_is_an_error_and_missing_ones_stay_pending():
    session = session_of([call("delete_rows", table="a"), call("delete_rows", table="b")], "ok", tools=[delete_rows])
    with pytest.raises(DecisionError, match="Nothing waits"):
        session.resume({"x": True})
    paused = session.run("Go")
    with pytest.raises(DecisionError, match="No call 'x' waits"):
        session.resume({"x": True})
    with pytest.raises(DecisionError, match="no decision"):
        session.resume({paused.pending[0].id: 3})
    again = session.resume({paused.pending[1].id: True})
    assert again.outcome == "paused"
    assert [waiting.arguments for waiting in again.pending] == ['{"table": "a"}']
    assert session.resume({paused.pending[0].id: True}).text == "ok"


def test_a_paused_session_is_carried_on_from_a_file_in_another_kernel(tmp_path):
    session = session_of([call("delete_rows", table="orders")], "Done.", tools=[delete_rows])
    paused = session.run("Go")
    path = tmp_path / "paused.json"
    session.save(path)
    assert path.stat().st_mode & 0o777 == 0o600
    with pytest.raises(ConfigError, match="delete_rows"):
        Session.load(path)
    other = Session.load(path, agent=session.agent)
    assert other.resume({paused.pending[0].id: True}).text == "Done."


def test_a_file_that_is_no_session_says_so(tmp_path):
    path = tmp_path / "x.json"
    session = session_of("Hello.")
    session.run("Hi")
    session.save(path)
    good = json.loads(path.read_text())
    for wrong in (
        {}, [], {**good, "agent": "x"}, {**good, "agent": {**good["agent"], "max_steps": "many"}}, {**good, "messages": [{"role": 3}]},
        {**good, "run": "../../config"},
    ):  # fmt: skip
        path.write_text(json.dumps(wrong))
        with pytest.raises(ConfigError, match="not a saved session"):
            Session.load(path)


def test_no_password_of_a_url_is_saved(tmp_path):
    path = tmp_path / "x.json"
    Session(Agent(model="openai-chat:m", base_url="https://me:hunter2@models.example/v1")).save(path)
    assert Session.load(path, own=True).agent.base_url == "https://models.example/v1"
    assert "hunter2" not in path.read_text()


def test_what_cannot_be_saved_says_so_and_leaves_the_file_that_was_there(tmp_path):
    path = tmp_path / "x.json"
    session = session_of("Hello.")
    session.save(path)
    before = path.read_bytes()
    session.agent = session.agent.replace(params={"stop": object()})
    with pytest.raises(ConfigError, match="cannot be saved"):
        session.save(path)
    with pytest.raises(ConfigError, match="cannot be saved"):
        session.save(tmp_path / "missing" / "x.json")
    assert [each.name for each in tmp_path.iterdir()] == ["x.json"]
    assert path.read_bytes() == before


def test_half_characters_in_a_prompt_can_be_sent_and_saved(tmp_path):
    session = session_of("Hello.")
    session.run("the file a\udcff.txt")
    session.save(tmp_path / "x.json")
    assert Session.load(tmp_path / "x.json").messages[0].text == "the file a?.txt"


@pytest.mark.parametrize("decisions", [None, "yes", [("c", True)], {"c": None}, {"c": {"table": object()}}])
def test_what_is_no_decision_decides_nothing(decisions):
    session = session_of([ToolCallPart("c", "delete_rows", '{"table": "orders"}')], "Done.", tools=[delete_rows])
    session.run("Go")
    with pytest.raises(DecisionError):
        session.resume(decisions)
    assert [each.id for each in pending_calls(session.messages)] == ["c"]


def test_going_on_instead_of_deciding_answers_the_waiting_calls():
    session = session_of([call("delete_rows", table="orders")], "Fine.", tools=[delete_rows])
    session.run("Go")
    assert session.run("Never mind").text == "Fine."
    assert not pending_calls(session.messages)
    assert "went on with something else" in session.messages[2].tool_results[0].content


def test_a_file_of_somebody_else_cannot_choose_where_a_key_is_sent(tmp_path):
    path = tmp_path / "talk.json"
    Session(Agent(model="openai-chat:x", base_url="https://elsewhere.example/v1")).save(path)
    with pytest.raises(ConfigError, match="sent to elsewhere"):
        Session.load(path)
    assert Session.load(path, own=True).agent.base_url == "https://elsewhere.example/v1"
    assert Session.load(path, agent=Agent(model="local:")).agent.base_url is None
    Session(Agent(model="openai-chat:x", base_url="http://127.0.0.1:8080/v1")).save(path)
    assert Session.load(path).agent.base_url == "http://127.0.0.1:8080/v1"


def test_the_trace_has_the_arguments_that_ran_where_a_person_changed_them():
    session = session_of([call("delete_rows", table="orders")], "ok", tools=[delete_rows])
    paused = session.run("Go")
    session.resume({paused.pending[0].id: {"table": "drafts"}})
    done = session.trace.tools().query("status == 'ok'")
    assert list(done["arguments"]) == ['{"table":"drafts"}']


def test_a_saved_conversation_with_a_role_that_nobody_knows_is_loaded_with_a_warning(tmp_path):
    path = tmp_path / "talk.json"
    Session(Agent(model="scripted:demo"), messages=[user("a"), assistant("b")]).save(path)
    saved = json.loads(path.read_text())
    saved["messages"][1]["role"] = "critic"
    path.write_text(json.dumps(saved))
    with pytest.warns(UserWarning, match="the role 'critic'"):
        session = Session.load(path, agent=Agent(model=Scripted(["Fine."])))
    assert [message.role for message in session.messages] == ["user", "user"]
    assert session.run("And now?").text == "Fine."
