"""What other lip syncs show for the same clips: `python -m benchmarks.lipsync.peers CORPUS_DIR PEERS_DIR`.

Each peer runs as it ships, in an environment that is made in PEERS_DIR: pylipsync and pymouth in Python, and from npm,
by node and peers.mjs, @met4citizen/headaudio and wawa-lipsync. Then `score.py` judges what is in PEERS_DIR beside us,
at the delay that favours each most.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import shutil
import subprocess
import sys
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

PYTHON_PACKAGES = (
    *("pylipsync==0.2.1", "librosa==0.11.0", "dtw-python==1.5.3", "sounddevice", "soundfile"),
    *("numpy", "scipy", "PyYAML", "pydantic"),
)
WITHOUT_DEPENDENCIES = "pymouth==1.3.2"
"""It would want PyAudio, which has to be compiled and is not used here."""

NODE = "node"
"""The folder of what comes from npm, whose own JSON is nothing that a peer showed."""

NODE_PACKAGES = ("@met4citizen/headaudio@0.1.0", "wawa-lipsync@0.0.2")

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


def one_by_one(make: Callable[[], Callable[[Clip], Shown]], clips: dict[str, Clip], _: Path) -> dict[str, Shown]:
    """By a peer in Python."""
    watch = make()
    return {key: watch(clip) for key, clip in clips.items()}


def by_node(peer: str, package: str, rate: int, clips: dict[str, Clip], peers: Path) -> dict[str, Shown]:
    """By a peer in JavaScript, whose sound has `rate`; `package` is its name at npm."""
    divisor = int(np.gcd(rate, RATE))
    with tempfile.TemporaryDirectory() as folder:
        for key, clip in clips.items():
            samples = resample_poly(clip.samples, rate // divisor, RATE // divisor)
            samples.astype("<f4").tofile(Path(folder, f"{key}.f32"))
        script = Path(__file__).with_suffix(".mjs")
        answer = subprocess.run(
            ["node", str(script), peer, str(peers.resolve() / NODE / "node_modules" / package), folder, str(rate)],
            check=True,
            stdout=subprocess.PIPE,
        )
    shown: dict[str, Shown] = json.loads(answer.stdout)
    return shown


PEERS: dict[str, Callable[[dict[str, Clip], Path], dict[str, Shown]]] = {
    "pylipsync": partial(one_by_one, pylipsync),
    "pymouth": partial(one_by_one, pymouth),
    "headaudio": partial(by_node, "headaudio", "@met4citizen/headaudio", RATE),
    "wawa": partial(by_node, "wawa", "wawa-lipsync", 44_100),
}


def install(peers: Path) -> Path:
    """Fetch what is missing; the Python that has the peers."""
    folder = peers / "python"
    python = folder / ("Scripts" if sys.platform == "win32" else "bin") / "python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
        for packages in (PYTHON_PACKAGES, ("--no-deps", WITHOUT_DEPENDENCIES)):
            subprocess.run([str(python), "-m", "pip", "install", "-q", *packages], check=True)
    if not (peers / NODE / "node_modules").exists():
        npm = shutil.which("npm") or "npm"
        subprocess.run([npm, "install", "--ignore-scripts", "--prefix", str(peers / NODE), *NODE_PACKAGES], check=True)
    return python


def main() -> None:
    """Run every peer over every test, and judge them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("peers", type=Path)
    parser.add_argument("--only", choices=PEERS, help="run this one here, in the Python that runs now")
    arguments = parser.parse_args()
    corpus, peers = arguments.corpus, arguments.peers
    if arguments.only:
        clips = {key_of(clip): clip for test in tests_of(corpus).values() for clip in test}
        (peers / f"{arguments.only}.json").write_text(json.dumps(PEERS[arguments.only](clips, peers)), encoding="utf-8")
        return
    python = install(peers)
    for peer in PEERS:
        print(peer, flush=True)
        _run_module(python, "peers", str(corpus), str(peers), "--only", peer)
    _run_module(Path(sys.executable), "score", str(corpus), "--peers", str(peers))


def _run_module(python: Path, name: str, *words: str) -> None:
    subprocess.run([str(python), "-m", f"benchmarks.lipsync.{name}", *words], check=True)


if __name__ == "__main__":
    main()
