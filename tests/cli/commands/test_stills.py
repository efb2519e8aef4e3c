"""`vtube pose` and `vtube expressions`: with a stand-in for the engine, and with the real one."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from vtube.avatar import registry
from vtube.cli.commands import arguments
from vtube.cli.main import main
from vtube.frame import Frame, blank
from vtube.motion.templates import load_templates, parse_templates
from vtube.paths import default_picture
from vtube.pose import INDEX, Pose

SMILE = INDEX["mouth_raised_corner_left"]
PICTURE = str(default_picture())


class Painter:
    """Paints the whole picture in a red as strong as the smile; stops like Ctrl-C after so many."""

    name, detail = "painter", "fake"

    def __init__(self, patience: int = 1000) -> None:
        self.patience = patience
        self.closed = False

    def render(self, pose: Pose) -> Frame:
        if self.patience == 0:
            raise KeyboardInterrupt
        self.patience -= 1
        frame = blank()
        frame[:] = (round(255 * float(pose[SMILE])), 10, 20, 255)
        return frame

    def close(self) -> None:
        self.closed = True


@pytest.fixture
def painter(monkeypatch: pytest.MonkeyPatch) -> Iterator[Painter]:
    painter = Painter()

    def create(*_: Any, **__: Any) -> Painter:
        return painter

    monkeypatch.setattr(arguments, "create_renderer", create)
    monkeypatch.setattr(arguments, "fetch_weights", lambda variant: None)
    yield painter
    assert painter.closed


def drawn(path: Path) -> Frame:
    with Image.open(path) as picture:
        assert picture.mode == "RGBA"
        return np.array(picture)


@pytest.mark.usefixtures("painter")
def test_poses_are_numbered_and_of_the_size(tmp_path: Path) -> None:
    poses = tmp_path / "poses.json"
    poses.write_text(json.dumps([[0.0] * 45, {"mouth_raised_corner_left": 1.0}]))
    assert main(["pose", PICTURE, str(poses), str(tmp_path / "out"), "--size", "96", "--quiet"]) == 0
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["0000.png", "0001.png"]
    for number, red in enumerate((0, 255)):
        frame = drawn(tmp_path / "out" / f"{number:04d}.png")
        assert frame.shape == (96, 96, 4) and (frame == (red, 10, 20, 255)).all()


@pytest.mark.usefixtures("painter")
def test_each_emotion_is_a_picture(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["expressions", PICTURE, str(tmp_path), "--quiet"]) == 0
    templates = load_templates()
    assert len(templates) == 28
    assert {path.name for path in tmp_path.iterdir()} == {"templates.json", *(f"{name}.png" for name in templates)}
    for name, pose in templates.items():
        assert drawn(tmp_path / f"{name}.png")[256, 256, 0] == round(255 * float(pose[SMILE])), name
    assert "28 pictures and templates.json" in capsys.readouterr().out


@pytest.mark.usefixtures("painter")
def test_the_templates_can_be_read_again(tmp_path: Path) -> None:
    assert main(["expressions", PICTURE, str(tmp_path), "--quiet"]) == 0
    written = json.loads((tmp_path / "templates.json").read_text(encoding="utf-8"))
    assert all(list(values) == list(INDEX) for values in written.values())
    again, own = parse_templates(written), load_templates(tmp_path / "templates.json")
    for name, pose in load_templates().items():
        np.testing.assert_allclose(again[name], pose, atol=1e-6)
        np.testing.assert_allclose(own[name], pose, atol=1e-6)


def test_interrupted_it_leaves_whole_pictures_only(painter: Painter, tmp_path: Path) -> None:
    painter.patience = 3
    assert main(["expressions", PICTURE, str(tmp_path), "--quiet"]) == 130
    files = list(tmp_path.iterdir())
    assert len(files) == 3
    assert all(drawn(path).shape == (512, 512, 4) for path in files)


def test_a_folder_that_cannot_be_is_told_before_anything_is_drawn(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "taken").write_text("a file")
    assert main(["expressions", PICTURE, str(tmp_path / "taken"), "--quiet"]) == 1
    assert "cannot make the folder" in capsys.readouterr().err


@pytest.mark.parametrize("size", ["0", "-5", "15", "4097", "1e3", "big", "9" * 5000])
def test_a_size_that_cannot_be_is_refused(size: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["expressions", PICTURE, "out", f"--size={size}"]) == 2
    assert "from 16 to 4096" in capsys.readouterr().err


@pytest.mark.weights
def test_the_real_engine_smiles(tmp_path: Path) -> None:
    assert main(["expressions", PICTURE, str(tmp_path), "--size", "640", "--quiet"]) == 0
    neutral, joy = (drawn(tmp_path / f"{name}.png").astype(int) for name in ("neutral", "joy"))
    assert neutral.shape == joy.shape == (640, 640, 4)
    assert np.abs(neutral - joy).max() > 60
    assert len(list(tmp_path.glob("*.png"))) == 28


@pytest.mark.parametrize("flags", [["--engine", "puppet"], ["--size", "520"]])
def test_a_puppet_that_is_there_draws_without_the_weights(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, flags: list[str]
) -> None:
    def fetch(variant: str) -> None:
        pytest.fail(f"{variant} is needed by nobody")

    monkeypatch.setenv("VTUBE_MODELS", str(tmp_path / "models"))
    monkeypatch.setattr(arguments, "fetch_weights", fetch)
    monkeypatch.setattr(registry, "torch_has_gpu", lambda: False)
    poses = tmp_path / "poses.json"
    poses.write_text('[{"head_y": 0.5}]')
    assert main(["pose", PICTURE, str(poses), str(tmp_path / "out"), "--quiet", *flags]) == 0
    assert (tmp_path / "out" / "0000.png").is_file()
