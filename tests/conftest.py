"""What holds for all tests: nothing is written into the data directory of who runs them."""

from __future__ import annotations

import os
import tempfile

DATA = tempfile.TemporaryDirectory(prefix="nbagent-tests-", ignore_cleanup_errors=True)


def pytest_configure() -> None:
    os.environ["NBAGENT_DATA"] = DATA.name  # of kernels and other processes, too
    os.environ["PYTHON_KEYRING_BACKEND"] = "keyring.backends.null.Keyring"  # keys of who runs them are not for tests


def pytest_unconfigure() -> None:
    DATA.cleanup()
