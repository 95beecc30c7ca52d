"""Claims on what reaches the page while a cell runs: when, how many messages, how many bytes."""

from __future__ import annotations

import json
from collections.abc import Iterable

import pytest

from tests.kernel import RUN, Ran, a_kernel
from tests.wire_server import Answer, WireServer

pytestmark = [pytest.mark.kernel]

SETUP = """%load_ext nbagent
import time
from nbagent import tool
from nbagent.providers.scripted import Scripted, call, pause
slow = Scripted(["word " * 60], pace=0.01, loop=True, by="calls")
calls = Scripted([["I look.", call("hold")], "Looked."], loop=True, by="calls")
beside = Scripted([[call("hold"), call("count")], "Counted."], loop=True, by="calls")

@tool
def hold() -> str:
    "Holds the main thread."
    time.sleep(0.6)
    return "held"

@tool(thread=True)
def count():
    "Counts on a thread of its own."
    for number in range(10):
        time.sleep(0.05)
        yield f"counted to {number}"
"""


@pytest.fixture(scope="module")
def kernel(tmp_path_factory):
    with a_kernel(tmp_path_factory.mktemp("kernel"), extra_env={"OPENAI_API_KEY": "sk-test-0123456789abcdef"}) as kernel:
        kernel.ok(SETUP)
        kernel.ok("%agent -m scripted:demo --no-stream Warm up.")  # what is imported with the first run
        kernel.ok("%agent -m slow Warm up.", allow_stdin=True)
        yield kernel


def answer_of(tokens: int) -> list[bytes]:
    """A streamed chat completion of so many tokens of 9 bytes, as events."""

    def chunk(choices: list[dict], **more) -> bytes:
        value = {"id": "r1", "object": "chat.completion.chunk", "created": 1, "model": "m", "choices": choices, **more}
        return b"data: " + json.dumps(value).encode() + b"\n\n"

    def delta(text: str) -> dict:
        return {"index": 0, "delta": {"content": text}, "finish_reason": None}

    usage = {"prompt_tokens": 10, "completion_tokens": tokens, "total_tokens": tokens + 10}
    texts = [chunk([delta(f"word{number % 1000:03d}" + (".\n" if number % 20 == 19 else ", "))]) for number in range(tokens)]
    return [*texts, chunk([{"index": 0, "delta": {}, "finish_reason": "stop"}]), chunk([], usage=usage), b"data: [DONE]\n\n"]


def sent(ran: Ran) -> Iterable[tuple[float, int, str]]:
    """What went over iopub for the cell's view: when the kernel sent it, bytes, kind. The widget's own code, which comes with its
    comm, aside."""
    for _, message in ran.messages:
        if message["msg_type"] not in ("execute_input", "comm_open"):
            parts = [message[part] for part in ("header", "parent_header", "metadata", "content")]
            yield message["header"]["date"].timestamp(), sum(len(json.dumps(part, default=str).encode()) for part in parts), message["msg_type"]


def asked(kernel, *answers: Answer) -> list[Ran]:
    with WireServer(*answers) as server:
        cell = f"%%agent --new -m openai-chat:m --base-url {server.url}/v1\nGo on."
        return [kernel.ok(cell, allow_stdin=True) for _ in answers]


def test_text_reaches_the_page_while_the_cell_runs(kernel):
    ran = kernel.ok("%%agent -m slow\nGo on.", allow_stdin=True)
    told = [when for when, batch in ran.batches if "word" in json.dumps(batch)]
    assert len(told) >= 6
    assert told[0] < ran.replied / 3
    assert told[5] < ran.replied


def test_a_plain_tool_that_holds_the_main_thread_does_not_hold_the_page(kernel):
    ran = kernel.ok("%%agent -m calls -T hold\nLook.", allow_stdin=True)
    started = next(when for when, batch in ran.batches if '"status": "running"' in json.dumps(batch))
    assert started < ran.replied - 0.5
    ran = kernel.ok("%%agent -m beside -T hold -T count\nCount.", allow_stdin=True)
    counted = [when for when, batch in ran.batches if "counted to" in json.dumps(batch)]
    assert len(counted) >= 5
    assert counted[0] < ran.replied - 0.3  # the tool on the main thread goes on until then


def test_with_nobody_there_only_what_stays_is_sent(kernel):
    ran = kernel.ok("%%agent -m slow\nGo on.")
    assert [kind for _, _, kind in sent(ran) if kind != "comm_close"] == ["display_data"], "but for the view of the cell before, which goes"
    assert set(ran.outputs[0]) == {RUN, "text/html", "text/plain"}


def test_markdown_is_the_answer_alone_and_text_comes_as_it_arrives_in_few_messages(kernel):
    ran = kernel.ok("%%agent -m calls -T hold -f markdown\nLook.", allow_stdin=True)
    assert ran.outputs == [{"text/markdown": "I look.\n\nLooked.", "text/plain": "I look.\n\nLooked."}]
    ran = kernel.ok("%%agent -m slow -f text\nGo on.", allow_stdin=True)
    assert ran.stdout == "word " * 60 + "\n"
    assert ran.outputs == []
    printed = [when for when, message in ran.messages if message["msg_type"] == "stream"]
    assert printed[0] < ran.replied
    assert 2 <= len(printed) <= 10


def test_an_answer_of_5000_tokens_is_at_most_150_messages_and_a_quarter_of_a_megabyte(kernel):
    events, twice = answer_of(5000), answer_of(10_000)
    once, double = asked(kernel, Answer(b"".join(events)), Answer(b"".join(twice)))
    assert len(once.run["items"][0]["text"]) == 45_000
    messages = list(sent(once))
    assert len(messages) <= 150
    assert sum(size for _, size, _ in messages) <= 250_000
    assert sum(size for _, size, _ in sent(double)) <= 2.2 * sum(size for _, size, _ in messages)


def test_however_an_answer_is_paced_there_are_never_more_than_35_messages_in_a_second(kernel):
    body = b"".join(answer_of(5000))
    (ran,) = asked(kernel, Answer(body, split=len(body) // 250, delay=0.01))
    assert ran.replied > 2.4
    messages = list(sent(ran))
    times = [when for when, _, _ in messages]
    assert max(sum(start <= when < start + 1 for when in times) for start in times) <= 35
    assert len(messages) <= 150
    assert sum(size for _, size, _ in messages) <= 250_000


def test_every_batch_is_numbered_and_together_they_are_the_answer(kernel):
    body = b"".join(answer_of(500))
    (ran,) = asked(kernel, Answer(body, split=len(body) // 40, delay=0.01))
    batches = [batch for _, batch in ran.batches]
    assert [batch["seq"] for batch in batches] == list(range(1, len(batches) + 1))
    operations = [operation for batch in batches for operation in batch["ops"]]
    text = "".join(what["text"] if kind == "add" else what for kind, *_, what in operations if kind in ("add", "text"))
    assert text == ran.run["items"][0]["text"]
