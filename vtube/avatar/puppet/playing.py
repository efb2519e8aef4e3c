"""A puppet as its bake looks at it: frames, faces at their own detail, shifts."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from vtube.avatar.puppet import evaluate
from vtube.avatar.puppet.file import Puppet
from vtube.avatar.puppet.fine_faces import FineFaces
from vtube.avatar.puppet.player import Player
from vtube.frame import Frame
from vtube.pose import Pose


class Playing:
    """A puppet that is to be compared with the exact renderer."""

    def __init__(self, puppet: Puppet, picture: Frame, fine: FineFaces | None = None) -> None:
        self._player = Player(puppet, picture)
        self.closer = Closer(self, self._player, puppet, fine)

    def render(self, pose: Pose) -> Frame:
        """The frame, 512 x 512."""
        self._player.face(pose)
        self._player.body(pose)
        return self._player.frame()

    def face(self, pose: Pose) -> Frame:
        """The 192 x 192 face before head and body move it."""
        self._player.face(pose)
        return self._player.shown_face()


class Closer:
    """What the bake knows of its own puppet and others do not."""

    def __init__(self, playing: Playing, player: Player, puppet: Puppet, fine: FineFaces | None) -> None:
        self._playing, self._player, self._box, self._fine = playing, player, puppet.figure_box, fine
        self.is_fine = fine is not None

    def face(self, pose: Pose, exact: Frame) -> tuple[float, float]:
        """See `evaluate.Closer`."""
        shown = self._playing.face(pose)
        layer = self._player.decoded_face
        if self._fine is None or layer is None:
            return evaluate.psnr(shown, exact), 0.0
        fine, wanted = self._fine.with_layer(layer), self._fine.wanted(exact)
        face = self._fine.with_layer(wanted)
        return evaluate.psnr(fine, face), self._fine.ghosts(fine, face, wanted[..., 3])

    def waviness_px(self, exact: NDArray[np.float32], alpha: NDArray[np.uint8]) -> float:
        """See `evaluate.Quality`."""
        return evaluate.waviness_px(self._player.shifts, exact, self._box, alpha)
