"""The names of parameters that providers are known to take, so that a slip in one is told, and no name is forbidden.

The names are those of the vendors' SDKs and of what local servers take; which of them a model takes is its adapter's table's to say.
"""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any

from nbagent.errors import ConfigError

_NAMES = (
    # sampling and limits
    "temperature top_p top_k top_a min_p typical_p seed stop stop_sequences max_tokens max_output_tokens max_completion_tokens max_tool_calls n "
    "presence_penalty frequency_penalty repetition_penalty repeat_penalty repeat_last_n logit_bias logprobs top_logprobs response_logprobs truncation "
    # thought
    "reasoning reasoning_effort effort thinking thinking_config thinking_level thinking_budget include_thoughts think chat_template chat_template_kwargs "
    # Anthropic
    "betas cache_control cache_point container context_management compaction diagnostics fallbacks fallback_credit_token inference_geo mcp_servers "
    "output_config speed system thread tool_choice tools billing_policy user_profile_id workspace_id "
    # OpenAI
    "access_programs audio background background_options conversation function_call functions image include instructions metadata modalities moderation "
    "parallel_tool_calls prediction previous_response_id prompt prompt_cache_key prompt_cache_options prompt_cache_retention response_format "
    "safety_identifier service_tier store stream_options text user verbosity web_search_options "
    # Google
    "audio_timestamp audio_transcription_config cached_content enable_enhanced_civic_answers generation_config image_config labels media_resolution "
    "model_armor_config model_selection_config response_json_schema response_mime_type response_modalities response_schema routing_config "
    "safety_settings speech_config stream_function_call_arguments tool_config "
    # AWS
    "additional_model_request_fields additional_model_response_field_paths guardrail_config inference_config performance_config prompt_variables "
    "request_metadata "
    # gateways and servers of one's own
    "models provider route transforms plugins usage search_settings documents citation_options compound_custom disable_tool_validation random_seed "
    "safe_prompt prompt_mode search_parameters deferred format keep_alive options truncate shift num_ctx num_predict num_keep num_batch num_gpu "
    "main_gpu num_thread use_mmap use_mlock draft_num_predict mirostat mirostat_eta mirostat_tau penalize_newline tfs_z numa low_vram grammar "
    "json_schema cache_prompt n_predict samplers guided_json guided_regex guided_choice ignore_eos min_tokens "
    # of the request itself
    "timeout extra_headers stream"
)
KNOWN = frozenset(_NAMES.split())
_NEAR = 0.8  # how alike two names are that differ by a slip: 0.84 is temprature, and 0.77 top_k and top_p
_TAKES_PROMPTS = ("openai", "azure-responses", "recorded", "scripted")


def misspelt(params: Mapping[str, Any]) -> list[str]:
    """A sentence for each name that nobody is known to take, and that is near one."""
    found = []
    for name in params:
        spelled = "".join(f"_{sign.lower()}" if sign.isupper() else sign for sign in name)  # Google's other spelling
        if spelled not in KNOWN and (near := get_close_matches(spelled, KNOWN, n=1, cutoff=_NEAR)):
            found.append(f"The parameter {name} is not known; it is sent as it is. Did you mean {near[0]}?")
    return found


def kept_prompt(params: Mapping[str, Any]) -> tuple[str, str | None] | None:
    """The id and the version of the prompt that the provider keeps, where the parameters name one."""
    said = params.get("prompt")
    if not isinstance(said, Mapping) or not said.get("id"):
        return None
    return str(said["id"]), None if said.get("version") is None else str(said["version"])


def check_prompt(provider: str, params: Mapping[str, Any]) -> None:
    """Raises `ConfigError` for a provider that keeps no prompts, where the parameters name one."""
    kept = kept_prompt(params)
    if kept is not None and provider not in _TAKES_PROMPTS:
        raise ConfigError(
            f"{provider} keeps no prompts, and {kept[0]} is one that OpenAI keeps.",
            "Prompts with an id are answered by the Responses API.",
            "Ask openai:MODEL, or write the prompt into a file of the folder prompts.",
        )
