"""What can be written on the line of each magic: tables of options, and the line as a frozen value.

Options of one cell never stick. The same tables make the help pages, the docstrings and the completion.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from keyword import iskeyword
from typing import Any, Literal

from nbagent.errors import ConfigError, did_you_mean
from nbagent.notebook.command_line import Kind, Line, Option, next_word, parse
from nbagent.template import expand
from nbagent.toolset import POLICIES, IfExists

COMMANDS = {
    "models": "the models there are, also: %nbagent models anthropic, %nbagent models haiku",
    "pull": "fetch a model: %nbagent pull ollama:qwen3:4b",
    "tools": "the tools of this notebook; also: tools NAME, show NAME, ask, always, default, off, on",
    "sessions": "the sessions of this notebook; also: sessions show NAME, fork, save, load, reset",
    "prompts": "the prompts with names, and what each takes: %nbagent prompts NAME shows one",
    "config": "every setting, its value and where it was said",
    "reset": "forget a session's conversation: %nbagent reset NAME; without a name all of them",
    "local": "the embedded model: what it is and where it runs; %nbagent local stop ends it",
    "key": "each provider's key, masked; %nbagent key PROVIDER asks for it; also: keyring, forget",
    "doctor": "what works on this machine, and what is missing",
}


def _count(text: str) -> int:
    value = int(text)
    if value < 1:
        raise ValueError(text)
    return value


def _amount(text: str) -> float:
    value = float(text)
    if not (math.isfinite(value) and value > 0):
        raise ValueError(text)
    return value


def _variable(text: str) -> str:
    if not text.isidentifier() or iskeyword(text):
        raise ValueError(text)
    return text


def _json_or_text(text: str) -> Any:
    try:
        return json.loads(text, parse_constant=lambda word: word)
    except ValueError:
        return text


COUNT = Kind("a whole number, 1 or more", _count)
AMOUNT = Kind("a number above 0", _amount)
VARIABLE = Kind("a Python name", _variable)
JSON = Kind("JSON or text", _json_or_text)

OUT = Option("out", ("-o", "--out"), "put the result into a variable; also NAME << in front", ("NAME",), VARIABLE)
HELP = Option("help", ("-h", "--help"), "show this page")

AGENT_OPTIONS = (
    Option("model", ("-m", "--model"), "the model, as provider:model", ("MODEL",), completes="models"),
    Option("system", ("-s", "--system"), "what the model is told before all else", ("TEXT",)),
    Option("tools", ("-T", "--tool"), "a tool or function it may call, or a pattern: 'get_*'", ("NAME",), many=True, completes="tools"),
    Option("params", ("-p", "--param"), "a parameter for the provider, value as JSON or text", ("KEY", "VALUE"), JSON, many=True, completes="params"),
    Option(
        "output_type",
        ("--output-type",),
        "what the answer is to be (in the prompt {{ return_type }} says it)",
        ("TYPE",),
        completes="types",
    ),
    Option("named", ("--prompt",), "a prompt with a name, from the folder prompts; its variables: NAME=VALUE", ("NAME",), completes="prompts"),
    Option("files", ("--file",), "show it an image or document", ("PATH|VARIABLE",), many=True, completes="paths"),
    Option("each", ("--each",), "the prompt, with {{ item }} or a column in it, for each of a list or table", ("ITEMS",), completes="items"),
    Option("at_once", ("--at-once",), "with --each: at most so many at a time", ("N",), COUNT),
    Option("session", ("--session",), "the session, a conversation by name, to go on with", ("NAME",), completes="sessions"),
    Option("new", ("--new",), "begin the session anew"),
    Option("fork", ("--fork",), "begin as this session was before this prompt", ("NAME",), completes="sessions"),
    OUT,
    Option("format", ("-f", "--format"), "how the answer is shown", ("FORMAT",), choices=("rich", "markdown", "text")),
    Option("max_steps", ("--max-steps",), "at most this many model calls", ("N",), COUNT),
    Option("max_cost", ("--max-cost",), "no further model call once so many US dollars are spent", ("USD",), AMOUNT),
    Option("max_total_tokens", ("--max-total-tokens",), "no further model call once so many tokens are used", ("N",), COUNT),
    Option("window", ("--window",), "send at most about N tokens of the conversation", ("N",), COUNT),
    Option("on_error", ("--on-error",), "answer with a function where the run would fail so", ("ERROR", "FUNCTION"), many=True, completes="errors"),
    Option("approve", ("--approve",), "who decides on calls that need approval", ("WHO",), choices=("ask", "auto", "never")),
    Option("fallback", ("--fallback",), "ask this model where the one before fails", ("MODEL",), many=True, completes="models"),
    Option("text_tools", ("--text-tools",), "tools as text, for a model without tool calls"),
    Option("base_url", ("--base-url",), "the server to ask", ("URL",)),
    Option("no_stream", ("--no-stream",), "show the answer when it is complete"),
    Option("raw", ("--raw",), "no templating: all braces are literal"),
    Option("dry_run", ("--dry-run",), "show the exact request, send nothing"),
    Option("record", ("--record",), "write what the provider answers to a file", ("PATH",), completes="paths"),
    Option("replay", ("--replay",), "answer from such a file, without key or cost", ("PATH",), completes="paths"),
    Option("resume", ("--resume",), "carry a paused run on", ("RUN",), maybe=True, completes="runs"),
    Option("decide", ("--decide",), "with --resume: a call's id, and yes, session, always, no, or a reason", ("CALL", "DECISION"), many=True),
    HELP,
)
TOOL_OPTIONS = (
    Option("approve", ("--approve",), "every call waits for a person's yes"),
    Option("timeout", ("--timeout",), "seconds until a call is given up (runs it on its own thread)", ("SECONDS",), AMOUNT),
    Option("thread", ("--thread",), "run on an own thread, several calls side by side"),
    Option("name", ("--name",), "what the model knows it as", ("NAME",)),
    Option("description", ("--description",), "what the model is told, in place of the docstring", ("TEXT",)),
    Option("result_limit", ("--result-limit",), "at most this many characters of a result for the model", ("N",), COUNT),
    Option("result_tokens", ("--result-tokens",), "at most about this many tokens of it", ("N",), COUNT),
    Option("if_exists", ("--if-exists",), "where another function has the name", ("POLICY",), choices=POLICIES),
    Option("remove", ("--remove",), "take tools out, by name or pattern: %tool --remove 'get_*'"),
    HELP,
)
NBAGENT_OPTIONS = (HELP,)


@dataclass(frozen=True, kw_only=True)
class AgentOptions:
    """A line of ``%%agent`` or ``%agent``. None is what was not said; `prompt` is the text of ``%agent``, still a template.

    `named` is a prompt's name and `variables` the line's values for it. `resume` is '' for the session's own paused run, or a
    run id. `format`: ``rich`` is the live view, ``markdown`` the answer alone when it is complete, ``text`` plain text as it arrives.
    """

    session: str | None = None
    new: bool = False
    fork: str | None = None
    model: str | None = None
    base_url: str | None = None
    system: str | None = None
    tools: tuple[str, ...] = ()
    params: Mapping[str, Any] = field(default_factory=dict)
    output_type: str | None = None
    named: str | None = None
    variables: Mapping[str, Any] = field(default_factory=dict)
    files: tuple[str, ...] = ()
    fallback: tuple[str, ...] = ()
    text_tools: bool = False
    each: str | None = None
    at_once: int | None = None
    out: str | None = None
    format: Literal["rich", "markdown", "text"] | None = None
    max_steps: int | None = None
    max_cost: float | None = None
    max_total_tokens: int | None = None
    window: int | None = None
    on_error: tuple[tuple[str, str], ...] = ()
    approve: Literal["ask", "auto", "never"] | None = None
    no_stream: bool = False
    raw: bool = False
    dry_run: bool = False
    record: str | None = None
    replay: str | None = None
    resume: str | None = None
    decide: tuple[tuple[str, str], ...] = ()
    prompt: str = ""
    help: bool = False


@dataclass(frozen=True, kw_only=True)
class ToolOptions:
    """A line of ``%%tool`` or ``%tool``. `names` are the functions meant; none means all of the cell, or a list."""

    names: tuple[str, ...] = ()
    approve: bool = False
    timeout: float | None = None
    thread: bool = False
    name: str | None = None
    description: str | None = None
    result_limit: int | None = None
    result_tokens: int | None = None
    if_exists: IfExists = "replace"
    remove: bool = False
    help: bool = False


@dataclass(frozen=True, kw_only=True)
class NbagentOptions:
    """A line of ``%nbagent``: a command ('' for none) and its words."""

    command: str = ""
    words: tuple[str, ...] = ()
    help: bool = False


def parse_agent(line: str, namespace: Mapping[str, Any], *, cell: bool) -> AgentOptions:
    """The line of ``%%agent`` (`cell`), or of ``%agent`` with its prompt. Raises `ConfigError`."""
    magic = "%%agent" if cell else "%agent"
    read = parse(magic, line, AGENT_OPTIONS, namespace, verbatim=not cell)
    values = read.values
    if values.get("help"):
        return AgentOptions(help=True)
    values["variables"] = _variables(read, namespace, cell=cell) if "named" in values else {}
    if len(read.words) > 1:
        raise ConfigError(
            f"%%agent takes one name, the session's, and got {' '.join(read.words)!r}.",
            "The prompt stands on the lines below it.",
            "For a prompt of one line write %agent " + " ".join(read.words)[:60],
        )
    session = values.pop("session", None)
    if read.words and session not in (None, read.words[0]):
        raise ConfigError(f"Two sessions are named: {read.words[0]!r} and --session {session!r}.", mend="Name one.")
    if "at_once" in values and "each" not in values:
        raise ConfigError("--at-once is for --each: %%agent --each questions --at-once 8")
    together(magic, values, "fork", "new")
    together(magic, values, "fork", "resume")
    if "fork" in values and session is None and not read.words:
        raise ConfigError("--fork begins another conversation, which needs a name.", mend=f"Write it: {magic} NAME --fork {values['fork']}")
    together(magic, values, "record", "replay")
    together(magic, values, "resume", "new")
    if "decide" in values and "resume" not in values:
        raise ConfigError("--decide says yes or no to a call of a paused run.", mend="It goes with --resume: %agent --resume --decide call_1 yes")
    if not cell and not read.text and "resume" not in values and "named" not in values:
        raise ConfigError("%agent has no prompt.", mend="Write it behind the options: %agent Tell me about {{ city }}.")
    if read.text and "resume" in values:
        raise ConfigError("%agent --resume carries a run on and takes no prompt.", mend="Say the prompt in a cell of its own, after the run.")
    for key, value in values.get("params", ()):
        _parameter(magic, key, value)
    for name, made in (("tools", tuple), ("files", tuple), ("fallback", tuple), ("params", dict), ("on_error", tuple)):
        values[name] = made(values.get(name, ()))
    out = variable_of(values, read.target)
    return AgentOptions(session=read.words[0] if read.words else session, out=out, prompt=read.text, **values)


_GIVEN = re.compile(r"([^\W\d]\w*)=(.*)", re.DOTALL)


def _variables(read: Line, namespace: Mapping[str, Any], *, cell: bool) -> dict[str, Any]:
    """The values for a prompt with a name, taken off the line: ``city=Paris days=3``. Raises `ConfigError`."""
    found: dict[str, str] = {}
    if cell:
        free = []
        for word in read.words:
            if match := _GIVEN.match(word):
                found[match[1]] = match[2]
            else:
                free.append(word)
        read.words = free
    else:
        position = 0
        while (piece := next_word(read.text, position)) is not None:
            match, position = _GIVEN.match(piece.text), piece.end
            if match is None:
                raise ConfigError(
                    f"%agent --prompt {read.values['named']} takes NAME=VALUE behind it, not {piece.text[:40]!r}.",
                    mend="Text that is to stand below the prompt goes into a %%agent cell.",
                )
            found[match[1]] = expand(match[2], namespace, place=f"the variable {match[1]}")
        read.text = ""
    return {name: _json_or_text(text) for name, text in found.items()}


def parse_tool(line: str, namespace: Mapping[str, Any], *, cell: bool) -> ToolOptions:
    """The line of ``%%tool`` (`cell`) or ``%tool``. Raises `ConfigError`."""
    magic = "%%tool" if cell else "%tool"
    read = parse(magic, line, TOOL_OPTIONS, namespace)
    if read.values.get("help"):
        return ToolOptions(help=True)
    names = tuple(dict.fromkeys(read.words))
    if read.values.get("remove"):
        if cell or not names or len(read.values) > 1:
            raise ConfigError(f"{magic} --remove takes names of tools and nothing else.", mend="Write %tool --remove get_weather 'get_*'.")
        return ToolOptions(names=names, remove=True)
    wrong = next((name for name in names if not name.isidentifier()), None)
    if wrong is not None:
        raise ConfigError(f"{magic} takes names of functions, not {wrong!r}.", mend=f"{magic} --help shows examples.")
    if len(names) > 1 and ("name" in read.values or "description" in read.values):
        raise ConfigError(f"{magic} --name and --description are for one function, and {len(names)} are named.", mend="Use one line a function.")
    return ToolOptions(names=names, **read.values)


def parse_nbagent(line: str, namespace: Mapping[str, Any]) -> NbagentOptions:
    """The line of ``%nbagent``. Raises `ConfigError`."""
    read = parse("%nbagent", line, NBAGENT_OPTIONS, namespace)
    if read.values.get("help"):
        return NbagentOptions(help=True)
    return NbagentOptions(command=one_of("%nbagent", "command", read.words[:1], tuple(COMMANDS)), words=tuple(read.words[1:]))


NUMBERS = (
    "temperature",
    "top_p",
    "top_k",
    "max_tokens",
    "max_output_tokens",
    "max_completion_tokens",
    "seed",
    "presence_penalty",
    "frequency_penalty",
    "num_ctx",
)
"""Parameters that are numbers with every provider that has them."""
WORDS = ("stop", "reasoning", "reasoning_effort", "thinking", "thinking_level", "verbosity", "service_tier", "keep_alive")
"""Other parameters that people reach for; each provider takes its own, and leaves out with a note what a model has not."""


def _parameter(magic: str, key: str, value: Any) -> None:
    """Raises `ConfigError` for what no provider could take, before it is sent."""
    name, equals, rest = key.partition("=")
    if equals:
        raise ConfigError(f"{magic} -p takes a name and a value, as two words.", mend=f"Write -p {name} {rest or 'VALUE'}")
    if key in NUMBERS and value is not None and (isinstance(value, bool) or not isinstance(value, int | float)):
        raise ConfigError(f"{magic} -p {key} takes a number, not {value!r}.", mend=f"Write -p {key} {'0.7' if key in ('temperature', 'top_p') else '1000'}")


def one_of(magic: str, what: str, words: Sequence[str], known: Sequence[str]) -> str:
    """The one word, which is known; '' for none. Raises `ConfigError`."""
    if len(words) > 1:
        raise ConfigError(f"{magic} takes one {what}, and got {' '.join(words)!r}.")
    if words and words[0] not in known:
        raise ConfigError(f"{magic} has no {what} {words[0]!r}.", did_you_mean(words[0], [*known], count=1), f"There are: {', '.join(known)}.")
    return words[0] if words else ""


def together(magic: str, values: Mapping[str, Any], one: str, other: str) -> None:
    """Raises `ConfigError` where both options are said."""
    if one in values and other in values:
        raise ConfigError(f"{magic} --{one} and --{other} do not go together.", mend="Leave one out.")


def variable_of(values: dict[str, Any], target: str | None) -> str | None:
    """``--out NAME`` or ``NAME <<``. Both are an error where they differ."""
    out: str | None = values.pop("out", None)
    if out is not None and target is not None and out != target:
        raise ConfigError(f"Two variables are named for the result: {target} << and --out {out}.", mend="Name one.")
    return out or target
