"""The emotion as a layer: a template laid over brows, lids, mouth and head, sharing them with what lies below.

Parameters that say the same thing in different words form a group: the brow of one side, the lids of one side,
the mouth, its corners. In a group the emotion takes what it asks for and the layers below keep the rest:
`result = emotion + (1 - sum of the emotion in the group) * below`. So a sad mouth loses its tracked smile, a brow
raised twice does not pass 1, and a group that the emotion leaves alone is untouched. A blink comes first: an
emotion with open eyes has only as much of a lid as is open. Angles (irises, head, neck, body) are added.

Lids that an emotion shuts are shut or open: half-way, laughing eyes look sleepy, so weak laughter keeps its eyes open,
and a blink that comes as they begin to shut stays down until they are.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

import numpy as np

from vtube.errors import SettingsError
from vtube.motion.adding import added
from vtube.motion.easing import Array, Follower, smoothstep
from vtube.motion.templates import NEUTRAL, Templates, find, parse_templates, said
from vtube.pose import COUNT, HIGH, INDEX, LOW, NAMES, Pose
from vtube.settings import EmotionSettings

MAX_BLENDED, MAX_SHARE = 4, 100.0
_SIDES = ("left", "right")
_SHUT = {side: np.array([INDEX[f"eye_{name}_{side}"] for name in ("wink", "happy_wink")]) for side in _SIDES}
_OPEN = {
    side: np.array([INDEX[f"eye_{name}_{side}"] for name in ("surprised", "relaxed", "unimpressed")]) for side in _SIDES
}
_ADDED = LOW < 0
"""Parameters that go both ways."""
_SHUTTING = np.zeros(COUNT, bool)
_SHUTTING[np.concatenate([*_SHUT.values()])] = True
_OPENS_S = 0.2
"""Lids that were held down open within this time, where the emotion gives up shutting them."""
_OPEN_UNTIL, _SHUT_FROM = 0.4, 0.5
"""Strengths of an emotion between which its eyes go from open to shut; half of a blend shuts them."""


def _groups() -> Array:
    """Shape (45, 45): 1 where two parameters are of one group. A parameter that stands alone is its own group."""
    belongs = {index: name for index, name in enumerate(NAMES)}
    for index, name in enumerate(NAMES):
        side = name.rsplit("_", 1)[-1]
        if name.startswith("eyebrow_"):
            belongs[index] = f"brow {side}"
        elif any(index in _SHUT[each] or index in _OPEN[each] for each in _SIDES):
            belongs[index] = f"lids {side}"
        elif name.startswith("mouth_") and side in ("left", "right"):
            belongs[index] = f"corner {side}"
        elif name.startswith("mouth_") and name != "mouth_smirk":
            belongs[index] = "mouth"
    return np.array([[float(belongs[a] == belongs[b]) for b in range(COUNT)] for a in range(COUNT)])


_GROUPS = _groups()


class EmotionDriver:
    """Eases from one emotion to the next.

    Attributes:
        settings: easing time and strength; may be replaced while running.
        current: the name of the emotion shown, `neutral` for none.
    """

    def __init__(
        self,
        templates: Templates,
        settings: EmotionSettings,
        course: Callable[[float], Array | float] = lambda now: 0.0,
    ) -> None:
        """It is neutral.

        Args:
            templates: the program's own.
            settings: easing time and strength.
            course: what the movement of the emotions shown adds to their faces at `now`, shape (45,).
        """
        self.settings = settings
        self._course = course
        self.current = NEUTRAL
        self._own = self._templates = templates
        self._kept: Templates = {}
        self._overlay: Templates = {}
        self._strength = 1.0
        self._shares: Mapping[str, float] = {NEUTRAL: 1.0}
        self._target: Array = np.zeros(COUNT)
        self._follower = Follower(self._target, settings.ease_s)
        self._down, self._then = dict.fromkeys(_SIDES, 0.0), math.nan

    @property
    def strength(self) -> float:
        """How strongly the emotion is shown, 0..1 of its template."""
        return self._strength

    def overlay(self, templates: Mapping[str, Mapping[str, float]]) -> None:
        """Lay templates {emotion: {parameter: value}} over the program's own; an empty mapping takes them off.

        From any thread.

        Raises:
            SettingsError: an unknown parameter or a value that is no number.
        """
        self._overlay = parse_templates(templates)
        self._lay()

    def keep(self, templates: Templates) -> None:
        """Have these of the user's own over the program's, under what is laid over. From any thread."""
        self._kept = templates
        self._lay()

    @property
    def templates(self) -> Templates:
        """All that there are; another object after each change."""
        return self._templates

    def everyone(self) -> dict[str, dict[str, float]]:
        """{emotion: {parameter: value}} of all that there are, without what is 0."""
        return {name: said(self._templates[name]) for name in self.names()}

    def replace(self, templates: Templates) -> None:
        """Have other templates of its own; what is laid over stays on top. From any thread."""
        self._own = templates
        self._lay()

    def _lay(self) -> None:
        self._templates = {**self._own, **self._kept, **self._overlay}
        known = all(name in self._templates for name in self._shares)
        self.show(self.current if known else NEUTRAL, self._strength)

    @property
    def shown(self) -> tuple[Mapping[str, float], float]:
        """The emotions shown with their shares, and their strength (0..1)."""
        return self._shares, self._strength

    def names(self) -> list[str]:
        """What `show` takes, sorted."""
        return sorted(self._templates)

    def show(self, name: str, strength: float = 1.0) -> None:
        """Ease into the emotion `name`; strength 0..1 of its template. From any thread.

        Two or more blend as `joy+surprise`, in shares of your own as `joy:0.7+surprise:0.3`.

        Raises:
            SettingsError: there is no such emotion; the message offers the nearest one.
        """
        shares = shares_of(name, self._templates)
        template = sum(scaled(share) * find(self._templates, each) for each, share in shares.items())
        self._strength = min(max(strength, 0.0), 1.0)
        self._target = scaled(self._strength) * np.asarray(template)
        self._shares = shares
        self.current = name

    def feel(self, word: str, classify: Callable[[str], Mapping[str, float]]) -> None:
        """Show the emotion that a tag in a spoken text names, or the one whose word it is by `classify`."""
        try:
            self.show(word)
        except SettingsError:
            self.show(next(iter(classify(word)), NEUTRAL))

    def drive(self, pose: Pose, now: float) -> None:
        """See `base.Driver`."""
        self._follower.seconds = self.settings.ease_s
        emotion = self._follower.toward(scaled(self.settings.strength) * self._target, now)
        course = self._course(now)
        emotion = np.clip(emotion + course, LOW, HIGH)
        if emotion.any():
            pose[:] = laid_over(pose, emotion)
        self._hold_down(pose, emotion, np.clip(scaled(self.settings.strength) * self._target + course, LOW, HIGH), now)

    def _hold_down(self, pose: Pose, emotion: Array, wanted: Array, now: float) -> None:
        """Keep lids that are on their way down as far down as a blink has brought them."""
        passed, self._then = now - self._then, now
        for side, shutting in _SHUT.items():
            shut, end = float(pose[shutting].sum()), min(float(wanted[shutting].sum()), 1.0)
            if float(emotion[shutting].sum()) < end:
                down = min(max(shut, self._down[side]), max(end, shut))
            else:
                down = max(self._down[side] - passed / _OPENS_S, 0.0) if passed > 0 else 0.0
            self._down[side] = down
            pose[shutting[0]] += max(down - shut, 0.0)


def shares_of(name: str, templates: Templates) -> dict[str, float]:
    """The emotions that `name` blends and the share of 1 of each.

    Raises:
        SettingsError: a share is no number above 0, or there are more than MAX_BLENDED.
    """
    if name in templates or "+" not in name:
        return {name: 1.0}
    shares: dict[str, float] = {}
    for part in name.split("+"):
        word, _, share = part.strip().partition(":")
        shares[word.strip()] = _share(name, share)
    if len(shares) > MAX_BLENDED:
        raise SettingsError(f"{name!r} blends more than {MAX_BLENDED} emotions")
    total = sum(shares.values())
    return {word: share / total for word, share in shares.items()}


def _share(name: str, text: str) -> float:
    try:
        share = float(text or 1.0)
    except ValueError:
        share = 0.0
    if not 0.0 < share <= MAX_SHARE:
        raise SettingsError(f"{name!r} should be like joy:0.7+surprise:0.3, with shares above 0")
    return share


def scaled(strength: float) -> Array:
    """How much of a template is shown at a strength (0..1), shape (45,)."""
    shut = smoothstep((strength - _OPEN_UNTIL) / (_SHUT_FROM - _OPEN_UNTIL))
    return np.where(_SHUTTING, shut, strength)


def laid_over(pose: Pose, emotion: Array) -> Array:
    """`pose` with `emotion` over it, as the module describes; both shape (45,), the result a new array."""
    emotion = emotion.copy()
    for side in _SIDES:
        emotion[_OPEN[side]] *= 1.0 - min(float(pose[_SHUT[side]].sum()), 1.0)
    taken = np.minimum(_GROUPS @ np.where(_ADDED, 0.0, emotion), 1.0)
    for side in _SIDES:
        taken[_SHUT[side]] = min(float(emotion[_SHUT[side]].sum()), 1.0)
    return added((1.0 - taken) * pose, emotion)
