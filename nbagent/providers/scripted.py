"""A provider whose answers are written in the notebook, for teaching and for tests: no key, no network, no chance.

::

    from nbagent.providers.scripted import Scripted, call, reasoning

    model = Scripted([[reasoning("Let me see."), call("get_weather", city="Oslo")], "Wear a coat."])

A script is a list of steps, one a model call. A step is a text, a part, a list of them, an exception (raised), or a
function of the request that returns a step. The same conversation always gets the same step: the script counts its
own answers in the messages it is sent, so that a cell that runs again, and Run All, see what they saw before. With
``by="calls"`` the steps are given in the order of calls, whoever asks.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import re
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from typing import Any, Literal, TypeAlias

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from nbagent.errors import ConfigError
from nbagent.events import ModelAnswered, PartDelta, PartFinished, PartStarted, ProviderEvent, StreamEnded, UsageReported
from nbagent.messages import FilePart, FinishReason, Part, ReasoningPart, ServerToolPart, TextPart, ToolCallPart, ToolResultPart, Usage
from nbagent.provider import Request

_PIECE = re.compile(r"\s*\S{1,16}|\s+")  # a word with the space before it; what a token looks like from afar


class Pause(Struct, frozen=True):
    """Nothing arrives for some `seconds`."""

    seconds: float


class Cut(Struct, frozen=True):
    """The connection ends here, without the stream's terminal event."""


class Fail(Struct, frozen=True):
    """The provider fails here."""

    error: Exception


SpokenPart: TypeAlias = TextPart | ReasoningPart | ToolCallPart | ServerToolPart | FilePart
Item: TypeAlias = SpokenPart | Pause | Cut | Fail | UsageReported | StreamEnded
Step: TypeAlias = "str | Exception | Item | Sequence[str | Exception | Item] | Callable[[Request], Step]"
_Told: TypeAlias = "tuple[Item, ...] | Callable[[Request], Step]"

named_scripts: dict[str, Scripted] = {}
"""The scripts that were given a name; the provider of ``scripted:NAME`` looks here."""


def text(text: str) -> TextPart:
    """Text of the answer; a plain string in a step is the same."""
    return TextPart(text)


def reasoning(text: str, *, redacted: bool = False) -> ReasoningPart:
    """What the model thinks before it answers."""
    return ReasoningPart(text, redacted)


def call(name: str, /, **arguments: Any) -> ToolCallPart:
    """A call of a tool; several in one step are made side by side. Its id is counted: ``call_1``, ``call_2``, ...

    >>> call("get_weather", city="Oslo").arguments
    '{"city": "Oslo"}'

    For arguments that are no JSON, as models sometimes send, write ``ToolCallPart("", name, '{"city": ')``.
    """
    try:
        return ToolCallPart("", name, json.dumps(arguments, ensure_ascii=False))
    except (TypeError, ValueError) as error:
        raise ConfigError(f"call({name!r}): the arguments cannot be written as JSON.", str(error)) from error


def pause(seconds: float) -> Pause:
    """A silence: before the first part it is the time to the first token."""
    return Pause(seconds)


def cut() -> Cut:
    """The stream ends without its terminal event. A part that stands right before is left unfinished."""
    return Cut()


def error(error: Exception) -> Fail:
    """A failure in mid-step. A part that stands right before is left unfinished.

    >>> from nbagent.errors import Overloaded
    >>> step = ["The answer is", error(Overloaded("The server is overloaded."))]
    """
    return Fail(error)


def usage(
    input_tokens: int = 0, output_tokens: int = 0, cache_read_tokens: int = 0, cache_write_tokens: int = 0, reasoning_tokens: int = 0,
    *, cost: float | None = None,
) -> UsageReported:  # fmt: skip
    """What the step says it used, in place of the count by characters; `cost` in US dollars, where it is to have one."""
    return UsageReported(usage=Usage(input_tokens, output_tokens, cache_read_tokens, cache_write_tokens, reasoning_tokens), cost=cost)


def end(finish_reason: FinishReason, detail: str = "") -> StreamEnded:
    """How the step ends where not by itself: ``end("length")``, ``end("refusal")``."""
    return StreamEnded(finish_reason=finish_reason, detail=detail)


class Scripted:
    """Answers by script: ``Scripted(["Hello.", "Goodbye."])``.

    `name` makes it ``scripted:NAME`` in magics (the latest of a name counts). `pace` is seconds between the pieces of
    a text. `loop` starts over after the last step. `by` says how the step is chosen: ``conversation`` (as many steps
    in as the messages hold answers of this script) or ``calls`` (one further with every call). A step that fails
    before anything of it can be kept leaves no answer behind, and is passed once it has failed:
    ``[RateLimited("..."), "Hello"]`` fails, and answers when asked again.
    Tokens are counted as one for every four characters, sent and answered, begun ones whole.
    Raises `ConfigError` for a step that is none, and when the script has run out.
    """

    name = "scripted"

    def __init__(
        self, steps: Step | Sequence[Step], *, name: str | None = None, pace: float = 0, loop: bool = False,
        by: Literal["conversation", "calls"] = "conversation",
    ) -> None:  # fmt: skip
        if by not in ("conversation", "calls"):
            raise ConfigError(f"by={by!r} is no way to choose a step.", mend='It is by="conversation" or by="calls".')
        self.steps = tuple(_told(step, number) for number, step in enumerate(steps if isinstance(steps, list | tuple) else [steps], 1))
        if not self.steps:
            raise ConfigError("A script needs at least one step.", mend='Write it as Scripted(["Hello."]).')
        self.pace, self.loop, self.by = pace, loop, by
        self.model = name or _name_for(self.steps)
        self._answering = [at for at, step in enumerate(self.steps) if not _leaves_nothing(step)]
        self.reset()
        if name:
            named_scripts[name] = self

    def __repr__(self) -> str:
        return f"<Scripted {self.model}: {_count(len(self.steps), 'step')}>"

    def reset(self) -> None:
        """Forget the calls so far: with ``by="calls"`` the next one gets the first step."""
        self._calls = 0
        self._failed = (0, 0)  # at which answer, and how many of the steps before it have failed already

    async def stream(self, request: Request) -> AsyncIterator[Sequence[ProviderEvent]]:
        """The step's events, one list a piece of text."""
        step: Step | _Told = self.steps[self._choose(request)]
        while callable(step):
            step = step(request)
        items = step if isinstance(step, tuple) else _told(step)
        assert isinstance(items, tuple)
        opening: list[ProviderEvent] = [ModelAnswered(model=self.model)]
        answer = _numbered(items, sum(len(message.tool_calls) for message in request.messages))
        used = _counted(request, answer)
        ended = StreamEnded(finish_reason="tool_calls" if any(isinstance(item, ToolCallPart) for item in answer) else "stop")
        index = 0
        for item, following in zip(answer, [*answer, None][1:], strict=True):
            match item:
                case Pause(seconds):
                    await asyncio.sleep(seconds)
                case Cut():
                    return
                case Fail(failure):
                    raise failure.with_traceback(None)
                case UsageReported():
                    used = replace(item)
                case StreamEnded():
                    ended = replace(item)
                case _:
                    for read in _reads(index, item, left_open=isinstance(following, Cut | Fail)):
                        yield [*opening, *read]
                        opening = []
                        await asyncio.sleep(self.pace)
                    index += 1
        yield [*opening, used, ended]

    def _choose(self, request: Request) -> int:
        """The place of the step for this request; raises `ConfigError` where there is none any more."""
        if self.by == "calls":
            at, told = self._calls, _count(self._calls, "call")
            self._calls += 1
        else:
            answers = sum(f":{message.model}".endswith(f":{self.model}") for message in request.messages)
            failures = self._failed[1] if self._failed[0] == answers else 0
            at, told = self._after(answers) + failures, _count(answers, "answer") + " of it in this conversation"
            failing = (self.loop or at < len(self.steps)) and _leaves_nothing(self.steps[at % len(self.steps)])
            self._failed = (answers, failures + 1) if failing else (0, 0)
        if at >= len(self.steps) and not self.loop:
            why = f"It had {_count(len(self.steps), 'step')}, and there were {told} already."
            raise ConfigError(f"The script {self.model!r} has run out.", why, "Add steps, give loop=True, or start a new conversation.")
        return at % len(self.steps)

    def _after(self, answers: int) -> int:
        """The place behind so many steps that answered, in the script repeated without end."""
        if not answers or not self._answering:
            return 0
        rounds, last = divmod(answers - 1, len(self._answering))
        return rounds * len(self.steps) + self._answering[last] + 1


def _told(step: Any, number: int = 0) -> _Told:
    """A step as its items, checked; a function stays as it is."""
    if callable(step) and not isinstance(step, type):
        function: Callable[[Request], Step] = step
        return function
    items: list[Item] = []
    for item in step if isinstance(step, list | tuple) else [step]:
        match item:
            case str():
                items.append(TextPart(item))
            case Exception():
                items.append(Fail(item))
            case TextPart() | ReasoningPart() | ToolCallPart() | ServerToolPart() | FilePart() | Pause() | Cut() | Fail() | UsageReported() | StreamEnded():
                items.append(item)
            case _:
                place = f"Step {number}" if number else "What a step's function returned"
                why = "A step is a text, a part, a list of them, an exception, or a function of the request."
                raise ConfigError(f"{place} holds {item!r}, which no model can answer.", why)
    return tuple(items)


def _leaves_nothing(step: _Told) -> bool:
    """Whether the step fails before there is anything to keep, so that no message of it stays in the conversation."""
    if callable(step):
        return False
    end = next((at for at, item in enumerate(step) if isinstance(item, Cut | Fail)), None)
    if end is None:
        return False
    came = step[: end - 1] if end and isinstance(step[end - 1], ToolCallPart) else step[:end]  # a call cut off is not kept
    return not any(isinstance(item, ReasoningPart | ToolCallPart | ServerToolPart | FilePart) or (isinstance(item, TextPart) and item.text) for item in came)


def _name_for(steps: Sequence[_Told]) -> str:
    """A name made of what the script says: two scripts in one conversation do not take each other's answers for their
    own, and the same one is known again in another kernel."""
    said = "\n".join(getattr(step, "__qualname__", type(step).__qualname__) if callable(step) else repr(step) for step in steps)
    return "script-" + hashlib.sha256(said.encode(errors="surrogatepass")).hexdigest()[:6]


def _numbered(items: Sequence[Item], calls_before: int) -> tuple[Item, ...]:
    """The items with an id on every call that has none."""
    numbered: list[Item] = []
    for item in items:
        if isinstance(item, ToolCallPart):
            calls_before += 1
            numbered.append(item if item.id else replace(item, id=f"call_{calls_before}"))
        else:
            numbered.append(item)
    return tuple(numbered)


def _reads(index: int, part: SpokenPart, *, left_open: bool) -> Iterator[list[ProviderEvent]]:
    """The events of a part, as they would come from the network."""
    whole, begun = "", part
    match part:
        case ToolCallPart(arguments=whole) | ServerToolPart(arguments=whole):
            begun = replace(part, arguments="", provider_metadata=None, **({"result": "", "is_error": False} if isinstance(part, ServerToolPart) else {}))
        case TextPart(text=whole) | ReasoningPart(text=whole):
            begun = replace(part, text="", provider_metadata=None, **({"citations": ()} if isinstance(part, TextPart) else {}))
        case FilePart():
            begun = FilePart(part.media_type)
    read: list[ProviderEvent] = [PartStarted(index=index, part=begun)]
    for piece in _PIECE.findall(whole):
        yield [*read, PartDelta(index=index, delta=piece)]
        read = []
    if not left_open:
        read.append(PartFinished(index=index, part=part))
    if read:
        yield read


def _counted(request: Request, answer: Sequence[Item]) -> UsageReported:
    thought = sum(_tokens(item) for item in answer if isinstance(item, ReasoningPart))
    said = sum(_tokens(item) for item in answer if isinstance(item, TextPart | ToolCallPart | ServerToolPart | FilePart))
    sent = sum(_tokens(part) for message in request.messages for part in message.parts)
    sent += _of(len(request.instructions)) + sum(_of(len(msgspec.json.encode(tool))) for tool in request.tools)
    return UsageReported(usage=Usage(sent, said + thought, reasoning_tokens=thought))


def _tokens(part: Part) -> int:
    match part:
        case TextPart(said) | ReasoningPart(said):
            return _of(len(said))
        case ToolCallPart():
            return _of(len(part.name) + len(part.arguments))
        case ToolResultPart():
            return _of(len(part.content)) + sum(_tokens(file) for file in part.files)
        case ServerToolPart():
            return _of(len(part.name) + len(part.arguments) + len(part.result))
        case _:
            return _of(len(part.data or part.url or ""))


def _of(characters: int) -> int:
    return -(-characters // 4)


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
