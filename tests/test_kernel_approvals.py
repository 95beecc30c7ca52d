"""Claims on calls that wait for a person: by a click while the cell runs, at the keyboard, or not at all; and on what is paused."""

from __future__ import annotations

import json

import pytest

from tests.kernel import Page, a_kernel

pytestmark = [pytest.mark.kernel]

SETUP = """%load_ext nbagent
from nbagent import tool
from nbagent.providers.scripted import Scripted, call
def answer(request):
    if request.messages[-1].role == "user":
        return ["I clean up.", call("delete", n=1), call("look")]
    return "Tools said: " + " / ".join(result.content for result in request.messages[-1].tool_results)
Scripted([answer], by="calls", loop=True, name="cleaner")
Scripted([lambda request: [call("delete", n=1), call("delete", n=2)] if request.messages[-1].role == "user" else "Done."], by="calls", loop=True, name="two")
slow = Scripted(["word " * 2000], pace=0.01, loop=True)
ran = []
%config NbAgent.model = "scripted:cleaner"
desk = get_ipython().find_line_magic("agent").__self__.desk
"""
TOOLS = """%%tool --approve delete
def delete(n: int) -> str:
    "Delete n rows."
    ran.append(n)
    return f"deleted {n}"
"""
LOOK = """%%tool
def look() -> str:
    "Look at the rows."
    return "looked"
"""
CELL = "%%agent --new -T delete -T look\nClean up."


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("kernel")


@pytest.fixture(scope="module")
def one_kernel(folder):
    with a_kernel(folder) as kernel:
        prepare(kernel)
        yield kernel


def prepare(kernel) -> None:
    for cell in (SETUP, TOOLS, LOOK):
        kernel.ok(cell)


@pytest.fixture
def kernel(one_kernel):
    one_kernel.ok("ran.clear()")
    return one_kernel


@pytest.fixture
def kept(folder):
    """The runs that wait, as files; none is left from another test."""
    place = folder / "data" / "paused"
    for path in place.glob("*.json"):
        path.unlink()
    return lambda: sorted(place.glob("*.json"))


def results(ran) -> list[str]:
    return [item.get("result", "") for item in ran.items("tool")]


# --- clicks ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("decision", "did", "result"),
    [
        (True, [1], "deleted 1"),
        ({"arguments": '{"n": 7}'}, [7], '[The user changed the arguments to {"n":7}]\ndeleted 7'),
        ({"reason": "Not on Fridays."}, [], "The user rejected this call. Reason: Not on Fridays."),
        ({"reason": ""}, [], "The user rejected this call."),
    ],
)
def test_a_click_decides_while_the_cell_waits(kernel, decision, did, result):
    page = Page({"delete": decision})
    ran = kernel.ok(CELL, allow_stdin=True, watch=page)
    assert page.clicked == ["delete"]
    assert kernel.value("ran") == did
    assert ran.items("text")[-1]["text"] == f"Tools said: {result} / looked"
    assert [item["name"] for item in ran.items("tool")] == ["delete", "look"]
    assert ran.asked == []


def test_each_of_several_calls_has_its_own_decision(kernel):
    page = Page({"delete": True})
    page.decisions = _Each(page)
    kernel.ok("%%agent --new -m scripted:two -T delete\nClean up.", allow_stdin=True, watch=page)
    assert kernel.value("ran") == [2]


def test_a_click_for_the_session_answers_the_other_calls_of_the_tool_that_wait_too(kernel):
    page = Page({"delete": {"approve": "session"}})
    ran = kernel.ok("%%agent --new -m scripted:two -T delete\nClean up.", allow_stdin=True, watch=page)
    assert sorted(kernel.value("ran")) == [1, 2]
    again = kernel.ok("%%agent -m scripted:two -T delete\nAgain.", allow_stdin=True)
    assert [item["text"] for item in again.items("notice")] == ["delete runs without asking: you approved it in this session, for its code as it is."]
    assert ran.items("tool")[0]["status"] == "ok"
    kernel.ok("desk.sessions['main'].grants.take_back('delete')")


def test_arguments_that_do_not_fit_are_said_at_the_card_which_waits_on(kernel):
    page = _Mends()
    ran = kernel.ok(CELL, allow_stdin=True, watch=page)
    assert page.problems == [[["n", "Input should be a valid integer, unable to parse string as an integer"]]]
    assert kernel.value("ran") == [7]
    assert ran.items("text")[-1]["text"] == 'Tools said: [The user changed the arguments to {"n":7}]\ndeleted 7 / looked'


class _Mends(Page):
    """Gives wrong arguments, and right ones when the card says what is wrong."""

    def __init__(self) -> None:
        super().__init__({"delete": {"arguments": '{"n": "many"}'}})
        self.problems: list[list[list[str]]] = []

    def _told(self, kernel, batch):
        super()._told(kernel, batch)
        for call in self.calls.values():
            if (call.get("approval") or {}).get("problems") and not self.problems:
                self.problems.append(call["approval"]["problems"])
                self.decisions["delete"] = {"arguments": '{"n": 7}'}
                super()._told(kernel, {})


class _Each(dict):
    """Decides on the calls of one name by their arguments: no to the first, yes to the second."""

    def __init__(self, page: Page) -> None:
        super().__init__(delete=None)
        self.answers = [{"reason": "no"}, True]
        self.page = page

    def pop(self, name: str):
        decision = self.answers.pop(0)
        if not self.answers:
            self.clear()
        return decision


def test_a_decision_on_other_arguments_is_not_taken(kernel):
    page = Page({"delete": True}, digest="0" * 16)
    ran = kernel.run(CELL, allow_stdin=True, watch=page, interrupt=lambda ran: page.clicked and ran.told("looked"))
    assert ran.status == "error"
    assert kernel.value("ran") == []
    assert [item["status"] for item in ran.items("tool")] == ["cancelled", "ok"]


@pytest.mark.parametrize("nonsense", [None, 1, "yes", {"reason": 3}, {"arguments": "[1]"}, {"arguments": "{"}, {"t": "x"}])
def test_nonsense_of_the_page_is_no_decision(kernel, nonsense):
    page = Page({"delete": nonsense})
    ran = kernel.run(CELL, allow_stdin=True, watch=page, interrupt=lambda ran: page.clicked and ran.told("looked"))
    assert ran.error_lines[0].startswith("RunCancelled")
    assert kernel.value("ran") == []


def test_the_stop_button_stops(kernel):
    ran = kernel.run("%%agent --new -m slow\nGo on.", allow_stdin=True, watch=Page(stop_at="word word"))
    assert ran.status == "error"
    assert ran.error_lines == ["RunCancelled: The run was stopped.", "What came until then is kept."]
    assert ran.items("text")[0]["partial"]
    assert len(ran.items("text")[0]["text"]) < 5_000


# --- the keyboard ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answers", "did", "result"),
    [
        (["y"], [1], "deleted 1"),
        (["n"], [], "The user rejected this call."),
        (["", "not now"], [], "The user rejected this call. Reason: not now"),
        (["e", '{"n": 7}'], [7], '[The user changed the arguments to {"n":7}]\ndeleted 7'),
    ],
)
def test_where_clicks_cannot_come_the_question_is_put_at_the_keyboard(kernel, answers, did, result):
    ran = kernel.ok("%%time\n%agent --new -T delete -T look Clean up.", allow_stdin=True, answers=answers)
    assert 'delete({"n": 1})' in ran.asked[0]
    assert kernel.value("ran") == did
    assert ran.items("text")[-1]["text"] == f"Tools said: {result} / looked"


def test_a_view_that_is_never_drawn_is_not_waited_for(kernel):
    ran = kernel.ok(CELL, allow_stdin=True, answers=["y"])
    assert len(ran.asked) == 1
    assert kernel.value("ran") == [1]


# --- policies --------------------------------------------------------------------------------------------------------------


def test_who_decides_can_be_said_on_the_line_and_for_good(kernel):
    assert results(kernel.ok(CELL.replace("--new", "--new --approve auto"))) == ["deleted 1", "looked"]
    ran = kernel.ok(CELL.replace("--new", "--new --approve never"), allow_stdin=True)
    assert "refused here (--approve never)" in ran.items("text")[-1]["text"]
    assert kernel.value("ran") == [1]
    kernel.ok("%config NbAgent.approve = 'auto'")
    assert results(kernel.ok(CELL)) == ["deleted 1", "looked"]
    kernel.ok("%config NbAgent.approve = 'ask'")


# --- paused ----------------------------------------------------------------------------------------------------------------


def test_with_nobody_there_the_run_pauses_and_the_cell_fails_when_all_is_kept(kernel, kept):
    ran = kernel.run(CELL)
    assert ran.status == "error"
    assert ran.error_lines[0] == 'RunPaused: The run waits for a decision on delete({"n": 1}).'
    assert len(ran.error_lines) <= 4
    assert [message["msg_type"] for message in ran.of("display_data", "error")] == ["display_data", "error"]
    assert ran.run["outcome"] == "paused"
    assert [(item["name"], item["status"]) for item in ran.items("tool")] == [("delete", "pending"), ("look", "ok")]
    (file,) = kept()
    assert file.stem == ran.run["run_id"]
    assert file.stem[:8] in ran.error_lines[1]


def test_it_is_carried_on_by_name_or_by_id_or_as_the_last(kernel, kept):
    for how in ("", "{id}", "main"):
        paused = kernel.run(CELL).run["run_id"]
        ran = kernel.ok(f"%agent --resume {how.format(id=paused[:8])}", allow_stdin=True, watch=Page({"delete": True}))
        assert ran.items("text")[-1]["text"] == "Tools said: deleted 1 / looked"
        assert kept() == []
    assert kernel.value("ran") == [1, 1, 1]
    assert kernel.run("%agent --resume").error_lines[0] == "ConfigError: No run waits for a decision."


def test_python_carries_it_on_as_well(kernel, kept):
    kernel.run(CELL)
    kernel.ok("session = desk.sessions['main']\ndone = session.resume({session.result.pending[0].id: False})")
    assert kernel.value("done.text") == "Tools said: The user rejected this call. / looked"
    assert kept() == []


def test_resumed_with_nobody_there_it_waits_on_under_its_new_id(kernel, kept):
    first = kernel.run(CELL).run["run_id"]
    again = kernel.run("%agent --resume")
    assert again.error_lines[0].startswith("RunPaused")
    assert [path.stem for path in kept()] == [again.run["run_id"]] != [first]
    assert kernel.ok("%agent --resume --approve auto").items("text")[-1]["text"] == "Tools said: deleted 1 / looked"
    assert kept() == []


def test_a_conversation_that_goes_on_lets_what_waits_go(kernel, kept):
    kernel.run(CELL)
    kernel.ok("%agent -m scripted:demo Never mind.")
    assert kept() == []
    roles = kernel.value("[(m.role, [r.content for r in m.tool_results]) for m in desk.sessions['main'].messages]")
    assert [role for role, _ in roles] == ["user", "assistant", "tool", "user", "assistant"]
    assert roles[2][1] == ["Not run: the user went on with something else.", "looked"]
    kernel.run(CELL, cell_id="c1")
    kernel.run(CELL, cell_id="c1")
    assert len(kept()) == 1


def test_a_tool_that_ran_for_a_resumed_run_is_not_run_again_when_the_model_then_fails(kernel, kept):
    kernel.ok("from nbagent.errors import Overloaded\nScripted([Overloaded('Not now.')], by='calls', loop=True, name='never')\n%config NbAgent.retries = 0")
    kernel.run(CELL)
    failed = kernel.run("%agent --resume -m scripted:never --approve auto")
    assert failed.error_lines[0].startswith("Overloaded")
    assert kernel.value("ran") == [1]
    assert kernel.run("%agent --resume").error_lines[0] == "ConfigError: No run waits for a decision."


def test_another_kernel_carries_it_on_by_a_click(kernel, folder, kept):
    kernel.run("%%agent --new -s 'Be brief.' -T delete -T look\nClean up.")
    with a_kernel(folder) as other:
        prepare(other)
        other.ok("%agent -m scripted:demo Something else is said here.")
        ran = other.ok("%agent --resume", allow_stdin=True, watch=Page({"delete": True}))
        assert ran.items("text")[-1]["text"] == "Tools said: deleted 1 / looked"
        assert other.value("ran") == [1]
        assert other.value("len(desk.sessions['main'].replaced)") == 1
        sent = json.loads(other.ok("%%agent --dry-run\nAnd?").stdout.partition("\n")[2])
        assert [message["role"] for message in sent["messages"]] == ["user", "assistant", "tool", "assistant", "user"]
    assert kept() == []


def test_another_kernel_without_the_tool_says_what_is_missing(kernel, folder, kept):
    kernel.run(CELL)
    with a_kernel(folder) as other:
        other.ok(SETUP)
        ran = other.run("%agent --resume")
        assert "delete, which is not here" in ran.error_lines[0]
        assert len(ran.error_lines) <= 4
    assert len(kept()) == 1
