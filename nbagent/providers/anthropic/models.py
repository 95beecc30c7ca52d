"""What Anthropic's models take and can: one table, and a request's parameters fitted to it.

The rule: a parameter that a model would refuse is not sent, and what was done instead is said in a note. Numbers are from
Anthropic's pages on its models and on thinking (November 2026); a model that is not known yet is like the newest.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from nbagent.provider import Capabilities, Request
from nbagent.providers.carriers.transport import checked

NAME = "anthropic"

_SAMPLING = ("temperature", "top_p", "top_k")
_BUDGET = 8_000  # tokens of thought where one says only that a model of the budgeted kind is to think
_HOURS = ("5m", "1h")
_CACHE = {"type": "ephemeral"}

_NONE = frozenset(("disabled",))
_BUDGETED = frozenset(("enabled", "disabled"))
_EITHER = frozenset(("enabled", "adaptive", "disabled"))
_ADAPTIVE = frozenset(("adaptive", "disabled", "between_tools"))
_ALWAYS = frozenset(("adaptive",))


class Model(NamedTuple):
    """`max_tokens` is what is asked for where nobody says (the API requires it), `sampling` whether temperature is taken, `thinking`
    the kinds of it that are taken, `effort` whether that is, `output` whether answers and calls can be held to a schema."""

    max_tokens: int
    sampling: bool
    thinking: frozenset[str]
    effort: bool = True
    output: bool = True
    window: int | None = 1_000_000
    max_output: int | None = 128_000
    documents: bool = True


_OTHER = Model(8_192, sampling=True, thinking=_EITHER | _ADAPTIVE, output=False, window=None, max_output=None, documents=False)
_OPUS_4 = Model(32_000, sampling=True, thinking=_BUDGETED, effort=False, output=False, window=200_000, max_output=32_000)

_MODELS = {  # the longest beginning of a name that fits counts; what stands before "claude-" (a cloud's prefixes) does not
    "": _OTHER,  # another vendor's model behind the same API
    "claude-": Model(32_000, sampling=False, thinking=_ADAPTIVE),
    "claude-3-": Model(4_096, sampling=True, thinking=_NONE, effort=False, output=False, window=200_000, max_output=4_096, documents=False),
    "claude-3-5-": Model(8_192, sampling=True, thinking=_NONE, effort=False, output=False, window=200_000, max_output=8_192),
    "claude-3-7-": Model(32_000, sampling=True, thinking=_BUDGETED, effort=False, output=False, window=200_000, max_output=64_000),
    "claude-opus-4": _OPUS_4,
    "claude-sonnet-4": _OPUS_4._replace(max_output=64_000),
    "claude-haiku-4": _OPUS_4._replace(max_output=64_000, output=True),
    "claude-sonnet-4-5": _OPUS_4._replace(max_output=64_000, output=True),
    "claude-opus-4-5": _OPUS_4._replace(max_output=64_000, output=True, effort=True),
    "claude-sonnet-4-6": Model(32_000, sampling=True, thinking=_EITHER, max_output=64_000),
    "claude-opus-4-6": Model(32_000, sampling=True, thinking=_EITHER),
    "claude-opus-4-7": Model(32_000, sampling=False, thinking=_ADAPTIVE),
    "claude-opus-4-8": Model(32_000, sampling=False, thinking=_ADAPTIVE),
    "claude-opus-5-5": Model(32_000, sampling=False, thinking=_ALWAYS),
    "claude-fable-": Model(32_000, sampling=False, thinking=_ALWAYS),
    "claude-mythos-": Model(32_000, sampling=False, thinking=_ALWAYS),
}


def model_row(name: str, *, unknown: str = "") -> Model:
    """The row of a model; `unknown` is the beginning that a name without ``claude-`` in it is taken for."""
    place = name.rfind("claude-")
    name = name[place:] if place >= 0 else unknown
    return _MODELS[max((start for start in _MODELS if name.startswith(start)), key=len)]


def capabilities(name: str) -> Capabilities:
    """What a model can do, by the table."""
    row = model_row(name)
    thinks = bool(row.thinking - _NONE) and row is not _OTHER
    return Capabilities(output_schema=row.output, images=True, documents=row.documents, reasoning=thinks, context_window=row.window, max_output=row.max_output)


def cache_marker(params: dict[str, Any]) -> dict[str, Any] | None:
    """The parameter `cache_control` as the API writes it: the default (five minutes), ``"1h"``, an object, or None, which is off."""
    given = params.get("cache_control", True)
    if isinstance(given, str) and given in _HOURS:
        return {**_CACHE, "ttl": given}
    if given is True:
        return _CACHE
    return given or None


def fitted(request: Request) -> tuple[dict[str, Any], list[str]]:
    """The parameters as the model takes them, and what a person should know of what was changed."""
    row, params, notes = model_row(request.model), dict(request.params), list[str]()
    name = request.model
    checked(params, lists=("betas", "tools"), objects=("output_config",))
    if params.get("thinking") is not None:
        params["thinking"], note = _thinking(params["thinking"], row)
        if note:
            notes.append(f"{name} {note}")
    budgeted = isinstance(params.get("thinking"), dict) and params["thinking"].get("type") == "enabled"
    if budgeted and request.tool_choice not in ("auto", "none"):
        del params["thinking"]
        notes.append(f"{name} does not think where a tool is required: thinking is left out")
        budgeted = False
    for key in _SAMPLING:
        if params.get(key) is not None and (not row.sampling or (budgeted and key != "top_p")):
            del params[key]
            notes.append(f"{name} takes no {key}{' while it thinks' if row.sampling else ''}: it is left out")
    params["output_config"] = _output_config(params, row, name, notes)
    if request.output is not None and params.get("citations"):
        del params["citations"]
        notes.append(f"{name} gives no citations in an answer of a schema: they are left out")
    return params, notes


def _output_config(params: dict[str, Any], row: Model, name: str, notes: list[str]) -> dict[str, Any] | None:
    """`output_config` with the parameter `effort` in it, where the model takes one."""
    config = dict(params.get("output_config") or {})
    if (effort := params.pop("effort", None)) is not None:
        config["effort"] = effort
    if config.get("effort") is not None and not row.effort:
        del config["effort"]
        notes.append(f"{name} takes no effort: it is left out")
    return config or None


def _thinking(given: Any, row: Model) -> tuple[dict[str, Any] | None, str]:
    """The parameter `thinking` as the model takes it (None: not at all), and what was changed of it.

    Beside the API's objects it may be True, False, or a budget in tokens.
    """
    match given:
        case bool():
            wanted: dict[str, Any] = {"type": "adaptive", "display": "summarized"} if given else {"type": "disabled"}
        case int():
            wanted = {"type": "enabled", "budget_tokens": given}
        case {"type": str()}:
            wanted = dict(given)
        case _:
            return given, ""  # not ours to judge: the API says what is wrong
    kind, shown = wanted["type"], {"display": wanted["display"]} if "display" in wanted else {}
    if kind in row.thinking or kind not in _EITHER | _ADAPTIVE:
        return wanted, ""
    match kind:
        case "adaptive" if "enabled" in row.thinking:
            return {"type": "enabled", "budget_tokens": _BUDGET}, "" if given is True else f"thinks by a budget only: {_BUDGET:,} tokens"
        case "enabled" if "adaptive" in row.thinking:
            return {"type": "adaptive", **shown}, "takes no budget for its thinking: it decides itself how much it thinks"
        case "between_tools" if "disabled" in row.thinking:
            return {"type": "disabled"}, "does not think between tools: thinking is turned off"
        case "disabled" | "between_tools":
            return None, "always thinks: turning it off is left out"
        case _:
            return None, "does not think: thinking is left out"
