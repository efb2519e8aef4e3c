"""Playing a puppet: two small decoders, one warp, one layer of added colour. No torch, no THA3.

One thread does it all; the body's decoder can work beside the face, in a thread of its own.

Everything is premultiplied, 8 bits, sRGB, as it is shown, until the last step; the warp reads from the picture at
twice its size, so that bilinear sampling keeps it sharp.
"""

from __future__ import annotations

import cv2
import numpy as np
import openvino as ov
from numpy.typing import NDArray

from vtube.avatar.puppet.decoder import body_model, compiled, face_model
from vtube.avatar.puppet.file import Puppet
from vtube.avatar.puppet.layout import ADDED_STEP, ADDED_ZERO, FACE_LEFT, FACE_SIZE, FACE_TOP, Box
from vtube.frame import Frame, blank
from vtube.pose import BODY, Pose

SCALE = 2
BORDER = 6
"""Pixels around the face's box, half of which see it when they are doubled."""
OWN = np.ones(1, np.float32)
BETWEEN = np.array([1, -5, 20, 20, -5, 1], np.float32) / np.float32(32)
"""The half-way filter of H.264 (ITU-T H.264, 8.4.2.2.1): sharper than a cubic, and short."""


class Player:
    """Draws one puppet; `face` and `body` do what changed, `frame` puts it together."""

    def __init__(self, puppet: Puppet, picture: Frame, precision: str = "auto") -> None:
        """`picture`: the puppet's, 512 x 512; precision f32, bf16 or auto."""
        models = face_model(puppet.face, puppet.face_shape, puppet.neutral), body_model(puppet.body, puppet.body_shape)
        (self._face, self._body), precision = compiled(models, precision)
        self.detail = f"{'bfloat16' if precision == 'bf16' else 'float32'} on CPU"
        self._face_values = _input(self._face, 39)
        self._body_values = _input(self._body, 6)
        self._paste = _Paste(picture, puppet.face_box, puppet.crispness)
        self._box = puppet.figure_box
        size = self._box.width, self._box.height
        self._size = size
        x = SCALE * (self._box.left + np.arange(size[0]))
        y = SCALE * (self._box.top + np.arange(size[1]))
        self._places = np.stack(np.meshgrid(x, y), 2).astype(np.float32)
        self._map = np.empty_like(self._places)
        pixels = (np.empty((size[1], size[0], 4), np.uint8) for _ in range(3))
        self._warped, self._keep, self._added = pixels
        self._kept = np.empty((size[1], size[0]), np.uint8)

    def face(self, pose: Pose) -> None:
        """Draw brows, lids, irises and mouth onto the picture."""
        self._face_values[0] = pose[: BODY.start]
        self._face.start_async()  # infer() would not let the body's decoder work at the same time
        self._face.wait()
        self._paste(self._face.get_output_tensor(0).data)

    def shown_face(self) -> Frame:
        """The 192 x 192 face as it was drawn last, before head and body move it."""
        return self._paste.face()

    def body(self, pose: Pose) -> None:
        """Find from where every pixel comes, how much of it stays and what is added."""
        self.begin_body(pose)
        self.finish_body()

    def begin_body(self, pose: Pose) -> None:
        """Let the body's decoder work while other things are done; `finish_body` comes next."""
        self._body.wait()
        self._body_values[0] = pose[BODY]
        self._body.start_async()

    def finish_body(self) -> None:
        """Wait for the decoder, and take what it found."""
        self._body.wait()
        shift, keep, added = (self._body.get_output_tensor(index).data for index in range(3))
        cv2.resize(shift, self._size, self._map)
        cv2.scaleAdd(self._map, SCALE, self._places, self._map)
        cv2.resize(keep, self._size, self._kept)
        cv2.merge([self._kept] * 4, self._keep)
        cv2.resize(added, self._size, self._added)

    def frame(self) -> Frame:
        """The frame of the last face and body; a new one."""
        warped = cv2.remap(
            self._paste.large, self._map, None, cv2.INTER_LINEAR, self._warped, borderMode=cv2.BORDER_REPLICATE
        )
        cv2.multiply(warped, self._keep, warped, 1 / 255)
        shown = cv2.addWeighted(warped, 1, self._added, ADDED_STEP, -ADDED_ZERO * ADDED_STEP, warped)
        frame = blank()
        cv2.cvtColor(shown, cv2.COLOR_mRGBA2RGBA, frame[self._box.slices])
        return frame


class _Paste:
    """The premultiplied picture at twice its size, into which faces are put."""

    def __init__(self, picture: Frame, box: Box, crispness: float) -> None:
        self._box = box.moved(FACE_LEFT, FACE_TOP)
        self._around = Box(
            self._box.left - BORDER, self._box.top - BORDER, self._box.width + 2 * BORDER, self._box.height + 2 * BORDER
        )
        self._alpha = cv2.merge([np.ascontiguousarray(picture[self._box.slices][..., 3])] * 3)
        self._opaque = bool((self._alpha == 255).all())
        self._picture = cv2.cvtColor(picture, cv2.COLOR_RGBA2mRGBA)
        self._crispness = crispness
        self.large = doubled(self._picture, crispness)

    def face(self) -> Frame:
        """The face's crop with the last face in it, straight alpha."""
        crop = self._picture[Box(FACE_LEFT, FACE_TOP, FACE_SIZE, FACE_SIZE).slices]
        return np.asarray(cv2.cvtColor(crop, cv2.COLOR_mRGBA2RGBA), np.uint8)

    def __call__(self, face: NDArray[np.uint8]) -> None:
        """Put `face`, (rows, columns, 3) straight colour, into its box."""
        shown = face if self._opaque else cv2.multiply(face, self._alpha, scale=1 / 255)
        self._picture[self._box.slices][..., :3] = shown
        large = doubled(self._picture[self._around.slices], self._crispness)
        edge = BORDER // 2 * SCALE
        inner = slice(self._around.top * SCALE + edge, self._around.bottom * SCALE - edge)
        across = slice(self._around.left * SCALE + edge, self._around.right * SCALE - edge)
        self.large[inner, across] = large[edge:-edge, edge:-edge]


def doubled(picture: Frame, crispness: float = 0.0) -> Frame:
    """`picture`, premultiplied, with a sample between each two.

    Without crispness its own pixels stay what they are; with it, differences between neighbours grow (an unsharp mask
    of three pixels, in each direction), by as much as warping will take from them.
    """
    taps = _crisp(OWN, crispness), _crisp(BETWEEN, crispness)
    large = np.empty((picture.shape[0] * SCALE, picture.shape[1] * SCALE, 4), np.uint8)
    whole = np.ascontiguousarray(picture)
    pixels = large.view(np.uint32)[..., 0]
    for down, right in ((0, 0), (0, 1), (1, 0), (1, 1)):
        across, along = taps[right], taps[down]
        filtered = cv2.sepFilter2D(whole, -1, across, along, anchor=((len(across) - 1) // 2, (len(along) - 1) // 2))
        pixels[down::SCALE, right::SCALE] = filtered.view(np.uint32)[..., 0]
    most = cv2.cvtColor(cv2.extractChannel(large, 3), cv2.COLOR_GRAY2RGBA)  # numpy's minimum takes thirty times as long
    return np.asarray(cv2.min(large, most, large), np.uint8)


def _crisp(taps: NDArray[np.floating], crispness: float) -> NDArray[np.floating]:
    sharpen = np.array([-crispness, 1 + 2 * crispness, -crispness], np.float32)
    return np.convolve(taps, sharpen)


def _input(request: ov.InferRequest, count: int) -> NDArray[np.float32]:
    values = np.zeros((1, count), np.float32)
    request.set_input_tensor(ov.Tensor(values, shared_memory=True))
    return values
