"""A real JupyterLab on loopback, and a page of it or of Notebook 7 in headless Chromium, as a person would have them."""

from __future__ import annotations

import json
import os
import secrets
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import nbformat

from nbagent.observers.sqlite import SQLite

CHROMIUM = os.environ.get("NBAGENT_CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser") or "/usr/bin/chromium"
FLAGS = [
    "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage", "--disable-extensions",
]  # fmt: skip
PROXIES = ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY")
KEYS = ("ANTHROPIC_API_KEY", "OPENAI_API_KEY", "NBAGENT_MODEL", "NBAGENT_CONFIG", *PROXIES)

OPEN = """async ([path, kernel]) => {
  const app = window.jupyterapp;
  await app.restored;
  const preference = kernel ? undefined : {shouldStart: false, canStart: false};
  const panel = await app.commands.execute('docmanager:open', {path, factory: 'Notebook', kernelPreference: preference});
  await panel.context.ready;
  if (kernel) await panel.sessionContext.ready;
  window.panel = panel;
  return panel.sessionContext.session?.kernel?.name ?? null;
}"""
OPENED = """async () => {
  await window.jupyterapp.restored;
  while (!window.jupyterapp.shell.currentWidget?.sessionContext) await new Promise(resolve => setTimeout(resolve, 20));
  const panel = window.jupyterapp.shell.currentWidget;
  await panel.context.ready;
  await panel.sessionContext.ready;
  window.panel = panel;
}"""
START = """(index) => {
  const notebook = window.panel.content;
  notebook.activeCellIndex = index;
  notebook.deselectAll();
  window.ran = window.ran || {};
  window.ran[index] = false;
  window.jupyterapp.commands.execute('notebook:run-cell').then(() => { window.ran[index] = true; });
}"""
CELL = "index => window.panel.content.model.cells.get(index).toJSON()"


def free_port() -> int:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])


class Lab:
    """A JupyterLab server whose home, settings and data are a folder of its own."""

    def __init__(self, home: Path, root: Path) -> None:
        self.port, self.token, self.root, self.data = free_port(), secrets.token_hex(16), root, home / "nbagent"
        SQLite(self.data / "trace.db")  # what the first run of a machine says is no part of the scenes
        settings = home / "settings" / "@jupyterlab" / "apputils-extension"
        settings.mkdir(parents=True)
        (settings / "notification.jupyterlab-settings").write_text(json.dumps({"fetchNews": "false", "checkForUpdates": False}))
        env = {key: value for key, value in os.environ.items() if key not in KEYS}
        env |= {
            "HOME": str(home), "IPYTHONDIR": str(home / "ipython"), "JUPYTER_CONFIG_DIR": str(home / "config"), "JUPYTER_DATA_DIR": str(home / "data"),
            "JUPYTER_RUNTIME_DIR": str(home / "runtime"), "JUPYTERLAB_SETTINGS_DIR": str(home / "settings"),
            "JUPYTERLAB_WORKSPACES_DIR": str(home / "workspaces"), "NBAGENT_DATA": str(self.data), "NO_PROXY": "127.0.0.1,localhost",
            "NBAGENT_CACHE": os.environ.get("NBAGENT_CACHE") or str(Path.home() / ".cache" / "nbagent"),
        }  # fmt: skip
        self.log = (home / "lab.log").open("wb")
        command = [
            sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", "--ip=127.0.0.1", f"--port={self.port}", "--ServerApp.port_retries=0",
            f"--IdentityProvider.token={self.token}", f"--ServerApp.root_dir={root}", "--expose-app-in-browser",
            "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate", "--LabApp.news_url=",
            f"--ServerApp.jpserver_extensions={{'notebook': {find_spec('notebook') is not None}}}", "--JupyterNotebookApp.expose_app_in_browser=True",
        ]  # fmt: skip
        self.process = subprocess.Popen(command, env=env, stdout=self.log, stderr=subprocess.STDOUT, cwd=root)
        self.url = f"http://127.0.0.1:{self.port}"
        self._wait(home)

    def _wait(self, home: Path) -> None:
        until = time.monotonic() + 90
        while True:
            try:
                urllib.request.urlopen(f"{self.url}/api/status?token={self.token}", timeout=2).read()
            except (OSError, urllib.error.URLError):
                if self.process.poll() is not None or time.monotonic() > until:
                    raise RuntimeError((home / "lab.log").read_text()[-2000:]) from None
                time.sleep(0.1)
            else:
                return

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(20)
        self.log.close()


class Page:
    """A page of JupyterLab, and the notebook that is open on it."""

    def __init__(self, browser: Any, lab: Lab, *, width: int = 1280, height: int = 900) -> None:
        self.context = browser.new_context(viewport={"width": width, "height": height})
        self.page = self.context.new_page()
        self.errors: list[str] = []
        self.page.on("pageerror", lambda error: self.raised(f"{error}\n{error.stack}"))
        self.lab = lab
        self.again()

    def raised(self, error: str) -> None:
        self.errors.append(error)

    def again(self) -> None:
        """The page as after a reload, nothing open on it."""
        lab = self.lab
        self.page.goto(f"{lab.url}/lab?token={lab.token}&reset", wait_until="domcontentloaded")
        self.page.wait_for_function("() => window.jupyterapp && window.jupyterapp.restored", timeout=60_000)
        self.page.evaluate("async () => { await window.jupyterapp.restored; await window.jupyterapp.commands.execute('application:toggle-left-area'); }")

    def notebook(self, name: str, cells: list[str]) -> None:
        """Write a notebook of code cells and open it with a kernel."""
        made = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in cells])
        made.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3 (ipykernel)", "language": "python"}
        path = self.lab.root / name
        assert not path.exists(), f"another test has a notebook {name}, and its kernel lives on"
        nbformat.write(made, path)
        self.open(name)

    def open(self, name: str, *, kernel: bool = True) -> None:
        self.page.evaluate(OPEN, [name, kernel])

    def start(self, index: int) -> None:
        """Run a cell and do not wait for it."""
        self.page.evaluate(START, index)

    def wait(self, index: int, timeout: float = 60) -> dict[str, Any]:
        """Wait for a cell that was started; its cell as saved."""
        self.page.wait_for_function("index => window.ran[index]", arg=index, timeout=timeout * 1000)
        return self.cell(index)

    def run(self, index: int, timeout: float = 60) -> dict[str, Any]:
        self.start(index)
        return self.wait(index, timeout)

    def running(self, index: int) -> bool:
        return not self.page.evaluate("index => window.ran[index]", index)

    def cell(self, index: int) -> dict[str, Any]:
        return self.page.evaluate(CELL, index)

    def output(self, index: int) -> Any:
        """What stands below a cell, to look into."""
        return self.page.locator(".jp-Notebook .jp-CodeCell").nth(index).locator(".jp-OutputArea")

    def save(self) -> None:
        self.page.evaluate("async () => { await window.panel.context.save(); }")

    def theme(self, dark: bool) -> None:
        name = "JupyterLab Dark" if dark else "JupyterLab Light"
        self.page.evaluate("async name => { await window.jupyterapp.commands.execute('apputils:change-theme', {theme: name}); }", name)
        self.page.wait_for_function("dark => document.body.dataset.jpThemeLight === (dark ? 'false' : 'true')", arg=dark)
        self.page.locator("#jupyterlab-splash").wait_for(state="detached")  # it hides the page, also from a screenshot

    def close(self) -> None:
        self.context.close()


class NotebookPage(Page):
    """A page of Notebook 7, which shows one notebook and nothing else."""

    def raised(self, error: str) -> None:
        # Notebook 7.6 beside JupyterLab 4.6 raises one of its own on every page ("reading 'schema'"), also without us
        if "nbagent" in error or "blob:" in error:
            self.errors.append(error)

    def again(self) -> None:
        self.page.goto(f"{self.lab.url}/tree?token={self.lab.token}&reset", wait_until="domcontentloaded")
        self.page.wait_for_function("() => window.jupyterapp && window.jupyterapp.restored", timeout=60_000)

    def open(self, name: str, *, kernel: bool = True) -> None:
        """Open a notebook; without `kernel` with one that has run nothing, for Notebook 7 always starts one."""
        if not kernel:
            self.page.evaluate("async () => { await window.panel?.sessionContext.shutdown(); }")
        self.page.goto(f"{self.lab.url}/notebooks/{name}", wait_until="domcontentloaded")
        self.page.wait_for_function("() => window.jupyterapp && window.jupyterapp.restored", timeout=60_000)
        self.page.evaluate(OPENED)


@contextmanager
def chromium() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS, headless=True)
        try:
            yield browser
        finally:
            browser.close()
