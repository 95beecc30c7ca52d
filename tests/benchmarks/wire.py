"""A server on loopback in a process of its own, so that what it costs is not counted; and the answers that it gives.

A request to ``/NAME/...`` is answered with the stream called NAME, ``API-TOKENS-CUT``: ``anthropic-5000-event`` is 5,000
tokens of Messages. The cut says how the same bytes come: ``block`` in HTTP chunks of 64 KB, so that decoding is what costs;
``event`` with every event in an HTTP chunk of its own, as fast as the socket takes them; ``paced`` like that with a moment
between them, so that each is a network read of its own. The lines have all the fields that the vendors' have.
"""

from __future__ import annotations

import asyncio
import json
import random
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

BLOCK = 64 * 1024
PACE = 0.0003  # seconds between events
MODELS = {"openai-chat": "gpt-5.2", "openai": "gpt-5.2", "anthropic": "claude-opus-4-8"}
_WORDS = [
    " the", " of", " and", " is", " a", " model", " answer", " rain", "ing", " coat", " über", "tokens", ",",
    ".", "\n\n", " **it**", " `x`", " 12", " and", " city", " weather", "'s", "-like", " Oslo", " 世界", "\n- ",
]  # fmt: skip


def tokens(count: int) -> list[str]:
    """A text as a model writes it, token by token; the same for the same count."""
    chance = random.Random(count)
    return [chance.choice(_WORDS) for _ in range(count)]


def _json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def _named(value: dict[str, Any]) -> bytes:
    return b"event: " + str(value["type"]).encode() + b"\ndata: " + _json(value) + b"\n\n"


def _padding(number: int) -> str:
    """What OpenAI adds so that the length of a line says nothing about its text."""
    return "aunfrTMKPSG6x"[number % 12 :]


def _chat(count: int) -> Iterator[bytes]:
    more = {
        "object": "chat.completion.chunk",
        "created": 1754432618,
        "model": MODELS["openai"],
        "service_tier": "default",
        "system_fingerprint": "fp_ff25b2783a",
    }
    used = {"prompt_tokens": 21, "completion_tokens": count, "total_tokens": 21 + count}

    def line(number: int, usage: Any = None, **choice: Any) -> bytes:
        choices = [{"index": 0, "delta": choice["delta"], "logprobs": None, "finish_reason": choice["finish"]}] if choice else []
        return (
            b"data: "
            + _json({"id": "chatcmpl-C1KMEUDb1vVwsROQUCZTgG6A6vtWo", **more, "choices": choices, "usage": usage, "obfuscation": _padding(number)})
            + b"\n\n"
        )

    yield line(0, delta={"role": "assistant", "content": "", "refusal": None}, finish=None)
    for number, token in enumerate(tokens(count)):
        yield line(number, delta={"content": token}, finish=None)
    yield line(0, delta={}, finish="stop")
    yield line(0, usage=used)
    yield b"data: [DONE]\n\n"


def _responses(count: int) -> Iterator[bytes]:
    response = {
        "id": "resp_067b756b377f97050069e16f9a94",
        "object": "response",
        "created_at": 1754432618,
        "model": MODELS["openai"],
        "output": [],
        "error": None,
    }
    item = {"id": "msg_067b756b377f97050069e16f9c32f081908789d727b300cbf0", "type": "message", "role": "assistant"}
    place = {"content_index": 0, "item_id": item["id"], "output_index": 0}
    text = "".join(tokens(count))
    content = {"type": "output_text", "annotations": [], "logprobs": [], "text": text}
    done = {**item, "status": "completed", "content": [content]}
    used = {
        "input_tokens": 21,
        "input_tokens_details": {"cached_tokens": 0},
        "output_tokens": count,
        "output_tokens_details": {"reasoning_tokens": 0},
        "total_tokens": count,
    }
    yield _named({"type": "response.created", "response": {**response, "status": "in_progress", "usage": None}, "sequence_number": 0})
    yield _named({"type": "response.in_progress", "response": {**response, "status": "in_progress", "usage": None}, "sequence_number": 1})
    yield _named({"type": "response.output_item.added", "item": {**item, "status": "in_progress", "content": []}, "output_index": 0, "sequence_number": 2})
    yield _named({"type": "response.content_part.added", **place, "part": {**content, "text": ""}, "sequence_number": 3})
    for number, token in enumerate(tokens(count)):
        yield _named(
            {"type": "response.output_text.delta", **place, "delta": token, "logprobs": [], "obfuscation": _padding(number), "sequence_number": number + 4}
        )
    yield _named({"type": "response.output_text.done", **place, "text": text, "logprobs": [], "sequence_number": count + 4})
    yield _named({"type": "response.content_part.done", **place, "part": content, "sequence_number": count + 5})
    yield _named({"type": "response.output_item.done", "item": done, "output_index": 0, "sequence_number": count + 6})
    yield _named({"type": "response.completed", "response": {**response, "status": "completed", "output": [done], "usage": used}, "sequence_number": count + 7})


def _messages(count: int) -> Iterator[bytes]:
    message = {"id": "msg_01QmxBSdEbD9ZeBWDVgFDoQ5", "type": "message", "role": "assistant", "model": MODELS["anthropic"], "content": []}
    used = {"input_tokens": 21, "cache_creation_input_tokens": 0, "cache_read_input_tokens": 0, "output_tokens": 1, "service_tier": "standard"}
    yield _named({"type": "message_start", "message": {**message, "stop_reason": None, "stop_sequence": None, "usage": used}})
    yield _named({"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}})
    yield _named({"type": "ping"})
    for token in tokens(count):
        yield _named({"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": token}})
    yield _named({"type": "content_block_stop", "index": 0})
    yield _named({"type": "message_delta", "delta": {"stop_reason": "end_turn", "stop_sequence": None}, "usage": {"output_tokens": count}})
    yield _named({"type": "message_stop"})


@cache
def _writes(name: str) -> list[bytes]:
    """A whole HTTP response, as the pieces that are written."""
    api, count, cut = name.rsplit("-", 2)
    events = list({"openai-chat": _chat, "openai": _responses, "anthropic": _messages}[api](int(count)))
    whole = b"".join(events)
    chunks = [whole[start : start + BLOCK] for start in range(0, len(whole), BLOCK)] if cut == "block" else events
    head = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream; charset=utf-8\r\ntransfer-encoding: chunked\r\n\r\n"
    pieces = [head, *(b"%x\r\n%b\r\n" % (len(chunk), chunk) for chunk in chunks), b"0\r\n\r\n"]
    return pieces if cut == "paced" else [b"".join(pieces)]


async def _pace(transport: asyncio.Transport, pieces: list[bytes]) -> None:
    for piece in pieces:
        transport.write(piece)
        await asyncio.sleep(PACE)


class _Connection(asyncio.Protocol):
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport, self._got = transport, b""

    def data_received(self, data: bytes) -> None:
        self._got += data
        while (end := self._got.find(b"\r\n\r\n")) >= 0:
            head, length = self._got[:end].decode(), 0
            if found := re.search(r"content-length: *(\d+)", head, re.IGNORECASE):
                length = int(found[1])
            if len(self._got) < end + 4 + length:
                return
            self._got = self._got[end + 4 + length :]
            pieces = _writes(head.split(" ", 2)[1].split("/")[1])
            if len(pieces) == 1:
                self._transport.write(pieces[0])
            else:
                self._pacing = asyncio.ensure_future(_pace(self._transport, pieces))


async def _main() -> None:
    server = await asyncio.get_running_loop().create_server(_Connection, "127.0.0.1", 0, backlog=512)
    print(server.sockets[0].getsockname()[1], flush=True)
    await asyncio.to_thread(sys.stdin.read)  # until the one who started this closes it, also by dying


@contextmanager
def wire() -> Iterator[str]:
    """The server's URL. ``{url}/{NAME}`` is the base URL of an API that always gives the answer NAME."""
    with subprocess.Popen([sys.executable, str(Path(__file__))], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdin is not None
        assert server.stdout is not None
        try:
            yield f"http://127.0.0.1:{int(server.stdout.readline())}"
        finally:
            server.stdin.close()


if __name__ == "__main__":
    asyncio.run(_main())
