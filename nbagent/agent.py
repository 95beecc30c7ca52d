"""An agent as data: what it is called, which model, what it is told, and its tools. The verbs are on `Session`."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import KW_ONLY, dataclass, field, fields, replace
from typing import Any, Literal

from nbagent.errors import ConfigError, did_you_mean, redact
from nbagent.handlers import Handlers, checked
from nbagent.history import History
from nbagent.messages import ToolResultPart
from nbagent.provider import Provider
from nbagent.tools import Tool, as_tool
from nbagent.toolset import IfExists, Toolset

AfterTools = Literal["continue", "stop"] | Sequence[str] | Callable[[Sequence[ToolResultPart]], bool]
"""What comes after the results of tools; a function says of them whether they are the answer."""

_LEAST = {"max_steps": 1, "max_total_tokens": 1, "retries": 0, "output_retries": 0, "max_parallel_tools": 1}
_MODES = ("auto", "native", "tool", "text")


@dataclass(frozen=True)
class Agent:
    """An agent: data, no verbs.

    `model` is a ``provider:model`` string, a provider object, or None for the default model of this machine.
    `tools` are `Tool` objects, plain functions, or names of tools that installed packages bring. `params` go to the provider as they are (``temperature=0``).
    `max_steps` bounds the model calls of a run, `max_cost` (US dollars) its price, `max_total_tokens` what is sent and
    answered: once so much is used no further model is asked, and the call that goes over it is kept. Each counts the runs inside
    its tools, too. `retries` are the attempts after a failure that came before the
    first part of an answer. `fallback` are the models that are asked, in turn, where that did not help.

    `output_type` (a pydantic model, dataclass, TypedDict, ``list[...]``, union, Literal or scalar) makes the answer a
    value of that type: by the model's own JSON mode (``native``), a final tool (``tool``), or words in the prompt
    (``text``); ``auto`` takes the first that the model can. A wrong answer goes back to it up to `output_retries` times.

    `native_tools` is True or False to use the model's own tool calls or text for them; None lets the provider's table
    decide. At most `max_parallel_tools` calls run at once. `after_tools` says what comes after results: ``continue``
    (ask the model again), ``stop`` (the results are the answer, where no call failed), names of tools after which to stop, or a function of the results.

    `on_error` has functions by kinds of errors: ``{"MaxStepsReached": give_up}``. Where a run would fail so, its function is given the
    `nbagent.Failure` (its `error`, the `text` said last, `messages`, `usage`, `cost`, `agent`, `run_id` and `session`), and the run ends
    completed with the output that it returns, or fails as ever where that is None.

    `history` says which messages are sent: ``Trim(tokens=8_000)``, or a function of the list of all of them; what is kept and shown is
    the whole conversation. `tools` may be a `Toolset`, too.
    """

    name: str = "assistant"
    _: KW_ONLY
    model: str | Provider | None = None
    instructions: str = ""
    tools: Sequence[Tool | Callable[..., Any] | str] | Mapping[str, Tool] = ()
    params: dict[str, Any] = field(default_factory=dict)
    base_url: str | None = None
    api_key: str | None = field(default=None, repr=False)
    max_steps: int = 20
    max_cost: float | None = None
    max_total_tokens: int | None = None
    retries: int = 4
    tool_choice: str = "auto"
    fallback: Sequence[str | Provider] = ()
    output_type: Any = None
    output_mode: Literal["auto", "native", "tool", "text"] = "auto"
    output_retries: int = 2
    native_tools: bool | None = None
    max_parallel_tools: int = 8
    after_tools: AfterTools = "continue"
    on_error: Handlers = field(default_factory=dict)
    history: History | None = None

    def __post_init__(self) -> None:
        for name, least in _LEAST.items():
            value = getattr(self, name)
            if name == "max_total_tokens" and value is None:
                continue
            if isinstance(value, bool) or not isinstance(value, int) or value < least:
                raise ConfigError(f"{name}={value!r} is no whole number of {least} or more.")
        if self.max_cost is not None and not (isinstance(self.max_cost, int | float) and math.isfinite(self.max_cost) and self.max_cost >= 0):
            raise ConfigError(f"max_cost={self.max_cost!r} is no limit.", "It is in US dollars, 0 or more; None is no limit.")
        if self.output_mode not in _MODES:
            raise ConfigError(
                f"There is no output_mode {self.output_mode!r}.", did_you_mean(str(self.output_mode), [*_MODES]), "There are: " + ", ".join(_MODES) + "."
            )
        object.__setattr__(self, "on_error", checked(self.on_error))
        if self.history is not None and not callable(self.history):
            raise ConfigError(f"history={self.history!r} is no function of messages.", mend="Write history=Trim(tokens=8_000).")
        tools = [as_tool(tool) for tool in (self.tools.values() if isinstance(self.tools, Mapping) else self.tools)]
        Toolset(tools)
        object.__setattr__(self, "tools", tuple(tools))

    def __repr__(self) -> str:
        """All but the keys, wherever they are."""
        shown = ", ".join(f"{each.name}={getattr(self, each.name)!r}" for each in fields(self) if each.repr)
        return redact(f"Agent({shown})")

    @property
    def offered(self) -> tuple[Tool, ...]:
        """The tools, each as a `Tool`."""
        return tuple(as_tool(tool) for tool in self.tools)

    def with_tools(self, *tools: Tool | Callable[..., Any] | str, if_exists: IfExists = "raise") -> Agent:
        """A copy with more tools. Raises `ToolDefinitionError` where one has the name of another, unless `if_exists` says otherwise."""
        whole = Toolset(self.offered)
        whole.add(*tools, if_exists=if_exists)
        return self.replace(tools=whole)

    def without_tools(self, *names: str) -> Agent:
        """A copy without the tools of these names, or patterns (``get_*``). Raises `ConfigError` for one that is not there."""
        whole = Toolset(self.offered)
        whole.remove(*names)
        return self.replace(tools=whole)

    def replace(self, **changes: Any) -> Agent:
        """A copy with some fields changed."""
        return replace(self, **changes)
