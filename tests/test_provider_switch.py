"""A conversation that goes from one provider to another and back: every pair of adapters."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest
from msgspec.structs import replace

from nbagent.messages import Message, ToolResultPart, tool_message, user
from nbagent.provider import Provider, Request
from nbagent.step import Step
from tests.contract import REQUEST, decoded, heard, said
from tests.wire_lines import CALLS, ROWS, SHORT, TEXT, Row
from tests.wire_server import WireServer

RESULTS = {"get_weather": "rain in Zürich", "get_time": "noon"}


class Talk:
    """A conversation, each answer as the adapter of a row decodes it."""

    def __init__(self) -> None:
        self.messages: list[Message] = []

    def hear(self, row: Row, kind: str) -> None:
        """The row's answer of that kind."""
        events, failure = decoded(row, getattr(row, kind))
        assert failure is None
        step = Step()
        step.take(list(events))
        assert step.ended is not None
        self.messages.append(step.message(step.ended.finish_reason, provider_of(row).name, "model-x", partial=False))

    def whole_turn(self, row: Row) -> None:
        """Reasoning, then two calls with their results, then a text."""
        self.messages.append(user("Grüße?"))
        self.hear(row, "reasoning")
        self.messages.append(user("Grüße?"))
        self.hear(row, "calls")
        calls = self.messages[-1].tool_calls
        self.messages.append(tool_message(ToolResultPart(call.id, call.name, RESULTS[call.name]) for call in calls))
        self.hear(row, "text")

    def request(self, model: str = "model-x") -> Request:
        return replace(REQUEST, model=model, messages=(*self.messages, user("Again?")))

    def sent_to(self, row: Row, model: str = "model-x") -> Any:
        """The body that goes to this provider next."""
        return provider_of(row).to_wire(self.request(model))  # type: ignore[attr-defined]  # all adapters describe


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


pairs = pytest.mark.parametrize(("first", "second"), [(one, other) for one in ROWS for other in ROWS], ids=lambda row: row.name)


@pairs
def test_any_provider_goes_on_where_any_other_left_off(first: Row, second: Row) -> None:
    talk = Talk()
    talk.whole_turn(first)
    body = talk.sent_to(second)
    sent = said_of(body)
    for text in ("".join(TEXT), SHORT, *CALLS, *RESULTS.values(), "Zürich"):
        assert json.dumps(text, ensure_ascii=False)[1:-1] in sent, text
    if first.name != second.name:
        assert not set(strings(body)) & opaque(talk.messages)


@pairs
def test_back_at_the_first_provider_its_own_words_are_exactly_where_they_were(first: Row, second: Row) -> None:
    alone, switched = Talk(), Talk()
    alone.whole_turn(first)
    switched.messages = list(alone.messages)
    switched.whole_turn(second)
    own, both = alone.sent_to(first), switched.sent_to(first)
    (key,) = [key for key in ("messages", "input", "contents") if key in own]
    before = len(own[key]) - 1  # the last one is the new prompt
    assert unmarked(both[key])[:before] == unmarked(own[key])[:before]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_another_model_of_the_same_provider_sees_nothing_that_was_for_the_first_one_only(row: Row) -> None:
    talk = Talk()
    talk.whole_turn(row)
    assert not set(strings(talk.sent_to(row, "model-y"))) & opaque(talk.messages)


@pytest.mark.parametrize("place", range(len(ROWS)), ids=lambda place: ROWS[place].name)
def test_it_is_answered_over_a_socket_as_well(place: int) -> None:
    first, second = ROWS[place], ROWS[(place + 1) % len(ROWS)]
    talk = Talk()
    talk.whole_turn(first)
    with WireServer(b"".join(second.text)) as server:
        events, failure = asyncio.run(heard(second.make(server.url), talk.request()))
        assert failure is None
        assert said(events) == "".join(TEXT)
        assert unmarked(server.requests[0].json) == unmarked(talk.sent_to(second))


@pairs
def test_every_call_of_a_switched_conversation_has_one_result_with_its_id(first: Row, second: Row) -> None:
    """Where an API has ids: the pairs are those of the transcript, whoever made the ids."""
    talk = Talk()
    talk.whole_turn(first)
    called, answered = ids_of(talk.sent_to(second))
    assert called == answered
    assert len(set(called)) == len(called)


@cache
def provider_of(row: Row) -> Provider:
    return row.make("http://127.0.0.1:9")


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
