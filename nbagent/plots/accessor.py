"""``df.nbagent``: the pictures of a table, on the table itself.

Registered when the first table of a trace is made. Every method says which columns it lacks; a table that was filtered,
merged or read from a file is as good as a fresh one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nbagent.plots import bars, compare, latency, tree, waterfall
from nbagent.plots.plot import Plot
from nbagent.plots.svg import count, money, seconds

if TYPE_CHECKING:
    import pandas as pd
    from pandas.io.formats.style import Styler

_TREE = {"span_id", "name", "kind", "status", "started_at", "duration_s"}
_FORMATS = {"_s": seconds, "_usd": money, "_tokens": count}


class Nbagent:
    """What can be drawn of a table of a trace; each picture is a `Plot`, which also saves it. Raises `AttributeError` for a table that has no column of one."""

    def __init__(self, frame: pd.DataFrame) -> None:
        if not {"run_id", "span_id", "duration_s", "cost_usd", "call_id"} & set(frame.columns):
            raise AttributeError("this is no table of a trace: it has none of the columns run_id, span_id, duration_s, cost_usd")
        self._frame = frame

    def waterfall(self, events: pd.DataFrame | None = None, *, width: int = 900) -> Plot:
        """Each span where it was on the time axis. Of `trace.df`, one run or several. How long a person was waited for while a run went on
        is known from the `events` of the trace only (`trace.waterfall()` gives them); a pause between two runs of the table is seen without."""
        return waterfall.waterfall(self._with(_TREE), events, width=width)

    def timeline(self, *, by: str = "agent", width: int = 900) -> Plot:
        """What happened when, a lane for each agent (model, run ...)."""
        return waterfall.timeline(self._with(_TREE | {by}), by=by, width=width)

    def tree(self) -> tree.Tree:
        """What called what, as lines."""
        return tree.tree(self._with(_TREE))

    def tokens(self, by: str = "model", *, width: int = 720) -> Plot:
        """Tokens by model, agent, run_id ..., of `trace.calls()`."""
        return bars.tokens(self._frame, by=by, width=width)

    def cost(self, by: str = "model", *, width: int = 720) -> Plot:
        """US dollars by model, agent, run_id ..."""
        return bars.cost(self._frame, by=by, width=width)

    def latency(self, *, by: str = "model", width: int = 760) -> Plot:
        """The distribution of durations and of the time to the first token."""
        return latency.latency(self._frame, by=by, width=width)

    def compare(self, other: pd.DataFrame, *, on: str | None = None) -> compare.Comparison:
        """This table beside another one: numbers with their differences, texts as diffs."""
        return compare.compare(self._frame, other, on=on)

    def style(self) -> Styler:
        """The table as people read it: seconds, dollars and tokens in words. The numbers below stay what they are."""
        formats = {name: _written(said) for name in self._frame.columns for end, said in _FORMATS.items() if str(name).endswith(end)}
        return self._frame.style.format(formats, na_rep="").hide(axis="index")

    def _with(self, names: set[str]) -> pd.DataFrame:
        if lacking := sorted(names - set(self._frame.columns)):
            from nbagent.errors import ConfigError

            raise ConfigError(f"The table lacks the columns {', '.join(lacking)}.", mend="Take trace.df, or rows of it.")
        return self._frame


def _written(said: Any) -> Any:
    return lambda value: said(float(value))


def register() -> None:
    """Make ``df.nbagent`` work; again and again without a word."""
    import pandas as pd

    if not hasattr(pd.DataFrame, "nbagent"):
        pd.api.extensions.register_dataframe_accessor("nbagent")(Nbagent)
