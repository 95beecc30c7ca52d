"""What Anthropic's own tools answered, and what the model cites, in words that a person can read.

The rule: only for the eye. What the model must see again is kept beside it as it came.
"""

from __future__ import annotations

import json
from typing import Any

from nbagent.messages import Citation

_LONGEST = 4_000  # characters of a result that are shown: a fetched page may have a hundred times that
_HIDDEN = "(its output is for the model only)"


def is_use(kind: Any) -> bool:
    """Whether a block is a call of a tool that Anthropic runs."""
    return kind in ("server_tool_use", "mcp_tool_use")


def is_result(kind: Any) -> bool:
    """Whether a block is what such a tool answered."""
    return isinstance(kind, str) and kind.endswith("_tool_result")


def name_of_result(kind: str) -> str:
    """The name of the tool, from the kind of its result, where its call was in an earlier answer."""
    return kind.removesuffix("_tool_result")


def told(block: dict[str, Any]) -> tuple[str, bool]:
    """A result in words, and whether it is an error."""
    content = block.get("content")
    failed = block.get("is_error") is True
    if isinstance(content, dict):
        text, wrong = _told_object(content)
        return _shortened(text), failed or wrong
    if isinstance(content, list):
        return _shortened("\n".join(filter(None, map(_told_item, content)))), failed
    return _shortened(content if isinstance(content, str) else ""), failed


def _told_object(content: dict[str, Any]) -> tuple[str, bool]:
    match content:
        case {"error_code": code}:
            message = content.get("error_message")
            return f"{code}: {message}" if message else str(code), True
        case {"type": "web_fetch_result", "content": dict(document)}:
            head = " ".join(filter(None, [_string(document, "title"), f"<{_string(content, 'url')}>"]))
            source = document.get("source")
            text = _string(source, "data") if isinstance(source, dict) and source.get("type") == "text" else "(a PDF)"
            return f"{head}\n{text}", False
        case {"return_code": code}:
            return _told_run(content, code), code not in (0, None)
        case {"type": "text_editor_code_execution_view_result"}:
            return _string(content, "content"), False
        case {"type": "text_editor_code_execution_create_result"}:
            return "The file was written over." if content.get("is_file_update") else "The file was made.", False
        case {"type": "text_editor_code_execution_str_replace_result"}:
            return "\n".join(str(line) for line in _list(content, "lines")), False
        case {"tool_references": list(references)}:
            return "\n".join(filter(None, map(_told_item, references))) or "(no tool fits)", False
        case {"text": str(text)}:
            return text, False
        case {"encrypted_content": _}:
            return _HIDDEN, False
        case _:
            return json.dumps(content, ensure_ascii=False), False


def _told_run(content: dict[str, Any], code: Any) -> str:
    """What code printed, the files it made, and how it ended where that was not well."""
    files = [item.get("file_id") for item in _list(content, "content") if isinstance(item, dict)]
    printed = _HIDDEN if "encrypted_stdout" in content else _string(content, "stdout").rstrip("\n")
    lines = [printed, _string(content, "stderr").rstrip("\n"), *(f"file: {file}" for file in files if file)]
    return "\n".join(line for line in [*lines, f"return code {code}" if code else ""] if line)


def _told_item(item: Any) -> str:
    match item:
        case {"type": "web_search_result"}:
            return f"{_string(item, 'title')} <{_string(item, 'url')}>"
        case {"tool_name": str(name)}:
            return name
        case {"text": str(text)}:
            return text
        case {"file_id": str(file)}:
            return f"file: {file}"
        case dict():
            return json.dumps(item, ensure_ascii=False)
        case _:
            return ""


def cited(citations: Any) -> tuple[Citation, ...]:
    """The sources of a text, whatever kind each is. The API gives a text of its own to each quotation, so that they stand for all of it."""
    return tuple(_citation(each) for each in citations if isinstance(each, dict)) if isinstance(citations, list) else ()


def _citation(raw: dict[str, Any]) -> Citation:
    """`url` is a page's, or the source that a search result of one's own was given with."""
    source = _string(raw, "url") or _string(raw, "source")
    title = _string(raw, "title") or _string(raw, "document_title")
    first, behind = raw.get("start_page_number"), raw.get("end_page_number")
    if isinstance(first, int) and isinstance(behind, int):  # the end is the page after the last one
        title += f"{', ' if title else ''}page {first}" + (f"-{behind - 1}" if behind - 1 > first else "")
    return Citation(source or None, title, _string(raw, "cited_text"))


def _string(values: dict[str, Any], key: str) -> str:
    value = values.get(key)
    return _whole(value) if isinstance(value, str) else ""


def _list(values: dict[str, Any], key: str) -> list[Any]:
    value = values.get(key)
    return value if isinstance(value, list) else []


def _shortened(text: str) -> str:
    text = _whole(text)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}\n... ({len(text) - _LONGEST:,} characters more)"


def _whole(text: str) -> str:
    """Text that can be written as UTF-8."""
    return text.encode("utf-8", "replace").decode()
