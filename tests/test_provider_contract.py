"""What holds for every adapter: the same claims over all rows of `wire_lines`, through a real socket where one matters."""

from __future__ import annotations

import asyncio
import itertools
import random
from collections.abc import Sequence
from contextlib import aclosing
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nbagent.errors import (
    AuthenticationFailed,
    ConfigError,
    ConnectionFailed,
    ContextLengthExceeded,
    GarbledStream,
    IncompleteStream,
    MissingKey,
    ModelNotFound,
    NbagentError,
    Overloaded,
    PermissionRefused,
    ProviderError,
    ProviderTimeout,
    RateLimited,
    RequestRefused,
    ServerFailed,
)
from nbagent.events import ModelAnswered, PartDelta, PartFinished, PartStarted, ProviderEvent, StreamEnded, UsageReported
from nbagent.messages import ReasoningPart, TextPart, ToolCallPart, user
from nbagent.provider import Describes, Provider, Request
from nbagent.providers.sse import Payloads
from nbagent.tools import ToolSpec
from tests.wire_lines import CALLS, KEY, MODEL, REASONING, RESPONSE_ID, ROWS, SHORT, TEXT, USAGE, Row
from tests.wire_server import Answer, WireServer, error

rows = pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
splits = pytest.mark.parametrize("split", [1, 7, "random", None])

REQUEST = Request("model-x", (user("Grüße?"),), "Be brief.", (ToolSpec("get_time", "The time.", {"type": "object", "properties": {}}),))


def decoded(row: Row, chunks: Sequence[bytes]) -> tuple[list[ProviderEvent], ProviderError | None]:
    """What the decoder makes of reads like these, without a socket."""
    payloads, decoder, events = Payloads(), row.decoder(), list[ProviderEvent]()
    for chunk in [*chunks, None]:
        ready = payloads.end() if chunk is None else payloads.feed(chunk)
        if ready and decoder.failure is None and not decoder.done:
            events += decoder.feed(ready)
    return events if decoder.failure is not None else events + decoder.end(), decoder.failure


async def heard(provider: Provider, request: Request = REQUEST) -> tuple[list[ProviderEvent], NbagentError | None]:
    """All that a provider says, and the error it ends with."""
    events: list[ProviderEvent] = []
    try:
        async for batch in provider.stream(request):
            events += batch if isinstance(batch, Sequence) else (batch,)
    except NbagentError as failure:
        return events, failure
    finally:
        await provider.aclose()  # type: ignore[attr-defined]  # all adapters have it
    return events, None


def over_socket(row: Row, answer: Answer | bytes, request: Request = REQUEST) -> tuple[list[ProviderEvent], NbagentError | None]:
    with WireServer(answer) as server:
        return asyncio.run(heard(row.make(server.url), request))


def folded(events: Sequence[ProviderEvent]) -> list[ProviderEvent]:
    """The events with the deltas of a part joined, which is what no split may change; made ids are made equal."""
    texts: dict[int, str] = {}
    rest: list[ProviderEvent] = []
    for event in events:
        if isinstance(event, PartDelta):
            texts[event.index] = texts.get(event.index, "") + event.delta
        else:
            rest.append(event)
    return [*rest, *(PartDelta(index, text) for index, text in sorted(texts.items()))]


def said(events: Sequence[ProviderEvent]) -> str:
    return "".join(event.delta for event in events if isinstance(event, PartDelta))


def parts(events: Sequence[ProviderEvent]) -> list[Any]:
    return [event.part for event in events if isinstance(event, PartFinished)]


def check_pairs(events: Sequence[ProviderEvent]) -> None:
    """Every part is started, told and finished once, in this order, and the deltas are the whole; `StreamEnded` is once and last."""
    texts: dict[int, str] = {}
    done: set[int] = set()
    for event in events:
        match event:
            case PartStarted(index=index):
                assert index not in texts
                texts[index] = ""
            case PartDelta(index=index, delta=delta):
                assert index not in done
                texts[index] += delta
            case PartFinished(index=index, part=part):
                assert index not in done
                done.add(index)
                assert texts[index] == (part.arguments if isinstance(part, ToolCallPart) else part.text)  # type: ignore[union-attr]  # models write no files here
    assert done == set(texts)
    assert [type(event) for event in events].count(StreamEnded) == 1
    assert isinstance(events[-1], StreamEnded)


# -- an answer --------------------------------------------------------------------------------------------------------


@rows
@splits
def test_text_arrives_whole_however_the_network_cuts_it(row: Row, split: Any) -> None:
    events, failure = over_socket(row, Answer(b"".join(row.text), split=split))
    assert failure is None
    check_pairs(events)
    assert [part.text for part in parts(events) if isinstance(part, TextPart) and part.text] == ["".join(TEXT)]
    assert [event.delta for event in events if isinstance(event, PartDelta)] == TEXT
    assert [event.usage for event in events if isinstance(event, UsageReported)][-1] == USAGE
    answered = [event for event in events if isinstance(event, ModelAnswered)]
    assert {event.model for event in answered if event.model} == {MODEL}
    assert {event.response_id for event in answered if event.response_id} == {RESPONSE_ID}
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
    place = b"".join(row.text).index(TEXT[1].encode()) + 2  # inside a character
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
    body = b"".join(row.calls)
    events, failure = over_socket(row, body[: body.index(b"rich")])
    assert isinstance(failure, IncompleteStream)
    assert not any(isinstance(part, ToolCallPart) and part.name == "get_weather" for part in parts(events))


@rows
def test_a_connection_lost_after_the_terminal_event_loses_nothing(row: Row) -> None:
    body = b"".join(row.text[: len(row.text) - row.spare])
    events, failure = over_socket(row, Answer(body + b"data: {", cut_at=len(body)))
    assert failure is None
    assert events[-1] == StreamEnded("stop")


# -- an answer that is none -------------------------------------------------------------------------------------------


@rows
@splits
def test_an_error_in_mid_stream_is_typed_and_comes_after_the_text(row: Row, split: Any) -> None:
    events, failure = over_socket(row, Answer(b"".join(row.failing), split=split))
    assert type(failure) is row.failure
    assert said(events) == TEXT[0]
    assert "overloaded" in str(failure)


@rows
@pytest.mark.parametrize("garbage", [b"data: {]\n\n", b"data: \xff\xfe\n\n", b"data: [1]\n\n", b'data: "text"\n\n', b"data: " + b"[" * 5000 + b"\n\n"])
def test_bytes_that_are_not_the_apis_are_garbage_and_what_came_before_is_kept(row: Row, garbage: bytes) -> None:
    upto = next(n for n in range(len(row.text)) if said(decoded(row, row.text[:n])[0]))
    events, failure = over_socket(row, b"".join([*row.text[:upto], garbage, *row.text[upto:]]))
    assert isinstance(failure, GarbledStream)
    assert said(events) == TEXT[0]
    assert len(failure.lines) <= 3


@rows
@pytest.mark.parametrize(
    ("body", "kind", "expected"),
    [
        (b"<html><body>Welcome to the wifi</body></html>", "text/html", GarbledStream),
        (b'{"error": {"message": "slow down", "type": "rate_limit_error"}}', "application/json", RateLimited),
        (b'{"id": "x", "choices": []}', "application/json", GarbledStream),
        (b"", "text/event-stream", IncompleteStream),
        (b": ping\n\n", "text/event-stream", IncompleteStream),
    ],
)
def test_an_answer_with_status_200_that_is_no_stream_says_what_it_is(row: Row, body: bytes, kind: str, expected: type[Exception]) -> None:
    events, failure = over_socket(row, Answer(body, headers={"content-type": kind}))
    assert type(failure) is expected
    assert not any(isinstance(event, (PartStarted, StreamEnded)) for event in events)


STATUSES: list[tuple[int, dict[str, Any], type[ProviderError], bool]] = [
    (400, {"message": "bad field"}, RequestRefused, False),
    (400, {"message": "prompt is too long: 210000 tokens > 200000 maximum", "type": "invalid_request_error"}, ContextLengthExceeded, False),
    (400, {"message": "This model's maximum context length is 8192 tokens.", "code": "context_length_exceeded"}, ContextLengthExceeded, False),
    (
        400,
        {"message": "request (9000 tokens) exceeds the available context size (4096 tokens)", "type": "exceed_context_size_error"},
        ContextLengthExceeded,
        False,
    ),
    (400, {"message": "Your credit balance is too low", "type": "invalid_request_error"}, PermissionRefused, False),
    (401, {"message": "invalid x-api-key", "type": "authentication_error"}, AuthenticationFailed, False),
    (402, {"message": "pay"}, PermissionRefused, False),
    (403, {"message": "not in your region"}, PermissionRefused, False),
    (404, {"message": "The model `model-x` does not exist", "code": "model_not_found"}, ModelNotFound, False),
    (404, {"message": "model: model-x", "type": "not_found_error"}, ModelNotFound, False),
    (404, {"message": "no such page"}, RequestRefused, False),
    (408, {"message": "slow"}, ProviderTimeout, True),
    (413, {"message": "Request exceeds the maximum size", "type": "request_too_large"}, RequestRefused, False),
    (422, {"message": "extra field"}, RequestRefused, False),
    (429, {"message": "Rate limit reached"}, RateLimited, True),
    (429, {"message": "You exceeded your current quota", "code": "insufficient_quota"}, PermissionRefused, False),
    (500, {"message": "oops"}, ServerFailed, True),
    (502, {"message": "bad gateway"}, ServerFailed, True),
    (503, {"message": "busy"}, Overloaded, True),
    (504, {"message": "slow"}, ProviderTimeout, True),
    (529, {"message": "Overloaded", "type": "overloaded_error"}, Overloaded, True),
]


@rows
@pytest.mark.parametrize(("status", "fields", "expected", "retryable"), STATUSES, ids=lambda value: str(value)[:40] if isinstance(value, int) else None)
def test_every_status_is_a_typed_error_that_says_what_the_server_said(
    row: Row, status: int, fields: dict[str, Any], expected: type[ProviderError], retryable: bool
) -> None:
    events, failure = over_socket(row, error(status, headers={"x-request-id": "req_7", "request-id": "req_7"}, **fields))
    assert events == []
    assert type(failure) is expected
    assert isinstance(failure, ProviderError)
    assert (failure.retryable, failure.status, failure.request_id) == (retryable, status, "req_7")
    assert fields["message"] in failure.why
    assert len(failure.lines) <= 3
    assert failure.__cause__ is not None


@rows
@pytest.mark.parametrize(
    "body",
    [b"<html><style>p {}</style><h1>Bad gateway</h1>\n<p>nginx</p></html>", b"", b"\xff\x00", b"null", b"[]", b'"text"', b'{"error": null}', b'{"error": 7}'],
)
def test_an_error_with_any_body_is_typed(row: Row, body: bytes) -> None:
    events, failure = over_socket(row, Answer(body, status=502, headers={"content-type": "text/html"}))
    assert events == []
    assert type(failure) is ServerFailed
    assert "<" not in str(failure)


@rows
@pytest.mark.parametrize("value", ["7", "7.0"])
def test_retry_after_is_kept(row: Row, value: str) -> None:
    _, failure = over_socket(row, error(429, headers={"retry-after": value}))
    assert isinstance(failure, RateLimited)
    assert failure.retry_after == 7


@rows
def test_no_request_is_sent_twice_by_itself(row: Row) -> None:
    with WireServer(error(500)) as server:
        asyncio.run(heard(row.make(server.url)))
        assert len(server.requests) == 1


# -- no answer --------------------------------------------------------------------------------------------------------


@rows
def test_a_server_that_is_down_is_named(row: Row) -> None:
    with WireServer() as server:
        url = server.url
    events, failure = asyncio.run(heard(row.make(url)))
    assert events == []
    assert isinstance(failure, ConnectionFailed)
    assert f"Is the server running at {url}?" in str(failure)


@rows
@pytest.mark.parametrize("answer", [Answer(hang_first=True), Answer(hang=True), "some"])
def test_silence_ends_in_a_timeout(row: Row, answer: Answer | str) -> None:
    if isinstance(answer, str):
        answer = Answer(b"".join(row.text[:-2]) if row.spare == 0 else b"".join(row.text[: -row.spare - 1]), hang=True)
    events, failure = over_socket(row, answer, Request(REQUEST.model, REQUEST.messages, params={"timeout": 0.2}))
    assert isinstance(failure, ProviderTimeout)
    assert failure.retryable
    assert not any(isinstance(event, StreamEnded) for event in events)


@rows
@pytest.mark.parametrize("seconds", [0, -1, "soon", True, float("nan")])
def test_a_timeout_that_is_none_is_refused_before_anything_is_sent(row: Row, seconds: Any) -> None:
    with WireServer(b"") as server:
        _, failure = asyncio.run(heard(row.make(server.url), Request("m", REQUEST.messages, params={"timeout": seconds})))
        assert isinstance(failure, ConfigError)
        assert server.requests == []


@rows
def test_leaving_early_closes_the_connection(row: Row) -> None:
    async def leave(provider: Provider, server: WireServer) -> bool:
        async with aclosing(provider.stream(REQUEST)) as batches:  # type: ignore[type-var]
            await anext(batches)
        left = await asyncio.to_thread(server.client_left.wait, 5)
        await provider.aclose()  # type: ignore[attr-defined]
        return left

    with WireServer(Answer(b"".join(row.text[:-2]), hang=True)) as server:
        assert asyncio.run(leave(row.make(server.url), server))


@rows
@pytest.mark.parametrize("first", [True, False])
def test_cancelling_closes_the_connection(row: Row, first: bool) -> None:
    async def cancel(provider: Provider, server: WireServer) -> bool:
        task = asyncio.create_task(heard(provider))
        while not server.requests:
            await asyncio.sleep(0.005)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        return await asyncio.to_thread(server.client_left.wait, 5)

    with WireServer(Answer(hang_first=first, hang=True)) as server:
        assert asyncio.run(cancel(row.make(server.url), server))


# -- keys -------------------------------------------------------------------------------------------------------------


@rows
def test_a_missing_key_is_named_before_anything_is_sent(row: Row, monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in ("OPENAI_API_KEY", "OPENAI_BASE_URL", "ANTHROPIC_API_KEY", "ANTHROPIC_AUTH_TOKEN", "ANTHROPIC_BASE_URL"):
        monkeypatch.delenv(variable, raising=False)
    _, failure = asyncio.run(heard(row.keyless()))
    assert isinstance(failure, MissingKey)
    assert row.key_variable in str(failure)
    assert "getpass" in str(failure)
    assert len(failure.lines) <= 3


@rows
@pytest.mark.parametrize("status", [400, 401, 500, 200])
def test_a_key_is_in_no_message_even_where_the_server_says_it_aloud(row: Row, status: int) -> None:
    body = b'data: {"type": "error", "error": {"type": "api_error", "message": "the key %b is bad"}}\n\n' % KEY.encode()
    answer = Answer(body, headers={"content-type": "text/event-stream"}) if status == 200 else error(status, f"the key {KEY} is bad")
    _, failure = over_socket(row, answer)
    assert failure is not None
    assert KEY not in str(failure) + failure.what + failure.why + failure.mend
    assert "is bad" in failure.why


@rows
def test_a_new_key_in_the_environment_is_used_at_once(row: Row, monkeypatch: pytest.MonkeyPatch) -> None:
    with WireServer(b"".join(row.text)) as server:
        made = row.make(server.url)
        provider = type(made)(getattr(made, "_base_url"))  # noqa: B009  the same URL without the key
        for key in ("sk-first-000000", "sk-second-00000"):
            monkeypatch.setenv(row.key_variable, key)
            asyncio.run(heard(provider))
            headers = server.requests[-1].headers
            assert key in (headers.get("authorization", "") + headers.get("x-api-key", ""))


# -- anything at all --------------------------------------------------------------------------------------------------

quickly = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@rows
@quickly
@given(data=st.data())
def test_random_splits_say_the_same_as_the_whole(row: Row, data: st.DataObject) -> None:
    body = b"".join(data.draw(st.sampled_from([row.text, row.calls, row.reasoning])))
    places = data.draw(st.lists(st.integers(0, len(body)), max_size=20))
    edges = [0, *sorted(places), len(body)]
    events, failure = decoded(row, [body[a:b] for a, b in itertools.pairwise(edges)])
    assert failure is None
    assert folded(events) == folded(decoded(row, [body])[0])


@rows
@quickly
@given(data=st.data())
def test_random_truncation_is_a_cut_stream_or_a_whole_one(row: Row, data: st.DataObject) -> None:
    lines, spare = data.draw(st.sampled_from([(row.text, row.spare), (row.calls, row.spare_in_calls)]))
    body = b"".join(lines)
    place = data.draw(st.integers(0, len(body)))
    needed = len(b"".join(lines[: len(lines) - spare]))
    events, failure = decoded(row, [body[:place]])
    if place >= needed:
        assert failure is None
        check_pairs(events)
    elif failure is not None:
        assert isinstance(failure, IncompleteStream)
    else:
        assert body[place:needed].strip(b"\n") == b""  # only the end of the last event's line is missing


@rows
@quickly
@given(data=st.data())
def test_random_garbage_in_place_of_an_event_never_raises_anything_untyped(row: Row, data: st.DataObject) -> None:
    lines = list(data.draw(st.sampled_from([row.text, row.calls, row.reasoning])))
    json_like = st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(sorted(_WORDS)) | st.text(max_size=5), inner, max_size=5),
        max_leaves=12,
    )
    import json

    garbage = data.draw(st.binary(max_size=60) | json_like.map(lambda value: json.dumps(value).encode()))
    place = data.draw(st.integers(0, len(lines) - 1))
    lines[place] = b"data: " + garbage + b"\n\n"
    events, failure = decoded(row, [b"".join(lines)])
    assert failure is None or isinstance(failure, ProviderError)
    if failure is None:
        check_pairs(events)


@rows
@quickly
@given(data=st.data())
def test_a_mangled_event_never_raises_anything_untyped(row: Row, data: st.DataObject) -> None:
    lines = list(data.draw(st.sampled_from([row.text, row.calls, row.reasoning, row.failing])))
    chance = random.Random(data.draw(st.integers(0, 10**6)))
    place = chance.randrange(len(lines))
    lines[place] = _mangled(lines[place], chance)
    events, failure = decoded(row, [b"".join(lines)])
    assert failure is None or isinstance(failure, ProviderError)
    if failure is None:
        check_pairs(events)


_WORDS = {
    "choices", "delta", "content", "tool_calls", "function", "name", "arguments", "index", "id", "finish_reason", "usage", "error", "message", "model",
    "type", "item", "output_index", "content_index", "content_block", "response", "output", "text", "thinking", "signature", "partial_json", "stop_reason",
}  # fmt: skip


def _mangled(event: bytes, chance: random.Random) -> bytes:
    """The event with a value somewhere in its JSON replaced by one of another type, or taken out."""
    import json

    value = json.loads(event[event.index(b"data: ") + 6 :]) if b"[DONE]" not in event else {}
    spots: list[tuple[Any, Any]] = []

    def walk(node: Any) -> None:
        for key, inner in node.items() if isinstance(node, dict) else enumerate(node):
            spots.append((node, key))
            if isinstance(inner, (dict, list)):
                walk(inner)

    walk(value)
    if spots:
        node, key = chance.choice(spots)
        new = chance.choice([None, 0, -1, 3.5, "", "3", "x", "\ud83d", [], {}, [None], [[1]], {"a": None}, True, 10**30, "gone"])
        if new == "gone" and isinstance(node, dict):
            del node[key]
        else:
            node[key] = new
    return b"data: " + json.dumps(value).encode() + b"\n\n"
