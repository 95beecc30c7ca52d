"""OpenAI's Chat Completions, and every server that speaks it: `OPENAI_BASE_URL` or `base_url` says where.

The rule: `to_wire` is the exact body, made without I/O; the SDK sends it and brings the bytes back, and
`ChatDecoder` makes events of them.
"""

from __future__ import annotations

import os
import re
from collections.abc import AsyncGenerator, Hashable, Sequence
from contextlib import AbstractAsyncContextManager
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import msgspec
from msgspec import Struct

from nbagent.errors import ConfigError
from nbagent.events import ProviderEvent
from nbagent.messages import FilePart, Message, ReasoningPart, TextPart, ToolCallPart
from nbagent.provider import Request
from nbagent.providers.openai_chat_stream import NAME, ChatDecoder
from nbagent.providers.transport import IDLE_TIMEOUT, NO_KEY, Client, StreamedResponse, batches, checked_url, key_for, silence_limit
from nbagent.providers.wire_cache import WireCache
from nbagent.tools import sendable_name

if TYPE_CHECKING:
    from openai import AsyncOpenAI

_KEY = "OPENAI_API_KEY"
_OPENAI = "https://api.openai.com/v1"
_NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")  # what every server takes as the name of who speaks
_AUDIO = {"audio/wav": "wav", "audio/x-wav": "wav", "audio/mpeg": "mp3", "audio/mp3": "mp3"}


class _Quirks(Struct, frozen=True):
    """How one vendor differs: parameters it calls otherwise, and whether it can be asked for the usage of a stream."""

    renamed: dict[str, str] = {}
    usage_option: bool = True


_QUIRKS = {  # by the end of the host's name
    "api.openai.com": _Quirks(renamed={"max_tokens": "max_completion_tokens"}),
    "openai.azure.com": _Quirks(renamed={"max_tokens": "max_completion_tokens"}),
    "api.mistral.ai": _Quirks(renamed={"max_completion_tokens": "max_tokens"}, usage_option=False),
}
_USUAL = _Quirks()


class OpenAIChat:
    """A provider for Chat Completions. Without a key it sends a placeholder to a server of one's own.

    `idle_timeout` is how many seconds a server may be silent; the parameter `timeout` sets it for one request.
    """

    name = NAME

    def __init__(self, base_url: str | None = None, api_key: str | None = None, *, idle_timeout: float = IDLE_TIMEOUT) -> None:
        self._base_url, self._api_key, self._idle_timeout = checked_url(base_url, provider=NAME), api_key, idle_timeout
        self._client: Client[AsyncOpenAI] = Client()
        self._turned = WireCache(_turned)

    def __repr__(self) -> str:
        return f"OpenAIChat(base_url={self.base_url!r})"

    @property
    def base_url(self) -> str:
        """Where requests go now: the URL given, the environment's, or OpenAI's."""
        return self._base_url or checked_url(os.environ.get("OPENAI_BASE_URL"), provider=NAME) or _OPENAI

    def to_wire(self, request: Request) -> dict[str, Any]:
        """The JSON body. A parameter that is None is left out, also one that would be sent by itself."""
        quirks = self._quirks()
        body: dict[str, Any] = {"model": request.model, "messages": self._messages(request), "stream": True}
        if quirks.usage_option:
            body["stream_options"] = {"include_usage": True}
        if request.tools:
            body["tools"] = [
                {"type": "function", "function": {"name": tool.name, "description": tool.description, "parameters": tool.parameters}} for tool in request.tools
            ]
            if request.tool_choice in ("none", "required"):
                body["tool_choice"] = request.tool_choice
            elif request.tool_choice != "auto":
                body["tool_choice"] = {"type": "function", "function": {"name": request.tool_choice}}
        for key, value in request.params.items():
            if key != "timeout":
                body[quirks.renamed.get(key, key)] = value
        return {key: value for key, value in body.items() if value is not None}

    def stream(self, request: Request) -> AsyncGenerator[list[ProviderEvent], None]:
        """One batch of events a network read. Raises `MissingKey` and `ProviderError` when it is first waited for."""
        secrets: list[str] = []  # known once the key was looked up
        return batches(lambda: self._open(request, secrets), ChatDecoder(request.model, secrets=secrets), provider=NAME, secrets=secrets, sdk="openai")

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
        # as extra_body: the SDK walks every typed parameter, a conversation of 100 messages for 35 ms
        return client.chat.completions.with_streaming_response.create(model=request.model, messages=[], stream=True, extra_body=body, timeout=timeout)

    def _messages(self, request: Request) -> list[dict[str, Any]]:
        wire: list[dict[str, Any]] = [{"role": "system", "content": request.instructions}] if request.instructions else []
        shown: list[dict[str, Any]] = []  # what tools made for the eye: it follows when all calls have their answers
        for message in request.messages:
            if shown and message.role != "tool":
                wire.append({"role": "user", "content": shown})
                shown = []
            said, files = self._turned(message, request.model)
            wire += said
            shown = [*shown, *files] if files else shown
        return [*wire, {"role": "user", "content": shown}] if shown else wire

    def _quirks(self) -> _Quirks:
        host = urlsplit(self.base_url).hostname or ""
        return next((quirks for end, quirks in _QUIRKS.items() if host.endswith(end)), _USUAL)


def _made(base_url: str, key: str) -> AsyncOpenAI:
    from openai import AsyncOpenAI

    return AsyncOpenAI(base_url=base_url, api_key=key, max_retries=0)


_Turned = tuple[Sequence[dict[str, Any]], Sequence[dict[str, Any]]]
"""A message on the wire: its messages there, and content that must wait for a user's message."""


def _turned(message: Message, model: Hashable) -> _Turned:
    match message.role:
        case "system":
            return [{"role": "system", "content": message.text}], ()
        case "assistant":
            return [_answer(message, model)], ()
        case "tool":
            return _results(message)
        case _:
            said: dict[str, Any] = {"role": "user", "content": _content(message)}
            if message.name and _NAME.fullmatch(message.name):
                said["name"] = message.name
            return [said], ()


def _content(message: Message) -> str | list[dict[str, Any]]:
    """A lone text as a string, which every server takes, else the parts."""
    match message.parts:
        case ():
            return ""
        case (TextPart(text=text),):
            return text
    return [
        {"type": "text", "text": part.text} if isinstance(part, TextPart) else _file(part) for part in message.parts if isinstance(part, (TextPart, FilePart))
    ]


def _file(part: FilePart) -> dict[str, Any]:
    kind = part.media_type
    if kind.startswith("image/"):
        return {"type": "image_url", "image_url": {"url": part.data_url()}}
    if kind in _AUDIO and part.data is not None:
        return {"type": "input_audio", "input_audio": {"data": part.base64(), "format": _AUDIO[kind]}}
    if kind.startswith("text/") and part.data is not None:
        return {"type": "text", "text": f"{part.name or 'file'}:\n\n{part.data.decode('utf-8', 'replace')}"}
    if kind == "application/pdf" and part.data is not None:
        return {"type": "file", "file": {"filename": part.name or "file.pdf", "file_data": part.data_url()}}
    given = "as a URL" if part.data is None else "to a model"
    raise ConfigError(f"{NAME}: a file of the type {kind} cannot be given {given}.", "Chat Completions takes images, and wav, mp3, PDF and text as bytes.")


def _answer(message: Message, model: Hashable) -> dict[str, Any]:
    said: dict[str, Any] = {"role": "assistant", "content": message.text}
    if calls := message.tool_calls:
        said["content"] = message.text or None
        said["tool_calls"] = [_call(call, model) for call in calls]
    for part in message.parts:
        if isinstance(part, ReasoningPart) and (seen := _seen(part, model)) is not None:
            if details := seen.get("details"):
                said["reasoning_details"] = [*said.get("reasoning_details", ()), *details]
            elif calls and part.text and (field := seen.get("field")):  # vendors want it back between a call and its result only
                said[field] = said.get(field, "") + part.text
    return said


def _call(call: ToolCallPart, model: Hashable) -> dict[str, Any]:
    wire: dict[str, Any] = {"id": call.id, "type": "function", "function": {"name": sendable_name(call.name), "arguments": _arguments(call.arguments)}}
    if (seen := _seen(call, model)) is not None and (extra := seen.get("extra_content")):
        wire["extra_content"] = extra
    return wire


def _arguments(text: str) -> str:
    """A call's arguments as they were, but never what is not JSON: servers that read them would refuse the whole request."""
    if not text.strip():
        return "{}"
    try:
        msgspec.json.decode(text, type=msgspec.Raw)
    except (msgspec.DecodeError, UnicodeEncodeError, RecursionError):
        return msgspec.json.encode({"not_json": text.encode("utf-8", "replace").decode()}).decode()
    return text


def _seen(part: ReasoningPart | ToolCallPart, model: Hashable) -> dict[str, Any] | None:
    """What this model left with the part to see again; what another model left stays here."""
    seen = (part.provider_metadata or {}).get(NAME)
    return seen if isinstance(seen, dict) and seen.get("model") == model else None


def _results(message: Message) -> _Turned:
    said, shown = [], []
    for result in message.tool_results:
        said.append({"role": "tool", "tool_call_id": result.id, "content": result.content})
        if result.files:
            shown.append({"type": "text", "text": f"What the tool {result.name} made:"})
            shown += [_file(file) for file in result.files]
    return said, shown
