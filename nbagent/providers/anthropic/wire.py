"""A request as the body of Anthropic's Messages API.

The rule: what the model thought, and what Anthropic's own tools did, goes back exactly as it came and only to the model that it came
from; what the API would refuse (empty texts, unsigned thinking, thinking at the end, files in an answer) is never sent.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Hashable, Sequence
from typing import Any, NamedTuple, TypedDict

import msgspec

from nbagent.dialects import closed
from nbagent.messages import FilePart, Message, Part, ReasoningPart, ServerToolPart, TextPart, ToolCallPart, ToolResultPart
from nbagent.provider import Request
from nbagent.providers.anthropic.files import file_block, is_taken, named
from nbagent.providers.anthropic.models import NAME, cache_marker, fitted, model_row
from nbagent.providers.carriers.left import Verbatim, left
from nbagent.tools import ToolSpec, sendable_name

Block = dict[str, Any]
Turned = Callable[[Message, Hashable], Sequence[Block]]
"""A message as the blocks it has on the wire, for an `As`."""


class Left(TypedDict, total=False):
    """What a model of Anthropic's leaves with its parts; with a call of ours whatever else stood in its block."""

    block: Verbatim
    use: Verbatim
    result: Verbatim
    at: tuple[int, int]
    citations: list[dict[str, Any]]
    signature: str
    data: str
    container: str


_NOT_SENT = ("timeout", "betas", "stream", "cache_control", "tools", "citations")  # not of the body, or put into it in their own place
_COUNTED = ("model", "messages", "system", "tools", "tool_choice", "thinking", "output_config", "cache_control", "mcp_servers", "context_management", "speed")
_PARTIAL = ("cancelled", "error")
_THINKING = ("thinking", "redacted_thinking")
_CALLS = ("server_tool_use", "mcp_tool_use")


class As(NamedTuple):
    """For whom a message is turned: whose metadata goes back, and whether its documents may be cited."""

    provider: str
    model: str
    cited: bool = False


def to_wire(request: Request, turn: Turned | None = None, *, provider: str = NAME, automatic_cache: bool = True) -> dict[str, Any]:
    """The exact JSON body; `turned` may remember what messages look like. Where the API does not place the cache's marker by itself
    (`automatic_cache`), it is put on the last block here. Raises `ConfigError` for a file that cannot be sent."""
    params, _ = fitted(request)
    row, cache = model_row(request.model), cache_marker(params)
    given = {key: value for key, value in params.items() if key not in _NOT_SENT}
    wire: dict[str, Any] = {"model": request.model, "max_tokens": row.max_tokens + _thinking_budget(given), "stream": True}
    if cache and automatic_cache:
        wire["cache_control"] = cache  # the API marks the last block, so that each step reads what the last one wrote
    held = closed(request.output.schema) if request.output is not None and request.output.strict else None
    if system := _system(request, cache, told=held is None):
        wire["system"] = system
    wire["messages"] = _turns(request, turned if turn is None else turn, As(provider, request.model, bool(params.get("citations"))))
    if cache and not automatic_cache:
        _mark_last(wire["messages"], cache)
    if tools := _tools(request, strictly=row.output):
        wire["tools"] = tools
        if request.tool_choice != "auto":
            wire["tool_choice"] = _choice(request.tool_choice)
    if container := _container(request, provider):
        wire["container"] = container
    if held is not None:
        given["output_config"] = (given.get("output_config") or {}) | {"format": {"type": "json_schema", "schema": held}}
    return {key: value for key, value in (wire | given).items() if value is not None}


def counted(wire: dict[str, Any]) -> dict[str, Any]:
    """What of a body has a part in its number of input tokens, and may be sent to count them."""
    return {key: wire[key] for key in _COUNTED if key in wire}


def _thinking_budget(given: dict[str, Any]) -> int:
    """`max_tokens` counts what is thought, so that a budget comes on top of the answer's length."""
    thinking = given.get("thinking")
    budget = thinking.get("budget_tokens") if isinstance(thinking, dict) else None
    return budget if isinstance(budget, int) else 0


def _system(request: Request, cache: Any, *, told: bool) -> list[Block]:
    """The instructions and every system message; the API has one place for them, before the conversation. `told`: an output's schema
    that the model cannot be held to is said here."""
    texts = [request.instructions, *(message.text for message in request.messages if message.role == "system")]
    if told and request.output is not None:
        texts.append(f"Your answer is one JSON value of this schema, and nothing else:\n{json.dumps(request.output.schema, ensure_ascii=False)}")
    blocks: list[Block] = [{"type": "text", "text": text} for text in texts if text.strip()]
    if blocks and cache:
        blocks[-1]["cache_control"] = cache  # what stands before the conversation is the same for every new one
    return blocks


def _mark_last(turns: list[Block], cache: Any) -> None:
    """Put the cache's marker on the last block that may have one; blocks are shared with other requests and stay as they are."""
    if turns:
        content = list(turns[-1]["content"])
        for place in range(len(content) - 1, -1, -1):
            if content[place]["type"] not in _THINKING:
                content[place] = {**content[place], "cache_control": cache}
                turns[-1] = {**turns[-1], "content": content}
                return


def _tools(request: Request, *, strictly: bool) -> list[Block]:
    """The tools, and Anthropic's own. One of these that has the name of one of ours (memory, bash) is told in its stead: ours runs it."""
    own = list(request.params.get("tools") or ())
    names = {tool.get("name") for tool in own if isinstance(tool, dict)}
    return [*(_tool(tool, strictly=strictly) for tool in request.tools if tool.name not in names), *own]


def _tool(tool: ToolSpec, *, strictly: bool) -> Block:
    """Strict only where that is asked for: each such schema is compiled before the first answer, a request may hold 20 of them, and
    arguments are checked here in any case."""
    held = closed(tool.parameters) if tool.strict and strictly else None
    strict = {"strict": True} if held is not None else {}
    return {"name": tool.name, "description": tool.description, "input_schema": held or tool.parameters, **strict}


def _choice(name: str) -> Block:
    match name:
        case "none":
            return {"type": "none"}
        case "required":
            return {"type": "any"}
        case _:
            return {"type": "tool", "name": name}


def _container(request: Request, provider: str) -> str | None:
    """The container in which Anthropic's own tools ran last: calls that wait for results of ours wait in there."""
    for message in reversed(request.messages):
        for part in reversed(message.parts):
            if isinstance(part, TextPart) and (container := _mine(part, As(provider, request.model)).get("container")):
                return str(container)
    return None


def _turns(request: Request, turned: Turned, as_: As) -> list[Block]:
    """User and assistant in turn, with the results of tools first in their turn, as the API wants it."""
    turns: list[Block] = []
    for message in request.messages:
        if message.role == "system" or not (blocks := turned(message, as_)):
            continue
        role = "assistant" if message.role == "assistant" else "user"
        if turns and turns[-1]["role"] == role:
            blocks = [*turns.pop()["content"], *blocks]
            if role == "user":
                blocks = sorted(blocks, key=_after_results)
        turns.append({"role": role, "content": blocks})
    return _paired(turns)


def _paired(turns: list[Block]) -> list[Block]:
    """Turns in which every call has its result and every result its call, as in a conversation that nobody cut: a call that was never
    answered gets a result that says so, what answers no call is text."""
    called: list[str] = []
    for place, turn in enumerate(turns):
        content = turn["content"]
        if turn["role"] == "assistant":
            called = [block["id"] for block in content if block["type"] == "tool_use"]
            continue
        answered = [block["tool_use_id"] for block in content if block["type"] == "tool_result"]
        if sorted(answered) != sorted(called):
            unanswered: list[Block] = [{"type": "tool_result", "tool_use_id": each, "content": "(never run)", "is_error": True} for each in called]
            paired = [block for block in unanswered if block["tool_use_id"] not in answered]
            for block in content:
                paired += [block] if block["type"] != "tool_result" or block["tool_use_id"] in called else _as_text(block)
            turns[place] = {**turn, "content": sorted(paired, key=_after_results)}
        called = []
    return turns


def _as_text(result: Block) -> list[Block]:
    content = result.get("content", "")
    rest = [{"type": "text", "text": content}] if isinstance(content, str) and content else content or []
    return [{"type": "text", "text": "[the result of a call that is not shown]"}, *rest]


def _after_results(block: Block) -> bool:
    return bool(block["type"] != "tool_result")


def turned(message: Message, as_: Hashable) -> Sequence[Block]:
    assert isinstance(as_, As)
    if message.role != "assistant":
        return [block for part in message.parts if (block := _block(part, as_)) is not None]
    blocks = _answer(message.parts, as_)
    if message.finish_reason in _PARTIAL:
        blocks = _without_unanswered(blocks)
        if not message.tool_calls:  # thinking must be followed by the whole of what came after it
            blocks = [block for block in blocks if block["type"] not in _THINKING]
    while blocks and blocks[-1]["type"] in _THINKING:
        blocks.pop()
    return blocks


def _answer(parts: Sequence[Part], as_: As) -> list[Block]:
    """The blocks of an answer in the order they came in. The result of a tool of Anthropic's own stands behind its call, or, where other
    blocks came between the two, behind as many parts as its metadata says."""
    blocks: list[Block] = []
    late: list[tuple[int, int, Block]] = []
    for place, part in enumerate(parts):
        if isinstance(part, ServerToolPart):
            mine = _mine(part, as_)
            blocks += [mine["use"]] if "use" in mine else []
            if "result" in mine and "at" in mine:
                after, turn = mine["at"]
                late.append((place + after, turn, mine["result"]))
            elif "result" in mine:
                blocks.append(mine["result"])
        elif isinstance(part, FilePart):  # another provider's model made it: answers of this API hold no files
            blocks.append(named(part))
        elif (block := _block(part, as_)) is not None:
            blocks.append(block)
        due = sorted((each for each in late if each[0] <= place), key=lambda each: each[1])
        blocks += [block for _, _, block in due]
        late = [each for each in late if each not in due]
    return blocks + [block for _, _, block in sorted(late, key=lambda each: each[1])]


def _without_unanswered(blocks: list[Block]) -> list[Block]:
    """What was cut off keeps no call of Anthropic's tools that has no result, nor what such a call's code called."""
    answered = {block.get("tool_use_id") for block in blocks}
    open_ = {block.get("id") for block in blocks if block["type"] in _CALLS} - answered
    kept: list[Block] = []
    for block in blocks:
        inside = isinstance(caller := block.get("caller"), dict) and caller.get("tool_id") in open_
        if block["type"] == "tool_use" and inside:
            kept.append({key: value for key, value in block.items() if key != "caller"})
        elif not inside and not (block["type"] in _CALLS and block.get("id") in open_):
            kept.append(block)
    return kept


def _block(part: Part, as_: As) -> Block | None:
    match part:
        case TextPart(text=text):
            mine = _mine(part, as_)
            if "block" in mine:
                return dict(mine["block"])
            cited = {"citations": mine["citations"]} if "citations" in mine else {}
            return {"type": "text", "text": text, **cited} if text.strip() else None
        case ReasoningPart(text=text):
            mine = _mine(part, as_)
            if "data" in mine:
                return {"type": "redacted_thinking", "data": mine["data"]}
            return {"type": "thinking", "thinking": text, "signature": mine["signature"]} if "signature" in mine else None
        case ToolCallPart():
            call = {"type": "tool_use", "id": _id(part.id), "name": sendable_name(part.name), "input": _input(part.arguments)}
            return call | {key: value for key, value in _mine(part, as_).items() if key != "model" and key not in call}
        case ToolResultPart():
            return _result(part, as_)
        case FilePart():
            return _file(part, as_)
        case _:
            return None


def _mine(part: Part, as_: As) -> dict[str, Any]:
    return left(part, as_.provider, as_.model, Left)


def _result(part: ToolResultPart, as_: As) -> Block:
    block: Block = {"type": "tool_result", "tool_use_id": _id(part.id)}
    text = part.content if part.content.strip() else "(nothing)" if part.is_error else ""
    if part.files:
        files = [_file(file, as_) if is_taken(file) else named(file) for file in part.files]
        block["content"] = [*([{"type": "text", "text": text}] if text else []), *files]
    elif text:
        block["content"] = text
    if part.is_error:
        block["is_error"] = True
    return block


def _file(part: FilePart, as_: As) -> Block:
    return file_block(part, provider=as_.provider, cited=as_.cited)


def _id(call_id: str) -> str:
    """A call's id with the characters that the API allows: other providers' ids have others."""
    return re.sub(r"[^A-Za-z0-9_-]", "_", call_id)


def _input(arguments: str) -> dict[str, Any]:
    """A call's arguments as an object; text that is none is shown to the model that wrote it."""
    try:
        return msgspec.json.decode(arguments or "{}", type=dict[str, Any])
    except msgspec.DecodeError:
        return {"not_json": arguments}
