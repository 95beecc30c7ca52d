"""How a cell comes to be awaited: an input transformer that turns a cell of ``%%agent`` into an await, and a cell of
``%%tool`` into itself, ordinary Python, with the making of tools at its end.

A magic's coroutine is not awaited by IPython, and a cell that blocks gets no clicks (measured, ipykernel 7.4). So a cell
that begins with the magic is rewritten to a top-level await, which the kernel awaits while it goes on serving clicks.
Where the kernel cannot (``%run``, a cell run by another, ``%%time``, autoawait off) it steps aside, and the ordinary
magic does the same work, blocking.
"""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Any

MAGICS = ("%%agent", "%agent")
OURS = "get_ipython().find_line_magic('agent').__self__"  # the object with the magics, in code that a cell becomes


class AwaitedCells:
    """The transformer and the two hooks that tell it whether a cell is running already."""

    def __init__(self, ip: Any, begin_cell: Callable[..., None], end_cell: Callable[[], None]) -> None:
        self.ip, self._begin_cell, self._end_cell = ip, begin_cell, end_cell
        self._depth = 0

    def install(self) -> None:
        self.ip.events.register("pre_run_cell", self._before)
        self.ip.events.register("post_run_cell", self._after)
        # before IPython's own cell_magic transform, which would turn the cell into a blocking call
        self.ip.input_transformer_manager.line_transforms.insert(0, self.transform)

    def remove(self) -> None:
        self.ip.events.unregister("pre_run_cell", self._before)
        self.ip.events.unregister("post_run_cell", self._after)
        self.ip.input_transformer_manager.line_transforms.remove(self.transform)

    def _before(self, info: Any) -> None:
        self._depth += 1
        if self._depth == 1:
            self._begin_cell(getattr(info, "cell_id", None), counted=bool(getattr(info, "store_history", True)))

    def _after(self, _result: Any) -> None:
        self._depth = max(0, self._depth - 1)
        if self._depth == 0:
            self._end_cell()

    def transform(self, lines: list[str]) -> list[str]:
        """A cell of ``%%agent`` (or a cell that is one line of ``%agent``) as a top-level await; any other as it is."""
        if not lines or lines[0][:1] not in ("%", "#"):
            return lines
        if lines[0].startswith("#"):
            return self._below_comments(lines)
        word = lines[0].split(None, 1)[0]
        rest = lines[0][len(word) :].strip()
        if word == "%%tool" and self._depth == 0:
            return self._tool_cell(lines, rest)
        if word not in MAGICS or (word == "%agent" and any(line.strip() for line in lines[1:])):
            return lines
        if self._can_await():
            body = "".join(lines[1:]) if word == "%%agent" else None
            return [f"await {OURS}.awaited({rest!r}, {body!r})\n"]
        if word == "%agent" and rest.endswith("?"):  # a question to the model, which IPython would take for one of its help
            return [f"get_ipython().run_line_magic('agent', {rest!r})\n"]
        return lines

    def _tool_cell(self, lines: list[str], rest: str) -> list[str]:
        """The cell with a comment in place of the magic's line, so that line numbers in tracebacks are its own."""
        body = "".join(lines[1:])
        try:
            ast.parse(self.ip.transform_cell(body))
        except SyntaxError:
            return ["#\n", *lines[1:]]  # the error is to show the cell, not what would stand at its end
        end = "" if not body or body.endswith("\n") else "\n"
        return ["#\n", *lines[1:], f"{end}{OURS}.offer({rest!r}, {body!r})\n"]

    def _below_comments(self, lines: list[str]) -> list[str]:
        """A cell magic below comments is none to IPython, whose error does not say why."""
        first = next((line for line in lines if line.strip() and not line.startswith("#")), "")
        word = first.split(None, 1)[0] if first.startswith("%%") else ""
        return [f"{OURS}.misplaced({word!r})\n"] if word in ("%%agent", "%%tool") else lines

    def _can_await(self) -> bool:
        ip = self.ip
        return self._depth == 0 and bool(ip.autoawait) and hasattr(ip, "kernel") and ip.loop_runner is ip.loop_runner_map["asyncio"][0]
