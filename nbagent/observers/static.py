"""What a run leaves in a notebook: one mime bundle that reopened notebooks, nbconvert and GitHub show without a kernel.

The richest form is the state itself, which the JupyterLab extension draws as it was; HTML and plain text are for
everything else. All of it is escaped, nothing in it runs or loads, and each form has a declared limit.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cache
from html import escape
from typing import Any

import msgspec

from nbagent.errors import without_controls

MIME = "application/vnd.nbagent.run+json"
STATE_LIMIT = 1_000_000
"""The most bytes of a saved state: a run with more is saved with its long texts cut, and says so."""
HTML_LIMIT = 400_000
PLAIN_LIMIT = 2_000

State = dict[str, Any]

_MUTED = "opacity:.7"
_PRE = "white-space:pre-wrap;word-break:break-word;max-height:20em;overflow:auto;margin:.3em 0"
_CARD = "border:1px solid rgba(128,128,128,.35);border-radius:6px;padding:.3em .7em;margin:.5em 0"
_SIGNS = {"ok": "✓", "error": "✗", "rejected": "⊘ rejected", "cancelled": "◼ cancelled", "pending": "waits for approval"}
_OUTCOMES = {"paused": "paused: resume with %agent --resume", "cancelled": "stopped", "failed": "failed", "running": "not finished"}


def bundle(state: State) -> dict[str, Any]:
    """A run's state (`View.state`) as mime types and data, ready for ``display(..., raw=True)``."""
    saved = capped(state, STATE_LIMIT)
    return {MIME: saved, "text/html": html(saved), "text/plain": plain(saved)}


def metadata(state: State) -> dict[str, Any]:
    """What other programs may want to know of a saved run, without reading it."""
    return {"nbagent": {name: state[name] for name in ("model", "run_id", "usage", "duration", "outcome")}}


# -- limits -----------------------------------------------------------------------------------------------------------


def capped(state: State, limit: int) -> State:
    """The state in at most `limit` bytes of JSON: long texts are cut first, what a model said last; then items are left out."""
    if _size(state) <= limit:
        return state
    for most in (10_000, 2_000, 200):
        shown = {**state, "prompt": _cut(state["prompt"], most), "items": [_shortened(item, most) for item in state["items"]]}
        if _size(shown) <= limit:
            return shown
    items = shown["items"]
    for kept in (1_000, 200, 40, 8):
        missing = len(items) - kept
        if missing > 0:
            notice = {"k": "notice", "level": "warning", "text": f"{missing:,} parts of this run are left out: it is too long to be saved in a notebook."}
            shown = {**shown, "items": [*items[: kept // 2], notice, *items[-kept // 2 :]]}
            if _size(shown) <= limit:
                break
    return shown


def _size(state: State) -> int:
    return len(msgspec.json.encode(state))


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[:most]}… [{len(text) - most:,} more characters]"


def _shortened(item: dict[str, Any], most: int) -> dict[str, Any]:
    item = dict(item)
    if "text" in item:
        item["text"] = _cut(item["text"], most * 20 if item["k"] == "text" else most)
    if "arguments" in item:
        item["arguments"] = _cut(item["arguments"], most)
    if len(item.get("result", "")) > most:
        item["result"], item["cut"] = item["result"][:most], True
    if "progress" in item:
        item["progress"] = [_cut(line, 200) for line in item["progress"][-5:]]
    if "error" in item:
        item["error"] = {name: _cut(text, most) for name, text in item["error"].items()}
    return item


# -- plain text -------------------------------------------------------------------------------------------------------


def plain(state: State) -> str:
    """The transcript for terminals and diffs: what was said, a line for every call, at most `PLAIN_LIMIT` characters."""
    text = without_controls("\n".join(text_lines(state)))
    return text if len(text) <= PLAIN_LIMIT else f"{text[: PLAIN_LIMIT - 40]}… [{len(text) - PLAIN_LIMIT + 40:,} more characters]"


def text_lines(state: State) -> list[str]:
    """The transcript as lines, results at 200 characters."""
    lines: list[str] = []
    for item in state["items"]:
        match item["k"]:
            case "text":
                lines += [item["text"].strip(), *(["[the answer stops here]"] if item.get("partial") else [])]
            case "tool":
                lines.append(_call_line(item))
            case "notice":
                lines.append(f"[{item['text']}]")
            case _:
                pass
    if state["error"]:
        first, *rest = state["error"]["lines"] or [""]
        lines += [f"{state['error']['type']}: {first}", *rest]
    elif state["outcome"] in _OUTCOMES:
        lines.append(f"[{_OUTCOMES[state['outcome']]}]")
    return [line for line in lines if line]


def _call_line(item: dict[str, Any]) -> str:
    call = f"{item['name']}({_brief(item['arguments'])})"
    if item["status"] == "error" and "error" in item:
        outcome = f"{item['error']['type']}: {item['error']['message']}"
    elif item["status"] in ("pending", "rejected", "cancelled"):
        return f"{call}  [{item['status']}]"
    else:
        outcome = item.get("result", "")
    outcome = " ".join(outcome.split())
    return f"{call} -> {outcome if len(outcome) <= 200 else outcome[:197] + '...'}"


def _brief(arguments: str, most: int = 200) -> str:
    """Arguments as they would be written in Python's call, at `most` characters."""
    try:
        values = json.loads(arguments or "{}")
        text = ", ".join(f"{name}={json.dumps(value, ensure_ascii=False)}" for name, value in values.items())
    except (ValueError, AttributeError):
        text = arguments
    return text if len(text) <= most else text[: most - 3] + "..."


# -- HTML -------------------------------------------------------------------------------------------------------------


def html(state: State) -> str:
    """The transcript as HTML with inline styles only: GitHub and nbconvert drop style sheets and run no script."""
    text = ""
    for share in (2, 6, 20):  # how much longer markup and escapes make it is only known afterwards
        text = _html(capped(state, HTML_LIMIT // share))
        if len(text) <= HTML_LIMIT:
            break
    return text


def _html(state: State) -> str:
    parts = [_html_item(item) for item in state["items"]]
    if state["error"]:
        lines = "<br>".join(escape(line) for line in state["error"]["lines"])
        parts.append(f'<div style="border-left:3px solid #c62828;padding-left:.8em"><strong>{escape(state["error"]["type"])}</strong><br>{lines}</div>')
    parts.append(f'<p style="{_MUTED}"><small>{escape(" · ".join(facts(state)))}</small></p>')
    return f'<div style="max-width:68em">{"".join(parts)}</div>'


def _html_item(item: dict[str, Any]) -> str:
    match item["k"]:
        case "text":
            return markdown(item["text"]) + (f'<p style="{_MUTED}"><em>The answer stops here.</em></p>' if item.get("partial") else "")
        case "reasoning":
            label = f"Thought for {escape(seconds(item['duration']))}" if "duration" in item else "Thought"
            if not item["text"]:
                return f'<p style="{_MUTED}">{label}</p>'
            return f'<details style="{_MUTED}"><summary>{label}</summary><blockquote>{markdown(item["text"])}</blockquote></details>'
        case "tool":
            return _html_call(item)
        case _:
            return f'<p style="{_MUTED}"><small>{escape(item["text"])}</small></p>'


def _html_call(item: dict[str, Any]) -> str:
    status = [_SIGNS.get(item["status"], item["status"]), *(["edited"] if item.get("edited") else [])]
    if "duration" in item:
        status.append(seconds(item["duration"]))
    call = f"<strong>{escape(item['name'])}</strong>({escape(_brief(item['arguments'], 80))})"
    head = f'<code>{call}</code> <small style="{_MUTED}">{escape(" · ".join(status))}</small>'
    body = []
    if len(item["arguments"]) > 60:
        body.append(f'<pre style="{_PRE}">{escape(_pretty(item["arguments"]))}</pre>')
    if item.get("progress"):
        body.append(f'<pre style="{_PRE};{_MUTED}">{escape(chr(10).join(item["progress"]))}</pre>')
    error = item.get("error") if item["status"] == "error" else None
    if error:
        body.append(f'<div style="color:#c62828"><strong>{escape(error["type"])}</strong>: {escape(error["message"])}</div>')
        if "traceback" in error:
            body.append(f'<details><summary>Traceback</summary><pre style="{_PRE}">{escape(error["traceback"])}</pre></details>')
    elif "result" in item:
        body.append(f'<pre style="{_PRE}">{escape(_pretty(item["result"]))}</pre>')
    if item.get("files"):
        body.append(f'<div style="{_MUTED}"><small>{escape(", ".join(item["files"]))}</small></div>')
    if item.get("cut"):
        body.append(f'<div style="{_MUTED}"><small>cut: the whole result is in the trace</small></div>')
    opened = " open" if error else ""
    return f'<details style="{_CARD}"{opened}><summary>{head}</summary>{"".join(body)}</details>'


def _pretty(text: str) -> str:
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
    if state["model"]:
        found.append(state["model"])
    if state["usage"]:
        found.append(f"{state['usage'].get('input_tokens', 0):,} in, {state['usage'].get('output_tokens', 0):,} out")
        found.append(money(state["cost"], state["cost_source"]))
    found.append(seconds(state["duration"]))
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
    return f"{round(value) // 60} min {round(value) % 60} s"


def money(cost: float | None, source: str) -> str:
    """A price for people; an unknown one is said to be, never shown as nothing."""
    if source == "local":
        return "free (local)"
    if cost is None:
        return "cost unknown"
    if cost == 0:
        return "$0"
    return f"${cost:.2g}" if 0.0001 <= cost < 0.01 else f"${cost:.{7 if cost < 0.0001 else 3 if cost < 1 else 2}f}"


def markdown(text: str) -> str:
    """A model's Markdown as HTML that is safe to put anywhere: raw HTML is text, images are named and not loaded."""
    return _renderer()(text)


@cache
def _renderer() -> Callable[[str], str]:
    from markdown_it import MarkdownIt

    parser = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])
    # a plain mapping of the parser's, meant to be replaced: links to anything but these stay text
    parser.validateLink = lambda url: url.lower().startswith(("https://", "http://", "mailto:"))  # type: ignore[method-assign]
    parser.add_render_rule("image", _image)
    parser.add_render_rule("link_open", _link)
    # what a model writes has no tags of its own here, so that every <pre> is ours
    return lambda text: str(parser.render(text)).replace("<pre>", '<pre style="overflow:auto">')


def _image(_renderer: Any, tokens: Any, number: int, *_: Any) -> str:
    return f"[image: {escape(tokens[number].content or tokens[number].attrs['src'])}]"


def _link(_renderer: Any, tokens: Any, number: int, *_: Any) -> str:
    return f'<a href="{escape(tokens[number].attrs["href"])}" rel="noopener noreferrer nofollow">'
