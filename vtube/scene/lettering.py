"""Text as a picture with an outline: wrapped to a width, in a font of this computer that has its letters."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from vtube.errors import SettingsError
from vtube.frame import Frame
from vtube.paths import expanded

LIKED = ("notosanscjk", "sourcehansans", "hiragino", "yugoth", "meiryo", "msyh", "pingfang", "notosans", "dejavusans")
"""Parts of file names, the best first: of one weight that reads well over a picture."""
LESS_LIKED = ("mono", "italic", "oblique", "light", "thin", "condensed", "math", "symbol", "serif")
ENDINGS = (".ttf", ".ttc", ".otf")
OUTLINE = 0.09
"""Width of the outline, in sizes of the letters."""
LINE = 1.3
"""From line to line, in sizes."""
NOT_THERE = "\U0010ffff"
"""A character that no font has."""
KEPT_FONTS = 32
"""Open fonts; one of one size takes a third of a megabyte, and a size can be any that somebody sets."""
KEPT_LETTERS = 20_000
"""Letters of which it is known whether a font has them; viewers write any. 2 MB."""


def font_folders() -> list[Path]:
    """Where this system keeps its fonts."""
    home = expanded("~")
    if sys.platform == "win32":
        own = Path(os.environ.get("LOCALAPPDATA", str(home))) / "Microsoft/Windows/Fonts"
        return [Path(os.environ.get("WINDIR", r"C:\Windows")) / "Fonts", own]
    if sys.platform == "darwin":
        return [Path("/System/Library/Fonts"), Path("/Library/Fonts"), home / "Library/Fonts"]
    return [Path("/usr/share/fonts"), Path("/usr/local/share/fonts"), home / ".local/share/fonts", home / ".fonts"]


def _rank(path: Path) -> tuple[bool, int, bool, str]:
    name = path.name.lower().replace("-", "").replace("_", "")
    place = next((index for index, part in enumerate(LIKED) if part in name), len(LIKED))
    return any(part in name for part in LESS_LIKED), place, "bold" not in name, name


@cache
def _fonts() -> tuple[Path, ...]:
    found = [path for folder in font_folders() for path in folder.rglob("*") if path.suffix.lower() in ENDINGS]
    return tuple(sorted(found, key=_rank))


@lru_cache(KEPT_LETTERS)
def _has(font: Path, character: str) -> bool:
    small = _opened(font, 16)
    return small is not None and bytes(small.getmask(character)) != bytes(small.getmask(NOT_THERE))


@lru_cache(KEPT_FONTS)
def _opened(font: Path, size: int) -> Any:
    try:
        return ImageFont.truetype(str(font), size)
    except OSError:
        return None


def font_for(text: str, fonts: tuple[Path, ...] | None = None) -> Path:
    """The font that has most of the text's letters, the best one of several.

    Raises:
        SettingsError: there is no font here, or none has even half of them.
    """
    needed = {character for character in text if character.isalnum()}
    best: tuple[int, Path | None] = (-1, None)
    for font in _fonts() if fonts is None else fonts:
        count = sum(_has(font, character) for character in needed)
        if count > best[0] and _opened(font, 16) is not None:
            best = count, font
        if count == len(needed):
            break
    if best[1] is None or best[0] * 2 < len(needed):
        example = "".join(sorted(needed)[:5])
        raise SettingsError(
            f"no font of this computer has letters such as {example}; install one, such as Noto Sans CJK"
        )
    return best[1]


def lettered(
    text: str,
    width: int,
    size: int,
    colour: tuple[int, int, int] = (255, 255, 255),
    outline: tuple[int, int, int] = (0, 0, 0),
    *,
    begun: str = "",
    begun_colour: tuple[int, int, int] = (255, 255, 255),
    centred: bool = True,
) -> Frame:
    """The text, centred or from the left, at most `width` pixels wide, letters `size` pixels high: as large as needed.

    `begun`, how the text begins, is in its own colour. Letters that the font lacks, such as emoji, are left out.

    Raises:
        SettingsError: see `font_for`.
    """
    path = font_for(text)
    font, stroke = _opened(path, size), max(1, round(OUTLINE * size))
    known = "".join(character for character in text if character.isspace() or _has(path, character))
    lines = list(_wrapped(known, font, width - 2 * stroke)) or [""]
    wide = max(round(font.getlength(line)) for line in lines) + 2 * stroke
    picture = Image.new("RGBA", (max(1, min(wide, width)), round(LINE * size * len(lines)) + 2 * stroke), (*outline, 0))
    draw = ImageDraw.Draw(picture)
    left = len(_letters(begun, path))
    for number, line in enumerate(lines):
        place = (picture.width - font.getlength(line)) / 2 if centred else stroke, stroke + LINE * size * (number + 0.5)
        draw.text(place, line, (*colour, 255), font, "lm", stroke_width=stroke, stroke_fill=(*outline, 255))
        first, left = _first_letters(line, left)
        if first:
            draw.text(place, first, (*begun_colour, 255), font, "lm")
    return np.array(picture)


def _letters(text: str, font: Path) -> str:
    """What is drawn of the text, without spaces."""
    return "".join(character for character in text if not character.isspace() and _has(font, character))


def _first_letters(line: str, count: int) -> tuple[str, int]:
    """As much of the line as has `count` letters, and how many are left for the next line."""
    for place, character in enumerate(line):
        if not count:
            return line[:place], 0
        count -= not character.isspace()
    return line, count


def _wrapped(text: str, font: Any, width: int) -> Iterator[str]:
    """Lines that fit: broken at spaces, and between letters where a word is too long or the script has no spaces."""
    line = ""
    for piece in _pieces(text):
        if line and font.getlength((line + piece).rstrip()) > width:
            yield line.strip()
            line = ""
        line += piece
        while font.getlength(line.rstrip()) > width and len(line) > 1:
            cut = max((n for n in range(1, len(line)) if font.getlength(line[:n]) <= width), default=1)
            yield line[:cut].strip()
            line = line[cut:]
    if line.strip():
        yield line.strip()


CLOSING = "、。，．・：；？！」』）】〉》〕］｝ー々ぁぃぅぇぉっゃゅょァィゥェォッャュョ…"
"""What no line begins with (JIS X 4051)."""


def _pieces(text: str) -> Iterator[str]:
    """Words with the space behind them; each wide letter by itself, with the marks that close it."""
    piece = ""
    for character in " ".join(text.split()):
        wide = ord(character) >= 0x2E80
        if piece and character not in CLOSING and (wide or piece[-1] == " " or ord(piece[-1]) >= 0x2E80):
            yield piece
            piece = ""
        piece += character
    if piece:
        yield piece


def pasted(frame: Frame, picture: Frame, left: int, top: int) -> Frame:
    """A new frame: `picture` laid over `frame` with its upper left corner there; what stands out is cut off."""
    height, width = frame.shape[:2]
    x, y = max(0, left), max(0, top)
    right, bottom = min(width, left + picture.shape[1]), min(height, top + picture.shape[0])
    result = frame.copy()
    if right <= x or bottom <= y:
        return result
    front = picture[y - top : bottom - top, x - left : right - left].astype(np.float32)
    part = result[y:bottom, x:right]
    share = front[..., 3:] / 255
    below = part[..., 3:].astype(np.float32) / 255 * (1 - share)
    alpha = share + below
    colour = (front[..., :3] * share + part[..., :3] * below) / np.maximum(alpha, 1e-6)
    part[..., :3] = np.rint(colour)
    part[..., 3:] = np.rint(255 * alpha)
    return result


def under(width: int, height: int, picture: Frame) -> tuple[int, int]:
    """Where a subtitle's upper left corner lies in a frame: centred, a twentieth above the lower edge."""
    return (width - picture.shape[1]) // 2, round(height * 0.95) - picture.shape[0]
