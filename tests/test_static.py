"""What a run leaves in a notebook: complete, bounded, and nothing in it runs or loads."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from html.parser import HTMLParser
from typing import Any

import pytest

from nbagent.events import ErrorInfo, PartDelta, PartFinished, PartStarted, RunFinished, RunStarted, StepFinished, StepStarted, stamped
from nbagent.messages import TextPart, Usage, assistant, user
from nbagent.observers.markup import markdown
from nbagent.observers.static import HTML_LIMIT, HTML_PICTURES, MIME, STATE_LIMIT, bundle, capped, html, metadata
from nbagent.observers.view import View
from nbagent.observers.words import PLAIN_LIMIT, facts, money, plain, seconds

SAFE_TAGS = {
    "div", "p", "br", "hr", "h1", "h2", "h3", "h4", "h5", "h6", "em", "strong", "s", "code", "pre", "blockquote", "ul", "ol", "li",
    "table", "thead", "tbody", "tr", "th", "td", "a", "small", "details", "summary", "img",
}  # fmt: skip
SAFE_ATTRIBUTES = {"style", "href", "rel", "open", "start", "class", "src", "alt"}


def state(*items: dict[str, Any], **fields: Any) -> dict[str, Any]:
    return {**View(prompt="the prompt").state(), "outcome": "completed", "model": "small", "items": list(items), **fields}


def tool(**fields: Any) -> dict[str, Any]:
    call = {
        "k": "tool",
        "id": "a",
        "name": "get_weather",
        "arguments": '{"city": "Oslo", "days": [1, 2]}',
        "status": "ok",
        "batch": "s",
        "result": '{"temperature": 4}',
    }
    return {**call, **fields}


class Checker(HTMLParser):
    """Collects what does not belong into a saved output."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.wrong: list[str] = []
        self.links: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in SAFE_TAGS:
            self.wrong.append(tag)
        for name, value in attrs:
            if name not in SAFE_ATTRIBUTES or (name == "style" and "url" in (value or "")):
                self.wrong.append(f"{tag}.{name}={value}")
            if name == "src" and not (value or "").startswith("data:image/png;base64,"):
                self.wrong.append(f"{tag}.src={value}")
            if name == "href":
                self.links.append(value or "")


HOSTILE = [
    "<script>alert(1)</script>",
    "text <img src=x onerror=alert(1)>",
    "<svg onload=alert(1)>",
    "<style>*{}</style>",
    "<iframe src=x></iframe>",
    "[x](javascript:alert(1))",
    "[x](JAVASCRIPT:alert(1))",
    "[x](data:text/html,x)",
    "[x](vbscript:x)",
    "[x](//evil.example)",
    "[x](file:///etc/passwd)",
    "<javascript:alert(1)>",
    "[x]: javascript:alert(1)\n\n[x]",
    "![x](http://evil.example/?secret)",
    "![<b>](http://evil.example/)",
    "[![x](http://evil.example/a.png)](https://ok.example)",
    '[x](https://ok.example "\\" onclick=alert(1)")',
    '[x](https://ok.example/"onclick=alert(1))',
    "```html\n<script>alert(1)</script>\n```",
    '```"><script>\nx\n```',
    "| <img src=x> |\n|---|\n| <b>x</b> |",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_of_a_run_is_markup(text: str) -> None:
    error = {"type": text, "message": text, "traceback": text}
    run = state(
        {"k": "text", "text": text, "partial": True},
        {"k": "reasoning", "text": text, "duration": 0.0},
        {"k": "notice", "level": "info", "text": text},
        tool(name=text, arguments=json.dumps({text: text * 10}), result=text, progress=[text], files=[text]),
        tool(
            images=[{"media_type": text, "data": "eA=="}, {"media_type": "image/png", "data": text}],
            table={"columns": [text], "rows": [[text]], "shape": [1, 1]},
        ),
        {**tool(name=text, arguments=text, result=text), "k": "server_tool"},
        {"k": "file", "media_type": text, "name": text, "url": text},
        {"k": "file", "media_type": "image/png", "data": text},
        {"k": "output", "type": text, "json": json.dumps([{text: text}])},
        {"k": "output", "type": text, "json": text},
        {"k": "text", "text": text, "citations": [{"url": text, "title": text, "text": text}, {"url": "javascript:alert(1)", "title": "x"}]},
        tool(arguments=text, status="error", error=error, result=text, duration=0.0),
        model=text,
        error={"type": text, "lines": [text]},
    )
    checked = Checker(html(run))
    assert checked.wrong == []
    assert all(link.startswith(("https://", "http://", "mailto:")) for link in checked.links)
    json.dumps(bundle(run))


def test_markdown_of_an_answer_is_rendered() -> None:
    text = markdown("# Title\n\n*a* `my_var_name` ~~b~~\n\n| a | b |\n|---|--:|\n| 1 | 2 |\n\n```py\nx < 1\n```\n\n[x](https://example.org)")
    for piece in ("<h1>Title</h1>", "<code>my_var_name</code>", "<s>b</s>", "<table>", "text-align:right", "x &lt; 1", '<a href="https://example.org"'):
        assert piece in text


def test_code_within_a_box_has_no_box_of_its_own() -> None:
    shown = html(state({"k": "text", "text": "```python\nx = 1\n```\n\n    indented\n\n`inline`"}, tool(), {"k": "output", "type": "City", "json": "{}"}))
    codes = re.findall(r"(<pre[^>]*>|<summary>|<div[^>]*>)<code([^>]*)>", shown)
    assert len(codes) == 4
    assert all("background:none" in attributes for _, attributes in codes)
    assert shown.count("<pre style=") == shown.count("<pre")


def test_a_bundle_has_the_state_html_and_text() -> None:
    run = state({"k": "text", "text": "Wear a **coat**."}, tool())
    made = bundle(run)
    assert set(made) == {MIME, "text/html", "text/plain"}
    assert made[MIME] == run
    assert "<strong>coat</strong>" in made["text/html"]
    assert made["text/plain"] == 'Wear a **coat**.\nget_weather(city="Oslo", days=[1, 2]) -> {"temperature": 4}'


def test_plain_text_says_what_became_of_a_call_and_a_run() -> None:
    error = {"type": "KeyError", "message": "'Oslo'"}
    run = state(
        tool(status="error", error=error), tool(status="pending"), tool(status="ok", result="x" * 500), {"k": "text", "text": "So", "partial": True},
        outcome="failed", error={"type": "RateLimited", "lines": ["Too many requests.", "Wait a minute."]},
    )  # fmt: skip
    lines = plain(run).splitlines()
    assert lines[0].endswith("-> KeyError: 'Oslo'")
    assert lines[1].endswith("[pending]")
    assert lines[2].endswith("x...")
    assert len(lines[2]) < 260
    assert lines[3:] == ["So", "[the answer stops here]", "RateLimited: Too many requests.", "Wait a minute."]
    assert plain(state(outcome="paused")) == "[paused: resume with %agent --resume]"


def test_all_that_a_run_shows_is_there_in_words_too() -> None:
    table = {"columns": ["city", "mm"], "rows": [["Oslo", 3]], "shape": [300, 2]}
    source = {"url": "https://a.example", "title": "A"}
    run = state(
        {**tool(name="web_search", arguments='{"query": "Oslo"}', result="3 results"), "k": "server_tool"},
        {"k": "text", "text": "It rains.", "citations": [{**source, "text": "rain", "end": 9}, source]},
        tool(images=[{"media_type": "image/png", "data": "eA=="}], files=["image/tiff, 3 bytes"], table=table, repaired=True),
        {"k": "file", "media_type": "image/png", "size": 2_500_000}, {"k": "file", "media_type": "application/pdf", "url": "https://b.example/x.pdf"},
        {"k": "text", "text": "", "folded": True}, {"k": "output", "type": "list[City]", "json": '[{"name": "Oslo"}]', "repaired": True},
        replayed="weather.jsonl", waited=4.0,
    )  # fmt: skip
    assert plain(run).splitlines() == [
        '[at the provider] web_search(query="Oslo") -> 3 results',
        "It rains.",
        "[1] A https://a.example",
        'get_weather(city="Oslo", days=[1, 2]) -> {"temperature": 4}',
        "[image/png, 2.5 MB, too large to be kept here]",
        "[application/pdf at https://b.example/x.pdf]",
        'list[City]: [{"name": "Oslo"}] [JSON mended]',
    ]
    page = html(run)
    for piece in (
        "ran at the provider",
        "JSON mended",
        "300 rows × 2 columns",
        "<td>Oslo</td>",
        "data:image/png;base64,eA==",
        'href="https://b.example/x.pdf"',
        "replayed from weather.jsonl",
        "4.0 s waiting for you",
    ):
        assert piece in page
    assert page.count('href="https://a.example"') == 1


def test_pictures_are_saved_whole_and_in_the_html_as_far_as_there_is_room() -> None:
    picture = {"media_type": "image/png", "data": "x" * 150_000}
    run = state(*[tool(images=[picture], result="y" * 9_000) for _ in range(3)])
    made = bundle(run)
    assert made[MIME] == run
    assert made["text/html"].count(picture["data"]) == 1
    assert len(made["text/html"]) <= HTML_LIMIT + HTML_PICTURES


def test_plain_text_is_short() -> None:
    text = plain(state({"k": "text", "text": "word " * 5_000}))
    assert len(text) <= PLAIN_LIMIT
    assert "more characters" in text


def test_a_small_run_is_saved_as_it_is() -> None:
    run = state(tool(result="x" * 20_000))
    assert capped(run, STATE_LIMIT) is run


def test_long_results_are_cut_before_what_the_model_said() -> None:
    answer = "An answer. " * 1_000
    run = state(*[tool(result="x" * 20_000) for _ in range(100)], {"k": "text", "text": answer})
    made = bundle(run)
    saved = made[MIME]
    assert len(json.dumps(saved)) <= STATE_LIMIT * 1.2
    assert saved["items"][0]["cut"]
    assert saved["items"][-1]["text"] == answer
    assert len(made["text/html"]) <= HTML_LIMIT
    assert run["items"][0]["result"] == "x" * 20_000, "the run itself stays whole"


def test_a_run_of_many_parts_is_bounded_and_says_what_is_missing() -> None:
    run = state(*[tool(result="x" * 300, arguments='{"n": "' + "y" * 300 + '"}') for _ in range(20_000)])
    made = bundle(run)
    assert len(json.dumps(made)) <= 2 * STATE_LIMIT
    assert any("parts of this run are left out" in item.get("text", "") for item in made[MIME]["items"])


@pytest.mark.parametrize("text", ['"' * 20_000, "&" * 20_000, "\n" * 20_000, "a b"])
def test_html_is_bounded_whatever_it_escapes(text: str) -> None:
    assert len(html(state(*[tool(result=text) for _ in range(3_000)]))) <= HTML_LIMIT


def test_metadata_says_what_the_run_was() -> None:
    run = state(run_id="r", usage={"input_tokens": 1, "output_tokens": 2}, duration=1.5)
    said = metadata(run)["nbagent"]
    assert said == {"model": "small", "run_id": "r", "usage": {"input_tokens": 1, "output_tokens": 2}, "duration": 1.5, "outcome": "completed"}


def test_the_facts_name_an_unknown_price() -> None:
    run = state(usage={"input_tokens": 1_234, "output_tokens": 5}, duration=3.21, ttft=0.045)
    assert facts(run) == ["small", "1,234 in, 5 out", "cost unknown", "3.2 s", "first token 45 ms"]
    assert money(0.0, "local") == "free (local)"
    assert [money(cost, "prices") for cost in (0.0, 0.00001234, 0.00123, 0.1234, 2.5)] == ["$0", "$0.0000123", "$0.0012", "$0.123", "$2.50"]
    assert [seconds(value) for value in (0.0, 0.05, 1.0, 42.4, 125.0)] == ["<1 ms", "50 ms", "1.0 s", "42 s", "2 min 5 s"]


def test_a_long_answer_costs_little_on_the_wire() -> None:
    """5,000 tokens, 44 KB, painted 100 times: the batches and the bundle together stay within 0.25 MB."""
    view = View()
    stamp = ("run", "step", None)
    view.observe(stamped([RunStarted(agent="a", model="m", prompt=user("Hello"))], *stamp))
    view.observe(stamped([StepStarted(number=1, agent="a", provider="p", model="m", messages=())], *stamp))
    view.observe(stamped([PartStarted(index=0, part=TextPart(""))], *stamp))
    tokens = ["some", " *words*", " and some `code`", ".\n\n", "- and lists"] * 1_000
    sent = 0
    for number, token in enumerate(tokens):
        view.observe(stamped([PartDelta(index=0, delta=token)], *stamp))
        if number % 50 == 49:
            sent += len(json.dumps(view.take()))
    text = "".join(tokens)
    view.observe(stamped([PartFinished(index=0, part=TextPart(text))], *stamp))
    view.observe(stamped([StepFinished(message=assistant(text), finish_reason="stop", usage=Usage(10, 5_000))], *stamp))
    view.observe(stamped([RunFinished(outcome="completed", error=None)], *stamp))
    sent += len(json.dumps(view.take())) + len(json.dumps(bundle(view.state())))
    assert len(text) > 38_000
    assert sent + 100 * 700 <= 250_000, "with an envelope of 700 bytes a message"


def test_the_markdown_library_is_imported_when_it_is_needed() -> None:
    code = "import sys, nbagent.observers.static; sys.exit('markdown_it' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_a_failed_run_shows_its_error_once() -> None:
    view = View()
    view.observe(stamped([RunStarted(agent="a", model="m", prompt=user("Hello"))], "run", "run", None))
    view.observe(stamped([RunFinished(outcome="failed", error=ErrorInfo("RateLimited", "Too many requests."))], "run", "run", None))
    assert html(view.state()).count("Too many requests.") == 1


def test_in_plain_text_the_escape_sequences_of_a_model_do_nothing() -> None:
    shown = plain(state({"k": "text", "text": "red: \x1b[31m\x1b]0;title\x07"}, tool(result="\x1b[2J")))
    assert shown == 'red: ␛[31m␛]0;title␇\nget_weather(city="Oslo", days=[1, 2]) -> ␛[2J'


@pytest.mark.parametrize(
    ("said", "opened"),
    [
        ("1. one\n2. two", "<ol>"),
        ("1024.", '<ol start="1024" style="padding-left: 3.5em">'),
        ("98. a\n99. b\n100. c", '<ol start="98" style="padding-left: 2.9em">'),
        ("9. a\n   1. inner\n   2. inner\n10. b", '<ol start="9" style="padding-left: 2.3em">'),
    ],
)
def test_a_list_has_room_for_its_numbers_as_one_that_is_cut_reads_as_another(said: str, opened: str) -> None:
    assert markdown(said).splitlines()[0] == opened
