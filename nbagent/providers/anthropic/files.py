"""Files as blocks of Anthropic's Messages API: images, PDF and text; what it does not take, as words.

The rule: a person's file that cannot be sent is an error before anything is; what a model or a tool made never breaks a request.
"""

from __future__ import annotations

from typing import Any

from nbagent.errors import ConfigError
from nbagent.messages import FilePart

_IMAGES = ("image/png", "image/jpeg", "image/gif", "image/webp")
_ALIASES = {"image/jpg": "image/jpeg"}


def _kind(part: FilePart) -> str:
    kind = part.media_type.partition(";")[0].strip().lower()
    return _ALIASES.get(kind, kind)


def _is_text(kind: str) -> bool:
    return kind.startswith("text/") or kind in ("application/json", "application/xml")


def is_taken(part: FilePart) -> bool:
    """Whether the API takes a file of this type, as it is given."""
    kind = _kind(part)
    return kind in _IMAGES or kind == "application/pdf" or (_is_text(kind) and part.data is not None)


def named(part: FilePart) -> dict[str, Any]:
    """A file that cannot be sent where it stands, as words."""
    return {"type": "text", "text": f"[a file that is not shown: {part.name or part.url or _kind(part)}]"}


def file_block(part: FilePart, *, provider: str, cited: bool) -> dict[str, Any]:
    """The block of a file; `cited`: the model may cite it, where it is a document. Raises `ConfigError` for a type that is not taken."""
    kind = _kind(part)
    if not is_taken(part):
        given = "as a URL" if part.data is None else "to a model"
        raise ConfigError(f"{provider}: a file of the type {kind} cannot be given {given}.", "Anthropic takes PNG, JPEG, GIF, WebP and PDF, and text as bytes.")
    if kind in _IMAGES:
        return {"type": "image", "source": _source(part, kind)}
    more: dict[str, Any] = {"title": part.name} if part.name else {}
    if cited:
        more["citations"] = {"enabled": True}
    if kind == "application/pdf":
        return {"type": "document", "source": _source(part, kind), **more}
    text = (part.data or b"").decode("utf-8", "replace")
    return {"type": "document", "source": {"type": "text", "media_type": "text/plain", "data": text}, **more}


def _source(part: FilePart, kind: str) -> dict[str, Any]:
    return {"type": "url", "url": part.url} if part.url else {"type": "base64", "media_type": kind, "data": part.base64()}
