"""What every test may rely on."""

import itertools
import logging
from collections.abc import Iterator

import pytest

HOMES = itertools.count()


@pytest.fixture(autouse=True)
def untouched_logging() -> Iterator[None]:
    """The package's log as the test found it."""
    root = logging.getLogger("vtube")
    before = (root.level, root.propagate, list(root.handlers))
    yield
    root.level, root.propagate, root.handlers = before


@pytest.fixture(autouse=True)
def own_home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the program remembers of its user is neither read nor changed; the folder does not exist yet."""
    monkeypatch.setenv("VTUBE_HOME", str(tmp_path_factory.getbasetemp() / f"home{next(HOMES)}"))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Whoever needs a screen is marked so by the fixture that brings one."""
    for item in items:
        if "display" in getattr(item, "fixturenames", ()):
            item.add_marker("display")
