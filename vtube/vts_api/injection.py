"""Values that plug-ins send for tracking parameters, and the layer of motion that shows them.

A value counts for a second, then it is let go. `set` puts it in the place of what is tracked, by its weight; `add`
lays it on top. One plug-in at a time sets a parameter; any number may add.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple, TypeVar

import numpy as np

from vtube.pose import HIGH, LOW, Pose, neutral
from vtube.signals import InputState, InputStatus
from vtube.vts_api.channels import DEFAULTS, Channel

LIFE_S = 1.0
FADE_S = 0.3
"""How long the layers below take back what is let go."""
RATE_S = 1.0
MOST_ADDED = 64
"""Sessions and parameters that are added at the same time."""

Mode = Literal["set", "add"]
Key = TypeVar("Key")


class Value(NamedTuple):
    """One parameter of an injection."""

    name: str
    value: float
    weight: float


@dataclass(frozen=True, slots=True)
class Injected:
    """The newest value of a parameter from one session."""

    session: int
    plugin: str
    value: float
    weight: float
    time: float

    def share(self, now: float) -> float:
        """How much of it shows at `now`: all for a second, then it fades."""
        return min(max((LIFE_S + FADE_S - (now - self.time)) / FADE_S, 0.0), 1.0)

    def lives(self, now: float) -> bool:
        """Whether it still counts."""
        return now - self.time <= LIFE_S


class ControlledByOtherError(Exception):
    """Another plug-in sets the parameter."""


class Injections:
    """Whatever plug-ins send; sessions write, the render thread reads."""

    def __init__(self) -> None:
        self._writing = threading.Lock()
        self._set: Mapping[str, Injected] = {}
        self._added: Mapping[tuple[str, int], Injected] = {}
        self._face: tuple[float, bool, int] = (float("-inf"), False, 0)
        self._times: list[float] = []

    def put(
        self, session: int, plugin: str, values: Sequence[Value], mode: Mode, face_found: bool | None, now: float
    ) -> None:
        """Take in the values of one message, all or none.

        Raises:
            ControlledByOtherError: another session sets one of them.
        """
        with self._writing:
            fresh = {one.name: Injected(session, plugin, one.value, one.weight, now) for one in values}
            if mode == "set":
                for name in fresh:
                    holder = self._set.get(name)
                    if holder is not None and holder.session != session and holder.lives(now):
                        raise ControlledByOtherError(f"{name} is being set by {holder.plugin}")
                self._set = {**_living(self._set, now), **fresh}
            else:
                added = {**_living(self._added, now), **{(name, session): one for name, one in fresh.items()}}
                self._added = dict(list(added.items())[-MOST_ADDED:])
            if face_found is not None:
                self._face = (now, face_found, session)
            self._times = [*(time for time in self._times if now - time < RATE_S), now]

    def forget(self, session: int, now: float) -> None:
        """Let go of all that a session has sent, as it ends; what shows of it fades."""
        with self._writing:
            self._set = {name: _ended(one, session, now) for name, one in self._set.items()}
            self._added = {key: _ended(one, session, now) for key, one in self._added.items()}
            if self._face[2] == session:
                self._face = (float("-inf"), False, 0)

    def found(self, now: float) -> bool:
        """Whether a plug-in says that there is a face."""
        time, found, _ = self._face
        return found and now - time <= LIFE_S

    def setting(self, name: str, now: float) -> Injected | None:
        """The value that is set for a parameter; None where it comes from elsewhere."""
        one = self._set.get(name)
        return one if one is not None and one.lives(now) else None

    def showing(self, now: float) -> Iterator[tuple[str, Mode, Injected]]:
        """What shows at `now`, fading values included: what is set, then what is added."""
        for name, one in self._set.items():
            if one.share(now) > 0:
                yield name, "set", one
        for (name, _), one in self._added.items():
            if one.share(now) > 0:
                yield name, "add", one

    def status(self, now: float) -> InputStatus | None:
        """The line of this input; None while no plug-in sends anything."""
        times = self._times
        if not times or now - times[-1] > LIFE_S:
            return None
        names: dict[str, list[str]] = {}
        for name, _, one in self.showing(now):
            if one.lives(now):
                names.setdefault(one.plugin, []).append(name)
        told = "; ".join(f"{plugin}: {_few(found)}" for plugin, found in names.items())
        rate = len([time for time in times if now - time < RATE_S]) / RATE_S
        return InputStatus("plugins", InputState.LIVE, rate_hz=rate, age_s=now - times[-1], detail=told)


def _living(values: Mapping[Key, Injected], now: float) -> dict[Key, Injected]:
    return {key: one for key, one in values.items() if one.share(now) > 0}


def _ended(one: Injected, session: int, now: float) -> Injected:
    if one.session != session:
        return one
    return Injected(0, one.plugin, one.value, one.weight, min(one.time, now - LIFE_S))


def _few(names: Sequence[str]) -> str:
    shown = ", ".join(names[:4])
    return shown if len(names) <= 4 else f"{shown} and {len(names) - 4} more"


class InjectionDriver:
    """Lays what plug-ins send over the tracked face, under emotion, voice and hand.

    A value goes to the pose as it is, past calibration: plug-ins send what they want to see.
    """

    def __init__(self, injections: Injections, channel: Callable[[str], Channel | None]) -> None:
        """`channel`: what a parameter moves, by its name."""
        self._injections = injections
        self._channel = channel
        self.shown: Pose = neutral()
        """The pose with all that is tracked and sent, of the last frame; read from any thread."""

    def drive(self, pose: Pose, now: float) -> None:
        """See `base.Driver`."""
        for name, mode, one in sorted(self._injections.showing(now), key=_order):
            channel = self._channel(name)
            if channel is None:
                continue
            before, share = pose.copy(), one.share(now)
            if mode == "set":
                channel.write(pose, one.value)
                share *= one.weight
            else:
                channel.write(pose, channel.read(pose) + one.value)
            pose += (share - 1.0) * (pose - before)
            np.clip(pose, LOW, HIGH, out=pose)
        self.shown = pose.copy()


_PLACES = {name: place for place, name in enumerate(("JawOpen", *DEFAULTS))}
"""The lips come after the jaw, and shapes of the mouth after how far it is open."""


def _order(entry: tuple[str, Mode, Injected]) -> tuple[bool, int]:
    """What is set before what is added; the usual parameters in their order, others after them."""
    name, mode, _ = entry
    return mode == "add", _PLACES.get(name, len(_PLACES))
