"""``python -m tests``: everything that has to hold, one part after another, and the sum at the end.

Runs in the environment of the Python that runs it. A part that fails does not stop the others. A part whose program is
not on this machine (node, chromium) is not run and says how to get it; where CI is set in the environment it has failed.
``python -m tests style python`` runs only these parts.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tests.postgres_server import programs

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "labextension"
BUILT = (ROOT / "nbagent" / "static", ROOT / "nbagent" / "labextension")
KEYS = ("ANTHROPIC_API_KEY", "OPENAI_API_KEY", "ANTHROPIC_BASE_URL", "OPENAI_BASE_URL", "NBAGENT_MODEL", "NBAGENT_CONFIG")


@dataclass
class Count:
    """What a part found. `missing` says what is not on this machine, and how to get it."""

    passed: int = 0
    failed: int = 0
    skipped: int = 0
    missing: str = ""

    def __add__(self, other: Count) -> Count:
        return Count(self.passed + other.passed, self.failed + other.failed, self.skipped + other.skipped, self.missing or other.missing)


def environment() -> dict[str, str]:
    """No keys, so that nothing is paid for, and the programs of this Python's environment first."""
    env = {name: value for name, value in os.environ.items() if name not in KEYS}
    env["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), env.get("PATH", os.defpath)])
    return env | {"PYDEVD_DISABLE_FILE_VALIDATION": "1"}


ENV = environment()


def run(*command: str, cwd: Path = ROOT, env: dict[str, str] | None = None) -> int:
    print(f"\n$ {' '.join(command)}", flush=True)
    return subprocess.run(command, cwd=cwd, env=ENV | (env or {}), check=False).returncode


def check(*command: str, cwd: Path = ROOT) -> Count:
    """A command that passes or fails as a whole."""
    return Count(failed=1) if run(*command, cwd=cwd) else Count(passed=1)


def counted(*command: str, report: str, cwd: Path = ROOT, env: dict[str, str] | None = None) -> Count:
    """A command that counts its tests in a JUnit report; `report` is its option for that, with {} for the path."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "report.xml"
        code = run(*command, *report.format(path).split(), cwd=cwd, env=env)
        count = read(path) if path.exists() else Count()
    if code and not count.failed:  # it fell over before it could count
        count.failed = 1
    return count


def read(path: Path) -> Count:
    """A JUnit report as a count."""
    count = Count()
    for case in ElementTree.parse(path).iter("testcase"):
        if case.find("failure") is not None or case.find("error") is not None:
            count.failed += 1
        elif case.find("skipped") is not None:
            count.skipped += 1
        else:
            count.passed += 1
    return count


def pytest(*arguments: str, env: dict[str, str] | None = None) -> Count:
    return counted(sys.executable, "-m", "pytest", "-q", *arguments, report="--junitxml={}", env=env)


# -- the parts ----------------------------------------------------------------------------------------------------------


def style() -> Count:
    ruff = (sys.executable, "-m", "ruff")
    return check(*ruff, "check") + check(*ruff, "format", "--check")


def types() -> Count:
    return check(sys.executable, "-m", "mypy")


def layers() -> Count:
    return check("lint-imports")


def python() -> Count:
    """With a PostgreSQL server's programs where they can be had; where not, its tests are skipped."""
    if not programs():
        install("postgresql")
    return pytest("tests", "--ignore=tests/browser")


def notebooks() -> Count:
    return pytest("--nbval", "--timeout=1800", "notebooks")


def page() -> Count:
    """The front end: it is built anew, and what is committed is what is built."""
    if not shutil.which("npm", path=ENV["PATH"]):
        return Count(missing="node 20 or newer, with npm: https://nodejs.org")
    before = contents()
    count = check("npm", "ci", "--no-audit", "--no-fund", cwd=PAGE)
    if count.failed:
        return count
    count += check("npm", "run", "build", cwd=PAGE)
    different = sorted(before.items() ^ contents().items())
    for path in dict.fromkeys(path for path, _ in different):
        print(f"not as it is committed: {path}")
    count += Count(failed=1) if different else Count(passed=1)
    return count + counted("npx", "vitest", "run", report="--reporter=default --reporter=junit --outputFile.junit={}", cwd=PAGE)


def contents() -> dict[str, str]:
    """The built files, each with what is in it as a hash."""
    files = (path for folder in BUILT for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(ROOT)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def browser() -> Count:
    found = chromium()
    if not found:
        install("chromium")
        found = shutil.which("chromium")
    if not found:
        return Count(missing=f"chromium: apt-get install chromium, or {sys.executable} -m playwright install --with-deps chromium")
    return pytest("tests/browser", env={"NBAGENT_CHROMIUM": found})


def chromium() -> str | None:
    """Where a Chromium is, if there is one."""
    from playwright.sync_api import sync_playwright

    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    found = os.environ.get("NBAGENT_CHROMIUM") or next(filter(None, map(shutil.which, names)), None)
    if found:
        return found
    with sync_playwright() as playwright:
        own = playwright.chromium.executable_path
    return own if Path(own).exists() else None


def install(package: str) -> None:
    """One of the system's packages, put there where we may."""
    if os.name != "posix" or os.geteuid() != 0 or not shutil.which("apt-get"):
        return
    run("apt-get", "update", "-qq")
    run("apt-get", "install", "-y", "-qq", "--no-install-recommends", package, env={"DEBIAN_FRONTEND": "noninteractive"})


PARTS: dict[str, tuple[str, Callable[[], Count]]] = {
    "style": ("ruff: lint and format", style),
    "types": ("mypy, strict", types),
    "layers": ("imports only go down", layers),
    "python": ("units, contracts, kernels", python),
    "notebooks": ("notebooks, outputs compared", notebooks),
    "page": ("the front end, built anew", page),
    "browser": ("JupyterLab in a browser", browser),
}


def main(names: list[str]) -> int:
    wrong = [name for name in names if name not in PARTS]
    if wrong:
        print(f"There is no part {wrong[0]!r}. Parts: {', '.join(PARTS)}.", file=sys.stderr)
        return 2
    rows, total = [], Count()
    for name in names or PARTS:
        title, part = PARTS[name]
        print(f"\n=== {name}: {title} {'=' * max(0, 90 - len(name + title))}", flush=True)
        begun = time.monotonic()
        count = part()
        if count.missing and os.environ.get("CI"):
            count.failed += 1
        rows.append((name, count, time.monotonic() - begun))
        total += count
    print(f"\n=== in short {'=' * 84}")
    for name, count, seconds in rows:
        verdict = "FAILED" if count.failed else "not run" if count.missing else "passed"
        what = f"needs {count.missing}" if count.missing else f"{count.passed} passed, {count.failed} failed, {count.skipped} skipped"
        print(f"{name:<10} {verdict:<8} {seconds:5.0f} s  {what}")
    skipped = f", {total.skipped} skipped" if total.skipped else ""
    print(f"{total.passed} passed, {total.failed} failed{skipped}", flush=True)
    return 1 if total.failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
