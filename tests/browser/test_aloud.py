"""An answer is read aloud by the browser's own voices: with a real speech service where there is one, and where there is no voice the button says so."""

from __future__ import annotations

import os
from contextlib import contextmanager
from importlib.util import find_spec

import pytest
from lab import CHROMIUM, FLAGS, NotebookPage, Page
from voice import SPEAKS, Speech

pytestmark = [pytest.mark.browser]

SETUP = """%load_ext nbagent
from nbagent.providers.scripted import Scripted
rain = "# Weather\\n\\nIt **rains** in [Oslo](https://oslo.example/rain?mm=12).\\n\\n```python\\nx = 1\\n```\\n\\nThat is `all_of_it`."
short = Scripted([rain], loop=True, name="short")
long = Scripted(["Take a coat with you. " * 99], loop=True, name="long")
german = Scripted(["Der Regen ist da und das ist nicht schön.\\n\\n```\\nx\\n```"], name="german")
"""
WORDS = ["English: Weather.", "English: It rains in Oslo.", "English: Code block, 1 line.", "English: That is all of it."]
VOICES = "() => window.speechSynthesis.getVoices().length"
NOTEBOOK = pytest.param(NotebookPage, marks=pytest.mark.skipif(find_spec("notebook") is None, reason="notebook is of the extra dev"))


@pytest.fixture(scope="module")
def speech(tmp_path_factory):
    if SPEAKS is None:
        pytest.skip("speech-dispatcher is not installed")
    speech = Speech(tmp_path_factory.mktemp("speech"))
    yield speech
    speech.stop()


@pytest.fixture(scope="module")
def speaking(speech, browser):
    """A browser with voices."""
    started = browser.browser_type.launch(executable_path=CHROMIUM, args=[*FLAGS, "--enable-speech-dispatcher"], env=os.environ | speech.env)
    yield started
    started.close()


def ready(page, name, *cells):
    page.notebook(name, [SETUP, *cells])
    assert page.run(0)["outputs"] == []
    for index in range(1, len(cells) + 1):
        page.run(index)
    return 1


def button(page, index, name="Read aloud"):
    return page.output(index).get_by_role("button", name=name)


def heard(page, speech, count):
    """Wait until so much was said in all."""
    for _ in range(600):
        if len(said := speech.said()) >= count:
            return said
        page.page.wait_for_timeout(50)
    raise AssertionError(f"{said} is all that was said")


@pytest.mark.parametrize("kind", [Page, NOTEBOOK])
def test_an_answer_is_read_to_its_end_by_a_real_voice_also_without_a_kernel(lab, speaking, speech, picture, kind):
    page = kind(speaking, lab)
    name = f"aloud-{kind.__name__}.ipynb"
    first = ready(page, name, "%%agent -m short\nWeather?")
    before = len(speech.said())
    with speech.held():
        button(page, first).click()
        stop = button(page, first, "Stop reading")
        stop.wait_for()
        picture(page, "reads")
    button(page, first).wait_for(timeout=30_000)
    assert speech.said()[before:] == WORDS
    page.save()
    page.again()
    page.open(name, kernel=False)
    before = len(speech.said())
    button(page, first).click(timeout=20_000)
    assert heard(page, speech, before + 4)[before:] == WORDS
    button(page, first).wait_for(timeout=30_000)
    page.close()
    assert not [error for error in page.errors if "nbagent" in error]


def test_reading_stops_at_the_button_with_another_answer_by_command_and_with_the_cell(lab, speaking, speech):
    page = Page(speaking, lab)
    first = ready(page, "aloud-stop.ipynb", "%%agent -m long\nWeather?", "%%agent b -m short\nWeather?", "'no answer'")

    def reads(*cells):
        for index in (first, first + 1):
            button(page, index, "Stop reading" if index in cells else "Read aloud").wait_for(timeout=20_000)
        assert page.page.locator("[aria-label='Stop reading'][data-action=speak]").count() == len(cells)

    @contextmanager
    def begun():
        """While the first answer is read, and what ends that within this."""
        before = len(speech.said())
        with speech.held():
            button(page, first).click()
            heard(page, speech, before + 1)
            reads(first)
            yield
            page.page.wait_for_function("() => !window.speechSynthesis.speaking")
        assert all("coat" in words for words in speech.said()[before:])
        assert len(speech.said()) == before + 1, "it went on"

    with begun():
        button(page, first, "Stop reading").focus()
        page.page.keyboard.press("Enter")
        reads()
    with begun():
        page.page.evaluate("index => { window.panel.content.activeCellIndex = index; }", first + 2)
        assert page.page.evaluate("() => window.jupyterapp.commands.label('nbagent:speak-answer')") == "Stop Reading"
        page.page.evaluate("() => window.jupyterapp.commands.execute('nbagent:speak-answer')")
        reads()
    with begun():
        page.run(first)
        reads()
    with begun():
        page.page.evaluate("index => { window.panel.content.activeCellIndex = index; }", first)
        page.page.evaluate("() => window.jupyterapp.commands.execute('notebook:clear-cell-output')")
    page.run(first)
    with speech.held():
        activate = "index => { const {content} = window.panel; content.activeCellIndex = index; content.mode = 'command'; content.node.focus(); }"
        page.page.evaluate(activate, first)
        for pressed in ([first], []):
            page.page.keyboard.press("g")
            page.page.keyboard.press("l")
            reads(*pressed)
        button(page, first).click()
        reads(first)
        button(page, first + 1).click()
        reads(first + 1)
        before = len(speech.said())
    reads()
    assert speech.said()[-len(WORDS) :] == WORDS
    assert not [words for words in speech.said()[before:] if "coat" in words], "the first went on beside the second"
    with begun():
        page.page.evaluate("async () => { await window.panel.context.save(); window.panel.close(); }")
    page.close()
    assert page.errors == []


def test_a_voice_is_of_the_language_of_the_answer(lab, speaking, speech):
    page = Page(speaking, lab)
    first = ready(page, "aloud-german.ipynb", "%%agent -m german\nWetter?")
    before = len(speech.said())
    button(page, first).hover()
    page.page.wait_for_function(VOICES)
    button(page, first).click()
    assert heard(page, speech, before + 2)[before:] == ["German: Der Regen ist da und das ist nicht schön.", "English: Code block, 1 line."]
    page.close()
    assert page.errors == []


@pytest.mark.parametrize("kind", [Page, NOTEBOOK])
def test_where_there_is_no_voice_the_button_says_so_from_the_keyboard_too(lab, browser, picture, kind):
    page = kind(browser, lab)
    first = ready(page, f"mute-{kind.__name__}.ipynb", "%%agent -m short\nWeather?")
    if page.page.evaluate(VOICES):
        page.close()
        pytest.skip("this browser has voices without being asked for them")
    button(page, first).wait_for()
    page.output(first).get_by_role("group", name="Actions on this answer").get_by_role("button", name="Copy").focus()
    page.page.keyboard.press("Tab")
    assert page.page.evaluate("() => document.activeElement.getAttribute('aria-label')") == "Read aloud"
    page.page.keyboard.press("Space")
    said = page.output(first).get_by_role("status").filter(has_text="no voice to read with")
    said.wait_for()
    assert button(page, first).get_attribute("aria-label") == "Read aloud"
    picture(page, "light")
    page.theme(dark=True)
    picture(page, "dark")
    page.theme(dark=False)
    page.close()
    assert not [error for error in page.errors if "nbagent" in error]
