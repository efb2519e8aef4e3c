"""From a picture and a pose to an image, in steps that can be left out when nothing they depend on changed.

picture ──► Picture ──► Eyebrows(12 values) ──► Face(27) ──► Body(6) ──► image

Each step is a module of tensors in and tensors out: an engine can run it as it is, capture it or convert it.
"""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor, nn
from torch.nn.functional import interpolate

from vtube.avatar.tha3.networks import (
    Editor,
    EyebrowDecomposer,
    EyebrowMorphingCombiner,
    FaceBodyRotator,
    FaceMorpher,
)
from vtube.avatar.weights import NETWORKS
from vtube.errors import ModelError

EYEBROW_BOX = (64, 192, 128)
"""Top, left and size of the pixels of the picture that the eyebrow networks see."""
FACE_BOX = (32, 160, 192)
"""Top, left and size of the pixels of the picture that the face morpher sees."""
BROWS_IN_FACE = (32, 32, 128)
"""The eyebrow box in the face box."""


class Picture(nn.Module):
    """Once per picture: eyebrows taken off, and everything about them that no pose changes."""

    def __init__(self, decomposer: EyebrowDecomposer, combiner: EyebrowMorphingCombiner) -> None:
        super().__init__()
        self.decomposer = decomposer
        self.combiner = combiner

    def forward(self, picture: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """(1, 4, 512, 512) to background, eyebrows (1, 4, 128, 128) and combiner features (1, 512, 16, 16)."""
        background, eyebrows = self.decomposer(_cut(picture, EYEBROW_BOX))
        return background, eyebrows, self.combiner.encode(background, eyebrows)


class Eyebrows(nn.Module):
    """When the eyebrows moved: their face, and the face morpher's view of it."""

    def __init__(self, combiner: EyebrowMorphingCombiner, morpher: FaceMorpher) -> None:
        super().__init__()
        self.combiner = combiner
        self.morpher = morpher

    def forward(
        self, picture: Tensor, background: Tensor, eyebrows: Tensor, features: Tensor, pose: Tensor
    ) -> tuple[Tensor, Tensor]:
        """Picture, results of `Picture` and (1, 12) to face (1, 4, 192, 192) and its features (1, 512, 24, 24)."""
        face = _pasted(_cut(picture, FACE_BOX), self.combiner(features, background, eyebrows, pose), BROWS_IN_FACE)
        return face, self.morpher.encode(face)


class Face(nn.Module):
    """When lids, irises or mouth moved: the whole picture with the morphed face, at both sizes."""

    def __init__(self, morpher: FaceMorpher) -> None:
        super().__init__()
        self.morpher = morpher

    def forward(self, picture: Tensor, face: Tensor, features: Tensor, pose: Tensor) -> tuple[Tensor, Tensor]:
        """Picture, results of `Eyebrows` and (1, 27) to images (1, 4, 512, 512) and (1, 4, 256, 256)."""
        full = _pasted(picture, self.morpher(features, face, pose), FACE_BOX)
        return full, interpolate(full, scale_factor=0.5, mode="bilinear", align_corners=False)


class Body(nn.Module):
    """Head, neck, body and breath: the final image."""

    def __init__(self, rotator: FaceBodyRotator, editor: Editor) -> None:
        super().__init__()
        self.rotator = rotator
        self.editor = editor

    def forward(self, full: Tensor, half: Tensor, pose: Tensor) -> tuple[Tensor, Tensor]:
        """Results of `Face` and (1, 6) to the final image (1, 4, 512, 512) and its shifts (1, 2, 512, 512)."""
        warped, shift = self.rotator(half, pose)
        warped, shift = _doubled(warped), _doubled(shift)
        return self.editor(full, warped, shift, pose)  # type: ignore[no-any-return]


class Poser(nn.Module):
    """The five networks, under the names of their weight files, and the four steps over them."""

    def __init__(self, separable: bool = True) -> None:
        super().__init__()
        self.eyebrow_decomposer = EyebrowDecomposer(separable)
        self.eyebrow_morphing_combiner = EyebrowMorphingCombiner(separable)
        self.face_morpher = FaceMorpher(separable)
        self.two_algo_face_body_rotator = FaceBodyRotator(separable)
        self.editor = Editor(separable)

    def steps(self) -> tuple[Picture, Eyebrows, Face, Body]:
        """The four steps; they share the networks' weights."""
        return (
            Picture(self.eyebrow_decomposer, self.eyebrow_morphing_combiner),
            Eyebrows(self.eyebrow_morphing_combiner, self.face_morpher),
            Face(self.face_morpher),
            Body(self.two_algo_face_body_rotator, self.editor),
        )


def load(weights: Mapping[str, Mapping[str, Tensor]], separable: bool) -> Poser:
    """A poser, ready to run, with `weights`: network name to its state dictionary, as published.

    Raises:
        ModelError: a network is absent, or its dictionary has missing, unexpected or misshapen entries.
    """
    with torch.device("meta"):
        poser = Poser(separable)
    for name in NETWORKS:
        if name not in weights:
            raise ModelError(f"the weights of {name} are missing; `vtube models fetch` gets them again")
        try:
            poser.get_submodule(name).load_state_dict(_nested(name, weights[name]), strict=True, assign=True)
        except RuntimeError as error:
            first = str(error).splitlines()[1].strip() if "\n" in str(error) else str(error)
            raise ModelError(f"these weights do not fit the network {name}: {first[:200]}") from None
    return poser.eval().requires_grad_(False)


def _nested(network: str, weights: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """The standard face morpher's dictionary keeps its body at the top level; ours has it one deeper."""
    if network != "face_morpher" or any(key.startswith("body.") for key in weights):
        return dict(weights)
    inner = ("downsample_blocks.", "bottleneck_blocks.", "upsample_blocks.")
    return {f"body.{key}" if key.startswith(inner) else key: value for key, value in weights.items()}


def _cut(image: Tensor, box: tuple[int, int, int]) -> Tensor:
    top, left, size = box
    return image[:, :, top : top + size, left : left + size]


def _pasted(under: Tensor, patch: Tensor, box: tuple[int, int, int]) -> Tensor:
    """`under` with `patch` in `box`, as a new tensor."""
    top, left, size = box
    rows = under[:, :, top : top + size]
    middle = torch.cat([rows[..., :left], patch, rows[..., left + size :]], 3)
    return torch.cat([under[:, :, :top], middle, under[:, :, top + size :]], 2)


def _doubled(image: Tensor) -> Tensor:
    return interpolate(image, scale_factor=2, mode="bilinear", align_corners=False)
