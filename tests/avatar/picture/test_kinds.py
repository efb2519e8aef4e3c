"""What is said about a file that is no picture for us."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

from vtube.avatar.picture.decode import decode
from vtube.avatar.picture.kinds import unreadable
from vtube.errors import PictureError
from vtube.paths import default_picture


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "x is not a picture but empty; copy or download it again"),
        (b"\0\0\0\x18ftypheic" + bytes(99), "x is not a picture that can be read but a HEIC photo; export it as PNG"),
        (b"\0\0\0\x18ftypisom" + bytes(99), "x is not a picture that can be read but a video; save one frame"),
        (
            b"\xef\xbb\xbf<?xml version='1.0'?>\n<svg width='9'/>",
            "x is not a picture that can be read but a drawing of lines (SVG); export it as PNG",
        ),
        (
            b"\r\n<!DOCTYPE HTML>\n<title>404</title>",
            "x is not a picture that can be read but a web page; save the picture itself",
        ),
        (
            b"PK\x03\x04" + bytes(26) + b"mimetypeapplication/x-krita",
            "x is not a picture that can be read but a drawing of Krita; export",
        ),
        (
            b"PK\x03\x04" + bytes(26) + b"picture.png",
            "x is not a picture that can be read but an archive; unpack it first",
        ),
        (
            b"MOC3" + bytes(99),
            "x is not a picture that can be read but a Live2D model; one picture of the character is needed",
        ),
        (b"any words about <svg>", "x is not a picture that can be read; save it as PNG, JPEG, WebP or AVIF"),
    ],
)
def test_each_kind_is_named_with_what_to_do(data: bytes, words: str) -> None:
    line = unreadable("x", data)
    assert line.startswith(words)
    assert "\n" not in line
    with pytest.raises(PictureError) as caught:
        decode(data)
    assert str(caught.value) == unreadable("the picture", data)


@pytest.mark.parametrize("depth", [np.float32, np.float64])
def test_a_tiff_with_too_many_bits_is_told_how_to_save_it(depth: type, tmp_path: Path) -> None:
    path = tmp_path / "deep.tiff"
    path.write_bytes(cv2.imencode(".tiff", np.ones((64, 64, 3), depth))[1].tobytes())
    with pytest.raises(
        PictureError,
        match=r"deep.tiff is not a picture that .* a TIFF of a rare kind.*save it with 8 or 16 bits, or as PNG",
    ):
        decode(path)


def test_a_picture_that_can_be_read_is_read() -> None:
    assert decode(default_picture()).pixels.shape == (512, 512, 4)
