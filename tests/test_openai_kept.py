"""Claims on conversations that the provider keeps: only what is new is sent, and never too little."""

import asyncio
from dataclasses import dataclass

import msgspec
import pytest

from nbagent.agent import Agent
from nbagent.bridge import engine
from nbagent.messages import Message, TextPart, ToolCallPart, ToolResultPart, assistant, from_json, to_json, user
from nbagent.providers.openai.responses import OpenAI, to_wire
from nbagent.session import Session
from tests.responses_events import MODEL, WHOLE, lines, request
from tests.wire_server import WireServer

AUTO = {"previous_response_id": "auto"}


def kept(response_id, text="Fine.", *, calls=(), finish="stop", **marks):
    """An answer that OpenAI stored."""
    meta = {"openai": {"model": MODEL, "id": f"msg_{response_id}", "stored": True, **marks}}
    return Message("assistant", (TextPart(text, meta), *calls), provider="openai", response_id=response_id, finish_reason=finish)


def sent(*messages, model=MODEL, **params):
    wire = to_wire(request(*messages, model=model, params=params))
    return wire.get("previous_response_id"), wire["store"], ["/".join(filter(None, (item.get("role"), item.get("type")))) for item in wire["input"]]


def test_auto_stores_the_answer_and_sends_what_came_after_the_last_one():
    assert sent(user("a"), **AUTO) == (None, True, ["user"])
    assert sent(user("a"), kept("r1"), user("b"), **AUTO) == ("r1", True, ["user"])
    call = ToolCallPart("c", "f", "{}", {"openai": {"model": MODEL, "id": "fc_1", "stored": True}})
    result = Message("tool", (ToolResultPart("c", "f", "4"),))
    assert sent(user("a"), kept("r1"), user("b"), kept("r2", calls=(call,), finish="tool_calls"), result, **AUTO) == ("r2", True, ["function_call_output"])


def test_it_goes_on_after_a_restart_and_in_a_fork():
    transcript = from_json(to_json([user("a"), kept("r1"), user("b"), kept("r2"), user("c")]))
    assert sent(*transcript, **AUTO)[0] == "r2"
    assert sent(*transcript[:2], user("another"), **AUTO) == ("r1", True, ["user"])


@dataclass
class Unkept:
    why: str
    answer: Message


@pytest.mark.parametrize(
    "last",
    [
        Unkept("another provider", msgspec.structs.replace(kept("r2"), provider="anthropic")),
        Unkept("written by hand", assistant("Fine.")),
        Unkept("cut off", kept("r2", finish="error")),
        Unkept("stopped", kept("r2", finish="cancelled")),
        Unkept("without its id", msgspec.structs.replace(kept("r2"), response_id=None)),
        Unkept("not stored", kept("r2", stored=False)),
        Unkept("another model", kept("r2", model="gpt-4.1")),
        Unkept("of a conversation", kept("r2", conversation="conv_1")),
        Unkept("waiting for an approval", kept("r2", item={"type": "mcp_approval_request", "id": "mcpr_1"})),
    ],
    ids=lambda last: last.why,
)
def test_where_the_last_answer_is_not_kept_everything_is_sent(last):
    assert sent(user("a"), kept("r1"), user("b"), last.answer, user("c"), **AUTO)[0] is None
    assert len(sent(user("a"), kept("r1"), user("b"), last.answer, user("c"), **AUTO)[2]) == 5


def test_an_id_that_is_given_is_followed_as_it_is():
    assert sent(user("a"), previous_response_id="r0") == ("r0", False, ["user"])
    assert sent(user("a"), kept("r1"), user("b"), kept("r2"), user("c"), previous_response_id="r1")[2] == ["user", "assistant/message", "user"]
    assert sent(user("a"), kept("r1"), user("b"), previous_response_id="r1", store=True) == ("r1", True, ["user"])


@pytest.mark.parametrize("conversation", ["conv_1", {"id": "conv_1"}])
def test_a_conversation_gets_what_is_not_in_it(conversation):
    inside = kept("r1", conversation="conv_1")
    assert sent(user("a"), conversation=conversation) == (None, True, ["user"])
    assert sent(user("a"), inside, user("b"), conversation=conversation)[2] == ["user"]
    assert sent(user("a"), inside, user("b"), assistant("Another's."), user("c"), conversation=conversation)[2] == ["user", "assistant", "user"]
    assert sent(user("a"), kept("r1", conversation="conv_2"), user("b"), conversation=conversation)[2] == ["user", "assistant/message", "user"]
    assert to_wire(request(user("a"), params={"conversation": conversation}))["conversation"] == conversation


def test_instructions_and_tools_go_with_every_request():
    wire = to_wire(
        request(user("a"), kept("r1"), user("b"), instructions="Be brief.", params={**AUTO, "prompt_cache_key": "k", "prompt_cache_options": {"ttl": "12h"}})
    )
    assert (wire["instructions"], wire["previous_response_id"]) == ("Be brief.", "r1")
    assert (wire["prompt_cache_key"], wire["prompt_cache_options"]) == ("k", {"ttl": "12h"})
    assert "include" not in wire, "what is stored is not asked for encrypted"


def test_nothing_is_stored_unless_it_is_asked_for():
    assert to_wire(request(user("a")))["store"] is False
    assert to_wire(request(user("a"), params={"background": True}))["store"] is True
    assert to_wire(request(user("a"), params={"background": True, "store": False}))["store"] is False


def test_a_session_sends_only_what_is_new_also_from_its_file(tmp_path):
    with WireServer(b"".join(b"data: " + line + b"\n\n" for line in lines(*WHOLE))) as server:
        provider = OpenAI(server.url, "key-for-tests")
        agent = Agent(model=provider, params=AUTO, retries=0)
        session = Session(agent)
        session.run("a")
        session.run("b")
        session.save(tmp_path / "kept.json")
        again = Session.load(tmp_path / "kept.json", agent=agent)
        again.run("c")
        asyncio.run_coroutine_threadsafe(provider.aclose(), engine()).result(5)
    bodies = [got.json for got in server.requests]
    assert [(body.get("previous_response_id"), [item["content"][0]["text"] for item in body["input"]]) for body in bodies] == [
        (None, ["a"]), ("resp_1", ["b"]), ("resp_1", ["c"]),
    ]  # fmt: skip
