"""Gemini on Vertex: the adapter of the Gemini API behind another door.

The rule: who asks is known by Google's application-default credentials, or by a key of express mode, which needs neither a
project nor a location.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from nbagent import keys
from nbagent.errors import MissingKey
from nbagent.provider import Embeddings, Request
from nbagent.providers.carriers.gcp import Account, Gcp
from nbagent.providers.carriers.transport import checked_url, key_for
from nbagent.providers.google.adapter import AT_ONCE, Door, Google, checked_count, total, vector
from nbagent.providers.google.params import Wire

NAME = "vertex"
_KEY, _PROJECT, _LOCATION = "GOOGLE_API_KEY", "GOOGLE_CLOUD_PROJECT", "GOOGLE_CLOUD_LOCATION"
_VERSION = "v1beta1"  # Google's own SDK asks this one: ids of calls and streamed arguments are not in all of v1
_CONTINENTS = ("us", "eu")  # locations of several regions have hosts of their own
_ALONE = "gemini-embedding-001"  # takes one text a request


class Vertex(Google):
    """Gemini on Vertex: ``vertex:MODEL``, in the project and place of GOOGLE_CLOUD_PROJECT and GOOGLE_CLOUD_LOCATION (global).

    `api_key`, or GOOGLE_API_KEY where no project is set, is one of express mode. GOOGLE_VERTEX_BASE_URL is another server.
    Beside the parameters of `Google` there is ``stream_function_call_arguments=True``: then Gemini 3 tells arguments as it writes them.
    """

    name = NAME
    cloud = True
    _catalogue = "publishers/google/models"

    def __init__(self, base_url: str | None = None, api_key: str | None = None, **options: Any) -> None:
        super().__init__(base_url, api_key, **options)
        self._gcp = Gcp(provider=NAME, projects=(_PROJECT,), regions=(_LOCATION,))

    @property
    def base_url(self) -> str:
        """Where requests go now: the URL given, the environment's, or that of the place."""
        given = self._base_url or checked_url(keys.value("GOOGLE_VERTEX_BASE_URL"), provider=NAME)
        place = "global" if self._express else _location()
        if given or place == "global":
            return given or "https://aiplatform.googleapis.com"
        return f"https://aiplatform.{place}.rep.googleapis.com" if place in _CONTINENTS else f"https://{place}-aiplatform.googleapis.com"

    async def embed(self, model: str, texts: Sequence[str], *, task_type: str | None = None, dimensions: int | None = None) -> Embeddings:
        """One vector a text; see `Google.embed`."""
        if model.startswith("gemini-") and not model.startswith(_ALONE):
            return await super().embed(model, texts, task_type=task_type, dimensions=dimensions)
        vectors, counted = list[list[float]](), 0
        at_once = 1 if model.startswith(_ALONE) else AT_ONCE
        for start in range(0, len(texts), at_once):
            instances = [{"content": text, **({"task_type": task_type} if task_type else {})} for text in texts[start : start + at_once]]
            body = {"instances": instances, **({"parameters": {"outputDimensionality": dimensions}} if dimensions else {})}
            answer = await self._asked("POST", f"{self._model_path(model)}:predict", body)
            for each in answer.get("predictions") or ():
                given = each.get("embeddings") if isinstance(each, dict) else None
                vectors.append(vector(given, NAME))
                counted += _counted(given)
        checked_count(vectors, texts, NAME)
        return Embeddings(vectors, counted or None)

    async def count_tokens(self, request: Request) -> int:
        """The input tokens of the request, as Google counts them."""
        wire = self.to_wire(request)
        body = {key: wire[key] for key in ("contents", "systemInstruction", "tools", "generationConfig") if key in wire}
        return total(await self._asked("POST", f"{self._model_path(request.model)}:countTokens", body), NAME)

    # -- the way there ------------------------------------------------------------------------------------------------

    @property
    def _express(self) -> str:
        """The key of express mode, where it is that."""
        return self._api_key or ("" if os.environ.get(_PROJECT) else keys.value(_KEY))

    async def _door(self, path: str, secrets: list[str]) -> Door:
        base = f"{self.base_url.rstrip('/')}/{_VERSION}"
        if key := self._express:
            key = key_for(key, _KEY, provider=NAME)
            secrets.append(key)
            return Door(f"{base}/{quote(path, safe='/:')}", {"x-goog-api-key": key})
        account = await self._account(secrets)
        headers = {"authorization": f"Bearer {account.token}"}
        if path == self._catalogue:
            return Door(f"{base}/{path}", headers | {"x-goog-user-project": account.project})
        within = "" if path.startswith("projects/") else f"projects/{quote(account.project)}/locations/{quote(_location())}/"
        return Door(f"{base}/{within}{quote(path, safe='/:')}", headers)

    async def _account(self, secrets: list[str]) -> Account:
        try:
            return await self._gcp.account(secrets)
        except MissingKey as error:
            error.advise(f"{error.mend} Or with a key of express mode: %nbagent key vertex")
            raise

    def _to_embed(self, model: str, content: Wire, wanted: Wire) -> Wire:  # noqa: ARG002  the URL has the model
        return {"content": content, **({"embedContentConfig": wanted} if wanted else {})}

    def _model_path(self, model: str) -> str:
        """``gemini-x``, ``publisher/model``, or a whole name as it is."""
        if model.startswith(("projects/", "publishers/")):
            return model
        publisher, _, name = model.removeprefix("models/").rpartition("/")
        return f"publishers/{publisher or 'google'}/models/{name}"


def _location() -> str:
    return os.environ.get(_LOCATION) or "global"


def _counted(given: Any) -> int:
    statistics = given.get("statistics") if isinstance(given, dict) else None
    count = statistics.get("token_count") if isinstance(statistics, dict) else None
    return int(count) if isinstance(count, (int, float)) else 0
