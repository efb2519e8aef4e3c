"""What every test may rely on."""

import gc
import itertools
import logging
import os
import random
import shutil
import subprocess
import sys
from collections.abc import Generator, Iterator
from typing import Any

import hypothesis
import pytest

HOMES = itertools.count()
BESIDE_OTHERS = "PYTEST_XDIST_WORKER" in os.environ
if BESIDE_OTHERS:  # as many processes as processors; threads of OpenMP that wait for each other would take it all
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    os.environ.setdefault("OMP_WAIT_POLICY", "passive")

hypothesis.settings.register_profile("busy", parent=hypothesis.settings(), deadline=None)
hypothesis.settings.load_profile("busy")


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Ten thousand tests live to the end: looking for garbage among them took a third of the time to find them."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup() -> None:
    """The same chance in every run, before any fixture draws from it: networks of random weights learn alike."""
    random.seed(0)
    for name in ("numpy.random", "torch"):
        if (module := sys.modules.get(name)) is not None:
            (module.manual_seed if name == "torch" else module.seed)(0)


@pytest.fixture(autouse=True)
def untouched_logging() -> Iterator[None]:
    """The package's log as the test found it."""
    root = logging.getLogger("vtube")
    before = (root.level, root.propagate, list(root.handlers))
    yield
    root.level, root.propagate, root.handlers = before


@pytest.fixture(autouse=True)
def one_thread() -> None:
    """Torch keeps to its share, whatever the test before has set."""
    if BESIDE_OTHERS and (torch := sys.modules.get("torch")) is not None:
        torch.set_num_threads(1)


@pytest.fixture(autouse=True)
def own_home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the program remembers of its user is neither read nor changed; the folder does not exist yet."""
    monkeypatch.setenv("VTUBE_HOME", str(tmp_path_factory.getbasetemp() / f"home{next(HOMES)}"))


@pytest.fixture(autouse=True)
def weights_are_here(request: pytest.FixtureRequest) -> None:
    """Whoever is marked `weights` has them, also as the first test on a new computer."""
    if request.node.get_closest_marker("weights") is not None:
        from vtube.avatar.weights.files import network_files  # what tests without it need not import

        network_files("separable_float")


@pytest.fixture
def display(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A screen that nobody sees."""
    pytest.importorskip("tkinter")
    if sys.platform != "linux":
        yield "the desktop"
        return
    if shutil.which("Xvfb") is None:
        pytest.skip("needs Xvfb (Debian and Ubuntu: apt install xvfb)")
    read, write = os.pipe()
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(write), "-screen", "0", "400x300x24", "-noreset", "-nolisten", "tcp"],
        pass_fds=[write],
        stderr=subprocess.DEVNULL,
    )
    os.close(write)
    with os.fdopen(read) as answer:
        name = f":{answer.readline().strip()}"
    monkeypatch.setenv("DISPLAY", name)
    yield name
    server.terminate()
    server.wait(60)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Whoever needs a screen is marked so by the fixture that brings one."""
    for item in items:
        if "display" in getattr(item, "fixturenames", ()):
            item.add_marker("display")


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any, error: object) -> None:
    """Which signal has ended a process of tests, or with which code it has left."""
    if error:
        print(f"\n{node.gateway.id} ended with {node.gateway._io.popen.wait(10)}")  # noqa: SLF001 - no other way to it
