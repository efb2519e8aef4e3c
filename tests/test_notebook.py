"""`docs/examples/manual_poser.ipynb`, executed from its first cell to its last in front of a server."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from tests.documents import ROOT
from tests.fake_control import FakeControl
from vtube.frame import blank
from vtube.outputs.broadcast import FrameBroadcast
from vtube.server.app import Server
from vtube.settings import ServerSettings

NOTEBOOK = ROOT / "docs" / "examples" / "manual_poser.ipynb"


class Holding(FakeControl):
    """Tells what is held."""

    def state(self) -> dict[str, Any]:
        return {**super().state(), "held": dict(self.pose.held)}


@pytest.fixture
def served() -> Iterator[tuple[Server, Holding]]:
    control, broadcast = Holding(), FrameBroadcast()
    server = Server(ServerSettings(port=0), control, broadcast, lambda frame: np.ascontiguousarray(frame[..., :3]))
    frame = blank(8, 8)
    frame[2:6, 2:6] = (200, 100, 50, 255)
    server.start()
    broadcast.publish(frame, 0.0)
    yield server, control
    server.stop()


def sources() -> list[str]:
    cells = json.loads(NOTEBOOK.read_text(encoding="utf-8"))["cells"]
    return ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]


def test_its_cells_are_python_and_nothing_is_left_of_a_run() -> None:
    for source in sources():
        compile(source, str(NOTEBOOK), "exec")
    assert '"outputs": []' in NOTEBOOK.read_text(encoding="utf-8")
    assert all(cell.get("outputs", []) == [] for cell in json.loads(NOTEBOOK.read_text(encoding="utf-8"))["cells"])


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_it_runs_from_the_first_cell_to_the_last(
    served: tuple[Server, Holding], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    nbclient, nbformat, *_ = (
        pytest.importorskip(module, reason=f"{module} is one of requirements-dev.txt")
        for module in ("nbclient", "nbformat", "ipykernel", "ipywidgets")
    )
    server, control = served
    monkeypatch.setenv("VTUBE_URL", server.url)
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    nbclient.NotebookClient(notebook, timeout=60, resources={"metadata": {"path": str(tmp_path)}}).execute()

    assert eval(notebook.cells[-1].outputs[0]["data"]["text/plain"]) == {"head_y": 0.5, "mouth_aaa": 0.7}
    with Image.open(tmp_path / "snapshot.png") as picture:
        assert picture.mode == "RGBA" and picture.getpixel((3, 3)) == (200, 100, 50, 255)
    assert json.loads((tmp_path / "snapshot.json").read_text()) == {"head_y": 0.5, "mouth_aaa": 0.7}
    assert control.pose.held == {}
    views = [cell.outputs[-1]["data"] for cell in notebook.cells if cell.get("outputs")]
    assert any("application/vnd.jupyter.widget-view+json" in view for view in views)
