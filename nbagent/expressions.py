"""The expressions and blocks of a prompt, evaluated by jinja2 in its sandbox: reading only, no private names.

The one file that imports jinja2. Each ``{{ }}`` is watched: its value becomes text or a file by `nbagent.contents`, and
is accounted for under the words that stand in the prompt.
"""

from __future__ import annotations

import builtins
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any

from jinja2 import StrictUndefined, Template, TemplateSyntaxError, Undefined, meta, nodes, pass_context
from jinja2.runtime import Context
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.utils import missing

from nbagent.contents import Readable, annotated, contents_of, json_text
from nbagent.errors import did_you_mean
from nbagent.messages import TextPart

FUNCTIONS = (
    "abs",
    "all",
    "any",
    "dict",
    "enumerate",
    "float",
    "int",
    "len",
    "list",
    "max",
    "min",
    "repr",
    "reversed",
    "round",
    "set",
    "sorted",
    "sum",
    "tuple",
    "zip",
)
"""The functions that everybody reaches for, beside the notebook's own names."""

_WORDS = (
    (r"unexpected '[})\]]', expected '(.)'", "a {} is missing"),
    (r"(?:unexpected|got) 'end of (?:print|statement)|Expected an expression", "something is missing at its end"),
    (r"expected token 'end of [^']*', got '(.*)'", "{} is not expected there"),
    (r"expected token '(\w+)', got", "{} is missing"),
    (r"unexpected '(.*)'$", "{} is not expected there"),
)

_INSERT = "(insert)"  # no name that a template can write


class Failure(Exception):
    """What is wrong with a template, and in which of its lines; `braces` where they may have been meant as text."""

    def __init__(self, line: int, what: str, why: str = "", mend: str = "", *, braces: bool = False) -> None:
        super().__init__(what)
        self.line, self.what, self.why, self.mend, self.braces = line, what, why, mend, braces


class Unusable(Exception):
    """A name that is not there, or may not be used: `holder` is whose attribute it is, or `missing`."""

    def __init__(self, name: Any, holder: Any, refused: bool) -> None:
        super().__init__(str(name))
        self.name, self.holder, self.refused = name, holder, refused


class _Absent(StrictUndefined):
    """Fails in every use but ``is defined`` and ``default``, and says what was looked for and where."""

    __slots__ = ()

    def __init__(self, hint: str | None = None, obj: Any = missing, name: str | None = None, exc: Any = None) -> None:
        super().__init__(hint, obj, name)
        self._undefined_exception = lambda _message: Unusable(name, obj, exc is not None)  # type: ignore[assignment]


@dataclass
class Evaluated:
    """The expanded text with a mark where a file stands, the files, and (words, kind, size, cut) an expression."""

    text: str = ""
    files: list[Readable] = field(default_factory=list)
    accounts: list[tuple[str, str, int, bool]] = field(default_factory=list)


def evaluate(source: str, namespace: Mapping[str, Any], mark: str) -> Evaluated:
    """Expand a template whose literal braces are marked already. Raises `Failure`."""
    environment = _environment()
    made = Evaluated()
    try:
        words = [text.replace(mark, "") for text in _expressions(environment, source)]
        environment.filters[_INSERT], accounts = _inserter(made, words, mark)
        code = environment.compile(_watched(environment.parse(source)))
    except TemplateSyntaxError as error:
        raise _syntax_failure(error, source, environment) from error
    template = environment.template_class.from_code(environment, code, environment.make_globals(None))
    try:
        made.text = "".join(template.root_render_func(template.new_context(dict(namespace))))
    except Exception as error:
        line = _line(error.__traceback__, template)
        if isinstance(error, Unusable):
            raise _unusable_failure(error, line, [*namespace]) from None
        raise Failure(line, f"{type(error).__name__}: {error}") from error
    made.accounts = [accounts[number] for number in sorted(accounts)]
    return made


def names_in(source: str) -> list[str]:
    """The names that a template takes from outside, in the order of the alphabet. Raises `Failure`."""
    environment = _environment()
    try:
        found = meta.find_undeclared_variables(environment.parse(source))
    except TemplateSyntaxError as error:
        raise _syntax_failure(error, source, environment) from error
    return sorted(found - {*environment.globals})


def filter_names() -> list[str]:
    """The filters that a prompt can use, for completion."""
    return sorted(_environment().filters)


def _environment() -> ImmutableSandboxedEnvironment:
    environment = ImmutableSandboxedEnvironment(
        undefined=_Absent,
        keep_trailing_newline=True,
        comment_start_string="\0{#",  # never: {# is LaTeX and code more often than it is a comment
        comment_end_string="#}\0",
    )
    environment.globals |= {name: getattr(builtins, name) for name in FUNCTIONS} | {"str": lambda value="": str(value)}
    environment.filters["tojson"], environment.filters["annotated"] = _to_json, annotated
    return environment


def _to_json(value: object, indent: int | None = None) -> str:
    if isinstance(value, Undefined):
        str(value)  # raises
    return json_text(value, indent=indent)


def _inserter(made: Evaluated, words: list[str], mark: str) -> tuple[Callable[..., str], dict[int, tuple[str, str, int, bool]]]:
    """The filter that every ``{{ }}`` ends in, and its accounts by the expression's number."""
    accounts: dict[int, tuple[str, str, int, bool]] = {}

    @pass_context  # so that constants are not folded when the template is compiled
    def insert(_context: Context, value: Any, number: int) -> str:
        if isinstance(value, Undefined):
            str(value)  # raises
        contents = contents_of(value)
        _, _, size, cut = accounts.get(number, ("", "", 0, False))
        accounts[number] = (words[number], contents.kind, size + contents.size, cut or contents.cut)
        pieces: list[str] = []
        for part in contents.parts:
            if isinstance(part, TextPart) and part.annotations is None:
                pieces.append(part.text)
            else:
                pieces.append(f"{mark[:-1]}:{len(made.files)}\0")
                made.files.append(part)
        return "\n".join(pieces)

    return insert, accounts


def _expressions(environment: ImmutableSandboxedEnvironment, source: str) -> list[str]:
    """The words between each pair of ``{{ }}``, in the order of the text."""
    found: list[str] = []
    inside = False
    for _, token, value in environment.lex(source):
        if token in ("variable_begin", "variable_end"):
            inside = token == "variable_begin"  # noqa: S105  jinja's word for a piece of source
            if inside:
                found.append("")
        elif inside:
            found[-1] += value
    return [text.strip() for text in found]


def _watched(tree: nodes.Template) -> nodes.Template:
    """The template with every ``{{ }}`` going through the insert filter, numbered in the order of the text."""
    number = 0
    for output in _outputs(tree):
        for position, node in enumerate(output.nodes):
            if not isinstance(node, nodes.TemplateData):
                output.nodes[position] = nodes.Filter(node, _INSERT, [nodes.Const(number)], [], None, None, lineno=node.lineno)
                number += 1
    return tree


def _outputs(node: nodes.Node) -> Iterator[nodes.Output]:
    if isinstance(node, nodes.Output):
        yield node
    else:
        for child in node.iter_child_nodes():
            yield from _outputs(child)


def _line(trace: TracebackType | None, template: Template) -> int:
    """The line of the template in which an error was raised."""
    line = 1
    while trace is not None:
        if trace.tb_frame.f_globals.get("__jinja_template__") is template:
            line = template.get_corresponding_lineno(trace.tb_lineno)
        trace = trace.tb_next
    return line


def _unusable_failure(error: Unusable, line: int, names: list[str]) -> Failure:
    name, holder = error.name, error.holder
    if holder is missing:
        public = [each for each in names if not each.startswith("_")]
        return Failure(line, f"{name!r} is not defined.", did_you_mean(str(name), public), "Define it in a cell above.", braces=True)
    kind = "None" if holder is None else f"a value of type {type(holder).__name__}"
    if error.refused:
        what = (
            f"{name!r} of {kind} is private, and prompts may not use it." if str(name).startswith("_") else f"{name!r} would change {kind}; prompts only read."
        )
        return Failure(line, what, "", "Compute it in a cell above and put the variable into the prompt.")
    members = [each for each in dir(holder) if not each.startswith("_")]
    if isinstance(holder, Mapping):
        members = [*map(str, holder), *members]
    return Failure(line, f"{kind} has no attribute or item {name!r}.", did_you_mean(str(name), members))


def _syntax_failure(error: TemplateSyntaxError, source: str, environment: ImmutableSandboxedEnvironment) -> Failure:
    for opening, closing in (("{{", "}}"), ("{%", "%}")):
        for piece in re.finditer(re.escape(opening) + r"(?:(?!" + re.escape(opening) + r").)*", source, re.DOTALL):
            if closing not in piece.group():
                return Failure(_line_at(source, piece.start()), f"{opening} is not closed by {closing}.", braces=True)
    message = (error.message or "").split("\n")[0]
    unclosed = re.search(r"end of template.*innermost block that needs to be closed is '(\w+)'", message)
    if unclosed:
        tag = unclosed[1]
        return Failure(_line_at(source, source.rfind(tag)), f"{{% {tag} %}} is not closed: {{% end{tag} %}} is missing.", braces=True)
    named = re.search(r"No (filter|test) named '(\w+)'", message)
    if named:
        known = environment.filters if named[1] == "filter" else environment.tests
        return Failure(error.lineno, f"there is no {named[1]} {named[2]!r}.", did_you_mean(named[2], [*known]))
    return Failure(error.lineno, f"{_unreadable(source, error.lineno, environment)} cannot be read: {_in_words(message)}.", braces=True)


def _unreadable(source: str, line: int, environment: ImmutableSandboxedEnvironment) -> str:
    """The first expression of a line that is wrong by itself."""
    text = [*source.split("\n"), ""][line - 1]
    for piece in re.findall(r"\{\{.*?\}\}", text):
        try:
            environment.parse(piece)
        except TemplateSyntaxError:
            return str(piece)
    return "the expression"


def _in_words(message: str) -> str:
    """What jinja says of a template, for somebody who does not know its words."""
    for pattern, words in _WORDS:
        found = re.search(pattern, message)
        if found:
            return words.format(*found.groups())
    return message.rstrip(".")


def _line_at(source: str, position: int) -> int:
    return source.count("\n", 0, position) + 1
