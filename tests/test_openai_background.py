"""Claims on an answer in the background: cut anywhere, it is read to its end over other connections, and nothing twice."""

import asyncio
import json
import os
from contextlib import aclosing
from pathlib import Path

import pytest

from nbagent.errors import IncompleteStream, NbagentError
from nbagent.events import ModelAnswered, Noted, PartDelta, PartFinished, StreamEnded
from nbagent.messages import TextPart, user
from nbagent.provider import Request
from nbagent.providers.openai import background as openai_background
from nbagent.providers.openai.responses import OpenAI
from tests.responses_events import CREATED, TEXT, completed
from tests.wire_server import Answer, WireServer, error

CORPUS = Path(os.environ.get("NBAGENT_WIRE_CORPUS", Path(__file__).parents[2] / "shared" / "wire"))
EVENTS = [b"data: " + json.dumps({**event, "sequence_number": number}).encode() + b"\n\n" for number, event in enumerate((CREATED, *TEXT, completed()))]
BODY = b"".join(EVENTS)


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch):
    monkeypatch.setattr(openai_background, "_WAIT", 0.0)


def heard(*answers, **params):
    """What is said in the end, the error, and what the server was asked."""

    async def go(url):
        provider, events = OpenAI(url, "key-for-tests"), []
        try:
            async for batch in provider.stream(Request("m", (user("x"),), params={"background": True, **params})):
                events += batch
        except NbagentError as failure:
            return events, failure
        finally:
            await provider.aclose()
        return events, None

    with WireServer(*answers) as server:
        events, failure = asyncio.run(go(server.url))
        return events, failure, [(request.method, request.path) for request in server.requests]


def test_an_answer_that_is_not_cut_is_read_as_any_other():
    events, failure, asked = heard(BODY)
    assert failure is None
    assert len(asked) == 1
    assert not [event for event in events if isinstance(event, Noted)]


@pytest.mark.parametrize("cut_at", [len(b"".join(EVENTS[:2])), len(b"".join(EVENTS[:3])) - 9, len(b"".join(EVENTS[:3])), len(BODY) - 30])
def test_cut_anywhere_it_goes_on_behind_the_last_whole_event(cut_at):
    whole = max(number for number in range(len(EVENTS)) if len(b"".join(EVENTS[: number + 1])) <= cut_at)
    events, failure, asked = heard(Answer(BODY, cut_at=cut_at), b"".join(EVENTS[whole + 1 :]))
    assert failure is None
    assert asked[1] == ("GET", f"/responses/resp_1?starting_after={whole}&stream=true")
    assert [event.part for event in events if isinstance(event, PartFinished)] == [TextPart("Hello", {"openai": {"model": "m", "stored": True, "id": "msg_1"}})]
    assert [event.delta for event in events if isinstance(event, PartDelta)] == ["Hel", "lo"]
    assert [event.kind for event in events if isinstance(event, Noted)] == ["continued"]
    assert [type(event) for event in events].count(ModelAnswered) == 1
    assert events[-1] == StreamEnded("stop")


def test_it_may_be_cut_again_and_what_is_said_again_is_passed_over():
    first, rest = len(b"".join(EVENTS[:3])), b"".join(EVENTS[1:])
    events, failure, asked = heard(Answer(BODY, cut_at=first), Answer(rest, cut_at=len(b"".join(EVENTS[1:4]))), BODY)
    assert failure is None
    assert len(asked) == 3
    assert "".join(event.delta for event in events if isinstance(event, PartDelta)) == "Hello"


def test_an_end_without_a_last_event_is_a_cut_too():
    events, failure, _ = heard(b"".join(EVENTS[:3]), b"".join(EVENTS[3:]))
    assert failure is None
    assert events[-1] == StreamEnded("stop")


def test_where_no_connection_brings_anything_new_it_is_a_cut_with_what_came():
    events, failure, asked = heard(Answer(BODY, cut_at=len(b"".join(EVENTS[:3]))), Answer(b"", cut_at=0))
    assert isinstance(failure, IncompleteStream)
    assert len(asked) == 5
    assert "".join(event.delta for event in events if isinstance(event, PartDelta)) == "Hel"


def test_where_the_server_does_not_know_the_answer_it_is_not_asked_again():
    events, failure, asked = heard(b"".join(EVENTS[:3]), error(404, "no such response"))
    assert isinstance(failure, IncompleteStream)
    assert len(asked) == 2
    assert events[-1].delta == "Hel"


@pytest.mark.parametrize("how", ["closed", "cancelled"])
def test_an_answer_that_is_stopped_here_is_stopped_there(how):
    async def go(url):
        provider = OpenAI(url, "key-for-tests")
        begun = asyncio.Event()

        async def read():
            async with aclosing(provider.stream(Request("m", (user("x"),), params={"background": True}))) as batches:
                async for _ in batches:
                    begun.set()
                    if how == "closed":
                        return

        task = asyncio.create_task(read())
        await begun.wait()
        if how == "cancelled":
            task.cancel()
        await asyncio.wait([task])
        await provider.aclose()

    cancelled = Answer(json.dumps({"id": "resp_1", "status": "cancelled"}).encode(), headers={"content-type": "application/json"}, chunked=False)
    with WireServer(Answer(b"".join(EVENTS[:3]), hang=True), cancelled) as server:
        asyncio.run(go(server.url))
        assert [(got.method, got.path) for got in server.requests][1:] == [("POST", "/responses/resp_1/cancel")]


def test_an_answer_that_is_not_in_the_background_is_not_asked_for_again():
    _, failure, asked = heard(Answer(BODY, cut_at=len(b"".join(EVENTS[:3]))), background=None)
    assert isinstance(failure, IncompleteStream)
    assert len(asked) == 1


@pytest.mark.skipif(not CORPUS.is_dir(), reason="the recorded streams are not here")
def test_a_recorded_answer_is_read_to_its_end_from_where_it_was_taken_up():
    (path,) = CORPUS.glob("openai/v1_responses_resp_*/*.sse")
    body = path.read_bytes()
    begun = b'data: {"type":"response.created","sequence_number":0,"response":{"id":"resp_1","model":"m"}}\n\n'
    for cut_at in (0, len(body) // 3, len(body) // 2):
        pieces = (Answer(begun + body, cut_at=len(begun) + cut_at), body) if cut_at else (begun, body)
        events, failure, _ = heard(*pieces)
        assert failure is None
        assert [event.part.text for event in events if isinstance(event, PartFinished)] == ["2 + 2 equals 4."]
        assert "".join(event.delta for event in events if isinstance(event, PartDelta)) == "2 + 2 equals 4."
