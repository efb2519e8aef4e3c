"""The left half of the film: a head drawn from a tracked face, and its 52 blend shapes as bars."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from PIL import Image, ImageDraw

from tools.film.head import Eye, Features, Line, features, turned
from vtube.signals import ARKIT_SHAPES, FaceFrame

SHARP = 3
"""Everything is drawn so many times larger and then made small, which smooths its edges."""
TOP, BOTTOM = (24, 27, 58), (43, 38, 84)
SKIN, MESH, LINE, BRIGHT = (62, 66, 122), (84, 92, 158), (158, 214, 255), (255, 255, 255)
CLOTH, NECK = (34, 36, 76), (50, 52, 106)
MOUTH, BAR, BAR_BACK = (32, 26, 62), (255, 178, 122), (66, 62, 116)


class FacePanel:
    """Draws faces into a square of `size` pixels."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._unit = size * SHARP / 4.0
        self._middle = np.array((size * SHARP / 2, size * SHARP * 0.43))
        ramp = np.linspace(0.0, 1.0, size * SHARP)[:, None, None]
        colours = (np.array(TOP) * (1 - ramp) + np.array(BOTTOM) * ramp).astype(np.uint8)
        self._ground = Image.fromarray(np.repeat(colours, size * SHARP, axis=1))

    def draw(self, face: FaceFrame) -> Image.Image:
        """One face, RGB, `size` pixels square."""
        image = self._ground.copy()
        pen = ImageDraw.Draw(image)
        seen = features(face)
        self._shoulders(pen)
        pen.polygon(self._flat(seen.jaw, face), fill=SKIN)
        self._mesh(image, seen, face)
        self._line(pen, turned(seen.jaw, face), LINE, 0.03)
        lips = [*self._flat(seen.upper_lip, face), *reversed(self._flat(seen.lower_lip, face))]
        pen.polygon(lips, fill=MOUTH)
        for eye in seen.eyes:
            self._eye(image, eye, face)
        for line in (*seen.brows, seen.nose, seen.upper_lip, seen.lower_lip):
            self._line(pen, turned(line, face), LINE, 0.034)
            self._dots(pen, turned(line[::2], face))
        self._bars(pen, face)
        return image.resize((self._size, self._size), Image.Resampling.LANCZOS)

    def _pixels(self, seen: Line) -> list[tuple[float, float]]:
        return [tuple(point) for point in (self._middle + seen[:, :2] * (self._unit, -self._unit)).tolist()]

    def _flat(self, points: Line, face: FaceFrame) -> list[tuple[float, float]]:
        return self._pixels(turned(points, face))

    def _line(self, pen: ImageDraw.ImageDraw, seen: Line, colour: tuple[int, int, int], width: float) -> None:
        pen.line(self._pixels(seen), fill=colour, width=max(1, round(width * self._unit)), joint="curve")

    def _mesh(self, image: Image.Image, seen: Features, face: FaceFrame) -> None:
        inside = Image.new("L", image.size)
        ImageDraw.Draw(inside).polygon(self._flat(seen.jaw, face), fill=255)
        meshed = image.copy()
        pen = ImageDraw.Draw(meshed)
        for line in seen.mesh:
            self._line(pen, turned(line, face), MESH, 0.012)
        image.paste(meshed, mask=inside)

    def _dots(self, pen: ImageDraw.ImageDraw, seen: Iterable[Line]) -> None:
        radius = 0.026 * self._unit
        for x, y in self._pixels(np.array(list(seen))):
            pen.ellipse((x - radius, y - radius, x + radius, y + radius), fill=BRIGHT)

    def _eye(self, image: Image.Image, eye: Eye, face: FaceFrame) -> None:
        opening = [*self._flat(eye.upper, face), *reversed(self._flat(eye.lower, face))]
        hole = Image.new("L", image.size)
        ImageDraw.Draw(hole).polygon(opening, fill=255)
        ball = Image.new("RGB", image.size, (226, 232, 255))
        pen = ImageDraw.Draw(ball)
        ((x, y),) = self._flat(eye.iris, face)
        for radius, colour in ((0.105, (92, 84, 190)), (0.05, (22, 20, 48))):
            size = radius * self._unit
            pen.ellipse((x - size, y - size, x + size, y + size), fill=colour)
        image.paste(ball, mask=hole)
        pen = ImageDraw.Draw(image)
        self._line(pen, turned(eye.lower, face), LINE, 0.02)
        self._line(pen, turned(eye.upper, face), LINE, 0.042)
        self._dots(pen, turned(eye.upper[::4], face))

    def _shoulders(self, pen: ImageDraw.ImageDraw) -> None:
        x, y = self._middle
        unit = self._unit
        pen.rounded_rectangle((x - 1.5 * unit, y + 1.55 * unit, x + 1.5 * unit, y + 4 * unit), 0.6 * unit, fill=CLOTH)
        pen.rounded_rectangle((x - 0.4 * unit, y + unit, x + 0.4 * unit, y + 1.85 * unit), 0.25 * unit, fill=NECK)

    def _bars(self, pen: ImageDraw.ImageDraw, face: FaceFrame) -> None:
        edge = self._size * SHARP
        step = edge * 0.88 / len(ARKIT_SHAPES)
        for number, name in enumerate(ARKIT_SHAPES):
            x, floor, height = edge * 0.06 + number * step, edge * 0.965, edge * 0.075
            value = min(1.0, max(0.0, face.shapes.get(name, 0.0)))
            pen.rectangle((x, floor - height, x + step * 0.6, floor), fill=BAR_BACK)
            pen.rectangle((x, floor - height * value, x + step * 0.6, floor), fill=BAR)
