"""Claims on what is remembered of messages."""

from __future__ import annotations

import gc

import pytest

from nbagent.messages import Message, user
from nbagent.providers.carriers.wire_cache import WireCache


def test_a_message_is_turned_once_for_each_variant() -> None:
    turned: list[tuple[Message, object]] = []
    cache = WireCache(lambda message, variant: turned.append((message, variant)) or [len(turned)])
    one, same_words = user("hello"), user("hello")
    assert cache(one, "a") is cache(one, "a")
    assert cache(one, "b") == [2]
    assert cache(same_words, "a") == [3]
    assert [variant for _, variant in turned] == ["a", "b", "a"]


def test_what_is_remembered_goes_with_its_message() -> None:
    cache = WireCache(lambda message, _: message.text.upper())
    for number in range(50):
        message = user(f"number {number}")
        assert cache(message) == f"NUMBER {number}"
    del message
    gc.collect()
    assert cache._kept == {}


def test_a_turn_that_fails_is_tried_again_and_leaves_nothing_wrong() -> None:
    fails = [True]

    def turn(message: Message, _: object) -> str:
        if fails.pop() if fails else False:
            raise ValueError
        return message.text

    cache, message = WireCache(turn), user("x")
    with pytest.raises(ValueError):  # noqa: PT011  ours, just raised
        cache(message)
    assert cache(message) == "x"
