"""Completion in cells of the magics: by Tab, and as one types where JupyterLab is set to; what is taken stands where it belongs."""

from __future__ import annotations

import contextlib

import pytest
from playwright.sync_api import TimeoutError as PlaywrightTimeout

pytestmark = [pytest.mark.browser]

SETUP = """%load_ext nbagent
from nbagent.providers.scripted import Scripted
Scripted(["Hi."], by="calls", loop=True, name="one")
city, citizens = "Oslo", 717710
def get_weather(city: str) -> str:
    "The weather."
    return city
%tool get_weather
"""
ITEMS = ".jp-Completer:not(.lm-mod-hidden) .jp-Completer-item"
EDITOR = "() => window.panel.content.activeCell?.editor && true"
CLEAR = """() => {
  const notebook = window.panel.content;
  notebook.mode = 'command';
  notebook.activeCellIndex = notebook.widgets.length - 1;
  notebook.activeCell.model.sharedModel.setSource('');
  notebook.mode = 'edit';
  notebook.activeCell.editor.focus();
}"""
# the first completion of a kernel loads what IPython needs for it, which takes longer than JupyterLab waits
WARM = "async () => { await window.panel.sessionContext.session.kernel.requestComplete({code: 'impor', cursor_pos: 5}); }"
AUTO = """on => window.jupyterapp.serviceManager.settings.save('@jupyterlab/completer-extension:manager', JSON.stringify(on ? {autoCompletion: true} : {}))"""

# what the kernel was asked and what it offered
HEAR = """() => {
  const kernel = window.panel.sessionContext.session.kernel;
  const ask = kernel.requestComplete.bind(kernel);
  window.heard = [];
  kernel.requestComplete = async asked => {
    const reply = await ask(asked);
    window.heard.push([asked.code, reply.content.matches]);
    return reply;
  };
}"""


def ready(page, name):
    page.notebook(name, [SETUP, "%%agent trip -m scripted:one\nHi", ""])
    page.page.evaluate("() => { window.panel.content.activeCellIndex = 2; }")
    page.page.wait_for_function(EDITOR)
    page.run(0)
    page.run(1)


def write(page, text, delay=0):
    page.page.evaluate(CLEAR)
    first, *more = text.split("\n")
    page.page.keyboard.type(first, delay=delay)
    for line in more:
        page.page.keyboard.press("Enter")
        page.page.keyboard.type(line, delay=delay)


def offered(page):
    page.page.locator(ITEMS).first.wait_for(timeout=15_000)
    return page.page.locator(f"{ITEMS} .jp-Completer-match").all_inner_texts()


def source(page):
    return page.page.evaluate("() => window.panel.content.activeCell.model.sharedModel.getSource()")


def test_options_models_tools_sessions_and_variables_are_completed_by_tab(page, picture):
    ready(page, "complete.ipynb")
    taken = {
        "%%agent --mo": "%%agent --model",
        "%%agent -m anthropic:claude-haiku-5": "%%agent -m anthropic:claude-haiku-5-5",
        "%%agent -T get_w": "%%agent -T get_weather",
        "%%agent tr": "%%agent trip",
        "%%agent other --fork tr": "%%agent other --fork trip",
        "%agent --approve nev": "%agent --approve never",
        "%%agent\nIs it cold in {{ cit": "%%agent\nIs it cold in {{ citizens",
        "%%agent\nIs it cold in {{ city.upp": "%%agent\nIs it cold in {{ city.upper",
    }
    for typed, whole in taken.items():
        write(page, typed)
        page.page.keyboard.press("Tab")
        assert offered(page), f"nothing is offered for {typed!r}"
        page.page.keyboard.press("Enter")
        page.page.locator(ITEMS).first.wait_for(state="hidden")
        assert source(page) == whole
    write(page, "%%agent -m anth")
    page.page.keyboard.press("Tab")
    offered(page)
    picture(page, "models")
    page.page.keyboard.type("ropic:claude-ha")
    assert offered(page) == ["anthropic:claude-haiku-5-5"], "typing on does not narrow what is offered"


def test_what_can_stand_there_is_offered_as_one_types(page):
    page.page.evaluate(AUTO, True)
    try:
        page.again()
        ready(page, "auto.ipynb")
        page.page.evaluate(WARM)
        places = {"%%agent --mod": "--model", "%%agent -T get_": "get_weather", "%%agent tri": "trip", "%%agent\nIs it cold in {{ cit": "city"}
        for typed, one in places.items():
            assert one in as_typed(page, typed)
            page.page.keyboard.press("Escape")
    finally:
        page.page.evaluate(AUTO, False)


def test_in_prose_nothing_is_offered_as_one_types_but_variables_within_braces(page, picture):
    page.page.evaluate(AUTO, True)
    try:
        page.again()
        ready(page, "prose-typed.ipynb")
        page.page.evaluate(WARM)
        page.page.evaluate(HEAR)
        for typed in ("%%agent\nIs it cold in the ci", "%%agent\n\ncity of the north\n\nci", "%%agent\nprin", "%agent tell me of ci"):
            write(page, typed, delay=40)
            page.page.wait_for_function("code => window.heard.some(([asked]) => asked === code)", arg=typed, timeout=20_000)
            page.page.evaluate("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
            assert page.page.locator(ITEMS).count() == 0, f"{typed!r} is offered something"
        assert page.page.evaluate("() => window.heard.filter(([asked, matches]) => /\\n|agent tell/.test(asked) && matches.length)") == []
        assert as_typed(page, "%%agent\n\n{{ city }} is cold\n\nIs {{ ci") == ["citizens", "city"]
        picture(page, "braces")
    finally:
        page.page.evaluate(AUTO, False)


def as_typed(page, text):
    """What is offered while one types. JupyterLab drops what a kernel says after a second, so that on a busy machine one types again."""
    for _ in range(5):
        write(page, text, delay=40)
        with contextlib.suppress(PlaywrightTimeout):
            page.page.locator(ITEMS).first.wait_for(timeout=3_000)
            return offered(page)
    return []
