"""Make the moving picture of the README from a recorded face.

    python -m tools.film RECORDING OUT.webp [--character PNG] [--fps 15] [--engine openvino] [--frames FOLDER]

The left half shows the recording, drawn as a plain head; the right half shows what the engine makes of it, through the
same motion as in a live camera. The recording is played forth and back, so that the film has no beginning and no end.
`--frames` keeps every picture as a PNG.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

from tools.film.panel import FacePanel
from tools.film.whose import add_character, ended
from vtube.avatar.picture.character import Character
from vtube.avatar.picture.prepare import prepare
from vtube.avatar.registry import create_renderer
from vtube.frame import Frame
from vtube.offline.performance import performed
from vtube.pose import Pose
from vtube.settings import Settings
from vtube.signals import FaceFrame
from vtube.tracking.recordings.replay_files import frames_of

SIZE = 432
GAP = 16
ROUND = 24
BLEND_S = 0.5
"""The motion's last half second eases into its first, for the loop."""
SKY = ((42, 40, 98), (116, 82, 160), (222, 128, 160), (255, 206, 160))
CROP = (112, 10, 400, 298)
"""The part of the engine's 512 pixels that is shown: head and shoulders."""


def forth_and_back(recording: Path) -> list[FaceFrame]:
    """The recording, and then the recording backwards; times go on."""
    faces = [replace(face, time=seconds) for seconds, face in frames_of(recording)]
    end = faces[-1].time
    return faces + [replace(face, time=2 * end - face.time) for face in reversed(faces[1:-1])]


def looped(faces: list[FaceFrame], fps: float) -> list[tuple[FaceFrame, Pose]]:
    """A face and the pose that a camera makes of it, for each picture of one round.

    The round before it lets the camera find the neutral face.
    """
    seconds = faces[-1].time
    count = round(seconds * fps)
    settings = Settings.model_validate({"loop": {"fps": fps}, "retarget": {"calibrate_after_s": 0.0}})
    twice = faces + [replace(face, time=face.time + seconds) for face in faces]
    poses = [pose for _, pose in performed(settings, 2 * seconds, faces=twice)]
    blend = round(BLEND_S * fps)
    round_ = [pose.copy() for pose in poses[count : 2 * count]]
    for step in range(blend):
        share = (step + 1) / (blend + 1)
        round_[count - blend + step] = (1 - share) * round_[count - blend + step] + share * poses[count - blend + step]
    at = np.array([face.time for face in faces])
    seen = [faces[int(np.searchsorted(at, number / fps, side="right")) - 1] for number in range(count)]
    return list(zip(seen, round_, strict=True))


def sky(width: int = SIZE, height: int = SIZE) -> Image.Image:
    """The ground behind the character, RGBA."""
    at = np.linspace(0, 1, len(SKY))
    rows = np.linspace(0, 1, height)
    ramp = np.stack([np.interp(rows, at, [colour[channel] for colour in SKY]) for channel in range(3)], axis=1)
    image = Image.fromarray(np.repeat(ramp[:, None].astype(np.uint8), width, axis=1)).convert("RGBA")
    pen, dice = ImageDraw.Draw(image), np.random.default_rng(5)
    for x, y, light in dice.random((40, 3)):
        pen.point((x * width, y * y * height * 0.7), fill=(255, 255, 255, int(90 + 160 * light)))
    return image


def on_sky(frame: Frame, ground: Image.Image) -> Image.Image:
    """The engine's frame, cropped, over the sky."""
    figure = Image.fromarray(frame).crop(CROP).resize((SIZE, SIZE), Image.Resampling.LANCZOS)
    return Image.alpha_composite(ground, figure)


def beside(left: Image.Image, right: Image.Image) -> Image.Image:
    """Both halves with round corners and an arrow between them, RGBA."""
    whole = Image.new("RGBA", (2 * SIZE + GAP, SIZE), (0, 0, 0, 0))
    corners = Image.new("L", (SIZE * 4, SIZE * 4))
    ImageDraw.Draw(corners).rounded_rectangle((0, 0, SIZE * 4 - 1, SIZE * 4 - 1), ROUND * 4, fill=255)
    mask = corners.resize((SIZE, SIZE), Image.Resampling.LANCZOS)
    whole.paste(left, (0, 0), mask)
    whole.paste(right, (SIZE + GAP, 0), mask)
    badge = Image.new("RGBA", (224, 224), (0, 0, 0, 0))
    pen = ImageDraw.Draw(badge)
    pen.ellipse((0, 0, 223, 223), fill=(255, 255, 255, 255))
    pen.polygon(((84, 62), (164, 112), (84, 162)), fill=(92, 84, 190, 255))
    small = badge.resize((56, 56), Image.Resampling.LANCZOS)
    whole.alpha_composite(small, (SIZE + GAP // 2 - 28, SIZE // 2 - 28))
    return whole


def pictures(recording: Path, fps: float, character: Character, engine: str) -> Iterator[Image.Image]:
    """Every picture of one round."""
    panel, ground = FacePanel(SIZE), sky()
    renderer = create_renderer(engine, character)
    try:
        for face, pose in looped(forth_and_back(recording), fps):
            yield beside(panel.draw(face), on_sky(renderer.render(pose), ground))
    finally:
        renderer.close()


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("recording", type=Path, help="what `record` writes, or datagrams of Live Link Face")
    parser.add_argument("out", type=Path, metavar="OUT.webp")
    add_character(parser)
    parser.add_argument("--fps", type=float, default=15.0)
    parser.add_argument("--quality", type=int, default=72)
    parser.add_argument("--engine", default="openvino")
    parser.add_argument("--frames", type=Path, metavar="FOLDER", help="keep every picture as a PNG")
    arguments = parser.parse_args()
    made = list(pictures(arguments.recording, arguments.fps, prepare(arguments.character), arguments.engine))
    if arguments.frames is not None:
        arguments.frames.mkdir(parents=True, exist_ok=True)
        for number, image in enumerate(made):
            image.save(arguments.frames / f"{number:04d}.png")
    first, *rest = made
    first.save(
        arguments.out,
        save_all=True,
        append_images=rest,
        duration=round(1000 / arguments.fps),
        loop=0,
        quality=arguments.quality,
        method=6,
    )
    print(f"{arguments.out}: {len(made)} pictures, {arguments.out.stat().st_size / 1e6:.2f} MB")


if __name__ == "__main__":
    sys.exit(ended(main))
