"""The columns of spans that have ended, made once: a table asked for again and again while runs go on costs what is new."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence

from nbagent import prices
from nbagent.observers.columns import Columns
from nbagent.observers.spans import Span


class Prepared:
    """The columns that `make` makes of spans of one kind, which only ever grow in number."""

    def __init__(self, make: Callable[[Sequence[Span]], Columns]) -> None:
        self._make, self._lock = make, threading.Lock()
        self._columns: Columns = {}
        self._count = self._prices = 0

    def columns(self, spans: Sequence[Span]) -> Columns:
        """The columns of all these spans, the first of which are those of the last time."""
        with self._lock:
            if self._prices != prices.changes():  # what was unknown may have a price now
                self._columns, self._count, self._prices = {}, 0, prices.changes()
            ready = next((place for place in range(self._count, len(spans)) if spans[place].status == "running"), len(spans))
            if ready > self._count or not self._columns:
                for name, values in self._make(spans[self._count : ready]).items():
                    self._columns.setdefault(name, []).extend(values)
                self._count = ready
            rest = self._make(spans[ready:])
            found = {name: values + rest[name] for name, values in self._columns.items()}
        running = [place for place, ended in enumerate(found["ended_at"]) if ended is None] if ready < len(spans) else []
        after = max((seq for seq, ended in zip(found["seq"], found["ended_at"], strict=True) if ended is not None), default=-1) + 1 if running else 0
        for number, place in enumerate(running):
            found["seq"][place] = after + number
        return found
