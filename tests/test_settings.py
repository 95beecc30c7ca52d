"""Settings: defaults, below the config file, below the environment; and which model answers where none is named."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from nbagent.errors import ConfigError
from nbagent.prices import known_models
from nbagent.settings import KEYED, NAMES, KeyedProvider, Settings, config_path, default_model, find_settings, load_settings


def written(tmp_path: Path, text: str) -> dict[str, str]:
    path = tmp_path / "config.toml"
    path.write_text(text)
    return {"NBAGENT_CONFIG": str(path)}


def test_without_a_file_and_variables_the_defaults_hold(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    assert load_settings({}) == Settings()
    assert config_path({}).name == "config.toml"


def test_every_setting_can_be_said_in_words() -> None:
    assert Settings.__struct_fields__ == NAMES


def test_the_environment_counts_before_the_file_and_the_file_before_the_default(tmp_path: Path) -> None:
    environ = written(tmp_path, 'model = "local:"\nmax_steps = 5\nmax_cost = 1\n[params]\ntemperature = 0\n') | {
        "NBAGENT_MAX_STEPS": "7",
        "NBAGENT_TRACE": "false",
    }
    settings = load_settings(environ)
    assert (settings.model, settings.max_steps, settings.max_cost, settings.trace) == ("local:", 7, 1.0, False)
    assert settings.params == {"temperature": 0}


def test_each_setting_knows_where_it_was_said(tmp_path: Path) -> None:
    environ = written(tmp_path, '\nmodel = "local:"\n[params]\nseed = 1\n') | {"NBAGENT_RETRIES": "0"}
    found = find_settings(environ)
    assert found["model"].source.endswith("config.toml, line 2")
    assert found["params"].source.endswith("config.toml, line 3")
    assert (found["retries"].source, found["stream"].source) == ("NBAGENT_RETRIES", "default")


def test_params_of_the_environment_are_json() -> None:
    environ = {"NBAGENT_PARAMS": '{"temperature": 0.5}', "NBAGENT_CONFIG": "/dev/null"}
    assert load_settings(environ).params == {"temperature": 0.5}
    with pytest.raises(ConfigError, match="NBAGENT_PARAMS: params takes a table"):
        load_settings(environ | {"NBAGENT_PARAMS": "temperature=0"})


def test_fallbacks_and_limits_are_a_list_and_a_table(tmp_path: Path) -> None:
    environ = written(tmp_path, 'fallback = ["local:"]\n[rate_limits.openai]\nrequests = 60\n[rate_limits.groq]\ntokens = 1000\n')
    settings = load_settings(environ)
    assert (settings.fallback, settings.rate_limits) == (["local:"], {"openai": {"requests": 60}, "groq": {"tokens": 1000}})
    assert load_settings(environ | {"NBAGENT_FALLBACK": "groq:a,local:"}).fallback == ["groq:a", "local:"]
    assert load_settings(environ | {"NBAGENT_FALLBACK": '["groq:a"]', "NBAGENT_RATE_LIMITS": '{"xai": {"requests": 5}}'}).fallback == ["groq:a"]
    with pytest.raises(ConfigError, match="rate_limits takes a table of providers"):
        load_settings(written(tmp_path, "[rate_limits]\nopenai = 3\n"))


def test_a_misspelt_setting_names_file_line_and_the_right_word(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        load_settings(written(tmp_path, "# mine\nretries = 1\nmodle = 'local:'\n"))
    assert caught.value.lines[0].endswith("config.toml, line 3: there is no setting 'modle'.")
    assert caught.value.lines[1] == "Did you mean model?"


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ("max_steps = 0\n", 1, "max_steps takes a whole number, 1 or more, not 0."),
        ("\nmax_steps = '5'\n", 2, "max_steps takes a whole number, 1 or more, not '5'."),
        ("approve = 'maybe'\n", 1, "approve takes ask, auto or never, not 'maybe'."),
        ("[model]\nname = 'x'\n", 1, "model takes text, as provider:model, not {'name': 'x'}."),
        ("stream = true\nmax_cost = -1\n", 2, "max_cost takes a number above 0, not -1."),
    ],
)
def test_a_wrong_value_names_file_line_and_what_is_taken(tmp_path: Path, text: str, line: int, says: str) -> None:
    with pytest.raises(ConfigError) as caught:
        load_settings(written(tmp_path, text))
    assert caught.value.what.endswith(f"config.toml, line {line}: {says}")


def test_a_wrong_variable_is_named() -> None:
    with pytest.raises(ConfigError, match="The environment variable NBAGENT_MAX_STEPS: max_steps takes a whole number, 1 or more, not 'many'"):
        load_settings({"NBAGENT_MAX_STEPS": "many", "NBAGENT_CONFIG": "/dev/null"})


def test_a_file_that_is_no_toml_names_the_line(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"is not TOML: .*line 2"):
        load_settings(written(tmp_path, "model = 'local:'\nmax_steps: 3\n"))


def test_a_named_file_that_is_missing_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="There is no config file"):
        load_settings({"NBAGENT_CONFIG": str(tmp_path / "none.toml")})


def test_a_folder_in_place_of_the_file_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be read"):
        load_settings({"NBAGENT_CONFIG": str(tmp_path)})


def test_a_configured_model_is_used_without_a_word() -> None:
    assert default_model({"OPENAI_API_KEY": "x"}, Settings(model="openai:gpt-6-astra")) == ("openai:gpt-6-astra", "")


def test_without_a_key_the_embedded_model_answers_and_says_so() -> None:
    spec, why = default_model({"ANTHROPIC_API_KEY": ""}, Settings())
    assert spec == "local:"
    assert "embedded model" in why
    assert "\n" not in why


@pytest.mark.parametrize("each", KEYED, ids=lambda each: each.provider)
def test_the_only_key_chooses_its_providers_small_model(each: KeyedProvider) -> None:
    spec, why = default_model({each.key: "secret-value"}, Settings())
    assert spec == each.spec
    assert each.key in why
    assert each.small_model in why
    assert "secret-value" not in why


@pytest.mark.parametrize("each", KEYED, ids=lambda each: each.provider)
def test_the_small_defaults_have_a_known_price(each: KeyedProvider) -> None:
    assert each.small_model in known_models(each.provider)


def test_several_keys_are_an_error_that_lists_the_choices() -> None:
    with pytest.raises(ConfigError) as caught:
        default_model({each.key: "x" for each in KEYED}, Settings())
    assert len(caught.value.lines) == 3
    for each in KEYED:
        assert each.key in caught.value.what
        assert each.spec in caught.value.mend


def test_another_server_needs_its_model_named() -> None:
    with pytest.raises(ConfigError, match="requests go to http://there:1/v1") as caught:
        default_model({"OPENAI_API_KEY": "x", "OPENAI_BASE_URL": "http://me:pass@there:1/v1"}, Settings())
    assert "pass" not in str(caught.value)
    with pytest.raises(ConfigError, match="requests go to"):
        default_model({}, Settings(base_url="http://there:1/v1"))


def test_the_environment_of_the_process_is_the_one_that_is_meant(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NBAGENT_CONFIG", written(tmp_path, 'model = "scripted:demo"\n')["NBAGENT_CONFIG"])
    assert default_model() == ("scripted:demo", "")


def test_reading_settings_loads_no_jupyter_and_no_sdk() -> None:
    heavy = ("IPython", "traitlets", "pandas", "openai", "anthropic", "pydantic")
    code = f"import sys, nbagent.settings as s; s.default_model({{}}, s.Settings()); print([m for m in {heavy} if m in sys.modules])"
    printed = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert ast.literal_eval(printed) == []
