"""One clip on its way: what was asked for, how far it is, and how it ended."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal, get_args

from vtube.clips.order import Order
from vtube.paths import is_device_name

State = Literal["waiting", "working", "done", "failed", "stopped", "interrupted"]
"""`stopped`: by the user; `interrupted`: the program ended meanwhile. Both go on where they were."""

UNDER_WAY: tuple[State, ...] = ("waiting", "working")
RESUMABLE: tuple[State, ...] = ("failed", "stopped", "interrupted")
LONGEST_NAME = 60
SHORT_TEXT = 300
"""Characters of a text that a list shows."""

_MARKS = re.compile(r"\[[^\]\n]{1,40}\]|^#+ ", re.MULTILINE)
"""What is not spoken: tags of emotions, and the marks of chapters."""


@dataclass(frozen=True, slots=True)
class Clip:
    """What is known of one clip.

    Attributes:
        key: names its folder; later ones sort behind.
        made: when it was asked for, seconds since 1970.
        order: what was asked for.
        state: see `State`.
        stage: speaking or drawing, while it is being made.
        done, of: sentences or frames of that stage.
        speed: seconds of film in a second.
        left_s: seconds to go; None while nothing is known.
        error: why it failed, one line.
        seconds, size_bytes: of the finished video.
        elsewhere: another program that runs makes it.
    """

    key: str
    made: float
    order: Order
    state: State = "waiting"
    stage: str = ""
    done: int = 0
    of: int = 0
    speed: float = 0.0
    left_s: float | None = None
    error: str = ""
    seconds: float = 0.0
    size_bytes: int = 0
    elsewhere: bool = False

    @property
    def file_name(self) -> str:
        """What the video is called on the shelf."""
        return f"clip.{self.order.kind}"

    @property
    def title(self) -> str:
        """What people call it."""
        spoken = _MARKS.sub(" ", self.order.text)
        return self.order.name.strip() or " ".join(spoken.split())[:LONGEST_NAME].strip() or self.key

    @property
    def download_name(self) -> str:
        """A name for the file that every system takes."""
        plain = re.sub(r'[\x00-\x1f<>:"/\\|?*\[\]]+', " ", unicodedata.normalize("NFC", self.title))
        name = " ".join(plain.split()).strip(". ")[:LONGEST_NAME] or self.key
        return f"{name}{'_' if is_device_name(name) else ''}.{self.order.kind}"

    def told(self, line: Mapping[str, Any]) -> Clip:
        """The clip after a line of its process."""
        if line.get("stage") == "finished":
            return replace(self, seconds=float(line.get("seconds", 0.0)))
        left = line.get("left_s")
        return replace(
            self,
            stage=str(line.get("stage", ""))[:20],
            done=int(line.get("done", 0)),
            of=int(line.get("of", 0)),
            speed=float(line.get("speed", 0.0)),
            left_s=None if left is None else float(left),
        )

    def at_rest(self, state: State, error: str = "") -> Clip:
        """The clip when nobody works on it any more."""
        return replace(self, state=state, error=error, stage="", speed=0.0, left_s=None)

    def figures(self) -> dict[str, Any]:
        """How far it is, for whoever follows the state."""
        progress = self.done / self.of if self.of else 0.0
        return {
            "id": self.key,
            "title": self.title,
            "preview": self.order.preview,
            "state": self.state,
            "stage": self.stage,
            "progress": round(progress, 3),
            "speed": round(self.speed, 2),
            "left_s": self.left_s,
            "elsewhere": self.elsewhere,
        }

    def shown(self, whole: bool = False) -> dict[str, Any]:
        """For a client; `whole` with all of a long text."""
        order = self.order.to_json()
        if not whole:
            order["text"] = self.order.text[:SHORT_TEXT]
        return {
            **self.figures(),
            "made": round(self.made, 3),
            "error": self.error,
            "seconds": round(self.seconds, 3),
            "size_bytes": self.size_bytes,
            "file_name": self.download_name,
            "settings": order,
        }

    def to_json(self) -> dict[str, Any]:
        """As it is kept."""
        kept = ("key", "made", "state", "done", "of", "error", "seconds", "size_bytes")
        return {**{name: getattr(self, name) for name in kept}, "order": self.order.to_json()}

    @classmethod
    def from_json(cls, values: Mapping[str, Any], *, elsewhere: bool = False) -> Clip:
        """As it was kept; one that was being made is interrupted, unless another program makes it, `elsewhere`.

        Raises:
            KeyError, TypeError, ValueError: it is no clip.
        """
        clip = cls(**{**values, "order": Order.from_json(values["order"])})
        if clip.state not in get_args(State):
            raise ValueError(f"no state of a clip: {clip.state}")
        clip.order.check()
        if clip.state not in UNDER_WAY:
            return clip
        return replace(clip, elsewhere=True) if elsewhere else clip.at_rest("interrupted")
