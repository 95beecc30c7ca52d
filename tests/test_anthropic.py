"""The way to Anthropic: headers and keys, what was left out said first, the list of models, counting."""

import asyncio
import json
from contextlib import contextmanager

import pytest

from nbagent.agent import Agent
from nbagent.bridge import engine
from nbagent.errors import GarbledStream, MissingKey, NbagentError, RateLimited
from nbagent.events import Noted
from nbagent.messages import ServerToolPart, user
from nbagent.provider import Capabilities, Counts, Lists, ModelInfo, OutputSpec
from nbagent.providers.anthropic.adapter import Anthropic
from nbagent.session import Session
from tests.anthropic_events import START, STOP, TEXT, WEATHER, WHOLE, block, close, delta, ending, lines, request
from tests.wire_server import Answer, WireServer, error


def body(*events):
    return b"".join(b"data: " + line + b"\n\n" for line in lines(*events))


def heard(*answers, make=Anthropic, **fields):
    """The events of one request, and the request that the server got."""

    async def ask(provider):
        events = []
        async for batch in provider.stream(request(user("a"), **fields)):
            events += batch
        await provider.aclose()
        return events

    with WireServer(*(answers or (body(*WHOLE),))) as server:
        return asyncio.run(ask(make(server.url))), server.requests[0]


def asked(answers, ask):
    """What `ask(provider)` gives, and the requests."""

    async def go(provider):
        try:
            return await ask(provider)
        finally:
            await provider.aclose()

    with WireServer(*answers) as server:
        return asyncio.run(go(Anthropic(server.url, "sk-ant-123456"))), server.requests


@contextmanager
def talking(*answers, **agent):
    """A session with Claude on a server that gives these answers, and the server."""
    with WireServer(*answers) as server:
        provider = Anthropic(server.url)
        yield Session(Agent(model=provider, **agent)), server
        asyncio.run_coroutine_threadsafe(provider.aclose(), engine()).result(5)


def answered(value, status=200):
    return Answer(json.dumps(value).encode(), status=status, headers={"content-type": "application/json"}, chunked=False)


def test_betas_are_a_header():
    _, got = heard(params={"betas": ["files-api-2025-04-14", "context-1m-2025-08-07"]})
    assert got.headers["anthropic-beta"] == "files-api-2025-04-14,context-1m-2025-08-07"
    assert "betas" not in got.json
    assert got.path == "/v1/messages"
    assert heard(params={"betas": "one-beta"})[1].headers["anthropic-beta"] == "one-beta"


def test_a_gateways_token_does_where_there_is_no_key(monkeypatch):
    monkeypatch.setenv("ANTHROPIC_AUTH_TOKEN", "token-123456")
    for key, used in (("sk-ant-123456", "sk-ant-123456"), ("", "token-123456")):
        monkeypatch.setenv("ANTHROPIC_API_KEY", key)
        assert used in heard()[1].headers["authorization"]


def test_what_a_model_does_not_take_is_said_before_all_else():
    events, got = heard(params={"temperature": 0, "thinking": {"type": "enabled", "budget_tokens": 2000}})
    assert [event.text for event in events[:2]] == [
        "claude-sonnet-5-5 takes no budget for its thinking: it decides itself how much it thinks",
        "claude-sonnet-5-5 takes no temperature: it is left out",
    ]
    assert all(isinstance(event, Noted) and event.kind == "left_out" for event in events[:2])
    assert got.json["thinking"] == {"type": "adaptive"}


def test_the_models_of_today_are_listed_page_by_page_with_what_the_api_says_of_them():
    yes, no = {"supported": True}, {"supported": False}
    can = {"structured_outputs": yes, "image_input": yes, "pdf_input": no, "thinking": {"supported": True, "types": {}}}
    first = {
        "id": "claude-a",
        "display_name": "Claude A",
        "created_at": "2026-08-01T00:00:00Z",
        "max_input_tokens": 900,
        "max_tokens": 90,
        "capabilities": can,
        "line": "opus",
    }
    second = {"id": "claude-3-5-haiku-latest", "display_name": "Haiku", "created_at": "1970-01-01T00:00:00Z", "capabilities": None}
    gone = {"id": "claude-0", "lifecycle": "retired"}
    found, requests = asked(
        [answered({"data": [first, gone], "has_more": True, "last_id": "claude-0"}), answered({"data": [second], "has_more": False, "last_id": "x"})],
        lambda provider: provider.models(),
    )
    assert isinstance(Anthropic(), Lists)
    assert found[0] == ModelInfo(
        "claude-a", "Claude A", Capabilities(output_schema=True, images=True, reasoning=True, context_window=900, max_output=90), 1785542400.0, family="opus"
    )
    assert found[1].capabilities == Anthropic().capabilities("claude-3-5-haiku-latest")
    assert [got.path for got in requests] == ["/v1/models?limit=1000", "/v1/models?limit=1000&after_id=claude-0"]


def test_a_failed_list_is_a_typed_error():
    with pytest.raises(RateLimited):
        asked([error(429, "slow down")], lambda provider: provider.models())


@pytest.mark.parametrize("answer", [{"models": []}, [], "x"])
def test_what_is_no_list_of_models_is_garbage(answer):
    with pytest.raises(GarbledStream, match="no list of models"):
        asked([answered(answer)], lambda provider: provider.models())


def test_no_key_is_said_before_anything_is_asked(monkeypatch):
    monkeypatch.delenv("ANTHROPIC_API_KEY", raising=False)
    monkeypatch.delenv("ANTHROPIC_AUTH_TOKEN", raising=False)
    for ask in (Anthropic().models(), Anthropic().count_tokens(request(user("a")))):
        with pytest.raises(MissingKey, match="ANTHROPIC_API_KEY"):
            asyncio.run(ask)


def test_tokens_are_counted_of_what_would_be_sent():
    output, params = OutputSpec("A", {"type": "object", "properties": {}}), {"betas": ["b"], "max_tokens": 5, "metadata": {}}
    call = request(user("a"), instructions="i", tools=(WEATHER,), output=output, params=params)
    count, requests = asked([answered({"input_tokens": 42})], lambda provider: provider.count_tokens(call))
    assert isinstance(Anthropic(), Counts)
    assert count == 42
    assert requests[0].path == "/v1/messages/count_tokens"
    assert requests[0].headers["anthropic-beta"] == "b"
    assert requests[0].json == {key: value for key, value in Anthropic().to_wire(call).items() if key not in ("max_tokens", "stream", "metadata")}


# -- through a session -----------------------------------------------------------------------------------------------


def use(index, id_, name):
    return block(index, type="server_tool_use", id=id_, name=name, input={}), delta(index, "input_json_delta", partial_json="{}"), close(index)


def test_a_session_keeps_what_anthropics_tools_did_and_sends_it_back():
    found = {
        "type": "web_search_tool_result",
        "tool_use_id": "s",
        "content": [{"type": "web_search_result", "title": "T", "url": "u", "encrypted_content": "e"}],
    }
    first = body(START, *use(0, "s", "web_search"), block(1, **found), close(1), *(event | {"index": 2} for event in TEXT), ending(), STOP)
    with talking(first, body(*WHOLE), retries=0) as (session, server):
        result = session.run("Search.")
        assert result.text == "Hello"
        assert isinstance(session.messages[-1].parts[0], ServerToolPart)
        session.run("Again.")
        content = server.requests[1].json["messages"][1]["content"]
    assert [given["type"] for given in content] == ["server_tool_use", "web_search_tool_result", "text"]
    assert content[1] == found


def test_a_stream_cut_inside_the_second_calls_json_runs_neither_call_and_stays_sendable():
    called = []

    def weather(city: str) -> str:
        called.append(city)
        return "rain"

    first = (block(0, type="tool_use", id="t1", name="weather", input={}), delta(0, "input_json_delta", partial_json='{"city": "Oslo"}'), close(0))
    second = (block(1, type="tool_use", id="t2", name="weather", input={}), delta(1, "input_json_delta", partial_json='{"city": "Ber'))
    with talking(body(START, *first, *second), body(*WHOLE), tools=[weather], retries=0) as (session, server):
        with pytest.raises(NbagentError):
            session.run("Weather in Oslo and Bergen?")
        assert called == []
        assert session.run("Go on.").text == "Hello"
        turns = server.requests[1].json["messages"]
    uses = [given["id"] for turn in turns for given in turn["content"] if given["type"] == "tool_use"]
    results = [given["tool_use_id"] for turn in turns for given in turn["content"] if given["type"] == "tool_result"]
    assert uses == results == ["t1"], "a call that was whole has an answer, the cut one is not sent"


def test_an_overload_inside_an_answer_of_status_200_is_tried_again_where_nothing_was_shown():
    overloaded = body(START, {"type": "error", "error": {"type": "overloaded_error", "message": "Overloaded"}})
    with talking(overloaded, body(*WHOLE), retries=1) as (session, server):
        assert session.run("Hi").text == "Hello"
        assert len(server.requests) == 2
