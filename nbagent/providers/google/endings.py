"""How an answer of Google's ends: its finish reasons in our words, and those that are failures."""

from __future__ import annotations

from typing import Any

from nbagent.errors import MalformedCall, MissingSignature, PromptBlocked, ProviderError
from nbagent.messages import FinishReason

_FILTERS = (
    "SAFETY", "RECITATION", "LANGUAGE", "BLOCKLIST", "PROHIBITED_CONTENT", "SPII", "IMAGE_SAFETY", "IMAGE_PROHIBITED_CONTENT", "IMAGE_RECITATION",
    "ESCALATION", "PUP_LIMITED_DISABLED", "MODEL_ARMOR",
)  # fmt: skip

REASONS: dict[str, FinishReason] = {"STOP": "stop", "MAX_TOKENS": "length", "CONTINUATION": "pause", **dict.fromkeys(_FILTERS, "content_filter")}
"""A reason that is not here is an end like any other, and is said in its detail."""

_FAILED: dict[str, tuple[type[ProviderError], str, str]] = {
    "MALFORMED_FUNCTION_CALL": (MalformedCall, "the model wrote a call that cannot be read", "Run it again."),
    "MALFORMED_RESPONSE": (MalformedCall, "the model wrote an answer that cannot be read", "Run it again."),
    "UNEXPECTED_TOOL_CALL": (MalformedCall, "the model called what it was not given", "Run it again."),
    "TOO_MANY_TOOL_CALLS": (MalformedCall, "Google's own tools were called too often and no answer came of it", "Run it again, or ask for less at once."),
    "MISSING_THOUGHT_SIGNATURE": (MissingSignature, "a call of the conversation lacks its signature", "Start over (--new)."),
}


def failed(provider: str, reason: str, detail: str) -> ProviderError | None:
    """The error that this finish reason stands for, or None."""
    if reason not in _FAILED:
        return None
    kind, what, mend = _FAILED[reason]
    return kind(f"{provider}: {what} ({reason}).", detail, mend)


def blocked(provider: str, feedback: dict[str, Any]) -> ProviderError:
    """The error for a prompt that was blocked, before anything was answered."""
    said = feedback.get("blockReasonMessage")
    rated = [str(rating.get("category", "")) for rating in feedback.get("safetyRatings") or () if isinstance(rating, dict) and rating.get("blocked")]
    why = said if isinstance(said, str) and said else f"Blocked for: {', '.join(rated)}." if rated else "Google gives no more than this reason."
    return PromptBlocked(
        f"{provider} blocked the prompt ({feedback.get('blockReason')}).", why, "Ask in other words; some filters can be set with safety_settings."
    )
