"""Gemini, through Google's Gemini API.

The rule: the REST API is asked as it is documented, without Google's SDK, and the key travels in a header, never in a URL.
"""

from __future__ import annotations

import re
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from typing import Any, NamedTuple
from urllib.parse import quote

import msgspec

from nbagent import keys
from nbagent.errors import GarbledStream
from nbagent.events import ProviderEvent
from nbagent.exchange import sent
from nbagent.provider import Capabilities, Embeddings, ModelInfo, Request
from nbagent.providers.carriers.http import Http, Opened
from nbagent.providers.carriers.transport import IDLE_TIMEOUT, NO_KEY, batches, checked_url, key_for, shown_url, silence_limit
from nbagent.providers.carriers.wire_cache import WireCache
from nbagent.providers.google.decode import GoogleDecoder
from nbagent.providers.google.models import capabilities, described
from nbagent.providers.google.params import Wire, fitted
from nbagent.providers.google.payloads import NAME
from nbagent.providers.google.wire import to_wire, turn

_KEYS = ("GEMINI_API_KEY", "GOOGLE_API_KEY")
_GOOGLE = "https://generativelanguage.googleapis.com"
_VERSION = re.compile(r"/v\d\w*$")
AT_ONCE = 100  # texts in one request for embeddings: Google takes no more
_PAGE = {"pageSize": "1000"}


class Door(NamedTuple):
    """Where one request goes, and what lets it in."""

    url: str
    headers: dict[str, str]


class Google:
    """Gemini: ``google:MODEL``. The key is GEMINI_API_KEY's, or GOOGLE_API_KEY's; GOOGLE_GEMINI_BASE_URL is another server.

    Parameters are everybody's (`temperature`, `max_tokens`) or Google's, as `thinking_level`, `thinking_budget`, `include_thoughts`,
    `safety_settings`, `cached_content`, `response_modalities`, and ``tools=["google_search"]`` for the tools that Google runs itself.
    `idle_timeout` is how many seconds the server may be silent; the parameter `timeout` sets it for one request.
    """

    name = NAME
    cloud = False
    """Whether this is Vertex, which takes a little more and a little less."""

    def __init__(self, base_url: str | None = None, api_key: str | None = None, *, idle_timeout: float = IDLE_TIMEOUT) -> None:
        self._base_url, self._api_key, self._idle_timeout = checked_url(base_url, provider=self.name), api_key, idle_timeout
        self._http = Http()
        self._turned = WireCache(turn)

    def __repr__(self) -> str:
        return f"{type(self).__name__}(base_url={shown_url(self.base_url)!r})"

    @property
    def base_url(self) -> str:
        """Where requests go now: the URL given, the environment's, or Google's."""
        said = keys.address("GOOGLE_GEMINI_BASE_URL", key_given=bool(self._api_key))
        return self._base_url or checked_url(said, provider=self.name) or _GOOGLE

    def to_wire(self, request: Request) -> Wire:
        """The exact body that `stream` sends; the model is in the URL. A parameter that is None is left out."""
        return to_wire(request, name=self.name, cloud=self.cloud, turned=self._turned)

    def stream(self, request: Request) -> AsyncGenerator[list[ProviderEvent], None]:
        """One batch of events a network read. Raises `MissingKey` and `ProviderError` when it is first waited for."""
        secrets: list[str] = []  # known once the key was looked up
        decoder = GoogleDecoder(request.model, provider=self.name, secrets=secrets)
        notes = fitted(request, cloud=self.cloud).notes
        return batches(lambda: self._opened(request, secrets), decoder, provider=self.name, secrets=secrets, notes=notes)

    def capabilities(self, model: str) -> Capabilities:
        """What the table knows of the model."""
        return capabilities(model)

    async def models(self) -> list[ModelInfo]:
        """The models that answer or embed, as Google lists them now."""
        found: list[ModelInfo] = []
        params = dict(_PAGE)
        while True:
            page = await self._asked("GET", self._catalogue, params=params)
            listed: list[Any] = next((page[key] for key in ("models", "publisherModels") if isinstance(page.get(key), list)), [])
            found += [model for each in listed if (model := described(each)) is not None]
            token = page.get("nextPageToken")
            if not isinstance(token, str) or not token or token == params.get("pageToken"):
                return found
            params["pageToken"] = token

    async def embed(self, model: str, texts: Sequence[str], *, task_type: str | None = None, dimensions: int | None = None) -> Embeddings:
        """One vector a text. `task_type` is what they are for, in Google's words (``RETRIEVAL_QUERY``), `dimensions` their length."""
        more = {"taskType": task_type, "outputDimensionality": dimensions}
        wanted = {key: value for key, value in more.items() if value is not None}
        vectors, counted = list[list[float]](), list[int]()
        for start in range(0, len(texts), AT_ONCE):
            chunk = texts[start : start + AT_ONCE]
            requests = [self._to_embed(model, {"parts": [{"text": text}]}, wanted) for text in chunk]
            answer = await self._asked("POST", f"{self._model_path(model)}:batchEmbedContents", {"requests": requests})
            vectors += [vector(each, self.name) for each in answer.get("embeddings") or ()]
            used = answer.get("usageMetadata")
            if isinstance(used, dict) and isinstance(count := used.get("promptTokenCount"), int):
                counted.append(count)
        checked_count(vectors, texts, self.name)
        return Embeddings(vectors, sum(counted) if counted else None)

    async def count_tokens(self, request: Request) -> int:
        """The input tokens of the request, as Google counts them."""
        body = {"generateContentRequest": {"model": _resource(request.model), **self.to_wire(request)}}
        return total(await self._asked("POST", f"{_resource(request.model)}:countTokens", body), self.name)

    async def aclose(self) -> None:
        """Close the connections."""
        await self._http.aclose()

    # -- the way there ------------------------------------------------------------------------------------------------

    _catalogue = "models"

    async def _door(self, path: str, secrets: list[str]) -> Door:
        """The URL of `path` and the headers for it; the secrets in them are put into `secrets`."""
        base_url = self.base_url.rstrip("/")
        first, second = _KEYS
        given = self._api_key or (found.value if (found := keys.find(first, second)) else None)
        key = key_for(given, first, provider=self.name, placeholder=base_url != _GOOGLE)
        url = f"{base_url}{'' if _VERSION.search(base_url) else '/v1beta'}/{quote(path, safe='/:')}"
        if key == NO_KEY:
            return Door(url, {})
        secrets.append(key)
        return Door(url, {"x-goog-api-key": key})

    def _model_path(self, model: str) -> str:
        return _resource(model)

    def _to_embed(self, model: str, content: Wire, wanted: Wire) -> Wire:
        return {"model": _resource(model), "content": content, **wanted}

    @asynccontextmanager
    async def _opened(self, request: Request, secrets: list[str]) -> AsyncGenerator[Opened, None]:
        timeout = silence_limit(request.params, self._idle_timeout)
        body = msgspec.json.encode(sent(self.to_wire(request)))
        door = await self._door(f"{self._model_path(request.model)}:streamGenerateContent", secrets)
        async with self._http.stream(f"{door.url}?alt=sse", headers=door.headers, body=body, timeout=timeout) as opened:
            yield opened

    async def _asked(self, method: str, path: str, body: Any = None, *, params: dict[str, str] | None = None) -> dict[str, Any]:
        secrets: list[str] = []
        door = await self._door(path, secrets)
        sent = None if body is None else msgspec.json.encode(body)
        answer = await self._http.json(method, door.url, provider=self.name, headers=door.headers, body=sent, params=params or {}, secrets=secrets)
        if not isinstance(answer, dict):
            raise GarbledStream(f"{self.name}: the answer is not what its API writes.", str(answer)[:200])
        return answer


def _resource(model: str) -> str:
    """``models/gemini-x``, or a whole name (``tunedModels/x``) as it is."""
    return model if "/" in model else f"models/{model}"


def vector(given: Any, provider: str) -> list[float]:
    """The values of an embedding. Raises `GarbledStream`."""
    values = given.get("values") if isinstance(given, dict) else None
    if not isinstance(values, list):
        raise GarbledStream(f"{provider}: an embedding without values.", str(given)[:200])
    return values


def checked_count(vectors: Sequence[Any], texts: Sequence[str], provider: str) -> None:
    """Raises `GarbledStream` where not each text has its vector."""
    if len(vectors) != len(texts):
        raise GarbledStream(f"{provider}: {len(vectors)} embeddings came for {len(texts)} texts.")


def total(answer: dict[str, Any], provider: str) -> int:
    """The count in an answer to ``countTokens``. Raises `GarbledStream`."""
    count = answer.get("totalTokens", 0)
    if not isinstance(count, int):
        raise GarbledStream(f"{provider}: the count of tokens is no number.", str(count)[:200])
    return count
