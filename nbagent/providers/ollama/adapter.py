"""Models that Ollama runs, on this machine or in its cloud, through its own API.

The rule: what is known of a model is a table until the server said more, and every refusal names the command that mends it.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, aclosing, asynccontextmanager, suppress
from typing import Any, TypeVar

import msgspec

from nbagent import exchange, keys
from nbagent.errors import NbagentError, ProviderError
from nbagent.events import ProviderEvent, Waiting
from nbagent.provider import Capabilities, Embeddings, ModelInfo, Request
from nbagent.providers.carriers.http import Http, Opened
from nbagent.providers.carriers.ndjson import Lines
from nbagent.providers.carriers.transport import NO_KEY, batches, key_for, shown_url, silence_limit
from nbagent.providers.carriers.wire_cache import WireCache
from nbagent.providers.ollama.decode import NAME, OllamaDecoder, PullDecoder
from nbagent.providers.ollama.models import described, is_cloud, of_family, refused, url_of, whole
from nbagent.providers.ollama.wait import PATIENCE, told_meanwhile
from nbagent.providers.ollama.wire import fitted, to_wire, turn

T = TypeVar("T")

_KEY, _HOST = "OLLAMA_API_KEY", "OLLAMA_HOST"
_SILENCE = 300.0  # seconds: a large model is loaded before the first word, which the server itself gives five minutes
_AT_ONCE = 8  # models that are asked about side by side
_TEXTS = 128  # texts in one request for embeddings


class Ollama:
    """``ollama:MODEL``. The server is OLLAMA_HOST's (this machine's, where it is not set), a key is OLLAMA_API_KEY's where one is set.

    `idle_timeout` is how many seconds the server may be silent; the parameter `timeout` sets it for one request.
    """

    name = NAME

    def __init__(self, base_url: str | None = None, api_key: str | None = None, *, idle_timeout: float = _SILENCE) -> None:
        self._base_url, self._api_key, self._idle_timeout = url_of(base_url) if base_url and base_url.strip() else None, api_key, idle_timeout
        self._http = Http()
        self._turned = WireCache(turn)
        self._known: dict[str, Capabilities] = {}

    def __repr__(self) -> str:
        return f"Ollama(base_url={shown_url(self.base_url)!r})"

    @property
    def base_url(self) -> str:
        """Where requests go now: the URL given, OLLAMA_HOST's, or this machine's."""
        return self._base_url or url_of(keys.address(_HOST, key_given=bool(self._api_key)))

    def capabilities(self, model: str) -> Capabilities:
        """What the server said of the model, or else what the table of families says."""
        return self._known.get(model) or of_family(model)

    def to_wire(self, request: Request) -> dict[str, Any]:
        """The exact body that `stream` sends."""
        return to_wire(request, self._turned)

    def stream(self, request: Request) -> AsyncGenerator[list[ProviderEvent], None]:
        """One batch of events a network read. Raises `ProviderError` when it is first waited for."""
        secrets: list[str] = []  # known once the key was looked up
        _, options, notes = fitted(request)
        decoder = OllamaDecoder(request.model, num_ctx=whole(options.get("num_ctx")), secrets=secrets)
        sent = asyncio.Event()
        arriving = batches(lambda: self._open(request, secrets, sent), decoder, provider=NAME, secrets=secrets, sdk="httpx2", framing=Lines, notes=notes)
        return told_meanwhile(arriving, lambda: self._doing(request.model), sent=sent, after=PATIENCE)

    async def models(self) -> list[ModelInfo]:
        """The models that were pulled, the newest first, each with what it can do. Raises `ProviderError`."""
        tags = _objects(await self._ask("GET", "/api/tags"), "models")
        gate = asyncio.Semaphore(_AT_ONCE)

        async def show(tag: dict[str, Any]) -> ModelInfo:
            shown: Any = {}
            with suppress(ProviderError):  # removed since it was listed: the list says what it knows
                async with gate:
                    shown = await self._ask("POST", "/api/show", {"model": tag.get("model") or tag.get("name")})
            return described(tag, shown if isinstance(shown, dict) else {})

        found = await asyncio.gather(*map(show, tags))
        self._known |= {info.id: info.capabilities for info in found if info.capabilities is not None}
        self._known |= {info.id.removesuffix(":latest"): info.capabilities for info in found if info.capabilities is not None}
        return found

    async def pull(self, model: str) -> AsyncGenerator[Waiting, None]:
        """Fetch a model; `fraction` grows to 1. Closing the generator stops it, another pull goes on there. Raises `ProviderError`."""
        secrets: list[str] = []
        body = msgspec.json.encode({"model": model, "stream": True})
        decoder = PullDecoder(model, secrets=secrets)

        def opened() -> AbstractAsyncContextManager[Opened]:
            return self._request("/api/pull", body, model, secrets, timeout=self._idle_timeout)

        async with aclosing(batches(opened, decoder, provider=NAME, secrets=secrets, sdk="httpx2", framing=Lines)) as lines:
            async for batch in lines:
                for event in batch:
                    if isinstance(event, Waiting):
                        yield event
        self._known.pop(model, None)  # what an older one could not do, this one may

    async def embed(self, model: str, texts: Sequence[str]) -> Embeddings:
        """A vector a text, of length 1. A text that is longer than the model reads is refused, not cut. Raises `ProviderError`."""
        vectors: list[list[float]] = []
        counted = 0
        for start in range(0, len(texts), _TEXTS):
            some = list(texts[start : start + _TEXTS])
            body = {"model": model, "input": some, "truncate": False}
            answer = await self._ask("POST", "/api/embed", body, model=model, timeout=self._idle_timeout)
            found = answer.get("embeddings") if isinstance(answer, dict) else None
            if not isinstance(found, list) or len(found) != len(some):
                raise ProviderError(f"{NAME}: {model} gave no vector for every text.", mend="Is it a model for embeddings?")
            vectors += found
            counted += whole(answer.get("prompt_eval_count")) or 0
        return Embeddings(vectors, counted or None)

    async def aclose(self) -> None:
        """Close the connections."""
        await self._http.aclose()

    async def _doing(self, model: str) -> str:
        """What the server is at while no word comes; "" where it does not say."""
        try:
            loaded = _objects(await self._ask("GET", "/api/ps", timeout=PATIENCE), "models")
        except NbagentError:
            return ""
        names = {tag.get(key) for tag in loaded for key in ("name", "model")}
        return f"{model} reads the prompt" if model in names or f"{model}:latest" in names else f"{model} is loaded into memory"

    @asynccontextmanager
    async def _open(self, request: Request, secrets: list[str], sent: asyncio.Event) -> AsyncGenerator[Opened, None]:
        wire, seconds = self.to_wire(request), request.params.get("timeout")
        exchange.sent(wire)
        body = msgspec.json.encode(wire)
        sent.set()
        async with self._request("/api/chat", body, request.model, secrets, timeout=self._idle_timeout if seconds is None else seconds) as response:
            yield response

    @asynccontextmanager
    async def _request(self, path: str, body: bytes, model: str, secrets: list[str], *, timeout: Any) -> AsyncGenerator[Opened, None]:
        """A streamed answer, once its headers are there; what keeps it from coming is raised as ours."""
        where, limit = self.base_url, silence_limit({"timeout": timeout})
        opening = self._http.stream(where + path, headers=self._headers(where, secrets), body=body, timeout=limit)
        async with AsyncExitStack() as stack:
            try:
                response = await stack.enter_async_context(opening)
            except Exception as error:
                if (ours := self._learned(error, model, where, secrets)) is None:
                    raise
                raise ours from error
            yield response

    async def _ask(self, method: str, path: str, body: dict[str, Any] | None = None, *, model: str = "", timeout: float = 60.0) -> Any:
        secrets: list[str] = []
        where = self.base_url
        sent = None if body is None else msgspec.json.encode(body)
        headers = self._headers(where, secrets)
        return await self._told(self._http.json(method, where + path, provider=NAME, headers=headers, body=sent, timeout=timeout), model, where, secrets)

    async def _told(self, answer: Awaitable[T], model: str, where: str, secrets: list[str]) -> T:
        try:
            return await answer
        except NbagentError as error:
            cause = error.__cause__ if isinstance(error.__cause__, Exception) else error
            raise self._learned(cause, model, where, secrets) or error from cause

    def _learned(self, error: Exception, model: str, where: str, secrets: list[str]) -> NbagentError | None:
        """The error as ours; what it says of the model is known from now on."""
        ours, facts = refused(error, model=model, where=where, secrets=secrets)
        if facts:
            self._known[model] = msgspec.structs.replace(self.capabilities(model), **facts)
        return ours

    def _headers(self, where: str, secrets: list[str]) -> dict[str, str]:
        key = key_for(self._api_key, _KEY, provider=NAME, placeholder=not is_cloud(where))
        if key == NO_KEY:
            return {}
        secrets.append(key)
        return {"authorization": f"Bearer {key}"}


def _objects(answer: Any, key: str) -> list[dict[str, Any]]:
    found = answer.get(key) if isinstance(answer, dict) else None
    return [value for value in found if isinstance(value, dict)] if isinstance(found, list) else []
