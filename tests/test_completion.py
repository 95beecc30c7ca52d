"""Completion, asked as a front end asks: of a real shell's completer, with a whole cell and a cursor."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest
from IPython.core.completer import CompletionContext, provisionalcompleter, rectify_completions
from IPython.core.interactiveshell import InteractiveShell
from traitlets.config import Config

from nbagent.notebook.completion import Sources, matcher, model_specs
from nbagent.notebook.options import AGENT_OPTIONS, COMMANDS
from nbagent.notebook.trace_options import TABLES


@pytest.fixture
def shell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[InteractiveShell]:
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path))
    ip = InteractiveShell(config=Config({"HistoryManager": {"enabled": False}}))
    sources = Sources(
        tools=lambda: ["get_weather", "get_time"],
        asked=lambda: ["get_weather", "get_time", "forecast"],
        sessions=lambda: ["main", "my trip"],
        runs=lambda: ["run1"],
        models=model_specs,
    )
    ip.Completer.custom_matchers.append(matcher(ip, sources))
    ip.user_ns.update(city="Oslo", count=3, df=pd.DataFrame({"temp": [1]}), _private=1)
    exec("def get_time(): ...\ndef forecast(): ...", ip.user_ns)
    ip.register_magic_function(lambda line, cell: None, "cell", "agent")
    yield ip
    ip.Completer.custom_matchers.clear()


def complete(ip: InteractiveShell, code: str) -> tuple[list[str], str]:
    """The completions at the ``▮`` in a cell, and the text that they replace, as the kernel replies them."""
    cursor = code.index("▮")
    code = code.replace("▮", "", 1)
    with provisionalcompleter():
        found = list(rectify_completions(code, ip.Completer.completions(code, cursor)))
    return [each.text for each in found], code[found[0].start : found[0].end] if found else ""


def test_options_are_completed_on_the_first_line(shell: InteractiveShell) -> None:
    assert complete(shell, "%%agent --mo▮") == (["--model"], "--mo")
    assert complete(shell, "%%agent --max▮\nhello")[0] == ["--max-steps", "--max-cost", "--max-total-tokens"]
    long = [option.flags[-1] for option in AGENT_OPTIONS]
    assert complete(shell, "%%agent --▮")[0] == long
    assert set(complete(shell, "%%agent -▮")[0]) == {*long, "-m", "-s", "-T", "-p", "-o", "-f", "-h"}
    assert complete(shell, "\n%%agent main --dr▮\nhello") == (["--dry-run"], "--dr")
    assert complete(shell, "%%tool --ap▮\ndef f(): ...") == (["--approve"], "--ap")


def test_an_option_that_was_given_is_not_offered_again_unless_it_repeats(shell: InteractiveShell) -> None:
    offered = complete(shell, "%%agent -m local: -T get_time --▮")[0]
    assert "--model" not in offered
    assert "--tool" in offered


def test_values_are_completed(shell: InteractiveShell) -> None:
    assert complete(shell, "%%agent --approve ▮")[0] == ["ask", "auto", "never"]
    assert complete(shell, "%%agent --approve a▮") == (["ask", "auto"], "a")
    assert complete(shell, "%%agent --format=t▮") == (["text"], "t")
    assert complete(shell, "%%agent -T get_w▮") == (["get_weather"], "get_w")
    assert complete(shell, "%%agent --session ▮")[0] == ["main", "'my trip'"]
    assert complete(shell, "%%agent --session 'my t▮") == (["'my trip'"], "'my t")
    assert complete(shell, "%%agent --on-error Max▮")[0] == ["MaxStepsReached", "MaxCostReached", "MaxTokensReached"]
    assert complete(shell, "%%agent --on-error MaxStepsReached fore▮")[0] == ["forecast"]
    assert complete(shell, "%tool --remove get_▮")[0] == ["get_weather", "get_time"]
    assert complete(shell, "%tool --remove get_time get_▮")[0] == ["get_weather"]
    assert complete(shell, "%%tool --if-exists ▮")[0] == ["replace", "raise", "warn"]
    assert complete(shell, "%nbagent tools get_w▮")[0] == ["get_weather"]
    assert complete(shell, "%%agent\n{{ df | annot▮ }}")[0] == ["annotated"]
    assert complete(shell, "%agent --resume ▮")[0] == ["run1"]
    assert complete(shell, "%agent --resume --ap▮")[0] == ["--approve"]


def test_models_are_completed_by_provider_then_name(shell: InteractiveShell) -> None:
    first = complete(shell, "%%agent -m ▮")[0]
    assert first[:3] == ["local:", "anthropic:claude-haiku-5-5", "openai:gpt-6-luna"]
    assert complete(shell, "%%agent --model anthropic:claude-haiku-5▮") == (["anthropic:claude-haiku-5-5"], "anthropic:claude-haiku-5")
    assert "openai-chat:gpt-6-luna" in complete(shell, "%%agent -m openai-chat:gpt-6▮")[0]


def test_sessions_tables_commands_and_functions_stand_beside_options(shell: InteractiveShell) -> None:
    assert complete(shell, "%%agent ma▮") == (["main"], "ma")
    assert complete(shell, "%%agent ▮")[0][:3] == ["main", "'my trip'", "--model"]
    assert complete(shell, "%trace ▮")[0][: len(TABLES)] == list(TABLES)
    assert complete(shell, "%trace ca▮") == (["calls"], "ca")
    assert complete(shell, "%trace co▮") == (["cost", "compare"], "co")
    assert complete(shell, "df = %trace ca▮") == (["calls"], "ca")
    assert complete(shell, "x = 1\n%nbagent ▮")[0] == list(COMMANDS)
    assert complete(shell, "%nbagent models anth▮") == (["anthropic"], "anth")
    assert complete(shell, "%nbagent reset ma▮") == (["main"], "ma")
    assert complete(shell, "%tool fore▮") == (["forecast"], "fore")


def test_names_are_completed_inside_braces_only(shell: InteractiveShell) -> None:
    assert complete(shell, "%%agent\nhello {{ ci▮") == (["city"], "ci")
    assert complete(shell, "%%agent\n{{ city }} and\n{{ co▮ }} more") == (["count"], "co")
    assert {"city", "df"} <= set(complete(shell, "%%agent\n{{ ▮")[0])
    assert not {"_private", "exit", "In"} & set(complete(shell, "%%agent\n{{ ▮")[0])
    assert complete(shell, "%%agent\n{% if cit▮ %}x{% endif %}") == (["city"], "cit")
    assert complete(shell, '%%agent -s "You are in {{ cit▮') == (["city"], "cit")
    assert complete(shell, "%agent hello {{ cit▮") == (["city"], "cit")


def test_attributes_and_filters_are_completed(shell: InteractiveShell) -> None:
    assert "df.temp" in complete(shell, "%%agent\n{{ df.te▮")[0]
    assert not [name for name in complete(shell, "%%agent\n{{ df.▮")[0] if name.startswith("df._")]
    assert complete(shell, "%%agent\n{{ df | toj▮") == (["tojson"], "toj")


@pytest.mark.parametrize(
    "code",
    [
        "%%agent\nIs it cold in the ci▮", "%%agent\nCount the rows, pri▮nt nothing", "%%agent\n▮", "%%agent\nimport ci▮", "%%agent\n{{ city }} ci▮",
        "%%agent\n# A trip to the ci▮", "%%agent\nhello --mo▮", "%%agent --raw\n{{ ci▮", "%%agent --raw\nci▮", "%agent tell me of the ci▮",
        "%agent tell me --mo▮", "x = %agent the ci▮", '%%agent -s "You know the ci▮', "%%agent\nthe file tests/▮", "%%agent\ndf.▮",
        "%%agent\n{{ pri▮", "%%agent\n{{ city.nosuch▮",
    ],
)  # fmt: skip
def test_in_prose_nobody_speaks(shell: InteractiveShell, code: str) -> None:
    assert complete(shell, code) == ([], "")


def test_other_cells_are_left_to_others(shell: InteractiveShell) -> None:
    silent = matcher(shell, Sources(tools=list, asked=list, sessions=list, runs=list, models=lambda _: []))
    for code in ("city.", "%%time\n--mo", "%%tool\ndef f(): return ci"):
        lines = code.split("\n")
        context = CompletionContext(token="", full_text=code, cursor_position=len(lines[-1]), cursor_line=len(lines) - 1, limit=None)
        assert silent(context) == {"completions": [], "suppress": False}
    assert "city" in complete(shell, "print(cit▮")[0]
    assert "city" in complete(shell, "%%tool\ndef f(): return ci▮")[0]


def test_keys_are_offered_within_brackets_of_an_expression(shell: InteractiveShell) -> None:
    shell.user_ns["ages"] = {"Ada": 36}
    assert "Ada" in complete(shell, "%%agent\nHow old is {{ ages['A▮")[0][0]


def test_the_magics_own_names_are_still_completed_by_ipython(shell: InteractiveShell) -> None:
    assert "%%agent" in complete(shell, "%%ag▮")[0]


def test_names_of_parameters_are_offered_and_nothing_for_their_values(shell: InteractiveShell) -> None:
    assert complete(shell, "%%agent -p temp▮") == (["temperature"], "temp")
    assert "reasoning_effort" in complete(shell, "%%agent --param reas▮")[0]
    assert "top_p" not in complete(shell, "%%agent -p temperature ▮")[0]


def test_types_are_offered_for_the_output(shell: InteractiveShell) -> None:
    exec("import dataclasses\n@dataclasses.dataclass\nclass City:\n    name: str", shell.user_ns)
    assert complete(shell, "%%agent --output-type Ci▮") == (["City"], "Ci")
    assert "Literal" in complete(shell, "%%agent --output-type ▮")[0]


@pytest.mark.parametrize("option", ["--file", "--record", "--replay"])
def test_paths_are_offered_where_a_file_is_named(shell: InteractiveShell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, option: str) -> None:
    (tmp_path / "data").mkdir()
    for name in ("plot.png", "my notes.txt", ".hidden", "data/run.jsonl"):
        (tmp_path / name).write_text("x")
    monkeypatch.chdir(tmp_path)
    assert complete(shell, f"%%agent {option} pl▮") == (["plot.png"], "pl")
    assert complete(shell, f"%%agent {option} data/▮")[0] == ["data/run.jsonl"]
    offered = complete(shell, f"%%agent {option} ▮")[0]
    assert {"data/", "'my notes.txt'", "plot.png"} <= {*offered}
    assert ".hidden" not in offered
    assert ("df" in offered) == (option == "--file")
    assert complete(shell, f"%%agent {option} {tmp_path}/pl▮")[0] == [f"{tmp_path}/plot.png"]


def test_models_are_offered_for_a_fallback(shell: InteractiveShell) -> None:
    assert complete(shell, "%%agent --fallback loc▮")[0] == ["local:"]
