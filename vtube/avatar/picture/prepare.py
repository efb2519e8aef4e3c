"""From a picture to a character, in one row of steps: read, cut out, find the head, fit, check."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from vtube.avatar.picture.character import Character, Note
from vtube.avatar.picture.check import check, is_opaque
from vtube.avatar.picture.cutout import without_background
from vtube.avatar.picture.decode import Decoded, decode
from vtube.avatar.picture.drawing import drawing_of, larger_file
from vtube.avatar.picture.head import Head
from vtube.avatar.picture.judge import NO_FACE, Judge, Located
from vtube.avatar.picture.template import NO_HEAD, Fitted, is_head_off, is_in_place, moved, scaled
from vtube.errors import PictureError
from vtube.frame import SIZE, Frame

OF_A_HEAD = {"no-head", "no-eyes", "head-off", "hand"}
"""Notes that say nothing where it is not certain which part of the picture is the head."""

MOVED = {"fitted", "head-off"}
"""Notes after which it matters how the head was found."""


def prepare(source: Path | bytes, name: str | None = None, head: Head | None = None) -> Character:
    """Read a character from a file or from its bytes.

    512 x 512 RGBA is used bit by bit. Everything else is prepared: a plain background is taken away, another size
    is scaled, and when the head then lies outside the template's box, the figure is moved into it. Beside a file of
    512 x 512, `NAME.large.png` or `.webp` holds the same drawing at a larger size.

    Args:
        source: the file, or what it holds.
        name: how the user knows the picture; by default the file's name.
        head: where the user says the head is, in pixels of the picture; else it is searched for.

    Raises:
        PictureError: not a picture, damaged, too large, or `head` lies outside it.
    """
    decoded, judge = decode(source), Judge()
    cut, name = decoded.pixels, name or _name(source)
    if decoded.as_stored and cut.shape == (SIZE, SIZE, 4) and head is None:
        located = judge.locate(cut)
        character = _checked(judge, cut, Fitted(cut, located.head), located, decoded.notes, name)
        return replace(character, source=larger_file(source, cut)) if isinstance(source, Path) else character
    cut, how = _cut_out(cut)
    located = judge.locate(cut, head)
    return _checked(judge, cut, _fitted(cut, located), located, (*decoded.notes, *how), name)


def refit(decoded: Decoded, name: str, head: Head | None = None) -> Character:
    """Take a plain background away, and scale and move the figure so that its head fills the template's box.

    `head`: where the user says it is, in pixels of the picture.

    Raises:
        PictureError: nothing visible, a background that cannot be removed, no head to be found.
    """
    cut, notes, judge = decoded.pixels, decoded.notes, Judge()
    if is_opaque(cut[..., 3]):
        cut = without_background(cut)
        notes = (*notes, Note("cut-out", "done", "took the plain background away"))
    located = judge.locate(cut, head)
    if located.head is None:
        raise PictureError(NO_HEAD)
    if not located.may_move:
        return _checked(judge, cut, scaled(cut, located.head), located, notes, name)
    if cut.shape[:2] == (SIZE, SIZE) and is_in_place(located.head):
        notes = (*notes, Note("in-place", "done", "the head is in place already"))
        return _checked(judge, cut, Fitted(cut, located.head), located, notes, name)
    return _checked(judge, cut, moved(cut, located.head), located, notes, name)


def _fitted(cut: Frame, located: Located) -> Fitted:
    whole = scaled(cut, located.head)
    if located.head is None or whole.head is None or not located.may_move:
        return whole
    in_place = is_in_place(whole.head) if located.is_given else not is_head_off(whole.head)
    if in_place or is_opaque(cut[..., 3]):
        return whole
    return moved(cut, located.head)


def _checked(
    judge: Judge, source: Frame, fitted: Fitted, located: Located, notes: tuple[Note, ...], name: str
) -> Character:
    found = check(fitted.frame, fitted.head)
    if not located.may_move:
        found = [note for note in found if note.code not in OF_A_HEAD]
    drawing = drawing_of(source, fitted.placement, fitted.frame)
    about_head = located.notes if {note.code for note in (*fitted.notes, *found)} & MOVED else located.warnings
    told = [*notes, *about_head, *fitted.notes, *found]
    if NO_FACE not in {note.code for note in told}:
        told += judge.promise(fitted.frame)
    return Character(fitted.frame, name, drawing, tuple(told), fitted.head, located.head)


def _cut_out(picture: Frame) -> tuple[Frame, tuple[Note, ...]]:
    if not is_opaque(picture[..., 3]):
        return picture, ()
    try:
        cut = without_background(picture)
    except PictureError as error:
        return picture, (Note("not-cut-out", "done", f"the picture has no transparency, and {error}"),)
    return cut, (Note("cut-out", "done", "the picture has no transparency: took the plain background away"),)


def _name(source: Path | bytes) -> str:
    return source.name if isinstance(source, Path) else "the picture"
