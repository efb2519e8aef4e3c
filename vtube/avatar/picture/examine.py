"""A picture looked at without being shown: what would be done to it, what is wrong with it, what moves."""

from __future__ import annotations

import base64
import io
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

from vtube.avatar.picture.character import Character, Note
from vtube.avatar.picture.head import Head
from vtube.avatar.picture.judge import Judge
from vtube.avatar.picture.prepare import prepare
from vtube.avatar.picture.promise import Seen, watch, with_seen
from vtube.avatar.registry import create_renderer

ENGINE = "openvino"
"""Draws the five poses: it is there on every computer."""
PREVIEW = 256


@dataclass(frozen=True)
class Examined:
    """What came of it."""

    character: Character
    seen: Seen | None
    """What an engine made of it; None where the weights are not here yet."""

    @property
    def notes(self) -> tuple[Note, ...]:
        """What was done to the picture, what is wrong with it, and what was seen to move."""
        return with_seen(self.character.notes, self.seen)

    @property
    def is_fine(self) -> bool:
        """Whether it may go on air."""
        return not any(note.severity == "problem" for note in self.notes)

    def preview(self) -> Image.Image:
        """Five poses in a row, or the character alone."""
        if self.seen is not None:
            return self.seen.sheet()
        return Image.fromarray(self.character.frame).resize((PREVIEW, PREVIEW), Image.Resampling.LANCZOS)

    def preview_url(self) -> str:
        """The preview as a `data:` address."""
        file = io.BytesIO()
        self.preview().save(file, "PNG")
        return f"data:image/png;base64,{base64.b64encode(file.getvalue()).decode()}"


def examine(source: Path | bytes, name: str | None = None, head: Head | None = None) -> Examined:
    """Prepare a picture as `prepare` does, and let an engine draw it where there are weights.

    Raises:
        PictureError: not a picture, damaged, too large.
        EngineError: it cannot be drawn here.
    """
    character = prepare(source, name, head)
    if not Judge().can_look or not character.frame[..., 3].any():
        return Examined(character, None)
    renderer = create_renderer(ENGINE, character)
    try:
        return Examined(character, watch(renderer))
    finally:
        renderer.close()
