"""Small pictures of the stage for people who steer: WebP with transparency, at the size at which they are shown."""

from __future__ import annotations

import asyncio
import functools
import io
import logging
from concurrent.futures import Executor
from weakref import WeakValueDictionary

import cv2
from aiohttp import web
from PIL import Image

from vtube.frame import Frame
from vtube.outputs.broadcast import FrameBroadcast, Subscription
from vtube.server.encode import SharedEncoder

log = logging.getLogger(__name__)

SMALLEST, LARGEST, STEP = 64, 1024, 32
"""Pixels of the longer side; sizes are rounded up to whole steps, so that clients share their encoders."""
QUALITY, ALPHA_QUALITY = 70, 60
"""About 15 KB for 400 pixels, 5 ms of one core."""
UNSEEN = 2
"""So many pictures may be on their way; the next one is sent when the client has confirmed one."""
STALL_S = 10.0


def webp(frame: Frame, size: int) -> bytes:
    """The frame as a WebP whose longer side has `size` pixels at most."""
    height, width, _ = frame.shape
    scale = min(1.0, size / max(height, width))
    if scale < 1.0:
        small = (max(1, round(width * scale)), max(1, round(height * scale)))
        frame = cv2.resize(frame, small, interpolation=cv2.INTER_AREA)
    file = io.BytesIO()
    Image.fromarray(frame).save(file, "WEBP", quality=QUALITY, method=0, alpha_quality=ALPHA_QUALITY)
    return file.getvalue()


class Previews:
    """An encoder for each size that is watched, shared by all who watch it."""

    def __init__(self, broadcast: FrameBroadcast, workers: Executor) -> None:
        self.broadcast = broadcast
        self._workers = workers
        self._encoders: WeakValueDictionary[int, SharedEncoder] = WeakValueDictionary()

    def encoder(self, size: int) -> SharedEncoder:
        """The one for this size; it lives as long as somebody keeps it."""
        found = self._encoders.get(size)
        if found is None:
            encode = functools.partial(webp, size=size)
            found = self._encoders[size] = SharedEncoder(self.broadcast, encode, self._workers)
        return found


class Window:
    """How many pictures are on their way to a client that confirms each."""

    def __init__(self) -> None:
        self._unseen = 0
        self._room = asyncio.Event()
        self._room.set()

    async def room(self) -> None:
        """Wait until another one may be sent.

        Raises:
            TimeoutError: the client has confirmed nothing for too long.
        """
        async with asyncio.timeout(STALL_S):
            await self._room.wait()

    def sent(self) -> None:
        """One more is on its way."""
        self._unseen += 1
        if self._unseen >= UNSEEN:
            self._room.clear()

    def confirmed(self) -> None:
        """The client has shown one."""
        self._unseen = max(0, self._unseen - 1)
        self._room.set()


async def send_previews(
    socket: web.WebSocketResponse, subscription: Subscription, encoder: SharedEncoder, window: Window
) -> None:
    """Send the newest picture whenever the client has room for one."""
    while True:
        await window.room()
        await subscription.next()
        data = await encoder.newest()
        if data is not None:
            window.sent()
            async with asyncio.timeout(STALL_S):
                await socket.send_bytes(data)
