"""Claims on a conversation on its way out: for the model alone, one result a call, one call an id, and each repair is said."""

from __future__ import annotations

import json

import pytest

from nbagent.agent import Agent
from nbagent.errors import ConfigError
from nbagent.messages import (
    Annotations,
    Message,
    TextPart,
    ToolCallPart,
    ToolResultPart,
    assistant,
    system,
    tool_message,
    user,
)  # fmt: skip
from nbagent.notebook.dry_run import wire_request
from nbagent.outgoing import FOR_THE_PERSON, NEVER_RUN, Outgoing
from nbagent.providers.scripted import Scripted
from nbagent.session import Session
from tests.sessions import get_weather
from tests.test_provider_switch import ids_of
from tests.wire_lines import ROWS, Row


def note(text: str, priority: float | None = None, *audience: str) -> TextPart:
    return TextPart(text, annotations=Annotations(audience, priority))


def test_a_message_that_is_for_the_person_alone_is_not_sent_at_all():
    said = [Message("user", (note("A remark.", None, "user"),)), user("Go")]
    assert Outgoing().for_model(said) == said[1:]


def test_a_result_that_is_for_the_person_alone_keeps_its_place_and_not_its_text():
    shown = ToolResultPart("c", "look", "private", annotations=Annotations(("user",)))
    told = Outgoing().for_model([user("Go"), assistant(ToolCallPart("c", "look", "{}")), tool_message([shown]), user("And?")])
    assert told[2].tool_results == (ToolResultPart("c", "look", FOR_THE_PERSON),)


def test_what_is_sent_changed_is_the_same_object_at_each_model_call():
    out = Outgoing()
    said = [Message("user", (TextPart("a"), note("b", None, "user"))), assistant("c"), user("d")]
    first, second = (out.legal(given, given).messages for given in (out.for_model(said), out.for_model(said)))
    assert all(one is other for one, other in zip(first, second, strict=True))
    assert first[1] is said[1]


def result(call_id: str, content: str = "rain") -> Message:
    return tool_message([ToolResultPart(call_id, "get_weather", content)])


def asked(call_id: str) -> Message:
    return assistant(ToolCallPart(call_id, "get_weather", '{"city": "Oslo"}'))


ODD = {
    "one id in two turns": [
        user("a"), asked("c"), result("c", "rain"), assistant("ok"), user("b"), asked("c"), result("c", "sun"), assistant("ok"), user("go"),
    ],
    "an orphan result": [user("a"), result("lost"), user("go")],
    "a result after its turn": [user("a"), asked("c"), result("c"), result("c", "again"), user("go")],
    "a call without a result": [user("a"), asked("c"), user("go")],
    "a call without an id": [user("a"), asked(""), tool_message([ToolResultPart("", "get_weather", "rain")]), user("go")],
    "two calls of one id at once": [
        user("a"), assistant(ToolCallPart("c", "get_weather", "{}"), ToolCallPart("c", "get_weather", "{}")),
        tool_message([ToolResultPart("c", "get_weather", "rain"), ToolResultPart("c", "get_weather", "sun")]), user("go"),
    ],
    "a result in a user's message": [user("a"), asked("c"), Message("user", (ToolResultPart("c", "get_weather", "rain"), TextPart("go")))],
}  # fmt: skip


@pytest.mark.parametrize("said", ODD.values(), ids=ODD)
@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_a_transcript_by_hand_goes_out_with_one_result_a_call_and_one_call_an_id(row: Row, said: list[Message]) -> None:
    body = wire_request(Agent(tools=[get_weather]), said, row.make("http://127.0.0.1:9"), "model-x")
    called, answered = ids_of(body)
    assert sorted(called) == sorted(set(called)) == sorted(answered)
    text = json.dumps(body)
    assert "go" in text
    for message in said:
        assert all(part.content in text for part in message.tool_results)


def test_each_repair_is_said_and_what_is_legal_stays_as_it_is():
    def mended(said):
        return Outgoing().legal(said, said)

    twice = mended(ODD["one id in two turns"])
    assert [part.id for message in twice.messages for part in (*message.tool_calls, *message.tool_results)] == ["c", "c", "c_2", "c_2"]
    assert twice.notes == ("The id 'c' stands for two calls of the conversation: the later one is sent as 'c_2'.",)
    never = mended(ODD["a call without a result"])
    assert [part.content for message in never.messages for part in message.tool_results] == [NEVER_RUN]
    assert never.notes == ("A call of get_weather in the conversation has no result: the model is told that it was never run.",)
    legal = [system("s"), user("a"), asked("c"), result("c"), assistant("ok"), user("go")]
    assert mended(legal).notes == ()
    assert all(one is other for one, other in zip(mended(legal).messages, legal, strict=True))


def test_a_conversation_by_hand_with_an_orphan_is_answered_and_says_so_on_the_page():
    session = Session(Agent(model=Scripted(["Fine."])), messages=ODD["an orphan result"][:2])
    result = session.run("go")
    assert result.text == "Fine."
    assert [item["text"] for item in result.state["items"] if item["k"] == "notice"] == [
        "A result of get_weather in the conversation belongs to no call: it is sent as text."
    ]


@pytest.mark.parametrize("messages", [[{"role": "user", "content": "Hi"}], "Hi", [None]])
def test_a_conversation_of_something_else_than_messages_is_said(messages):
    with pytest.raises(ConfigError, match=r"which is no message\."):
        Session(Agent(model=Scripted(["x"])), messages=messages).run("Go on")
