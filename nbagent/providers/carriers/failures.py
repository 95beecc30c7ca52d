"""What went wrong on the way to a vendor, as our errors.

Known by shape, so that no SDK is imported to name an exception: a status, a body, an error object inside the stream.
Every text is rid of the key that was sent before it becomes a message.
"""

from __future__ import annotations

import json
import math
import re
import time
from collections.abc import Mapping, Sequence
from email.utils import parsedate_to_datetime
from typing import Any

from nbagent.errors import (
    AuthenticationFailed,
    ConfigError,
    ConnectionFailed,
    ContextLengthExceeded,
    GarbledStream,
    IncompleteStream,
    MissingSignature,
    ModelNotFound,
    NbagentError,
    Overloaded,
    PermissionRefused,
    ProviderError,
    ProviderTimeout,
    RateLimited,
    RequestRefused,
    ServerFailed,
    redact,
)

_CONTEXT = re.compile(
    r"context[ _-]?(length|window|size|limit)|maximum (context|prompt) length|prompt is too long|input is too long|too many (input )?tokens"
    r"|reduce the length of (the|your) (messages|prompt|input)|exceeds? the (maximum|available) (number of tokens|context)",
    re.IGNORECASE,
)
_BAD_KEY = re.compile(
    r"(api|x-api)[ _-]?key[^.]{0,40}(not valid|invalid|incorrect|missing|expired)|(invalid|incorrect|missing|expired) (api|x-api)[ _-]?key", re.IGNORECASE
)
_NO_MODEL = re.compile(
    r"model[^.]{0,80}(not found|does not exist|not exist|not supported|is not available)|(unknown|invalid|no such) model|^model: "
    r"|models?[ /`]\S+ (is|was) not found",
    re.IGNORECASE,  # Google's, whose names of models have dots
)
_NO_CREDIT = re.compile(r"insufficient_quota|exceeded your current quota|credit balance|billing|insufficient (funds|credits|balance)", re.IGNORECASE)
_UNSIGNED = re.compile(r"thought[_ ]signature", re.IGNORECASE)
_DELAY = re.compile(r"\d+(\.\d+)?s")
_LONGEST = 1e9  # seconds
_TAG = re.compile(r"<(script|style)\b.*?</\1\s*>|<[^>]*>", re.IGNORECASE | re.DOTALL)

_STATUS_OF = {  # the types and codes that vendors put in a body or in the middle of a stream -> the status they stand for
    "invalid_request_error": 400, "invalid_prompt": 400, "bad_request": 400,
    "authentication_error": 401, "invalid_api_key": 401, "unauthorized": 401,
    "billing_error": 402, "insufficient_quota": 402, "payment_required": 402,
    "permission_error": 403, "permission_denied": 403, "forbidden": 403,
    "not_found_error": 404, "model_not_found": 404, "not_found": 404,
    "request_too_large": 413,
    "rate_limit_error": 429, "rate_limit_exceeded": 429, "too_many_requests": 429, "tokens": 429, "requests": 429,
    "api_error": 500, "server_error": 500, "internal_error": 500, "internal_server_error": 500,
    "timeout_error": 504, "service_unavailable": 503, "overloaded_error": 529, "overloaded": 529, "engine_overloaded": 529,
    "invalid_argument": 400, "failed_precondition": 400, "out_of_range": 400, "unauthenticated": 401, "resource_exhausted": 429, "internal": 500,
    "unavailable": 503, "deadline_exceeded": 504,
    # AWS's, as its event streams write them
    "validationexception": 400, "accessdeniedexception": 403, "resourcenotfoundexception": 404, "modeltimeoutexception": 408,
    "throttlingexception": 429, "servicequotaexceededexception": 429, "modelnotreadyexception": 503, "internalserverexception": 500,
    "modelstreamerrorexception": 500, "modelerrorexception": 500, "serviceunavailableexception": 503,
}  # fmt: skip

_SAID = {  # kind -> what it is called, and how to mend it
    AuthenticationFailed: ("did not accept the key", "Check the key and that it belongs to this base URL."),
    PermissionRefused: ("does not allow this", "Check the account: its credit, its region and what the key may use."),
    ModelNotFound: ("does not know the model", "Check the model's name."),
    ContextLengthExceeded: ("says the conversation is longer than the model can take", "Start over (--new), or send less."),
    RequestRefused: ("refused the request", ""),
    MissingSignature: ("misses a signature in the conversation", "Start over (--new)."),
    RateLimited: ("asks for fewer requests", "Wait a little and run it again."),
    Overloaded: ("is overloaded", "Wait a little and run it again."),
    ServerFailed: ("failed", "The fault is the server's. Run it again."),
    ProviderTimeout: ("took too long", "Run it again."),
}


def hidden(text: str, secrets: Sequence[str]) -> str:
    """`masked`, as text that can be sent and saved: a server's JSON may hold half a character."""
    return masked(text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace"), secrets)


def masked(text: str, secrets: Sequence[str]) -> str:
    """`text` without the keys we know of, and without what looks like one; otherwise as it is."""
    for secret in secrets:
        if len(secret) >= 4:
            text = text.replace(secret, secret[:3] + "...[redacted]")
    return redact(text)


def rid(error: Exception, secrets: Sequence[str]) -> Exception:
    """The exception without the keys, also in those behind it: a traceback shows what each of them says."""
    behind: BaseException | None = error
    while behind is not None and not isinstance(behind, NbagentError):
        behind.args = tuple(hidden(arg, secrets) if isinstance(arg, str) else arg for arg in behind.args)
        behind = behind.__cause__ or behind.__context__
    return error


def from_response(status: int, body: bytes, headers: Mapping[str, str], *, provider: str, url: str = "", secrets: Sequence[str] = ()) -> ProviderError:
    """The error that an answer with a bad status stands for."""
    error = _object(body)
    message = _message(error) if error is not None else _plain(body)
    code = _code(error)
    kind, wait = _with_details(_kind(status, code, message), error)
    wait = wait if (asked_for := retry_after(headers)) is None else asked_for
    mend = _where(status, url, headers) if kind is RequestRefused else None
    made = _made(kind, message, provider=provider, status=status, mend=mend, secrets=secrets, retry_after=wait, request_id=_request_id(headers))
    asked = headers.get("x-should-retry")
    if asked in ("true", "false"):
        made.retryable = asked == "true"
    return made


def _where(status: int, url: str, headers: Mapping[str, str]) -> str | None:
    """What may be wrong with the URL that was asked, where the status says that it is."""
    if 300 <= status < 400 and (elsewhere := headers.get("location")):
        return f"The server sends to {elsewhere.split('?')[0]}: is that the base URL? A key goes nowhere by itself."
    return f"Is the base URL right? {url} answered; it usually ends in /v1." if status == 404 and url else None


def in_band(error: Any, *, provider: str, secrets: Sequence[str] = (), request_id: str | None = None) -> ProviderError:
    """The error that an error object in the middle of a stream stands for, with the status it would have had."""
    message, code = _message(error), _code(error)
    status = _STATUS_OF.get(code.lower()) or (int(code) if code.isdecimal() and len(code) == 3 and 400 <= int(code) < 600 else None)
    if status is None and isinstance(error, dict) and (kind_name := error.get("type")) and isinstance(kind_name, str):
        status = _STATUS_OF.get(kind_name.lower())
    kind, wait = _with_details(_kind(status, code, message), error)
    return _made(kind, message, provider=provider, status=status, secrets=secrets, retry_after=wait, request_id=request_id)


def convert(error: Exception, *, provider: str, secrets: Sequence[str] = (), started: bool = False) -> NbagentError | None:
    """An exception of an SDK or of its HTTP client as ours, or None where it is neither.

    `started` says that the answer's body had begun: then a broken connection means a cut stream.
    """
    if isinstance(error, NbagentError):
        return error
    status, response = getattr(error, "status_code", None), getattr(error, "response", None)
    if isinstance(status, int) and response is not None:
        body: bytes = response.content if response.is_stream_consumed or response.is_closed else b""
        return from_response(status, body, response.headers, provider=provider, url=str(response.url).split("?")[0], secrets=secrets)
    return _from_connection(error, provider=provider, secrets=secrets, started=started)


def retry_after(headers: Mapping[str, str]) -> float | None:
    """The seconds a server asks to wait, given in milliseconds, in seconds or as a date."""
    try:
        if (milliseconds := headers.get("retry-after-ms")) is not None:
            return seconds if math.isfinite(seconds := max(0.0, float(milliseconds) / 1000)) else None
    except ValueError:
        pass
    if (value := headers.get("retry-after")) is None:
        return None
    try:
        seconds = float(value)
    except ValueError:
        try:
            seconds = parsedate_to_datetime(value).timestamp() - time.time()
        except ValueError:
            return None
    return max(0.0, seconds) if math.isfinite(seconds) else None


def _from_connection(error: Exception, *, provider: str, secrets: Sequence[str], started: bool) -> NbagentError | None:
    import httpx2

    cause: BaseException | None = error
    while cause is not None and not isinstance(cause, (httpx2.HTTPError, httpx2.InvalidURL, httpx2.StreamError)):
        cause = cause.__cause__
    if cause is None:
        return None
    request = getattr(cause, "_request", None)
    where = f"{request.url.scheme}://{request.url.netloc.decode('ascii', 'replace').rpartition('@')[2]}" if request is not None else "the server"
    why = hidden(str(cause), secrets)
    match cause:
        case httpx2.ConnectTimeout() | httpx2.PoolTimeout():
            return ProviderTimeout(f"{provider}: no connection to {where} in time.", why, "Is the server running, and can this machine reach it?")
        case httpx2.TimeoutException():
            return ProviderTimeout(
                f"{provider}: {where} sent nothing for too long.", why, "Run it again, or give it more time with the parameter timeout (seconds)."
            )
        case httpx2.ConnectError():
            return ConnectionFailed(f"{provider}: nothing answers at {where}.", why, f"Is the server running at {where}?")
        case httpx2.UnsupportedProtocol() | httpx2.InvalidURL():
            return ConfigError(f"{provider}: the base URL is not one.", why, "Write it whole: http://127.0.0.1:8080/v1")
        case httpx2.DecodingError():
            return GarbledStream(f"{provider}: the answer's compression is broken.", why)
        case httpx2.LocalProtocolError():
            return ConfigError(f"{provider}: the request cannot be sent.", "The key or a header holds characters that HTTP does not allow.")
        case httpx2.TransportError() | httpx2.StreamError() if started:
            return cut(provider, why)
        case _:
            return ConnectionFailed(f"{provider}: the connection to {where} broke before an answer came.", why, "Run it again.")


def cut(provider: str, why: str = "") -> IncompleteStream:
    """The stream ended without its terminal event."""
    return IncompleteStream(
        f"{provider}: the answer was cut off before its end.",
        why or "The connection was closed without the stream's last event.",
        "What came is kept as a part. Run it again.",
    )


def _kind(status: int | None, code: str, message: str) -> type[ProviderError]:
    lowered = f"{code} {message}"
    if status in (None, 400, 401, 403, 404, 413, 422, 500):
        if _BAD_KEY.search(message):
            return AuthenticationFailed
        if status not in (401, 403) and _CONTEXT.search(lowered):
            return ContextLengthExceeded
        if status == 400 and _UNSIGNED.search(message):
            return MissingSignature
    if status == 402 or (status in (None, 400, 403, 429) and _NO_CREDIT.search(lowered)):
        return PermissionRefused
    if status in (None, 400, 403, 404, 422) and (code == "model_not_found" or _NO_MODEL.search(message)):
        return ModelNotFound
    match status:
        case 401:
            return AuthenticationFailed
        case 403:
            return PermissionRefused
        case 429:
            return RateLimited
        case 503 | 529:
            return Overloaded
        case 408 | 504:
            return ProviderTimeout
        case 409 | 425 | None:
            return ServerFailed
        case _:
            return RequestRefused if status < 500 else ServerFailed


def _with_details(kind: type[ProviderError], error: Any) -> tuple[type[ProviderError], float | None]:
    """What Google's list of details adds: how long to wait, and that a quota is one of a minute, which is no matter of money."""
    given = error.get("details") if isinstance(error, dict) else None
    details = [detail for detail in given if isinstance(detail, dict)] if isinstance(given, list) else []
    delays = [delay for detail in details if isinstance(delay := detail.get("retryDelay"), str) and _DELAY.fullmatch(delay)]
    if not delays:
        return kind, None
    if kind is PermissionRefused and "PerDay" not in json.dumps(details):
        kind = RateLimited
    return kind, min(float(delays[0][:-1]), _LONGEST)


def _made(
    kind: type[ProviderError], message: str, *, provider: str, status: int | None, secrets: Sequence[str],
    mend: str | None = None, retry_after: float | None = None, request_id: str | None = None,
) -> ProviderError:  # fmt: skip
    said, advice = _SAID[kind]
    shown = f" ({status})" if status else ""
    what = f"{provider} {said}{shown}."
    return kind(
        what,
        hidden(message, secrets),
        advice if mend is None else mend,
        status=status,
        retry_after=retry_after,
        request_id=request_id and hidden(request_id, secrets),
    )


def _object(body: bytes) -> Any:
    """The error object in a body of JSON, or None: ``{"error": {...}}``, ``[{"error": ...}]``, or the body itself."""
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        return None
    if isinstance(value, list) and value:
        value = value[0]
    if not isinstance(value, dict):
        return None
    return value.get("error") or value


def _message(error: Any) -> str:
    if isinstance(error, str):
        return error
    if not isinstance(error, dict):
        return "" if error is None else json.dumps(error, default=str)
    for key in ("message", "detail", "msg", "error"):
        if isinstance(text := error.get(key), str) and text:
            return _with_raw(text, error)
    return json.dumps(error, default=str)


def _with_raw(text: str, error: dict[str, Any]) -> str:
    """OpenRouter says "Provider returned error" and puts the sentence that helps under metadata.raw."""
    metadata = error.get("metadata")
    raw = metadata.get("raw") if isinstance(metadata, dict) else None
    return f"{text}: {raw}" if isinstance(raw, str) and raw else text


def _code(error: Any) -> str:
    if not isinstance(error, dict):
        return ""
    for key in ("code", "type", "status"):
        if isinstance(value := error.get(key), (str, int)) and value and value != "error":
            return str(value)
    return ""


def _plain(body: bytes) -> str:
    """A body of HTML or of anything else as one line of text."""
    return " ".join(_TAG.sub(" ", body[:20_000].decode("utf-8", "replace")).split())


def _request_id(headers: Mapping[str, str]) -> str | None:
    return headers.get("x-request-id") or headers.get("request-id")
