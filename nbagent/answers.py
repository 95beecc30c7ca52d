"""What the answer of a run is to be: how the model is asked for it, whether one is it, and what is said where it is not.

The policy for the loop, which asks three things: `request` before a model call, `judge` of a message without calls, `take` of
a call of the final tool. Calls beside a final answer run first; it counts only where all of them went well, for it was
written before their results. A wrong answer goes back to the model; one that was refused or cut off is not wrong but ended,
and the run ends with it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from msgspec.structs import replace

from nbagent.agent import Agent
from nbagent.contents import sendable
from nbagent.errors import AnswerRefused, ConfigError, OutputInvalid
from nbagent.events import ErrorInfo, Noted, OutputParsed, PartDelta, PartFinished, PartStarted, RunEvent, ToolFinished, ToolStarted
from nbagent.messages import FinishReason, Message, TextPart, ToolCallPart, ToolResultPart
from nbagent.output import Output, Parsed, mode_of
from nbagent.provider import Capabilities, Knows, Provider, Request

TAKEN = "The result was taken."
_ENDED: dict[FinishReason | None, tuple[str, str]] = {
    "length": ("The answer was cut at the limit of tokens before it was complete.", "Raise it, for example with max_tokens."),
    "refusal": ("The model refused to answer.", ""),
    "content_filter": ("The answer was stopped by the provider's content filter.", ""),
    "context": ("The conversation has grown too long for the model, and its answer was cut.", "Start a new session, or shorten the prompt."),
}


_REFUSED = ("refusal", "content_filter")


@dataclass(frozen=True)
class Judged:
    """What came of an answer: `events` to tell, `again` what the model is told where it must answer again, `error` where the run ends."""

    events: Sequence[RunEvent] = ()
    again: str | None = None
    error: OutputInvalid | None = None


class Answers:
    """What one run's answer is to be, and what it came to: `value` and its `text`, once there is one."""

    def __init__(self, agent: Agent, provider: Provider, model: str) -> None:
        """Raises `ConfigError` for an output type, a mode or names of tools that there cannot be."""
        self._agent = agent
        self.output = Output.of(agent.output_type)
        self.value: Any = None
        self.text: str | None = None
        self._wrong = 0
        names = frozenset(tool.name for tool in agent.offered)
        self._final = self._mode = None
        if self.output is not None:
            can = provider.capabilities(model) if isinstance(provider, Knows) else None
            self._mode = mode_of(agent.output_mode, _left(can, agent, bool(names)))
            self._final = self.output.final_tool(names) if self._mode == "tool" else None
        _check_rule(agent, names)

    @property
    def type_name(self) -> str | None:
        return self.output.type_name if self.output else None

    # -- before ---------------------------------------------------------------------------------------------------------

    def request(self, request: Request) -> Request:
        """The request with what it takes to get such an answer."""
        if self.output is None:
            return request
        if self._mode == "native":
            return replace(request, output=self.output.spec)
        if self._final is None:
            return replace(request, instructions=f"{request.instructions}\n\n{self.output.instructions()}".strip())
        said = f"Give the final answer by calling the tool {self._final.name}, not as text."
        choice = "required" if request.tool_choice in ("auto", "none") else request.tool_choice
        return replace(
            request,
            instructions=f"{request.instructions}\n\n{said}".strip(),
            tools=(*(request.tools if request.tool_choice != "none" else ()), self._final),
            tool_choice=self._final.name if choice == "required" and _goes_round(request.messages) else choice,
        )

    @property
    def by_tool(self) -> bool:
        """Whether the answer is given by a call of the final tool."""
        return self._final is not None

    def is_final(self, call: ToolCallPart) -> bool:
        return self._final is not None and call.name == self._final.name

    # -- after ----------------------------------------------------------------------------------------------------------

    def judge(self, message: Message) -> Judged:
        """Whether a message without calls is the answer."""
        if self.output is None:
            refused = message.finish_reason in _REFUSED and AnswerRefused in self._agent.on_error
            return Judged(error=_refusal(message.finish_reason, message.text)) if refused else Judged()
        if not message.text.strip() and self._final is not None and message.finish_reason not in _ENDED:
            return self._again(f"Call the tool {self._final.name} with your answer.", "It was not given.")
        try:
            parsed = self._read(self.output, message.text, message.finish_reason)
        except OutputInvalid as error:
            if message.finish_reason in _ENDED:
                return Judged(error=error)
            how = f"Call the tool {self._final.name} with your answer." if self._final else "Answer again, with the whole JSON document and nothing else."
            return self._again(f"{_sentence(error)} {how}", error.why)
        return Judged(self._found(parsed, message.text))

    def take(self, call: ToolCallPart, message: Message, beside: Sequence[ToolResultPart]) -> tuple[ToolResultPart, Judged]:
        """The result of a call of the final tool in `message`, beside whose other calls came these results."""
        assert self.output is not None
        others = [each for each in message.tool_calls if not self.is_final(each)]
        good = {result.id for result in beside if not result.is_error}
        if self.text is not None:
            return self._told(call, "Not taken: there was an answer before.", Judged())
        if any(each.id not in good for each in others):
            return self._told(call, "Not taken: not all the calls beside it were run and went well. Look at their results, then answer again.", Judged())
        try:
            parsed = self._read(self.output, call.arguments, message.finish_reason)
        except OutputInvalid as error:
            ended = message.finish_reason in _ENDED
            judged = Judged(error=error) if ended else self._again(f"{_sentence(error)} Call {call.name} again.", error.why)
            return self._told(call, _sentence(error), judged)
        return ToolResultPart(call.id, call.name, TAKEN), Judged(self._found(parsed, parsed.json, call.id))

    def ended_by(self, results: Sequence[ToolResultPart]) -> Judged | None:
        """What came of the results of a message's calls, where they are the answer (`Agent.after_tools`), or the final call beside them was.

        Raises `OutputInvalid` where they are to be it and are not of its type.
        """
        if self.text is not None:
            return Judged()
        results = [each for each in results if self._final is None or each.name != self._final.name]
        chosen = self._chosen(results) if results else []
        if not chosen:
            return None
        self.text = "\n".join(each.content for each in chosen)
        if self.output is None:
            self.value = self.text
            return Judged()
        return Judged(self._found(self.output.validate(self.text), self.text))

    def instead(self, value: Any) -> Sequence[RunEvent]:
        """Take a value of the user's own for the answer. Raises `OutputInvalid` where it is none of its type."""
        if self.output is None:
            if not isinstance(value, str):
                raise OutputInvalid(f"The answer of {self._agent.name} is text, and {type(value).__name__} was given.")
            self.value, self.text = value, sendable(value)
            return [PartStarted(0, TextPart("")), PartDelta(0, self.text), PartFinished(0, TextPart(self.text))]
        parsed = self.output.of_value(value)
        return self._found(parsed, parsed.json)

    def _chosen(self, results: Sequence[ToolResultPart]) -> Sequence[ToolResultPart]:
        """Those of the results that are the answer: none that is an error, unless a function of the user's says so."""
        rule = self._agent.after_tools
        if callable(rule):
            try:
                return results if rule(results) else []
            except Exception as error:
                raise ConfigError(f"after_tools raised {type(error).__name__}.", str(error)) from error
        if rule == "continue" or (rule == "stop" and any(each.is_error for each in results)):
            return []
        return [each for each in results if not each.is_error and (rule == "stop" or each.name in _names(rule))]

    # -- within ---------------------------------------------------------------------------------------------------------

    def _read(self, output: Output, text: str, reason: FinishReason | None) -> Parsed:
        """The answer as a value. Raises `OutputInvalid`: of what was cut off only JSON that is whole as it is counts, of a refusal nothing."""
        ended = _ENDED.get(reason)
        if ended is None:
            return output.validate(text)
        if reason == "length":
            try:
                return output.validate(text, mend=False)
            except OutputInvalid:
                pass
        if reason in _REFUSED:
            raise _refusal(reason, text or f"It was to be of the type {output.type_name}.")
        raise OutputInvalid(ended[0], " ".join(text.split())[:200] or f"It was to be of the type {output.type_name}.", ended[1])

    def _found(self, parsed: Parsed, text: str, call_id: str | None = None) -> list[RunEvent]:
        assert self.output is not None
        self.value, self.text = parsed.value, text
        events: list[RunEvent] = [OutputParsed(parsed.json, self.output.type_name, parsed.repaired, call_id)]
        if parsed.repaired:
            events.append(Noted("The answer was broken JSON and was mended.", "repaired"))
        return events

    def _again(self, told: str, why: str) -> Judged:
        self._wrong += 1
        if self._wrong <= self._agent.output_retries:
            return Judged([Noted(f"The answer was not of the type {self.type_name}, and the model was told: {why}", "output")], told)
        tries = "" if self._wrong == 1 else f", {self._wrong} times"
        mend = "What came is in .result; Agent(output_retries=...) allows more tries."
        return Judged(error=OutputInvalid(f"The answer was not of the type {self.type_name}{tries}.", why, mend))

    def _told(self, call: ToolCallPart, text: str, judged: Judged) -> tuple[ToolResultPart, Judged]:
        """A final answer that was not taken, as the call with an error that it is to the eye."""
        result = ToolResultPart(call.id, call.name, text, is_error=True)
        kind = "OutputInvalid" if judged.again or judged.error else "NotTaken"
        finished = ToolFinished(result, "error", error=ErrorInfo(kind, text))
        return result, Judged([ToolStarted(call), finished, *judged.events], judged.again, judged.error)


def _refusal(reason: FinishReason | None, text: str) -> AnswerRefused:
    what, mend = _ENDED[reason]
    return AnswerRefused(what, " ".join(text.split())[:200], mend)


def _sentence(error: OutputInvalid) -> str:
    return f"{error.what} {error.why}" + ("" if error.why[-1:] in ".?!" else ".")


def _goes_round(messages: Sequence[Message]) -> bool:
    """Whether the last calls were all made before: small models that must call something call the same again and again."""
    prompted = max((at for at, message in enumerate(messages) if message.role == "user"), default=-1)
    asked = [message for message in messages[prompted + 1 :] if message.tool_calls]
    last = [(call.name, call.arguments) for call in asked[-1].tool_calls] if asked and messages[-1].role == "tool" else []
    return bool(last) and {(call.name, call.arguments) for message in asked[:-1] for call in message.tool_calls}.issuperset(last)


def _left(can: Capabilities | None, agent: Agent, tools: bool) -> Capabilities | None:
    """What a model can do beside the agent's tools: where calls are written as text, the text cannot be held to the answer's schema."""
    if can is None:
        return None if agent.native_tools is not False else Capabilities(tools=tools)
    if can.tools and agent.native_tools is not False:
        return can
    return replace(can, tools=tools, output_schema=can.output_schema and not tools)


def _names(rule: Any) -> Sequence[str]:
    return (rule,) if isinstance(rule, str) else rule


def _check_rule(agent: Agent, names: frozenset[str]) -> None:
    rule = agent.after_tools
    if callable(rule) or rule in ("continue", "stop"):
        return
    odd = [name for name in (_names(rule) if isinstance(rule, Sequence) else [rule]) if name not in names]
    if odd:
        raise ConfigError(f"after_tools names {odd[0]!r}, which is no tool of this agent.", mend="It is 'continue', 'stop', names of tools or a function.")
