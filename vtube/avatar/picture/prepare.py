"""From a picture to a character, in one row of steps: read, cut out, find the head, fit, check."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from vtube.avatar.picture.character import Character, Note
from vtube.avatar.picture.check import check, is_opaque
from vtube.avatar.picture.cutout import without_background
from vtube.avatar.picture.decode import Decoded, decode
from vtube.avatar.picture.drawing import drawing_of, larger_file
from vtube.avatar.picture.head import Head, find_head
from vtube.avatar.picture.template import NO_HEAD, Fitted, is_head_off, is_in_place, moved, scaled
from vtube.errors import PictureError
from vtube.frame import SIZE, Frame


def prepare(source: Path | bytes, name: str | None = None) -> Character:
    """Read a character from a file or from its bytes.

    512 x 512 RGBA is used bit by bit. Everything else is prepared: a plain background is taken away, another size
    is scaled, and when the head then lies outside the template's box, the figure is moved into it. Beside a file of
    512 x 512, `NAME.large.png` or `.webp` holds the same drawing at a larger size.

    Args:
        source: the file, or what it holds.
        name: how the user knows the picture; by default the file's name.

    Raises:
        PictureError: not a picture, damaged, too large.
    """
    decoded = decode(source)
    cut, name = decoded.pixels, name or _name(source)
    if decoded.as_stored and cut.shape == (SIZE, SIZE, 4):
        character = _checked(cut, Fitted(cut, find_head(cut)), decoded.notes, name)
        return replace(character, source=larger_file(source, cut)) if isinstance(source, Path) else character
    cut, how = _cut_out(cut)
    return _checked(cut, _fitted(cut, find_head(cut)), (*decoded.notes, *how), name)


def refit(decoded: Decoded, name: str) -> Character:
    """Take a plain background away, and scale and move the figure so that its head fills the template's box.

    Raises:
        PictureError: nothing visible, a background that cannot be removed, no head to be found.
    """
    cut, notes = decoded.pixels, decoded.notes
    if is_opaque(cut[..., 3]):
        cut = without_background(cut)
        notes = (*notes, Note("cut-out", "done", "took the plain background away"))
    head = find_head(cut)
    if head is None:
        raise PictureError(NO_HEAD)
    if cut.shape[:2] == (SIZE, SIZE) and is_in_place(head):
        return _checked(
            cut, Fitted(cut, head), (*notes, Note("in-place", "done", "the head is in place already")), name
        )
    return _checked(cut, moved(cut, head), notes, name)


def _fitted(cut: Frame, head: Head | None) -> Fitted:
    whole = scaled(cut, head)
    in_place = head is None or whole.head is None or not is_head_off(whole.head)
    if head is None or in_place or is_opaque(cut[..., 3]):
        return whole
    return moved(cut, head)


def _checked(source: Frame, fitted: Fitted, notes: tuple[Note, ...], name: str) -> Character:
    found = check(fitted.frame, fitted.head)
    drawing = drawing_of(source, fitted.placement, fitted.frame)
    return Character(fitted.frame, name, drawing, (*notes, *fitted.notes, *found), fitted.head)


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
