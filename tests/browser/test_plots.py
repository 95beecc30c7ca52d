"""A plot in a real page: as SVG, as HTML with its tooltips and numbers, and as a matplotlib Figure."""

from __future__ import annotations

import pytest

pytestmark = [pytest.mark.browser]

MADE = r"""import nbagent
from nbagent import Agent
plot = nbagent.draw_graph(Agent(r"from $5 to \frac{1}{2}$ <b>", model="scripted:a", instructions="Plan."))"""


def test_a_plot_is_shown_in_each_of_its_forms_and_its_names_are_no_formulas(page, picture):
    page.notebook("plots.ipynb", [MADE, "plot", "plot.html()", "plot.figure()"])
    for index in range(4):
        page.run(index)
    assert page.output(1).locator("img[src^='data:image/svg']").count() == 1
    html = page.output(2)
    html.locator("summary").click()
    assert html.locator("table td", has_text=r"from $5 to \frac{1}{2}$ <b>").is_visible()
    assert html.locator("svg rect title").count() == 2
    assert html.locator("mjx-container, b, script").count() == 0
    drawn = page.output(3).locator("img[src^='data:image/png']")
    assert drawn.count() == 1
    assert drawn.evaluate("image => [image.width, image.naturalWidth / image.width]") == [470, 2]
    picture(page, "light")
    page.theme(dark=True)
    picture(page, "dark")


RUNS = """session = nbagent.Session(Agent("a", model=nbagent.Scripted(["It costs $5 or $6.", "It costs $7."])))
one, other = session.run("From $1 to $2"), session.run("From $1 to $3")"""


def test_two_runs_beside_one_another_are_texts_and_no_formulas(page, picture):
    page.notebook(
        "compared.ipynb", ["%load_ext nbagent\nimport nbagent\nfrom nbagent import Agent", RUNS, "%trace compare {{ one.run_id }} {{ other.run_id }}"]
    )
    for index in range(3):
        page.run(index)
    assert page.output(2).locator("td", has_text="It costs $5 or $6.").is_visible()
    assert page.output(2).locator("mjx-container").count() == 0
    picture(page, "light")
