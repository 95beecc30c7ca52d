"""Conversations that are kept at the provider: which of a transcript's messages are new to it.

The rule: what cannot be known to be kept there is sent. An answer counts as kept when its parts say that it was stored,
which they do also after a restart, since they are in the transcript.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from nbagent.messages import Message
from nbagent.providers.openai.items import awaits

AUTO = "auto"


def unkept(messages: Sequence[Message], params: Mapping[str, Any], *, provider: str, model: str) -> tuple[Sequence[Message], dict[str, Any]]:
    """The messages to send, and the parameters that say what they follow.

    ``previous_response_id="auto"`` follows the last answer of the transcript where this model gave it and it was stored (the
    answer is stored, too); where another model answered in between, everything is sent, and from then on little again. An id
    that is given is followed as it is, with what the transcript has after that answer. ``conversation`` gets what came after
    the last answer that is in it.
    """
    previous, conversation = params.get("previous_response_id"), conversation_of(params)
    if conversation:
        return messages[_last(messages, provider, model, conversation) :], {}
    if previous == AUTO:
        start = _last(messages, provider, model)
        apart = any(message.role == "assistant" for message in messages[start:])
        anchor = messages[start - 1].response_id if start and not apart else None
        return messages[start:] if anchor else messages, {"previous_response_id": anchor, "store": True}
    if previous:
        at = next((at for at, message in enumerate(messages, 1) if message.response_id == previous), 0)
        return messages[at:], {}
    return messages, {}


def conversation_of(params: Mapping[str, Any]) -> str:
    """The id of the conversation that the parameters name, or nothing."""
    given = params.get("conversation")
    name = given.get("id") if isinstance(given, dict) else given
    return name if isinstance(name, str) else ""


def _last(messages: Sequence[Message], provider: str, model: str, conversation: str = "") -> int:
    """Where the transcript goes on after the last answer that is kept, or its beginning."""
    return next((at for at in range(len(messages), 0, -1) if _is_kept(messages[at - 1], provider, model, conversation)), 0)


def _is_kept(message: Message, provider: str, model: str, conversation: str) -> bool:
    if message.role != "assistant" or message.provider != provider or not message.response_id or message.finish_reason in ("error", "cancelled"):
        return False
    metadata = ((getattr(part, "provider_metadata", None) or {}).get(provider) for part in message.parts)
    marks = [mark for mark in metadata if isinstance(mark, dict)]
    items = [item for mark in marks if isinstance(item := mark.get("item"), dict)]
    if any(awaits(item, items) for item in items):
        return False  # nobody answers it: what follows it is refused
    return any(
        mark.get("conversation", "") == conversation and (conversation or (mark.get("stored") and mark.get("model") == model)) for mark in marks
    )  # fmt: skip
