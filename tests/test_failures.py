"""Claims on how a vendor's errors are told apart, without a socket."""

from __future__ import annotations

import json
import time
from email.utils import formatdate
from typing import Any

import httpx2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nbagent.errors import (
    AuthenticationFailed,
    ConfigError,
    ConnectionFailed,
    ContextLengthExceeded,
    GarbledStream,
    IncompleteStream,
    ModelNotFound,
    Overloaded,
    PermissionRefused,
    ProviderError,
    ProviderTimeout,
    RateLimited,
    RequestRefused,
    ServerFailed,
)
from nbagent.providers.carriers.failures import convert, from_response, hidden, in_band, retry_after

KEY = "sk-secret-0123456789"


def refused(status: int, body: Any, **headers: str) -> ProviderError:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return from_response(status, raw, httpx2.Headers({name.replace("_", "-"): value for name, value in headers.items()}), provider="p", url="http://h/v1/x")


@pytest.mark.parametrize(
    "text",
    [
        "This model's maximum context length is 128000 tokens. However, your messages resulted in 130000 tokens.",
        "prompt is too long: 208310 tokens > 200000 maximum",
        "input length and `max_tokens` exceed context limit: 190000 + 20000 > 200000",
        "the request exceeds the available context size, try increasing it",
        "This model's maximum prompt length is 131072 but the request contains 140000 tokens.",
        "Please reduce the length of the messages or completion.",
        "The input token count (1200000) exceeds the maximum number of tokens allowed (1048576).",
        "Input is too long for requested model.",
        "Your input exceeds the context window of this model. Please adjust your input and try again.",
    ],
)
@pytest.mark.parametrize("status", [400, 413, 422])
def test_a_conversation_that_is_too_long_is_known_by_every_vendors_words(text: str, status: int) -> None:
    assert type(refused(status, {"error": {"message": text}})) is ContextLengthExceeded
    assert type(in_band({"message": text, "type": "invalid_request_error"}, provider="p")) is ContextLengthExceeded


@pytest.mark.parametrize(
    ("status", "text"),
    [
        (429, "Request too large for gpt-4o on tokens per min (TPM): Limit 30000, Requested 40000. The input or output tokens must be reduced."),
        (429, "Rate limit reached: maximum context length requests per minute"),
    ],
)
def test_a_limit_on_tokens_a_minute_is_a_rate_and_not_a_length(status: int, text: str) -> None:
    assert type(refused(status, {"error": {"message": text}})) is RateLimited


@pytest.mark.parametrize(
    ("status", "body", "expected"),
    [
        (400, {"error": {"message": "Incorrect API key provided: xai-1***2.", "code": "invalid argument"}}, AuthenticationFailed),
        (400, [{"error": {"code": 400, "message": "API key not valid. Please pass a valid API key.", "status": "INVALID_ARGUMENT"}}], AuthenticationFailed),
        (401, b"Unauthorized", AuthenticationFailed),
        (404, {"error": 'model "llama9" not found, try pulling it first'}, ModelNotFound),
        (400, {"error": {"message": "invalid model ID", "type": "invalid_request_error"}}, ModelNotFound),
        (404, b"<html><title>404 Not Found</title></html>", RequestRefused),
        (404, {"detail": "Not Found"}, RequestRefused),
        (422, {"detail": [{"loc": ["body", "x"], "msg": "extra fields not permitted"}]}, RequestRefused),
        (403, {"error": {"message": "Insufficient credits"}}, PermissionRefused),
        (409, {"error": {"message": "conflict"}}, ServerFailed),
        (418, b"", RequestRefused),
        (599, b"", ServerFailed),
    ],
)  # fmt: skip
def test_what_a_vendor_says_in_its_own_way_is_understood(status: int, body: Any, expected: type[Exception]) -> None:
    assert type(refused(status, body)) is expected


def test_a_404_of_the_wrong_base_url_says_so() -> None:
    assert "http://h/v1/x" in refused(404, b"nothing here").mend
    assert "/v1" in refused(404, b"nothing here").mend


def test_the_sentence_that_a_gateway_hides_is_shown() -> None:
    body = {"error": {"message": "Provider returned error", "code": 400, "metadata": {"raw": '{"message":"temperature must be 1"}', "provider_name": "X"}}}
    assert "temperature must be 1" in refused(400, body).why


def test_a_server_that_knows_whether_to_retry_is_believed() -> None:
    assert refused(429, {}, x_should_retry="false").retryable is False
    assert refused(400, {}, x_should_retry="true").retryable is True
    assert RateLimited.retryable is True


@pytest.mark.parametrize(
    ("error", "expected", "status"),
    [
        ({"type": "overloaded_error", "message": "Overloaded"}, Overloaded, 529),
        ({"type": "rate_limit_error", "message": "x"}, RateLimited, 429),
        ({"type": "api_error", "message": "x"}, ServerFailed, 500),
        ({"type": "timeout_error", "message": "x"}, ProviderTimeout, 504),
        ({"type": "authentication_error", "message": "x"}, AuthenticationFailed, 401),
        ({"type": "not_found_error", "message": "model: x"}, ModelNotFound, 404),
        ({"type": "invalid_request_error", "message": "x"}, RequestRefused, 400),
        ({"code": "server_error", "message": "x"}, ServerFailed, 500),
        ({"code": "rate_limit_exceeded", "message": "x"}, RateLimited, 429),
        ({"code": "insufficient_quota", "message": "x"}, PermissionRefused, 402),
        ({"code": 502, "message": "x"}, ServerFailed, 502),
        ({"code": "429", "message": "x"}, RateLimited, 429),
        ({"code": 9, "message": "x", "type": "overloaded_error"}, Overloaded, 529),
        ({"message": "x"}, ServerFailed, None),
        ("went wrong", ServerFailed, None),
        (["went wrong"], ServerFailed, None),
        (None, ServerFailed, None),
    ],
)
def test_an_error_in_mid_stream_is_what_its_status_would_have_been(error: Any, expected: type[Exception], status: int | None) -> None:
    made = in_band(error, provider="p")
    assert (type(made), made.status) == (expected, status)


NAMES = st.sampled_from(["message", "type", "code", "error", "metadata", "detail"])
SHAPES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=6), lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner)
)


@given(SHAPES, st.integers(400, 599))
def test_an_error_of_any_shape_becomes_one_of_ours(body: Any, status: int) -> None:
    assert isinstance(in_band(body, provider="p"), ProviderError)
    made = refused(status, {"error": body})
    assert isinstance(made, ProviderError)
    assert len(made.lines) <= 3


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({}, None),
        ({"retry-after": "3"}, 3),
        ({"retry-after": "0.5"}, 0.5),
        ({"retry-after": "-3"}, 0),
        ({"retry-after": "soon"}, None),
        ({"retry-after": "nan"}, None),
        ({"retry-after": "inf"}, None),
        ({"retry-after-ms": "1500", "retry-after": "9"}, 1.5),
        ({"retry-after-ms": "x", "retry-after": "9"}, 9),
        ({"retry-after": "Wed, 21 Oct 2015 07:28:00 GMT"}, 0),
        ({"retry-after": "Wed, 99 Oct 2015 07:28:00 GMT"}, None),
    ],
)
def test_retry_after_is_read_in_seconds_milliseconds_and_dates(headers: dict[str, str], expected: float | None) -> None:
    assert retry_after(headers) == expected


def test_retry_after_as_a_date_is_the_time_until_then() -> None:
    seconds = retry_after({"retry-after": formatdate(time.time() + 100, usegmt=True)})
    assert seconds is not None
    assert 90 < seconds <= 100


def test_a_key_is_hidden_wherever_it_stands() -> None:
    assert hidden(f"a {KEY} b {KEY}", [KEY]) == "a sk-...[redacted] b sk-...[redacted]"
    assert "plainpassword" not in hidden("x plainpassword y", ["plainpassword"])
    made = from_response(400, json.dumps({"error": {"message": f"bad {KEY}"}}).encode(), {}, provider="p", secrets=[KEY])
    assert KEY not in str(made)
    assert KEY not in str(in_band({"message": f"bad {KEY}"}, provider="p", secrets=[KEY]))


REQUEST = httpx2.Request("POST", "http://user:pass@127.0.0.1:8080/v1/chat?key=x")


@pytest.mark.parametrize(
    ("error", "started", "expected"),
    [
        (httpx2.ConnectError("refused", request=REQUEST), False, ConnectionFailed),
        (httpx2.ConnectTimeout("", request=REQUEST), False, ProviderTimeout),
        (httpx2.PoolTimeout("", request=REQUEST), False, ProviderTimeout),
        (httpx2.ReadTimeout("", request=REQUEST), True, ProviderTimeout),
        (httpx2.WriteTimeout("", request=REQUEST), False, ProviderTimeout),
        (httpx2.ReadError("", request=REQUEST), True, IncompleteStream),
        (httpx2.ReadError("", request=REQUEST), False, ConnectionFailed),
        (httpx2.RemoteProtocolError("peer closed", request=REQUEST), True, IncompleteStream),
        (httpx2.RemoteProtocolError("Server disconnected", request=REQUEST), False, ConnectionFailed),
        (httpx2.StreamClosed(), True, IncompleteStream),
        (httpx2.ProxyError("no", request=REQUEST), False, ConnectionFailed),
        (httpx2.UnsupportedProtocol("no", request=REQUEST), False, ConfigError),
        (httpx2.InvalidURL("no"), False, ConfigError),
        (httpx2.LocalProtocolError(f"Illegal header value b'Bearer {KEY}'", request=REQUEST), False, ConfigError),
        (httpx2.DecodingError("no", request=REQUEST), True, GarbledStream),
        (httpx2.ReadError("no request"), True, IncompleteStream),
        (httpx2.ConnectError("no request"), False, ConnectionFailed),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else None,
)  # fmt: skip
def test_every_error_of_the_connection_has_its_name(error: Exception, started: bool, expected: type[Exception]) -> None:
    outer = RuntimeError("an SDK's")
    outer.__cause__ = error
    for raised in (error, outer):
        made = convert(raised, provider="p", started=started, secrets=[KEY])
        assert type(made) is expected
        assert "pass" not in str(made)
        assert "key=x" not in str(made)
        assert KEY not in str(made)


def test_what_is_not_of_the_connection_is_left_alone() -> None:
    assert convert(ValueError("ours"), provider="p") is None
    known = RateLimited("slow")
    assert convert(known, provider="p") is known


def test_a_code_of_thousands_of_digits_is_no_status() -> None:
    assert type(in_band({"code": "9" * 5000, "message": "m"}, provider="p")) is ServerFailed


def test_half_a_character_in_a_servers_message_can_be_written_down() -> None:
    assert str(refused(400, b'{"error": {"message": "\\ud83d x"}}')).encode()


def test_a_server_that_sends_elsewhere_is_said_without_what_stands_behind_its_question_mark() -> None:
    assert "The server sends to https://h/login:" in str(refused(307, b"", location="https://h/login?key=secret"))


@pytest.mark.parametrize("name", ["retry-after", "retry-after-ms"])
@pytest.mark.parametrize("value", ["inf", "nan", "1e400", "-5", "9" * 5000, "Fri, 31 Dec 9999 23:59:59 -2359", "5, 6", ""])
def test_a_wait_is_a_number_of_seconds_or_not_said(name: str, value: str) -> None:
    seconds = retry_after({name: value})
    assert seconds is None or 0 <= seconds < float("inf")
