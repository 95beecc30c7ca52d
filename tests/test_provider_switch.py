"""A conversation that goes from one provider to another and back: every pair of adapters, over real sockets."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from typing import Any

import pytest
from msgspec.structs import replace

from nbagent.messages import Message, ToolResultPart, tool_message, user
from nbagent.provider import Provider, Request
from nbagent.step import Step
from tests.contract import REQUEST, heard
from tests.wire_lines import CALLS, ROWS, SHORT, TEXT, Row
from tests.wire_server import Got, WireServer

RESULTS = {"get_weather": "rain in Zürich", "get_time": "noon"}


class Talk:
    """A conversation, and the requests that were made of it."""

    def __init__(self) -> None:
        self.messages: list[Message] = []

    def ask(self, row: Row, kind: str, model: str = "model-x", prompt: str | None = "Grüße?") -> Got:
        """Say something to this provider, which answers with the row's lines of that kind."""
        if prompt is not None:
            self.messages.append(user(prompt))
        with WireServer(b"".join(getattr(row, kind))) as server:
            provider: Provider = row.make(server.url)
            events, failure = asyncio.run(heard(provider, replace(REQUEST, model=model, messages=tuple(self.messages))))
            assert failure is None
            step = Step()
            step.take(list(events))
            assert step.ended is not None
            self.messages.append(step.message(step.ended.finish_reason, provider.name, model, partial=False))
            (got,) = server.requests
        return got

    def whole_turn(self, row: Row, model: str = "model-x") -> None:
        """Reasoning, then two calls with their results, then a text."""
        self.ask(row, "reasoning", model)
        self.ask(row, "calls", model)
        calls = self.messages[-1].tool_calls
        self.messages.append(tool_message(ToolResultPart(call.id, call.name, RESULTS[call.name]) for call in calls))
        self.ask(row, "text", model, prompt=None)


def strings(value: Any) -> Iterator[str]:
    match value:
        case str():
            yield value
        case dict():
            for inner in value.values():
                yield from strings(inner)
        case list() | tuple():
            for inner in value:
                yield from strings(inner)


def opaque(messages: list[Message]) -> set[str]:
    """What only the provider that said it may see again: every string of its metadata that is not to be read by others anyway."""
    plain = {"".join(TEXT), SHORT, *CALLS, *CALLS.values(), "model-x", "text", "thinking", "reasoning", "message", "completed", "assistant", "summary_text"}
    found = {text for message in messages for part in message.parts for text in strings(getattr(part, "provider_metadata", None) or {})}
    return {text for text in found - plain if len(text) > 2 and not any(text in each for each in plain)}


def unmarked(value: Any) -> Any:
    """Without the marks that say how far a conversation is to be cached, which move on with it."""
    match value:
        case dict():
            return {key: unmarked(inner) for key, inner in value.items() if key != "cache_control"}
        case list():
            return [unmarked(inner) for inner in value if not (isinstance(inner, dict) and "cachePoint" in inner)]
        case _:
            return value


def said_of(body: Any) -> str:
    return json.dumps(body, ensure_ascii=False)


@pytest.mark.parametrize("second", ROWS, ids=lambda row: row.name)
@pytest.mark.parametrize("first", ROWS, ids=lambda row: row.name)
def test_any_provider_goes_on_where_any_other_left_off(first: Row, second: Row) -> None:
    talk = Talk()
    talk.whole_turn(first)
    before = list(talk.messages)
    body = talk.ask(second, "text").json
    sent = said_of(body)
    for text in ("".join(TEXT), SHORT, *CALLS, *RESULTS.values(), "Zürich"):
        assert json.dumps(text, ensure_ascii=False)[1:-1] in sent, text
    if first.name != second.name:
        in_strings = set(strings(body))
        assert not in_strings & opaque(before)
        talk.whole_turn(second)
        talk.ask(first, "text")
    assert all(message.provider in (first.make("http://127.0.0.1:9").name, second.make("http://127.0.0.1:9").name, None) for message in talk.messages)


@pytest.mark.parametrize("second", ROWS, ids=lambda row: row.name)
@pytest.mark.parametrize("first", ROWS, ids=lambda row: row.name)
def test_back_at_the_first_provider_its_own_words_are_exactly_where_they_were(first: Row, second: Row) -> None:
    alone, switched = Talk(), Talk()
    alone.whole_turn(first)
    switched.messages = list(alone.messages)
    if first.name != second.name:
        switched.whole_turn(second)
    own = provider_of(first).to_wire(replace(REQUEST, messages=tuple(alone.messages)))  # type: ignore[attr-defined]
    both = provider_of(first).to_wire(replace(REQUEST, messages=tuple(switched.messages)))  # type: ignore[attr-defined]
    (key,) = [key for key in ("messages", "input", "contents") if key in own]
    assert unmarked(both[key])[: len(own[key])] == unmarked(own[key])


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_another_model_of_the_same_provider_sees_nothing_that_was_for_the_first_one_only(row: Row) -> None:
    talk = Talk()
    talk.whole_turn(row)
    kept = opaque(talk.messages)
    body = talk.ask(row, "text", "model-y").json
    assert not set(strings(body)) & kept


def provider_of(row: Row) -> Provider:
    return row.make("http://127.0.0.1:9")


def test_every_call_of_a_switched_conversation_has_one_result_with_its_id() -> None:
    """Where an API has ids: the pairs are those of the transcript, whoever made the ids."""
    for first in ROWS:
        talk = Talk()
        talk.whole_turn(first)
        for second in ROWS:
            wire = provider_of(second).to_wire(Request("model-x", tuple(talk.messages)))  # type: ignore[attr-defined]
            called, answered = ids_of(wire)
            assert called == answered
            assert len(set(called)) == len(called)


_CALLED = {"tool_use": "id", "function_call": "call_id", "function": "id"}
_ANSWERED = ("tool_use_id", "tool_call_id")


def ids_of(wire: Any) -> tuple[list[str], list[str]]:
    """The ids of calls and of results, each in order, in the body of any API."""
    called: list[str] = []
    answered: list[str] = []

    def walk(node: Any) -> None:
        if isinstance(node, dict):
            kind = node.get("type")
            called.extend(call["id"] for call in node.get("tool_calls") or () if "id" in call and "type" not in call)
            if kind in _CALLED and _CALLED[kind] in node:
                called.append(node[_CALLED[kind]])
            if isinstance(inner := node.get("toolUse"), dict):
                called.append(inner["toolUseId"])
            if isinstance(inner := node.get("toolResult"), dict):
                answered.append(inner["toolUseId"])
            if isinstance(inner := node.get("functionCall"), dict) and "id" in inner:
                called.append(inner["id"])
            if isinstance(inner := node.get("functionResponse"), dict) and "id" in inner:
                answered.append(inner["id"])
            answered.extend(node[key] for key in _ANSWERED if key in node)
            if kind == "function_call_output":
                answered.append(node["call_id"])
            for each in node.values():
                walk(each)
        elif isinstance(node, list):
            for each in node:
                walk(each)

    walk(wire)
    return called, answered
