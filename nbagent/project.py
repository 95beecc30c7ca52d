"""Which folders belong to the notebook: its own, and those above it up to the top of its project.

The rule: outside of a project it is its own folder and no other, and the home folder is never looked into from below.
"""

from __future__ import annotations

from pathlib import Path

_TOP = (".git", ".hg", "pyproject.toml", "setup.py", "package.json", "environment.yml", "requirements.txt")  # one of them is in a project's top folder


def folders() -> list[Path]:
    """The folders, the nearest first: the working folder, which is the notebook's, and those above it. [] where it was deleted."""
    try:
        start, home = Path.cwd(), Path.home()
    except (OSError, RuntimeError):
        return []
    found: list[Path] = []
    for folder in (start, *start.parents):
        if folder == home and folder != start:
            break
        found.append(folder)
        if any((folder / mark).exists() for mark in _TOP):
            return found
    return [start]
