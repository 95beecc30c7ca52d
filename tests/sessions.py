"""Sessions over the scripted provider for tests, and what holds of the events of any run."""

from nbagent.agent import Agent
from nbagent.providers.scripted import Scripted
from nbagent.session import Session
from nbagent.tools import tool


@tool
def get_weather(city: str) -> dict[str, str]:
    """Current weather of a city."""
    return {"city": city, "sky": "rain"}


@tool(approval=True)
def delete_rows(table: str) -> str:
    """Delete the rows of a table."""
    return f"{table}: 3 rows deleted"


def session_of(*steps, tools=(), **options):
    return Session(Agent(model=Scripted(list(steps)), tools=tools, **options))


def paired(events):
    """Every Started has exactly one Finished with the same span, and comes before it."""
    open_spans, seen = {}, set()
    for event in events:
        name = type(event).__name__
        if name in ("RunStarted", "StepStarted", "ToolStarted"):
            assert (name[:-7], event.span_id) not in seen
            open_spans[name[:-7], event.span_id] = event
            seen.add((name[:-7], event.span_id))
        elif name in ("RunFinished", "StepFinished", "ToolFinished"):
            assert (name[:-8], event.span_id) in open_spans, f"{name} without its Started"
            del open_spans[name[:-8], event.span_id]
    assert not open_spans
    return events


def recorded(session):
    events = []
    session.observers.append(events.extend)
    return events
