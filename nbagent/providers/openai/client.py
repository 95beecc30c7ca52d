"""A vendor that speaks OpenAI's APIs, as far as the APIs do not differ: its address, its key, its models and its embeddings.

The rule: the SDK signs and sends, and its answer is read here as bytes. A key goes to the address that it was given for; a
server of one's own gets a placeholder where there is none.
"""

from __future__ import annotations

import array
import asyncio
import base64
import os
import sys
from collections.abc import Awaitable, Iterator, Mapping, Sequence
from importlib import import_module
from typing import TYPE_CHECKING, Any

from nbagent import keys
from nbagent.errors import ConfigError, GarbledStream, NbagentError
from nbagent.provider import Capabilities, Embeddings, ModelInfo
from nbagent.providers.carriers.http import asked, value_of
from nbagent.providers.carriers.transport import IDLE_TIMEOUT, NO_KEY, Client, checked_url, key_for, shown_url, silence_limit
from nbagent.providers.openai.vendor_rows import Vendor

if TYPE_CHECKING:
    from openai import AsyncOpenAI

_TEXTS = 2048  # the most texts in a request for embeddings
_LATER_VERSIONS = ("", "v1", "latest", "preview")  # of Azure's API: they have no path of their own
_CENTS = 10_000  # xAI's prices are in cents a hundred million tokens


class VendorClient:
    """What the adapters of both APIs have in common. `vendor` is the row of who is asked."""

    def __init__(self, vendor: Vendor, base_url: str | None, api_key: str | None, idle_timeout: float = IDLE_TIMEOUT) -> None:
        self.vendor, self.name = vendor, vendor.name
        self._base_url, self._api_key, self._idle_timeout = checked_url(base_url, provider=self.name), api_key, idle_timeout
        self._client: Client[AsyncOpenAI] = Client()

    def __repr__(self) -> str:
        try:
            where = shown_url(self.base_url)
        except NbagentError:
            where = "?"
        return f"{type(self).__name__}({self.name!r}, base_url={where!r})"

    @property
    def base_url(self) -> str:
        """Where requests go now: the URL given, the environment's, or the vendor's. Raises `ConfigError` where there is none."""
        vendor = self.vendor
        url = self._base_url or checked_url(keys.address(vendor.url_variable, key_given=bool(self._api_key)), provider=self.name) or vendor.base_url
        if not url:
            raise ConfigError(f"{self.name} has no address yet.", mend=f"Set {vendor.url_variable}, or give base_url=.")
        scheme, _, rest = url.partition("://")
        host, _, path = rest.partition("/")
        return url if path or not vendor.path or self._version else f"{scheme}://{host}{vendor.path}"

    @property
    def row(self) -> Vendor:
        """How the server that is asked differs."""
        return self.vendor

    def capabilities(self, model: str) -> Capabilities:
        """What a model can do, from the vendor's table."""
        return self.row.model(model).can

    async def models(self) -> list[ModelInfo]:
        """The models that the vendor has now. Raises `MissingKey` and `ProviderError`."""
        answer = await self._json(self.row.models_path)
        found = answer.get("data") or answer.get("models") if isinstance(answer, dict) else answer
        return [_model_info(entry, self.capabilities(entry["id"])) for entry in found or () if isinstance(entry, dict) and isinstance(entry.get("id"), str)]

    async def embed(self, model: str, texts: Sequence[str]) -> Embeddings:
        """One vector a text, in as many requests as it takes. Raises `MissingKey` and `ProviderError`."""
        vectors: list[list[float]] = []
        tokens: int | None = 0
        for batch in _batches(texts, self.row.embedding_bytes):
            body = {"model": model, "input": batch} | ({"encoding_format": self.row.embedding_format} if self.row.embedding_format else {})
            answer = await self._json("/embeddings", body, model=model)
            try:
                data = sorted(answer["data"], key=lambda entry: entry.get("index", 0))
                vectors += [_vector(entry["embedding"]) for entry in data]
                used = answer["usage"]["prompt_tokens"] if answer.get("usage") else None
            except (KeyError, TypeError, ValueError) as error:
                raise GarbledStream(f"{self.name}: the answer holds no embeddings.", str(answer)[:200]) from error
            if len(data) != len(batch):
                raise GarbledStream(f"{self.name}: {len(batch)} texts were sent and {len(data)} embeddings came.")
            tokens = None if tokens is None or not isinstance(used, int) else tokens + used
        return Embeddings(vectors, tokens)

    async def aclose(self) -> None:
        """Close the connections."""
        await self._client.aclose()

    async def _json(self, path: str, body: Mapping[str, Any] | None = None, *, model: str = "") -> Any:
        """What the server answers to a GET, or with a body to a POST."""
        secrets: list[str] = []

        def ask() -> Awaitable[Any]:
            import httpx2

            client = self._connected(secrets, model)
            options: Any = {"timeout": silence_limit({}, self._idle_timeout), "headers": self._headers() or {}}
            return (
                client.get(path, cast_to=httpx2.Response, options=options)
                if body is None
                else client.post(path, cast_to=httpx2.Response, body=body, options=options)
            )

        if "openai" not in sys.modules:
            await asyncio.to_thread(import_module, "openai")
        response = await asked(ask(), provider=self.name, secrets=secrets)
        return value_of(response, provider=self.name)

    async def connected(self) -> tuple[AsyncOpenAI, list[str]]:
        """The SDK's client, and what is secret in its requests. Raises `MissingKey`."""
        secrets: list[str] = []
        if "openai" not in sys.modules:
            await asyncio.to_thread(import_module, "openai")
        return self._connected(secrets, ""), secrets

    def _connected(self, secrets: list[str], model: str) -> AsyncOpenAI:
        """The SDK's client. The key is added to `secrets`, to be hidden from errors. Raises `MissingKey`."""
        base_url, vendor = self.base_url, self.row
        own = base_url.rstrip("/") != vendor.base_url.rstrip("/") and not vendor.path
        variables = tuple(dict.fromkeys((*vendor.keys, *self.vendor.keys)))
        variable = found.name if (found := keys.find(*variables)) else variables[0]
        key = key_for(self._api_key, variable, provider=self.name, placeholder=own)
        if key != NO_KEY:
            secrets.append(key)
        client = self._client.get((base_url, key), lambda: _made(base_url, key, vendor.key_header))
        if version := self._version:
            endpoint = f"{base_url.rstrip('/').removesuffix('/openai/v1')}/openai"
            return client.with_options(base_url=f"{endpoint}/deployments/{model}" if model else endpoint, default_query={"api-version": version})
        return client

    def _headers(self, given: Mapping[str, str] | None = None) -> Any:
        """The headers of one request: those given, and none of the SDK's own for a key that has its own header."""
        if not self.row.key_header:
            return given
        from openai import Omit

        return {"Authorization": Omit(), **(given or {})}

    @property
    def _version(self) -> str:
        """The version of the API whose paths name the deployment, or nothing."""
        version = os.environ.get(self.vendor.version_variable, "") if self.vendor.version_variable else ""
        return "" if version in _LATER_VERSIONS else version


def _made(base_url: str, key: str, key_header: str) -> AsyncOpenAI:
    from openai import AsyncOpenAI, DefaultAsyncHttpxClient

    from nbagent.providers.carriers.refusals import cut_short

    # the key and the conversation go where they were sent, and nowhere else
    http = DefaultAsyncHttpxClient(follow_redirects=False, event_hooks={"response": [cut_short]})
    return AsyncOpenAI(base_url=base_url, api_key=key, max_retries=0, http_client=http, default_headers={key_header: key} if key_header else None)


# -- what vendors say of their models ---------------------------------------------------------------------------------


def _model_info(entry: dict[str, Any], known: Capabilities) -> ModelInfo:
    """A model of a list, in the words of any of the vendors; what the list does not say is as the table has it."""
    into = _strings(_get(entry, "architecture", "input_modalities") or entry.get("input_modalities"))
    told, takes = entry.get("capabilities"), _strings(entry.get("supported_parameters"))
    says = told if isinstance(told, dict) else {}
    best = provider if isinstance(provider := entry.get("top_provider"), dict) else {}
    meta = about if isinstance(about := entry.get("meta"), dict) else {}  # llama.cpp's
    window = _first(entry, "context_length", "context_window", "max_context_length", "max_model_len") or _first(meta, "n_ctx", "n_ctx_train")
    can = Capabilities(
        tools="tools" in takes if takes else bool(says.get("function_calling", known.tools)),
        output_schema=known.output_schema and (not takes or "structured_outputs" in takes),
        images="image" in into if into else bool(says.get("vision", known.images)),
        audio="audio" in into if into else bool(says.get("audio", known.audio)),
        documents="file" in into or known.documents,
        reasoning="reasoning" in takes if takes else bool(says.get("reasoning", known.reasoning)),
        context_window=window or known.context_window,
        max_output=_first(entry, "max_completion_tokens", "max_output_tokens") or _first(best, "max_completion_tokens") or known.max_output,
    )  # fmt: skip
    created = entry.get("created")
    into_price, out_price = _prices(entry)
    name = entry.get("name")
    return ModelInfo(
        entry["id"], name if isinstance(name, str) and name != entry["id"] else "", can,
        created=float(created) if isinstance(created, (int, float)) and created > 0 else None,
        size=_first(meta, "size"), input_price=into_price, output_price=out_price,
    )  # fmt: skip


def _prices(entry: dict[str, Any]) -> tuple[float | None, float | None]:
    """US dollars a million tokens: OpenRouter tells dollars a token, xAI cents a hundred million."""
    if isinstance(pricing := entry.get("pricing"), dict):
        return _price(pricing.get("prompt"), 1_000_000), _price(pricing.get("completion"), 1_000_000)
    return _price(entry.get("prompt_text_token_price"), 1 / _CENTS), _price(entry.get("completion_text_token_price"), 1 / _CENTS)


def _price(value: Any, factor: float) -> float | None:
    try:
        price = round(float(value) * factor, 9)
    except (TypeError, ValueError):
        return None
    return price if price >= 0 else None  # OpenRouter says -1 where it depends


def _get(entry: Any, *path: str) -> Any:
    for key in path:
        entry = entry.get(key) if isinstance(entry, dict) else None
    return entry


def _first(entry: dict[str, Any], *keys: str) -> int | None:
    return next((count for key in keys if (count := _count(entry.get(key)))), None)


def _count(value: Any) -> int | None:
    return int(value) if isinstance(value, (int, float)) and value > 0 else None


def _strings(value: Any) -> list[str]:
    return [each for each in value if isinstance(each, str)] if isinstance(value, list) else []


# -- embeddings -------------------------------------------------------------------------------------------------------


def _batches(texts: Sequence[str], most_bytes: int) -> Iterator[list[str]]:
    batch: list[str] = []
    held = 0
    for text in texts:
        size = len(text.encode("utf-8", "replace"))
        if batch and (len(batch) == _TEXTS or held + size > most_bytes):
            yield batch
            batch, held = [], 0
        batch.append(text)
        held += size
    if batch:
        yield batch


def _vector(value: Any) -> list[float]:
    """A vector as numbers, or as base64 of little-endian floats of four bytes."""
    if not isinstance(value, str):
        return [float(number) for number in value]
    numbers = array.array("f", base64.b64decode(value, validate=True))
    if sys.byteorder == "big":
        numbers.byteswap()
    return numbers.tolist()
