"""The arguments of a call, from the JSON text that a model wrote to what the function takes, or to words that the model can act on.

Slips of the pen are mended and said so (`Arguments.repaired`); what was cut off is not, for half a call is not the call.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from nbagent.contents import sendable, shown
from nbagent.errors import did_you_mean
from nbagent.partial_json import mended
from nbagent.schema import validate_arguments
from nbagent.tool_results import describe

if TYPE_CHECKING:
    from pydantic import BaseModel

_MOST = 5  # errors that are told at once
_BROKEN = frozenset({"json_invalid", "model_type", "model_attributes_type", "dict_type"})  # pydantic's words for what is no JSON object at all


class Arguments(NamedTuple):
    """The arguments of a call: as `values` for the function, and as the JSON `text` that they came of."""

    values: dict[str, Any]
    text: str
    repaired: bool = False


def read_arguments(model: type[BaseModel], text: str, *, mend: bool = True) -> Arguments:
    """JSON text as arguments, coerced, and mended where that is to be. Raises pydantic's `ValidationError`."""
    from pydantic import ValidationError

    try:
        return Arguments(validate_arguments(model, text or "{}"), text)
    except ValidationError as error:
        if not any(item["type"] in _BROKEN and not item["loc"] for item in error.errors(include_url=False, include_context=False)):
            raise
        whole = _meant(text) if mend else None
        if whole is None or whole == text:
            raise
    return Arguments(validate_arguments(model, whole), whole, repaired=True)


def _meant(text: str) -> str | None:
    """The JSON object that was meant: mended, out of the string that it was written into, or none at all for ``null``."""
    whole = mended(text)
    if whole is None:
        return None
    try:
        value = json.loads(whole)
    except ValueError:
        return None
    if isinstance(value, str) and value.lstrip().startswith("{"):
        return mended(value)
    return "{}" if value is None else whole


def explain(name: str, error: BaseException, parameters: list[str]) -> str:
    """Why the arguments of a call of `name` were refused, each with its place, what is expected and what was given."""
    if not callable(getattr(error, "errors", None)):
        return f"The arguments of {name} are wrong: {describe(error)}"
    return f"The arguments of {name} are wrong: {wrong(error, parameters)}. It was not run.".replace("?.", "?")


def wrong(error: BaseException, names: Sequence[str]) -> str:
    """What a `ValidationError` says, in words that a model can act on; `names` are those that there are. Any other error as it is told elsewhere."""
    errors = getattr(error, "errors", None)
    if not callable(errors):
        return describe(error)
    items = errors(include_url=False, include_context=False)
    told = [_line(item, names) for item in items[:_MOST]]
    if len(items) > _MOST:
        told.append(f"and {len(items) - _MOST} more")
    return sendable("; ".join(told))


def _line(item: dict[str, Any], parameters: Sequence[str]) -> str:
    where = ".".join(str(step) for step in item["loc"])
    match item["type"]:
        case "missing":
            return f"{where} is required and was not given"
        case "extra_forbidden":
            if len(item["loc"]) > 1:
                return f"{where} is not one of the fields there"
            hint = did_you_mean(where, [*parameters]) or f"Parameters: {', '.join(parameters) or 'none'}"
            return f"{where} is not one of its parameters. {hint}"
        case "json_invalid":
            return str(item["msg"])
        case _:
            plain = item["input"] is None or isinstance(item["input"], str | int | float | list | dict)
            said = f"{item['msg']}; given {_short(item['input'])}" if plain else str(item["msg"])
            return f"{where}: {said}" if where else said


def _short(value: Any) -> str:
    try:
        text = json.dumps(value, ensure_ascii=False)
    except (TypeError, ValueError):
        text = shown(value)
    return text if len(text) <= 80 else text[:77] + "..."
