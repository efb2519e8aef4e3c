"""`vtube character check` and `fit`, without the printing."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PIL import Image
from PIL.PngImagePlugin import PngInfo

from vtube.avatar.picture.character import Note
from vtube.avatar.picture.decode import decode
from vtube.avatar.picture.drawing import ENDINGS
from vtube.avatar.picture.examine import examine
from vtube.avatar.picture.head import Head
from vtube.avatar.picture.named import meant
from vtube.avatar.picture.prepare import refit
from vtube.avatar.picture.promise import SEEN
from vtube.errors import UNREADABLE, PictureError
from vtube.frame import Frame
from vtube.paths import is_folder, is_there, write_whole

MARK = ("Software", "vtube character fit")
"""What a PNG that was written here says of itself."""


def check_picture(path: Path, head: Head | None = None, pictures: Path | None = None) -> tuple[bool, list[str]]:
    """What the program would do to a picture, what is wrong with the result and what was seen to move.

    Args:
        path: the picture.
        head: where its head is, in its pixels; by default it is searched for.
        pictures: a PNG to write with what became of five poses.

    Returns:
        True without problems, and the lines.

    Raises:
        PictureError: not a picture, damaged, too large, or `pictures` cannot be written.
    """
    path = meant(path)
    examined = examine(path, head=head)
    lines = [_line(note) for note in examined.notes if note.code != SEEN]
    lines += [note.text for note in examined.notes if note.code == SEEN]
    if pictures is not None:
        _write_or_explain(lambda: examined.preview().save(_png(pictures), "PNG"), pictures)
        lines.append(f"wrote {pictures}: look at it")
    return examined.is_fine, [*lines, f"{path.name} is ready for use."] if examined.is_fine else lines


def fit_picture(path: Path, out: Path | None = None, head: Head | None = None) -> list[str]:
    """Write a copy of a picture that meets the template, by default beside it as `NAME_fit.png`.

    Raises:
        PictureError: the picture cannot be read or fitted, or `out` cannot be written, or is a file of another origin.
    """
    path = meant(path)
    out = out or path.with_name(f"{path.stem}_fit.png")
    large = _png(out).with_name(out.stem + ENDINGS[0])
    if is_there(out) and is_there(path) and out.samefile(path):
        raise PictureError(f"{out} is the picture itself; name another file")
    _check_own(out)
    _check_own(large)
    character = refit(decode(path), path.name, head)
    wrote = [f"wrote {out}"]
    _write_or_explain(lambda: _write(character.frame, out), out)
    if character.source is not character.frame:
        _write_or_explain(lambda: _write(character.source, large), large)
        wrote.append(f"wrote {large}, the same at {len(character.source)} pixels; keep it beside the other")
    return [*(note.text if note.severity == "done" else _line(note) for note in character.notes), *wrote]


def _png(path: Path) -> Path:
    if path.suffix.lower() != ".png":
        raise PictureError(f"{path.name} should end in .png, which keeps the transparency")
    return path


def _write_or_explain(write: Callable[[], object], path: Path) -> None:
    if not is_folder(path.parent):
        raise PictureError(f"cannot write {path}: there is no such folder")
    try:
        write()
    except OSError as error:
        raise PictureError(f"cannot write {path}: {error.strerror or error}") from None


def _write(frame: Frame, path: Path) -> None:
    mark = PngInfo()
    mark.add_text(*MARK)
    write_whole(path, lambda part: Image.fromarray(frame).save(part, "PNG", pnginfo=mark))


def _check_own(path: Path) -> None:
    """Refuse to write over what `fit` did not write."""
    if not is_there(path):
        return
    try:
        with Image.open(path, formats=["PNG"]) as image:
            own = image.info.get(MARK[0]) == MARK[1]
    except (*UNREADABLE, Image.DecompressionBombError):
        own = False
    if not own:
        raise PictureError(f"{path} is there already and was not written by `fit`; name another file")


def _line(note: Note) -> str:
    return f"{'done when loading' if note.severity == 'done' else note.severity}: {note.text}"
