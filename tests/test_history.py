"""Claims on what of a conversation is sent: a window by importance, nothing that is for the person alone, and always what every API takes."""

from __future__ import annotations

import asyncio
import threading

import pytest

from nbagent.agent import Agent
from nbagent.errors import ConfigError
from nbagent.events import Noted, StepStarted
from nbagent.history import LEFT_OUT, Trim
from nbagent.messages import (
    Annotations,
    FilePart,
    Message,
    TextPart,
    ToolCallPart,
    ToolResultPart,
    assistant,
    for_audience,
    system,
    tool_message,
    user,
)  # fmt: skip
from nbagent.providers.scripted import Scripted, call
from nbagent.session import Session
from nbagent.tokens import message_tokens
from nbagent.tool_results import ToolResult
from nbagent.tools import tool
from tests.sessions import get_weather

WORDS = "word " * 100


def note(text: str, priority: float | None = None, *audience: str) -> TextPart:
    return TextPart(text, annotations=Annotations(audience, priority))


def talk(count: int, **priorities: float) -> list[Message]:
    """So many exchanges of two messages, and a last prompt; ``q3=0.9`` is the priority of the third one's prompt."""
    said = []
    for number in range(1, count + 1):
        said += [Message("user", (note(f"q{number} {WORDS}", priorities.get(f"q{number}")),)), assistant(f"a{number} {WORDS}")]
    return [*said, user("now")]


def firsts(messages) -> list[str]:
    return [message.text.split()[0] for message in messages]


# -- trimming ---------------------------------------------------------------------------------------------------------------


def test_a_window_of_exchanges_keeps_the_last_ones_and_what_matters_most():
    assert firsts(Trim(exchanges=3)(talk(5))) == ["q4", "a4", "q5", "a5", "now"]
    assert firsts(Trim(exchanges=3)(talk(5, q1=0.9, q5=0.1))) == ["q1", "a1", "q4", "a4", "now"]
    assert firsts(Trim(exchanges=1)(talk(3, q2=1.0))) == ["q2", "a2", "now"]  # which stays whatever the window is
    assert firsts(Trim(exchanges=9)(talk(2))) == ["q1", "a1", "q2", "a2", "now"]


@pytest.mark.parametrize("tokens", [50, 200, 400, 700, 10_000])
def test_a_window_of_tokens_is_kept_and_used(tokens):
    whole = talk(6)
    sent = Trim(tokens=tokens)(whole)
    size = sum(map(message_tokens, sent))
    assert size <= tokens
    assert sent == whole[len(whole) - len(sent) :]
    assert len(sent) == len(whole) or size + sum(map(message_tokens, whole[:2])) > tokens


def test_parts_of_little_priority_leave_before_exchanges_also_of_the_last_prompt():
    log = FilePart("text/plain", WORDS.encode() * 5, annotations=Annotations(priority=0.1))
    said = [user("first"), assistant("one"), Message("user", (TextPart("now"), log))]
    sent = Trim(tokens=100)(said)
    assert sent[:2] == said[:2]
    assert sent[2].parts == (TextPart("now"), TextPart(LEFT_OUT))
    assert Trim(tokens=10_000)(said) == said


def test_system_messages_and_the_last_prompt_stay_in_any_window():
    said = [system("Be brief."), *talk(2)]
    assert firsts(Trim(tokens=1)(said)) == ["Be", "now"]


def test_long_results_of_earlier_steps_of_this_prompt_leave_last_and_keep_their_place():
    steps = [
        each
        for number in range(3)
        for each in (assistant(ToolCallPart(f"c{number}", "look", "{}")), tool_message([ToolResultPart(f"c{number}", "look", WORDS)]))
    ]
    said = [user("old"), assistant(WORDS), user("go"), *steps]
    size = sum(map(message_tokens, said))
    assert Trim(tokens=round(size) - 20)(said) == said[2:]
    sent = Trim(tokens=300)(said)
    assert [part.content == LEFT_OUT for message in sent for part in message.tool_results] == [True, False, False]
    sent = Trim(tokens=50)(said)
    assert [part.content == LEFT_OUT for message in sent for part in message.tool_results] == [True, True, False]  # the last is what it goes on with


def test_a_result_of_little_priority_leaves_before_all_else():
    @tool
    def look() -> ToolResult:
        return ToolResult(WORDS * 3, priority=0.1)

    session = Session(Agent(model=Scripted([[call("look")], "Seen.", "Again."]), tools=[look], history=Trim(tokens=100)))
    session.run("Look")
    session.run("And?")
    (result,) = session.messages[2].tool_results
    assert result.annotations == Annotations(priority=0.1)
    assert Trim(tokens=100)(session.messages)[2].tool_results[0].content == LEFT_OUT


@pytest.mark.parametrize("wrong", [{"tokens": 0}, {"exchanges": -1}, {"tokens": 1.5}, {"tokens": True}])
def test_what_is_no_window_is_said_at_once(wrong):
    with pytest.raises(ConfigError, match="is no window"):
        Trim(**wrong)


# -- in a run ---------------------------------------------------------------------------------------------------------------


def sent_by(session, *prompts):
    """What each model call was sent, and what was noted."""
    events = []
    session.observers.append(events.extend)
    for prompt in prompts:
        session.run(prompt)
    return [event.messages for event in events if isinstance(event, StepStarted)], [event.text for event in events if isinstance(event, Noted)]


def test_the_conversation_is_kept_whole_and_only_its_window_is_sent_which_is_said():
    session = Session(Agent(model=Scripted(["one", "two", "three"], by="calls"), history=Trim(exchanges=2)))
    sent, notes = sent_by(session, "first", "second", "third")
    assert [firsts(messages) for messages in sent] == [["first"], ["first", "one", "second"], ["second", "two", "third"]]
    assert firsts(session.messages) == ["first", "one", "second", "two", "third", "three"]
    assert notes == ["The conversation is longer than its window: 2 messages left out."]


@pytest.mark.parametrize("awaited", [False, True])
def test_a_function_of_ones_own_may_choose_and_take_its_time(awaited):
    places = []

    def last_two(messages):
        places.append(threading.current_thread().name)
        return messages[-2:]

    async def last_two_awaited(messages):
        await asyncio.sleep(0)
        return messages[-2:]

    session = Session(Agent(model=Scripted(["one", "two"], by="calls"), history=last_two_awaited if awaited else last_two))
    sent, _ = sent_by(session, "first", "second")
    assert firsts(sent[1]) == ["one", "second"]
    assert awaited or set(places) == {"nbagent-tool"}


def test_a_window_that_cuts_a_call_from_its_result_is_mended_and_said():
    session = Session(
        Agent(model=Scripted([[call("get_weather", city="Oslo")], "Rain."], by="calls"), tools=[get_weather], history=lambda messages: messages[-1:])
    )
    sent, notes = sent_by(session, "Go")
    (message,) = sent[1]
    assert (message.role, message.text.splitlines()[0]) == ("user", "[the result of a call of get_weather that is not shown]")
    assert notes[-1] == "A result of get_weather in the conversation belongs to no call: it is sent as text."


@pytest.mark.parametrize(
    ("policy", "words"),
    [(lambda messages: [], "no messages to send"), (lambda messages: "x", "gave str"), (lambda messages: 1 / 0, "raised ZeroDivisionError")],
)
def test_a_history_that_gives_nothing_to_send_is_a_clear_error(policy, words):
    with pytest.raises(ConfigError, match=words):
        Session(Agent(model=Scripted(["x"]), history=policy)).run("Go")
    with pytest.raises(ConfigError, match="no function of messages"):
        Agent(history=8_000)


def test_the_window_is_saved_and_loaded_with_the_conversation_and_its_annotations(tmp_path):
    session = Session(Agent(model="scripted:demo", history=Trim(tokens=500)), messages=[Message("user", (note("kept", 0.9, "user"),)), assistant("yes")])
    session.save(tmp_path / "talk.json")
    loaded = Session.load(tmp_path / "talk.json")
    assert loaded.agent.history == Trim(tokens=500)
    assert loaded.messages == session.messages
    Session(Agent(model="scripted:demo", history=lambda messages: messages)).save(tmp_path / "own.json")
    assert Session.load(tmp_path / "own.json").agent.history is None  # code is not saved


# -- for whom ---------------------------------------------------------------------------------------------------------------


def test_what_is_for_the_person_is_not_sent_and_what_is_for_the_model_is_not_shown():
    prompt = Message("user", (TextPart("Sum it up."), note("Ask me if it is unclear.", None, "user"), note("The reader is a child.", None, "assistant")))
    session = Session(Agent(model=Scripted(["Done."])))
    sent, _ = sent_by(session, prompt)
    assert [part.text for part in sent[0][0].parts] == ["Sum it up.", "The reader is a child."]
    assert session.view.state()["prompt"] == "Sum it up.Ask me if it is unclear."
    assert session.messages[0] is prompt
    assert for_audience(prompt, "user").text == "Sum it up.Ask me if it is unclear."
