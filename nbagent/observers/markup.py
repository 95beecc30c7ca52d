"""A run as HTML for pages that run no script: inline styles only, everything of others escaped, nothing loaded.

Pictures are in the page itself, and links are http, https and mailto.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Sequence
from functools import cache
from html import escape
from typing import Any

from nbagent.observers.shown import DRAWN
from nbagent.observers.words import State, brief, facts, file_words, pretty, seconds

_MUTED = "opacity:.7"
_PRE = "white-space:pre-wrap;word-break:break-word;max-height:20em;overflow:auto;margin:.3em 0"
_CARD = "border:1px solid rgba(128,128,128,.35);border-radius:6px;padding:.3em .7em;margin:.5em 0"
_CODE = (
    "overflow:auto;border:1px solid rgba(128,128,128,.35);border-radius:6px;background:rgba(128,128,128,.07);padding:.6em .8em;margin:.6em 0;line-height:1.45"
)
_PLAIN = "background:none;padding:0"  # of code within a box, where a page's own style gives each line one more
_SIGNS = {"ok": "✓", "error": "✗", "rejected": "⊘ rejected", "cancelled": "◼ cancelled", "pending": "waits for approval"}
_BASE64 = re.compile(r"[A-Za-z0-9+/=]*")
_ROWS = 200


def page(state: State) -> str:
    """The transcript, whole."""
    parts = [_item(item) for item in state["items"] if not item.get("folded")]
    if state["error"]:
        lines = "<br>".join(escape(line) for line in state["error"]["lines"])
        parts.append(f'<div style="border-left:3px solid #c62828;padding-left:.8em"><strong>{escape(state["error"]["type"])}</strong><br>{lines}</div>')
    parts.append(f'<p style="{_MUTED}"><small>{escape(" · ".join(facts(state)))}</small></p>')
    return f'<div style="max-width:68em">{"".join(parts)}</div>'


def _item(item: dict[str, Any]) -> str:
    match item["k"]:
        case "text":
            stops = f'<p style="{_MUTED}"><em>The answer stops here.</em></p>' if item.get("partial") else ""
            return markdown(item["text"]) + stops + _sources(item.get("citations", ()))
        case "reasoning":
            label = f"Thought for {escape(seconds(item['duration']))}" if "duration" in item else "Thought"
            if not item["text"]:
                return f'<p style="{_MUTED}">{label}</p>'
            return f'<details style="{_MUTED}"><summary>{label}</summary><blockquote>{markdown(item["text"])}</blockquote></details>'
        case "tool" | "server_tool":
            return _call(item)
        case "file":
            return _file(item)
        case "output":
            mended = ["JSON mended"] if item.get("repaired") else []
            return f'<div style="{_CARD}"><code style="{_PLAIN}"><strong>{escape(item["type"])}</strong></code>{_small(mended)}{_value(item["json"])}</div>'
        case _:
            return f'<p style="{_MUTED}"><small>{escape(item["text"])}</small></p>'


def _small(words: Iterable[str]) -> str:
    text = escape(" · ".join(words))
    return f' <small style="{_MUTED}">{text}</small>' if text else ""


def _call(item: dict[str, Any]) -> str:
    status = [_SIGNS.get(item["status"], item["status"])]
    status += [word for name, word in (("edited", "edited"), ("repaired", "JSON mended")) if item.get(name)]
    if item["k"] == "server_tool":
        status.append("ran at the provider")
    if "duration" in item:
        status.append(seconds(item["duration"]))
    call = f"<strong>{escape(item['name'])}</strong>({escape(brief(item['arguments'], 80))})"
    body = []
    if len(item["arguments"]) > 60:
        body.append(f'<pre style="{_PRE}">{escape(pretty(item["arguments"]))}</pre>')
    if item.get("defaults"):
        left = ", ".join(f"{name}={value}" if value else name for name, value in item["defaults"])
        body.append(f'<div style="{_MUTED}"><small>by default: {escape(left)}</small></div>')
    if item.get("progress"):
        body.append(f'<pre style="{_PRE};{_MUTED}">{escape(chr(10).join(item["progress"]))}</pre>')
    error = item.get("error") if item["status"] == "error" else None
    if error:
        body.append(f'<div style="color:#c62828"><strong>{escape(error["type"])}</strong>: {escape(error["message"])}</div>')
        if "traceback" in error:
            body.append(f'<details><summary>Traceback</summary><pre style="{_PRE}">{escape(error["traceback"])}</pre></details>')
    else:
        body += _result(item)
    rich = bool(error or item.get("images") or item.get("table"))
    return f'<details style="{_CARD}"{" open" if rich else ""}><summary><code style="{_PLAIN}">{call}</code>{_small(status)}</summary>{"".join(body)}</details>'


def _result(item: dict[str, Any]) -> list[str]:
    """Pictures and table, the text where it is not the same once more, and what else there was in words."""
    body = [_picture(image["media_type"], image.get("data"), f"A picture that {item['name']} made") for image in item.get("images", ())]
    if "table" in item:
        table = item["table"]
        rows, columns = (*table["shape"], 0, 0)[:2]
        body.append(_table(table["columns"], table["rows"]) + f'<div style="{_MUTED}"><small>{rows:,} rows × {columns:,} columns</small></div>')
    elif item.get("result"):
        body.append(f'<pre style="{_PRE}">{escape(pretty(item["result"]))}</pre>')
    notes = [", ".join(item["files"])] if item.get("files") else []
    if item.get("cut"):
        notes.append("cut: the whole result is in the trace" if item["k"] == "tool" else "cut")
    return [*body, *(f'<div style="{_MUTED}"><small>{escape(note)}</small></div>' for note in notes)]


def _picture(media_type: str, data: str | None, name: str) -> str:
    if data is None or media_type not in DRAWN or not _BASE64.fullmatch(data):
        return f'<p style="{_MUTED}"><small>[{escape(name)}: {escape(media_type)}]</small></p>'
    return f'<p><img src="data:{media_type};base64,{data}" alt="{escape(name)}" style="max-width:100%;max-height:34em;background:#fff"></p>'


def _file(item: dict[str, Any]) -> str:
    if "data" in item and item["media_type"] in DRAWN:
        return _picture(item["media_type"], item["data"], item.get("name") or item["media_type"])
    words = escape(file_words(item))
    return f'<p style="{_MUTED}"><small>[{_linked(words, item["url"]) if "url" in item else words}]</small></p>'


def _linked(html: str, url: str) -> str:
    if not url.lower().startswith(("https://", "http://")):
        return html
    return f'<a href="{escape(url)}" rel="noopener noreferrer nofollow">{html}</a>'


def _sources(citations: Sequence[dict[str, Any]]) -> str:
    found = {citation.get("url") or (citation.get("title"), citation.get("text")): citation for citation in reversed(citations)}
    entries = []
    for citation in reversed(found.values()):
        label = escape(citation.get("title") or citation.get("url") or "")
        quote = f"“{escape(citation['text'])}”" if citation.get("text") else ""
        linked = _linked(label, citation["url"]) if label and citation.get("url") else label
        entries.append(f"<li>{linked} {quote}</li>")
    return f'<ol style="{_MUTED}">{"".join(entries)}</ol>' if entries else ""


def _value(text: str) -> str:
    """A list of flat objects as a table, any other value as its JSON."""
    try:
        value = json.loads(text)
    except ValueError:
        value = None
    rows = value if isinstance(value, list) and value and all(isinstance(row, dict) for row in value) else []
    if rows and not any(isinstance(cell, dict | list) for row in rows for cell in row.values()):
        columns = list(dict.fromkeys(name for row in rows for name in row))
        return _table(columns, [[row.get(name) for name in columns] for row in rows[:_ROWS]]) + (
            f"<p>{len(rows) - _ROWS} more</p>" if len(rows) > _ROWS else ""
        )
    return f'<pre style="{_PRE}">{escape(pretty(text))}</pre>'


def _table(columns: Iterable[Any], rows: Iterable[Iterable[Any]]) -> str:
    head = "".join(f"<th>{_cell(name)}</th>" for name in columns)
    body = "".join(f"<tr>{''.join(f'<td>{_cell(value)}</td>' for value in row)}</tr>" for row in rows)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _cell(value: Any) -> str:
    return "" if value is None else escape(value if isinstance(value, str) else json.dumps(value))


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
    parser.add_render_rule("ordered_list_open", _numbered)
    # what a model writes has no tags of its own here, so that every <pre> is ours
    return lambda text: str(parser.render(text)).replace("<pre><code", f'<pre style="{_CODE}"><code style="{_PLAIN}"')


def _image(_renderer: Any, tokens: Any, number: int, *_: Any) -> str:
    return f"[image: {escape(tokens[number].content or tokens[number].attrs['src'])}]"


def _numbered(_renderer: Any, tokens: Any, number: int, *_: Any) -> str:
    """A list with room for its numbers: one that is cut reads as another."""
    opened = tokens[number]
    start = int(opened.attrs.get("start", 1))
    items = 0
    for token in tokens[number + 1 :]:
        if token.level == opened.level:
            break
        items += token.type == "list_item_open" and token.level == opened.level + 1
    digits = len(str(start + items - 1))
    room = f' style="padding-left: {1.1 + 0.6 * digits:.1f}em"' if digits > 1 else ""
    begin = f' start="{start}"' if start != 1 else ""
    return f"<ol{begin}{room}>\n"


def _link(_renderer: Any, tokens: Any, number: int, *_: Any) -> str:
    return f'<a href="{escape(tokens[number].attrs["href"])}" rel="noopener noreferrer nofollow">'
