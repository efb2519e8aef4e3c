"""Gestures of speech: the body goes along with the voice.

What people do while they speak, and where it is from:

- The head nods on stressed syllables, its stroke ending with the syllable's loudest moment (Hadar et al., Human
  Movement Science 2, 1983; McClave, Journal of Pragmatics 32, 2000), and goes with the pitch (Yehia, Kuratate and
  Vatikiotis-Bateson, Journal of Phonetics 30, 2002: up to 0.8 of the pitch's variance).
- Head and body take a new posture at the borders of phrases (Kendon 1972; Hadar et al. 1984); in long ones the head
  swings over on a stress, too, without swinging back (Graf et al., Visual prosody, IEEE Face and Gesture 2002).
- Brows rise with emphasis and in questions (Cavé et al., ICSLP 1996; Flecha-Garcia, Speech Communication 52, 2010).
- Blinks come at the ends of phrases (Nakano and Kitazawa, Experimental Brain Research 205, 2010).
- The gaze leaves the listener as a turn begins and comes back as it ends (Kendon, Acta Psychologica 26, 1967).
- Breath is drawn in quickly before a phrase and let go through it (Winkworth et al., JSHR 38, 1995).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import numpy as np

from vtube.motion.adding import added
from vtube.motion.body_mouth import LAUGH_HZ, MOUTH, SHUT, laughing, opening, sighing
from vtube.motion.cue_times import (
    LATE_S,
    LEAD_S,
    WORD_S,
    begin_of,
    edges_of,
    goes_on,
    is_heard,
    is_over,
    lasts,
    start_of,
)
from vtube.motion.easing import Fader, Follower
from vtube.motion.noise import between, smooth, uniform
from vtube.motion.strokes import Stroke, Strokes
from vtube.pose import COUNT, INDEX, Pose
from vtube.settings import GestureSettings
from vtube.signals import CueKind, SpeechCue

CuesAt = Callable[[float], Sequence[SpeechCue]]

LIVELINESS: dict[str, float] = {
    "excitement": 1.4,
    "anger": 1.35,
    "joy": 1.25,
    "amusement": 1.25,
    "surprise": 1.2,
    "pride": 1.15,
    "admiration": 1.1,
    "annoyance": 1.1,
    "nervousness": 0.8,
    "confusion": 0.8,
    "fear": 0.7,
    "embarrassment": 0.6,
    "disappointment": 0.55,
    "remorse": 0.5,
    "sadness": 0.45,
    "grief": 0.35,
}
"""How much the body speaks along in an emotion; 1 in all others."""

CALMEST, LIVELIEST, GOES_WITH = 0.5, 2.0, 0.3
"""Who is lively anyway speaks with more of the body: idle motion's energy within these limits, to this power."""
TURN_S = 1.3
"""So long after the last phrase the next one is a new turn."""
NOD_S, RETURN_S = 0.22, 0.5
QUICK_NOD_S, QUICK_RETURN_S, QUICK = 0.06, 0.3, 0.5
"""A nod on a stress that is only just heard takes so long down and up, and is so much smaller, as it has to hurry.

The loudest moment comes 10 ms before to 100 ms after such a stress is told, by the voice.
"""
UNKNOWN_S = 0.2
"""A phrase whose end is not known begins as a word of this length would."""
SWING_S, SWING = 1.6, 0.7
"""Where a posture is as old as this a stress swings on to another, so much of the way."""
RISE_S, FALL_S, POSTURE_S, MOOD_S = 0.5, 0.9, 1.5, 0.8
HEARD_RISE_S = 0.9
"""The body begins so slowly with a phrase that is only heard: all of it falls into the speech."""
REMEMBERED = 512

_HEAD_X, _HEAD_Y, _NECK_Z = INDEX["head_x"], INDEX["head_y"], INDEX["neck_z"]
_BODY_Y, _BODY_Z, _BREATHING = INDEX["body_y"], INDEX["body_z"], INDEX["breathing"]
_IRIS_X, _IRIS_Y = INDEX["iris_rotation_x"], INDEX["iris_rotation_y"]
_HEAD, _IRISES = [_HEAD_X, _HEAD_Y], [_IRIS_X, _IRIS_Y]
_LIDS = [INDEX["eye_wink_left"], INDEX["eye_wink_right"]]
_BROWS = [INDEX["eyebrow_raised_left"], INDEX["eyebrow_raised_right"]]
_HAPPY_EYES = [INDEX["eye_happy_wink_left"], INDEX["eye_happy_wink_right"]]
_CORNERS = [INDEX["mouth_raised_corner_left"], INDEX["mouth_raised_corner_right"]]
_TROUBLED = [INDEX["eyebrow_troubled_left"], INDEX["eyebrow_troubled_right"]]
_POSTURE = [_HEAD_X, _HEAD_Y, _NECK_Z, _BODY_Y, _BODY_Z]
_MOVES = [*_POSTURE, *_IRISES]
"""What goes with the idle figure's energy: head and body, and the eyes that the head carries along."""
_TURNS = [_HEAD_Y, _NECK_Z, _BODY_Y, _BODY_Z]
_POSTURE_SIZE = np.array([0.1, 0.82, 0.74, 0.36, 0.32])
_LEAST_SHARE = 0.2
"""Of the way to its posture a phrase goes so much, and as much again as it has seconds: a "yes" is no new posture."""
_RHYTHM = ((_HEAD_X, 0.025, 0.6), (_HEAD_Y, 0.09, 0.8), (_NECK_Z, 0.06, 0.9), (_BODY_Y, 0.12, 0.9), (_BODY_Z, 0.1, 0.8))
"""Parameter, size and seconds between knots of the sway that speaking adds."""
_IDLE_GIVES = 0.25
"""Share of its own turns and tilts that the idle figure gives up for those of speech."""
_EYES_PER_HEAD = 0.45
"""The eyes stay on the listener as the head nods: 15 degrees of head against 30 of iris, nine tenths of it."""
_BROW, _BLINK, _WHEN, _AWAY, _SIDE, _POSE = 700, 701, 702, 703, 704, 710


class GestureDriver:
    """Moves head, brows, lids, gaze, body and breath with the voice; nothing while it is silent.

    It lies below the tracked face, which keeps what it sees.

    Attributes:
        settings: how strongly; may be replaced while running.
        breath: how much of the breath the voice has, 0..1.
        mouth: what laughter and sighs make of the mouth in the last pose; it goes under that of a voice.
    """

    def __init__(
        self,
        cues: CuesAt,
        settings: GestureSettings,
        mood: Callable[[], str] = lambda: "neutral",
        energy: Callable[[], float] = lambda: 1.0,
    ) -> None:
        """Silent.

        Args:
            cues: the voice's cues around a moment (monotonic seconds), known ahead or just heard.
            settings: how strongly.
            mood: the emotion shown now.
            energy: how far the idle figure moves now, 1 for the natural one.
        """
        self.settings = settings
        self.breath = 0.0
        self.mouth = SHUT
        self._cues, self._mood, self._energy = cues, mood, energy
        self._weight = Fader(RISE_S, FALL_S)
        self._posture = Follower(np.zeros(len(_POSTURE)), POSTURE_S)
        self._liveliness = Follower(np.ones(2), MOOD_S)
        self._target = np.zeros(len(_POSTURE))
        self._posed_at = -math.inf
        self._strokes, self._blinks, self._breath, self._looks = Strokes(), Strokes(), Strokes(), Strokes()
        self._opens = Strokes()
        self._breaks_off = False
        self._speaking, self._then = False, -math.inf
        self._seen: dict[tuple[int, str], None] = {}
        self._spoke_until = -math.inf
        self._beginnings: dict[CueKind, Callable[[SpeechCue, float], None]] = {
            CueKind.PHRASE: self._begin_phrase,
            CueKind.ACCENT: self._nod,
            CueKind.QUESTION: self._ask,
            CueKind.LAUGH: self._laugh,
            CueKind.SIGH: self._sigh,
        }

    def break_off(self) -> None:
        """End nods, laughter and sighs that are under way, within `strokes.BREAKS_OFF_S`. Any thread may."""
        self._breaks_off = True

    def drive(self, pose: Pose, now: float) -> None:
        """See `base.Driver`."""
        if self._breaks_off:
            self._breaks_off = False
            for strokes in (self._strokes, self._breath, self._opens):
                strokes.break_off(now)
        cues = self._cues(now)
        weight = self._speak(cues, now)
        for cue in cues:
            self._answer(cue, now)
        self._then = now
        mood, energy = self._eased_liveliness(now)
        lively = self.settings.strength * mood
        self._move(pose, now, weight * lively * energy)
        self._strokes_over(pose, now, lively, energy)
        self._breathe(pose, now, weight * min(self.settings.strength, 1.0))
        if len(self._opens):
            moved = self._opens.sum(now)
            self.mouth = opening(moved, self._opens.share(now, MOUTH), lively)

    def _speak(self, cues: Sequence[SpeechCue], now: float) -> float:
        """How much the body speaks along at `now`; it begins and ends when the voice does, between frames too."""
        phrases = [cue for cue in cues if cue.kind is CueKind.PHRASE]
        for moment in (*edges_of(phrases, self._then, now), now):
            lasting = [cue for cue in phrases if lasts(cue, moment)]
            if bool(lasting) != self._speaking:
                self._weight.toward(self._speaking, moment)
                self._weight.rise_s = HEARD_RISE_S if all(is_heard(cue) for cue in lasting) else RISE_S
                self._speaking = not self._speaking
        return self._weight.toward(self._speaking, now)

    def _eased_liveliness(self, now: float) -> tuple[float, float]:
        """Of the mood, for face and body, and of the idle figure, for head and body alone."""
        energy = min(max(self._energy(), CALMEST), LIVELIEST) ** GOES_WITH
        mood, energy = self._liveliness.toward(np.array([LIVELINESS.get(self._mood(), 1.0), energy]), now)
        return float(mood), float(energy)

    def _answer(self, cue: SpeechCue, now: float) -> None:
        """Begin what a cue asks for, once, when its time has come or is near."""
        if cue.time - LEAD_S <= now < cue.time + LATE_S and self._first(cue, "begin"):
            self._beginnings[cue.kind](cue, now)
        if cue.kind is CueKind.PHRASE:
            if goes_on(cue, now) and self._first(cue, "goes on"):
                self._pose(cue, start_of(now, cue.time + WORD_S), 1.0)
            if is_over(cue, now) and self._first(cue, "end"):
                self._end_phrase(cue, now)

    def _first(self, cue: SpeechCue, part: str) -> bool:
        key = cue.number, part
        if key in self._seen:
            return False
        self._seen[key] = None
        while len(self._seen) > REMEMBERED:
            del self._seen[next(iter(self._seen))]
        return True

    def _chance(self, stream: int, cue: SpeechCue) -> float:
        return uniform(self.settings.seed, stream, cue.number)

    # What the cues begin

    def _begin_phrase(self, cue: SpeechCue, now: float) -> None:
        start, length = start_of(now, begin_of(cue), cue.time), cue.length or 2.5
        self._pose(cue, start, min(1.0, _LEAST_SHARE + (cue.length or UNKNOWN_S)))
        self._breath.add(Stroke(_BREATHING, 0.95, start, LEAD_S, 0.0, max(length, 0.6)))
        if cue.time - self._spoke_until > TURN_S and self._chance(_AWAY, cue) < 0.6:
            side = 1.0 if self._chance(_SIDE, cue) < 0.5 else -1.0
            self._strokes.add(
                Stroke(_IRIS_Y, 0.3 * side, start, 0.12, 0.5, 0.2), Stroke(_IRIS_X, 0.14, start, 0.12, 0.5, 0.2)
            )
        self._spoke_until = max(self._spoke_until, cue.time + length)

    def _pose(self, cue: SpeechCue, start: float, share: float) -> None:
        """Be on the way to the cue's posture from `start` on, by this share of the way."""
        chances = np.array([self._chance(_POSE + part, cue) for part in range(len(_POSTURE))])
        self._posture.toward(self._target, max(start, self._then))
        self._target = self._target + share * (_POSTURE_SIZE * (2 * chances - 1) - self._target)
        self._posed_at = start

    def _end_phrase(self, cue: SpeechCue, now: float) -> None:
        end = start_of(now, cue.time + cue.length)
        self._spoke_until = max(self._spoke_until, cue.time + cue.length)
        if self._chance(_BLINK, cue) < 0.6:
            start = end + between(0.0, 0.12, self._chance(_WHEN, cue))
            self._blinks.add(Stroke(_LIDS[0], 1.0, start, 0.07, 0.04, 0.13))
        self._looks.add(Stroke(0, 1.0, end, 0.15, 1.0, 0.6))

    def _nod(self, cue: SpeechCue, now: float) -> None:
        start = start_of(now, max(cue.time - NOD_S, cue.known_at), min(cue.time, now))
        takes = min(max(cue.time - start, QUICK_NOD_S), NOD_S)
        calm = (takes - QUICK_NOD_S) / (NOD_S - QUICK_NOD_S)
        size = (0.08 + 0.22 * cue.strength) * between(QUICK, 1.0, calm)
        stays, returns = 0.02 * calm, between(QUICK_RETURN_S, RETURN_S, calm)
        if start - self._posed_at >= SWING_S:
            self._pose(cue, start_of(now, begin_of(cue), cue.time), SWING)
        self._strokes.add(
            Stroke(_HEAD_X, -size, start, takes, stays, returns),
            Stroke(_IRIS_X, size * _EYES_PER_HEAD, start, takes, stays, returns),
            Stroke(_BODY_Y, (self._chance(_SIDE, cue) - 0.5) * size, start, 0.25, 0.0, 0.5),
        )
        if self._chance(_BROW, cue) < cue.strength:
            self._raise_brows(start, 0.25 + 0.3 * cue.strength, 0.12)

    def _ask(self, cue: SpeechCue, now: float) -> None:
        start = start_of(now, cue.time)
        side = -1.0 if self._target[_POSTURE.index(_NECK_Z)] > 0 else 1.0
        self._raise_brows(start, 0.6, cue.length + 0.4)
        self._strokes.add(
            Stroke(_NECK_Z, 0.3 * side, start, 0.4, cue.length + 0.3, 0.7),
            Stroke(_HEAD_X, 0.15, start, 0.3, cue.length, 0.6),
        )

    def _raise_brows(self, start: float, size: float, hold: float) -> None:
        self._strokes.add(*(Stroke(brow, size, start, 0.16, hold, 0.35) for brow in _BROWS))

    def _laugh(self, cue: SpeechCue, now: float) -> None:
        start, hold = start_of(now, cue.time), max(cue.length - 0.6, 0.2)
        self._strokes.add(
            *(Stroke(index, 0.9, start, 0.25, hold, 0.5) for index in _CORNERS),
            *(Stroke(index, 1.0, start, 0.2, hold, 0.5) for index in _HAPPY_EYES),
            Stroke(_HEAD_X, 0.25, start, 0.3, hold, 0.6),
            Stroke(_HEAD_X, -0.25, start, 0.2, hold, 0.4, shakes_hz=LAUGH_HZ),
            Stroke(_BODY_Z, 0.15, start, 0.2, hold, 0.5, shakes_hz=LAUGH_HZ / 2),
        )
        self._breath.add(Stroke(_BREATHING, 1.0, start, 0.2, hold, 0.5, shakes_hz=LAUGH_HZ))
        self._opens.add(*laughing(start, hold))

    def _sigh(self, cue: SpeechCue, now: float) -> None:
        start = start_of(now, cue.time)
        self._breath.add(Stroke(_BREATHING, 1.0, start, 0.45, 0.1, 1.2))
        self._opens.add(*sighing(start + 0.45))
        self._strokes.add(
            Stroke(_HEAD_X, 0.12, start, 0.45, 0.0, 0.4),
            Stroke(_HEAD_X, -0.35, start + 0.5, 0.8, 0.4, 0.9),
            *(Stroke(index, 0.5, start + 0.4, 0.5, 0.5, 0.7) for index in _TROUBLED),
        )

    # What they amount to

    def _move(self, pose: Pose, now: float, weight: float) -> None:
        """Posture and rhythm while the voice speaks; the gaze stays nearer to the listener."""
        posture = self._posture.toward(self._target, now)
        if weight <= 0.0:
            return
        more = np.zeros(COUNT)
        more[_POSTURE] = weight * posture
        for index, size, knot_s in _RHYTHM:
            more[index] += weight * size * smooth(self.settings.seed, _POSE + 100 + index, now, knot_s)
        before = pose[_HEAD].copy()
        pose[_TURNS] *= 1.0 - _IDLE_GIVES * min(weight, 1.0)
        pose[:] = added(pose, more)
        pose[_IRISES] -= _EYES_PER_HEAD * (pose[_HEAD] - before)
        _look_back(pose, 0.4 * min(weight, 1.0))

    def _strokes_over(self, pose: Pose, now: float, lively: float, energy: float) -> None:
        back = min(float(self._looks.sum(now)[0]), 1.0) * min(lively, 1.0)
        _look_back(pose, back)
        strokes = lively * self._strokes.sum(now)
        strokes[_MOVES] *= energy
        pose[:] = added(pose, strokes)
        shut = min(lively, 1.0) * float(self._blinks.sum(now)[_LIDS[0]])
        for index, happy in zip(_LIDS, _HAPPY_EYES, strict=True):
            pose[index] = max(float(pose[index]), shut) * (1.0 - min(max(float(pose[happy]), 0.0), 1.0))

    def _breathe(self, pose: Pose, now: float, weight: float) -> None:
        drawn = min(float(self._breath.sum(now)[_BREATHING]), 1.0)
        share = max(weight, drawn * min(self.settings.strength, 1.0))
        self.breath = min(share, 1.0)
        pose[_BREATHING] += share * (drawn - pose[_BREATHING])


def _look_back(pose: Pose, share: float) -> None:
    """Turn the eyes to the viewer, whom the head need not face, by this share of the way."""
    pose[_IRISES] -= share * (pose[_IRISES] + _EYES_PER_HEAD * pose[_HEAD])
