from __future__ import annotations

import json
import pickle
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from safetensors import safe_open
from safetensors.numpy import load_file, save_file

from tests.avatar.puppet_fixtures import bust, figure, resting_weights, still_puppet
from vtube.avatar.picture.prepare import prepare
from vtube.avatar.puppet import file
from vtube.avatar.puppet.file import Puppet, find, load, puppet_path, save
from vtube.avatar.puppet.layout import PAINTS, face_shape
from vtube.errors import ModelError
from vtube.paths import default_picture


@pytest.fixture(scope="module")
def puppet() -> Puppet:
    return still_puppet(figure())


@pytest.fixture
def saved(tmp_path: Path, puppet: Puppet) -> Path:
    path = tmp_path / "some.vtpuppet"
    save(puppet, path)
    return path


def changed(path: Path, about: dict[str, str] | None = None, **arrays: Any) -> Path:
    """`path` with other metadata and tensors; a tensor that is None is left out."""
    with safe_open(path, framework="numpy") as opened:
        metadata = {**opened.metadata(), **(about or {})}
    kept = {**load_file(path), **{name.replace("__", "."): array for name, array in arrays.items()}}
    save_file({name: array for name, array in kept.items() if array is not None}, path, metadata)
    return path


def refusal(path: Path, picture: str | None = None) -> str:
    with pytest.raises(ModelError) as refused:
        load(path, picture)
    assert "\n" not in str(refused.value)
    return str(refused.value)


def test_comes_back_as_it_was_saved(saved: Path, puppet: Puppet) -> None:
    loaded = load(saved, bust().digest)
    assert (loaded.picture, loaded.variant, loaded.quality) == (
        puppet.picture,
        "separable_float",
        {"psnr_db": 35.0},
    )
    assert (loaded.figure_box, loaded.face_box) == (puppet.figure_box, puppet.face_box)
    assert np.array_equal(loaded.neutral, puppet.neutral)
    assert all(np.array_equal(loaded.body[name], weights) for name, weights in puppet.body.items())


def test_what_a_body_takes_away_and_adds_is_left_out(saved: Path, puppet: Puppet) -> None:
    painted = {name: array.copy() for name, array in puppet.body.items()}
    painted["head.weight"] += 1
    painted["head.bias"] += 1
    save(replace(puppet, body=painted), saved)
    body = load(saved).body
    assert (
        not body["head.weight"][8:].any()
        and (body["head.bias"][8:12] == -30).all()
        and not body["head.bias"][12:].any()
    )
    assert (body["head.weight"][:8] == 1).all() and (body["head.bias"][:8] == 1).all()


def test_older_names_of_its_figures_are_understood(saved: Path) -> None:
    changed(saved, {"quality": '{"closeness_db": 31.0, "worst_db": 28.0, "face_db": 37.0, "sharpness": 0.9}'})
    assert load(saved).quality == {"psnr_db": 31.0, "worst_psnr_db": 28.0, "face_psnr_db": 37.0, "sharpness": 0.9}


def test_is_small(saved: Path) -> None:
    assert saved.stat().st_size < 10_000_000


def test_each_picture_and_variant_has_a_path_of_its_own(tmp_path: Path) -> None:
    paths = {
        puppet_path(picture, variant, tmp_path)
        for picture in ("a" * 64, "b" * 64)
        for variant in ("separable_float", "standard_float")
    }
    assert len(paths) == 4


def test_another_picture_is_refused(saved: Path) -> None:
    assert "another picture" in refusal(saved, "0" * 64)


def test_another_version_is_named(saved: Path) -> None:
    assert "version '5'" in refusal(changed(saved, {"version": "5"}))


def test_a_face_of_more_detail_comes_back_and_a_file_of_version_2_still_plays(tmp_path: Path, puppet: Puppet) -> None:
    fine = replace(
        puppet,
        detail=2,
        enlarger="some-x2 " + "0" * 64,
        neutral=np.repeat(np.repeat(puppet.neutral, 2, 0), 2, 1),
        face=resting_weights(face_shape(96, 96, 2)),
    )
    save(fine, tmp_path / "fine.vtpuppet")
    loaded = load(tmp_path / "fine.vtpuppet")
    assert (loaded.detail, loaded.enlarger, loaded.neutral.shape) == (2, fine.enlarger, (192, 192, 3))
    assert loaded.face["head.weight"].shape == (4 * 16, 40, 3, 3)
    save(puppet, tmp_path / "old.vtpuppet")
    old = load(changed(tmp_path / "old.vtpuppet", {"version": "2", "detail": "1"}))
    assert (old.detail, old.enlarger) == (1, "")


def test_a_face_of_layers_comes_back_and_a_file_of_version_3_still_plays(tmp_path: Path, puppet: Puppet) -> None:
    layered = replace(puppet, paints=PAINTS, face=resting_weights(face_shape(96, 96, 1, PAINTS)))
    save(layered, tmp_path / "layered.vtpuppet")
    loaded = load(tmp_path / "layered.vtpuppet")
    assert loaded.paints == PAINTS and loaded.face_shape.soft == 2 + 3 * PAINTS
    assert loaded.face.keys() == layered.face.keys()
    save(puppet, tmp_path / "old.vtpuppet")
    assert load(changed(tmp_path / "old.vtpuppet", {"version": "3", "paints": "0"})).paints == 0


@pytest.mark.parametrize("paints", ["-1", "3", "7", "x", ""])
def test_paints_that_are_not_its_faces_are_damage(saved: Path, paints: str) -> None:
    assert "damaged" in refusal(changed(saved, {"paints": paints}))


@pytest.mark.parametrize("detail", ["0", "5", "2", "-1", "x", ""])
def test_a_detail_that_is_not_its_faces_is_damage(saved: Path, detail: str) -> None:
    assert "damaged" in refusal(changed(saved, {"detail": detail}))


class TestFinding:
    """The user's own puppet beside the one that came with the program."""

    @pytest.fixture(autouse=True)
    def folders(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(file, "default_picture", lambda: tmp_path / "data" / "ilta.png")
        self.came = tmp_path / "data" / "ilta.vtpuppet"
        self.folder = tmp_path / "models"
        self.own = puppet_path(bust().digest, "separable_float", self.folder)

    def quality(self, variant: str = "separable_float") -> float:
        return find(bust().digest, variant, self.folder).quality["psnr_db"]

    def put(self, path: Path, puppet: Puppet, number: float, stage: str = "finished") -> None:
        save(replace(puppet, quality={"psnr_db": number}, stage=stage), path)

    def test_what_came_with_the_program_is_enough(self, puppet: Puppet) -> None:
        self.put(self.came, puppet, 1.0)
        assert self.quality() == 1.0

    def test_a_finished_one_of_ones_own_comes_first_and_a_coarse_one_does_not(self, puppet: Puppet) -> None:
        self.put(self.came, puppet, 1.0)
        self.put(self.own, puppet, 2.0, "coarse")
        assert self.quality() == 1.0
        self.put(self.own, puppet, 3.0)
        assert self.quality() == 3.0

    def test_a_damaged_one_of_ones_own_does_no_harm(self, puppet: Puppet) -> None:
        self.put(self.came, puppet, 1.0)
        self.own.parent.mkdir(parents=True)
        self.own.write_bytes(b"torn")
        assert self.quality() == 1.0

    def test_it_is_of_that_picture_and_those_weights_only(self, puppet: Puppet) -> None:
        self.put(self.came, puppet, 1.0)
        with pytest.raises(ModelError):
            find(bust().digest, "standard_float", self.folder)
        with pytest.raises(ModelError):
            find("0" * 64, "separable_float", self.folder)

    def test_without_one_of_the_programs_ones_own_plays(self, puppet: Puppet) -> None:
        self.put(self.own, puppet, 2.0, "coarse")
        assert self.quality() == 2.0


def test_other_safetensors_are_no_puppet(tmp_path: Path) -> None:
    save_file({"weight": np.zeros(3, np.float32)}, tmp_path / "model.safetensors")
    assert "not a puppet" in refusal(tmp_path / "model.safetensors")


def test_a_pickle_is_not_even_opened(tmp_path: Path) -> None:
    class Trap:
        def __reduce__(self) -> tuple[Any, ...]:
            return (tmp_path.joinpath("sprung").touch, ())

    path = tmp_path / "trap.vtpuppet"
    path.write_bytes(pickle.dumps(Trap()))
    assert "not a puppet" in refusal(path)
    assert not (tmp_path / "sprung").exists()


@pytest.mark.parametrize("share", [0.0, 0.001, 0.5, 0.999])
def test_a_torn_file_is_refused(saved: Path, share: float) -> None:
    content = saved.read_bytes()
    saved.write_bytes(content[: int(len(content) * share)])
    refusal(saved)


def test_a_missing_file_and_a_folder_are_refused(tmp_path: Path) -> None:
    assert "cannot read" in refusal(tmp_path / "none.vtpuppet")
    refusal(tmp_path)


def test_a_huge_file_is_not_read(saved: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(file, "MAX_BYTES", 1000)
    assert "too large" in refusal(saved)


@pytest.mark.parametrize(
    "boxes",
    [
        "{",
        "[]",
        "{}",
        '{"figure": [0, 0, 512, 512]}',
        '{"figure": [0, 0, 512, 512], "face": [0, 0, 1e9, 16]}',
        '{"figure": [0, 0, 512, 512], "face": [0, 0, 208, 96]}',
        '{"figure": [0, 0, 512, 512], "face": [-16, 0, 96, 96]}',
        '{"figure": [0, 0, 520, 512], "face": [64, 48, 96, 96]}',
        '{"figure": [0, 0, 0, 0], "face": [64, 48, 96, 96]}',
        '{"figure": [0, 0, true, 512], "face": [64, 48, 96, 96]}',
        '{"figure": [0, 0, 512, 512], "face": [64, 48, 96, 90]}',
        "[" * 100_000,
    ],
)
def test_boxes_out_of_place_are_damage(saved: Path, boxes: str) -> None:
    assert "damaged" in refusal(changed(saved, {"boxes": boxes}))


@pytest.mark.parametrize(
    "arrays",
    [
        {"neutral": np.zeros((96, 96, 4), np.uint8)},
        {"neutral": np.zeros((96, 96, 3), np.float32)},
        {"neutral": None},
        {"body__head__bias": None},
        {"extra": np.zeros(1, np.float16)},
        {"body__head__bias": np.zeros(5, np.float16)},
        {"body__head__bias": np.full(28, np.nan, np.float16)},
        {"body__head__bias": np.zeros(28, np.float32)},
    ],
)
def test_tensors_that_do_not_fit_are_damage(saved: Path, arrays: dict[str, Any]) -> None:
    assert "damaged" in refusal(changed(saved, **arrays))


@pytest.mark.parametrize("quality", ["", "[1]", '{"a": "b"}', '{"a": null}'])
def test_quality_that_is_no_numbers_is_damage(saved: Path, quality: str) -> None:
    assert "damaged" in refusal(changed(saved, {"quality": quality}))


def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path, puppet: Puppet) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ModelError, match="cannot write"):
        save(puppet, tmp_path / "file" / "x.vtpuppet")


def test_says_whether_it_learns_on(tmp_path: Path, puppet: Puppet) -> None:
    save(replace(puppet, stage="coarse"), tmp_path / "coarse.vtpuppet")
    assert load(tmp_path / "coarse.vtpuppet").stage == "coarse"


def test_another_stage_is_damage(saved: Path) -> None:
    assert "damaged" in refusal(changed(saved, {"stage": "half"}))


def test_what_is_written_is_text_and_numbers(saved: Path, puppet: Puppet) -> None:
    with safe_open(saved, framework="numpy") as opened:
        about = opened.metadata()
    assert json.loads(about["boxes"])["face"] == [64, 48, 96, 96]
    assert replace(puppet).variant == about["variant"]


def test_the_default_character_has_a_finished_puppet_with_a_fine_face() -> None:
    came = load(default_picture().with_suffix(file.SUFFIX), prepare(default_picture()).digest)
    assert (came.stage, came.detail, came.variant) == ("finished", 2, "separable_float")
    assert came.enlarger.startswith("realesr-animevideov3 ")
    assert came.quality["psnr_db"] > 31 and came.quality["face_psnr_db"] > 34
    assert came.quality["waviness_px"] < 0.12 and came.quality["ghosts"] < 0.1
    assert default_picture().with_suffix(file.SUFFIX).stat().st_size < 6_000_000
