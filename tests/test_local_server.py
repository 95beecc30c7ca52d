"""What the process behind `local:` promises: found and shared by a user's kernels, closed to all others, gone with the last one."""

import json
import os
import signal
import socket
import stat
import subprocess
import sys
import threading
import time

import httpx2
import msgspec
import psutil
import pytest

from nbagent.errors import ConfigError, LocalModelFailed
from nbagent.providers.local import hold as local_hold
from nbagent.providers.local.download import fetch
from nbagent.providers.local.hold import end_all, obtain, running
from nbagent.providers.local.models import DEFAULT, MODELS, Weights, cache_dir, weights
from nbagent.providers.local.server import Serving
from nbagent.providers.local.sources import Interrupted

LINGER = 0.3


@pytest.fixture(autouse=True)
def own_run_dir(monkeypatch, tmp_path):
    """Processes of a test are not those of the person who runs it; the weights are."""
    monkeypatch.setenv("NBAGENT_CACHE", str(cache_dir()))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setenv("NBAGENT_LOCAL_THREADS", os.environ.get("NBAGENT_LOCAL_THREADS", "1"))
    yield
    end_all()


@pytest.fixture
def loaded():
    return weights(MODELS[DEFAULT], fetch(MODELS[DEFAULT]))


def hold(loaded, linger=LINGER, report=lambda _what, _done: None, stop=None):
    return obtain(loaded, report=report, stop=stop or threading.Event(), linger=linger)


def until(true, seconds=30.0):
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.02)


def broken_model(tmp_path):
    file = tmp_path / "broken.gguf"
    file.write_bytes(b"GGUF" + bytes(100))
    return Weights("broken", str(file), memory=800_000_000)


KERNEL = """
import json, sys, threading, time
from pathlib import Path
from nbagent.providers.local.hold import obtain
from nbagent.providers.local.models import DEFAULT, MODELS, models_dir, weights
loaded = weights(MODELS[DEFAULT], models_dir() / MODELS[DEFAULT].file)
hold = obtain(loaded, report=lambda what, done: None, stop=threading.Event(), linger=float(sys.argv[1]))
print(json.dumps([hold.serving.pid, hold.serving.address]), flush=True)
time.sleep(600)
"""


def kernel(linger=LINGER):
    """Another process that holds the model, as another notebook's kernel does."""
    return subprocess.Popen([sys.executable, "-c", KERNEL, str(linger)], stdout=subprocess.PIPE)


def told(process):
    return json.loads(process.stdout.readline())


def end(*processes):
    for process in processes:
        process.kill()
        process.wait()
        process.stdout.close()


def test_a_model_that_cannot_be_loaded_is_one_clear_error(tmp_path):
    with pytest.raises(LocalModelFailed) as caught:
        hold(broken_model(tmp_path))
    assert caught.value.lines[0] == "The local model broken could not be loaded."
    assert caught.value.lines[1] == "Its process ended: gguf_init_from_reader: bad GGUF version: 0"
    assert "It needs about 0.8 GB" in caught.value.lines[2]
    assert len(caught.value.lines) <= 4
    assert not caught.value.retryable
    assert running() == []


def test_a_file_left_by_a_process_that_is_gone_misleads_nobody(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    state = local_hold._state_file(broken_model(tmp_path))
    state.write_bytes(msgspec.json.encode(Serving("broken", "x", "http://127.0.0.1:1", port, "key", os.getpid())))
    assert running() == []
    with pytest.raises(LocalModelFailed):
        hold(broken_model(tmp_path))
    assert not state.exists()


def test_a_stranger_on_the_port_is_not_taken_for_the_process(tmp_path):
    heard = []

    def stranger(listener):
        connection, _ = listener.accept()
        with connection:
            heard.append(connection.recv(100))
            connection.sendall(bytes(64))
            heard.append(connection.recv(100))

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=stranger, args=(listener,))
        thread.start()
        state = local_hold._state_file(broken_model(tmp_path))
        state.write_bytes(msgspec.json.encode(Serving("broken", "x", "http://127.0.0.1:1", listener.getsockname()[1], "the-secret-key", 1)))
        assert running() == []
        thread.join()
    assert len(heard[0]) == 32
    assert b"the-secret-key" not in heard[0]
    assert heard[1] == b""


@pytest.mark.parametrize("wrong", ["0", "two", "-1"])
def test_a_wrong_number_of_threads_is_said(monkeypatch, tmp_path, wrong):
    monkeypatch.setenv("NBAGENT_LOCAL_THREADS", wrong)
    with pytest.raises(ConfigError, match="NBAGENT_LOCAL_THREADS"):
        hold(broken_model(tmp_path))


def test_threads_are_the_cores_this_process_may_use(monkeypatch):
    monkeypatch.delenv("NBAGENT_LOCAL_THREADS")
    assert 1 <= local_hold._threads() <= min(8, os.cpu_count() or 1)


@pytest.mark.local_model
def test_the_process_answers_only_who_has_the_key_and_tells_it_nobody(loaded):
    said = []
    with_key = hold(loaded, report=lambda what, _done: said.append(what))
    serving = with_key.serving
    assert set(said) == {"loading qwen2.5-coder-0.5b"}
    assert serving.address.startswith("http://127.0.0.1:")
    assert httpx2.get(f"{serving.address}/v1/models").status_code == 401
    asked = httpx2.get(f"{serving.address}/v1/models", headers={"Authorization": f"Bearer {serving.key}", "Origin": "http://page.example"})
    assert asked.json()["data"][0]["id"] == "qwen2.5-coder-0.5b"
    assert asked.headers["access-control-allow-origin"] == "http://nbagent.invalid"
    process = psutil.Process(serving.pid)
    assert serving.key not in " ".join(process.cmdline())
    assert serving.key not in str(process.environ())
    for file in local_hold.run_dir().iterdir():
        if serving.key.encode() in file.read_bytes():
            assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(local_hold.run_dir().stat().st_mode) == 0o700
    with_key.close()


@pytest.mark.local_model
def test_two_kernels_that_start_at_once_share_one_process_which_ends_with_the_last(loaded):
    one, two = kernel(), kernel()
    try:
        first, second = told(one), told(two)
        assert first == second
        assert [serving.pid for serving in running()] == [first[0]]
        one.send_signal(signal.SIGKILL)
        one.wait()
        time.sleep(3 * LINGER)
        assert [serving.pid for serving in running()] == [first[0]]
        two.send_signal(signal.SIGKILL)
        until(lambda: not psutil.pid_exists(first[0]) or psutil.Process(first[0]).status() == psutil.STATUS_ZOMBIE)
        assert running() == []
        assert list(local_hold.run_dir().glob("*.json")) == []
    finally:
        end(one, two)


@pytest.mark.local_model
def test_a_kernel_that_is_killed_while_it_loads_leaves_no_process(loaded):
    one = kernel()
    try:
        until(lambda: psutil.Process(one.pid).children())
        child = psutil.Process(one.pid).children()[0]
        one.send_signal(signal.SIGKILL)
        until(lambda: not child.is_running() or child.status() == psutil.STATUS_ZOMBIE)
    finally:
        end(one)


@pytest.mark.local_model
def test_who_leaves_while_it_loads_takes_the_process_along(loaded):
    stop = threading.Event()
    with pytest.raises(Interrupted):
        hold(loaded, report=lambda _what, _done: stop.set(), stop=stop)
    assert psutil.Process().children() == []
    assert running() == []


@pytest.mark.local_model
def test_stop_ends_the_process_whoever_holds_it_and_the_next_starts_another(loaded):
    first = hold(loaded)
    visitor = socket.create_connection(("127.0.0.1", first.serving.control))  # says nothing, and keeps nothing alive
    assert [serving.name for serving in end_all()] == ["qwen2.5-coder-0.5b"]
    until(lambda: not first.alive)
    assert running() == []
    second = hold(loaded)
    assert second.serving.pid != first.serving.pid
    assert second.alive
    os.kill(second.serving.pid, signal.SIGKILL)
    until(lambda: not second.alive)
    third = hold(loaded)
    assert third.alive
    for left in (first, second, third, visitor):
        left.close()
