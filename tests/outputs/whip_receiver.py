"""A WHIP endpoint on this computer: answers one offer after the other and tells what it gets. Run as a program.

Arguments: {"codec": "H264" or "VP8", "token": what it asks for}, and a port. It prints lines of JSON: {"port"} at the
start, then {"offer"}, {"frame"}, {"sound"}, {"left"} as they happen, with monotonic seconds where they are media.
"""

from __future__ import annotations

import asyncio
import json
import sys
from time import monotonic
from typing import Any

import numpy as np
from aiohttp import web
from aiortc import RTCConfiguration, RTCPeerConnection, RTCRtpReceiver
from aiortc import RTCSessionDescription as Description


def say(**what: Any) -> None:
    print(json.dumps(what), flush=True)


def tell_times(receiver: Any, kind: str) -> None:
    """Tell which time of the sender's clock, NTP, a time of the media is: players bring both in step by that.

    aiortc counts the times of its frames from the first packet on.
    """
    seen: list[int] = []
    reports, packets = receiver._handle_rtcp_packet, receiver._handle_rtp_packet  # noqa: SLF001 - the only way

    async def report(packet: Any) -> None:
        info = getattr(packet, "sender_info", None)
        if info is not None and info.ntp_timestamp and seen:
            say(report=kind, ntp=info.ntp_timestamp / 2**32, rtp=info.rtp_timestamp - seen[0])
        await reports(packet)

    async def media(packet: Any, *rest: Any, **more: Any) -> None:
        seen.append(packet.timestamp)
        await packets(packet, *rest, **more)

    receiver._handle_rtcp_packet, receiver._handle_rtp_packet = report, media  # noqa: SLF001 - the only way


class Receiver:
    """Its sessions and what it does with them."""

    def __init__(self, codec: str, token: str) -> None:
        self._codec, self._token = codec, token
        self._peers: dict[str, RTCPeerConnection] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    def app(self) -> web.Application:
        app = web.Application()
        app.add_routes(
            [
                web.post("/whip", self.post),
                web.post("/moved", self.redirect),
                web.post("/astray", self.astray),
                web.post("/page", self.page),
                web.options("/whip", self.options),
                web.delete("/session/{name}", self.delete),
            ]
        )
        return app

    async def options(self, _request: web.Request) -> web.Response:
        return web.Response(status=204, headers={"Link": '<stun:127.0.0.1:3478>; rel="ice-server"'})

    async def redirect(self, _request: web.Request) -> web.Response:
        return web.Response(status=307, headers={"Location": "/whip"})

    async def astray(self, _request: web.Request) -> web.Response:
        return web.Response(status=307, headers={"Location": "http://[::1/x"})

    async def page(self, _request: web.Request) -> web.Response:
        return web.Response(text="<h1>no endpoint</h1>", status=201)

    async def post(self, request: web.Request) -> web.Response:
        if request.headers.get("Authorization", "") != (f"Bearer {self._token}" if self._token else ""):
            return web.Response(status=401)
        peer = RTCPeerConnection(RTCConfiguration([]))
        peer.on("track", self._receive)
        name = str(len(self._peers))
        self._peers[name] = peer
        codecs = RTCRtpReceiver.getCapabilities("video").codecs
        video = peer.addTransceiver("video", direction="recvonly")
        video.setCodecPreferences([one for one in codecs if one.mimeType == f"video/{self._codec}"])
        await peer.setRemoteDescription(Description(await request.text(), "offer"))
        await peer.setLocalDescription(await peer.createAnswer())
        say(offer=name, type=request.headers["Content-Type"])
        headers = {"Location": f"/session/{name}"}
        return web.Response(status=201, text=peer.localDescription.sdp, content_type="application/sdp", headers=headers)

    async def delete(self, request: web.Request) -> web.Response:
        name = request.match_info["name"]
        await self._peers[name].close()
        say(left=name)
        return web.Response()

    def _receive(self, track: Any) -> None:
        for peer in self._peers.values():
            for receiver in peer.getReceivers():
                if receiver.track is track:
                    tell_times(receiver, track.kind)
        task = asyncio.ensure_future(self._look(track) if track.kind == "video" else self._listen(track))
        self._tasks.add(task)

    async def _look(self, track: Any) -> None:
        while True:
            frame = await track.recv()
            picture = frame.to_ndarray(format="rgb24")
            height, width, _ = picture.shape
            middle, corner = picture[height // 2, width // 2].tolist(), picture[4, 4].tolist()
            say(frame=monotonic(), rtp=frame.pts, size=[width, height], middle=middle, corner=corner)

    async def _listen(self, track: Any) -> None:
        while True:
            frame = await track.recv()
            loud = np.abs(frame.to_ndarray()[0, :: len(frame.layout.channels)]) > 3000
            say(sound=monotonic(), rtp=frame.pts + int(loud.argmax()), loud=bool(loud.any()))


async def main() -> None:
    """Serve until killed."""
    receiver = Receiver(**json.loads(sys.argv[1]))
    runner = web.AppRunner(receiver.app())
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", int(sys.argv[2]) if len(sys.argv) > 2 else 0)
    await site.start()
    say(port=runner.addresses[0][1])
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main())
