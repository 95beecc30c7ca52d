"""What a run or a session has used, and what it may use at most: its own model calls, and those of runs inside its tools.

The rule: a model call is counted once, where it is made, and from there in everything around it. So a limit holds for all
that happens within, and no sum has anything twice.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from nbagent.errors import ConfigError, MaxCostReached, MaxStepsReached, MaxTokensReached
from nbagent.messages import Usage


class Budget:
    """The account of one run or session. `max_cost` is in US dollars, `max_tokens` sent and answered, None is no limit; `cost` is None once
    a price was unknown. `around` are the accounts that all of this counts in, too; one that is `open` lets through whatever they say."""

    def __init__(
        self, whose: Literal["run", "session"], *, max_cost: float | None = None, max_steps: int | None = None, max_tokens: int | None = None,
        around: tuple[Budget | None, ...] = (), is_open: bool = False,
    ) -> None:  # fmt: skip
        self.whose, self.max_steps, self.max_tokens = whose, max_steps, max_tokens
        self.max_cost = max_cost
        self._around, self._open = tuple(each for each in around if each is not None), is_open
        self.steps, self.usage = 0, Usage()
        self.cost: float | None = 0.0

    @property
    def max_cost(self) -> float | None:
        """May be changed at any time. Raises `ConfigError` for what is no limit."""
        return self._max_cost

    @max_cost.setter
    def max_cost(self, limit: float | None) -> None:
        if limit is not None and (isinstance(limit, bool) or not isinstance(limit, int | float) or not limit >= 0):
            raise ConfigError(f"max_cost={limit!r} is no limit.", "It is in US dollars, 0 or more; None is no limit.")
        self._max_cost = limit

    def opened(self) -> Budget:
        """An account within this one that its limits do not stop: for what mends a run that has reached one."""
        return Budget("run", around=(self,), is_open=True)

    def begin_step(self, model: str) -> None:
        """A model call is about to be made. Raises `MaxStepsReached`, `MaxTokensReached` or `MaxCostReached` where it may not be."""
        for whose, each in self._limits():
            each._check(whose, model)
        for each in self._all():
            each.steps += 1

    @property
    def is_priced(self) -> bool:
        """Whether a limit in US dollars holds here, in this account or one around it."""
        return any(each.max_cost is not None for _, each in self._limits())

    def count(self, usage: Usage, cost: float | None) -> None:
        """What a model call has used; `cost` None where its price is unknown."""
        for each in self._all():
            each.usage += usage
            each.cost = None if each.cost is None or cost is None else each.cost + cost

    def _all(self) -> Iterator[Budget]:
        """This account and all around it, each once."""
        found = {id(self): self}
        for outer in self._around:
            found |= {id(each): each for each in outer._all()}
        yield from found.values()

    def _limits(self) -> Iterator[tuple[str, Budget]]:
        """The accounts whose limits hold here, and how they are called from here."""
        yield f"This {self.whose}", self
        if not self._open:
            for outer in self._around:
                for _, each in outer._limits():
                    yield (f"This {each.whose}" if each is outer and each.whose == "session" else f"The {each.whose} around this one"), each

    def _check(self, whose: str, model: str) -> None:
        kept = "What came until then is kept."
        if self.max_steps is not None and self.steps >= self.max_steps:
            raise MaxStepsReached(f"{whose} has reached its limit of {self.max_steps} model calls.", kept, "Raise it with --max-steps or max_steps=.")
        if self.max_tokens is not None and self.usage.total_tokens >= self.max_tokens:
            used = f"{self.usage.total_tokens:,} of {self.max_tokens:,}"
            raise MaxTokensReached(f"{whose} may use no more tokens: {used} are used.", kept, "Raise it with --max-total-tokens or max_total_tokens=.")
        if self.max_cost is None:
            return
        if self.cost is None:
            raise MaxCostReached(
                f"{whose} has a limit of ${self.max_cost:g}, which cannot be kept.", f"The price of {model}, or of a model before it, is unknown.",
                "Say it with nbagent.set_price(...).",
            )  # fmt: skip
        if self.cost >= self.max_cost:
            raise MaxCostReached(f"{whose} may cost no more: ${self.cost:.4f} of the ${self.max_cost:g} are spent.", kept)
