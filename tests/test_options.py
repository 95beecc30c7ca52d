"""The lines of the magics: every option, quoting as in a shell, and one clear line for what is not understood."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from IPython.core.interactiveshell import InteractiveShell
from IPython.core.magic import Magics, line_cell_magic, magics_class
from traitlets.config import Config

from nbagent.errors import ConfigError, PromptError
from nbagent.notebook.help import AGENT_HELP, NBAGENT_HELP, TOOL_HELP, TRACE_HELP
from nbagent.notebook.options import (
    AGENT_OPTIONS,
    COMMANDS,
    AgentOptions,
    NbagentOptions,
    ToolOptions,
    parse_agent,
    parse_nbagent,
    parse_tool,
)
from nbagent.notebook.trace_options import PICTURES, TABLES, TRACE_OPTIONS, TraceOptions, parse_trace


def cell(line: str, **namespace: Any) -> AgentOptions:
    return parse_agent(line, namespace, cell=True)


def one_line(line: str, **namespace: Any) -> AgentOptions:
    return parse_agent(line, namespace, cell=False)


def refused(parse: Callable[..., Any], line: str, *rest: Any, **named: Any) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        parse(line, *rest, **named)
    assert 1 <= len(caught.value.lines) <= 4
    return caught.value.lines


# -- what is understood ---------------------------------------------------------------------------


def test_an_empty_line_says_nothing() -> None:
    assert cell("") == AgentOptions()
    assert parse_tool("", {}, cell=True) == ToolOptions()
    assert parse_trace("", {}) == TraceOptions()
    assert parse_nbagent("", {}) == NbagentOptions()


def test_every_option_of_an_agents_cell() -> None:
    line = (
        "travel -m local: -s 'Be brief.' -T get_weather --tool get_time -p temperature 0 -p stop '[\"a\"]' --param user ann --file a.png --file fig "
        "--new -o answer -f text --max-steps 3 --max-cost 0.5 --approve never --base-url http://there --no-stream --dry-run --record run.json"
    )
    assert cell(line) == AgentOptions(
        session="travel", model="local:", system="Be brief.", tools=("get_weather", "get_time"), params={"temperature": 0, "stop": ["a"], "user": "ann"},
        files=("a.png", "fig"), new=True, out="answer", format="text", max_steps=3, max_cost=0.5, approve="never", base_url="http://there", no_stream=True,
        dry_run=True, record="run.json",
    )  # fmt: skip
    assert cell("--session travel --replay run.json --raw") == AgentOptions(session="travel", replay="run.json", raw=True)


@pytest.mark.parametrize("line", ["answer <<", "answer<<", "-o answer", "--out=answer", "answer << --out answer"])
def test_the_result_goes_into_a_variable(line: str) -> None:
    assert cell(line) == AgentOptions(out="answer")


def test_a_session_and_a_variable_can_both_be_named() -> None:
    assert cell("travel answer <<") == AgentOptions(session="travel", out="answer")


def test_quoting_is_that_of_a_shell() -> None:
    assert cell(r"""-s "say \"hi\" and don't" """).system == 'say "hi" and don\'t'
    assert cell(r"-s one\ word --session 'a b'") == AgentOptions(system="one word", session="a b")
    assert cell("--model=local: --system='a b'") == AgentOptions(model="local:", system="a b")


def test_a_value_may_look_like_an_option_when_it_is_quoted_or_a_number() -> None:
    assert cell('-s "--new"').system == "--new"
    assert cell("-p temperature -1").params == {"temperature": -1}


def test_variables_are_expanded_within_one_word() -> None:
    made = cell('-m {{ provider }}:{{ name }} -s "In {{ d["city"] }} today" --max-steps {{ n }}', provider="openai", name="x", d={"city": "New York"}, n=4)
    assert made == AgentOptions(model="openai:x", system="In New York today", max_steps=4)


@given(st.text(max_size=30))
def test_a_variables_text_never_becomes_an_option_or_another_word(text: str) -> None:
    assert cell("-s {{ text }}|", text=text) == AgentOptions(system=text + "|")


def test_raw_leaves_braces_alone_on_the_line_too() -> None:
    assert cell("--raw -s '{{ x }}'").system == "{{ x }}"


def test_the_prompt_of_one_line_is_left_as_it_stands() -> None:
    assert one_line('-m local: What\'s "up" -m there, {{ city }}?') == AgentOptions(model="local:", prompt='What\'s "up" -m there, {{ city }}?')
    assert one_line("answer << tell me").out == "answer"
    assert one_line("-- -5 is negative").prompt == "-5 is negative"
    assert one_line("- a list").prompt == "- a list"
    assert one_line('"quoted" text').prompt == '"quoted" text'


def test_resume_takes_a_run_or_none() -> None:
    assert one_line("--resume").resume == ""
    assert one_line("--resume run1 --approve auto") == AgentOptions(resume="run1", approve="auto")
    assert one_line("--resume --approve auto") == AgentOptions(resume="", approve="auto")
    assert cell("travel --resume") == AgentOptions(session="travel", resume="")


def test_the_lines_of_tools() -> None:
    assert parse_tool("--approve --timeout 2.5 --thread --result-limit 100", {}, cell=True) == ToolOptions(
        approve=True, timeout=2.5, thread=True, result_limit=100
    )
    assert parse_tool("get_weather get_time", {}, cell=False).names == ("get_weather", "get_time")
    assert parse_tool("--result-tokens 50 --if-exists warn", {}, cell=True) == ToolOptions(result_tokens=50, if_exists="warn")
    assert parse_tool("--remove 'get_*' my.tool", {}, cell=False) == ToolOptions(names=("get_*", "my.tool"), remove=True)
    for wrong in ("--remove", "--remove f --approve"):
        with pytest.raises(ConfigError, match="--remove takes names of tools"):
            parse_tool(wrong, {}, cell=False)
    with pytest.raises(ConfigError, match="--remove takes names of tools"):
        parse_tool("--remove f", {}, cell=True)
    assert parse_tool("f --name weather --description 'The weather.'", {}, cell=False) == ToolOptions(names=("f",), name="weather", description="The weather.")


def test_the_lines_of_traces() -> None:
    for table in (*TABLES, *PICTURES):
        assert parse_trace(table, {}).show == table
    assert parse_trace("calls --session travel --last --payload -o df", {}) == TraceOptions(show="calls", session="travel", last=True, payload=True, out="df")
    assert parse_trace("runs --all --since '3 days' --model haiku --where 'cost_usd > 0.1'", {}) == TraceOptions(
        show="runs", all=True, since="3 days", model="haiku", where="cost_usd > 0.1"
    )
    assert parse_trace("compare 3f2a 91c0 --all", {}) == TraceOptions(show="compare", words=("3f2a", "91c0"), all=True)
    assert parse_trace("waterfall --last --save run.svg", {}) == TraceOptions(show="waterfall", last=True, save="run.svg")
    assert parse_trace("--all --save class.zip", {}) == TraceOptions(all=True, save="class.zip")
    assert parse_trace("df << runs --run {{ run }}", {"run": "r1"}) == TraceOptions(show="runs", run="r1", out="df")


def test_the_lines_of_nbagent() -> None:
    for command in COMMANDS:
        assert parse_nbagent(command, {}).command == command
    assert parse_nbagent("reset 'my trip'", {}) == NbagentOptions(command="reset", words=("my trip",))


# -- what is not ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "what", "why"),
    [
        ("--modle x", "%%agent has no option --modle.", "Did you mean --model?"),
        ("-x", "%%agent has no option -x.", "%%agent --help shows them all."),
        ("-model x", "%%agent has no option -model.", "Did you mean --model?"),
        ("--model", "%%agent --model needs its MODEL.", ""),
        ("-m --new", "%%agent -m needs its MODEL.", ""),
        ("-p temperature", "%%agent -p needs its VALUE.", ""),
        ("--approve atuo", "%%agent --approve takes ask or auto or never, not 'atuo'.", "Did you mean auto?"),
        ("--max-steps many", "%%agent --max-steps takes a whole number, 1 or more, not 'many'.", ""),
        ("--max-steps 0", "%%agent --max-steps takes a whole number, 1 or more, not '0'.", ""),
        ("--max-cost nan", "%%agent --max-cost takes a number above 0, not 'nan'.", ""),
        ("-o my-answer", "%%agent --out takes a Python name, not 'my-answer'.", ""),
        ("--new=1", "%%agent --new takes no value.", ""),
        ("--param=a", "%%agent --param takes KEY VALUE.", ""),
        ("what is this", "%%agent takes one name, the session's, and got 'what is this'.", "The prompt stands on the lines below it."),
        ("travel --session work", "Two sessions are named: 'travel' and --session 'work'.", ""),
        ("a << -o b", "Two variables are named for the result: a << and --out b.", ""),
        ("--record a --replay b", "%%agent --record and --replay do not go together.", ""),
        ("-s You're", 'The quote at "\'re" is not closed.', ""),
    ],
)
def test_what_is_not_understood_is_said_in_a_line(line: str, what: str, why: str) -> None:
    lines = refused(parse_agent, line, {}, cell=True)
    assert lines[0] == what
    assert not why or lines[1] == why


def test_a_line_without_a_prompt_is_an_error() -> None:
    assert refused(parse_agent, "-m local:", {}, cell=False)[0] == "%agent has no prompt."
    assert refused(parse_agent, "--resume r1 go on", {}, cell=False)[0] == "%agent --resume carries a run on and takes no prompt."
    assert "after --" in refused(parse_agent, "-5 is what", {}, cell=False)[-1]


def test_the_other_magics_say_what_they_take() -> None:
    assert refused(parse_tool, "get-weather", {}, cell=False)[0] == "%tool takes names of functions, not 'get-weather'."
    assert refused(parse_tool, "f g --name x", {}, cell=False)[0].startswith("%tool --name and --description are for one function")
    assert refused(parse_trace, "cals", {})[:2] == ["%trace has no table 'cals'.", "Did you mean calls?"]
    assert refused(parse_trace, "calls runs", {})[0] == "%trace takes one table, and got 'calls runs'."
    assert refused(parse_trace, "compare", {})[0] == "%trace compare takes two runs, by their ids or the beginnings of them; one is compared with the last."
    assert refused(parse_trace, "waterfall --payload", {})[0] == "%trace waterfall has no --payload."
    assert refused(parse_trace, "waterfall --save run.jpg", {})[0] == "%trace waterfall --save cannot write 'run.jpg'."
    assert refused(parse_trace, "--save run.doc", {})[0] == "A trace cannot be saved as 'run.doc'."
    assert refused(parse_trace, "--save all.zip --last", {})[0] == "--save writes everything, and --last asks for a part."
    assert refused(parse_nbagent, "modles", {})[:2] == ["%nbagent has no command 'modles'.", "Did you mean models?"]


def test_an_undefined_variable_on_the_line_names_its_option() -> None:
    with pytest.raises(PromptError, match="Line 1 of the option --system: 'ctiy' is not defined"):
        cell("-s {{ ctiy }}", city="Oslo")


# -- help -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "parse", [cell, one_line, lambda line: parse_tool(line, {}, cell=True), lambda line: parse_trace(line, {}), lambda line: parse_nbagent(line, {})]
)
def test_help_is_asked_for_and_asks_for_nothing_else(parse: Callable[[str], Any]) -> None:
    assert parse("--help").help
    assert parse("-h").help


def test_the_help_page_shows_every_option() -> None:
    for option in AGENT_OPTIONS:
        assert all(flag in AGENT_HELP for flag in option.flags)
    for option in TRACE_OPTIONS:
        assert all(flag in TRACE_HELP for flag in option.flags)
    assert all(f"%nbagent {command}" in NBAGENT_HELP for command in COMMANDS)
    assert max(map(len, (AGENT_HELP + TOOL_HELP + TRACE_HELP + NBAGENT_HELP).splitlines())) <= 110


def test_the_help_page_is_what_the_question_mark_shows(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def agent(self: Any, line: str, cell: str | None = None) -> None: ...

    agent.__doc__ = AGENT_HELP
    made = magics_class(type("Ours", (Magics,), {"agent": line_cell_magic(agent)}))
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path))
    ip = InteractiveShell(config=Config({"HistoryManager": {"enabled": False}}))
    ip.register_magics(made)
    shown = ip.object_inspect_text("%%agent")
    assert "%%agent -T get_weather" in shown
    assert "{{ city }}" in shown


def test_the_examples_on_the_help_pages_are_understood() -> None:
    for page, magics in ((AGENT_HELP, ("%%agent", "%agent")), (TOOL_HELP, ("%%tool", "%tool")), (TRACE_HELP, ("%trace", "%trace"))):
        for text in page.splitlines():
            words = text.strip().split(" ", 1)
            if not text.startswith("  ") or words[0] not in magics:
                continue
            line = (words[1] if len(words) > 1 else "").split("  ")[0]
            if page is AGENT_HELP:
                parse_agent(line, {}, cell=words[0] == "%%agent")
            elif page is TOOL_HELP:
                parse_tool(line, {}, cell=words[0] == "%%tool")
            else:
                parse_trace(line, {})
