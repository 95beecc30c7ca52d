"""Prices: right to the last cent against the price list's own arithmetic, unknown where they are unknown."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from genai_prices import Usage as ListUsage
from genai_prices import calc_price
from genai_prices.data_snapshot import get_snapshot
from genai_prices.types import ModelInfo, Provider, TieredPrices
from hypothesis import given, settings
from hypothesis import strategies as st

from nbagent import prices
from nbagent.errors import ConfigError
from nbagent.messages import Usage
from nbagent.prices import NOTHING, UNKNOWN, cost, known_models, set_price


@pytest.fixture(autouse=True)
def _no_custom_prices() -> Iterator[None]:
    yield
    prices._custom.clear()


def at(year: int, month: int, day: int) -> float:
    return datetime(year, month, day, tzinfo=UTC).timestamp()


@st.composite
def usages(draw: st.DrawFn) -> Usage:
    read, write, plain = (draw(st.integers(0, 400_000)) for _ in range(3))
    thought, spoken = draw(st.integers(0, 50_000)), draw(st.integers(0, 50_000))
    return Usage(read + write + plain, thought + spoken, read, write, thought)


def by_the_list(usage: Usage, model: str, provider: str, when: float) -> tuple[float, float, float]:
    counts = ListUsage(
        input_tokens=usage.input_tokens,
        output_tokens=usage.output_tokens,
        cache_read_tokens=usage.cache_read_tokens,
        cache_write_tokens=usage.cache_write_tokens,
        output_reasoning_tokens=usage.reasoning_tokens,
    )
    price = calc_price(counts, model, provider_id=provider, genai_request_timestamp=datetime.fromtimestamp(when, UTC))
    return float(price.input_price), float(price.output_price), float(price.total_price)


SPEAKING: list[tuple[Provider, ModelInfo]] = [
    (provider, info) for provider in get_snapshot().providers for info in provider.models if prices._speaks(info) and provider.find_model(info.id) is info
]
TIERED = [pair for pair in SPEAKING if isinstance(getattr(pair[1].prices, "input_mtok", None), TieredPrices)]
DATED = [pair for pair in SPEAKING if isinstance(pair[1].prices, list)]


@given(pair=st.sampled_from(SPEAKING) | st.sampled_from(TIERED) | st.sampled_from(DATED), usage=usages(), when=st.floats(at(2025, 1, 1), at(2027, 1, 1)))
@settings(max_examples=400, deadline=None)
def test_every_price_is_the_lists_own_to_the_last_cent(pair: tuple[Provider, ModelInfo], usage: Usage, when: float) -> None:
    provider, info = pair
    found = cost(usage, info.id, provider.id, when)
    assert found.source == "prices"
    assert (found.input, found.output, found.total) == pytest.approx(by_the_list(usage, info.id, provider.id, when), rel=1e-9)


def test_cached_tokens_are_a_part_of_the_input_and_cost_their_own_price() -> None:
    mine = cost(Usage(1_000_000, 0, cache_read_tokens=200_000), "gpt-5", "openai")
    assert mine.total == pytest.approx(0.8 * 1.25 + 0.2 * 0.125)


def test_a_long_input_moves_all_its_tokens_to_the_higher_tier() -> None:
    below, above = (cost(Usage(size, 0), "gpt-6-luna", "openai").total for size in (272_000, 272_001))
    assert below == pytest.approx(0.0272)
    assert above == pytest.approx(2 * 0.0272, rel=1e-4)


def test_a_call_costs_what_was_asked_on_its_day() -> None:
    usage = Usage(1000, 100)
    assert cost(usage, "o3", "openai", at(2025, 3, 1)).total == pytest.approx(5 * (cost(usage, "o3", "openai", at(2026, 10, 1)).total or 0))


@pytest.mark.parametrize("model", ["claude-haiku-5-5", "claude-haiku-5-5-20260901"])
def test_a_dated_name_has_its_models_price(model: str) -> None:
    assert cost(Usage(1_000_000, 0), model, "anthropic").source == "prices"


def test_our_chat_adapter_of_openai_is_priced_as_openai() -> None:
    usage = Usage(10_000, 100)
    assert cost(usage, "gpt-6-luna", "openai-chat") == cost(usage, "gpt-6-luna", "openai")


def test_the_name_that_was_asked_for_serves_where_the_one_that_answered_is_unknown() -> None:
    usage = Usage(10_000, 100)
    assert cost(usage, "luna-internal-7", "openai", asked="gpt-6-luna") == cost(usage, "gpt-6-luna", "openai")


@pytest.mark.parametrize(
    ("model", "provider"), [("no-such-model", "openai"), ("gpt-oss:120b-cloud", "ollama"), ("", "openai"), ("whisper-1", "openai"), ("x", "mine")]
)
def test_an_unknown_price_is_unknown_and_never_zero(model: str, provider: str) -> None:
    assert cost(Usage(1000, 100), model, provider) == UNKNOWN


@pytest.mark.parametrize("provider", ["local", "scripted"])
def test_what_is_answered_on_this_machine_costs_nothing(provider: str) -> None:
    assert cost(Usage(1000, 100), "anything", provider) == NOTHING


@pytest.mark.parametrize(("model", "url", "free"), [
    ("llama3.2:3b", None, True), ("llama3.2:3b", "http://127.0.0.1:11434", True), ("llama3.2:3b", "http://192.168.1.7:11434", True),
    ("llama3.2:3b", "http://gpu-box:11434", True), ("llama3.2:3b", "http://[::1]:11434", True), ("llama3.2:3b", "http://box.local:11434", True),
    ("gpt-oss:120b-cloud", "http://127.0.0.1:11434", False), ("gpt-oss:120b", "https://ollama.com", False), ("x", "http://8.8.8.8:11434", False),
])  # fmt: skip
def test_ollama_costs_nothing_on_a_machine_of_ones_own_and_is_unknown_elsewhere(model: str, url: str | None, free: bool) -> None:
    assert cost(Usage(1000, 100), model, "ollama", base_url=url) == (NOTHING if free else UNKNOWN)


@pytest.mark.parametrize(("provider", "model", "seller"), [
    ("xai", "grok-4.7", "x-ai"), ("groq", "openai/gpt-oss-20b", "groq"), ("mistral", "mistral-small-2603", "mistral"), ("azure", "gpt-6-luna", "azure"),
    ("deepseek", "deepseek-flash", "deepseek"), ("openrouter", "openai/gpt-6-luna", "openrouter"), ("google", "gemini-3.8-flash", "google"),
    ("vertex", "gemini-3.8-flash", "google"), ("vertex-anthropic", "claude-haiku-5-5", "google"), ("bedrock", "amazon.nova-lite-v1:0", "aws"),
    ("bedrock-anthropic", "anthropic.claude-haiku-5-5", "aws"), ("openai-chat", "gpt-6-luna", "openai"),
])  # fmt: skip
def test_every_provider_has_the_prices_of_whom_it_is_bought_from(provider: str, model: str, seller: str) -> None:
    usage = Usage(10_000, 100)
    found = cost(usage, model, provider)
    when = datetime.now(UTC).timestamp()
    assert found.source == "prices"
    assert found.total == pytest.approx(by_the_list(usage, model, seller, when)[2], rel=1e-9)


def test_a_models_window_and_prices_are_listed_and_none_where_they_are_unknown() -> None:
    assert prices.listed("gpt-6-luna", "openai") == (1_050_000, pytest.approx(0.1), pytest.approx(0.5))
    assert prices.listed("no-such-model", "openai") == (None, None, None)
    assert prices.listed("anything", "local") == (None, 0.0, 0.0)


def test_elsewhere_the_price_is_the_one_of_whoever_answers_there() -> None:
    usage = Usage(1_000_000, 0)
    assert cost(usage, "gpt-4o", "openai-chat", base_url="http://127.0.0.1:11434/v1") == UNKNOWN
    elsewhere = cost(usage, "openai/gpt-oss-120b", "openai-chat", base_url="https://api.groq.com/openai/v1")
    assert elsewhere.source == "prices"
    assert elsewhere == cost(usage, "openai/gpt-oss-120b", "groq")
    assert cost(usage, "gpt-5", "openai-chat", base_url="https://api.openai.com/v1") == cost(usage, "gpt-5", "openai")


def test_a_price_set_by_hand_counts_before_all_others() -> None:
    set_price("gpt-5", input=1, output=2)
    set_price("local:tiny", input=0.5, output=0, cache_read=0.1)
    assert cost(Usage(2_000_000, 1_000_000), "gpt-5", "openai") == prices.Cost(2.0, 2.0, 4.0, "custom")
    assert cost(Usage(2_000_000, 5, cache_read_tokens=1_000_000), "tiny", "local").total == pytest.approx(0.6)
    assert cost(Usage(1, 1), "tiny", "scripted") == NOTHING


@pytest.mark.parametrize("wrong", [-1, float("nan"), float("inf"), "3"])
def test_a_price_that_is_none_is_refused(wrong: object) -> None:
    with pytest.raises(ConfigError, match="is no price"):
        set_price("m", input=wrong, output=1)  # type: ignore[arg-type]


def test_counts_that_contradict_each_other_still_have_a_price() -> None:
    assert cost(Usage(10, 5, cache_read_tokens=50, reasoning_tokens=9), "gpt-5", "openai").total == pytest.approx((50 * 0.125 + 9 * 10) / 1e6)


def test_models_are_known_by_name_and_only_those_that_speak() -> None:
    assert {"claude-haiku-5-5", "claude-opus-5-5"} <= set(known_models("anthropic"))
    assert "gpt-6-luna" in known_models("openai-chat")
    assert not {"whisper-1", "text-embedding-3-small"} & set(known_models("openai"))
    assert known_models("nobody") == []


def test_nothing_is_imported_for_a_price_that_needs_no_list() -> None:
    code = """
import sys
from nbagent.messages import Usage
from nbagent.prices import cost, set_price
set_price("mine", input=1, output=1)
cost(Usage(1, 1), "mine", "openai"); cost(Usage(1, 1), "m", "local")
assert "genai_prices" not in sys.modules and "pydantic" not in sys.modules
"""
    subprocess.run([sys.executable, "-c", code], check=True)


@pytest.mark.parametrize(
    ("provider", "claude", "others"), [("google", False, True), ("vertex", False, True), ("vertex-anthropic", True, False), ("bedrock", True, True)]
)
def test_a_cloud_that_is_listed_once_offers_at_each_door_what_is_behind_it(provider: str, claude: bool, others: bool) -> None:
    names = prices.known_models(provider)
    assert any("claude" in name for name in names) is claude
    assert any("claude" not in name for name in names) is others
