"""What really went over the wire in a model call: the body as it was sent, and the payloads as they came back.

The rule: who streams does not pay for it. References are kept and nothing is encoded; of a long answer the middle is let go.
Who sends says so with `sent`, whoever it is for: the exchange of a call travels beside it, in a context variable.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from contextvars import ContextVar
from typing import Any, NamedTuple

HEAD, TAIL = 512 * 1024, 128 * 1024
"""Bytes of an answer that are kept at its beginning and at its end."""


class Wire(NamedTuple):
    """`request` is the body before it was JSON, None where nothing was sent; `left_out` the bytes that went from the middle of
    `payloads`, behind the first `head` of them; `attempt` counts the requests: what is told is the last one's."""

    request: Any
    payloads: Sequence[bytes]
    head: int = 0
    left_out: int = 0
    attempt: int = 1


class Exchange:
    """The exchange of one model call, as it goes on. It is shared by who sends, who reads and who keeps it."""

    def __init__(self) -> None:
        self._request: Any = None
        self._attempt = 0
        self._empty()

    def _empty(self) -> None:
        self._head: list[bytes] = []
        self._tail: deque[bytes] = deque()
        self._size = self._tail_size = self._left_out = 0

    def sent(self, body: Any) -> None:
        """A request goes out; what came of one before it is let go."""
        self._request = body
        self._attempt += 1
        self._empty()

    def came(self, payloads: Sequence[bytes]) -> None:
        """What one network read brought."""
        if self._size < HEAD:
            self._head += payloads
            self._size += sum(map(len, payloads))
            return
        for payload in payloads:
            self._tail.append(payload)
            self._tail_size += len(payload)
        while self._tail_size > TAIL and len(self._tail) > 1:
            gone = len(self._tail.popleft())
            self._tail_size -= gone
            self._left_out += gone

    def taken(self) -> Wire | None:
        """The exchange as it is now; None where nothing was sent."""
        if self._attempt == 0:
            return None
        return Wire(self._request, [*self._head, *self._tail], len(self._head), self._left_out, self._attempt)

    def let_go(self) -> None:
        """Forget it: who wanted to keep it has taken it."""
        self._request = None
        self._attempt = 0
        self._empty()


exchange: ContextVar[Exchange | None] = ContextVar("nbagent_exchange", default=None)
"""The exchange of the model call that is under way here; None where nobody wants to have it."""


def sent(body: Any) -> Any:
    """Say that this body is sent now, and give it back. It is not to be changed from now on."""
    if (now := exchange.get()) is not None:
        now.sent(body)
    return body
