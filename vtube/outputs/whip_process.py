"""The program behind `whip`: sends what it reads from standard input to a WHIP endpoint (RFC 9725) by WebRTC.

A process of its own, as `stream_process.py` is; it reads the same input and answers in the same way. Pictures and sound
are encoded here and not by aiortc, which would take neither a bit rate nor the graphics card: it gets whole packets.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import queue
import sys
import threading
from collections import deque
from collections.abc import Callable
from datetime import datetime
from typing import Any, BinaryIO

import aiohttp
import av
from aiortc import MediaStreamTrack, RTCConfiguration, RTCIceServer, RTCPeerConnection, RTCRtpSender
from aiortc import RTCSessionDescription as Description
from aiortc.rtcconfiguration import RTCBundlePolicy
from aiortc.rtcicetransport import parse_stun_turn_uri

from vtube.net import loops
from vtube.outputs.stream_process import (
    AHEAD,
    GONE,
    Message,
    StreamFailedError,
    read_config,
    read_messages,
    reason,
    say,
)
from vtube.outputs.whip_encoders import OPTIONS, Encoders
from vtube.outputs.whip_endpoint import Endpoint, RefusedError, chosen_codec
from vtube.threads import live_process

PACED = 150
"""Packets whose delays are looked at, about two seconds."""

MOST_PACING_S = 0.045
"""A packet waits no longer than this for its neighbours."""

CONNECT_S = 7.0
"""How long the way for pictures may take to be found after the endpoint's answer."""

SILENT_S = 8.0
"""A receiver that reports nothing for so long, having done so before, is gone."""

MOST_PACKETS = 512
"""Packets of a kind that wait to be sent, some eight seconds: more wait only where aiortc sends no more."""

LOOK_S = 1.0
LEAVE_S = 0.4
"""For saying goodbye."""

NO_WAY = (
    "the endpoint answers, but no way for pictures to it was found: let UDP through the firewall, or name a STUN or "
    "TURN server in stream.ice_servers"
)


class Track(MediaStreamTrack):  # type: ignore[misc]  # aiortc may not be installed where types are checked
    """Packets on their way to aiortc."""

    def __init__(self, kind: str) -> None:
        super().__init__()
        self.kind = kind
        self._packets: asyncio.Queue[Any] = asyncio.Queue(MOST_PACKETS)

    async def recv(self) -> Any:
        """The next packet, when it is time to send it; aiortc asks."""
        due, packet = await self._packets.get()
        await asyncio.sleep(due - asyncio.get_running_loop().time())
        return packet

    def put(self, due: float, packet: Any) -> None:
        """Send a packet at a moment of the loop's clock; in the loop's thread. The oldest makes room where none is."""
        if self._packets.full():
            self._packets.get_nowait()
        self._packets.put_nowait((due, packet))


class Pace:
    """When packets leave: as far apart as they are in the media, and sound and picture of a moment together.

    They come in bursts, one for each frame. A receiver takes unevenness for a poor network and waits longer, and takes
    what leaves together for one moment.
    """

    def __init__(self) -> None:
        self._offsets: deque[float] = deque(maxlen=PACED)

    def due(self, moment: float, now: float) -> float:
        """When a packet of a moment of the media that has come `now` should leave, seconds."""
        self._offsets.append(now - moment)
        return moment + min(max(self._offsets), min(self._offsets) + MOST_PACING_S)


class Reports:
    """Since when the receiver has reported nothing new, by a clock that nobody sets: the system's may be, on air."""

    def __init__(self) -> None:
        self._newest: list[datetime] = []
        self._since = 0.0

    def silence(self, times: list[datetime], now: float) -> float:
        """Seconds at `now` since the times of the newest reports, one of a kind, became these; 0 before the first."""
        if times != self._newest:
            self._newest, self._since = times, now
        return now - self._since if times else 0.0


class Session:
    """One connection to an endpoint."""

    def __init__(self, config: dict[str, Any], endpoint: Endpoint) -> None:
        self._config, self._endpoint = config, endpoint
        self._peer: Any = None
        self._pace, self._reports = Pace(), Reports()
        self._tracks = {"video": Track("video"), "audio": Track("audio")}
        self._changed = asyncio.Event()

    async def open(self) -> str:
        """Agree with the endpoint and find a way to it; the codec of the picture, H264 or VP8.

        Raises:
            RefusedError: the endpoint wants none of it, or cannot be reached; one line.
        """
        servers = [*_ice_servers(self._config), *await self._endpoint.ice_servers()]
        usable = [RTCIceServer(**one) for one in servers if _can_be_asked(one["urls"])]
        self._peer = peer = RTCPeerConnection(
            RTCConfiguration(iceServers=usable, bundlePolicy=RTCBundlePolicy.MAX_BUNDLE)
        )
        peer.on("connectionstatechange", self._changed.set)
        for kind, track in self._tracks.items():
            transceiver = peer.addTransceiver(track, direction="sendonly")
            transceiver.setCodecPreferences(_offered(kind))
        await peer.setLocalDescription(await peer.createOffer())
        answer = await self._endpoint.offer(peer.localDescription.sdp)
        try:
            await peer.setRemoteDescription(Description(answer, "answer"))
        except Exception as error:  # noqa: BLE001 - whatever the library thinks of what a server sent
            raise RefusedError(f"the endpoint's answer cannot be used: {error}") from None
        await self._connected()
        return chosen_codec(answer)

    async def _connected(self) -> None:
        try:
            async with asyncio.timeout(CONNECT_S):
                while self._peer.connectionState != "connected":
                    if self._peer.connectionState in ("failed", "closed"):
                        raise RefusedError(NO_WAY)
                    await self._changed.wait()
                    self._changed.clear()
        except TimeoutError:
            raise RefusedError(NO_WAY) from None

    def send(self, kind: str, packet: Any) -> None:
        """Send a packet; in the loop's thread."""
        now = asyncio.get_running_loop().time()
        self._tracks[kind].put(self._pace.due(float(packet.pts * packet.time_base), now), packet)

    def on_key_frame_wanted(self, ask: Callable[[], None]) -> None:
        """Call `ask` when a viewer needs a whole picture."""
        for sender in self._senders():
            if sender.kind == "video":
                sender._send_keyframe = ask  # noqa: SLF001 - aiortc tells nobody else who sends packets of his own

    async def gone(self) -> None:
        """Return when the receiver has gone."""
        while self._peer.connectionState == "connected" and not await self._silent():
            await asyncio.sleep(LOOK_S)

    async def _silent(self) -> bool:
        reports = [one for sender in self._senders() for one in (await sender.getStats()).values()]
        heard = [one.timestamp for one in reports if one.type == "remote-inbound-rtp"]
        return self._reports.silence(heard, asyncio.get_running_loop().time()) > SILENT_S

    def _senders(self) -> list[Any]:
        return list(self._peer.getSenders())

    async def close(self) -> None:
        """Tell the endpoint, and end; never takes long."""
        try:
            async with asyncio.timeout(LEAVE_S):
                await self._endpoint.leave()
                if self._peer is not None:
                    await self._peer.close()
        except (TimeoutError, aiohttp.ClientError, OSError):
            pass


def _ice_servers(config: dict[str, Any]) -> list[dict[str, Any]]:
    """The user's own; name and password are for those that relay."""
    login = {"username": config["ice_username"], "credential": config["ice_password"]}
    return [{"urls": url, **(login if url.startswith("turn") else {})} for url in config["ice_servers"]]


def _can_be_asked(url: str) -> bool:
    """Whether aiortc knows this kind of server."""
    try:
        parse_stun_turn_uri(url)
    except ValueError:
        return False
    return True


def _offered(kind: str) -> list[Any]:
    """What is offered of a kind, the best first: H.264 is less work, for graphics cards and relays alike."""
    codecs = RTCRtpSender.getCapabilities(kind).codecs
    order = {"video/H264": 0, "video/VP8": 1, "video/rtx": 2, "audio/opus": 0}
    return sorted((one for one in codecs if one.mimeType in order), key=lambda one: order[one.mimeType])


def encode_all(messages: queue.Queue[Message | None], encoders: Encoders, end: Callable[..., object]) -> None:
    """Encode what comes, until the input ends; `end` is told why nothing more comes, None for the end of the input."""
    try:
        while (message := messages.get()) is not None:
            kind, time, data = message
            if kind == b"V":
                encoders.picture(time, data)
            else:
                encoders.sound(time, data)
    except (av.FFmpegError, OSError, ValueError) as error:
        end(error)
    else:
        end(None)


async def serve(source: BinaryIO, config: dict[str, Any]) -> None:
    """Connect and send until the input ends or the receiver goes.

    Raises:
        RefusedError: there is no connection, or no more; one line.
    """
    async with aiohttp.ClientSession() as http:
        endpoint = Endpoint(http, config["url"], config["token"])
        session = Session(config, endpoint)
        try:
            codec = await session.open()
            await _sending(source, config, session, codec)
        finally:
            await session.close()


async def _sending(source: BinaryIO, config: dict[str, Any], session: Session, codec: str) -> None:
    loop = asyncio.get_running_loop()
    ended: asyncio.Future[Exception | None] = loop.create_future()

    def post(call: Callable[..., object], *arguments: object) -> None:
        with contextlib.suppress(RuntimeError):  # the loop has ended
            loop.call_soon_threadsafe(call, *arguments)

    encoders = Encoders(config, codec, lambda kind, packet: post(session.send, kind, packet))
    session.on_key_frame_wanted(encoders.wants_key_frame.set)
    say(live=f"{codec} by {encoders.name}")
    messages: queue.Queue[Message | None] = queue.Queue(AHEAD)
    threading.Thread(target=read_messages, args=(source, messages), daemon=True).start()
    arguments = messages, encoders, lambda error: post(ended.set_result, error)
    threading.Thread(target=encode_all, args=arguments, daemon=True).start()
    gone = asyncio.create_task(session.gone())
    await asyncio.wait((ended, gone), return_when=asyncio.FIRST_COMPLETED)
    if not ended.done():
        raise RefusedError(GONE)
    gone.cancel()
    error = ended.result()
    if error is not None:
        raise error


def main() -> int:
    """The whole program; returns its exit code."""
    av.logging.set_level(None)
    say(loaded=True)
    source = sys.stdin.buffer
    text = read_config(source)
    if text is None:
        return 1
    try:
        with loops.runner() as here:
            here.run(serve(source, {**json.loads(text), "options": OPTIONS}))
    except RefusedError as error:
        say(error=str(error), hopeless=False)
    except (StreamFailedError, av.FFmpegError, OSError, ValueError) as error:
        say(error=reason(error), hopeless=isinstance(error, StreamFailedError))
    else:
        return 0
    return 1


def start() -> None:
    """Run, and end at once: a thread that still waits for input keeps nobody."""
    with live_process():
        code = main()
    sys.stdout.flush()
    os._exit(code)
