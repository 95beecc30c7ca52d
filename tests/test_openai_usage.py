"""Claims on what an answer cost: totals include their details, in every dialect."""

from __future__ import annotations

from typing import Any

import pytest

from nbagent.messages import Usage
from nbagent.providers.openai.usage import cost_of, response_usage, usage_of


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ({}, Usage()),
        ({"prompt_tokens": 5, "completion_tokens": None}, Usage(5)),
        ({"prompt_tokens": "5", "completion_tokens": -1, "prompt_tokens_details": []}, Usage(5)),
        ({"prompt_tokens": 9, "completion_tokens": 2, "prompt_cache_hit_tokens": 8}, Usage(9, 2, cache_read_tokens=8)),
        ({"prompt_tokens": 9, "completion_tokens": 2, "cached_tokens": 8}, Usage(9, 2, cache_read_tokens=8)),
        ({"prompt_tokens": 9, "prompt_tokens_details": {"cached_tokens": 4, "cache_write_tokens": 3}}, Usage(9, 0, 4, 3)),
        (
            {"prompt_tokens": 12, "completion_tokens": 1, "total_tokens": 303, "completion_tokens_details": {"reasoning_tokens": 290}},
            Usage(12, 291, reasoning_tokens=290),
        ),
        (
            {"prompt_tokens": 13, "completion_tokens": 564, "total_tokens": 577, "completion_tokens_details": {"reasoning_tokens": 561}},
            Usage(13, 564, reasoning_tokens=561),
        ),
    ],
)
def test_usage_is_read_in_every_dialect_and_totals_include_their_details(raw: dict[str, Any], expected: Usage) -> None:
    assert usage_of(raw) == expected


def test_a_price_that_the_vendor_names_is_kept() -> None:
    assert cost_of({"cost": 0.000837}) == 0.000837
    assert cost_of({"cost_in_usd_ticks": 1466250}) == pytest.approx(0.000146625)
    assert cost_of({"cost": True}) is cost_of({"cost": "x"}) is cost_of({}) is None


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ({}, Usage()),
        ({"input_tokens": 9, "output_tokens": 5, "input_tokens_details": {"cached_tokens": 4, "cache_write_tokens": 2}}, Usage(9, 5, 4, 2)),
        ({"input_tokens": 9, "output_tokens": 5, "output_tokens_details": {"reasoning_tokens": 3}}, Usage(9, 5, reasoning_tokens=3)),
        ({"input_tokens": None, "output_tokens": "5", "output_tokens_details": None}, Usage(0, 5)),
    ],
)
def test_usage_of_the_responses_api_is_read_as_it_is(raw: dict[str, Any], expected: Usage) -> None:
    assert response_usage(raw) == expected
