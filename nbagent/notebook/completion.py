"""Completion in the cells of our magics: options and their values on the first line, names inside ``{{ }}``.

One matcher for IPython's completer. On the lines of our magics and in the prose below ``%%agent`` it is the only one that
speaks, also where it has nothing to say: a word of prose is no name of Python's. Everywhere else it is silent.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import FunctionType, ModuleType
from typing import Any

from IPython.core.completer import CompletionContext, SimpleCompletion, SimpleMatcherResult, context_matcher

from nbagent.errors import NbagentError
from nbagent.handlers import kinds
from nbagent.keys import PROVIDERS
from nbagent.notebook import desk_sessions, desk_tools
from nbagent.notebook.command_line import Option, next_word
from nbagent.notebook.model_table import model_variables
from nbagent.notebook.options import AGENT_OPTIONS, COMMANDS, NBAGENT_OPTIONS, NUMBERS, TOOL_OPTIONS, WORDS
from nbagent.notebook.output_types import type_names
from nbagent.notebook.trace_options import BODIES, COMPARE, PICTURES, TABLES, TRACE_OPTIONS
from nbagent.prices import known_models
from nbagent.provider import provider_names
from nbagent.settings import EMBEDDED, KEYED
from nbagent.templates import prompt_names, prompt_template

OPTIONS = {"agent": AGENT_OPTIONS, "tool": TOOL_OPTIONS, "trace": TRACE_OPTIONS, "nbagent": NBAGENT_OPTIONS}

_CELL = re.compile(r"%%(agent|tool)(?=\s|$)")
_LINE = re.compile(r"\s*(?:[\w., ]+=\s*)?%(agent|tool|trace|nbagent)(?=\s)")
_NAME = re.compile(r"(?:[^\W\d]\w*\.)*(?:[^\W\d]\w*)?$")
_OPENING = re.compile(r"\{\{|\{%[-+]?\s*(?:if|elif|for|set|with|call|filter)\b")


@dataclass(frozen=True)
class Sources:
    """What the notebook has, asked each time: tools and sessions by name, what else ``-T`` takes (`asked`), ids of runs, and models for
    what is typed so far."""

    tools: Callable[[], Iterable[str]]
    asked: Callable[[], Iterable[str]]
    sessions: Callable[[], Iterable[str]]
    runs: Callable[[], Iterable[str]]
    models: Callable[[str], Iterable[str]]


def model_specs(typed: str) -> list[str]:
    """The ``provider:model`` strings that may be meant: providers and their small defaults, then one provider's models."""
    provider, colon, _ = typed.partition(":")
    if not colon:
        return [EMBEDDED, *(each.spec for each in KEYED), *(f"{name}:" for name in provider_names() if f"{name}:" != EMBEDDED)]
    return [f"{provider}:{name}" for name in known_models(provider.removesuffix("-chat"))]


def matcher(ip: Any, sources: Sources) -> Callable[[CompletionContext], SimpleMatcherResult]:
    """The matcher to append to ``ip.Completer.custom_matchers``."""

    @context_matcher(identifier="nbagent")  # type: ignore[untyped-decorator]
    def nbagent_matcher(context: CompletionContext) -> SimpleMatcherResult:
        offer = _complete(ip, sources, context)
        if offer is None:
            return {"completions": [], "suppress": False}
        found, fragment, kind = offer
        completions: Any = [SimpleCompletion(text, type=kind) for text in dict.fromkeys(found)] or _Nothing()
        return {
            "completions": completions, "matched_fragment": fragment, "suppress": True, "ordered": True,
            "do_not_suppress": {"IPCompleter.dict_key_matcher"},  # which speaks within brackets alone
        }  # fmt: skip

    return nbagent_matcher  # type: ignore[no-any-return]


class _Nothing:
    """No completions, which says that it is some: IPython has a matcher that silences the others only where it has something itself."""

    def __len__(self) -> int:
        return 1

    def __iter__(self) -> Iterator[SimpleCompletion]:
        return iter(())


def _complete(ip: Any, sources: Sources, context: CompletionContext) -> tuple[list[str], str, str] | None:
    """What can stand at the cursor, the text before it that is replaced, and what kind of thing it is; None where that is not ours to say."""
    lines = context.full_text.split("\n")
    before = lines[context.cursor_line][: context.cursor_position]
    first = next((number for number, line in enumerate(lines) if line.strip()), 0)
    cell = _CELL.match(lines[first])
    if cell and context.cursor_line > first:
        if cell[1] != "agent":
            return None
        body = "\n".join([*lines[first + 1 : context.cursor_line], before])
        return _names(ip, body) if "--raw" not in lines[first].split() else ([], "", "")
    start = cell or _LINE.match(before)
    if start is None or len(before) <= start.end():
        return None
    rest = before[start.end() :]
    if _expression(rest) is not None:
        return _names(ip, rest)
    return _words(ip, sources, start[1], rest, cell=bool(cell))


# -- options and their values ---------------------------------------------------------------------


def _words(ip: Any, sources: Sources, magic: str, rest: str, *, cell: bool) -> tuple[list[str], str, str]:
    """Completions on a magic's line, of which `rest` stands before the cursor."""
    options = OPTIONS[magic]
    *earlier, (typed, fragment) = _typed(rest)
    flags = {flag: option for option in options for flag in option.flags}
    given, words, open_option, key = _state([text for text, _ in earlier], flags)
    flag, equals, value = typed.partition("=")
    if equals and flag in flags and open_option is None:
        return _offered(_option_values(ip, sources, flags[flag], value), value), fragment.partition("=")[2], "value"
    if open_option is not None:
        offered = _offered(_option_values(ip, sources, open_option, typed, key=key), typed)
        if offered or not open_option.maybe:
            return offered, fragment, "value"
    if magic == "agent" and not cell and words and not _variables_of([text for text, _ in earlier]):
        return [], "", ""
    names = [each.flags[-1] for each in options if each.many or each not in given]
    if typed.startswith("-"):
        short = [flag for flag in flags if len(flag) == 2]
        return [name for name in [*names, *short] if name.startswith(typed)], fragment, "option"
    if magic == "agent" and (takes := _variables_of([text for text, _ in earlier])):
        return [f"{name}=" for name in takes if f"{name}=".startswith(typed) and not any(word.startswith(f"{name}=") for word in words)], fragment, "value"
    removes = any(each.name == "remove" for each in given)
    offered = _offered(_positional(ip, sources, "--remove" if removes else magic, words, cell), typed)
    return offered + (names if not typed and magic != "nbagent" else []), fragment, "value"


def _variables_of(words: Sequence[str]) -> list[str]:
    """The variables of the prompt that ``--prompt`` names; [] where there is none, or its file is wrong."""
    said = next((number for number, word in enumerate(words) if word.partition("=")[0] == "--prompt"), len(words))
    name = next((word.partition("=")[2] if "=" in word else word for word in words[said:] if word != "--prompt"), "")
    try:
        return [*prompt_template(name).variables] if name else []
    except NbagentError:
        return []


def _typed(rest: str) -> list[tuple[str, str]]:
    """The words before the cursor, each with its source; the last one is being typed, and may be empty."""
    found: list[tuple[str, str]] = []
    position = 0
    while (word := next_word(rest, position, strict=False)) is not None:
        found.append((word.text, rest[word.start : word.end]))
        position = word.end
    return found if found and position == len(rest) else [*found, ("", "")]


def _state(words: Sequence[str], flags: dict[str, Option]) -> tuple[list[Option], list[str], Option | None, bool]:
    """The options given so far, the words beside them, the option whose value comes next, and whether that is the first of a pair."""
    given: list[Option] = []
    free: list[str] = []
    missing: list[Option] = []
    for word in words:
        flag, equals, _ = word.partition("=")
        if flag in flags and not (missing and not missing[0].maybe):
            given.append(flags[flag])
            missing = [] if equals else [flags[flag]] * len(flags[flag].values)
        elif missing:
            missing = missing[1:]
        else:
            free.append(word)
    return given, free, missing[-1] if missing else None, len(missing) > 1


def _option_values(ip: Any, sources: Sources, option: Option, typed: str, *, key: bool = False) -> Iterable[str]:
    match option.completes:
        case "params":
            return NUMBERS + WORDS if key else ()
        case "types":
            return type_names(ip.user_ns)
        case "prompts":
            return prompt_names()
        case "items":
            return _held(ip)
        case "paths":
            return [*_paths(typed), *(_held(ip) if option.name == "files" else ())]
        case "errors":
            return kinds() if key else [name for name, value in ip.user_ns.items() if isinstance(value, FunctionType) and not name.startswith("_")]
        case "models":
            return [*sources.models(typed), *model_variables(ip.user_ns)]
        case "tools":
            return sources.asked()
        case "sessions":
            return sources.sessions()
        case "runs":
            return sources.runs()
        case _:
            return option.choices


def _positional(ip: Any, sources: Sources, magic: str, words: Sequence[str], cell: bool) -> Iterable[str]:
    """What can stand beside the options, after the `words` that stand there already."""
    match magic, len(words):
        case "agent", 0 if cell:
            return sources.sessions()
        case "--remove", _:
            return [name for name in sources.tools() if name not in words]
        case "tool", _ if not cell:
            return [name for name, value in ip.user_ns.items() if isinstance(value, FunctionType) and not name.startswith("_") and name not in words]
        case "trace", 0:
            return (*TABLES, *PICTURES, COMPARE, BODIES)
        case "nbagent", 0:
            return COMMANDS
        case "nbagent", 1 if words[0] == "models":
            return provider_names()
        case "nbagent", 1 if words[0] == "tools":
            return (*desk_tools.VERBS, *sources.tools())
        case "nbagent", count if words[0] == "tools" and (count == 2 or words[1] != "show"):
            return sources.tools()
        case "nbagent", 1 if words[0] == "sessions":
            return desk_sessions.VERBS
        case "nbagent", 2 if words[0] == "sessions" and words[1] != "load":
            return sources.sessions()
        case "nbagent", 1 if words[0] == "reset":
            return sources.sessions()
        case "nbagent", 1 if words[0] == "pull":
            return ("ollama:", "local:")
        case "nbagent", 1 if words[0] == "prompts":
            return prompt_names()
        case "nbagent", 1 if words[0] == "key":
            return PROVIDERS
        case "nbagent", 2 if words[0] == "key":
            return PROVIDERS if words[1] in ("keyring", "forget") else ("keyring", "forget")
        case "nbagent", 1 if words[0] == "local":
            return ("stop",)
        case _:
            return ()


def _paths(typed: str) -> list[str]:
    """Files and folders that begin so, folders with a slash; hidden ones only where a dot is typed."""
    folder, _, begun = typed.rpartition("/")
    place = Path(f"{folder}/" if folder or typed.startswith("/") else ".").expanduser()
    try:
        found = sorted(place.iterdir(), key=lambda path: (path.is_file(), path.name))
    except OSError:
        return []
    before = typed[: len(typed) - len(begun)]
    return [f"{before}{path.name}{'/' if path.is_dir() else ''}" for path in found if path.name.startswith(begun) and (begun or not path.name.startswith("."))]


def _held(ip: Any) -> list[str]:
    """Variables that may hold a file: no functions, classes or modules, and nothing of IPython's own."""
    known = [name for name in ip.user_ns if not name.startswith("_") and name not in ip.user_ns_hidden]
    return sorted(name for name in known if not isinstance(ip.user_ns[name], type | FunctionType | ModuleType))


def _offered(values: Iterable[str], typed: str) -> list[str]:
    return [shlex.quote(value) if re.search(r"[\s\"'\\]", value) else value for value in values if value.startswith(typed)]


# -- names inside {{ }} ---------------------------------------------------------------------------


def _expression(text: str) -> str | None:
    """What stands behind the last ``{{`` or block that is still open at the end of `text`."""
    openings = list(_OPENING.finditer(text))
    if not openings:
        return None
    inside = text[openings[-1].end() :]
    return None if ("}}" if openings[-1].group() == "{{" else "%}") in inside else inside


def _names(ip: Any, text: str) -> tuple[list[str], str, str]:
    """Names, attributes or filters for the expression that ends at the cursor."""
    inside = _expression(text)
    if inside is None:
        return [], "", ""
    match = _NAME.search(inside)
    fragment = match.group() if match else ""
    if re.search(r"\|\s*$", inside[: len(inside) - len(fragment)]):
        from nbagent.expressions import filter_names  # jinja2 is loaded when the first filter is asked for

        return [name for name in filter_names() if name.startswith(fragment)], fragment, "function"
    if "." in fragment:  # private attributes are refused, so they are not offered
        found = [name for name in ip.Completer.attr_matches(fragment) if not name.rpartition(".")[2].startswith("_")]
    else:
        found = [name for name in ip.user_ns if name.startswith(fragment) and name not in ip.user_ns_hidden and (fragment or not name.startswith("_"))]
    return sorted(found), fragment, "variable"
