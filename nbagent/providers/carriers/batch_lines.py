"""The results of a batch as vendors give them: a line of JSON a request, each with the id of its own.

The rule: what came is kept. A line that cannot be read takes nothing of the others with it: its error stands in its place.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, TypeVar

from nbagent.errors import GarbledStream

A = TypeVar("A")


def read_lines(content: bytes, answer: Callable[[dict[str, Any]], A], *, provider: str) -> dict[str, A | GarbledStream]:
    """What `answer` says of each line, by its id; by the line's number (``"line 7"``) where not even that can be read. Of two
    answers to one request the first that is none of an error counts."""
    made: dict[str, A | GarbledStream] = {}
    for number, line in enumerate(content.split(b"\n"), 1):
        if not line.strip():
            continue
        custom_id, found = f"line {number}", None
        try:
            told = json.loads(line)
            custom_id = str(told["custom_id"])
            found = answer(told)
        except (ValueError, LookupError, TypeError, AttributeError) as error:  # whatever is not as it should be
            garbled = GarbledStream(f"{provider}: a line of the batch's answers cannot be read.", line[:200].decode("utf-8", "replace"))
            garbled.__cause__ = error
        if custom_id not in made or isinstance(made[custom_id], Exception):
            made[custom_id] = garbled if found is None else found
    return made
