"""Where the head of a picture is, and whether its face works, by the best means that this computer has.

With the networks' weights at hand, they are asked (`search.py`); without them, the outline is (`head.py`). Nothing is
fetched for it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Generic, TypeVar

import numpy as np

from vtube.avatar.picture.character import Note, frame_digest
from vtube.avatar.picture.head import HEAD_FORM, Head, find_head
from vtube.avatar.picture.promise import broken
from vtube.avatar.picture.response import CLOSE_LOOK, Response, respond
from vtube.avatar.picture.search import FACE, POSSIBLE, Found, Morpher, search
from vtube.avatar.weights.files import installed_files
from vtube.errors import PictureError
from vtube.frame import Frame

T = TypeVar("T")

VARIANT = "separable_float"
FACE_TOP, FACE_LEFT = 32, 160
"""Where the networks look for a face in the frame."""
REMEMBERED = 16
"""How many pictures' results are kept, for the next time they are prepared."""

NO_FACE = "no-face"
HEAD_HINT = "`--head X,Y,SIZE` says where its head is"


@dataclass(frozen=True)
class Located:
    """A head, if any, and what should be said about it."""

    head: Head | None
    warnings: tuple[Note, ...] = ()
    """What is said in any case."""
    how: tuple[Note, ...] = ()
    """What is said when the head is out of its place."""
    may_move: bool = True
    """Whether the picture may be moved by it."""
    is_given: bool = False
    """Whether the user said so."""

    @property
    def notes(self) -> tuple[Note, ...]:
        """Everything."""
        return self.warnings + self.how


class Judge:
    """Looks at pictures; keeps the network for as long as it lives, and what came out a little longer."""

    def __init__(self, models: Path | None = None) -> None:
        """`models`: the folder of the weights, where not the usual one."""
        self._files = installed_files(VARIANT, models)

    @property
    def can_look(self) -> bool:
        """Whether the weights are here."""
        return self._files is not None

    def locate(self, picture: Frame, given: Head | None = None) -> Located:
        """Where the head is, in pixels of the picture; `given`: where the user says it is.

        Raises:
            PictureError: the given head lies outside the picture.
        """
        if given is not None:
            _check_inside(given, picture)
            return Located(given, (Note("head-given", "done", "took the head to be where you said"),), is_given=True)
        if not self.can_look:
            text = "The networks' weights are not here yet, so the head was found by its outline alone."
            return Located(find_head(picture), how=(Note("head-by-outline", "note", text),))
        found = self._found(picture)
        if found.is_sure or found.head is None:
            return Located(found.head)
        if found.certainty < POSSIBLE:
            text = f"No head can be found: eyes close nowhere in the picture. It was left as it is; {HEAD_HINT}."
            return Located(found.head, (Note(NO_FACE, "problem", text),), may_move=False)
        text = f"It is not certain where the face is, so the picture was left as it is; {HEAD_HINT}."
        return Located(found.head, (Note("head-unsure", "note", text),), may_move=False)

    def promise(self, frame: Frame) -> tuple[Note, ...]:
        """What of a face in the frame does not move; empty when all does, or nobody can look."""
        if not self.can_look or not frame[..., 3].any():
            return ()
        return tuple(broken(self._seen(frame)))

    def _found(self, picture: Frame) -> Found:
        return _FOUND.get(self._network, picture, lambda: search(picture, self._morpher))

    def _seen(self, frame: Frame) -> Response:
        face = np.ascontiguousarray(frame[FACE_TOP : FACE_TOP + FACE, FACE_LEFT : FACE_LEFT + FACE])
        return _SEEN.get(self._network, face, lambda: respond(*self._morpher.morph(face, CLOSE_LOOK)))

    @cached_property
    def _morpher(self) -> Morpher:
        from vtube.avatar.engines.openvino_face import FaceMorpher  # takes a moment to import

        return FaceMorpher(self._network)

    @property
    def _network(self) -> Path:
        assert self._files is not None
        return self._files["face_morpher"]


def _check_inside(head: Head, picture: Frame) -> None:
    height, width = picture.shape[:2]
    if not (0 <= head.x < width and 0 <= head.y < height and 8 <= head.size <= 2 * max(width, height)):
        raise PictureError(f"there is no such head in a picture of {width} x {height} pixels: {HEAD_FORM}")


class _Memory(Generic[T]):
    """The last few results by the picture they are of, and by the file of the network that was asked."""

    def __init__(self) -> None:
        self._results: dict[str, T] = {}

    def get(self, network: Path, picture: Frame, make: Callable[[], T]) -> T:
        key = f"{picture.shape} {frame_digest(picture)} {network.stat().st_mtime_ns} {network}"
        result = self._results.pop(key, None) or make()
        self._results[key] = result
        for old in list(self._results)[:-REMEMBERED]:
            self._results.pop(old, None)
        return result


_FOUND: _Memory[Found] = _Memory()
_SEEN: _Memory[Response] = _Memory()
