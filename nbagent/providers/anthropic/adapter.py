"""Claude, through Anthropic's Messages API: the one adapter, and its way to Anthropic itself.

The rule: the adapter knows what to ask and how to read the answer, a `Way` how a request gets there (the clouds' ways are in
clouds.py). An answer that was cut is not continued: today's models refuse a conversation that ends with the beginning of
their answer. What paused by itself (``pause_turn``) is, by the loop.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from importlib import import_module
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from nbagent import keys
from nbagent.errors import ConfigError, GarbledStream
from nbagent.events import ProviderEvent
from nbagent.exchange import sent
from nbagent.provider import Batching, Capabilities, ModelInfo, Request
from nbagent.providers.anthropic.batch import MessageBatches
from nbagent.providers.anthropic.decode import AnthropicDecoder
from nbagent.providers.anthropic.models import NAME, capabilities, fitted
from nbagent.providers.anthropic.wire import counted, to_wire
from nbagent.providers.anthropic.wire import turned as turned_message
from nbagent.providers.carriers.http import asked
from nbagent.providers.carriers.sse import Payloads
from nbagent.providers.carriers.transport import (
    IDLE_TIMEOUT,
    NO_KEY,
    Client,
    Framing,
    StreamedResponse,
    batches,
    checked_url,
    key_for,
    shown_url,
    silence_limit,
)
from nbagent.providers.carriers.wire_cache import WireCache

if TYPE_CHECKING:
    import httpx2
    from anthropic import AsyncAnthropic

_KEY, _TOKEN = "ANTHROPIC_API_KEY", "ANTHROPIC_AUTH_TOKEN"
_ANTHROPIC = "https://api.anthropic.com"
_PAGE = 1000  # models in one answer: all that the API allows


class Sending(NamedTuple):
    """A request on its way. `secrets` gets what must not be in an error, such as the key."""

    body: dict[str, Any]
    model: str
    betas: list[str]
    secrets: list[str]


class Way(Protocol):
    """How requests get to the models: whose server, whose key, and what the body looks like there.

    `automatic_cache`: the API places the marker of the prompt cache by itself. `not_in_body` are the fields that say something by the
    URL, `also_in_body` those that are always sent, `betas_in_body`: they are no header. `sdk` is the module that a request
    needs, '' if none.
    """

    name: str
    automatic_cache: bool
    not_in_body: Sequence[str]
    also_in_body: Mapping[str, Any]
    betas_in_body: bool
    sdk: str

    def framing(self) -> Framing: ...

    @property
    def base_url(self) -> str | None:
        """Where requests go now; None where that is not settled before one is sent."""
        ...

    def open(self, sending: Sending, timeout: httpx2.Timeout) -> AbstractAsyncContextManager[StreamedResponse]: ...

    async def count(self, sending: Sending) -> int: ...

    async def models(self, secrets: list[str]) -> list[ModelInfo]: ...

    async def aclose(self) -> None: ...


class Anthropic:
    """Claude: ``anthropic:MODEL``. The key is ANTHROPIC_API_KEY's, or ANTHROPIC_AUTH_TOKEN's for a gateway.

    Beside the API's own parameters: `thinking` may be True, False or a budget in tokens, `effort` stands for the one in
    `output_config`, `cache_control` may be False or ``"1h"``, `citations` lets documents be cited, `betas` are the names of
    betas, `tools` are Anthropic's own. `idle_timeout` is how many seconds the server may be silent; the parameter `timeout` sets it
    for one request.
    """

    def __init__(self, base_url: str | None = None, api_key: str | None = None, *, idle_timeout: float = IDLE_TIMEOUT, way: Way | None = None) -> None:
        self._way: Way = way or Direct(base_url, api_key)
        self._idle_timeout = idle_timeout
        self._turned = WireCache(turned_message)
        self.name = self._way.name

    def __repr__(self) -> str:
        return f"Anthropic({self.name!r}, base_url={shown_url(self.base_url)!r})"

    @property
    def base_url(self) -> str | None:
        """Where requests go now: the URL given, the environment's, or Anthropic's."""
        return self._way.base_url

    def to_wire(self, request: Request) -> dict[str, Any]:
        """The exact body that `stream` sends. A parameter that is None is left out, also one that would be sent by itself."""
        wire = to_wire(request, self._turned, provider=self.name, automatic_cache=self._way.automatic_cache)
        return self._body(wire, _betas(request))

    def _body(self, wire: dict[str, Any], betas: list[str]) -> dict[str, Any]:
        way = self._way
        said = {"anthropic_beta": betas} if betas and way.betas_in_body else {}
        return {key: value for key, value in wire.items() if key not in way.not_in_body} | dict(way.also_in_body) | said

    def stream(self, request: Request) -> AsyncGenerator[list[ProviderEvent], None]:
        """One batch of events a network read. Raises `MissingKey` and `ProviderError` when it is first waited for."""
        secrets: list[str] = []  # known once the key was looked up
        decoder = AnthropicDecoder(request.model, provider=self.name, secrets=secrets)
        _, notes = fitted(request)
        return batches(
            lambda: self._open(request, secrets), decoder, provider=self.name, secrets=secrets, sdk=self._way.sdk, framing=self._way.framing, notes=notes
        )

    def capabilities(self, model: str) -> Capabilities:
        """What the model can do, by the adapter's table."""
        return capabilities(model)

    async def models(self) -> list[ModelInfo]:
        """The models that can be asked with this key. Raises `MissingKey` and `ProviderError`."""
        secrets: list[str] = []
        return await asked(self._way.models(secrets), provider=self.name, secrets=secrets)

    async def count_tokens(self, request: Request) -> int:
        """The input tokens of a request, as the provider counts them. Raises `MissingKey` and `ProviderError`."""
        secrets: list[str] = []
        wire = counted(to_wire(request, self._turned, provider=self.name, automatic_cache=self._way.automatic_cache))
        return await asked(self._way.count(Sending(wire, request.model, _betas(request), secrets)), provider=self.name, secrets=secrets)

    def batching(self) -> Batching:
        """Many requests at once, answered later. Raises `ConfigError` where Claude is reached another way."""
        way = self._way
        if not isinstance(way, Direct):
            raise ConfigError(f"{self.name} takes no batches here.", "anthropic: does.")
        return MessageBatches(self.name, self.to_wire, way.connected)

    async def aclose(self) -> None:
        """Close the connections."""
        await self._way.aclose()

    def _open(self, request: Request, secrets: list[str]) -> AbstractAsyncContextManager[StreamedResponse]:
        timeout = silence_limit(request.params, self._idle_timeout)
        return self._way.open(Sending(sent(self.to_wire(request)), request.model, _betas(request), secrets), timeout)


def _betas(request: Request) -> list[str]:
    """The names of betas that the request asks for."""
    betas = request.params.get("betas") or ()
    return [betas] if isinstance(betas, str) else list(betas)


class Direct:
    """The way to Anthropic, or to a server that speaks its API, with Anthropic's SDK."""

    name = NAME
    automatic_cache, betas_in_body = True, False
    not_in_body: Sequence[str] = ()
    also_in_body: Mapping[str, Any] = {}
    sdk = "anthropic"

    def __init__(self, base_url: str | None = None, api_key: str | None = None) -> None:
        self._base_url, self._api_key = checked_url(base_url, provider=NAME), api_key
        self._client: Client[AsyncAnthropic] = Client()

    def framing(self) -> Framing:
        return Payloads()

    @property
    def base_url(self) -> str:
        return self._base_url or checked_url(keys.address("ANTHROPIC_BASE_URL", key_given=bool(self._api_key)), provider=NAME) or _ANTHROPIC

    def open(self, sending: Sending, timeout: httpx2.Timeout) -> AbstractAsyncContextManager[StreamedResponse]:
        create = self._connected(sending.secrets).messages.with_streaming_response.create
        # the model stands in the body as well: named here, the SDK warns of those that are soon gone
        # as extra_body: what is given as typed parameters is walked and copied by the SDK, on every step the whole conversation
        body, headers = sending.body, _beta_header(sending.betas)
        return create(model="", max_tokens=1, messages=(), stream=True, extra_body=body, extra_headers=headers, timeout=timeout)

    async def count(self, sending: Sending) -> int:
        await asyncio.to_thread(import_module, self.sdk)
        count = self._connected(sending.secrets).messages.count_tokens
        answer = await count(model="", messages=(), extra_body=sending.body, extra_headers=_beta_header(sending.betas))
        return answer.input_tokens

    async def models(self, secrets: list[str]) -> list[ModelInfo]:
        await asyncio.to_thread(import_module, self.sdk)
        client, found, after = self._connected(secrets), list[ModelInfo](), ""
        while True:
            page: Any = await client.get("/v1/models", cast_to=object, options={"params": {"limit": _PAGE} | ({"after_id": after} if after else {})})
            if not isinstance(page, dict) or not isinstance(page.get("data"), list):
                raise GarbledStream(f"{NAME}: the answer is no list of models.", str(page)[:200])
            found += [_model_info(raw) for raw in page["data"] if raw.get("lifecycle") != "retired"]
            if not page.get("has_more") or page.get("last_id") in ("", None, after):
                return found
            after = page["last_id"]

    async def aclose(self) -> None:
        await self._client.aclose()

    async def connected(self) -> tuple[AsyncAnthropic, list[str]]:
        """The SDK's client, and what is secret in its requests. Raises `MissingKey`."""
        secrets: list[str] = []
        await asyncio.to_thread(import_module, self.sdk)
        return self._connected(secrets), secrets

    def _connected(self, secrets: list[str]) -> AsyncAnthropic:
        base_url = self.base_url
        found = None if self._api_key else keys.find(_KEY, _TOKEN)
        key = key_for(found.value if found else self._api_key, _KEY, provider=NAME, placeholder=base_url != _ANTHROPIC)
        if key != NO_KEY:
            secrets.append(key)
        return self._client.get((base_url, key), lambda: _made(base_url, key))


def _made(base_url: str, key: str) -> AsyncAnthropic:
    from anthropic import AsyncAnthropic, DefaultAsyncHttpxClient

    from nbagent.providers.carriers.refusals import cut_short

    # the key and the conversation go where they were sent, and nowhere else
    http = DefaultAsyncHttpxClient(follow_redirects=False, event_hooks={"response": [cut_short]})
    return AsyncAnthropic(api_key=key, base_url=base_url, max_retries=0, http_client=http)


def _beta_header(betas: list[str]) -> dict[str, str] | None:
    return {"anthropic-beta": ",".join(betas)} if betas else None


def _model_info(raw: dict[str, Any]) -> ModelInfo:
    """A model as the list has it; what it can do is the API's word where it says it, else the table's."""
    can, known = raw.get("capabilities"), capabilities(raw["id"])
    if isinstance(can, dict):
        known = Capabilities(
            output_schema=_supported(can, "structured_outputs"), images=_supported(can, "image_input"),
            documents=_supported(can, "pdf_input"), reasoning=_supported(can, "thinking"),
            context_window=raw.get("max_input_tokens") or known.context_window, max_output=raw.get("max_tokens") or known.max_output,
        )  # fmt: skip
    made = raw.get("created_at")
    created = datetime.fromisoformat(made).timestamp() if isinstance(made, str) and not made.startswith("1970") else None
    return ModelInfo(raw["id"], raw.get("display_name") or "", known, created, family=raw.get("line") or "")


def _supported(can: dict[str, Any], what: str) -> bool:
    value = can.get(what)
    return isinstance(value, dict) and value.get("supported") is True
