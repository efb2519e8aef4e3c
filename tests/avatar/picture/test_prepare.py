from __future__ import annotations

import io
import struct
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image, ImageCms

from vtube.avatar.picture import decode as decoding
from vtube.avatar.picture.decode import decode
from vtube.avatar.picture.files import check_picture, fit_picture
from vtube.avatar.picture.prepare import prepare
from vtube.errors import PictureError
from vtube.frame import SIZE, Frame
from vtube.paths import default_picture

CHARACTER = default_picture()


def encoded(image: Image.Image, kind: str = "PNG", **options: Any) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def noise(width: int = SIZE, height: int = SIZE) -> Frame:
    return np.random.default_rng(1).integers(0, 256, (height, width, 4), np.uint8)


@pytest.fixture
def character() -> Image.Image:
    return Image.open(CHARACTER).convert("RGBA")


def test_a_picture_of_the_template_is_kept_bit_by_bit(character: Image.Image) -> None:
    pixels = np.array(character)
    pixels[:9] = (1, 2, 3, 0)  # colours under full transparency too
    picture = prepare(encoded(Image.fromarray(pixels)))
    assert np.array_equal(picture.frame, pixels)
    assert not [note for note in picture.notes if note.severity == "done"]
    assert picture.frame.flags.c_contiguous and picture.frame.flags.writeable


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
def test_every_mode_of_png(mode: str, character: Image.Image) -> None:
    if mode.startswith("I"):
        image = Image.fromarray(np.asarray(character.convert("L")).astype(np.uint16) * 257)
    else:
        image = character.convert(mode)
    pixels = decode(encoded(image)).pixels
    assert pixels.shape == (SIZE, SIZE, 4) and pixels.dtype == np.uint8
    grey = np.asarray(character.convert("L")).astype(int)
    if mode in ("L", "I;16"):
        assert np.abs(pixels[..., 0].astype(int) - grey).max() <= 1


@pytest.mark.parametrize(
    ("kind", "mode"),
    [
        ("JPEG", "RGB"),
        ("JPEG", "CMYK"),
        ("JPEG", "L"),
        ("WEBP", "RGBA"),
        ("BMP", "RGB"),
        ("GIF", "P"),
        ("AVIF", "RGBA"),
        ("TIFF", "CMYK"),
        ("ICO", "RGBA"),
        ("JPEG2000", "RGBA"),
        ("QOI", "RGB"),
    ],
)
def test_every_format(kind: str, mode: str, character: Image.Image) -> None:
    pixels = decode(encoded(character.convert(mode), kind)).pixels
    side = 256 if kind == "ICO" else SIZE  # icons are no larger
    assert pixels.shape == (side, side, 4)


def test_a_format_without_a_mark_of_its_own_is_told_by_its_ending(tmp_path: Path, character: Image.Image) -> None:
    character.save(tmp_path / "me.tga")
    assert np.array_equal(decode(tmp_path / "me.tga").pixels, np.asarray(character))


def test_palette_and_grey_transparency_stay(character: Image.Image) -> None:
    for mode in ("P", "LA"):
        source = character.quantize(64) if mode == "P" else character.convert("LA")
        alpha = decode(encoded(source)).pixels[..., 3]
        assert alpha.min() == 0 and alpha.max() == 255


def test_sixteen_bits_of_grey_are_scaled_not_cut() -> None:
    wide = np.linspace(0, 65535, SIZE * SIZE).reshape(SIZE, SIZE).astype(np.uint16)
    pixels = decode(encoded(Image.fromarray(wide))).pixels
    assert pixels[0, 0, 0] == 0 and pixels[-1, -1, 0] == 255
    assert abs(int(pixels[SIZE // 2, 0, 0]) - 128) <= 1


def test_camera_orientation_is_applied() -> None:
    image = Image.new("RGB", (64, 32), (255, 0, 0))
    exif = Image.Exif()
    exif[decoding.ORIENTATION] = 6
    decoded = decode(encoded(image, "JPEG", exif=exif))
    assert decoded.pixels.shape[:2] == (64, 32)
    assert "upright" in decoded.notes[0].text


def test_a_colour_profile_is_converted_and_srgb_is_left_alone() -> None:
    pixels = noise()
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    kept = decode(encoded(Image.fromarray(pixels), icc_profile=srgb))
    assert kept.as_stored and np.array_equal(kept.pixels, pixels)
    lab = ImageCms.ImageCmsProfile(ImageCms.createProfile("XYZ")).tobytes()
    for profile in (lab, b"no profile"):
        decoded = decode(encoded(Image.fromarray(pixels), icc_profile=profile))
        assert np.array_equal(decoded.pixels[..., 3], pixels[..., 3])


def test_an_animation_gives_its_first_frame() -> None:
    frames = [Image.new("RGB", (64, 64), colour) for colour in ("red", "blue")]
    decoded = decode(encoded(frames[0], "GIF", save_all=True, append_images=frames[1:]))
    assert "animation" in decoded.notes[0].text
    assert tuple(decoded.pixels[0, 0]) == (255, 0, 0, 255)


# --- what is not a usable picture ------------------------------------------------------------------


def png_of_size(width: int, height: int) -> bytes:
    """A PNG that claims a size and holds next to nothing."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0)
    rest = chunk(b"IDAT", zlib.compress(bytes(1000))) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + rest


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "not a picture"),
        (b"hello, this is text", "not a picture"),
        (b"%PDF-1.4", "not a picture"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "not a picture"),
        (b"P6 4 4 255 " + bytes(48), "not a picture"),
        (png_of_size(100_000, 100_000), "too many pixels"),
        (png_of_size(9_000, 9_000), "too large"),
        (png_of_size(512, 512), "damaged"),
        (png_of_size(4, 600), "only 4 x 600"),
    ],
)
def test_useless_files_give_one_line(data: bytes, words: str) -> None:
    with pytest.raises(PictureError, match=words) as caught:
        prepare(data)
    assert "\n" not in str(caught.value)


def test_files_that_cannot_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(PictureError, match="there is no picture"):
        prepare(tmp_path / "gone.png")
    with pytest.raises(PictureError, match=r"cannot read|Permission"):
        prepare(tmp_path)
    monkeypatch.setattr(decoding, "MAX_FILE_BYTES", 1 << 20)
    (tmp_path / "big.png").write_bytes(bytes(2 << 20))
    with pytest.raises(PictureError, match=r"big\.png is larger than 1 MB"):
        prepare(tmp_path / "big.png")


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "GIF", "BMP"])
def test_files_cut_short_give_one_line(kind: str, character: Image.Image) -> None:
    whole = encoded(character.convert("RGB"), kind)
    for share in (0.02, 0.5, 0.98):
        with pytest.raises(PictureError, match=r"damaged|not a picture"):
            prepare(whole[: int(len(whole) * share)])


WRITTEN = [kind for kind in decoding.FORMATS if kind != "PSD"]
SMALL = {kind: encoded(Image.fromarray(noise(40, 40)).convert("RGB"), kind) for kind in WRITTEN}


def test_a_tiff_whose_second_page_names_no_size_is_damaged() -> None:
    """Pillow raises a TypeError."""
    data = bytearray(SMALL["TIFF"])
    (first,) = struct.unpack_from("<I", data, 4)
    (entries,) = struct.unpack_from("<H", data, first)
    struct.pack_into("<I", data, first + 2 + 12 * entries, len(data))
    with pytest.raises(PictureError, match="the picture is damaged: Missing dimensions"):
        decode(bytes(data) + bytes(14))


@pytest.mark.filterwarnings("ignore::UserWarning")  # what Pillow says of a damaged TIFF or ICO
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(WRITTEN), st.lists(st.tuples(st.integers(0, 4000), st.integers(0, 255)), max_size=20))
def test_no_damage_gets_past_the_decoder(kind: str, changes: list[tuple[int, int]]) -> None:
    data = bytearray(SMALL[kind])
    for place, value in changes:
        data[place % len(data)] = value
    try:
        pixels = decode(bytes(data)).pixels
    except PictureError as error:
        assert "\n" not in str(error)
    else:
        assert pixels.ndim == 3 and pixels.shape[2] == 4


# --- preparing -------------------------------------------------------------------------------------


def test_a_larger_picture_of_the_template_is_only_scaled(character: Image.Image) -> None:
    picture = prepare(encoded(character.resize((1024, 1024), Image.Resampling.LANCZOS)))
    assert [note.text for note in picture.notes] == ["scaled the picture from 1024 x 1024 to 512 x 512"]
    original = np.asarray(character)
    solid = original[..., 3] == 255
    assert np.abs(picture.frame[solid].astype(int) - original[solid]).mean() < 4


def test_a_picture_with_the_head_elsewhere_is_fitted(character: Image.Image) -> None:
    wide = Image.new("RGBA", (1600, 1000))
    wide.paste(character, (900, 400))
    picture = prepare(encoded(wide))
    assert any("template's box" in note.text for note in picture.notes)
    assert picture.frame.shape == (SIZE, SIZE, 4)


def test_an_opaque_picture_loses_its_plain_background(character: Image.Image) -> None:
    flat = Image.new("RGBA", character.size, (255, 255, 255, 255))
    flat.alpha_composite(character)
    picture = prepare(encoded(flat.convert("RGB")))
    assert picture.notes[0].text == "the picture has no transparency: took the plain background away"
    assert picture.frame[5, 5, 3] == 0 and picture.frame[128, 256, 3] == 255


def test_a_scene_stays_as_it_is_and_is_a_problem(character: Image.Image) -> None:
    scene = Image.fromarray(noise())
    scene.putalpha(255)
    scene.alpha_composite(character)
    picture = prepare(encoded(scene.convert("RGB")))
    assert picture.has_problem
    assert "vtube extras cutout" in picture.notes[0].text
    assert picture.frame[..., 3].min() == 255


@pytest.mark.parametrize("size", [(SIZE, SIZE), (700, 600)])
def test_the_size_does_not_decide_whether_the_head_is_moved(size: tuple[int, int], character: Image.Image) -> None:
    moved = Image.new("RGBA", size)
    moved.paste(character, (-90, 60))
    picture = prepare(encoded(moved))
    assert "fitted" in [note.code for note in picture.notes]
    assert not picture.has_problem


@pytest.mark.parametrize("colour", [(0, 0, 0, 0), (255, 255, 255, 255), (10, 200, 30, 255)])
@pytest.mark.parametrize("size", [(SIZE, SIZE), (300, 200)])
def test_a_picture_of_nothing_is_refused(colour: tuple[int, int, int, int], size: tuple[int, int]) -> None:
    with pytest.raises(PictureError, match=r"the picture is (empty|one plain area)"):
        prepare(encoded(Image.new("RGBA", size, colour)))


def test_a_very_large_picture_is_worked_on_at_a_smaller_size(character: Image.Image) -> None:
    picture = prepare(encoded(character.resize((4200, 4200)), compress_level=1))
    assert not picture.has_problem
    assert picture.source.shape == (2048, 2048, 4)


# --- the commands ----------------------------------------------------------------------------------


def test_check_says_ready_or_what_is_wrong(tmp_path: Path, character: Image.Image) -> None:
    assert check_picture(CHARACTER) == (True, ["ilta.png is ready for use."])
    moved = Image.new("RGBA", (SIZE, SIZE))
    moved.paste(character, (-90, 60))
    moved.save(tmp_path / "moved.png")
    good, lines = check_picture(tmp_path / "moved.png")
    assert good
    assert any("template's box" in line for line in lines)
    scene = Image.fromarray(noise())
    scene.convert("RGB").save(tmp_path / "scene.png")
    good, lines = check_picture(tmp_path / "scene.png")
    assert not good
    assert lines[0].startswith("problem: The background is not transparent")


def test_fit_writes_beside_and_never_over_the_source(tmp_path: Path, character: Image.Image) -> None:
    source = tmp_path / "me.png"
    moved = Image.new("RGBA", (SIZE, SIZE))
    moved.paste(character, (-90, 60))
    moved.save(source)
    before = source.read_bytes()
    assert fit_picture(source)[-1] == f"wrote {tmp_path / 'me_fit.png'}"
    assert source.read_bytes() == before
    with Image.open(tmp_path / "me_fit.png") as fitted:
        assert (fitted.size, fitted.mode) == ((SIZE, SIZE), "RGBA")
    assert check_picture(tmp_path / "me_fit.png")[0]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["me.png", "me_fit.png"]
    for out, words in (
        (source, "is the picture itself"),
        (tmp_path / "me.jpg", "should end in .png"),
        (tmp_path / "gone" / "me.png", "cannot write"),
    ):
        with pytest.raises(PictureError, match=words):
            fit_picture(source, out)


def test_a_senseless_orientation_turns_nothing_and_says_nothing() -> None:
    exif = Image.Exif()
    exif[decoding.ORIENTATION] = 99
    assert decode(encoded(Image.new("RGB", (64, 48)), "JPEG", exif=exif)).notes == ()


@pytest.mark.parametrize(
    ("colour", "words"),
    [((200, 10, 10, 100), "39% opaque at most"), ((0, 0, 0, 0), "nothing in it is visible"), ((9, 9, 9, 255), "plain")],
)
def test_a_picture_without_a_figure_says_what_it_is(colour: tuple[int, int, int, int], words: str) -> None:
    with pytest.raises(PictureError, match=words):
        prepare(encoded(Image.new("RGBA", (64, 64), colour), "PNG"))
