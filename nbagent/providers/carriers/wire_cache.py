"""What a message looks like on a vendor's wire, kept as long as the message lives.

The rule: a message is turned once. Messages are frozen and come again with every step of a run, so that a step costs
what is new in it and not what the whole transcript holds.
"""

from __future__ import annotations

import weakref
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

from nbagent.messages import Message

W = TypeVar("W")


class WireCache(Generic[W]):
    """`turn(message, variant)`, remembered by the message's identity: hashing a transcript would cost what it saves.

    `variant` is what the wire form depends on beside the message (the model). What is returned is shared: it is not to
    be changed.
    """

    def __init__(self, turn: Callable[[Message, Hashable], W]) -> None:
        self._turn = turn
        self._kept: dict[int, tuple[weakref.ref[Message], dict[Hashable, W]]] = {}

    def __call__(self, message: Message, variant: Hashable = None) -> W:
        key = id(message)
        kept = self._kept.get(key)
        if kept is None:
            forget = self._kept.pop
            kept = self._kept[key] = (weakref.ref(message, lambda _: forget(key, None)), {})
        forms = kept[1]
        if variant not in forms:
            forms[variant] = self._turn(message, variant)
        return forms[variant]
