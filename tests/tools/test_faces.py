from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tools import faces
from vtube.frame import SIZE, Frame
from vtube.pose import INDEX, Pose
from vtube.studio.still import expressions


class Signal:
    """A frame whose colour is the pose's: what the head, the lids and the mouth do."""

    name, detail = "signal", "fake"

    def render(self, pose: Pose) -> Frame:
        frame = np.full((SIZE, SIZE, 4), 255, np.uint8)
        for channel, names in enumerate(
            (("head_x", "head_y"), ("eye_wink_left", "eye_surprised_left"), ("mouth_aaa",))
        ):
            frame[..., channel] = np.clip(128 + 60 * sum(float(pose[INDEX[name]]) for name in names), 0, 255)
        return frame

    def close(self) -> None:
        pass


def test_every_emotion_has_its_cell_and_neutral_is_the_first() -> None:
    sheet = faces.emotions(Signal(), 1.0, bare=False)
    assert sheet.size == (faces.COLUMNS * faces.CELL, 4 * (faces.CELL + faces.LABEL))
    assert len(expressions()) == faces.COLUMNS * 4
    first, second = np.asarray(sheet, np.int16)[20, [20, faces.CELL + 20]]
    assert np.abs(first - 128).max() < 12
    assert np.abs(first - second).max() > 20


def test_a_bare_sheet_says_its_order_and_has_numbers_only(capsys: pytest.CaptureFixture[str]) -> None:
    bare = faces.emotions(Signal(), 0.5, bare=True)
    said = capsys.readouterr().out
    assert sorted(one.split()[1] for one in said.split(", ")) == sorted(expressions())
    assert bare.size == faces.emotions(Signal(), 0.5, bare=False).size


def test_an_emotion_is_felt_as_a_camera_shows_it_after_a_while() -> None:
    assert faces.felt("surprise", 0.0)[INDEX["eye_surprised_left"]] == pytest.approx(0.0, abs=0.1)
    assert faces.felt("surprise", 1.0)[INDEX["eye_surprised_left"]] > 0.9


def test_the_portrait_has_round_corners_and_six_faces() -> None:
    made = faces.portrait(Signal(), 0.5)
    assert made.size == faces.PORTRAIT
    alpha = np.asarray(made)[..., 3]
    assert alpha[0, 0] == 0
    assert alpha[300, 600] == 255


def test_the_command_writes_the_mouths(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(faces, "create_renderer", lambda *_: Signal())
    monkeypatch.setattr("sys.argv", ["faces", "mouths", str(tmp_path / "mouths.webp")])
    faces.main()
    with Image.open(tmp_path / "mouths.webp") as sheet:
        assert sheet.width == len(faces.MOUTHS) * faces.MOUTH_CELL
    assert "kB" in capsys.readouterr().out
