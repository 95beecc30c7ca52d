"""Traces that others wrote, as the tables of ours: which kind of file it is, and its spans as they stand there.

Read are nbagent's JSON lines, OpenTelemetry's JSON (as collectors' file exporters write it, a request a line or one in the
file) and openai-agents' exports. What a file is is seen in it, not in its name. An error names the line.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from nbagent.errors import ConfigError
from nbagent.observers import semconv
from nbagent.observers.columns import Columns
from nbagent.observers.exports import read_lines
from nbagent.observers.imported import Found, tables
from nbagent.observers.rows import Table

_AGENTS = {"agent": "invoke_agent", "generation": "chat", "response": "chat", "function": "execute_tool", "handoff": "handoff", "guardrail": "guardrail"}
_TOKENS = {
    "input_tokens": "gen_ai.usage.input_tokens", "output_tokens": "gen_ai.usage.output_tokens",
    "cached_input_tokens": semconv.CACHE_READ, "cache_write_input_tokens": semconv.CACHE_WRITE,
}  # fmt: skip


def read_file(path: Path) -> dict[Table, Columns]:
    """The tables of a file that is no database. Raises `ConfigError` that names the line."""
    records = _records(path)
    first = next(records, None)
    if isinstance(first, tuple) and isinstance(first[1], dict) and "nbagent.trace" in first[1]:
        return read_lines(path)
    found: list[Found] = []
    names: dict[str, dict[str, Any]] = {}  # of openai-agents: a trace is told after its spans
    for number, record in (first, *records) if first else ():
        try:
            for item in record["data"] if isinstance(record, dict) and isinstance(record.get("data"), list) else [record]:
                if "resourceSpans" in item or "resource_spans" in item:
                    found += _otlp(item)
                elif item["object"] == "trace":
                    names[item["id"]] = item
                else:
                    found.append(_agents(item))
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise ConfigError(
                f"{path}, line {number}: this is no trace that nbagent reads.",
                f"{type(error).__name__}: {error}",
                "It reads its own JSON lines, OpenTelemetry's JSON, and openai-agents' exports.",
            ) from error
    return tables([_named(span, names.get(span.trace_id, {})) for span in found])


def _records(path: Path) -> Iterator[tuple[int, Any]]:
    """The JSON values of a file, with their lines: one a line, or one that is the whole file."""
    with path.open(encoding="utf-8", errors="replace") as file:
        for number, line in enumerate(file, 1):
            if not line.strip():
                continue
            try:
                yield number, json.loads(line)
            except ValueError:
                if number > 1:
                    raise _no_json(path, number) from None
                break
        else:
            return
    try:
        yield 1, json.loads(path.read_text(encoding="utf-8", errors="replace"))
    except ValueError as error:
        raise _no_json(path, getattr(error, "lineno", 1)) from error


def _no_json(path: Path, number: int) -> ConfigError:
    return ConfigError(f"{path}, line {number}: this is no JSON.", mend="Trace.load reads databases of nbagent, and traces as JSON.")


# -- OpenTelemetry ------------------------------------------------------------------------------------------------------


def _otlp(request: Mapping[str, Any]) -> Iterator[Found]:
    for resource in _get(request, "resourceSpans"):
        for scope in _get(resource, "scopeSpans"):
            for span in scope["spans"]:
                status = span.get("status") or {}
                failed = status.get("code") in (2, "STATUS_CODE_ERROR")
                yield Found(
                    trace_id=str(_get(span, "traceId")),
                    span_id=str(_get(span, "spanId")),
                    parent_id=span.get("parentSpanId") or span.get("parent_span_id") or None,
                    name=str(span["name"]),
                    started=int(_get(span, "startTimeUnixNano")),
                    ended=int(span.get("endTimeUnixNano") or span.get("end_time_unix_nano") or 0) or None,
                    attributes=_attributes(span.get("attributes")),
                    failed=failed,
                    error=status.get("message") or None,
                    events=[
                        (int(event.get("timeUnixNano") or event.get("time_unix_nano") or 0), str(event["name"]), _attributes(event.get("attributes")))
                        for event in span.get("events") or ()
                    ],
                )


def _get(values: Mapping[str, Any], name: str) -> Any:
    """A field under the name that JSON has for it, or protobuf's."""
    return values[name] if name in values else values["".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name)]


def _attributes(pairs: Any) -> dict[str, Any]:
    return {str(pair["key"]): _value(pair.get("value") or {}) for pair in pairs or ()}


def _value(value: Mapping[str, Any]) -> Any:
    for kind, said in value.items():
        match kind.replace("_", "").lower():
            case "intvalue":
                return int(said)
            case "doublevalue":
                return float(said)
            case "arrayvalue":
                return [_value(item) for item in said.get("values") or ()]
            case "kvlistvalue":
                return _attributes(said.get("values"))
            case _:
                return said
    return None


# -- openai-agents ------------------------------------------------------------------------------------------------------


def _agents(item: Mapping[str, Any]) -> Found:
    data, error = item["span_data"], item.get("error") or {}
    kind = data["type"]
    inner = data.get("data") if isinstance(data.get("data"), dict) else {}
    usage = data.get("usage") or {}
    said = {key: value for key, value in data.items() if value is not None and key not in ("input", "output", "usage", "model_config", "data")}
    attributes: dict[str, Any] = {f"openai_agents.{key}": value for key, value in (said | inner).items()}
    name = str(data.get("name") or kind)
    attributes[semconv.OPERATION] = "invoke_workflow" if inner.get("sdk_span_type") == "task" else _AGENTS.get(kind)
    match kind:
        case "agent":
            attributes[semconv.AGENT] = name
        case "generation" | "response":
            attributes |= {semconv.PROVIDER: "openai", semconv.REQUEST_MODEL: data.get("model"), semconv.RESPONSE_ID: data.get("response_id")}
            attributes |= {f"{semconv.REQUEST}{key}": value for key, value in (data.get("model_config") or {}).items()}
            attributes |= {_TOKENS[key]: value for key, value in usage.items() if key in _TOKENS}
            attributes |= {semconv.INPUT: data.get("input"), semconv.OUTPUT: data.get("output")}
            name = f"chat {data.get('model') or ''}".strip()
        case "function":
            attributes |= {semconv.TOOL: name, "gen_ai.tool.call.arguments": data.get("input"), "gen_ai.tool.call.result": data.get("output")}
            name = f"execute_tool {name}"
        case "handoff":
            name = f"handoff {data.get('to_agent') or ''}".strip()
    return Found(
        trace_id=str(item["trace_id"]),
        span_id=str(item["id"]),
        parent_id=item.get("parent_id"),
        name=name,
        started=_instant(item["started_at"]),
        ended=_instant(item["ended_at"]) if item.get("ended_at") else None,
        attributes={key: value for key, value in attributes.items() if value is not None},
        failed=bool(error),
        error=str(error.get("message")) if error else None,
    )


def _named(span: Found, told: Mapping[str, Any]) -> Found:
    """A span of openai-agents with what its trace says of itself."""
    more = {semconv.WORKFLOW: told.get("workflow_name"), semconv.SESSION: told.get("group_id")}
    span.attributes |= {key: value for key, value in more.items() if value is not None}
    return span


def _instant(text: str) -> int:
    """Nanoseconds since the epoch, exact to the microsecond."""
    moment = datetime.fromisoformat(text)
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    since = moment - datetime(1970, 1, 1, tzinfo=UTC)
    return (since.days * 86_400 + since.seconds) * 10**9 + since.microseconds * 1000
