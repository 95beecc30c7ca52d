"""A real kernel to run cells in, as a front end would: what each cell printed, showed and answered, and when."""

from __future__ import annotations

import os
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from queue import Empty
from typing import Any

from jupyter_client.manager import start_new_kernel

QUIET = {"PYDEVD_DISABLE_FILE_VALIDATION": "1"}
KEYS = ("ANTHROPIC_API_KEY", "OPENAI_API_KEY", "NBAGENT_MODEL", "NBAGENT_CONFIG", "OPENAI_BASE_URL", "ANTHROPIC_BASE_URL")


@dataclass
class Ran:
    """What one cell did. `messages` are all its iopub messages with the seconds since it was sent."""

    reply: dict[str, Any] = field(default_factory=dict)
    messages: list[tuple[float, dict[str, Any]]] = field(default_factory=list)
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
    def result(self) -> str | None:
        found = self.of("execute_result")
        return found[-1]["content"]["data"]["text/plain"] if found else None

    @property
    def error_lines(self) -> list[str]:
        """What the page shows of an error, line by line."""
        return [line for message in self.of("error") for entry in message["content"]["traceback"] for line in entry.splitlines()]


class Kernel:
    """A kernel and its client. `allow_stdin` is whether a person is there."""

    def __init__(self, directory: Path, *, extra_env: dict[str, str] | None = None) -> None:
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

    def run(self, code: str, *, allow_stdin: bool = False, cell_id: str | None = None, timeout: float = 60, watch: Any = None) -> Ran:
        """Run a cell to its end. `watch(kernel, message)` sees every iopub message as it arrives."""
        started = time.perf_counter()
        sent = self.send(code, allow_stdin=allow_stdin, cell_id=cell_id)
        ran = Ran()
        idle = False
        while not (idle and ran.reply):
            if time.perf_counter() - started > timeout:
                raise TimeoutError(f"the cell did not end in {timeout} s: {code[:80]!r}; so far {[m['msg_type'] for _, m in ran.messages]}")
            try:
                message = self.client.get_iopub_msg(timeout=0.05)
            except Empty:
                message = None
            if message is not None and message["parent_header"].get("msg_id") == sent:
                if message["msg_type"] == "status":
                    idle = idle or message["content"]["execution_state"] == "idle"
                else:
                    ran.messages.append((time.perf_counter() - started, message))
                if watch is not None:
                    watch(self, message)
            if not ran.reply:
                try:
                    reply = self.client.get_shell_msg(timeout=0)
                except Empty:
                    continue
                if reply["parent_header"].get("msg_id") == sent:
                    ran.reply = reply["content"]
        ran.seconds = time.perf_counter() - started
        return ran

    def interrupt(self) -> None:
        self.manager.interrupt_kernel()

    def close(self) -> None:
        self.client.stop_channels()
        self.manager.shutdown_kernel(now=True)


@contextmanager
def a_kernel(directory: Path, **options: Any):
    kernel = Kernel(directory, **options)
    try:
        yield kernel
    finally:
        kernel.close()
