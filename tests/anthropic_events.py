"""Events of a Messages stream, what the decoder makes of them, and the blocks that go back."""

import json

from nbagent.events import PartFinished
from nbagent.messages import FilePart, Message
from nbagent.provider import Request
from nbagent.providers.anthropic.decode import AnthropicDecoder
from nbagent.providers.anthropic.wire import to_wire
from nbagent.tools import ToolSpec

MODEL = "claude-sonnet-5-5"
WEATHER = ToolSpec("get_weather", "Current weather of a city.", {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]})
PNG = FilePart("image/png", data=b"\x89PNG")


def request(*messages, model=MODEL, **fields):
    return Request(model, messages, **fields)


def of_claude(**meta):
    return {"anthropic": {"model": MODEL, **meta}}


def turns(*messages, model=MODEL):
    return to_wire(request(*messages, model=model))["messages"]


def lines(*events):
    return [json.dumps(event).encode() for event in events]


START = {"type": "message_start", "message": {"id": "msg_1", "model": "claude-sonnet-5-5-20260801", "usage": {"input_tokens": 10, "output_tokens": 1}}}
STOP = {"type": "message_stop"}


def block(index, **given):
    return {"type": "content_block_start", "index": index, "content_block": given}


def delta(index, kind, **given):
    return {"type": "content_block_delta", "index": index, "delta": {"type": kind, **given}}


def close(index):
    return {"type": "content_block_stop", "index": index}


def ending(reason="end_turn", usage=None, **more):
    return {"type": "message_delta", "delta": {"stop_reason": reason, **more}, "usage": usage or {"output_tokens": 5}}


TEXT = (block(0, type="text", text=""), delta(0, "text_delta", text="Hel"), delta(0, "text_delta", text="lo"), close(0))
WHOLE = (START, *TEXT, ending(), STOP)


def decoded(*events):
    return decoded_lines(lines(*events))


def decoded_lines(payloads):
    decoder = AnthropicDecoder(MODEL)
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


def answer(*events):
    """The message that the loop makes of these events."""
    decoder, out = decoded(*events)
    assert decoder.failure is None
    return Message("assistant", parts_of(out), finish_reason=out[-1].finish_reason)
