"""The trace of a notebook: in memory, where ``%trace`` looks, and in the machine's file, where the settings say so.

The rule: settings are asked at the beginning of each run, and where tracing is off nothing of a run is built or written.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from nbagent.errors import ConfigError
from nbagent.events import Observer
from nbagent.observers.kept import DATABASES, OFF, Twice, default_path, shown
from nbagent.observers.trace import Trace
from nbagent.settings import Settings


class NotebookTrace(Trace):
    """The trace of one notebook, as the `settings` say at each run."""

    def __init__(self, settings: Callable[[], Settings]) -> None:
        self._kept = Twice()
        self._settings = settings
        super().__init__(self._kept)

    def observers(self) -> list[Observer]:
        settings = self._said()
        self._content, self._bodies = settings.trace_content, settings.trace_bodies if settings.trace else "off"
        if not settings.trace:
            return []
        self._kept.keep(settings.trace_db)
        return super().observers()

    def words(self) -> str:
        """What is to be said of where runs are kept, once: at the first run of a machine, or where they cannot be. '' mostly."""
        return self._kept.words()

    def machine(self) -> Trace:
        """The runs of all notebooks of this machine, those of this one with them. Raises `ConfigError` where none are kept."""
        self._kept.settle()
        if self._kept.disk is not None:
            trace = Trace(self._kept.disk)
            trace._recent = self._recent
            return trace
        where = self._said().trace_db
        if where is not None and where.startswith(DATABASES):
            return Trace.load(where)
        path = default_path() if where is None or where.lower() in OFF else Path(where).expanduser()
        if path.is_file():
            return Trace.load(path)
        raise ConfigError("No runs are kept on this machine.", f"They would be in {shown(path)}.", "%nbagent config shows trace and trace_db.")

    def having(self, typed: str) -> tuple[Trace, str]:
        """A run of this notebook, or else one of the machine."""
        if typed and any(run.startswith(typed) for run in self._kept.runs()):
            return super().having(typed)
        try:
            machine = self.machine()
        except ConfigError:
            return super().having(typed)
        return machine.having(typed)

    def _said(self) -> Settings:
        try:
            return self._settings()
        except ConfigError:  # a magic has said it already, and a session in Python has settings of its own
            return Settings()
