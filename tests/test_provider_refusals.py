"""What holds for every adapter where no answer comes: errors, silence, servers that are down, keys."""

from __future__ import annotations

import asyncio
from contextlib import aclosing
from typing import Any

import pytest

from nbagent.errors import (
    AuthenticationFailed,
    ConfigError,
    ConnectionFailed,
    ContextLengthExceeded,
    GarbledStream,
    IncompleteStream,
    MissingKey,
    ModelNotFound,
    Overloaded,
    PermissionRefused,
    ProviderError,
    ProviderTimeout,
    RateLimited,
    RequestRefused,
    ServerFailed,
)
from nbagent.events import PartStarted, StreamEnded
from nbagent.provider import Provider, Request
from nbagent.providers.carriers.sse import Payloads
from tests.contract import REQUEST, decoded, heard, over_socket, rows, said, splits
from tests.wire_lines import KEY, TEXT, Row
from tests.wire_server import Answer, WireServer, error

# -- an answer that is none -------------------------------------------------------------------------------------------


@rows
@splits
def test_an_error_in_mid_stream_is_typed_and_comes_after_the_text(row: Row, split: Any) -> None:
    events, failure = over_socket(row, Answer(b"".join(row.failing), split=split))
    assert type(failure) is row.failure
    assert said(events) == TEXT[0]
    assert "overloaded" in str(failure)


@rows
@pytest.mark.parametrize("garbage", [b"{]", b"\xff\xfe", b"[1]", b'"text"', b"[" * 5000])
def test_bytes_that_are_not_the_apis_are_garbage_and_what_came_before_is_kept(row: Row, garbage: bytes) -> None:
    upto = next(n for n in range(len(row.text)) if said(decoded(row, row.text[:n])[0]))
    events, failure = over_socket(row, b"".join([*row.text[:upto], row.framed(garbage), *row.text[upto:]]))
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
        (None, "text/event-stream", IncompleteStream),
    ],
)
def test_an_answer_with_status_200_that_is_no_stream_says_what_it_is(row: Row, body: bytes | None, kind: str, expected: type[Exception]) -> None:
    if body is None and row.comment is None:
        pytest.skip("a body of this API holds no comments")
    events, failure = over_socket(row, Answer((row.comment or b"") if body is None else body, headers={"content-type": kind}))
    assert type(failure) is expected or (row.framing is not Payloads and isinstance(failure, (GarbledStream, IncompleteStream)))
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
    if row.keyless is None:
        pytest.skip("this API is not entered with one key")
    for variable in ("AZURE_OPENAI_API_KEY", "GEMINI_API_KEY", "GOOGLE_API_KEY", row.key_variable):
        monkeypatch.delenv(variable, raising=False)
    _, failure = asyncio.run(heard(row.keyless()))
    assert isinstance(failure, MissingKey)
    assert row.key_variable in str(failure)
    assert "%nbagent key" in str(failure)
    assert len(failure.lines) <= 3


@rows
@pytest.mark.parametrize("status", [400, 401, 500, 200])
def test_a_key_is_in_no_message_even_where_the_server_says_it_aloud(row: Row, status: int) -> None:
    body = row.framed(b'{"type": "error", "error": {"type": "api_error", "message": "the key %b is bad"}}' % KEY.encode())
    answer = Answer(body, headers={"content-type": "text/event-stream"}) if status == 200 else error(status, f"the key {KEY} is bad")
    _, failure = over_socket(row, answer)
    assert failure is not None
    assert KEY not in str(failure) + failure.what + failure.why + failure.mend
    assert "is bad" in failure.why


@rows
def test_a_new_key_in_the_environment_is_used_at_once(row: Row, monkeypatch: pytest.MonkeyPatch) -> None:
    if not row.key_variable:
        pytest.skip("this API is not entered with one key")
    with WireServer(b"".join(row.text)) as server:
        made = row.make(server.url)
        provider = row.unkeyed(server.url) if row.unkeyed is not None else type(made)(getattr(made, "base_url"))  # noqa: B009  the same URL without the key
        for key in ("sk-first-000000", "sk-second-00000"):
            monkeypatch.setenv(row.key_variable, key)
            asyncio.run(heard(provider))
            headers = server.requests[-1].headers
            assert key in "".join(headers.get(name, "") for name in ("authorization", "x-api-key", "api-key", "x-goog-api-key"))
