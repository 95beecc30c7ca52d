"""What a person says of tools for longer than one call: ask or do not ask, on or off. It is kept beside the tools, never in them.

It lasts as long as the process (`tool_rules`) or a session (`Session.grants`). What allows a tool holds for its code as
it was; what restrains one holds for its name.
"""

from __future__ import annotations

import inspect
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any, Literal

from nbagent.errors import ConfigError
from nbagent.provenance import tool_hash
from nbagent.tools import Tool, as_tool

ApprovalMode = Literal["default", "ask", "always"]
"""Of a tool's calls: as the tool says, each waits for a person, none does."""


@dataclass(frozen=True)
class _Code:
    """What a tool was when it was allowed: its source, and the values that its function was made with."""

    hash: str
    values: tuple[object, ...]
    said: int

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, _Code):
            return NotImplemented
        same = len(self.values) == len(other.values) and all(one is another for one, another in zip(self.values, other.values, strict=True))
        return same and (self.hash, self.said) == (other.hash, other.said)

    __hash__ = None  # type: ignore[assignment]


def _code(tool: Tool) -> _Code:
    return _Code(tool_hash(tool), tuple(_values(tool.function)), tool_rules.times(tool.name))


def _values(function: Any) -> Iterator[object]:
    while isinstance(function, partial):
        yield from (*function.args, *function.keywords.values())
        function = function.func
    if inspect.ismethod(function):
        yield function.__self__
        function = function.__func__
    yield from getattr(function, "__defaults__", None) or ()
    yield from (getattr(function, "__kwdefaults__", None) or {}).values()
    for cell in getattr(function, "__closure__", None) or ():
        try:
            yield cell.cell_contents
        except ValueError:  # not given a value yet
            yield cell


class Grants:
    """The tools whose calls run unasked, each until its code is another, or what it was made with."""

    def __init__(self) -> None:
        self._given: dict[str, _Code] = {}

    def give(self, tool: Tool) -> None:
        self._given[tool.name] = _code(tool)
        tool_rules.tell()

    def take_back(self, name: str) -> bool:
        """Ask again. Returns whether there was anything to take back."""
        had = self._given.pop(name, None) is not None
        tool_rules.tell()
        return had

    def allow(self, tool: Tool) -> bool:
        """Whether this very tool was allowed."""
        given = self._given.get(tool.name)
        return given is not None and given == _code(tool)

    def __iter__(self) -> Iterator[str]:
        return iter(tuple(self._given))

    def __repr__(self) -> str:
        return f"Grants({', '.join(self) or 'none'})"


class ToolRules:
    """What holds for tools in every session of this process: ``nbagent.tool_rules.ask("delete_rows")``, ``.off("search")``.

    `ask`, `default`, `off` and `on` take tools or their names, `always` the tool itself, for its code counts. `listeners`
    are called after each change, on the thread that made it.
    """

    def __init__(self) -> None:
        self._asked: set[str] = set()
        self._off: set[str] = set()
        self._times: Counter[str] = Counter()
        self.grants = Grants()
        self.listeners: list[Callable[[], None]] = []

    def ask(self, *tools: Tool | Callable[..., Any] | str) -> None:
        """Each call waits for a person. What was allowed in sessions until now is taken back."""
        self._set(tools, self._asked.add)

    def default(self, *tools: Tool | Callable[..., Any] | str) -> None:
        """As the tools themselves say; what was allowed is taken back."""
        self._set(tools, self._asked.discard)

    def always(self, *tools: Tool | Callable[..., Any]) -> None:
        """No call waits, until this process ends or the tool's code is another. Raises `ConfigError` for a name."""
        for each in tools:
            if isinstance(each, str):
                raise ConfigError(f"{each!r} is a name, and what runs unasked is code.", mend="Give the tool itself, without quotes.")
            tool = as_tool(each)
            self._asked.discard(tool.name)
            self.grants.give(tool)

    def off(self, *tools: Tool | Callable[..., Any] | str) -> None:
        """Not offered to any model, and not run, until they are `on` again."""
        self._off.update(_name(each) for each in tools)
        self.tell()

    def on(self, *tools: Tool | Callable[..., Any] | str) -> None:
        """Offered again."""
        self._off.difference_update(_name(each) for each in tools)
        self.tell()

    def offers(self, tool: Tool) -> bool:
        """Whether it is on, here and by its own `enabled`."""
        return tool.name not in self._off and tool.is_enabled

    def is_off(self, name: str) -> bool:
        return name in self._off

    def mode(self, tool: Tool) -> ApprovalMode:
        """What was said of this tool here."""
        return "always" if self.grants.allow(tool) else "ask" if tool.name in self._asked else "default"

    def is_asked(self, name: str) -> bool:
        """Whether each of its calls waits, whatever the tool says, unless it is `allowed_by` what was said later."""
        return name in self._asked

    def allowed_by(self, tool: Tool, grants: Grants) -> Literal["always", "session"] | None:
        """Where it was said that this tool runs unasked."""
        return "always" if self.grants.allow(tool) else "session" if grants.allow(tool) else None

    def times(self, name: str) -> int:
        """How often `ask` and `default` were said of it: what sessions had allowed before holds no more."""
        return self._times[name]

    def tell(self) -> None:
        """Something changed."""
        for listener in tuple(self.listeners):
            listener()

    def __repr__(self) -> str:
        said = {"ask": sorted(self._asked), "always": sorted(self.grants), "off": sorted(self._off)}
        return "ToolRules(" + ", ".join(f"{what}: {', '.join(names)}" for what, names in said.items() if names) + ")"

    def _set(self, tools: tuple[Tool | Callable[..., Any] | str, ...], put: Callable[[str], None]) -> None:
        for name in map(_name, tools):
            self._times[name] += 1
            put(name)
            self.grants.take_back(name)


def _name(tool: Tool | Callable[..., Any] | str) -> str:
    return tool if isinstance(tool, str) else as_tool(tool).name


tool_rules = ToolRules()
