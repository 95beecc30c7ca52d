"""A function as something a model can call: `Tool`, and `@tool` to make one.

Plain functions run on the caller's thread, as they would in a cell; ``thread=True`` (implied by a timeout) and async
functions run beside each other. A generator's yields are progress that the person sees; its result is what it
returns, or all that it yielded where it returns nothing.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, overload

from msgspec import Struct

from nbagent.errors import ToolDefinitionError
from nbagent.schema import arguments_model, json_schema, validate_arguments, written

if TYPE_CHECKING:
    from pydantic import BaseModel

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_-]{0,63}")  # what every provider takes
_FOREIGN = re.compile(r"[^A-Za-z0-9_-]")


def sendable_name(name: str) -> str:
    """The name of a call as every API takes it back: a model may have called what is no tool, and the conversation goes on."""
    return _FOREIGN.sub("_", name)[:64] or "_"


Approval = bool | Callable[[dict[str, Any]], bool]
"""Whether a call waits for a person: always, never, or asked of its arguments."""


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

    `timeout` is in seconds; `result_limit` is the most characters of a result that the model is given (the whole
    stays in the trace).
    """

    function: Callable[..., Any]
    name: str
    description: str
    needs_approval: Approval = False
    timeout: float | None = None
    thread: bool = False
    result_limit: int = 20_000

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """The function itself, so that a tool stays usable as one."""
        return self.function(*args, **kwargs)

    @cached_property
    def _model(self) -> type[BaseModel]:
        return arguments_model(self.function, self.name)

    @cached_property
    def spec(self) -> ToolSpec:
        """What the model is told. Raises `ToolDefinitionError` where the parameters cannot be written as a schema."""
        return ToolSpec(self.name, self.description, json_schema(self._model))

    def arguments(self, text: str) -> dict[str, Any]:
        """JSON text as keyword arguments, coerced. Raises pydantic's `ValidationError`."""
        return validate_arguments(self._model, text)

    @property
    def is_async(self) -> bool:
        return inspect.iscoroutinefunction(self.function) or inspect.isasyncgenfunction(self.function)

    @property
    def on_callers_thread(self) -> bool:
        """Plain functions run where the cell runs, so that sqlite, pyplot, `input()` and Ctrl-C behave as in a cell."""
        return not (self.is_async or self.thread or self.timeout is not None)

    def asks(self, arguments: dict[str, Any]) -> bool:
        """Whether this call waits for a person."""
        return self.needs_approval(arguments) if callable(self.needs_approval) else self.needs_approval

    def replace(self, **changes: Any) -> Tool:
        return replace(self, **changes)


@overload
def tool(function: Callable[..., Any], /) -> Tool: ...
@overload
def tool(
    function: None = None, /, *, name: str | None = None, description: str | None = None, approval: Approval = False,
    timeout: float | None = None, thread: bool = False, result_limit: int = 20_000,
) -> Callable[[Callable[..., Any]], Tool]: ...  # fmt: skip
def tool(
    function: Callable[..., Any] | None = None, /, *, name: str | None = None, description: str | None = None, approval: Approval = False,
    timeout: float | None = None, thread: bool = False, result_limit: int = 20_000,
) -> Tool | Callable[[Callable[..., Any]], Tool]:  # fmt: skip
    """Make a tool of a function, plain, async or a generator: ``@tool`` or ``@tool(approval=True, timeout=5)``.

    The model is told the function's name, its docstring and its annotated parameters. Raises `ToolDefinitionError`
    at once where they cannot be offered to a model.
    """

    def make(function: Callable[..., Any]) -> Tool:
        label = name or str(getattr(function, "__name__", ""))
        if not _NAME.fullmatch(label):
            raise ToolDefinitionError(
                f"{label!r} cannot be a tool's name.", "Letters, digits, _ and -, at most 64, not beginning with a digit.", "Give one with @tool(name=...)."
            )
        made = Tool(function, label, description or inspect.getdoc(written(function)) or "", approval, timeout, thread, result_limit)
        made.spec  # noqa: B018  a bad signature is reported where the tool is written, not when it is first offered
        return made

    return make if function is None else make(function)


def as_tool(value: Tool | Callable[..., Any]) -> Tool:
    """A tool as it is, a function as a tool. Raises `ToolDefinitionError` for anything else."""
    if isinstance(value, Tool):
        return value
    if not callable(value):
        raise ToolDefinitionError(f"{value!r} is not a tool.", "Tools are functions, or what @tool and %%tool made of them.")
    return tool(value)
