"""A request as the body of Bedrock's ConverseStream.

The rule: what a model does not take is not sent but noted; what it thought goes back exactly as it came, and only to it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Sequence
from typing import Any, NamedTuple, TypedDict

import msgspec

from nbagent.messages import FilePart, Message, Part, ReasoningPart, ServerToolPart, TextPart, ToolCallPart, ToolResultPart
from nbagent.provider import Request
from nbagent.providers.bedrock.decode import NAME
from nbagent.providers.bedrock.files import block_of, named_apart
from nbagent.providers.bedrock.models import Model, known
from nbagent.providers.bedrock.tools import chosen, held_to, told, tool_config
from nbagent.providers.carriers.left import left
from nbagent.tools import sendable_name

Wire = dict[str, Any]
Turned = Callable[[Message, Hashable], Sequence[Wire]]
"""A message for a model as the blocks it has on the wire."""

_INFERENCE = {  # a parameter -> what Converse calls it for every model
    "max_tokens": "maxTokens", "maxTokens": "maxTokens", "temperature": "temperature", "top_p": "topP", "topP": "topP",
    "stop": "stopSequences", "stop_sequences": "stopSequences", "stopSequences": "stopSequences",
}  # fmt: skip
_SAMPLING = ("temperature", "topP", "top_k")
_OF_THE_BODY = {  # in Python's spelling or in AWS's
    "guardrail_config": "guardrailConfig", "request_metadata": "requestMetadata", "performance_config": "performanceConfig",
    "service_tier": "serviceTier", "prompt_variables": "promptVariables", "output_config": "outputConfig", "inference_config": "inferenceConfig",
    "additional_model_request_fields": "additionalModelRequestFields",
    "additional_model_response_field_paths": "additionalModelResponseFieldPaths",
}  # fmt: skip
_OURS = ("timeout", "stream", "cache_point", "tools", "effort")
_PARTIAL = ("cancelled", "error")
_CACHE: Wire = {"type": "default"}
_THOUGHT = "reasoningContent"


class Left(TypedDict, total=False):
    """What a model on Bedrock leaves with its parts."""

    citations: list[Wire]
    redacted: str
    signature: str
    type: str | None
    result: Wire


class Fitted(NamedTuple):
    """What the parameters put into the body, and what a person should know of the rest."""

    body: Wire
    notes: list[str]


def fitted(request: Request) -> Fitted:
    """The parameters as the model takes them; what Converse has no name for goes to the model as it is. None is left out."""
    model, body, notes = known(request.model), Wire(), list[str]()
    inference, more = Wire(), Wire()
    for key, value in request.params.items():
        name = _INFERENCE.get(key, key)
        if value is None or key in _OURS:
            continue
        if name in _SAMPLING and not model.sampling:
            notes.append(f"{request.model} takes no {key}: it is left out.")
        elif key in _INFERENCE:
            inference[name] = [value] if name == "stopSequences" and isinstance(value, str) else value
        elif (place := _OF_THE_BODY.get(key, key)) in _OF_THE_BODY.values():
            body[place] = dict(value) if isinstance(value, dict) else value
        else:
            more[key] = value
    if inference:
        body["inferenceConfig"] = {**body.get("inferenceConfig", {}), **inference}
    if more:
        body["additionalModelRequestFields"] = {**body.get("additionalModelRequestFields", {}), **more}
    if (effort := request.params.get("effort")) is not None:
        _put_effort(effort, model, request.model, body, notes)
    if (held := held_to(request)) is not None:
        body["outputConfig"] = {**body.get("outputConfig", {}), "textFormat": held}
    if note := chosen(request, model)[1]:
        notes.append(note)
    return Fitted(body, notes)


def _put_effort(effort: Any, model: Model, name: str, body: Wire, notes: list[str]) -> None:
    if not model.effort:
        notes.append(f"{name} takes no effort: it is left out.")
        return
    *path, last = model.effort
    place = body
    for key in path:
        place = place.setdefault(key, {})
    place[last] = {"type": "enabled", "maxReasoningEffort": effort} if last == "reasoningConfig" else effort


def to_wire(request: Request, turned: Turned | None = None) -> Wire:
    """The exact JSON body; `turned` may remember what messages look like. Raises `ConfigError` for a file that cannot be sent."""
    model = known(request.model)
    cache = request.params.get("cache_point", _CACHE)
    point: list[Wire] = [{"cachePoint": _CACHE if cache is True else cache}] if cache else []
    turns = named_apart(_turns(request, turn if turned is None else turned))
    wire: Wire = {"messages": turns}
    texts = [request.instructions, *(message.text for message in request.messages if message.role == "system"), told(request)]
    if system := [{"text": text} for text in texts if text.strip()]:
        wire["system"] = [*system, *(point if "system" in model.caches else ())]
    if config := tool_config(request, model, point if "tools" in model.caches else []):
        wire["toolConfig"] = config
    if point and "messages" in model.caches and turns and turns[-1]["role"] == "user":
        turns[-1] = {"role": "user", "content": [*turns[-1]["content"], *point]}
    return wire | fitted(request).body


# -- messages ---------------------------------------------------------------------------------------------------------


def _turns(request: Request, turned: Turned) -> list[Wire]:
    """User and assistant in turn, with the results of tools first in their turn."""
    turns: list[Wire] = []
    for message in request.messages:
        if message.role == "system" or not (blocks := turned(message, request.model)):
            continue
        role = "assistant" if message.role == "assistant" else "user"
        if turns and turns[-1]["role"] == role:
            blocks = [*turns.pop()["content"], *blocks]
            if role == "user":
                blocks = sorted(blocks, key=lambda block: "toolResult" not in block)
        turns.append({"role": role, "content": blocks})
    return turns


def turn(message: Message, model: Hashable) -> Sequence[Wire]:
    """The blocks of one message for a model."""
    blocks = [block for part in message.parts for block in _blocks(part, model, own=message.role == "assistant")]
    if message.role != "assistant":
        if any("document" in block for block in blocks) and not any("text" in block for block in blocks):
            blocks.append({"text": "(a document)"})  # one is refused without a word beside it
        return blocks
    if message.finish_reason in _PARTIAL and not message.tool_calls:  # thinking must be followed by the whole of what came after it
        blocks = [block for block in blocks if _THOUGHT not in block]
    while blocks and _THOUGHT in blocks[-1]:
        blocks.pop()
    return blocks


def _blocks(part: Part, model: Hashable, *, own: bool) -> list[Wire]:
    match part:
        case TextPart(text=text) if text.strip():
            cited = _mine(part, model).get("citations")
            return [{"citationsContent": {"content": [{"text": text}], "citations": cited}}] if cited else [{"text": text}]
        case ReasoningPart(text=text):
            mine = _mine(part, model)
            if "redacted" in mine:
                return [{_THOUGHT: {"redactedContent": mine["redacted"]}}]
            return [{_THOUGHT: {"reasoningText": {"text": text, "signature": mine["signature"]}}}] if "signature" in mine else []
        case ToolCallPart():
            return [{"toolUse": {"toolUseId": _id(part.id), "name": sendable_name(part.name), "input": _input(part.arguments)}}]
        case ToolResultPart():
            return [_result(part, known(str(model)))]
        case ServerToolPart():
            return _served(part, _mine(part, model))
        case FilePart() if not own:  # no model takes an image back as its own
            return [block_of(part)]
        case _:
            return []


def _mine(part: Part, model: Hashable) -> Wire:
    return left(part, NAME, str(model), Left)


def _result(part: ToolResultPart, model: Model) -> Wire:
    content: list[Wire] = [{"text": part.content}] if part.content.strip() else []
    content += [block_of(file) for file in part.files]
    block: Wire = {"toolUseId": _id(part.id), "content": content or [{"text": "(nothing)"}]}
    if part.is_error and model.status:
        block["status"] = "error"
    return {"toolResult": block}


def _served(part: ServerToolPart, mine: Wire) -> list[Wire]:
    """A call of AWS's own tool with its result; without one the model would wait for it."""
    if "result" not in mine:
        return []
    use = {"toolUseId": _id(part.id), "name": sendable_name(part.name), "input": _input(part.arguments), "type": mine.get("type")}
    return [{"toolUse": use}, {"toolResult": {"toolUseId": _id(part.id), **mine["result"]}}]


def _id(call_id: str) -> str:
    """A call's id with the characters and the length that the API allows: other providers' ids have others."""
    return re.sub(r"[^A-Za-z0-9_.:-]", "_", call_id)[-64:] or "_"


def _input(arguments: str) -> Wire:
    """A call's arguments as an object; text that is none is shown to the model that wrote it."""
    try:
        return msgspec.json.decode(arguments or "{}", type=dict[str, Any])
    except (msgspec.DecodeError, UnicodeEncodeError, RecursionError):
        return {"not_json": arguments.encode("utf-8", "replace").decode()}
