"""Tools and the answer's schema as Converse takes them.

The rule: a schema is sent in the part of JSON Schema that the model takes; what it cannot be held to, it is told.
"""

from __future__ import annotations

from typing import Any

import msgspec

from nbagent.dialects import closed, inlined
from nbagent.provider import Request
from nbagent.providers.bedrock.models import Model
from nbagent.providers.carriers.transport import checked
from nbagent.tools import ToolSpec, sendable_name

Wire = dict[str, Any]


def held_to(request: Request) -> Wire | None:
    """The format of the answer; None where there is none, or none that it can be held to."""
    if request.output is None or not request.output.strict or (schema := closed(request.output.schema)) is None:
        return None
    said = {"name": request.output.name, "schema": msgspec.json.encode(schema).decode()}
    return {"type": "json_schema", "structure": {"jsonSchema": said}}


def told(request: Request) -> str:
    """What the model is told of a schema that it cannot be held to."""
    if request.output is None or held_to(request) is not None:
        return ""
    return f"Your answer is one JSON value of this schema, and nothing else:\n{msgspec.json.encode(request.output.schema).decode()}"


def tool_config(request: Request, model: Model, point: list[Wire]) -> Wire:
    """The tools and which of them is to be called. A conversation that holds calls is refused without any: then they are named."""
    checked(request.params, lists=("tools",))
    called = _called(request)
    tools = [] if request.tool_choice == "none" and not called else [_tool(tool, model) for tool in request.tools]
    tools += request.params.get("tools") or ()
    if called and not tools:
        empty = {"json": {"type": "object", "properties": {}}}
        tools = [{"toolSpec": {"name": name, "description": "No longer here: not to be called.", "inputSchema": empty}} for name in called]
    if not tools:
        return {}
    choice, _ = chosen(request, model)
    return {"tools": [*tools, *point]} | ({"toolChoice": choice} if choice else {})


def _tool(tool: ToolSpec, model: Model) -> Wire:
    """Strict only where that is asked for: such a schema is compiled before the first answer, which can take minutes."""
    held = closed(tool.parameters) if tool.strict and model.can.output_schema else None
    spec: Wire = {"name": tool.name, "inputSchema": {"json": held or (tool.parameters if model.references else inlined(tool.parameters))}}
    if tool.description.strip():
        spec["description"] = tool.description
    return {"toolSpec": spec if held is None else {**spec, "strict": True}}


def chosen(request: Request, model: Model) -> tuple[Wire, str]:
    """The tool choice on the wire, and what is to be said where the model does not take it."""
    if not request.tools or request.tool_choice == "auto":
        return {}, ""
    kind, choice = "named", Wire(tool={"name": request.tool_choice})
    match request.tool_choice:
        case "none":
            return {}, "Bedrock cannot forbid calls once the conversation holds some: the tools are offered as they are." if _called(request) else ""
        case "required":
            kind, choice = "required", Wire(any={})
    if kind in model.choices and not _thinks(request):
        return choice, ""
    return {}, f"{request.model} cannot be made to call a tool: tool_choice={request.tool_choice!r} is left out."


def _thinks(request: Request) -> bool:
    """Whether Claude is asked to think: then it is refused to make it call a tool."""
    thinking = request.params.get("thinking")
    return isinstance(thinking, dict) and thinking.get("type") in ("enabled", "adaptive")


def _called(request: Request) -> list[str]:
    """The names of the tools that the conversation holds calls of, each once."""
    return list(dict.fromkeys(sendable_name(call.name) for message in request.messages for call in message.tool_calls))
