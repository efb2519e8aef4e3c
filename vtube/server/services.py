"""What the routes work with."""

from __future__ import annotations

import asyncio
from concurrent.futures import Executor
from dataclasses import dataclass, field

from aiohttp import web

from vtube.outputs.broadcast import FrameBroadcast
from vtube.server.animator import Animation, OwnSettings
from vtube.server.control import Control
from vtube.server.encode import SharedEncoder
from vtube.server.lanes import Lanes
from vtube.server.preview import Previews
from vtube.server.viewers import Viewers


@dataclass(slots=True)
class Services:
    """One server's tools.

    Attributes:
        control: the program.
        broadcast: where the newest frame hangs.
        png, jpeg: the broadcast's encoders, shared by all clients.
        encoders: threads for encoding and muxing.
        lanes: threads for what the control says may block.
        previews: small pictures of the stage.
        snapshot: PNGs of the stage, with the character also while she is off air.
        viewers: the streams to clients.
        uploads: how many pictures may be on their way at the same time.
        stills: one batch of stills is drawn at a time.
        talking: ends the talking of a client that never does so itself; None while none talks.
        feeds: how many clients watch the feed of `talkinghead`.
        animation: what a client's animator settings ask of that feed.
        own: the settings of the user's own that they stand in for.
    """

    control: Control
    broadcast: FrameBroadcast
    png: SharedEncoder
    jpeg: SharedEncoder
    encoders: Executor
    lanes: Lanes
    previews: Previews
    snapshot: SharedEncoder
    viewers: Viewers = field(default_factory=Viewers)
    uploads: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(2))
    stills: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(1))
    talking: asyncio.TimerHandle | None = None
    feeds: int = 0
    animation: Animation = field(default_factory=Animation)
    own: OwnSettings = field(default_factory=OwnSettings)


SERVICES = web.AppKey("services", Services)
