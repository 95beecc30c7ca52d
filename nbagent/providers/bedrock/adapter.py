"""Every model on Amazon Bedrock, through its Converse API.

The rule: nothing is asked of AWS's own machinery but who asks and where (`aws`), and that never on the event loop.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncGenerator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from typing import Any

import msgspec

from nbagent.errors import ConfigError, ModelNotFound, NbagentError, PermissionRefused, ProviderError, RequestRefused
from nbagent.events import ProviderEvent
from nbagent.exchange import sent
from nbagent.provider import Capabilities, Embeddings, ModelInfo, Request
from nbagent.providers.bedrock.decode import NAME, ConverseDecoder
from nbagent.providers.bedrock.models import foundation, known, plain, profile
from nbagent.providers.bedrock.wire import fitted, to_wire, turn
from nbagent.providers.carriers.aws import Aws, model_path, refusal
from nbagent.providers.carriers.eventstream import EventFrames
from nbagent.providers.carriers.http import Http, Opened, Refused
from nbagent.providers.carriers.transport import IDLE_TIMEOUT, batches, checked_url, shown_url, silence_limit
from nbagent.providers.carriers.wire_cache import WireCache

_RUNTIME, _CONTROL = "bedrock-runtime", "bedrock"
_VARIABLES = {_RUNTIME: ("AWS_ENDPOINT_URL_BEDROCK_RUNTIME", "AWS_ENDPOINT_URL"), _CONTROL: ("AWS_ENDPOINT_URL_BEDROCK", "AWS_ENDPOINT_URL")}
_AT_ONCE = 8  # texts that are embedded side by side, where a model takes one a request
_COHERE_TEXTS = 96  # the most that Cohere's models take in one request


class Bedrock:
    """``bedrock:MODEL``, by the name of a model or of an inference profile, or by an ARN.

    The credentials are those that AWS's own tools would use, or the Bedrock API key of AWS_BEARER_TOKEN_BEDROCK. The parameter
    ``cache_point=None`` leaves the markers of the prompt cache out; `idle_timeout` is how many seconds the server may be silent.
    """

    name = NAME

    def __init__(self, base_url: str | None = None, api_key: str | None = None, *, idle_timeout: float = IDLE_TIMEOUT) -> None:
        self._base_url, self._idle_timeout = checked_url(base_url, provider=NAME), idle_timeout
        self._aws = Aws(api_key, provider=NAME)
        self._http = Http()
        self._turned = WireCache(turn)

    def __repr__(self) -> str:
        return f"Bedrock(base_url={shown_url(self.base_url)!r})"

    @property
    def base_url(self) -> str | None:
        """Where requests go, where it was given here or in the environment; None for AWS's own address in the region."""
        return self._given(_RUNTIME)

    def capabilities(self, model: str) -> Capabilities:
        """What the table says of the model."""
        return known(model).can

    def to_wire(self, request: Request) -> dict[str, Any]:
        """The exact body that `stream` sends; the model's name is in the URL."""
        return to_wire(request, self._turned)

    def stream(self, request: Request) -> AsyncGenerator[list[ProviderEvent], None]:
        """One batch of events a network read. Raises `MissingKey` and `ProviderError` when it is first waited for."""
        secrets: list[str] = []  # known once the credentials were looked up
        decoder, notes = ConverseDecoder(request.model, secrets=secrets), fitted(request).notes
        return batches(lambda: self._open(request, secrets), decoder, provider=NAME, secrets=secrets, sdk="httpx2", framing=EventFrames, notes=notes)

    async def models(self) -> list[ModelInfo]:
        """The models of the region, and the inference profiles that can be asked for them. Raises `MissingKey` and `ProviderError`."""
        answer = await self._ask("GET", "/foundation-models", service=_CONTROL)
        found = [foundation(summary) for summary in _objects(answer, "modelSummaries")]
        with suppress(PermissionRefused):  # a list that the account may not see takes nothing from the other one
            token = ""
            while True:
                more = await self._ask("GET", f"/inference-profiles?maxResults=1000{token}", service=_CONTROL)
                found += [profile(summary) for summary in _objects(more, "inferenceProfileSummaries")]
                if not isinstance(more, dict) or not isinstance(next_ := more.get("nextToken"), str) or not next_:
                    break
                token = f"&nextToken={model_path(next_)}"
        return [info for info in found if info is not None]

    async def count_tokens(self, request: Request) -> int:
        """The input tokens of a request, as the model itself counts them. Raises `MissingKey` and `ProviderError`."""
        whole = to_wire(msgspec.structs.replace(request, params={**request.params, "cache_point": None}), self._turned)
        asked = {key: whole[key] for key in ("messages", "system", "toolConfig", "additionalModelRequestFields") if key in whole}
        answer = await self._ask("POST", f"/model/{model_path(plain(request.model))}/count-tokens", {"input": {"converse": asked}}, model=request.model)
        count = answer.get("inputTokens") if isinstance(answer, dict) else None
        if not isinstance(count, int):
            raise ProviderError(f"{NAME}: the tokens were not counted.", str(answer)[:200])
        return count

    async def embed(self, model: str, texts: Sequence[str]) -> Embeddings:
        """A vector a text, of Titan's or Cohere's models for text. Raises `MissingKey`, `ConfigError` and `ProviderError`."""
        path = f"/model/{model_path(model)}/invoke"
        if plain(model).startswith("cohere.embed"):
            vectors: list[list[float]] = []
            for start in range(0, len(texts), _COHERE_TEXTS):
                body = {"texts": list(texts[start : start + _COHERE_TEXTS]), "input_type": "search_document", "embedding_types": ["float"]}
                answer = await self._ask("POST", path, body, model=model)
                found = answer.get("embeddings") if isinstance(answer, dict) else None
                vectors += _vectors(found.get("float") if isinstance(found, dict) else found, len(texts[start : start + _COHERE_TEXTS]), model)
            return Embeddings(vectors)
        if not plain(model).startswith("amazon.titan-embed-text"):
            raise ConfigError(f"{NAME}: {model} is not asked for embeddings here.", "Models of amazon.titan-embed-text and cohere.embed are.")
        gate = asyncio.Semaphore(_AT_ONCE)

        async def one(text: str) -> tuple[list[float], int]:
            async with gate:
                answer = await self._ask("POST", path, {"inputText": text}, model=model)
            answer = answer if isinstance(answer, dict) else {}
            return _vectors([answer.get("embedding")], 1, model)[0], int(answer.get("inputTextTokenCount") or 0)

        answers = await asyncio.gather(*map(one, texts))
        return Embeddings([vector for vector, _ in answers], sum(count for _, count in answers) or None)

    async def aclose(self) -> None:
        """Close the connections."""
        await self._http.aclose()

    # -- the only I/O -----------------------------------------------------------------------------------------------------

    @asynccontextmanager
    async def _open(self, request: Request, secrets: list[str]) -> AsyncGenerator[Opened, None]:
        body, timeout = msgspec.json.encode(sent(self.to_wire(request))), silence_limit(request.params, self._idle_timeout)
        url = await self._url(f"/model/{model_path(request.model)}/converse-stream", _RUNTIME)
        headers = await self._aws.headers("POST", url, body, secrets)
        async with AsyncExitStack() as stack:
            try:
                response = await stack.enter_async_context(self._http.stream(url, headers=headers, body=body, timeout=timeout))
            except Refused as refused:
                raise _told(refused, request.model, secrets) or refused from refused
            yield response

    async def _ask(self, method: str, path: str, body: dict[str, Any] | None = None, *, service: str = _RUNTIME, model: str = "") -> Any:
        secrets: list[str] = []
        sent = None if body is None else msgspec.json.encode(body)
        url = await self._url(path, service)
        headers = await self._aws.headers(method, url, sent or b"", secrets)
        try:
            return await self._http.json(method, url, provider=NAME, headers=headers, body=sent, secrets=secrets)
        except ProviderError as error:
            told = _told(error.__cause__, model, secrets) if isinstance(error.__cause__, Refused) else None
            if told is None:
                raise
            raise told from error.__cause__

    async def _url(self, path: str, service: str) -> str:
        """Where one request goes; the region may stand in a profile's file."""
        given = self._given(service)
        return (given if given is not None else await asyncio.to_thread(self._aws.endpoint, service)).rstrip("/") + path

    def _given(self, service: str) -> str | None:
        return self._base_url or next((url for name in _VARIABLES[service] if (url := checked_url(os.environ.get(name), provider=NAME))), None)


def _told(refused: Refused, model: str, secrets: list[str]) -> NbagentError | None:
    """A refusal as ours, with what to do where it is the model's name that AWS does not take."""
    ours = refusal(refused, provider=NAME, secrets=secrets)
    if not isinstance(ours, ProviderError):
        return ours
    more: dict[str, Any] = {"status": ours.status, "retry_after": ours.retry_after, "request_id": ours.request_id}
    if "inference profile" in ours.why and isinstance(ours, RequestRefused):
        mend = f"Ask an inference profile, such as us.{plain(model)} or global.{plain(model)}: %nbagent models bedrock"
        return RequestRefused(f"{model} is not asked by its own name.", ours.why, mend, **more)
    if "model identifier is invalid" in ours.why:
        return ModelNotFound(f"{NAME} does not know the model {model}.", ours.why, "Those of the region: %nbagent models bedrock", **more)
    return ours


def _objects(answer: Any, key: str) -> list[dict[str, Any]]:
    found = answer.get(key) if isinstance(answer, dict) else None
    return [value for value in found if isinstance(value, dict)] if isinstance(found, list) else []


def _vectors(found: Any, count: int, model: str) -> list[list[float]]:
    """As many vectors as there were texts."""
    if not isinstance(found, list) or len(found) != count or not all(isinstance(vector, list) for vector in found):
        raise ProviderError(f"{NAME}: {model} gave no vector for every text.", mend="Is it a model for embeddings?")
    return found
