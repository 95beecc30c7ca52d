"""Anthropic's Message Batches: many requests at once, answered within a day at half the price.

The rule: a request is the body that would be streamed, and an answer is read by the decoder of streams, as the events that
it would have come as.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping
from typing import Any
from urllib.parse import quote

from nbagent.errors import GarbledStream, ProviderError, RunCancelled
from nbagent.events import ProviderEvent
from nbagent.provider import BatchState, Request
from nbagent.providers.anthropic.decode import AnthropicDecoder
from nbagent.providers.carriers.batch_lines import read_lines
from nbagent.providers.carriers.failures import in_band
from nbagent.providers.carriers.http import asked

_PATH = "/v1/messages/batches"
_DELTAS = {"text": ("text_delta", "text", ""), "thinking": ("thinking_delta", "thinking", "")}

Connect = Callable[[], Awaitable[tuple[Any, list[str]]]]
"""The SDK's client, and what is secret in its requests."""


class MessageBatches:
    """The batches of one adapter. `to_wire` makes a request's body."""

    def __init__(self, name: str, to_wire: Callable[[Request], dict[str, Any]], connect: Connect) -> None:
        self.name, self._to_wire, self._connect = name, to_wire, connect

    async def submit(self, requests: Mapping[str, Request]) -> str:
        """Send the requests, each by its own id; returns the id of the batch. Raises `MissingKey` and `ProviderError`."""
        sent = [
            {"custom_id": custom_id, "params": {key: value for key, value in self._to_wire(request).items() if key != "stream"}}
            for custom_id, request in requests.items()
        ]
        return str((await self._told("post", _PATH, {"requests": sent}))["id"])

    async def state(self, batch: str) -> BatchState:
        """How far it is. Raises `ProviderError`."""
        told = await self._told("get", f"{_PATH}/{quote(batch, safe='')}")
        counts = told.get("request_counts") or {}
        failed = sum(counts.get(name) or 0 for name in ("errored", "canceled", "expired"))
        done = counts.get("succeeded") or 0
        return BatchState(
            told.get("processing_status") or "", told.get("processing_status") == "ended", done, failed, done + failed + (counts.get("processing") or 0)
        )

    async def cancel(self, batch: str) -> None:
        """Ask for its end; what is answered by then can be had. Raises `ProviderError`."""
        await self._told("post", f"{_PATH}/{quote(batch, safe='')}/cancel", {})

    async def answers(self, batch: str) -> dict[str, list[ProviderEvent] | ProviderError | RunCancelled]:
        """What came, by the requests' ids. Raises `ProviderError`."""
        client, secrets = await self._connect()
        import httpx2

        response = await asked(client.get(f"{_PATH}/{quote(batch, safe='')}/results", cast_to=httpx2.Response), provider=self.name, secrets=secrets)
        return read_lines(response.content, lambda told: self._answer(told, secrets), provider=self.name)

    async def _told(self, verb: str, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        client, secrets = await self._connect()
        given = {} if body is None else {"body": body}
        told = await asked(getattr(client, verb)(path, cast_to=object, **given), provider=self.name, secrets=secrets)
        if not isinstance(told, dict) or not told.get("id"):
            raise GarbledStream(f"{self.name}: the answer is no batch.", str(told)[:200])
        return told

    def _answer(self, told: dict[str, Any], secrets: list[str]) -> list[ProviderEvent] | ProviderError | RunCancelled:
        result = told["result"]
        kind = result["type"]
        if kind == "errored":
            failure = result.get("error") or {}
            return in_band(failure.get("error") or failure, provider=self.name, secrets=secrets)
        if kind != "succeeded":
            return RunCancelled(f"The request was {kind}, and not answered.")
        message = result["message"]
        decoder = AnthropicDecoder(str(message.get("model") or ""), provider=self.name, secrets=secrets)
        events = decoder.feed([json.dumps(event).encode() for event in as_stream(message)])
        events = events if decoder.failure else [*events, *decoder.end()]
        return decoder.failure or events


def as_stream(message: dict[str, Any]) -> list[dict[str, Any]]:
    """A whole message as the events of a stream that it would have come as."""
    events: list[dict[str, Any]] = [{"type": "message_start", "message": message | {"content": []}}]
    for index, block in enumerate(message.get("content") or []):
        begun, deltas = _block(block)
        events.append({"type": "content_block_start", "index": index, "content_block": begun})
        events += [{"type": "content_block_delta", "index": index, "delta": delta} for delta in deltas]
        events.append({"type": "content_block_stop", "index": index})
    ended = {"stop_reason": message.get("stop_reason"), "stop_sequence": message.get("stop_sequence")}
    return [*events, {"type": "message_delta", "delta": ended, "usage": message.get("usage") or {}}, {"type": "message_stop"}]


def _block(block: dict[str, Any]) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """A block as it begins, and what then comes of it."""
    match block.get("type"):
        case "text" | "thinking" as kind:
            delta, name, empty = _DELTAS[kind]
            more = [{"type": "citations_delta", "citation": each} for each in block.get("citations") or ()]
            more += [{"type": "signature_delta", "signature": block["signature"]}] if block.get("signature") else []
            begun = {key: value for key, value in block.items() if key not in ("citations", "signature")} | {name: empty}
            return begun, [{"type": delta, name: block.get(name) or ""}, *more]
        case "tool_use" | "server_tool_use":
            return block | {"input": {}}, [{"type": "input_json_delta", "partial_json": json.dumps(block.get("input") or {})}]
        case _:
            return block, []
