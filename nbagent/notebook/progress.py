"""A bar in a cell's output, that is drawn again where it stands and says at the end what it came to.

The rule: it is a display like any other, with plain text beside its HTML, so that it is still there when the notebook is
saved, and in any front end.
"""

from __future__ import annotations

import threading
import time
from html import escape
from typing import Any

from IPython import display as ipython

from nbagent.many import Many, told

_PERIOD = 0.2  # seconds between two drawings of the same bar


class Bar:
    """One line: words, and before them a bar where it is known how far it is."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._handle: Any = None
        self._drawn = ("", -1)

    def show(self, what: str, fraction: float | None) -> None:
        percent = -1 if fraction is None else round(fraction * 100)
        if (what, percent) == self._drawn:
            return
        self._drawn = what, percent
        text = f"{self._name} {what}"
        bar = f'<progress max="100" value="{percent}" style="width:16em;vertical-align:middle"></progress> ' if 0 <= percent < 100 else ""
        bundle = {"text/html": f"<div>{bar}<small>{escape(text)}</small></div>", "text/plain": text}
        if self._handle is None:
            self._handle = ipython.display(bundle, raw=True, display_id=True)  # type: ignore[no-untyped-call]
        else:
            self._handle.update(bundle, raw=True)


class RunsBar:
    """How far many runs are: how many are done, what failed, what it cost, and about how long it will still take."""

    def __init__(self, total: int) -> None:
        self._total, self._begun, self._shown = total, time.monotonic(), 0.0
        self._lock = threading.Lock()
        self._last: Many | None = None
        self._bar = Bar(f"{total} {'prompt' if total == 1 else 'prompts'}:")
        self._bar.show("0 done", 0.0)

    def show(self, many: Many) -> None:
        self._last = many
        now = time.monotonic()
        if now - self._shown >= _PERIOD:
            self._shown = now
            self._draw(many, self._left(many, now))

    def close(self) -> None:
        """Say what it came to."""
        if self._last is None:
            self._bar.show("stopped before one was done", None)
        else:
            stopped = "" if self._last.done == self._total else ", stopped"
            self._draw(self._last, f"{stopped}, {time.monotonic() - self._begun:.1f} s", whole=True)

    def _left(self, many: Many, now: float) -> str:
        seconds = (now - self._begun) / many.done * (self._total - many.done) if many.done else 0.0
        return f", about {seconds:.0f} s left" if seconds >= 1 else ""

    def _draw(self, many: Many, after: str, *, whole: bool = False) -> None:
        words = told(many)
        well = f"{many.done - many.failed} answered" if many.failed else f"{many.done} done"
        self._bar.show(f"{well}{f', {words}' if words else ''}{after}", None if whole else many.done / self._total)
