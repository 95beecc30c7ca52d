"""A conversation as the items of the Responses API.

The rule: what a model must see again goes back in its exact place and only to that model. Reasoning without what followed
it, ids of what followed reasoning that cannot be sent, and calls of OpenAI's own tools that nobody answered would be
refused, and stay here.
"""

from __future__ import annotations

import base64
from collections.abc import Sequence
from typing import Any, TypedDict

from nbagent.errors import ConfigError
from nbagent.messages import FilePart, Message, Part, ReasoningPart, ServerToolPart, TextPart, ToolCallPart, ToolResultPart
from nbagent.providers.carriers.left import Verbatim, left
from nbagent.providers.openai.out import file_text, placeholder, sendable_arguments
from nbagent.tools import sendable_name

Item = dict[str, Any]


class Left(TypedDict, total=False):
    """What a model leaves with its parts; with a call of ours whatever else stood in its item."""

    item: Verbatim
    image_of: str
    id: str
    annotations: list[Item]


_OURS = {"model", "stored", "conversation"}  # of a part's metadata: what is not sent
_CLIENT_CALLS = ("computer_call", "local_shell_call", "shell_call", "apply_patch_call", "custom_tool_call", "tool_search_call")


def awaits(item: Item, others: Sequence[Item]) -> bool:
    """Whether a server's tool waits for an answer of ours that is not among the answer's other items: the API refuses what
    would go on without it."""
    if item.get("type") == "mcp_approval_request":
        return True
    call = item.get("call_id") if item.get("type") in _CLIENT_CALLS else None
    return bool(call) and not any(other.get("call_id") == call and str(other.get("type")).endswith("_output") for other in others)


class Turn:
    """A message as items, for a provider's name. `variant` is the model, and whether the answer is to be stored."""

    def __init__(self, provider: str) -> None:
        self._provider = provider

    def __call__(self, message: Message, variant: Any) -> Sequence[Item]:
        model, stored = variant
        match message.role:
            case "assistant":
                return _Answer(self._provider, model, message.parts, stored=stored).items
            case "tool":
                return [self._result(result) for result in message.tool_results]
            case role:
                content = [self._content(part) for part in message.parts if isinstance(part, FilePart) or (isinstance(part, TextPart) and part.text)]
                return [{"role": role, "content": content}] if content else []

    def _result(self, result: ToolResultPart) -> Item:
        output: str | list[Item] = result.content
        if result.files:
            output = [*([{"type": "input_text", "text": result.content}] if result.content else []), *(self._shown(file) for file in result.files)]
        return {"type": "function_call_output", "call_id": result.id, "output": output}

    def _shown(self, file: FilePart) -> Item:
        """A file that a tool made; one that the API does not take is named, so that the run goes on."""
        try:
            return self._content(file)
        except ConfigError:
            return {"type": "input_text", "text": placeholder(file)}

    def _content(self, part: TextPart | FilePart) -> Item:
        if isinstance(part, TextPart):
            return {"type": "input_text", "text": part.text}
        kind = part.media_type
        if kind.startswith("image/"):
            return {"type": "input_image", "image_url": part.data_url(), "detail": "auto"}
        if kind.startswith(("audio/", "video/")):
            raise ConfigError(
                f"{self._provider}: a file of the type {kind} cannot be given to a model.", "The Responses API takes images, PDF, documents and text."
            )
        if part.data is None:
            return {"type": "input_file", "file_url": part.url}
        if kind.startswith("text/"):
            return {"type": "input_text", "text": file_text(part)}
        return {"type": "input_file", "filename": part.name or f"file.{kind.rpartition('/')[2]}", "file_data": part.data_url()}


class _Answer:
    """What a model said, item by item. Once reasoning is left out, ids of what came after it are, too (`_whole`)."""

    def __init__(self, provider: str, model: str, parts: Sequence[Part], *, stored: bool) -> None:
        self._provider, self._model, self._parts, self._stored = provider, model, parts, stored
        self._whole = True
        self._tool_items = [self._mine(part).get("item", {}) for part in parts if isinstance(part, ServerToolPart)]
        self.items: list[Item] = []
        for part in parts:
            self._add(part)
        self._drop_orphans()

    def _mine(self, part: Part) -> dict[str, Any]:
        return left(part, self._provider, self._model, Left)

    def _add(self, part: Part) -> None:
        mine = self._mine(part)
        match part:
            case ReasoningPart():
                item = mine.get("item", {})
                kept = self._stored and mine.get("stored")
                self._whole = self._whole and bool(kept or item.get("encrypted_content") or item.get("content")) and item.get("status") != "incomplete"
                if self._whole and item:
                    self.items.append(item)
            case TextPart(text=text) if text:
                self._say(text, mine if self._whole else {})
            case ToolCallPart():
                call = {"type": "function_call", "call_id": part.id, "name": sendable_name(part.name), "arguments": sendable_arguments(part.arguments)}
                self._join(call | {key: value for key, value in mine.items() if self._whole and key not in _OURS and key not in call})
            case ServerToolPart() if self._whole and "item" in mine and (item := self._restored(mine["item"])):
                self.items.append(item)
            case FilePart() if not mine.get("image_of"):
                self._say(placeholder(part), {})

    def _restored(self, item: Item) -> Item | None:
        """An item as it came. The image that was taken out of it comes back; a call that waits for an answer stays here."""
        if awaits(item, self._tool_items):
            return None
        if item.get("type") == "image_generation_call" and "result" not in item:
            images = (part for part in self._parts if isinstance(part, FilePart) and self._mine(part).get("image_of") == item.get("id"))
            image = next(images, None)
            return None if image is None or image.data is None else {**item, "result": base64.b64encode(image.data).decode()}
        return item

    def _say(self, text: str, mine: dict[str, Any]) -> None:
        """Add a text; texts of one message stay in one."""
        if "id" not in mine:
            self._join({"role": "assistant", "content": text})
            return
        said = (
            {"type": "refusal", "refusal": text} if mine.get("refusal") else {"type": "output_text", "text": text, "annotations": mine.get("annotations", [])}
        )
        if self.items and self.items[-1].get("id") == mine["id"] and self.items[-1]["type"] == "message":
            self.items[-1]["content"].append(said)
            return
        phase = {"phase": mine["phase"]} if "phase" in mine else {}
        self.items.append({"type": "message", "role": "assistant", "id": mine["id"], "status": "completed", **phase, "content": [said]})

    def _join(self, item: Item) -> None:
        if "id" not in item:
            self._drop_orphans()
        self.items.append(item)

    def _drop_orphans(self) -> None:
        """Reasoning at the end, or before something that did not come after it, is refused."""
        while self.items and self.items[-1].get("type") == "reasoning":
            self.items.pop()


def paired(items: list[Item], *, chained: bool) -> list[Item]:
    """The items with every call beside a result and every result beside its call, whatever was taken out of the transcript;
    the last answer's calls may wait.

    Where the conversation is kept at the provider (`chained`) the calls may be there. Results of calls that a program of
    the model's made name it again, as the calls do.
    """
    calls = {item["call_id"]: item for item in items if item.get("type") == "function_call"}
    answered = {item["call_id"] for item in items if item.get("type") == "function_call_output"}
    if not calls and (chained or not answered):
        return items
    sent: list[Item] = []
    last = max((at for at, item in enumerate(items) if item.get("role") in ("user", "system") or item.get("type") == "function_call_output"), default=-1)
    for at, item in enumerate(items):
        match item.get("type"):
            case "function_call" if item["call_id"] not in answered and at < last:
                sent += [item, {"type": "function_call_output", "call_id": item["call_id"], "output": "(no result)"}]
            case "function_call_output" if item["call_id"] not in calls:
                sent += [item] if chained else []
            case "function_call_output" if "caller" in calls[item["call_id"]]:
                sent.append({**item, "caller": calls[item["call_id"]]["caller"]})
            case _:
                sent.append(item)
    return sent
