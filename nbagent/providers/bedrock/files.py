"""Files as Converse's blocks: images, documents, sounds and films, as bytes or where S3 has them.

The rule: a document's name is words of ours, since the model reads it: no signs but those that the API allows, and no name twice.
"""

from __future__ import annotations

import re
from typing import Any

from nbagent.errors import ConfigError
from nbagent.messages import FilePart

_IMAGES = {"image/png": "png", "image/jpeg": "jpeg", "image/jpg": "jpeg", "image/gif": "gif", "image/webp": "webp"}
_DOCUMENTS = {
    "application/pdf": "pdf", "application/msword": "doc", "application/vnd.ms-excel": "xls", "text/csv": "csv", "text/html": "html", "text/markdown": "md",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "docx",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "xlsx",
}  # fmt: skip
_FILMS = {
    "video/mp4": "mp4", "video/quicktime": "mov", "video/x-matroska": "mkv", "video/webm": "webm", "video/x-flv": "flv", "video/mpeg": "mpeg",
    "video/x-ms-wmv": "wmv", "video/3gpp": "three_gp",
}  # fmt: skip
_SOUNDS = {
    "audio/mpeg": "mp3", "audio/mp3": "mp3", "audio/wav": "wav", "audio/x-wav": "wav", "audio/aac": "aac", "audio/flac": "flac", "audio/ogg": "ogg",
    "audio/opus": "opus", "audio/mp4": "m4a", "audio/x-m4a": "m4a", "audio/webm": "webm",
}  # fmt: skip
_KINDS = {"image": _IMAGES, "document": _DOCUMENTS, "video": _FILMS, "audio": _SOUNDS}


def block_of(part: FilePart) -> dict[str, Any]:
    """One file as a block; plain text as text. Raises `ConfigError` for a type, or a place, that Converse does not take."""
    kind = part.media_type.partition(";")[0].strip().lower()
    for block, formats in _KINDS.items():
        if (format_ := formats.get(kind)) is not None:
            named = {"name": _name(part.name or "document")} if block == "document" else {}
            return {block: {"format": format_, **named, "source": _source(part)}}
    if (kind.startswith("text/") or kind in ("application/json", "application/xml")) and part.data is not None:
        return {"text": f"{part.name or 'file'}:\n\n{part.data.decode('utf-8', 'replace')}"}
    raise ConfigError(
        f"bedrock: a file of the type {kind} cannot be given to a model.",
        "Bedrock takes images (PNG, JPEG, GIF, WebP), PDF, office files, films, sounds and text.",
    )


def _source(part: FilePart) -> dict[str, Any]:
    if part.data is not None:
        return {"bytes": part.base64()}
    if part.url and part.url.startswith("s3://"):
        return {"s3Location": {"uri": part.url}}
    raise ConfigError("bedrock: a file cannot be given as a URL.", "Bedrock takes bytes, and s3:// addresses.", "FilePart.from_path(...)")


def _name(name: str) -> str:
    """A file's name without its ending, in the letters that the API allows."""
    words = re.sub(r"[^A-Za-z0-9\-()\[\]]+", " ", name.rsplit(".", 1)[0])
    return words.strip()[:180].strip() or "document"


def named_apart(turns: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The turns with no document's name twice, which the API refuses. What is given is not changed."""
    seen: dict[str, int] = {}
    for place, turn in enumerate(turns):
        for number, block in enumerate(turn["content"]):
            if (document := block.get("document")) is None:
                continue
            count = seen[document["name"]] = seen.get(document["name"], 0) + 1
            if count > 1:
                content = list(turns[place]["content"])
                content[number] = {"document": {**document, "name": f"{document['name']} ({count})"}}
                turns[place] = {**turn, "content": content}
    return turns
