"""The puppet as an engine: plays what `vtube bake` made of the picture, without torch and without THA3's weights."""

from __future__ import annotations

import os

import numpy as np

from vtube.avatar.engines.request import Request
from vtube.avatar.engines.stepped import SteppedRenderer
from vtube.avatar.puppet.drawing import doubled
from vtube.avatar.puppet.file import Puppet, find
from vtube.avatar.puppet.player import Player
from vtube.errors import EngineError, ModelError
from vtube.frame import WHOLE, Frame, View, drawn
from vtube.paths import is_file
from vtube.pose import BODY, Pose

PRECISIONS = {"auto": "auto", "float32": "f32", "bfloat16": "bf16"}


def drawing_threads(wanted: int) -> int:
    """How many threads draw a large frame; 0 wants two where there are so many processors."""
    return wanted or min(2, os.cpu_count() or 1)


class PuppetRenderer(SteppedRenderer):
    """One character, if it has been baked.

    The body's decoder works beside the face; one after the other, on one thread, while steps are being measured.
    """

    name = "puppet"

    def __init__(self, request: Request) -> None:
        """Read the puppet and compile its decoders; a fraction of a second.

        Raises:
            EngineError: there is no puppet of this picture, or the precision is not to be had.
        """
        super().__init__()
        if request.precision not in PRECISIONS:
            raise EngineError(f"the puppet runs in float32 or bfloat16, not in {request.precision}")
        puppet = request.puppet or _opened(request)
        self._player = Player(
            puppet,
            request.character.frame,
            PRECISIONS[request.precision],
            _drawing(request),
            drawing_threads(request.threads),
        )
        self._view, self._lazily = WHOLE, False
        self.detail = self._player.detail
        self._known: Pose | None = None
        self._pose: Pose = np.zeros(0, np.float32)
        self._begun = False

    def render(self, pose: Pose) -> Frame:
        """Draw `pose`, 512 x 512.

        Raises:
            EngineError: the renderer is closed.
        """
        return self.render_view(pose, WHOLE)

    def render_view(self, pose: Pose, view: View) -> Frame:
        """Draw `pose` as `view` shows it, from the drawing itself where that is larger than the picture.

        Raises:
            EngineError: the renderer is closed.
        """
        return drawn(self._shown(pose, view))

    def render_lazily(self, pose: Pose, view: View) -> Frame:
        """The same, but the pixels of a large frame are drawn only when somebody asks for them.

        Raises:
            EngineError: the renderer is closed.
        """
        self._lazily = True
        try:
            return self._shown(pose, view)
        finally:
            self._lazily = False

    def _shown(self, pose: Pose, view: View) -> Frame:
        last = self._last
        if view != self._view:
            self._view = view
            if last is not None and np.array_equal(last[0], pose):
                self._last = last[0], self._player.frame(view, self._lazily)
                return self._last[1]
        return super().render(pose)

    def face(self, pose: Pose) -> Frame:
        """The 192 x 192 face (rows from 32, columns from 160) of `pose`, with head and body as drawn."""
        self._last = None
        self._player.face(pose)
        return self._player.shown_face()

    def _take(self, pose: Pose) -> None:
        self._pose = pose
        self._begun = self.observe is None and self._moved()
        if self._begun:
            self._player.begin_body(pose)

    def _eyebrows(self) -> None:
        """Drawn together with the rest of the face."""

    def _face(self) -> None:
        self._player.face(self._pose)

    def _body(self) -> Frame:
        if self._moved():
            if not self._begun:
                self._player.begin_body(self._pose)
            self._player.finish_body()
            self._known = self._pose[BODY].copy()
        return self._player.frame(self._view, self._lazily)

    def _moved(self) -> bool:
        return self._known is None or not np.array_equal(self._known, self._pose[BODY])

    def _release(self) -> None:
        self.__dict__.pop("_player").close()


def _drawing(request: Request) -> Frame:
    """The picture at the largest size there is: as it was drawn, or doubled when its puppet was made."""
    character = request.character
    larger = len(character.source) > len(character.frame)
    kept = None if larger else doubled(character.frame, request.puppet_path)
    return character.source if kept is None else kept


def _opened(request: Request) -> Puppet:
    try:
        return find(request.character.digest, request.weights, request.models)
    except ModelError as error:
        if is_file(request.puppet_path):
            raise EngineError(str(error)) from None
        raise EngineError("this picture has no puppet yet; `vtube bake PICTURE` makes one in some minutes") from None
