"""The second moving picture of the README: she speaks on the left, and shows emotions with their marks on the right.

    python -m tools.film.reel OUT.webp [--character PNG] [--seconds 10] [--fps 12.5] [--quality 50] [--strip OUT.png]

Both are cut from the films of `tools.film.scenes`.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import cv2
import numpy as np
from PIL import Image, ImageOps

from tools.film.scenes import SIZE, emotions_of, filmed, speaking, strip
from tools.film.whose import add_character, ended
from vtube.avatar.picture.prepare import prepare
from vtube.frame import Frame
from vtube.offline.clip import SOUND_RATE
from vtube.settings import Settings
from vtube.speech.recording import record

SHOWN, GAP = 256, 16
CROP = (57, 0, 455, 398)
"""The part of the film's 512 pixels that is shown: head, shoulders and the marks around them."""
TEXT = (
    "[joy] みなさん、こんにちは！[surprise] 昨日の彗星、すごく明るかったんですよ！"
    "[sadness] でも、次は七十年後。[amusement] [laugh] それまで、生きてるしかないですね。"
)
EMOTIONS = ("love", "curiosity", "anger", "embarrassment", "excitement")
GROUNDS = ((255, 226, 205), (214, 224, 250))
"""Behind the left and the right one."""


def beside(frames: tuple[Frame, Frame]) -> Image.Image:
    """Both on their grounds, RGBA."""
    whole = Image.new("RGBA", (2 * SHOWN + GAP, SHOWN), (0, 0, 0, 0))
    for number, (frame, ground) in enumerate(zip(frames, GROUNDS, strict=True)):
        panel = Image.new("RGBA", (SIZE, SIZE), (*ground, 255))
        panel.alpha_composite(Image.fromarray(frame))
        small = cv2.resize(np.asarray(panel.crop(CROP)), (SHOWN, SHOWN), interpolation=cv2.INTER_AREA)
        whole.paste(Image.fromarray(small), (number * (SHOWN + GAP), 0))
    return whole


def squared(image: Image.Image) -> Image.Image:
    """The picture whole in a square of SIZE, RGBA, with nothing above and below it."""
    return ImageOps.pad(image, (SIZE, SIZE), color=(0, 0, 0, 0))


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path, metavar="OUT.webp")
    add_character(parser)
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--fps", type=float, default=12.5)
    parser.add_argument("--quality", type=int, default=50)
    parser.add_argument("--strip", type=Path, metavar="OUT.png")
    arguments = parser.parse_args()
    settings = Settings.model_validate(
        {
            "loop": {"fps": arguments.fps},
            "speech": {"voice": "openjtalk"},
            "emotion": {"marks": 1.0},
            "scene": {"frame": "bust", "size": f"{SIZE}x{SIZE}"},
        }
    )
    character, spoken = prepare(arguments.character), record([TEXT], settings, SOUND_RATE)
    left = filmed(speaking(settings, arguments.seconds, arguments.fps, spoken), settings, character)
    right = filmed(emotions_of(EMOTIONS, settings, arguments.seconds, arguments.fps), settings, character)
    pairs = zip(left, right, strict=False)
    made = [(now, beside((frame, other))) for (now, frame), (_, other) in pairs]
    first, *rest = [image for _, image in made]
    first.save(
        arguments.out,
        save_all=True,
        append_images=rest,
        duration=round(1000 / arguments.fps),
        loop=0,
        quality=arguments.quality,
        method=6,
    )
    if arguments.strip is not None:
        strip([(now, np.asarray(squared(image))) for now, image in made], 0.0, 0.5).save(arguments.strip)
    print(f"{arguments.out}: {len(made)} pictures, {arguments.out.stat().st_size / 1e6:.2f} MB")


if __name__ == "__main__":
    sys.exit(ended(main))
