"""What holds for all tests: nothing is written into the data directory of who runs them."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator

import pytest

from nbagent import settings

DATA = tempfile.TemporaryDirectory(prefix="nbagent-tests-", ignore_cleanup_errors=True)


def pytest_configure() -> None:
    os.environ["NBAGENT_DATA"] = DATA.name  # of kernels and other processes, too
    os.environ["PYTHON_KEYRING_BACKEND"] = "keyring.backends.null.Keyring"  # keys of who runs them are not for tests


@pytest.fixture(autouse=True)
def _no_notebook() -> Iterator[None]:
    """The settings of a shell that a test made are no other test's."""
    yield
    settings.said_by(None)


def pytest_unconfigure() -> None:
    DATA.cleanup()
