"""A client of OpenAI's or Anthropic's own SDK whose calls are in the trace.

The rule: only what goes over the wire is looked at, and handed on as it is. What the SDK makes of it, its errors and its retries are its own.
"""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from typing import Any, TypeVar

import httpx2

from nbagent import prices
from nbagent.client_wire import Api, payloads, request_of, spoken
from nbagent.errors import ConfigError
from nbagent.observers.trace import Trace
from nbagent.providers.carriers.failures import convert, from_response
from nbagent.providers.carriers.sse import Payloads
from nbagent.step import Asked
from nbagent.tool_calls import is_counted
from nbagent.traced_model import TracedCall, doubt, trace_here

C = TypeVar("C")
_CLIENTS = {"openai": ("OpenAI", "AsyncOpenAI"), "anthropic": ("Anthropic", "AsyncAnthropic")}
_OWN = ("api.openai.com", "api.anthropic.com")


def trace_client(client: C, trace: Trace | None = None) -> C:
    """From now on each call of a model by this client of OpenAI's or Anthropic's SDK is a run in the trace; returns the client.

    ::

        client = nbagent.trace_client(openai.OpenAI())
        client.chat.completions.create(model="gpt-6-luna", messages=[{"role": "user", "content": "Hi"}])

    Chat completions, responses and messages, plain or awaited, streamed or not, each request of the SDK's retries by itself. `trace` is
    where; not said, that of the run or span around a call, in a notebook that of ``%trace``, and where there is none, nowhere.
    Raises `ConfigError` for what is no such client.
    """
    known = [getattr(sys.modules[name], each) for name, kinds in _CLIENTS.items() if name in sys.modules for each in kinds]
    http = getattr(client, "_client", None)
    if not isinstance(client, tuple(known)) or not isinstance(http, httpx2.Client | httpx2.AsyncClient):
        names = ", ".join(f"{name}.{each}" for name, kinds in _CLIENTS.items() for each in kinds)
        raise ConfigError(f"{type(client).__name__} is no client that can be traced.", f"These can: {names}.", "A provider is traced by nbagent.Traced(...).")
    prices.listed("", "openai")  # the price list is slow to import: now, and not in the middle of a call
    send: Any = http.send
    http.send = (_awaited if isinstance(http, httpx2.AsyncClient) else _plain)(getattr(send, "sends", send), trace)  # type: ignore[method-assign]
    return client


def _plain(send: Callable[..., Any], trace: Trace | None) -> Callable[..., Any]:
    """`send` with an ear on what it sends; `sends` is itself."""

    def sending(request: httpx2.Request, **how: Any) -> Any:
        heard = _begun(request, trace)
        if heard is None:
            return send(request, **how)
        try:
            response = send(request, **how)
        except BaseException as error:
            heard.end(error)
            raise
        heard.answered(response)
        return response

    sending.sends = send  # type: ignore[attr-defined]
    return sending


def _awaited(send: Callable[..., Any], trace: Trace | None) -> Callable[..., Any]:
    """The same for who awaits."""

    async def sending(request: httpx2.Request, **how: Any) -> Any:
        heard = _begun(request, trace)
        if heard is None:
            return await send(request, **how)
        try:
            response = await send(request, **how)
        except BaseException as error:
            heard.end(error)
            raise
        heard.answered(response)
        return response

    sending.sends = send  # type: ignore[attr-defined]
    return sending


def _begun(request: httpx2.Request, trace: Trace | None) -> _Heard | None:
    """What listens to the answer; None for what is no call of a model, or is traced by who is around it."""
    api, kept = spoken(request.method, request.url.path), trace_here(trace)
    if api is None or kept is None or is_counted():
        return None
    try:
        return _Heard(api, request, json.loads(request.content), kept)
    except Exception as error:  # noqa: BLE001  whatever an SDK sends is sent
        doubt(error)
        return None


class _Heard:
    """The answer to one request, as it comes."""

    def __init__(self, api: Api, request: httpx2.Request, body: dict[str, Any], trace: Trace) -> None:
        self._api, self._provider, self._streams = api, api.provider, body.get("stream") is True
        self._secrets = [request.headers.get(name, "").removeprefix("Bearer ") for name in ("authorization", "x-api-key", "api-key")]
        asked = request_of(body)
        self._framing, self._decoder = Payloads(), api.decoder(asked.model, provider=api.provider, secrets=self._secrets)
        self._whole: list[bytes] = []  # of what is not read as it comes
        self._response: httpx2.Response | None = None
        self._garbled: Exception | None = None
        self._encoding: dict[str, str] = {}
        self._at_once = self._ended = False
        server = None if request.url.host in _OWN else str(request.url.copy_with(query=None))
        self._call = TracedCall(Asked(api.provider, asked.model, server), asked, trace)
        if self._call.exchange is not None:
            self._call.exchange.sent(body)
        self._call.begin()

    def answered(self, response: httpx2.Response) -> None:
        """The head of the answer is here: what is read of its body from now on is heard."""
        self._response = response
        if response.is_stream_consumed:
            self._whole.append(response.content)
            self.end(None)
            return
        self._encoding = {name: value for name, value in response.headers.items() if name == "content-encoding" and value != "identity"}
        self._at_once = self._streams and response.is_success and not self._encoding
        if isinstance(response.stream, httpx2.AsyncByteStream):
            response.stream = _AsyncCopied(response.stream, self)
        elif isinstance(response.stream, httpx2.SyncByteStream):
            response.stream = _Copied(response.stream, self)

    def came(self, chunk: bytes) -> None:
        """A read of the body."""
        if not self._at_once:
            self._whole.append(chunk)
        elif self._garbled is None:
            try:
                self._take(self._framing.feed(chunk))
            except Exception as error:  # noqa: BLE001  it is said at the end
                self._garbled = error

    def end(self, error: BaseException | None) -> None:
        """Nothing more comes. Only the first time counts."""
        if self._ended:
            return
        self._ended = True
        try:
            error = self._judged(error)
        except Exception as failed:  # noqa: BLE001
            error = failed
        self._call.end_at_once(error)

    def _judged(self, error: BaseException | None) -> BaseException | None:
        """What the call failed with, in our words; None where the answer is whole, also where its last bytes were left unread."""
        response, body = self._response, b""
        if response is not None and self._whole:
            body = httpx2.Response(200, headers=self._encoding, content=b"".join(self._whole)).content
        if response is not None and not response.is_success:
            return from_response(response.status_code, body, response.headers, provider=self._provider, secrets=self._secrets)
        if response is not None and self._streams:
            self._take([*self._framing.feed(body), *self._framing.end()])
        elif error is None:
            self._take(payloads(self._api, body))
        if error is None or self._decoder.done or self._decoder.failure:
            self._call.take([] if self._decoder.failure else self._decoder.end())
            return self._garbled or self._decoder.failure
        ours = convert(error, provider=self._provider, secrets=self._secrets, started=response is not None) if isinstance(error, Exception) else None
        return ours or error

    def _take(self, ready: Sequence[bytes]) -> None:
        if ready and self._call.exchange is not None:
            self._call.exchange.came(ready)
        if ready and self._decoder.failure is None and not self._decoder.done:
            self._call.take(self._decoder.feed(ready))


class _Copied(httpx2.SyncByteStream):
    """A body, and who hears it."""

    def __init__(self, stream: httpx2.SyncByteStream, heard: _Heard) -> None:
        self._stream, self._heard = stream, heard

    def __iter__(self) -> Iterator[bytes]:
        try:
            for chunk in self._stream:
                self._heard.came(chunk)
                yield chunk
        except Exception as error:
            self._heard.end(error)
            raise
        self._heard.end(None)

    def close(self) -> None:
        try:
            self._stream.close()
        finally:
            self._heard.end(GeneratorExit())


class _AsyncCopied(httpx2.AsyncByteStream):
    """The same for who awaits."""

    def __init__(self, stream: httpx2.AsyncByteStream, heard: _Heard) -> None:
        self._stream, self._heard = stream, heard

    async def __aiter__(self) -> AsyncIterator[bytes]:
        try:
            async for chunk in self._stream:
                self._heard.came(chunk)
                yield chunk
        except (Exception, asyncio.CancelledError) as error:
            self._heard.end(error)
            raise
        self._heard.end(None)

    async def aclose(self) -> None:
        try:
            await self._stream.aclose()
        finally:
            self._heard.end(GeneratorExit())
