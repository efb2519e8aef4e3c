"""The wardrobe of a running camera: keep characters by name, and change into them."""

from __future__ import annotations

from typing import Any

from vtube.avatar.wardrobe import Wardrobe
from vtube.studio.character import LiveCharacter, refuse_problems


class LiveWardrobe:
    """Satisfies `server.control.WardrobeControl`. Any thread may call it."""

    def __init__(self, live: LiveCharacter, wardrobe: Wardrobe | None = None) -> None:
        self._live = live
        self._wardrobe = wardrobe or Wardrobe()

    def all(self) -> list[dict[str, Any]]:
        """Each character: name, digest, `puppet` (`finished`, `coarse` or null) and whether it is on air."""
        on_air = self._live.character.digest
        return [
            {
                "name": one.name,
                "digest": one.digest,
                "puppet": self._live.puppet_stage(one.digest),
                "on_air": one.digest == on_air,
            }
            for one in self._wardrobe.all()
        ]

    def keep(self, name: str, picture: bytes, force: bool = False, head: str | None = None) -> str:
        """Keep a picture under a name, or, when it is empty, the character on air; returns what was done to fit it.

        Raises:
            PictureError: it cannot be used, this is no name, or the wardrobe is full.
            UnfitPictureError: it has a problem, which is named, and nobody forces it.
        """
        character = self._live.prepared(picture, name, head) if picture else self._live.character
        if not force:
            refuse_problems(character)
        self._wardrobe.keep(character, name)
        return " ".join(note.text for note in character.notes)

    def show(self, name: str) -> None:
        """Change into a character that is kept. Blocks while its engine is created.

        Raises:
            PictureError: there is none of that name.
            EngineError: no engine draws it; the character on air stays.
        """
        self._live.put_on(self._wardrobe.take(name))

    def remove(self, name: str) -> None:
        """Forget a character; on air, it stays there.

        Raises:
            PictureError: there is none of that name.
        """
        self._wardrobe.remove(name)

    def picture(self, name: str) -> bytes:
        """The PNG of a character.

        Raises:
            PictureError: there is none of that name.
        """
        return self._wardrobe.picture(name)
