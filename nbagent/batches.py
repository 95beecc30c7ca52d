"""Many prompts as one batch of a provider: sent at once, answered within a day, at the provider's lower price.

The rule: a batch is its provider's and its id, so that another kernel can ask for it tomorrow. Each prompt is one model call:
what needs a second one (tools, an output type by tools) is for `run_many`. The price list has no prices of batches, so that
no cost is said.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from nbagent.agent import Agent
from nbagent.bridge import wait_for
from nbagent.errors import ConfigError, NbagentError, ProviderError
from nbagent.messages import Message
from nbagent.named_models import named
from nbagent.prompts import prompt_message
from nbagent.provider import Batches, Batching, BatchState, Request
from nbagent.settings import configured_server, default_model
from nbagent.step import Step
from nbagent.templates import NamedPrompt

if TYPE_CHECKING:
    import pandas as pd

COLUMNS = ("custom_id", "answer", "outcome", "error", "model", "input_tokens", "output_tokens")
POLL = 30.0
"""Seconds between two looks at a batch."""
PATIENCE = 10
"""Looks in a row that may fail, of those that may go better the next time: a day has its bad minutes."""


class Batch:
    """A batch that was submitted: ``Batch("openai:", "batch_123")`` is one of another day."""

    def __init__(self, provider: str, id: str, *, base_url: str | None = None, api_key: str | None = None) -> None:  # noqa: A002  what providers call it
        if not isinstance(id, str) or not id.strip():
            raise ConfigError(f"{id!r} is no batch's id.", "It is the text that submit_batch's batch has as .id.")
        self.provider, self.id = provider.partition(":")[0], id
        self._batching = _batching(f"{self.provider}:", base_url, api_key)

    def __repr__(self) -> str:
        return f"Batch({f'{self.provider}:'!r}, {self.id!r})"

    def state(self) -> BatchState:
        """How far it is. Raises `ProviderError`."""
        return wait_for(lambda: self._batching.state(self.id))

    def cancel(self) -> None:
        """Ask for its end; what is answered by then can be had. Raises `ProviderError`."""
        wait_for(lambda: self._batching.cancel(self.id))

    def wait(self, *, poll: float = POLL) -> Batch:
        """Wait until it has ended, looking every `poll` seconds. An interrupt ends the waiting, and not the batch.

        Raises `ProviderError` where it cannot be looked at, also not at one of the next `PATIENCE` times.
        """
        if not poll >= 0:
            raise ConfigError(f"poll={poll} is no time between two looks.", "It is in seconds, 0 or more.")

        async def until_ended() -> None:
            failed = 0
            while True:
                try:
                    if (await self._batching.state(self.id)).ended:
                        return
                    failed = 0
                except ProviderError as error:
                    failed += 1
                    if not error.retryable or failed > PATIENCE:
                        raise
                await asyncio.sleep(poll)

        wait_for(until_ended)
        return self

    def answers(self) -> dict[str, Message | NbagentError]:
        """What came, by the prompts' ids: a message, or the error in its place; a line of the results that cannot be read is an error
        by its number (``"line 7"``). What a provider does not speak of is not there. Raises `ConfigError` where it has not ended."""
        state = self.state()
        if not state.ended:
            raise ConfigError(f"The batch {self.id} has not ended: {state.done} of {state.total} are answered.", mend="batch.wait().answers() waits for it.")
        came: Mapping[str, Any] = wait_for(lambda: self._batching.answers(self.id))
        return {name: each if isinstance(each, NbagentError) else _message(each, self.provider) for name, each in came.items()}

    def table(self) -> pd.DataFrame:
        """`answers` as a table, a row a prompt."""
        import pandas as pd

        return pd.DataFrame([_row(name, each) for name, each in self.answers().items()], columns=list(COLUMNS))


def submit_batch(agent: Agent, prompts: Iterable[Any] | Mapping[str, Any]) -> Batch:
    """Send each prompt to the agent's model as one batch: ``batch = submit_batch(agent, df.question)``.

    The ids of the prompts are the keys of a mapping, or their numbers (``"0"``, ``"1"`` ...). Raises `ConfigError` for an agent
    with tools or an output type and for a provider that takes no batches, `MissingKey` and `ProviderError`.
    """
    if agent.tools or agent.output_type is not None:
        raise ConfigError("A batch is one model call a prompt: no tools and no output type.", mend="run_many(agent, prompts) has both.")
    model = agent.model or default_model()[0]
    if not isinstance(model, str):
        raise ConfigError("A batch goes to a model by its name.", mend='Give the agent one: Agent(model="openai:...").')
    base_url = agent.base_url or configured_server(agent.model)
    batching, name = _batching(model, base_url, agent.api_key), model.partition(":")[2]
    if isinstance(prompts, str | bytes):
        raise ConfigError("The prompts are one text.", mend="Give a list of them: submit_batch(agent, [text]).")
    given = prompts if isinstance(prompts, Mapping) else {str(number): prompt for number, prompt in enumerate(prompts)}
    if not given:
        raise ConfigError("There is nothing to send: no prompts are given.")
    requests = {str(key): Request(name, (_message_of(prompt),), agent.instructions, params=agent.params) for key, prompt in given.items()}
    if len(requests) < len(given):
        raise ConfigError("Two prompts have the same id.", "Ids are texts: 1 and '1' are one.")
    return Batch(model, wait_for(lambda: batching.submit(requests)), base_url=base_url, api_key=agent.api_key)


def _batching(model: str, base_url: str | None, api_key: str | None) -> Batching:
    provider, _ = named(model, base_url=base_url, api_key=api_key)
    if not isinstance(provider, Batches):
        raise ConfigError(f"{provider.name} takes no batches.", "openai: and anthropic: do.", "run_many(agent, prompts) runs them one by one.")
    return provider.batching()


def _message_of(prompt: Any) -> Message:
    return prompt_message(prompt.message if isinstance(prompt, NamedPrompt) else prompt)


def _message(events: list[Any], provider: str) -> Message:
    step = Step()
    step.take(events)
    return step.message(step.ended.finish_reason if step.ended else "stop", provider, step.model or "", partial=False)


def _row(name: str, each: Message | NbagentError) -> dict[str, Any]:
    if isinstance(each, NbagentError):
        return {"custom_id": name, "outcome": "failed", "error": " ".join(each.lines)}
    usage = each.usage
    counted = {"input_tokens": usage.input_tokens, "output_tokens": usage.output_tokens} if usage else {}
    return {"custom_id": name, "answer": each.text, "outcome": "completed", "model": each.model, **counted}
