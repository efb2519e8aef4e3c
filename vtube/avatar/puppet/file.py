"""A puppet as a file: safetensors, with what it is in the metadata.

    metadata: format "vtube-puppet", version, picture (sha256), variant, stage, crispness, detail, paints, enlarger,
              boxes and quality (JSON)
    tensors:  body.*, face.* (float16), neutral (rows · detail, columns · detail, 3) uint8

Version 2 had no detail: its faces are at 512. Version 3 had no paints: its faces are one layer. Both still play.

Everything is checked before it is used: size, version, names, shapes, numbers. Nothing is ever unpickled.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError, safe_open

from vtube.avatar.puppet.layout import (
    FACE_SIZE,
    MOST_DETAIL,
    MOST_PAINTS,
    MOVING,
    Box,
    Shape,
    body_shape,
    face_shape,
)
from vtube.avatar.weights import tensors
from vtube.errors import ModelError
from vtube.frame import SIZE, Frame
from vtube.paths import default_picture, models_folder

RENAMED = {"closeness_db": "psnr_db", "worst_db": "worst_psnr_db", "face_db": "face_psnr_db"}
"""What figures of quality were called in older files."""

FORMAT, VERSION = "vtube-puppet", "4"
PLAYED = ("2", "3", VERSION)
"""Versions that can be read."""
SUFFIX = ".vtpuppet"
COARSE, FINISHED = "coarse", "finished"
MAX_CRISPNESS = 0.25
NOTHING_TAKEN = -30.0
"""Of a body's head, before the sigmoid."""
MAX_BYTES = 64_000_000

Weights = Mapping[str, NDArray[np.floating]]


@dataclass(frozen=True)
class Puppet:
    """A fitted character."""

    picture: str
    """`Character.digest` of what it was made from."""
    variant: str
    """The THA3 weights that it follows."""
    figure_box: Box
    """Where in the frame the figure ever is."""
    face_box: Box
    """Where in the 192 x 192 face anything ever changes."""
    neutral: NDArray[np.uint8]
    """The face's box of the pose of zeros, (rows · detail, columns · detail, 3); what its colours are told against."""
    body: Weights
    face: Weights
    quality: Mapping[str, float] = field(default_factory=dict)
    stage: str = FINISHED
    """Whether more is to be learnt: `coarse` or `finished`."""
    crispness: float = 0.0
    """How much the picture is sharpened before it is warped, 0 to MAX_CRISPNESS; see `canvas.doubled`."""
    detail: int = 1
    """Times 512 at which the face is kept. At 1 its decoder gives the change of the face at 512; at more, colours and
    how much they cover the drawing."""
    enlarger: str = ""
    """Name and sha256 of the network whose enlarged faces were learnt; empty at detail 1."""
    paints: int = 0
    """Of a face of layers, 0 of another one; see `layout.face_shape`. Its `neutral` is the neutral face itself."""

    @property
    def body_shape(self) -> Shape:
        """Of the body's decoder."""
        return body_shape()

    @property
    def face_shape(self) -> Shape:
        """Of the face's decoder."""
        return face_shape(self.face_box.height, self.face_box.width, self.detail, self.paints)


def puppet_path(picture: str, variant: str, folder: Path | None = None) -> Path:
    """Where the puppet of a picture (by its digest) is kept."""
    return (folder or models_folder()) / "puppets" / f"{picture[:16]}-{variant}{SUFFIX}"


def only_moving(body: Weights) -> dict[str, NDArray[np.floating]]:
    """A body that moves as `body` does, takes nothing away and adds nothing.

    What a body learns to take and to add is what THA3 smears where a head turns: black fringes, strands that fade.
    Learnt apart, it leaves the shifts alone; shown, it would be veils and dirty shadows.
    """
    cell = body_shape().shuffle ** 2
    moving, taking = MOVING * cell, (MOVING + 1) * cell
    weight, bias = body["head.weight"].copy(), body["head.bias"].copy()
    weight[moving:], bias[moving:] = 0, 0
    bias[moving:taking] = NOTHING_TAKEN
    return {**body, "head.weight": weight, "head.bias": bias}


def save(puppet: Puppet, path: Path) -> None:
    """Write `path` at once.

    Raises:
        ModelError: it cannot be written.
    """
    boxes = {
        name: [box.left, box.top, box.width, box.height]
        for name, box in (("figure", puppet.figure_box), ("face", puppet.face_box))
    }
    metadata = {
        "format": FORMAT,
        "version": VERSION,
        "picture": puppet.picture,
        "variant": puppet.variant,
        "stage": puppet.stage,
        "crispness": f"{puppet.crispness:.4f}",
        "detail": str(puppet.detail),
        "paints": str(puppet.paints),
        "enlarger": puppet.enlarger,
        "boxes": json.dumps(boxes),
        "quality": json.dumps(dict(puppet.quality)),
    }
    arrays = {
        f"{part}.{name}": array.astype(np.float16)
        for part, weights in (("body", puppet.body), ("face", puppet.face))
        for name, array in weights.items()
    }
    tensors.write({**arrays, "neutral": puppet.neutral}, path, metadata)


def stage_of(picture: str, variant: str) -> str | None:
    """How far the puppet of a picture (by its digest) is: `finished`, `coarse` or, without one, None."""
    try:
        return find(picture, variant).stage
    except ModelError:
        return None


def find(picture: str, variant: str, folder: Path | None = None) -> Puppet:
    """The puppet of a picture (by its digest): the user's own, or the one that came with this program if that is finer.

    Raises:
        ModelError: there is neither, or the user's own cannot be read and none came with the program.
    """
    try:
        own = load(puppet_path(picture, variant, folder), picture)
    except ModelError:
        came = _came_with(picture, variant)
        if came is None:
            raise
        return came
    return own if own.stage == FINISHED else _came_with(picture, variant) or own


def shipped(picture: str | None = None) -> Puppet | None:
    """The puppet that came with this program, if it can be read; when `picture` is given, only of that picture."""
    try:
        return load(default_picture().with_suffix(SUFFIX), picture)
    except ModelError:
        return None


def _came_with(picture: str, variant: str) -> Puppet | None:
    puppet = shipped(picture)
    return puppet if puppet is not None and puppet.variant == variant else None


def load(path: Path, picture: str | None = None) -> Puppet:
    """Read a puppet; when `picture` is given, only one of that picture.

    Raises:
        ModelError: no puppet, of another version or picture, too large, or damaged; one line.
    """
    try:
        if path.stat().st_size > MAX_BYTES:
            raise ModelError(f"{path.name} is too large for a puppet")
        with safe_open(path, framework="numpy") as file:
            about = file.metadata() or {}
            _check_origin(path.name, about, picture)
            arrays = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118  (not a mapping)
    except OSError as error:
        raise ModelError(f"cannot read {path}: {error.strerror or error}") from None
    except (SafetensorError, UnicodeDecodeError):
        raise ModelError(f"{path.name} is not a puppet, or it is damaged; `vtube bake` makes a new one") from None
    try:
        return _puppet(about, arrays)
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError):
        raise ModelError(f"{path.name} is damaged; `vtube bake` makes a new one") from None


def _check_origin(name: str, about: Mapping[str, str], picture: str | None) -> None:
    if about.get("format") != FORMAT:
        raise ModelError(f"{name} is not a puppet; `vtube bake` makes one")
    if about.get("version") not in PLAYED:
        raise ModelError(
            f"{name} is a puppet of version {str(about.get('version'))[:20]!r}, this vtube plays version "
            f"{' and '.join(PLAYED)}; `vtube bake` makes a new one"
        )
    if picture is not None and about.get("picture") != picture:
        raise ModelError(f"{name} is the puppet of another picture; `vtube bake` makes one of this")


def _puppet(about: Mapping[str, str], arrays: Mapping[str, NDArray[Any]]) -> Puppet:
    boxes, detail, paints = json.loads(about["boxes"]), _detail(about), _paints(about)
    face = _box(boxes["face"], FACE_SIZE, 16)
    body_part = only_moving(_part("body", body_shape(), arrays))
    face_part = _part("face", face_shape(face.height, face.width, detail, paints), arrays)
    neutral = _neutral(arrays["neutral"], face, detail)
    quality = {RENAMED.get(name, str(name)[:64]): float(value) for name, value in json.loads(about["quality"]).items()}
    if len(arrays) != len(body_part) + len(face_part) + 1:
        raise ValueError("there are more tensors than a puppet has")
    return Puppet(
        about["picture"],
        about["variant"],
        _box(boxes["figure"], SIZE, 8),
        face,
        neutral,
        body_part,
        face_part,
        quality,
        _stage(about),
        _crispness(about),
        detail,
        about.get("enlarger", "")[:200],
        paints,
    )


def _stage(about: Mapping[str, str]) -> str:
    stage = about.get("stage", FINISHED)
    if stage not in (COARSE, FINISHED):
        raise ValueError("a puppet is coarse or finished")
    return stage


def _crispness(about: Mapping[str, str]) -> float:
    crispness = float(about["crispness"])
    if not 0 <= crispness <= MAX_CRISPNESS:
        raise ValueError("a puppet is as crisp as its picture or a little more")
    return crispness


def _detail(about: Mapping[str, str]) -> int:
    detail = int(about.get("detail", "1"))
    if not 1 <= detail <= MOST_DETAIL:
        raise ValueError("a face is kept at 1 to 4 times 512")
    return detail


def _paints(about: Mapping[str, str]) -> int:
    paints = int(about.get("paints", "0"))
    if not 0 <= paints <= MOST_PAINTS:
        raise ValueError("a face has no paints or a few")
    return paints


def _neutral(pixels: NDArray[Any], face: Box, detail: int) -> Frame:
    if pixels.shape != (face.height * detail, face.width * detail, 3) or pixels.dtype != np.uint8:
        raise ValueError("the neutral face has another size")
    return pixels


def _box(numbers: object, within: int, multiple: int) -> Box:
    if not isinstance(numbers, list) or len(numbers) != 4 or not all(type(number) is int for number in numbers):
        raise ValueError("a box is four whole numbers")
    box = Box(*numbers)
    fits = min(box.left, box.top) >= 0 and box.right <= within and box.bottom <= within
    if not fits or min(box.width, box.height) < multiple or box.width % multiple or box.height % multiple:
        raise ValueError("a box lies outside the picture")
    return box


def _part(part: str, shape: Shape, arrays: Mapping[str, NDArray[Any]]) -> dict[str, NDArray[np.float32]]:
    weights = {}
    for name, wanted in shape.tensors().items():
        array = arrays[f"{part}.{name}"]
        if array.shape != wanted or array.dtype != np.float16 or not math.isfinite(float(np.abs(array).max())):
            raise ValueError(f"{part}.{name} is not what it should be")
        weights[name] = array.astype(np.float32)
    return weights
