"""What holds for every adapter of an answer, whole or cut off: the same claims over all rows of `wire_lines`."""

from __future__ import annotations

import asyncio
import json
import re
from contextlib import aclosing
from typing import Any

import msgspec
import pytest

from nbagent.agent import Agent
from nbagent.bridge import engine
from nbagent.errors import IncompleteStream
from nbagent.events import ModelAnswered, PartDelta, PartStarted, StreamEnded, UsageReported
from nbagent.messages import ReasoningPart, TextPart, ToolCallPart, ToolResultPart, assistant, pending_calls, tool_message
from nbagent.provider import Describes, Provider
from nbagent.session import Session
from tests.contract import REQUEST, check_pairs, decoded, heard, over_socket, parts, place_of, rows, said, splits
from tests.wire_lines import CALLS, REASONING, SHORT, TEXT, Row
from tests.wire_server import Answer, WireServer


def get_weather(city: str) -> str:
    return f"{city}: rain"


def get_time() -> str:
    return "noon"


# -- an answer --------------------------------------------------------------------------------------------------------


@rows
@splits
def test_text_arrives_whole_however_the_network_cuts_it(row: Row, split: Any) -> None:
    events, failure = over_socket(row, Answer(b"".join(row.text), split=split))
    assert failure is None
    check_pairs(events)
    assert [part.text for part in parts(events) if isinstance(part, TextPart) and part.text] == ["".join(TEXT)]
    assert [event.delta for event in events if isinstance(event, PartDelta)] == TEXT
    assert [event.usage for event in events if isinstance(event, UsageReported)][-1] == row.usage
    answered = [event for event in events if isinstance(event, ModelAnswered)]
    assert {event.model for event in answered if event.model} == {row.model} - {None}
    assert {event.response_id for event in answered if event.response_id} == {row.response_id} - {None}
    assert events[-1] == StreamEnded("stop")


@rows
@splits
def test_calls_that_are_mixed_are_told_apart(row: Row, split: Any) -> None:
    events, failure = over_socket(row, Answer(b"".join(row.calls), split=split))
    assert failure is None
    check_pairs(events)
    calls = [part for part in parts(events) if isinstance(part, ToolCallPart)]
    assert [(call.name, call.arguments) for call in calls] == list(CALLS.items())
    assert len({call.id for call in calls}) == 2
    assert [event.part.name for event in events if isinstance(event, PartStarted) and isinstance(event.part, ToolCallPart)] == list(CALLS)
    assert events[-1] == StreamEnded("tool_calls")


@rows
def test_reasoning_is_told_apart_from_the_answer(row: Row) -> None:
    events, failure = over_socket(row, b"".join(row.reasoning))
    assert failure is None
    check_pairs(events)
    assert [(type(part), part.text) for part in parts(events) if part.text] == [(ReasoningPart, "".join(REASONING)), (TextPart, SHORT)]


@rows
def test_events_arrive_when_their_bytes_do_and_not_at_the_end(row: Row) -> None:
    async def first_text(provider: Provider) -> str:
        async with aclosing(provider.stream(REQUEST)) as batches:  # type: ignore[type-var]
            async for batch in batches:
                if text := said(batch):
                    break
        await provider.aclose()  # type: ignore[attr-defined]
        return text

    upto = next(n for n in range(len(row.text)) if said(decoded(row, row.text[:n])[0]))
    with WireServer(Answer(b"".join(row.text[:upto]), hang=True)) as server:
        assert asyncio.run(first_text(row.make(server.url))) == TEXT[0]


@rows
def test_the_body_that_is_sent_is_the_one_that_to_wire_shows(row: Row) -> None:
    with WireServer(b"".join(row.text)) as server:
        provider = row.make(server.url)
        asyncio.run(heard(provider))
        assert isinstance(provider, Describes)
        assert server.requests[0].json == provider.to_wire(REQUEST)


@rows
def test_one_connection_serves_one_request_after_another(row: Row) -> None:
    async def twice(provider: Provider) -> None:
        for _ in range(2):
            async for _ in provider.stream(REQUEST):
                pass
        await provider.aclose()  # type: ignore[attr-defined]

    with WireServer(b"".join(row.text)) as server:
        asyncio.run(twice(row.make(server.url)))
        assert (len(server.requests), server.connections) == (2, 1)


@rows
def test_a_server_that_keeps_the_connection_open_after_the_last_event_is_not_waited_for(row: Row) -> None:
    events, failure = over_socket(row, Answer(b"".join(row.text), hang=True), REQUEST)
    assert failure is None
    assert events[-1] == StreamEnded("stop")


# -- an answer that is cut off ----------------------------------------------------------------------------------------


@rows
@pytest.mark.parametrize("kind", ["text", "calls", "reasoning"])
def test_a_stream_without_its_terminal_event_is_a_failure_and_keeps_what_came(row: Row, kind: str) -> None:
    lines: list[bytes] = getattr(row, kind)
    whole = decoded(row, lines)[0]
    spare = row.spare if kind == "text" else row.spare_in_calls
    for count in range(len(lines)):
        events, failure = decoded(row, lines[:count])
        if count >= len(lines) - spare:
            assert failure is None
            assert parts(events) == parts(whole)
        else:
            assert isinstance(failure, IncompleteStream)
            assert said(whole).startswith(said(events)) or kind == "calls"
            assert not any(isinstance(event, StreamEnded) for event in events)


@rows
@pytest.mark.parametrize("ending", [{}, {"reset": True, "delay": 0.01}, {"chunked": False}])
def test_a_socket_closed_in_mid_body_is_a_cut_stream_after_what_came(row: Row, ending: dict[str, Any]) -> None:
    place = place_of(row, row.text, TEXT[1]) + 2  # inside a character
    events, failure = over_socket(row, Answer(b"".join(row.text), cut_at=place, **ending))
    assert isinstance(failure, IncompleteStream)
    assert said(events) == TEXT[0]
    assert len(failure.lines) <= 3


@rows
def test_a_body_that_ends_in_order_but_without_its_terminal_event_is_a_cut_stream(row: Row) -> None:
    upto = len(row.text) - row.spare - 1
    events, failure = over_socket(row, b"".join(row.text[:upto]))
    assert isinstance(failure, IncompleteStream)
    assert said(events) == "".join(TEXT)


@rows
def test_a_call_cut_in_the_middle_of_its_arguments_is_never_finished(row: Row) -> None:
    events, failure = over_socket(row, b"".join(row.calls)[: place_of(row, row.calls, "rich")])
    assert isinstance(failure, IncompleteStream)
    assert not any(isinstance(part, ToolCallPart) and part.name == "get_weather" for part in parts(events))


@rows
def test_a_connection_lost_after_the_terminal_event_loses_nothing(row: Row) -> None:
    body = b"".join(row.text[: len(row.text) - row.spare])
    events, failure = over_socket(row, Answer(body + b"data: {", cut_at=len(body)))
    assert failure is None
    assert events[-1] == StreamEnded("stop")


@rows
@pytest.mark.parametrize("name", ["get weather ☃ <b>", "", "n" * 300])
def test_a_call_of_what_can_be_no_tool_does_not_make_the_conversation_unsendable(row: Row, name: str) -> None:
    history = (
        *REQUEST.messages,
        assistant(ToolCallPart("c1", name, "{}")),
        tool_message([ToolResultPart("c1", name, "There is no such tool.", is_error=True)]),
    )
    wire = json.dumps(row.make("http://127.0.0.1:9").to_wire(msgspec.structs.replace(REQUEST, messages=history)))  # type: ignore[attr-defined]
    (sent,) = {found for found in re.findall(r'"name": "([^"]*)"', wire) if found != "get_time"}
    assert re.fullmatch(r"[A-Za-z0-9_-]{1,64}", sent)


@rows
def test_cut_anywhere_a_run_fails_once_keeps_what_can_be_sent_and_the_next_prompt_works(row: Row) -> None:
    """Through a whole session: what was kept of the cut answer is asked again of the vendor's own rules."""
    for lines in (row.reasoning, row.calls):
        whole = b"".join(lines)
        for cut_at in range(1, len(whole) - len(b"".join(lines[-3:])), len(whole) // 7):
            with WireServer(Answer(whole, cut_at=cut_at), b"".join(row.text)) as server:
                provider = row.make(server.url)
                session = Session(Agent(model=provider, tools=[get_weather, get_time], retries=0))
                with pytest.raises(IncompleteStream) as failed:
                    session.run("Hi")
                assert failed.value.result.outcome == failed.value.result.state["outcome"] == "failed"
                assert pending_calls(session.messages) == ()
                assert set(session.trace.df["status"]) <= {"ok", "error"}
                assert session.run("Again").text == "".join(TEXT)
                assert len(server.requests) == 2
                asyncio.run_coroutine_threadsafe(provider.aclose(), engine()).result(5)  # type: ignore[attr-defined]
