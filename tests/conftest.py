"""What every test may ask for; each file of tests/fixtures has one subject."""

import os
import sys

import pytest

pytest_plugins = [
    "tests.fixtures.servers",
    "tests.fixtures.database",
    "tests.fixtures.broker",
    "tests.fixtures.proxy",
]


@pytest.hookimpl(tryfirst=True)
def pytest_configure() -> None:
    """Let compiled modules be kept, whatever the environment says of it.

    Tests start programs by the dozen: each would compile a thousand modules again, which is twice
    the work of starting.
    """
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    sys.dont_write_bytecode = False
