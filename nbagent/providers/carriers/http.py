"""Requests to the APIs that are asked without an SDK of their vendor: one client, a streamed answer, a JSON answer.

The rule: an answer that is no success is raised with its status and body, and everything that goes wrong becomes one of
our errors in `failures.convert`, as it does for the SDKs.
"""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator, Awaitable, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

import msgspec

from nbagent.errors import GarbledStream
from nbagent.providers.carriers.failures import convert, rid
from nbagent.providers.carriers.transport import Client, silence_limit

if TYPE_CHECKING:
    import httpx2

T = TypeVar("T")


class Opened(NamedTuple):
    """A streamed answer whose headers have come: a `transport.StreamedResponse`."""

    http_response: httpx2.Response


class Refused(Exception):
    """An answer that is no success, and the beginning of its body. One that sends elsewhere is none: the key and the conversation go nowhere else."""

    def __init__(self, response: httpx2.Response) -> None:
        super().__init__(f"status {response.status_code}")
        self.response, self.status_code = response, response.status_code


class Http:
    """The HTTP client of one provider object, made in the event loop that first needs it."""

    def __init__(self) -> None:
        self._client: Client[_Closing] = Client()

    async def aclose(self) -> None:
        """Close the connections."""
        await self._client.aclose()

    @asynccontextmanager
    async def stream(
        self, url: str, *, headers: Mapping[str, str], body: bytes, timeout: httpx2.Timeout, method: str = "POST"
    ) -> AsyncGenerator[Opened, None]:  # fmt: skip
        """Send `body` (JSON) and hand on the answer once its headers are there. Raises `Refused` and what httpx2 raises."""
        client = self._get()
        request = client.build_request(method, url, headers={"content-type": "application/json", **headers}, content=body, timeout=timeout)
        response = await client.send(request, stream=True)
        try:
            if not response.is_success:
                await response.aread()
                raise Refused(response)
            yield Opened(response)
        finally:
            await response.aclose()

    async def json(
        self, method: str, url: str, *, provider: str, headers: Mapping[str, str] = {}, body: bytes | None = None,
        params: Mapping[str, str] = {}, secrets: Sequence[str] = (), timeout: float = 60.0,
    ) -> Any:  # fmt: skip
        """A JSON answer. Raises `ProviderError`."""

        async def ask() -> Any:
            given = {"content-type": "application/json", **headers} if body is not None else dict(headers)
            response = await self._get().request(method, url, headers=given, content=body, params=dict(params) or None, timeout=silence_limit({}, timeout))
            if not response.is_success:
                raise Refused(response)
            return value_of(response, provider=provider)

        return await asked(ask(), provider=provider, secrets=secrets)

    def _get(self) -> httpx2.AsyncClient:
        return self._client.get("one", _Closing).client


class _Closing:
    """An httpx2 client with the `close` that `Client` calls."""

    def __init__(self) -> None:
        import httpx2

        from nbagent.providers.carriers.refusals import cut_short

        limits = httpx2.Limits(max_connections=None, max_keepalive_connections=100)
        self.client = httpx2.AsyncClient(limits=limits, follow_redirects=False, event_hooks={"response": [cut_short]})

    async def close(self) -> None:
        await self.client.aclose()


def value_of(response: httpx2.Response, *, provider: str) -> Any:
    """The JSON of an answer. Raises `GarbledStream`.

    Embeddings are up to 64 MB of numbers, and other runs wait meanwhile: msgspec takes a quarter of the time of `json`, which reads
    what msgspec does not (half characters, NaN).
    """
    try:
        return msgspec.json.decode(response.content)
    except (msgspec.DecodeError, RecursionError):
        pass
    try:
        return json.loads(response.content)
    except (ValueError, RecursionError) as error:
        raise GarbledStream(f"{provider}: the answer is not JSON.", response.text[:200], "Is the base URL that of an API?") from error


async def asked(answer: Awaitable[T], *, provider: str, secrets: Sequence[str] = ()) -> T:
    """What is awaited, with the errors of an SDK or of httpx2 as ours."""
    try:
        return await answer
    except Exception as error:
        ours = convert(error, provider=provider, secrets=secrets)
        if ours is None or ours is error:
            raise
        raise ours from rid(error, secrets)
