"""The Jupyter server's end of the trace panel: the runs of this machine where no kernel can be asked for them.

The rule: it answers what a kernel would of the machine's file, from the same code, and only to who may read on this server. Nothing is
imported before somebody asks.
"""

from __future__ import annotations

import asyncio
import json
from contextlib import suppress
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from jupyter_core.utils import ensure_async
from jupyter_server.auth.decorator import ws_authenticated
from jupyter_server.base.handlers import JupyterHandler
from jupyter_server.base.websocket import WebSocketMixin
from jupyter_server.utils import url_path_join
from tornado import web
from tornado.websocket import WebSocketClosedError, WebSocketHandler

if TYPE_CHECKING:
    from nbagent.notebook.panel_runs import Runs


def _jupyter_server_extension_points() -> list[dict[str, str]]:
    return [{"module": "nbagent.notebook.server"}]


def _load_jupyter_server_extension(app: Any) -> None:
    place = url_path_join(app.web_app.settings["base_url"], "nbagent", "panel")
    app.web_app.add_handlers(".*$", [(place, PanelSocket)])


class PanelSocket(WebSocketMixin, WebSocketHandler, JupyterHandler):
    """One panel without a kernel. It is greeted with ``machine``, and then asks as it would ask a kernel."""

    auth_resource = "nbagent"

    def set_default_headers(self) -> None:
        """A socket has none."""

    @ws_authenticated
    async def get(self) -> None:
        """Who may not read here is told so."""
        if not await ensure_async(self.authorizer.is_authorized(self, self.current_user, "read", self.auth_resource)):
            raise web.HTTPError(403)
        await super().get()

    async def open(self) -> None:
        super().open()
        self._loop = asyncio.get_running_loop()
        self._runs: Runs | None = await self._loop.run_in_executor(None, _runs, self.settings.get("server_root_dir", ""))
        self._send({"t": "machine"})

    def on_message(self, message: str | bytes) -> None:
        """Answer a question; what is none is not answered."""
        try:
            question = json.loads(message)
        except ValueError:
            return
        if isinstance(question, dict) and self._runs is not None:
            self._runs.hear(question, self._say)

    def on_close(self) -> None:
        super().on_close()
        if (runs := getattr(self, "_runs", None)) is not None:
            runs.leave()

    def _say(self, answer: dict[str, Any]) -> None:
        """On whichever thread the answer was found."""
        with suppress(RuntimeError):  # the server has ended
            self._loop.call_soon_threadsafe(self._send, answer)

    def _send(self, answer: dict[str, Any]) -> None:
        from nbagent.notebook.panel_rows import plain

        with suppress(WebSocketClosedError):  # who asked is gone
            self.write_message(json.dumps(plain(answer)))


def _runs(root: str) -> Runs:
    from nbagent.notebook.desk import Desk
    from nbagent.notebook.kept_runs import NotebookTrace
    from nbagent.notebook.panel_runs import Runs
    from nbagent.notebook.whence import Whence
    from nbagent.settings import load_settings

    whence = Whence(SimpleNamespace(user_ns={}), str(Path(root).expanduser() / "any.ipynb"))
    return Runs(Desk(trace=NotebookTrace(load_settings), whence=whence))
