"""Claims on cells whose answers are more than text: values of a type, other models, tools as text, tables, what a terminal sees."""

from __future__ import annotations

import json

import pytest

from tests.kernel import RUN, a_kernel
from tests.wire_server import Answer, WireServer

pytestmark = [pytest.mark.kernel]

SETUP = """%load_ext nbagent
import nbagent
from pydantic import BaseModel
from nbagent.errors import Overloaded
from nbagent.messages import Citation, FilePart, ServerToolPart, TextPart, ToolCallPart
from nbagent.providers.scripted import Scripted, call, text
class City(BaseModel):
    name: str
    people: int
cities = '{"result": [{"name": "Oslo", "people": 717710}]}'
Scripted(ToolCallPart("", "final_result", cities), name="typed", loop=True)
Scripted([Overloaded("The server is overloaded.")], name="down", loop=True)
Scripted("Here I am.", name="up", loop=True)
source = Citation("https://weather.example", "Weather")
search = ServerToolPart("s", "web_search", '{"query": "Oslo"}', result="found")
Scripted([[search, TextPart("It rains.", citations=(source,)), FilePart("image/png", data=b"png", name="map.png")]], name="rich", loop=True)
Scripted([[call("load")], "Done."], name="loads", loop=True)
%config NbAgent.retries = 0
"""
TOOL = """%%tool
def load() -> object:
    "The data."
    import pandas as pd
    return pd.DataFrame({"city": ["Oslo"] * 30, "mm": range(30)})
"""


@pytest.fixture(scope="module")
def kernel(tmp_path_factory):
    with a_kernel(tmp_path_factory.mktemp("kernel")) as kernel:
        kernel.ok(SETUP)
        kernel.ok(TOOL)
        yield kernel


@pytest.mark.parametrize("allow_stdin", [True, False], ids=["a person", "nobody"])
def test_an_answer_of_a_type_is_a_value_and_is_shown_once(kernel, allow_stdin):
    ran = kernel.ok("%%agent --new -m scripted:typed --output-type list[City]\nCities?", allow_stdin=allow_stdin)
    assert kernel.value("[(city.name, city.people) for city in _.output]") == [["Oslo", 717710]]
    (output,) = ran.items("output")
    assert (output["type"], json.loads(output["json"])) == ("list[City]", [{"name": "Oslo", "people": 717710}])
    assert json.dumps(ran.run).count("717710") == 1
    assert ran.outputs[0]["text/html"].count("<td>Oslo</td>") == 1


def test_a_prompt_may_say_what_the_answer_is_to_be(kernel):
    ran = kernel.ok("%%agent --new -m scripted:typed --output-type City --dry-run\nAnswer as {{ return_type }}")
    assert '"people": integer' in ran.stdout.replace("\\", "")
    kernel.ok("return_type = 'my own'")
    assert "my own" in kernel.ok("%%agent --new -m scripted:typed --output-type City --dry-run\nAnswer as {{ return_type }}").stdout
    kernel.ok("del return_type")


def test_the_type_holds_for_its_cell_only_and_an_agents_own_stays(kernel):
    kernel.ok("%%agent --new -m scripted:typed --output-type list[City]\nCities?")
    kernel.ok("%%agent -m scripted:up\nAnd now?")
    assert kernel.value("_.output") == "Here I am."
    kernel.ok("typed_agent = nbagent.Agent(model='scripted:typed', output_type=list[City])")
    kernel.ok("%%agent typed_agent\nCities?")
    assert kernel.value("_.output[0].name") == "Oslo"


def test_a_type_that_is_not_there_is_said_before_anything_is_sent(kernel):
    ran = kernel.run("%%agent -m scripted:typed --output-type list[Citi]\nCities?")
    assert "Citi is not defined" in ran.error_lines[0]
    assert "City" in ran.error_lines[1]
    assert len(ran.error_lines) <= 4
    assert not ran.outputs


def test_another_model_answers_where_the_first_fails_and_it_is_said(kernel):
    ran = kernel.ok("%%agent --new -m scripted:down --fallback scripted:up\nHello?")
    assert ran.items("text")[0]["text"] == "Here I am."
    (note,) = ran.items("notice")
    assert "scripted:up" in note["text"]
    assert "overloaded" in note["text"]


def test_a_dry_run_shows_what_an_output_type_and_tools_as_text_make_of_the_request(kernel):
    def request(options: str) -> str:
        return kernel.ok(f"%%agent --new --dry-run -m openai-chat:m --base-url http://127.0.0.1:9/v1 -T load {options}\nHello").stdout.partition("\n")[2]

    plain, typed, texted = request(""), request("--output-type list[City]"), request("--text-tools")
    assert [tool["function"]["name"] for tool in json.loads(plain)["tools"]] == ["load"]
    assert "people" in typed
    assert "tools" not in json.loads(texted)
    assert "load" in json.dumps(json.loads(texted)["messages"])


def test_a_tools_table_is_shown_as_one(kernel):
    ran = kernel.ok("%%agent --new -m scripted:loads -T load\nLoad it.")
    (card,) = ran.items("tool")
    assert card["table"]["columns"][-2:] == ["city", "mm"]
    assert card["table"]["shape"] == [30, 2]
    assert "30 rows × 2 columns" in ran.outputs[0]["text/html"]


def test_as_text_it_is_all_said_in_words(kernel):
    ran = kernel.ok("%%agent --new -m scripted:rich -f text\nWeather?")
    for piece in ('⇢ web_search({"query": "Oslo"}) at the provider: found', "It rains.", "[map.png, 3 bytes]", "[1] Weather https://weather.example"):
        assert piece in ran.stdout
    typed = kernel.ok("%%agent --new -m scripted:typed -f text --output-type list[City]\nCities?").stdout
    assert '= list[City]: [{"name":"Oslo","people":717710}]' in typed
    noted = kernel.ok("%%agent --new -m scripted:down --fallback scripted:up -f text\nHello?").stdout
    assert "scripted:up" in noted


def test_as_markdown_the_value_and_the_sources_are_there_too(kernel):
    rich = kernel.ok("%%agent --new -m scripted:rich -f markdown\nWeather?").outputs[0]["text/markdown"]
    assert rich == "It rains.\n\n1. Weather https://weather.example\n\n[map.png]"
    typed = kernel.ok("%%agent --new -m scripted:typed -f markdown --output-type list[City]\nCities?").outputs[0]["text/markdown"]
    assert typed.startswith("```json\n")


def test_a_replay_says_that_it_is_one(kernel):
    kernel.ok("%%agent first --new -m scripted:up --record once.jsonl\nHello?")
    ran = kernel.ok("%%agent second --replay once.jsonl\nHello?")
    assert ran.run["replayed"] == "once.jsonl"
    assert "replayed from once.jsonl" in ran.outputs[0]["text/html"]
    assert "once.jsonl" in kernel.value("str(_.trace.df['attributes'].tolist())")


@pytest.mark.parametrize(
    ("options", "words"),
    [("-p temperature hot", "takes a number, not 'hot'"), ("-p temperature=0 x", "two words"), ("-p max_tokens true", "takes a number")],
)
def test_a_parameter_that_can_be_none_is_said_before_anything_is_sent(kernel, options, words):
    ran = kernel.run(f"%%agent -m scripted:up {options}\nHello")
    assert words in ran.error_lines[0]
    assert len(ran.error_lines) <= 3


def test_tables_are_shown_whole_and_are_frames_underneath(kernel):
    ran = kernel.ok("%trace")
    shown = ran.outputs[0]["text/html"]
    for column in ("exec_count", "output_tokens", "run_id", "span_id"):
        assert f">{column}</th>" in shown
    assert "NaN" not in shown
    assert "..." not in ran.outputs[0]["text/plain"].splitlines()[0]
    run_id = kernel.value("_.iloc[0].run_id")
    assert len(run_id) == 32
    assert f">{run_id[:8]}</td>" in shown
    assert kernel.value("type(_.head()).__name__") == "DataFrame"
    assert RUN not in ran.outputs[0]


PULL = [{"status": "pulling manifest"}, {"status": "pulling 1", "digest": "sha256:1", "total": 100, "completed": 40}, {"status": "success"}]


def pulled(lines: list[dict[str, object]], **how: object) -> Answer:
    return Answer("".join(json.dumps(line) + "\n" for line in lines).encode(), headers={"content-type": "application/x-ndjson"}, **how)


def test_a_model_is_pulled_with_a_bar_that_grows(kernel):
    with WireServer(pulled(PULL, split=60, delay=0.4)) as server:
        kernel.ok(f"import os; os.environ['OLLAMA_HOST'] = {server.url!r}")
        ran = kernel.ok("%nbagent pull ollama:small")
    assert server.requests[0].json["model"] == "small"
    told = [message["content"]["data"] for message in ran.of("display_data", "update_display_data")]
    assert any('<progress max="100" value="40"' in each["text/html"] for each in told)
    assert told[-1]["text/plain"] == "ollama:small is here"


def test_the_embedded_model_that_is_there_needs_no_fetching(kernel, tmp_path):
    weights = tmp_path / "own.gguf"
    weights.write_bytes(b"GGUF")
    assert kernel.ok(f"%nbagent pull local:{weights}").outputs[-1]["text/plain"] == f"local:{weights} is here"
    assert "No local model" in kernel.run("%nbagent pull local:qwen9").error_lines[0]


def test_an_interrupt_ends_the_pull_and_the_server_hears_of_it(kernel):
    with WireServer(pulled(PULL[:2], hang=True)) as server:
        kernel.ok(f"import os; os.environ['OLLAMA_HOST'] = {server.url!r}")
        ran = kernel.run("%nbagent pull ollama:small", interrupt=lambda ran: ran.told("40 %"))
        assert ran.error_lines[0].startswith("RunCancelled") or "was stopped" in ran.error_lines[0]
        assert len(ran.error_lines) <= 4
        assert server.client_left.wait(10)
    assert kernel.ok("'next'").result == "'next'"


def test_a_model_that_nothing_fetches_is_said(kernel):
    assert "fetches no models" in kernel.run("%nbagent pull anthropic:claude").error_lines[0]
    assert "one model" in kernel.run("%nbagent pull").error_lines[0]
