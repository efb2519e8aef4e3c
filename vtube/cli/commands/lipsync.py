"""`vtube lipsync`: what the mouth would do, and a calibration for one voice."""

from __future__ import annotations

import argparse
import json
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from vtube.clock import monotonic
from vtube.paths import is_there

if TYPE_CHECKING:
    from vtube.audio.base import Samples
    from vtube.signals import MouthShape

HELP = "show what the mouth would do at the sound WAV, calibrate it to your voice, or forget how loud you are"
LETTERS = "AIUEO"
STEP_S = 0.05
LIVE = ("mic", "loopback")
PATIENCE_S = 15.0
PROMPTS = {"": "be quiet for a second …"}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """WAV [--json] [--config YAML] [--calibrate FILE], or --forget."""
    parser.add_argument("wav", metavar="WAV", nargs="?", help="a recording; with --calibrate also mic[:NAME]")
    parser.add_argument("--json", action="store_true", help="one object per 10 ms; t is when a live run would know it")
    parser.add_argument("--config", type=Path, metavar="YAML", help="settings of your own")
    parser.add_argument(
        "--calibrate",
        type=Path,
        metavar="FILE",
        help="WAV holds your a, i, u, e, o with pauses between, or is a microphone, which asks for "
        "them: write a calibration for your voice; then set lipsync.calibration to FILE",
    )
    parser.add_argument("--forget", action="store_true", help="forget how loud your voice is at your microphones")


def run(arguments: argparse.Namespace) -> int:
    """Read the sound and print, or calibrate."""
    from vtube.audio.file import read_sound
    from vtube.audio.lipsync import offline_mouth
    from vtube.audio.mouth_source import create_lip_sync
    from vtube.errors import SettingsError
    from vtube.settings import load

    if arguments.forget:
        return forget()
    if arguments.wav is None:
        raise SettingsError("which sound? give the path of a recording, or --forget")
    if arguments.calibrate is not None:
        return calibrate_to(arguments.wav, arguments.calibrate, load(arguments.config).lipsync.language)
    samples = read_sound(Path(arguments.wav))
    known = offline_mouth(samples, create_lip_sync(load(arguments.config).lipsync))
    if arguments.json:
        json.dump([entry(moment, shape) for moment, shape in known], sys.stdout)
        print()
    else:
        print_timeline(known)
    return 0


def forget() -> int:
    """Forget the levels of the user's voice."""
    from vtube.audio.voice_memory import forget_voice_levels

    print("forgotten" if forget_voice_levels() else "there was nothing to forget")
    return 0


def calibrate_to(sound: str, file: Path, language: str) -> int:
    """Write the calibration for the voice in a recording or at a microphone that speaks a language."""
    from vtube.audio.calibration import calibrate
    from vtube.audio.file import read_sound

    live = sound.partition(":")[0] in LIVE and not is_there(sound)
    calibrate(ask_for_vowels(sound) if live else read_sound(Path(sound)), language).save(file)
    print(f"wrote {file}; set lipsync.calibration to it")
    return 0


def ask_for_vowels(spec: str) -> Samples:
    """Say which vowel to speak, one after the other, and listen.

    Raises:
        AudioError: the microphone cannot be used, or a vowel does not come.
    """
    from vtube.audio.registry import create_source
    from vtube.audio.vowel_recorder import VowelRecorder
    from vtube.errors import AudioError

    recorder, source = VowelRecorder(), create_source(spec)
    assert source is not None  # LIVE kinds have one
    source.start(lambda samples, _: recorder.feed(samples))
    try:
        asked: str | None = None
        since = monotonic()
        while (wanted := recorder.wanted) is not None:
            if wanted != asked:
                print(PROMPTS.get(wanted, f"now say  {wanted}  for about a second, then pause"), flush=True)
                asked, since = wanted, monotonic()
            if monotonic() - since > PATIENCE_S:
                raise AudioError(
                    f"heard no {wanted or 'sound'} for {PATIENCE_S:.0f} s; "
                    f"is {spec} the right microphone, and loud enough?"
                )
            time.sleep(0.02)
    finally:
        source.close()
    return recorder.recording()


def entry(moment: float, shape: MouthShape) -> dict[str, float]:
    """One line of the JSON list."""
    return {
        "t": round(moment, 4),
        "aaa": round(shape.aaa, 4),
        "iii": round(shape.iii, 4),
        "uuu": round(shape.uuu, 4),
        "eee": round(shape.eee, 4),
        "ooo": round(shape.ooo, 4),
        "open": round(shape.open, 4),
    }


def print_timeline(known: list[tuple[float, MouthShape]], width: int = 60) -> None:
    """A letter per 50 ms: capital wide open, small half open, a dot closed; then what share each vowel has."""
    letters = [letter(shape) for moment, shape in known]
    marks = letters[:: round(STEP_S / 0.01)]
    for begin in range(0, len(marks), width):
        print(f"{begin * STEP_S:7.2f} s  {''.join(marks[begin : begin + width])}")
    spoken = [mark.upper() for mark in letters if mark != "."]
    shares = "  ".join(f"{name} {spoken.count(name) / max(1, len(spoken)):.0%}" for name in LETTERS)
    print(f"\nopen {len(spoken) / max(1, len(letters)):.0%} of {len(letters) / 100:.1f} s:  {shares}")


def letter(shape: MouthShape) -> str:
    """The vowel that is shown, or a dot."""
    if shape.open < 0.1:
        return "."
    weights = (shape.aaa, shape.iii, shape.uuu, shape.eee, shape.ooo)
    shown = LETTERS[weights.index(max(weights))]
    return shown if shape.open > 0.5 else shown.lower()
