"""`pointer`: no tracker at all; gaze and head follow the mouse, held keys make expressions (extra `pointer`)."""

from __future__ import annotations

import math
import threading
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Protocol

from vtube.clock import monotonic, sleep_until
from vtube.errors import PackageMissingError, SettingsError, TrackingError
from vtube.registry import optional
from vtube.settings import PointerSettings, Settings
from vtube.signals import FaceFrame, InputStatus
from vtube.spec import Spec
from vtube.text import first_line, unknown
from vtube.threads import Worker
from vtube.tracking.slot import Slot

WHO = "the pointer tracker"
GAZE = (0.6, 0.8)
HEAD = (0.5, 0.8)
"""(up and down, sidewards) at the edge of the screen, as pose parameters."""
BODY = 0.4
"""The body's part of the head's turn."""
GAZE_LAG_S, HEAD_LAG_S, BODY_LAG_S = 0.02, 0.15, 0.3
"""Eyes, head and body follow the pointer one after the other."""
FIRST_SCREEN = (0.0, 0.0, 1920.0, 1080.0)
"""Left, top, right, bottom until the pointer is seen beyond; then the screen grows."""


def _both(**shapes: float) -> dict[str, float]:
    return {f"{name}{side}": weight for name, weight in shapes.items() for side in ("Left", "Right")}


EXPRESSIONS: Mapping[str, Mapping[str, float]] = {
    "smile": _both(mouthSmile=0.8, cheekSquint=0.4),
    "laugh": _both(mouthSmile=0.9, eyeBlink=0.9) | {"jawOpen": 0.5},
    "sad": _both(mouthFrown=0.6) | {"browInnerUp": 0.7},
    "angry": _both(browDown=0.7, mouthFrown=0.4),
    "surprised": _both(eyeWide=0.8, browOuterUp=0.8) | {"browInnerUp": 0.8, "jawOpen": 0.3},
    "wink": {"eyeBlinkLeft": 0.9, "mouthSmileLeft": 0.5, "mouthSmileRight": 0.5},
    "closed": _both(eyeBlink=1.0),
    "open": {"jawOpen": 0.6},
}

AT_REST: tuple[str, ...] = tuple(
    sorted({name for shapes in EXPRESSIONS.values() for name in shapes if not name.startswith("eyeBlink")})
)
"""Shapes that are 0 when no expression is shown; lids are left to idle motion's blinking."""


def check_expressions(names: Iterable[str]) -> None:
    """Raise unless all of these are EXPRESSIONS.

    Raises:
        SettingsError: one is not; the line offers the nearest.
    """
    for name in names:
        if name not in EXPRESSIONS:
            raise SettingsError(f"the setting 'pointer.keys': {unknown('expression', name, EXPRESSIONS)}")


def blended(names: Iterable[str]) -> dict[str, float]:
    """The shapes of the shown expressions together, the stronger where they meet; at rest all others are 0."""
    shapes = dict.fromkeys(AT_REST, 0.0)
    for name in names:
        for shape, weight in EXPRESSIONS[name].items():
            shapes[shape] = max(shapes.get(shape, 0.0), weight)
    return shapes


class Devices(Protocol):
    """Where the pointer is and which keys are held."""

    def position(self) -> tuple[float, float]:
        """Pixels from the upper left of the first screen."""

    def held(self) -> frozenset[str]:
        """Names of the held keys: `f1`, `space`, `a` …; only those that were asked for."""

    def close(self) -> None:
        """Stop listening."""


class PynputDevices:
    """Mouse and keyboard through pynput. Listens for the named keys only, keeps and passes on no others.

    Raises:
        PackageMissingError: pynput is not installed.
        TrackingError: there is no desktop it may listen on.
    """

    def __init__(self, keys: frozenset[str]) -> None:
        self._keys = keys
        self._down: set[str] = set()
        try:
            self._mouse: Any = optional("pynput.mouse", "pointer", WHO).Controller()
            keyboard: Any = optional("pynput.keyboard", "pointer", WHO)
            self._listener: Any = keyboard.Listener(on_press=self._press, on_release=self._release)
            self._listener.start()
        except PackageMissingError:
            raise
        except Exception as error:  # noqa: BLE001 - a missing display, a missing permission: whatever the system says
            raise TrackingError(f"{WHO} cannot listen to mouse and keyboard here: {first_line(error)}") from None

    def position(self) -> tuple[float, float]:
        """See `Devices.position`."""
        x, y = self._mouse.position
        return float(x), float(y)

    def held(self) -> frozenset[str]:
        """See `Devices.held`."""
        return frozenset(self._down)

    def close(self) -> None:
        """See `Devices.close`."""
        self._listener.stop()

    def _press(self, key: Any) -> None:
        name = key_name(key)
        if name in self._keys:
            self._down.add(name)

    def _release(self, key: Any) -> None:
        self._down.discard(key_name(key))


def key_name(key: Any) -> str:
    """`f1` of pynput's Key.f1, `a` of a character key, empty for others."""
    name = getattr(key, "name", None) or getattr(key, "char", None) or ""
    return str(name).lower()


class PointerFace:
    """The face of somebody who looks where the pointer is, as pose parameters; a function of time.

    Parameters and not angles, because a pointer that rests has no neutral face to be calibrated to.
    """

    def __init__(self, settings: PointerSettings) -> None:
        self._settings = settings
        self._screen = FIRST_SCREEN
        self._gaze = self._head = self._body = (0.0, 0.0)
        self._time = math.nan

    def look(self, position: tuple[float, float], held: frozenset[str], now: float) -> FaceFrame:
        """The face for a pointer at `position` pixels and these held keys at `now`."""
        elapsed = max(now - self._time, 0.0) if math.isfinite(self._time) else math.inf
        self._time = now
        aim = self._aim(position)
        self._gaze = _toward(self._gaze, aim, elapsed, GAZE_LAG_S)
        self._head = _toward(self._head, aim, elapsed, HEAD_LAG_S)
        self._body = _toward(self._body, self._head, elapsed, BODY_LAG_S)
        shown = [expression for key, expression in self._settings.keys.items() if key.lower() in held]
        return FaceFrame(now, shapes=blended(shown), parameters=self._parameters())

    def _parameters(self) -> dict[str, float]:
        gaze, head = self._settings.gaze, self._settings.head
        return {
            "iris_rotation_x": gaze * GAZE[0] * self._gaze[0],
            "iris_rotation_y": gaze * GAZE[1] * self._gaze[1],
            "head_x": head * HEAD[0] * self._head[0],
            "head_y": head * HEAD[1] * self._head[1],
            "body_y": head * HEAD[1] * BODY * self._body[1],
        }

    def _aim(self, position: tuple[float, float]) -> tuple[float, float]:
        """-1..1 up and to the character's own right, which is the viewer's left."""
        x, y = position
        left, top, right, bottom = self._screen
        self._screen = left, top, right, bottom = min(left, x), min(top, y), max(right, x), max(bottom, y)
        return 1 - 2 * (y - top) / (bottom - top), 1 - 2 * (x - left) / (right - left)


def _toward(
    value: tuple[float, float], target: tuple[float, float], elapsed: float, lag_s: float
) -> tuple[float, float]:
    share = 1.0 - math.exp(-elapsed / lag_s)
    return value[0] + (target[0] - value[0]) * share, value[1] + (target[1] - value[1]) * share


OpenDevices = Callable[[frozenset[str]], Devices]


class PointerTracker:
    """Asks mouse and keyboard `fps` times a second.

    Raises:
        SettingsError: a key stands for an expression that does not exist.
    """

    def __init__(self, settings: PointerSettings, open_devices: OpenDevices = PynputDevices) -> None:
        check_expressions(settings.keys.values())
        self._settings, self._open = settings, open_devices
        self._slot = Slot("pointer")
        self._devices: Devices | None = None
        self._worker = Worker("tracker pointer", self._run)

    def start(self) -> None:
        """Begin to listen.

        Raises:
            PackageMissingError: pynput is not installed.
            TrackingError: there is nothing to listen to.
        """
        if self._devices is None:
            self._devices = self._open(frozenset(key.lower() for key in self._settings.keys))
            self._worker.start()

    def latest(self) -> FaceFrame | None:
        """The newest face, None before the first. Never blocks."""
        return self._slot.latest()

    def status(self, now: float) -> InputStatus:
        """Where this input stands at `now`."""
        return self._slot.status(now, "mouse and keyboard")

    def close(self) -> None:
        """Stop listening."""
        self._worker.close()
        devices, self._devices = self._devices, None
        if devices is not None:
            devices.close()

    def _run(self, stop: threading.Event) -> None:
        face, moment, devices = PointerFace(self._settings), monotonic(), self._devices
        while devices is not None and sleep_until(moment, stop.is_set):
            now = monotonic()
            self._slot.put(face.look(devices.position(), devices.held(), now))
            moment = max(moment + 1.0 / self._settings.fps, now)


def create(_spec: Spec, settings: Settings) -> PointerTracker:
    """The registry's factory.

    Raises:
        SettingsError: see `PointerTracker`.
    """
    return PointerTracker(settings.pointer)
