"""What OpenAI's own tools did, in words for a person: an item of a response as a `ServerToolPart`, annotations as citations.

The rule: the words are for the eye only. What goes back is the item as it came, in the part's metadata.
"""

from __future__ import annotations

import binascii
import json
from base64 import b64decode
from collections.abc import Callable
from typing import Any

from nbagent.messages import Citation

Item = dict[str, Any]

STREAMED = {  # what is given to a tool, where it arrives in pieces
    "response.code_interpreter_call_code.delta", "response.mcp_call_arguments.delta", "response.custom_tool_call_input.delta",
    "response.shell_call_command.delta",
}  # fmt: skip


def named(item: Item) -> str:
    """The tool's name: its own, its server's before it where it has one, or the kind of the item."""
    kind = text_of(item, "type")
    if kind in ("mcp_call", "custom_tool_call") and (name := text_of(item, "name")):
        return f"{label}.{name}" if (label := text_of(item, "server_label")) else name
    return kind.removesuffix("_call") or "tool"


def given(item: Item) -> str:
    """What the tool was given."""
    return _GIVEN.get(text_of(item, "type"), _arguments)(item)


def answered(item: Item) -> str:
    """What a person can read of its answer."""
    shown = _ANSWERED.get(text_of(item, "type"), _nothing)(item)
    error = item.get("error")
    return shown or (_message(error) if error else "")


def is_error(item: Item) -> bool:
    if item.get("error") or item.get("status") == "failed":
        return True
    return any((outcome := entry.get("outcome")) and outcome != {"type": "exit", "exit_code": 0} for entry in items_of(item, "output"))


def image_of(item: Item, partial: str = "") -> tuple[str, bytes] | None:
    """The media type and the bytes of the image that was made; of a partial one where the whole never came."""
    try:
        data = b64decode(text_of(item, "result") or partial, validate=True)
    except (binascii.Error, ValueError):
        return None
    kind = text_of(item, "output_format") or "png"
    return (f"image/{'svg+xml' if kind == 'svg' else kind}", data) if data else None


def citations(content: Item) -> tuple[Citation, ...]:
    """The sources that a text names."""
    return tuple(cited for note in items_of(content, "annotations") if (cited := citation(note)) is not None)


def citation(note: Item) -> Citation | None:
    """A source, in the words of the Responses API or of Chat Completions, or None for a note of another kind."""
    note = inner if isinstance(inner := note.get(text_of(note, "type")), dict) else note
    url, title = text_of(note, "url"), text_of(note, "title") or text_of(note, "filename") or text_of(note, "file_id")
    start, end = note.get("start_index"), note.get("end_index")
    if not (url or title):
        return None
    return Citation(url or None, title, text_of(note, "content"), start if isinstance(start, int) else None, end if isinstance(end, int) else None)


# -- one line or two for each kind of item ----------------------------------------------------------------------------


def _nothing(_: Item) -> str:
    return ""


def _arguments(item: Item) -> str:
    value = item.get("arguments")
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False) if value else ""


def _search(item: Item) -> str:
    action = _inner(item, "action")
    match text_of(action, "type"):
        case "open_page":
            return text_of(action, "url")
        case "find" | "find_in_page":
            return f"{text_of(action, 'pattern')} in {text_of(action, 'url')}"
        case _:
            return text_of(action, "query") or "\n".join(_strings(action, "queries"))


def _commands(item: Item) -> str:
    action = _inner(item, "action")
    return "\n".join(_strings(action, "commands")) or " ".join(_strings(action, "command"))


def _patch(item: Item) -> str:
    operation = _inner(item, "operation")
    return "\n".join(filter(None, (f"{text_of(operation, 'type')} {text_of(operation, 'path')}".strip(), text_of(operation, "diff"))))


def _clicks(item: Item) -> str:
    return json.dumps(item.get("actions") or item.get("action") or {}, ensure_ascii=False)


def _found(item: Item) -> str:
    return "\n\n".join(f"{text_of(found, 'filename')}: {text_of(found, 'text')}" for found in items_of(item, "results"))


def _outputs(item: Item) -> str:
    return "\n".join(text_of(output, "logs") or text_of(output, "url") for output in items_of(item, "outputs"))


def _terminal(item: Item) -> str:
    if isinstance(item.get("output"), str):
        return text_of(item, "output")
    shown = []
    for entry in items_of(item, "output"):
        code = _inner(entry, "outcome").get("exit_code")
        shown += [text_of(entry, "stdout"), text_of(entry, "stderr"), f"exit code {code}" if code else ""]
    return "\n".join(text.rstrip("\n") for text in shown if text)


def _tools(item: Item) -> str:
    return "\n".join(filter(None, (text_of(tool, "name") for tool in items_of(item, "tools"))))


def _approval(item: Item) -> str:
    return f"{text_of(item, 'server_label')} asks to be allowed to run {text_of(item, 'name')}: require_approval of the tool says whether it must."


_GIVEN: dict[str, Callable[[Item], str]] = {
    "web_search_call": _search,
    "file_search_call": lambda item: "\n".join(_strings(item, "queries")), "code_interpreter_call": lambda item: text_of(item, "code"),
    "program": lambda item: text_of(item, "code"), "image_generation_call": lambda item: text_of(item, "revised_prompt"), "shell_call": _commands,
    "local_shell_call": _commands, "apply_patch_call": _patch, "computer_call": _clicks, "custom_tool_call": lambda item: text_of(item, "input"),
    "mcp_list_tools": lambda item: text_of(item, "server_label"),
}  # fmt: skip
_ANSWERED: dict[str, Callable[[Item], str]] = {
    "web_search_call": lambda item: "\n".join(text_of(source, "url") for source in items_of(_inner(item, "action"), "sources")), "file_search_call": _found,
    "code_interpreter_call": _outputs, "mcp_call": lambda item: text_of(item, "output"), "mcp_list_tools": _tools, "tool_search_output": _tools,
    "additional_tools": _tools, "shell_call_output": _terminal, "local_shell_call_output": _terminal, "apply_patch_call_output": _terminal,
    "program_output": lambda item: text_of(item, "result"),
    "mcp_approval_request": _approval,
}  # fmt: skip


def _message(error: Any) -> str:
    return text_of(error, "message") or json.dumps(error, ensure_ascii=False) if isinstance(error, dict) else str(error)


def _inner(values: Item, key: str) -> Item:
    return inner if isinstance(inner := values.get(key), dict) else {}


def items_of(values: Item, key: str) -> list[Item]:
    return [each for each in value if isinstance(each, dict)] if isinstance(value := values.get(key), list) else []


def _strings(values: Item, key: str) -> list[str]:
    return [each for each in value if isinstance(each, str)] if isinstance(value := values.get(key), list) else []


def text_of(values: Item, key: str) -> str:
    return value.encode("utf-8", "replace").decode() if isinstance(value := values.get(key), str) else ""
