"""The program as a whole: puts the stages together from the settings and owns their lives.

The only module that knows every room. Threads: the loop runs in the caller's, and one each for the renderer, every
tracker, every output, the server, speech, the loading of an engine and listening to a bake.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import cv2

from vtube import settings as settings_module
from vtube.audio.devices import sound_inputs
from vtube.audio.mouth_source import Hearing
from vtube.avatar.base import Renderer
from vtube.avatar.picture.prepare import load_picture
from vtube.avatar.puppet.manager import PuppetUpkeep
from vtube.avatar.registry import create_renderer
from vtube.avatar.still import StillRenderer
from vtube.errors import SettingsError, VtubeError
from vtube.frame import Frame
from vtube.motion.animator import Animator
from vtube.motion.emotion_classifier import load_classifier
from vtube.outputs.base import OutputContext
from vtube.outputs.broadcast import FrameBroadcast
from vtube.outputs.registry import create_output
from vtube.outputs.worker import OutputWorker, close_all
from vtube.paths import default_picture
from vtube.pose import Pose, neutral
from vtube.realtime.loop import FrameLoop
from vtube.realtime.phase_lock import InStep
from vtube.realtime.render_thread import RenderThread
from vtube.scene.stage import Stage
from vtube.server.app import Server
from vtube.settings import Settings
from vtube.signals import InputStatus
from vtube.speech.build import build_queue
from vtube.studio.state import snapshot
from vtube.tracking.group import TrackerGroup
from vtube.tracking.registry import create_tracker

log = logging.getLogger(__name__)

LOADING, FAILED = "loading", "failed"
LIVE_SECTIONS = ("loop", "idle", "mixer", "emotion", "retarget", "scene", "lipsync", "audio")
"""Settings that take effect while the camera runs; the others need a restart."""


class Studio:
    """A running camera. `open`, `run` until `stop` is called from anywhere, `close`."""

    def __init__(self, settings: Settings) -> None:
        """Nothing is opened yet.

        Raises:
            SettingsError: a SPEC or a setting names something that does not exist.
            PictureError: the character cannot be used.
        """
        cv2.setNumThreads(1)  # pictures are small: more threads cost more than they bring
        self._settings = settings
        path = Path(settings.avatar.character or default_picture()).expanduser()
        picture = load_picture(path)
        for note in picture.notes:
            log.info("%s: %s", path.name, note)
        self.character = path.name
        self.trackers = TrackerGroup([create_tracker(text, settings) for text in settings.tracking])
        self.hearing = Hearing(settings)
        self.speech = build_queue(settings.speech, lambda: self._settings.lipsync)
        self.hearing.override(self.speech.mouth)
        self.animator = Animator(settings, self.trackers.latest, self.hearing.mouth)
        self.stage = Stage(settings.scene, self.animator.lean)
        self.loop = FrameLoop(settings.loop.fps, self._newest, self._deliver)
        self._in_step = InStep()
        self._classifier = load_classifier()
        self.rendering = self._rendering(StillRenderer(picture.frame))
        self.engine = LOADING
        self.upkeep = PuppetUpkeep(settings.avatar, self._take_over, self._give_back)
        self.broadcast = FrameBroadcast()
        self.server = self._server()
        self.workers: list[OutputWorker] = []
        self.pose: Pose = neutral()
        self._picture = picture.frame
        self._paused = False
        self._closed = False
        self._loading = threading.RLock()

    # Life

    def open(self) -> None:
        """Open inputs, outputs and server, and begin to load the engine.

        Raises:
            VtubeError: an input, the server or the weights cannot be had; one line.
        """
        if self.server is not None:
            self.server.start()
            log.info("control page: %s   for OBS: %s/camera", self.server.url, self.server.url)
        self.workers = self._workers()
        self.trackers.start()
        self.hearing.start()
        self.speech.start()
        for worker in self.workers:
            worker.start()
        self.rendering.start()
        threading.Thread(target=self._load_engine, name="engine", daemon=True).start()

    def run(self, seconds: float | None = None) -> None:
        """Send frames until `stop`, or for `seconds`."""
        self.loop.run(seconds)

    def stop(self) -> None:
        """End `run`; from any thread or a signal handler."""
        self.loop.stop()

    def close(self) -> None:
        """Give every device back; harmless when called twice or after a failed `open`."""
        if self._closed:
            return
        self._closed = True
        self.loop.stop()
        closing: list[Callable[[], None]] = [
            lambda: close_all(self.workers),
            self.trackers.close,
            self.hearing.close,
            self.speech.close,
            self.rendering.close,
            self.upkeep.close,
        ]
        if self.server is not None:
            closing.insert(0, self.server.stop)
        threads = [threading.Thread(target=_quietly, args=(action,), daemon=True) for action in closing]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(1.5)

    # What the server may ask for

    def state(self) -> dict[str, Any]:
        """The object of `/api/state`."""
        return snapshot(self)

    def inputs(self, now: float) -> list[InputStatus]:
        """Every tracker and the sound, in order of importance, at `now` (monotonic seconds)."""
        statuses = [*self.trackers.statuses(now), *self.hearing.statuses(now)]
        return [status for status in statuses if status.name != "none"]

    def override_pose(self, values: Mapping[str, float] | None) -> None:
        """See `server.control.Control`."""
        self.animator.manual.hold(values)

    def set_emotion(self, name: str, strength: float = 1.0) -> None:
        """See `server.control.Control`."""
        self.animator.emotion.show(name, strength)

    def emotions(self) -> list[str]:
        """See `server.control.Control`."""
        return self.animator.emotion.names()

    def classify(self, text: str) -> dict[str, float]:
        """See `server.control.Control`."""
        return self._classifier.classify(text)

    def set_emotion_templates(self, templates: Mapping[str, Mapping[str, float]]) -> None:
        """See `server.control.Control`."""
        self.animator.lay_emotions_over(templates)

    def set_character(self, picture: bytes, name: str) -> str:
        """See `server.control.Control`."""
        prepared = load_picture(picture)
        with self._loading:
            renderer = self._create_renderer(prepared.frame)
            self._picture = prepared.frame
            self._begin(renderer)
        self.character = name
        return " ".join(prepared.notes)

    def settings(self) -> dict[str, Any]:
        """See `server.control.Control`."""
        return self._settings.model_dump(mode="json")

    def change_settings(self, changes: Mapping[str, Any]) -> dict[str, Any]:
        """See `server.control.Control`."""
        values = self.settings()
        settings_module.merge(values, changes)
        changed = settings_module.parse(values)
        scene_size = (changed.scene.width, changed.scene.height)
        if scene_size != (self._settings.scene.width, self._settings.scene.height):
            raise SettingsError("the size of the picture cannot change while the camera runs; set it in the file")
        self._apply(changed)
        old = self._settings.model_dump(mode="json")
        self._settings = changed
        return {
            section: value
            for section, value in values.items()
            if section not in LIVE_SECTIONS and value != old[section]
        }

    def sound_inputs(self) -> list[dict[str, Any]]:
        """See `server.control.Control`."""
        return [{"spec": one.spec, **asdict(one)} for one in sound_inputs()]

    def calibrate(self) -> None:
        """See `server.control.Control`."""
        self.animator.retargeter.calibrate()

    def say(self, text: str, voice: str | None = None, interrupt: bool = False) -> int:
        """See `server.control.Control`."""
        return self.speech.say(text, voice, interrupt)

    def change_speech(self, volume: float | None = None, paused: bool | None = None, voice: str | None = None) -> None:
        """See `server.control.Control`."""
        self.speech.change(volume=volume, paused=paused, voice=voice)

    def skip_speech(self) -> None:
        """See `server.control.Control`."""
        self.speech.skip()

    def stop_speech(self) -> None:
        """See `server.control.Control`."""
        self.speech.stop()

    def set_talking(self, talking: bool) -> None:
        """See `server.control.Control`."""
        self.hearing.pretend(talking)

    def set_paused(self, paused: bool) -> None:
        """See `server.control.Control`."""
        self._paused = paused

    # Inside

    def _apply(self, changed: Settings) -> None:
        self.hearing.change(changed)  # first, as it may refuse
        self.stage.change(changed.scene)
        self.animator.change(changed)
        self.loop.change_fps(changed.loop.fps)

    def _rendering(self, renderer: Renderer) -> RenderThread:
        return RenderThread(
            renderer, self._mix, lambda: self.loop.schedule, source_time=self._source_time, finish=self.stage.process
        )

    def _source_time(self) -> float | None:
        """When the face that the picture shows arrived; the still picture shows none."""
        return self.animator.face.source_time() if self.engine not in (LOADING, FAILED) else None

    def _mix(self, now: float) -> Pose:
        if not self._paused:
            self.pose = self.animator.mixer.pose(now)
        return self.pose

    def _newest(self, deadline: float) -> Frame | None:
        return self.rendering.newest(deadline)

    def _deliver(self, frame: Frame, deadline: float) -> None:
        for worker in self.workers:
            worker.submit(frame, deadline)
        if self._settings.loop.in_step:
            self.loop.move(self._in_step.offset(self.rendering.shown_source, self.rendering.lead, self.loop.nominal))

    def _server(self) -> Server | None:
        if not self._settings.server.enabled:
            return None
        return Server(self._settings.server, self, self.broadcast, self.stage.flatten)

    def _workers(self) -> list[OutputWorker]:
        scene, url = self._settings.scene, self.server.url if self.server is not None else None
        context = OutputContext(
            scene.width,
            scene.height,
            self._settings.loop.fps,
            self.stage.flatten,
            self.stage.preview,
            self.broadcast,
            f"{url}/camera",
        )
        wanted = dict.fromkeys(self._settings.outputs)
        if url is not None:
            wanted["browser"] = None
        elif self._settings.outputs == ["browser"]:
            raise SettingsError("--output browser needs the server; leave out --no-server")
        else:
            wanted.pop("browser", None)
        return [OutputWorker(create_output(text, context)) for text in wanted]

    def _load_engine(self) -> None:
        try:
            with self._loading:
                self._begin(self._create_renderer(self._picture))
        except VtubeError as error:
            self.engine = FAILED
            log.error("%s", error)
        except Exception as error:
            self.engine = FAILED
            log.error("the engine cannot be loaded: %s", error, exc_info=error)

    def _create_renderer(self, picture: Frame) -> Renderer:
        avatar = self._settings.avatar
        return create_renderer(
            avatar.engine,
            picture,
            variant=avatar.variant,
            precision=avatar.precision,
            device=avatar.device,
            threads=self.upkeep.threads(picture),
            live=True,
        )

    def _begin(self, renderer: Renderer) -> None:
        """Show the picture with its first renderer."""
        self._replace_renderer(renderer)
        if not self._closed:
            self.upkeep.begin(self._picture, renderer.name)
            self.rendering.leave_room(self.upkeep.rest())

    def _take_over(self, picture: Frame, renderer: Renderer) -> None:
        """Show the picture with its puppet, or a better one, unless another picture is shown by now."""
        with self._loading:
            if picture is self._picture:
                self._replace_renderer(renderer, fade=True)
                self.rendering.leave_room(self.upkeep.rest())
            else:
                renderer.close()

    def _give_back(self, picture: Frame) -> None:
        """Show the picture with what there is, now that nothing is baked."""
        with self._loading:
            if picture is self._picture and not self._closed:
                self.rendering.leave_room(self.upkeep.rest())
                _quietly(lambda: self._replace_renderer(self._create_renderer(picture), fade=True))

    def _replace_renderer(self, renderer: Renderer, *, fade: bool = False) -> None:
        if self._closed:
            renderer.close()
            return
        self.rendering.swap_renderer(renderer, fade=fade)
        self.engine = f"{renderer.name} ({renderer.detail})"
        log.info("engine: %s", self.engine)


def _quietly(action: Callable[[], None]) -> None:
    try:
        action()
    except Exception as error:
        log.warning("%s", error)
        log.debug("passed over", exc_info=error)
