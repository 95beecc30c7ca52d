"""What a conversation promises, over the scripted provider: outcomes, what is kept, and what the next prompt sees."""

import asyncio
import os
import threading

import pytest

from nbagent.agent import Agent
from nbagent.errors import ConfigError, IncompleteStream, MaxStepsReached, Overloaded, RunCancelled, SessionBusy, UnknownProvider
from nbagent.events import PartDelta, RunFinished, RunStarted, StepFinished, StepStarted
from nbagent.messages import Message, TextPart
from nbagent.observers.trace import Trace
from nbagent.providers.scripted import Scripted, call, cut, error, pause, reasoning
from nbagent.session import Session
from nbagent.tools import tool
from tests.sessions import get_weather, paired, recorded, session_of


def test_a_prompt_is_answered_and_both_stay_in_the_conversation():
    session = session_of("Hello.")
    result = session.run("Hi")
    assert (result.text, result.outcome) == ("Hello.", "completed")
    assert [message.role for message in session.messages] == ["user", "assistant"]
    assert result.usage.output_tokens > 0
    assert result.cost == 0.0
    assert (result.finish_reason, result.tool_calls) == ("stop", ())
    assert session.usage == result.usage
    assert f"2 messages, {result.usage.total_tokens} tokens" in repr(session)


def test_tool_calls_are_answered_and_the_model_is_asked_again():
    session = session_of([call("get_weather", city="Oslo")], "Take a coat.", tools=[get_weather])
    events = recorded(session)
    result = session.run("Coat?")
    assert result.text == "Take a coat."
    assert [(made.name, made.arguments) for made in result.tool_calls] == [("get_weather", '{"city": "Oslo"}')]
    assert [message.role for message in session.messages] == ["user", "assistant", "tool", "assistant"]
    assert session.messages[2].tool_results[0].content == '{"city": "Oslo", "sky": "rain"}'
    kinds = [type(event).__name__ for event in paired(events) if not isinstance(event, PartDelta)]
    assert kinds == [
        "RunStarted", "StepStarted", "PartStarted", "PartFinished", "StepFinished", "ToolStarted", "ToolFinished",
        "StepStarted", "PartStarted", "PartFinished", "StepFinished", "RunFinished",
    ]  # fmt: skip


def test_the_conversation_goes_on_and_the_model_sees_all_of_it():
    seen = []
    session = session_of("One.", lambda request: seen.append([m.text for m in request.messages]) or "Two.")
    session.run("a")
    session.run("b")
    assert seen == [["a", "One.", "b"]]


def test_streaming_is_the_same_run_folded():
    session = session_of([reasoning("Hm."), "Hello you."])
    events = list(session.stream("Hi"))
    assert "".join(event.delta for event in events if isinstance(event, PartDelta)) == "Hm.Hello you."
    assert session.result.text == "Hello you."
    paired(events)


def test_leaving_a_stream_early_cancels_and_closes_every_span():
    session = Session(Agent(model=Scripted(["word " * 500], pace=0.01)))
    events = recorded(session)
    for event in session.stream("Hi"):
        if isinstance(event, PartDelta):
            break
    assert isinstance(paired(events)[-1], RunFinished)
    assert events[-1].outcome == "cancelled"
    assert not session.busy


@pytest.mark.parametrize("prompt", [None, 5, b"bytes", ["text", 5], {"a": 1}, Message("assistant", (TextPart("I said"),))])
def test_what_is_no_prompt_is_refused(prompt):
    session = session_of("Hello.")
    with pytest.raises(ConfigError, match="A prompt cannot be"):
        session.run(prompt)
    assert not session.busy


def test_a_stream_cut_short_is_a_failure_and_the_partial_is_kept():
    session = session_of(["The answer is", cut()], retries=0)
    events = recorded(session)
    with pytest.raises(IncompleteStream) as failure:
        session.run("Hi")
    assert failure.value.result.text == "The answer is"
    assert failure.value.result.outcome == "failed"
    assert session.messages[-1].finish_reason == "error"
    finished = next(event for event in paired(events) if isinstance(event, StepFinished))
    assert finished.error.type == "IncompleteStream"


def test_a_call_cut_in_its_middle_is_not_kept_for_the_next_prompt():
    session = session_of(["Let me look.", call("get_weather", city="Oslo"), cut()], "Next.", tools=[get_weather], retries=0)
    with pytest.raises(IncompleteStream):
        session.run("Hi")
    assert not session.messages[-1].tool_calls


def test_a_prompt_without_any_answer_is_not_said_twice():
    session = session_of([Overloaded("busy")], lambda request: f"{len(request.messages)} messages", retries=0)
    with pytest.raises(Overloaded):
        session.run("Hi")
    assert session.messages == []
    assert session.run("Hi again").text == "1 messages"


def test_retries_happen_before_the_first_part_and_are_seen():
    session = session_of([Overloaded("busy", retry_after=0.01)], "Hello.")
    events = recorded(session)
    assert session.run("Hi").text == "Hello."
    assert [event.attempt for event in events if type(event).__name__ == "Retried"] == [1]


def test_after_the_first_part_a_failure_is_not_retried():
    session = session_of(["Half", error(Overloaded("busy"))], "Never said.")
    with pytest.raises(Overloaded):
        session.run("Hi")
    assert session.messages[-1].text == "Half"


def test_max_steps_is_a_failure_of_its_own_and_keeps_what_came():
    session = session_of([call("get_weather", city="Oslo")], tools=[get_weather], max_steps=2)
    session.agent = session.agent.replace(model=Scripted([[call("get_weather", city="Oslo")]], loop=True))
    with pytest.raises(MaxStepsReached):
        session.run("Loop")
    assert len(session.messages) == 5


def test_cancelling_keeps_the_partial_answer_and_the_next_prompt_works():
    session = Session(Agent(model=Scripted(["word " * 500, "Next."], pace=0.005)))
    events = recorded(session)
    threading.Timer(0.1, session.cancel).start()
    with pytest.raises(RunCancelled) as stopped:
        session.run("Go")
    assert stopped.value.result.text.startswith("word")
    assert session.messages[-1].finish_reason == "cancelled"
    assert paired(events)[-1].outcome == "cancelled"
    assert session.run("Then").text == "Next."


def test_an_error_before_a_run_has_a_result_of_none():
    with pytest.raises(ConfigError) as empty:
        session_of("x").run(" ")
    assert empty.value.result is None


def test_ctrl_c_in_mid_stream_ends_the_run_at_once():
    session = Session(Agent(model=Scripted([["Hello ", pause(30)]])))
    threading.Timer(0.2, lambda: os.kill(os.getpid(), 2)).start()
    with pytest.raises(RunCancelled):
        session.run("Go")


def test_a_second_prompt_at_the_same_time_is_refused():
    session = Session(Agent(model=Scripted(["Hello ", "x"], pace=0.05)))
    stream = session.stream("Hi")
    next(stream)
    with pytest.raises(SessionBusy):
        session.run("Me too")
    stream.close()


def test_awaiting_works_in_any_loop():
    async def main():
        session = session_of([call("get_weather", city="Oslo")], "ok", tools=[get_weather])
        first = await session.arun("Go")
        events = [event async for event in Session(Agent(model=Scripted(["Hi."]))).astream("x")]
        return first.text, type(events[-1]).__name__

    assert asyncio.run(main()) == ("ok", "RunFinished")


def test_a_subscriber_that_raises_is_a_warning_and_never_a_broken_run():
    session = session_of("Hello.")
    seen = []
    session.subscribers += [lambda event: 1 / 0, lambda event: seen.append((type(event), threading.current_thread()))]
    with pytest.warns(RuntimeWarning, match="ZeroDivisionError"):
        assert session.run("Hi").text == "Hello."
    assert seen[0] == (RunStarted, threading.current_thread())


def test_running_again_from_a_place_replaces_what_stood_after_it():
    session = session_of("One.", "Two.")
    session.run("a")
    session.run("b")
    session.run("a again", at=0)
    assert [message.text for message in session.messages] == ["a again", "One."]
    assert [message.text for message in session.replaced[0]] == ["a", "One.", "b", "Two."]


def test_a_rerun_that_produces_nothing_leaves_the_old_exchange():
    session = session_of("One.", lambda request: Overloaded("busy"), retries=0)
    session.run("a")
    session.agent = session.agent.replace(model=Scripted([Overloaded("busy")]))
    with pytest.raises(Overloaded):
        session.run("a again", at=0)
    assert [message.text for message in session.messages] == ["a", "One."]


def test_an_empty_prompt_is_refused_before_anything_is_sent():
    with pytest.raises(ConfigError, match="empty"):
        session_of("x").run("")


def test_a_provider_written_in_a_cell_needs_only_stream_and_its_errors_are_told():
    class Mine:
        name = "mine"

        async def stream(self, request):
            raise ValueError("oops")
            yield

    with pytest.raises(Exception, match="mine: ValueError: oops"):
        Session(Agent(model=Mine(), retries=0)).run("Hi")


def test_messages_given_at_the_start_are_the_conversation():
    session = Session(Agent(model=Scripted([lambda request: str(len(request.messages))])), messages=[Message("user", ()), Message("assistant", ())])
    assert session.run("x").text == "3"


def test_traces_can_be_shared():
    trace = Trace()
    for text in ("a", "b"):
        Session(Agent(model=Scripted([text])), trace=trace).run("x")
    assert len(trace.runs()) == 2


def test_every_step_says_what_was_sent():
    session = session_of("Hello.", instructions="Be brief.", params={"temperature": 0})
    events = recorded(session)
    session.run("Hi")
    started = next(event for event in events if isinstance(event, StepStarted))
    assert (started.instructions, started.params, [message.text for message in started.messages]) == ("Be brief.", {"temperature": 0}, ["Hi"])


def test_a_key_of_the_environment_goes_nowhere(monkeypatch):
    key = "veryprivatevalue-without-any-shape"
    monkeypatch.setenv("MY_SERVICE_API_KEY", key)

    @tool
    def leak() -> dict[str, str]:
        return dict(os.environ)

    session = session_of([call("leak")], "ok", tools=[leak])
    session.run(f"The environment is {dict(os.environ)}")
    assert key not in str(session.messages)
    assert key not in str(session.result.state)
    assert "ver...[redacted]" in session.messages[0].text
    assert "ver...[redacted]" in session.messages[2].tool_results[0].content


def test_a_name_without_its_provider_brings_the_models_that_may_be_meant():
    for name, near in (("claude-haiku-4-5", "Did you mean anthropic:claude-haiku-4-5"), ("claude-hiku-4-5", "anthropic:claude-haiku-4-5")):
        with pytest.raises(UnknownProvider) as caught:
            Session(Agent(model=name)).run("Hi")
        assert near in caught.value.mend


@pytest.mark.parametrize("given", ["x", None, Agent])
def test_a_session_is_with_an_agent_and_nothing_else(given):
    with pytest.raises(ConfigError, match="A session is a conversation with an agent"):
        Session(given)
