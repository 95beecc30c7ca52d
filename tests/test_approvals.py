"""What a person says of a call, at the keyboard, on a magic's line or by the page, as a decision."""

import pytest

from nbagent import tool
from nbagent.decisions import Approve, digest, problems
from nbagent.errors import DecisionError
from nbagent.messages import ToolCallPart
from nbagent.notebook.approvals import ask, read_decision, spoken_decisions

CALL = ToolCallPart("call_1", "delete_rows", '{"table": "orders"}')


@pytest.mark.parametrize(
    ("text", "decision"),
    [
        ("yes", True),
        ("Y", True),
        ("true", True),
        ("no", False),
        ("session", Approve("session")),
        ("Always", Approve("always")),
        ("not on Fridays", "not on Fridays"),
        ('{"arguments": {"table": "drafts"}}', {"table": "drafts"}),
        ('{"reason": "yes"}', "yes"),
        ('{"reason": ""}', False),
        ('{"table": "drafts"}', '{"table": "drafts"}'),
        ("3", "3"),
    ],
)
def test_a_decision_on_the_line_is_yes_no_a_reason_or_what_the_page_writes(text, decision):
    assert spoken_decisions([("call_1", text)], [CALL]) == {"call_1": decision}


def test_a_decision_by_the_page_holds_only_for_the_call_that_was_shown():
    assert spoken_decisions([(f"call_1@{digest(CALL)}", "yes")], [CALL]) == {"call_1": True}
    other = ToolCallPart("call_1", "delete_rows", '{"table": "everything"}')
    with pytest.raises(DecisionError, match="not the one that was shown"):
        spoken_decisions([(f"call_1@{digest(CALL)}", "yes")], [other])


@pytest.mark.parametrize("value", [None, False, 3, "yes", {}, {"arguments": "no json"}, {"arguments": "[1]"}, {"reason": 3}, {"approve": "forever"}])
def test_what_the_page_cannot_mean_is_no_decision(value):
    assert read_decision(value) is None


def test_the_question_at_the_keyboard_is_put_until_the_answer_is_one():
    answers = iter(["", "e", "no json", "e", '{"table": "drafts"}'])
    asked = []
    assert ask(CALL, lambda text: asked.append(text) or next(answers)) == {"table": "drafts"}
    assert "delete_rows" in asked[0]
    assert ask(CALL, lambda text: "not now") == "not now"


def test_at_the_keyboard_a_call_is_approved_for_longer_and_other_arguments_are_read_as_the_tool_reads_them():
    @tool(approval=True)
    def delete_rows(table: str, limit: int = 10) -> str:
        """Deletes."""
        return table

    answers = iter(["e", '{"table": 3, "limit": "x"}', "e", '{"table": "drafts", "limit": 2}'])
    asked = []
    assert ask(CALL, lambda text: asked.append(text) or next(answers), tool=delete_rows) == {"table": "drafts", "limit": 2}
    assert "by default limit=10" in asked[0]
    assert "table: Input should be a valid string" in asked[2]
    assert [ask(CALL, lambda _, word=word: word) for word in ("s", "always")] == [Approve("session"), Approve("always")]


def test_what_does_not_fit_is_told_with_its_place():
    @tool
    def count(where: dict[str, int]) -> int:
        """Counts."""
        return len(where)

    assert problems(count, '{"where": {"a": 1}}') == []
    assert problems(count, '{"where": {"a": "x"}, "more": 1}') == [
        ("where.a", "Input should be a valid integer, unable to parse string as an integer"),
        ("more", "Extra inputs are not permitted"),
    ]
