"""Errors are a few plain lines, and no key is ever in them."""

import pytest

from nbagent.agent import Agent
from nbagent.errors import ConfigError, NbagentError, ProviderError, all_seen, did_you_mean, redact, without_controls


@pytest.mark.parametrize(
    "key",
    [
        "sk-ant-api03-AbCdEf0123456789xyz",
        "sk-proj-AbCdEf0123456789",
        "gsk_AbCdEf0123456789abcd",
        "AIzaSyA1234567890abcdefghijklmnopqrstuv",
        "Bearer abcdef0123456789abcdef",
    ],
)
def test_what_looks_like_a_key_is_redacted(key):
    shown = redact(f"Incorrect API key provided: {key}.")
    assert key not in shown
    assert "[redacted]" in shown


@pytest.mark.parametrize("text", ["a task-force of key-management", "the hf_dataset_loader", "sk is a country code", "Bearer standing by the door"])
def test_ordinary_words_are_left_alone(text):
    assert redact(text) == text


def test_a_password_in_a_url_is_seen_nowhere():
    url = "https://me:hunter2@models.example/v1"
    assert redact(f"nothing answers at {url}.") == "nothing answers at https://models.example/v1."
    assert redact("mail me@models.example: https://models.example/@me") == "mail me@models.example: https://models.example/@me"
    agent = Agent(base_url=url, api_key="a-key", params={"metadata": {"key": "sk-0123456789abcdef"}})
    assert not [secret for secret in ("hunter2", "a-key", "0123456789") if secret in repr(agent)]


def test_escape_sequences_of_others_are_seen_and_do_nothing():
    assert without_controls("\x1b[2J\x1b]52;c;eA==\x07\x9b31m\r\nGrüße\t😀") == "␛[2J␛]52;c;eA==␇\ufffd31m\nGrüße\t😀"
    assert NbagentError("bad\x1b[2Janswer").lines == ["bad␛[2Janswer"]
    assert all_seen('{"path": "a\u202etxt.\u200b", "n": "ü"}') == r'{"path": "a\u202etxt.\u200b", "n": "ü"}'


def test_an_error_is_what_why_and_how_to_mend_it():
    error = ConfigError("No such thing.", "It was never there.", "Make one.")
    assert error.lines == ["No such thing.", "It was never there.", "Make one."]
    assert error._render_traceback_() == ["ConfigError: No such thing.", "It was never there.", "Make one."]
    assert str(error) == "No such thing.\nIt was never there.\nMake one."


def test_a_long_error_is_cut_to_its_lines_and_kept_whole():
    error = NbagentError("x" * 1000, "line\nline\nline\nline\nline")
    assert len(error.lines) == 2
    assert all(len(line) <= 300 for line in error.lines)
    assert len(error.what) == 1000


def test_names_close_to_what_was_meant():
    assert did_you_mean("modell", ["model", "mode", "tools"]) == "Did you mean model or mode?"
    assert did_you_mean("zzz", ["model"]) == ""
    assert did_you_mean("nope", ["openai"]) == ""
    assert did_you_mean("opnai", ["openai"]) == "Did you mean openai?"


def test_a_providers_error_says_whether_it_can_be_tried_again():
    assert not ProviderError("x").retryable
    assert ProviderError("x", status=400, retry_after=2.0).retry_after == 2.0
