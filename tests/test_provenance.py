"""Two runs are told apart by their code and their prompt."""

from __future__ import annotations

from nbagent.agent import Agent
from nbagent.provenance import code_hash
from nbagent.providers.scripted import Scripted, text
from nbagent.session import Session
from nbagent.tools import tool


def look(city: str) -> str:
    return f"{city}: rain"


def other(city: str) -> str:
    return f"{city}: sun"


def test_the_same_code_has_the_same_hash_in_any_order_and_other_code_another() -> None:
    one, two = tool(look), tool(other)
    assert code_hash([one, two]) == code_hash([tool(other), tool(look)])
    assert code_hash([one]) != code_hash([two])
    assert code_hash([one]) != code_hash([tool(name="look_up")(look)])
    assert code_hash([]) is None


def test_code_without_a_source_is_told_apart_as_well() -> None:
    scope: dict[str, object] = {}
    exec("def f(x: int) -> int:\n    return x + 1\ndef g(x: int) -> int:\n    return x + 2", scope)
    f, g = tool(name="f")(scope["f"]), tool(name="f")(scope["g"])  # type: ignore[arg-type]
    assert code_hash([f]) != code_hash([g])


def test_every_run_says_which_code_and_prompt_it_was_made_of() -> None:
    session = Session(Agent(model=Scripted([text("ok"), text("ok"), text("ok")]), tools=[look]))
    session.run("Weather?")
    session.agent = session.agent.replace(tools=[other])
    session.run("Weather?")
    session.run("And now?")
    runs = session.trace.runs()
    assert runs["code_hash"].nunique() == 2
    assert runs["prompt_hash"].nunique() == 2
    assert runs["code_hash"][1] == runs["code_hash"][2]
