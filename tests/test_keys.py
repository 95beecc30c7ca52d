"""Where keys are found: given here, the environment, ``.env``, the keyring; and that none of them is seen."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.errors import PasswordDeleteError

from nbagent import keys
from nbagent.agent import Agent
from nbagent.errors import ConfigError, MissingKey, redact
from nbagent.keys import ENVIRONMENT, HERE, KEYRING, find, forget_key, set_key, value
from nbagent.provider import connect
from nbagent.session import Session
from nbagent.settings import default_model
from tests.anthropic_events import WHOLE, lines
from tests.wire_server import WireServer

KEY = "sk-ant-0123456789-abcdefgh"


class Drawer(KeyringBackend):
    """A keyring in a dict, as the package keyring wants one."""

    priority = 1  # type: ignore[assignment]

    def __init__(self) -> None:
        super().__init__()
        self.held: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.held.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.held[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        if (service, username) not in self.held:
            raise PasswordDeleteError(username)
        del self.held[service, username]


@pytest.fixture(autouse=True)
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A project's folder with a notebook's below it, and nothing said anywhere."""
    for name in [*os.environ]:
        if name.endswith(("_API_KEY", "_AUTH_TOKEN", "_BASE_URL")):
            monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("NBAGENT_CONFIG", "/dev/null")
    (tmp_path / "project" / "notebooks").mkdir(parents=True)
    (tmp_path / "project" / "pyproject.toml").touch()
    monkeypatch.chdir(tmp_path / "project" / "notebooks")
    keys._given.clear()
    keys._kept.clear()
    keys._silent.clear()
    yield tmp_path / "project"
    keys._given.clear()
    keys._kept.clear()


@pytest.fixture
def drawer() -> Iterator[Drawer]:
    before, made = keyring.get_keyring(), Drawer()
    keyring.set_keyring(made)
    yield made
    keyring.set_keyring(before)


def test_one_place_counts_before_the_next(project: Path, monkeypatch: pytest.MonkeyPatch, drawer: Drawer) -> None:
    def found() -> tuple[str, str]:
        keys._kept.clear()
        key = find("ANTHROPIC_API_KEY")
        assert key is not None
        return key.value, key.place

    assert find("ANTHROPIC_API_KEY") is None
    drawer.set_password("nbagent", "ANTHROPIC_API_KEY", "ring-0123456789")
    assert found() == ("ring-0123456789", KEYRING)
    (project / ".env").write_text("ANTHROPIC_API_KEY=file-0123456789\n")
    assert found() == ("file-0123456789", str(project / ".env"))
    (project / "notebooks" / ".env").write_text("export ANTHROPIC_API_KEY='nearer-0123456789'  # mine\n")
    assert found() == ("nearer-0123456789", str(project / "notebooks" / ".env"))
    monkeypatch.setenv("ANTHROPIC_API_KEY", "env-0123456789")
    assert found() == ("env-0123456789", ENVIRONMENT)
    set_key("anthropic", "here-0123456789")
    assert found() == ("here-0123456789", HERE)


def test_a_file_is_read_as_such_files_are_written_and_only_what_is_a_providers(project: Path) -> None:
    lines = (
        "# keys",
        "DATABASE_PASSWORD=hunter22",
        'export GROQ_API_KEY = "gsk \\"q\\" 1"',
        "MISTRAL_API_KEY=abc#def # a comment",
        "XAI_API_KEY=",
        "  DEEPSEEK_API_KEY='d'",
    )
    (project / ".env").write_text("\r\n".join(lines))
    assert [value(name) for name in ("GROQ_API_KEY", "MISTRAL_API_KEY", "XAI_API_KEY", "DEEPSEEK_API_KEY")] == ['gsk "q" 1', "abc#def", "", "d"]
    assert value("DATABASE_PASSWORD") == ""
    assert "hunter22" not in repr([*keys._read.__wrapped__(project / ".env", 0).items()])


def test_a_changed_file_counts_at_once(project: Path) -> None:
    (project / ".env").write_text("OPENAI_API_KEY=one\n")
    assert value("OPENAI_API_KEY") == "one"
    (project / ".env").write_text("OPENAI_API_KEY=other\n")
    os.utime(project / ".env", ns=(1, 1))
    assert value("OPENAI_API_KEY") == "other"


def test_nothing_above_the_project_and_nothing_from_the_home_folder_is_read(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (project.parent / ".env").write_text("OPENAI_API_KEY=far\n")
    assert value("OPENAI_API_KEY") == ""
    (project / "pyproject.toml").unlink()
    assert value("OPENAI_API_KEY") == ""
    monkeypatch.chdir(project.parent)
    assert value("OPENAI_API_KEY") == "far"


def test_the_address_of_a_file_does_not_get_the_key_of_another_place(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (project / ".env").write_text("OPENAI_BASE_URL=http://elsewhere.example/v1\n")
    assert value("OPENAI_BASE_URL") == "http://elsewhere.example/v1"
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    assert value("OPENAI_BASE_URL") == ""
    assert connect("openai").base_url == "https://api.openai.com/v1"  # type: ignore[attr-defined]


def test_an_address_is_that_of_the_key_in_the_same_file(project: Path, monkeypatch: pytest.MonkeyPatch, drawer: Drawer) -> None:
    (project / "notebooks" / ".env").write_text("OPENAI_BASE_URL=http://elsewhere.example/v1\nGOOGLE_VERTEX_BASE_URL=http://elsewhere.example\n")
    assert value("GOOGLE_VERTEX_BASE_URL") == ""  # the machine's sign-in would go there
    drawer.set_password("nbagent", "OPENAI_API_KEY", KEY)
    assert value("OPENAI_BASE_URL") == ""
    (project / ".env").write_text(f"OPENAI_API_KEY={KEY}\n")
    assert value("OPENAI_BASE_URL") == ""
    (project / ".env").write_text(f"OPENAI_API_KEY={KEY}\nOPENAI_BASE_URL=http://mine.example/v1\n")
    assert value("OPENAI_BASE_URL") == "http://mine.example/v1"
    assert connect("openai", api_key="sk-given").base_url == "https://api.openai.com/v1"  # type: ignore[attr-defined]
    monkeypatch.setenv("OPENAI_BASE_URL", "http://said.example/v1")
    assert connect("openai", api_key="sk-given").base_url == "http://said.example/v1"  # type: ignore[attr-defined]


def test_a_key_of_a_file_is_sent_and_never_seen(project: Path) -> None:
    with WireServer(b"".join(b"data: " + line + b"\n\n" for line in lines(*WHOLE))) as server:
        (project / ".env").write_text(f"ANTHROPIC_API_KEY={KEY}\nANTHROPIC_BASE_URL={server.url}\n")
        session = Session(Agent(model="anthropic:claude-haiku-4-5"))
        assert session.run(f"My key is {KEY}.").text == "Hello"
    (request,) = server.requests
    assert request.headers["authorization"] == f"Bearer {KEY}"
    assert KEY not in request.body.decode()
    assert KEY not in repr([session.agent, session.messages, session.result, session.trace.calls().to_dict(), find("ANTHROPIC_API_KEY")])
    assert redact(f"no {KEY}!") == "no sk-...[redacted]!"


def test_the_key_that_is_found_decides_on_the_model_that_answers(project: Path) -> None:
    (project / ".env").write_text(f"ANTHROPIC_API_KEY={KEY}\n")
    assert default_model()[0].startswith("anthropic:")


def test_a_key_is_kept_in_the_keyring_and_taken_out_again(drawer: Drawer) -> None:
    set_key("anthropic", KEY, keep=True)
    assert drawer.held == {("nbagent", "ANTHROPIC_API_KEY"): KEY}
    keys._given.clear()
    keys._kept.clear()
    assert find("ANTHROPIC_API_KEY") == keys.Found("ANTHROPIC_API_KEY", KEY, KEYRING)
    assert forget_key("anthropic") == [KEYRING]
    assert (drawer.held, find("ANTHROPIC_API_KEY")) == ({}, None)


def test_what_is_no_key_is_refused_and_no_provider_is_guessed() -> None:
    for typed, says in (("", "Nothing was typed"), ("two words", "That is no key")):
        with pytest.raises(ConfigError, match=says):
            set_key("openai", typed)
    with pytest.raises(ConfigError, match="Did you mean anthropic"):
        set_key("anthropc", KEY)
    assert value("OPENAI_API_KEY") == ""


def test_other_apis_of_a_vendor_take_its_key() -> None:
    assert keys.variables("openai-chat:").keys == keys.variables("openai").keys
    assert keys.variables("bedrock-anthropic") == keys.variables("bedrock")


def test_who_has_no_key_is_told_where_it_is_looked_for() -> None:
    with pytest.raises(MissingKey, match="%nbagent key anthropic asks for it"):
        Session(Agent(model="anthropic:claude-haiku-4-5")).run("x")


def test_every_provider_that_can_be_a_default_has_its_row() -> None:
    from nbagent.settings import KEYED

    assert {(each.provider, each.key, each.url_variable) for each in KEYED} <= {
        (provider, named.keys[0], named.address) for provider, named in keys.PROVIDERS.items()
    }


@pytest.mark.parametrize("text", ["OPENAI_API_KEY=x" + " " * 100_000 + "y", " " * 100_000, 'OPENAI_API_KEY="' + "\\a" * 50_000, "\0" * 2_000_000])
def test_a_file_that_is_made_to_take_long_is_read_at_once(project: Path, text: str) -> None:
    (project / ".env").write_text(f"{text}\nXAI_API_KEY=x-0123456789\n")
    assert value("XAI_API_KEY") == ("" if len(text) > 1_000_000 else "x-0123456789")


def test_what_is_no_plain_file_is_not_read(project: Path) -> None:
    os.mkfifo(project / ".env")
    (project / "notebooks" / ".env").symlink_to("/dev/zero")
    assert value("OPENAI_API_KEY") == ""
    assert keys.files() == []


class Odd(Drawer):
    """A keyring whose answer is what a function gives."""

    def __init__(self, say: Callable[[], Any]) -> None:
        super().__init__()
        self.say = say

    def get_password(self, service: str, username: str) -> str | None:
        return self.say()  # type: ignore[no-any-return]

    def set_password(self, service: str, username: str, password: str) -> None:
        self.say()


def raises(error: BaseException) -> Callable[[], Any]:
    def say() -> Any:
        raise error

    return say


@pytest.mark.parametrize("say", [raises(RuntimeError("the bus is gone")), raises(SystemExit(2)), lambda: b"bytes-0123456789"])
def test_a_keyring_that_breaks_is_one_that_has_nothing(drawer: Drawer, say: Callable[[], Any]) -> None:
    keyring.set_keyring(Odd(say))
    assert value("OPENAI_API_KEY") == ""


def test_a_key_that_the_keyring_does_not_take_is_said(drawer: Drawer) -> None:
    keyring.set_keyring(Odd(raises(OSError("no room"))))
    with pytest.raises(ConfigError, match=r"does not answer: OSError\.\nno room"):
        set_key("openai", KEY, keep=True)
    assert value("OPENAI_API_KEY") == ""


def test_a_keyring_that_asks_a_person_holds_nobody_up_and_counts_when_it_answers(drawer: Drawer, monkeypatch: pytest.MonkeyPatch) -> None:
    allowed = threading.Event()

    def say() -> str:
        allowed.wait(30)
        return KEY

    keyring.set_keyring(Odd(say))
    monkeypatch.setattr(keys, "_PATIENCE", 0.01)
    monkeypatch.setattr(keys, "_waiting", [])
    assert (value("OPENAI_API_KEY"), value("XAI_API_KEY")) == ("", "")
    assert "did not answer" in keys.why_no_keyring()
    (waiting,) = keys._waiting
    allowed.set()
    assert waiting.wait(30)
    assert value("OPENAI_API_KEY") == KEY
