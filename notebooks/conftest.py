"""What ``pytest --nbval notebooks`` compares: all that a cell shows, but for what no two runs have in common, times and ids."""

from __future__ import annotations

import os
import re
import tempfile
from pathlib import Path
from typing import Any

from nbagent.observers.sqlite import SQLite

PASSING = {"run_id", "batch", "duration", "ttft", "waited"}  # in a saved run
WORDS = (
    (re.compile(r"(?<=· )(first token )?(&lt;)?(\d+ min )?[\d.]+ m?s\b"), r"\1some time"),
    (re.compile(r"(?<=Thought for )(&lt;)?(\d+ min )?[\d.]+ m?s\b"), "some time"),
    (re.compile(r"(?<=--resume )[0-9a-f]{8}\b"), "ID"),
    (re.compile(r"(?<=jsonl: )[\d.]+ kB"), "SIZE"),  # the times in it are longer or shorter
    (re.compile(r"(?<=Cell In\[)\d+"), "N"),  # nbval runs cells without counting them
)


DATA = tempfile.TemporaryDirectory(prefix="nbagent-notebooks-", ignore_cleanup_errors=True)


def pytest_configure() -> None:
    """Runs are kept, and not in the folder of who runs this; in a file that is there, as the first run of a machine is announced."""
    os.environ["NBAGENT_DATA"] = DATA.name
    SQLite(Path(DATA.name) / "trace.db")


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
