"""`vtube character check` and `fit`, without the printing."""

from __future__ import annotations

from pathlib import Path

from PIL import Image

from vtube.avatar.picture.character import Note
from vtube.avatar.picture.decode import decode
from vtube.avatar.picture.drawing import ENDINGS
from vtube.avatar.picture.prepare import prepare, refit
from vtube.errors import PictureError
from vtube.frame import Frame
from vtube.paths import write_whole


def check_picture(path: Path) -> tuple[bool, list[str]]:
    """What the program would do to a picture and what is wrong with the result; True without problems.

    Raises:
        PictureError: not a picture, damaged, too large.
    """
    character = prepare(path)
    lines = [_line(note) for note in character.notes]
    return not character.has_problem, lines if character.has_problem else [*lines, f"{path.name} is ready for use."]


def fit_picture(path: Path, out: Path | None = None) -> list[str]:
    """Write a copy of a picture that meets the template, by default beside it as `NAME_fit.png`.

    Raises:
        PictureError: the picture cannot be read or fitted, or `out` is the picture itself or cannot be written.
    """
    out = out or path.with_name(f"{path.stem}_fit.png")
    if out.suffix.lower() != ".png":
        raise PictureError(f"{out.name} should end in .png, which keeps the transparency")
    if out.exists() and path.exists() and out.samefile(path):
        raise PictureError(f"{out} is the picture itself; name another file")
    character = refit(decode(path), path.name)
    try:
        if not out.parent.is_dir():
            raise PictureError(f"cannot write {out}: there is no such folder")
        _write(character.frame, out)
        wrote = [f"wrote {out}"]
        if character.source is not character.frame:
            large = out.with_name(out.stem + ENDINGS[0])
            _write(character.source, large)
            wrote.append(f"wrote {large}, the same at {len(character.source)} pixels; keep it beside the other")
    except OSError as error:
        raise PictureError(f"cannot write {out}: {error.strerror or error}") from None
    return [*(note.text if note.severity == "done" else _line(note) for note in character.notes), *wrote]


def _write(frame: Frame, path: Path) -> None:
    write_whole(path, lambda part: Image.fromarray(frame).save(part, "PNG"))


def _line(note: Note) -> str:
    return f"{'done when loading' if note.severity == 'done' else note.severity}: {note.text}"
