"""From the messages of one OSC sender to faces: what every such tracker does alike."""

from __future__ import annotations

from abc import ABC, abstractmethod

from vtube.signals import FaceFrame
from vtube.tracking.protocols.osc import Message, messages


class OscAssembler(ABC):
    """Keeps what a sender last said; each datagram that says something of the face gives a frame."""

    forget_s: float
    """After so long a silence the sender counts as a new one."""

    def __init__(self) -> None:
        self._last = float("-inf")
        self._clear()

    def feed(self, data: bytes, time: float) -> FaceFrame | None:
        """Take a datagram that arrived at `time`; a frame when it says something of the face. Never raises."""
        if time - self._last > self.forget_s:
            self._clear()
        news = any([self._take(message, time) for message in messages(data)])
        if not self._settled(time) and not news:
            return None
        self._last = time
        return self._frame(time)

    @abstractmethod
    def _clear(self) -> None:
        """Forget everything."""

    @abstractmethod
    def _take(self, message: Message, time: float) -> bool:
        """Take one message; whether it says something of the face."""

    @abstractmethod
    def _frame(self, time: float) -> FaceFrame:
        """The face as it stands."""

    def _settled(self, time: float) -> bool:
        """After a datagram: whether something that waited has become part of the face."""
        return False
