"""How far apart the emotions look: rendered faces, compared pair by pair.

    python -m benchmarks.emotions [PICTURE]... [--engine E] [--strengths]

The distance of two frames is the root mean square difference of the head, in 8-bit steps, at 96 pixels and blurred by a
pixel, so that it counts features and not edges. Jitter is the same distance between moments of one emotion: what its
own movement, breath and small idle motion change; sway, gaze and blinks, which are the same in all, are off. Two
emotions can be told apart when they differ by more. With --strengths: whether each tenth of an emotion's strength takes
the picture further from the neutral one, too.
"""

from __future__ import annotations

import argparse
from itertools import combinations
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from vtube.avatar.base import Renderer
from vtube.avatar.picture.prepare import prepare
from vtube.avatar.registry import create_renderer
from vtube.motion.animator import Animator
from vtube.pose import INDEX, Pose
from vtube.settings import parse
from vtube.studio.still import expressions

HEAD = (136, 20, 376, 262)
SIDE = 96
MOMENTS_S = (2.0, 3.1, 4.7)
LIDS = [INDEX["eye_wink_left"], INDEX["eye_wink_right"]]

Face = NDArray[np.float32]


def poses_of(emotion: str, strength: float = 1.0) -> list[Pose]:
    """The pose of an otherwise idle camera at MOMENTS_S after the emotion came."""
    animator = Animator(parse({"idle": {"blinking": 0.0, "sway": 0.0, "gaze": 0.0}}), _NoFace(), lambda now: None)
    animator.emotion.show(emotion, strength)
    poses = []
    for tick in range(int(MOMENTS_S[-1] * 30) + 1):
        pose = animator.mixer.pose(tick / 30)
        if any(abs(tick / 30 - moment) < 1 / 60 for moment in MOMENTS_S):
            poses.append(pose)
    animator.close()
    return poses


class _NoFace:
    def poll(self, now: float) -> None:
        """No tracker."""


def face_of(frame: NDArray[np.uint8]) -> Face:
    """The head over grey, small."""
    image = Image.fromarray(frame)
    ground = Image.new("RGBA", image.size, (128, 128, 128, 255))
    ground.alpha_composite(image)
    small = ground.convert("RGB").crop(HEAD).resize((SIDE, SIDE), Image.Resampling.BOX)
    return np.asarray(small.filter(ImageFilter.GaussianBlur(1)), np.float32)


def apart(a: Face, b: Face) -> float:
    """Root mean square difference in 8-bit steps."""
    return float(np.sqrt(np.mean(np.square(a - b))))


def report(picture: Path, engine: str, strengths: bool) -> None:
    """The closest pairs of one picture, and the emotions whose strength is not seen to grow."""
    renderer = create_renderer(engine, prepare(picture))
    faces = {name: [face_of(renderer.render(pose)) for pose in poses_of(name)] for name in sorted(expressions())}
    jitter = {name: max(apart(a, b) for a, b in combinations(shown, 2)) for name, shown in faces.items()}
    pairs = sorted(
        (min(apart(a, b) for a in faces[one] for b in faces[other]), one, other)
        for one, other in combinations(faces, 2)
    )
    ratios = sorted((distance / max(jitter[one], jitter[other]), one, other) for distance, one, other in pairs)
    clear = sum(ratio > 1 for ratio, _, _ in ratios)
    print(f"{picture.name}: {clear} of {len(pairs)} pairs differ by more than their jitter")
    print(f"  jitter: median {np.median(list(jitter.values())):.1f}, most {max(jitter.values()):.1f}")
    print("  closest: " + _listed(pairs, ".1f"))
    print("  nearest to jitter, distance over jitter: " + _listed(ratios, ".2f"), flush=True)
    if strengths:
        away = {name: _growth(renderer, name, faces["neutral"][0]) for name in faces if name != "neutral"}
        falls = {name: min(np.diff(far)) for name, far in away.items()}
        falling = [f"{name} by {-least:.2f}" for name, least in falls.items() if least <= 0]
        print(f"  {len(falls) - len(falling)} of {len(falls)} grow with each tenth" + "; not ".join(["", *falling]))


def _listed(pairs: list[tuple[float, str, str]], form: str) -> str:
    return ", ".join(f"{one}/{other} {value:{form}}" for value, one, other in pairs[:10])


def _growth(renderer: Renderer, emotion: str, neutral: Face) -> list[float]:
    """How far it is from neutral at each tenth of strength, from 0.1 to 1."""
    return [apart(face_of(renderer.render(poses_of(emotion, tenth / 10)[0])), neutral) for tenth in range(1, 11)]


def main() -> None:
    """See the module's docstring."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("pictures", nargs="*", type=Path, default=[Path("vtube/data/ilta.png")])
    parser.add_argument("--engine", default="openvino")
    parser.add_argument("--strengths", action="store_true", help="look at every tenth of strength, too")
    arguments = parser.parse_args()
    for picture in arguments.pictures:
        report(picture, arguments.engine, arguments.strengths)


if __name__ == "__main__":
    main()
