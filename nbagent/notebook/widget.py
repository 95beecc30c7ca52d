"""The live view of a run as a widget: numbered batches go to the page, clicks come back.

It holds no state of the run: a page that missed something asks for the whole. Imported when the first view is shown,
for anywidget and the page's code are only needed then.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import anywidget
import traitlets

from nbagent.notebook.approvals import read_decision

_STATIC = Path(__file__).parents[1] / "static"


class RunWidget(anywidget.AnyWidget):
    """One run on the page.

    `snapshot` gives the numbered whole (`View.snapshot`) when the page asks. `on_ready` is called when the view is
    drawn, `on_stop` and `on_decide` when a person clicks; a decision has run_id, call_id, digest and decision. All of
    them may be called on another thread than the cell's, so they do no more than pass the word on.
    """

    _esm = (_STATIC / "widget.js").read_text(encoding="utf-8")
    _css = (_STATIC / "widget.css").read_text(encoding="utf-8")
    run_id = traitlets.Unicode().tag(sync=True)

    def __init__(
        self, *, snapshot: Callable[[], dict[str, Any]], on_stop: Callable[[], Any], on_decide: Callable[[dict[str, Any]], Any], on_ready: Callable[[], Any]
    ) -> None:
        super().__init__(run_id=uuid.uuid4().hex)
        self._snapshot, self._on_stop, self._on_decide, self._on_ready = snapshot, on_stop, on_decide, on_ready
        self._sent = 0
        self._when_left: Callable[[], Any] | None = None
        self._drawn = self._left = False
        self.on_msg(self._heard)
        # ipykernel 7.4 answers a comm on the subshell that last sent on it, which for a widget made in a cell is the busy main
        # one: give the front end its own choice back, so that clicks arrive while a tool holds the main thread
        if hasattr(self.comm, "_reply_subshell_for"):
            self.comm._reply_subshell_for = lambda _data, default: default

    def __repr__(self) -> str:
        return "A run of an agent whose page was left before it had ended. Its answer is in _: run _ in a cell to see it; or run this cell again."

    def send_ops(self, batch: dict[str, Any]) -> None:
        """Send a numbered batch (`View.take`). May be called from the engine's thread."""
        self._sent = batch["seq"]
        self.send(batch)

    def end(self, when_left: Callable[[], Any]) -> None:
        """The run is over. Where its page was loaded again meanwhile, `when_left` is called, now or when that page first asks."""
        if self._left:
            when_left()
        else:
            self._when_left = when_left

    def retire(self) -> None:
        """Close, but where a page that was loaded again shows the run by this alone."""
        if not self._left:
            self.close()

    def _heard(self, _widget: Any, message: Any, _buffers: Any) -> None:
        match message:
            case {"t": "ready"}:
                self._drawn = True
                self._on_ready()
            case {"t": "stop"}:
                self._on_stop()
            case {"t": "resync", "have": int(have)} if have != self._sent:
                self._another_page(have)
                self.send_ops(self._snapshot())
            case {"t": "decide", "run_id": str(), "call_id": str(), "digest": str(), "decision": decision} if read_decision(decision) is not None:
                self._on_decide({name: message[name] for name in ("run_id", "call_id", "digest", "decision")})
            case _:
                pass

    def _another_page(self, have: int) -> None:
        """A page that knows nothing, after one that had drawn the run, is the same one loaded again."""
        if have or not self._drawn or self._left:
            return
        self._left = True
        if self._when_left is not None:
            self._when_left()
