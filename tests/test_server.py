"""The Jupyter server tells of the machine's runs where no kernel can, and only those who may read there: a real server, over its socket."""

from __future__ import annotations

import json
import os
import secrets
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import websocket

from nbagent.agent import Agent
from nbagent.observers.trace import Trace
from nbagent.providers.scripted import Scripted
from nbagent.session import Session
from tests.lab import free_port
from tests.stories import Story


class Server:
    """A Jupyter server that knows nbagent, with runs in its data folder, or none."""

    def __init__(self, home: Path) -> None:
        self.home, self.port, self.token = home, free_port(), secrets.token_hex(8)
        env = os.environ | {
            "NBAGENT_DATA": str(home), "HOME": str(home), "JUPYTER_CONFIG_DIR": str(home / "config"), "JUPYTER_RUNTIME_DIR": str(home / "runtime"),
            "JUPYTER_DATA_DIR": str(home / "data"), "NO_PROXY": "127.0.0.1",
        }  # fmt: skip
        command = [
            sys.executable, "-m", "jupyter_server", "--no-browser", "--allow-root", f"--port={self.port}", "--ServerApp.port_retries=0",
            "--ServerApp.base_url=/of/ada/", f"--IdentityProvider.token={self.token}", "--ServerApp.jpserver_extensions={'nbagent.notebook.server': True}",
        ]  # fmt: skip
        self.log = (home / "server.log").open("wb")
        self.process = subprocess.Popen(command, env=env, stdout=self.log, stderr=subprocess.STDOUT, cwd=home)
        until = time.monotonic() + 60
        while True:
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{self.port}/of/ada/api", timeout=2).read()
            except OSError:
                if self.process.poll() is not None or time.monotonic() > until:
                    raise RuntimeError((home / "server.log").read_text()[-2000:]) from None
                time.sleep(0.05)
            else:
                return

    def socket(self, query: str, **more: Any) -> Any:
        return closing(websocket.create_connection(f"ws://127.0.0.1:{self.port}/of/ada/nbagent/panel{query}", timeout=30, **more))

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(20)
        self.log.close()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    made = Server(tmp_path_factory.mktemp("server"))
    yield made
    made.stop()


def ask(socket: Any, **question: Any) -> dict[str, Any]:
    socket.send(json.dumps(question))
    answer: dict[str, Any] = json.loads(socket.recv())
    return answer


def test_the_runs_of_the_machine_are_told_without_a_kernel_and_all_that_is_known_of_them(server: Server) -> None:
    with server.socket(f"?token={server.token}") as socket:
        assert json.loads(socket.recv()) == {"t": "machine"}
        nothing = ask(socket, t="runs", scope="machine", **{"from": 0, "count": 10})
        assert nothing["t"] == "failed"
        assert nothing["why"].startswith("No runs are kept on this machine.")
        trace = Trace(server.home / "trace.db")
        session = Session(Agent(model=Scripted(["Rain.", "Sun."])), trace=trace)
        for prompt in ("Oslo?", "Rome?"):
            session.run(prompt)
        assert len(trace) == 4  # and so they are in the file
        told = ask(socket, t="runs", scope="machine", **{"from": 0, "count": 10})
        assert [told["total"], [row["prompt"] for row in told["rows"]]] == [2, ["Rome?", "Oslo?"]]
        assert ask(socket, t="models", scope="machine")["models"] == [row["model"] for row in told["rows"][:1]]
        run = ask(socket, t="run", run=told["rows"][1]["run"], have=0, still=[])
        assert [span[3] for span in run["rows"]] == ["run", "chat"]
        assert "Rain." in json.dumps(ask(socket, t="span", span=run["rows"][1][1]))
        assert ask(socket, t="compare", a=told["rows"][0]["run"], b=told["rows"][1]["run"])["t"] == "compare"


def test_a_copy_of_a_notebook_has_runs_of_its_own_and_those_of_one_that_was_moved(server: Server) -> None:
    for name in ("own.ipynb", "copy.ipynb"):
        (server.home / name).write_text("{}")
    story = Story(Trace(server.home / "trace.db"))
    for run, name in enumerate(("own.ipynb", "copy.ipynb", "before it was moved.ipynb")):
        story.begin(f"r{run}", prompt=name, origin={"notebook": str(server.home / name), "cell_id": "the same"})
        story.end(f"r{run}")
        story.wait(1)
    assert len(story.trace) > 2
    with server.socket(f"?token={server.token}") as socket:
        socket.recv()
        socket.send(json.dumps({"t": "notebook", "path": "copy.ipynb"}))
        told = ask(socket, t="runs", scope="notebook", cells=["the same"], **{"from": 0, "count": 10})
        assert [row["prompt"] for row in told["rows"]] == ["before it was moved.ipynb", "copy.ipynb"]


def test_what_is_no_question_is_not_answered_and_does_not_end_it(server: Server) -> None:
    with server.socket(f"?token={server.token}") as socket:
        socket.recv()
        for nonsense in ("{", "[]", '"runs"', "{}", '{"t": "tools"}', '{"t": "runs"}', '{"t": "span", "span": 3}'):
            socket.send(nonsense)
        answers = [json.loads(socket.recv()) for _ in range(2)]
        assert [answer["t"] for answer in answers] == ["failed", "failed"]
        assert ask(socket, t="models", scope="kernel")["models"] == []


@pytest.mark.parametrize("query", ["", "?token=guessed"])
def test_who_may_not_read_on_the_server_is_told_nothing(server: Server, query: str) -> None:
    with pytest.raises(websocket.WebSocketBadStatusException, match="403"), server.socket(query):
        pass


def test_a_server_that_starts_imports_nothing_of_ours_but_the_door() -> None:
    code = "import sys, nbagent.notebook.server; print(sorted(name for name in sys.modules if name.startswith(('nbagent.', 'pandas'))))"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert loaded.strip() == "['nbagent.notebook', 'nbagent.notebook.server']"
