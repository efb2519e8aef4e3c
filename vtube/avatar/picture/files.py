"""`vtube character check` and `fit`, without the printing."""

from __future__ import annotations

import os
import uuid
from pathlib import Path

from PIL import Image

from vtube.avatar.picture import template
from vtube.avatar.picture.decode import decode
from vtube.avatar.picture.prepare import load_picture
from vtube.errors import PictureError
from vtube.frame import Frame


def check_picture(path: Path) -> tuple[bool, list[str]]:
    """What the program would do to a picture and what is wrong with the result; True without problems.

    Raises:
        PictureError: not a picture, damaged, too large.
    """
    picture = load_picture(path)
    findings = template.check(picture.frame)
    lines = [f"done when loading: {note}" for note in picture.notes]
    lines += [f"{finding.level}: {finding.text}" for finding in findings]
    good = all(finding.level != "problem" for finding in findings)
    return good, [*lines, f"{path.name} is ready for use."] if good else lines


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
    decoded = decode(path)
    frame, notes = template.fit(decoded.pixels)
    _save(frame, out)
    findings = [f"{finding.level}: {finding.text}" for finding in template.check(frame)]
    return [*decoded.notes, *notes, *findings, f"wrote {out}"]


def _save(frame: Frame, out: Path) -> None:
    temporary = out.with_name(f".{out.name}.{uuid.uuid4().hex}.tmp")
    try:
        Image.fromarray(frame).save(temporary, "PNG")
        os.replace(temporary, out)
    except OSError as error:
        raise PictureError(f"cannot write {out}: {error.strerror or error}") from None
    finally:
        temporary.unlink(missing_ok=True)
