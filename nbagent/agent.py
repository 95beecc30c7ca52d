"""An agent as data: what it is called, which model, what it is told, and its tools. The verbs are on `Session`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import KW_ONLY, dataclass, field, fields, replace
from typing import Any

from nbagent.errors import redact
from nbagent.provider import Provider
from nbagent.tools import Tool, as_tool


@dataclass(frozen=True)
class Agent:
    """An agent: data, no verbs.

    `model` is a ``provider:model`` string, a provider object, or None for the default model of this machine.
    `tools` are `Tool` objects or plain functions. `params` go to the provider as they are (``temperature=0``).
    `max_steps` bounds the model calls of a run, `max_cost` (US dollars) its price, `retries` the attempts after a
    failure that came before the first part of an answer.
    """

    name: str = "assistant"
    _: KW_ONLY
    model: str | Provider | None = None
    instructions: str = ""
    tools: Sequence[Tool | Callable[..., Any]] = ()
    params: dict[str, Any] = field(default_factory=dict)
    base_url: str | None = None
    api_key: str | None = field(default=None, repr=False)
    max_steps: int = 20
    max_cost: float | None = None
    retries: int = 4
    tool_choice: str = "auto"

    def __post_init__(self) -> None:
        object.__setattr__(self, "tools", tuple(as_tool(tool) for tool in self.tools))

    def __repr__(self) -> str:
        """All but the keys, wherever they are."""
        shown = ", ".join(f"{each.name}={getattr(self, each.name)!r}" for each in fields(self) if each.repr)
        return redact(f"Agent({shown})")

    @property
    def offered(self) -> tuple[Tool, ...]:
        """The tools, each as a `Tool`."""
        return tuple(as_tool(tool) for tool in self.tools)

    def replace(self, **changes: Any) -> Agent:
        """A copy with some fields changed."""
        return replace(self, **changes)
