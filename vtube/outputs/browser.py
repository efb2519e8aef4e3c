"""The output behind the server's pages and streams."""

from __future__ import annotations

from vtube.frame import Frame
from vtube.server.board import FrameBoard


class BrowserOutput:
    """Puts frames on the server's board; whoever is connected takes them from there."""

    name = "browser"

    def __init__(self, board: FrameBoard, address: str) -> None:
        """`address` is the transparent page's, for the user."""
        self._board = board
        self.detail = address

    def open(self) -> None:
        """Nothing to open: the server runs on its own."""

    def send(self, frame: Frame, now: float) -> None:
        """Hang up `frame` as the newest one."""
        self._board.put(frame, now)

    def close(self) -> None:
        """Nothing to give back."""
