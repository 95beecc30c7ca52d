"""Claude, through Anthropic's Messages API.

The rule: what the model thought goes back exactly as it came and only to the model that thought it; what the API would
refuse (empty texts, unsigned thinking, thinking at the end) is never sent.
"""

from __future__ import annotations

import os
import re
import warnings
from collections.abc import AsyncGenerator, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

from nbagent.errors import RequestRefused
from nbagent.events import ProviderEvent
from nbagent.messages import FilePart, Message, Part, ReasoningPart, TextPart, ToolCallPart, ToolResultPart
from nbagent.provider import Request
from nbagent.providers.anthropic_decode import NAME, AnthropicDecoder
from nbagent.providers.transport import Client, batches, checked_url, key_for, silence_limit

if TYPE_CHECKING:
    from anthropic import AsyncAnthropic

Block = dict[str, Any]

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


def to_wire(request: Request) -> dict[str, Any]:
    """The exact JSON body. Raises `RequestRefused` for a file that cannot be sent."""
    given = {key: value for key, value in request.params.items() if value is not None and key not in _NOT_SENT}
    model = _MODELS[max((start for start in _MODELS if request.model.startswith(start)), key=len)]
    if not model.sampling:
        for name in [name for name in _SAMPLING if name in given]:
            warnings.warn(f"{request.model} takes no {name}: it is left out", UserWarning, stacklevel=2)
            del given[name]
    cache = request.params.get("cache_control", _CACHE)
    wire: dict[str, Any] = {"model": request.model, "max_tokens": model.max_tokens + _thinking_budget(given), "stream": True}
    if cache:
        wire["cache_control"] = cache  # the API marks the last block, so that each step reads what the last one wrote
    if system := _system(request, cache):
        wire["system"] = system
    wire["messages"] = _turns(request.messages, request.model)
    tools = [{"name": tool.name, "description": tool.description, "input_schema": tool.parameters} for tool in request.tools]
    if tools := [*tools, *request.params.get("tools", ())]:
        wire["tools"] = tools
        if request.tool_choice != "auto":
            wire["tool_choice"] = _choice(request.tool_choice)
    if container := _container(request):
        wire["container"] = container
    return wire | given


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


def _turns(messages: Sequence[Message], model: str) -> list[Block]:
    """User and assistant in turn, with the results of tools first in their turn, as the API wants it."""
    turns: list[Block] = []
    for message in messages:
        if message.role == "system" or not (blocks := _blocks(message, model)):
            continue
        role = "assistant" if message.role == "assistant" else "user"
        if turns and turns[-1]["role"] == role:
            blocks = [*turns.pop()["content"], *blocks]
            if role == "user":
                blocks.sort(key=lambda block: block["type"] != "tool_result")
        turns.append({"role": role, "content": blocks})
    return turns


def _blocks(message: Message, model: str) -> list[Block]:
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


def _block(part: Part, model: str) -> Block | None:
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
            return {"type": "tool_use", "id": _id(part.id), "name": part.name, "input": _input(part.arguments), **more}
        case ToolResultPart():
            return _result(part)
        case FilePart():
            return _file(part)


def _mine(part: TextPart | ReasoningPart | ToolCallPart, model: str) -> dict[str, Any]:
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
    raise RequestRefused(f"{NAME} takes images, PDF and text, not {part.media_type}.", mend="Send it in another form, or ask another model.")


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
        return {"invalid_json": arguments}


# -- 2. the answer's bytes as events: anthropic_decode.py -------------------------------------------------------------

# -- 3. the only I/O --------------------------------------------------------------------------------------------------


class Anthropic:
    """Claude: ``anthropic:MODEL``. The key is ANTHROPIC_API_KEY's, or ANTHROPIC_AUTH_TOKEN's for a gateway."""

    name = NAME

    def __init__(self, base_url: str | None = None, api_key: str | None = None) -> None:
        self._base_url = checked_url(base_url, provider=NAME)
        self._api_key = api_key
        self._client: Client[AsyncAnthropic] = Client()

    def to_wire(self, request: Request) -> dict[str, Any]:
        """The exact body that `stream` sends."""
        return to_wire(request)

    def stream(self, request: Request) -> AsyncGenerator[list[ProviderEvent], None]:
        """One list of events a network read. Raises `MissingKey`, and `ProviderError` for all that goes wrong on the way."""
        wire, timeout = to_wire(request), silence_limit(request.params)
        url = self._base_url or checked_url(os.environ.get("ANTHROPIC_BASE_URL"), provider=NAME)
        token = "" if self._api_key or os.environ.get("ANTHROPIC_API_KEY") else os.environ.get("ANTHROPIC_AUTH_TOKEN", "").strip()
        key = token or key_for(self._api_key, "ANTHROPIC_API_KEY", provider=NAME, placeholder=url is not None)
        client = self._client.get((key, url), lambda: _client(url, key, bearer=bool(token)))
        betas = request.params.get("betas")
        headers = {"anthropic-beta": ",".join(betas)} if betas else None
        create = client.messages.with_streaming_response.create
        return batches(
            # the conversation only through extra_body: as typed parameters it would be walked and copied by the SDK
            lambda: create(model=request.model, max_tokens=1, messages=(), stream=True, extra_body=wire, extra_headers=headers, timeout=timeout),
            AnthropicDecoder(request.model, secrets=(key,)),
            provider=NAME,
            secrets=(key,),
        )

    async def aclose(self) -> None:
        """Close the connections."""
        await self._client.aclose()


def _client(url: str | None, key: str, *, bearer: bool) -> AsyncAnthropic:
    from anthropic import AsyncAnthropic

    if bearer:
        return AsyncAnthropic(auth_token=key, base_url=url, max_retries=0)
    return AsyncAnthropic(api_key=key, base_url=url, max_retries=0)
