"""Subtitles and chat over the picture while the camera runs, and a picture over all of it.

Text becomes pixels in a thread of its own, once; the thread that draws frames only blends.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import cv2
import numpy as np

from vtube.clock import Clock, monotonic
from vtube.errors import SettingsError
from vtube.frame import Frame
from vtube.paths import expanded
from vtube.scene.lettering import lettered, under
from vtube.scene.overlay import Layer, Overlay
from vtube.scene.picture_file import read_picture
from vtube.settings import OverlaySettings, Settings
from vtube.threads import Worker

LOOK_S = 0.05
"""How often it is looked what is to be shown."""

WIDTH = 0.9
"""Of subtitles, in parts of the picture."""
CHAT_WIDTH, CHAT_SIZE, CHAT_EDGE = 0.34, 0.65, 0.02
"""Width of the chat, its letters against those of subtitles, its distance from the edge, in parts of the picture."""
ROOM = 2.8
"""What subtitles are left below the chat, in sizes of their letters: two lines."""
CHAT_S = 45.0
"""How long a message is shown."""
SMALLEST = 12
MOST_LETTERS = 160
"""Of one message."""
COMING, HEARD = (190, 190, 190), (255, 255, 255)
NAME, PAID = (150, 205, 255), (255, 205, 100)
SAY_AGAIN_S = 600.0
"""Between two lines of the log about texts that no font has: viewers may write each in other letters."""

log = logging.getLogger(__name__)

Words = Callable[[float], tuple[str, str]]
"""The sentence that is heard at a moment, and those of its words that have begun; both may be empty."""
Messages = Callable[[float], Sequence[Mapping[str, Any]]]
"""The messages that may be shown, the oldest first: `number`, `user`, `text`, `kind`, `at`."""


class _Text(NamedTuple):
    """What `lettered` is told."""

    text: str
    width: int
    size: int
    colour: tuple[int, int, int]
    begun: str
    begun_colour: tuple[int, int, int]
    centred: bool


_Pictures = Mapping[_Text, Frame | None]


class LiveCaptions:
    """Keeps the layers of an overlay up to date."""

    def __init__(
        self, overlay: Overlay, settings: Settings, words: Words, messages: Messages, clock: Clock = monotonic
    ) -> None:
        """Nothing is drawn before `start`.

        Raises:
            SettingsError: the picture of the settings cannot be read.
        """
        self._overlay, self._words, self._messages, self._clock = overlay, words, messages, clock
        self._size = settings.scene.width, settings.scene.height
        self._wanted = settings.scene.overlay
        self._cover = self._covering(self._wanted)
        self._shown: object = None
        self._said = float("-inf")
        self._pictures: dict[_Text, Frame | None] = {}
        """Of the texts that were seen at the last look, and no others: one may have megabytes."""
        self._worker = Worker("captions", self._run)

    def start(self) -> None:
        """Begin to look."""
        self._worker.start()

    def close(self) -> None:
        """Draw nothing more; harmless when called twice."""
        self._worker.close()

    def prepare(self, settings: Settings) -> Callable[[], None]:
        """Get ready for other settings; see `settings.Room`.

        Raises:
            SettingsError: the picture cannot be read.
        """
        wanted = settings.scene.overlay
        if wanted == self._wanted:
            return lambda: None
        cover = self._covering(wanted)

        def commit() -> None:
            self._wanted, self._cover, self._shown = wanted, cover, None

        return commit

    def look(self) -> None:
        """Draw what is to be seen now, if it is other than before."""
        now, wanted = self._clock(), self._wanted
        sentence, begun = self._words(now) if wanted.subtitles else ("", "")
        recent = self._recent(now) if wanted.chat else []
        seen = (wanted, sentence, begun, tuple(message["number"] for message in recent))
        if seen == self._shown:
            return
        before, self._pictures = self._pictures, {}
        layers = [self._cover] if self._cover is not None else []
        layers += self._chat(recent, before)
        if sentence:
            layers += self._subtitle(sentence, begun, before)
        self._overlay.layers, self._shown = tuple(layers), seen

    def _run(self, stopping: threading.Event) -> None:
        while not stopping.wait(LOOK_S):
            self.look()
        self._overlay.layers = ()

    def _recent(self, now: float) -> list[Mapping[str, Any]]:
        fresh = [one for one in self._messages(now) if now - float(one["at"]) < CHAT_S]
        return fresh[-self._wanted.chat_lines :]

    def _letters(self, share: float = 1.0) -> int:
        return max(SMALLEST, round(share * self._wanted.size * min(self._size)))

    def _subtitle(self, sentence: str, begun: str, before: _Pictures) -> list[Layer]:
        width, height = self._size
        begun = begun if sentence.startswith(begun) else ""
        text = _Text(sentence, round(WIDTH * width), self._letters(), COMING, begun, HEARD, True)
        picture = self._picture(text, before)
        return [] if picture is None else [Layer.of(picture, under(width, height, picture))]

    def _chat(self, messages: Sequence[Mapping[str, Any]], before: _Pictures) -> list[Layer]:
        """One below the other, the newest at the bottom; what has no room is left out."""
        width, height = self._size
        edge = round(CHAT_EDGE * min(self._size))
        bottom, layers = height - edge, []
        if self._wanted.subtitles:
            bottom = round(height * 0.95 - ROOM * self._letters())
        for message in reversed(messages):
            name = str(message["user"])
            text = f"{name}  {message['text']}"[:MOST_LETTERS]
            colour = PAID if message.get("kind") == "paid" else NAME
            whole = _Text(text, round(CHAT_WIDTH * width), self._letters(CHAT_SIZE), HEARD, name, colour, False)
            picture = self._picture(whole, before)
            if picture is None:
                continue
            bottom -= picture.shape[0]
            if bottom < height // 3:
                break
            layers.append(Layer.of(picture, (edge, bottom)))
        return layers

    def _picture(self, text: _Text, before: _Pictures) -> Frame | None:
        """Drawn once for as long as it is seen."""
        if text not in self._pictures:
            self._pictures[text] = before[text] if text in before else self._drawn(text)
        return self._pictures[text]

    def _drawn(self, text: _Text) -> Frame | None:
        """The text as a picture; None, said now and then, where no font of this computer has its letters."""
        try:
            return lettered(
                text.text,
                text.width,
                text.size,
                text.colour,
                begun=text.begun,
                begun_colour=text.begun_colour,
                centred=text.centred,
            )
        except SettingsError as error:
            if self._clock() - self._said > SAY_AGAIN_S:
                self._said = self._clock()
                log.warning("a text cannot be drawn over the picture: %s", error)
            return None

    def _covering(self, wanted: OverlaySettings) -> Layer | None:
        """The picture of the settings, as large as the frame."""
        if wanted.picture is None:
            return None
        return Layer.of(_read(expanded(wanted.picture), self._size), (0, 0))


def _read(path: Path, size: tuple[int, int]) -> Frame:
    frame = read_picture(path, "overlay")
    smooth = cv2.INTER_AREA if frame.shape[1] > size[0] else cv2.INTER_LINEAR
    whole = cv2.resize(cv2.cvtColor(frame, cv2.COLOR_RGBA2mRGBA), size, interpolation=smooth)
    return np.asarray(cv2.cvtColor(whole, cv2.COLOR_mRGBA2RGBA), np.uint8)
