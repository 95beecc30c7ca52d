"""LLM agents in notebooks: build them, run them, watch them, measure them.

``%load_ext nbagent`` gives ``%%tool``, ``%%agent`` and ``%trace``; everything they do, these names do without them.
Every name is imported when it is first used, so that loading the extension costs next to nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from nbagent.agent import Agent as Agent
    from nbagent.batches import Batch as Batch
    from nbagent.batches import submit_batch as submit_batch
    from nbagent.contents import annotated as annotated
    from nbagent.decisions import Approve as Approve
    from nbagent.errors import NbagentError as NbagentError
    from nbagent.handlers import Failure as Failure
    from nbagent.history import Trim as Trim
    from nbagent.keys import set_key as set_key
    from nbagent.many import run_many as run_many
    from nbagent.messages import FilePart as FilePart
    from nbagent.messages import Message as Message
    from nbagent.messages import assistant as assistant
    from nbagent.observers.redaction import set_redaction as set_redaction
    from nbagent.observers.trace import Trace as Trace
    from nbagent.observers.trace import traces as traces
    from nbagent.observers.watching import add_trace_processor as add_trace_processor
    from nbagent.observers.watching import set_trace_processors as set_trace_processors
    from nbagent.observers.watching import set_tracing_disabled as set_tracing_disabled
    from nbagent.plots.graph import draw_graph as draw_graph
    from nbagent.prices import set_price as set_price
    from nbagent.prompts import user as user
    from nbagent.provider import Request as Request
    from nbagent.providers.cached import Cached as Cached
    from nbagent.providers.scripted import Scripted as Scripted
    from nbagent.providers.wrappers.rate_limit import set_rate_limit as set_rate_limit
    from nbagent.result import Result as Result
    from nbagent.session import Session as Session
    from nbagent.session import run as run
    from nbagent.standing import tool_rules as tool_rules
    from nbagent.templates import prompt as prompt
    from nbagent.templates import prompt_templates as prompt_templates
    from nbagent.tool_context import ToolContext as ToolContext
    from nbagent.tool_results import ToolResult as ToolResult
    from nbagent.tools import Tool as Tool
    from nbagent.tools import tool as tool
    from nbagent.toolset import Toolset as Toolset
    from nbagent.traced_client import trace_client as trace_client
    from nbagent.traced_model import Traced as Traced
    from nbagent.verbs import cosine_similarity as cosine_similarity
    from nbagent.verbs import count_tokens as count_tokens
    from nbagent.verbs import embed as embed
    from nbagent.verbs import models as models
    from nbagent.workflow import span as span

__version__ = "0.1.0"

_PLACES = {
    "Agent": "agent",
    "Approve": "decisions",
    "Batch": "batches",
    "Cached": "providers.cached",
    "Failure": "handlers",
    "FilePart": "messages",
    "Message": "messages",
    "NbagentError": "errors",
    "Request": "provider",
    "Result": "result",
    "Scripted": "providers.scripted",
    "Session": "session",
    "Tool": "tools",
    "ToolContext": "tool_context",
    "ToolResult": "tool_results",
    "Toolset": "toolset",
    "Trace": "observers.trace",
    "Traced": "traced_model",
    "Trim": "history",
    "annotated": "contents",
    "assistant": "messages",
    "cosine_similarity": "verbs",
    "count_tokens": "verbs",
    "embed": "verbs",
    "models": "verbs",
    "prompt": "templates",
    "prompt_templates": "templates",
    "run": "session",
    "run_many": "many",
    "set_key": "keys",
    "span": "workflow",
    "set_price": "prices",
    "add_trace_processor": "observers.watching",
    "draw_graph": "plots.graph",
    "set_redaction": "observers.redaction",
    "set_trace_processors": "observers.watching",
    "set_tracing_disabled": "observers.watching",
    "set_rate_limit": "providers.wrappers.rate_limit",
    "submit_batch": "batches",
    "tool": "tools",
    "tool_rules": "standing",
    "trace_client": "traced_client",
    "traces": "observers.trace",
    "user": "prompts",
}
__all__ = sorted(_PLACES)  # noqa: PLE0605  a list of strings, made of the table above


def __getattr__(name: str) -> Any:
    if name not in _PLACES:
        raise AttributeError(f"module 'nbagent' has no attribute {name!r}")
    value = getattr(import_module(f"nbagent.{_PLACES[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return [*__all__, "__version__"]


def load_ipython_extension(ip: Any) -> None:
    """What ``%load_ext nbagent`` calls."""
    from nbagent.notebook.extension import load

    load(ip)


def unload_ipython_extension(ip: Any) -> None:
    """What ``%unload_ext nbagent`` calls: everything is undone."""
    from nbagent.notebook.extension import unload

    unload(ip)


def _jupyter_labextension_paths() -> list[dict[str, str]]:
    return [{"src": "labextension", "dest": "nbagent-labextension"}]
