"""What goes wrong in other engines, line by line, and the claims that hold it here: none of them may be lost or renamed unseen."""

from __future__ import annotations

import ast
from functools import cache
from importlib.metadata import requires
from pathlib import Path

import pytest

from nbagent.agent import Agent
from nbagent.providers.scripted import Scripted, call, text
from nbagent.session import Session

PAINS: dict[str, tuple[str, ...]] = {
    # what engines do with bad streams
    "an error in mid-stream with status 200 is typed": (
        "test_an_error_in_mid_stream_is_typed_and_comes_after_the_text",
        "test_an_overload_inside_a_stream_with_status_200_is_tried_again_before_the_first_part_and_kept_after",
    ),
    "a cut stream is no complete answer": (
        "test_a_stream_without_its_terminal_event_is_a_failure_and_keeps_what_came",
        "test_a_body_that_ends_in_order_but_without_its_terminal_event_is_a_cut_stream",
        "test_random_truncation_is_a_cut_stream_or_a_whole_one",
    ),
    "a cut inside the second call's JSON runs nothing and guesses nothing": (
        "test_a_stream_cut_inside_the_second_calls_json_runs_neither_call_and_stays_sendable",
        "test_a_call_cut_in_the_middle_of_its_arguments_is_never_finished",
    ),
    "no HTTP client's own error leaks": ("test_a_socket_closed_in_mid_body_is_a_cut_stream_after_what_came", "test_a_server_that_is_down_is_named"),
    "arguments that are no JSON": (
        "test_broken_arguments_are_mended_and_the_person_is_told",
        "test_what_is_cut_off_or_cannot_be_told_is_the_models_to_write_again",
    ),
    "parallel calls whose deltas are mixed; comments": (
        "test_calls_that_are_mixed_are_told_apart",
        "test_all_line_ends_comments_fields_and_multi_line_data_are_read_as_the_standard_says",
    ),
    "Gemini's malformed calls and blocked prompts are no empty texts": (
        "test_a_call_that_cannot_be_read_is_a_failure_and_no_empty_text",
        "test_a_prompt_that_is_blocked_is_a_failure_and_no_empty_text",
    ),
    # what people complain about most
    "text before a tool call does not end the run": ("test_text_before_a_call_ends_nothing_and_both_are_kept",),
    "the notebook's event loop": ("test_awaiting_works_in_any_loop", "test_without_autoawait_it_blocks_and_works"),
    "thinking and signatures through tool turns": (
        "test_a_chain_of_tools_goes_back_with_every_signature_where_it_came_from",
        "test_in_a_run_with_tools_every_signature_goes_back_on_the_part_it_came_with",
        "test_reasoning_that_is_redacted_or_only_signed_is_kept",
        "test_a_chain_of_steps_goes_back_with_its_reasoning_encrypted_and_in_order",
    ),
    "reasoning without what followed it": (
        "test_reasoning_without_the_whole_of_what_followed_it_is_not_sent",
        "test_reasoning_that_cannot_be_sent_takes_the_ids_of_what_followed_with_it",
    ),
    "calls left open by a stop or a limit": (
        "test_cut_anywhere_a_run_fails_once_keeps_what_can_be_sent_and_the_next_prompt_works",
        "test_going_on_instead_of_deciding_answers_the_waiting_calls",
    ),
    "an approval holds for the call that was shown": (
        "test_a_decision_by_the_page_holds_only_for_the_call_that_was_shown",
        "test_a_paused_session_is_carried_on_from_a_file_in_another_kernel",
    ),
    "progress from inside tools and runs inside them": (
        "test_what_is_emitted_from_any_kind_of_tool_and_any_thread_is_progress_in_order",
        "test_an_agent_inside_an_async_tool_is_awaited_and_its_plain_tools_run_on_the_callers_thread",
    ),
    "too many requests, retries that nobody sees, waits without end, no fallback": (
        "test_no_request_is_sent_twice_by_itself",
        "test_a_retry_is_told_before_it_is_waited_for",
        "test_a_wait_that_a_server_asks_for_is_capped_also_where_it_is_a_date",
    ),
    "one schema that cannot be strict": ("test_one_tool_that_cannot_be_strict_leaves_the_others_strict",),
    "vendors that deviate": (
        "test_a_text_block_begins_with_its_first_text_and_an_empty_one_is_none",
        "test_what_is_decoded_equals_what_the_vendors_sdk_makes_of_it",
    ),
    # what other engines leave out
    "tools: a limit at once, a timeout each, handles to what is large": (
        "test_no_more_calls_run_at_once_than_the_agent_allows",
        "test_async_and_thread_tools_run_side_by_side_and_results_come_in_call_order",
        "test_what_is_cut_says_where_the_whole_is",
    ),
    "limits of cost, idle streams": (
        "test_silence_ends_in_a_timeout",
        "test_the_cost_of_a_run_is_bounded_inside_its_tools_too",
        "test_model_calls_and_tokens_are_bounded_inside_tools_too",
    ),
    "the context grows": (
        "test_the_conversation_is_kept_whole_and_only_its_window_is_sent_which_is_said",
        "test_a_window_that_cuts_a_call_from_its_result_is_mended_and_said",
    ),
    "a history that no API takes": (
        "test_a_transcript_by_hand_goes_out_with_one_result_a_call_and_one_call_an_id",
        "test_each_repair_is_said_and_what_is_legal_stays_as_it_is",
    ),
    "a refusal, and what answers in its place": ("test_a_refusal_is_an_answer_unless_there_is_a_handler_for_it",),
    "the same request paid for twice": ("test_over_the_wire_the_server_is_asked_once_and_a_later_kernel_not_at_all",),
}  # fmt: skip


@cache
def _claims() -> set[str]:
    """The names of all tests, read and not imported."""
    found: set[str] = set()
    for file in Path(__file__).parent.rglob("test_*.py"):
        tree = ast.parse(file.read_text(encoding="utf-8"))
        found |= {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test_")}
    return found


@pytest.mark.parametrize("pain", PAINS)
def test_it_is_claimed(pain: str) -> None:
    assert not [name for name in PAINS[pain] if name not in _claims()]


def test_nothing_stands_between_us_and_the_providers() -> None:
    """One such layer was published with a thief in it, twice."""
    assert not [line for line in requires("nbagent") or () if line.startswith("litellm")]


def test_text_before_a_call_ends_nothing_and_both_are_kept() -> None:
    def look() -> str:
        return "rain"

    session = Session(Agent(model=Scripted([[text("Let me look."), call("look")], text("It rains.")]), tools=[look]))
    heard = [type(event).__name__ for event in session.stream("Weather?")]
    assert heard.count("ToolFinished") == 1
    assert [message.text for message in session.messages if message.role == "assistant"] == ["Let me look.", "It rains."]
