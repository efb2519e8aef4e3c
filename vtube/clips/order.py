"""What somebody asks a clip to be, and the command that makes it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from typing import Any

from vtube.errors import SettingsError
from vtube.settings import read_size
from vtube.text import shown

KINDS = ("mp4", "webm", "mov", "mkv")
FRAMINGS = ("auto", "full", "bust", "face")
SMALLEST, LARGEST = 64, 3840
LOWEST_FPS, HIGHEST_FPS = 5.0, 120.0
MOST_TEXT = 50_000
"""Characters; about an hour."""
BACKGROUND = re.compile(r"none|#[0-9a-fA-F]{6}")
PREVIEW_S = 8.0
PREVIEW_SIDE = 480
"""Pixels of the longer side of a preview."""


@dataclass(frozen=True, slots=True)
class Order:
    """One clip as it was asked for.

    Attributes:
        text: what is said; empty where there is a sound.
        sound: the key of a sound that was handed in.
        name: what the user calls it; also the name of the file that is downloaded.
        voice: a SPEC; None for that of the settings.
        emotion: shown from the beginning, until a tag changes it.
        frame: how much of the character is shown; None for what the settings say.
        size: as `--size` takes it: 1920x1080.
        fps: frames a second.
        background: `none`, a colour such as #00b140, or None for what the settings say.
        kind: the ending of the file.
        subtitles: whether what is said is drawn into the picture.
        character: one of the wardrobe; None for the one on air.
        preview: whether only the beginning is wanted, small and at once.
    """

    text: str = ""
    sound: str | None = None
    name: str = ""
    voice: str | None = None
    emotion: str = ""
    frame: str | None = None
    size: str = "1080x1080"
    fps: float = 30.0
    background: str | None = None
    kind: str = "mp4"
    subtitles: bool = False
    character: str | None = None
    preview: bool = False

    def check(self) -> None:
        """Refuse what cannot be made.

        Raises:
            SettingsError: one line.
        """
        if bool(self.text.strip()) == bool(self.sound):
            raise SettingsError("a clip is made of a text or of a sound, one of the two")
        if len(self.text) > MOST_TEXT:
            raise SettingsError(f"the text has {len(self.text):,} characters; a clip takes {MOST_TEXT:,}")
        if self.sound and (self.voice or self.subtitles):
            raise SettingsError("a voice and subtitles belong to a text")
        _one_of("kind", self.kind, KINDS)
        if self.frame is not None:
            _one_of("frame", self.frame, FRAMINGS)
        if not LOWEST_FPS <= self.fps <= HIGHEST_FPS:
            raise SettingsError(f"fps is from {LOWEST_FPS:g} to {HIGHEST_FPS:g}, not {self.fps:g}")
        if self.background is not None and not BACKGROUND.fullmatch(self.background):
            raise SettingsError(f"background is none or a colour such as #00b140, not {shown(self.background)}")
        if self.background == "none" and self.kind == "mp4":
            raise SettingsError("an mp4 keeps no transparency; take webm, mov or mkv")
        self.sides()

    def sides(self) -> tuple[int, int]:
        """Width and height in pixels, both even, as videos need it; small for a preview.

        Raises:
            SettingsError: it is no size, or too small or large.
        """
        try:
            width, height = read_size(self.size)
        except ValueError as error:
            raise SettingsError(f"size {error}, not {shown(self.size)}") from None
        if not all(SMALLEST <= side <= LARGEST for side in (width, height)):
            raise SettingsError(f"size is from {SMALLEST} to {LARGEST} pixels, not {shown(self.size)}")
        scale = min(1.0, PREVIEW_SIDE / max(width, height)) if self.preview else 1.0
        return _even(width * scale), _even(height * scale)

    def to_json(self) -> dict[str, Any]:
        """As it is kept."""
        return asdict(self)

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> Order:
        """As it was kept; what another version has written beside is left out."""
        known = {one.name for one in fields(cls)}
        return replace(cls(), **{name: value for name, value in values.items() if name in known})


@dataclass(frozen=True, slots=True)
class Materials:
    """The files that a clip is made of.

    Attributes:
        config: the settings, YAML.
        character: the folder of a character that is kept, or a picture.
        engine: what draws.
        words: the text, or the sound, in a file.
        out: where the video goes.
    """

    config: Path
    character: Path
    engine: str
    words: Path
    out: Path


def command(order: Order, materials: Materials) -> list[str]:
    """The arguments of `vtube` that make it."""
    width, height = order.sides()
    flags = {
        "config": str(materials.config),
        "character": str(materials.character),
        "engine": materials.engine,
        "size": f"{width}x{height}",
        "fps": f"{order.fps:g}",
        "audio" if order.sound else "text": str(materials.words),
        **{name: value for name in ("voice", "emotion", "frame", "background") if (value := getattr(order, name))},
        **({"seconds": f"{PREVIEW_S:g}"} if order.preview else {}),
    }
    return [
        *("render", "--quiet", "--progress=json", "--low-priority", "--stop-with-input"),
        *(f"--{name}={value}" for name, value in flags.items()),
        *(["--burn"] if order.subtitles else []),
        "--",
        str(materials.out),
    ]


def _even(side: float) -> int:
    return max(2, round(side / 2) * 2)


def _one_of(what: str, value: str, known: tuple[str, ...]) -> None:
    if value not in known:
        raise SettingsError(f"{what} is {', '.join(known)}, not {shown(value)}")
