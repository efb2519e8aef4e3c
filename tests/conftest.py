"""What every test may rely on."""

import logging
from collections.abc import Iterator

import pytest


@pytest.fixture(autouse=True)
def untouched_logging() -> Iterator[None]:
    """The package's log as the test found it."""
    root = logging.getLogger("vtube")
    before = (root.level, root.propagate, list(root.handlers))
    yield
    root.level, root.propagate, root.handlers = before
