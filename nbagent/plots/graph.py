"""An agent as a picture: the model that it asks, those that stand in for it, and its tools.

It draws what the agent says of itself and asks nobody.
"""

from __future__ import annotations

from typing import Any

from nbagent.plots.plot import Plot
from nbagent.plots.svg import COLOURS, FAINT, KINDS, cut, document, line, rect, text, wide

_ROW, _HIGH, _GAP = 34, 26, 70
_BOX = 190


def draw_graph(agent: Any) -> Plot:
    """The agent (or the agent of a session) with its models and tools, as SVG; `data` has a row a box. No program is needed for it."""
    import pandas as pd

    agent = getattr(agent, "agent", agent)
    models = [_named(agent.model), *(_named(other) for other in agent.fallback)]
    tools = list(agent.offered)
    rows = max(1, len(models), len(tools))
    height, middle = rows * _ROW + 40, rows * _ROW / 2 + 20
    left, centre, right = 10, 10 + _BOX + _GAP, 10 + 2 * (_BOX + _GAP)
    parts: list[str] = []
    found: list[dict[str, Any]] = [{"kind": "agent", "name": agent.name, "note": _first(agent.instructions)}]
    for place, name in enumerate(models):
        y = middle + (place - (len(models) - 1) / 2) * _ROW
        note = "" if place == 0 else "asked where the one above fails"
        parts += [line(left + _BOX, y, centre, middle, opacity=0.7 if place == 0 else 0.3), *_box(left, y, name, KINDS["chat"], note)]
        found.append({"kind": "model", "name": name, "note": note})
    for place, tool in enumerate(tools):
        y = middle + (place - (len(tools) - 1) / 2) * _ROW
        asks = bool(getattr(tool, "needs_approval", False))
        parts += [
            line(centre + _BOX, middle, right, y, opacity=0.7),
            *_box(right, y, _asking(tool.name) if asks else tool.name, KINDS["execute_tool"], tool.description),
        ]
        found.append({"kind": "tool", "name": tool.name, "note": _first(tool.description)})
    parts += _box(centre, middle, agent.name, COLOURS[3], agent.instructions, bold=True)
    for x, words in ((left, "model"), (centre, "agent"), (right, "tools" if tools else "")):
        parts.append(text(x, 14, words, fill=FAINT))
    told = f"{agent.name} asks {', then '.join(models)}" + (f" and has {', '.join(tool.name for tool in tools)}" if tools else ", and has no tools")
    return Plot(document(right + (_BOX if tools else -_GAP) + 10, height, parts, f"The agent {agent.name}", told), pd.DataFrame(found), told)


def _box(x: float, y: float, words: str, colour: str, tip: str = "", *, bold: bool = False) -> list[str]:
    return [
        rect(x, y - _HIGH / 2, _BOX, _HIGH, colour, tip=" ".join([words, *tip.split()])[:300], opacity=0.18, round_=6, stroke=colour),
        text(x + _BOX / 2, y + 4, words, anchor="middle", bold=bold, room=_BOX - 14),
    ]


def _asking(name: str) -> str:
    words = " (asks first)"
    return cut(name, _BOX - 14 - wide(words)) + words


def _named(model: Any) -> str:
    if model is None:
        return "the default model"
    return model if isinstance(model, str) else str(getattr(model, "model", "") or getattr(model, "name", model))


def _first(words: str) -> str:
    return " ".join(words.split())[:200]
