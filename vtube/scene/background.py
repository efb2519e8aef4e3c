"""What lies behind the character for outputs that know no transparency."""

from __future__ import annotations

import re
import threading

import cv2
import numpy as np

from vtube.errors import SettingsError
from vtube.frame import Frame, Pass, Rgb, Still
from vtube.paths import expanded
from vtube.scene.picture_file import read_picture
from vtube.settings import SceneSettings
from vtube.spec import Spec

NAMES = {
    "green": "#00b140",
    "blue": "#0047bb",
    "black": "#000000",
    "white": "#ffffff",
}
"""The chroma-key green and blue that OBS and others expect (Pantone 354 C and 2728 C), black and white."""

Colour = tuple[int, int, int]
"""Red, green, blue, 0..255."""
TRANSPARENT = ("none", "transparent")

STRIP = 32
"""Rows that are blended at once: they stay in the processor's cache."""
CHECKER = 16
"""Pixels of one square of the pattern that stands for transparency in previews."""


class Background:
    """A colour, a picture or nothing, with the straight-alpha blend of two sRGB pictures.

    The blend is the one of browsers and picture viewers, on the sRGB values themselves:
    out = c·a + b·(1 - a), rounded per term, so that it is exact for a = 0 and 1 and off by 1 at most between.

    The newest result is kept: several outputs that want the same frame, and a frame that is sent again because
    the renderer is slower than the loop, cost one blend.
    """

    def __init__(self, text: str, width: int, height: int) -> None:
        """`text` is `#rrggbb`, `#rgb`, green, blue, black, white, none, or the path of a picture.

        Raises:
            SettingsError: it is none of these, or the picture cannot be read.
        """
        self.transparent = text.strip().lower() in TRANSPARENT
        colour = (0, 0, 0) if self.transparent else _colour(text)
        behind = _picture(text, width, height) if colour is None else np.full((height, width, 3), colour, np.uint8)
        self.shader = _shader(colour, behind)
        self._layer = _Layer(behind)
        self._preview = _Layer(_checkerboard(width, height)) if self.transparent else self._layer

    def flatten(self, frame: Frame) -> Rgb:
        """The frame over the background (black where there is none); may be called from any thread."""
        return self._layer.under(frame)

    def preview(self, frame: Frame) -> Rgb:
        """The same, but over a checkerboard where there is no background."""
        return self._preview.under(frame)


class BackgroundEffect:
    """Paints the background into the frame itself, for outputs that know transparency too."""

    def __init__(self, background: Background) -> None:
        self._background = background

    def process(self, frame: Frame, _now: float) -> Frame:
        """The frame over the background, opaque; the same frame when there is no background."""
        if self._background.transparent:
            return frame
        opaque: Frame = cv2.cvtColor(self._background.flatten(frame), cv2.COLOR_RGB2RGBA)
        return opaque

    def passes(self, _now: float) -> tuple[Pass, ...]:
        """See `ShadedEffect.passes`."""
        return () if self._background.transparent else (self._background.shader,)


def create_background_effect(_spec: Spec, scene: SceneSettings) -> BackgroundEffect:
    """The effect `background`.

    Raises:
        SettingsError: the background is neither a colour nor a readable picture.
    """
    return BackgroundEffect(Background(scene.background, scene.width, scene.height))


class _Layer:
    """One picture behind others; remembers the newest blend."""

    def __init__(self, behind: Rgb) -> None:
        self._plain = behind
        self._behind = cv2.cvtColor(behind, cv2.COLOR_RGB2RGBA)
        self._lock = threading.Lock()
        self._frame: Frame | None = None
        self._result: Rgb | None = None

    def under(self, frame: Frame) -> Rgb:
        with self._lock:
            if self._result is None or self._frame is not frame:
                self._result = self._blend(frame)
                self._frame = frame
            return self._result

    def _blend(self, frame: Frame) -> Rgb:
        result = self._plain.copy()
        for top in range(0, len(frame), STRIP):
            rows = slice(top, top + STRIP)
            _blend_strip(frame[rows], self._behind[rows], result[rows])
        return result


def _blend_strip(front: Frame, behind: Frame, result: Rgb) -> None:
    """Lay `front` over `behind`, whose alpha is anything, from the first to the last column that shows something."""
    alpha = cv2.extractChannel(front, 3)
    left, _, width, _ = cv2.boundingRect(alpha)
    if not width:
        return
    part = slice(None), slice(left, left + width)
    below = behind[part].copy()
    cv2.insertChannel(cv2.bitwise_not(alpha[part]), below, 3)
    below = cv2.cvtColor(below, cv2.COLOR_RGBA2mRGBA)
    cv2.add(below, cv2.cvtColor(front[part], cv2.COLOR_RGBA2mRGBA), dst=below)
    cv2.cvtColor(below, cv2.COLOR_RGBA2RGB, dst=result[part])


def _picture(text: str, width: int, height: int) -> Rgb:
    names = ", ".join([*NAMES, "none"])
    picture = read_picture(expanded(text), "background", f"use a colour, {names} or a picture")
    over_black = cv2.cvtColor(picture, cv2.COLOR_RGBA2mRGBA, dst=picture)
    return _cover(np.asarray(cv2.cvtColor(over_black, cv2.COLOR_RGBA2RGB), np.uint8), width, height)


def _colour(text: str) -> Colour | None:
    """The colour that the text names; None where it names a picture."""
    colour = NAMES.get(text.strip().lower(), text.strip())
    if not colour.startswith("#"):
        return None
    digits = colour[1:]
    if len(digits) == 3:
        digits = "".join(2 * digit for digit in digits)
    if not re.fullmatch("[0-9a-fA-F]{6}", digits):
        raise SettingsError(f"the background {colour!r} is not a colour; write it like #00b140")
    red, green, blue = bytes.fromhex(digits)
    return red, green, blue


def _shader(colour: Colour | None, behind: Rgb) -> Pass:
    """What lays the same background behind a picture on a graphics card."""
    if colour is None:
        return Pass("backdrop", {}, Still(behind))
    red, green, blue = colour
    return Pass("background", {"colour": (red / 255, green / 255, blue / 255)})


def _cover(picture: Rgb, width: int, height: int) -> Rgb:
    """Scale to cover width x height, cropping what stands out, centred."""
    scale = max(width / picture.shape[1], height / picture.shape[0])
    size = (max(width, round(picture.shape[1] * scale)), max(height, round(picture.shape[0] * scale)))
    scaled = cv2.resize(picture, size, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC)
    left, top = (size[0] - width) // 2, (size[1] - height) // 2
    return np.ascontiguousarray(scaled[top : top + height, left : left + width])


def _checkerboard(width: int, height: int) -> Rgb:
    rows, columns = np.indices((height, width)) // CHECKER
    grey = np.where((rows + columns) % 2 == 0, 255, 204).astype(np.uint8)
    return np.repeat(grey[..., None], 3, axis=2)
