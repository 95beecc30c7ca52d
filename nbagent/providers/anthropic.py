"""Claude, through Anthropic's Messages API.

The rule: what the model thought goes back exactly as it came and only to the model that thought it; what the API would
refuse (empty texts, unsigned thinking, thinking at the end) is never sent.
"""

from __future__ import annotations

import os
import re
import warnings
from collections.abc import AsyncGenerator, Callable, Hashable, Sequence
from contextlib import AbstractAsyncContextManager
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

from nbagent.errors import ConfigError
from nbagent.events import ProviderEvent
from nbagent.messages import FilePart, Message, Part, ReasoningPart, TextPart, ToolCallPart, ToolResultPart
from nbagent.provider import Request
from nbagent.providers.anthropic_decode import NAME, AnthropicDecoder
from nbagent.providers.transport import IDLE_TIMEOUT, NO_KEY, Client, StreamedResponse, batches, checked_url, key_for, silence_limit
from nbagent.providers.wire_cache import WireCache
from nbagent.tools import sendable_name

if TYPE_CHECKING:
    from anthropic import AsyncAnthropic

Block = dict[str, Any]
_Turned = Callable[[Message, Hashable], Sequence[Block]]
"""A message for a model as the blocks it has on the wire."""

_KEY, _TOKEN = "ANTHROPIC_API_KEY", "ANTHROPIC_AUTH_TOKEN"
_ANTHROPIC = "https://api.anthropic.com"
_CACHE = {"type": "ephemeral"}
_SAMPLING = ("temperature", "top_p", "top_k")
_NOT_SENT = ("timeout", "betas", "stream", "cache_control", "tools")  # not of the body, or put into it in their own place
_PARTIAL = ("cancelled", "error")
_THINKING = ("thinking", "redacted_thinking")


class _Model(NamedTuple):
    """`max_tokens` is what is asked for where nobody says (the API requires it), `sampling` whether temperature is taken."""

    max_tokens: int
    sampling: bool


_MODELS = {  # the longest beginning of a name that fits counts; a model that is not known yet is like the newest
    "": _Model(8_192, sampling=True),  # another vendor's model behind the same API
    "claude-": _Model(32_000, sampling=False),
    "claude-3-": _Model(4_096, sampling=True),
    "claude-3-5-": _Model(8_192, sampling=True),
    "claude-3-7-": _Model(32_000, sampling=True),
    "claude-haiku-4": _Model(32_000, sampling=True),
    "claude-sonnet-4": _Model(32_000, sampling=True),
    "claude-opus-4": _Model(32_000, sampling=True),
    "claude-opus-4-7": _Model(32_000, sampling=False),
    "claude-opus-4-8": _Model(32_000, sampling=False),
}

# -- 1. a request as the body of POST /v1/messages --------------------------------------------------------------------


def to_wire(request: Request, turned: _Turned | None = None) -> dict[str, Any]:
    """The exact JSON body; `turned` may remember what messages look like. Raises `ConfigError` for a file that cannot be sent."""
    given = {key: value for key, value in request.params.items() if key not in _NOT_SENT}
    model = _MODELS[max((start for start in _MODELS if request.model.startswith(start)), key=len)]
    if not model.sampling:
        for name in [name for name in _SAMPLING if given.get(name) is not None]:
            warnings.warn(f"{request.model} takes no {name}: it is left out", UserWarning, stacklevel=2)
            del given[name]
    cache = request.params.get("cache_control", _CACHE)
    wire: dict[str, Any] = {"model": request.model, "max_tokens": model.max_tokens + _thinking_budget(given), "stream": True}
    if cache:
        wire["cache_control"] = cache  # the API marks the last block, so that each step reads what the last one wrote
    if system := _system(request, cache):
        wire["system"] = system
    wire["messages"] = _turns(request, _turned if turned is None else turned)
    tools = [{"name": tool.name, "description": tool.description, "input_schema": tool.parameters} for tool in request.tools]
    if tools := [*tools, *request.params.get("tools", ())]:
        wire["tools"] = tools
        if request.tool_choice != "auto":
            wire["tool_choice"] = _choice(request.tool_choice)
    if container := _container(request):
        wire["container"] = container
    return {key: value for key, value in (wire | given).items() if value is not None}


def _thinking_budget(given: dict[str, Any]) -> int:
    """`max_tokens` counts what is thought, so that a budget comes on top of the answer's length."""
    thinking = given.get("thinking")
    budget = thinking.get("budget_tokens") if isinstance(thinking, dict) else None
    return budget if isinstance(budget, int) else 0


def _system(request: Request, cache: Any) -> list[Block]:
    """The instructions and every system message; the API has one place for them, before the conversation."""
    texts = [request.instructions, *(message.text for message in request.messages if message.role == "system")]
    blocks: list[Block] = [{"type": "text", "text": text} for text in texts if text.strip()]
    if blocks and cache:
        blocks[-1]["cache_control"] = cache  # what stands before the conversation is the same for every new one
    return blocks


def _choice(name: str) -> Block:
    match name:
        case "none":
            return {"type": "none"}
        case "required":
            return {"type": "any"}
        case _:
            return {"type": "tool", "name": name}


def _container(request: Request) -> str | None:
    """The container in which Anthropic's own tools ran last: calls that wait for results of ours wait in there."""
    for message in reversed(request.messages):
        for part in reversed(message.parts):
            if isinstance(part, TextPart) and (container := _mine(part, request.model).get("container")):
                return str(container)
    return None


def _turns(request: Request, turned: _Turned) -> list[Block]:
    """User and assistant in turn, with the results of tools first in their turn, as the API wants it."""
    turns: list[Block] = []
    for message in request.messages:
        if message.role == "system" or not (blocks := turned(message, request.model)):
            continue
        role = "assistant" if message.role == "assistant" else "user"
        if turns and turns[-1]["role"] == role:
            blocks = [*turns.pop()["content"], *blocks]
            if role == "user":
                blocks = sorted(blocks, key=_after_results)
        turns.append({"role": role, "content": blocks})
    return turns


def _after_results(block: Block) -> bool:
    return bool(block["type"] != "tool_result")


def _turned(message: Message, model: Hashable) -> Sequence[Block]:
    blocks = [block for part in message.parts if (block := _block(part, model)) is not None]
    if message.role != "assistant":
        return blocks
    if message.finish_reason in _PARTIAL:
        answered = {block.get("tool_use_id") for block in blocks}
        blocks = [block for block in blocks if block["type"] != "server_tool_use" or block.get("id") in answered]
        if not message.tool_calls:  # thinking must be followed by the whole of what came after it
            blocks = [block for block in blocks if block["type"] not in _THINKING]
    while blocks and blocks[-1]["type"] in _THINKING:
        blocks.pop()
    return blocks


def _block(part: Part, model: Hashable) -> Block | None:
    match part:
        case TextPart(text=text):
            mine = _mine(part, model)
            if "block" in mine:
                return dict(mine["block"])
            cited = {"citations": mine["citations"]} if "citations" in mine else {}
            return {"type": "text", "text": text, **cited} if text.strip() else None
        case ReasoningPart(text=text):
            mine = _mine(part, model)
            if "data" in mine:
                return {"type": "redacted_thinking", "data": mine["data"]}
            return {"type": "thinking", "thinking": text, "signature": mine["signature"]} if "signature" in mine else None
        case ToolCallPart():
            more = {key: value for key, value in _mine(part, model).items() if key != "model"}
            return {"type": "tool_use", "id": _id(part.id), "name": sendable_name(part.name), "input": _input(part.arguments), **more}
        case ToolResultPart():
            return _result(part)
        case FilePart():
            return _file(part)
        case _:
            return None


def _mine(part: TextPart | ReasoningPart | ToolCallPart, model: Hashable) -> dict[str, Any]:
    """What this model said of the part that only it may see again."""
    mine = (part.provider_metadata or {}).get(NAME)
    return mine if isinstance(mine, dict) and mine.get("model") == model else {}


def _result(part: ToolResultPart) -> Block:
    block: Block = {"type": "tool_result", "tool_use_id": _id(part.id)}
    text = part.content if part.content.strip() else "(nothing)" if part.is_error else ""
    if part.files:
        block["content"] = [*([{"type": "text", "text": text}] if text else []), *(_file(file) for file in part.files)]
    elif text:
        block["content"] = text
    if part.is_error:
        block["is_error"] = True
    return block


def _file(part: FilePart) -> Block:
    kind = part.media_type.partition(";")[0].strip().lower()
    named = {"title": part.name} if part.name else {}
    if kind.startswith("image/"):
        return {"type": "image", "source": _source(part, kind)}
    if kind == "application/pdf":
        return {"type": "document", "source": _source(part, kind), **named}
    if (kind.startswith("text/") or kind in ("application/json", "application/xml")) and part.data is not None:
        return {"type": "document", "source": {"type": "text", "media_type": "text/plain", "data": part.data.decode("utf-8", "replace")}, **named}
    given = "as a URL" if part.data is None else "to a model"
    raise ConfigError(f"{NAME}: a file of the type {kind} cannot be given {given}.", "Anthropic takes images and PDF, and text as bytes.")


def _source(part: FilePart, kind: str) -> Block:
    return {"type": "url", "url": part.url} if part.url else {"type": "base64", "media_type": kind, "data": part.base64()}


def _id(call_id: str) -> str:
    """A call's id with the characters that the API allows: other providers' ids have others."""
    return re.sub(r"[^A-Za-z0-9_-]", "_", call_id)


def _input(arguments: str) -> dict[str, Any]:
    """A call's arguments as an object; text that is none is shown to the model that wrote it."""
    try:
        return msgspec.json.decode(arguments or "{}", type=dict[str, Any])
    except msgspec.DecodeError:
        return {"not_json": arguments}


# -- 2. the answer's bytes as events: anthropic_decode.py -------------------------------------------------------------

# -- 3. the only I/O --------------------------------------------------------------------------------------------------


class Anthropic:
    """Claude: ``anthropic:MODEL``. The key is ANTHROPIC_API_KEY's, or ANTHROPIC_AUTH_TOKEN's for a gateway.

    `idle_timeout` is how many seconds the server may be silent; the parameter `timeout` sets it for one request.
    """

    name = NAME

    def __init__(self, base_url: str | None = None, api_key: str | None = None, *, idle_timeout: float = IDLE_TIMEOUT) -> None:
        self._base_url, self._api_key, self._idle_timeout = checked_url(base_url, provider=NAME), api_key, idle_timeout
        self._client: Client[AsyncAnthropic] = Client()
        self._turned = WireCache(_turned)

    def __repr__(self) -> str:
        return f"Anthropic(base_url={self.base_url!r})"

    @property
    def base_url(self) -> str:
        """Where requests go now: the URL given, the environment's, or Anthropic's."""
        return self._base_url or checked_url(os.environ.get("ANTHROPIC_BASE_URL"), provider=NAME) or _ANTHROPIC

    def to_wire(self, request: Request) -> dict[str, Any]:
        """The exact body that `stream` sends. A parameter that is None is left out, also one that would be sent by itself."""
        return to_wire(request, self._turned)

    def stream(self, request: Request) -> AsyncGenerator[list[ProviderEvent], None]:
        """One batch of events a network read. Raises `MissingKey` and `ProviderError` when it is first waited for."""
        secrets: list[str] = []  # known once the key was looked up
        return batches(lambda: self._open(request, secrets), AnthropicDecoder(request.model, secrets=secrets), provider=NAME, secrets=secrets, sdk="anthropic")

    async def aclose(self) -> None:
        """Close the connections."""
        await self._client.aclose()

    def _open(self, request: Request, secrets: list[str]) -> AbstractAsyncContextManager[StreamedResponse]:
        base_url = self.base_url
        token = "" if self._api_key or os.environ.get(_KEY) else os.environ.get(_TOKEN, "")
        key = key_for(token or self._api_key, _KEY, provider=NAME, placeholder=base_url != _ANTHROPIC)
        if key != NO_KEY:
            secrets.append(key)
        body, timeout = self.to_wire(request), silence_limit(request.params, self._idle_timeout)
        betas = request.params.get("betas")
        headers = {"anthropic-beta": ",".join(betas)} if betas else None
        client = self._client.get((base_url, key), lambda: _made(base_url, key))
        create = client.messages.with_streaming_response.create
        # as extra_body: what is given as typed parameters is walked and copied by the SDK, on every step the whole conversation
        return create(model=request.model, max_tokens=1, messages=(), stream=True, extra_body=body, extra_headers=headers, timeout=timeout)


def _made(base_url: str, key: str) -> AsyncAnthropic:
    from anthropic import AsyncAnthropic

    return AsyncAnthropic(api_key=key, base_url=base_url, max_retries=0)
