"""What a film is made of: every pose, the sound, what is said and the chapters."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from vtube.audio.base import Samples
from vtube.audio.prosody import near, speech_cues
from vtube.errors import SettingsError
from vtube.motion.animator import Animator
from vtube.motion.emotion_classifier import EmotionClassifier, load_classifier
from vtube.motion.marks import KINDS, turn_of
from vtube.motion.templates import NEUTRAL
from vtube.offline.captions import Caption, Chapter, Section, sections
from vtube.offline.performance import ROUNDING, SignalPlayback, frame_count, frames_for, performed
from vtube.pose import COUNT, Pose
from vtube.settings import Settings
from vtube.signals import FaceFrame, Marks
from vtube.speech.bodily import felt
from vtube.speech.recording import CHAPTER_S, Part, Recording, record

EMOTION_LEAD_S = 0.2
"""A face changes a little before the words that it belongs to."""

SOUND_RATE = 48_000
"""Samples a second of the sound in the video."""

Poses = NDArray[np.float32]
"""(frames, 45): the pose of every frame."""

DrawnMarks = NDArray[np.float32]
"""(frames, kinds, 2): of each kind of drawn mark (`motion.marks.KINDS`) its strength and the seconds since it came."""


@dataclass(frozen=True)
class Clip:
    """`poses` at `fps` frames a second, and mono sound at SOUND_RATE that begins and ends with them."""

    poses: Poses
    fps: float
    sound: Samples | None = None
    captions: Sequence[Caption] = ()
    chapters: Sequence[Chapter] = ()
    drawn: DrawnMarks | None = None

    @property
    def count(self) -> int:
        """How many frames it has."""
        return len(self.poses)

    @property
    def seconds(self) -> float:
        """How long it is."""
        return self.count / self.fps

    def marks(self, now: float) -> Marks | None:
        """What is drawn over the figure in the frame at `now`, seconds from its start."""
        index = round(now * self.fps)
        if self.drawn is None or not 0 <= index < len(self.drawn):
            return None
        shown = {
            kind: (float(strength), float(seconds))
            for kind, (strength, seconds) in zip(KINDS, self.drawn[index], strict=True)
            if strength > 0
        }
        return Marks(shown, turn_of(self.poses[index])) if shown else None


def from_poses(path: Path, settings: Settings) -> Clip:
    """One pose per frame.

    Raises:
        PoseError: the file cannot be read.
    """
    from vtube.avatar.poses_file import load_poses

    return Clip(np.asarray(load_poses(path), np.float32).reshape(-1, COUNT), settings.loop.fps)


def from_tracking(path: Path, settings: Settings) -> Clip:
    """A recorded tracking session, through the same motion as a live one.

    Raises:
        TrackingError: the recording cannot be read.
    """
    from vtube.tracking.recordings.replay_files import frames_of

    faces = [replace(face, time=seconds) for seconds, face in frames_of(path)]
    seconds, fps = faces[-1].time, settings.loop.fps
    return Clip(
        _collected((pose for _, pose in performed(settings, seconds, faces=faces)), frame_count(seconds, fps)), fps
    )


def from_sound(path: Path, settings: Settings, emotion: str = "", least: int = 0, seconds: float = math.inf) -> Clip:
    """Speech: the mouth follows it without the delay of a live run, and the rest idles or shows `emotion`.

    It has at least `least` frames; of the sound, `seconds` at most are read.

    Raises:
        AudioError: the sound cannot be read, or is empty.
    """
    from vtube.audio.file import read_sound
    from vtube.audio.lipsync import offline_mouth
    from vtube.audio.mouth_source import create_lip_sync
    from vtube.errors import AudioError

    samples, fps = read_sound(path, seconds=seconds), settings.loop.fps
    if not len(samples):
        raise AudioError(f"the sound in {path} has no length")
    mouths = [shape for _, shape in offline_mouth(samples, create_lip_sync(settings.lipsync))]
    cues = speech_cues(samples)
    animator = Animator(
        settings, SignalPlayback[FaceFrame]([]), SignalPlayback(mouths).poll, lambda now: near(cues, now)
    )
    sound = read_sound(path, SOUND_RATE, seconds)
    count = max(least, frames_for(len(sound) / SOUND_RATE, fps))
    return _acted(Clip(_still(count), fps, fitted(sound, count, fps)), animator, _begins(emotion))


def from_text(
    text: str,
    settings: Settings,
    progress: Callable[[int, int], object] = lambda done, all_: None,
    emotion: str = "",
    least: int = 0,
    seconds: float = math.inf,
) -> Clip:
    """A text: spoken by the voice of the settings, its tags shown as emotions, its lines `# Title` as chapters.

    `progress` gets the sentences that are spoken and their number; `emotion` is shown until the first tag. It has at
    least `least` frames; no sentence begins after `seconds`.

    Raises:
        SettingsError: there is no such voice.
        SpeechError: there is nothing to say, or a sentence cannot be said.
    """
    parts, fps = sections(text), settings.loop.fps
    spoken = record([one.text for one in parts], settings, SOUND_RATE, progress=progress, seconds=seconds)
    moments = [
        *_begins(emotion),
        *(Moment(part.start - EMOTION_LEAD_S, felt(part.emotion), part.gesture) for part in spoken.parts),
    ]
    animator = Animator(settings, SignalPlayback[FaceFrame]([]), spoken.mouth, lambda now: near(spoken.cues, now))
    count = max(least, frames_for(spoken.seconds, fps))
    heard = Clip(
        _still(count),
        fps,
        fitted(spoken.samples, count, fps),
        [Caption(part.start, part.end, part.text) for part in spoken.parts if part.text],
        _chapters(parts, spoken),
    )
    return _acted(heard, animator, moments)


def check_emotion(word: str, settings: Settings) -> None:
    """Refuse a word that would show no emotion.

    Raises:
        SettingsError: it is no emotion and none's word; the message offers the nearest one.
    """
    emotion = Animator(settings, SignalPlayback[FaceFrame]([]), lambda now: None).emotion
    try:
        emotion.show(word)
    except SettingsError:
        if "+" in word or next(iter(load_classifier().classify(word))) == NEUTRAL:
            raise


def fitted(sound: Samples, count: int, fps: float) -> Samples:
    """The sound as long as `count` frames: silence is added, or the end is cut off."""
    result = np.zeros(round(count / fps * SOUND_RATE), np.float32)
    kept = sound[: len(result)]
    result[: len(kept)] = kept
    return result


def _chapters(parts: Sequence[Section], spoken: Recording) -> list[Chapter]:
    """The titles under which something is said; the first chapter begins with the film."""
    first: dict[int, Part] = {}
    for part in spoken.parts:
        first.setdefault(part.section, part)
    found = [
        Chapter(max(0.0, part.start - CHAPTER_S / 2), parts[number].title)
        for number, part in first.items()
        if parts[number].title
    ]
    if found and min(first) == min(number for number in first if parts[number].title):
        found[0] = replace(found[0], start=0.0)
    return found


def beginning(clip: Clip, seconds: float) -> Clip:
    """The first `seconds` of a clip, in whole frames; itself where it is no longer."""
    if clip.seconds <= seconds:
        return clip
    count = max(1, round(seconds * clip.fps))
    return replace(
        clip,
        poses=clip.poses[:count],
        sound=None if clip.sound is None else fitted(clip.sound, count, clip.fps),
        captions=[replace(one, end=min(one.end, seconds)) for one in clip.captions if one.start < seconds],
        chapters=[one for one in clip.chapters if one.start < seconds],
    )


class Moment(NamedTuple):
    """What the character shows from `time` on, seconds: an emotion and a gesture, each "" for no change."""

    time: float
    emotion: str
    gesture: str = ""


def _begins(emotion: str) -> list[Moment]:
    return [Moment(0.0, emotion)]


def _still(count: int) -> Poses:
    return np.zeros((count, COUNT), np.float32)


def _acted(clip: Clip, animator: Animator, moments: Sequence[Moment]) -> Clip:
    """The clip with poses and drawn marks; `moments` in order of their times."""
    poses, drawn = np.empty_like(clip.poses), np.zeros((clip.count, len(KINDS), 2), np.float32)
    for index, (pose, marks) in enumerate(_acting(animator, clip.count, clip.fps, deque(moments), load_classifier())):
        poses[index] = pose
        for kind, (strength, seconds) in marks.shown.items() if marks is not None else ():
            drawn[index, KINDS.index(kind)] = strength, seconds
    return replace(clip, poses=poses, drawn=drawn if drawn.any() else None)


def _acting(
    animator: Animator, count: int, fps: float, moments: deque[Moment], classifier: EmotionClassifier
) -> Iterator[tuple[Pose, Marks | None]]:
    for index in range(count):
        now = index / fps
        while moments and moments[0].time <= now + ROUNDING:
            moment = moments.popleft()
            if moment.emotion:
                animator.emotion.feel(moment.emotion, classifier.classify)
            if moment.gesture:
                animator.acts.offer(moment.gesture)
        pose = animator.mixer.pose(now)
        yield pose, animator.marks.at(now, pose)


def _collected(poses: Iterable[Pose], count: int) -> Poses:
    result = np.empty((count, COUNT), np.float32)
    for index, pose in enumerate(poses):
        result[index] = pose
    return result
