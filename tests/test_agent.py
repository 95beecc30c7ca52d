"""An agent is refused where it is written, not in the middle of a run."""

from __future__ import annotations

from typing import Any

import pytest

from nbagent.agent import Agent
from nbagent.errors import ConfigError


@pytest.mark.parametrize(
    "given",
    [{"max_steps": 0}, {"max_steps": 2.5}, {"max_steps": True}, {"retries": -1}, {"output_retries": -1}, {"max_parallel_tools": 0}, {"max_cost": float("nan")},
     {"max_cost": -1}, {"max_cost": "1"}, {"output_mode": "natve"}],
)  # fmt: skip
def test_a_limit_that_is_none_is_refused(given: dict[str, Any]) -> None:
    with pytest.raises(ConfigError, match=next(iter(given))):
        Agent(**given)


def test_the_least_limits_are_limits() -> None:
    assert Agent(max_steps=1, retries=0, output_retries=0, max_parallel_tools=1, max_cost=0).max_cost == 0
