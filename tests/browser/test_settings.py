"""JupyterLab's settings hold in the kernels of its notebooks: new ones, restarted ones, and at once when they are changed."""

from __future__ import annotations

import pytest

pytestmark = [pytest.mark.browser]

LOAD = """%load_ext nbagent
from nbagent.providers.scripted import Scripted
one, two = Scripted(["I am one."], name="one"), Scripted(["I am two."], name="two")
"""
SET = """async values => {
  const registry = await window.registry();
  const settings = await registry.load('nbagent-labextension:settings');
  for (const name of Object.keys(settings.user)) await settings.remove(name);
  for (const [name, value] of Object.entries(values)) await settings.set(name, value);
}"""
CHOSEN = "from nbagent.notebook.config import find_effective; find_effective(get_ipython())['max_steps'], find_effective(get_ipython())['system'].value"
REGISTRY = """() => {
  const manager = window.jupyterapp.serviceManager;
  const id = 'nbagent-labextension:settings';
  // through the same server door as the settings editor
  window.save = async values => { await manager.settings.save(id, JSON.stringify(values)); };
}"""


def choose(page, values):
    """As the settings editor does."""
    page.page.evaluate(
        """async values => {
          const id = 'nbagent-labextension:settings';
          const registry = window.jupyterapp.pluginRegistry ? null : null;
          await window.jupyterapp.serviceManager.settings.save(id, JSON.stringify(values));
        }""",
        values,
    )


def value(page, index):
    return page.run(index)["outputs"][0]["data"]["text/plain"]
