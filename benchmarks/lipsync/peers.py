"""What other lip syncs show for the same clips: `python -m benchmarks.lipsync.peers PEER CORPUS_DIR OUT.json`.

Each peer runs as it ships, in an environment of its own: pylipsync 0.2.1 and pymouth 1.3.2 in Python, and from npm, by
node and peers.mjs, @met4citizen/headaudio 0.1.0 and wawa-lipsync 0.0.2 (`npm pack`, unpacked; `--package FOLDER`). The
score then picks the delay that favours it most.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import subprocess
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from scipy.signal import resample_poly

from benchmarks.lipsync.labels import SILENCE, Clip
from benchmarks.lipsync.score import Shown, key_of
from benchmarks.lipsync.trials import tests_of
from vtube.audio.base import RATE

PYMOUTH_RATE, PYMOUTH_BLOCK, PYMOUTH_STEP = 44_100, 4096, 882


def pylipsync() -> Callable[[Clip], Shown]:
    """The port of uLipSync; gives a whole file at a time, here as if each frame were known at its middle."""
    analyser: Any = importlib.import_module("pylipsync.analyzer").PhonemeAnalyzer()
    names = {"aa": "a", "ih": "i", "ou": "u", "ee": "e", "oh": "o"}

    def watch(clip: Clip) -> Shown:
        shown: Shown = []
        for frame in analyser.extract_phoneme_segments(clip.samples, 16_000, fps=60, return_seconds=True):
            values = {names[one.name]: one.target for one in frame.phonemes if one.name in names}
            best = max(values, key=lambda vowel: values[vowel])
            begin = frame.start_time if hasattr(frame, "start_time") else frame.start
            shown.append((float(begin) + 1 / 120, best if values[best] > 0 else SILENCE))
        return shown

    return watch


def pymouth() -> Callable[[Clip], Shown]:
    """Blocks of 4096 samples at 44.1 kHz every 20 ms, known when the block is complete."""
    folder = Path(str(importlib.util.find_spec("pymouth").origin)).parent  # type: ignore[union-attr]
    spec: Any = importlib.util.spec_from_file_location("pymouth_analyser", folder / "analyser.py")
    module = importlib.util.module_from_spec(spec)  # without the package, whose __init__ wants a sound card
    spec.loader.exec_module(module)
    analyser: Any = module.VowelAnalyser()

    def watch(clip: Clip) -> Shown:
        samples = resample_poly(clip.samples, 441, 160).astype(np.float32)
        shown: Shown = []
        for begin in range(0, len(samples) - PYMOUTH_BLOCK, PYMOUTH_STEP):
            values = analyser.process(samples[begin : begin + PYMOUTH_BLOCK], PYMOUTH_RATE)
            best = max("AIUEO", key=lambda vowel: values["Voice" + vowel])
            opened = values["Voice" + best] > values["VoiceSilence"]
            shown.append(((begin + PYMOUTH_BLOCK) / PYMOUTH_RATE, best.lower() if opened else SILENCE))
        return shown

    return watch


def one_by_one(make: Callable[[], Callable[[Clip], Shown]], clips: dict[str, Clip], _: Path | None) -> dict[str, Shown]:
    """By a peer in Python."""
    watch = make()
    return {key: watch(clip) for key, clip in clips.items()}


def by_node(peer: str, rate: int, clips: dict[str, Clip], package: Path | None) -> dict[str, Shown]:
    """By a peer in JavaScript, whose sound has `rate`; `package` is its unpacked folder."""
    if package is None:
        raise SystemExit(f"{peer} needs --package, the folder of the unpacked npm package")
    divisor = int(np.gcd(rate, RATE))
    with tempfile.TemporaryDirectory() as folder:
        for key, clip in clips.items():
            samples = resample_poly(clip.samples, rate // divisor, RATE // divisor)
            samples.astype("<f4").tofile(Path(folder, f"{key}.f32"))
        script = Path(__file__).with_suffix(".mjs")
        answer = subprocess.run(
            ["node", str(script), peer, str(package.resolve()), folder, str(rate)], check=True, stdout=subprocess.PIPE
        )
    shown: dict[str, Shown] = json.loads(answer.stdout)
    return shown


PEERS: dict[str, Callable[[dict[str, Clip], Path | None], dict[str, Shown]]] = {
    "pylipsync": partial(one_by_one, pylipsync),
    "pymouth": partial(one_by_one, pymouth),
    "headaudio": partial(by_node, "headaudio", RATE),
    "wawa": partial(by_node, "wawa", 44_100),
}


def main() -> None:
    """Run one peer over every test."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("peer", choices=PEERS)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--package", type=Path)
    arguments = parser.parse_args()
    clips = {key_of(clip): clip for test in tests_of(arguments.corpus).values() for clip in test}
    shown = PEERS[arguments.peer](clips, arguments.package)
    arguments.out.parent.mkdir(parents=True, exist_ok=True)
    arguments.out.write_text(json.dumps(shown), encoding="utf-8")


if __name__ == "__main__":
    main()
