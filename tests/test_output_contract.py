"""A typed answer over every adapter, in each of the three ways, through a real socket: asked for in the API's own words, and the value."""

import asyncio
import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pydantic
import pytest

from nbagent import Agent, Session
from nbagent.bridge import engine
from nbagent.events import OutputParsed, PartDelta
from tests.contract import rows
from tests.sessions import paired, recorded
from tests.wire_lines import TEXT, Row
from tests.wire_server import WireServer

MODELS = ("gpt-5.5", "claude-opus-4-6", "gemini-3-pro", "anthropic.claude-sonnet-4-5", "model-x")
ANSWER = dict(zip(TEXT, ['{"name": ', '"世界 ', '😀!"}\n'], strict=True))


class City(pydantic.BaseModel):
    """A city."""

    name: str


def get_time() -> str:
    """The time."""
    return "noon"


def reworded(row: Row, lines: list[bytes], words: dict[str, str]) -> bytes:
    """The lines of an API with other words in them."""
    said = []
    for payload in row.framing().feed(b"".join(lines)):
        for old, new in words.items():
            payload = payload.replace(inside(old), inside(new)).replace(inside(old, escaped=True), inside(new, escaped=True))
        said.append(row.framed(payload))
    return b"".join(said)


def inside(text: str, *, escaped: bool = False) -> bytes:
    """A text as it stands inside a string of JSON."""
    return json.dumps(text, ensure_ascii=escaped)[1:-1].encode()


@contextmanager
def session_with(row: Row, *lines: bytes, **options: Any) -> Iterator[tuple[Session, WireServer]]:
    """A session with a model of this adapter that has a JSON mode, where its table has one."""
    with WireServer(*lines) as server:
        provider: Any = row.make(server.url)
        provider.model = next((name for name in MODELS if provider.capabilities(name).output_schema), "model-x")
        yield Session(Agent(model=provider, output_type=City, retries=0, **options)), server
        asyncio.run_coroutine_threadsafe(provider.aclose(), engine()).result(5)


def schemas_in(value: Any) -> list[Any]:
    """All that says what a `name` is, anywhere in a request."""
    if isinstance(value, str) and value.startswith("{"):  # some APIs want it as text
        value = json.loads(value)
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    found = [schema for each in inner for schema in schemas_in(each)]
    return [value, *found] if isinstance(value, dict) and isinstance(value.get("properties"), dict) and list(value["properties"]) == ["name"] else found


@rows
@pytest.mark.parametrize("mode", ["native", "text"])
def test_an_answer_as_text_is_a_value_and_grows_to_it(row: Row, mode: str) -> None:
    with session_with(row, reworded(row, row.text, ANSWER), output_mode=mode) as (session, server):
        events = recorded(session)
        partial = [event.partial for event in session.stream("Where?") if isinstance(event, PartDelta)]
    assert session.result is not None
    assert session.result.output == City(name="世界 😀!")
    assert [value.name for value in partial if value] == [None, "世界 ", "世界 😀!"]
    assert [event.type_name for event in events if isinstance(event, OutputParsed)] == ["City"]
    paired(events)
    [request] = [got.json for got in server.requests]
    assert bool(schemas_in(request)) == (mode == "native")
    assert ("one JSON document" in json.dumps(request)) == (mode == "text")


@rows
def test_an_answer_by_the_final_tool_is_a_value_and_calls_beside_it_run(row: Row) -> None:
    words = {"get_weather": "final_result", "city": "name"}
    with session_with(row, reworded(row, row.calls, words), output_mode="tool", tools=[get_time]) as (session, server):
        events = recorded(session)
        partial = [event.partial for event in session.stream("Where?") if isinstance(event, PartDelta) and event.tool_name == "final_result"]
    assert session.result is not None
    assert session.result.output == City(name="Zürich")
    assert partial[-1:] in ([City(name="Zürich")], [])  # some APIs send a call whole
    assert [(result.name, result.content) for result in session.messages[-1].tool_results] == [("final_result", "The result was taken."), ("get_time", "noon")]
    paired(events)
    [request] = [got.json for got in server.requests]
    assert schemas_in(request)
    assert "final_result" in json.dumps(request)


@rows
def test_a_wrong_text_goes_back_over_the_wire_and_the_next_one_counts(row: Row) -> None:
    with session_with(row, reworded(row, row.text, {}), reworded(row, row.text, ANSWER), output_mode="text") as (session, server):
        assert session.run("Where?").output == City(name="世界 😀!")
    first, second = [json.dumps(got.json) for got in server.requests]
    assert "It is no JSON document" not in first
    assert "It is no JSON document" in second


@rows
def test_a_wrong_final_call_goes_back_as_its_result_and_the_next_one_counts(row: Row) -> None:
    wrong = reworded(row, row.calls, {"get_weather": "final_result", "city": "town"})
    right = reworded(row, row.calls, {"get_weather": "final_result", "city": "name"})
    with session_with(row, wrong, right, output_mode="tool", tools=[get_time]) as (session, server):
        assert session.run("Where?").output == City(name="Zürich")
    first, second = [json.dumps(got.json) for got in server.requests]
    assert "name is required" not in first
    assert "name is required" in second
    assert "noon" in second, "what ran beside it is told too"
