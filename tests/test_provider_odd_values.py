"""What holds for every adapter where an event is sound but one of its values is not: a session can always go on from it."""

from __future__ import annotations

import asyncio
import copy
import itertools
import json
import math
import socket
import traceback
from collections.abc import Iterator, Sequence
from typing import Any

import msgspec
import pytest
from msgspec.structs import replace

from nbagent.agent import Agent
from nbagent.errors import ConfigError, NbagentError
from nbagent.events import ProviderEvent
from nbagent.messages import Message, ToolResultPart, from_json, to_json, tool_message, user
from nbagent.providers.carriers.decoding import writable
from nbagent.session import Session
from nbagent.step import Step
from tests.contract import REQUEST, check_pairs, decoded, over_socket, rows
from tests.wire_lines import CALLS, Row
from tests.wire_server import Answer, WireServer

ODD = {
    "less than nothing": b"-1", "infinite": b"1e400", "no number": b"NaN", "huge": b"1" + b"0" * 30, "a long number": b'"' + b"9" * 5000 + b'"',
    "true": b"true", "half a character": b'"x\\ud800"', "its other half": b'"\\udc00x"', "nothing": b'""', "zeros": b'"a\\u0000b"',
    "a deep list": b"[" * 500 + b"]" * 500, "twice the same key": b'{"a":1,"a":2}',
}  # fmt: skip
HERE = "@here@"


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    for key in value if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ():
        yield (*path, key)
        yield from places(value[key], (*path, key))


def bodies(row: Row, odd: bytes) -> Iterator[bytes]:
    """The row's answers, each with the odd value in another place."""
    for lines in (row.text, row.reasoning, row.calls):
        for number, line in enumerate(lines):
            payloads = row.framing().feed(line)
            if len(payloads) != 1 or not payloads[0].startswith(b"{"):
                continue
            whole = json.loads(payloads[0])
            for path in places(whole):
                value = node = copy.deepcopy(whole)
                for key in path[:-1]:
                    node = node[key]
                node[path[-1]] = HERE
                event = row.framed(json.dumps(value).encode().replace(f'"{HERE}"'.encode(), odd))
                yield b"".join([*lines[:number], event, *lines[number + 1 :]])


def answer_of(events: Sequence[ProviderEvent], *, partial: bool) -> tuple[Step, Message]:
    step = Step()
    step.take(list(events))
    step.close_open_parts()
    return step, step.message("stop", "p", "m", partial=partial)


@rows
@pytest.mark.parametrize("odd", ODD.values(), ids=ODD)
def test_whatever_a_value_is_the_answer_can_be_saved_counted_and_sent_back(row: Row, odd: bytes) -> None:
    provider: Any = row.make("http://127.0.0.1:9")
    for body in bodies(row, odd):
        told, failure = decoded(row, [body])
        events = writable(told)
        if failure is None:
            check_pairs(events)
        msgspec.json.encode(events)
        step, message = answer_of(events, partial=failure is not None)
        assert from_json(to_json([message])) == [message]
        if step.usage is not None:
            assert all(type(number) is int and 0 <= number < 2**55 for number in msgspec.structs.astuple(step.usage))
        assert step.cost is None or 0 <= step.cost < math.inf
        ids = [call.id for call in message.tool_calls]
        assert len(set(ids)) == len(ids)
        results = [tool_message([ToolResultPart(call.id, call.name, "x") for call in message.tool_calls])] if ids else []
        json.dumps(provider.to_wire(replace(REQUEST, messages=(user("a"), message, *results, user("b")))), allow_nan=False).encode()


@rows
def test_two_calls_with_one_id_are_two_calls(row: Row) -> None:
    """Each has a result of its own, and no API takes the same id twice."""
    twice = [line for event in row.calls for line in (event, event)]
    for lines in (twice, row.calls + row.calls):
        _, message = answer_of(over_socket(row, b"".join(lines))[0], partial=False)
        ids = [call.id for call in message.tool_calls]
        assert len(set(ids)) == len(ids) >= len(CALLS)


@rows
@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_a_server_that_sends_elsewhere_gets_neither_key_nor_conversation_there(row: Row, status: int) -> None:
    with WireServer(b"".join(row.text)) as elsewhere:
        answer = Answer(b"", status=status, headers={"location": f"{elsewhere.url}/x?secret"}, chunked=False)
        events, failure = over_socket(row, answer)
        assert not events
        assert failure is not None
        assert f"{elsewhere.url}/x:" in str(failure)
        assert not elsewhere.requests


PARAMETERS = ["temperature", "max_tokens", "stop", "thinking", "tools", "text", "include", "betas", "output_config", "extra_headers", "options"]


@rows
def test_a_parameter_of_any_type_is_sent_or_told_to_be_wrong(row: Row) -> None:
    provider = row.make("http://127.0.0.1:9")

    async def outcomes() -> list[Any]:
        untold = []
        for name, value in itertools.product(PARAMETERS, [True, 1.5, "\ud800", object(), {1: 2}, [[]], math.nan]):
            try:
                async for _ in provider.stream(replace(REQUEST, params={name: value})):
                    pass
            except NbagentError as failure:  # nothing answers there
                if not isinstance(failure, ConfigError) and "nothing answers" not in str(failure):
                    untold.append((name, value, failure))
        await provider.aclose()  # type: ignore[attr-defined]  # all adapters have it
        return untold

    assert asyncio.run(outcomes()) == []


class Echo(WireServer):
    """Answers with all that it was sent."""

    def __init__(self, status: int) -> None:
        super().__init__(b"")
        self._status = status

    def _answer(self, connection: socket.socket, answer: Answer) -> bool:
        body = json.dumps({"error": {"message": repr(self.requests[-1].headers)}}).encode()
        given = {"content-type": "application/json", "x-request-id": WORD}
        return super()._answer(connection, Answer(body, status=self._status, headers=given, chunked=False))


WORD = "a.word.like.any.other"


@pytest.mark.parametrize("status", [200, 400, 401, 500])
@pytest.mark.parametrize("name", ["openai", "openai-chat", "anthropic", "google", "ollama"])
def test_a_key_that_looks_like_none_is_in_no_traceback_either(name: str, status: int) -> None:
    with Echo(status) as server:
        session = Session(Agent(model=f"{name}:model-x", base_url=server.url, api_key=WORD, retries=0))
        with pytest.raises(NbagentError) as raised:
            session.run("x")
        assert WORD in repr(server.requests[0].headers)
    error = raised.value
    assert WORD not in "".join(traceback.format_exception(error))
    assert WORD not in "".join([*error._render_traceback_(), *error._render_traceback_()])
    assert WORD not in repr(vars(error))


@rows
def test_a_password_or_a_key_in_a_url_is_not_shown(row: Row) -> None:
    shown = repr(row.make("http://somebody:pass-word@127.0.0.1:9/v1?key=another#"))
    assert "pass-word" not in shown
    assert "another" not in shown
