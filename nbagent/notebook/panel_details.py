"""All that is known of one span, for the trace panel: short facts, numbers, and texts in the order in which they were said.

The rule: no key leaves here, and no text longer than `LONGEST`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from nbagent.errors import known_keys, redact
from nbagent.events import RunFinished, RunStarted, StepFinished, StepStarted, ToolFinished, ToolStarted
from nbagent.messages import FilePart, Message, Part, ReasoningPart, ServerToolPart, TextPart, ToolCallPart, ToolResultPart
from nbagent.notebook.panel_rows import kind_and_name
from nbagent.observers.columns import agent_of, cost_of, usage_of
from nbagent.observers.spans import Span
from nbagent.observers.values import as_json, masked

LONGEST = 200_000
"""Characters of one text that go to the page."""

Row = dict[str, Any]
Section = dict[str, Any]


def details(span: Span) -> Row:
    """What the panel shows of a span."""
    kind, name = kind_and_name(span)
    keys = known_keys()
    facts = [(label, redact(str(value), keys)) for label, value in _facts(span) if value not in (None, "")]
    sections = [section | {"text": cut(redact(section["text"], keys))} for section in _sections(span) if section["text"]]
    error, end = span.error, span.finished
    told = {"type": error.type, "message": error.message, "traceback": error.traceback or ""} if error else None
    return {
        "id": span.id, "kind": kind, "name": name, "status": span.status, "facts": facts, "tokens": _tokens(span), "cost": _cost(span),
        "error": told and {field: cut(redact(text, keys)) for field, text in told.items()}, "sections": sections,
        "table": end.table if isinstance(end, ToolFinished) else None,
    }  # fmt: skip


def rebuilt(span: Span) -> tuple[str, str] | None:
    """A model call's request and response made again of what is known of them, as JSON; None for another span."""
    start, end = span.started, span.finished
    if not isinstance(start, StepStarted):
        return None
    request: Row = {"provider": start.provider, "model": start.model, **masked(start.params)}
    request |= {"instructions": start.instructions} if start.instructions else {}
    request |= {"tools": list(start.tools)} if start.tools else {}
    request |= {"messages": list(start.messages)}
    response: Row = {}
    if isinstance(end, StepFinished):
        response = {"id": end.response_id, "model": end.model, "finish_reason": end.finish_reason, "message": end.message, "usage": end.usage_raw or end.usage}
    keys = known_keys()
    return cut(redact(as_json(request), keys)), cut(redact(as_json(response), keys)) if response else ""


def cut(text: str) -> str:
    """The text as a page can have it, said so where it is not the whole."""
    text = text.encode(errors="replace").decode()
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}\n[{len(text) - LONGEST:,} more characters are in the trace]"


def _facts(span: Span) -> Iterator[tuple[str, Any]]:
    yield "Agent", agent_of(span)
    yield "Duration", _seconds(span.duration)
    match span.started:
        case RunStarted(model=model, session=session):
            yield "Model", model
            yield "Session", session
            yield "First text", _seconds(span.ttft)
        case StepStarted(provider=provider, model=model, params=params):
            end = span.finished
            yield "Provider", provider
            yield "Model", model
            if isinstance(end, StepFinished):
                yield "Answered by", end.model if end.model != model else None
                yield "Ended by", end.finish_reason
            yield "First token", _seconds(span.ttft)
            yield "Retries", span.retries or None
            yield "Parameters", ", ".join(f"{key}={value}" for key, value in masked(params).items())
        case ToolStarted(call=call, repaired=repaired):
            yield "Call", call.id
            yield "Approved", None if span.approved is None else "yes" if span.approved else "no"
            yield "Arguments", "were broken JSON, which was mended" if repaired else None


def _tokens(span: Span) -> Row | None:
    usage = usage_of(span)
    if usage is None:
        return None
    return {
        "input": usage.input_tokens, "cached": usage.cache_read_tokens, "written": usage.cache_write_tokens,
        "output": usage.output_tokens, "reasoning": usage.reasoning_tokens,
    }  # fmt: skip


def _cost(span: Span) -> Row | None:
    """What a model call cost: ``total`` in dollars, None where it is unknown, and where the number is from."""
    if not isinstance(span.started, StepStarted) or span.ended is None:
        return None
    cost = cost_of(span)
    return {"total": cost.total, "source": cost.source}


def _sections(span: Span) -> Iterator[Section]:
    end = span.finished
    match span.started:
        case RunStarted(prompt=prompt):
            if prompt:
                yield from _said(prompt, "Prompt")
            if isinstance(end, RunFinished):
                for message in end.messages:
                    yield from _said(message, "What was said") if message is not prompt and message != prompt else ()
        case StepStarted(messages=messages, instructions=instructions):
            if isinstance(end, StepFinished):
                yield from _said(end.message, "Came back")
            yield {"group": "Sent", "role": "system", "title": "instructions", "text": instructions or "", "format": "text"}
            for message in messages:
                yield from _said(message, "Sent")
        case ToolStarted(call=call):
            yield {"group": "", "role": "", "title": "Arguments", "text": call.arguments or "{}", "format": "json"}
            if isinstance(end, ToolFinished) and span.error is None:
                yield {"group": "", "role": "", "title": "Result", "text": end.result.content if end.whole is None else end.whole, "format": "json"}


def said(message: Message) -> Iterator[Section]:
    """A message's parts, each with what it is, its text (cut where it is very long), and how that is to be shown."""
    for section in _said(message, ""):
        yield section | {"text": cut(section["text"])}


def _said(message: Message, group: str) -> Iterator[Section]:
    for part in message.parts:
        title, text, form = _part(message.role, part)
        yield {"group": group, "role": message.role, "title": title, "text": text, "format": form}


def _part(role: str, part: Part) -> tuple[str, str, str]:
    match part:
        case TextPart(text=text):
            return role, text, "text"
        case ReasoningPart(text=text):
            return f"{role}, thinking", text or "[not shown by the provider]", "thought"
        case ToolCallPart(name=name, arguments=arguments):
            return f"{role} calls {name}", arguments or "{}", "json"
        case ToolResultPart(name=name, content=content, is_error=wrong):
            return f"{name} {'failed' if wrong else 'answered'}", content or "[nothing]", "error" if wrong else "json"
        case ServerToolPart(name=name, arguments=arguments, result=result):
            return f"{name}, at the provider", f"{arguments}\n\n{result}".strip() or "[nothing]", "text"
        case FilePart(media_type=media_type, name=name, url=url, data=data):
            return f"{role}, file", f"{name or url or media_type}" + (f", {len(data):,} bytes" if data else ""), "text"


def _seconds(value: float | None) -> str | None:
    return None if value is None else f"{value:.2f} s" if value >= 1 else f"{value * 1000:.3g} ms"
