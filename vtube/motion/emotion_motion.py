"""How an emotion moves while it is shown: a start, a sinking, a tremble, another breath.

`config/emotion_motion.yaml` says what each does. A movement begins when its emotion does and eases out after it. What
it does to the face belongs to the emotion's template (`face`), so that lids which open again blink and none is shut
twice.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Annotated

import numpy as np
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from vtube.errors import SettingsError
from vtube.motion.adding import added
from vtube.motion.easing import Array, Follower, minimum_jerk
from vtube.motion.emotion import scaled
from vtube.motion.noise import smooth
from vtube.motion.templates import read_built_in
from vtube.pose import COUNT, INDEX, LOW, Pose
from vtube.settings import EmotionSettings

FILE = "emotion_motion.yaml"
ONSET_RISE_S, ONSET_FALL_S = 0.18, 0.7
MOST = 4
"""Emotions that may be on their way in or out at once."""
GONE = 1e-3
_STREAM = 800
_BREATHING = INDEX["breathing"]
_FACE = LOW >= 0
"""Parameters of the face; all others are angles, which are added."""
_IN = 0.4
"""Share of a breath spent breathing in."""


def _known(name: str) -> str:
    if name not in INDEX:
        raise ValueError(f"there is no parameter {name!r}")
    return name


Parameter = Annotated[str, AfterValidator(_known)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Wave(_Part):
    """To and fro: `jitter` 0 is a sine, 1 band-limited noise, between them both."""

    parameter: Parameter
    size: float = Field(ge=-1, le=1)
    hz: float = Field(gt=0, le=12)
    jitter: float = Field(0.0, ge=0, le=1)


class Breath(_Part):
    """How the character breathes meanwhile."""

    per_minute: float = Field(ge=2, le=60)
    depth: float = Field(ge=0, le=1)


class Movement(_Part):
    """What one emotion does over time; see the file."""

    onset: dict[Parameter, float] = Field(default_factory=dict)
    settle: dict[str, float] = Field(default_factory=dict)
    waves: tuple[Wave, ...] = ()
    breath: Breath | None = None

    def at(self, passed: float) -> Array:
        """What it adds to the pose `passed` seconds after it began, shape (45,); the breath apart."""
        total = np.zeros(COUNT)
        start = minimum_jerk(passed / ONSET_RISE_S) - minimum_jerk((passed - ONSET_RISE_S) / ONSET_FALL_S)
        for name, amount in self.onset.items():
            total[INDEX[name]] += amount * start
        settled = minimum_jerk((passed - self.settle.get("after_s", 0.0)) / self.settle.get("over_s", 2.0))
        for name, amount in self.settle.items():
            if name in INDEX:
                total[INDEX[name]] += amount * settled
        for place, wave in enumerate(self.waves):
            total[INDEX[wave.parameter]] += wave.size * _wave(wave, place, passed)
        return total

    def breathed(self, passed: float) -> float:
        """How full the lungs are, 0..1."""
        assert self.breath is not None
        share = passed * self.breath.per_minute / 60.0 % 1.0
        full = minimum_jerk(share / _IN) - minimum_jerk((share - _IN) / (1.0 - _IN))
        return self.breath.depth * full


def _wave(wave: Wave, place: int, passed: float) -> float:
    rocking = math.sin(2 * math.pi * wave.hz * passed)
    return (1.0 - wave.jitter) * rocking + wave.jitter * smooth(0, _STREAM + place, passed, 0.4 / wave.hz)


@cache
def load_movements() -> Mapping[str, Movement]:
    """The program's own, emotion to movement.

    Raises:
        SettingsError: the file is missing or spoilt.
    """
    try:
        return {name: Movement.model_validate(values) for name, values in read_built_in(FILE).items()}
    except (ValidationError, AttributeError) as error:
        raise SettingsError(f"{Path('config') / FILE}: {error}") from None


@dataclass(slots=True)
class _Shown:
    """An emotion that is on its way in or out."""

    shares: Mapping[str, float]
    since: float
    weight: Follower


class EmotionMotionDriver:
    """Moves the figure as the emotion that is shown does.

    Attributes:
        settings: how strongly, and how fast emotions come and go; may be replaced while running.
    """

    def __init__(
        self,
        shown: Callable[[], tuple[Mapping[str, float], float]],
        settings: EmotionSettings,
        movements: Mapping[str, Movement] | None = None,
        breath_taken: Callable[[], float] = lambda: 0.0,
    ) -> None:
        """Nothing is felt yet.

        Args:
            shown: the emotions shown now with their shares, and their strength.
            settings: how strongly.
            movements: those of the program's file unless given.
            breath_taken: how much of the breath speech has, 0..1; nobody speaks as she breathes otherwise.

        Raises:
            SettingsError: the program's file is missing or spoilt.
        """
        self.settings = settings
        self._shown, self._taken = shown, breath_taken
        self._movements = load_movements() if movements is None else movements
        self._list: list[_Shown] = []

    def face(self, now: float) -> Array:
        """What is added to brows, lids and mouth of the templates at `now`, shape (45,)."""
        total = np.zeros(COUNT)
        for one, weight in self._moving(now):
            for name, share in one.shares.items():
                if name in self._movements:
                    total += weight * scaled(share) * self._movements[name].at(now - one.since)
        return np.where(_FACE, total, 0.0)

    def drive(self, pose: Pose, now: float) -> None:
        """See `base.Driver`; turns of head, body and irises, and the breath."""
        for one, weight in self._moving(now):
            self._move(pose, one, weight, now)

    def _moving(self, now: float) -> list[tuple[_Shown, Array]]:
        """The emotions that are on their way or there, and how much of each parameter."""
        shares, strength = self._shown()
        if not self._list or self._list[-1].shares != shares:
            self._list = [*self._list[1 - MOST :], _Shown(shares, now, Follower(np.zeros(COUNT), self.settings.ease_s))]
        wanted = scaled(self.settings.strength) * scaled(self.settings.motion) * scaled(strength)
        moving = []
        for one in self._list:
            one.weight.seconds = max(self.settings.ease_s, 0.2)
            weight = one.weight.toward(wanted if one is self._list[-1] else np.zeros(COUNT), now)
            if weight.max() > GONE:
                moving.append((one, weight))
        self._list = [one for one in self._list[:-1] if one.weight.value.max() > GONE] + self._list[-1:]
        return moving

    def _move(self, pose: Pose, one: _Shown, weight: Array, now: float) -> None:
        passed = now - one.since
        for name, share in one.shares.items():
            movement = self._movements.get(name)
            if movement is None:
                continue
            pose[:] = added(pose, np.where(_FACE, 0.0, weight * share * movement.at(passed)))
            if movement.breath is not None:
                own = weight[_BREATHING] * share * (1.0 - self._taken())
                pose[_BREATHING] += own * (movement.breathed(passed) - pose[_BREATHING])
