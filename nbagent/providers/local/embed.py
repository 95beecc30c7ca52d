"""What the local model's server is asked beside answers: vectors for texts, and how many tokens a request has.

The rule: a text that is too long for one vector is cut at spaces, and its vector is the mean of its pieces', each by its length.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise
from typing import Any, NamedTuple

import msgspec

from nbagent.errors import GarbledStream
from nbagent.provider import Embeddings
from nbagent.providers.carriers.http import Http

_MOST = 500  # tokens of one piece: llama.cpp embeds no more than its physical batch, 512, at once
_TOGETHER = 32  # texts a request
_PATIENCE = 600.0  # seconds: on a busy machine many texts take minutes


class Server(NamedTuple):
    """Where the model is asked, and the key to it."""

    http: Http
    url: str
    key: str

    async def ask(self, path: str, body: Any) -> Any:
        """Raises `ProviderError`."""
        return await self.http.json(
            "POST", self.url + path, provider="local", headers={"authorization": f"Bearer {self.key}"}, body=msgspec.json.encode(body),
            secrets=[self.key], timeout=_PATIENCE,
        )  # fmt: skip


async def embedded(server: Server, texts: Sequence[str]) -> Embeddings:
    """A vector of length 1 for each text, the mean over its tokens. Raises `ProviderError`."""
    pieces = [await _pieces(server, text) for text in texts]
    flat = [piece for each in pieces for piece in each]
    vectors: list[list[float]] = []
    tokens = 0
    for start in range(0, len(flat), _TOGETHER):
        answer = await server.ask("/v1/embeddings", {"input": flat[start : start + _TOGETHER]})
        try:
            vectors += [one["embedding"] for one in sorted(answer["data"], key=lambda one: one["index"])]
            tokens += answer["usage"]["prompt_tokens"]
        except (KeyError, TypeError) as error:
            raise GarbledStream("local: the answer holds no embeddings.", str(answer)[:200]) from error
    ready = iter(vectors)
    return Embeddings([_mean([next(ready) for _ in each], [len(piece) for piece in each]) for each in pieces], tokens)


async def counted(server: Server, body: dict[str, Any]) -> int:
    """The input tokens of a request, with what its template adds."""
    answer = await server.ask("/v1/chat/completions/input_tokens", body)
    try:
        return int(answer["input_tokens"])
    except (KeyError, TypeError) as error:
        raise GarbledStream("local: the answer holds no count.", str(answer)[:200]) from error


async def _pieces(server: Server, text: str) -> list[str]:
    if len(text.encode()) <= _MOST:  # a token is a byte or more
        return [text]
    tokens = len((await server.ask("/tokenize", {"content": text}))["tokens"])
    if tokens <= _MOST:
        return [text]
    count = -(-tokens // (_MOST * 9 // 10))
    cuts = [0, *(_space_near(text, len(text) * number // count) for number in range(1, count)), len(text)]
    found = []
    for start, end in pairwise(cuts):
        if text[start:end]:
            found += await _pieces(server, text[start:end])
    return found


def _space_near(text: str, at: int) -> int:
    return text.rfind(" ", max(0, at - 100), at) + 1 or at


def _mean(vectors: list[list[float]], weights: list[int]) -> list[float]:
    mean = [sum(value * weight for value, weight in zip(values, weights, strict=True)) for values in zip(*vectors, strict=True)]
    length = math.hypot(*mean) or 1.0
    return [value / length for value in mean]
