"""How a cell comes to be awaited: an input transformer that turns a cell of ``%%agent`` into an await, and a cell of
``%%tool`` into itself, ordinary Python, with the making of tools at its end.

A magic's coroutine is not awaited by IPython, and a cell that blocks gets no clicks (measured, ipykernel 7.4). So a cell
that begins with the magic is rewritten to a top-level await, which the kernel awaits while it goes on serving clicks.
Where the kernel cannot (``%run``, a cell run by another, ``%%time``, autoawait off) it steps aside, and the ordinary
magic does the same work, blocking.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

MAGICS = ("%%agent", "%agent")


class AwaitedCells:
    """The transformer and the two hooks that tell it whether a cell is running already."""

    def __init__(self, ip: Any, begin_cell: Callable[[str | None], None]) -> None:
        self.ip, self._begin_cell = ip, begin_cell
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
            self._begin_cell(getattr(info, "cell_id", None))

    def _after(self, _result: Any) -> None:
        self._depth = max(0, self._depth - 1)

    def transform(self, lines: list[str]) -> list[str]:
        """A cell of ``%%agent`` (or a cell that is one line of ``%agent``) as a top-level await; any other as it is."""
        if self._depth > 0 or not lines or not lines[0].startswith("%"):
            return lines
        first = lines[0]
        word = first.split(None, 1)[0]
        rest = first[len(word) :].strip()
        if word == "%%tool" and len(lines) > 1:
            # a comment in place of the magic's line, so that line numbers in tracebacks are the cell's own
            end = "" if lines[-1].endswith("\n") else "\n"
            return ["#\n", *lines[1:], f"{end}get_ipython().find_line_magic('tool').__self__.offer({rest!r}, {''.join(lines[1:])!r})\n"]
        if word not in MAGICS or first.rstrip().endswith("?") or not self._can_await():
            return lines
        if word == "%agent" and any(line.strip() for line in lines[1:]):
            return lines
        body = "".join(lines[1:]) if word == "%%agent" else None
        return [f"await get_ipython().find_line_magic('agent').__self__.awaited({rest!r}, {body!r})\n"]

    def _can_await(self) -> bool:
        return bool(self.ip.autoawait) and hasattr(self.ip, "kernel")
