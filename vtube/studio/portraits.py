"""The faces of all expressions, small, as the character on air makes them: for the buttons of the control room.

They are drawn beside the camera by a puppet of its own, one after another with rests between; an exact engine would
take the processor's time from the show, and so draws none.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from typing import Any

import cv2
import numpy as np

from vtube.avatar.base import Renderer
from vtube.errors import VtubeError
from vtube.frame import Frame
from vtube.motion.templates import Templates
from vtube.scene.shot import Subject
from vtube.threads import Worker

SIDE = 128
HEADS = 1.5
"""Sides of the head's box that a portrait shows."""
QUALITY = 85
LOOK_S = 0.5
REST_S = 0.05
CLOSE_S = 0.3


class Portraits:
    """Draws whenever the character, its puppet or an expression has changed. Any thread may read."""

    def __init__(
        self,
        look: Callable[[], object],
        painter: Callable[[], Renderer | None],
        subject: Callable[[], Subject],
        templates: Callable[[], Templates],
    ) -> None:
        """Nothing is drawn before `start`.

        Args:
            look: another value whenever what the character looks like has changed.
            painter: a renderer for these pictures alone, which is closed here; None when none is fast enough.
            subject: where the head is.
            templates: the expressions.
        """
        self._look, self._painter, self._subject, self._templates = look, painter, subject, templates
        self._pictures: dict[str, bytes] = {}
        self._edition = 0
        self._worker = Worker("portraits", self._run)

    def start(self) -> None:
        """Begin to watch."""
        self._worker.start()

    def close(self) -> None:
        """End; harmless when called twice. A picture that is being drawn is not waited for: nobody is to see it."""
        self._worker.close(CLOSE_S)

    def join(self, seconds: float) -> bool:
        """After `close`: wait, at most `seconds`, for its painter; whether that has ended."""
        return self._worker.join(seconds)

    def get(self, name: str) -> bytes | None:
        """The portrait of an expression, WebP; None while there is none."""
        return self._pictures.get(name)

    def status(self) -> dict[str, Any]:
        """For `/api/state`: `edition` changes when pictures do; `ready` names those that can be had."""
        return {"edition": self._edition, "ready": sorted(self._pictures)}

    def _run(self, stopping: threading.Event) -> None:
        seen: tuple[object, Templates] = (None, {})
        while not stopping.wait(LOOK_S):
            now = self._look(), self._templates()
            if now[0] == seen[0] and not changed(seen[1], now[1]):
                continue
            wanted = (
                now[1]
                if now[0] != seen[0]
                else {name: now[1][name] for name in changed(seen[1], now[1]) & now[1].keys()}
            )
            self._forget(now[1] if now[0] == seen[0] else {})
            seen = now
            self._draw(wanted, stopping)

    def _forget(self, templates: Mapping[str, object]) -> None:
        self._pictures = {name: picture for name, picture in self._pictures.items() if name in templates}
        self._edition += 1

    def _draw(self, templates: Templates, stopping: threading.Event) -> None:
        try:
            painter = self._painter() if templates else None
        except VtubeError:  # the camera says why
            painter = None
        if painter is None:
            return
        try:
            drawn: dict[str, bytes] = {}
            for name, pose in templates.items():
                if stopping.wait(REST_S):
                    return
                drawn[name] = portrait(painter.render(pose), self._subject())
            self._pictures = {**self._pictures, **drawn}
            self._edition += 1
        finally:
            painter.close()


def changed(before: Templates, after: Templates) -> set[str]:
    """The names of those that came, went or are another pose."""
    names = before.keys() | after.keys()
    return {
        one for one in names if one not in before or one not in after or not np.array_equal(before[one], after[one])
    }


def portrait(frame: Frame, subject: Subject) -> bytes:
    """The head in `frame`, SIDE x SIDE pixels, as WebP with its transparency."""
    height, width, _ = frame.shape
    side = max(8, round(HEADS * subject.head_size * height))
    left, top = round(subject.head_x * width - side / 2), round(subject.head_y * height - side / 2)
    move = np.array([[SIDE / side, 0, -left * SIDE / side], [0, SIDE / side, -top * SIDE / side]])
    head = cv2.warpAffine(cv2.cvtColor(frame, cv2.COLOR_RGBA2BGRA), move, (SIDE, SIDE), flags=cv2.INTER_AREA)
    done, data = cv2.imencode(".webp", head, [cv2.IMWRITE_WEBP_QUALITY, QUALITY])
    if not done:
        raise RuntimeError("OpenCV could not encode a WebP")
    return data.tobytes()
