"""A talking head over a video that exists: its pictures behind, its sound mixed in, its rate and its length."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import av
import numpy as np

from vtube.audio.file import NOTHING_ELSE, read_sound
from vtube.errors import AudioError, SettingsError
from vtube.frame import Frame
from vtube.offline.clip import SOUND_RATE, Clip, fitted
from vtube.offline.film import FramesFrom
from vtube.outputs.encoding import rate_of
from vtube.paths import plain_file
from vtube.scene.lettering import pasted

LONGEST_S = 4 * 3600
SMALLEST, LARGEST = 16, 4096


@dataclass(frozen=True, slots=True)
class Place:
    """Where the head is: the upper left corner and the side of its square, pixels of the video."""

    x: int
    y: int
    size: int


def place_of(text: str) -> Place:
    """The place that `--at` means.

    Raises:
        SettingsError: it is not X,Y,SIZE.
    """
    parts = text.split(",")
    try:
        x, y, size = (int(part) for part in parts)
    except ValueError:
        raise SettingsError(f"--at takes X,Y,SIZE in pixels of the video, such as 1380,540,540, not {text}") from None
    if not SMALLEST <= size <= LARGEST or size % 2:
        raise SettingsError(f"the SIZE of --at is even and from {SMALLEST} to {LARGEST}, not {size}")
    return Place(x, y, size)


@dataclass(frozen=True, slots=True)
class Behind:
    """The video behind the head."""

    path: Path
    width: int
    height: int
    fps: float
    count: int


def behind(path: Path) -> Behind:
    """What the video is.

    Raises:
        SettingsError: it cannot be read, holds no picture, or has a size that cannot be written.
    """
    try:
        with plain_file(path).open("rb") as file, av.open(file, "r", options=NOTHING_ELSE) as container:
            if not container.streams.video:
                raise SettingsError(f"{path} holds no picture to lay the character over")
            video = container.streams.video[0]
            fps = float(video.average_rate or 0)
            last = max((float(frame.time or 0) for frame in container.decode(video)), default=-1.0)
            width, height = video.width, video.height
    except (OSError, av.FFmpegError, ValueError) as error:
        raise SettingsError(f"cannot read the video {path}: {getattr(error, 'strerror', None) or error}") from None
    if last < 0 or not 1 <= fps <= 240 or last > LONGEST_S:
        raise SettingsError(
            f"the video {path} has no pictures, no usual rate, or lasts more than {LONGEST_S // 3600} h"
        )
    if width % 2 or height % 2:
        raise SettingsError(f"the video {path} is {width} x {height}; both should be even numbers")
    return Behind(path, width, height, float(rate_of(fps)), round(last * fps) + 1)


def length_of(clip: Clip, video: Behind) -> Clip:
    """The clip, which is at least as long as the video, with the video's own sound under its own.

    Raises:
        SettingsError: what is said does not fit into the video.
    """
    if clip.count > video.count:
        here, there = clip.seconds, video.count / video.fps
        raise SettingsError(f"what is said takes {here:.1f} s and {video.path.name} {there:.1f} s; shorten it")
    sound = np.zeros(0, np.float32) if clip.sound is None else clip.sound
    mixed = fitted(sound, video.count, video.fps) + fitted(_own_sound(video.path), video.count, video.fps)
    return replace(clip, sound=np.clip(mixed, -1, 1))


def _own_sound(path: Path) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
    try:
        return read_sound(path, SOUND_RATE)
    except AudioError:
        return np.zeros(0, np.float32)  # a silent film


def laid_over(heads: FramesFrom, video: Behind, place: Place) -> FramesFrom:
    """The video's frames with the head in its place."""

    def frames(first: int) -> Iterator[Frame]:
        pictures = _pictures(video)
        for _ in range(first):
            next(pictures, None)
        for picture, head in zip(pictures, heads(first), strict=False):
            yield pasted(picture, head, place.x, place.y)

    return frames


def _pictures(video: Behind) -> Iterator[Frame]:
    """Frame n of the result shows what the video shows at n / fps."""
    with video.path.open("rb") as file, av.open(file, "r", options=NOTHING_ELSE) as container:
        number, kept = 0, None
        for frame in container.decode(video=0):
            while kept is not None and number < video.count and (frame.time or 0) > (number + 0.5) / video.fps:
                yield kept
                number += 1
            kept = np.asarray(frame.to_ndarray(format="rgba"), np.uint8)
        while kept is not None and number < video.count:
            yield kept
            number += 1
