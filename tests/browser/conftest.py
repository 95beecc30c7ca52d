"""One JupyterLab and one browser for all browser tests; a fresh page for each."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1]))  # the tests' own harness stands beside this folder

from lab import Lab, NotebookPage, Page, chromium

PICTURES = Path(__file__).parent / "screenshots"


@pytest.fixture(scope="session")
def lab(tmp_path_factory):
    home, root = tmp_path_factory.mktemp("home"), tmp_path_factory.mktemp("notebooks")
    lab = Lab(home, root)
    yield lab
    lab.stop()


@pytest.fixture(scope="session")
def browser():
    with chromium() as browser:
        yield browser


@pytest.fixture
def page(lab, browser):
    page = Page(browser, lab)
    yield page
    page.close()
    assert page.errors == [], "the page raised errors"


@pytest.fixture
def notebook_page(lab, browser):
    """The same in Notebook 7."""
    page = NotebookPage(browser, lab)
    yield page
    page.close()
    assert page.errors == [], "the page raised errors"


@pytest.fixture
def picture(request):
    """Where this test's screenshots go: ``picture(page, "dark")``."""
    PICTURES.mkdir(exist_ok=True)

    def take(page: Page, name: str) -> None:
        page.page.screenshot(path=PICTURES / f"{request.node.name}-{name}.png")

    return take
