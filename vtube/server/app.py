"""The control server: a thread with its own event loop beside the camera's loop."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import socket
import threading
from concurrent.futures import ThreadPoolExecutor

from aiohttp import web

from vtube.errors import ServerError
from vtube.frame import Frame
from vtube.net import loops
from vtube.outputs.base import Flatten
from vtube.outputs.broadcast import FrameBroadcast
from vtube.server import (
    api,
    broadcast,
    characters,
    clips,
    expressions,
    metrics,
    pages,
    plugins,
    scenes,
    state_feed,
    stills,
    streams,
    talkinghead,
    triggers,
)
from vtube.server.access import ACCESS, AccessPolicy, access_middleware, add_security_headers
from vtube.server.connections import CONNECTIONS, IDLE_S, Connections, counted
from vtube.server.control import Control
from vtube.server.encode import SharedEncoder, jpeg, png
from vtube.server.lanes import Lanes
from vtube.server.listener import BACKLOG, check_token, listen, shown_host
from vtube.server.middleware import connection_middleware, error_middleware
from vtube.server.openapi import describe
from vtube.server.preview import Previews
from vtube.server.services import SERVICES, Services
from vtube.settings import ServerSettings
from vtube.threads import be_ordinary, prompt_thread

log = logging.getLogger(__name__)

START_LIMIT_S = 10.0
STOP_LIMIT_S = 1.0
HANDLER_GRACE_S = 0.2
LINGER_S = 2.0
"""How long the rest of a body that was refused is read, so that the client sees the answer."""


async def get_openapi(_: web.Request) -> web.Response:
    """This description."""
    return web.json_response(describe(ROUTES))


ROUTES: list[web.RouteDef] = [
    web.get("/", pages.control_page),
    web.get("/camera", pages.camera_page),
    web.post("/api/invitation", pages.post_invitation),
    web.get("/api/phones", pages.get_phones, allow_head=False),
    web.get("/overlay/chat", pages.overlay_chat),
    web.get("/overlay/subtitles", pages.overlay_subtitles),
    web.get("/static/{name:.+}", pages.static),
    web.get("/frame.png", streams.frame_png),
    web.get("/stream.mjpg", streams.stream_mjpg, allow_head=False),
    web.get("/stream.rgba", streams.stream_rgba, allow_head=False),
    web.get("/stream.nut", streams.stream_nut, allow_head=False),
    web.get("/ws/frames", streams.frames, allow_head=False),
    web.get("/ws/state", state_feed.follow, allow_head=False),
    web.get("/metrics", metrics.get_metrics),
    web.get("/api/openapi.json", get_openapi),
    web.get("/api/state", api.get_state),
    web.get("/api/parameters", api.get_parameters),
    web.put("/api/pose", api.put_pose),
    web.patch("/api/pose", api.patch_pose),
    web.get("/api/emotions", api.get_emotions),
    web.put("/api/emotion", api.put_emotion),
    web.get("/api/emotions/{name}.webp", expressions.get_portrait, allow_head=False),
    web.get("/api/expressions", expressions.get_expressions),
    web.post("/api/expressions", expressions.post_expressions),
    web.put("/api/expressions/{name}", expressions.put_expression),
    web.delete("/api/expressions/{name}", expressions.delete_expression),
    web.get("/api/gestures", api.get_gestures),
    web.put("/api/gesture", api.put_gesture),
    web.get("/api/reactions", api.get_reactions),
    web.post("/api/react", api.post_react),
    web.put("/api/character", characters.put_character),
    web.post("/api/character/back", characters.post_back),
    web.get("/api/characters", characters.get_characters, allow_head=False),
    web.put("/api/characters", characters.put_characters),
    web.get("/api/characters/{name}", characters.get_kept_character, allow_head=False),
    web.put("/api/characters/{name}", characters.put_kept_character),
    web.delete("/api/characters/{name}", characters.delete_kept_character),
    web.get("/api/scenes", scenes.get_scenes),
    web.post("/api/scenes", scenes.post_scene),
    web.put("/api/scene", scenes.put_scene),
    web.patch("/api/scenes/{name}", scenes.patch_scene),
    web.delete("/api/scenes/{name}", scenes.delete_scene),
    web.get("/api/clips", clips.get_clips, allow_head=False),
    web.post("/api/clips", clips.post_clip),
    web.post("/api/clips/sounds", clips.post_sound),
    web.get("/api/clips/{id}", clips.get_clip, allow_head=False),
    web.delete("/api/clips/{id}", clips.delete_clip),
    web.get("/api/clips/{id}/file", clips.get_clip_file, allow_head=False),
    web.post("/api/clips/{id}/resume", clips.post_clip_resume),
    web.post("/api/clips/{id}/stop", clips.post_clip_stop),
    web.post("/api/stills", stills.post_stills),
    web.get("/api/settings", api.get_settings),
    web.put("/api/settings", api.put_settings),
    web.get("/api/settings/schema", api.get_settings_schema),
    web.get("/api/settings/waiting", api.get_waiting_settings),
    web.get("/api/sound", api.get_sound, allow_head=False),
    web.get("/api/voices", api.get_voices, allow_head=False),
    web.post("/api/say", api.post_say),
    web.put("/api/speech", api.put_speech),
    web.post("/api/speech/skip", api.post_skip),
    web.post("/api/speech/stop", api.post_stop),
    web.post("/api/chat", broadcast.post_chat),
    web.post("/api/chat/choose", broadcast.post_choose),
    web.post("/api/dialogue/stop", broadcast.post_dialogue_stop),
    web.post("/api/dialogue/resume", broadcast.post_dialogue_resume),
    web.post("/api/dialogue/next", broadcast.post_dialogue_next),
    web.get("/api/memory", broadcast.get_memory, allow_head=False),
    web.post("/api/memory/forget", broadcast.post_forget),
    web.put("/api/memory/fact", broadcast.put_fact),
    web.get("/api/face", api.get_face),
    web.post("/api/calibrate", api.post_calibrate),
    web.put("/api/motion", api.put_motion),
    web.put("/api/air", api.put_air),
    web.put("/api/recording", api.put_recording),
    web.put("/api/outputs", api.put_outputs),
    web.get("/api/actions", triggers.get_actions),
    web.post("/api/do", triggers.post_do),
    web.get("/api/do/{action:.+}", triggers.get_do, allow_head=False),
    web.get("/api/links", triggers.get_links),
    web.post("/api/links", triggers.post_link),
    web.delete("/api/links/{key}", triggers.delete_link),
    web.get("/api/plugins", plugins.get_plugins, allow_head=False),
    web.post("/api/plugins/answer", plugins.post_answer),
    web.delete("/api/plugins/{key}", plugins.delete_plugin),
    web.get("/api/modules", talkinghead.modules),
    web.post("/api/classify", talkinghead.classify),
    web.get("/api/classify/labels", talkinghead.labels),
    web.post("/api/talkinghead/load", talkinghead.load),
    web.get("/api/talkinghead/unload", talkinghead.unload, allow_head=False),
    web.get("/api/talkinghead/start_talking", talkinghead.start_talking, allow_head=False),
    web.get("/api/talkinghead/stop_talking", talkinghead.stop_talking, allow_head=False),
    web.post("/api/talkinghead/set_emotion", talkinghead.set_emotion),
    web.post("/api/talkinghead/load_emotion_templates", talkinghead.load_emotion_templates),
    web.post("/api/talkinghead/load_animator_settings", talkinghead.load_animator_settings),
    web.get("/api/talkinghead/result_feed", talkinghead.result_feed, allow_head=False),
    web.head("/api/talkinghead/result_feed", talkinghead.head_of_feed),
]


def build_app(policy: AccessPolicy, services: Services, connections: Connections) -> web.Application:
    """The application with all routes and checks."""
    app = web.Application(middlewares=[connection_middleware, error_middleware, access_middleware])
    app[ACCESS] = policy
    app[SERVICES] = services
    app[CONNECTIONS] = connections
    app.add_routes(ROUTES)
    app.on_response_prepare.append(add_security_headers)
    app.on_shutdown.append(_end_streams)
    return app


async def _end_streams(app: web.Application) -> None:
    for task in tuple(app[SERVICES].viewers.tasks):
        task.cancel()


class Server:
    """Serves `control` and the frames on `broadcast` until stopped.

    `flatten` lays frames over the background for streams that know no alpha; it is called in a thread. `preview` has
    what the control page shows, `broadcast` when None.
    """

    def __init__(
        self,
        settings: ServerSettings,
        control: Control,
        broadcast: FrameBroadcast,
        flatten: Flatten,
        preview: FrameBroadcast | None = None,
    ) -> None:
        self._settings = settings
        self._control = control
        self._broadcast = broadcast
        self._flatten = flatten
        self._preview = preview or broadcast
        self._thread: threading.Thread | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stop: asyncio.Event | None = None
        self._broken = False
        self.url = ""
        """Where the control page is, such as http://127.0.0.1:8787; empty before `start`."""

    def start(self) -> None:
        """Listen, and serve from a thread of its own.

        Raises:
            ServerError: the port is taken, the address is not this computer's, or a remote bind has no token.
        """
        check_token(self._settings)
        listener = listen(self._settings.host, self._settings.port)
        port = listener.getsockname()[1]
        self.url = f"http://{shown_host(self._settings.host)}:{port}"
        ready = threading.Event()
        self._thread = threading.Thread(target=self._run, args=(listener, port, ready), name="server", daemon=True)
        self._thread.start()
        if not ready.wait(START_LIMIT_S) or self._broken:
            raise ServerError("the control server could not start; the program's log says why")

    def stop(self) -> None:
        """End all streams and stop listening, within a second; harmless when called twice or before `start`."""
        thread, self._thread = self._thread, None
        if thread is None or self._loop is None or self._stop is None:
            return
        with contextlib.suppress(RuntimeError):  # it ended by itself
            self._loop.call_soon_threadsafe(self._stop.set)
        thread.join(STOP_LIMIT_S)
        if thread.is_alive():
            log.warning("the server takes longer than %g s to stop", STOP_LIMIT_S)

    def _run(self, listener: socket.socket, port: int, ready: threading.Event) -> None:
        try:
            with prompt_thread(), loops.runner() as here:
                here.run(self._serve(listener, port, ready))
        except Exception:
            self._broken = True
            log.exception("the control server broke down")
        finally:
            listener.close()
            ready.set()

    async def _serve(self, listener: socket.socket, port: int, ready: threading.Event) -> None:
        self._loop, self._stop = asyncio.get_running_loop(), asyncio.Event()
        encoders = ThreadPoolExecutor(2, thread_name_prefix="encode", initializer=be_ordinary)
        connections, lanes = Connections(), Lanes()
        services = Services(
            self._control,
            self._broadcast,
            SharedEncoder(self._broadcast, png, encoders),
            SharedEncoder(self._broadcast, self._jpeg, encoders),
            encoders,
            lanes,
            Previews(self._preview, encoders),
            SharedEncoder(self._preview, png, encoders),
        )
        runner = web.AppRunner(
            build_app(AccessPolicy(self._settings, port), services, connections),
            access_log=None,
            handler_cancellation=True,
            shutdown_timeout=HANDLER_GRACE_S,
            keepalive_timeout=IDLE_S,
            lingering_time=LINGER_S,
            auto_decompress=False,
        )
        try:
            await runner.setup()
            assert runner.server is not None
            loop = asyncio.get_running_loop()
            site = await loop.create_server(counted(runner.server, connections), sock=listener, backlog=BACKLOG)
            sweeper = asyncio.create_task(connections.watch())
            ready.set()
            await self._stop.wait()
            sweeper.cancel()
            site.close()
        finally:
            await runner.cleanup()
            encoders.shutdown(wait=False, cancel_futures=True)
            lanes.close()

    def _jpeg(self, frame: Frame) -> bytes:
        return jpeg(self._flatten(frame))
