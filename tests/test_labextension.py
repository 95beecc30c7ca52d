"""The built extension: small, nothing of JupyterLab's own in it, and of one mind with the kernel on settings and options."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest

from nbagent.settings import NAMES
from tests import page_files

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


def test_the_settings_of_jupyterlab_are_those_of_the_kernel():
    schema = json.loads(page_files.SCHEMA.read_text())
    assert schema["properties"] == page_files.properties(), "write it again: python -m tests.page_files, and build"
    assert tuple(schema["properties"]) == NAMES
    assert schema["additionalProperties"] is False
    assert json.loads((BUILT / "schemas" / "nbagent-labextension" / "settings.json").read_text()) == schema, "build the extension again"


def test_every_default_of_the_schema_is_nothing_said():
    schema = json.loads(page_files.SCHEMA.read_text())
    jsonschema.validate(dict.fromkeys(NAMES), schema)
    jsonschema.validate(
        {"stream": False, "approve": "never", "max_steps": 1, "params": {"temperature": 0}, "rate_limits": {"openai": {"requests": 60}}}, schema
    )
    for wrong in ({"api_key": "sk-1"}, {"max_steps": 0}, {"approve": "sometimes"}, {"max_cost": 0}, {"stream": "yes"}):
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(wrong, schema)


def test_the_page_knows_which_options_take_values():
    assert page_files.VALUES.read_text() == page_files.values(), "write it again: python -m tests.page_files, and build"
