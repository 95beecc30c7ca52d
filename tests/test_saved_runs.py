"""Runs that were ever saved in a notebook: one schema a version, which those of every shape keep, those of today too."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest

from nbagent.observers.static import MIME, bundle

ROOT = Path(__file__).parents[1]
SCHEMA = json.loads((ROOT / "labextension" / "run.schema.json").read_text())
SAVED = sorted((ROOT / "tests" / "fixtures" / "saved").glob("*.json"))
SCENES = sorted((ROOT / "tests" / "fixtures" / "view").glob("*.json"))


@pytest.mark.parametrize("path", SAVED, ids=lambda path: path.stem)
def test_what_was_saved_once_keeps_the_schema_of_its_version(path):
    for state in json.loads(path.read_text()):
        assert path.name.startswith(f"{state['v']}-")
        jsonschema.validate(state, SCHEMA)


@pytest.mark.parametrize("path", SCENES, ids=lambda path: path.stem)
def test_what_is_saved_today_keeps_the_schema_too(path):
    saved = bundle(json.loads(path.read_text())["state"])[MIME]
    jsonschema.validate(saved, SCHEMA)
    assert set(saved) <= set(SCHEMA["properties"]), "a field is in no schema: say in labextension/run.schema.json what it is"


def test_what_keeps_no_schema_is_told_apart():
    state = json.loads(SAVED[0].read_text())[0]
    for change in ({"v": 2}, {"outcome": "perhaps"}, {"items": [{"k": "tool"}]}, {"items": [{"k": "hologram"}]}):
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(state | change, SCHEMA)
