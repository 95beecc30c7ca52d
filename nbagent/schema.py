"""A Python function's parameters as a pydantic model: its JSON Schema out, validated arguments in; and the schema's dialects.

pydantic is for what users bring; it is imported when the first tool is made. A dialect is made of the one schema and loses
nothing but what that dialect cannot say.
"""

from __future__ import annotations

import inspect
import json
import warnings
from collections.abc import Callable, Collection
from dataclasses import MISSING, fields, is_dataclass
from functools import cache
from typing import TYPE_CHECKING, Annotated, Any, get_args, get_origin, get_type_hints, is_typeddict

from nbagent.dialects import inlined as inlined
from nbagent.dialects import strict as strict
from nbagent.docstrings import Described as Described
from nbagent.docstrings import described as described
from nbagent.docstrings import written as written
from nbagent.errors import ToolDefinitionError
from nbagent.partial_values import NOTHING, annotated, shape
from nbagent.typed_dicts import acceptable

if TYPE_CHECKING:
    from pydantic import BaseModel
    from pydantic.json_schema import GenerateJsonSchema

_OURS = "nbagent_"  # how our own fields are called: a parameter's name is its alias, for names like `json` or `_x` are taken or refused as fields
_TYPES = "Use types that JSON can hold: str, int, float, bool, list, dict, Literal, dataclasses, pydantic models."


def arguments_model(function: Callable[..., Any], name: str, *, without: Collection[str] = (), given: Any = None) -> type[BaseModel]:
    """The parameters of `function` as a pydantic model, with what its docstring says of them.

    `without` names parameters that are not the model's to give. `given` is a pydantic model, a dataclass or a TypedDict that
    says what is offered in place of the annotations. Raises `ToolDefinitionError` where there can be no such model.
    """
    parameters = _signature(function, name)
    if odd := [each for each in parameters if each.name in without and each.kind not in (each.POSITIONAL_OR_KEYWORD, each.KEYWORD_ONLY)]:
        shown = str(odd[0]).split(":")[0]
        raise ToolDefinitionError(f"{name}: the ToolContext {shown} cannot be given.", "It is given by name.", "Write it without / and without stars.")
    parameters = [each for each in parameters if each.name not in without]
    if given is not None:
        return _model_of(given, name, parameters)
    hints = _hints(written(function), name)
    if inspect.isclass(function) and inspect.isfunction(function.__init__):
        hints |= _hints(function.__init__, name)
    offered: dict[str, tuple[Any, Any]] = {}
    for parameter in parameters:
        if parameter.kind in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD, parameter.POSITIONAL_ONLY):
            shown = str(parameter).split(":")[0]
            raise ToolDefinitionError(
                f"{name}: the parameter {shown} cannot be offered to a model.", "A model gives arguments by name.", "Give each parameter a name and a type."
            )
        offered[parameter.name] = (hints.get(parameter.name, Any), ... if parameter.default is parameter.empty else parameter.default)
    return _made(name, offered, described(function).parameters)


def _signature(function: Callable[..., Any], name: str) -> list[inspect.Parameter]:
    try:
        parameters = list(inspect.signature(function).parameters.values())
    except (TypeError, ValueError) as error:  # built-in types and functions that do not say what they take
        raise ToolDefinitionError(f"{name}: what it takes cannot be known.", str(error), "Write a def around it, with names and types.") from error
    if parameters and parameters[0].name in ("self", "cls") and parameters[0].annotation is inspect.Parameter.empty:
        raise ToolDefinitionError(f"{name} is a method without its object.", mend="Make a tool of the bound one: tool(thing.method).")
    return parameters


def _hints(thing: Any, name: str) -> dict[str, Any]:
    try:
        return {key: acceptable(hint) for key, hint in get_type_hints(thing, include_extras=True).items()}
    except NameError as error:
        raise ToolDefinitionError(f"{name}: the annotation {error.name!r} is not defined.", mend="Import or define it before the tool's cell.") from error
    except Exception as error:  # an annotation is any expression
        raise ToolDefinitionError(f"{name}: what it takes cannot be known.", str(error), "Write a def around it, with names and types.") from error


def _made(name: str, offered: dict[str, tuple[Any, Any]], told: dict[str, str]) -> type[BaseModel]:
    from pydantic import ConfigDict, Field, create_model
    from pydantic.errors import PydanticUserError

    made: dict[str, Any] = {}
    for number, (label, (annotation, default)) in enumerate(offered.items()):
        options: dict[str, Any] = {"alias": label} | ({"default": default} if default is not ... else {})
        description = told.get(label) or _annotated_text(annotation)
        if description:
            options["description"] = description
        made[f"{_OURS}{number}"] = (annotation, Field(**options))
    try:
        return create_model(name, __config__=ConfigDict(extra="forbid", arbitrary_types_allowed=False, protected_namespaces=()), **made)
    except (PydanticUserError, TypeError, NameError) as error:
        for label, (annotation, _) in offered.items():
            if not _writable(annotation):
                what = f"{name}: a model cannot give the parameter {label} ({getattr(annotation, '__name__', annotation)})."
                raise ToolDefinitionError(what, "It writes JSON. Take a name or a path (str) and look the object up.", _TYPES) from error
        raise ToolDefinitionError(f"{name}: {str(error).splitlines()[0]}", mend=_TYPES) from error


def _writable(annotation: Any) -> bool:
    from pydantic import TypeAdapter
    from pydantic.errors import PydanticSchemaGenerationError

    try:
        TypeAdapter(annotation)
    except PydanticSchemaGenerationError:
        return False
    except Exception:  # noqa: BLE001  what else may be wrong with it is told by its own error
        return True
    return True


def _annotated_text(annotation: Any) -> str:
    """The description in ``Annotated[T, "text"]``; that of a `Field` is pydantic's to find."""
    if get_origin(annotation) is not Annotated:
        return ""
    said = [each if isinstance(each, str) else getattr(each, "documentation", None) for each in get_args(annotation)[1:]]
    return next((each for each in said if isinstance(each, str)), "")


def _model_of(given: Any, name: str, parameters: list[inspect.Parameter]) -> type[BaseModel]:
    """A type that was given in place of the annotations, as a model, where the function can be called with its fields."""
    from pydantic import BaseModel, create_model

    told = described(given).parameters if isinstance(given, type) else {}
    if isinstance(given, type) and issubclass(given, BaseModel):
        model = create_model(name, __base__=given, __doc__=given.__doc__)
    elif isinstance(given, type) and is_dataclass(given):
        hints = _hints(given, name)
        model = _made(name, {each.name: (hints[each.name], _default(each)) for each in fields(given) if each.init}, told)
    elif is_typeddict(given):
        hints = _hints(given, name)
        model = _made(name, {key: (hint, ... if key in given.__required_keys__ else None) for key, hint in hints.items()}, told)
    else:
        raise ToolDefinitionError(f"{name}: {given!r} cannot say what its parameters are.", mend="Give a pydantic model, a dataclass or a TypedDict.")
    names = {_parameter(key, info) for key, info in model.model_fields.items()}
    takes = {each.name for each in parameters if each.kind in (each.POSITIONAL_OR_KEYWORD, each.KEYWORD_ONLY)}
    needed = {each.name for each in parameters if each.name in takes and each.default is each.empty}
    any_name = any(each.kind is each.VAR_KEYWORD for each in parameters)
    odd = sorted(needed - names) or ([] if any_name else sorted(names - takes))
    if odd:
        why = f"The function needs {odd[0]!r}, which is no field." if odd[0] in needed else f"The function takes no {odd[0]!r}."
        raise ToolDefinitionError(f"{name}: {given.__name__} does not fit its signature.", why, "Give both the same names.")
    return model


def _default(field: Any) -> Any:
    if field.default is not MISSING:
        return field.default
    return ... if field.default_factory is MISSING else field.default_factory()


def _parameter(key: str, info: Any) -> str:
    return str(info.alias) if key.startswith(_OURS) else key


@cache
def _generator() -> type[GenerateJsonSchema]:
    from pydantic.json_schema import GenerateJsonSchema

    class Untitled(GenerateJsonSchema):
        """pydantic's schema without the titles that it makes up of names."""

        def field_title_should_be_set(self, schema: Any) -> bool:
            del schema
            return False

    return Untitled


def json_schema(model: type[BaseModel]) -> dict[str, Any]:
    """The model's JSON Schema (2020-12), without the titles that pydantic makes up."""
    schema = schema_of(model.model_json_schema, model.__name__)
    schema.setdefault("properties", {})
    return schema


def schema_of(written_by: Callable[..., dict[str, Any]], name: str) -> dict[str, Any]:
    """What pydantic's ``model_json_schema`` or ``TypeAdapter.json_schema`` writes, tidied. Raises `ToolDefinitionError`."""
    from pydantic.errors import PydanticInvalidForJsonSchema

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # a default that JSON cannot say stays the function's own
            schema = written_by(by_alias=True, schema_generator=_generator())
    except PydanticInvalidForJsonSchema as error:
        raise ToolDefinitionError(f"{name}: {error.message}", mend=_TYPES) from error
    schema.pop("title", None)
    for key, definition in schema.get("$defs", {}).items():
        if definition.get("title") == key:
            del definition["title"]
    return schema


def validate_arguments(model: type[BaseModel], arguments: str) -> dict[str, Any]:
    """JSON text as keyword arguments, coerced to the annotated types; raises pydantic's `ValidationError`.

    A null for a parameter that has a default and takes no null is the default: models send it for what they leave out.
    """
    parsed = with_defaults(model.model_validate_json, arguments or "{}")
    return {_parameter(key, info): parsed.__dict__[key] for key, info in type(parsed).model_fields.items()}


def partial_arguments(model: type[BaseModel]) -> Callable[[Any], dict[str, Any]]:
    """A function of the beginning of a call's JSON that gives the arguments that have come, as far as each has. Never raises."""
    shapes = {info.alias or key: (_parameter(key, info), shape(annotated(info))) for key, info in model.model_fields.items()}

    def begun(value: Any) -> dict[str, Any]:
        came = value.items() if isinstance(value, dict) else ()
        made = {shapes[key][0]: shapes[key][1](each) for key, each in came if key in shapes}
        return {name: each for name, each in made.items() if each is not NOTHING}

    return begun


def with_defaults(validate: Callable[[str], Any], text: str) -> Any:
    """`validate(text)`; where that fails on nulls alone, again without them. Raises pydantic's `ValidationError`, the first."""
    from pydantic import ValidationError

    try:
        return validate(text)
    except ValidationError as error:
        nulls = [item["loc"] for item in error.errors(include_url=False, include_context=False) if item["input"] is None]
        if not nulls:
            raise
        try:
            value = json.loads(text)
            if not [_left_out(value, where) for where in nulls].count(True):
                raise
            return validate(json.dumps(value))
        except ValueError:  # so is a second ValidationError
            raise error from None


def _left_out(value: Any, where: tuple[int | str, ...]) -> bool:
    """Take the null at this place out of its object; a step that is no key there is a union's own word for a branch."""
    for at, step in enumerate(where):
        inner = value.get(step) if isinstance(value, dict) else value[step] if isinstance(value, list) and isinstance(step, int) else None
        if isinstance(value, dict) and step in value and inner is None and not any(later in value for later in where[at + 1 :]):
            del value[step]
            return True
        value = value if inner is None else inner
    return False
