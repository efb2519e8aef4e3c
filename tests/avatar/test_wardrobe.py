from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from vtube.avatar import wardrobe as module
from vtube.avatar.picture.character import Character, Note
from vtube.avatar.picture.head import Head
from vtube.avatar.wardrobe import Wardrobe, check_name
from vtube.errors import PictureError
from vtube.frame import Frame, blank


def one(seed: int = 0, large: bool = False) -> Character:
    noise = np.random.default_rng(seed)
    frame: Frame = noise.integers(0, 256, (512, 512, 4), np.uint8)
    source: Frame = noise.integers(0, 256, (1024, 1024, 4), np.uint8) if large else frame
    return Character(frame, "a.png", source, (Note("scaled", "done", "scaled it"),), Head(256, 128, 128, True))


@pytest.fixture
def wardrobe(tmp_path: Path) -> Wardrobe:
    return Wardrobe(tmp_path / "characters")


@pytest.mark.parametrize("large", [False, True])
def test_a_character_comes_back_as_it_was(wardrobe: Wardrobe, large: bool) -> None:
    kept = one(large=large)
    assert wardrobe.keep(kept, "Miko") == "Miko"
    taken = wardrobe.take("Miko")
    assert taken == kept and np.array_equal(taken.source, kept.source)
    assert (taken.notes, taken.head, taken.name) == (kept.notes, kept.head, "Miko")
    assert [(item.name, item.digest) for item in wardrobe.all()] == [("Miko", kept.digest)]


def test_a_name_is_taken_once_whatever_its_case(wardrobe: Wardrobe) -> None:
    wardrobe.keep(one(1, large=True), "Miko")
    wardrobe.keep(one(2), "miko")
    assert [item.name for item in wardrobe.all()] == ["Miko"]
    taken = wardrobe.take("MIKO")
    assert taken == one(2) and taken.source is taken.frame


def test_what_is_removed_is_gone(wardrobe: Wardrobe) -> None:
    wardrobe.keep(one(), "Miko")
    wardrobe.remove("Miko")
    assert wardrobe.all() == [] and not wardrobe.has("Miko")
    for ask in (wardrobe.take, wardrobe.remove, wardrobe.picture):
        with pytest.raises(PictureError, match=r"there is no character .*: the wardrobe is empty"):
            ask("Miko")
    wardrobe.keep(one(), "Yuki")
    with pytest.raises(PictureError, match="Yuki"):
        wardrobe.take("Miko")


@pytest.mark.parametrize(
    "name",
    [
        "",
        " ",
        ".",
        "..",
        "../x",
        "a/b",
        "a\\b",
        "/etc",
        "C:x",
        "con",
        "NUL.png",
        "aux .2",
        "com¹",
        "x" * 41,
        "a\0b",
        "-a",
        ".a",
        "a.",
        "a\n",
    ],
)
def test_names_that_would_leave_the_folder_or_fit_no_system(wardrobe: Wardrobe, name: str, tmp_path: Path) -> None:
    if name.strip() == "a":
        assert check_name(name) == "a"
        return
    with pytest.raises(PictureError, match="no name for a character"):
        wardrobe.keep(one(), name)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("name", ["Miko", "神楽 めあ", "a", "v2.1 summer_dress"])
def test_names_that_are(wardrobe: Wardrobe, name: str) -> None:
    wardrobe.keep(one(), name)
    assert wardrobe.has(name) and wardrobe.picture(name).startswith(b"\x89PNG")


def test_it_is_bounded(wardrobe: Wardrobe, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST", 1)
    wardrobe.keep(one(), "first")
    with pytest.raises(PictureError, match="full"):
        wardrobe.keep(one(1), "second")
    wardrobe.keep(one(1), "first")


@pytest.mark.parametrize("damage", ["other picture", "no json", "half a note"])
def test_damaged_files_are_told_and_not_shown(wardrobe: Wardrobe, tmp_path: Path, damage: str) -> None:
    wardrobe.keep(one(), "Miko")
    folder = tmp_path / "characters" / "Miko"
    if damage == "other picture":
        from PIL import Image

        Image.fromarray(blank()).save(folder / "frame.png")
    else:
        text = "{" if damage == "no json" else (folder / "character.json").read_text().replace('"code"', '"kode"')
        (folder / "character.json").write_text(text)
    with pytest.raises(PictureError, match=r"damaged|no character"):
        wardrobe.take("Miko")
