"""A picture file of any usual kind into RGBA pixels: bounded before it is decoded, colours in sRGB, upright."""

from __future__ import annotations

import io
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, ImageCms, ImageOps, UnidentifiedImageError

from vtube.avatar.picture.character import Note
from vtube.avatar.picture.kinds import unreadable
from vtube.avatar.picture.named import is_misread, meant, missing
from vtube.errors import UNREADABLE, PictureError
from vtube.frame import Frame, rgba
from vtube.paths import plain_file, read_bounded
from vtube.text import first_line

FORMATS = ("PNG", "JPEG", "WEBP", "BMP", "GIF", "AVIF", "TIFF", "ICO", "JPEG2000", "PSD", "QOI")
"""Those that say in their first bytes what they are; an older Pillow lacks some."""

BY_ENDING = {".tga": "TGA"}
"""Those that do not."""

SEVERAL = ("PNG", "WEBP", "GIF", "AVIF", "TIFF")
"""Those that may hold several pictures; the layers of a PSD are none."""

LOSSY = ("JPEG", "MPO", "AVIF", "JPEG2000")
MAX_FILE_BYTES = 64 << 20
MAX_PIXELS = 64 << 20
MIN_SIDE = 16

ORIENTATION = 0x0112
"""The EXIF tag that says which way up the picture is."""
TURNED = range(2, 9)
"""Its values for pictures that are not as stored."""


@dataclass(frozen=True)
class Decoded:
    """The pixels of a file, and whether they are just what the file held."""

    pixels: Frame
    notes: tuple[Note, ...]
    as_stored: bool
    """True: the file held these very RGBA values."""
    lossy: bool = False
    """Whether it was kept in a form that leaves noise around lines."""


def decode(source: Path | bytes) -> Decoded:
    """Read a picture of any usual format and colour mode, the first one where there are several.

    Raises:
        PictureError: missing, not a picture, damaged, too large or too small.
    """
    name, data = _bytes(source)
    try:
        with Image.open(io.BytesIO(data), formats=_formats(name)) as image:
            _check_size(name, image)
            return _decoded(image)
    except UnidentifiedImageError:
        raise PictureError(unreadable(name, data), "picture.unreadable", name=name) from None
    except Image.DecompressionBombError:
        raise PictureError(f"{name} has too many pixels; 512 x 512 is enough") from None
    except UNREADABLE as error:
        raise PictureError(f"{name} is damaged: {_problem(error)}") from None


def _problem(error: Exception) -> str:
    """Pillow's words; WebP's are about itself, whatever is wrong with the file."""
    line = first_line(error)
    return "it breaks off, or holds something else" if "decoder object" in line else line


def _formats(name: str) -> list[str]:
    Image.init()
    named = BY_ENDING.get(Path(name).suffix.lower())
    return [kind for kind in ((named,) if named else FORMATS) if kind in Image.OPEN]


def _bytes(source: Path | bytes) -> tuple[str, bytes]:
    if isinstance(source, bytes):
        name, data = "the picture", source
    else:
        source = meant(source)
        name, data = source.name, _file_bytes(source)
    if len(data) > MAX_FILE_BYTES:
        raise PictureError(f"{name} is larger than {MAX_FILE_BYTES >> 20} MB; save it smaller")
    return name, data


def _file_bytes(path: Path) -> bytes:
    try:
        return read_bounded(plain_file(path), MAX_FILE_BYTES)
    except OSError as error:
        if isinstance(error, FileNotFoundError) or is_misread(path):
            raise PictureError(missing(path)) from None
        raise PictureError(f"cannot read {path}: {error.strerror or error}") from None


def _check_size(name: str, image: Image.Image) -> None:
    width, height = image.size
    if width * height > MAX_PIXELS:
        raise PictureError(f"{name} is {width} x {height} pixels, which is too large; 512 x 512 is enough")
    if min(width, height) < MIN_SIDE:
        raise PictureError(f"{name} is only {width} x {height} pixels; a character needs about 512 x 512")


def _decoded(image: Image.Image) -> Decoded:
    notes: list[Note] = []
    stored, lossy = image.mode == "RGBA", image.format in LOSSY
    if image.format in SEVERAL and getattr(image, "n_frames", 1) > 1:
        notes.append(
            Note("animation", "done", "the picture is an animation or has several pages; only its first frame is used")
        )
        image.seek(0)
    image.load()
    profile = image.info.get("icc_profile")
    if image.getexif().get(ORIENTATION, 1) in TURNED:
        image, stored = ImageOps.exif_transpose(image), False
        notes.append(Note("turned", "done", "turned the picture upright, as its camera data says"))
    if isinstance(profile, bytes):
        image, changed = _to_srgb(image, profile)
        stored = stored and not changed
        notes += [Note("colours", "done", "converted the colours to sRGB")] if changed else []
    return Decoded(rgba(image), tuple(notes), stored, lossy)


def _to_srgb(image: Image.Image, profile: bytes) -> tuple[Image.Image, bool]:
    """Convert colours out of a profile other than sRGB; a profile that cannot be used is ignored."""
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        if "sRGB" in ImageCms.getProfileDescription(source):
            return image, False
        transparent = image.convert("RGBA").getchannel("A") if image.has_transparency_data else None
        colours = image if image.mode in ("RGB", "CMYK", "L") else image.convert("RGB")
        target = ImageCms.createProfile("sRGB")
        converted = ImageCms.profileToProfile(colours, source, target, outputMode="RGB")
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
        return image, False
    if converted is None:
        return image, False
    if transparent is not None:
        converted.putalpha(transparent)
    return converted, True
