"""Draws what docs/guide/puppet.md shows: exact THA3, the same enlarged by a network, the puppet; and strips of moving.

    python -m tools.puppet_sheet columns SHEET.webp [PICTURE]
    python -m tools.puppet_sheet strips FOLDER [PICTURE]

A strip has twelve frames of a turn, a blink and a word, at 60, 60 and 30 frames a second, pixel by pixel as they are at
1024 x 1024. The picture needs its puppet.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping
from pathlib import Path

import cv2
import numpy as np
from PIL import Image

from vtube.avatar.engines.openvino_engine import OpenVinoRenderer
from vtube.avatar.engines.puppet_engine import PuppetRenderer
from vtube.avatar.engines.request import Request
from vtube.avatar.enlarge import enlarge, fitting
from vtube.avatar.picture.character import Character
from vtube.avatar.picture.prepare import prepare
from vtube.avatar.superres.enlarger import FACES, Enlarger
from vtube.frame import Frame
from vtube.paths import default_picture
from vtube.pose import Pose, from_mapping

SIDE = 1024
GREY = 235
QUALITY = 80
COUNT = 12
CLOSE = slice(150, 420), slice(330, 700)
"""Rows and columns of a face in a frame of SIDE."""
EYES_AND_MOUTH = slice(215, 395), slice(430, 600)
ROWS: tuple[Mapping[str, float], ...] = (
    {},
    {"eye_happy_wink_left": 1, "eye_happy_wink_right": 1, "mouth_aaa": 0.7},
    {
        "eyebrow_angry_left": 1,
        "eyebrow_angry_right": 1,
        "eye_unimpressed_left": 0.7,
        "eye_unimpressed_right": 0.7,
        "mouth_iii": 0.8,
    },
    {"head_y": 0.9, "head_x": -0.3, "body_y": 0.6, "eye_wink_left": 0.4, "eye_wink_right": 0.4, "mouth_aaa": 0.4},
)
LIDS = 0, 0, 0.1, 0.45, 0.85, 1, 1, 0.8, 0.5, 0.25, 0.1, 0
"""Of a blink of a fifth of a second, at 60 frames a second."""
WORD = (
    ("ooo", 0.1), ("ooo", 0.5), ("ooo", 0.7), ("aaa", 0.4), ("aaa", 0.8), ("aaa", 0.6),
    ("iii", 0.3), ("iii", 0.7), ("eee", 0.5), ("uuu", 0.4), ("uuu", 0.2), ("uuu", 0.0),
)  # fmt: skip
"""Shape and opening, at 30 frames a second."""


def turn(part: float) -> Pose:
    """From left to right and down, `part` of the way."""
    way = -0.95 + 1.9 * part
    return from_mapping({"head_y": way, "body_y": 0.6 * way, "head_x": -0.4 + 0.4 * part, "neck_z": 0.3 * way})


def blink(lids: float) -> Pose:
    """Both lids."""
    return from_mapping({"eye_wink_left": lids, "eye_wink_right": lids})


def strips() -> dict[str, tuple[tuple[slice, slice], list[Pose]]]:
    """Name → part of the frame, and poses."""
    turning = slice(40, 480), slice(310, 714)
    return {
        "turn": (turning, [turn(number / (COUNT - 1)) for number in range(COUNT)]),
        "blink": (EYES_AND_MOUTH, [blink(lids) for lids in LIDS]),
        "word": (EYES_AND_MOUTH, [from_mapping({f"mouth_{shape}": opening}) for shape, opening in WORD]),
    }


def by_puppet(character: Character) -> Callable[[Pose], Frame]:
    """The puppet's frames, SIDE pixels a side."""
    puppet = PuppetRenderer(Request(character))
    return lambda pose: puppet.render_view(pose, fitting(SIDE, SIDE))


def ways(character: Character) -> list[Callable[[Pose], Frame]]:
    """Exact THA3 enlarged by a filter, by a network, and the puppet; SIDE pixels a side."""
    exact, network = OpenVinoRenderer(Request(character)), Enlarger(FACES)
    return [
        lambda pose: enlarge(exact.render(pose), SIDE),
        lambda pose: network.double(exact.render(pose)),
        by_puppet(character),
    ]


def part_of(frame: Frame, part: tuple[slice, slice]) -> Frame:
    """RGB over grey."""
    seen = frame[part].astype(np.float32)
    alpha = seen[..., 3:] / 255
    return np.rint(seen[..., :3] * alpha + GREY * (1 - alpha)).astype(np.uint8)


def columns(character: Character, path: Path) -> None:
    """One row a pose, one column a way."""
    drawn = ways(character)
    rows = [np.hstack([part_of(way(from_mapping(values)), CLOSE) for way in drawn]) for values in ROWS]
    save(np.vstack(rows), path)


def save_strips(character: Character, folder: Path) -> None:
    """One file a strip: six frames a row."""
    folder.mkdir(parents=True, exist_ok=True)
    puppet = by_puppet(character)
    for name, (part, poses) in strips().items():
        frames = [part_of(puppet(pose), part) for pose in poses]
        half = COUNT // 2
        save(np.vstack([np.hstack(frames[:half]), np.hstack(frames[half:])]), folder / f"puppet-{name}.webp")


def save(sheet: Frame, path: Path) -> None:
    """As WebP."""
    Image.fromarray(sheet).save(path, quality=QUALITY, method=6)


def main() -> None:
    """Draw one or the other."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("what", choices=("columns", "strips"))
    parser.add_argument("where", type=Path)
    parser.add_argument("picture", type=Path, nargs="?", default=default_picture())
    options = parser.parse_args()
    cv2.setNumThreads(1)
    draw = columns if options.what == "columns" else save_strips
    draw(prepare(options.picture), options.where)


if __name__ == "__main__":
    main()
