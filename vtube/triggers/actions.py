"""Actions by their names: `expression:joy`, `gesture:nod`, `air`, `calibrate` and others."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Protocol

from vtube.errors import SettingsError
from vtube.server.control import (
    DialogueControl,
    EmotionControl,
    FaceControl,
    GestureControl,
    MotionControl,
    SpeechControl,
    WardrobeControl,
)
from vtube.server.seen import AirControl, RecorderControl, ScenesControl
from vtube.text import unknown

NEUTRAL = "neutral"
SWITCHES = {"on": True, "off": False, "": None}
VIDEO = "mov"


class Acting(Protocol):
    """What of the program actions reach; `studio.control.Control` is the real one."""

    @property
    def emotion(self) -> EmotionControl:
        """The emotion that is shown."""

    @property
    def gesture(self) -> GestureControl:
        """Gestures by name."""

    @property
    def face(self) -> FaceControl:
        """The tracked face."""

    @property
    def air(self) -> AirControl:
        """Whether viewers see the character."""

    @property
    def motion(self) -> MotionControl:
        """The motion as a whole."""

    @property
    def recorder(self) -> RecorderControl:
        """Recordings of what goes out."""

    @property
    def speech(self) -> SpeechControl:
        """The character's own voice."""

    @property
    def dialogue(self) -> DialogueControl:
        """The broadcast."""

    @property
    def wardrobe(self) -> WardrobeControl:
        """Characters that are kept by name."""

    @property
    def scenes(self) -> ScenesControl:
        """Looks of the scene by name."""

    def state(self) -> dict[str, Any]:
        """The JSON object of `/api/state`."""


class Actions:
    """Does them. Any thread may; what shows another character blocks."""

    def __init__(self, program: Callable[[], Acting]) -> None:
        """`program` is asked for at each action."""
        self._program = program
        self._kinds: Mapping[str, Callable[[Acting, str], object]] = {
            "expression": _expression,
            "gesture": lambda to, name: to.gesture.act(name),
            "character": lambda to, name: to.wardrobe.show(name),
            "scene": lambda to, name: to.scenes.show(name),
            "say": lambda to, text: to.speech.say(text),
            "air": _air,
            "freeze": _freeze,
            "record": _record,
            "calibrate": lambda to, _: to.face.calibrate(),
            "neutral": lambda to, _: to.emotion.show(NEUTRAL),
            "silence": _silence,
        }

    def names(self) -> list[str]:
        """Every action that can be named now, but what is said."""
        to = self._program()
        named = [f"expression:{name}" for name in to.emotion.names() if name != NEUTRAL]
        named += [f"gesture:{name}" for name in to.gesture.names()]
        named += [f"scene:{name}" for name in to.scenes.all()]
        switched = [f"{kind}{end}" for kind in ("air", "freeze", "record") for end in ("", ":on", ":off")]
        return [*named, *switched, "calibrate", "neutral", "silence"]

    def do(self, action: str) -> None:
        """Do what `action` says; the same expression again is neutral, `air` without a word changes it.

        Raises:
            VtubeError: there is no such action, or it cannot be done now.
        """
        kind, argument = read_action(action)
        self._kinds[kind](self._program(), argument)


WITH_NAME = ("expression", "gesture", "character", "scene", "say")
SWITCHED = ("air", "freeze", "record")
PLAIN = ("calibrate", "neutral", "silence")
KINDS = (*WITH_NAME, *SWITCHED, *PLAIN)
MAX_LENGTH = 300
EXAMPLES = {"expression": "joy", "gesture": "nod", "character": "Miko", "scene": "Chat", "say": "Hello!"}


def read_action(action: str) -> tuple[str, str]:
    """What an action is of, and its argument.

    Raises:
        SettingsError: there is no such action; one line.
    """
    kind, _, argument = action.strip().partition(":")
    kind, argument = kind.strip().lower(), argument.strip()
    if kind not in KINDS:
        raise SettingsError(unknown("action", kind[:40], KINDS))
    if len(action) > MAX_LENGTH:
        raise SettingsError(f"an action has at most {MAX_LENGTH} characters")
    if kind in WITH_NAME and not argument:
        raise SettingsError(f"the action {kind} needs a name, such as {_example(kind)}")
    if kind in SWITCHED and argument not in SWITCHES:
        raise SettingsError(f"the action {kind} is {kind}, {kind}:on or {kind}:off")
    if kind in PLAIN and argument:
        raise SettingsError(f"the action {kind} takes nothing behind it")
    return kind, argument


def _example(kind: str) -> str:
    return f"{kind}:{EXAMPLES[kind]}"


def _expression(to: Acting, name: str) -> None:
    word, _, share = name.partition("@")
    try:
        strength = float(share or 1.0)
    except ValueError:
        raise SettingsError(f"{name!r} should be like joy or joy@0.5") from None
    to.emotion.show(NEUTRAL if to.state().get("emotion") == word else word, strength)


def _air(to: Acting, word: str) -> None:
    on = SWITCHES[word]
    to.air.put(not to.state().get("on_air", True) if on is None else on)


def _freeze(to: Acting, word: str) -> None:
    on = SWITCHES[word]
    to.motion.pause(not to.state().get("paused", False) if on is None else on)


def _record(to: Acting, word: str) -> None:
    on = SWITCHES[word]
    recording = to.state().get("recording") or {}
    runs = recording.get("state") in ("live", "opening")
    if on is None:
        on = not runs
    if on and not runs:
        to.recorder.start(VIDEO)
    elif not on:
        to.recorder.stop()


def _silence(to: Acting, _: str) -> None:
    to.dialogue.stop()
    to.speech.stop()
