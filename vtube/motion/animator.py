"""The motion of one character: the mixer and its layers, put together from the settings."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from vtube.motion.emotion import EmotionDriver
from vtube.motion.face import FaceDriver
from vtube.motion.idle import IdleMotion
from vtube.motion.manual import ManualDriver
from vtube.motion.mixer import Mixer
from vtube.motion.neutral_faces import NAME, NeutralFaceStore
from vtube.motion.retarget import FaceRetargeter, Lean, build_retargeter
from vtube.motion.templates import load_templates
from vtube.motion.voice import VoiceDriver
from vtube.paths import user_folder
from vtube.settings import Settings
from vtube.signals import FaceFrame, MouthShape


class Animator:
    """Idle, face, emotion, voice and hand, from the bottom to the top."""

    def __init__(
        self,
        settings: Settings,
        latest_face: Callable[[], FaceFrame | None],
        mouth: Callable[[float], MouthShape | None],
    ) -> None:
        self._retarget_settings = settings.retarget
        self._kept = NeutralFaceStore(user_folder() / NAME)
        self.retargeter: FaceRetargeter = build_retargeter(settings.retarget, kept=self._kept)
        self.idle = IdleMotion(settings.idle)
        self.face = FaceDriver(latest_face, self.retargeter, settings.mixer)
        templates = load_templates(Path(own).expanduser() if (own := settings.emotion.templates) else None)
        self.emotion = EmotionDriver(templates, settings.emotion)
        self.voice = VoiceDriver(mouth, lambda: self.face.weight, settings.mixer)
        self.manual = ManualDriver()
        self.mixer = Mixer([self.idle, self.face, self.emotion, self.voice, self.manual])

    def lean(self) -> Lean:
        """Where the whole picture moves with the person, as much as the face shows."""
        weight, lean = self.face.weight, self.retargeter.lean
        return Lean(weight * lean.x, weight * lean.y, 1.0 + weight * (lean.scale - 1.0))

    def calibrate(self) -> None:
        """Take the tracked face of this moment as the neutral one."""
        self.retargeter.calibrate()

    def change(self, settings: Settings) -> None:
        """Take other settings over while it runs; the neutral face is kept."""
        self.idle.settings = settings.idle
        self.emotion.settings = settings.emotion
        self.face.settings = self.voice.settings = settings.mixer
        if settings.retarget != self._retarget_settings:
            self._retarget_settings = settings.retarget
            self.retargeter = build_retargeter(settings.retarget, self.retargeter.calibration, self._kept)
            self.face.retargeter = self.retargeter
