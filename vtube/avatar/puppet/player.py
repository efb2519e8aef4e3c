"""Playing a puppet: two small decoders, one warp. No torch, no THA3.

One thread does it all; the body's decoder can work beside the face, in a thread of its own, and large frames can be
drawn by two.

Everything is premultiplied, 8 bits, sRGB, as it is shown, until the last step. The warp reads from a canvas of twice
the frame's size, so that bilinear sampling keeps it sharp: the doubled picture for a frame of its size, the drawing
itself for a larger one. A frame in which the character is smaller is drawn larger and averaged (`small.py`).
"""

from __future__ import annotations

import cv2
import numpy as np
import openvino as ov
from numpy.typing import NDArray

from vtube.avatar.enlarge import enlarge
from vtube.avatar.pool import FramePool
from vtube.avatar.puppet.canvas import Canvas, Doubled, Drawn, crisp, with_face
from vtube.avatar.puppet.decoder import body_model, compiled, face_model
from vtube.avatar.puppet.decoder_check import trusted
from vtube.avatar.puppet.file import Puppet
from vtube.avatar.puppet.layout import CROP
from vtube.avatar.puppet.small import Averaged
from vtube.avatar.puppet.warp import Warp
from vtube.frame import SIZE, WHOLE, Frame, View, undrawn, with_recipe
from vtube.pose import BODY, Pose

LARGER = 1.01
"""The scale of a view from which on the drawing itself is shown."""
FINE, ENOUGH = 2.0, 1.7
"""Pixels of a canvas for one of the frame: what is aimed at, and with what an old canvas is kept."""
MOST = 4
"""Times `SIZE`, to which a smaller drawing is enlarged for that: reading between its own pixels would soften it."""


class Player:
    """Draws one puppet; `face` and `body` do what changed, `frame` puts it together."""

    def __init__(
        self, puppet: Puppet, picture: Frame, precision: str = "auto", drawing: Frame | None = None, threads: int = 1
    ) -> None:
        """Compile the decoders.

        Args:
            puppet: what is played.
            picture: the puppet's, 512 x 512.
            precision: f32, bf16 or auto.
            drawing: the same picture at `SIZE` · k pixels a side, for larger frames.
            threads: 2 lets a second thread draw half of a frame.
        """
        models = face_model(puppet.face, puppet.face_shape, puppet.neutral), body_model(puppet.body, puppet.body_shape)
        (self._face, self._body), precision = compiled(models, trusted(precision))
        self.detail = f"{'bfloat16' if precision == 'bf16' else 'float32'} on CPU"
        self._face_values = _input(self._face, 39)
        self._body_values = _input(self._body, 6)
        self._puppet, self._picture = puppet, picture
        self._drawing = _fine(picture if drawing is None else drawing, puppet.crispness)
        self._canvas: Canvas = Doubled(picture, puppet.face_box, puppet.crispness)
        self._warp = Warp(picture, puppet.figure_box, threads)
        self._pool, self._large = FramePool(), FramePool()
        self._drawn_face: NDArray[np.uint8] | None = None

    def face(self, pose: Pose) -> None:
        """Draw brows, lids, irises and mouth onto the picture."""
        self._face_values[0] = pose[: BODY.start]
        self._face.start_async()  # infer() would not let the body's decoder work at the same time
        self._face.wait()
        self._drawn_face = self._face.get_output_tensor(0).data
        self._canvas.show(self._drawn_face)

    @property
    def decoded_face(self) -> NDArray[np.uint8] | None:
        """What the decoder made of the last face, at the puppet's detail; see `decoder.face_model`."""
        return self._drawn_face

    @property
    def shifts(self) -> NDArray[np.float32]:
        """(128, 128, 2): how far right and down each cell of the figure's box reads, pixels of 512."""
        return np.array(self._body.get_output_tensor(0).data)

    def shown_face(self) -> Frame:
        """The 192 x 192 face as it was drawn last, before head and body move it."""
        crop = cv2.cvtColor(self._picture[CROP.slices], cv2.COLOR_RGBA2mRGBA)
        if self._drawn_face is not None:
            part = crop[self._puppet.face_box.slices]
            part[:] = with_face(part, self._drawn_face)
        return np.asarray(cv2.cvtColor(crop, cv2.COLOR_mRGBA2RGBA), np.uint8)

    def body(self, pose: Pose) -> None:
        """Find from where every pixel comes."""
        self.begin_body(pose)
        self.finish_body()

    def begin_body(self, pose: Pose) -> None:
        """Let the body's decoder work while other things are done; `finish_body` comes next."""
        self._body.wait()
        self._body_values[0] = pose[BODY]
        self._body.start_async()

    def finish_body(self) -> None:
        """Wait for the decoder."""
        self._body.wait()

    def frame(self, view: View = WHOLE, lazily: bool = False) -> Frame:
        """The frame of the last face and body as `view` shows it; its memory is used again when nobody has it.

        `lazily`: a large frame's pixels are drawn only when somebody asks for them.
        """
        shift = self._body.get_output_tensor(0).data
        frame = self._pool.take(view.width, view.height)
        if (averaged := Averaged.of(view)) is not None:
            self._use_canvas(averaged.view.scale)
            large = self._large.take(averaged.view.width, averaged.view.height)
            self._warp.draw(self._canvas, shift, averaged.view, large)
            averaged.put(large, frame)
            return frame
        self._use_canvas(view.scale)
        later = self._warp.later(self._canvas, shift, view) if lazily else None
        if later is not None:
            return undrawn(frame, *later)
        recipe = self._warp.draw(self._canvas, shift, view, frame)
        return frame if recipe is None else with_recipe(frame, recipe)

    def close(self) -> None:
        """End what helps to draw."""
        self._warp.close()

    def _use_canvas(self, scale: float) -> None:
        """Have the canvas that is right for this scale, with the present face in it."""
        own = len(self._drawing) // SIZE
        wanted = 0 if scale < LARGER or own < FINE else min(own, int(np.ceil(FINE * scale)))
        present = self._canvas.scale if isinstance(self._canvas, Drawn) else 0
        if present == wanted or (present and wanted and ENOUGH * scale <= present <= 2 * FINE * scale):
            return
        puppet = self._puppet
        if wanted:
            drawing = _reduced(self._drawing, wanted * SIZE)
            self._canvas = Drawn(drawing, puppet.face_box, puppet.neutral)
        else:
            self._canvas = Doubled(self._picture, puppet.face_box, puppet.crispness)
        if self._drawn_face is not None:
            self._canvas.show(self._drawn_face)


def _fine(drawing: Frame, crispness: float) -> Frame:
    """The drawing; one between `FINE` and `MOST` times `SIZE` enlarged to that, as crisp as `canvas.doubled` makes it.

    It takes a tenth of a second: done while the puppet is loaded, and not between two frames.
    """
    if not FINE <= len(drawing) / SIZE < MOST:
        return drawing
    large = crisp(cv2.cvtColor(enlarge(drawing, MOST * SIZE), cv2.COLOR_RGBA2mRGBA), crispness)
    return np.asarray(cv2.cvtColor(large, cv2.COLOR_mRGBA2RGBA), np.uint8)


def _reduced(drawing: Frame, size: int) -> Frame:
    """`drawing` at `size` pixels a side, which are no more than it has."""
    if len(drawing) == size:
        return drawing
    shown = cv2.cvtColor(drawing, cv2.COLOR_RGBA2mRGBA)
    smaller = cv2.resize(shown, (size, size), interpolation=cv2.INTER_AREA)
    return np.asarray(cv2.cvtColor(smaller, cv2.COLOR_mRGBA2RGBA), np.uint8)


def _input(request: ov.InferRequest, count: int) -> NDArray[np.float32]:
    values = np.zeros((1, count), np.float32)
    request.set_input_tensor(ov.Tensor(values, shared_memory=True))
    return values
