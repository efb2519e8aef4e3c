import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from vtube.errors import SettingsError
from vtube.frame import Frame
from vtube.scene.background import Background
from vtube.scene.picture_file import read_picture

ORIENTATION = 0x0112


def corner(size: tuple[int, int] = (40, 20)) -> Image.Image:
    """White with a black square at the upper left."""
    picture = Image.new("RGB", size, "white")
    picture.paste("black", (0, 0, 8, 8))
    return picture


def where_black(frame: Frame) -> list[str]:
    corners = {"upper left": (2, 2), "upper right": (2, -3), "lower left": (-3, 2), "lower right": (-3, -3)}
    return [name for name, at in corners.items() if frame[at][0] < 60]


@pytest.mark.parametrize(
    ("tag", "seen"), [(1, "upper left"), (3, "lower right"), (6, "upper right"), (8, "lower left")]
)
@pytest.mark.parametrize("ending", ["jpg", "png", "webp", "tiff"])
def test_a_photograph_is_held_as_its_camera_says(tmp_path: Path, ending: str, tag: int, seen: str) -> None:
    data = Image.Exif()
    data[ORIENTATION] = tag
    path = tmp_path / f"room.{ending}"
    corner().save(path, exif=data, quality=95)
    frame = read_picture(path, "background")
    assert frame.shape == ((20, 40, 4) if tag in (1, 3) else (40, 20, 4))
    assert where_black(frame) == [seen]


def test_sixteen_bits_of_grey_are_not_cut_off(tmp_path: Path) -> None:
    Image.fromarray(np.full((8, 8), 0x4000, np.uint16)).save(tmp_path / "grey.png")
    assert read_picture(tmp_path / "grey.png", "background")[0, 0].tolist() == [0x40, 0x40, 0x40, 255]


def test_what_lies_hidden_under_transparency_stays_hidden(tmp_path: Path) -> None:
    Image.new("RGBA", (8, 8), (255, 0, 0, 0)).save(tmp_path / "hole.png")
    assert not Background(str(tmp_path / "hole.png"), 64, 64).flatten(np.zeros((64, 64, 4), np.uint8)).any()


def test_avif_as_for_a_character(tmp_path: Path) -> None:
    corner((64, 64)).save(tmp_path / "room.avif")
    assert read_picture(tmp_path / "room.avif", "background").shape == (64, 64, 4)


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


@pytest.mark.parametrize("side", [9_000, 20_000, 100_000])
def test_too_many_pixels_are_said_to_be_too_many(tmp_path: Path, side: int) -> None:
    header = struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0)
    (tmp_path / "huge.png").write_bytes(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", b"x"))
    with pytest.raises(SettingsError, match=r"the overlay .*huge\.png is too large"):
        read_picture(tmp_path / "huge.png", "overlay")


def test_what_another_program_would_have_to_read_is_no_picture(tmp_path: Path) -> None:
    (tmp_path / "a.eps").write_bytes(b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n%%EOF\n")
    with pytest.raises(SettingsError, match="cannot be read as a picture"):
        read_picture(tmp_path / "a.eps", "overlay")
