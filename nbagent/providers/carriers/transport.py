"""The only I/O of the vendors' providers: an SDK's streaming response in, batches of events out.

The rule: what was decoded is always handed on before an error is raised, and the connection is closed in the moment
the iterator is. Decoders are pure: they get payloads, they never wait.
"""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Hashable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, aclosing, suppress
from importlib import import_module
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar
from urllib.parse import urlsplit

from nbagent import keys
from nbagent.errors import ConfigError, GarbledStream, IncompleteStream, MissingKey, ProviderError, without_logins
from nbagent.events import Noted, ProviderEvent
from nbagent.exchange import Exchange, exchange
from nbagent.providers.carriers.decoding import writable
from nbagent.providers.carriers.failures import convert, cut, hidden, in_band, rid
from nbagent.providers.carriers.sse import Payloads

if TYPE_CHECKING:
    import httpx2

IDLE_TIMEOUT = 120.0
"""Seconds of silence after which a server is given up. The limit is on silence, not on the answer's length."""

NO_KEY = "no-key"
"""What is sent as a key to a server of one's own, that wants none."""

_CONNECT_TIMEOUT = 15.0
_UNWRITABLE = (TypeError, ValueError, AttributeError, RecursionError)  # what encoders and SDKs raise before they send
_DRAIN = 0.1  # seconds to wait for the end of a body whose terminal event was seen, so that the connection can be used again
_FIELDS = (b":", b"data:", b"event:", b"id:", b"retry:")  # how an event stream begins
_KEPT = 4096  # bytes of an answer that is no event stream, for its error


class Decoder(Protocol):
    """Payloads to events, without I/O.

    A decoder does not raise: it stops, says why in `failure`, and returns the events that came before. `done` is true
    once nothing more can come (``[DONE]``, ``message_stop``), so that no one waits for a server that keeps the
    connection open. `end` is called once: it finishes what is open and gives `StreamEnded`, or sets `failure`
    (`failures.cut`) where no terminal event was seen.
    """

    failure: ProviderError | None
    done: bool

    def feed(self, payloads: Sequence[bytes]) -> list[ProviderEvent]: ...

    def end(self) -> list[ProviderEvent]: ...


class Framing(Protocol):
    """Bytes to payloads, whatever the network cuts: events (`sse.Payloads`), lines, or a vendor's binary frames. A frame
    that is broken is raised as `GarbledStream`."""

    def feed(self, data: bytes) -> Sequence[bytes]: ...

    def end(self) -> Sequence[bytes]: ...


class StreamedResponse(Protocol):
    """What ``with_streaming_response.create(...)`` opens, in both SDKs."""

    @property
    def http_response(self) -> httpx2.Response: ...


async def batches(
    open_response: Callable[[], AbstractAsyncContextManager[StreamedResponse]], decoder: Decoder, *, provider: str, secrets: Sequence[str] = (), sdk: str = "",
    framing: Callable[[], Framing] = Payloads, notes: Sequence[str] = (),
) -> AsyncGenerator[list[ProviderEvent], None]:  # fmt: skip
    """One list of events a network read. Raises our errors, after everything that came before them. `sdk` is the module
    that `open_response` needs: importing one takes up to 2 s, and other runs and Ctrl-C go on meanwhile. `framing` cuts the
    body into payloads, `notes` are said before all else.

    Return it from `stream` as it is: a generator around it would not be closed in time.
    """
    started = False
    failure: Exception | None = None
    kept = exchange.get()
    try:
        if sdk and sdk not in sys.modules:
            await asyncio.to_thread(import_module, sdk)
        async with open_response() as response:
            started = True
            http, payloads = response.http_response, framing()
            if notes:
                yield [Noted(text=note, kind="left_out") for note in notes]
            head: bytes | None = b""  # what came before the first payload: kept for the error, should there never be one
            broken: Exception | None = None
            # decoded bytes, not raw ones: the SDKs offer gzip to the server, and without a content-encoding the two cost the same
            async with aclosing(http.aiter_bytes()) as chunks:
                while not decoder.done and decoder.failure is None:
                    try:
                        chunk = await anext(chunks, None)
                    except Exception as error:  # noqa: BLE001  it is raised below, once the last events are out
                        broken = error
                        break
                    if chunk is None:
                        break
                    if ready := _noted(kept, payloads.feed(chunk)):
                        head = None
                        if events := decoder.feed(ready):
                            yield writable(events)
                    elif head is not None and len(head) < _KEPT:
                        head += chunk
                if ready := _noted(kept, payloads.end()):
                    head = None
                if events := _last(decoder, ready):
                    yield writable(events)
                failure = decoder.failure
                if broken is not None and isinstance(failure, IncompleteStream):
                    failure = broken
                elif head is not None:
                    failure = _no_stream(http, head, provider=provider, secrets=secrets)
                elif failure is None and broken is None:
                    await _drain(chunks)
    except Exception as error:  # noqa: BLE001  whatever the SDK and its HTTP client raise is told apart by shape
        failure = error if started or not isinstance(error, _UNWRITABLE) else _unwritten(error, provider)
    if failure is not None:
        if kept is not None and not started:
            kept.came(_refused_with(failure))
        ours = convert(failure, provider=provider, secrets=secrets, started=started)
        if ours is None or ours is failure:
            raise failure
        raise ours from rid(failure, secrets)


def _noted(kept: Exchange | None, payloads: Sequence[bytes]) -> Sequence[bytes]:
    """The payloads, which whoever keeps this exchange has now, too."""
    if kept is not None and payloads:
        kept.came(payloads)
    return payloads


def _refused_with(error: Exception) -> list[bytes]:
    """The body of an answer that is an error, where there is one."""
    with suppress(Exception):  # whatever an SDK has there, or has not read
        return [error.response.content]  # type: ignore[attr-defined]
    return []


def _unwritten(error: Exception, provider: str) -> ConfigError:
    """The error for a request that cannot be put into JSON and headers: nothing was sent."""
    unwritten = ConfigError(f"{provider}: the request cannot be written.", f"{type(error).__name__}: {error}", "Is each parameter a value that JSON has?")
    unwritten.__cause__ = error
    return unwritten


def _last(decoder: Decoder, ready: Sequence[bytes]) -> list[ProviderEvent]:
    """The events that the end of the body brings: none after a failure."""
    events = decoder.feed(ready) if ready and decoder.failure is None and not decoder.done else []
    return events if decoder.failure is not None else [*events, *decoder.end()]


async def _drain(chunks: AsyncIterator[bytes]) -> None:
    """Read the body to its end, if it is near: a connection closed in mid-body cannot be used again."""
    import httpx2

    with suppress(TimeoutError, httpx2.HTTPError):
        async with asyncio.timeout(_DRAIN):
            async for _ in chunks:
                pass


def _no_stream(http: httpx2.Response, head: bytes, *, provider: str, secrets: Sequence[str]) -> ProviderError:
    """The error for an answer without a single payload: an error object with status 200, a page, or nothing."""
    if not head.strip() or head.startswith(_FIELDS):
        return cut(provider, "The server closed the connection without sending an event.")
    try:
        value = json.loads(head)
    except (ValueError, RecursionError):
        value = None
    if value is None and head.lstrip().startswith(b"{") and len(head) < _KEPT:
        return cut(provider)  # the first line of an answer in lines, or an error object, and not all of it
    if isinstance(value, list) and value:  # Google's, where no event stream was asked for
        value = value[0]
    if isinstance(value, dict) and value.get("error"):
        return in_band(value["error"], provider=provider, secrets=secrets, request_id=http.headers.get("x-request-id"))
    kind = http.headers.get("content-type", "no content type")
    shown = " ".join(head[:200].decode("utf-8", "replace").split())
    return GarbledStream(f"{provider}: the answer is not an event stream ({kind}).", hidden(shown, secrets), "Is the base URL that of an API?")


C = TypeVar("C")


class Client(Generic[C]):
    """An SDK's client, made when it is first needed and shared by all sessions.

    It belongs to the event loop it was made in, as its connections do, and to its configuration: another loop or
    another key (one that was just put into the environment) makes another client.
    """

    def __init__(self) -> None:
        self._of: tuple[asyncio.AbstractEventLoop, Hashable] | None = None
        self._client: C | None = None

    def get(self, configuration: Hashable, make: Callable[[], C]) -> C:
        of = (asyncio.get_running_loop(), configuration)
        if self._client is None or self._of != of:
            self._client, self._of = make(), of
        return self._client

    async def aclose(self) -> None:
        """Close the connections. Only short scripts and tests need it: a client lives as long as its loop."""
        client: Any = self._client
        self._client = self._of = None
        if client is not None:
            await client.close()


def key_for(api_key: str | None, variable: str, *, provider: str, placeholder: bool = False) -> str:
    """The key given, or the one that `keys.find` finds. With `placeholder` (a server of one's own) none is needed.

    Raises `MissingKey`, which says how to set one without it being saved in the notebook.
    """
    key = (api_key or keys.value(variable)).strip()
    if not key:
        if placeholder:
            return NO_KEY
        raise MissingKey(
            f"{provider} needs a key: {variable} is not set.",
            "It is looked for in the environment, in .env and in the keyring; typed into a cell it would be saved with the notebook.",
            f"%nbagent key {provider} asks for it and shows nothing; in Python: nbagent.set_key({provider!r})",
        )
    if not (key.isascii() and key.isprintable()) or " " in key:
        raise MissingKey(
            f"{provider}: what {variable if not api_key else 'api_key'} holds is not a key.", "It has spaces, line breaks or letters that no key has."
        )
    return key


def shown_url(url: str | None) -> str | None:
    """A URL as anyone may see it: without the password in it, and without its query, where some put a key."""
    return None if url is None else without_logins(url).partition("?")[0]


def checked_url(url: str | None, *, provider: str) -> str | None:
    """A base URL as it is. Raises `ConfigError` where it cannot be one."""
    if url is None or not url.strip():
        return None
    url = url.strip()
    try:
        parts = urlsplit(url)
        sound = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0  # reading the port checks it
    except ValueError:
        sound = False
    if not sound:
        raise ConfigError(f"{provider}: the base URL {shown_url(url)!r} is not one.", mend="Write it whole: http://127.0.0.1:8080/v1")
    return url


def checked(params: Mapping[str, Any], *, lists: Sequence[str] = (), objects: Sequence[str] = ()) -> None:
    """That what an adapter looks into is what it is to be. Raises `ConfigError`; what goes to the server as it is, the server judges."""
    for names, kind, said in ((lists, (list, tuple, str), "a list"), (objects, Mapping, "a dict")):
        for name in names:
            if (value := params.get(name)) is not None and not isinstance(value, kind):
                raise ConfigError(f"{name}={value!r} is not {said}.", mend=f"Give it as {said}, or leave it out.")


def silence_limit(params: Mapping[str, Any], default: float = IDLE_TIMEOUT) -> httpx2.Timeout:
    """The SDK's `timeout`: the parameter ``timeout`` (seconds between two reads) or the default."""
    import httpx2

    seconds = default if params.get("timeout") is None else params["timeout"]
    if isinstance(seconds, bool) or not isinstance(seconds, (int, float)) or not seconds > 0:
        raise ConfigError(f"timeout={seconds!r} is not a number of seconds.")
    return httpx2.Timeout(seconds, connect=min(_CONNECT_TIMEOUT, seconds), pool=None)
