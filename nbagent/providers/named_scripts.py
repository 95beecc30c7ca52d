"""The provider of ``scripted:NAME``: the scripts that were given a name in the notebook, and two that are always there.

``scripted:demo`` and ``scripted:reasoning`` show a newcomer what an answer looks like here, without a key or a model.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence

from nbagent.errors import ConfigError, UnknownModel, did_you_mean
from nbagent.events import ProviderEvent
from nbagent.provider import ModelInfo, Request
from nbagent.providers.scripted import Scripted, named_scripts, reasoning

_PACE = 0.01  # slow enough to be seen arriving


class ScriptedByName:
    """The provider of ``scripted:NAME``: the scripts that were given a name, and two that are always there."""

    name = "scripted"

    def __init__(self, base_url: str | None = None, api_key: str | None = None) -> None:
        if base_url:
            raise ConfigError("A script has no server.", mend="Leave out the base URL.")
        del api_key  # one that was given for other models is no mistake here

    async def models(self) -> list[ModelInfo]:
        """The scripts that there are."""
        return [ModelInfo(name) for name in sorted(named_scripts)]

    def stream(self, request: Request) -> AsyncIterator[Sequence[ProviderEvent]]:
        """What the script of this name answers. Raises `UnknownModel` with the closest names."""
        script = named_scripts.get(request.model)
        if script is None:
            names = sorted(named_scripts)
            why = f"{did_you_mean(request.model, names)} Scripts here: {', '.join(names)}.".strip()
            raise UnknownModel(f"There is no script {request.model!r}.", why, f"Make one: Scripted([...], name={request.model!r}).")
        return script.stream(request)


Scripted(
    [
        [
            reasoning("I am a script, so there is nothing to think about. A few things are worth showing, though: a list, some code and a table."),
            """Hello! No model wrote this: it is a **script**, and it shows what an answer looks like here.

- text arrives piece by piece, as *Markdown*;
- what a model thinks before it answers is folded away above;
- tokens, times and costs are counted below, and in `%trace`.

```python
def greet(name: str) -> str:
    return f"Hello, {name}!"
```

| model | needs |
|---|---|
| `scripted:demo` | nothing |
| `local:` | a few hundred MB on this machine |
| `anthropic:...`, `openai:...` | a key |
""",
        ]
    ],
    name="demo",
    pace=_PACE,
    loop=True,
)
Scripted(
    [
        [
            reasoning(
                "Let the price of the ball be x. The bat costs one dollar more, x + 1.00.\n\n"
                "Together: x + x + 1.00 = 1.10, so 2x = 0.10 and x = 0.05.\n\n"
                "The quick answer is 0.10, but then the bat would be 1.10 and both 1.20. So 0.05 it is."
            ),
            """The ball costs **5 cents**, and the bat 1.05 dollars.

```python
ball = (1.10 - 1.00) / 2
assert round(ball + (ball + 1.00), 2) == 1.10
```
""",
        ]
    ],
    name="reasoning",
    pace=_PACE,
    loop=True,
)
