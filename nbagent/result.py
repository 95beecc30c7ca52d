"""What a run came to: a value that reads well in a cell and holds everything that was paid for."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from nbagent.errors import NbagentError
from nbagent.events import Outcome
from nbagent.messages import Message, ToolCallPart, Usage
from nbagent.observers.static import bundle
from nbagent.observers.trace import Trace


@dataclass(kw_only=True, repr=False)
class Result:
    """What a run came to.

    `text` is the last answer and `output` its value: of the agent's `output_type` (None where there is none of it), or the
    text itself; `handled` is the error in whose place a handler gave it (``Agent(on_error=...)``). `messages` is what this
    run added to the conversation, `pending` the calls that wait for a decision (`Session.resume`), `usage` and `cost` (US
    dollars, None where a price is unknown) those of its own model calls, `total_usage` and `total_cost` with the runs inside
    its tools, `objects` what the session's tools returned, as the objects that they are, by the calls' ids, `trace` the
    session's trace, `state` the transcript as it is shown and saved.
    """

    run_id: str
    outcome: Outcome
    text: str
    output: Any = None
    messages: tuple[Message, ...]
    pending: tuple[ToolCallPart, ...]
    usage: Usage
    cost: float | None
    total_usage: Usage
    total_cost: float | None
    trace: Trace
    state: dict[str, Any]
    handled: NbagentError | None = None
    objects: dict[str, Any] = field(default_factory=dict)
    _hushed: bool = False

    @property
    def tool_calls(self) -> tuple[ToolCallPart, ...]:
        """All calls that the model made in this run, in order."""
        return tuple(call for message in self.messages for call in message.tool_calls)

    @property
    def finish_reason(self) -> str | None:
        """Why the last answer ended; None where there is none."""
        return next((message.finish_reason for message in reversed(self.messages) if message.role == "assistant"), None)

    def hush(self, *, hushed: bool = True) -> Result:
        """Not to be shown when it is displayed next: the cell that ran it has shown it already."""
        self._hushed = hushed
        return self

    def __str__(self) -> str:
        return self.text

    def __repr__(self) -> str:
        """The value in place of the text that it was, where a type was asked for."""
        said = f"output={self.output!r}" if self.output is not None and self.output != self.text else f"text={self.text!r}"
        waits = f", pending={self.pending!r}" if self.pending else ""
        return f"Result({said}, outcome={self.outcome!r}, usage={self.usage!r}, cost={self.cost!r}{waits})"

    def _repr_llm_(self) -> str:
        """What a model reads of it, as a variable in a prompt or a tool's result."""
        return self.text

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        """The transcript, richly where there is something that shows it."""
        return bundle(self.state)

    def _ipython_display_(self) -> None:
        """IPython asks this first; refusing sends it on to the bundle."""
        if not self._hushed:
            raise NotImplementedError
        self._hushed = False
