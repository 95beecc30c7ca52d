"""What a person says to a model, as a message: text, files, figures, pictures and tables as a notebook holds them.

The rule: a file's type is what its bytes say, then what its name says; whatever no model could read is said before
anything is sent.
"""

from __future__ import annotations

import mimetypes
from collections.abc import Iterable
from pathlib import Path, PurePath
from urllib.parse import urlsplit

from msgspec.structs import replace

from nbagent.contents import Readable, contents_of, file_of, has_form, sendable
from nbagent.errors import ConfigError, hide_keys
from nbagent.keys import hide_those_of_files
from nbagent.messages import FilePart, Message, TextPart

LARGEST = 30_000_000
"""Bytes; no provider takes more in one request."""

_OF_NAMES = ("audio/", "video/", "image/", "application/pdf")  # types that the name of a file is believed about


def user(*content: object, images: Iterable[object] = ()) -> Message:
    """A user's message: ``user("What is this?", figure)``, ``user("Read it aloud.", Path("page.pdf"), images=["https://..."])``.

    Texts and message parts as they are; `Path` is a file; figures, pictures, bytes, tables and what has a `_repr_llm_` in
    their own form. `images` may also be texts: paths or URLs. Raises `ConfigError` for anything else.
    """
    return Message("user", tuple(part for value in content for part in _parts(value)) + tuple(_image(value) for value in images))


def prompt_message(prompt: object) -> Message:
    """A prompt as the message that can be sent, and saved: without half characters, and without the environment's keys, which
    ``{{ os.environ }}`` must not send away, nor those of a ``.env``. Raises `ConfigError` for what is no prompt."""
    hide_those_of_files()
    message = prompt if isinstance(prompt, Message) else user(*(prompt if isinstance(prompt, list | tuple) else [prompt]))
    odd = [part for part in message.parts if not isinstance(part, TextPart | FilePart)]
    if message.role != "user" or odd:
        given = f"a message of the role {message.role}" if message.role != "user" else type(odd[0]).__name__
        raise ConfigError(f"A prompt cannot be {given}.", "It is text, or a list of texts and files.", "A variable's value goes in as text: str(value).")
    if not any(part.text.strip() if isinstance(part, TextPart) else True for part in message.parts):
        raise ConfigError("There is nothing to say: the prompt is empty.")
    parts = tuple(replace(part, text=hide_keys(sendable(part.text))) if isinstance(part, TextPart) else part for part in message.parts)
    return message if parts == message.parts else replace(message, parts=parts)


def read_file(path: Path, *, named: str = "") -> Readable:
    """A file as a part: an image, a sound, a film or a PDF, else text. `named` is how an error calls it. Raises `ConfigError`."""
    named = named or str(path)
    try:
        size = path.stat().st_size
        if size > LARGEST:
            raise ConfigError(f"{named}: {size:,} bytes are more than a model takes ({LARGEST:,}).", mend="Make it smaller, or insert a part of it.")
        data = path.read_bytes()
    except OSError as error:
        raise ConfigError(f"{named} cannot be read: {error.strerror}.") from error
    kind = mimetypes.guess_type(path.name)[0] or ""
    if (known := file_of(data)) is not None:
        return FilePart(known.media_type, data, name=path.name)
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        if kind.startswith(_OF_NAMES):
            return FilePart(kind, data, name=path.name)
        raise ConfigError(f"{named}: models read images, sounds, PDF and text, not {kind or 'a type that is not known'}.") from error
    return TextPart(f"{path.name}:\n{text}")


def _parts(value: object) -> list[Readable]:
    match value:
        case str():
            return [TextPart(value)]
        case TextPart() | FilePart():
            return [value]
        case list() if value and all(isinstance(part, TextPart | FilePart) for part in value):  # as `annotated` gives them
            return value
        case PurePath():
            return [read_file(Path(value).expanduser())]
        case _ if has_form(value):
            return list(contents_of(value).parts)
        case _:
            raise ConfigError(
                f"A prompt cannot be {type(value).__name__}.", "It is text, files, figures and tables, or a list of them.",
                "A variable's value goes in as text: str(value).",
            )  # fmt: skip


def _image(value: object) -> FilePart:
    if isinstance(value, str) and urlsplit(value).scheme in ("http", "https", "gs", "s3"):
        return FilePart(mimetypes.guess_type(urlsplit(value).path)[0] or "image/png", url=value)
    made = [read_file(Path(value).expanduser())] if isinstance(value, str) else _parts(value)
    pictures = [part for part in made if isinstance(part, FilePart)]
    if len(pictures) != 1 or len(made) != 1:
        raise ConfigError(f"images= takes pictures, not {type(value).__name__}.", "They are figures, pictures, bytes, paths or URLs.")
    return pictures[0]
