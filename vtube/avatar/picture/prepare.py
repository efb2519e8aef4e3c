"""From a picture to a character, in one row of steps: read, cut out, find the head, judge, fit, check.

Every file takes the same way; what a step has nothing to do for, it leaves as it is, bit by bit.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from PIL import Image

from vtube.avatar.picture.character import Character, Note
from vtube.avatar.picture.check import check
from vtube.avatar.picture.cutout import OPAQUE_NOTE, cut_out
from vtube.avatar.picture.decode import Decoded, decode
from vtube.avatar.picture.drawing import drawing_of, larger_file
from vtube.avatar.picture.head import Head
from vtube.avatar.picture.judge import NO_FACE, Judge, Located
from vtube.avatar.picture.matting import with_network
from vtube.avatar.picture.named import meant
from vtube.avatar.picture.original import faults
from vtube.avatar.picture.silhouette import OPAQUE
from vtube.avatar.picture.template import NO_HEAD, Fitted, is_head_off, is_in_place, moved, scaled
from vtube.errors import PictureError
from vtube.frame import SIZE, Frame

LARGEST = 4096
"""Longer side of a picture that is worked on; larger ones are made smaller first, pixels."""

OF_A_HEAD = {"no-head", "no-eyes", "head-off", "hand"}
"""Notes that say nothing where it is not certain which part of the picture is the head."""

MOVED = {"fitted", "head-off"}
"""Notes after which it matters how the head was found."""


@dataclass(frozen=True, eq=False)
class _Figure:
    """What was cut out of a picture, where its head is, and what is to be said so far."""

    cut: Frame
    located: Located
    notes: tuple[Note, ...]
    scale: float = 1.0
    """How large it is against the picture that was read."""

    @property
    def found(self) -> Head | None:
        """The head, in pixels of the picture that was read."""
        head = self.located.head
        return head if head is None or self.scale == 1 else _scaled_head(head, 1 / self.scale)

    @property
    def is_cut(self) -> bool:
        """Whether no background is left."""
        return all(note.code != OPAQUE_NOTE for note in self.notes)


def prepare(source: Path | bytes, name: str | None = None, head: Head | None = None) -> Character:
    """Read a character from a file or from its bytes.

    A plain background is taken away, another size is scaled, and when the head then lies outside the template's box,
    the figure is moved into it. A picture that meets the template is used bit by bit. Beside a file of 512 x 512,
    `NAME.large.png` or `.webp` holds the same drawing at a larger size.

    Args:
        source: the file, or what it holds.
        name: how the user knows the picture; by default the file's name.
        head: where the user says the head is, in pixels of the picture; else it is searched for.

    Raises:
        PictureError: not a picture, damaged, too large, nothing in it is visible, or `head` lies outside it.
    """
    source = meant(source) if isinstance(source, Path) else source
    decoded, judge = decode(source), Judge()
    figure = _figure(judge, decoded, head)
    character = _checked(judge, figure, _fitted(figure), name or _name(source))
    if isinstance(source, Path) and character.frame is decoded.pixels:
        return replace(character, source=larger_file(source, decoded.pixels))
    return character


def refit(decoded: Decoded, name: str, head: Head | None = None) -> Character:
    """Take a plain background away, and scale and move the figure so that its head fills the template's box.

    `head`: where the user says it is, in pixels of the picture.

    Raises:
        PictureError: nothing visible, a background that cannot be removed, no head to be found.
    """
    judge = Judge()
    figure = _figure(judge, decoded, head)
    cut, located = figure.cut, figure.located
    for note in figure.notes:
        if note.code == OPAQUE_NOTE:
            raise PictureError(note.text.removesuffix("."))
    if located.head is None:
        raise PictureError(NO_HEAD, "picture.head")
    if not located.may_move:
        return _checked(judge, figure, scaled(cut, located.head), name)
    if cut.shape[:2] == (SIZE, SIZE) and is_in_place(located.head):
        notes = (*figure.notes, Note("in-place", "done", "the head is in place already"))
        return _checked(judge, replace(figure, notes=notes), Fitted(cut, located.head), name)
    return _checked(judge, figure, moved(cut, located.head), name)


def _figure(judge: Judge, decoded: Decoded, head: Head | None) -> _Figure:
    """The figure of a picture, judged before it is fitted."""
    pixels, scale = _reduced(decoded.pixels)
    if head is not None and scale < 1:
        head = _scaled_head(head, scale)
    cut = with_network(pixels, cut_out(pixels, decoded.lossy))
    located = judge.locate(cut.frame, head)
    notes = faults(cut.frame, located.head)
    if any(note.code == OPAQUE_NOTE for note in cut.notes):
        notes = [note for note in notes if note.code != "card"]  # which says the same
    return _Figure(cut.frame, located, (*decoded.notes, *cut.notes, *notes), scale)


def _scaled_head(head: Head, scale: float) -> Head:
    return Head(head.x * scale, head.y * scale, head.size * scale, head.by_eyes)


def _reduced(pixels: Frame) -> tuple[Frame, float]:
    """The picture at a size that can be worked on, and its scale."""
    height, width = pixels.shape[:2]
    scale = min(1.0, LARGEST / max(width, height))
    if scale == 1.0:
        return pixels, scale
    size = max(1, round(width * scale)), max(1, round(height * scale))
    small = Image.fromarray(pixels).resize(size, Image.Resampling.LANCZOS, reducing_gap=2.0)
    return np.ascontiguousarray(np.asarray(small)), scale


def _fitted(figure: _Figure) -> Fitted:
    located = figure.located
    whole = scaled(figure.cut, located.head)
    if located.head is None or whole.head is None or not located.may_move:
        return whole
    in_place = is_in_place(whole.head) if located.is_given else not is_head_off(whole.head)
    if in_place or not figure.is_cut:
        return whole
    return moved(figure.cut, located.head)


def _checked(judge: Judge, figure: _Figure, fitted: Fitted, name: str) -> Character:
    if not (fitted.frame[..., 3] >= OPAQUE).any():
        raise PictureError("nothing of the figure would be in the frame with its head there")
    located, found = figure.located, check(fitted.frame, fitted.head)
    if not located.may_move:
        found = [note for note in found if note.code not in OF_A_HEAD]
    drawing = drawing_of(figure.cut, fitted.placement, fitted.frame)
    about_head = located.notes if {note.code for note in (*fitted.notes, *found)} & MOVED else located.warnings
    told = [*figure.notes, *about_head, *fitted.notes, *found]
    if NO_FACE not in {note.code for note in told}:
        told += judge.promise(fitted.frame)
    return Character(fitted.frame, name, drawing, _each_once(told), fitted.head, figure.found)


def _each_once(notes: Iterable[Note]) -> tuple[Note, ...]:
    """The first note of each kind: what is seen in the original is not told again of the result."""
    kept: dict[str, Note] = {}
    for note in notes:
        kept.setdefault(note.code, note)
    return tuple(kept.values())


def _name(source: Path | bytes) -> str:
    return source.name if isinstance(source, Path) else "the picture"
