"""What the benchmarks share: the server, the bare client, and a table at the end. ``python -m pytest tests/benchmarks`` runs them, nothing else does."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from nbagent.agent import Agent
from tests.benchmarks.answers import MODELS
from tests.benchmarks.bare import Bare
from tests.benchmarks.measure import Pair, Table, race
from tests.benchmarks.wire import wire

HERE = Path(__file__).resolve().parent
_TABLE = pytest.StashKey[Table]()


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    config.option.benchmark_quiet = True  # its own table is in milliseconds, which mean little elsewhere; -v shows it


def pytest_ignore_collect(config: pytest.Config) -> bool | None:
    """They are collected only where they are asked for: their numbers are to be read, not to be passed."""
    asked = [Path(config.invocation_params.dir, argument.partition("::")[0]).resolve() for argument in config.args]
    return None if any(path == HERE or HERE in path.parents for path in asked) else True


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.benchmark(timer=time.process_time))
            item.add_marker(pytest.mark.timeout(600))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    if (table := config.stash.get(_TABLE, None)) is not None:
        terminalreporter.section("processor time, beside the bars")
        for line in table.lines():
            terminalreporter.write_line(line)


@pytest.fixture(scope="session")
def table(pytestconfig: pytest.Config) -> Table:
    return pytestconfig.stash.setdefault(_TABLE, Table())


@pytest.fixture(scope="session")
def url() -> Iterator[str]:
    with wire() as url:
        yield url


@pytest.fixture
def bare() -> Iterator[Bare]:
    bare = Bare()
    yield bare
    bare.close()


@pytest.fixture
def against(benchmark: Any) -> Callable[..., Pair]:
    """`race` with this test's benchmark."""

    def run(ours: Callable[[], Any], other: Callable[[], Any], *, rounds: int) -> Pair:
        return race(benchmark, ours, other, rounds=rounds)

    return run


@pytest.fixture(scope="session")
def agent_for(url: str) -> Callable[[str], Agent]:
    """An agent whose model gives the answer of this name."""

    def make(name: str) -> Agent:
        api = name.rsplit("-", 2)[0]
        os.environ.setdefault("AWS_REGION", "eu-central-1")  # Claude on Bedrock wants one, also where the URL is given
        return Agent(model=f"{api}:{MODELS[api]}", base_url=f"{url}/{name}", api_key="sk-benchmark")

    return make
