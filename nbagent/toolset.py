"""Tools by name: put in, taken out and looked at, with one rule for two of the same name.

What is in it is a dict of names and `Tool`s, in the order in which they came; ``Agent(tools=...)`` takes it as it is then.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any, Literal

from nbagent.errors import ConfigError, ToolDefinitionError, did_you_mean
from nbagent.tools import Tool, as_tool
from nbagent.type_guide import readable

if TYPE_CHECKING:
    import pandas as pd

IfExists = Literal["replace", "raise", "warn"]
"""What becomes of a tool whose name another has: it takes its place, silently or with a warning, or is an error."""

POLICIES: tuple[IfExists, ...] = ("replace", "raise", "warn")
COLUMNS = ("tool", "description", "parameters", "needs_approval", "timeout_s", "runs")
PARAMETERS = ("parameter", "type", "required", "default", "description")


class Toolset(dict[str, Tool]):
    """Tools by name: ``Toolset([get_weather, get_time])``. Raises `ToolDefinitionError` for two functions of one name."""

    def __init__(self, tools: Iterable[Tool | Callable[..., Any] | str] = (), *, if_exists: IfExists = "raise") -> None:
        super().__init__()
        self.add(*tools, if_exists=if_exists)

    def add(self, *tools: Tool | Callable[..., Any] | str, if_exists: IfExists = "replace") -> list[str]:
        """Put tools in, all or none of them; returns their names. A function that is there already is no other tool."""
        if if_exists not in POLICIES:
            raise ConfigError(f"There is no if_exists={if_exists!r}.", did_you_mean(str(if_exists), [*POLICIES]), f"There are: {', '.join(POLICIES)}.")
        made = [as_tool(each) for each in tools]
        seen = dict(self)
        others = [each.name for each in made if seen.setdefault(each.name, each).function != each.function]
        if others and if_exists == "raise":
            raise ToolDefinitionError(
                f"Two tools are called {others[0]!r}.",
                mend="Give one of them another name (name=...), take the other out, or say if_exists='replace'.",
            )
        for name in others if if_exists == "warn" else ():
            warnings.warn(f"the tool {name!r} is another function now", UserWarning, stacklevel=2)
        self.update({each.name: each for each in made})
        return [each.name for each in made]

    def named(self, *names: str) -> list[str]:
        """The names that these are, patterns (``get_*``) among them. Raises `ConfigError` for one that is no tool's."""
        found: dict[str, None] = {}
        for name in names:
            here = [name] if name in self else [each for each in self if fnmatchcase(each, name)] if any(sign in name for sign in "*?[") else []
            if not here:
                raise ConfigError(f"There is no tool {name!r}.", did_you_mean(name, [*self]) or f"Tools: {', '.join(self) or 'none'}.")
            found |= dict.fromkeys(here)
        return [*found]

    def remove(self, *names: str) -> list[str]:
        """Take tools out by name or pattern, all or none of them; returns their names. Raises `ConfigError` for one that is not there."""
        gone = self.named(*names)
        for name in gone:
            del self[name]
        return gone

    def table(self, name: str | None = None) -> pd.DataFrame:
        """The tools, a row each; with the name of one its parameters. Raises `ConfigError` for one that is not there."""
        import pandas as pd

        if name is None:
            return pd.DataFrame([_row(each) for each in self.values()], columns=list(COLUMNS))
        (found, *_) = self.named(name)
        return pd.DataFrame(_parameters(self[found]), columns=list(PARAMETERS), dtype=object)

    def _repr_html_(self) -> str:
        shown: str = self.table().to_html(index=False)
        return shown

    def __repr__(self) -> str:
        return f"Toolset({', '.join(self)})"


def _row(tool: Tool) -> dict[str, Any]:
    return {
        "tool": tool.name,
        "description": tool.description.split("\n\n")[0],
        "parameters": ", ".join(tool.spec.parameters["properties"]),
        "needs_approval": "asks" if callable(tool.needs_approval) else tool.needs_approval,
        "timeout_s": tool.timeout,
        "runs": "async" if tool.is_async else "on the cell's thread" if tool.on_callers_thread else "on its own thread",
    }


def _parameters(tool: Tool) -> list[dict[str, Any]]:
    schema = tool.spec.parameters
    required = schema.get("required", ())
    return [
        {
            "parameter": name,
            "type": readable(each | ({"$defs": schema["$defs"]} if "$defs" in schema else {})),
            "required": name in required,
            "default": each.get("default"),
            "description": each.get("description", ""),
        }
        for name, each in schema["properties"].items()
    ]
