"""Pictures that lie behind or over the character: upright, in 8 bits, and bounded before they are decoded."""

from __future__ import annotations

from pathlib import Path

from PIL import Image, ImageOps

from vtube.errors import UNREADABLE, SettingsError
from vtube.frame import Frame, rgba
from vtube.paths import plain_file
from vtube.text import first_line

MAX_PIXELS = 64_000_000
FORMATS = ("PNG", "JPEG", "WEBP", "BMP", "GIF", "TIFF", "AVIF")
"""None of those that another program would have to read (EPS); an older Pillow lacks AVIF."""


def read_picture(path: Path, role: str, known: str = "") -> Frame:
    """The first picture in the file `path`, shape (height, width, 4), as its camera data says it is held.

    Args:
        path: the file.
        role: what it is for, such as `background`; errors begin with it.
        known: what else the user may have meant where there is no such file.

    Raises:
        SettingsError: it does not exist, is too large or cannot be read.
    """
    Image.init()
    try:
        with Image.open(plain_file(path), formats=[kind for kind in FORMATS if kind in Image.OPEN]) as picture:
            if picture.width * picture.height > MAX_PIXELS:
                raise _too_large(path, role)
            return rgba(ImageOps.exif_transpose(picture))
    except FileNotFoundError:
        raise SettingsError(f"the {role} {path} does not exist{known and '; ' + known}") from None
    except Image.DecompressionBombError:
        raise _too_large(path, role) from None
    except UNREADABLE as error:
        raise SettingsError(f"the {role} {path} cannot be read as a picture: {_reason(error)}") from None


def _reason(error: BaseException) -> str:
    return first_line((error.strerror if isinstance(error, OSError) else None) or error)


def _too_large(path: Path, role: str) -> SettingsError:
    return SettingsError(f"the {role} {path} is too large; use at most {MAX_PIXELS:,} pixels")
