"""The motion of one character: the mixer and its layers, put together from the settings."""

from __future__ import annotations

import contextlib
import logging
import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from vtube.errors import NoFaceError, SettingsError
from vtube.motion.act_driver import ActDriver
from vtube.motion.base import Driver, FaceSource
from vtube.motion.blinking import LidDriver
from vtube.motion.easing import Array
from vtube.motion.emotion import EmotionDriver, shares_of
from vtube.motion.emotion_motion import EmotionMotionDriver
from vtube.motion.face import FaceDriver
from vtube.motion.gestures import GestureDriver
from vtube.motion.idle import IdleMotion
from vtube.motion.manual import ManualDriver
from vtube.motion.marks import EmotionMarks
from vtube.motion.mixer import Mixer
from vtube.motion.neutral_faces import NAME, NeutralFaceStore
from vtube.motion.own_expressions import NAME as EXPRESSIONS
from vtube.motion.own_expressions import OwnExpressions
from vtube.motion.reactions import Reaction, ReactionDriver, load_reactions
from vtube.motion.retarget import FaceRetargeter, Lean, build_retargeter
from vtube.motion.templates import NEUTRAL, Templates, find, load_templates
from vtube.motion.voice import VoiceDriver
from vtube.paths import edition, expanded, user_folder
from vtube.pose import to_mapping
from vtube.settings import EmotionSettings, ReactionSettings, Settings
from vtube.signals import ARKIT_SHAPES, MouthShape, SpeechCue

log = logging.getLogger(__name__)
T = TypeVar("T")


class Animator:
    """Idle, gestures of speech, face, emotion and how it moves, gestures by name, voice and hand, bottom to top.

    Reactions begin gestures and emotions and move nothing themselves; `marks` knows what is drawn over the figure.
    """

    def __init__(
        self,
        settings: Settings,
        faces: FaceSource,
        mouth: Callable[[float], MouthShape | None],
        cues: Callable[[float], Sequence[SpeechCue]] = lambda now: (),
        over_face: Sequence[Driver] = (),
    ) -> None:
        """Nothing moves yet.

        Args:
            settings: of every layer.
            faces: where tracked faces come from.
            mouth: the mouth of the voice at a moment (monotonic seconds).
            cues: what that voice does around a moment that the body goes along with.
            over_face: layers between the tracked face and the emotion, such as what plug-ins send.

        Raises:
            SettingsError: the file of emotions cannot be used, or a parameter does not exist.
        """
        self._settings = settings
        self._editions = {path: edition(path) for path in own_files(settings)}
        self._neutral_faces = NeutralFaceStore(user_folder() / NAME)
        self.retargeter: FaceRetargeter = build_retargeter(settings.retarget, kept=self._neutral_faces)
        self.idle = IdleMotion(settings.idle, spoken=lambda: self.gestures.breath)
        self.face = FaceDriver(faces, self.retargeter, settings.mixer)
        self.emotion = EmotionDriver(_templates(settings.emotion), settings.emotion, course=self._course)
        self.expressions = OwnExpressions(user_folder() / EXPRESSIONS, self.emotion.keep)
        self.gestures = GestureDriver(
            cues, settings.gestures, mood=lambda: self.emotion.current, energy=lambda: self.idle.energy
        )
        self.emotion_motion = EmotionMotionDriver(
            lambda: self.emotion.shown, settings.emotion, breath_taken=lambda: self.gestures.breath
        )
        self.marks = EmotionMarks(lambda: self.emotion.shown, settings.emotion)
        self.acts = ActDriver(settings.gestures, tracked=lambda: self.face.weight)
        self.voice = VoiceDriver(
            mouth, self.face, settings.mixer, body=lambda: self.acts.mouth.over(self.gestures.mouth)
        )
        self.reactions = ReactionDriver(
            settings.reactions,
            act=self.acts.offer,
            pass_time=self.acts.pass_time,
            let_go=self.acts.let_go,
            feel=self._react_with,
            mood=lambda: (self.emotion.current, self.emotion.shown[1]),
            speaks=lambda now: self.voice.speaking,
            tracked=lambda: self.face.weight > 0,
            table=_reactions(settings.reactions, self.emotion.templates),
        )
        self.manual = ManualDriver()
        self.mixer = Mixer(
            [
                self.idle,
                self.gestures,
                self.face,
                *over_face,
                self.reactions,
                self.emotion,
                self.emotion_motion,
                self.acts,
                LidDriver(),
                self.voice,
                self.manual,
            ]
        )

    def lean(self) -> Lean:
        """Where the whole picture moves with the person, as much as the face shows."""
        weight, lean = self.face.weight, self.retargeter.lean
        return Lean(weight * lean.x, weight * lean.y, 1.0 + weight * (lean.scale - 1.0))

    def calibrate(self) -> None:
        """Take the tracked face of this moment as the neutral one.

        Raises:
            NoFaceError: no face is seen.
        """
        if not self.face.sees_face:
            raise NoFaceError(
                "no face is seen now, so there is none to take as the neutral one; look at the tracker", "face.none"
            )
        self.retargeter.calibrate()

    def rest(self) -> None:
        """End what she does and feels: gestures within 0.3 s, the emotion as it always goes. From any thread."""
        self.reactions.forget()
        self.gestures.break_off()
        self.acts.break_off()
        self.emotion.show(NEUTRAL)

    def reading(self) -> dict[str, Any]:
        """The tracked face before the user's own curves: whether it is `seen`, `parameters` and `shapes` by name.

        A blend shape that the tracker does not send is None; both are empty before the first face.
        """
        face, mapped = self.retargeter.face, self.retargeter.mapped
        numbers = face[: len(ARKIT_SHAPES)].tolist() if face is not None else []
        return {
            "seen": self.face.sees_face,
            "parameters": to_mapping(mapped) if mapped is not None else {},
            "shapes": {
                name: None if math.isnan(value) else round(value, 4)
                for name, value in zip(ARKIT_SHAPES, numbers, strict=False)
            },
        }

    def prepare(self, settings: Settings) -> Callable[[], None]:
        """Get ready for other settings; what is returned takes them over and cannot fail.

        Until then nothing changes. The neutral face, what is held by hand and emotions laid over stay.

        Raises:
            SettingsError: the file of emotions cannot be used, or a parameter does not exist.
        """
        before = self._settings
        templates = self._read(
            before.emotion.templates, settings.emotion.templates, lambda: _templates(settings.emotion)
        )
        reactions = self._read(
            before.reactions.table,
            settings.reactions.table,
            lambda: _reactions(settings.reactions, templates or self.emotion.templates),
        )
        build_retargeter(settings.retarget)  # refuses what cannot be

        def commit() -> None:
            self._settings = settings
            self.idle.settings = settings.idle
            self.gestures.settings = self.acts.settings = settings.gestures
            self.face.settings = self.voice.settings = settings.mixer
            self.emotion.settings = self.emotion_motion.settings = self.marks.settings = settings.emotion
            self.reactions.settings = settings.reactions
            if reactions is not None:
                self.reactions.table = reactions
            if templates is not None:
                self.emotion.replace(templates)
            if settings.retarget != before.retarget:
                self._retarget(settings)

        return commit

    def _read(self, before: str | None, path: str | None, read: Callable[[], T]) -> T | None:
        """What a file of the user's own holds, where it is another one or was edited since; else None.

        One that was edited and is spoilt now is told, and what it held before stays.

        Raises:
            SettingsError: another file cannot be used.
        """
        now = edition(path)
        if path == before and now in (None, self._editions.get(path)):
            return None
        self._editions[path] = now
        try:
            return read()
        except SettingsError as error:
            if path != before:
                raise
            log.warning("%s; what it held before stays", error)
            return None

    def close(self) -> None:
        """Wait until what is to be kept is written."""
        self._neutral_faces.close()

    def _course(self, now: float) -> Array:
        """What the movements of the emotions add to their faces."""
        return self.emotion_motion.face(now)

    def _react_with(self, emotion: str, strength: float) -> None:
        """Feel something about what happens, where there is such an emotion."""
        with contextlib.suppress(SettingsError):
            self.emotion.show(emotion, strength)

    def _retarget(self, settings: Settings) -> None:
        self.retargeter = build_retargeter(settings.retarget, self.retargeter.calibration, self._neutral_faces)
        self.face.retargeter = self.retargeter


def own_files(settings: Settings) -> list[str | None]:
    """The files of the user's own from which motion is read again when they are edited."""
    return [settings.emotion.templates, settings.reactions.table]


def _templates(settings: EmotionSettings) -> Templates:
    return load_templates(expanded(settings.templates) if settings.templates else None)


def _reactions(settings: ReactionSettings, emotions: Templates) -> Mapping[str, Reaction]:
    """The table; what it feels of which there is no such emotion is said, and left out when it comes."""
    table = load_reactions(expanded(settings.table) if settings.table else None)
    for name, reaction in table.items():
        try:
            for feeling in shares_of(reaction.feel, emotions) if reaction.feel else ():
                find(emotions, feeling)
        except SettingsError as error:
            log.warning("the reaction to %s: %s", name, error)
    return table
