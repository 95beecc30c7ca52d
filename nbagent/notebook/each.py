"""``%%agent --each``: the cell's prompt for each item of a list or each row of a table, a conversation each, and a table of the answers.

The rule: every item is a value of the prompt (``{{ item }}``, and for a table its columns by name), never a part of its template.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from nbagent.bridge import interruptible
from nbagent.errors import ConfigError, NbagentError, RunCancelled
from nbagent.frames import is_a
from nbagent.many import Many, arun_many, run_many
from nbagent.messages import Message
from nbagent.notebook.approvals import Approvals
from nbagent.notebook.options import AgentOptions
from nbagent.notebook.runs import AgentRun
from nbagent.settings import Settings
from nbagent.templates import NamedPrompt

if TYPE_CHECKING:
    import pandas as pd

ITEM = "item"
AT_ONCE = 4


class EachRun:
    """One ``%%agent --each`` on its way. `say` makes the prompt of the cell with these names beside the notebook's."""

    def __init__(self, ip: Any, desk: Any, settings: Settings, options: AgentOptions, say: Any) -> None:
        odd = next((name for name in ("session", "new", "resume", "dry_run", "record") if getattr(options, name) not in (None, False)), None)
        if odd is not None:
            shown = f"the session {options.session!r}" if odd == "session" else f"--{odd.replace('_', '-')}"
            raise ConfigError(f"%%agent --each has a conversation for each item, and {shown} is of one.", mend="Leave one of the two out.")
        self._ip, self._desk, self._options = ip, desk, options
        self._source = _items(ip, options.each or "")
        named = [_names(item, self._source) for item in _each(self._source)]
        self._prompts = [say(names) for names in named]
        if not self._prompts:
            raise ConfigError(f"--each {options.each}: there is nothing in it.")
        _check_differ(self._prompts, named, options.each or "")
        one = AgentRun(ip, desk, settings, options, self._prompts[0], awaited=False)  # what it makes of the options holds for all
        one.leave()
        self._agent = one.agent
        self._approve = Approvals(options.approve or settings.approve, person=False, clicks=False, link=lambda: None)

    def run(self) -> pd.DataFrame:
        """Block until all are done."""
        try:
            return self._shown(interruptible(lambda: run_many(self._agent, self._prompts, **self._how())))
        except RunCancelled as stopped:
            raise self._told(stopped.result) from stopped

    async def arun(self) -> pd.DataFrame:
        """The same, awaited."""
        try:
            return self._shown(await arun_many(self._agent, self._prompts, **self._how()))
        except (asyncio.CancelledError, KeyboardInterrupt) as stopped:
            raise self._told(getattr(stopped, "result", None)) from stopped

    def _how(self) -> dict[str, Any]:
        return {"at_once": self._options.at_once or AT_ONCE, "trace": self._desk.trace, "approve": self._approve, "progress": True}

    def _told(self, made: Many | None) -> NbagentError:
        """The error of a cell that was stopped, with what was done where it was asked for."""
        made = Many(self._prompts) if made is None else made
        table = self._shown(made)
        where = self._options.out
        stopped = RunCancelled(
            f"Stopped: {made.done} of {len(made)} are done.",
            f"They are in {where}." if where else "They are in the .result of this error (sys.last_value.result), and in %trace runs.",
        )
        stopped.result = table
        return stopped

    def _shown(self, made: Many) -> pd.DataFrame:
        """The table of what came, beside what was given; also in the variable that was named for it."""
        import pandas as pd

        from nbagent.notebook.shown_tables import ShownTable

        table = made.table().drop(columns="prompt")
        if is_a(self._source, "pandas", "DataFrame"):
            given = pd.DataFrame(self._source).reset_index(drop=True)
            table = table.rename(columns={name: f"{name}_" for name in table.columns if name in given.columns})
            index = self._source.index
        else:
            given = pd.DataFrame({ITEM: list(_each(self._source))}, dtype=object)
            index = self._source.index if is_a(self._source, "pandas", "Series") else None
        whole = ShownTable(pd.concat([given, table], axis=1))
        if index is not None:
            whole.index = index
        if self._options.out:
            self._ip.user_ns[self._options.out] = whole
        return whole


def _items(ip: Any, text: str) -> Any:
    """What the expression on the line is. Raises `ConfigError` for what has no items."""
    try:
        found = ip.ev(text)
    except Exception as error:  # the person's own expression
        raise ConfigError(f"--each {text}: {type(error).__name__}: {error}", mend="It names a list, a Series or a DataFrame.") from error
    if is_a(found, "pandas", "DataFrame") and not found.columns.is_unique:
        twice = found.columns[found.columns.duplicated()][0]
        raise ConfigError(f"--each {text}: two columns are called {twice!r}.", mend="Give one of them another name.")
    if isinstance(found, str | bytes) or not isinstance(found, Iterable):
        raise ConfigError(f"--each {text} is {type(found).__name__}, which is one thing.", mend="It names a list, a Series or a DataFrame.")
    return found if is_a(found, "pandas", "DataFrame", "Series") else list(found)


def _each(source: Any) -> Iterable[Any]:
    found: Iterable[Any] = source.to_dict("records") if is_a(source, "pandas", "DataFrame") else source
    return found


def _names(item: Any, source: Any) -> dict[str, Any]:
    columns = (
        {str(name): value for name, value in item.items() if str(name).isidentifier()}
        if is_a(source, "pandas", "DataFrame") and isinstance(item, Mapping)
        else {}
    )
    return {**columns, ITEM: item}


def _check_differ(prompts: Sequence[Message | NamedPrompt], named: Sequence[Mapping[str, Any]], text: str) -> None:
    """Raises `ConfigError` where items that are not all the same have the same prompt: it says nothing of them."""
    parts = [(prompt.message if isinstance(prompt, NamedPrompt) else prompt).parts for prompt in prompts]
    if any(each != parts[0] for each in parts) or len({repr(names[ITEM]) for names in named}) == 1:
        return
    columns = [name for name in named[0] if name != ITEM]
    takes = "{{ item }}" + (f" or a column ({{{{ {columns[0]} }}}})" if columns else "")
    raise ConfigError(
        f"--each {text}: the prompt is the same for all {len(prompts)} items.", f"It says nothing of the item: write {takes} in it.",
        'One prompt several times is a list of it: --each ["..."]*5, and {{ item }}.',
    )  # fmt: skip
