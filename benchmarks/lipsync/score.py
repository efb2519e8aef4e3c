"""Judges lip sync: `python -m benchmarks.lipsync.score CORPUS_DIR [--weights NPZ] [--peers FOLDER] [--delay S]`.

Strict frame accuracy: of all 10 ms frames inside vowels, the share at which the shape that a live run shows `delay`
later is the right one of five. A closed mouth is wrong, and so is any mouth of another vowel. For pauses the mouth has
to be closed, for vowels it has to be open at all. One scorer for everybody: peers come as JSON made by peers.py.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from collections.abc import Callable
from itertools import groupby
from pathlib import Path

import numpy as np

from benchmarks.lipsync.labels import SILENCE, VOWELS, Clip, class_at
from benchmarks.lipsync.trials import NOISY, calibrations_of, language_of, tests_of
from vtube.audio.calibration import calibrate
from vtube.audio.known_voice import KnownVoice, VoiceLevel
from vtube.audio.lipsync import VowelLipSync, offline_mouth
from vtube.audio.vowels import ANY, WEIGHTS, VowelNetwork, load_weights

CLOSED_BELOW = 0.1
Shown = list[tuple[float, str]]
"""Moments in order and what is shown from then on: a vowel, or - for a closed mouth."""

Watcher = Callable[[Clip], Shown]
PAUSE_MARGIN_S = 0.1
"""A pause counts from this long after the sound before it, which dies away, to this long before the one after it, whose
lips are already on their way; the ends of the recording need no margin."""


def watch_ours(
    weights: Path,
    calibrations: dict[str, Clip] | None = None,
    levels: dict[str, VoiceLevel] | None = None,
    language: str = ANY,
) -> Watcher:
    """What our lip sync shows with this language set.

    Args:
        weights: those of the network.
        calibrations: the five vowels of every speaker, which the program's own weights hear first.
        levels: of every speaker as a known voice.
        language: of `vowels.LANGUAGES`.
    """

    def watch(clip: Clip) -> Shown:
        network = VowelNetwork(load_weights(weights), language)
        if calibrations is not None:
            network = calibrate(calibrations[_speaker(clip)].samples).network()
        shown: Shown = []
        lip_sync = VowelLipSync(network=network)
        lip_sync.know(KnownVoice(levels.get(_speaker(clip))) if levels is not None else None)
        for moment, shape in offline_mouth(clip.samples, lip_sync):
            values = (shape.aaa, shape.iii, shape.uuu, shape.eee, shape.ooo)
            shown.append((moment, VOWELS[values.index(max(values))] if shape.open >= CLOSED_BELOW else SILENCE))
        return shown

    return watch


def known_levels(tests: dict[str, list[Clip]], weights: Path) -> dict[str, VoiceLevel]:
    """What is remembered of each speaker after the clips of theirs that no noise was added to."""
    users: dict[str, KnownVoice] = {}
    for test, clips in tests.items():
        for clip in clips if NOISY not in test else []:
            lip_sync = VowelLipSync(network=VowelNetwork(load_weights(weights)))
            lip_sync.know(users.setdefault(_speaker(clip), KnownVoice()))
            offline_mouth(clip.samples, lip_sync)
    return {speaker: level for speaker, user in users.items() if (level := user.level) is not None}


def _speaker(clip: Clip) -> str:
    return clip.name.split("-")[0]


def watch_recorded(path: Path) -> Watcher:
    """What a peer showed, from the JSON of peers.py: {clip key: [[moment, shown], ...]}."""
    recorded = json.loads(path.read_text(encoding="utf-8"))
    return lambda clip: [(float(moment), str(shown)) for moment, shown in recorded[key_of(clip)]]


def key_of(clip: Clip) -> str:
    """A name of a clip that is its own."""
    return f"{clip.name}-{len(clip.samples)}-{abs(int(clip.samples.sum() * 1e4))}"


class Tally:
    """Counts over the frames of a test."""

    def __init__(self) -> None:
        self.pairs: Counter[tuple[str, str]] = Counter()

    def add(self, clip: Clip, shown: Shown, delay: float) -> None:
        """Compare one clip frame by frame."""
        times = np.arange(0.005, len(clip.samples) / 16_000 - delay, 0.01)
        moments = np.array([moment for moment, _ in shown])
        index = np.searchsorted(moments, times + delay + 1e-6, side="right") - 1
        pauses = deep_pauses(clip)
        for time, kind, which in zip(times.tolist(), class_at(clip.segments, times), index.tolist(), strict=True):
            deep = any(begin <= time <= end for begin, end in pauses)
            if kind in VOWELS or (kind == SILENCE and deep):
                self.pairs[kind, shown[which][1] if which >= 0 else SILENCE] += 1

    def strict(self) -> float:
        """Vowel frames at which the right vowel is shown."""
        return self._share(lambda kind, shown: kind == shown)

    def among_five(self) -> float:
        """Of the vowel frames at which some vowel is shown, those at which it is the right one."""
        some = sum(count for (kind, shown), count in self.pairs.items() if kind in VOWELS and shown != SILENCE)
        right = sum(count for (kind, shown), count in self.pairs.items() if kind in VOWELS and kind == shown)
        return right / max(1, some)

    def opened(self) -> float:
        """Vowel frames at which the mouth is open."""
        return self._share(lambda _, shown: shown != SILENCE)

    def closed(self) -> float:
        """Frames inside pauses at which the mouth is closed."""
        quiet = {shown: count for (kind, shown), count in self.pairs.items() if kind == SILENCE}
        return quiet.get(SILENCE, 0) / max(1, sum(quiet.values()))

    def recall(self) -> str:
        """The strict accuracy of every vowel by itself, and what it is most often taken for."""
        parts = []
        for vowel in VOWELS:
            row = Counter({shown: count for (kind, shown), count in self.pairs.items() if kind == vowel})
            wrong = Counter({shown: count for shown, count in row.items() if shown != vowel})
            most = f"({wrong.most_common(1)[0][0]})" if wrong else ""
            parts.append(f"{vowel} {row[vowel] / max(1, sum(row.values())):.2f}{most}")
        return " ".join(parts)

    def _share(self, good: Callable[[str, str], bool]) -> float:
        vowels = {pair: count for pair, count in self.pairs.items() if pair[0] in VOWELS}
        return sum(count for pair, count in vowels.items() if good(*pair)) / max(1, sum(vowels.values()))


def deep_pauses(clip: Clip) -> list[tuple[float, float]]:
    """Begin and end of what is counted of each pause."""
    runs = [list(run) for same, run in groupby(clip.segments, lambda one: one[0] == SILENCE) if same]
    whole = [(run[0][1], run[-1][2]) for run in runs]
    last = len(clip.samples) / 16_000
    return [
        (begin + PAUSE_MARGIN_S if begin > 0.01 else 0.0, end - PAUSE_MARGIN_S if end < last - 0.01 else last)
        for begin, end in whole
    ]


def main() -> None:
    """Print a line per test and watcher."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--weights", type=Path, default=WEIGHTS)
    parser.add_argument("--peers", type=Path)
    parser.add_argument("--delay", type=float, default=0.05)
    parser.add_argument("--recall", action="store_true")
    arguments = parser.parse_args()
    tests = tests_of(arguments.corpus)
    _report("vtube", watch_ours(arguments.weights), tests, arguments.delay, arguments.recall)
    for language in sorted({language_of(name) for name in tests}):
        said = {name: clips for name, clips in tests.items() if language_of(name) == language}
        watcher = watch_ours(arguments.weights, language=language)
        _report(f"vtube, language {language}", watcher, said, arguments.delay, arguments.recall)
    levels = known_levels(tests, arguments.weights)
    known = watch_ours(arguments.weights, levels=levels)
    _report("vtube, the voice known from last time", known, tests, arguments.delay, arguments.recall)
    spoken, used = calibrations_of(arguments.corpus)
    can = {
        name: [clip for clip in clips if _speaker(clip) in spoken and clip.name not in used]
        for name, clips in tests.items()
    }
    can = {name: clips for name, clips in can.items() if clips}
    _report("vtube, speakers that can calibrate", watch_ours(arguments.weights), can, arguments.delay, arguments.recall)
    _report("vtube, calibrated", watch_ours(arguments.weights, spoken), can, arguments.delay, arguments.recall)
    for path in sorted(arguments.peers.glob("*.json")) if arguments.peers else []:
        watcher = watch_recorded(path)
        best = max((0.01 * step for step in range(21)), key=lambda delay: _overall(watcher, tests, delay))
        _report(f"{path.stem} ({best * 1000:.0f} ms)", watcher, tests, best, arguments.recall)


def _tally(watcher: Watcher, clips: list[Clip], delay: float) -> Tally:
    tally = Tally()
    for clip in clips:
        tally.add(clip, watcher(clip), delay)
    return tally


def _overall(watcher: Watcher, tests: dict[str, list[Clip]], delay: float) -> float:
    return float(np.mean([_tally(watcher, clips, delay).strict() for clips in tests.values()]))


def _report(name: str, watcher: Watcher, tests: dict[str, list[Clip]], delay: float, recall: bool) -> None:
    print(f"{name}\n  {'test':48s} strict  among5  open  closed")
    for test, clips in tests.items():
        tally = _tally(watcher, clips, delay)
        print(
            f"  {test:48s}  {tally.strict():.3f}   {tally.among_five():.3f}  {tally.opened():.3f}  "
            f"{tally.closed():.3f}  {tally.recall() if recall else ''}",
            flush=True,
        )


if __name__ == "__main__":
    main()
