"""A microphone's first start beside other people: `python -m benchmarks.lipsync.first_start CORPUS_DIR [--draws N]`.

Three seconds in which only the room is heard, then the user says two sentences with a pause between. Nobody is known
yet, so it has to be found out who the user is. The same scenes are judged again with the user's level remembered. A
scene depends on its kind and its number alone: the same kind at another level is the same scene.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from zlib import crc32

import numpy as np

from benchmarks.lipsync import augment
from benchmarks.lipsync.labels import SILENCE, UNKNOWN, Clip, Segment, load_clips
from benchmarks.lipsync.score import Shown, Tally, watch_ours
from benchmarks.lipsync.trials import Noise, neighbours
from vtube.audio.base import RATE
from vtube.audio.known_voice import KnownVoice, VoiceLevel
from vtube.audio.lipsync import VowelLipSync, offline_mouth
from vtube.audio.vowels import WEIGHTS

DELAY_S = 0.05
LEAD_S, PAUSE_S, END_S = 3.0, (0.8, 1.6), 0.5
"""What is heard before the first sentence; the shortest and longest pause between the two; what is heard after them."""

USUAL_DB, SOFT_DB = -20.0, -36.0
"""The user, RMS in dB of full scale."""

ROOM_DB = (-72.0, -57.0)
"""Every room's own noise."""

LEVELS_DB = (10.0, 15.0, 20.0)
"""How far other people are below the user."""


@dataclass(frozen=True, slots=True)
class Case:
    """A kind of scene. `below_db`: how far the RMS of the noise is below the user's, `user_db` of full scale."""

    kind: str
    noise: Noise | None
    below_db: float = 15.0
    user_db: float = USUAL_DB
    lead_s: float = LEAD_S

    @property
    def name(self) -> str:
        """As it is printed."""
        level = f", {self.below_db:.0f} dB below" if self.noise else ""
        return f"{self.kind}{level}" + (f", the user at {self.user_db:.0f} dBFS" if self.user_db != USUAL_DB else "")


def cases(corpus: Path, neighbour: str = "flite") -> list[Case]:
    """All kinds, nearest to the user's level first; `neighbour` is the corpus of the other people's voices."""
    others = load_clips(corpus / f"{neighbour}.npz")
    crowds: dict[str, Noise] = {
        f"{name}, {'in a hall' if far else 'near'}": partial(_people, counts, others, far)
        for name, counts in {"one person": (1, 1), "two people": (2, 2), "3 to 12 people": (3, 12)}.items()
        for far in (False, True)
    }
    crowds["crowd as in the training"] = lambda length, random: augment.crowd(length, random, others)
    made = neighbours(corpus)
    crowds["crowd of the table"] = made["babble"]
    return [
        *(Case(kind, noise, below) for kind, noise in crowds.items() for below in LEVELS_DB),
        *(Case(kind, made[kind]) for kind in made if kind != "babble"),
        Case("typing", augment.keys, 0.0),
        Case("fan", augment.fan, user_db=SOFT_DB),
        *(Case("a quiet room", None, user_db=level) for level in (-12.0, USUAL_DB, SOFT_DB)),
        *(Case("from the first frame on", None, user_db=level, lead_s=0.0) for level in (USUAL_DB, SOFT_DB)),
    ]


def _people(
    counts: tuple[int, int], others: list[Clip], far: bool, length: int, random: np.random.Generator
) -> augment.Sound:
    return augment.people(int(random.integers(counts[0], counts[1] + 1)), length, random, others, far=far)


def users(corpus: Path, names: Iterable[str] = ("unseen_japanese",)) -> dict[str, list[Clip]]:
    """The sentences of the voices of these corpora."""
    found = [clip for name in names for clip in load_clips(corpus / f"{name}.npz")]
    clips = [clip for clip in found if "calibration" not in clip.name]
    return {name: [clip for clip in clips if clip.name == name] for name in sorted({clip.name for clip in clips})}


@dataclass(frozen=True, slots=True)
class Scene:
    """What the microphone hears, and where in it the user's first sentence begins and ends, seconds."""

    clip: Clip
    begin: float
    end: float


def scene(case: Case, number: int, voices: dict[str, list[Clip]]) -> Scene:
    """Draw one."""
    random = np.random.default_rng((crc32(case.kind.encode()), number))
    name = sorted(voices)[number % len(voices)]
    first, second = (voices[name][int(one)] for one in random.choice(len(voices[name]), 2, replace=False))
    said = joined(first if case.lead_s else from_the_first_vowel(first), second, case.lead_s, random)
    samples = augment.echoing(said.clip.samples, random) if random.uniform() < 0.5 else said.clip.samples
    room = augment.fan(len(samples), random)
    samples = samples * 10 ** (case.user_db / 20) / augment.rms(first.samples)
    samples = samples + room * 10 ** (random.uniform(*ROOM_DB) / 20) / augment.rms(room)
    if case.noise is not None:
        noise = case.noise(len(samples), random)
        samples = samples + noise * 10 ** ((case.user_db - case.below_db) / 20) / augment.rms(noise)
    return replace(said, clip=replace(said.clip, samples=np.clip(samples, -1, 1).astype(np.float32)))


def joined(first: Clip, second: Clip, lead_s: float, random: np.random.Generator) -> Scene:
    """Both sentences with silence before, between and after them."""
    parts: list[augment.Sound] = []
    segments: list[Segment] = []
    ends = []
    at = 0.0
    for gap_s, clip in ((lead_s, first), (random.uniform(*PAUSE_S), second), (END_S, None)):
        gap = np.zeros(int(gap_s * RATE), np.float32)
        parts.append(gap)
        segments += [(SILENCE, at, at + len(gap) / RATE)] if len(gap) else []
        at += len(gap) / RATE
        if clip is not None:
            parts.append(clip.samples)
            segments += [(kind, begin + at, end + at) for kind, begin, end in clip.segments]
            at += len(clip.samples) / RATE
            ends.append(at)
    begin = next(since for kind, since, _ in segments if kind != SILENCE)
    return Scene(Clip(first.name, np.concatenate(parts), segments), begin, ends[0])


def from_the_first_vowel(clip: Clip) -> Clip:
    """What is left of a sentence when the microphone opens at its first vowel."""
    begin = next(begin for kind, begin, _ in clip.segments if kind in "aiueo")
    kept = [(kind, max(0.0, since - begin), end - begin) for kind, since, end in clip.segments if end > begin]
    return Clip(clip.name, clip.samples[int(begin * RATE) :], kept)


def within(clip: Clip, begin: float, end: float) -> Clip:
    """The clip with nothing scored outside these seconds."""
    kept: list[Segment] = [(UNKNOWN, 0.0, begin)] if begin > 0 else []
    for kind, since, until in clip.segments:
        inside = since >= begin - 1e-6 and until <= end + 1e-6
        kept.append((kind if inside else UNKNOWN, since, until))
    return Clip(clip.name, clip.samples, kept)


def remembered(voices: dict[str, list[Clip]], user_db: float) -> dict[str, VoiceLevel]:
    """What is known of each voice at this level after a start in a quiet room."""
    levels = {}
    for name, clips in voices.items():
        user, lip_sync = KnownVoice(), VowelLipSync()
        lip_sync.know(user)
        for clip in clips[:4]:
            offline_mouth(clip.samples * np.float32(10 ** (user_db / 20) / augment.rms(clip.samples)), lip_sync)
        assert user.level is not None
        levels[name] = user.level
    return levels


class Figures:
    """Of all scenes of one case."""

    def __init__(self) -> None:
        self.before, self.first, self.after, self.whole = Tally(), Tally(), Tally(), Tally()
        self.opened_before = self.scenes = 0

    def add(self, drawn: Scene, shown: Shown) -> None:
        """Take one scene and what was shown of it."""
        self.before.add(within(drawn.clip, 0.0, drawn.begin), shown, DELAY_S)
        self.first.add(within(drawn.clip, drawn.begin, drawn.end), shown, DELAY_S)
        self.after.add(within(drawn.clip, drawn.begin, np.inf), shown, DELAY_S)
        self.whole.add(drawn.clip, shown, DELAY_S)
        self.opened_before += any(what != SILENCE for moment, what in shown if moment < drawn.begin)
        self.scenes += 1

    def row(self) -> str:
        """Shut in pauses, before the first word and after it; scenes open before it; open in vowels, in the first's."""
        before = f"{self.before.closed():.3f}" if self.before.pairs else "none"
        return (
            f"{self.whole.closed():.3f} | {before} | {self.after.closed():.3f} | {self.opened_before}/{self.scenes} | "
            f"{self.whole.opened():.3f} | {self.first.opened():.3f}"
        )


def report(all_cases: Iterable[Case], voices: dict[str, list[Clip]], numbers: range) -> None:
    """A line per case, of the scenes of these numbers."""
    figures = "shut | before the first word | after it | opened before it | open in vowels | in the first sentence"
    print(f"| scene | first start: {figures} | remembered: {figures} |")
    for case in all_cases:
        new, known = watch_ours(WEIGHTS, levels={}), watch_ours(WEIGHTS, levels=remembered(voices, case.user_db))
        fresh, again = Figures(), Figures()
        for number in numbers:
            drawn = scene(case, number, voices)
            fresh.add(drawn, new(drawn.clip))
            again.add(drawn, known(drawn.clip))
        print(f"| {case.name} | {fresh.row()} | {again.row()} |", flush=True)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--draws", type=int, default=20)
    parser.add_argument("--first", type=int, default=0, help="the number of the first scene")
    parser.add_argument("--only", default="", help="cases with this in their names")
    parser.add_argument("--users", action="append", help="a corpus of users' voices instead of unseen_japanese")
    parser.add_argument("--neighbour", default="flite", help="the corpus of the other people's voices")
    arguments = parser.parse_args()
    chosen = [case for case in cases(arguments.corpus, arguments.neighbour) if arguments.only in case.name]
    voices = users(arguments.corpus, arguments.users or ["unseen_japanese"])
    report(chosen, voices, range(arguments.first, arguments.first + arguments.draws))


if __name__ == "__main__":
    main()
