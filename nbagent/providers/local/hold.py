"""A kernel's hold on the process that answers for a local model: found, started where none runs, let go, ended.

One process a model, shared by all kernels of one user on one machine: it is found through a file that only they can
read, and started under a lock, so that two kernels that start at once load it once.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import platform
import re
import secrets
import signal
import socket
import subprocess
import sys
import threading
import time
import weakref
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import msgspec
from platformdirs import user_cache_path

from nbagent.errors import ConfigError, LocalModelFailed
from nbagent.providers.local.models import Weights
from nbagent.providers.local.server import HOLD, PATIENCE, STOP, Serving, Task, open_private, proof
from nbagent.providers.local.sources import Interrupted, Report

_LOGGED = re.compile(r"[\d.]+ E (.*)")  # an error in llama.cpp's log
_YIELDING = {"OMP_WAIT_POLICY": "passive", "GOMP_SPINCOUNT": "1000"}
"""llama.cpp's threads wait for each other thousands of times a second, by default without giving up their core: on a busy
machine each then waits for one that does not run, up to minutes for a sentence. So they sleep after a moment."""

LINGER = 5.0  # seconds the model stays loaded after its last kernel, so that restarting a kernel is no reload


class Hold:
    """A kernel's hold on a process: while it is open the process stays, and it shows when the process is gone."""

    def __init__(self, serving: Serving, connection: socket.socket) -> None:
        self.serving = serving
        self._connection = connection
        weakref.finalize(self, connection.close)  # a provider lives as long as its kernel, and nobody closes it

    @property
    def alive(self) -> bool:
        try:
            return bool(self._connection.recv(1))
        except BlockingIOError:
            return True
        except OSError:
            return False

    def close(self) -> None:
        self._connection.close()


def run_dir() -> Path:
    """Where the files of the running processes are: the user's own, also where ``NBAGENT_CACHE`` is shared."""
    folder = user_cache_path("nbagent", appauthor=False) / "run"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def obtain(weights: Weights, *, report: Report, stop: threading.Event, linger: float = LINGER) -> Hold:
    """A hold on the process for these weights, started where none runs. Blocks; call it in a thread.

    Raises `LocalModelFailed` where it cannot start, `Interrupted` once `stop` is set.
    """
    state = _state_file(weights)
    with _alone(state, report, stop):
        return _join(state) or _start(weights, state, report, stop, linger)


def running() -> list[Serving]:
    """The processes of this user on this machine that answer."""
    found = []
    for state in sorted(run_dir().glob(f"{_host()}-*.json")):
        if hold := _join(state):
            found.append(hold.serving)
            hold.close()
    return found


def end_all() -> list[Serving]:
    """End this user's processes, whoever holds them; those that were ended."""
    ended = []
    for state in sorted(run_dir().glob(f"{_host()}-*.json")):
        if hold := _join(state, STOP):
            ended.append(hold.serving)
            _await_end(hold)
    return ended


def _await_end(hold: Hold) -> None:
    until = time.monotonic() + PATIENCE
    while hold.alive and time.monotonic() < until:
        time.sleep(0.02)
    if hold.alive:  # it proved that it is ours, so its number is no other process's
        with suppress(OSError):
            os.kill(hold.serving.pid, getattr(signal, "SIGKILL", signal.SIGTERM))
    hold.close()


def _host() -> str:
    return hashlib.sha256(platform.node().encode()).hexdigest()[:8]  # a home may be shared by several machines


def _state_file(weights: Weights) -> Path:
    digest = hashlib.sha256(f"{weights.path}\0{weights.template}\0{_threads()}".encode()).hexdigest()[:16]
    return run_dir() / f"{_host()}-{digest}.json"


def _threads() -> int:
    """``NBAGENT_LOCAL_THREADS``, or the cores this process may use; a model this small gains nothing past eight."""
    chosen = os.environ.get("NBAGENT_LOCAL_THREADS", "")
    if chosen:
        if not chosen.isdecimal() or int(chosen) < 1:
            raise ConfigError(f"NBAGENT_LOCAL_THREADS={chosen!r} is not a number of threads.", "A whole number, 1 or more.")
        return int(chosen)
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    with suppress(OSError, ValueError):  # a container's share, which the count of cores does not show
        quota, period = Path("/sys/fs/cgroup/cpu.max").read_text().split()
        cores = min(cores, -(-int(quota) // int(period)))
    return max(1, min(cores, 8))


@contextmanager
def _alone(state: Path, report: Report, stop: threading.Event) -> Iterator[None]:
    """Hold the lock on starting; of two kernels that start at once one loads and the other joins."""
    from filelock import FileLock, Timeout

    lock = FileLock(state.with_suffix(".lock"))
    while True:
        try:
            lock.acquire(timeout=0.1)
            break
        except Timeout:
            report("loading the model", None)
            if stop.is_set():
                raise Interrupted from None
    try:
        yield
    finally:
        lock.release()


def _join(state: Path, wish: bytes = HOLD) -> Hold | None:
    """Connect to the process that `state` tells of, if it still answers and is the one that wrote it."""
    try:
        serving = msgspec.json.decode(state.read_bytes(), type=Serving)
        connection = socket.create_connection(("127.0.0.1", serving.control), timeout=PATIENCE)
    except (OSError, msgspec.DecodeError):
        return None
    challenge = secrets.token_bytes(32)
    try:
        connection.sendall(challenge)
        answer = _receive(connection, 64)
        if hmac.compare_digest(answer[:32], proof(serving.key, b"server", challenge)):
            connection.sendall(proof(serving.key, b"client", answer[32:]) + wish)
            if _receive(connection, 1):
                connection.setblocking(False)
                return Hold(serving, connection)
    except OSError:
        pass
    connection.close()
    return None


def _receive(connection: socket.socket, size: int) -> bytes:
    data = b""
    while len(data) < size and (more := connection.recv(size - len(data))):
        data += more
    return data


def _start(weights: Weights, state: Path, report: Report, stop: threading.Event, linger: float) -> Hold:
    state.unlink(missing_ok=True)
    log = state.with_suffix(".log")
    with open_private(log) as out:
        process = subprocess.Popen(
            [sys.executable, "-P", "-m", "nbagent.providers.local.server"],
            stdin=subprocess.PIPE, stdout=out, stderr=out, cwd=state.parent, env=_YIELDING | os.environ,
            start_new_session=True,  # an interrupt is meant for the kernel, and reaches its whole process group
        )  # fmt: skip
    assert process.stdin is not None
    try:
        with process.stdin as pipe:  # open until there is a hold: if this kernel dies before, the process sees it
            with suppress(OSError):  # it ended at once; the log says why
                pipe.write(msgspec.json.encode(Task(weights, secrets.token_urlsafe(32), _threads(), linger, str(state))) + b"\n")
                pipe.flush()
            hold = _first_hold(process, weights, state, report, stop)
    except BaseException:
        process.kill()
        process.wait()
        raise
    threading.Thread(target=process.wait, name="nbagent-local-server", daemon=True).start()  # or it would end as a zombie
    return hold


def _first_hold(process: subprocess.Popen[bytes], weights: Weights, state: Path, report: Report, stop: threading.Event) -> Hold:
    while not (hold := _join(state)):
        if process.poll() is not None:
            raise _not_loaded(weights, process.returncode, state.with_suffix(".log"))
        if stop.is_set():
            raise Interrupted
        report(f"loading {weights.name}", None)
        time.sleep(0.05)
    return hold


def _not_loaded(weights: Weights, code: int, log: Path) -> LocalModelFailed:
    lines = [line for line in log.read_text(errors="replace").splitlines() if line.strip()]
    errors = [found[1] for line in lines if (found := _LOGGED.match(line))]  # the first is the cause of the others
    said = next(iter(errors or lines[-1:]), "It said nothing.")
    why = f"Its process was ended by {signal.Signals(-code).name}." if code < 0 else f"Its process ended: {said.strip()[:200]}"
    if "cannot open shared object" in said:
        return LocalModelFailed(f"The local model {weights.name} could not be loaded.", why, "Install that system library (libgomp1 on Debian and Ubuntu).")
    room = f"It needs about {weights.memory / 1e9:.1f} GB of free memory. " if weights.memory else ""
    return LocalModelFailed(f"The local model {weights.name} could not be loaded.", why, f"{room}Its log: {log}")
