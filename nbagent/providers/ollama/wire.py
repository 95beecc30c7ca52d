"""A request as the body of Ollama's ``POST /api/chat``.

The rule: what Ollama would ignore in silence is not sent but noted; a model's reasoning goes back only to that model.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from typing import Any, NamedTuple

import msgspec

from nbagent.dialects import inlined
from nbagent.errors import ConfigError
from nbagent.messages import FilePart, Message, ReasoningPart, TextPart, ToolCallPart
from nbagent.provider import Request
from nbagent.providers.carriers.left import left
from nbagent.providers.ollama.decode import NAME
from nbagent.tools import ToolSpec, sendable_name

Wire = dict[str, Any]
Turned = tuple[Sequence[Wire], Sequence[FilePart]]
"""A message on the wire: its messages there, and images that must wait for a user's message."""

_OPTIONS = {  # what Ollama calls an option of the model: it goes into `options`
    "num_ctx", "num_predict", "num_keep", "num_batch", "num_gpu", "main_gpu", "num_thread", "use_mmap", "draft_num_predict", "temperature", "top_p",
    "top_k", "min_p", "typical_p", "seed", "stop", "repeat_penalty", "repeat_last_n", "presence_penalty", "frequency_penalty",
    "mirostat", "mirostat_eta", "mirostat_tau", "penalize_newline", "tfs_z", "numa", "low_vram", "use_mlock",
}  # fmt: skip
_RENAMED = {"max_tokens": "num_predict", "max_completion_tokens": "num_predict", "max_output_tokens": "num_predict", "stop_sequences": "stop"}
_OF_THE_BODY = {"think", "format", "keep_alive", "truncate", "shift", "logprobs", "top_logprobs"}
_OURS = {"timeout", "options", "stream"}
_AUDIO = ("audio/wav", "audio/x-wav", "audio/mpeg", "audio/mp3")  # models that hear take sounds where images go


class Fitted(NamedTuple):
    """What of the parameters goes into the body, what into `options`, and what a person should know of the rest."""

    body: Wire
    options: Wire
    notes: list[str]


def fitted(request: Request) -> Fitted:
    """The parameters as Ollama takes them; None is left out."""
    given = request.params.get("options")
    body, options, notes = Wire(), Wire(given) if isinstance(given, dict) else Wire(), list[str]()
    for key, value in request.params.items():
        name = _RENAMED.get(key, key)
        if value is None or key in _OURS:
            continue
        if name in _OPTIONS:
            options[name] = [value] if name == "stop" and isinstance(value, str) else value
        elif name in _OF_THE_BODY:
            body[name] = value
        else:
            notes.append(f"Ollama takes no {key}: it is left out. What a server of yours takes beside the known names goes into options={{...}}.")
    tools = offered(request)
    if request.tools and request.tool_choice == "required":
        notes.append("Ollama cannot make a model call a tool: tool_choice='required' is left out.")
    if request.output is not None:
        if tools:
            notes.append("Ollama cannot hold an answer to a schema while tools are offered: the model is told the schema instead.")
        else:
            body["format"] = request.output.schema
    return Fitted(body, options, notes)


def offered(request: Request) -> tuple[ToolSpec, ...]:
    """The tools that are sent: Ollama's API has no tool choice, so that a choice is what is there to choose from."""
    match request.tool_choice:
        case "auto" | "required":
            return request.tools
        case "none":
            return ()
        case name:
            return tuple(tool for tool in request.tools if tool.name == name)


def to_wire(request: Request, turned: Callable[[Message, Hashable], Turned] | None = None) -> Wire:
    """The exact JSON body; `turned` may remember what messages look like. Raises `ConfigError` for a file that cannot be sent."""
    wire: Wire = {"model": request.model, "messages": _messages(request, turn if turned is None else turned), "stream": True}
    if tools := offered(request):
        wire["tools"] = [
            {"type": "function", "function": {"name": tool.name, "description": tool.description, "parameters": _parameters(tool.parameters)}} for tool in tools
        ]
    body, options, _ = fitted(request)
    return wire | body | ({"options": options} if options else {})


def _parameters(schema: Wire) -> Wire:
    """A tool's schema in the keywords that Ollama reads; the others it drops in silence."""
    made: Wire = _read(inlined(schema))
    return made if "properties" in made else {**made, "properties": {}}


def _read(value: Any) -> Any:
    if isinstance(value, list):
        return [_read(each) for each in value]
    if not isinstance(value, dict):
        return value
    made = {("anyOf" if key == "oneOf" and isinstance(each, list) else key): _read(each) for key, each in value.items()}
    if "const" in value and not isinstance(value["const"], dict):  # an object is a parameter of that name
        made["enum"] = [made.pop("const")]
    return made


def _messages(request: Request, turned: Callable[[Message, Hashable], Turned]) -> list[Wire]:
    instructions = request.instructions
    if request.output is not None and offered(request):
        schema = msgspec.json.encode(request.output.schema).decode()
        instructions = f"{instructions}\n\nThe last answer, after all calls of tools, is JSON of this schema and nothing else:\n{schema}".lstrip()
    wire: list[Wire] = [{"role": "system", "content": instructions}] if instructions else []
    shown: list[FilePart] = []  # what tools made for the eye: it follows when all calls have their answers
    for message in request.messages:
        if shown and message.role != "tool":
            wire.append(_look(shown))
            shown = []
        said, files = turned(message, request.model)
        wire += said
        shown = [*shown, *files] if files else shown
    return [*wire, _look(shown)] if shown else wire


def _look(files: Sequence[FilePart]) -> Wire:
    return {"role": "user", "content": "What the tools made:", "images": [_image(file) for file in files]}


def turn(message: Message, model: Hashable) -> Turned:
    """One message for a model."""
    match message.role:
        case "system":
            return [{"role": "system", "content": message.text}], ()
        case "assistant":
            return _answer(message, model), ()
        case "tool":
            results = message.tool_results
            said = [{"role": "tool", "tool_name": sendable_name(part.name), "tool_call_id": part.id, "content": part.content} for part in results]
            return said, [file for part in results for file in part.files]
        case _:
            return [_written(message)], ()


def _written(message: Message) -> Wire:
    """A person's message: Ollama has one text and a list of images for it."""
    texts: list[str] = []
    images: list[str] = []
    for part in message.parts:
        match part:
            case TextPart(text=text):
                texts.append(text)
            case FilePart(media_type=kind, data=data) if data is not None and (kind.startswith("text/") or kind == "application/json"):
                texts.append(f"{part.name or 'file'}:\n\n{data.decode('utf-8', 'replace')}")
            case FilePart():
                images.append(_image(part))
    return {"role": "user", "content": "\n\n".join(texts)} | ({"images": images} if images else {})


def _image(part: FilePart) -> str:
    kind = part.media_type.partition(";")[0].strip().lower()
    if not (kind.startswith("image/") or kind in _AUDIO):
        raise ConfigError(f"{NAME}: a file of the type {kind} cannot be given to a model.", "Ollama takes images, sounds (wav, mp3) and text.")
    if part.data is None:
        raise ConfigError(f"{NAME}: a file cannot be given as a URL.", "Ollama takes the bytes only.", "FilePart.from_path(...), or FilePart(type, data=...).")
    return part.base64()


def _answer(message: Message, model: Hashable) -> list[Wire]:
    said: Wire = {"role": "assistant", "content": message.text}
    thought = "".join(part.text for part in message.parts if isinstance(part, ReasoningPart) and _mine(part, model))
    if thought:
        said["thinking"] = thought
    if images := [_image(part) for part in message.parts if isinstance(part, FilePart) and part.data is not None]:
        said["images"] = images
    if calls := message.tool_calls:
        said["tool_calls"] = [_call(call) for call in calls]
    return [said] if message.text or thought or images or calls else []


def _mine(part: ReasoningPart, model: Hashable) -> bool:
    return bool(left(part, NAME, str(model), Wire))


def _call(call: ToolCallPart) -> Wire:
    try:
        arguments = msgspec.json.decode(call.arguments or "{}", type=dict[str, Any])
    except (msgspec.DecodeError, UnicodeEncodeError, RecursionError):
        arguments = {"not_json": call.arguments.encode("utf-8", "replace").decode()}
    return {"id": call.id, "type": "function", "function": {"name": sendable_name(call.name), "arguments": arguments}}
