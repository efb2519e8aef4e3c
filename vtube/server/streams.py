"""The picture: one PNG, endless streams, and the WebSocket behind `/camera`."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
from collections.abc import AsyncGenerator, Iterator

from aiohttp import web

from vtube.outputs.broadcast import FrameBroadcast, Subscription, TimedFrame
from vtube.server.bodies import rate_of
from vtube.server.contract import FPS, Contract, says
from vtube.server.encode import SharedEncoder, raw
from vtube.server.nut import NutMuxer
from vtube.server.services import SERVICES

log = logging.getLogger(__name__)

MAX_STREAMS = 16
BOUNDARY = "frame"
PING_S = 20.0
STALL_S = 10.0
"""A reader that takes nothing for so long has gone, or holds a place that others could use."""
MAX_CLIENT_MESSAGE_BYTES = 1024


@says(Contract(answer="image/png"))
async def frame_png(request: web.Request) -> web.Response:
    """The newest frame, RGBA."""
    data = await request.app[SERVICES].png.newest()
    if data is None:
        raise web.HTTPServiceUnavailable(text="there is no frame yet")
    return web.Response(body=data, content_type="image/png")


@says(Contract(query=FPS, answer="application/octet-stream", endless=True))
async def stream_rgba(request: web.Request) -> web.StreamResponse:
    """Raw RGBA frames back to back; the stream ends when the frame size changes."""
    chunks = _raw_frames(request.app[SERVICES].broadcast, rate_of(request))
    return await _endless(request, "application/octet-stream", chunks)


@says(Contract(query=FPS, answer="video/x-nut", endless=True))
async def stream_nut(request: web.Request) -> web.StreamResponse:
    """The same as a NUT container, which says size and times itself; ends when the frame size changes."""
    return await _endless(request, "video/x-nut", _nut_chunks(request.app[SERVICES].broadcast, rate_of(request)))


@says(Contract(query=FPS, answer="multipart/x-mixed-replace", endless=True))
async def stream_mjpg(request: web.Request) -> web.StreamResponse:
    """JPEGs over the background, as multipart."""
    return await multipart(request, request.app[SERVICES].jpeg, "image/jpeg", rate_of(request))


async def multipart(request: web.Request, encoder: SharedEncoder, kind: str, fps: float | None) -> web.StreamResponse:
    """Send the encoder's pictures as `multipart/x-mixed-replace`.

    The next part's headers follow each picture at once: Chromium shows a part only when it has seen them, and
    would stay a frame behind.
    """
    return await _endless(
        request,
        f"multipart/x-mixed-replace; boundary={BOUNDARY}",
        _parts(request.app[SERVICES].broadcast, encoder, kind, fps),
    )


@says(Contract(query=FPS, answer="application/octet-stream", endless=True))
async def frames(request: web.Request) -> web.WebSocketResponse:
    """Raw RGBA frames, one binary message each.

    Before the first and at each change of size comes a text message {"width", "height"}.
    """
    fps = rate_of(request)
    socket = web.WebSocketResponse(compress=False, heartbeat=PING_S, max_msg_size=MAX_CLIENT_MESSAGE_BYTES)
    with _place(request):
        await socket.prepare(request)
        with request.app[SERVICES].broadcast.subscribe(fps) as subscription:
            sender = asyncio.create_task(_send_frames(request, socket, subscription))
            try:
                async for _ in socket:  # a client has nothing to say; reading notices that it leaves
                    pass
            finally:
                sender.cancel()
                await asyncio.gather(sender, return_exceptions=True)
    return socket


async def _send_frames(request: web.Request, socket: web.WebSocketResponse, subscription: Subscription) -> None:
    size = (0, 0)
    try:
        while True:
            newest = await subscription.next()
            if size != _size(newest):
                size = _size(newest)
                await socket.send_str(json.dumps({"width": size[0], "height": size[1]}))
            async with asyncio.timeout(STALL_S):
                await socket.send_bytes(raw(newest.frame))  # type: ignore[arg-type]  # any buffer will do
    except ConnectionError:
        pass
    except TimeoutError:
        _cut_off(request)
    except Exception:
        log.exception("a stream of frames broke off")
    finally:
        await socket.close()


async def _raw_frames(broadcast: FrameBroadcast, fps: float | None) -> AsyncGenerator[memoryview]:
    with broadcast.subscribe(fps) as subscription:
        newest = await subscription.next()
        size = _size(newest)
        while _size(newest) == size:
            yield raw(newest.frame)
            newest = await subscription.next()


async def _nut_chunks(broadcast: FrameBroadcast, fps: float | None) -> AsyncGenerator[bytes]:
    with broadcast.subscribe(fps) as subscription:
        newest = await subscription.next()
        with contextlib.closing(NutMuxer(*_size(newest))) as muxer:
            while _size(newest) == (muxer.width, muxer.height):
                yield muxer.mux(newest.frame, newest.time)
                newest = await subscription.next()


async def _parts(
    broadcast: FrameBroadcast, encoder: SharedEncoder, kind: str, fps: float | None
) -> AsyncGenerator[bytes]:
    head = f"--{BOUNDARY}\r\nContent-Type: {kind}\r\n\r\n".encode()
    with broadcast.subscribe(fps) as subscription:
        yield head
        while True:
            await subscription.next()
            data = await encoder.newest()
            if data is not None:
                yield data + b"\r\n" + head


async def _endless(
    request: web.Request, kind: str, chunks: AsyncGenerator[bytes] | AsyncGenerator[memoryview]
) -> web.StreamResponse:
    response = web.StreamResponse(headers={"Content-Type": kind})
    with _place(request), contextlib.suppress(ConnectionError):
        await response.prepare(request)
        try:
            async with contextlib.aclosing(chunks) as pieces:
                async for piece in pieces:
                    async with asyncio.timeout(STALL_S):
                        await response.write(piece)
        except ConnectionError:
            raise
        except TimeoutError:
            log.debug("%s: its reader has stalled", request.path)
            _cut_off(request)
        except Exception:
            log.exception("%s broke off", request.path)
    return response


def _cut_off(request: web.Request) -> None:
    """End a connection whose buffers are full: closing it in good order would wait for its reader."""
    if request.transport is not None:
        request.transport.abort()


@contextlib.contextmanager
def _place(request: web.Request) -> Iterator[None]:
    """One of the few places for streams; a server that stops cancels whoever holds one."""
    streams = request.app[SERVICES].streams
    if len(streams) >= MAX_STREAMS:
        raise web.HTTPServiceUnavailable(text=f"{MAX_STREAMS} streams are open already; close one")
    task = asyncio.current_task()
    assert task is not None
    streams.add(task)
    try:
        yield
    finally:
        streams.discard(task)


def _size(newest: TimedFrame) -> tuple[int, int]:
    height, width, _ = newest.frame.shape
    return width, height
