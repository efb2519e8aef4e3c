"""The parts of a camera, made from the settings, and what each is given of the others."""

from __future__ import annotations

from typing import Any

import cv2

from vtube.audio.mouth_source import MouthSource
from vtube.audio.voice_memory import NAME as VOICE_LEVELS
from vtube.audio.voice_memory import VoiceMemory
from vtube.dialogue.broadcast import Broadcast
from vtube.dialogue.casting import Body
from vtube.listening.base import Partner
from vtube.listening.host import HostVoice
from vtube.motion.animator import Animator, own_files
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
from vtube.settings import Room, SavedSettings, Settings, SettingsOwner
from vtube.speech.queue import SpeechQueue
from vtube.studio.air import Air, Recorder
from vtube.studio.character import LiveCharacter
from vtube.studio.clips import LiveClips
from vtube.studio.control import Control, check_start
from vtube.studio.edited_files import EditedFiles
from vtube.studio.live_motion import LiveMotion
from vtube.studio.portraits import Portraits
from vtube.studio.scenes import Scenes
from vtube.studio.size import with_size
from vtube.studio.soundtrack import SoundDesk
from vtube.studio.state import StateReader
from vtube.studio.stills import Stills
from vtube.studio.wardrobe import LiveWardrobe
from vtube.tracking.group import TrackerGroup
from vtube.tracking.registry import TRACKERS, create_tracker
from vtube.triggers.actions import Actions
from vtube.triggers.links import NAME as LINKS
from vtube.triggers.service import Triggers
from vtube.vts_api.plugins import NAME as PLUGINS
from vtube.vts_api.program import Program
from vtube.vts_api.service import PluginService


class Parts:
    """A camera that stands still: everything is made, nothing is opened."""

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
        self.saved = saved
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
        self.settings.join(*self._rooms())
        self.edited = EditedFiles(
            lambda: own_files(self.settings.in_force), lambda: self.settings.change({}, save=False)
        )
        self.portraits = self._portraits()
        self.clips = LiveClips(self.character, self.animator.emotion, self.settings)
        self.control = self._control()
        self.speech.on_sentence(self._feel, self.animator.acts.offer)
        self.server = self._server(settings)

    @property
    def url(self) -> str | None:
        """Where the control page is; None without a server."""
        return self.server.url if self.server is not None else None

    def _need_pixels(self) -> bool:
        return self.stage.needs_pixels or self.outputs.need_pixels()

    def _deliver(self, picture: Picture, deadline: float) -> None:
        self.outputs.submit(picture.frame, deadline)

    def _rooms(self) -> list[Room]:
        """Whoever works by the settings, in the order in which they are asked; see `SettingsOwner.join`."""
        return [
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
        ]

    def _portraits(self) -> Portraits:
        character, emotion = self.character, self.animator.emotion
        return Portraits(lambda: character.look, character.painter, character.subject, lambda: emotion.templates)

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
            rest=self.animator.rest,
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

    def program(self) -> Program:
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

    def _state(self) -> StateReader:
        return StateReader(
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

    def _control(self) -> Control:
        state = self._state()
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
