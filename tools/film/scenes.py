"""Films of the character alone: speaking, listening, all her emotions, idle; and strips of them to look at.

    python -m tools.film.scenes SCENE OUT.webp|.mp4|.mov [--character PNG] [--seconds 30] [--fps 30] [--marks 1]
           [--strip OUT.png] [--from S] [--every S] [--seed 0] [--preset natural]

SCENE is speaking, listening, emotions or idle, of our own character or of the picture that `--character` names (a
puppet has to be baked of it, or `--engine` names another engine). Another `--seed` moves in another way, `--preset`
more or less. The strip shows pictures of the film in a row, `--every` so many seconds from `--from` on, each with its
time: how motion is judged by eye.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import cv2
import numpy as np
from PIL import Image, ImageDraw

from tools.film.whose import add_character, ended
from vtube.audio.prosody import near
from vtube.avatar.picture.character import Character
from vtube.avatar.picture.prepare import prepare
from vtube.avatar.registry import create_renderer
from vtube.avatar.sight import Sight
from vtube.frame import Frame
from vtube.motion.animator import Animator
from vtube.motion.idle import ENERGY
from vtube.motion.templates import NEUTRAL
from vtube.offline.clip import SOUND_RATE
from vtube.offline.performance import SignalPlayback
from vtube.outputs.base import OutputContext
from vtube.outputs.file import create_video
from vtube.pose import Pose
from vtube.scene.stage import Stage
from vtube.settings import Settings
from vtube.signals import FaceFrame, Marks
from vtube.speech.bodily import felt
from vtube.speech.recording import Recording, record
from vtube.studio.subject import subject_of

SIZE, THUMB, COLUMNS = 512, 240, 6
TEXT = (
    "[joy] Hello, everybody, and welcome back! [curiosity] Did you see the comet last night? [surprise] It was so much "
    "brighter than I had thought. [sadness] Sadly, it will be gone for seventy years. [amusement] [laugh] So I shall "
    "just have to stay alive that long! [neutral] Well then. Let us begin with the first game of today. "
    "[confusion] Wait, where did I put the map? [realization] Ah, there it is. [nervousness] I must say, this forest "
    "looks rather dark. [fear] Did something move over there? [relief] Oh, it is only a cat. [love] Hello, little one! "
    "[excitement] Look, she is following us! [gratitude] Thank you all for watching."
)
HAPPENS = (
    (1.0, "chat"),
    (4.0, "host_speaks"),
    (14.0, "host_stops"),
    (16.0, "applause"),
    (21.0, "laughter"),
    (26.0, "raid"),
)
"""Seconds and what happens then, in the film of her listening."""
Moments = Iterator[tuple[float, Pose, Marks | None]]


def _animator(settings: Settings, spoken: Recording | None = None) -> Animator:
    if spoken is None:
        return Animator(settings, SignalPlayback[FaceFrame]([]), lambda now: None)
    return Animator(settings, SignalPlayback[FaceFrame]([]), spoken.mouth, lambda now: near(spoken.cues, now))


def _played(animator: Animator, seconds: float, fps: float, before: Callable[[float], object]) -> Moments:
    for index in range(round(seconds * fps)):
        now = index / fps
        before(now)
        pose = animator.mixer.pose(now)
        yield now, pose, animator.marks.at(now, pose)


def speaking(settings: Settings, seconds: float, fps: float, spoken: Recording) -> Moments:
    """The text, with its emotions."""
    animator, due = _animator(settings, spoken), [(part.start - 0.2, part.emotion) for part in spoken.parts]

    def feel(now: float) -> None:
        while due and due[0][0] <= now:
            animator.emotion.show(felt(due.pop(0)[1]) or NEUTRAL)

    return _played(animator, min(seconds, spoken.seconds), fps, feel)


def listening(settings: Settings, seconds: float, fps: float) -> Moments:
    """What HAPPENS around her."""
    animator, due = _animator(settings), list(HAPPENS)

    def notice(now: float) -> None:
        while due and due[0][0] <= now:
            animator.reactions.notice(due.pop(0)[1])

    return _played(animator, seconds, fps, notice)


def emotions(settings: Settings, seconds: float, fps: float) -> Moments:
    """All of them, one after the other."""
    names = _animator(settings).emotion.names()
    return emotions_of([name for name in names if name != NEUTRAL], settings, seconds, fps)


def emotions_of(names: Sequence[str], settings: Settings, seconds: float, fps: float) -> Moments:
    """These, one after the other, each as long as the others."""
    animator = _animator(settings)

    def feel(now: float) -> None:
        name = names[min(int(now / seconds * len(names)), len(names) - 1)]
        if animator.emotion.current != name:
            animator.emotion.show(name)

    return _played(animator, seconds, fps, feel)


def idle(settings: Settings, seconds: float, fps: float) -> Moments:
    """Nobody does anything."""
    return _played(_animator(settings), seconds, fps, lambda now: None)


SCENES: dict[str, Callable[[Settings, float, float], Moments]] = {
    "listening": listening,
    "emotions": emotions,
    "idle": idle,
}


def filmed(
    moments: Moments, settings: Settings, character: Character, engine: str = "puppet"
) -> Iterator[tuple[float, Frame]]:
    """The frames of a film, each with its second."""
    subject, shown = subject_of(character), list[Marks | None]([None])
    stage = Stage(settings.scene, subject=lambda: subject, marks=lambda now: shown[0])
    renderer, sight = create_renderer(engine, character), Sight(stage)
    try:
        for now, pose, shown[0] in moments:
            sight.look(now)
            yield now, sight.finish(sight.draw(renderer, pose)).copy()
    finally:
        renderer.close()


def strip(frames: list[tuple[float, Frame]], start: float, every: float) -> Image.Image:
    """Pictures of a film in rows, each with its time."""
    chosen = [
        frames[int(np.argmin([abs(now - at) for now, _ in frames]))] for at in np.arange(start, frames[-1][0], every)
    ]
    rows = -(-len(chosen) // COLUMNS)
    sheet = Image.new("RGB", (COLUMNS * THUMB, rows * THUMB), (232, 232, 236))
    for number, (now, frame) in enumerate(chosen):
        small = Image.fromarray(cv2.resize(frame, (THUMB, THUMB), interpolation=cv2.INTER_AREA))
        place = number % COLUMNS * THUMB, number // COLUMNS * THUMB
        sheet.paste(small, place, small)
        ImageDraw.Draw(sheet).text((place[0] + 4, place[1] + 2), f"{now:.2f}", fill=(90, 90, 110))
    return sheet


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("scene", choices=["speaking", *SCENES])
    parser.add_argument("out", type=Path)
    add_character(parser)
    parser.add_argument("--seconds", type=float, default=30.0)
    parser.add_argument("--fps", type=float, default=30.0)
    parser.add_argument("--engine", default="puppet")
    parser.add_argument("--voice", default="auto", help="who speaks")
    parser.add_argument("--text", default=TEXT, help="what is said")
    parser.add_argument("--seed", type=int, default=0, help="another number is another way of moving")
    parser.add_argument("--preset", default="natural", choices=ENERGY, help="how much head and body move")
    parser.add_argument("--marks", type=float, default=0.0, help="how strongly marks are drawn, 0 to 1")
    parser.add_argument("--strip", type=Path, metavar="OUT.png")
    parser.add_argument("--from", type=float, default=0.0, dest="start", metavar="S")
    parser.add_argument("--every", type=float, default=0.5, metavar="S")
    arguments = parser.parse_args()
    settings = Settings.model_validate(
        {
            "loop": {"fps": arguments.fps},
            "speech": {"voice": arguments.voice},
            "idle": {"seed": arguments.seed, "preset": arguments.preset},
            "emotion": {"marks": arguments.marks},
            "scene": {"frame": "bust", "size": f"{SIZE}x{SIZE}"},
        }
    )
    character = prepare(arguments.character)
    stage = Stage(settings.scene)
    if arguments.scene == "speaking":
        spoken = record([arguments.text], settings, SOUND_RATE)
        moments, sound = speaking(settings, arguments.seconds, arguments.fps, spoken), spoken.samples
    else:
        moments, sound = SCENES[arguments.scene](settings, arguments.seconds, arguments.fps), None
    frames = list(filmed(moments, settings, character, arguments.engine))
    _write(arguments.out, frames, arguments.fps, stage, sound)
    if arguments.strip is not None:
        strip(frames, arguments.start, arguments.every).save(arguments.strip)
    print(f"{arguments.out}: {len(frames)} pictures")


def _write(out: Path, frames: list[tuple[float, Frame]], fps: float, stage: Stage, sound: np.ndarray | None) -> None:
    if out.suffix.lower() == ".webp":
        first, *rest = [Image.fromarray(frame) for _, frame in frames]
        first.save(out, save_all=True, append_images=rest, duration=round(1000 / fps), loop=0, quality=72, method=4)
        return
    video = create_video(out, OutputContext(SIZE, SIZE, fps, stage), SOUND_RATE if sound is not None else None)
    video.open()
    try:
        for now, frame in frames:
            video.send(frame, now)
        if sound is not None:
            video.send_audio(sound)
    finally:
        video.close()


if __name__ == "__main__":
    sys.exit(ended(main))
