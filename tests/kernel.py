"""A real kernel to run cells in, as a front end would: what each cell printed, showed and answered, and when.

`Page` is the front end's other half: it says that the view is drawn, and clicks.
"""

from __future__ import annotations

import json
import os
import re
import time
from collections.abc import Callable, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from queue import Empty
from typing import Any

from jupyter_client.manager import start_new_kernel

from nbagent.observers.sqlite import SQLite

QUIET = {"PYDEVD_DISABLE_FILE_VALIDATION": "1"}
KEYS = ("ANTHROPIC_API_KEY", "OPENAI_API_KEY", "NBAGENT_MODEL", "NBAGENT_CONFIG", "OPENAI_BASE_URL", "ANTHROPIC_BASE_URL")
RUN = "application/vnd.nbagent.run+json"
_COLOUR = re.compile(r"\x1b\[[0-9;]*m")


@dataclass
class Ran:
    """What one cell did. `messages` are all its iopub messages with the seconds since it was sent; `interrupts` are the
    seconds at which it was interrupted, `replied` and `seconds` those of its reply and of its end."""

    reply: dict[str, Any] = field(default_factory=dict)
    messages: list[tuple[float, dict[str, Any]]] = field(default_factory=list)
    interrupts: list[float] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    replied: float = 0.0
    seconds: float = 0.0

    def of(self, *kinds: str) -> list[dict[str, Any]]:
        return [message for _, message in self.messages if message["msg_type"] in kinds]

    @property
    def status(self) -> str:
        return self.reply["status"]

    @property
    def stdout(self) -> str:
        return "".join(message["content"]["text"] for message in self.of("stream"))

    @property
    def outputs(self) -> list[dict[str, Any]]:
        """The bundles a notebook would keep: updates put where they belong."""
        kept: dict[Any, dict[str, Any]] = {}
        for number, message in enumerate(self.of("display_data", "execute_result", "update_display_data")):
            key = message["content"].get("transient", {}).get("display_id") or number
            kept[key] = message["content"]["data"]
        return list(kept.values())

    @property
    def run(self) -> dict[str, Any]:
        """The state of the one run that the cell has shown."""
        (state,) = [bundle[RUN] for bundle in self.outputs if RUN in bundle]
        return state

    def items(self, kind: str) -> list[dict[str, Any]]:
        return [item for item in self.run["items"] if item["k"] == kind]

    @property
    def result(self) -> str | None:
        found = self.of("execute_result")
        return found[-1]["content"]["data"]["text/plain"] if found else None

    @property
    def error_lines(self) -> list[str]:
        """What the page shows of an error, line by line."""
        return [_COLOUR.sub("", line) for message in self.of("error") for entry in message["content"]["traceback"] for line in entry.splitlines()]

    @property
    def batches(self) -> list[tuple[float, dict[str, Any]]]:
        """What the live view was told, and when."""
        told = [(when, message["content"]["data"]) for when, message in self.messages if message["msg_type"] == "comm_msg"]
        return [(when, data["content"]) for when, data in told if data.get("method") == "custom"]

    def told(self, words: str) -> bool:
        """Whether any message so far holds these words, the widget's own code aside."""
        return any(words in json.dumps(message["content"], default=str) for _, message in self.messages if message["msg_type"] != "comm_open")

    @property
    def raw(self) -> str:
        """Every byte that a page or a file could keep of it."""
        return json.dumps([self.reply, [message for _, message in self.messages]], default=str)


class Kernel:
    """A kernel and its client. `allow_stdin` is whether a person is there. `first`: on a machine that has kept no runs yet, which is said
    at the first of them."""

    def __init__(self, directory: Path, *, extra_env: dict[str, str] | None = None, first: bool = False) -> None:
        if not first:
            SQLite(directory / "data" / "trace.db")
        env = {key: value for key, value in os.environ.items() if key not in KEYS}
        env |= {
            "IPYTHONDIR": str(directory / "ipython"), "NBAGENT_DATA": str(directory / "data"), "XDG_CONFIG_HOME": str(directory / "config"),
            **QUIET, **(extra_env or {}),
        }  # fmt: skip
        self.manager, self.client = start_new_kernel(env=env, cwd=str(directory), extra_arguments=["--log-level=ERROR"])
        self.env = env

    def send(self, code: str, *, allow_stdin: bool = False, cell_id: str | None = None) -> str:
        content = {"code": code, "silent": False, "store_history": True, "user_expressions": {}, "allow_stdin": allow_stdin, "stop_on_error": True}
        message = self.client.session.msg("execute_request", content, metadata={"cellId": cell_id} if cell_id else {})
        self.client.shell_channel.send(message)
        return message["header"]["msg_id"]

    def run(
        self, code: str, *, allow_stdin: bool = False, cell_id: str | None = None, timeout: float = 60, watch: Any = None,
        interrupt: Callable[[Ran], bool] | None = None, times: int = 1, answers: Sequence[str] = (),
    ) -> Ran:  # fmt: skip
        """Run a cell to its end. `watch(kernel, message)` sees every iopub message as it arrives. Once `interrupt(ran)` holds
        the kernel is interrupted, so many `times` at 0.1 s. `answers` are typed, in turn, where `input()` asks."""
        started = time.perf_counter()
        sent = self.send(code, allow_stdin=allow_stdin, cell_id=cell_id)
        ran = Ran()
        idle = False
        while not (idle and ran.reply):
            now = time.perf_counter() - started
            if now > timeout:
                raise TimeoutError(f"the cell did not end in {timeout} s: {code[:80]!r}; so far {[m['msg_type'] for _, m in ran.messages]}")
            if interrupt is not None and len(ran.interrupts) < times and (now - ran.interrupts[-1] > 0.1 if ran.interrupts else interrupt(ran)):
                ran.interrupts.append(now)
                self.manager.interrupt_kernel()
            idle = self._hear(sent, ran, started, watch) or idle
            if len(ran.asked) < len(answers) and self.client.stdin_channel.msg_ready():
                ran.asked.append(self.client.get_stdin_msg(timeout=1)["content"]["prompt"])
                self.client.input(answers[len(ran.asked) - 1])
            if not ran.reply and self.client.shell_channel.msg_ready():
                reply = self.client.get_shell_msg(timeout=1)
                if reply["parent_header"].get("msg_id") == sent:
                    ran.reply, ran.replied = reply["content"], time.perf_counter() - started
        ran.seconds = time.perf_counter() - started
        return ran

    def _hear(self, sent: str, ran: Ran, started: float, watch: Any) -> bool:
        """Take one iopub message, if one comes soon; whether it says that the cell is done."""
        try:
            message = self.client.get_iopub_msg(timeout=0.02)
        except Empty:
            return False
        if message["parent_header"].get("msg_id") != sent:
            return False
        if message["msg_type"] != "status":
            ran.messages.append((time.perf_counter() - started, message))
        if watch is not None:
            watch(self, message)
        return message["msg_type"] == "status" and message["content"]["execution_state"] == "idle"

    def ok(self, code: str, **options: Any) -> Ran:
        """Run a cell that must succeed."""
        ran = self.run(code, **options)
        assert ran.status == "ok", ran.error_lines
        return ran

    def value(self, expression: str) -> Any:
        """What an expression is in the kernel, by way of JSON."""
        return json.loads(self.ok(f"import json as _json; print(_json.dumps({expression}, default=str))").stdout)

    def comm(self, comm_id: str, content: dict[str, Any]) -> None:
        """A message of the page's to a widget, on the shell channel."""
        data = {"comm_id": comm_id, "data": {"method": "custom", "content": content}}
        self.client.shell_channel.send(self.client.session.msg("comm_msg", data))

    def interrupt(self) -> None:
        self.manager.interrupt_kernel()

    def restart(self) -> None:
        self.manager.restart_kernel(now=True)
        self.client.wait_for_ready(timeout=30)

    def close(self) -> None:
        self.client.stop_channels()
        self.manager.shutdown_kernel(now=True)


class Page:
    """A front end that shows the live view, to be given as `watch`. It decides on calls by their tool's name, and stops the run
    when a batch holds `stop_at`. A decision may come with another `digest` than the call's."""

    def __init__(self, decisions: dict[str, Any] | None = None, *, stop_at: str | None = None, digest: str | None = None) -> None:
        self.decisions, self.stop_at, self.digest = dict(decisions or {}), stop_at, digest
        self.comm_id = ""
        self.calls: dict[Any, dict[str, Any]] = {}
        self.clicked: list[str] = []

    def __call__(self, kernel: Kernel, message: dict[str, Any]) -> None:
        content = message["content"]
        if message["msg_type"] == "comm_open" and "_esm" in content["data"].get("state", {}):
            self.comm_id = content["comm_id"]
        elif message["msg_type"] == "display_data":
            kernel.comm(self.comm_id, {"t": "ready"})
        elif message["msg_type"] == "comm_msg" and content["data"].get("method") == "custom":
            self._told(kernel, content["data"]["content"])

    def _told(self, kernel: Kernel, batch: dict[str, Any]) -> None:
        if self.stop_at and self.stop_at in json.dumps(batch):
            self.stop_at = None
            kernel.comm(self.comm_id, {"t": "stop"})
        for kind, *where_and_what in batch.get("ops", []):
            if kind in ("add", "set"):
                number, fields = where_and_what
                self.calls.setdefault(number, {}).update(fields)
        for call in self.calls.values():
            waits = (call.get("approval") or {}).get("digest")
            if waits and call["name"] in self.decisions:
                decide = {"t": "decide", "run_id": "r", "call_id": call["id"], "digest": self.digest or waits, "decision": self.decisions.pop(call["name"])}
                kernel.comm(self.comm_id, decide)
                self.clicked.append(call["name"])


@contextmanager
def a_kernel(directory: Path, **options: Any):
    kernel = Kernel(directory, **options)
    try:
        yield kernel
    finally:
        kernel.close()
