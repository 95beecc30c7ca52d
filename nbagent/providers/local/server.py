"""The process that answers for a local model: llama.cpp on loopback, alive as long as somebody holds on to it.

It is told what to load through its standard input, so that no key shows in a list of processes. Whoever holds a
connection to its control port keeps it alive: the starter's pipe at first, then the kernels. A kernel that goes,
however it goes, lets go of its connection; when the last one has gone, so does the process.
"""

from __future__ import annotations

import asyncio
import hmac
import os
import secrets
import signal
import sys
import threading
from pathlib import Path
from typing import Any, BinaryIO

import msgspec
from msgspec import Struct

from nbagent.providers.local.models import Weights

CONTEXT = 8192
PATIENCE = 5.0  # seconds for an answer from the control port
HOLD, STOP = b"hold", b"stop"


class Serving(Struct, frozen=True):
    """A process that answers, as its file tells the user's other kernels: where, and the key to it."""

    name: str
    file: str
    address: str
    control: int
    key: str
    pid: int


class Task(Struct, frozen=True):
    """What the process is told through its standard input, so that no key shows in a list of processes."""

    weights: Weights
    key: str
    threads: int
    linger: float
    state: str


def proof(key: str, side: bytes, challenge: bytes) -> bytes:
    """What only the holder of the key can answer: ports are reused, and the key itself is never sent to a stranger."""
    return hmac.digest(key.encode(), side + challenge, "sha256")


def open_private(path: Path) -> BinaryIO:
    """A new file that only its owner can read."""
    path.unlink(missing_ok=True)
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")


class _Presence:
    """Who keeps the process alive: the starter's pipe at first, then every connection that was let in."""

    def __init__(self, key: str) -> None:
        self.key, self.count, self.ending = key, 1, False
        self.changed = asyncio.Event()

    def add(self, number: int) -> None:
        self.count += number
        self.changed.set()

    def end(self) -> None:
        self.ending = True
        self.changed.set()

    async def visit(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection, from its proof to its end."""
        try:
            async with asyncio.timeout(PATIENCE):
                challenge = secrets.token_bytes(32)
                writer.write(proof(self.key, b"server", await reader.readexactly(32)) + challenge)
                answer, wish = await reader.readexactly(32), await reader.readexactly(4)
            if self.ending or not hmac.compare_digest(answer, proof(self.key, b"client", challenge)):
                return
            writer.write(b".")
            if wish == STOP:
                self.end()
            self.add(1)
            try:
                await reader.read()  # until the other side has gone; who asked for the end sees it when the process ends
            finally:
                self.add(-1)
        except (OSError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    async def gone(self, linger: float) -> None:
        """Return when nobody has been here for `linger` seconds, or at once when told to end."""
        while not self.ending:
            self.changed.clear()
            try:
                await asyncio.wait_for(self.changed.wait(), None if self.count else linger)
            except TimeoutError:
                if not self.count:
                    return


async def _serve(task: Task, address: str) -> None:
    presence = _Presence(task.key)
    loop = asyncio.get_running_loop()

    def until_starter_leaves() -> None:
        sys.stdin.buffer.read()
        loop.call_soon_threadsafe(presence.add, -1)

    threading.Thread(target=until_starter_leaves, daemon=True).start()
    if sys.platform != "win32":
        loop.add_signal_handler(signal.SIGTERM, presence.end)
    listener = await asyncio.start_server(presence.visit, "127.0.0.1", 0)
    serving = Serving(task.weights.name, task.weights.path, address, listener.sockets[0].getsockname()[1], task.key, os.getpid())
    state = Path(task.state)
    fresh = state.with_suffix(".new")
    with open_private(fresh) as out:
        out.write(msgspec.json.encode(serving))
    fresh.replace(state)
    await presence.gone(task.linger)
    state.unlink(missing_ok=True)
    os._exit(0)  # without waiting for an answer that nobody reads any more


def _load(task: Task) -> Any:
    """llama.cpp's own server, loaded and listening; the object must be kept."""
    import xllamacpp

    params = xllamacpp.CommonParams()
    params.model.path = task.weights.path
    params.model_alias = {task.weights.name}
    params.chat_template = task.weights.template
    params.use_jinja = True
    params.n_ctx, params.n_parallel, params.n_gpu_layers = CONTEXT, 1, 0
    for cpu in (params.cpuparams, params.cpuparams_batch):
        cpu.n_threads, cpu.poll = task.threads, 0
    params.hostnames, params.port, params.api_keys = ["127.0.0.1"], 0, [task.key]
    params.cors_origins, params.cors_credentials = "http://nbagent.invalid", False  # no page of a browser may ask
    params.ui, params.endpoint_slots, params.offline, params.warmup = False, False, True, True
    params.fit_params = False  # there is no graphics card to fit, and finding that out doubles the time of loading
    params.cache_ram_mib = 256
    params.embedding, params.pooling_type = True, xllamacpp.llama_pooling_type.LLAMA_POOLING_TYPE_MEAN  # beside answers, which are as quick as without
    params.verbosity = 2  # warnings and errors; one line a request would fill the disk in the end
    params.sampling.seed = 42
    return xllamacpp.Server(params)


def main() -> None:
    """Serve what standard input tells, until the last kernel has gone."""
    if sys.platform != "win32":
        signal.signal(signal.SIGINT, signal.SIG_IGN)
    task = msgspec.json.decode(sys.stdin.buffer.readline(), type=Task)
    server = _load(task)
    asyncio.run(_serve(task, server.listening_address))


if __name__ == "__main__":
    main()
