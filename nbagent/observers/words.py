"""A run in words: the transcript as plain text for terminals and diffs, and the facts that stand under it.

Numbers read as a person would say them, and what is not known is said not to be.
"""

from __future__ import annotations

import json
from typing import Any

from nbagent.errors import without_controls
from nbagent.observers.shown import size_words

PLAIN_LIMIT = 2_000

State = dict[str, Any]

_OUTCOMES = {"paused": "paused: resume with %agent --resume", "cancelled": "stopped", "failed": "failed", "running": "not finished"}


def plain(state: State) -> str:
    """The transcript for terminals and diffs: what was said, a line for every call, at most `PLAIN_LIMIT` characters."""
    text = without_controls("\n".join(text_lines(state)))
    return text if len(text) <= PLAIN_LIMIT else f"{text[: PLAIN_LIMIT - 40]}… [{len(text) - PLAIN_LIMIT + 40:,} more characters]"


def text_lines(state: State) -> list[str]:
    """The transcript as lines, results at 200 characters."""
    lines = [line for item in state["items"] if not item.get("folded") for line in _item_lines(item)]
    if state["error"]:
        first, *rest = state["error"]["lines"] or [""]
        lines += [f"{state['error']['type']}: {first}", *rest]
    elif state["outcome"] in _OUTCOMES:
        lines.append(f"[{_OUTCOMES[state['outcome']]}]")
    return [line for line in lines if line]


def _item_lines(item: dict[str, Any]) -> list[str]:
    match item["k"]:
        case "text":
            stops = ["[the answer stops here]"] if item.get("partial") else []
            return [item["text"].strip(), *stops, *(f"[{number}] {line}" for number, line in enumerate(source_lines(item), 1))]
        case "tool":
            return [_call_line(item)]  # whose result names what was attached
        case "server_tool":
            return [f"[at the provider] {_call_line(item)}"]
        case "file":
            return [f"[{file_words(item)}]"]
        case "output":
            return [f"{item['type']}: {pretty(item['json'])}" + (" [JSON mended]" if item.get("repaired") else "")]
        case "notice":
            return [f"[{item['text']}]"]
        case _:
            return []


def source_lines(item: dict[str, Any]) -> list[str]:
    """The sources of a text, each once: title and address, or what is quoted of it."""
    lines = []
    for citation in item.get("citations", ()):
        words = [citation.get("title") or "", citation.get("url") or ""]
        lines.append(" ".join(word for word in words if word) or citation.get("text", ""))
    return list(dict.fromkeys(line for line in lines if line))


def file_words(item: dict[str, Any]) -> str:
    """A file in words: its name or type, its size where it was left out, and where it is."""
    words = [item.get("name") or item["media_type"]]
    if "size" in item:
        words.append(f"{size_words(item['size'])}, too large to be kept here")
    return ", ".join(words) + (f" at {item['url']}" if "url" in item else "")


def _call_line(item: dict[str, Any]) -> str:
    call = f"{item['name']}({brief(item['arguments'])})"
    if item["status"] == "error" and "error" in item:
        outcome = f"{item['error']['type']}: {item['error']['message']}"
    elif item["status"] in ("pending", "rejected", "cancelled"):
        return f"{call}  [{item['status']}]"
    else:
        outcome = item.get("result", "")
    outcome = " ".join(outcome.split())
    return f"{call} -> {outcome if len(outcome) <= 200 else outcome[:197] + '...'}"


def brief(arguments: str, most: int = 200) -> str:
    """Arguments as they would be written in Python's call, at `most` characters."""
    try:
        values = json.loads(arguments or "{}")
        text = ", ".join(f"{name}={json.dumps(value, ensure_ascii=False)}" for name, value in values.items())
    except (ValueError, AttributeError):
        text = arguments
    return text if len(text) <= most else text[: most - 3] + "..."


def pretty(text: str) -> str:
    """JSON laid out, anything else as it is."""
    if len(text) < 72 or text.lstrip()[:1] not in ("{", "["):
        return text
    try:
        return json.dumps(json.loads(text), indent=2, ensure_ascii=False)
    except ValueError:
        return text


def facts(state: State) -> list[str]:
    """The line under a run: how it ended where that needs saying, model, tokens, cost, time."""
    found = [_OUTCOMES[state["outcome"]]] if state["outcome"] in _OUTCOMES else []
    if state.get("replayed"):
        found.append(f"replayed from {state['replayed']}")
    if state["model"]:
        found.append(state["model"])
    if state["usage"]:
        found.append(f"{state['usage'].get('input_tokens', 0):,} in, {state['usage'].get('output_tokens', 0):,} out")
        found.append(money(state["cost"], state["cost_source"]))
    found.append(seconds(state["duration"]))
    if state.get("waited", 0) >= 0.05:
        found.append(f"{seconds(state['waited'])} waiting for you")
    if state["ttft"] is not None:
        found.append(f"first token {seconds(state['ttft'])}")
    return found


def seconds(value: float) -> str:
    """A time for people: ``45 ms``, ``3.2 s``, ``2 min 5 s``."""
    if value < 0.0005:
        return "<1 ms"
    if value < 0.0995:
        return f"{value * 1000:.0f} ms"
    if value < 9.95:
        return f"{value:.1f} s"
    if value < 59.5:
        return f"{value:.0f} s"
    minutes, rest = divmod(round(value), 60)
    return f"{minutes} min {rest} s" if minutes < 60 else f"{minutes // 60} h {minutes % 60} min"


def money(cost: float | None, source: str) -> str:
    """A price for people; an unknown one is said to be, never shown as nothing."""
    if source == "local":
        return "free (local)"
    if cost is None:
        return "cost unknown"
    if cost == 0:
        return "$0"
    return f"${cost:.2g}" if 0.0001 <= cost < 0.01 else f"${cost:.{7 if cost < 0.0001 else 3 if cost < 1 else 2}f}"
