"""What was measured: ratios of processor time, taken in turn in one process, and the table that shows them beside their bars.

Nothing here fails: a number that misses its bar is a line of the table that says so.
"""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import pytest

WARMUPS = 2


@dataclass(frozen=True, kw_only=True)
class Row:
    """One line of the table. `bar` and `aim` are upper limits, or with `at_least` lower ones; `spread` is between the quartiles."""

    what: str
    value: float
    unit: str = "x"
    bar: float | None = None
    aim: float | None = None
    at_least: bool = False
    spread: tuple[float, float] | None = None
    note: str = ""

    def cells(self) -> list[str]:
        sign = ">=" if self.at_least else "<="
        limit, aim = (f"{sign} {_number(limit)}{self.unit}" if limit is not None else "" for limit in (self.bar, self.aim))
        missed = self.bar is not None and (self.value < self.bar if self.at_least else self.value > self.bar)
        low, high = (_number(end) for end in self.spread) if self.spread else ("", "")
        return [self.what, f"{_number(self.value)}{self.unit}", f"{low}..{high}" if low else "", limit + (" MISSED" if missed else ""), aim, self.note]


class Table:
    """The rows of this run, printed when it ends."""

    def __init__(self) -> None:
        self.rows: list[Row] = []

    def add(self, row: Row) -> None:
        self.rows.append(row)

    def lines(self) -> list[str]:
        table = [["what", "measured", "quartiles", "bar", "aim", ""], *(row.cells() for row in self.rows)]
        widths = [max(len(line[column]) for line in table) for column in range(5)]
        load = f"load of the machine: {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors" if hasattr(os, "getloadavg") else ""
        return [*("  ".join([*(cell.ljust(width) for cell, width in zip(line, widths, strict=False)), line[5]]).rstrip() for line in table), load]


@dataclass(frozen=True)
class Pair:
    """Seconds of two things that took turns."""

    ours: Sequence[float]
    other: Sequence[float]

    def ratio(self) -> tuple[float, tuple[float, float]]:
        """Ours to the other: the median of the pairs, and the quartiles."""
        return _middle([mine / theirs for mine, theirs in zip(self.ours, self.other, strict=True)])

    def inverse(self) -> tuple[float, tuple[float, float]]:
        return _middle([theirs / mine for mine, theirs in zip(self.ours, self.other, strict=True)])

    def note(self) -> str:
        return f"{milliseconds(self.ours)} to {milliseconds(self.other)}"


def cpu(function: Callable[[], Any]) -> float:
    """Seconds of processor time of the whole process, all its threads."""
    started = time.process_time()
    function()
    return time.process_time() - started


def race(benchmark: Any, ours: Callable[[], Any], other: Callable[[], Any], *, rounds: int) -> Pair:
    """Both in turn, `rounds` times after a warm-up. pytest-benchmark keeps the time of ours, and the ratio beside it."""
    others: list[float] = []
    benchmark.pedantic(ours, setup=lambda: others.append(cpu(other)), rounds=rounds, warmup_rounds=WARMUPS)
    if benchmark.stats is None:
        pytest.skip("--benchmark-disable: nothing was measured")
    pair = Pair(benchmark.stats.stats.data, others[-rounds:])
    benchmark.extra_info["ratio"] = round(pair.ratio()[0], 3)
    return pair


def milliseconds(seconds: Sequence[float]) -> str:
    return f"{statistics.median(seconds) * 1e3:.1f} ms"


def _middle(values: Sequence[float]) -> tuple[float, tuple[float, float]]:
    low, middle, high = statistics.quantiles(values, n=4) if len(values) > 1 else (values[0],) * 3
    return middle, (low, high)


def _number(value: float) -> str:
    return f"{value:.0f}" if value >= 100 or value == int(value) else f"{value:.1f}" if value >= 20 else f"{value:.2f}" if value >= 0.01 else f"{value:.4f}"
