"""The verbs beside running: models, vectors, tokens; over sockets, without keys, from a cell and from who awaits."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import pytest

import nbagent
from nbagent import verbs
from nbagent.errors import ConfigError, ProviderError, UnknownProvider
from nbagent.messages import user
from nbagent.provider import Capabilities, Embeddings, ModelInfo, Request
from nbagent.standing import ToolRules
from nbagent.tools import tool
from nbagent.verbs import acount_tokens, aembed, amodels, cosine_similarity, count_tokens, embed, models


class Adapter:
    """A provider that lists, embeds and counts, and keeps how often it was asked."""

    def __init__(self, name: str, *, fails: Exception | None = None) -> None:
        self.name, self.fails, self.asked = name, fails, list[Any]()

    def capabilities(self, model: str) -> Capabilities:
        return Capabilities(images=True)

    async def models(self) -> list[ModelInfo]:
        self.asked.append("models")
        if self.fails:
            raise self.fails
        return [ModelInfo("gpt-6-luna"), ModelInfo("own-7b", "Our own", size=7, input_price=1.5)]

    async def embed(self, model: str, texts: Sequence[str]) -> Embeddings:
        self.asked.append(model)
        return Embeddings([[float(len(text)), 1.0] for text in texts])

    async def count_tokens(self, request: Request) -> int:
        self.asked.append(request)
        return 42


@pytest.fixture
def adapters(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, Any]]:
    """The only providers there are: two that can be asked, one that cannot list and one that fails."""
    made: dict[str, Any] = {
        "openai": Adapter("openai"), "mine": Adapter("mine"), "anthropic": object(), "broken": Adapter("broken", fails=ProviderError("broken is down.")),
    }  # fmt: skip
    monkeypatch.setattr(verbs, "provider_names", lambda: sorted(made))
    monkeypatch.setattr(verbs, "connect", lambda name, base_url=None: made[name])
    monkeypatch.setattr(verbs, "resolve", lambda spec, **_: (made[spec.partition(":")[0]], spec.partition(":")[2]))
    verbs._lists.clear()
    yield made
    verbs._lists.clear()


def test_a_provider_says_what_it_has_and_the_price_list_what_it_costs(adapters: dict[str, Any]) -> None:
    first, second = models("openai")
    assert (first.spec, first.input_price, first.output_price) == ("openai:gpt-6-luna", pytest.approx(0.1), pytest.approx(0.5))
    assert first.capabilities == Capabilities(images=True, context_window=1_050_000)
    assert (second.spec, second.name, second.size, second.input_price, second.output_price) == ("openai:own-7b", "Our own", 7, 1.5, None)


def test_a_list_is_kept_for_some_minutes(adapters: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    models("mine")
    models("mine")
    assert adapters["mine"].asked == ["models"]
    monkeypatch.setattr(verbs, "FRESH", 0.0)
    models("mine")
    assert adapters["mine"].asked == ["models", "models"]


def test_one_provider_that_fails_does_not_lose_the_others(adapters: dict[str, Any]) -> None:
    found = models()
    assert {model.spec.partition(":")[0] for model in found} == {"anthropic", "broken", "mine", "openai"}
    assert [(model.spec, model.note) for model in found if model.note] == [("broken:", "broken is down.")]
    assert any(model.spec == "anthropic:claude-haiku-5-5" for model in found)  # it cannot say, the price list can


def test_asked_alone_a_provider_that_fails_has_what_the_price_list_knows_and_says_why(adapters: dict[str, Any]) -> None:
    adapters["openai"].fails = ProviderError("openai is down.")
    found = models("openai")
    assert any(model.spec == "openai:gpt-6-luna" for model in found)
    assert {model.note for model in found} == {"openai is down."}


def test_a_search_finds_parts_of_names_and_names_that_are_alike(adapters: dict[str, Any]) -> None:
    assert [model.spec for model in models("openai", "LUNA")] == ["openai:gpt-6-luna"]
    assert [model.spec for model in models("openai", "own 7b")] == ["openai:own-7b"]
    assert [model.spec for model in models("openai", "gtp6-luna")] == ["openai:gpt-6-luna"]
    assert models("openai", "zzzzzz") == []


def test_a_provider_that_there_is_not_is_said_with_those_that_are() -> None:
    with pytest.raises(ConfigError, match="Did you mean anthropic"):
        models("antropic")


def test_vectors_are_rows_of_float32_and_no_texts_are_no_rows(adapters: dict[str, Any]) -> None:
    vectors = embed(["a", "abc"], "openai:text-x")
    assert (vectors.dtype, vectors.tolist()) == (np.float32, [[1.0, 1.0], [3.0, 1.0]])
    assert embed("abc", "openai:").tolist() == [[3.0, 1.0]]
    assert adapters["openai"].asked == ["text-x", "text-embedding-3-small"]
    assert embed([], "openai:").shape == (0, 0)


@pytest.mark.parametrize(("texts", "says"), [(["a", ""], r"texts\[1\] is empty"), (["a", 3], r"texts\[1\] is int, not text"), ([None], "NoneType")])
def test_what_is_no_text_is_said_before_anything_is_sent(adapters: dict[str, Any], texts: Any, says: str) -> None:
    with pytest.raises(ConfigError, match=says):
        embed(texts, "openai:")
    assert adapters["openai"].asked == []


def test_a_provider_without_embeddings_or_without_a_name_for_them_is_said(adapters: dict[str, Any]) -> None:
    adapters["anthropic"] = nbagent.Scripted("x")
    with pytest.raises(ConfigError, match="scripted makes no embeddings"):
        embed(["a"], "anthropic:x")
    with pytest.raises(ConfigError, match="Which embedding model of mine is not said"):
        embed(["a"], "mine:")


def test_likeness_is_a_number_for_two_and_a_table_for_many() -> None:
    assert cosine_similarity([1, 0], [1, 1]) == pytest.approx(2**-0.5)
    assert cosine_similarity([1, 0], [0, 0]) == 0.0
    assert cosine_similarity(np.eye(2), [[2, 0], [0, -3], [1, 1]]).round(3).tolist() == [[1, 0, 0.707], [0, -1, 0.707]]
    assert cosine_similarity(np.eye(2), [3, 0]).tolist() == [1, 0]
    with pytest.raises(ConfigError, match=r"shapes \(2,\) and \(3,\)"):
        cosine_similarity([1, 2], [1, 2, 3])


def test_a_provider_that_counts_is_asked_with_all_that_would_be_sent(adapters: dict[str, Any]) -> None:
    @tool
    def add(a: int, b: int) -> int:
        """Add."""
        return a + b

    count = count_tokens([user("Hi"), user("there")], "openai:m", system="Be brief.", tools=[add])
    assert (count.tokens, count.estimated) == (42, False)
    (request,) = adapters["openai"].asked
    assert (request.model, len(request.messages), request.instructions, request.tools) == ("m", 2, "Be brief.", (add.spec,))


def test_without_a_key_tokens_are_guessed_and_it_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ANTHROPIC_API_KEY", raising=False)
    count = count_tokens("How many tokens are these?", "anthropic:claude-haiku-5-5")
    assert count.estimated
    assert 5 <= count.tokens <= 20
    assert "ANTHROPIC_API_KEY is not set" in count.note


def test_a_prompt_is_messages_or_texts_and_files_but_not_both() -> None:
    with pytest.raises(ConfigError, match="either messages"):
        count_tokens([user("Hi"), "there"], "anthropic:x")
    with pytest.raises(UnknownProvider):
        count_tokens("Hi", "nobody:x")


def test_who_awaits_has_the_same_verbs(adapters: dict[str, Any]) -> None:
    async def go() -> tuple[Any, Any, Any]:
        return await amodels("mine"), await aembed(["ab"], "mine:x"), await acount_tokens("Hi", "mine:x")

    listed, vectors, count = asyncio.run(go())
    assert ([model.spec for model in listed][1], vectors.tolist(), count.tokens) == ("mine:own-7b", [[2.0, 1.0]], 42)


def test_they_are_public_names_and_cost_nothing_until_they_are_used() -> None:
    assert nbagent.models is models
    assert {"models", "embed", "count_tokens", "cosine_similarity", "set_rate_limit"} <= set(nbagent.__all__)


@pytest.mark.parametrize("name", nbagent.__all__)
def test_every_public_name_is_where_it_is_said_to_be(name: str) -> None:
    assert callable(getattr(nbagent, name)) or isinstance(getattr(nbagent, name), ToolRules)


@pytest.mark.local_model
def test_the_embedded_model_makes_vectors_and_counts_by_its_own_vocabulary() -> None:
    texts = ["The cat sleeps on the sofa.", "A kitten naps on the couch.", "Interest rates rose by half a percent.", "word " * 1500]
    vectors = embed(texts)
    assert vectors.shape == (4, 896)
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(1, rel=1e-4)
    alike = cosine_similarity(vectors, vectors)
    assert alike[0, 1] > alike[0, 2]
    count = count_tokens("Hello world", "local:")
    assert not count.estimated
    assert 10 < count.tokens < 60
    assert count_tokens(["word " * 100], "local:").tokens - count.tokens == pytest.approx(100, abs=5)
