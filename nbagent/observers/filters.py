"""Which rows of a table are asked for: since when, of which model, or by any condition on its columns."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from nbagent.errors import ConfigError, did_you_mean

if TYPE_CHECKING:
    import pandas as pd

Since = str | datetime | timedelta
"""An instant, how long ago, or one of the two in words: ``2026-11-01``, ``2h``, ``3 days``, ``today``."""

_AGO = re.compile(r"(\d+(?:\.\d+)?)\s*(s|m|h|d|w|sec|second|min|minute|hour|day|week)s?(?:\s+ago)?", re.IGNORECASE)
_MISSING = re.compile(r"^name '(\w+)' is not defined")
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 604_800}


def instant(since: Since, now: datetime | None = None) -> int:
    """Nanoseconds since the epoch. A time without a zone is this machine's. Raises `ConfigError`."""
    now = now or datetime.now(UTC)
    if isinstance(since, timedelta):
        return _nanoseconds(now - since)
    if isinstance(since, datetime):
        return _nanoseconds(since)
    words = since.strip().lower()
    if words in ("today", "yesterday"):
        midnight = now.astimezone().replace(hour=0, minute=0, second=0, microsecond=0)
        return _nanoseconds(midnight - timedelta(days=words == "yesterday"))
    if ago := _AGO.fullmatch(words):
        return _nanoseconds(now - timedelta(seconds=float(ago[1]) * _SECONDS[ago[2][0]]))
    try:
        return _nanoseconds(datetime.fromisoformat(since.strip()))
    except ValueError as error:
        raise ConfigError(f"since={since!r} is no time.", mend="Write 2026-11-01, 2026-11-01T14:30, 2h, 3d, today or yesterday.") from error


def _nanoseconds(moment: datetime) -> int:
    return int(moment.astimezone(UTC).timestamp() * 1e9)


def filtered(frame: pd.DataFrame, *, model: str | None = None, where: str | None = None) -> pd.DataFrame:
    """The rows whose model holds these words, and for which the condition (as `DataFrame.query` takes it) holds."""
    if model is not None:
        names = [name for name in ("models", "model", "response_model") if name in frame.columns]
        if not names:
            raise ConfigError("This table has no models.", mend="calls() and runs() have.")
        found = frame[names[0]].str.contains(model, case=False, regex=False)
        for name in names[1:]:
            found = found | frame[name].str.contains(model, case=False, regex=False)
        frame = frame[found.fillna(False).astype(bool)]
    if where is not None:
        try:
            frame = frame.query(where)
        except Exception as error:  # whatever a condition may be wrong in
            shown, columns = " ".join(str(error).split())[:200], [str(name) for name in frame.columns]
            missing = _MISSING.search(shown)
            meant = _meant(missing[1], columns) if missing else ""
            raise ConfigError(
                f"where={where!r} is no condition on this table.", f"{shown}. {meant}" if meant else shown, "Its columns: " + ", ".join(columns)
            ) from error
    return frame.reset_index(drop=True) if model is not None or where is not None else frame


def _meant(typed: str, columns: list[str]) -> str:
    """The columns that are near, and those that begin so: ``cost`` is ``cost_usd``."""
    begun = [name for name in columns if name.startswith(f"{typed}_")]
    return f"Did you mean {' or '.join(begun[:3])}?" if begun else did_you_mean(typed, columns)


def of_kind(events: pd.DataFrame, kind: str | Sequence[str] | None, until: int | None) -> pd.DataFrame:
    """The events of these kinds, until an instant (nanoseconds). Raises `ConfigError` for a kind that there is not."""
    import pandas as pd

    if kind is not None:
        wanted, known = [kind] if isinstance(kind, str) else list(kind), list(events["event"].cat.categories)
        for each in wanted:
            if each not in known:
                raise ConfigError(f"There are no events {each!r}.", did_you_mean(str(each), known), "There are: " + ", ".join(known) + ".")
        events = events[events["event"].isin(wanted)]
    if until is not None:
        events = events[events["at"] <= pd.Timestamp(until, unit="ns", tz="UTC")]
    return events.reset_index(drop=True)
