"""The built extension: small, and nothing of JupyterLab's own in it."""

from __future__ import annotations

from pathlib import Path

BUILT = Path(__file__).parents[1] / "nbagent" / "labextension"
WIDGET = Path(__file__).parents[1] / "nbagent" / "static"


def test_what_a_page_can_load_of_us_is_less_than_a_megabyte():
    scripts = [path for path in BUILT.joinpath("static").iterdir() if path.suffix in (".js", ".css")]
    assert any(path.name.startswith("remoteEntry") for path in scripts)
    assert sum(path.stat().st_size for path in scripts) < 1_000_000
    assert sum(path.stat().st_size for path in WIDGET.iterdir()) < 500_000


def test_what_jupyterlab_has_itself_is_shared_and_not_bundled():
    names = [path.name for path in BUILT.joinpath("static").iterdir()]
    assert names
    assert not [name for name in names if any(own in name for own in ("jupyterlab_", "lumino_", "codemirror_", "_react_"))]
