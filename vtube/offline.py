"""Frame-exact video without a clock: recorded signals in, every frame rendered, however long it takes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Generic, TypeVar

import numpy as np

from vtube.audio.base import RATE, Samples
from vtube.audio.prosody import near, speech_cues
from vtube.avatar.base import Renderer
from vtube.avatar.sight import Scene, Sight
from vtube.motion.animator import Animator
from vtube.outputs.video_file import VideoFile
from vtube.pose import Pose
from vtube.settings import Settings
from vtube.signals import FaceFrame, MouthShape, SpeechCue

if TYPE_CHECKING:
    from vtube.speech.recording import Part

EMOTION_LEAD_S = 0.2
"""A face changes a little before the words that it belongs to."""

SOUND_RATE = 48_000
"""Samples a second of the sound in the video."""

Signal = TypeVar("Signal", FaceFrame, MouthShape)


@dataclass(frozen=True)
class Clip:
    """What a video is made of: `count` pairs of (seconds, pose), and mono sound at SOUND_RATE that begins with them."""

    poses: Iterator[tuple[float, Pose]]
    count: int
    sound: Samples | None = None


def from_poses(path: Path, settings: Settings) -> Clip:
    """One pose per frame.

    Raises:
        PoseError: the file cannot be read.
    """
    from vtube.avatar.poses_file import load_poses

    poses = load_poses(path)
    return Clip(((index / settings.loop.fps, pose) for index, pose in enumerate(poses)), len(poses))


def from_tracking(path: Path, settings: Settings) -> Clip:
    """A recorded tracking session, through the same motion as a live one.

    Raises:
        TrackingError: the recording cannot be read.
    """
    from vtube.tracking.recordings.replay_files import frames_of

    faces = [replace(face, time=seconds) for seconds, face in frames_of(path)]
    seconds = faces[-1].time
    return Clip(performed(settings, seconds, faces=faces), frame_count(seconds, settings.loop.fps))


def from_sound(path: Path, settings: Settings) -> Clip:
    """Speech: the mouth follows it without the delay of a live run, and the rest idles.

    Raises:
        AudioError: the sound cannot be read.
    """
    from vtube.audio.file import read_sound
    from vtube.audio.lipsync import offline_mouth
    from vtube.audio.mouth_source import create_lip_sync

    samples = read_sound(path)
    mouths = [shape for _, shape in offline_mouth(samples, create_lip_sync(settings.lipsync))]
    seconds = len(samples) / RATE
    return Clip(
        performed(settings, seconds, mouths=mouths, cues=speech_cues(samples)),
        frame_count(seconds, settings.loop.fps),
        read_sound(path, SOUND_RATE),
    )


def from_text(
    text: str, settings: Settings, progress: Callable[[int, int], object] = lambda done, all_: None
) -> tuple[Clip, Sequence[Part]]:
    """A text: spoken by the voice of the settings, its tags shown as emotions; with it the sentences for subtitles.

    `progress` gets the sentences that are spoken and their number.

    Raises:
        SettingsError: there is no such voice.
        SpeechError: there is nothing to say, or a sentence cannot be said.
    """
    from vtube.motion.emotion_classifier import load_classifier
    from vtube.speech.recording import record

    spoken = record(text, settings, SOUND_RATE, progress=progress)
    classifier, count = load_classifier(), frame_count(spoken.seconds, settings.loop.fps)
    feelings = [(part.start - EMOTION_LEAD_S, part.emotion) for part in spoken.parts if part.emotion]
    animator = Animator(settings, SignalPlayback[FaceFrame]([]), spoken.mouth, lambda now: near(spoken.cues, now))

    def poses() -> Iterator[tuple[float, Pose]]:
        due = list(feelings)
        for index in range(count):
            now = index / settings.loop.fps
            while due and due[0][0] <= now:
                animator.emotion.feel(due.pop(0)[1], classifier.classify)
            yield now, animator.mixer.pose(now)

    return Clip(poses(), count, spoken.samples), spoken.parts


class SignalPlayback(Generic[Signal]):
    """Signals in order of their times, as somebody who asks at given moments would have them."""

    def __init__(self, signals: Iterable[Signal]) -> None:
        self._signals: Iterator[Signal] = iter(signals)
        self._next: Signal | None = next(self._signals, None)
        self._latest: Signal | None = None

    def advance(self, now: float) -> None:
        """Take over everything up to `now`, seconds from the start."""
        while self._next is not None and self._next.time <= now:
            self._latest, self._next = self._next, next(self._signals, None)

    def poll(self, now: float) -> Signal | None:
        """The newest signal at `now`, seconds from the start; None before the first."""
        self.advance(now)
        return self.latest()

    def latest(self) -> Signal | None:
        """The newest signal, None before the first."""
        return self._latest


def performed(
    settings: Settings,
    seconds: float,
    faces: Iterable[FaceFrame] = (),
    mouths: Iterable[MouthShape] = (),
    cues: Sequence[SpeechCue] = (),
) -> Iterator[tuple[float, Pose]]:
    """The poses of a camera that follows `faces`, `mouths` and a voice's `cues` (times from 0).

    Gives (seconds, pose) for each frame.
    """
    animator = Animator(settings, SignalPlayback(faces), SignalPlayback(mouths).poll, lambda now: near(cues, now))
    for index in range(frame_count(seconds, settings.loop.fps)):
        now = index / settings.loop.fps
        yield now, animator.mixer.pose(now)


def frame_count(seconds: float, fps: float) -> int:
    """Frames that show everything from 0 to `seconds`, both included."""
    return int(seconds * fps) + 1


def render(
    clip: Clip, renderer: Renderer, scene: Scene, video: VideoFile, progress: Callable[[], None] = lambda: None
) -> int:
    """Draw every pose of the clip into `video`, its sound along with it; returns the number of frames.

    The file is finished even on Ctrl-C.

    Raises:
        OutputError: the file cannot be opened or written.
    """
    count = sent = 0
    sight = Sight(scene)
    sound = np.empty(0, np.float32) if clip.sound is None else clip.sound
    video.open()
    try:
        for now, pose in clip.poses:
            sight.look(now)
            video.send(sight.finish(sight.draw(renderer, pose)), now)
            due = int(now * SOUND_RATE)
            if due > sent and sent < len(sound):
                video.send_audio(sound[sent:due])
                sent = due
            count += 1
            progress()
        if sent < len(sound):
            video.send_audio(sound[sent:])
    finally:
        video.close()
    return count
