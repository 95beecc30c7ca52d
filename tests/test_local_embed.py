"""Vectors and counts of the local model's server, over a socket; with the model itself they are in test_verbs."""

import asyncio
import json
import math

import pytest

from nbagent.errors import GarbledStream
from nbagent.providers.carriers.http import Http
from nbagent.providers.local.embed import Server, counted, embedded
from tests.wire_server import Answer, WireServer


def test_a_text_that_is_too_long_for_one_vector_is_cut_at_spaces_and_its_vector_is_the_mean():
    class Answers(WireServer):
        """Counts a token a word, and embeds a piece as its length and 1."""

        def _answer(self, connection, answer):
            got = self.requests[-1]
            if got.path == "/tokenize":
                body = {"tokens": list(range(len(got.json["content"].split())))}
            else:
                vectors = [{"index": index, "embedding": [float(len(text)), 1.0]} for index, text in enumerate(got.json["input"])]
                body = {"data": vectors, "usage": {"prompt_tokens": 7}}
            return super()._answer(connection, Answer(json.dumps(body).encode(), headers={"content-type": "application/json"}))

    async def run(*texts):
        with Answers(b"") as server:
            http = Http()
            made = await embedded(Server(http, server.url, "key-of-a-test"), texts)
            await http.aclose()
            return made, [text for got in server.requests if got.path == "/v1/embeddings" for text in got.json["input"]]

    made, sent = asyncio.run(run("short", "word " * 1200))
    assert sent[0] == "short"
    assert "".join(sent[1:]) == "word " * 1200
    assert all(len(text.split()) <= 500 and text.endswith(" ") for text in sent[1:])
    assert made.input_tokens == 7
    assert [len(vector) for vector in made.vectors] == [2, 2]
    assert all(abs(math.hypot(*vector) - 1) < 1e-9 for vector in made.vectors)


@pytest.mark.parametrize("body", [b"{}", b"[]", b'{"data": [{"index": 0}], "usage": {}}', b"nothing"])
def test_an_answer_that_holds_no_vectors_is_said(body):
    async def run():
        with WireServer(Answer(body, headers={"content-type": "application/json"})) as server:
            http = Http()
            try:
                for ask in (embedded(Server(http, server.url, "key-of-a-test"), ["x"]), counted(Server(http, server.url, "key-of-a-test"), {})):
                    with pytest.raises(GarbledStream):
                        await ask
            finally:
                await http.aclose()

    asyncio.run(run())
