"""What an answer cost, as OpenAI's two APIs and their vendors tell it: in tokens, and in dollars where they say so.

The rule: totals include their details. What a vendor counted apart is added, and what is no number is none.
"""

from __future__ import annotations

from typing import Any

from nbagent.messages import Usage
from nbagent.providers.carriers.decoding import count

_MOST = 1e19  # ticks: a billion dollars
_TICKS = 1e10  # xAI counts money in ten-thousand-millionths of a dollar


def usage_of(raw: dict[str, Any]) -> Usage:
    """Chat Completions' usage, in the dialects of its vendors; reasoning that was counted apart (xAI) is added."""
    read, written = _count(raw, "prompt_tokens"), _count(raw, "completion_tokens")
    reasoning = _count(raw, "completion_tokens_details", "reasoning_tokens")
    if reasoning and _count(raw, "total_tokens") == read + written + reasoning:
        written += reasoning
    cached = _count(raw, "prompt_tokens_details", "cached_tokens") or _count(raw, "prompt_cache_hit_tokens") or _count(raw, "cached_tokens")
    return Usage(read, written, cached, _count(raw, "prompt_tokens_details", "cache_write_tokens"), reasoning)


def response_usage(raw: dict[str, Any]) -> Usage:
    """The usage of the Responses API."""
    into, out_of = "input_tokens_details", "output_tokens_details"
    read, written = _count(raw, into, "cached_tokens"), _count(raw, into, "cache_write_tokens")
    return Usage(_count(raw, "input_tokens"), _count(raw, "output_tokens"), read, written, _count(raw, out_of, "reasoning_tokens"))


def cost_of(raw: dict[str, Any]) -> float | None:
    """US dollars, where the vendor says so itself (OpenRouter, xAI)."""
    if (cost := _dollars(raw.get("cost"))) is not None:
        return cost
    ticks = _dollars(raw.get("cost_in_usd_ticks"))
    return None if ticks is None else ticks / _TICKS


def _dollars(value: Any) -> float | None:
    """A sum, where it is one: no one is paid for an answer, and none costs a billion."""
    return float(value) if isinstance(value, (int, float)) and not isinstance(value, bool) and 0 <= value < _MOST else None


def _count(raw: Any, *path: str) -> int:
    for key in path:
        raw = raw.get(key) if isinstance(raw, dict) else None
    return count(raw)
