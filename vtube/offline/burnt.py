"""Subtitles drawn into the picture."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from vtube.frame import Frame
from vtube.offline.captions import Caption
from vtube.offline.film import FramesFrom
from vtube.scene.lettering import font_for, lettered, pasted, under

HEIGHT, WIDTH = 0.055, 0.9
"""Height of the letters and width of the lines, in parts of the picture."""
SMALLEST = 12


def with_captions(frames: FramesFrom, captions: Sequence[Caption], fps: float) -> FramesFrom:
    """The frames with each caption drawn while it lasts.

    Raises:
        SettingsError: no font of this computer has the letters.
    """
    for one in captions:
        font_for(one.text)

    def burnt(first: int) -> Iterator[Frame]:
        shown: tuple[Caption, Frame] | None = None
        for index, frame in enumerate(frames(first), first):
            now = index / fps
            caption = next((one for one in captions if one.start <= now < one.end), None)
            if caption is None:
                yield frame
                continue
            height, width = frame.shape[:2]
            if shown is None or shown[0] is not caption:
                size = max(SMALLEST, round(HEIGHT * min(height, width)))
                shown = caption, lettered(caption.text, round(WIDTH * width), size)
            yield pasted(frame, shown[1], *under(width, height, shown[1]))

    return burnt
