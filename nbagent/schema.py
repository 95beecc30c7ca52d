"""A Python function's parameters as a pydantic model: its JSON Schema out, validated arguments in.

pydantic is for what users bring; it is imported when the first tool is made.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any, get_type_hints

from nbagent.errors import ToolDefinitionError

if TYPE_CHECKING:
    from pydantic import BaseModel


def arguments_model(function: Callable[..., Any], name: str) -> type[BaseModel]:
    """The parameters of `function` as a pydantic model. Raises `ToolDefinitionError` where they cannot be one."""
    from pydantic import ConfigDict, Field, create_model
    from pydantic.errors import PydanticUserError

    try:
        hints = get_type_hints(written(function), include_extras=True)
        parameters = list(inspect.signature(function).parameters.values())
    except NameError as error:
        raise ToolDefinitionError(f"{name}: the annotation {error.name!r} is not defined.", mend="Import or define it before the tool's cell.") from error
    except (TypeError, ValueError) as error:  # built-in types and functions that do not say what they take
        raise ToolDefinitionError(f"{name}: what it takes cannot be known.", str(error), "Write a def around it, with names and types.") from error
    if parameters and parameters[0].name in ("self", "cls") and parameters[0].annotation is inspect.Parameter.empty:
        raise ToolDefinitionError(f"{name} is a method without its object.", mend="Make a tool of the bound one: tool(thing.method).")
    fields: dict[str, Any] = {}
    for number, parameter in enumerate(parameters):
        if parameter.kind in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD, parameter.POSITIONAL_ONLY):
            shown = str(parameter).split(":")[0]
            raise ToolDefinitionError(
                f"{name}: the parameter {shown} cannot be offered to a model.", "A model gives arguments by name.", "Give each parameter a name and a type."
            )
        default = ... if parameter.default is parameter.empty else parameter.default
        # the field's own name is made up and the parameter's an alias: names like `json` or `_x` are taken or refused as fields
        fields[f"p{number}"] = (hints.get(parameter.name, Any), _aliased(Field, default, parameter.name))
    try:
        return create_model(name, __config__=ConfigDict(extra="forbid", arbitrary_types_allowed=False, protected_namespaces=()), **fields)
    except (PydanticUserError, TypeError) as error:
        first = str(error).splitlines()[0]
        raise ToolDefinitionError(
            f"{name}: {first}", mend="Use types that JSON can hold: str, int, float, bool, list, dict, Literal, dataclasses, pydantic models."
        ) from error


def written(function: Callable[..., Any]) -> Callable[..., Any]:
    """Where the annotations and the docstring are: of a `functools.partial` its function's, of an object that can be called its type's."""
    while isinstance(function, partial):
        function = function.func
    return function if inspect.isroutine(function) or inspect.isclass(function) else type(function).__call__


def _aliased(field: Callable[..., Any], default: Any, alias: str) -> Any:
    return field(alias=alias) if default is ... else field(default, alias=alias)


def json_schema(model: type[BaseModel]) -> dict[str, Any]:
    """The model's JSON Schema (2020-12), without the titles that pydantic makes up."""
    from pydantic.errors import PydanticInvalidForJsonSchema

    try:
        schema = model.model_json_schema(by_alias=True)
    except PydanticInvalidForJsonSchema as error:
        raise ToolDefinitionError(f"{model.__name__}: {error.message}", mend="Use types that can be written as JSON.") from error
    schema.pop("title", None)
    schema.setdefault("properties", {})
    for value in schema["properties"].values():
        if isinstance(value, dict):
            value.pop("title", None)
    return schema


def validate_arguments(model: type[BaseModel], arguments: str) -> dict[str, Any]:
    """JSON text as keyword arguments, coerced to the annotated types; raises pydantic's `ValidationError`."""
    parsed = model.model_validate_json(arguments or "{}")
    return {info.alias or key: getattr(parsed, key) for key, info in type(parsed).model_fields.items()}
