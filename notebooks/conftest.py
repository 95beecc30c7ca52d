"""What ``pytest --nbval notebooks`` compares: all that a cell shows, but for what no two runs have in common, times and ids."""

from __future__ import annotations

import re
from typing import Any

PASSING = {"run_id", "batch", "duration", "ttft"}  # in a saved run
WORDS = (
    (re.compile(r"(?<=· )(first token )?(&lt;)?(\d+ min )?[\d.]+ m?s\b"), r"\1some time"),
    (re.compile(r"(?<=Thought for )(&lt;)?(\d+ min )?[\d.]+ m?s\b"), "some time"),
    (re.compile(r"(?<=--resume )[0-9a-f]{8}\b"), "ID"),
    (re.compile(r"(?<=Cell In\[)\d+"), "N"),  # nbval runs cells without counting them
)


def lasting(value: Any) -> Any:
    """An output, or a part of one, without what passes."""
    match value:
        case str():
            for pattern, word in WORDS:
                value = pattern.sub(word, value)
            return value
        case dict():
            return {key: lasting(item) for key, item in value.items() if key not in PASSING}
        case list():
            return [lasting(item) for item in value]
        case _:
            return value


def pytest_collection_modifyitems(items: list[Any]) -> None:
    for item in items:
        if hasattr(item, "compare_outputs"):  # a cell; nbval's own rules are for texts only, and a saved run is none
            item.sanitize = lasting
