"""Typed answers in a run: how the model is asked, what it is told where it was wrong, and how a run ends with them."""

import asyncio
from typing import Any

import pydantic
import pytest

from nbagent import Agent, Session, tool
from nbagent.errors import ConfigError, MaxStepsReached, OutputInvalid, RunCancelled
from nbagent.events import Noted, OutputParsed, ToolFinished, ToolStarted
from nbagent.messages import ToolCallPart
from nbagent.output import Output
from nbagent.provider import Capabilities
from nbagent.providers.scripted import Scripted, call, end, pause
from tests.sessions import paired


class City(pydantic.BaseModel):
    name: str
    people: int = 0


OSLO, TEXT = City(name="Oslo", people=7), '{"name": "Oslo", "people": 7}'


class Able(Scripted):
    """A script of a model with a table row."""

    can = Capabilities(output_schema=True)

    def capabilities(self, model: str) -> Capabilities:
        return self.can


class Unable(Able):
    can = Capabilities(tools=False)


@tool
def people_of(city: str) -> int:
    """How many live there."""
    if city == "Atlantis":
        raise ValueError("it has sunk")
    return 7


@tool(approval=True)
def count(city: str) -> int:
    """Counts them."""
    return 7


def session_of(*steps, model=Scripted, **options) -> Session:
    session = Session(Agent(model=model(steps), **{"output_type": City} | options))
    session.seen = []
    session.observers.append(lambda batch: session.seen.extend(batch))
    return session


def seen(session: Session, *kinds: type) -> list:
    return [event for event in session.seen if type(event) in kinds]


def asked(*answers):
    """Steps that answer in turn and keep what they were asked."""
    requests = []

    def step(answer):
        def answered(request):
            requests.append(request)
            return answer

        return answered

    return requests, [step(answer) for answer in answers]


# -- three ways of asking -------------------------------------------------------------------------------------------


def test_a_model_with_a_json_mode_is_asked_for_it():
    requests, steps = asked(TEXT)
    session = session_of(*steps, model=Able, tools=[people_of])
    result = session.run("Oslo?")
    assert (result.output, result.text, result.outcome) == (OSLO, TEXT, "completed")
    assert requests[0].output == Output.of(City).spec
    assert [each.name for each in requests[0].tools] == ["people_of"]
    assert requests[0].instructions == ""


def test_a_model_with_tools_is_given_one_to_answer_with():
    requests, steps = asked([call("people_of", city="Oslo")], [call("final_result", name="Oslo", people=7)])
    session = session_of(*steps, tools=[people_of], instructions="Be brief.")
    result = session.run("Oslo?")
    assert (result.output, result.text, result.outcome) == (OSLO, '{"name":"Oslo","people":7}', "completed")
    assert [(each.output, each.tool_choice, [tool.name for tool in each.tools]) for each in requests] == [(None, "required", ["people_of", "final_result"])] * 2
    assert requests[0].instructions == "Be brief.\n\nGive the final answer by calling the tool final_result, not as text."
    assert session.messages[-1].tool_results[0].content == "The result was taken."
    [parsed] = seen(session, OutputParsed)
    assert (parsed.json, parsed.type_name, parsed.repaired, parsed.call_id) == ('{"name":"Oslo","people":7}', "City", False, "call_2")
    assert [event.call.name for event in seen(session, ToolStarted)] == ["people_of"], "the answer is none of the tools that ran"


def test_a_model_with_neither_is_told_in_words():
    requests, steps = asked(TEXT)
    session = session_of(*steps, model=Unable, instructions="Be brief.")
    assert session.run("Oslo?").output == OSLO
    assert (requests[0].output, requests[0].tools) == (None, ())
    assert requests[0].instructions.startswith("Be brief.\n\nAnswer with one JSON document and nothing else")
    assert '"people"?: integer' in requests[0].instructions


def test_a_model_that_writes_its_calls_as_text_answers_by_such_a_call_where_the_agent_has_tools():
    session = session_of('<tool_call>{"name": "final_result", "arguments": {"name": "Oslo", "people": 7}}</tool_call>', model=Unable, tools=[people_of])
    assert session.run("Oslo?").output == OSLO


@pytest.mark.parametrize("model", [Scripted, Able])
def test_an_agent_that_is_to_write_calls_as_text_is_held_to_nothing_that_forbids_them(model):
    requests, steps = asked(TEXT)
    assert session_of(*steps, model=model, native_tools=False).run("Oslo?").output == OSLO
    assert [request.tools for request in requests] == [()]
    requests, steps = asked('<tool_call>{"name": "final_result", "arguments": {"name": "Oslo", "people": 7}}</tool_call>')
    assert session_of(*steps, model=model, native_tools=False, tools=[people_of]).run("Oslo?").output == OSLO
    assert requests[0].output is None


@pytest.mark.parametrize("mode", ["native", "tool", "text"])
def test_the_way_can_be_chosen(mode):
    requests, steps = asked(TEXT if mode != "tool" else [call("final_result", name="Oslo", people=7)])
    assert session_of(*steps, model=Able, output_mode=mode).run("Oslo?").output == OSLO
    assert (requests[0].output is not None, bool(requests[0].tools), "JSON document" in requests[0].instructions) == (
        mode == "native",
        mode == "tool",
        mode == "text",
    )


def test_a_users_own_final_result_keeps_its_name():
    @tool
    def final_result(n: int) -> int:
        """The user's own."""
        return n

    session = session_of([call("final_result", n=3)], [call("final_result_2", name="Oslo")], tools=[final_result])
    assert session.run("Oslo?").output == City(name="Oslo")


def test_a_named_tool_is_forced_first_and_then_the_answer():
    requests, steps = asked([call("people_of", city="Oslo")], [call("final_result", name="Oslo")])
    session_of(*steps, tools=[people_of], tool_choice="people_of").run("Oslo?")
    assert [request.tool_choice for request in requests] == ["people_of", "required"]
    requests, steps = asked([call("final_result", name="Oslo")])
    session_of(*steps, tools=[people_of], tool_choice="none").run("Oslo?")
    assert [tool.name for tool in requests[0].tools] == ["final_result"]


def test_a_model_that_calls_the_same_again_is_asked_for_its_answer():
    requests, steps = asked([call("people_of", city="Oslo")], [call("people_of", city="Oslo")], [call("final_result", name="Oslo")])
    session_of(*steps, tools=[people_of]).run("Oslo?")
    assert [request.tool_choice for request in requests] == ["required", "required", "final_result"]
    requests, steps = asked(*[[call("people_of", city="Oslo")], [call("final_result", name="Oslo")]] * 2)
    session = session_of(*steps, tools=[people_of])
    session.run("Oslo?")
    session.run("Oslo again?")
    assert [request.tool_choice for request in requests] == ["required"] * 4, "what was called for another prompt is not again"


@pytest.mark.parametrize(("options", "why"), [
    ({"output_type": object()}, "cannot be an output type"), ({"after_tools": ["no"]}, "no tool of this agent"),
    ({"after_tools": None}, "no tool of this agent"),
])  # fmt: skip
def test_what_cannot_be_is_an_error_before_anything_is_sent(options, why):
    session = session_of("never", model=Unable, **options)
    with pytest.raises(ConfigError, match=why):
        session.run("Oslo?")
    assert session.seen == []
    assert not session.busy


def test_an_output_that_is_free_is_one():
    requests, steps = asked('{"anything": [1]}')
    assert session_of(*steps, model=Able, output_type=Output(dict[str, Any], strict=False)).run("?").output == {"anything": [1]}
    assert requests[0].output.strict is False


def test_without_a_type_the_output_is_the_text():
    result = session_of("Hello.", output_type=None).run("Hi")
    assert (result.output, result.text) == ("Hello.", "Hello.")


# -- wrong answers --------------------------------------------------------------------------------------------------


def test_a_wrong_text_goes_back_to_the_model_with_what_is_wrong():
    session = session_of("Oslo!", '{"people": 7}', TEXT, model=Able)
    result = session.run("Oslo?")
    assert result.output == OSLO
    told = [message.text for message in session.messages if message.role == "user"][1:]
    assert told == [
        "The answer is not of the type City. It is no JSON document, or one that was cut off. Answer again, with the whole JSON document and nothing else.",
        "The answer is not of the type City. name is required and was not given. Answer again, with the whole JSON document and nothing else.",
    ]
    assert [note.kind for note in seen(session, Noted)] == ["output", "output"]
    paired(session.seen)


def test_a_wrong_call_goes_back_to_the_model_as_its_result():
    session = session_of([call("final_result", people="many")], [call("final_result", name="Oslo", people=7)])
    assert session.run("Oslo?").output == OSLO
    [finished] = seen(session, ToolFinished)
    assert (finished.status, finished.error.type) == ("error", "OutputInvalid")
    assert "name is required and was not given" in finished.result.content
    paired(session.seen)


def test_text_in_place_of_the_final_call_counts_where_it_is_the_answer():
    assert session_of(f"Here: {TEXT}").run("Oslo?").output == OSLO
    session = session_of("It is Oslo.", [call("final_result", name="Oslo", people=7)])
    assert session.run("Oslo?").output == OSLO
    assert session.messages[2].text.endswith("Call the tool final_result with your answer.")


@pytest.mark.parametrize("wrong", ["Oslo!", [call("final_result", people=1)], ""])
def test_after_the_last_attempt_the_run_fails_and_what_came_is_kept(wrong):
    session = session_of(*[wrong] * 5, output_retries=1)
    with pytest.raises(OutputInvalid, match="not of the type City, 2 times") as caught:
        session.run("Oslo?")
    assert (caught.value.result.outcome, caught.value.result.output) == ("failed", None)
    assert caught.value.result.text == (wrong if isinstance(wrong, str) else "")
    assert len([message for message in session.messages if message.role == "assistant"]) == 2
    paired(session.seen)
    session.agent = session.agent.replace(model=Scripted([[call("final_result", name="Oslo")]], by="calls"))
    assert session.run("Again").output == City(name="Oslo"), "the conversation can go on"


def test_no_attempt_more_than_the_steps_allow():
    with pytest.raises(MaxStepsReached):
        session_of(*["Oslo!"] * 9, output_retries=8, max_steps=3).run("Oslo?")


@pytest.mark.parametrize("step", ["{'name': 'Oslo', 'people': 7}", [ToolCallPart("", "final_result", '{"name": "Oslo", "people": 7,}')]])
def test_broken_json_is_mended_and_said_so(step):
    session = session_of(step)
    assert session.run("Oslo?").output == OSLO
    assert [parsed.repaired for parsed in seen(session, OutputParsed)] == [True]
    assert [note.kind for note in seen(session, Noted)] == ["repaired"]


@pytest.mark.parametrize(("reason", "why"), [
    ("length", "cut at the limit of tokens"), ("refusal", "refused to answer"), ("content_filter", "content filter"), ("context", "too long for the model"),
])  # fmt: skip
@pytest.mark.parametrize("said", ['{"name": "Os', "I will not."])
def test_an_answer_that_was_cut_or_refused_is_not_asked_for_again(reason, why, said):
    session = session_of([said, end(reason)], TEXT, model=Able)
    with pytest.raises(OutputInvalid, match=why) as caught:
        session.run("Oslo?")
    assert caught.value.result.text == said
    assert len(session.messages) == 2


def test_a_final_call_that_was_cut_is_never_mended_into_an_answer():
    session = session_of([ToolCallPart("", "final_result", '{"name": "Oslo"'), end("length")], "never")
    with pytest.raises(OutputInvalid, match="cut at the limit"):
        session.run("Oslo?")
    assert session.messages[-1].tool_results[0].is_error


def test_a_whole_answer_right_at_the_limit_is_one():
    assert session_of([TEXT, end("length")], model=Able).run("Oslo?").output == OSLO


def test_an_interrupt_keeps_what_came_and_there_is_no_value():
    session = session_of(['{"name": "Os', pause(30)], model=Able)

    async def main():
        task = asyncio.create_task(session.arun("Oslo?"))
        while not session.seen or not any(type(event).__name__ == "PartDelta" for event in session.seen):
            await asyncio.sleep(0.01)
        session.cancel()
        await task

    with pytest.raises(RunCancelled) as caught:
        asyncio.run(main())
    assert (caught.value.result.output, caught.value.result.text) == (None, '{"name": "Os')


# -- calls beside the answer ----------------------------------------------------------------------------------------


def test_calls_beside_the_answer_run_first_and_then_it_counts():
    session = session_of([call("final_result", name="Oslo", people=7), call("people_of", city="Oslo")], tools=[people_of])
    assert session.run("Oslo?").output == OSLO
    assert [result.content for result in session.messages[-1].tool_results] == ["The result was taken.", "7"]


def test_an_answer_beside_a_call_that_failed_was_written_too_early():
    session = session_of(
        [call("people_of", city="Atlantis"), call("final_result", name="Atlantis", people=7)], [call("final_result", name="Atlantis")], tools=[people_of]
    )
    assert session.run("Atlantis?").output == City(name="Atlantis")
    assert "not all the calls beside it" in session.messages[2].tool_results[1].content
    paired(session.seen)


def test_of_two_answers_the_first_is_taken():
    session = session_of([call("final_result", name="Oslo"), call("final_result", name="Bergen")])
    assert session.run("Oslo?").output == City(name="Oslo")
    assert [result.is_error for result in session.messages[-1].tool_results] == [False, True]


def test_an_answer_beside_a_call_that_waits_is_given_again_after_the_decision():
    session = session_of([call("count", city="Oslo"), call("final_result", name="Oslo")], [call("final_result", name="Oslo", people=7)], tools=[count])
    result = session.run("Oslo?")
    assert (result.outcome, result.output, [each.name for each in result.pending]) == ("paused", None, ["count"])
    assert session.resume({result.pending[0].id: True}).output == OSLO


# -- what comes after tools -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("rule", ["stop", "people_of", ["people_of", "count"], lambda results: results[0].content == "7"])
def test_results_can_be_the_answer(rule):
    session = session_of([call("people_of", city="Oslo")], "never", tools=[people_of, count], output_type=None, after_tools=rule)
    result = session.run("Oslo?")
    assert (result.output, result.text, result.outcome) == ("7", "7", "completed")
    assert len(session.messages) == 3
    typed = session_of([call("people_of", city="Oslo")], "never", tools=[people_of, count], output_type=int, after_tools=rule)
    assert typed.run("Oslo?").output == 7
    assert [(parsed.json, parsed.type_name) for parsed in seen(typed, OutputParsed)] == [("7", "int")]


@pytest.mark.parametrize("rule", ["continue", ["count"], lambda results: False])
def test_other_results_go_to_the_model(rule):
    assert session_of([call("people_of", city="Oslo")], "Seven.", tools=[people_of, count], output_type=None, after_tools=rule).run("?").text == "Seven."


def test_a_call_that_failed_is_no_answer():
    session = session_of([call("people_of", city="Atlantis")], "Sunk.", tools=[people_of], output_type=None, after_tools="stop")
    assert session.run("Atlantis?").text == "Sunk."


def test_a_rule_that_raises_says_so_and_results_of_another_type_too():
    with pytest.raises(ConfigError, match="after_tools raised ZeroDivisionError"):
        session_of([call("people_of", city="Oslo")], tools=[people_of], after_tools=lambda results: 1 / 0).run("?")
    with pytest.raises(OutputInvalid, match="not of the type City"):
        session_of([call("people_of", city="Oslo")], tools=[people_of], after_tools="stop").run("?")


def test_the_result_shows_the_value():
    result = session_of(TEXT, model=Able).run("Oslo?")
    assert repr(result).startswith("Result(output=City(name='Oslo', people=7), outcome='completed'")
    assert [item["k"] for item in result.state["items"]][-1] == "output"
