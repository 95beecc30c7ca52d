"""A request's parameters and tools as the fields of Google's ``generateContent``, with notes on what is left out.

The rule: what a model does not take is never sent, and never left out without a word. Google's own names are taken in both
of their spellings (``top_k``, ``topK``); what this file does not know goes through ``generation_config={...}`` as it is.
"""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from nbagent.provider import Request
from nbagent.providers.google.models import Model, row
from nbagent.providers.google.schema import for_gemini

Wire = dict[str, Any]

_OF_THE_ANSWER = {
    "temperature", "topP", "topK", "maxOutputTokens", "stopSequences", "seed", "presencePenalty", "frequencyPenalty", "responseLogprobs", "logprobs",
    "responseMimeType", "responseSchema", "responseJsonSchema", "responseModalities", "mediaResolution", "speechConfig", "imageConfig", "audioTimestamp",
    "enableEnhancedCivicAnswers", "routingConfig", "modelSelectionConfig", "audioTranscriptionConfig",
}  # fmt: skip
_OF_THE_BODY = {"safetySettings", "cachedContent", "labels", "serviceTier", "store", "modelArmorConfig"}
_ONLY = {  # what only one of the two doors takes
    "routingConfig": "vertex", "modelSelectionConfig": "vertex", "audioTimestamp": "vertex", "modelArmorConfig": "vertex", "store": "google",
    "enableEnhancedCivicAnswers": "google", "retrieval": "vertex", "enterpriseWebSearch": "vertex", "parallelAiSearch": "vertex", "exaAiSearch": "vertex",
    "fileSearch": "google", "mcpServers": "google",
}  # fmt: skip
_RENAMED = {"maxTokens": "maxOutputTokens", "maxCompletionTokens": "maxOutputTokens", "stop": "stopSequences"}
_ELSEWHERE = {"timeout", "tools", "toolConfig", "generationConfig", "streamFunctionCallArguments"}
_THINKING = {"thinkingConfig", "thinkingLevel", "thinkingBudget", "includeThoughts", "reasoningEffort"}
_BUDGETS = {"none": 0, "minimal": 1_024, "low": 1_024, "medium": 8_192, "high": 24_576}  # Google's own reading of an effort, in tokens of thought
_UNDERSCORED = re.compile(r"_([a-z])")


class Fitted(NamedTuple):
    """What goes beside the conversation, and what a person should know of what does not."""

    body: Wire
    notes: list[str]


def fitted(request: Request, *, cloud: bool = False) -> Fitted:
    """Everything but the conversation. `cloud`: for Vertex, which takes a little more and a little less."""
    known, notes = row(request.model), list[str]()
    given = {camel(key): value for key, value in request.params.items() if value is not None}
    body, answer = Wire(), _camelled(given.get("generationConfig"))
    for key, value in given.items():
        name = _RENAMED.get(key, key)
        if _elsewhere(name, cloud=cloud):
            notes.append(_only_there(key))
        elif name in _OF_THE_ANSWER:
            answer[name] = [value] if name == "stopSequences" and isinstance(value, str) else value
        elif name in _OF_THE_BODY:
            body[name] = value
        elif name not in _ELSEWHERE | _THINKING:
            notes.append(_left_out(request, next(spelled for spelled in request.params if camel(spelled) == key)))
    if thinking := _thinking(request, given, known, notes):
        answer["thinkingConfig"] = thinking
    tools = _tools(request, known, cloud=cloud, notes=notes)
    if request.output is not None:
        if known.third or not tools:
            answer |= {"responseMimeType": "application/json", "responseJsonSchema": for_gemini(request.output.schema)}
        else:
            notes.append(f"{request.model} cannot hold its answer to a schema beside tools: the schema is left out")
    config = _tool_config(request, given, tools, cloud=cloud, notes=notes)
    return Fitted({key: value for key, value in {"tools": tools, "toolConfig": config, "generationConfig": answer, **body}.items() if value}, notes)


def camel(name: str) -> str:
    """``top_p`` as ``topP``."""
    return _UNDERSCORED.sub(lambda match: match[1].upper(), str(name))


def _camelled(given: Any) -> Wire:
    """A parameter that is an object, with the names of its fields as they are on the wire."""
    return {camel(key): value for key, value in given.items()} if isinstance(given, dict) else {}


def _elsewhere(name: str, *, cloud: bool) -> bool:
    return name in _ONLY and (_ONLY[name] == "vertex") is not cloud


def _only_there(name: str) -> str:
    return f"{_underscored(name)} is taken by {_ONLY[camel(name)]} only: it is left out"


def _left_out(request: Request, name: str) -> str:
    return f"{request.model} takes no {name}: it is left out"


def _thinking(request: Request, given: Wire, known: Model, notes: list[str]) -> Wire:
    """Thoughts are asked for where a model has them: else they are paid for and never seen."""
    config = _camelled(given.get("thinkingConfig"))
    config |= {key: given[key] for key in ("thinkingLevel", "thinkingBudget", "includeThoughts") if key in given}
    if isinstance(effort := given.get("reasoningEffort"), str):
        config |= {"thinkingLevel": effort} if known.levels else {"thinkingBudget": _BUDGETS.get(effort.lower(), -1)}
    if not known.thinks:
        notes.extend(_left_out(request, _underscored(name)) for name, value in config.items() if value)
        return {}
    if isinstance(level := config.get("thinkingLevel"), str):
        config["thinkingLevel"] = level.upper()
        if level.upper() not in known.levels:
            notes.append(_left_out(request, f"thinking_level {level!r}" if known.levels else "thinking_level"))
            del config["thinkingLevel"]
        elif config.pop("thinkingBudget", None) is not None:
            notes.append(f"{request.model} takes a thinking_level or a thinking_budget: the budget is left out")
    return {"includeThoughts": config.get("thinkingBudget") != 0} | config


def _underscored(name: str) -> str:
    return re.sub(r"[A-Z]", lambda match: "_" + match[0].lower(), name)


def _tools(request: Request, known: Model, *, cloud: bool, notes: list[str]) -> list[Wire]:
    """The functions as one tool, and Google's own as they were given: ``tools=[{"google_search": {}}]``, or their names."""
    given = request.params.get("tools") or ()
    own: list[Wire] = []
    for tool in given if isinstance(given, (list, tuple)) else [given]:
        name = tool if isinstance(tool, str) else str(next(iter(tool), "")) if isinstance(tool, dict) else ""
        if not name:
            notes.append(f"{tool!r} is no tool: it is left out")
        elif _elsewhere(camel(name), cloud=cloud):
            notes.append(_only_there(name))
        else:
            own.append({tool: {}} if isinstance(tool, str) else tool)
    if not request.tools:
        return own
    if not known.tools:
        notes.append(f"{request.model} cannot call functions: the tools are left out")
        return own
    if own and not known.third:
        notes.append(f"{request.model} cannot use Google's own tools beside functions: they are left out")
        own = []
    functions = []
    for tool in request.tools:
        function: Wire = {"name": tool.name, "description": tool.description}
        if tool.parameters.get("properties"):
            function["parametersJsonSchema"] = for_gemini(tool.parameters)
        functions.append(function)
    return [{"functionDeclarations": functions}, *own]


def _tool_config(request: Request, given: Wire, tools: list[Wire], *, cloud: bool, notes: list[str]) -> Wire:
    config, calling = Wire(), Wire()
    functions = any("functionDeclarations" in tool for tool in tools)
    if functions and request.tool_choice != "auto":
        named = request.tool_choice not in ("none", "required")
        calling["mode"] = "NONE" if request.tool_choice == "none" else "ANY"
        if named:
            calling["allowedFunctionNames"] = [request.tool_choice]
    elif functions and row(request.model).third and any(tool.strict for tool in request.tools):
        calling["mode"] = "VALIDATED"  # free to call or not, but held to the schemas
    if given.get("streamFunctionCallArguments"):
        if not (cloud and row(request.model).third):
            notes.append(_left_out(request, "stream_function_call_arguments") + ("" if cloud else " (Vertex does)"))
        elif functions:
            calling["streamFunctionCallArguments"] = True
    if functions and len(tools) > 1 and not cloud:
        config["includeServerSideToolInvocations"] = True  # without it the two kinds of tools are refused together
    own = _camelled(given.get("toolConfig"))
    calling |= _camelled(own.pop("functionCallingConfig", None))
    if calling:
        config["functionCallingConfig"] = calling
    return config | own
