"""The magics: each reads its options, calls what does the work, and returns."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from IPython.core.magic import Magics, line_cell_magic, line_magic, magics_class, no_var_expand

from nbagent.bridge import interruptible
from nbagent.errors import ConfigError, RunCancelled, did_you_mean
from nbagent.messages import Message, TextPart
from nbagent.notebook.config import effective
from nbagent.notebook.desk import Desk
from nbagent.notebook.help import AGENT_HELP, NBAGENT_HELP, TOOL_HELP, TRACE_HELP
from nbagent.notebook.kept_runs import NotebookTrace
from nbagent.notebook.options import AgentOptions, ToolOptions, parse_agent, parse_nbagent, parse_tool
from nbagent.notebook.trace_options import parse_trace
from nbagent.notebook.whence import Whence
from nbagent.templates import NamedPrompt
from nbagent.tools import Tool, as_tool


@magics_class
class NbAgentMagics(Magics):
    """``%%agent``, ``%%tool``, ``%trace`` and ``%nbagent``, over one `Desk`."""

    shell: Any

    def __init__(self, shell: Any) -> None:
        super().__init__(shell)
        self.desk = Desk(NotebookTrace(lambda: effective(shell)), whence=Whence(shell))

    # --- agents -----------------------------------------------------------------------------------------------------------

    @no_var_expand
    @line_cell_magic
    def agent(self, line: str, cell: str | None = None) -> Any:
        with _stoppable():
            run = self._prepared(line, cell, awaited=False)
            return None if run is None else run.run()

    async def awaited(self, line: str, cell: str | None) -> Any:
        """What an awaited cell of ``%%agent`` really runs."""
        with _stoppable():
            run = interruptible(lambda: self._prepared(line, cell, awaited=True))
            return None if run is None else await run.arun()

    def misplaced(self, magic: str) -> None:
        """What a cell becomes whose first line is not its magic's."""
        raise ConfigError(f"{magic} must be the first line of its cell.", "A comment stands above it.", "Move the comment below, or into a cell of its own.")

    def _prepared(self, line: str, cell: str | None, *, awaited: bool) -> Any:
        from nbagent.notebook.dry_run import readable
        from nbagent.notebook.runs import AgentRun

        namespace = self.shell.user_ns
        options = parse_agent(line, namespace, cell=cell is not None)
        if options.help:
            print(AGENT_HELP)  # noqa: T201  --help is for reading
            return None
        if options.named is not None:
            from nbagent.notebook.named import with_prompt

            options = with_prompt(options)
        text = options.prompt if cell is None else cell
        if options.each is not None:
            from nbagent.notebook.each import EachRun

            return EachRun(self.shell, self.desk, effective(self.shell), options, lambda names: self._prompt(text, options, {**namespace, **names}))
        prompt = None if options.resume is not None else self._prompt(text, options, namespace)
        run = AgentRun(self.shell, self.desk, effective(self.shell), options, prompt, awaited=awaited)
        if options.dry_run:
            print(f"{run.destination()}\n{readable(run.request())}")  # noqa: T201  --dry-run is for reading
            run.leave()
            return None
        return run

    def _prompt(self, text: str, options: AgentOptions, namespace: Mapping[str, Any]) -> Message | NamedPrompt:
        from nbagent.notebook.attachments import attached
        from nbagent.template import render

        text = text.strip("\n")
        if options.output_type is not None and "return_type" in text and "return_type" not in namespace:
            from nbagent.notebook.output_types import output_type
            from nbagent.output import guide

            namespace = {**namespace, "return_type": guide(output_type(options.output_type, namespace))}
        parts = (TextPart(text),) if options.raw else render(text, namespace).parts
        files = [part for word in options.files for part in attached(word, namespace)]
        if options.named is not None:
            from nbagent.notebook.named import filled

            return filled(options, namespace, [*parts, *files])
        if not files and not any(not isinstance(part, TextPart) or part.text.strip() for part in parts):
            raise ConfigError("The prompt is empty.", mend="Write it below the line of %%agent, or behind %agent.")
        return Message("user", (*parts, *files))

    # --- tools -------------------------------------------------------------------------------------------------------------

    @no_var_expand
    @line_cell_magic
    def tool(self, line: str, cell: str | None = None) -> Any:
        options = parse_tool(line, self.shell.user_ns, cell=cell is not None)
        if options.help:
            print(TOOL_HELP)  # noqa: T201  --help is for reading
            return None
        if cell is not None:
            exec(compile(self.shell.transform_cell(cell), "<%%tool>", "exec"), self.shell.user_ns)  # noqa: S102  the person's own cell
            return self.offer(line, cell)
        if not options.names:
            from nbagent.notebook.desk_commands import tools_table

            return tools_table(self.desk)
        if options.remove:
            from nbagent.notebook.desk_commands import tools_table

            self.desk.tools.remove(*options.names)
            return tools_table(self.desk)
        made = []
        for name in options.names:
            if name not in self.shell.user_ns:
                raise ConfigError(f"There is no function {name!r} in the notebook.", mend="Run the cell that defines it first.")
            made.append(_made(as_tool(self.shell.user_ns[name]), options))
        self.desk.tools.add(*made, if_exists=options.if_exists)
        return None

    def offer(self, line: str, cell: str) -> None:
        """Make tools of the functions that a cell, which has just run, defines at its top level."""
        options = parse_tool(line, self.shell.user_ns, cell=True)
        if options.help:
            print(TOOL_HELP)  # noqa: T201  --help is for reading
            return
        tree = ast.parse(self.shell.transform_cell(cell))
        there = [node.name for node in tree.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and not node.name.startswith("_")]
        missing = [name for name in options.names if name not in there]
        if missing or not there:
            what = f"This cell defines no function {missing[0]!r}." if missing else "This cell defines no function at its top level."
            raise ConfigError(
                what, did_you_mean(missing[0], there) if missing else "Names that begin with _ are private.", "Write a def, with types and a docstring."
            )
        names = dict.fromkeys(options.names or there)
        if len(names) > 1 and (options.name or options.description):
            raise ConfigError("%%tool --name and --description are for one function, and this cell defines more.", mend="Name it: %%tool NAME --name ...")
        gone = [name for name in names if name not in self.shell.user_ns]
        if gone:
            raise ConfigError(f"{gone[0]} is defined in this cell, and gone at its end.", mend="A tool is what its name means when the cell is done.")
        self.desk.tools.add(*(_made(as_tool(self.shell.user_ns[name]), options) for name in names), if_exists=options.if_exists)

    # --- looking -------------------------------------------------------------------------------------------------------------

    @no_var_expand
    @line_magic
    def trace(self, line: str) -> Any:
        options = parse_trace(line, self.shell.user_ns)
        if options.help:
            print(TRACE_HELP)  # noqa: T201  --help is for reading
            return None
        from nbagent.notebook.traced import traced

        return traced(self.shell, self.desk, options)

    @no_var_expand
    @line_magic
    def nbagent(self, line: str) -> Any:
        options = parse_nbagent(line, self.shell.user_ns)
        if options.help:
            print(NBAGENT_HELP)  # noqa: T201  --help is for reading
            return None
        from nbagent.notebook.manage import manage

        return manage(self.shell, self.desk, options)


@contextmanager
def _stoppable() -> Iterator[None]:
    """Where an interrupt is one line, also before and after the run itself, in imports and templates."""
    try:
        yield
    except KeyboardInterrupt as interrupt:
        raise RunCancelled("The cell was stopped.") from interrupt


def _made(made: Tool, options: ToolOptions) -> Tool:
    """The tool with what the magic's line says of it."""
    changes: dict[str, Any] = {key: value for key, value in (("name", options.name), ("description", options.description)) if value}
    if options.approve:
        changes["needs_approval"] = True
    if options.timeout is not None:
        changes["timeout"] = options.timeout
    if options.thread:
        changes["thread"] = True
    if options.result_limit is not None:
        changes["result_limit"] = options.result_limit
    if options.result_tokens is not None:
        changes["result_tokens"] = options.result_tokens
    return made.replace(**changes) if changes else made


NbAgentMagics.agent.__doc__ = AGENT_HELP
NbAgentMagics.tool.__doc__ = TOOL_HELP
NbAgentMagics.trace.__doc__ = TRACE_HELP
NbAgentMagics.nbagent.__doc__ = NBAGENT_HELP
