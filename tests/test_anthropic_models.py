"""What Anthropic's models take: parameters fitted to the table, and a note for each that was not sent as it was asked for."""

import pytest

from nbagent.messages import user
from nbagent.provider import Knows, OutputSpec
from nbagent.providers.anthropic.adapter import Anthropic
from nbagent.providers.anthropic.models import cache_marker, capabilities, fitted
from nbagent.providers.anthropic.wire import to_wire
from tests.anthropic_events import WEATHER, request


def sent(model, params, **more):
    """The body for these parameters, and the notes."""
    asked = request(user("a"), model=model, params=params, **more)
    return to_wire(asked), fitted(asked)[1]


def test_an_answers_length_is_always_asked_for():
    assert sent("claude-sonnet-5-5", {})[0]["max_tokens"] == 32_000
    assert sent("claude-3-haiku-20240307", {})[0]["max_tokens"] == 4_096
    assert sent("claude-sonnet-5-5", {"max_tokens": 7})[0]["max_tokens"] == 7
    assert sent("claude-sonnet-4-5", {"thinking": {"type": "enabled", "budget_tokens": 10_000}})[0]["max_tokens"] == 42_000


@pytest.mark.parametrize("model", ["claude-sonnet-4-6", "claude-opus-4-6", "claude-haiku-4-5", "us.anthropic.claude-haiku-4-5-20251001-v1:0", "glm-5"])
def test_temperature_is_sent_to_models_that_take_it(model):
    wire, notes = sent(model, {"temperature": 0})
    assert wire["temperature"] == 0
    assert notes == []


@pytest.mark.parametrize(
    "model", ["claude-opus-4-7", "claude-sonnet-5", "claude-fable-5-2", "claude-next-9", "anthropic.claude-opus-4-8", "claude-opus-5@20260724"]
)
def test_temperature_is_left_out_with_a_note_for_models_that_refuse_it(model):
    wire, notes = sent(model, {"top_k": 5, "temperature": 0.2})
    assert not {"top_k", "temperature"} & wire.keys()
    assert notes == [f"{model} takes no temperature: it is left out", f"{model} takes no top_k: it is left out"]
    assert sent(model, {"top_k": None})[1] == []


BUDGET = {"type": "enabled", "budget_tokens": 2_000}
ADAPTIVE = {"type": "adaptive"}


@pytest.mark.parametrize(
    ("model", "given", "thinking", "note"),
    [
        ("claude-sonnet-5-5", ADAPTIVE, ADAPTIVE, ""),
        ("claude-sonnet-5-5", True, {"type": "adaptive", "display": "summarized"}, ""),
        ("claude-sonnet-5-5", False, {"type": "disabled"}, ""),
        ("claude-sonnet-5-5", BUDGET, ADAPTIVE, "takes no budget"),
        ("claude-sonnet-5-5", BUDGET | {"display": "omitted"}, ADAPTIVE | {"display": "omitted"}, "takes no budget"),
        ("claude-sonnet-5-5", 4_000, ADAPTIVE, "takes no budget"),
        ("claude-sonnet-5-5", {"type": "between_tools"}, {"type": "between_tools"}, ""),
        ("claude-sonnet-4-6", BUDGET, BUDGET, ""),
        ("claude-sonnet-4-6", {"type": "between_tools"}, {"type": "disabled"}, "does not think between tools"),
        ("claude-sonnet-4-5", BUDGET, BUDGET, ""),
        ("claude-sonnet-4-5", 4_000, {"type": "enabled", "budget_tokens": 4_000}, ""),
        ("claude-sonnet-4-5", True, {"type": "enabled", "budget_tokens": 8_000}, ""),
        ("claude-sonnet-4-5", ADAPTIVE, {"type": "enabled", "budget_tokens": 8_000}, "by a budget only"),
        ("claude-opus-5-5", False, None, "always thinks"),
        ("claude-fable-5-2", {"type": "disabled"}, None, "always thinks"),
        ("claude-3-5-haiku-latest", BUDGET, None, "does not think"),
        ("claude-3-5-haiku-latest", True, None, "does not think"),
        ("claude-3-5-haiku-latest", False, {"type": "disabled"}, ""),
        ("claude-sonnet-5-5", {"type": "telepathic"}, {"type": "telepathic"}, ""),
        ("claude-sonnet-5-5", "hard", "hard", ""),
        ("glm-5", BUDGET, BUDGET, ""),
    ],
)
def test_thinking_is_asked_for_as_the_model_takes_it(model, given, thinking, note):
    wire, notes = sent(model, {"thinking": given})
    assert wire.get("thinking") == thinking
    assert (note in notes[0] and notes[0].startswith(model)) if note else notes == []


def test_a_model_that_thinks_by_a_budget_takes_no_temperature_meanwhile_and_may_not_be_forced_to_call():
    wire, notes = sent("claude-sonnet-4-5", {"thinking": BUDGET, "temperature": 0})
    assert "temperature" not in wire
    assert notes == ["claude-sonnet-4-5 takes no temperature while it thinks: it is left out"]
    wire, notes = sent("claude-sonnet-4-5", {"thinking": BUDGET, "temperature": 0}, tools=(WEATHER,), tool_choice="required")
    assert ("thinking" in wire, wire["temperature"]) == (False, 0)
    assert notes == ["claude-sonnet-4-5 does not think where a tool is required: thinking is left out"]


def test_effort_is_part_of_the_output_config_where_a_model_takes_one():
    assert sent("claude-sonnet-5-5", {"effort": "low"})[0]["output_config"] == {"effort": "low"}
    wire, notes = sent("claude-haiku-4-5", {"effort": "low"})
    assert "output_config" not in wire
    assert notes == ["claude-haiku-4-5 takes no effort: it is left out"]
    output = OutputSpec("Answer", {"type": "object", "properties": {}})
    assert set(sent("claude-sonnet-5-5", {"effort": "low"}, output=output)[0]["output_config"]) == {"effort", "format"}


def test_citations_and_an_answer_of_a_schema_exclude_each_other():
    _, notes = sent("claude-sonnet-5-5", {"citations": True}, output=OutputSpec("Answer", {"type": "object", "properties": {}}))
    assert notes == ["claude-sonnet-5-5 gives no citations in an answer of a schema: they are left out"]


def test_parameters_are_not_changed_in_place():
    params = {"temperature": 1, "output_config": {"effort": "low"}, "thinking": True}
    sent("claude-sonnet-4-5", params)
    assert params == {"temperature": 1, "output_config": {"effort": "low"}, "thinking": True}


@pytest.mark.parametrize(
    ("given", "marker"),
    [
        ({}, {"type": "ephemeral"}),
        ({"cache_control": True}, {"type": "ephemeral"}),
        ({"cache_control": "1h"}, {"type": "ephemeral", "ttl": "1h"}),
        ({"cache_control": {"type": "ephemeral", "ttl": "5m"}}, {"type": "ephemeral", "ttl": "5m"}),
        ({"cache_control": None}, None),
        ({"cache_control": False}, None),
    ],
)
def test_the_cache_is_on_by_itself_and_can_be_set_or_turned_off(given, marker):
    assert cache_marker(given) == marker


def test_what_a_model_can_do_is_read_off_the_table():
    assert isinstance(Anthropic(), Knows)
    newest = Anthropic().capabilities("claude-next-9")
    assert newest == capabilities("eu.anthropic.claude-sonnet-5-5-v1:0")
    assert (newest.output_schema, newest.images, newest.documents, newest.reasoning, newest.context_window) == (True, True, True, True, 1_000_000)
    old = capabilities("claude-3-5-haiku-latest")
    assert (old.output_schema, old.reasoning, old.context_window, old.max_output) == (False, False, 200_000, 8_192)
    assert capabilities("glm-5").context_window is None
