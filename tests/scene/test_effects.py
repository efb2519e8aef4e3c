"""Every effect: what it promises to all, and what it alone does."""

from __future__ import annotations

import numpy as np
import pytest

from vtube.errors import SettingsError
from vtube.frame import Frame, blank
from vtube.registry import Registry
from vtube.scene.base import Effect
from vtube.scene.effects.chance import field, scrambled
from vtube.scene.registry import EFFECTS
from vtube.settings import SceneSettings

SCENE = SceneSettings(width=192, height=160)
NAMES = EFFECTS.names()
MOVING = {"scanlines", "banding", "noise", "glitch", "tape"}
ALWAYS = {"glitch": "glitch:share=1"}
"""Those that do something now and then only, so that they always do."""
OFF = {
    "vignette": "vignette:0",
    "bloom": "bloom:0",
    "aberration": "aberration:0",
    "noise": "noise:0",
    "grade": "grade:saturation=1,contrast=1",
    "tint": "tint:0",
    "translucency": "translucency:1",
    "glow": "glow:0",
    "shadow": "shadow:0",
    "glitch": "glitch:0",
    "tape": "tape:0,sync=0",
}
BEYOND = {"background", "bloom", "aberration", "outline", "glow", "shadow", "pixelate", "glitch", "tape"}
"""Those that may show something where the figure is not."""


def make(text: str, scene: SceneSettings = SCENE) -> Effect:
    return EFFECTS.create(text, scene)


def figure(width: int = 192, height: int = 160) -> Frame:
    """A disc of many colours with a soft edge; what is transparent hides red."""
    rows, columns = np.indices((height, width))
    frame = np.empty((height, width, 4), np.uint8)
    frame[..., 0], frame[..., 1], frame[..., 2] = columns % 256, 255 - rows % 256, 120
    frame[..., 3] = np.clip((height / 3 - np.hypot(rows - height / 2, columns - width / 2)) * 64, 0, 255)
    frame[frame[..., 3] == 0, :3] = (255, 0, 0)
    return frame


def text_of(name: str) -> str:
    return ALWAYS.get(name, name)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(("width", "height"), [(192, 160), (64, 64), (322, 178)])
def test_frames_keep_their_format_and_are_not_written_to(name: str, width: int, height: int) -> None:
    scene, frame = SceneSettings(width=width, height=height), figure(width, height)
    before, effect = frame.copy(), make(text_of(name), scene)
    for now in (0.0, 0.31, 7.7):
        result = effect.process(frame, now)
        assert result.shape == frame.shape
        assert result.dtype == np.uint8
        assert result.flags.c_contiguous
    assert np.array_equal(frame, before)


@pytest.mark.parametrize("name", NAMES)
def test_a_result_is_not_overwritten_by_the_next_frame(name: str) -> None:
    effect = make(text_of(name))
    first = effect.process(figure(), 1.0)
    kept = first.copy()
    effect.process(np.ascontiguousarray(figure()[::-1]), 2.0)
    assert np.array_equal(first, kept)


@pytest.mark.parametrize("name", NAMES)
def test_a_moment_looks_the_same_whenever_it_is_asked_for(name: str) -> None:
    effect, again = make(text_of(name)), make(text_of(name))
    moments = (3.1, 0.57, 12.25)
    first = [effect.process(figure(), now).copy() for now in moments]
    other = [again.process(figure(), now).copy() for now in reversed(moments)]
    for one, two in zip(first, reversed(other), strict=True):
        assert np.array_equal(one, two)
    assert (not np.array_equal(first[0], first[1])) == (name in MOVING)


@pytest.mark.parametrize("name", ["noise", "glitch", "tape"])
def test_another_seed_is_another_chance(name: str) -> None:
    joint = "," if ":" in text_of(name) else ":"
    one, other = (make(f"{text_of(name)}{joint}seed={seed}") for seed in (1, 2))
    assert not np.array_equal(one.process(figure(), 1.0), other.process(figure(), 1.0))


def test_a_pixel_of_grain_is_the_same_in_every_picture_that_shows_it() -> None:
    words = field(7, -20, -30, 200, 300)
    assert np.array_equal(field(7, 10, 5, 100, 80), words[30:130, 35:115])
    assert not np.array_equal(field(8, -20, -30, 200, 300), words)
    assert scrambled(np.array([0, 1, 2, 0xFFFFFFFF], np.uint32)).tolist() == [0, 0x688990C0, 0xD1132181, 0x6768824A]


@pytest.mark.parametrize("text", OFF.values())
def test_switched_off_it_hands_the_frame_on(text: str) -> None:
    frame = figure()
    assert make(text).process(frame, 0.2) is frame


@pytest.mark.parametrize("name", sorted({*NAMES} - BEYOND))
def test_where_nothing_is_nothing_appears(name: str) -> None:
    result = make(text_of(name)).process(figure(), 0.4)
    assert not result[figure()[..., 3] == 0, 3].any()


@pytest.mark.parametrize("name", sorted({*NAMES} - {"background"}))
def test_an_empty_picture_stays_empty(name: str) -> None:
    assert not make(text_of(name)).process(blank(192, 160), 0.4)[..., 3].any()


@pytest.mark.parametrize("name", sorted({*NAMES} - {"background"}))
def test_every_effect_shows_by_default(name: str) -> None:
    frame = figure()
    result = make(text_of(name)).process(frame, 0.4)
    seen = frame[..., 3] > 0
    changed = np.abs(result.astype(int) - frame)[seen].max(axis=1) > 3
    assert changed.any() or np.abs(result[..., 3].astype(int) - frame[..., 3]).max() > 20


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("bloom:streng=1", "has no 'streng'; did you mean 'strength'"),
        ("bloom:9", "bloom: strength: .*less than or equal to 2"),
        ("noise:lots", "noise: luma: .*number"),
        ("outline:colour=red", "outline: colour"),
        ("blom", "no effect 'blom'; did you mean 'bloom'"),
        ("background:1", "takes nothing after it"),
    ],
)
def test_what_is_wrong_is_named(text: str, why: str) -> None:
    with pytest.raises(SettingsError, match=why):
        make(text)


def test_other_names_are_understood() -> None:
    assert isinstance(EFFECTS, Registry)
    assert np.array_equal(make("vhs:0.4").process(figure(), 1.0), make("tape:0.4").process(figure(), 1.0))


def test_a_vignette_darkens_the_corners_alone() -> None:
    white = np.full((160, 192, 4), 255, np.uint8)
    result = make("vignette:0.5").process(white, 0.0)
    assert tuple(result[80, 96]) == (255, 255, 255, 255)
    assert tuple(result[0, 0]) == (128, 128, 128, 255)


def test_bloom_shines_beyond_a_bright_edge_and_not_beyond_a_dark_one() -> None:
    for value, shines in ((255, True), (60, False)):
        frame = blank(192, 160)
        frame[60:100, 60:130] = (value, value, value, 255)
        assert (make("bloom").process(frame, 0.0)[80, 52, 3] > 0) == shines


def test_aberration_pulls_red_and_blue_apart() -> None:
    frame = blank(192, 160)
    frame[:, 90:100] = 255
    result = make("aberration:0.02").process(frame, 0.0)[80]
    columns = [np.flatnonzero((result[:, channel] > 127) & (result[:, 3] > 0)) for channel in range(3)]
    assert [(int(one[0]), int(one[-1])) for one in columns] == [(94, 103), (90, 99), (86, 95)]


def test_lines_are_as_many_as_asked_for_and_wander() -> None:
    white = np.full((160, 192, 4), 255, np.uint8)
    effect = make("scanlines:0.5,lines=20,speed=1")
    row = effect.process(white, 0.0)[:, 0, 0].astype(float)
    assert np.argmax(np.abs(np.fft.rfft(row - row.mean()))) == 20
    assert row.min() == pytest.approx(128, abs=5)
    half = effect.process(white, 0.5)[:, 0, 0].astype(float)
    assert np.corrcoef(row, half)[0, 1] == pytest.approx(-1, abs=0.01)
    assert np.array_equal(effect.process(white, 3.0)[:, 0, 0], row.astype(np.uint8))


def test_noise_trembles_round_the_picture_and_eats_transparency_if_asked() -> None:
    grey = np.full((160, 192, 4), 128, np.uint8)
    result = make("noise:0.2,alpha=0.5").process(grey, 0.0)
    assert result[..., 0].mean() == pytest.approx(128, abs=1.5)
    assert result[..., 0].std() == pytest.approx(20, abs=3)
    assert result[..., 3].max() <= 128
    assert result[..., 3].mean() < 90


def test_without_saturation_colours_are_grey_and_warmth_makes_them_red() -> None:
    frame = figure()
    seen = frame[..., 3] > 0
    grey = make("grade:0,contrast=1").process(frame, 0.0)
    assert np.abs(grey[..., 0].astype(int) - grey[..., 2]).max() <= 1
    warm = make("grade:saturation=1,contrast=1,warmth=0.5").process(frame, 0.0)
    assert (warm[..., 0].astype(int) - frame[..., 0])[seen].min() >= 0
    assert set(np.unique((frame[..., 2].astype(int) - warm[..., 2])[seen])) == {20}
    assert np.array_equal(warm[..., 3], frame[..., 3])


def test_a_tint_leaves_one_colour() -> None:
    result = make("tint:colour=#ff8000").process(figure(), 0.0)
    assert not result[..., 2].any()
    assert np.abs(result[..., 1].astype(int) - result[..., 0] / 2).max() <= 1


def test_translucency_scales_the_alpha() -> None:
    result = make("translucency:0.5").process(figure(), 0.0)
    assert result[..., 3].max() == 128
    assert np.array_equal(result[..., :3], figure()[..., :3])


def test_an_outline_lies_behind_the_figure() -> None:
    frame = blank(192, 160)
    frame[60:100, 60:130] = (10, 20, 30, 255)
    result = make("outline:width=0.025,colour=#00ff00").process(frame, 0.0)
    assert tuple(result[80, 57]) == (0, 255, 0, 255)
    assert tuple(result[80, 90]) == (10, 20, 30, 255)
    assert result[80, 54, 3] == 0


def test_a_shadow_falls_to_the_lower_right() -> None:
    frame = blank(192, 160)
    frame[60:100, 60:130] = 255
    alpha = make("shadow:0.5,x=0.1,y=0.1").process(frame, 0.0)[..., 3]
    assert 60 < alpha[108, 138] <= 128
    assert alpha[50, 50] == 0


def test_pixels_are_square_and_shades_few() -> None:
    blocks = make("pixelate:0.1").process(figure(), 0.0)
    assert len(np.unique(blocks.reshape(-1, 4), axis=0)) <= 10 * 12
    shades = make("posterize:4").process(figure(), 0.0)
    assert set(np.unique(shades[..., :3])) <= {0, 85, 170, 255}
    assert np.array_equal(shades[..., 3], figure()[..., 3])


def test_glitches_come_now_and_then() -> None:
    effect, frame = make("glitch:share=0.2"), figure()
    share = np.mean([effect.process(frame, step * 0.08 + 0.01) is not frame for step in range(1000)])
    assert share == pytest.approx(0.2, abs=0.04)


def test_soft_noise_has_larger_grains_as_strong() -> None:
    grey = np.full((160, 192, 4), 128, np.uint8)
    hard, soft = (make(f"noise:0.3,soft={soft}").process(grey, 0.0)[..., 0].astype(float) for soft in (0, 6))
    assert soft.std() > 0.4 * hard.std()
    assert np.abs(np.diff(soft)).mean() < 0.3 * np.abs(np.diff(hard)).mean()


@pytest.mark.parametrize(("lean", "rows"), [(0.2, slice(0, 4)), (-0.2, slice(156, 160))])
def test_a_tape_leans_at_one_edge_alone(lean: float, rows: slice) -> None:
    frame = blank(192, 160)
    frame[:, 60:100] = 255
    result = make(f"tape:strength=1,soft=0,dropouts=0,sync=0,tracking=0,lean={lean}").process(frame, 0.0)
    assert np.flatnonzero(result[rows, :, 3][0])[0] > 60 + 20
    assert np.array_equal(result[40:120], frame[40:120])


@pytest.mark.parametrize("name", NAMES)
def test_a_small_figure_in_a_wide_picture_looks_as_if_all_of_it_were_worked_on(name: str) -> None:
    scene = SceneSettings(width=480, height=320)
    frame = blank(480, 320)
    frame[100:260, 150:342] = figure()
    pinned = frame.copy()
    pinned[[0, 0, -1, -1], [0, -1, 0, -1]] = (0, 0, 0, 1)  # now every corner counts
    effect = make(text_of(name), scene)
    small, whole = (effect.process(one, 0.7).astype(int) for one in (frame, pinned))
    inside = slice(12, -12), slice(12, -12)
    weight = whole[..., 3:] / 255
    assert np.abs(small[inside][..., 3] - whole[inside][..., 3]).max() <= 2
    assert np.abs((small - whole)[..., :3] * weight)[inside].max() <= 3
