"""The mouth in speech, frame by frame: close-ups in rows, each with the phoneme that sounds.

    python -m tools.film.mouth_strip TEXT OUT.png [--character PNG] [--voice V] [--fps 60] [--engine puppet]
                                 [--from S] [--seconds 3] [--heard]

How coarticulation is judged by eye. With `--heard` the mouth follows the sound alone, as that of a microphone does. A
red bar under a picture stands for lips that should meet (m, b, p), a grey one for a pause; the number is how open the
mouth is meant to be, in hundredths.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from tools.film.whose import add_character, ended
from vtube.audio.lipsync import VowelLipSync
from vtube.avatar.picture.character import Character
from vtube.avatar.picture.prepare import prepare
from vtube.avatar.registry import create_renderer
from vtube.frame import Frame
from vtube.motion.animator import Animator
from vtube.offline.performance import SignalPlayback
from vtube.settings import Settings
from vtube.signals import FaceFrame
from vtube.speech.base import Phoneme, Utterance
from vtube.speech.phonemes import SILENCE, gestures
from vtube.speech.registry import create_voice
from vtube.speech.sound import guarded, trimmed
from vtube.speech.visemes import VisemeTrack, viseme_track

MOUTH = (222, 152, 294, 206)
"""The part of the engine's 512 pixels around the mouth."""
THUMB, LABEL, COLUMNS = (120, 90), 16, 15
GROUND, INK, PAUSE, CLOSES = (232, 232, 236), (40, 36, 64), (150, 150, 160), (214, 60, 70)


@dataclass(frozen=True, slots=True)
class Moment:
    """One picture: its second, the phoneme that sounds (None before and after), how open the mouth is, the frame."""

    seconds: float
    phoneme: Phoneme | None
    opening: float
    frame: Frame


def sounding(phonemes: tuple[Phoneme, ...], seconds: float) -> Phoneme | None:
    """The phoneme at this second of the utterance."""
    return next((one for one in phonemes if one.start <= seconds < one.end), None)


def moments(
    utterance: Utterance, track: VisemeTrack, settings: Settings, character: Character, engine: str
) -> Iterator[Moment]:
    """Every picture of the utterance, as the camera draws it."""
    fps = settings.loop.fps
    renderer = create_renderer(engine, character)
    animator = Animator(settings, SignalPlayback[FaceFrame]([]), lambda now: track.at(now, now))
    try:
        for index in range(round(len(utterance.samples) / utterance.rate * fps)):
            now = index / fps
            frame = renderer.render(animator.mixer.pose(now)).copy()
            yield Moment(now, sounding(utterance.phonemes, now), track.at(now, now).open, frame)
    finally:
        animator.close()
        renderer.close()


def strip(shown: list[Moment]) -> Image.Image:
    """The mouths in rows, each with its label."""
    width, height = THUMB[0], THUMB[1] + LABEL
    sheet = Image.new("RGB", (COLUMNS * width, -(-len(shown) // COLUMNS) * height), GROUND)
    for number, moment in enumerate(shown):
        sheet.paste(_tile(moment), (number % COLUMNS * width, number // COLUMNS * height))
    return sheet


def _tile(moment: Moment) -> Image.Image:
    tile = Image.new("RGB", (THUMB[0], THUMB[1] + LABEL), GROUND)
    mouth = Image.fromarray(moment.frame).crop(MOUTH).resize(THUMB, Image.Resampling.LANCZOS)
    tile.paste(mouth, (0, 0), mouth)
    symbol = moment.phoneme.symbol if moment.phoneme is not None else ""
    wanted = gestures(symbol) if symbol else (SILENCE,)
    colour = PAUSE if wanted == (SILENCE,) else CLOSES if any(one.closes for one in wanted) else GROUND
    pen = ImageDraw.Draw(tile)
    pen.rectangle((0, THUMB[1] - 3, THUMB[0], THUMB[1]), fill=colour)
    label = f"{moment.seconds:.2f} {symbol} {round(moment.opening * 100)}"
    pen.text((3, THUMB[1] + 1), label, fill=INK, font=_font())
    return tile


@cache
def _font() -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    """One that has the letters of the IPA, where the system has it."""
    try:
        return ImageFont.truetype("DejaVuSans.ttf", 11)
    except OSError:
        return ImageFont.load_default(size=12)


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("text")
    parser.add_argument("out", type=Path, metavar="OUT.png")
    add_character(parser)
    parser.add_argument("--voice", default="auto", help="who speaks")
    parser.add_argument("--fps", type=float, default=60.0)
    parser.add_argument("--engine", default="puppet")
    parser.add_argument("--heard", action="store_true", help="let the mouth follow the sound alone")
    parser.add_argument("--from", type=float, default=0.0, dest="start", metavar="S")
    parser.add_argument("--seconds", type=float, default=3.0)
    arguments = parser.parse_args()
    settings = Settings.model_validate({"loop": {"fps": arguments.fps}, "speech": {"voice": arguments.voice}})
    character = prepare(arguments.character)
    said = trimmed(guarded(create_voice(settings.speech.voice, settings.speech).synthesize(arguments.text)), 0.05)
    listened = replace(said, phonemes=()) if arguments.heard else said
    track = viseme_track(listened, lambda: VowelLipSync(settings.lipsync))
    track.complete()
    end = arguments.start + arguments.seconds
    shown = [
        one
        for one in moments(said, track, settings, character, arguments.engine)
        if arguments.start <= one.seconds < end
    ]
    strip(shown).save(arguments.out)
    print(f"{arguments.out}: {len(shown)} pictures, opening at most {max(one.opening for one in shown):.2f}")


if __name__ == "__main__":
    sys.exit(ended(main))
