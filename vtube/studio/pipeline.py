"""A running camera: its stages, their threads and their lives.

Threads: the loop runs in the caller's, and one each for the renderer, every tracker, every output, the server,
speech, the broadcast, the streamer's voice, the loading of an engine and listening to a bake.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from typing import Any

import cv2

from vtube.audio.mouth_source import MouthSource
from vtube.audio.voice_memory import NAME as VOICE_LEVELS
from vtube.audio.voice_memory import VoiceMemory
from vtube.clock import monotonic
from vtube.dialogue.broadcast import Broadcast
from vtube.dialogue.casting import Body
from vtube.errors import AudioError, TrackingError
from vtube.listening.base import Partner
from vtube.listening.host import HostVoice
from vtube.motion.animator import Animator
from vtube.motion.emotion_classifier import load_classifier
from vtube.outputs.group import OutputGroup
from vtube.paths import user_folder
from vtube.realtime.loop import FrameLoop
from vtube.realtime.phase_lock import PhaseLock
from vtube.realtime.picture import Picture
from vtube.realtime.render_thread import RenderThread
from vtube.scene.live_captions import LiveCaptions
from vtube.scene.stage import Stage
from vtube.server.app import Server
from vtube.settings import SavedSettings, Settings, SettingsOwner
from vtube.speech.queue import SpeechQueue
from vtube.studio.air import Air, Recorder
from vtube.studio.character import LiveCharacter
from vtube.studio.clips import LiveClips
from vtube.studio.control import Control, check_start
from vtube.studio.live_motion import LiveMotion
from vtube.studio.portraits import Portraits
from vtube.studio.scenes import Scenes
from vtube.studio.size import with_size
from vtube.studio.soundtrack import SoundDesk
from vtube.studio.state import StateReader
from vtube.studio.stills import Stills
from vtube.studio.wardrobe import LiveWardrobe
from vtube.threads import close_together
from vtube.tracking.group import TrackerGroup
from vtube.tracking.registry import TRACKERS, create_tracker
from vtube.triggers.actions import Actions
from vtube.triggers.links import NAME as LINKS
from vtube.triggers.service import Triggers
from vtube.vts_api.plugins import NAME as PLUGINS
from vtube.vts_api.program import Program
from vtube.vts_api.service import PluginService

log = logging.getLogger(__name__)

CLOSE_S = 0.9
"""Seconds that closing may take, everything together; what hangs longer is left behind."""
OUTPUTS_SHARE = 0.9
"""The part of these that outputs may take, so that they can say themselves which of them hangs."""


class Studio:
    """A running camera. `open`, `run` until `stop` is called from anywhere, `close`; meanwhile ask `control`."""

    def __init__(self, settings: Settings, saved: SavedSettings | None = None) -> None:
        """Nothing is opened yet.

        Args:
            settings: those of the start.
            saved: where changes are kept for the next start; None keeps none.

        Raises:
            SettingsError: a SPEC or a setting names something that does not exist.
            PictureError: the character cannot be used.
        """
        cv2.setNumThreads(1)  # pictures are small: more threads cost more than they bring
        self._saved = saved
        self.character = LiveCharacter(settings.avatar)
        settings = with_size(
            settings, self.character.largest_in_time, lambda scene: Stage(scene, subject=self.character.subject)
        )
        self.settings = SettingsOwner(settings, saved, check_start)
        self.trackers = TrackerGroup([create_tracker(text, settings) for text in TRACKERS.distinct(settings.tracking)])
        self.mouth_source = MouthSource(settings, memory=VoiceMemory(user_folder() / VOICE_LEVELS))
        self.speech = SpeechQueue(settings)
        self.mouth_source.set_priority(self.speech.mouth, self.speech.cues)
        self.triggers = Triggers(settings, Actions(lambda: self.control), user_folder() / LINKS)
        self.plugins = PluginService(settings, user_folder() / PLUGINS)
        self.animator = Animator(
            settings, self.trackers, self.mouth_source.mouth, self.mouth_source.cues, [self.plugins.driver]
        )
        self.motion = LiveMotion(self.animator)
        self.stage = Stage(settings.scene, self.animator, self.character.subject, self.motion.marks)
        self.rendering = RenderThread(
            self.character.still(), self.motion, lambda: self.loop.schedule, scene=self.stage, needed=self._need_pixels
        )
        self.sound = SoundDesk(settings)
        self.speech.on_sound(self.sound.hear_voice)
        self.outputs = OutputGroup(settings, self.stage, self.sound.soundtrack)
        lock = PhaseLock() if settings.loop.phase_lock else None
        self.loop = FrameLoop(settings.loop.fps, self.rendering.newest, self._deliver, phase_lock=lock)
        self._classifier = load_classifier()
        self.broadcast = Broadcast(settings, self._body())
        self.host = HostVoice(settings, self._partner(), self.sound.her_voice)
        self.captions = LiveCaptions(self.stage.overlay, settings, self._words, self._messages)
        self.settings.join(
            self.stage,
            self.captions,
            self.animator,
            self.speech,
            self.loop,
            self.outputs,
            self.mouth_source,
            self.broadcast,
            self.host,
            self.plugins,
            self.triggers,
        )
        emotion = self.animator.emotion
        self.portraits = Portraits(
            lambda: self.character.look, self.character.painter, self.character.subject, lambda: emotion.templates
        )
        self.clips = LiveClips(self.character, emotion, self.settings)
        self.control = self._control()
        self.speech.on_sentence(self._feel, self.animator.acts.offer)
        self.server = self._server(settings)
        self._closed = False

    @property
    def url(self) -> str | None:
        """Where the control page is; None without a server."""
        return self.server.url if self.server is not None else None

    def open(self) -> None:
        """Open inputs, outputs and server, and begin to load the engine.

        Raises:
            VtubeError: an input, the server or the weights cannot be had; one line.
        """
        if self.server is not None:
            self.server.start()
            self.portraits.start()
            log.info("control page: %s   for OBS: %s/camera", self.url, self.url)
        self.outputs.start(f"{self.url}/camera" if self.url is not None else "")
        self._track()
        self._listen()
        self.speech.start()
        self.broadcast.start()
        self.host.start()
        self.plugins.open(self._program())
        self.triggers.open()
        self.captions.start()
        self.rendering.start()
        self.character.load(self.rendering)

    def run(self, seconds: float | None = None) -> None:
        """Send frames until `stop`, or for `seconds`."""
        self.loop.run(seconds)

    def stop(self) -> None:
        """End `run`; from any thread or a signal handler."""
        self.loop.stop()

    def close(self, seconds: float = CLOSE_S) -> None:
        """Give every device back within `seconds`; harmless when called twice or after a failed `open`."""
        if self._closed:
            return
        self._closed = True
        self.loop.stop()
        for name in close_together(self._parts(seconds * OUTPUTS_SHARE), seconds):
            if name != "the renderer" or not self.rendering.is_drawing(monotonic()):
                log.warning("%s does not close; leaving it behind", name)

    def join(self, seconds: float) -> bool:
        """After `close`: wait, at most `seconds` together, for engines and voices at work; whether all have ended."""
        deadline = monotonic() + seconds
        parts = (self.rendering, self.character, self.portraits, self.speech)
        return all([part.join(deadline - monotonic()) for part in parts])

    def _track(self) -> None:
        """Start the trackers; as for the sound input, what was only saved does not keep the camera from starting."""
        try:
            self.trackers.start()
        except TrackingError as error:
            saved, now = self._read_saved(), self.settings.in_force
            if saved.get("tracking") != now.tracking and saved.get("receiver", {}).get("host") != now.receiver.host:
                raise
            log.warning("%s; the camera starts without it, as it was only saved", error)

    def _listen(self) -> None:
        """Open the sound input; one that was only saved and is gone by now does not keep the camera from starting."""
        try:
            self.mouth_source.start()
        except AudioError as error:
            if self._read_saved().get("audio") != self.settings.in_force.audio:
                raise
            log.warning("%s; the camera starts without it, as it was only saved", error)
            self.settings.change({"audio": "none"}, save=False)

    def _read_saved(self) -> Mapping[str, Any]:
        return self._saved.read() if self._saved is not None else {}

    def _need_pixels(self) -> bool:
        return self.stage.needs_pixels or self.outputs.need_pixels()

    def _deliver(self, picture: Picture, deadline: float) -> None:
        self.outputs.submit(picture.frame, deadline)

    def _parts(self, outputs_s: float) -> list[tuple[str, Callable[[], object]]]:
        parts: list[tuple[str, Callable[[], object]]] = [
            ("the renderer", self.rendering.close),  # first, as it ends its frame
            ("an output", lambda: self.outputs.close(outputs_s)),
            ("the neutral face", self.animator.close),
            ("a portrait", self.portraits.close),
            ("a clip", self.clips.close),
            ("a tracker", self.trackers.close),
            ("the sound input", self.mouth_source.close),
            ("the sound of a stream", self.sound.close),
            ("the microphone of the host", self.host.close),
            ("the broadcast", self.broadcast.close),
            ("the voice", self.speech.close),
            ("the subtitles", self.captions.close),
            ("the plug-ins", self.plugins.close),
            ("a hotkey", self.triggers.close),
            ("the bake", self.character.close),
        ]
        if self.server is not None:
            parts.insert(0, ("the server", self.server.stop))
        return parts

    def _words(self, now: float) -> tuple[str, str]:
        speech = self.speech.status(now)
        return speech["text"], speech["heard"]

    def _messages(self, now: float) -> list[dict[str, Any]]:
        return list(self.broadcast.chat_state(now)["recent"])

    def _feel(self, word: str) -> None:
        """Show the emotion that a tag in a spoken text names, or the one whose word it is; others are left out."""
        self.animator.emotion.feel(word, self._classifier.classify)

    def _body(self) -> Body:
        return Body(
            speaker=self.speech,
            classify=self._classifier.classify,
            feel=self._feel,
            emotions=self.animator.emotion.names,
            speech_settings=lambda: self.settings.in_force.speech,
            act=self.animator.acts.offer,
            notice=self.animator.reactions.notice,
            gestures=self.animator.acts.names,
            change=lambda changes: self.settings.change(changes, save=False),
        )

    def _partner(self) -> Partner:
        director = self.broadcast.director
        return Partner(
            speaks=self.speech.is_sounding,
            give_way=director.give_way,
            wait=director.wait_for_words,
            go_on=director.go_on,
            hear=director.hear,
            said=self.speech.said,
        )

    def _program(self) -> Program:
        """What plug-ins reach."""

        def framing() -> tuple[float, float, float, float]:
            scene = self.settings.in_force.scene
            return scene.zoom, scene.x, scene.y, scene.rotation

        return Program(
            emotion=self.animator.emotion,
            gesture=self.animator.acts,
            face=self.animator,
            wardrobe=self.control.wardrobe,
            scenes=self.control.scenes,
            settings=self.settings,
            name=lambda: self.character.name,
            sees_face=lambda: self.animator.face.sees_face,
            pose=lambda: self.motion.current,
            framing=framing,
            size=lambda: self.stage.size,
            fps=lambda: self.loop.fps,
            glide=self.stage.glide,
            tint=self.stage.colourist.show,
            background=lambda: self.settings.in_force.scene.background,
        )

    def _control(self) -> Control:
        state = StateReader(
            self.loop,
            self.rendering,
            self.character,
            self.animator,
            self.trackers,
            self.mouth_source,
            self.speech,
            self.stage,
            self.outputs,
            self.broadcast,
            self.host,
            self.portraits,
            self.plugins,
            self.triggers,
            self.clips,
            pose=lambda: self.motion.current,
            paused=lambda: self.motion.paused,
            url=lambda: self.url,
            air=Air(self.outputs),
            recorder=Recorder(self.outputs),
            revision=lambda: self.settings.revision,
        )
        return Control(
            pose=self.animator.manual,
            emotion=self.animator.emotion,
            expressions=self.animator.expressions,
            gesture=self.animator.acts,
            reactions=self.animator.reactions,
            portraits=self.portraits,
            classifier=self._classifier,
            character=self.character,
            wardrobe=LiveWardrobe(self.character),
            face=self.animator,
            motion=self.motion,
            speech=self.speech,
            mouth=self.mouth_source,
            dialogue=self.broadcast,
            settings=self.settings,
            air=state.air,
            recorder=state.recorder,
            scenes=Scenes(self.settings, self.stage.glide),
            clips=self.clips,
            stills=Stills(self.character.artist, self.character.subject, self.settings, self.animator.emotion),
            plugins=self.plugins,
            triggers=self.triggers,
            read_state=state.read,
            read_meters=state.meters,
        )

    def _server(self, settings: Settings) -> Server | None:
        if not settings.server.enabled:
            return None
        return Server(settings.server, self.control, self.outputs.broadcast, self.stage.flatten, self.outputs.preview)
