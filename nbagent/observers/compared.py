"""Two runs side by side: what they were made of, what came of it, and by how much it differs.

The rule: what is shown as equal is equal whole, not by its beginning.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from nbagent.errors import ConfigError, did_you_mean
from nbagent.observers.semconv import RUNS
from nbagent.plots.compare import Comparison, compare, diff, sums
from nbagent.plots.page import PLAIN

if TYPE_CHECKING:
    import pandas as pd

    from nbagent.observers.trace import Trace

_TEXTS = ("instructions", "prompt", "answer")
_SHORT = 60  # characters of a text in the table
_ID = 8  # letters of a hash or of an id


class RunComparison(Comparison):
    """`what` says what the runs were made of, and whether it changed; `sums` their numbers with the differences; `diffs` the
    texts that changed; `data` their calls and tools, aligned."""

    def __init__(self, what: pd.DataFrame, data: pd.DataFrame, diffs: dict[str, str], sums: pd.DataFrame) -> None:
        super().__init__(data, diffs, sums)
        self.what = what

    @property
    def changed(self) -> list[str]:
        """What of the runs is not the same."""
        return [str(name) for name in self.what.index[self.what["changed"]]]

    def __repr__(self) -> str:
        return f"{self._shown().to_string()}\n\n{super().__repr__()}"

    def _repr_html_(self) -> str:
        table = self._shown().to_html(justify="left").replace("<td>", '<td style="text-align: left">').replace("<th>", '<th style="text-align: left">')
        return f"<div class='{PLAIN}'>{table}</div>{super()._repr_html_().replace('<details>', '<details open>')}"

    def _shown(self) -> pd.DataFrame:
        """The table with its texts cut, and a mark where something changed."""
        table = self.what[["a", "b"]].map(_cut)
        table.insert(0, "", ["≠" if changed else "=" for changed in self.what["changed"]])
        return table


def compare_runs(one: Trace, run_a: str, other: Trace, run_b: str) -> RunComparison:
    """The run `run_a` of the one trace beside `run_b` of the other."""
    import pandas as pd

    a, b = _made_of(one, run_a), _made_of(other, run_b)
    rows = {name: (_in_short(one, run_a, name, a[name]), _in_short(other, run_b, name, b[name]), a[name] != b[name]) for name in a}
    what = pd.DataFrame.from_dict(rows, orient="index", columns=["a", "b", "changed"])
    what["changed"] = what["changed"].astype(bool)
    texts = {name: diff(a[name], b[name]) for name in _TEXTS if a[name] != b[name]}
    steps = compare(*_steps(one.overview(run_a), other.overview(run_b)))
    tools = compare(one.tools(run_a), other.tools(run_b))
    return RunComparison(what, steps.data, texts | tools.diffs, sums(one.runs(run_a), other.runs(run_b)).drop(index="rows"))


def _steps(*tables: pd.DataFrame) -> list[pd.DataFrame]:
    """The steps of two runs so that they can be aligned: where other models answered, every model call is a ``chat``."""
    names = [set(table.loc[table["kind"] == "chat", "name"]) for table in tables]
    return list(tables) if names[0] == names[1] else [table.assign(name=table["name"].where(table["kind"] != "chat", "chat")) for table in tables]


def the_run(runs: list[str], typed: str) -> str | None:
    """The run whose id begins so; None where there is none. Raises `ConfigError` where there are several."""
    found = [run for run in runs if run.startswith(typed)] if typed else []
    if len(found) > 1 and typed not in found:
        raise ConfigError(f"{len(found)} runs begin with {typed!r}.", mend="Write more of the id.")
    return typed if typed in found else found[0] if found else None


def no_run(runs: list[str], typed: str) -> ConfigError:
    """The error for a run that there is not."""
    return ConfigError(f"No run begins with {typed!r}.", did_you_mean(typed, runs), "trace.runs() lists them, in the column run_id.")


def _made_of(trace: Trace, run: str) -> dict[str, Any]:
    """What a run was made of, and its answer, in words."""
    row = trace.runs(run, payload=True).iloc[0]
    calls = trace.calls(run, payload=True)
    first = calls.iloc[0] if len(calls) else None
    offered = msgspec.json.decode(first["tools_offered"]) if first is not None and isinstance(first["tools_offered"], str) else []
    return {
        "notebook": _text(row["notebook"]),
        "cell": _text(row["cell_id"]),
        "model": _text(row["models"]),
        "parameters": _text(None if first is None else first["params"]),
        "instructions": _text(None if first is None else first["system_instructions"]),
        "tools": ", ".join(map(str, offered)),
        "code of the tools": _text(row["code_hash"]),
        "prompt": _said(row["input_messages"], "user"),
        "status": str(row["status"]),
        "error": _error(trace.spans(run), run),
        "answer": _said(row["new_messages"], "assistant"),
    }


def _in_short(trace: Trace, run: str, name: str, value: Any) -> Any:
    """A cell by its number in the notebook, where that is known, and the beginning of its id; a hash by its beginning."""
    if name == "cell" and value:
        counts = trace.runs(run)["exec_count"].dropna()
        return f"[{counts.iloc[0]}] {value[:_ID]}" if len(counts) else value[:_ID]
    return value[:_ID] if name == "code of the tools" else value


def _error(spans: pd.DataFrame, run: str) -> str:
    """How a run failed; '' for one that did not."""
    row = spans[(spans["run_id"] == run) & spans["kind"].isin(RUNS)].iloc[0]
    return ": ".join(text for text in (_text(row["error_type"]), _text(row["error"])) if text)


def _said(messages: Any, role: str) -> str:
    """The last text that somebody said, of messages as JSON."""
    if not isinstance(messages, str):
        return ""
    texts = [
        "\n".join(part["text"] for part in message["parts"] if part.get("type") == "text")
        for message in msgspec.json.decode(messages)
        if message["role"] == role
    ]
    return next((text for text in reversed(texts) if text), "")


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _cut(value: str) -> str:
    words = " ".join(value.split())
    return words if len(words) <= _SHORT else f"{words[: _SHORT - 1]}…"
