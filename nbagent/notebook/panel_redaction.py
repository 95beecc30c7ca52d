"""What a person takes out of traces (`nbagent.set_redaction`), taken out of what the panel tells of runs as well.

The rule: this is the one place where the tab's answers leave for the page. What was read from a file or a table is clean already; what
was read from spans in memory is not. Names, ids and numbers stay as they are.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from nbagent.observers.redaction import Redact, redaction, within

Row = dict[str, Any]


def redacted(say: Callable[[Row], None]) -> Callable[[Row], None]:
    """`say`, with the texts of each answer cleaned; itself where nobody takes anything out."""
    if (clean := redaction()) is None:
        return say
    return lambda answer: say(_answer(answer, clean))


def _answer(answer: Row, clean: Redact) -> Row:
    match answer:
        case {"t": "runs", "rows": rows}:
            return answer | {"rows": [row | {name: _text(row[name], clean) for name in ("prompt", "error")} for row in rows]}
        case {"t": "run", "rows": rows}:
            return answer | {"rows": [[*row[:-1], _text(row[-1], clean)] for row in rows]}  # the last of a span's row is its error
        case {"t": "span", "span": {"facts": facts, "sections": sections} as span}:
            error, table = span["error"], span["table"]
            return answer | {"span": span | {
                "facts": [(label, clean(value)) for label, value in facts],
                "sections": [section | {"text": within(section["text"], clean) if section["format"] == "json" else clean(section["text"])}
                             for section in sections],
                "error": error and {"type": error["type"], "message": clean(error["message"]), "traceback": clean(error["traceback"])},
                "table": table and table | {"rows": [[_text(cell, clean) for cell in row] for row in table["rows"]]},
            }}  # fmt: skip
        case {"t": "raw", "rebuilt": True, "bodies": [*bodies]}:
            return answer | {"bodies": [body and within(body, clean) for body in bodies]}
        case _:
            return answer


def _text(value: Any, clean: Redact) -> Any:
    return clean(value) if isinstance(value, str) and value else value
