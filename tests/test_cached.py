"""A cache of answers: the same request is asked once, and its answer, streamed again, is the one that came."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

import nbagent
from nbagent.agent import Agent
from nbagent.errors import NbagentError, ProviderError, RecordingError
from nbagent.events import PartDelta
from nbagent.messages import user
from nbagent.observers.trace import Trace
from nbagent.provider import Request
from nbagent.providers.cached import Cached
from nbagent.providers.openai.chat import OpenAIChat
from nbagent.providers.scripted import Scripted, call, cut
from nbagent.session import Session
from tests.test_bodies import answering, open_until_here
from tests.wire_lines import KEY
from tests.wire_server import WireServer


@pytest.fixture(params=["memory", "file"])
def path(request: pytest.FixtureRequest, tmp_path: Path) -> Path | None:
    return None if request.param == "memory" else tmp_path / "answers.jsonl"


def look() -> str:
    """Look."""
    return "Rain."


def test_the_same_run_is_asked_once_and_has_the_same_answer_at_no_cost(path: Path | None) -> None:
    trace = Trace()
    model = Cached(Scripted([call("look"), "Take a coat."], name="cached-twice"), path)
    agent = Agent(model=model, tools=[look])
    nbagent.set_price("scripted:cached-twice", input=1.0, output=2.0)
    first, again = (Session(agent, trace=trace).run("Coat?") for _ in range(2))
    assert (first.text, again.text, model.hits, model.misses, len(model)) == ("Take a coat.", "Take a coat.", 2, 2, 2)
    calls = trace.calls()
    assert calls["cached_response"].tolist() == [False, False, True, True]
    assert (calls["cost_usd"] > 0).tolist() == [True, True, False, False]
    assert calls["cost_usd"].iloc[2:].tolist() == [0.0, 0.0]
    assert calls["output_tokens"].iloc[:2].tolist() == calls["output_tokens"].iloc[2:].tolist()
    assert trace.tools()["result"].tolist() == ["Rain.", "Rain."]
    assert [message.text for message in first.messages] == [message.text for message in again.messages]
    assert "from the cache" in trace.events(kind="note")["payload"].iloc[0]


def test_another_request_is_asked_anew(path: Path | None) -> None:
    model = Cached(Scripted(lambda request: f"{len(request.messages)} {request.params}"), path)
    asked = [("A?", {}), ("B?", {}), ("A?", {"temperature": 0}), ("A?", {})]
    for prompt, params in asked:
        Session(Agent(model=model, params=params)).run(prompt)
    Session(Agent(model=model, instructions="Be brief.")).run("A?")
    Session(Agent(model=model, tools=[look])).run("A?")
    assert (model.hits, model.misses) == (1, 5)
    model.clear()
    Session(Agent(model=model)).run("A?")
    assert (model.misses, len(model)) == (6, 1)


def test_over_the_wire_the_server_is_asked_once_and_a_later_kernel_not_at_all(tmp_path: Path) -> None:
    path = tmp_path / "answers.jsonl"
    with WireServer(answering("Yes, ", "it does.")) as server, open_until_here(OpenAIChat(server.url + "/v1", KEY)) as provider:
        agent = Agent(model=Cached(provider, path))
        heard = [[event.delta for event in Session(agent).stream("Does it rain?") if isinstance(event, PartDelta)] for _ in range(2)]
        later = Session(agent.replace(model=Cached(provider, path))).run("Does it rain?")
        assert len([got for got in server.requests if got.method == "POST"]) == 1
    assert heard[0] == heard[1]
    assert later.text == "Yes, it does."
    assert KEY not in path.read_text()


@pytest.mark.parametrize("broken", [cut(), ProviderError("no")])
def test_what_did_not_come_whole_is_not_kept(path: Path | None, broken: Any) -> None:
    model = Cached(Scripted([["The answer is", broken], "42."], by="calls"), path)
    with pytest.raises(NbagentError):
        Session(Agent(model=model, retries=0)).run("Well?")
    assert len(model) == 0
    assert (Session(Agent(model=model)).run("Well?").text, len(model)) == ("42.", 1)


def test_by_itself_it_is_a_provider_like_any_other() -> None:
    model = Cached(Scripted("Hello."))
    request = Request("", (user("Hi"),))

    async def asked() -> list[str]:
        return [event.delta for batch in [each async for each in model.stream(request)] for event in batch if isinstance(event, PartDelta)]  # type: ignore[union-attr]

    assert asyncio.run(asked()) == asyncio.run(asked())
    assert repr(model).endswith("in memory, 1 answers, 1 hits, 1 misses>")


def test_another_kind_of_file_is_left_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "notes.json").write_text(json.dumps({"mine": 1}))
    with pytest.raises(RecordingError, match="no recording"):
        Cached(Scripted("Hello."), tmp_path / "notes.json")
