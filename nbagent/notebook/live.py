"""One run in a cell's output: the live view while it runs, and the saved transcript that takes its place.

Deltas go to the page in numbered batches, at most 30 a second; the last thing that a cell leaves is a plain mime bundle,
which a reopened notebook shows without a kernel.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from IPython import display as ipython
from IPython import get_ipython

from nbagent.events import RunEvent
from nbagent.notebook.tracebacks import cell_names, readable
from nbagent.observers.static import bundle, metadata
from nbagent.observers.view import View
from nbagent.observers.words import file_words, pretty, source_lines
from nbagent.session import Session

if TYPE_CHECKING:
    from nbagent.notebook.widget import RunWidget

LEFT = "This page was loaded again while the run went on, so its answer is not kept in the notebook. It is in _: run _ in a cell to have it there."
PERIOD = 1 / 28  # seconds between batches, some 30 a second with opening and closing: JupyterLab handles about 400, and the server drops above 1,000


class LiveView:
    """The view of one run. `interactive`: a page that can show widgets and a person who can click. `markdown`: only the
    answer stays, as Markdown."""

    def __init__(
        self, session: Session, *, interactive: bool, markdown: bool, on_ready: Callable[[], None], on_decide: Callable[[dict[str, Any]], None]
    ) -> None:
        self._markdown = markdown
        self._session, self._before = session, session.view
        self._ended: View | None = None
        self._widget: RunWidget | None = None
        self._handle: Any = None
        self._timer: asyncio.TimerHandle | None = None
        self._painted = 0.0
        if interactive:
            from nbagent.notebook.widget import RunWidget

            self._widget = RunWidget(snapshot=self._snapshot, on_stop=session.cancel, on_ready=on_ready, on_decide=on_decide)

    def open(self) -> None:
        """Put the live view on the page."""
        if self._widget is not None:
            self._handle = ipython.display(self._widget, display_id=True)

    def _snapshot(self) -> dict[str, Any]:
        view = self._ended or self._session.view
        return view.snapshot() if view is not None else {"t": "state", "seq": 0, "state": {}}

    def observe(self, events: Sequence[RunEvent]) -> None:  # noqa: ARG002  what changed is asked of the view when it is painted
        """Something happened: paint soon, once for all that comes until then. On the engine's thread."""
        if self._timer is None and self._widget is not None:
            loop = asyncio.get_running_loop()
            self._timer = loop.call_at(max(loop.time() + 0.005, self._painted + PERIOD), self._paint)

    def _paint(self) -> None:
        self._timer = None
        self._painted = asyncio.get_running_loop().time()
        self._send()

    def _send(self) -> None:
        view = self._session.view
        if view is not None and self._widget is not None:
            batch = view.take()
            if batch is not None:
                for op in batch["ops"]:
                    if op[0] == "run":
                        op[1].pop("error", None)
                self._widget.send_ops(batch)

    def close(self) -> None:
        """Leave the transcript in the cell: where the live view was, or in its own place where there was none."""
        view = self._session.view
        if view is None or view is self._before:  # the run did not begin: there is nothing to leave
            self.retire()
            return
        if self._timer is not None:
            self._timer.cancel()
        state = view.state() | {"error": None}  # the cell's own error output says it; twice would be once too often
        state = readable(state, cell_names(get_ipython()))
        if self._markdown:
            text = markdown_of(state)
            ipython.display({"text/markdown": text, "text/plain": text}, metadata=metadata(state), raw=True)
            return
        if self._handle is None or self._widget is None:
            ipython.display(bundle(state), metadata=metadata(state), raw=True)
            return
        self._ended = view
        self._widget.end(lambda: view.notice("warning", LEFT))
        self._send()
        self._handle.update(bundle(state), metadata=metadata(state), raw=True)

    def retire(self) -> None:
        """Another cell runs: a page that was loaded again in mid-run, and could ask for nothing while the kernel was busy, has asked by now."""
        if self._widget is not None:
            self._widget.retire()


def markdown_of(state: dict[str, Any]) -> str:
    """The answer alone: its texts with their sources, and its value as JSON where it has a type."""
    pieces = []
    for item in state["items"]:
        if item["k"] == "text" and not item.get("folded"):
            sources = "\n".join(f"{number}. {line}" for number, line in enumerate(source_lines(item), 1))
            pieces.append(item["text"] + (f"\n\n{sources}" if sources else ""))
        elif item["k"] == "output":
            pieces.append(f"```json\n{pretty(item['json'])}\n```")
        elif item["k"] == "file":
            pieces.append(f"[{file_words(item)}]")
    return "\n\n".join(pieces)
