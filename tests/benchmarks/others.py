"""The same answer through openai-agents and pydantic-ai, as their documentation streams it; their tracing is off, ours is on."""

from __future__ import annotations

import importlib.util
from collections.abc import Awaitable, Callable
from typing import Any

import anthropic
import openai

from tests.benchmarks.answers import MODELS

SPEAKS = {"openai-agents": ("openai-chat", "openai"), "pydantic-ai": ("openai-chat", "openai", "anthropic")}
INSTALLED = {"openai-agents": importlib.util.find_spec("agents") is not None, "pydantic-ai": importlib.util.find_spec("pydantic_ai") is not None}

Client = openai.AsyncOpenAI | anthropic.AsyncAnthropic
Ask = Callable[[], Awaitable[str]]
"""Asks once, listens to every event, and gives the answer."""


def client_for(api: str, base_url: str) -> Client:
    """The vendor's own client, with its own defaults but no retries."""
    kind = anthropic.AsyncAnthropic if api == "anthropic" else openai.AsyncOpenAI
    return kind(base_url=base_url, api_key="sk-benchmark", max_retries=0)


def openai_agents(api: str, client: Any) -> Ask:
    import agents

    agents.set_tracing_disabled(True)
    kind: Any = agents.OpenAIResponsesModel if api == "openai" else agents.OpenAIChatCompletionsModel
    agent = agents.Agent(name="assistant", model=kind(MODELS[api], client))

    async def ask() -> str:
        run = agents.Runner.run_streamed(agent, "What should I wear?")
        async for _ in run.stream_events():
            pass
        return str(run.final_output)

    return ask


def pydantic_ai(api: str, client: Any) -> Ask:
    from pydantic_ai import Agent, AgentRunResultEvent
    from pydantic_ai.models.anthropic import AnthropicModel
    from pydantic_ai.models.openai import OpenAIChatModel, OpenAIResponsesModel
    from pydantic_ai.providers.anthropic import AnthropicProvider
    from pydantic_ai.providers.openai import OpenAIProvider

    kind: Any = {"anthropic": AnthropicModel, "openai": OpenAIResponsesModel, "openai-chat": OpenAIChatModel}[api]
    provider: Any = AnthropicProvider(anthropic_client=client) if api == "anthropic" else OpenAIProvider(openai_client=client)
    agent = Agent(kind(MODELS[api], provider=provider))

    async def ask() -> str:
        answer = ""
        async with agent.run_stream_events("What should I wear?") as events:
            async for event in events:
                if isinstance(event, AgentRunResultEvent):
                    answer = str(event.result.output)
        return answer

    return ask


ASKING: dict[str, Callable[[str, Any], Ask]] = {"openai-agents": openai_agents, "pydantic-ai": pydantic_ai}
