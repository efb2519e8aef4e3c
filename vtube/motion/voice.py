"""The voice as a layer: it owns the vowels of the mouth while somebody speaks, and lets a silent body have them."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from vtube.motion.base import Layer
from vtube.motion.body_mouth import MOUTH, SHUT, Opening
from vtube.motion.easing import Array, Fader
from vtube.pose import Pose
from vtube.settings import MixerSettings
from vtube.signals import MouthShape

I_OPENS = 0.38
"""Share of an i that is drawn as an e: alone, THA3 draws a pale line or, on many pictures, lips that hardly part."""

RISE_S, FALL_S = 0.05, 0.2
STALE_S = 0.3
"""A shape older than this is of a voice that has gone."""
SOUNDS_FROM = 0.02
"""Vowels that sum up to more than this sound."""
CLOSED_S = 0.3
"""Lips that were closed for so long within her own speech are those of a silence, not of an m or a double consonant."""


class VoiceDriver:
    """Lays the newest mouth shape over the mouth below: of her own speech always, of a person's voice by the settings.

    - `voice`: while somebody speaks the mouth is the voice's alone.
    - `face`: a tracked face keeps its mouth; the voice has it where no face is tracked.
    - `strongest`: whichever opens the mouth more has the greater share.

    A body that laughs or sighs has the mouth while no voice sounds, beside a tracked face by the same settings.
    """

    def __init__(
        self,
        latest: Callable[[float], MouthShape | None],
        face: Layer,
        settings: MixerSettings,
        body: Callable[[], Opening] = lambda: SHUT,
    ) -> None:
        """Nobody speaks yet.

        Args:
            latest: the mouth shape of a moment (monotonic seconds) or the newest one, None before the first.
            face: the layer of the tracked face.
            settings: who has the mouth.
            body: what the body makes of the mouth without a voice.
        """
        self.settings = settings
        self.speaking = False
        """Whether the voice sounded in the last pose."""
        self._latest = latest
        self._face, self._body = face, body
        self._fader = Fader(RISE_S, FALL_S)
        self._own = Fader(RISE_S, FALL_S)
        self._sound, self._sounded = Fader(RISE_S, FALL_S), -math.inf
        self._shape = np.zeros(MOUTH.stop - MOUTH.start, np.float32)
        self._shares: dict[str, Callable[[Array | Pose, Pose], float]] = {
            "voice": self._all,
            "face": self._where_no_face,
            "strongest": self._stronger,
        }

    def drive(self, pose: Pose, now: float) -> None:
        """See `base.Driver`."""
        shape = self._latest(now)
        speaking = shape is not None and shape.speaking and abs(now - shape.time) <= STALE_S
        if shape is not None and speaking:
            self._shape[:5] = _drawn(shape)
            own = self._own.toward(shape.own, now)
        else:
            own = self._own.weight
        self.speaking = speaking
        weight = self._fader.toward(speaking, now)
        mouth = pose[MOUTH]
        weight *= 1.0 - self._open_silently(mouth, speaking, own, now)
        if weight > 0:
            share = own + (1.0 - own) * self._shares[self.settings.mouth_policy](self._shape, mouth)
            mouth += weight * share * (self._shape - mouth)

    def _open_silently(self, mouth: Pose, speaking: bool, own: float, now: float) -> float:
        """Give the body the mouth where no voice sounds; returns the share of it that is the body's (0..1)."""
        if speaking and (own < 0.5 or float(self._shape.sum()) > SOUNDS_FROM):
            self._sounded = now
        silent = 1.0 - self._sound.toward(speaking and now - self._sounded < CLOSED_S, now)
        body = self._body()
        if silent * body.share <= 0.0:
            return 0.0
        share = silent * self._shares[self.settings.mouth_policy](body.shape, mouth)
        mouth += share * (body.shape - body.share * mouth)
        return silent * body.share

    def _all(self, *_: Array | Pose) -> float:
        return 1.0

    def _where_no_face(self, *_: Array | Pose) -> float:
        return 1.0 - self._face.weight

    def _stronger(self, shape: Array | Pose, mouth: Pose) -> float:
        """Its share: near 1 where `shape` opens the mouth more than what lies below, near 0 where less."""
        voice, below = float(shape.sum()) ** 4, float(mouth.sum()) ** 4
        return voice / (voice + below) if voice > 0 else 0.0


def _drawn(shape: MouthShape) -> Array:
    """The five vowels as the networks should draw them, each 0..1."""
    vowels = np.clip(np.nan_to_num((shape.aaa, shape.iii, shape.uuu, shape.eee, shape.ooo), nan=0.0), 0.0, 1.0)
    opens = I_OPENS * vowels[1]
    vowels[1] -= opens
    vowels[3] = min(vowels[3] + opens, 1.0)
    return vowels
