"""OpenAI's models through the Responses API, and the servers that speak it.

The rule: nothing is left with the provider unless it is asked for (``store``), so each step sends the whole conversation,
with what the model reasoned encrypted. Where answers are stored, ``previous_response_id="auto"`` (or an id) and
``conversation`` send only what is new, and ``background=True`` goes on reading an answer whose connection was cut.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Hashable, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Any

from nbagent.errors import ConfigError, GarbledStream
from nbagent.events import ProviderEvent
from nbagent.exchange import sent
from nbagent.messages import Message
from nbagent.provider import Batching, Request
from nbagent.providers.carriers.transport import IDLE_TIMEOUT, StreamedResponse, batches, silence_limit
from nbagent.providers.carriers.wire_cache import WireCache
from nbagent.providers.openai.background import Continued
from nbagent.providers.openai.client import VendorClient
from nbagent.providers.openai.decode import ResponsesDecoder
from nbagent.providers.openai.items import Item, Turn, paired
from nbagent.providers.openai.kept import conversation_of, unkept
from nbagent.providers.openai.out import loose, strictly
from nbagent.providers.openai.vendor_rows import OPENAI, OWN_RESPONSES, Vendor, fitted

_Turned = Callable[[Message, Hashable], Sequence[Item]]
"""A message, for a model and with or without ids that the server has stored, as the items it is on the wire."""

_ENCRYPTED = "reasoning.encrypted_content"
_OF_THE_CALL = ("timeout", "extra_headers")  # of the request, and not of its body
_BATCHING = ("openai", "azure-responses")
_PLACED = ("stream", "tools", "include", "text", "verbosity", "previous_response_id", "store")  # put into the body in their own place
_COUNTED = (
    "conversation",
    "input",
    "instructions",
    "model",
    "parallel_tool_calls",
    "previous_response_id",
    "reasoning",
    "text",
    "tool_choice",
    "tools",
    "truncation",
)

# -- 1. a request as the body of POST /v1/responses -------------------------------------------------------------------


def to_wire(request: Request, turned: _Turned | None = None, vendor: Vendor = OPENAI) -> dict[str, Any]:
    """The exact JSON body; `turned` may remember what messages look like. Raises `ConfigError` for a file that cannot be sent."""
    params, _ = fitted(vendor, request.model, request.params, responses=True)
    model = vendor.model(request.model)
    messages, kept = unkept(request.messages, params, provider=vendor.name, model=request.model)
    given = {key: value for key, value in params.items() if key not in (*_PLACED, *_OF_THE_CALL)}
    chain = {"previous_response_id": params.get("previous_response_id"), "store": _is_stored(params)} | kept
    stored = bool(chain["store"])
    wire: dict[str, Any] = {"model": request.model, "store": chain["store"], "stream": True, "previous_response_id": chain["previous_response_id"]}
    items: list[Item] = []
    if vendor.instructions:
        wire["instructions"] = request.instructions or None
    elif request.instructions:
        items.append({"role": "system", "content": request.instructions})
    turn = Turn(vendor.name) if turned is None else turned
    for message in messages:
        items += turn(message, (request.model, stored))
    wire["input"] = paired(items, chained=bool(chain["previous_response_id"] or conversation_of(params)))
    wire |= _tools(request, params, strict=model.strict)
    wire["text"] = _text(request, params, strict=model.strict)
    include = [*([_ENCRYPTED] if model.can.reasoning and not stored else ()), *map(str, params.get("include") or ())]
    wire["include"] = list(dict.fromkeys(include)) if params.get("include", ()) is not None and include else None
    return {key: value for key, value in (wire | given).items() if value is not None}


def _is_stored(params: dict[str, Any]) -> Any:
    """What is to be read again later must be stored; all else is not, unless it is asked for."""
    return params["store"] if "store" in params else bool(params.get("background") or conversation_of(params))


def _tools(request: Request, params: dict[str, Any], *, strict: bool) -> dict[str, Any]:
    tools: list[dict[str, Any]] = []
    for tool in request.tools:
        parameters, held = strictly(tool, able=strict)
        tools.append({"type": "function", "name": tool.name, "description": tool.description, "parameters": parameters, "strict": held})
    if not (tools := [*tools, *(params.get("tools") or ())]):
        return {}
    if request.tool_choice == "auto":
        return {"tools": tools}
    named = request.tool_choice not in ("none", "required")
    return {"tools": tools, "tool_choice": {"type": "function", "name": request.tool_choice} if named else request.tool_choice}


def _text(request: Request, params: dict[str, Any], *, strict: bool) -> dict[str, Any] | None:
    """How the answer's text is to be: its schema, and what was asked for beside."""
    text: dict[str, Any] = dict(params.get("text") or {})
    if params.get("verbosity") is not None:
        text = {"verbosity": params["verbosity"], **text}
    if (output := request.output) is not None:
        schema, held = strictly(output, able=strict)
        text["format"] = {"type": "json_schema", "name": output.name, "schema": schema, "strict": held}
    return text or None


# -- 2. the answer's bytes as events: openai_decode.py ----------------------------------------------------------------

# -- 3. the only I/O --------------------------------------------------------------------------------------------------


class OpenAI(VendorClient):
    """OpenAI's Responses API: ``openai:MODEL``. Without a key it sends a placeholder to a server of one's own.

    `idle_timeout` is how many seconds the server may be silent; the parameter `timeout` sets it for one request, and
    `extra_headers` (a dict) are sent with it.
    """

    def __init__(self, base_url: str | None = None, api_key: str | None = None, *, vendor: Vendor = OPENAI, idle_timeout: float = IDLE_TIMEOUT) -> None:
        super().__init__(vendor, base_url, api_key, idle_timeout)
        self._turned = WireCache(Turn(self.name))

    @property
    def row(self) -> Vendor:
        """How the server that is asked differs: OpenAI's name for another's address promises less."""
        return OWN_RESPONSES if self.vendor is OPENAI and self.base_url.rstrip("/") != OPENAI.base_url else self.vendor

    def to_wire(self, request: Request) -> dict[str, Any]:
        """The exact body that `stream` sends. A parameter that is None is left out, also one that would be sent by itself."""
        return to_wire(request, self._turned, self.row)

    def stream(self, request: Request) -> AsyncGenerator[list[ProviderEvent], None]:
        """One batch of events a network read. Raises `MissingKey` and `ProviderError` when it is first waited for."""
        secrets: list[str] = []  # known once the key was looked up
        notes: list[str] = []
        decoder = ResponsesDecoder(request.model, provider=self.name, secrets=secrets)
        continued = Continued(decoder)
        framing = {"framing": lambda: continued} if request.params.get("background") else {}
        return batches(
            lambda: self._open(request, decoder, continued, secrets, notes), decoder, provider=self.name, secrets=secrets, sdk="openai", notes=notes, **framing
        )  # fmt: skip

    async def count_tokens(self, request: Request) -> int:
        """The tokens of the input, as the server counts them. Raises `MissingKey` and `ProviderError`."""
        body = self.to_wire(request)
        answer = await self._json("/responses/input_tokens", {key: value for key, value in body.items() if key in _COUNTED})
        count = answer.get("input_tokens") if isinstance(answer, dict) else None
        if not isinstance(count, int):
            raise GarbledStream(f"{self.name}: the answer holds no count.", str(answer)[:200])
        return count

    def batching(self) -> Batching:
        """Many requests at once, answered later. Raises `ConfigError` for a vendor that speaks this API and takes none."""
        if self.name not in _BATCHING:
            raise ConfigError(f"{self.name} takes no batches.", "openai: and anthropic: do.")
        from nbagent.providers.openai.batch import ResponsesBatches

        return ResponsesBatches(self)

    def _open(
        self, request: Request, decoder: ResponsesDecoder, continued: Continued, secrets: list[str], notes: list[str]
    ) -> AbstractAsyncContextManager[StreamedResponse]:  # fmt: skip
        client = self._connected(secrets, request.model)
        body, timeout = sent(self.to_wire(request)), silence_limit(request.params, self._idle_timeout)
        notes += [*fitted(self.row, request.model, request.params, responses=True)[1], *loose(request.tools)]
        decoder.keeps(stored=bool(body.get("store")), conversation=conversation_of(body))
        headers = self._headers(request.params.get("extra_headers"))
        # as extra_body: what is given as typed parameters is walked and copied by the SDK, on every step the whole conversation
        opened = client.responses.with_streaming_response.create(model=request.model, stream=True, extra_body=body, timeout=timeout, extra_headers=headers)
        return continued.opened(opened, client, timeout, headers) if body.get("background") else opened
