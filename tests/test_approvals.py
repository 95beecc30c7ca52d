"""What a person says of a call, at the keyboard, on a magic's line or by the page, as a decision."""

import pytest

from nbagent.errors import DecisionError
from nbagent.messages import ToolCallPart
from nbagent.notebook.approvals import ask, read_decision, spoken_decisions
from nbagent.tool_calls import digest

CALL = ToolCallPart("call_1", "delete_rows", '{"table": "orders"}')


@pytest.mark.parametrize(
    ("text", "decision"),
    [
        ("yes", True),
        ("Y", True),
        ("true", True),
        ("no", False),
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


@pytest.mark.parametrize("value", [None, False, 3, "yes", {}, {"arguments": "no json"}, {"arguments": "[1]"}, {"reason": 3}])
def test_what_the_page_cannot_mean_is_no_decision(value):
    assert read_decision(value) is None


def test_the_question_at_the_keyboard_is_put_until_the_answer_is_one():
    answers = iter(["", "e", "no json", "e", '{"table": "drafts"}'])
    asked = []
    assert ask(CALL, lambda text: asked.append(text) or next(answers)) == {"table": "drafts"}
    assert "delete_rows" in asked[0]
    assert ask(CALL, lambda text: "not now") == "not now"
