"""Paths as people write them, and what is said where there is no such file."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image

from vtube.avatar.picture.decode import decode
from vtube.avatar.picture.files import fit_picture
from vtube.avatar.picture.named import meant
from vtube.errors import PictureError
from vtube.paths import default_picture


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    folder = tmp_path / "my pictures"
    folder.mkdir()
    (folder / "me.png").write_bytes(default_picture().read_bytes())
    return folder / "me.png"


@pytest.mark.parametrize("form", ['"{}"', "'{}'", " {} ", "\u201c{}\u201d"])
def test_quotes_and_spaces_around_a_path_are_left_out(picture: Path, form: str) -> None:
    assert meant(Path(form.format(picture))) == picture
    assert decode(Path(form.format(picture))).pixels.shape == (512, 512, 4)


def test_the_address_of_a_file_is_its_path(picture: Path) -> None:
    assert meant(Path(picture.as_uri())) == picture
    assert meant(Path(f'"{picture.as_uri()}"')) == picture
    lines = fit_picture(Path(picture.as_uri()))
    assert picture.with_name("me_fit.png").exists(), lines


def test_a_file_with_quotes_in_its_name_is_itself(tmp_path: Path) -> None:
    odd = tmp_path / "'me'"
    Image.new("RGB", (64, 64)).save(odd, "PNG")
    assert meant(odd) == odd


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("https://example.org/me.png", "is an address, not a file: download"),
        ("C:\\new\test.png", "tab or a line break"),
        ("pictures/gone.png", "there is no picture pictures.gone.png"),
    ],
)
def test_what_is_not_there_gets_a_line_that_helps(path: str, words: str) -> None:
    with pytest.raises(PictureError, match=words) as caught:
        decode(Path(path))
    assert "\n" not in str(caught.value)


def test_fit_writes_over_its_own_files_only(picture: Path) -> None:
    out = picture.with_name("me_fit.png")
    fit_picture(picture)
    fit_picture(picture)
    Image.new("RGBA", (64, 64), "red").save(out)
    before = out.read_bytes()
    with pytest.raises(PictureError, match=r"me_fit\.png is there already and was not written by `fit`"):
        fit_picture(picture)
    assert out.read_bytes() == before


def test_fit_leaves_a_larger_drawing_of_somebody_else_alone(picture: Path) -> None:
    large = picture.with_name("me_fit.large.png")
    large.write_bytes(b"mine")
    with pytest.raises(PictureError, match=r"me_fit\.large\.png is there already"):
        fit_picture(picture)
    assert large.read_bytes() == b"mine"
