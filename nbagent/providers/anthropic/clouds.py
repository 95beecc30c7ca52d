"""Claude on the clouds: the same adapter, with the ways to Amazon Bedrock and to Google's Vertex AI.

The rule: only how a request gets there is different (URL, signature, where betas and the model's name stand, how the answer is framed).
What is asked and how the answer is read is the Anthropic adapter's.
"""

from __future__ import annotations

import asyncio
import base64
import os
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlsplit

import msgspec

from nbagent.errors import GarbledStream, NbagentError, PermissionRefused, ProviderError
from nbagent.provider import ModelInfo
from nbagent.providers.anthropic.adapter import Anthropic, Sending
from nbagent.providers.anthropic.models import capabilities
from nbagent.providers.carriers.aws import Aws, model_path, refusal
from nbagent.providers.carriers.eventstream import EventFrames
from nbagent.providers.carriers.gcp import Gcp
from nbagent.providers.carriers.http import Http, Opened, Refused
from nbagent.providers.carriers.sse import Payloads
from nbagent.providers.carriers.transport import Framing, checked_url

if TYPE_CHECKING:
    import httpx2

_VERSION = "2026-10-21"  # of the Messages API: what Anthropic's SDK sends
_PROJECTS, _REGIONS = ("ANTHROPIC_VERTEX_PROJECT_ID", "GOOGLE_CLOUD_PROJECT"), ("CLOUD_ML_REGION", "GOOGLE_CLOUD_LOCATION")
_VERTEX_HOSTS = {"global": "aiplatform.googleapis.com", "us": "aiplatform.us.rep.googleapis.com", "eu": "aiplatform.eu.rep.googleapis.com"}


def on_bedrock(base_url: str | None = None, api_key: str | None = None, *, region: str | None = None) -> Anthropic:
    """Claude on Bedrock: ``bedrock-anthropic:MODEL``, a model's id, an inference profile's, or an ARN.

    The region is `region`, AWS_REGION's, or the profile's; the credentials are those that AWS's own tools find, or a Bedrock API key
    (`api_key`, AWS_BEARER_TOKEN_BEDROCK). With a base URL of a host named ``bedrock-mantle``, requests go to that newer endpoint,
    which speaks Anthropic's API as it is.
    """
    url = checked_url(base_url or os.environ.get("ANTHROPIC_BEDROCK_BASE_URL"), provider=Bedrock.name)
    mantle = url is not None and (urlsplit(url).hostname or "").startswith("bedrock-mantle")
    return Anthropic(way=(Mantle if mantle else Bedrock)(url, api_key, region))


def on_vertex(base_url: str | None = None, api_key: str | None = None, *, region: str | None = None, project: str | None = None) -> Anthropic:
    """Claude on Vertex AI: ``vertex-anthropic:MODEL``.

    The region is `region` or CLOUD_ML_REGION's (``global`` is one), the project `project`, ANTHROPIC_VERTEX_PROJECT_ID's or that of the credentials, which are
    Google's application-default ones; `api_key` is an access token instead of them.
    """
    url = checked_url(base_url or os.environ.get("ANTHROPIC_VERTEX_BASE_URL"), provider=Vertex.name)
    return Anthropic(way=Vertex(url, api_key, region, project))


class Bedrock:
    """The way to Bedrock's InvokeModel: the model is in the URL, betas are in the body, the answer comes in binary frames."""

    name = "bedrock-anthropic"
    automatic_cache, betas_in_body = False, True
    not_in_body: Sequence[str] = ("model", "stream")
    also_in_body: Mapping[str, Any] = {"anthropic_version": _VERSION}
    sdk = "httpx2"
    signed_for = "bedrock"

    def __init__(self, base_url: str | None, api_key: str | None, region: str | None) -> None:
        self._base_url = base_url
        self._aws, self._http = Aws(api_key, provider=self.name, region=region), Http()

    @property
    def base_url(self) -> str | None:
        try:
            return self._base_url or self._aws.endpoint("bedrock-runtime")
        except NbagentError:
            return None  # there is no region yet: said when a request is sent

    def framing(self) -> Framing:
        return EventFrames(chunks=True)

    @asynccontextmanager
    async def open(self, sending: Sending, timeout: httpx2.Timeout) -> AsyncGenerator[Opened, None]:
        payload = msgspec.json.encode(sending.body)
        url = await self._url(f"/model/{model_path(sending.model)}/invoke-with-response-stream")
        async with self._answered(url, payload, sending, timeout, {}) as opened:
            yield opened

    async def count(self, sending: Sending) -> int:
        asked = {key: value for key, value in sending.body.items() if key not in self.not_in_body} | {"anthropic_version": _VERSION, "max_tokens": 1}
        if sending.betas:
            asked["anthropic_beta"] = sending.betas
        invoked = base64.b64encode(msgspec.json.encode(asked)).decode()
        url = await self._url(f"/model/{model_path(sending.model)}/count-tokens")
        answer = await self._json("POST", url, {"input": {"invokeModel": {"body": invoked}}}, sending.secrets)
        return _number(answer, "inputTokens", self.name)

    async def models(self, secrets: list[str]) -> list[ModelInfo]:
        """Anthropic's models of the region, and the inference profiles by which most of them are asked."""
        models = await self._json("GET", await self._url("/foundation-models?byProvider=Anthropic", "bedrock"), None, secrets)
        named = [(raw.get("modelId"), raw.get("modelName")) for raw in _objects(models, "modelSummaries")]
        with suppress(PermissionRefused):  # a list that the account may not see takes nothing from the other one
            profiles = await self._json("GET", await self._url("/inference-profiles?maxResults=1000", "bedrock"), None, secrets)
            named += [(raw.get("inferenceProfileId"), raw.get("inferenceProfileName")) for raw in _objects(profiles, "inferenceProfileSummaries")]
        return [_model(id_, name) for id_, name in named if isinstance(id_, str) and "anthropic." in id_]

    async def aclose(self) -> None:
        await self._http.aclose()

    async def _url(self, path: str, service: str = "bedrock-runtime") -> str:
        """Where one request goes. The region may stand in a profile's file: read beside the event loop."""
        root = self._base_url if self._base_url is not None else await asyncio.to_thread(self._aws.endpoint, service)
        return root.rstrip("/") + path

    @asynccontextmanager
    async def _answered(
        self, url: str, payload: bytes, sending: Sending, timeout: httpx2.Timeout, more: dict[str, str]
    ) -> AsyncGenerator[Opened, None]:  # fmt: skip
        headers = await self._aws.headers("POST", url, payload, sending.secrets, service=self.signed_for) | more
        async with AsyncExitStack() as stack:
            try:
                opened = await stack.enter_async_context(self._http.stream(url, headers=headers, body=payload, timeout=timeout))
            except Refused as refused:
                raise refusal(refused, provider=self.name, secrets=sending.secrets) or refused from refused
            yield opened

    async def _json(self, method: str, url: str, value: Any, secrets: list[str], betas: Sequence[str] = ()) -> Any:
        body = b"" if value is None else msgspec.json.encode(value)
        headers = await self._aws.headers(method, url, body, secrets, service=self.signed_for) | _beta_header(betas)
        try:
            return await self._http.json(method, url, provider=self.name, headers=headers, body=body or None, secrets=secrets)
        except ProviderError as error:
            if not isinstance(error.__cause__, Refused):
                raise
            raise refusal(error.__cause__, provider=self.name, secrets=secrets) or error from error.__cause__


class Mantle(Bedrock):
    """The way to Bedrock's newer endpoint, which speaks the Messages API as Anthropic does: URL, events and all."""

    betas_in_body = False
    not_in_body: Sequence[str] = ()
    also_in_body: Mapping[str, Any] = {}
    signed_for = "bedrock-mantle"

    def framing(self) -> Framing:
        return Payloads()

    @asynccontextmanager
    async def open(self, sending: Sending, timeout: httpx2.Timeout) -> AsyncGenerator[Opened, None]:
        url, payload = await self._url("/v1/messages"), msgspec.json.encode(sending.body)
        async with self._answered(url, payload, sending, timeout, {"anthropic-version": _VERSION} | _beta_header(sending.betas)) as opened:
            yield opened

    async def count(self, sending: Sending) -> int:
        answer = await self._json("POST", await self._url("/v1/messages/count_tokens"), sending.body, sending.secrets, sending.betas)
        return _number(answer, "input_tokens", self.name)

    async def models(self, secrets: list[str]) -> list[ModelInfo]:
        page = await self._json("GET", await self._url("/v1/models"), None, secrets)
        return [_model(raw["id"], raw.get("display_name")) for raw in _objects(page, "data") if isinstance(raw.get("id"), str)]


class Vertex:
    """The way to Vertex AI: model, project and region are in the URL; the events are as Anthropic sends them."""

    name = "vertex-anthropic"
    automatic_cache, betas_in_body = False, False
    not_in_body: Sequence[str] = ("model",)
    also_in_body: Mapping[str, Any] = {"anthropic_version": _VERSION}
    sdk = "httpx2"

    def __init__(self, base_url: str | None, api_key: str | None, region: str | None, project: str | None) -> None:
        self._base_url, self._http = base_url, Http()
        self._gcp = Gcp(api_key, provider=self.name, projects=_PROJECTS, regions=_REGIONS, project=project, region=region)

    @property
    def base_url(self) -> str | None:
        try:
            return self._root
        except NbagentError:
            return None  # there is no region yet: said when a request is sent

    def framing(self) -> Framing:
        return Payloads()

    @asynccontextmanager
    async def open(self, sending: Sending, timeout: httpx2.Timeout) -> AsyncGenerator[Opened, None]:
        url, headers = await self._model_url(f"{quote(sending.model, safe='@')}:streamRawPredict", sending)
        async with self._http.stream(url, headers=headers, body=msgspec.json.encode(sending.body), timeout=timeout) as opened:
            yield opened

    async def count(self, sending: Sending) -> int:
        url, headers = await self._model_url("count-tokens:rawPredict", sending)
        asked = msgspec.json.encode(sending.body | {"anthropic_version": _VERSION})
        answer = await self._http.json("POST", url, provider=self.name, headers=headers, body=asked, secrets=sending.secrets)
        return _number(answer, "input_tokens", self.name)

    async def models(self, secrets: list[str]) -> list[ModelInfo]:
        """The models that Anthropic has published there; which of them a project may ask is its own matter."""
        account = await self._gcp.account(secrets)
        headers = {"authorization": f"Bearer {account.token}", "x-goog-user-project": account.project}
        url = f"{self._root.removesuffix('/v1')}/v1beta1/publishers/anthropic/models?pageSize=300"
        answer = await self._http.json("GET", url, provider=self.name, headers=headers, secrets=secrets)
        return [_model(str(raw["name"]).rpartition("/")[2]) for raw in _objects(answer, "publisherModels") if raw.get("name")]

    async def aclose(self) -> None:
        await self._http.aclose()

    @property
    def _root(self) -> str:
        if self._base_url:
            return self._base_url.rstrip("/")
        region = self._gcp.region()
        return f"https://{_VERTEX_HOSTS.get(region, f'{region}-aiplatform.googleapis.com')}/v1"

    async def _model_url(self, step: str, sending: Sending) -> tuple[str, dict[str, str]]:
        """The URL of a model's method, and the headers that say who asks, and by which betas."""
        region, account = self._gcp.region(), await self._gcp.account(sending.secrets)
        url = f"{self._root}/projects/{quote(account.project)}/locations/{region}/publishers/anthropic/models/{step}"
        return url, {"authorization": f"Bearer {account.token}"} | _beta_header(sending.betas)


def _beta_header(betas: Sequence[str]) -> dict[str, str]:
    return {"anthropic-beta": ",".join(betas)} if betas else {}


def _objects(answer: Any, key: str) -> list[dict[str, Any]]:
    found = answer.get(key) if isinstance(answer, dict) else None
    return [value for value in found if isinstance(value, dict)] if isinstance(found, list) else []


def _model(name: str, shown: Any = None) -> ModelInfo:
    return ModelInfo(name, shown if isinstance(shown, str) else "", capabilities(name))


def _number(answer: Any, key: str, provider: str) -> int:
    value = answer.get(key) if isinstance(answer, dict) else None
    if not isinstance(value, int):
        raise GarbledStream(f"{provider}: the answer holds no number of tokens.", str(answer)[:200])
    return value
