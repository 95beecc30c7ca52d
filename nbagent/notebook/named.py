"""``%%agent --prompt NAME``: a cell's options and text with those of a prompt that has a name; and ``%nbagent prompts``.

The rule: what the line says counts before what the prompt's file says, and a value on the line before a variable of the notebook.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from msgspec import UNSET
from msgspec.structs import replace as replaced

from nbagent.errors import ConfigError
from nbagent.messages import TextPart
from nbagent.notebook.options import AgentOptions
from nbagent.templates import NamedPrompt, prompt_template, prompt_templates

if TYPE_CHECKING:
    import pandas as pd

_KEPT = "pmpt_"  # how the ids of prompts begin that OpenAI keeps


def with_prompt(options: AgentOptions) -> AgentOptions:
    """The options with those of the prompt's file; or with the id of a prompt that the provider keeps, ``pmpt_123`` or
    ``pmpt_123@2``, as the parameter that it is. Raises `ConfigError`."""
    name = options.named or ""
    if name.startswith(_KEPT):
        number, _, version = name.partition("@")
        kept = {"id": number} | ({"version": version} if version else {}) | ({"variables": _as_texts(options.variables)} if options.variables else {})
        return replace(options, named=None, variables={}, params={**options.params, "prompt": kept})
    template = prompt_template(name)
    return replace(
        options,
        model=options.model or template.model,
        system=template.system if options.system is None else options.system,
        output_type=options.output_type or template.output_type,
        params={**template.params, **options.params},
    )


def filled(options: AgentOptions, namespace: Mapping[str, Any], more: Sequence[Any]) -> NamedPrompt:
    """The prompt of the line, with the notebook's variables for what the line does not give; `more` stands below it."""
    below = [replaced(part, text=f"\n\n{part.text}") if number == 0 and isinstance(part, TextPart) else part for number, part in enumerate(more)]
    if below and isinstance(more[0], TextPart) and not more[0].text.strip():
        below = below[1:]
    return prompt_template(options.named or "").fill(options.variables, around=namespace, more=below)


def prompts_table() -> pd.DataFrame:
    """The prompts with names. Raises `ConfigError` for a file that is wrong."""
    from nbagent.notebook.manage import table

    rows = [
        {
            "prompt": each.name,
            "description": each.description or None,
            "variables": ", ".join(name if one.default is UNSET else f"{name}={one.default!r}" for name, one in each.variables.items()) or None,
            "model": each.model,
            "output_type": each.output_type,
            "version": each.version,
            "file": str(each.path),
        }
        for each in prompt_templates()
    ]
    return table(rows, ("prompt", "description", "variables", "model", "output_type", "version", "file"))


def prompt_page(name: str) -> str:
    """One prompt, to read: what it is for, what it takes, and its text."""
    each = prompt_template(name)
    takes = [
        f"  {variable}{'' if one.default is UNSET else f' = {one.default!r}'}{f': {one.about}' if one.about else ''}"
        for variable, one in each.variables.items()
    ]
    return "\n".join([each.description or each.name, f"version {each.version}, {each.path}", *(["It takes:", *takes] if takes else []), "", each.text])


def _as_texts(values: Mapping[str, Any]) -> dict[str, str]:
    """What OpenAI's prompts take: texts."""
    if odd := next((name for name, value in values.items() if not isinstance(value, str | int | float)), None):
        raise ConfigError(f"The variable {odd} of a prompt that OpenAI keeps is a text.", f"It is {type(values[odd]).__name__}.")
    return {name: str(value) for name, value in values.items()}
