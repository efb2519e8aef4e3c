"""What an offline video is made of: poses and, perhaps, sound."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from vtube.audio.base import RATE, Samples
from vtube.pose import Pose
from vtube.settings import Settings
from vtube.timeline import frame_count, performed

SOUND_RATE = 48_000
"""Samples a second of the sound in the video."""


@dataclass(frozen=True)
class Take:
    """`count` pairs of (seconds, pose), and mono sound at SOUND_RATE that begins with the first of them."""

    poses: Iterator[tuple[float, Pose]]
    count: int
    sound: Samples | None = None


def from_poses(path: Path, settings: Settings) -> Take:
    """One pose per frame.

    Raises:
        PoseError: the file cannot be read.
    """
    from vtube.avatar.poses_file import load_poses

    poses = load_poses(path)
    return Take(((index / settings.loop.fps, pose) for index, pose in enumerate(poses)), len(poses))


def from_tracking(path: Path, settings: Settings) -> Take:
    """A recorded tracking session, through the same motion as a live one.

    Raises:
        TrackingError: the recording cannot be read.
    """
    from vtube.tracking.recordings.replay_files import frames_of

    faces = [replace(face, time=seconds) for seconds, face in frames_of(path)]
    seconds = faces[-1].time
    return Take(performed(settings, seconds, faces=faces), frame_count(seconds, settings.loop.fps))


def from_sound(path: Path, settings: Settings) -> Take:
    """Speech: the mouth follows it without the delay of a live run, and the rest idles.

    Raises:
        AudioError: the sound cannot be read.
    """
    from vtube.audio.file import read_sound
    from vtube.audio.lipsync import mouth_of
    from vtube.audio.mouth_source import create_lip_sync

    samples = read_sound(path)
    mouths = [shape for _, shape in mouth_of(samples, create_lip_sync(settings.lipsync))]
    seconds = len(samples) / RATE
    return Take(
        performed(settings, seconds, mouths=mouths),
        frame_count(seconds, settings.loop.fps),
        read_sound(path, SOUND_RATE),
    )
