"""Events of a Responses stream, what the decoder makes of them, and the items that go back."""

import json

from nbagent.events import PartFinished
from nbagent.messages import FilePart, Message
from nbagent.provider import Request
from nbagent.providers.openai.decode import ResponsesDecoder
from nbagent.providers.openai.responses import to_wire
from nbagent.tools import ToolSpec

MODEL = "gpt-6.1-sol"
WEATHER = ToolSpec("get_weather", "Current weather of a city.", {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]})
PNG = FilePart("image/png", data=b"\x89PNG")


def request(*messages, model=MODEL, **fields):
    return Request(model, messages, **fields)


def of_openai(**meta):
    return {"openai": {"model": MODEL, **meta}}


def items(*messages, model=MODEL, **params):
    return to_wire(request(*messages, model=model, params=params))["input"]


def lines(*events):
    return [json.dumps(event).encode() for event in events]


def event(kind, **fields):
    return {"type": f"response.{kind}", **fields}


def added(place, **item):
    return event("output_item.added", output_index=place, item=item)


def done(place, **item):
    return event("output_item.done", output_index=place, item=item)


def said(place, text, kind="output_text", number=0):
    return event(f"{kind}.delta", output_index=place, content_index=number, delta=text, item_id="i", logprobs=[])


def thought(place, text, summary=0):
    return event("reasoning_summary_text.delta", output_index=place, summary_index=summary, delta=text)


def completed(**more):
    return event("completed", response={"id": "resp_1", "model": "gpt-6.1-sol-2026-09-01", "status": "completed", "output": [], **more})


CREATED = event("created", response={"id": "resp_1", "model": "gpt-6.1-sol-2026-09-01", "usage": None, "instructions": "x", "tools": []})
MESSAGE = {"type": "message", "id": "msg_1", "role": "assistant"}
OUTPUT = {"type": "output_text", "text": "Hello", "annotations": []}
TEXT = (added(0, **MESSAGE, content=[]), said(0, "Hel"), said(0, "lo"), done(0, **MESSAGE, content=[OUTPUT]))
WHOLE = (CREATED, *TEXT, completed())


def decoded(*events, **kept):
    return decoded_lines(lines(*events), **kept)


def decoded_lines(payloads, *, stored=False, conversation=""):
    decoder = ResponsesDecoder(MODEL)
    decoder.keeps(stored=stored, conversation=conversation)
    events = decoder.feed(payloads)
    if decoder.failure is None:
        events += decoder.end()
    return decoder, events


def parts_of(events):
    parts = {event.index: event.part for event in events if isinstance(event, PartFinished)}
    return tuple(part for _, part in sorted(parts.items()))


def told(events):
    """Events without their stamps, for a snapshot."""
    return [(type(event).__name__, *(getattr(event, name) for name in event.__struct_fields__ if name != "stamp")) for event in events]


def answer(*events, **kept):
    """The message that the loop makes of these events."""
    decoder, out = decoded(*events, **kept)
    assert decoder.failure is None
    return Message("assistant", parts_of(out), finish_reason=out[-1].finish_reason, provider="openai", response_id=decoder.response_id)
