"""A batch of stills over HTTP: poses in, a ZIP of RGBA PNGs out, each sent as soon as it is drawn."""

from __future__ import annotations

import asyncio
import io
import re
import zipfile
from collections.abc import AsyncGenerator, Generator
from typing import Annotated

from aiohttp import web
from pydantic import Field

from vtube.frame import Frame
from vtube.paths import is_device_name
from vtube.server.contract import Contract, Message, says_body
from vtube.server.encode import png
from vtube.server.lanes import Lane
from vtube.server.services import SERVICES
from vtube.server.streams import send_pieces

ZIP = "application/zip"
MOST = 200
LARGEST = 2048
MOST_PIXELS = 200 * 1024 * 1024
"""Of a batch: 200 stills of a megapixel each."""
Side = Annotated[int, Field(ge=64, le=LARGEST)]
Word = Annotated[str, Field(min_length=1, max_length=100, pattern=r"\S")]
Number = Annotated[float, Field(ge=-10, le=10)]


class StillMessage(Message):
    """One still: an expression at a strength, parameters in place of its own, and the name of its file."""

    name: Word
    expression: Word | None = None
    strength: Annotated[float, Field(ge=0, le=1)] = 1.0
    pose: Annotated[dict[Word, Number], Field(max_length=100, default_factory=dict)]


class StillsMessage(Message):
    """The stills, and their size where it is not the scene's."""

    stills: Annotated[list[StillMessage], Field(min_length=1, max_length=MOST)]
    width: Side | None = None
    height: Side | None = None


class Sink(io.RawIOBase):
    """What a ZIP is written into; taken out piece by piece."""

    def __init__(self) -> None:
        super().__init__()
        self._pieces = bytearray()

    def writable(self) -> bool:
        """It is; it cannot be sought in."""
        return True

    def write(self, piece: object, /) -> int:
        """Add a piece."""
        data = bytes(piece)  # type: ignore[call-overload]  # the ZIP writer hands over bytes
        self._pieces += data
        return len(data)

    def taken(self) -> bytes:
        """All that has come since the last call."""
        pieces = bytes(self._pieces)
        self._pieces.clear()
        return pieces


@says_body(StillsMessage, Contract(answer=ZIP))
async def post_stills(request: web.Request, body: StillsMessage) -> web.StreamResponse:
    """Draw a batch of stills; the answer is a ZIP of RGBA PNGs.

    Each still has a `name` and an `expression` with its `strength`, or a `pose`, or both: then the pose's parameters
    count in place of the expression's. They are framed as the scene, without its effects and what lies over it, in its
    size or in `width` and `height`, and sent as they are drawn. One batch is drawn at a time.
    """
    services = request.app[SERVICES]
    if services.stills.locked():
        raise web.HTTPTooManyRequests(text="another batch of stills is being drawn; try again later")
    async with services.stills:
        control, lane = services.control.stills, services.lanes.stills
        poses = [control.pose(one.expression, one.strength, one.pose) for one in body.stills]
        size = _size(control.size(), body)
        if size[0] * size[1] * len(poses) > MOST_PIXELS:
            raise web.HTTPBadRequest(
                text=f"that is too much for one batch: {len(poses)} stills of {size[0]} x {size[1]}"
            )
        frames = control.draw(poses, size)
        try:
            first = await lane.run(_drawn, frames)
            headers = {"Content-Type": ZIP, "Content-Disposition": 'attachment; filename="stills.zip"'}
            pieces = _zipped(lane, frames, first, file_names([one.name for one in body.stills]))
            return await send_pieces(request, headers, pieces)
        finally:
            lane.after(frames.close)


def _size(shown: tuple[int, int], body: StillsMessage) -> tuple[int, int]:
    """What is asked for, the other side in proportion where only one is."""
    width, height = shown
    if body.width and body.height:
        return body.width, body.height
    if body.width:
        return body.width, max(1, round(body.width * height / width))
    return (max(1, round(body.height * width / height)), body.height) if body.height else shown


def _drawn(frames: Generator[Frame]) -> bytes:
    return png(next(frames))


async def _zipped(lane: Lane, frames: Generator[Frame], first: bytes, names: list[str]) -> AsyncGenerator[bytes]:
    sink = Sink()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_STORED) as archive:
        for index, name in enumerate(names):
            data = first if index == 0 else await lane.run(_drawn, frames)
            archive.writestr(name, data)
            yield sink.taken()
            await asyncio.sleep(0)
    yield sink.taken()


def file_names(names: list[str]) -> list[str]:
    """A file's name for each, all different, such as every system takes."""
    taken: set[str] = set()
    result = []
    for name in names:
        plain = re.sub(r"[^\w .()+-]", "_", name).strip(" .")[:80] or "still"
        plain += "_" if is_device_name(plain) else ""
        found, number = plain, 1
        while found.casefold() in taken:
            number += 1
            found = f"{plain} {number}"
        taken.add(found.casefold())
        result.append(f"{found}.png")
    return result
