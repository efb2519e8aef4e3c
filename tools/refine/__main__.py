"""Lets the puppet of a picture learn on for so many seconds, then puts together what was learnt.

    python -m tools.refine body STATE.safetensors [--seconds 360] [--device cuda] [--styled] [--picture PICTURE]
    python -m tools.refine face STATE.safetensors [--seconds 360] [--device cuda] [--picture PICTURE]
    python -m tools.refine finish OUT.vtpuppet STATE.safetensors ... [--picture PICTURE]

Without a picture it is the default character. The first two need torch and the weights of THA3, and go on from
`--begin` or from the puppet that is there; what is learnt is written every half a minute. The last one needs OpenVINO:
it asks for the sharpness that every puppet has, compares the puppet with exact THA3 on poses that it never saw, and
refuses what `vtube bake` refuses.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING

import cv2
import torch

from tools.refine.body import BodyRefinement
from tools.refine.exact import ManyExact
from tools.refine.learn import Schedule, learn
from vtube.avatar.picture.character import Character, frame_digest
from vtube.avatar.picture.decode import decode
from vtube.avatar.picture.drawing import larger_file
from vtube.avatar.puppet.file import Puppet, find, load, puppet_path, stage_of
from vtube.avatar.tha3.weights import load_poser
from vtube.avatar.weights import tensors
from vtube.frame import SIZE
from vtube.paths import default_picture

if TYPE_CHECKING:
    from tools.refine.face import FaceRefinement

CAPACITY = {"body": 12_000, "face": 30_000}
"""Samples that are kept: some 8 GB of bodies, 5 GB of faces."""
UNSEEN = {"body": 64, "face": 100}


def run(options: argparse.Namespace) -> dict[str, float]:
    """Learn; the last figures."""
    torch.backends.cudnn.benchmark = True
    torch.set_float32_matmul_precision("high")
    character = character_of(options.picture, options.variant)
    puppet = load(options.begin, character.digest) if options.begin else find(character.digest, options.variant)
    exact = ManyExact(load_poser(puppet.variant), character.frame, options.device)
    fit = (
        _body(exact, puppet, character, options) if options.what == "body" else _face(exact, puppet, character, options)
    )
    schedule = Schedule(options.seconds, options.batch, options.rate, options.first, options.new, options.every)

    def keep(figures: dict[str, float]) -> None:
        print(json.dumps(figures), flush=True)
        tensors.write(fit.weights(), options.state, {"part": options.what, "figures": json.dumps(figures)})

    print("before: " + json.dumps(fit.figures()), flush=True)
    return learn(fit, schedule, keep)


def character_of(picture: Path, variant: str) -> Character:
    """The character whose puppet is known, without OpenVINO where the picture is prepared already; else prepared."""
    pixels = decode(picture).pixels
    if pixels.shape == (SIZE, SIZE, 4) and stage_of(frame_digest(pixels), variant):
        return Character(pixels, picture.name, larger_file(picture, pixels))
    from vtube.avatar.picture.prepare import prepare

    return prepare(picture)


def _body(exact: ManyExact, puppet: Puppet, character: Character, options: argparse.Namespace) -> BodyRefinement:
    return BodyRefinement(
        exact,
        puppet,
        character.frame,
        options.capacity,
        options.device,
        unseen=options.unseen,
        styled=options.styled,
    )


def _face(exact: ManyExact, puppet: Puppet, character: Character, options: argparse.Namespace) -> FaceRefinement:
    from tools.refine.face import FaceRefinement
    from vtube.avatar.puppet.drawing import at_detail, finest
    from vtube.avatar.superres.enlarger import FACES, Enlarger

    drawing = finest(character.frame, character.source, puppet_path(character.digest, puppet.variant))
    enlarge = Enlarger(FACES, device=options.device)
    own = at_detail(drawing, puppet.detail)
    return FaceRefinement(exact, puppet, own, enlarge, options.capacity, options.device, options.unseen)


def main() -> None:
    """Learn or finish."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    ways = parser.add_subparsers(dest="what", required=True)
    for what in ("body", "face"):
        way = ways.add_parser(what)
        way.add_argument("state", type=Path, help="where what is learnt goes (.safetensors)")
        way.add_argument("--seconds", type=float, default=360.0)
        way.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
        way.add_argument("--batch", type=int, default=64)
        way.add_argument("--rate", type=float, default=1e-3)
        way.add_argument("--first", type=int, default=2048, help="poses before the first step")
        way.add_argument("--new", type=int, default=16, help="poses drawn in one go,")
        way.add_argument("--every", type=int, default=8, help="every so many steps")
        way.add_argument("--capacity", type=int, default=CAPACITY[what], help="poses that are kept")
        way.add_argument("--unseen", type=int, default=UNSEEN[what], help="poses on which figures are taken")
        if what == "body":
            way.add_argument("--styled", action="store_true", help="with styles, as a face has them")
    end = ways.add_parser("finish")
    end.add_argument("out", type=Path)
    end.add_argument("states", type=Path, nargs="+")
    for way in ways.choices.values():
        way.add_argument("--picture", type=Path, default=default_picture())
        way.add_argument("--variant", default="separable_float")
        way.add_argument("--begin", type=Path, metavar="PUPPET", help="instead of the picture's own")
    options = parser.parse_args()
    cv2.setNumThreads(1)
    if options.what == "finish":
        from tools.refine.finish import finish

        print(json.dumps(finish(options.picture, options.variant, options.begin, options.states, options.out)))
    else:
        run(options)


if __name__ == "__main__":
    main()
