"""What a run leaves in a notebook: one mime bundle that reopened notebooks, nbconvert and GitHub show without a kernel.

The richest form is the state itself, which the JupyterLab extension draws as it was; HTML and plain text are for
everything else. All of it is escaped, nothing in it runs or loads, and each form has a declared limit.
"""

from __future__ import annotations

from typing import Any

import msgspec

from nbagent.observers.markup import page
from nbagent.observers.words import State, plain

MIME = "application/vnd.nbagent.run+json"
STATE_LIMIT = 1_000_000
"""The most bytes of a saved state, its pictures aside (`shown.RUN_BYTES` bounds those): a run with more is saved with
its long texts cut, and says so."""
HTML_LIMIT = 400_000
HTML_PICTURES = 200_000
"""The most characters of the pictures in the HTML, which are in the state already."""


def bundle(state: State) -> dict[str, Any]:
    """A run's state (`View.state`) as mime types and data, ready for ``display(..., raw=True)``."""
    saved = capped(state, STATE_LIMIT)
    return {MIME: saved, "text/html": html(saved), "text/plain": plain(saved)}


def metadata(state: State) -> dict[str, Any]:
    """What other programs may want to know of a saved run, without reading it."""
    return {"nbagent": {name: state[name] for name in ("model", "run_id", "usage", "duration", "outcome")}}


def html(state: State) -> str:
    """The transcript as HTML with inline styles only: GitHub and nbconvert drop style sheets and run no script."""
    text, shown = "", _fewer_pictures(state, HTML_PICTURES)
    pictures = len(msgspec.json.encode(shown)) - _size(shown)
    for share in (2, 6, 20):  # how much longer markup and escapes make it is only known afterwards
        text = page(capped(shown, HTML_LIMIT // share))
        if len(text) <= HTML_LIMIT + pictures:
            break
    return text


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
    """The bytes of a state, those of its pictures and sounds aside."""
    return len(msgspec.json.encode(_fewer_pictures(state, 0)))


def _fewer_pictures(state: State, left: int) -> State:
    """The state with base64 of at most `left` characters; the first ones stay."""
    items = []
    for item in state["items"]:
        if "images" in item or "data" in item:
            item, left = _with_pictures(item, left)  # noqa: PLW2901  the same item, with less in it
        items.append(item)
    return {**state, "items": items}


def _with_pictures(item: dict[str, Any], left: int) -> tuple[dict[str, Any], int]:
    if "data" in item and len(item["data"]) > left:
        item = {name: value for name, value in item.items() if name != "data"}
    left -= len(item.get("data", ""))
    images = []
    for image in item.get("images", ()):
        size = len(image.get("data", ""))
        fits = size <= left
        left -= size if fits else 0
        images.append(image if fits else {"media_type": image["media_type"]})
    return ({**item, "images": images} if images else item), left


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
    if "json" in item:
        item["json"] = _cut(item["json"], most * 20)
    if "table" in item:
        item["table"] = {**item["table"], "rows": item["table"]["rows"][:10]}
    if "citations" in item:
        item["citations"] = item["citations"][:50]
    if "error" in item:
        item["error"] = {name: _cut(text, most) for name, text in item["error"].items()}
    return item
