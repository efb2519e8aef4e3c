"""A character: what one picture became, made once by `prepare` and handed on."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import Literal

from vtube.avatar.picture.head import Head
from vtube.errors import PictureError
from vtube.frame import SIZE, Frame

Severity = Literal["done", "note", "problem"]
"""`done`: what was changed in the picture; `note`: may be meant so; `problem`: spoils the animation."""


@dataclass(frozen=True, slots=True)
class Note:
    """One sentence about a picture, the same for the terminal, the log, HTTP and the page."""

    code: str
    """A short name that stays the same when the sentence is reworded: `head-off`."""
    severity: Severity
    text: str


@dataclass(frozen=True, slots=True)
class Placement:
    """Where the source lies in the frame: its point p, from the corner, comes to p * scale + (left, top) pixels."""

    scale: float = 1.0
    left: float = 0.0
    top: float = 0.0
    rounding: tuple[float, float] = (1.0, 1.0)
    """What the scale is times, across and down, where the picture's sides came to whole pixels."""


AS_IT_IS = Placement()


@dataclass(frozen=True, eq=False)
class Character:
    """A picture that is ready for a renderer. Equal when the frames are, byte by byte; nobody writes into them.

    Attributes:
        frame: 512 x 512 RGBA, what the networks see.
        name: for the user, usually the file's name.
        source: the same picture as it was drawn, S x S, where S is 512, 1024, 1536 or 2048; `frame` where the file
            has no more.
        notes: what was done to the picture and what is wrong with it.
        head: where it lies in the frame; None when it was not found or not looked for.
        found: the same, in pixels of the picture that was read.
        digest: sha256 of the frame's bytes, hexadecimal; names the puppet.
    """

    frame: Frame
    name: str
    source: Frame
    notes: tuple[Note, ...] = ()
    head: Head | None = None
    found: Head | None = None
    digest: str = field(init=False)

    def __post_init__(self) -> None:
        if self.frame.shape != (SIZE, SIZE, 4) or self.frame.dtype.name != "uint8":
            raise PictureError(f"a character needs to be {SIZE} x {SIZE} pixels, RGBA with 8 bits each")
        object.__setattr__(self, "digest", frame_digest(self.frame))

    @classmethod
    def of(cls, frame: Frame, name: str = "the picture") -> Character:
        """A character from a frame that is ready.

        Raises:
            PictureError: it has another size or type.
        """
        return cls(frame, name, frame)

    @property
    def has_problem(self) -> bool:
        """Whether something about it spoils the animation."""
        return any(note.severity == "problem" for note in self.notes)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Character) and self.digest == other.digest

    def __hash__(self) -> int:
        return hash(self.digest)


def frame_digest(frame: Frame) -> str:
    """The sha256 of a frame's bytes, hexadecimal."""
    return hashlib.sha256(frame.tobytes()).hexdigest()
