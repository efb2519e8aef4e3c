"""The wardrobe: characters kept by name, ready to be shown, in the user's own folder.

    characters/NAME/character.json, frame.png and, for a larger drawing, source.png

A character is kept as it was prepared, so that it is shown again without a search, and its puppet is found by the very
same picture. `character.json` is written last and read first: what breaks off before is not there.
"""

from __future__ import annotations

import contextlib
import json
import re
import unicodedata
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from PIL import Image

from vtube.avatar.picture.character import Character, Note
from vtube.avatar.picture.decode import decode
from vtube.avatar.picture.head import Head
from vtube.errors import NO_JSON, MissingCharacterError, PictureError
from vtube.frame import Frame
from vtube.paths import is_device_name, is_file, is_folder, read_bounded, remove, user_folder, write_whole
from vtube.text import shown, unknown

FOLDER = "characters"
ABOUT, FRAME, SOURCE = "character.json", "frame.png", "source.png"
MOST = 100
"""Characters in one wardrobe."""
LONGEST_NAME = 40
MAX_ABOUT_BYTES = 100_000
NAME = re.compile(r"[^\W_](?:[\w .-]*[\w-])?")


@dataclass(frozen=True)
class Kept:
    """One character in the wardrobe."""

    name: str
    digest: str
    """Names its puppet."""


def check_name(name: str) -> str:
    """The name as it is kept.

    Raises:
        PictureError: it is no name for a folder, here or on another system.
    """
    whole = unicodedata.normalize("NFC", name).strip()
    if len(whole) > LONGEST_NAME or not NAME.fullmatch(whole) or is_device_name(whole):
        raise PictureError(
            f"{shown(name)} is no name for a character: it has letters, digits, spaces, - _ and ., begins with a "
            f"letter or a digit, and has at most {LONGEST_NAME} characters"
        )
    return whole


def is_kept(folder: Path) -> bool:
    """Whether this is the folder of a character that is kept."""
    return is_file(folder / ABOUT)


class Wardrobe:
    """The characters in one folder. Any thread may call it; two that keep one name at a time both succeed."""

    def __init__(self, folder: Path | None = None) -> None:
        """`folder`: by default `characters` in the user's own; made when the first one is kept."""
        self._folder = folder or user_folder() / FOLDER

    def all(self) -> list[Kept]:
        """By name."""
        if not is_folder(self._folder):
            return []
        found = []
        for folder in sorted(self._folder.iterdir(), key=lambda one: one.name.casefold()):
            with contextlib.suppress(PictureError):
                found.append(Kept(check_name(folder.name), str(_about(folder)["digest"])))
        return found

    def keep(self, character: Character, name: str) -> str:
        """Keep a character, in the place of one that had the name; returns the name.

        Raises:
            PictureError: this is no name, the wardrobe is full, or it cannot be written.
        """
        name = check_name(name)
        known = self._known(name)
        if known is None and len(self.all()) >= MOST:
            raise PictureError(f"the wardrobe is full: it keeps {MOST} characters; remove one first")
        folder = self._folder / (known or name)
        about = {
            "digest": character.digest,
            "name": character.name,
            "notes": [asdict(note) for note in character.notes],
            "head": asdict(character.head) if character.head else None,
        }
        try:
            remove(folder / ABOUT)
            _write(character.frame, folder / FRAME)
            if character.source is character.frame:
                remove(folder / SOURCE)
            else:
                _write(character.source, folder / SOURCE)
            write_whole(folder / ABOUT, lambda part: part.write_text(json.dumps(about), encoding="utf-8"))
        except OSError as error:
            raise PictureError(f"cannot keep {name}: {error.strerror or error}") from None
        return folder.name

    def take(self, name: str) -> Character:
        """The character of this name, as it was kept.

        Raises:
            PictureError: there is none, or its files are damaged.
        """
        folder = self._folder_of(name)
        about = _about(folder)
        frame = decode(folder / FRAME).pixels
        source = decode(folder / SOURCE).pixels if is_file(folder / SOURCE) else frame
        try:
            notes = tuple(Note(**note) for note in about["notes"])
            head = Head(**about["head"]) if about["head"] else None
            character = Character(frame, folder.name, source, notes, head)
        except (KeyError, TypeError):
            raise _damaged(folder) from None
        if character.digest != about["digest"]:
            raise _damaged(folder)
        return character

    def picture(self, name: str) -> bytes:
        """The PNG of a character, 512 x 512.

        Raises:
            PictureError: there is none, or it cannot be read.
        """
        folder = self._folder_of(name)
        try:
            return read_bounded(folder / FRAME, 8 << 20)
        except OSError as error:
            raise PictureError(f"cannot read {folder / FRAME}: {error.strerror or error}") from None

    def remove(self, name: str) -> None:
        """Forget a character; its puppet stays with the weights.

        Raises:
            PictureError: there is none, or its files cannot be removed.
        """
        folder = self._folder_of(name)
        try:
            for file in (ABOUT, FRAME, SOURCE):
                remove(folder / file)
            with contextlib.suppress(OSError):  # somebody keeps a file of their own there
                folder.rmdir()
        except OSError as error:
            raise PictureError(f"cannot remove {name}: {error.strerror or error}") from None

    def has(self, name: str) -> bool:
        """Whether there is a character of this name."""
        with contextlib.suppress(PictureError):
            return self._known(check_name(name)) is not None
        return False

    def _folder_of(self, name: str) -> Path:
        known = self._known(check_name(name))
        if known is None:
            others = [one.name for one in self.all()]
            if not others:
                raise MissingCharacterError(f"there is no character {shown(name)}: the wardrobe is empty")
            raise MissingCharacterError(unknown("character", name, others))
        return self._folder / known

    def _known(self, name: str) -> str | None:
        """The name as it was first kept: upper and lower case are one."""
        return next((one.name for one in self.all() if one.name.casefold() == name.casefold()), None)


def _write(frame: Frame, path: Path) -> None:
    write_whole(path, lambda part: Image.fromarray(frame).save(part, "PNG", compress_level=3))


def _about(folder: Path) -> dict[str, Any]:
    try:
        about = json.loads(read_bounded(folder / ABOUT, MAX_ABOUT_BYTES))
    except (OSError, *NO_JSON):
        raise _damaged(folder) from None
    if not isinstance(about, dict) or not isinstance(about.get("digest"), str):
        raise _damaged(folder)
    return about


def _damaged(folder: Path) -> PictureError:
    return PictureError(f"the character {folder.name} in the wardrobe is damaged; remove it and keep it again")
