"""Chat Completions: OpenAI's, its vendors', and every server's that speaks it; `OPENAI_BASE_URL` or `base_url` says where.

The rule: `to_wire` is the exact body, made without I/O, and the vendor's row says how it differs; the SDK sends it and
brings the bytes back, and `ChatDecoder` makes events of them.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import AbstractAsyncContextManager
from typing import Any

from nbagent.events import ProviderEvent
from nbagent.exchange import sent
from nbagent.provider import Request
from nbagent.providers.carriers.transport import IDLE_TIMEOUT, StreamedResponse, batches, silence_limit
from nbagent.providers.carriers.wire_cache import WireCache
from nbagent.providers.openai.chat_messages import Turn, Turned, in_order, marked
from nbagent.providers.openai.chat_stream import ChatDecoder
from nbagent.providers.openai.client import VendorClient
from nbagent.providers.openai.out import loose, strictly
from nbagent.providers.openai.vendor_rows import OPENAI_CHAT, OWN_SERVER, Vendor, fitted, of_host

_NOT_SENT = ("timeout", "extra_headers", "tools", "cache_control")  # not of the body, or put into it in their own place
_CACHE = {"type": "ephemeral"}


class OpenAIChat(VendorClient):
    """A provider for Chat Completions. Without a key it sends a placeholder to a server of one's own.

    `idle_timeout` is how many seconds a server may be silent; the parameter `timeout` sets it for one request, and
    `extra_headers` (a dict) are sent with it.
    """

    def __init__(self, base_url: str | None = None, api_key: str | None = None, *, vendor: Vendor = OPENAI_CHAT, idle_timeout: float = IDLE_TIMEOUT) -> None:
        super().__init__(vendor, base_url, api_key, idle_timeout)
        self._turns: dict[str, WireCache[Turned]] = {}

    @property
    def row(self) -> Vendor:
        """How the server that is asked differs: by the vendor, or where only the API is named, by the host."""
        return of_host(self.base_url, OWN_SERVER) if self.vendor is OPENAI_CHAT else self.vendor

    def to_wire(self, request: Request) -> dict[str, Any]:
        """The JSON body. A parameter that is None is left out, also one that would be sent by itself."""
        row = self.row
        model = row.model(request.model)
        params, _ = fitted(row, request.model, request.params)
        messages = self._messages(request, row)
        if model.cache_marks and (cache := params.get("cache_control", _CACHE)):
            messages = marked(messages, cache)
        body: dict[str, Any] = {"model": request.model, "messages": messages, "stream": True, **row.body}
        if row.usage_option:
            body["stream_options"] = {"include_usage": True}
        body |= _tools(request, params, strict=model.strict)
        if (output := request.output) is not None:
            schema, held = strictly(output, able=model.strict or model.can.output_schema)
            body["response_format"] = {"type": "json_schema", "json_schema": {"name": output.name, "schema": schema, "strict": held}}
        body |= {key: value for key, value in params.items() if key not in _NOT_SENT}
        return {key: value for key, value in body.items() if value is not None}

    def stream(self, request: Request) -> AsyncGenerator[list[ProviderEvent], None]:
        """One batch of events a network read. Raises `MissingKey` and `ProviderError` when it is first waited for."""
        secrets: list[str] = []  # known once the key was looked up
        notes: list[str] = []
        decoder = ChatDecoder(request.model, provider=self.name, secrets=secrets)
        return batches(lambda: self._open(request, secrets, notes), decoder, provider=self.name, secrets=secrets, sdk="openai", notes=notes)

    def _open(self, request: Request, secrets: list[str], notes: list[str]) -> AbstractAsyncContextManager[StreamedResponse]:
        client = self._connected(secrets, request.model)
        body, timeout = sent(self.to_wire(request)), silence_limit(request.params, self._idle_timeout)
        notes += [*fitted(self.row, request.model, request.params)[1], *loose(request.tools)]
        headers = self._headers(request.params.get("extra_headers"))
        # as extra_body: the SDK walks every typed parameter, a conversation of 100 messages for 35 ms
        return client.chat.completions.with_streaming_response.create(
            model=request.model, messages=[], stream=True, extra_body=body, timeout=timeout, extra_headers=headers
        )

    def _messages(self, request: Request, row: Vendor) -> list[dict[str, Any]]:
        turn = self._turns.get(row.host)
        if turn is None:
            turn = self._turns[row.host] = WireCache(Turn(self.name, row))
        wire: list[dict[str, Any]] = [{"role": "system", "content": request.instructions}] if request.instructions else []
        return wire + in_order([turn(message, request.model) for message in request.messages], row)


def _tools(request: Request, params: dict[str, Any], *, strict: bool) -> dict[str, Any]:
    tools: list[dict[str, Any]] = []
    for tool in request.tools:
        parameters, held = strictly(tool, able=strict)
        function = {"name": tool.name, "description": tool.description, "parameters": parameters} | ({"strict": True} if held else {})
        tools.append({"type": "function", "function": function})
    if not (tools := [*tools, *(params.get("tools") or ())]):
        return {}
    if request.tool_choice == "auto":
        return {"tools": tools}
    named = request.tool_choice not in ("none", "required")
    return {"tools": tools, "tool_choice": {"type": "function", "function": {"name": request.tool_choice}} if named else request.tool_choice}
