"""What a file is that is no picture for us, by its first bytes, and what to do with it."""

from __future__ import annotations

READABLE = "PNG, JPEG, WebP or AVIF"
EXPORT = "export it as PNG from the program that made it"
ONE_PICTURE = "one picture of the character is needed, as PNG"
FRAME = "save one frame of it as PNG"
RARE_TIFF = "a TIFF of a rare kind, such as one with 32 or 64 bits a colour"

KINDS = (
    (0, b"CSFCHUNK", "a drawing of Clip Studio Paint", EXPORT),
    (0, b"gimp xcf", "a drawing of GIMP", EXPORT),
    (38, b"application/x-krita", "a drawing of Krita", EXPORT),
    (38, b"image/openraster", "an OpenRaster drawing", EXPORT),
    (0, b"MOC3", "a Live2D model", ONE_PICTURE),
    (0, b"glTF", "a 3D model", ONE_PICTURE),
    (0, b"\xff\x0a", "a JPEG XL picture", EXPORT),
    (4, b"JXL ", "a JPEG XL picture", EXPORT),
    (0, b"\x76\x2f\x31\x01", "an OpenEXR picture", EXPORT),
    (0, b"DDS ", "a texture of a game (DDS)", EXPORT),
    (0, b"%PDF", "a PDF", EXPORT),
    (0, b"PK\x03\x04", "an archive", "unpack it first"),
    (0, b"7z\xbc\xaf", "an archive", "unpack it first"),
    (0, b"Rar!", "an archive", "unpack it first"),
    (0, b"\x1aE\xdf\xa3", "a video", FRAME),
    (4, b"ftyphei", "a HEIC photo", EXPORT),
    (4, b"ftyphev", "a HEIC photo", EXPORT),
    (4, b"ftypmif1", "a HEIC photo", EXPORT),
    (4, b"ftypavi", "a damaged AVIF picture, or this system cannot read AVIF", "copy or export it again, as PNG"),
    (4, b"ftyp", "a video", FRAME),
    (0, b"8BPS", "a Photoshop file that is damaged, or too new", EXPORT),
    (0, b"II*\0", RARE_TIFF, "save it with 8 or 16 bits, or as PNG"),
    (0, b"MM\0*", RARE_TIFF, "save it with 8 or 16 bits, or as PNG"),
)
"""Where the bytes stand, the bytes, what the file is, what to do; the first that fits counts."""

TEXTS = (
    (b"<svg", "a drawing of lines (SVG)", EXPORT),
    (b"<html", "a web page", "save the picture itself from your browser"),
    (b"<!doctype html", "a web page", "save the picture itself from your browser"),
)
"""The same for files that begin with text, in small letters, anywhere in LOOKED_AT bytes."""

LOOKED_AT = 1024


def unreadable(name: str, data: bytes) -> str:
    """One line about the file `name` that holds `data` and cannot be read as a picture."""
    if not data:
        return f"{name} is not a picture but empty; copy or download it again"
    for at, magic, what, advice in KINDS:
        if data[at : at + len(magic)] == magic:
            return f"{name} is not a picture that can be read but {what}; {advice}"
    start = data[:LOOKED_AT].lower()
    for word, what, advice in TEXTS if start.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<") else ():
        if word in start:
            return f"{name} is not a picture that can be read but {what}; {advice}"
    return f"{name} is not a picture that can be read; save it as {READABLE}"
