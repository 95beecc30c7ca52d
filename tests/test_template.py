"""Prompts as templates: what is expanded, what is literal, and what is said before anything is sent."""

from __future__ import annotations

import dataclasses
import json
import subprocess
import sys
from types import SimpleNamespace
from typing import Any

import matplotlib.figure
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nbagent.errors import PromptError
from nbagent.messages import FilePart, TextPart
from nbagent.template import Inserted, expand, render


def figure() -> matplotlib.figure.Figure:
    made = matplotlib.figure.Figure(figsize=(1, 1))
    made.subplots().plot([1, 2])
    return made


def failing(text: str, **namespace: Any) -> list[str]:
    with pytest.raises(PromptError) as caught:
        render(text, namespace)
    assert 1 <= len(caught.value.lines) <= 4
    return caught.value.lines


# -- what is expanded -----------------------------------------------------------------------------


def test_variables_expressions_and_blocks_are_expanded_and_newlines_kept() -> None:
    text = "Hi {{ city }},\n\n{% for x in xs %}{{ x + 1 }};{% endfor %} {{ len(xs) }} {{ city | upper }}\n"
    assert render(text, {"city": "Oslo", "xs": [1, 2]}).text == "Hi Oslo,\n\n2;3; 2 OSLO\n"


def test_text_that_comes_in_through_a_variable_is_never_expanded_again() -> None:
    evil = "{{ secret }} {% for x in secret %} {secret} {# x #}"
    assert render("{{ evil }}|{{ [evil] | join }}", {"evil": evil, "secret": "S"}).text == f"{evil}|{evil}"


@pytest.mark.parametrize(
    "text",
    [
        '{"name": "x", "nested": {"a": 1}}',
        "cost: $5, ${HOME}, $x$",
        'f"{name!r:>10}" and {} and {0}',
        r"\newcommand{\foo}[1]{#1} and {# no comment #}",
        "\\textbf{%\n  word}",
        'printf("{%d}", 100%)',
        "f'{{}}' is a brace, {{ }} too",
        "a }} b %} c #}",
        "css {color: red}\n\n\n  end  ",
    ],
)
def test_other_braces_are_literal(text: str) -> None:
    assert render(text, {}).text == text
    assert render(text + "{{ x }}", {"x": 1}).text == text + "1"


@given(st.text(alphabet="{}%# a\n\"'$", max_size=40).filter(lambda text: "{{" not in text and "{%" not in text))
def test_text_without_double_braces_is_never_touched(text: str) -> None:
    assert render(text, {}).text == (text if text.strip() else "")
    assert render("{{ x }}" + text, {"x": "v"}).text == "v" + text


def test_raw_blocks_are_literal() -> None:
    assert render("{% raw %}{{ city }} {% load static %}{% endraw %} {{ city }}", {"city": "Oslo"}).text == "{{ city }} {% load static %} Oslo"


def test_an_absent_name_can_be_asked_for_and_defaulted() -> None:
    assert render("{{ x | default('none') }}{% if x is defined %}!{% endif %}", {}).text == "none"


def test_a_table_is_shown_by_shape_types_and_head() -> None:
    made = render("Look:\n{{ df }}\nWell?", {"df": pd.DataFrame({"a": range(100)})})
    assert made.text.startswith("Look:\nDataFrame of 100 rows and 1 columns\nColumns: a (int64)\na\n0\n")
    assert made.text.endswith("rows are shown]\nWell?")
    assert made.inserted[0].cut


def test_figures_stand_where_they_were_written() -> None:
    made = render("A {{ fig }} B {{ both }}\n", {"fig": figure(), "both": [figure(), "C"]})
    assert [part.text if isinstance(part, TextPart) else part.media_type for part in made.parts] == ["A ", "image/png", " B ", "image/png", "\nC\n"]


def test_no_part_is_white_space_only() -> None:
    made = render("{{ fig }}\n", {"fig": figure()})
    assert [type(part) for part in made.parts] == [FilePart]
    assert render("  \n", {}).parts == ()


def test_a_forged_mark_is_text() -> None:
    assert render("{{ x }}", {"x": "\x001234:0\x00"}).text == "\x001234:0\x00"


def test_what_was_put_in_is_accounted_for_in_order() -> None:
    text = "{{ name }} {% if name %}{{ xs | length }}{% endif %} {% for x in xs %}{{ x }}{% endfor %} {{ big[1] }} {{ fig }}"
    made = render(text, {"name": "Ann", "xs": ["a", "bc"], "big": [0, list(range(50_000))], "fig": figure()})
    whole = len(str(list(range(50_000))))
    assert made.inserted[:4] == (
        Inserted("name", "str", 3),
        Inserted("xs | length", "int", 1),
        Inserted("x", "str", 3),
        Inserted("big[1]", "list", whole, cut=True),
    )
    assert made.inserted[4].name == "fig"
    assert made.inserted[4].size == len(made.parts[-1].data)


def test_tojson_takes_what_notebooks_hold() -> None:
    @dataclasses.dataclass
    class City:
        name: str

    namespace = {"data": {"n": np.int64(1), "xs": np.arange(2), "c": City("<Oslo>"), "nan": float("nan")}, "df": pd.DataFrame({"a": [1]})}
    assert json.loads(render("{{ data | tojson(indent=2) }}", namespace).text) == {"n": 1, "xs": [0, 1], "c": {"name": "<Oslo>"}, "nan": None}
    assert render("{{ df | tojson }}", namespace).text == '[{"a": 1}]'


def test_nothing_is_escaped_for_html() -> None:
    assert render("{{ x }}", {"x": "<b> & 'c'"}).text == "<b> & 'c'"


# -- what is wrong --------------------------------------------------------------------------------


def test_an_undefined_name_is_an_error_with_its_line_and_the_right_word() -> None:
    lines = failing("one\ntwo {{ ctiy }}", city="Oslo", _private=1)
    assert lines[:2] == ["Line 2 of the prompt: 'ctiy' is not defined.", "Did you mean city?"]
    assert "--raw" in lines[2]


@pytest.mark.parametrize(
    "text",
    [
        "{% if nope %}x{% endif %}",
        "{% for x in nope %}x{% endfor %}",
        "{{ nope | tojson }}",
        "{{ nope + 1 }}",
        "{{ nope == 1 }}",
        "{{ nope.a.b }}",
        "{{ nope() }}",
    ],
)
def test_an_undefined_name_is_an_error_in_every_use(text: str) -> None:
    assert failing(text)[0] == "Line 1 of the prompt: 'nope' is not defined."


def test_an_undefined_attribute_names_the_type_and_the_right_word() -> None:
    assert failing("\n\n{{ d.citty }}", d={"city": 1})[:2] == [
        "Line 3 of the prompt: a value of type dict has no attribute or item 'citty'.",
        "Did you mean city?",
    ]
    assert failing("{{ df.tmep }}", df=pd.DataFrame({"temp": [1]}))[1].startswith("Did you mean temp")
    assert failing("{{ n.x }}", n=None)[0] == "Line 1 of the prompt: None has no attribute or item 'x'."
    assert failing("{{ xs[7] }}", xs=[1])[0] == "Line 1 of the prompt: a value of type list has no attribute or item 7."


@pytest.mark.parametrize(
    ("text", "what", "why"),
    [
        ("a {{ city", "Line 1 of the prompt: {{ is not closed by }}.", "It says: a {{ city"),
        ("a\nb {{ city\n{{ city }}", "Line 2 of the prompt: {{ is not closed by }}.", "It says: b {{ city"),
        ("a {% if city", "Line 1 of the prompt: {% is not closed by %}.", "It says: a {% if city"),
        ("a\n{% if city %} b", "Line 2 of the prompt: {% if %} is not closed: {% endif %} is missing.", "It says: {% if city %} b"),
        ("{% fro x in city %}", "Line 1 of the prompt: there is no block {% fro %}.", "Did you mean for?"),
        ("{{ city | uper }}", "Line 1 of the prompt: there is no filter 'uper'.", "Did you mean upper?"),
        ("{{ city a }}", "Line 1 of the prompt: {{ city a }} cannot be read: a is not expected there.", "It says: {{ city a }}"),
        ("{{ city }} {{ a + }}", "Line 1 of the prompt: {{ a + }} cannot be read: something is missing at its end.", "It says: {{ city }} {{ a + }}"),
        ("{{ (city }}", "Line 1 of the prompt: {{ (city }} cannot be read: a ) is missing.", "It says: {{ (city }}"),
        ("{{ 1 +* 2 }}", "Line 1 of the prompt: {{ 1 +* 2 }} cannot be read: * is not expected there.", "It says: {{ 1 +* 2 }}"),
        (r"\frac{{\bf a}}{2}", r"Line 1 of the prompt: {{\bf a}} cannot be read: unexpected char '\\' at 7.", r"It says: \frac{{\bf a}}{2}"),
    ],
)
def test_syntax_names_the_line_and_how_to_write_it_literally(text: str, what: str, why: str) -> None:
    lines = failing(text, city="Oslo")
    assert lines[:2] == [what, why]
    assert "filter" in what or "{% raw %}" in lines[2]


@pytest.mark.parametrize(
    "text",
    [
        "{{ city.__class__ }}",
        "{{ city['__class__'] }}",
        "{{ city | attr('__class__') }}",
        "{{ f.__globals__ }}",
        "{{ '{0.__class__}'.format(city) }}",
        "{{ odd._x }}",
    ],
)
def test_private_names_are_refused(text: str) -> None:
    lines = failing(text, city="Oslo", f=lambda: 1, odd=SimpleNamespace(_x=1))
    assert "is private, and prompts may not use it" in lines[0]
    assert lines[2] == "Compute it in a cell above and put the variable into the prompt."


def test_a_prompt_only_reads() -> None:
    xs = [1]
    assert failing("{{ xs.append(2) }}", xs=xs)[0] == "Line 1 of the prompt: 'append' would change a value of type list; prompts only read."
    assert xs == [1]


def test_what_an_expression_raises_is_told_with_its_line_and_cause() -> None:
    class Bad:
        def __str__(self) -> str:
            raise ValueError("no text")

    assert failing("\n{{ 1 / 0 }}")[:2] == ["Line 2 of the prompt: ZeroDivisionError: division by zero", "It says: {{ 1 / 0 }}"]
    with pytest.raises(PromptError, match="ValueError: no text") as caught:
        render("{{ bad }}", {"bad": Bad()})
    assert isinstance(caught.value.__cause__, ValueError)


def test_an_option_is_expanded_to_text_only() -> None:
    assert expand("You are in {{ city }}", {"city": "Oslo"}, place="the option --system") == "You are in Oslo"
    with pytest.raises(PromptError, match="Line 1 of the option --system: 'city' is not defined"):
        expand("{{ city }}", {}, place="the option --system")
    with pytest.raises(PromptError, match="The option --system holds an image or a file"):
        expand("{{ fig }}", {"fig": figure()}, place="the option --system")


def test_jinja_is_loaded_only_by_a_prompt_that_needs_it() -> None:
    code = """
import sys
from nbagent.template import render
render('{"a": 1}', {})
print('jinja2' in sys.modules)
render('{{ 1 }}', {})
print('jinja2' in sys.modules)
"""
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split() == ["False", "True"]
