"""How the body goes along with a voice: head energy, nods beside stresses, silence, frame rates.

    python -m benchmarks.gestures [--seconds 200] [--live] [--voice SPEC]... [--wav FILE]... [--people CORPUS]
           [--preset natural] [--emotion neutral] [--seed 0]

Speaks texts with voices (those that come with the program, unless others or sounds are named), listens to files and to
recordings of people (see `benchmarks.lipsync.humans`), and compares the head with that of the same idle motion without
gestures. Stress is judged independently of the gestures, by the loudest moments of the sound alone. Chance is the
share of the speech within 80 ms of one; where every nod hits, it is 1 / chance: "of … x that can be".

With `--live` each sound is heard as from a microphone, every 10 ms and nothing of what comes: "late" is by how much
nods follow the loudest moments, and "then" times what chance they would meet them if they came so much sooner.
`--preset` is that of both motions, `--emotion` what she feels as she speaks.
"""

from __future__ import annotations

import argparse
import itertools
import math
from bisect import bisect_right
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from benchmarks.lipsync.humans import human_clips
from vtube.audio.base import RATE, Samples
from vtube.audio.features import HOP
from vtube.audio.file import read_sound
from vtube.audio.lipsync import VowelLipSync
from vtube.audio.prosody import near, speech_cues
from vtube.errors import VtubeError
from vtube.motion.cue_times import LEAD_S
from vtube.motion.gestures import CuesAt, GestureDriver
from vtube.motion.idle import ENERGY, HEAD_DEG, IdleMotion
from vtube.motion.mixer import Mixer
from vtube.motion.templates import NEUTRAL
from vtube.offline.performance import frame_count
from vtube.pose import INDEX
from vtube.settings import parse
from vtube.signals import CueKind, SpeechCue
from vtube.speech.registry import create_voice
from vtube.speech.sound import resampled

JAPANESE = (
    "こんにちは、今日は本当にいい天気ですね。一緒に散歩に行きませんか？",
    "私はとても嬉しいです！昨日、新しいゲームを買いました。",
    "それはね、すごく難しい問題なんだ。だけど、みんなで考えればきっと大丈夫。",
    "えっ、本当に？信じられないな。もう一度、ゆっくり話してくれる？",
)
TEXTS = {
    "openjtalk": JAPANESE,
    "kokoro": JAPANESE,
    "hibari": (
        "Hello everyone, and welcome back to the stream! What a lovely evening it is.",
        "I never thought that we would get this far. Do you remember where we started?",
        "Wait, wait, wait. That is not how this works at all.",
        "Let me think about it for a moment; it may take a while.",
    ),
}
PAUSE_S = 1.0
FPS = 60
HEAD = [INDEX[name] for name in ("head_x", "head_y", "neck_z")]
NEAR_S = 0.08
RESTED_S = 2.0
"""So long after a phrase the body is at rest."""

Poses = NDArray[np.float32]


class Manner(NamedTuple):
    """How she moves anyway."""

    preset: str = "natural"
    emotion: str = NEUTRAL
    seed: int = 0


def spoken(voice: str, seconds: float) -> Samples:
    """Texts of this voice, one after the other with pauses."""
    engine = create_voice(voice, parse({}).speech)
    made = [engine.synthesize(text) for text in TEXTS[voice.partition(":")[0]]]
    return in_turn([resampled(one.samples, one.rate, RATE) for one in made], seconds)


def in_turn(clips: Sequence[Samples], seconds: float) -> Samples:
    """The clips one after the other with pauses, again and again, for so long at least."""
    parts, length = [], 0
    for clip in itertools.cycle(clips):
        parts += [clip, np.zeros(int(PAUSE_S * RATE), np.float32)]
        length += len(clip) + len(parts[-1])
        if length >= seconds * RATE:
            return np.concatenate(parts)
    return np.zeros(0, np.float32)


def poses(seconds: float, cues: CuesAt, manner: Manner, fps: int = FPS) -> Poses:
    """What idle motion and gestures make together, shape (frames, 45); no other layer moves a head by itself."""
    settings = parse({"idle": {"preset": manner.preset, "seed": manner.seed}, "gestures": {"seed": manner.seed}})
    idle = IdleMotion(settings.idle, spoken=lambda: gestures.breath)
    gestures = GestureDriver(cues, settings.gestures, lambda: manner.emotion, lambda: idle.energy)
    mixer = Mixer([idle, gestures])
    return np.array([mixer.pose(index / fps) for index in range(frame_count(seconds, fps))])


@cache
def resting(seconds: int, manner: Manner) -> Poses:
    """The same while nobody speaks."""
    return poses(seconds, lambda now: (), manner)


def ahead(cues: Sequence[SpeechCue]) -> CuesAt:
    """What is known of a voice of the program's own."""
    return lambda now: near(cues, now)


def heard(samples: Samples) -> CuesAt:
    """What is known of a sound as it comes from a microphone."""
    lip_sync, moments, known = VowelLipSync(), [-1.0], [tuple[SpeechCue, ...]()]
    for end in range(HOP, len(samples) + 1, HOP):
        lip_sync.feed(samples[end - HOP : end], end / RATE)
        if lip_sync.cues() is not known[-1]:
            moments.append(end / RATE)
            known.append(lip_sync.cues())
    return lambda now: known[bisect_right(moments, now) - 1]


def report(name: str, samples: Samples, manner: Manner, live: bool = False) -> None:
    """One voice's figures; speed is the root of the mean square."""
    seconds, cues = len(samples) / RATE, speech_cues(samples)
    told = heard(samples) if live else ahead(cues)
    moved = poses(seconds, told, manner)
    idle = resting(60 * math.ceil(seconds / 60), manner)[: len(moved)]
    speaking = spoken_frames(cues, len(moved))
    speed = [np.sqrt(np.mean(np.square(np.diff(each[:, HEAD], axis=0))[speaking[1:]])) for each in (moved, idle)]
    spread = [each[speaking][:, HEAD].var(axis=0).sum() for each in (moved, idle)]
    nods = np.array(nods_of(moved[:, INDEX["head_x"]] - idle[:, INDEX["head_x"]])) / FPS
    stresses = loudest(samples)
    late = lag(nods, stresses)
    hit, chance = share_near(nods, stresses), share_near(np.flatnonzero(speaking) / FPS, stresses)
    jolt = FPS * np.abs(np.diff(moved[:, HEAD], 2, axis=0)).max()
    quiet = np.abs(moved - idle)[long_pauses(cues, len(moved))]
    apart = [most_apart(moved, poses(seconds, told, manner, fps), fps) for fps in (30, 24)]
    print(
        f"{name:10} {seconds:5.0f} s  head: speed {HEAD_DEG * FPS * speed[0]:.1f} deg/s, {speed[0] / speed[1]:.2f} x"
        f" idle; squared spread {spread[0] / spread[1]:.1f} x idle; {len(nods)} nods, {100 * hit:.0f} % at a stress,"
        f" {hit / chance:.1f} x chance of {1 / chance:.1f} x that can be,"
        f" {1000 * late:.0f} ms late, then {share_near(nods - late, stresses) / chance:.1f} x;"
        f" speed changes by {HEAD_DEG * jolt:.1f} deg/s a frame at most;"
        f" {quiet.max(initial=0.0):.3f} from idle in pauses; 60 against 30 fps {apart[0]:.3f}, 24 fps {apart[1]:.3f}",
        flush=True,
    )


def most_apart(fine: Poses, coarse: Poses, fps: int) -> float:
    """How far a parameter differs, at most, at the moments that FPS and `fps` have in common."""
    common = math.gcd(FPS, fps)
    one, other = fine[:: FPS // common], coarse[:: fps // common]
    count = min(len(one), len(other))
    return float(np.abs(one[:count] - other[:count]).max())


def spoken_frames(cues: list[SpeechCue], count: int) -> NDArray[np.bool_]:
    """Which of `count` frames lie in a phrase."""
    speaking = np.zeros(count, bool)
    for cue in cues:
        if cue.kind is CueKind.PHRASE:
            speaking[int(cue.time * FPS) : int((cue.time + cue.length) * FPS)] = True
    return speaking


def long_pauses(cues: list[SpeechCue], count: int) -> NDArray[np.bool_]:
    """Which of `count` frames have no phrase within RESTED_S before and LEAD_S after them."""
    resting = np.ones(count, bool)
    for cue in cues:
        if cue.kind is CueKind.PHRASE:
            begin, end = cue.time - LEAD_S, cue.time + cue.length + RESTED_S
            resting[max(0, int(begin * FPS) - 1) : int(end * FPS) + 1] = False
    return resting


def nods_of(nod: NDArray[np.float32]) -> list[int]:
    """The frames at which the head is lowest for a while, by what was added to idle motion."""
    return [at for at in range(3, len(nod) - 3) if nod[at] == nod[at - 3 : at + 4].min() and nod[at] < -0.08]


def loudest(samples: Samples) -> NDArray[np.float64]:
    """The moments that are louder than all within 0.3 s around them and than two thirds of the sound, seconds."""
    hop = RATE // 100
    power = np.convolve(np.square(samples), np.ones(5 * hop) / (5 * hop), "same")[::hop]
    level = 10 * np.log10(power + 1e-10)
    floor = float(np.quantile(level[level > -50], 0.67))
    peaks = [
        at for at in range(len(level)) if level[at] >= floor and level[at] == level[max(0, at - 30) : at + 31].max()
    ]
    return np.array(peaks) / 100


def share_near(times: NDArray[np.float64], moments: NDArray[np.float64]) -> float:
    """The share of `times` within NEAR_S of any of `moments`."""
    return float((np.abs(times[:, None] - moments[None]).min(axis=1) < NEAR_S).mean())


def lag(times: NDArray[np.float64], moments: NDArray[np.float64]) -> float:
    """How long after `moments` most of `times` come, seconds, in steps of 10 ms."""
    return float(max(np.arange(0, 0.41, 0.01), key=lambda late: share_near(times - late, moments)))


def main() -> None:
    """See the module's docstring."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=200.0)
    parser.add_argument("--voice", action="append", default=[], help=f"one of {', '.join(TEXTS)}, as --voice of say")
    parser.add_argument("--wav", type=Path, action="append", default=[], help="all of these one after the other")
    parser.add_argument("--people", type=Path, help="the folder of recordings of people")
    parser.add_argument("--live", action="store_true", help="heard as from a microphone, not known ahead")
    parser.add_argument("--preset", default="natural", choices=ENERGY, help="how much she moves when idle")
    parser.add_argument("--emotion", default=NEUTRAL, help="what she feels all the while")
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    manner, live = Manner(arguments.preset, arguments.emotion, arguments.seed), arguments.live
    voices = arguments.voice or ([] if arguments.wav or arguments.people else ["openjtalk", "hibari"])
    for voice in voices:
        try:
            report(voice, spoken(voice, arguments.seconds), manner, live)
        except VtubeError as error:
            print(f"{voice:10} {error}")
    if arguments.wav:
        report("files", in_turn([read_sound(path) for path in arguments.wav], arguments.seconds), manner, live)
    for name, clips in human_clips(arguments.people).items() if arguments.people else ():
        report(name, in_turn([clip.samples for clip in clips], arguments.seconds), manner, live)


if __name__ == "__main__":
    main()
