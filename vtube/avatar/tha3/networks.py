"""The five networks of Talking Head Anime 3.

Images are float32, (1, 4, S, S), linear-light RGBA in [-1, 1]; inside, features have the weights' precision. Only
what the following steps use is computed, so some heads have weights and no caller. Architecture after Pramook
Khungurn's published demo (MIT) and its project page.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from vtube.avatar.tha3.bodies import PoserBody, ResizeBody, UNetBody
from vtube.avatar.tha3.layers import Flavour, head, leaky_relu, relu
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
        self.background_layer_alpha = head(64, 1, nn.Sigmoid())
        self.background_layer_color_change = head(64, 4, nn.Tanh())
        self.eyebrow_layer_alpha = head(64, 1, nn.Sigmoid())
        self.eyebrow_layer_color_change = head(64, 4, nn.Tanh())

    def forward(self, face: Tensor) -> tuple[Tensor, Tensor]:
        """(1, 4, 128, 128) to two of the same shape: background, eyebrows."""
        features = self.body.decode(self.body.encode(face.to(self.dtype)))
        background = mix(self.background_layer_alpha(features).float(),
                         self.background_layer_color_change(features).float(), face)
        eyebrows = mix(self.eyebrow_layer_alpha(features).float(), face,
                       self.eyebrow_layer_color_change(features).float())
        return background, eyebrows


class EyebrowMorphingCombiner(Network):
    """Moves the eyebrow layer by its 12 values and lays it on the background."""

    def __init__(self, separable: bool) -> None:
        super().__init__()
        self.body = PoserBody(Flavour(separable, relu, relu), 8, EYEBROW_VALUES)
        self.morphed_eyebrow_layer_grid_change = head(64, 2)
        self.morphed_eyebrow_layer_alpha = head(64, 1, nn.Sigmoid())
        self.morphed_eyebrow_layer_color_change = head(64, 4, nn.Tanh())
        self.combine_alpha = head(64, 1, nn.Sigmoid())

    def encode(self, background: Tensor, eyebrows: Tensor) -> Tensor:
        """The two layers, (1, 4, 128, 128) each, to features (1, 512, 16, 16)."""
        return self.body.encode(torch.cat([background, eyebrows], 1).to(self.dtype))

    def forward(self, features: Tensor, background: Tensor, eyebrows: Tensor, pose: Tensor) -> Tensor:
        """Features of `encode`, its two layers and (1, 12) values to the face (1, 4, 128, 128)."""
        features = self.body.decode(features, pose.to(self.dtype))
        warped = warp(eyebrows, self.morphed_eyebrow_layer_grid_change(features))
        layer = mix(self.morphed_eyebrow_layer_alpha(features).float(),
                    self.morphed_eyebrow_layer_color_change(features).float(), warped)
        colour = mix((layer[:, 3:] + 1) / 2, layer[:, :3], background[:, :3])
        return torch.cat([colour, background[:, 3:]], 1)


class FaceMorpher(Network):
    """Moves lids, irises and mouth by 27 values."""

    def __init__(self, separable: bool) -> None:
        super().__init__()
        self.body = PoserBody(Flavour(separable, relu, relu), 4, FACE_VALUES)
        self.iris_mouth_grid_change = head(64, 2)
        self.iris_mouth_color_change = head(64, 4, nn.Tanh())
        self.iris_mouth_alpha = head(64, 1, nn.Sigmoid())
        self.eye_color_change = head(64, 4, nn.Tanh())
        self.eye_alpha = head(64, 1, nn.Sigmoid())

    def encode(self, face: Tensor) -> Tensor:
        """(1, 4, 192, 192) to features (1, 512, 24, 24)."""
        return self.body.encode(face.to(self.dtype))

    def forward(self, features: Tensor, face: Tensor, pose: Tensor) -> Tensor:
        """Features of `encode`, its face and (1, 27) values to the morphed face (1, 4, 192, 192)."""
        features = self.body.decode(features, pose.to(self.dtype))
        moved = mix(self.iris_mouth_alpha(features).float(), self.iris_mouth_color_change(features).float(),
                    warp(face, self.iris_mouth_grid_change(features)))
        return mix(self.eye_alpha(features).float(), self.eye_color_change(features).float(), moved)


class FaceBodyRotator(Network):
    """Turns head and body at half size: 6 values to where each pixel comes from."""

    def __init__(self, separable: bool) -> None:
        super().__init__()
        flavour = Flavour(separable, leaky_relu, leaky_relu if separable else relu)
        self.encoder_decoder = ResizeBody(flavour, 4 + BODY_VALUES)
        self.direct_creator = head(64, 4, nn.Tanh())
        self.grid_change_creator = head(64, 2)

    def forward(self, image: Tensor, pose: Tensor) -> tuple[Tensor, Tensor]:
        """(1, 4, 256, 256) and (1, 6) to the warped image (same shape) and its shifts (1, 2, 256, 256)."""
        features = self.encoder_decoder(image.to(self.dtype), pose.to(self.dtype))
        shift = self.grid_change_creator(features).float()
        return warp(image, shift), shift


class Editor(Network):
    """Refines the turned image at full size and paints what the turn uncovers."""

    def __init__(self, separable: bool) -> None:
        super().__init__()
        flavour = Flavour(separable, leaky_relu, leaky_relu if separable else relu)
        self.body = UNetBody(flavour, 4 + 4 + 2 + BODY_VALUES)
        self.color_change_creator = head(32, 4, nn.Tanh())
        self.alpha_creator = head(32, 4, nn.Sigmoid())
        self.grid_change_creator = head(32, 2)

    def forward(self, image: Tensor, warped: Tensor, shift: Tensor, pose: Tensor) -> Tensor:
        """Unturned and turned image (1, 4, 512, 512), shifts (1, 2, 512, 512), (1, 6) to the final image."""
        features = self.body(torch.cat([image, warped, shift], 1).to(self.dtype), pose.to(self.dtype))
        refined = warp(image, shift + self.grid_change_creator(features).float())
        return mix(self.alpha_creator(features).float(), self.color_change_creator(features).float(), refined)
