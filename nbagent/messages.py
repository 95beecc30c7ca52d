"""The words of a conversation: messages, their parts, and what they cost in tokens.

Plain frozen values that go to JSON and back without loss. A transcript (a list of messages) *is* the state of a
run: what is pending is read off its end, and saving, forking and resuming are list operations.
"""

from __future__ import annotations

import base64
import mimetypes
import re
import warnings
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Annotated, Any, Literal, get_args

import msgspec
from msgspec import Meta, Struct

from nbagent.errors import redact

Role = Literal["system", "user", "assistant", "tool"]
FinishReason = Literal["stop", "tool_calls", "length", "refusal", "content_filter", "pause", "context", "cancelled", "error"]
"""How one model call ended. ``cancelled`` and ``error`` mark a partial answer that was kept."""

ProviderMetadata = dict[str, Any]
"""What a provider must see again (signatures, encrypted reasoning, item ids), keyed by the provider's name.
Only that provider's adapter reads it."""


class Citation(Struct, frozen=True, omit_defaults=True, repr_omit_defaults=True):
    """A source that a model gives for its text. `text` is what is quoted of the source; `start` and `end` are the
    characters of the part's own text that it stands behind, where the provider says."""

    url: str | None = None
    title: str = ""
    text: str = ""
    start: int | None = None
    end: int | None = None


Audience = Literal["user", "assistant"]
"""The person, or the model."""


class Annotations(Struct, frozen=True, omit_defaults=True, repr_omit_defaults=True):
    """For whom a part is and how much it matters. `audience` empty is both: the model is not sent what is for the person alone, the
    person not shown what is for the model alone. `priority` is 0 (the first to leave where a conversation is trimmed) to 1 (stays)."""

    audience: tuple[Audience, ...] = ()
    priority: Annotated[float, Meta(ge=0, le=1)] | None = None


class TextPart(Struct, frozen=True, tag="text", omit_defaults=True, repr_omit_defaults=True):
    """Text that a person or a model wrote, with the sources that the model gave for it."""

    text: str
    provider_metadata: ProviderMetadata | None = None
    citations: tuple[Citation, ...] = ()
    annotations: Annotations | None = None


class ReasoningPart(Struct, frozen=True, tag="reasoning", omit_defaults=True, repr_omit_defaults=True):
    """What a model thought before it answered; `redacted` when the provider shows only that it did."""

    text: str
    redacted: bool = False
    provider_metadata: ProviderMetadata | None = None


class ToolCallPart(Struct, frozen=True, tag="tool_call", omit_defaults=True, repr_omit_defaults=True):
    """A model's wish to call a tool. `arguments` is the JSON text exactly as it was streamed."""

    id: str
    name: str
    arguments: str = ""
    provider_metadata: ProviderMetadata | None = None


class FilePart(Struct, frozen=True, tag="file", omit_defaults=True, repr_omit_defaults=True):
    """An image, a sound or a document, a person's or a model's: its bytes, or where they are (`url`); one of the two is set."""

    media_type: str
    data: bytes | None = None
    url: str | None = None
    name: str | None = None
    provider_metadata: ProviderMetadata | None = None
    annotations: Annotations | None = None

    @classmethod
    def from_path(cls, path: str | Path) -> FilePart:
        """Read a file; its type comes from its name. Raises `OSError`, or `ValueError` for an unknown type."""
        path = Path(path).expanduser()
        media_type, _ = mimetypes.guess_type(path.name)
        if media_type is None:
            raise ValueError(f"{path.name}: the file's type is not known from its name; use FilePart(media_type, data=...)")
        return cls(media_type, data=path.read_bytes(), name=path.name)

    def base64(self) -> str:
        """The bytes as base64 text, as the providers want them."""
        return base64.b64encode(self.data or b"").decode()

    def data_url(self) -> str:
        """`url`, or the bytes as a ``data:`` URL."""
        return self.url or f"data:{self.media_type};base64,{self.base64()}"

    def __repr__(self) -> str:
        """Its bytes as their number."""
        where = f"url={self.url!r}" if self.url else f"<{len(self.data or b''):,} bytes>"
        return f"FilePart({self.media_type!r}, {where}{f', name={self.name!r}' if self.name else ''})"

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        """An image as it is, anything else as the words for it."""
        plain = {"text/plain": repr(self)}
        return plain | {self.media_type: self.base64()} if self.data and self.media_type in ("image/png", "image/jpeg", "image/gif") else plain


class ToolResultPart(Struct, frozen=True, tag="tool_result", omit_defaults=True, repr_omit_defaults=True):
    """What a tool answered: text for the model, and images where it made some. `id` is the call's id."""

    id: str
    name: str
    content: str = ""
    is_error: bool = False
    files: tuple[FilePart, ...] = ()
    provider_metadata: ProviderMetadata | None = None
    annotations: Annotations | None = None


class ServerToolPart(Struct, frozen=True, tag="server_tool", omit_defaults=True, repr_omit_defaults=True):
    """A tool that the provider ran by itself (a web search, its code interpreter): shown, never executed here.

    `arguments` is what it was given, as the provider writes it (JSON text, a query, code), `result` what a person can
    read of its answer. What the provider must see again is in `provider_metadata`.
    """

    id: str
    name: str
    arguments: str = ""
    result: str = ""
    is_error: bool = False
    provider_metadata: ProviderMetadata | None = None


Part = TextPart | ReasoningPart | ToolCallPart | ToolResultPart | FilePart | ServerToolPart


class Usage(Struct, frozen=True, omit_defaults=True):
    """Tokens of one or more model calls. Totals include their details (OpenTelemetry's rule): `input_tokens` counts
    cached tokens, `output_tokens` counts reasoning."""

    input_tokens: int = 0
    output_tokens: int = 0
    cache_read_tokens: int = 0
    cache_write_tokens: int = 0
    reasoning_tokens: int = 0

    @property
    def total_tokens(self) -> int:
        return self.input_tokens + self.output_tokens

    def __add__(self, other: Usage) -> Usage:
        return Usage(
            self.input_tokens + other.input_tokens,
            self.output_tokens + other.output_tokens,
            self.cache_read_tokens + other.cache_read_tokens,
            self.cache_write_tokens + other.cache_write_tokens,
            self.reasoning_tokens + other.reasoning_tokens,
        )


class Message(Struct, frozen=True, omit_defaults=True, repr_omit_defaults=True, weakref=True):
    """One message of a transcript. `finish_reason`, `provider`, `model` (the name that the provider gives), `response_id`
    and `usage` are set on what a model answered."""

    role: Role
    parts: tuple[Part, ...] = ()
    name: str | None = None
    usage: Usage | None = None
    finish_reason: FinishReason | None = None
    model: str | None = None
    provider: str | None = None
    response_id: str | None = None

    @property
    def text(self) -> str:
        """All the text of the message, reasoning and results aside."""
        return "".join(part.text for part in self.parts if isinstance(part, TextPart))

    @property
    def tool_calls(self) -> tuple[ToolCallPart, ...]:
        return tuple(part for part in self.parts if isinstance(part, ToolCallPart))

    @property
    def tool_results(self) -> tuple[ToolResultPart, ...]:
        return tuple(part for part in self.parts if isinstance(part, ToolResultPart))

    def _repr_markdown_(self) -> str:
        """Who said what, part by part, as a cell shows it."""
        who = f"**{self.role}**" + (f" ({self.model})" if self.model else "")
        return redact("\n\n".join([who, *map(_shown, self.parts)]))


def _shown(part: Part) -> str:
    match part:
        case TextPart(text=text):
            return text
        case ReasoningPart(text=text):
            return "\n".join(f"> {line}" for line in (text or "(thought, not shown)").splitlines())
        case ToolCallPart(name=name, arguments=arguments):
            return _fenced(f"{name}({arguments})")
        case ServerToolPart(name=name, arguments=arguments, result=result):
            return _fenced(f"{name}({arguments})\n{result}")
        case ToolResultPart(name=name, content=content):
            return "\n\n".join([_fenced(f"{name}: {content}"), *map(_shown, part.files)])
        case FilePart():
            return _fenced(repr(part))


def _fenced(text: str) -> str:
    fence = "`" * max([3, *(len(ticks) + 1 for ticks in re.findall("`+", text))])
    return f"{fence}\n{text}\n{fence}"


def user(*content: str | Part) -> Message:
    """A user's message of texts and files: ``user("What is this?", FilePart.from_path("cat.png"))``."""
    return Message("user", tuple(TextPart(c) if isinstance(c, str) else c for c in content))


def assistant(*content: str | Part) -> Message:
    """A model's message, for a transcript written by hand."""
    return Message("assistant", tuple(TextPart(c) if isinstance(c, str) else c for c in content))


def system(text: str) -> Message:
    return Message("system", (TextPart(text),))


def for_audience(message: Message, who: Audience) -> Message:
    """The message without what is for the other alone; itself where nothing is."""
    parts = tuple(part for part in message.parts if not (asked := getattr(part, "annotations", None)) or not asked.audience or who in asked.audience)
    return message if len(parts) == len(message.parts) else msgspec.structs.replace(message, parts=parts)


def tool_message(results: Iterable[ToolResultPart]) -> Message:
    """The results of one batch of calls."""
    return Message("tool", tuple(results))


def pending_calls(messages: Sequence[Message]) -> tuple[ToolCallPart, ...]:
    """The calls at the end of a transcript that have no result yet, in call order.

    Looks back past tool messages to the last assistant message, so that a batch whose first results are already
    there still shows the rest.
    """
    answered: set[str] = set()
    for message in reversed(messages):
        match message.role:
            case "tool":
                answered.update(result.id for result in message.tool_results)
            case "assistant":
                return tuple(call for call in message.tool_calls if call.id not in answered)
            case _:
                return ()
    return ()


def to_json(messages: Sequence[Message]) -> bytes:
    """A transcript as JSON; bytes of files as base64."""
    return msgspec.json.encode(list(messages))


def from_json(data: bytes | str) -> list[Message]:
    """A transcript from JSON; roles of others as `known_roles` has them. Raises `msgspec.ValidationError`, which names the place, for anything else."""
    try:
        return msgspec.json.decode(data, type=list[Message])
    except msgspec.ValidationError:
        return msgspec.convert(known_roles(msgspec.json.decode(data)), list[Message])


_ROLES: dict[str, Role] = {
    "human": "user", "developer": "system", "ai": "assistant", "model": "assistant", "bot": "assistant", "function": "tool", "tool_result": "tool",
    "tool-result": "tool", "toolresult": "tool",
}  # fmt: skip


def known_roles(messages: Any) -> Any:
    """Messages as they were read from JSON, in place, with roles that there are: what others call ours, and with a warning, for what nobody
    knows, the one that its parts speak for. The role that it had becomes its name, where it has none."""
    for message in messages if isinstance(messages, list) else ():
        role = message.get("role") if isinstance(message, dict) else None
        if not isinstance(role, str) or role in get_args(Role):
            continue
        known = _ROLES.get(role.lower())
        if known is None:
            kinds = {part.get("type") for part in message.get("parts", ()) if isinstance(part, dict)}
            known = "tool" if "tool_result" in kinds else "assistant" if kinds & {"tool_call", "reasoning", "server_tool"} else "user"
            warnings.warn(f"a saved message has the role {role!r}, which is not known: it is read as one of the role {known}", UserWarning, stacklevel=3)
            message["name"] = message.get("name") or role
        message["role"] = known
    return messages
