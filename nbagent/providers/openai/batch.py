"""OpenAI's Batch API: many requests in a file, answered within a day at a lower price.

The rule: a request is the body that would be streamed, and an answer is read by the decoder of streams, as the events that
it would have come as.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

from nbagent.errors import ProviderError
from nbagent.events import ProviderEvent
from nbagent.provider import BatchState, Request
from nbagent.providers.carriers.batch_lines import read_lines
from nbagent.providers.carriers.failures import in_band
from nbagent.providers.carriers.http import asked
from nbagent.providers.openai.decode import ResponsesDecoder
from nbagent.providers.openai.responses import OpenAI

_ENDED = ("completed", "failed", "expired", "cancelled")
_PATH: Final = "/v1/responses"


class ResponsesBatches:
    """The batches of one adapter of the Responses API."""

    def __init__(self, adapter: OpenAI) -> None:
        self._adapter, self.name = adapter, adapter.name

    async def submit(self, requests: Mapping[str, Request]) -> str:
        """Send the requests, each by its own id; returns the id of the batch. Raises `MissingKey` and `ProviderError`."""
        lines = []
        for custom_id, request in requests.items():
            body = {key: value for key, value in self._adapter.to_wire(request).items() if key != "stream"}
            lines.append(json.dumps({"custom_id": custom_id, "method": "POST", "url": _PATH, "body": body}, ensure_ascii=False))
        client, secrets = await self._adapter.connected()
        file = ("batch.jsonl", "\n".join(lines).encode("utf-8", "replace"), "application/jsonl")
        held = await asked(client.files.create(file=file, purpose="batch"), provider=self.name, secrets=secrets)
        made = await asked(
            client.batches.create(input_file_id=held.id, endpoint=_PATH, completion_window="24h"), provider=self.name, secrets=secrets
        )  # fmt: skip
        return str(made.id)

    async def state(self, batch: str) -> BatchState:
        """How far it is. Raises `ProviderError`."""
        found = await self._found(batch)
        counts = found.request_counts
        return BatchState(found.status, found.status in _ENDED, *((counts.completed, counts.failed, counts.total) if counts else (0, 0, 0)))

    async def cancel(self, batch: str) -> None:
        """Ask for its end; what is answered by then can be had. Raises `ProviderError`."""
        client, secrets = await self._adapter.connected()
        await asked(client.batches.cancel(batch), provider=self.name, secrets=secrets)

    async def answers(self, batch: str) -> dict[str, list[ProviderEvent] | ProviderError]:
        """What came, by the requests' ids. Raises `ProviderError`."""
        client, secrets = await self._adapter.connected()
        found = await self._found(batch)
        made: dict[str, list[ProviderEvent] | ProviderError] = {}
        for file in filter(None, (found.output_file_id, found.error_file_id)):
            content = await asked(client.files.content(file), provider=self.name, secrets=secrets)
            made |= read_lines(content.content, lambda told: self._answer(told, secrets), provider=self.name)
        return made

    async def _found(self, batch: str) -> Any:
        client, secrets = await self._adapter.connected()
        return await asked(client.batches.retrieve(batch), provider=self.name, secrets=secrets)

    def _answer(self, told: dict[str, Any], secrets: list[str]) -> list[ProviderEvent] | ProviderError:
        response = told.get("response") or {}
        body = response.get("body") or {}
        if told.get("error") or response.get("status_code") != 200:
            return in_band(told.get("error") or body.get("error") or body, provider=self.name, secrets=secrets)
        decoder = ResponsesDecoder(str(body.get("model") or ""), provider=self.name, secrets=secrets)
        events = decoder.feed([json.dumps(event).encode() for event in as_stream(body)])
        events = events if decoder.failure else [*events, *decoder.end()]
        return decoder.failure or events


def as_stream(body: dict[str, Any]) -> list[dict[str, Any]]:
    """A whole response as the events of a stream that it would have come as."""
    events: list[dict[str, Any]] = []
    for place, item in enumerate(body.get("output") or []):
        begun = {key: value for key, value in item.items() if key not in ("content", "summary", "arguments")}
        events.append({"type": "response.output_item.added", "output_index": place, "item": begun})
        events.append({"type": "response.output_item.done", "output_index": place, "item": item})
    status = body.get("status")
    return [*events, {"type": f"response.{status if status in ('incomplete', 'failed') else 'completed'}", "response": body}]
