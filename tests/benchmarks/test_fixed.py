"""What a run costs whatever its length: threads, the SDK's request, a new client, the first import; and what loading the extension costs."""

from __future__ import annotations

import itertools
import json
import os
import statistics
import subprocess
import sys
from collections.abc import AsyncIterator, Callable

import httpx2
import pytest

from nbagent.agent import Agent
from nbagent.events import PartDelta, PartFinished, PartStarted, ProviderEvent, StreamEnded
from nbagent.messages import TextPart
from nbagent.provider import Request
from nbagent.session import Session
from tests.benchmarks.answers import MODELS, WITH_SDK
from tests.benchmarks.bare import Bare
from tests.benchmarks.measure import Pair, Row, Table, cpu

Against = Callable[..., Pair]
MANY = 20

FIRST = """
import sys, time
from nbagent import Agent, Session
model, url, sdk = sys.argv[1:]
started = time.process_time()
__import__(sdk)
imported = time.process_time()
Session(Agent(model=model, base_url=url, api_key="sk-benchmark")).run("What should I wear?")
print(imported - started, time.process_time() - imported)
"""
LOADING = """
import json, sys, time
import ipykernel.ipkernel, ipywidgets
from IPython.core.interactiveshell import InteractiveShell
shell = InteractiveShell.instance()
before = set(sys.modules)
started = time.process_time()
shell.run_line_magic("load_ext", "nbagent")
print(json.dumps([time.process_time() - started, sorted(set(sys.modules) - before)]))
"""
LATER = ("pandas", "openai", "anthropic", "pydantic", "jinja2", "anywidget", "httpx2", "genai_prices")  # imported when they are first needed


class Word:
    """A provider that says one word without a network."""

    name = "word"

    async def stream(self, request: Request) -> AsyncIterator[list[ProviderEvent]]:
        yield [PartStarted(0, TextPart("")), PartDelta(0, "Hm."), PartFinished(0, TextPart("Hm.")), StreamEnded("stop")]


def _python(code: str, *arguments: str) -> str:
    env = {**os.environ, "PYDEVD_DISABLE_FILE_VALIDATION": "1"}
    return subprocess.run([sys.executable, "-c", code, *arguments], check=True, capture_output=True, text=True, env=env, timeout=60).stdout


def test_the_engine_begins_and_ends_a_run_in_little(table: Table) -> None:
    agent = Agent(model=Word())
    taken = [cpu(lambda: [Session(agent).run("Hm?") for _ in range(MANY)]) / MANY for _ in range(12)][2:]
    table.add(Row(what="a run without a network: threads, loop, view, trace, result", value=statistics.median(taken) * 1e3, unit=" ms"))


@pytest.mark.parametrize("api", WITH_SDK)
def test_an_answer_of_one_token_costs_little_more_than_its_request(
    api: str, bare: Bare, url: str, agent_for: Callable[[str], Agent], table: Table, against: Against
) -> None:
    name = f"{api}-1-block"
    agent = agent_for(name)

    def runs() -> None:
        for _ in range(MANY):
            Session(agent).run("What should I wear?")

    def reads() -> None:
        for _ in range(MANY):
            bare.run(lambda: bare.read(f"{url}/{name}"))

    pair = against(runs, reads, rounds=10)
    more = [(mine - theirs) / MANY * 1e3 for mine, theirs in zip(pair.ours, pair.other, strict=True)]
    table.add(Row(what=f"{name}: what a run adds to its request", value=statistics.median(more), unit=" ms"))


@pytest.mark.parametrize("api", WITH_SDK)
def test_a_new_key_costs_a_new_client(api: str, bare: Bare, url: str, table: Table, against: Against) -> None:
    name, number = f"{api}-1-block", itertools.count()

    def ours() -> None:
        Session(Agent(model=f"{api}:{MODELS[api]}", base_url=f"{url}/{name}", api_key=f"sk-benchmark-{next(number)}")).run("What should I wear?")

    async def other() -> None:
        async with httpx2.AsyncClient() as client:
            await client.post(f"{url}/{name}", json={})

    pair = against(ours, lambda: bare.run(other), rounds=10)
    more = [(mine - theirs) * 1e3 for mine, theirs in zip(pair.ours, pair.other, strict=True)]
    table.add(Row(what=f"{name}, first run with a key: what it adds to a new httpx2 client", value=statistics.median(more), unit=" ms", note=pair.note()))


@pytest.mark.parametrize("api", WITH_SDK)
def test_the_first_run_of_a_process(api: str, url: str, table: Table) -> None:
    sdk = "anthropic" if api == "anthropic" else "openai"
    took = [[float(word) for word in _python(FIRST, f"{api}:{MODELS[api]}", f"{url}/{api}-1-block", sdk).split()] for _ in range(3)]
    imported, ran = (statistics.median(column) * 1e3 for column in zip(*took, strict=True))
    table.add(Row(what=f"{api}: first run of a process, once {sdk} is imported", value=ran, unit=" ms", note=f"importing it {imported:.0f} ms"))


def test_loading_the_extension_imports_little(table: Table) -> None:
    seconds: list[float] = []
    for _ in range(7):
        taken, modules = json.loads(_python(LOADING).splitlines()[-1])
        seconds.append(taken)
    names: dict[str, int] = {}
    for module in modules:
        names[module.partition(".")[0]] = names.get(module.partition(".")[0], 0) + 1
    assert not names.keys() & set(LATER)
    low, middle, high = statistics.quantiles(seconds, n=4)
    imports = ", ".join(f"{name} {count}" for name, count in names.items())
    table.add(Row(what="%load_ext nbagent", value=middle, unit=" s", bar=0.15, spread=(low, high), note=f"modules: {imports}"))
