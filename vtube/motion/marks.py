"""Which drawn marks belong to the emotion that is shown, and how strongly: `config/marks.yaml`."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path
from typing import Any

from vtube.errors import SettingsError
from vtube.motion.easing import Fader
from vtube.motion.templates import read_built_in
from vtube.pose import INDEX, Pose
from vtube.settings import EmotionSettings
from vtube.signals import HeadTurn, Marks
from vtube.text import unknown

FILE = "marks.yaml"
KINDS = ("blush", "sweat", "tears", "sparkles", "anger", "gloom", "hearts", "question", "exclamation")
SIGNS = frozenset({"question", "exclamation", "hearts"})
"""They stand in one place: one comes when the others have gone."""
RISE_S, FALL_S = 0.35, 0.6
GIVES_WAY_S = 0.2
"""A sign leaves in so long when another is to have its place."""
LEAST = 1 / 255
"""A weaker mark is not seen."""

_TURNED = [(field.name, INDEX[field.name]) for field in fields(HeadTurn)]

Table = Mapping[str, Mapping[str, float]]


@cache
def load_marks() -> Table:
    """Emotion to mark and strength, 0..1.

    Raises:
        SettingsError: the program's file is missing or spoilt.
    """
    return parse_marks(read_built_in(FILE), Path("config") / FILE)


def parse_marks(values: Any, where: Path) -> Table:
    """The same of a nested mapping.

    Raises:
        SettingsError: one line that names `where` and what is wrong with it.
    """
    if not isinstance(values, Mapping) or not all(isinstance(marks, Mapping) for marks in values.values()):
        raise SettingsError(f"{where} should map emotions to marks")
    return {str(emotion): _parsed(f"{where}: {emotion}", marks) for emotion, marks in values.items()}


def _parsed(where: str, marks: Mapping[Any, Any]) -> dict[str, float]:
    for kind, strength in marks.items():
        if kind not in KINDS:
            raise SettingsError(f"{where}: {unknown('mark', str(kind), KINDS)}")
        if isinstance(strength, bool) or not isinstance(strength, int | float) or not 0 <= strength <= 1:
            raise SettingsError(f"{where}: {kind} should be 0 to 1, not {strength!r}")
    return dict(marks)


def turn_of(pose: Pose) -> HeadTurn:
    """Where head and body are turned in a pose."""
    return HeadTurn(**{name: float(pose[index]) for name, index in _TURNED})


@dataclass(slots=True)
class _Coming:
    """A mark that is on its way in or out: its most, its share of that, and when it came."""

    most: float
    fader: Fader
    since: float


class EmotionMarks:
    """Eases marks in and out with the emotions. For the thread that draws.

    Attributes:
        settings: how strong marks are (`marks`); may be replaced while running.
    """

    def __init__(
        self,
        shown: Callable[[], tuple[Mapping[str, float], float]],
        settings: EmotionSettings,
        table: Table | None = None,
    ) -> None:
        """No mark is shown.

        Args:
            shown: the emotions shown now with their shares, and their strength.
            settings: how strong marks are.
            table: emotion to marks; the program's unless given.

        Raises:
            SettingsError: the program's file is missing or spoilt.
        """
        self.settings = settings
        self._shown = shown
        self._table = load_marks() if table is None else table
        self._coming: dict[str, _Coming] = {}

    def at(self, now: float, pose: Pose) -> Marks | None:
        """The marks at `now` (monotonic seconds) on a figure in this pose; None where there are none."""
        wanted = self._in_turn(self._wanted())
        if not wanted and not self._coming:
            return None
        for kind, most in wanted.items():
            coming = self._coming.setdefault(kind, _Coming(most, Fader(RISE_S, FALL_S), now))
            coming.most = most
        shown = {}
        for kind, coming in list(self._coming.items()):
            weight = coming.fader.toward(kind in wanted, now) * coming.most
            if weight > LEAST:
                shown[kind] = weight, now - coming.since
            elif kind not in wanted:
                del self._coming[kind]
        return Marks(shown, turn_of(pose)) if shown else None

    def _in_turn(self, wanted: dict[str, float]) -> dict[str, float]:
        """What is wanted without the signs whose place is still taken by another that leaves."""
        signs = {kind: most for kind, most in wanted.items() if kind in SIGNS}
        leaving = [kind for kind in SIGNS & self._coming.keys() if kind not in signs]
        for kind in leaving if signs else ():
            self._coming[kind].fader.fall_s = GIVES_WAY_S
        hidden = signs.keys() if leaving else signs.keys() - {max(signs, key=lambda kind: signs[kind], default="")}
        return {kind: most for kind, most in wanted.items() if kind not in hidden}

    def _wanted(self) -> dict[str, float]:
        total = self.settings.marks * self.settings.strength
        if total <= 0.0:
            return {}
        shares, strength = self._shown()
        wanted: dict[str, float] = {}
        for name, share in shares.items():
            for kind, most in self._table.get(name, {}).items():
                value = total * strength * share * most
                if math.isfinite(value) and value > LEAST:
                    wanted[kind] = max(wanted.get(kind, 0.0), value)
        return wanted
