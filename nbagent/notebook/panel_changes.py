"""What tells a page that has asked for something that it is another by now.

The rule: it is one word, and nobody who did not ask hears it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Say = Callable[[dict[str, Any]], None]


class Changes:
    """Says `word` at each change of the `sources`, which are lists of who is called then. `to` begins it, `leave` ends it."""

    def __init__(self, word: str, *sources: list[Callable[[], None]]) -> None:
        self._word, self._sources = word, sources
        self._say: Say | None = None

    def to(self, say: Say) -> None:
        """Tell this page from now on, and no other."""
        if self._say is None:
            for source in self._sources:
                source.append(self._changed)
        self._say = say

    def leave(self) -> None:
        """The page has gone."""
        if self._say is not None:
            self._say = None
            for source in self._sources:
                source.remove(self._changed)

    def _changed(self) -> None:
        if self._say is not None:
            self._say({"t": self._word})
