"""All checks of the project, one after another: ``python -m tests``, or only some of them: ``python -m tests lint unit``.

It runs them all, whatever fails, says at the end which did, and exits with 1 if any did. What a check needs from the
system (Chromium) it installs where it may, and else says how.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

ROOT = Path(__file__).parents[1]
BUILT = ("nbagent/static", "nbagent/labextension")
HERE = Path(sys.executable).parent  # where ruff, mypy and the rest of this environment are
ENV = {**os.environ, "PATH": f"{HERE}{os.pathsep}{os.environ.get('PATH', '')}", "PYDEVD_DISABLE_FILE_VALIDATION": "1", "NBAGENT_LOCAL_THREADS": "1"}


def run(*command: str | Path, cwd: Path = ROOT) -> bool:
    """One command, its output as it comes; whether it went well."""
    print("$", *(Path(word).name if isinstance(word, Path) else word for word in command), flush=True)
    try:
        return subprocess.run([str(word) for word in command], cwd=cwd, env=ENV, check=False).returncode == 0
    except FileNotFoundError as error:
        print(f"{error.filename} is not installed.", flush=True)
        return False


def python(*arguments: str) -> bool:
    return run(Path(sys.executable), *arguments)


def lint() -> bool:
    return all([python("-m", "ruff", "check", "."), python("-m", "ruff", "format", "--check", ".")])


def types() -> bool:
    return python("-m", "mypy")


def layers() -> bool:
    return run(HERE / "lint-imports")


def front_end() -> bool:
    """Install, test and build the page's code; the build must equal what is committed."""
    if shutil.which("npm") is None:
        print("npm is not installed: the front end needs node 20 or newer.", flush=True)
        return False
    folder = ROOT / "labextension"
    before = built()
    steps: Sequence[Sequence[str]] = (("npm", "ci", "--no-audit", "--no-fund"), ("npm", "test"), ("npm", "run", "build"))
    if not all(run(*step, cwd=folder) for step in steps):
        return False
    changed = sorted(name for name, _ in before ^ built())
    if changed:
        print("The committed build is not what the sources make:", *changed, sep="\n  ", flush=True)
    return not changed


def built() -> set[tuple[str, str]]:
    """The built files and their digests."""
    files = (path for folder in BUILT for path in (ROOT / folder).rglob("*") if path.is_file())
    return {(str(path.relative_to(ROOT)), hashlib.sha256(path.read_bytes()).hexdigest()) for path in files}


def unit() -> bool:
    return python("-m", "pytest", "tests", "--ignore=tests/browser", "--ignore=tests/benchmarks")


def notebooks() -> bool:
    return python("-m", "pytest", "--nbval", "--nbval-cell-timeout=600", "notebooks")


def browser() -> bool:
    return chromium() and python("-m", "pytest", "tests/browser")


def chromium() -> bool:
    """Whether Chromium is here, or could be installed."""
    if os.environ.get("NBAGENT_CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser"):
        return True
    if shutil.which("apt-get") is None or os.geteuid() != 0:
        print("The browser tests need Chromium: install it, or set NBAGENT_CHROMIUM to its path.", flush=True)
        return False
    return run("apt-get", "update", "-qq") and run("apt-get", "install", "-y", "-qq", "chromium", "fonts-dejavu")


CHECKS: dict[str, Callable[[], bool]] = {
    "lint": lint,
    "types": types,
    "layers": layers,
    "front-end": front_end,
    "unit": unit,
    "notebooks": notebooks,
    "browser": browser,
}


def main(wanted: Sequence[str]) -> int:
    unknown = [name for name in wanted if name not in CHECKS]
    if unknown:
        print(f"There is no check {unknown[0]!r}. Checks: {', '.join(CHECKS)}.")
        return 2
    went: dict[str, bool] = {}
    for name in wanted or CHECKS:
        began = time.monotonic()
        print(f"\n=== {name}", flush=True)
        went[name] = CHECKS[name]()
        print(f"=== {name}: {'passed' if went[name] else 'FAILED'} in {time.monotonic() - began:.0f} s", flush=True)
    failed = [name for name, well in went.items() if not well]
    print("\nFailed: " + ", ".join(failed) if failed else "\nAll checks passed.", flush=True)
    print(f"{len(went) - len(failed)} passed, {len(failed)} failed", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
