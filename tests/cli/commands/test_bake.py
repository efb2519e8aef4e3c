"""`vtube bake` beside a stand-in for THA3."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import cv2
import pytest
import torch

from tests.avatar.puppet_fixtures import SlidingTeacher, bust, figure, look_at_few
from vtube.avatar.engines import openvino_engine, torch_engine
from vtube.avatar.engines.request import Request
from vtube.avatar.puppet import bake, evaluate, face_fit, fit
from vtube.avatar.puppet.file import load, puppet_path
from vtube.avatar.puppet.folder import lock_path
from vtube.avatar.puppet.progress import Plan
from vtube.cli.commands import arguments
from vtube.cli.main import main
from vtube.paths import default_picture, exclusive


@pytest.fixture
def picture(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A picture, and a THA3 that is quick about it."""

    def teacher(request: Request, *, keep_linear: bool) -> SlidingTeacher:
        assert keep_linear
        return SlidingTeacher(request.character.frame)

    monkeypatch.setenv("VTUBE_MODELS", str(tmp_path / "models"))
    monkeypatch.setattr(openvino_engine, "OpenVinoRenderer", teacher)
    monkeypatch.setattr(arguments, "fetch_weights", lambda variant: None)
    look_at_few(monkeypatch)
    monkeypatch.setattr(bake, "Plan", lambda: Plan(1, 1, 2, 2, 1, detail=1))
    monkeypatch.setattr(bake, "COARSE", Plan(1, 1, 1, 1, 1, detail=1))
    path = tmp_path / "some.png"
    cv2.imwrite(str(path), cv2.cvtColor(figure(), cv2.COLOR_RGBA2BGRA))
    return path


def no_floors(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("PSNR_FLOOR_DB", "FACE_PSNR_FLOOR_DB", "FINE_FACE_PSNR_FLOOR_DB", "SHARPNESS_FLOOR"):
        monkeypatch.setattr(evaluate, name, 0.0)
    for name in ("COARSE_PSNR_FLOOR_DB", "COARSE_FACE_PSNR_FLOOR_DB"):
        monkeypatch.setattr(bake, name, 0.0)


def test_quick_writes_a_coarse_one(picture: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    no_floors(monkeypatch)
    assert main(["bake", str(picture), "--quick", "--quiet"]) == 0
    assert load(puppet_path(bust().digest, "separable_float")).stage == "coarse"


def test_never_two_at_once(picture: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with exclusive(lock_path(puppet_path(bust().digest, "separable_float"))):
        assert main(["bake", str(picture), "--quiet"]) == 1
    assert "being made already" in capsys.readouterr().err


def test_writes_the_puppet_and_a_copy(
    picture: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    no_floors(monkeypatch)
    out = tmp_path / "copy.vtpuppet"
    assert main(["bake", str(picture), "--quiet", "--out", str(out)]) == 0
    kept = puppet_path(bust().digest, "separable_float")
    assert kept.read_bytes() == out.read_bytes()
    puppet = load(out, bust().digest)
    assert puppet.quality and puppet.stage == "finished"
    assert "dB close to THA3" in capsys.readouterr().out


@pytest.mark.parametrize("out", ["gone/copy.vtpuppet", "folder.vtpuppet"])
def test_a_copy_that_cannot_be_written_is_said_before_half_an_hour_is_spent(
    picture: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], out: str
) -> None:
    (tmp_path / "folder.vtpuppet").mkdir()
    assert main(["bake", str(picture), "--quiet", "--out", str(tmp_path / out)]) == 1
    assert f"cannot write {tmp_path / out}" in capsys.readouterr().err
    assert not puppet_path(bust().digest, "separable_float").exists()


def test_a_poor_puppet_fails_with_one_line(
    picture: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(evaluate, "PSNR_FLOOR_DB", 98.0)
    assert main(["bake", str(picture), "--quiet"]) == 1
    assert "not good enough" in capsys.readouterr().err
    assert not puppet_path(bust().digest, "separable_float").exists()


def test_interrupted_it_says_that_nothing_is_lost(
    picture: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(evaluate, "compare", interrupted)
    assert main(["bake", str(picture), "--quiet"]) == 130
    assert "goes on from here" in capsys.readouterr().out


def test_a_card_watches_and_learns(picture: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    watched, learnt = [], []

    def teacher(request: Request) -> SlidingTeacher:
        watched.append(request.device)
        return SlidingTeacher(request.character.frame)

    no_floors(monkeypatch)
    monkeypatch.setattr(torch_engine, "choose_device", lambda wanted: torch.device("cuda", 1))
    monkeypatch.setattr(torch_engine, "TorchRenderer", teacher)
    for kind in (face_fit.FaceFit, fit.BodyFit):

        def on_the_processor(self: Any, *given: Any, begin: Any = kind.__init__) -> None:
            *others, device = given
            learnt.append(device)
            begin(self, *others, "cpu")

        monkeypatch.setattr(kind, "__init__", on_the_processor)
    assert main(["bake", str(picture), "--quick", "--quiet"]) == 0
    assert watched == ["cuda:1"] and learnt == ["cuda:1"] * 2


@pytest.mark.parametrize("wanted", ["auto", "mps"])
def test_an_apple_card_does_not_learn(
    wanted: str, picture: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    no_floors(monkeypatch)
    monkeypatch.setattr(torch_engine, "choose_device", lambda wanted: torch.device("mps"))
    assert main(["bake", str(picture), "--quick", "--quiet", "--device", wanted]) == (0 if wanted == "auto" else 1)
    assert ("cpu or cuda" in capsys.readouterr().err) == (wanted == "mps")


def test_a_copy_needs_its_suffix(picture: Path) -> None:
    assert main(["bake", str(picture), "--out", "some.png"]) == 2


def test_what_is_finished_is_not_learnt_again(
    picture: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    no_floors(monkeypatch)
    assert main(["bake", str(picture), "--quiet"]) == 0
    kept = puppet_path(bust().digest, "separable_float")
    written, out = kept.stat().st_mtime_ns, tmp_path / "copy.vtpuppet"
    assert main(["bake", str(picture), "--quiet", "--out", str(out)]) == 0
    assert "was there already" in capsys.readouterr().out
    assert load(out, bust().digest).stage == "finished"
    assert kept.stat().st_mtime_ns == written
    assert main(["bake", str(picture), "--quiet", "--anew"]) == 0
    assert kept.stat().st_mtime_ns != written


def test_a_puppet_that_came_with_the_program_is_not_learnt_again(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["bake", str(default_picture()), "--quiet"]) == 0
    assert "was there already" in capsys.readouterr().out
