"""The five networks of Talking Head Anime 3.

Images are float32, (1, 4, S, S), linear-light RGBA in [-1, 1]; inside, features have the weights' precision. Only
what the following steps use is computed, so some heads have weights and no caller. Architecture after Pramook
Khungurn's published demo (MIT) and its project page.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from vtube.avatar.tha3.bodies import PoserBody, ResizeBody, UNetBody
from vtube.avatar.tha3.layers import Flavour, alpha_head, colour_head, leaky_relu, relu, run_heads, shift_head
from vtube.avatar.tha3.warp import mix, warp

EYEBROW_VALUES = 12
FACE_VALUES = 27
BODY_VALUES = 6


class Network(nn.Module):
    """A network that knows its weights' precision."""

    @property
    def dtype(self) -> torch.dtype:
        """Precision of the weights and features."""
        return next(self.parameters()).dtype


class EyebrowDecomposer(Network):
    """Takes the eyebrows off the face: 128 x 128 face to (background without, layer with the eyebrows alone)."""

    def __init__(self, separable: bool) -> None:
        super().__init__()
        self.body = PoserBody(Flavour(separable, relu, relu), 4, 0)
        self.background_layer_alpha = alpha_head(64)
        self.background_layer_color_change = colour_head(64)
        self.eyebrow_layer_alpha = alpha_head(64)
        self.eyebrow_layer_color_change = colour_head(64)

    def forward(self, face: Tensor) -> tuple[Tensor, Tensor]:
        """(1, 4, 128, 128) to two of the same shape: background, eyebrows."""
        features = self.body.decode(self.body.encode(face.to(self.dtype)))
        behind_alpha, behind, alpha, layer = run_heads(
            features,
            self.background_layer_alpha,
            self.background_layer_color_change,
            self.eyebrow_layer_alpha,
            self.eyebrow_layer_color_change,
        )
        return mix(behind_alpha, behind, face), mix(alpha, face, layer)


class EyebrowMorphingCombiner(Network):
    """Moves the eyebrow layer by its 12 values and lays it on the background."""

    def __init__(self, separable: bool) -> None:
        super().__init__()
        self.body = PoserBody(Flavour(separable, relu, relu), 8, EYEBROW_VALUES)
        self.morphed_eyebrow_layer_grid_change = shift_head(64)
        self.morphed_eyebrow_layer_alpha = alpha_head(64)
        self.morphed_eyebrow_layer_color_change = colour_head(64)
        self.combine_alpha = alpha_head(64)

    def encode(self, background: Tensor, eyebrows: Tensor) -> Tensor:
        """The two layers, (1, 4, 128, 128) each, to features (1, 512, 16, 16)."""
        return self.body.encode(torch.cat([background, eyebrows], 1).to(self.dtype))

    def forward(self, features: Tensor, background: Tensor, eyebrows: Tensor, pose: Tensor) -> Tensor:
        """Features of `encode`, its two layers and (1, 12) values to the face (1, 4, 128, 128)."""
        features = self.body.decode(features, pose.to(self.dtype))
        shift, alpha, change = run_heads(
            features,
            self.morphed_eyebrow_layer_grid_change,
            self.morphed_eyebrow_layer_alpha,
            self.morphed_eyebrow_layer_color_change,
        )
        layer = mix(alpha, change, warp(eyebrows, shift))
        colour = mix((layer[:, 3:] + 1) / 2, layer[:, :3], background[:, :3])
        return torch.cat([colour, background[:, 3:]], 1)


class FaceMorpher(Network):
    """Moves lids, irises and mouth by 27 values."""

    def __init__(self, separable: bool) -> None:
        super().__init__()
        self.body = PoserBody(Flavour(separable, relu, relu), 4, FACE_VALUES)
        self.iris_mouth_grid_change = shift_head(64)
        self.iris_mouth_color_change = colour_head(64)
        self.iris_mouth_alpha = alpha_head(64)
        self.eye_color_change = colour_head(64)
        self.eye_alpha = alpha_head(64)

    def encode(self, face: Tensor) -> Tensor:
        """(1, 4, 192, 192) to features (1, 512, 24, 24)."""
        return self.body.encode(face.to(self.dtype))

    def forward(self, features: Tensor, face: Tensor, pose: Tensor) -> Tensor:
        """Features of `encode`, its face and (1, 27) values to the morphed face (1, 4, 192, 192)."""
        features = self.body.decode(features, pose.to(self.dtype))
        shift, change, alpha, eye_change, eye_alpha = run_heads(
            features,
            self.iris_mouth_grid_change,
            self.iris_mouth_color_change,
            self.iris_mouth_alpha,
            self.eye_color_change,
            self.eye_alpha,
        )
        return mix(eye_alpha, eye_change, mix(alpha, change, warp(face, shift)))


class FaceBodyRotator(Network):
    """Turns head and body at half size: 6 values to where each pixel comes from."""

    def __init__(self, separable: bool) -> None:
        super().__init__()
        flavour = Flavour(separable, leaky_relu, leaky_relu if separable else relu)
        self.encoder_decoder = ResizeBody(flavour, 4 + BODY_VALUES)
        self.direct_creator = colour_head(64)
        self.grid_change_creator = shift_head(64)

    def forward(self, image: Tensor, pose: Tensor) -> tuple[Tensor, Tensor]:
        """(1, 4, 256, 256) and (1, 6) to the warped image (same shape) and its shifts (1, 2, 256, 256)."""
        features = self.encoder_decoder(image.to(self.dtype), pose.to(self.dtype))
        (shift,) = run_heads(features, self.grid_change_creator)
        return warp(image, shift), shift


class Editor(Network):
    """Refines the turned image at full size and paints what the turn uncovers."""

    def __init__(self, separable: bool) -> None:
        super().__init__()
        flavour = Flavour(separable, leaky_relu, leaky_relu if separable else relu)
        self.body = UNetBody(flavour, 4 + 4 + 2 + BODY_VALUES)
        self.color_change_creator = colour_head(32)
        self.alpha_creator = alpha_head(32, 4)
        self.grid_change_creator = shift_head(32)

    def forward(self, image: Tensor, warped: Tensor, shift: Tensor, pose: Tensor) -> tuple[Tensor, Tensor]:
        """Unturned and turned image (1, 4, 512, 512), shifts (1, 2, 512, 512), (1, 6) to final image and shifts."""
        features = self.body(torch.cat([image, warped, shift], 1).to(self.dtype), pose.to(self.dtype))
        change, alpha, further = run_heads(
            features, self.color_change_creator, self.alpha_creator, self.grid_change_creator
        )
        shift = shift + further
        return mix(alpha, change, warp(image, shift)), shift
