"""The picture: one PNG, endless streams, and the WebSocket behind `/camera`."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
from collections.abc import AsyncGenerator, Callable, Coroutine, Mapping
from typing import Any

from aiohttp import web

from vtube.frame import drawn, recipe_of
from vtube.outputs.broadcast import FrameBroadcast, Subscription, TimedFrame
from vtube.server.bodies import rate_of, refuse, side_of
from vtube.server.contract import FPS, Contract, says
from vtube.server.encode import SharedEncoder, raw
from vtube.server.nut import NutMuxer
from vtube.server.preview import LARGEST, SMALLEST, STEP, Window, send_previews
from vtube.server.services import SERVICES
from vtube.server.viewers import kind_of_page
from vtube.server.warp import Message, WarpFeed

log = logging.getLogger(__name__)

BOUNDARY = "frame"
PING_S = 20.0
STALL_S = 10.0
"""A reader that takes nothing for so long has gone, or holds a place that others could use."""
MAX_CLIENT_MESSAGE_BYTES = 1024
PREVIEW: dict[str, dict[str, Any]] = {
    "as": {"type": "string", "enum": ["raw", "webp", "warp"], "description": "webp: small pictures; warp: for WebGL"},
    "size": {"type": "integer", "minimum": 1, "maximum": LARGEST, "description": "longer side of a preview, pixels"},
}
ALWAYS = {"always": {"type": "string", "enum": ["0", "1"], "description": "1: with the character, also off air"}}


@says(Contract(query=ALWAYS, answer="image/png"))
async def frame_png(request: web.Request) -> web.Response:
    """The newest frame, RGBA; empty while the character is off air, unless `always=1`."""
    services = request.app[SERVICES]
    always = request.query.get("always") == "1"
    data = await (services.snapshot if always else services.png).newest()
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


async def multipart(
    request: web.Request, encoder: SharedEncoder, kind: str, fps: float | None, viewer: str = "stream"
) -> web.StreamResponse:
    """Send the encoder's pictures as `multipart/x-mixed-replace`.

    The next part's headers follow each picture at once: Chromium shows a part only when it has seen them, and
    would stay a frame behind.
    """
    return await _endless(
        request,
        f"multipart/x-mixed-replace; boundary={BOUNDARY}",
        _parts(request.app[SERVICES].broadcast, encoder, kind, fps),
        viewer,
    )


@says(Contract(query={**FPS, **PREVIEW}, answer="application/octet-stream", endless=True))
async def frames(request: web.Request) -> web.WebSocketResponse:
    """Raw RGBA frames, one binary message each.

    Before the first and at each change of size comes a text message {"width", "height"}. With `as=warp` what a page
    with WebGL 2 can draw itself comes as the drawing, once, and as shifts, layers and the face for each frame; how is
    told in `vtube/server/warp.py`. With `as=webp` they are WebP pictures of the stage, `size` pixels at most, also
    while the character is off air; the client answers each that it has shown with any message, and gets no more than
    two ahead.
    """
    fps = rate_of(request)
    if (kind := request.query.get("as", "raw")) not in ("raw", "webp", "warp"):
        raise refuse("?as= is raw, webp or warp")
    if kind == "webp":
        return await _preview(request, fps)
    return await _raw(request, fps, WarpFeed(request.app[SERVICES].encoders) if kind == "warp" else None)


async def _raw(request: web.Request, fps: float | None, warps: WarpFeed | None) -> web.WebSocketResponse:
    socket = _socket()
    with request.app[SERVICES].viewers.place(kind_of_page(request)):
        await socket.prepare(request)
        with request.app[SERVICES].broadcast.subscribe(fps, pixels=warps is None) as subscription:
            sending = _send_frames(socket, subscription, warps)
            await _until_gone(request, socket, sending, lambda: None)  # a client has nothing to say
    return socket


async def _preview(request: web.Request, fps: float | None) -> web.WebSocketResponse:
    services, socket, window = request.app[SERVICES], _socket(), Window()
    encoder = services.previews.encoder(side_of(request, SMALLEST, LARGEST, STEP))
    with services.viewers.place("preview"):
        await socket.prepare(request)
        with services.previews.broadcast.subscribe(fps) as subscription:
            sending = send_previews(socket, subscription, encoder, window)
            await _until_gone(request, socket, sending, window.confirmed)
    return socket


def _socket() -> web.WebSocketResponse:
    return web.WebSocketResponse(compress=False, heartbeat=PING_S, max_msg_size=MAX_CLIENT_MESSAGE_BYTES)


async def _until_gone(
    request: web.Request,
    socket: web.WebSocketResponse,
    sending: Coroutine[None, None, None],
    heard: Callable[[], None],
) -> None:
    """Send until the client leaves; `heard` is called for each of its messages."""
    sender = asyncio.create_task(_guarded(request, socket, sending))
    try:
        async for _ in socket:
            heard()
    finally:
        sender.cancel()
        await asyncio.gather(sender, return_exceptions=True)


async def _guarded(request: web.Request, socket: web.WebSocketResponse, sending: Coroutine[None, None, None]) -> None:
    try:
        await sending
    except ConnectionError:
        pass
    except TimeoutError:
        _cut_off(request)
    except Exception:
        log.exception("a stream of frames broke off")
    finally:
        await socket.close()


async def _send_frames(socket: web.WebSocketResponse, subscription: Subscription, warps: WarpFeed | None) -> None:
    size, last = (0, 0), None
    while True:
        newest = await subscription.next()
        if warps is not None:
            if newest.frame is last:
                continue
            last = newest.frame
            if (recipe := recipe_of(newest.frame)) is not None:
                await _send_warp(socket, await warps.messages(recipe))
                size = (0, 0)
                continue
        if size != _size(newest):
            size = _size(newest)
            await socket.send_str(json.dumps({"width": size[0], "height": size[1]}))
        async with asyncio.timeout(STALL_S):
            await socket.send_bytes(raw(drawn(newest.frame)))  # type: ignore[arg-type]  # any buffer will do


async def _send_warp(socket: web.WebSocketResponse, messages: list[Message]) -> None:
    for text, data in messages:
        async with asyncio.timeout(STALL_S):
            await socket.send_str(text)
            await socket.send_bytes(data)


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
    request: web.Request,
    kind: str,
    chunks: AsyncGenerator[bytes] | AsyncGenerator[memoryview],
    viewer: str = "stream",
) -> web.StreamResponse:
    return await send_pieces(request, {"Content-Type": kind}, chunks, viewer)


async def send_pieces(
    request: web.Request,
    headers: Mapping[str, str],
    chunks: AsyncGenerator[bytes] | AsyncGenerator[memoryview],
    viewer: str = "stream",
) -> web.StreamResponse:
    """Send what comes, piece by piece; a client that takes nothing for STALL_S is cut off."""
    response = web.StreamResponse(headers=headers)
    with request.app[SERVICES].viewers.place(viewer), contextlib.suppress(ConnectionError):
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


def _size(newest: TimedFrame) -> tuple[int, int]:
    height, width, _ = newest.frame.shape
    return width, height
