"""How many tokens a request has, guessed without a model (`nbagent.tokens`): its instructions, messages, tools and files."""

from __future__ import annotations

import json

from msgspec import Struct, to_builtins

from nbagent.provider import Request
from nbagent.tokens import file_tokens, files_of, message_tokens, text_tokens


class TokenCount(Struct, frozen=True):
    """Tokens of a request, and whether they were only `estimated`; `note` says what could not be counted."""

    tokens: int
    estimated: bool
    note: str = ""


def estimate(request: Request) -> TokenCount:
    """The input tokens of a request, as a guess."""
    tokens = text_tokens(request.instructions) + sum(map(message_tokens, request.messages))
    for tool in request.tools:
        tokens += text_tokens(json.dumps(to_builtins(tool), ensure_ascii=False))
    unknown = sorted({file.media_type for message in request.messages for file in files_of(message) if not file_tokens(file)})
    return TokenCount(round(tokens), estimated=True, note=f"Not counted: files of the type {', '.join(unknown)}." if unknown else "")
