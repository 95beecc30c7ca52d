"""OpenAI's models through the Responses API, and the servers that speak it.

The rule: nothing is left with OpenAI (``store`` is false), so each step sends the whole conversation. What the model
reasoned goes back encrypted, in its exact place and only to the model that reasoned it; reasoning without what followed
it, and ids of what followed reasoning that cannot be sent, would be refused and stay here.
"""

from __future__ import annotations

import os
import warnings
from collections.abc import AsyncGenerator, Callable, Hashable, Sequence
from contextlib import AbstractAsyncContextManager
from typing import TYPE_CHECKING, Any

import msgspec

from nbagent.errors import ConfigError
from nbagent.events import ProviderEvent
from nbagent.messages import FilePart, Message, ReasoningPart, TextPart, ToolCallPart, ToolResultPart
from nbagent.provider import Request
from nbagent.providers.openai_decode import NAME, ResponsesDecoder
from nbagent.providers.transport import IDLE_TIMEOUT, NO_KEY, Client, StreamedResponse, batches, checked_url, key_for, silence_limit
from nbagent.providers.wire_cache import WireCache
from nbagent.tools import sendable_name

if TYPE_CHECKING:
    from openai import AsyncOpenAI

Item = dict[str, Any]
_Turned = Callable[[Message, Hashable], Sequence[Item]]
"""A message, for a model and with or without ids that the server has stored, as the items it is on the wire."""

_KEY = "OPENAI_API_KEY"
_OPENAI = "https://api.openai.com/v1"
_ENCRYPTED = "reasoning.encrypted_content"
_SAMPLING = ("temperature", "top_p")
_NOT_SENT = ("timeout", "stream", "tools", "include")  # not of the body, or put into it in their own place
_RENAMED = {"max_tokens": "max_output_tokens", "max_completion_tokens": "max_output_tokens"}
_REASONS = {  # whether a model reasons, by the longest beginning of its name: those that do take no temperature
    "": False, "o1": True, "o3": True, "o4": True, "codex-": True, "computer-use": True,
    "gpt-": True, "gpt-3": False, "gpt-4": False, "gpt-oss": False, "gpt-audio": False,
    "gpt-5-chat": False, "gpt-5.1-chat": False, "gpt-5.2-chat": False, "gpt-5.3-chat": False,
}  # fmt: skip

# -- 1. a request as the body of POST /v1/responses -------------------------------------------------------------------


def to_wire(request: Request, turned: _Turned | None = None) -> dict[str, Any]:
    """The exact JSON body; `turned` may remember what messages look like. Raises `ConfigError` for a file that cannot be sent."""
    params = request.params
    given = {_RENAMED.get(key, key): value for key, value in params.items() if key not in _NOT_SENT}
    reasons = _reasons(request.model)
    if reasons and not (isinstance(effort := given.get("reasoning"), dict) and effort.get("effort") == "none"):
        for name in [name for name in _SAMPLING if given.get(name) is not None]:
            warnings.warn(f"{request.model} takes no {name} while it reasons: it is left out", UserWarning, stacklevel=2)
            del given[name]
    stored = bool(params.get("store"))
    wire: dict[str, Any] = {"model": request.model, "store": False, "stream": True, "instructions": request.instructions or None}
    turn = _turned if turned is None else turned
    wire["input"] = [item for message in request.messages for item in turn(message, (request.model, stored))]
    tools = [{"type": "function", "name": tool.name, "description": tool.description, "parameters": tool.parameters, "strict": False} for tool in request.tools]
    if tools := [*tools, *(params.get("tools") or ())]:
        wire["tools"] = tools
        if request.tool_choice != "auto":
            named = request.tool_choice not in ("none", "required")
            wire["tool_choice"] = {"type": "function", "name": request.tool_choice} if named else request.tool_choice
    include = [*([_ENCRYPTED] if reasons and not stored else ()), *(params.get("include") or ())]
    wire["include"] = list(dict.fromkeys(include)) if params.get("include", ()) is not None and include else None
    return {key: value for key, value in (wire | given).items() if value is not None}


def _reasons(model: str) -> bool:
    name = model.rpartition("/")[2].removeprefix("ft:")
    return _REASONS[max((start for start in _REASONS if name.startswith(start)), key=len)]


def _turned(message: Message, variant: Hashable) -> Sequence[Item]:
    assert isinstance(variant, tuple)
    match message.role:
        case "assistant":
            return _answer(message, *variant)
        case "tool":
            return [_result(result) for result in message.tool_results]
        case role:
            content = [_content(part) for part in message.parts if isinstance(part, FilePart) or (isinstance(part, TextPart) and part.text)]
            return [{"role": role, "content": content}] if content else []


def _answer(message: Message, model: str, stored: bool) -> list[Item]:
    """What a model said, item by item. Once reasoning is left out, ids of what came after it are, too."""
    items: list[Item] = []
    whole = True
    for part in message.parts:
        if not isinstance(part, (TextPart, ReasoningPart, ToolCallPart)):
            continue
        mine = _mine(part, model)
        match part:
            case ReasoningPart():
                item = mine.get("item", {})
                whole = whole and bool(stored or item.get("encrypted_content") or item.get("content")) and item.get("status") != "incomplete"
                if whole and item:
                    items.append(item)
            case TextPart():
                if "item" in mine:
                    items += [mine["item"]] if whole else []
                elif part.text:
                    _say(items, part.text, mine if whole else {})
            case ToolCallPart():
                more = {key: value for key, value in mine.items() if key != "model"} if whole else {}
                _join(items, {"type": "function_call", "call_id": part.id, "name": sendable_name(part.name), "arguments": _arguments(part.arguments), **more})
    _drop_orphans(items)
    return items


def _mine(part: TextPart | ReasoningPart | ToolCallPart, model: str) -> dict[str, Any]:
    """What this model said of the part that only it may see again."""
    mine = (part.provider_metadata or {}).get(NAME)
    return mine if isinstance(mine, dict) and mine.get("model") == model else {}


def _say(items: list[Item], text: str, mine: dict[str, Any]) -> None:
    """Add a text; texts of one message stay in one."""
    if "id" not in mine:
        _join(items, {"role": "assistant", "content": text})
        return
    said = {"type": "refusal", "refusal": text} if mine.get("refusal") else {"type": "output_text", "text": text, "annotations": mine.get("annotations", [])}
    if items and items[-1].get("id") == mine["id"]:
        items[-1]["content"].append(said)
        return
    phase = {"phase": mine["phase"]} if "phase" in mine else {}
    items.append({"type": "message", "role": "assistant", "id": mine["id"], "status": "completed", **phase, "content": [said]})


def _join(items: list[Item], item: Item) -> None:
    if "id" not in item:
        _drop_orphans(items)
    items.append(item)


def _drop_orphans(items: list[Item]) -> None:
    """Reasoning at the end, or before something that did not come after it, is refused."""
    while items and items[-1].get("type") == "reasoning":
        items.pop()


def _arguments(text: str) -> str:
    """A call's arguments as they were, but never what is not JSON: servers that read them would refuse the whole request."""
    try:
        msgspec.json.decode(text or "{}", type=msgspec.Raw)
    except (msgspec.DecodeError, UnicodeEncodeError, RecursionError):
        return msgspec.json.encode({"not_json": text.encode("utf-8", "replace").decode()}).decode()
    return text or "{}"


def _result(result: ToolResultPart) -> Item:
    output: str | list[Item] = result.content
    if result.files:
        output = [*([{"type": "input_text", "text": result.content}] if result.content else []), *(_content(file) for file in result.files)]
    return {"type": "function_call_output", "call_id": result.id, "output": output}


def _content(part: TextPart | FilePart) -> Item:
    if isinstance(part, TextPart):
        return {"type": "input_text", "text": part.text}
    kind = part.media_type
    if kind.startswith("image/"):
        return {"type": "input_image", "image_url": part.data_url(), "detail": "auto"}
    if kind.startswith(("audio/", "video/")):
        raise ConfigError(f"{NAME}: a file of the type {kind} cannot be given to a model.", "The Responses API takes images, PDF, documents and text.")
    if part.data is None:
        return {"type": "input_file", "file_url": part.url}
    if kind.startswith("text/"):
        return {"type": "input_text", "text": f"{part.name or 'file'}:\n\n{part.data.decode('utf-8', 'replace')}"}
    return {"type": "input_file", "filename": part.name or f"file.{kind.rpartition('/')[2]}", "file_data": part.data_url()}


# -- 2. the answer's bytes as events: openai_decode.py ----------------------------------------------------------------

# -- 3. the only I/O --------------------------------------------------------------------------------------------------


class OpenAI:
    """OpenAI's Responses API: ``openai:MODEL``. Without a key it sends a placeholder to a server of one's own.

    `idle_timeout` is how many seconds the server may be silent; the parameter `timeout` sets it for one request.
    """

    name = NAME

    def __init__(self, base_url: str | None = None, api_key: str | None = None, *, idle_timeout: float = IDLE_TIMEOUT) -> None:
        self._base_url, self._api_key, self._idle_timeout = checked_url(base_url, provider=NAME), api_key, idle_timeout
        self._client: Client[AsyncOpenAI] = Client()
        self._turned = WireCache(_turned)

    def __repr__(self) -> str:
        return f"OpenAI(base_url={self.base_url!r})"

    @property
    def base_url(self) -> str:
        """Where requests go now: the URL given, the environment's, or OpenAI's."""
        return self._base_url or checked_url(os.environ.get("OPENAI_BASE_URL"), provider=NAME) or _OPENAI

    def to_wire(self, request: Request) -> dict[str, Any]:
        """The exact body that `stream` sends. A parameter that is None is left out, also one that would be sent by itself."""
        return to_wire(request, self._turned)

    def stream(self, request: Request) -> AsyncGenerator[list[ProviderEvent], None]:
        """One batch of events a network read. Raises `MissingKey` and `ProviderError` when it is first waited for."""
        secrets: list[str] = []  # known once the key was looked up
        return batches(lambda: self._open(request, secrets), ResponsesDecoder(request.model, secrets=secrets), provider=NAME, secrets=secrets, sdk="openai")

    async def aclose(self) -> None:
        """Close the connections."""
        await self._client.aclose()

    def _open(self, request: Request, secrets: list[str]) -> AbstractAsyncContextManager[StreamedResponse]:
        base_url = self.base_url
        key = key_for(self._api_key, _KEY, provider=NAME, placeholder=base_url != _OPENAI)
        if key != NO_KEY:
            secrets.append(key)
        body, timeout = self.to_wire(request), silence_limit(request.params, self._idle_timeout)
        client = self._client.get((base_url, key), lambda: _made(base_url, key))
        # as extra_body: what is given as typed parameters is walked and copied by the SDK, on every step the whole conversation
        return client.responses.with_streaming_response.create(model=request.model, stream=True, extra_body=body, timeout=timeout)


def _made(base_url: str, key: str) -> AsyncOpenAI:
    from openai import AsyncOpenAI

    return AsyncOpenAI(base_url=base_url, api_key=key, max_retries=0)
