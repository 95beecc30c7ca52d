"""What `local:` promises: a real model without a key, that answers, calls and goes on after a result; and plain words where not."""

import asyncio
import json
import os
import signal
import sys
from contextlib import aclosing
from types import SimpleNamespace

import pytest

from nbagent.agent import Agent
from nbagent.errors import ConfigError, ConnectionFailed, ContextLengthExceeded, IncompleteStream, MissingExtra, Overloaded, RequestRefused, UnknownModel
from nbagent.events import ModelAnswered, PartDelta, PartFinished, PartStarted, Retried, StreamEnded, UsageReported, Waiting
from nbagent.messages import FilePart, TextPart, ToolCallPart, ToolResultPart, assistant, tool_message, user
from nbagent.provider import OutputSpec, Request, resolve
from nbagent.providers.local import adapter as local
from nbagent.providers.local import hold as local_hold
from nbagent.providers.local.adapter import Local, Ready, status, stop
from nbagent.providers.local.models import CALL_PREFIX, Weights, cache_dir
from nbagent.providers.local.server import Serving
from nbagent.session import Session
from nbagent.tools import ToolSpec, tool
from tests.wire_server import Answer, WireServer, error

CITY = {"type": "object", "properties": {"city": {"type": "string"}, "unit": {"type": "string", "enum": ["c", "f"]}}, "required": ["city"]}
NUMBERS = {"type": "object", "properties": {"a": {"type": "integer"}, "b": {"type": "integer"}}, "required": ["a", "b"]}
WEATHER = ToolSpec("get_weather", "Current weather of a city.", CITY)
ADD = ToolSpec("add", "Add two numbers.", NUMBERS)
SAME = {"cache_prompt": False}  # what the server keeps of earlier prompts changes the text, also at temperature 0
PARIS = user("What's the weather in Paris?")


@pytest.fixture(autouse=True)
def own_run_dir(monkeypatch, tmp_path_factory):
    """Processes of these tests are not those of the person who runs them; the weights are."""
    monkeypatch.setenv("NBAGENT_CACHE", str(cache_dir()))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.getbasetemp() / "local"))
    monkeypatch.setenv("NBAGENT_LOCAL_THREADS", os.environ.get("NBAGENT_LOCAL_THREADS", "1"))
    monkeypatch.delenv("NBAGENT_LOCAL_MODEL", raising=False)


@pytest.fixture(autouse=True, scope="module")
def no_process_stays(tmp_path_factory):
    yield
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.getbasetemp() / "local"))
        stop()


def ask(*messages, model="", each=lambda _event: None, **fields):
    """All events of one answer, and what was made of them."""

    async def run():
        provider = Local()
        try:
            return await collected(provider, Request(model, messages, **{"params": SAME, **fields}), each)
        finally:
            await provider.aclose()

    return asyncio.run(run())


async def collected(provider, request, each=lambda _event: None):
    events = []
    async with aclosing(provider.stream(request)) as batches:
        async for batch in batches:
            for event in batch:
                events.append(event)
                each(event)
    parts = [event.part for event in events if isinstance(event, PartFinished)]
    return SimpleNamespace(
        events=events,
        text="".join(part.text for part in parts if isinstance(part, TextPart)),
        calls=[part for part in parts if isinstance(part, ToolCallPart)],
        ended=next(event.finish_reason for event in events if isinstance(event, StreamEnded)),
    )


def wire(*messages, model="", **fields):
    return Local().to_wire(Request(model, messages, **fields))


# --- without the weights ---------------------------------------------------------------------------------------------


def test_it_is_found_by_its_name_and_needs_no_model():
    provider, model = resolve("local:")
    assert isinstance(provider, Local)
    assert model == ""


def test_an_answer_is_reproducible_and_bounded_unless_asked_otherwise():
    body = wire(user("Hi"))
    assert (body["model"], body["temperature"], body["seed"], body["max_tokens"]) == ("qwen2.5-coder-0.5b", 0, 42, 512)
    body = wire(user("Hi"), model="qwen2.5-coder-1.5b", params={"temperature": 0.7, "max_completion_tokens": 9, "seed": None})
    assert (body["model"], body["temperature"], body["max_completion_tokens"]) == ("qwen2.5-coder-1.5b", 0.7, 9)
    assert not {"seed", "max_tokens", "chat_template"} & set(body)


def test_a_named_tool_is_the_only_one_offered_and_its_call_is_begun():
    body = wire(user("Hi"), tools=(WEATHER, ADD), tool_choice="add")
    assert [tool["function"]["name"] for tool in body["tools"]] == ["add"]
    assert body["tool_choice"] == "required"
    assert body["messages"][-1] == {"role": "assistant", "content": CALL_PREFIX}


def test_no_tool_is_offered_where_none_may_be_called():
    body = wire(user("Hi"), tools=(WEATHER,), tool_choice="none")
    assert not {"tools", "tool_choice"} & set(body)


def test_a_named_tool_that_is_not_there_is_said():
    with pytest.raises(RequestRefused, match="'subtract', which is no tool"):
        wire(user("Hi"), tools=(WEATHER,), tool_choice="subtract")


def test_a_users_picture_is_refused_and_a_tools_picture_is_left_out():
    with pytest.raises(RequestRefused, match="reads text only"):
        wire(user("What is this?", FilePart("image/png", b"x")))
    result = ToolResultPart("1", "plot", "a line", files=(FilePart("image/png", b"x"),))
    messages = wire(user("Plot"), assistant(ToolCallPart("1", "plot", "{}")), tool_message([result]))["messages"]
    assert messages[-1] == {"role": "tool", "tool_call_id": "1", "content": "a line"}


def test_a_template_of_the_users_is_read_and_not_sent(tmp_path):
    template = tmp_path / "mine.jinja"
    template.write_text("{{ messages }}")
    body = wire(user("Hi"), tools=(ADD,), tool_choice="required", params={"chat_template": str(template)})
    assert "chat_template" not in body
    assert body["messages"][-1]["role"] == "user"
    with pytest.raises(ConfigError, match="cannot be read"):
        wire(user("Hi"), params={"chat_template": str(tmp_path / "none.jinja")})


def test_json_by_schema_is_held_to_where_no_tool_can_be_called():
    output = OutputSpec("person", {"type": "object", "properties": {"name": {"type": "string"}}, "required": ["name"], "additionalProperties": False})
    assert wire(user("Anna"), output=output)["response_format"]["json_schema"]["schema"]["required"] == ["name"]
    asked = wire(user("Anna"), output=output, tools=(ADD,))
    assert ("tools" in asked, "response_format" in asked) == (True, False)
    call = ToolCallPart("1", "add", "{}")
    answered = wire(user("Anna"), assistant(call), tool_message([ToolResultPart("1", "add", "3")]), output=output, tools=(ADD,))
    assert ("tools" in answered, "response_format" in answered) == (False, True)


def test_what_its_models_can_do_is_known_before_anything_is_fetched():
    local = Local()
    can = local.capabilities("")
    assert (can.tools, can.output_schema, can.images, can.context_window) == (True, True, False, 8192)
    assert [model.id for model in asyncio.run(local.models())] == ["qwen2.5-coder-0.5b", "qwen2.5-coder-1.5b"]


def test_an_unknown_model_and_a_missing_extra_are_one_line_each(monkeypatch):
    with pytest.raises(UnknownModel, match=r"Did you mean"):
        ask(user("Hi"), model="qwen2.5-coder")
    monkeypatch.setitem(sys.modules, "xllamacpp", None)
    with pytest.raises(MissingExtra) as caught:
        ask(user("Hi"))
    assert caught.value.lines == ['The local model needs xllamacpp: pip install "nbagent[local]"']


def test_status_knows_the_model_before_it_runs(monkeypatch, tmp_path):
    monkeypatch.setenv("NBAGENT_CACHE", str(tmp_path))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert status() == {
        "model": "qwen2.5-coder-0.5b", "title": "Qwen2.5-Coder 0.5B Instruct, Q4_K_M", "licence": "Apache-2.0",
        "file": None, "size": 491_400_064, "source": None, "address": None, "pid": None, "memory": None,
    }  # fmt: skip


def chunk(delta, finish=None):
    return b"data: " + json.dumps({"id": "1", "model": "m", "choices": [{"index": 0, "delta": delta, "finish_reason": finish}]}).encode() + b"\n\n"


def call_chunk(index, name, arguments):
    return chunk({"tool_calls": [{"index": index, "id": f"c{index}", "type": "function", "function": {"name": name, "arguments": arguments}}]})


UNREAD = b'data: {"error":{"code":500,"message":"The model produced output that does not match the expected peg-native format","type":"server_error"}}\n\n'
HELLO = chunk({"content": "Hello."}) + chunk({}, "stop") + b"data: [DONE]\n\n"


class ClosesFirst(WireServer):
    """Closes the connection of the first request without a word."""

    def _answer(self, connection, answer):
        return len(self.requests) > 1 and super()._answer(connection, answer)


def answered_by(*answers, alive=True, kind=WireServer, **fields):
    """What is made of these answers of a server; each test of it shows what llama.cpp was seen to do, or may do."""

    async def run():
        with kind(*answers) as server:
            ready = Ready(Weights("m", "m.gguf"), SimpleNamespace(serving=Serving("m", "m.gguf", server.url, 0, "key-of-a-test", 0), alive=alive))
            provider = SimpleNamespace(stream=lambda request: local._answer(request, ready))
            try:
                return server, await collected(provider, Request("", (user("Hi"),), tools=(ADD,), **fields))
            finally:
                await local._chat(*local._at(ready)).aclose()

    return asyncio.run(run())


def test_a_call_that_llama_cpp_cannot_read_is_asked_for_once_more_without_tools():
    server, answer = answered_by(UNREAD, HELLO)
    assert answer.text == "Hello."
    assert [event.attempt for event in answer.events if isinstance(event, Retried)] == [1]
    assert ["tools" in got.json for got in server.requests] == [True, False]


def test_a_server_that_still_loads_is_waited_for():
    server, answer = answered_by(error(503, "Loading model", type="unavailable_error"), HELLO)
    assert answer.text == "Hello."
    assert [event.what for event in answer.events if isinstance(event, Waiting)] == ["m reads the conversation", "loading m"]
    assert len(server.requests) == 2


def test_a_server_that_loads_for_too_long_is_given_up(monkeypatch):
    monkeypatch.setattr(local, "_LOADING", 0.0)
    with pytest.raises(Overloaded, match=r"^local is overloaded"):
        answered_by(error(503, "Loading model"))


def test_a_connection_that_the_server_had_closed_is_replaced():
    server, answer = answered_by(HELLO, kind=ClosesFirst)
    assert answer.text == "Hello."
    assert len(server.requests) == 2
    with pytest.raises(ConnectionFailed, match="process ended"):
        answered_by(HELLO, kind=ClosesFirst, alive=False)


def test_one_call_at_a_time_keeps_the_text_and_the_first_call():
    body = chunk({"content": "Let me see."}) + call_chunk(0, "add", '{"a": 1, "b": 2}') + call_chunk(1, "add", '{"a": 3, "b": 4}')
    body += chunk({}, "tool_calls") + b"data: [DONE]\n\n"
    assert [call.id for call in answered_by(body)[1].calls] == ["c0", "c1"]
    answer = answered_by(body, params={"parallel_tool_calls": False})[1]
    assert ([call.id for call in answer.calls], answer.text, answer.ended) == (["c0"], "Let me see.", "tool_calls")
    assert [call.id for call in answered_by(body, tool_choice="add")[1].calls] == ["c0"]


def test_a_process_that_ends_in_mid_answer_is_said_and_may_be_tried_again():
    with pytest.raises(IncompleteStream, match="The local model's process ended in mid-answer") as caught:
        answered_by(Answer(chunk({"content": "Hel"}) + b" " * 50, cut_at=120), alive=False)
    assert caught.value.retryable
    with pytest.raises(ConnectionFailed, match="The local model's process ended in mid-answer"):
        answered_by(Answer(b"x", cut_at=0), alive=False)


def test_it_runs_here_and_no_server_is_asked_in_its_name():
    with pytest.raises(ConfigError, match="runs on this machine"):
        Local(base_url="http://127.0.0.1:9/v1")


# --- with the weights ------------------------------------------------------------------------------------------------


@pytest.mark.local_model
def test_a_plain_question_is_answered_and_what_goes_on_before_is_told():
    answer = ask(user("What is the capital of France?"))
    assert "Paris" in answer.text
    assert answer.ended == "stop"
    first = next(number for number, event in enumerate(answer.events) if isinstance(event, PartStarted))
    waiting = [event.what for event in answer.events[:first] if isinstance(event, Waiting)]
    assert waiting[-1] == "qwen2.5-coder-0.5b reads the conversation"
    assert sum(isinstance(event, PartDelta) for event in answer.events) >= 4
    usage = next(event.usage for event in answer.events if isinstance(event, UsageReported))
    assert usage.input_tokens > 10
    assert usage.output_tokens >= 4
    assert next(event.model for event in answer.events if isinstance(event, ModelAnswered)) == "qwen2.5-coder-0.5b"


@pytest.mark.local_model
def test_a_tool_is_called_with_arguments_that_stream_and_its_result_is_answered():
    answer = ask(PARIS, tools=(WEATHER, ADD))
    (call,) = answer.calls
    assert (call.name, answer.ended) == ("get_weather", "tool_calls")
    assert json.loads(call.arguments)["city"] == "Paris"
    deltas = [event.delta for event in answer.events if isinstance(event, PartDelta)]
    assert len(deltas) >= 4
    assert "".join(deltas) == call.arguments
    result = ToolResultPart(call.id, call.name, '{"temperature": 12, "sky": "rain"}')
    after = ask(PARIS, assistant(call), tool_message([result]), tools=(WEATHER, ADD))
    assert after.calls == []
    assert "12" in after.text


@pytest.mark.local_model
def test_an_answer_is_held_to_a_schema():
    properties = {"name": {"type": "string"}, "age": {"type": "integer"}}
    schema = {"type": "object", "properties": properties, "required": ["name", "age"], "additionalProperties": False}
    answer = ask(user("Anna is 31 years old. Who is she?"), output=OutputSpec("person", schema))
    assert json.loads(answer.text) == {"name": "Anna", "age": 31}


@pytest.mark.local_model
def test_the_same_question_gets_the_same_answer():
    assert ask(user("Name three colours.")).text == ask(user("Name three colours.")).text


@pytest.mark.local_model
def test_a_call_that_must_come_comes():
    (call,) = ask(user("Hello"), tools=(ADD,), tool_choice="required").calls
    assert call.name == "add"
    (call,) = ask(user("Hello"), tools=(WEATHER, ADD), tool_choice="add").calls
    assert call.name == "add"
    assert set(json.loads(call.arguments)) == {"a", "b"}


@pytest.mark.local_model
def test_a_conversation_that_is_too_long_is_said():
    with pytest.raises(ContextLengthExceeded, match=r"^local says the conversation is longer"):
        ask(user("word " * 9000))


@pytest.mark.local_model
def test_a_process_that_was_killed_is_started_anew_by_the_next_question():
    async def run():
        provider = Local()
        request = Request("", (user("Count from one to fifty."),), params=SAME)
        try:
            await collected(provider, Request("", (user("Hi"),), params=SAME | {"max_tokens": 1}))
            (serving,) = local_hold.running()

            def kill_in_mid_answer(event):
                if isinstance(event, PartDelta):
                    os.kill(serving.pid, signal.SIGKILL)

            with pytest.raises(IncompleteStream, match="process ended in mid-answer"):
                await collected(provider, request, kill_in_mid_answer)
            assert "Paris" in (await collected(provider, Request("", (user("What is the capital of France?"),), params=SAME))).text
            assert local_hold.running()[0].pid != serving.pid
        finally:
            await provider.aclose()

    asyncio.run(run())


@pytest.mark.local_model
def test_leaving_early_ends_the_answer_and_the_next_does_not_wait_for_it():
    async def run():
        provider = Local()
        try:
            async with aclosing(provider.stream(Request("", (user("Count from one to five hundred."),), params={"max_tokens": 4000}))) as batches:
                async for batch in batches:
                    if any(isinstance(event, PartDelta) for event in batch):
                        break
            return (await collected(provider, Request("", (user("What is the capital of France?"),), params=SAME))).text
        finally:
            await provider.aclose()

    assert "Paris" in asyncio.run(asyncio.wait_for(run(), 60))


@pytest.mark.local_model
def test_status_tells_what_runs_and_stop_ends_it():
    async def run():
        provider = Local()
        await collected(provider, Request("", (user("Hi"),), params={"max_tokens": 1}))
        running = status()
        assert running["address"].startswith("http://127.0.0.1:")
        assert running["memory"] > 300_000_000
        assert running["file"].endswith(".gguf")
        assert stop() == ["qwen2.5-coder-0.5b"]
        assert status()["pid"] is None
        await provider.aclose()

    asyncio.run(run())


@pytest.mark.local_model
def test_an_agent_answers_with_a_tool_from_end_to_end():
    @tool
    def get_weather(city: str) -> dict[str, object]:
        """Current weather of a city."""
        return {"city": city, "temperature": 12, "sky": "rain"}

    provider = Local()

    async def run():
        session = Session(Agent(model=provider, tools=[get_weather], params=SAME))
        result = await session.arun("What's the weather in Paris?")
        return result, [message.role for message in session.messages]

    result, roles = asyncio.run(run())
    assert roles == ["user", "assistant", "tool", "assistant"]
    assert "12" in result.text
    assert result.cost == 0.0
