"""Frames as their recipes: a page with WebGL 2 draws them itself, from a twentieth of the bytes.

Each message is a text, JSON, and the binary one that it announces:

    {"source": {"face": [left, top, width, height],     a PNG: the character's drawing, its colours premultiplied,
                "doubling": crispness}}                 which is doubled first unless that is null
    {"face": {"size": [width, height]}}                 the present face, RGBA8; size [0, 0]: the drawing's own
    {"picture": {"slot": number}}                       a PNG that a pass of later frames shows
    {"warp": {…}}                                       a frame: `shift` as RG16F
    {"warp": {…, "still": true}}                        the same frame with other `passes`, and no bytes

The drawing comes once, and the face and pictures when they have changed. What the numbers mean: `vtube.frame.Recipe`.
`passes` is a list of [shader, values, slot of its picture or null]; `static/effects.js` runs them.
"""

from __future__ import annotations

import asyncio
import json
import math
from collections.abc import Callable, Mapping
from concurrent.futures import Executor
from functools import partial
from itertools import count

import cv2
import numpy as np
from numpy.typing import NDArray

from vtube.frame import Frame, Recipe, Source, Still
from vtube.server.encode import png

Message = tuple[str, bytes]


class WarpFeed:
    """What one client has been sent."""

    def __init__(self, workers: Executor) -> None:
        """`workers` encode the drawing."""
        self._workers = workers
        self._source: Source | None = None
        self._face: Frame | None = None
        self._shift: NDArray[np.float32] | None = None
        self._slots: dict[Still, int] = {}

    async def messages(self, recipe: Recipe) -> list[Message]:
        """What the client needs to draw this frame, in order."""
        messages = []
        if recipe.source is not self._source:
            data = await self._encoded(recipe.source.pixels)
            about = {"face": recipe.source.face, "doubling": recipe.source.doubling}
            messages += [(json.dumps({"source": about}), data), _face(None)]
            self._source, self._face = recipe.source, None
        if recipe.face is not self._face:
            messages.append(_face(recipe.face))
            self._face = recipe.face
        still = not messages and recipe.shift is self._shift
        self._shift = recipe.shift
        messages += await self._pictures(recipe)
        return [*messages, warp(recipe, still, self._slots)]

    async def _pictures(self, recipe: Recipe) -> list[Message]:
        """Those of the passes that the client has not, each for its slot."""
        wanted = list(dict.fromkeys(one.still for one in recipe.passes if one.still is not None))
        self._slots = {still: slot for still, slot in self._slots.items() if still in wanted}
        messages = []
        for still in wanted:
            if still not in self._slots:
                slot = next(number for number in count() if number not in self._slots.values())
                self._slots[still] = slot
                data = await self._encoded(partial(_rgba, still))
                messages.append((json.dumps({"picture": {"slot": slot}}), data))
        return messages

    async def _encoded(self, pixels: Callable[[], Frame]) -> bytes:
        return await asyncio.get_running_loop().run_in_executor(self._workers, lambda: png(pixels()))


def _rgba(still: Still) -> Frame:
    opaque = still.pixels.shape[2] == 3
    return np.asarray(cv2.cvtColor(still.pixels, cv2.COLOR_RGB2RGBA), np.uint8) if opaque else still.pixels


def warp(recipe: Recipe, still: bool = False, slots: Mapping[Still, int] | None = None) -> Message:
    """One frame; `still`: only its passes are new; `slots`: where its passes' pictures are."""
    view, rows = recipe.view, recipe.shift.shape[0]
    head = {
        "size": [view.width, view.height],
        "scale": [view.scale_x, view.scale_y],
        "offset": [view.left, view.top],
        "turn": [math.cos(view.turn), math.sin(view.turn), *view.middle] if view.turn else None,
        "bounds": recipe.bounds,
        "cell": recipe.cell,
        "cells": [recipe.shift.shape[1], rows],
        "passes": [
            [one.shader, dict(one.values), (slots or {}).get(one.still) if one.still else None] for one in recipe.passes
        ],
    }
    if still:
        return json.dumps({"warp": {**head, "still": True}}), b""
    shift: NDArray[np.float16] = recipe.shift.astype(np.float16)
    return json.dumps({"warp": head}), shift.tobytes()


def _face(face: Frame | None) -> Message:
    if face is None:
        return json.dumps({"face": {"size": [0, 0]}}), b""
    return json.dumps({"face": {"size": [face.shape[1], face.shape[0]]}}), face.tobytes()
