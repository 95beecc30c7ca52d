"""What an answer of Google's stands on: its searches as parts, its sources as citations of the text.

The rule: Google counts bytes and we count characters; a place that cannot be found is left open, the source is not.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any
from uuid import uuid4

from nbagent.messages import Citation, ServerToolPart

_PLACES = ("web", "retrievedContext", "maps", "image")  # the kinds of a grounding chunk
_SEARCHES = {"webSearchQueries": "google_search", "imageSearchQueries": "google_search_image", "retrievalQueries": "retrieval"}


def citations(texts: Sequence[str], grounding: dict[str, Any], cited: dict[str, Any]) -> list[list[Citation]]:
    """For each text of the answer the sources that were given for it. `cited` is ``citationMetadata``."""
    found: list[list[Citation]] = [[] for _ in texts]
    if not texts:
        return found
    sources = [_source(chunk) for chunk in _dicts(grounding.get("groundingChunks"))]
    supports = _dicts(grounding.get("groundingSupports"))
    for support in supports:
        number, start, end = _place(texts, support.get("segment"))
        for index in _list(support.get("groundingChunkIndices")):
            if isinstance(index, int) and 0 <= index < len(sources):
                source = sources[index]
                found[number].append(Citation(source.url, source.title, source.text, start, end))
    if not supports:
        found[-1].extend(sources)
    for quoted in _dicts(cited.get("citations")) or _dicts(cited.get("citationSources")):
        number, start, end = _place(texts, quoted)
        found[number].append(Citation(_string(quoted, "uri") or None, _string(quoted, "title"), "", start, end))
    return found


def lookups(grounding: dict[str, Any], fetched: dict[str, Any], shown: set[str]) -> Iterator[ServerToolPart]:
    """Google's own tools that are told of beside the answer; `shown` are the names of those that were parts of it."""
    chunks = _dicts(grounding.get("groundingChunks"))
    for key, name in _SEARCHES.items():
        if queries := [query for query in _list(grounding.get(key)) if isinstance(query, str)]:
            found = [chunk for chunk in chunks if "maps" not in chunk]
            yield from _lookup(name, queries, [_line(_source(chunk)) for chunk in found], shown)
    if places := [_line(_source(chunk)) for chunk in chunks if "maps" in chunk]:
        yield from _lookup("google_maps", [], places, shown)
    if pages := _dicts(fetched.get("urlMetadata")):
        statuses = [_string(page, "urlRetrievalStatus").removeprefix("URL_RETRIEVAL_STATUS_").lower() for page in pages]
        urls = [_string(page, "retrievedUrl") for page in pages]
        lines = [f"{url}: {status}" if status else url for url, status in zip(urls, statuses, strict=True)]
        yield from _lookup("url_context", urls, lines, shown, failed=bool(statuses) and "success" not in statuses)


def _lookup(name: str, arguments: list[str], lines: list[str], shown: set[str], *, failed: bool = False) -> Iterator[ServerToolPart]:
    if not any(one.startswith(name) for one in shown):
        asked = json.dumps(arguments, ensure_ascii=False) if arguments else ""
        yield ServerToolPart(f"{name}_{uuid4().hex[:12]}", name, asked, "\n".join(lines), failed)


def _source(chunk: dict[str, Any]) -> Citation:
    for kind in _PLACES:
        if isinstance(place := chunk.get(kind), dict):
            url = _string(place, "uri") or _string(place, "sourceUri")
            return Citation(url or None, _string(place, "title") or _string(place, "domain"), _string(place, "text"))
    return Citation()


def _line(source: Citation) -> str:
    return f"{source.title}: {source.url}" if source.title and source.url else source.title or source.url or "?"


def _place(texts: Sequence[str], segment: Any) -> tuple[int, int | None, int | None]:
    """Which text, and the characters in it. A segment counts in one part, or in all of them as one; its own text decides."""
    last = len(texts) - 1
    if not isinstance(segment, dict):
        return last, None, None
    start, end, said = segment.get("startIndex", 0), segment.get("endIndex"), segment.get("text")
    if isinstance(start, int) and isinstance(end, int) and 0 <= start < end:
        before, whole = 0, "".join(texts).encode("utf-8", "replace")
        for number, text in enumerate(texts):
            size = len(text.encode("utf-8", "replace"))
            if before <= start < before + size and _fits(whole[start:end], said):
                return number, _characters(text, start - before), _characters(text, end - before)
            before += size
        for number, text in enumerate(texts):
            if isinstance(said, str) and text.encode("utf-8", "replace")[start:end] == said.encode("utf-8", "replace"):
                return number, _characters(text, start), _characters(text, end)
    if isinstance(said, str) and said:
        for number, text in enumerate(texts):
            if (place := text.find(said)) >= 0:
                return number, place, place + len(said)
    return last, None, None


def _fits(found: bytes, said: Any) -> bool:
    return not isinstance(said, str) or not said or found == said.encode("utf-8", "replace")


def _characters(text: str, place: int) -> int:
    return len(text.encode("utf-8", "replace")[:place].decode("utf-8", "ignore"))


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _dicts(value: Any) -> list[dict[str, Any]]:
    return [each for each in _list(value) if isinstance(each, dict)]


def _string(values: dict[str, Any], key: str) -> str:
    value = values.get(key)
    return value.encode("utf-8", "replace").decode() if isinstance(value, str) else ""
