"""A function as something a model can call: `Tool`, and `@tool` to make one.

Plain functions run on the caller's thread, as they would in a cell; ``thread=True`` (implied by a timeout) and async
functions run beside each other. A generator's yields are progress that the person sees; its result is what it
returns, or all that it yielded where it returns nothing.
"""

from __future__ import annotations

import inspect
import math
import re
import warnings
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from functools import cache, cached_property, partial
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypedDict, Unpack, overload

from msgspec import Struct

from nbagent.errors import ConfigError, ToolDefinitionError, did_you_mean
from nbagent.partial_json import partial as partial_value
from nbagent.schema import arguments_model, described, json_schema, partial_arguments, written
from nbagent.tool_arguments import Arguments, explain, read_arguments
from nbagent.tool_context import context_parameters

if TYPE_CHECKING:
    from pydantic import BaseModel

_FOREIGN = re.compile(r"[^A-Za-z0-9_-]")  # what every provider takes
_LONGEST = 200


def sendable_name(name: str) -> str:
    """The name of a call as every API takes it back: a model may have called what is no tool, and the conversation goes on."""
    return _FOREIGN.sub("_", name)[:64] or "_"


Approval = bool | Callable[[dict[str, Any]], bool]
"""Whether a call waits for a person: always, never, or asked of its arguments."""

Check = Callable[[Any], str | Awaitable[str | None] | None]
"""Looks at a call's arguments (a dict) or at its result: None is fine, a text is what the model is told instead. To end the
run it raises `GuardrailTripped`. A plain one runs on a thread of its own, an async one on the engine's."""


class ToolSpec(Struct, frozen=True, omit_defaults=True):
    """What a model is told of a tool; `parameters` is a JSON Schema of type object. `strict`: the provider is to hold the model
    to the schema (True: always, False: never, None: where provider and schema can)."""

    name: str
    description: str
    parameters: dict[str, Any]
    strict: bool | None = None


@dataclass(frozen=True, eq=False)
class Tool:
    """A function that a model can call. Made by `@tool`, ``%%tool`` or from a plain function in ``tools=[...]``.

    `name` may be any; providers that take fewer signs are told another, and their calls come back under this one.
    `timeout` is in seconds; `result_limit` is the most characters of a result that the model is given, and `result_tokens`
    the most tokens, estimated by the letters (the whole stays in the trace and as an object in ``session.objects``). `strict`
    is the provider's to keep (`ToolSpec`). Where `enabled` is False, or a function that says so when the model is about to be asked, the tool is not offered.
    `parameters` (a pydantic model, dataclass or TypedDict) says what is offered in place of the annotations, and its docstring
    what the tool does where the function has none.
    `check_arguments` and `check_result` look at each call before and after (`Check`). With ``on_error="raise"`` an
    exception of the function ends the run as `ToolFailed`; else the model is told.
    """

    function: Callable[..., Any]
    name: str
    description: str
    needs_approval: Approval = False
    timeout: float | None = None
    thread: bool = False
    result_limit: int = 20_000
    strict: bool | None = None
    enabled: bool | Callable[[], bool] = True
    parameters: Any = None
    check_arguments: Check | None = None
    check_result: Check | None = None
    on_error: Literal["tell", "raise"] = "tell"
    result_tokens: int | None = None

    def __post_init__(self) -> None:
        limit, tokens, seconds = self.result_limit, self.result_tokens, self.timeout
        if seconds is not None and (isinstance(seconds, bool) or not isinstance(seconds, int | float) or not (math.isfinite(seconds) and seconds > 0)):
            raise ToolDefinitionError(f"{self.name}: timeout={seconds!r} is no number of seconds.")
        if isinstance(limit, bool) or not isinstance(limit, int) or limit < 0:
            raise ToolDefinitionError(f"{self.name}: result_limit={limit!r} is no number of characters.")
        if tokens is not None and (isinstance(tokens, bool) or not isinstance(tokens, int) or tokens < 1):
            raise ToolDefinitionError(f"{self.name}: result_tokens={tokens!r} is no number of tokens.")
        if self.on_error not in ("tell", "raise"):
            raise ToolDefinitionError(f"{self.name}: on_error={self.on_error!r} is none.", "It is 'tell' (the model) or 'raise' (end the run).")
        if self.strict not in (None, True, False):
            raise ToolDefinitionError(f"{self.name}: strict={self.strict!r} is none.", "It is True, False, or None for where provider and schema can.")

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """The function itself, so that a tool stays usable as one."""
        return self.function(*args, **kwargs)

    @cached_property
    def _model(self) -> type[BaseModel]:
        return arguments_model(self.function, self.name, without=self.contexts, given=self.parameters)

    @cached_property
    def spec(self) -> ToolSpec:
        """What the model is told. Raises `ToolDefinitionError` where the parameters cannot be written as a schema."""
        return ToolSpec(self.name, self.description, json_schema(self._model), self.strict)

    @cached_property
    def contexts(self) -> tuple[str, ...]:
        """The parameters that are given a `ToolContext`."""
        return context_parameters(self.function)

    def read(self, text: str, *, mend: bool = True) -> Arguments:
        """JSON text as arguments, coerced, and mended where it was broken and can be. Raises pydantic's `ValidationError`."""
        return read_arguments(self._model, text, mend=mend)

    def partial(self, text: str) -> dict[str, Any]:
        """The beginning of a call's JSON as the arguments that have come, each of its own type as far as it has. Never raises."""
        return self._begun(partial_value(text))

    @cached_property
    def _begun(self) -> Callable[[Any], dict[str, Any]]:
        return partial_arguments(self._model)

    def explain(self, error: BaseException) -> str:
        """What `read` raised, in words that a model can act on."""
        return explain(self.name, error, [*self.spec.parameters["properties"]])

    @property
    def is_enabled(self) -> bool:
        """Whether it is offered now. Raises `ToolDefinitionError` where its own function for that fails."""
        if not callable(self.enabled):
            return self.enabled
        try:
            return bool(self.enabled())
        except (Exception, SystemExit) as error:
            raise ToolDefinitionError(f"{self.name}: its enabled= raised {type(error).__name__}.", str(error)) from error

    @property
    def is_async(self) -> bool:
        called = written(self.function)
        return inspect.iscoroutinefunction(called) or self.streams_async

    @property
    def streams_async(self) -> bool:
        """Whether it is an async generator."""
        return inspect.isasyncgenfunction(written(self.function))

    @property
    def on_callers_thread(self) -> bool:
        """Plain functions run where the cell runs, so that sqlite, pyplot, `input()` and Ctrl-C behave as in a cell."""
        return not (self.is_async or self.thread or self.timeout is not None)

    def asks(self, arguments: dict[str, Any]) -> bool:
        """Whether this call waits for a person."""
        return self.needs_approval(arguments) if callable(self.needs_approval) else self.needs_approval

    def replace(self, **changes: Any) -> Tool:
        """A copy with some fields changed."""
        return replace(self, **changes | ({"name": _name(self.function, changes["name"])} if "name" in changes else {}))


class ToolOptions(TypedDict, total=False):
    """What `@tool` takes; see `Tool`."""

    name: str | None
    description: str | None
    approval: Approval
    timeout: float | None
    thread: bool
    result_limit: int
    strict: bool | None
    enabled: bool | Callable[[], bool]
    parameters: Any
    check_arguments: Check | None
    check_result: Check | None
    on_error: Literal["tell", "raise"]
    result_tokens: int | None


@overload
def tool(function: Callable[..., Any], /, **options: Unpack[ToolOptions]) -> Tool: ...
@overload
def tool(function: None = None, /, **options: Unpack[ToolOptions]) -> Callable[[Callable[..., Any]], Tool]: ...
def tool(
    function: Callable[..., Any] | None = None, /, *, name: str | None = None, description: str | None = None, approval: Approval = False,
    timeout: float | None = None, thread: bool = False, result_limit: int = 20_000, strict: bool | None = None,
    enabled: bool | Callable[[], bool] = True, parameters: Any = None, check_arguments: Check | None = None,
    check_result: Check | None = None, on_error: Literal["tell", "raise"] = "tell", result_tokens: int | None = None,
) -> Tool | Callable[[Callable[..., Any]], Tool]:  # fmt: skip
    """Make a tool of a function, plain, async or a generator: ``@tool`` or ``@tool(approval=True, timeout=5)``.

    The model is told the function's name, its docstring and its annotated parameters; a parameter annotated `ToolContext`
    is given the call's and not told. An object that can be called is a tool by its type's name, a class of such objects
    by one that is made of it. The options are `Tool`'s.
    Raises `ToolDefinitionError` at once where the function cannot be offered to a model.
    """

    def make(given: Callable[..., Any]) -> Tool:
        if isinstance(given, Tool):
            raise ToolDefinitionError(f"{given.name} is a tool already.", mend="Change it with .replace(...), or make one of its .function.")
        function = _callable(given)
        made = Tool(
            function, _name(function, name), description or _told(function) or _told_of(parameters), approval, timeout, thread, result_limit, strict,
            enabled, parameters, check_arguments, check_result, on_error, result_tokens,
        )  # fmt: skip
        try:
            made.spec  # noqa: B018  a bad signature is reported where the tool is written, not when it is first offered
        except ToolDefinitionError as error:
            raise ToolDefinitionError(error.what.rstrip(".") + _place(function), error.why, error.mend) from error.__cause__
        if parameters is None:
            _warn_untyped(made)
        return made

    return make if function is None else make(function)


def _callable(function: Callable[..., Any]) -> Callable[..., Any]:
    """The function itself, or an object of a class whose objects can be called."""
    if not (isinstance(function, type) and any("__call__" in vars(each) for each in function.__mro__[:-1])):
        return function
    try:
        made: Callable[..., Any] = function()
    except TypeError as error:
        raise ToolDefinitionError(f"{function.__name__}: no object of it can be made.", str(error), "Make one and give that.") from error
    return made


def _name(function: Any, given: str | None) -> str:
    if given is not None:
        if not given.strip() or not given.isprintable() or len(given) > _LONGEST:
            raise ToolDefinitionError(f"{given[:60]!r} cannot be a tool's name.", f"It is one line of at most {_LONGEST} characters, and not empty.")
        return given.strip()
    function = _unwrapped(function)
    label = str(getattr(function, "__name__", type(function).__name__))
    if not label.isidentifier():
        raise ToolDefinitionError(f"{label!r} cannot be a tool's name.", "The function has no name of its own.", "Give one with @tool(name=...).")
    return label


def _warn_untyped(made: Tool) -> None:
    """Warn, where it is written, of the parameters of a ``def`` that have no annotation. A lambda can have none."""
    code = getattr(written(made.function), "__code__", None)
    if code is None or code.co_name == "<lambda>":
        return
    names = [each.name for each in inspect.signature(made.function).parameters.values() if each.annotation is each.empty and each.name not in made.contexts]
    if names:
        which = f"the parameter {names[0]} has" if len(names) == 1 else f"the parameters {', '.join(names)} have"
        warnings.warn_explicit(f"{made.name}: {which} no type: a model may give anything.", UserWarning, code.co_filename, code.co_firstlineno)


def _place(function: Any) -> str:
    """Where a function is written, for the end of an error's first line."""
    code = getattr(written(function), "__code__", None)
    if code is None:
        return "."
    path = Path(code.co_filename)
    return f" (line {code.co_firstlineno} of {path.name if path.exists() else 'its cell'})."


def _unwrapped(function: Any) -> Any:
    """The function of a `functools.partial`."""
    while isinstance(function, partial):
        function = function.func
    return function


def _told(function: Any) -> str:
    """Its docstring; an object that can be called may have its type's."""
    function = _unwrapped(function)
    plain = inspect.isroutine(function) or inspect.isclass(function) or type(function).__call__.__doc__
    return described(function if plain else type(function)).summary


def _told_of(parameters: Any) -> str:
    """The docstring that a type of parameters has of its own: dataclasses and models that have none are given one."""
    own = vars(parameters).get("__doc__") if inspect.isclass(parameters) else None
    return described(parameters).summary if own and not own.startswith(f"{parameters.__name__}(") else ""


@cache
def _installed() -> dict[str, EntryPoint]:
    return {entry.name: entry for entry in entry_points(group="nbagent.tools")}


def tool_names() -> list[str]:
    """The names of the tools that installed packages bring (entry points of the group ``nbagent.tools``)."""
    return sorted(_installed())


def _from_package(name: str) -> Tool:
    found = _installed().get(name)
    if found is None:
        known = tool_names()
        why = did_you_mean(name, known) or ("By name: " + ", ".join(known) + "." if known else "No installed package brings tools.")
        raise ConfigError(f"There is no tool {name!r}.", why, "Give the function itself, without quotes.")
    try:
        return as_tool(found.load())
    except (ImportError, AttributeError) as error:
        raise ConfigError(f"The tool {name!r} of {found.value} cannot be loaded.", f"{type(error).__name__}: {error}") from error


def as_tool(value: Tool | Callable[..., Any] | str) -> Tool:
    """A tool as it is, a function as a tool, a name as the tool that an installed package brings (`tool_names`).

    Raises `ToolDefinitionError` for anything else, `ConfigError` for a name that is not there.
    """
    if isinstance(value, Tool):
        return value
    if isinstance(value, str):
        return _from_package(value)
    if not callable(value):
        raise ToolDefinitionError(f"{value!r} is not a tool.", "Tools are functions, or what @tool and %%tool made of them.")
    return tool(value)
