from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from vtube.errors import SettingsError
from vtube.frame import Frame, Rgb
from vtube.scene.background import Background, BackgroundEffect
from vtube.scene.picture_file import MAX_PIXELS

SIZE = (256, 64)


def every_alpha() -> Frame:
    """All alphas from left to right, with random colours."""
    frame = np.random.default_rng(5).integers(0, 256, (SIZE[1], SIZE[0], 4)).astype(np.uint8)
    frame[..., 3] = np.arange(256)
    return frame


def blended(frame: Frame, behind: Rgb) -> NDArray[np.float64]:
    alpha = frame[..., 3:] / 255
    return np.asarray(frame[..., :3] * alpha + behind * (1 - alpha))


@pytest.mark.parametrize(
    "text, colour",
    [
        ("#00b140", (0, 177, 64)),
        ("#F80", (255, 136, 0)),
        (" green ", (0, 177, 64)),
        ("White", (255, 255, 255)),
        ("none", (0, 0, 0)),
        ("transparent", (0, 0, 0)),
    ],
)
def test_colours(text: str, colour: tuple[int, int, int]) -> None:
    frame = every_alpha()
    flat = Background(text, *SIZE).flatten(frame)
    assert flat.shape == (64, 256, 3)
    assert flat.dtype == np.uint8
    assert flat.flags.c_contiguous
    assert np.abs(flat - blended(frame, np.array(colour, np.uint8))).max() <= 1
    assert np.array_equal(flat[:, 255], frame[:, 255, :3])
    assert (flat[:, 0] == colour).all()


@pytest.mark.parametrize("wrong", ["#00b14", "#gggggg", "#", "#00b14000"])
def test_what_is_no_colour(wrong: str) -> None:
    with pytest.raises(SettingsError, match="is not a colour; write it like #00b140"):
        Background(wrong, *SIZE)


def test_a_picture_covers_the_frame(tmp_path: Path) -> None:
    picture = np.zeros((100, 100, 3), np.uint8)
    picture[:, :, 0] = np.linspace(0, 255, 100)
    picture[:38] = picture[-38:] = 77
    Image.fromarray(picture).save(tmp_path / "room.png")
    clear = np.zeros((64, 256, 4), np.uint8)
    flat = Background(str(tmp_path / "room.png"), *SIZE).flatten(clear)
    assert flat[32, 2, 0] < 10
    assert flat[32, -2, 0] > 245
    assert not (flat[3:-3, :, 1] == 77).any()
    frame = every_alpha()
    assert np.abs(Background(str(tmp_path / "room.png"), *SIZE).flatten(frame) - blended(frame, flat)).max() <= 1


@pytest.mark.parametrize(
    "content",
    [b"", b"GIF89a", b"no picture at all", b"\x89PNG\r\n\x1a\n" + bytes(50), b"II*\0\x08" + bytes(20)],
    ids=["nothing", "a beginning", "text", "no pixels", "a TIFF without a size"],
)
def test_what_is_no_picture(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "room.png").write_bytes(content)
    with pytest.raises(SettingsError, match=r"room\.png cannot be read as a picture"):
        Background(str(tmp_path / "room.png"), *SIZE)


def test_a_cut_picture_and_a_folder_are_refused(tmp_path: Path) -> None:
    Image.fromarray(every_alpha()[..., :3]).save(tmp_path / "room.png")
    (tmp_path / "room.png").write_bytes((tmp_path / "room.png").read_bytes()[:2000])
    for path in (tmp_path / "room.png", tmp_path):
        with pytest.raises(SettingsError, match="cannot be read as a picture"):
            Background(str(path), *SIZE)


def test_a_huge_picture_is_refused_before_it_is_decoded(tmp_path: Path) -> None:
    Image.new("1", (MAX_PIXELS // 1000 + 1, 1000)).save(tmp_path / "room.png")
    with pytest.raises(SettingsError, match="is too large; use at most 64,000,000 pixels"):
        Background(str(tmp_path / "room.png"), *SIZE)


def test_a_missing_picture_offers_the_names() -> None:
    with pytest.raises(SettingsError, match="gren does not exist; use a colour, green, blue, black, white, n"):
        Background("gren", *SIZE)


def test_the_preview_shows_transparency() -> None:
    clear = np.zeros((64, 256, 4), np.uint8)
    nothing = Background("none", *SIZE)
    assert set(np.unique(nothing.preview(clear))) == {204, 255}
    assert not nothing.flatten(clear).any()
    green = Background("green", *SIZE)
    assert green.preview(clear) is green.flatten(clear)


def test_one_frame_is_blended_once_for_all_outputs() -> None:
    background = Background("green", *SIZE)
    frames = [every_alpha() for _ in range(4)]
    with ThreadPoolExecutor(4) as threads:
        for frame in frames:
            first, *others = list(threads.map(background.flatten, [frame] * 4))
            assert all(other is first for other in others)
    kept = background.flatten(frames[0])
    before = kept.copy()
    background.flatten(np.zeros_like(frames[0]))
    assert np.array_equal(kept, before)


def test_the_frame_is_not_written_to() -> None:
    frame = every_alpha()
    before = frame.copy()
    Background("blue", *SIZE).flatten(frame)
    assert np.array_equal(frame, before)


def test_as_an_effect_it_makes_frames_opaque() -> None:
    frame = every_alpha()
    painted = BackgroundEffect(Background("blue", *SIZE)).process(frame, 0.0)
    assert np.array_equal(painted[..., :3], Background("blue", *SIZE).flatten(frame))
    assert (painted[..., 3] == 255).all()
    assert BackgroundEffect(Background("none", *SIZE)).process(frame, 0.0) is frame


@pytest.mark.parametrize("width, height", [(50, 37), (130, 200)])
def test_strips_and_empty_columns_change_nothing(width: int, height: int) -> None:
    random = np.random.default_rng(4)
    frame = random.integers(0, 256, (height, width, 4), np.uint8)
    frame[..., 3][random.random((height, width)) < 0.3] = 0
    frame[33:, : width // 3, 3] = 0
    frame[:3] = 0
    alpha = frame[..., 3:].astype(np.int64)
    front = (frame[..., :3] * alpha + 127) // 255
    back = (np.array([0x13, 0xB1, 0x40]) * (255 - alpha) + 127) // 255
    off = np.abs(Background("#13b140", width, height).flatten(frame) - (front + back))
    assert off.max() <= 1
    assert not off[frame[..., 3] == 0].any() and not off[frame[..., 3] == 255].any()
