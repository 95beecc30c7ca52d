"""``%config NbAgent`` in a real shell: above the environment, above the config file."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from IPython.core.interactiveshell import InteractiveShell
from traitlets.config import Config

from nbagent.errors import ConfigError
from nbagent.notebook.config import HERE, NbAgent, effective, find_effective, install, remove
from nbagent.settings import NAMES, Settings

MakeShell = Callable[..., InteractiveShell]


@pytest.fixture
def make_shell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> MakeShell:
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path))
    monkeypatch.setenv("NBAGENT_CONFIG", "/dev/null")

    def make(**settings: object) -> InteractiveShell:
        ip = InteractiveShell(config=Config({"HistoryManager": {"enabled": False}, "NbAgent": settings}))
        install(ip)
        return ip

    return make


def test_the_traits_are_the_settings() -> None:
    assert set(NbAgent.class_traits(config=True)) == set(NAMES)


def test_config_counts_before_the_environment_and_none_takes_it_back(make_shell: MakeShell, monkeypatch: pytest.MonkeyPatch) -> None:
    ip = make_shell()
    assert effective(ip) == Settings()
    monkeypatch.setenv("NBAGENT_MODEL", "local:")
    ip.run_line_magic("config", "NbAgent.model = 'scripted:demo'")
    assert effective(ip).model == "scripted:demo"
    assert find_effective(ip)["model"].source == HERE
    ip.run_line_magic("config", "NbAgent.model = None")
    assert find_effective(ip)["model"] == ("local:", "NBAGENT_MODEL")


def test_every_setting_can_be_configured(make_shell: MakeShell) -> None:
    ip = make_shell()
    lines = {
        "base_url": "'http://there'", "system": "'Be brief.'", "params": "{'temperature': 0}", "approve": "'never'", "max_steps": "3", "max_cost": "0.5",
        "session_max_cost": "2", "retries": "0", "stream": "False", "trace": "False", "trace_db": "'off'", "trace_bodies": "'all'", "trace_content": "False",
        "model": "'local:'",
    }  # fmt: skip
    for name, value in lines.items():
        ip.run_line_magic("config", f"NbAgent.{name} = {value}")
    made = effective(ip)
    assert made == Settings(
        model="local:", base_url="http://there", system="Be brief.", params={"temperature": 0}, approve="never", max_steps=3, max_cost=0.5,
        session_max_cost=2.0, retries=0, stream=False, trace=False, trace_db="off", trace_bodies="all", trace_content=False,
    )  # fmt: skip


def test_the_profiles_config_file_counts(make_shell: MakeShell) -> None:
    assert effective(make_shell(max_steps=7)).max_steps == 7


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("NbAgent.max_steps = 0", "max_steps takes a whole number, 1 or more, not 0."),
        ("NbAgent.max_cost = -1", "max_cost takes a number above 0, not -1.0."),
        ("NbAgent.approve = 'maybe'", "approve"),
        ("NbAgent.max_steps = 'x'", "max_steps"),
    ],
)
def test_a_wrong_value_is_said_and_not_taken(make_shell: MakeShell, caplog: pytest.LogCaptureFixture, line: str, says: str) -> None:
    ip = make_shell()
    ip.run_line_magic("config", line)
    assert says in caplog.text
    assert effective(ip) == Settings()


def test_a_misspelt_name_is_said_with_the_right_one(make_shell: MakeShell) -> None:
    ip = make_shell()
    with pytest.warns(UserWarning, match="Did you mean `model`"):
        ip.run_line_magic("config", "NbAgent.modle = 'x'")


def test_config_without_a_value_lists_all_settings(make_shell: MakeShell, capsys: pytest.CaptureFixture[str]) -> None:
    make_shell().run_line_magic("config", "NbAgent")
    printed = capsys.readouterr().out
    assert all(f"NbAgent.{name}=" in printed for name in NAMES)


def test_installing_twice_is_harmless_and_removing_undoes_it(make_shell: MakeShell) -> None:
    ip = make_shell()
    assert install(ip) is install(ip)
    assert sum(isinstance(each, NbAgent) for each in ip.configurables) == 1
    remove(ip)
    assert not any(isinstance(each, NbAgent) for each in ip.configurables)
    assert effective(ip) == Settings()


def test_jupyterlabs_settings_count_before_the_environment_and_after_config(make_shell: MakeShell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NBAGENT_MAX_STEPS", "5")
    shell = make_shell()
    shell.nbagent_page_settings = {"max_steps": 7, "params": {"temperature": 0}}  # as the page tells it, before the extension is loaded
    install(shell)
    assert find_effective(shell)["max_steps"] == (7, "JupyterLab's settings")
    assert effective(shell).params == {"temperature": 0}
    shell.run_line_magic("config", "NbAgent.max_steps = 3")
    assert find_effective(shell)["max_steps"] == (3, "%config NbAgent")
    shell.run_line_magic("config", "NbAgent.max_steps = None")
    assert effective(shell).max_steps == 7


@pytest.mark.parametrize(
    ("told", "says"),
    [({"max_steps": 0}, "JupyterLab's settings: max_steps takes a whole number, 1 or more"), ({"api_key": "x"}, "there is no setting 'api_key'")],
)
def test_a_wrong_setting_of_jupyterlab_is_said_with_its_place(make_shell: MakeShell, told: dict[str, Any], says: str) -> None:
    shell = make_shell()
    shell.nbagent_page_settings = told
    with pytest.raises(ConfigError, match=re.escape(says)):
        effective(shell)
