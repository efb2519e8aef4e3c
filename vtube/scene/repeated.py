"""What a frame became, shown again while nothing changes."""

from __future__ import annotations

from collections.abc import Callable

from vtube.frame import Frame


class Repeated:
    """Remembers the last change of a frame, so that its result stays the same object. One thread uses it."""

    def __init__(self) -> None:
        self._last: tuple[Frame, object, Frame] | None = None

    def of(self, frame: Frame, what: object, change: Callable[[], Frame]) -> Frame:
        """What `change` returns; it is asked again only for another frame, or when `what` is done to it differs."""
        last = self._last
        if last is None or last[0] is not frame or last[1] != what:
            self._last = last = frame, what, change()
        return last[2]

    def forget(self) -> None:
        """Let go of the last one."""
        self._last = None
