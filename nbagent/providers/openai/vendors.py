"""The vendors that have a name of their own before the colon: ``mistral:MODEL``, ``azure:DEPLOYMENT`` and so on.

The rule: a vendor is a row of `vendor_rows` over one of two adapters, and nothing else.
"""

from __future__ import annotations

from nbagent.providers.openai import vendor_rows as rows
from nbagent.providers.openai.chat import OpenAIChat
from nbagent.providers.openai.responses import OpenAI


def azure(base_url: str | None = None, api_key: str | None = None) -> OpenAIChat:
    """Azure's deployments through Chat Completions; `base_url` or AZURE_OPENAI_ENDPOINT is the resource's address.

    With OPENAI_API_VERSION the older path is asked, that names the deployment.
    """
    return OpenAIChat(base_url, api_key, vendor=rows.AZURE)


def azure_responses(base_url: str | None = None, api_key: str | None = None) -> OpenAI:
    """Azure's deployments through the Responses API."""
    return OpenAI(base_url, api_key, vendor=rows.AZURE_RESPONSES)


def deepseek(base_url: str | None = None, api_key: str | None = None) -> OpenAIChat:
    """DeepSeek. Its thought goes back with the calls that it led to."""
    return OpenAIChat(base_url, api_key, vendor=rows.DEEPSEEK)


def groq(base_url: str | None = None, api_key: str | None = None) -> OpenAIChat:
    """Groq."""
    return OpenAIChat(base_url, api_key, vendor=rows.GROQ)


def mistral(base_url: str | None = None, api_key: str | None = None) -> OpenAIChat:
    """Mistral. Ids of calls that it would refuse are made into ones that it takes."""
    return OpenAIChat(base_url, api_key, vendor=rows.MISTRAL)


def openrouter(base_url: str | None = None, api_key: str | None = None) -> OpenAIChat:
    """OpenRouter, which tells what an answer cost. Its routing (`provider`, `models`, `transforms`, `plugins`) are parameters."""
    return OpenAIChat(base_url, api_key, vendor=rows.OPENROUTER)


def xai(base_url: str | None = None, api_key: str | None = None) -> OpenAIChat:
    """xAI's Grok through Chat Completions."""
    return OpenAIChat(base_url, api_key, vendor=rows.XAI)


def xai_responses(base_url: str | None = None, api_key: str | None = None) -> OpenAI:
    """xAI's Grok through the Responses API, which has its server's tools."""
    return OpenAI(base_url, api_key, vendor=rows.XAI_RESPONSES)
