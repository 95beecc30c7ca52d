"""What a long answer sends to the page: messages and bytes on iopub, and how fast they come. The bars themselves are tests of the suite."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.benchmarks.answers import MODELS, tokens
from tests.benchmarks.measure import Row, Table
from tests.kernel import a_kernel

CELL = "%%agent -m {api}:{model} --base-url {url}\nWhat should I wear?"


@pytest.mark.parametrize("name", ["openai-chat-5000-block", "openai-chat-5000-event", "openai-chat-10000-event", "openai-chat-1000-paced"])
def test_a_long_answer_is_few_messages(name: str, url: str, tmp_path: Path, table: Table) -> None:
    api, count, _ = name.rsplit("-", 2)
    with a_kernel(tmp_path) as kernel:
        kernel.run("%load_ext nbagent")
        kernel.run(CELL.format(api=api, model=MODELS[api], url=f"{url}/{api}-1-block"), allow_stdin=True, cell_id="a")  # imports what a first run needs
        ran = kernel.run(CELL.format(api=api, model=MODELS[api], url=f"{url}/{name}"), allow_stdin=True, cell_id="b")
        assert ran.status == "ok"
        assert any("".join(tokens(int(count))).split()[-1] in json.dumps(bundle, ensure_ascii=False) for bundle in ran.outputs)
    for opened in ran.of("comm_open"):
        for code in ("_esm", "_css"):  # the widget's own code, which every widget brings
            opened["content"]["data"]["state"].pop(code, None)
    sizes = [len(json.dumps(message["content"], ensure_ascii=False).encode()) + sum(map(len, message["buffers"])) for _, message in ran.messages]
    note = f"in {ran.seconds:.2f} s, {len(sizes) / ran.seconds:.0f} a second" if name.endswith("paced") else f"in {ran.seconds:.2f} s"
    table.add(Row(what=f"{name} in %%agent: messages on iopub", value=len(sizes), unit="", bar=150 if name.endswith("event") else None, note=note))
    table.add(Row(what=f"{name} in %%agent: on iopub", value=sum(sizes) / 1e6, unit=" MB", bar=0.25 * int(count) / 5_000))
