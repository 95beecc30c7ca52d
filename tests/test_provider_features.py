"""Every feature of every adapter that the documentation's table names."""

from __future__ import annotations

import pytest

from tests.provider_features import FEATURES, MODELS, Feature
from tests.wire_lines import ROWS, Row


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
@pytest.mark.parametrize("feature", FEATURES, ids=lambda feature: feature.name)
def test_what_the_table_says_of_a_provider_holds(row: Row, feature: Feature) -> None:
    assert feature.check(row)


def test_every_adapter_has_a_model_that_the_table_is_about() -> None:
    assert set(MODELS) == {row.name for row in ROWS}
