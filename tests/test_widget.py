"""The live view's widget: what comes from a page is checked, and a page that missed something gets the whole."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest

from nbagent.notebook.widget import RunWidget

DECISION = {"t": "decide", "run_id": "r", "call_id": "c", "digest": "d", "decision": True}


class Page:
    """A widget, what it sent, and what it heard."""

    def __init__(self) -> None:
        self.sent: list[dict[str, Any]] = []
        self.heard: list[Any] = []
        self.widget = RunWidget(
            snapshot=lambda: {"t": "state", "seq": 7, "state": {}},
            on_stop=lambda: self.heard.append("stop"),
            on_ready=lambda: self.heard.append("ready"),
            on_decide=self.heard.append,
        )
        self.widget.send = lambda content, buffers=None: self.sent.append(content)

    def says(self, message: Any) -> None:
        self.widget._handle_custom_msg(message, [])


@pytest.fixture
def page() -> Iterator[Page]:
    page = Page()
    yield page
    page.widget.close()


def test_clicks_are_passed_on(page: Page) -> None:
    for message in ({"t": "ready"}, {"t": "stop"}, DECISION):
        page.says(message)
    assert page.heard == ["ready", "stop", {"run_id": "r", "call_id": "c", "digest": "d", "decision": True}]


@pytest.mark.parametrize("decision", [True, {"approve": "session"}, {"approve": "always"}, {"reason": ""}, {"reason": "no"}, {"arguments": "{}"}])
def test_a_decision_has_one_of_four_forms(page: Page, decision: Any) -> None:
    page.says({**DECISION, "decision": decision, "more": "is dropped"})
    assert page.heard == [{"run_id": "r", "call_id": "c", "digest": "d", "decision": decision}]


@pytest.mark.parametrize(
    "message",
    [
        None,
        "stop",
        {},
        {"t": "other"},
        {"t": "resync"},
        {"t": "resync", "have": "1"},
        {"t": "decide"},
        *({**DECISION, "decision": decision} for decision in (1, "yes", False, None, {}, {"approve": "ever"}, {"reason": 1}, {"arguments": {}})),
        {**DECISION, "call_id": 3},
    ],
)
def test_anything_else_from_a_page_does_nothing(page: Page, message: Any) -> None:
    page.says(message)
    assert (page.heard, page.sent) == ([], [])


def test_a_page_that_missed_something_gets_the_whole(page: Page) -> None:
    page.widget.send_ops({"t": "ops", "seq": 5, "ops": []})
    page.says({"t": "resync", "have": 5})
    assert len(page.sent) == 1, "it has all that was sent"
    page.says({"t": "resync", "have": 3})
    assert page.sent[1:] == [{"t": "state", "seq": 7, "state": {}}]
    page.says({"t": "resync", "have": 7})
    assert len(page.sent) == 2


def test_two_widgets_are_told_apart_by_the_page() -> None:
    first, second = Page().widget, Page().widget
    assert first.run_id != second.run_id
    first.close()
    second.close()


def test_only_the_code_and_an_id_are_synced(page: Page) -> None:
    own = set(page.widget.get_state()) - {name for name in page.widget.get_state() if name.startswith("_")}
    assert own == {"run_id", "layout", "tabbable", "tooltip"}


def test_neither_the_package_nor_its_views_need_anywidget() -> None:
    code = "import sys, nbagent, nbagent.observers.view, nbagent.observers.static; sys.exit('anywidget' in sys.modules or 'ipywidgets' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_a_page_loaded_again_keeps_the_view_and_is_told_once_where_the_answer_is(page: Page) -> None:
    told: list[str] = []
    page.says({"t": "ready"})
    page.widget.send_ops({"t": "ops", "seq": 3, "ops": []})
    page.says({"t": "resync", "have": 2})  # a lost batch
    page.widget.end(lambda: told.append("left"))
    page.says({"t": "resync", "have": 0})
    page.says({"t": "resync", "have": 0})
    page.widget.retire()
    assert told == ["left"]
    assert page.widget.comm is not None


def test_a_page_loaded_again_in_mid_run_is_told_at_the_end(page: Page) -> None:
    told: list[str] = []
    page.says({"t": "ready"})
    page.widget.send_ops({"t": "ops", "seq": 3, "ops": []})
    page.says({"t": "resync", "have": 0})
    assert told == []
    page.widget.end(lambda: told.append("left"))
    assert told == ["left"]


def test_a_view_that_nobody_loaded_again_goes_with_the_next_cell(page: Page) -> None:
    page.says({"t": "resync", "have": 0})  # before it was drawn: the page's first question
    page.says({"t": "ready"})
    page.widget.send_ops({"t": "ops", "seq": 3, "ops": []})
    page.widget.end(lambda: pytest.fail("nobody left"))
    page.widget.retire()
    assert page.widget.comm is None
