"""Reactions: what she does, while nobody moves her, about what happens around her.

`config/reactions.yaml` is the table. Listeners nod, raise their brows and tilt their heads every few seconds (Dittmann
and Llewellyn, Journal of Personality and Social Psychology 9, 1968; Heylen, 2006: mostly small nods), look at who
speaks (Kendon, Acta Psychologica 26, 1967), and people left alone shift their posture a few times a minute.
"""

from __future__ import annotations

import math
import threading
from collections.abc import Callable, Mapping
from itertools import accumulate
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, field_validator
from pydantic_core import ErrorDetails

from vtube.errors import SettingsError
from vtube.motion.acts import ACTS
from vtube.motion.noise import between, uniform
from vtube.motion.templates import read_built_in
from vtube.pose import Pose
from vtube.settings import ReactionSettings
from vtube.settings.yaml_file import read_yaml
from vtube.text import expected, shown, unknown

FILE = "reactions.yaml"
NOTHING = "nothing"
HOST_SPEAKS, HOST_STOPS, HOST_GOES_ON = "host_speaks", "host_stops", "host_goes_on"
HOST = (HOST_SPEAKS, HOST_STOPS)
SILENCE, LONG_SILENCE = "silence", "long_silence"
GOING_ON = (HOST_GOES_ON, SILENCE, LONG_SILENCE)
"""What goes on and does not happen: she reacts so long after it began, and again and again."""
ALONE = (SILENCE, LONG_SILENCE)
"""What she does about these only passes the time, and ends when something happens."""
APART_S = 6.5
"""Such gestures, the longest of which take six seconds, do not run into each other."""
MOST_WEIGHT = 1e6
FEEL_S = 3.0
"""What is felt about something is shown so long."""
SPEECH_ENDS_S = 0.4
LONGEST_S = 86_400
HOST_STUCK_S = 60.0
"""A host of whom nothing more is heard has stopped by then, whatever was not told."""
_CHOICE, _PAUSE = 900, 901


def _no_truth(value: object) -> object:
    """Python makes 1 of true."""
    if isinstance(value, bool):
        raise ValueError("should be a number")
    return value


_Number = Annotated[float, BeforeValidator(_no_truth)]


class Reaction(BaseModel):
    """One line of the table; see the file."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    do: dict[str, _Number] = Field(default_factory=dict)
    feel: str = ""
    every_s: float | tuple[float, float] = 6.0
    after_s: _Number = Field(0.0, ge=0, le=3600)
    also_speaking: bool = False

    @field_validator("do")
    @classmethod
    def _gestures(cls, do: dict[str, float]) -> dict[str, float]:
        for name, weight in do.items():
            if name != NOTHING and name not in ACTS:
                raise ValueError(unknown("gesture", name, ACTS))
            if not 0 <= weight <= MOST_WEIGHT:
                raise ValueError(f"the weight of {name} should be 0 or more and at most a million, not {weight:g}")
        return do

    @field_validator("every_s", mode="before")
    @classmethod
    def _pause(cls, every: object) -> object:
        ends = every if isinstance(every, list | tuple) else [every, every]
        try:
            low, high = (float(_no_truth(end)) for end in ends)  # type: ignore[arg-type]
        except (TypeError, ValueError):
            low = high = math.nan
        if not 0.2 <= low <= high <= LONGEST_S:
            raise ValueError(f"should be seconds from 0.2 on, or two of them, the lower first, not {shown(every)}")
        return every

    def pause(self, chance: float) -> float:
        """Seconds until it may come again."""
        return between(*self.every_s, chance) if isinstance(self.every_s, tuple) else self.every_s

    def choose(self, chance: float, due: dict[str, float]) -> str:
        """One of its gestures, or an empty text; `due`, its own to keep, says how long each has waited.

        One that was just done is less likely and one that was long left out more, so that none of a rare kind is
        missing for an hour or comes thrice in a row; each comes as often as its weight says all the same.
        """
        sums = list(accumulate(weight * due.setdefault(name, 1.0) for name, weight in self.do.items()))
        if not sums or not sums[-1]:
            return ""
        chosen = next(name for name, upto in zip(self.do, sums, strict=True) if chance * sums[-1] < upto)
        due[chosen] = 0.0
        for name, weight in self.do.items():
            due[name] += weight / sum(self.do.values())
        return "" if chosen == NOTHING else chosen


def load_reactions(own: Path | None = None) -> Mapping[str, Reaction]:
    """The program's table, over it the entries of the user's file `own`.

    Raises:
        SettingsError: a file is missing, spoilt, or names a happening or gesture that does not exist.
    """
    table = _parsed(read_built_in(FILE), f"config/{FILE}")
    if own is not None:
        mine = _parsed(read_yaml(own), str(own))
        for name in mine:
            if name not in table:
                raise SettingsError(f"{own}: {unknown('happening', name, table)}")
            if mine[name].after_s and name not in GOING_ON:
                raise SettingsError(f"{own}: {name}: after_s belongs to {', '.join(GOING_ON)}")
        table |= mine
    return table


def _parsed(values: Any, where: str) -> dict[str, Reaction]:
    if not isinstance(values, Mapping):
        raise SettingsError(f"{where} should map what happens to what she does")
    table = {}
    for name, value in values.items():
        try:
            table[str(name)] = Reaction.model_validate(value if value is not None else {})
        except ValidationError as error:
            wrong = error.errors()[0]
            raise SettingsError(f"{where}: {'.'.join(map(str, (name, *wrong['loc'])))}: {_fault(wrong)}") from None
    return table


def _fault(wrong: ErrorDetails) -> str:
    if wrong["type"] == "extra_forbidden":
        return unknown("entry", str(wrong["loc"][-1]), Reaction.model_fields)
    return expected(wrong["type"], wrong.get("ctx", {}), wrong["msg"])


class ReactionDriver:
    """Begins gestures about what happens and, when nothing does, by herself; a tracked face keeps its own.

    It moves nothing itself: `act` and `feel` do. `notice` may be called by any thread.

    Attributes:
        settings: how often; may be replaced while running.
    """

    def __init__(
        self,
        settings: ReactionSettings,
        *,
        act: Callable[[str], object],
        pass_time: Callable[[str], object],
        let_go: Callable[[], object],
        feel: Callable[[str, float], object],
        mood: Callable[[], tuple[str, float]],
        speaks: Callable[[float], bool],
        tracked: Callable[[], bool],
        table: Mapping[str, Reaction] | None = None,
    ) -> None:
        """Nothing has happened yet.

        Args:
            settings: how often.
            act: begins a gesture by its name.
            pass_time: begins one that nothing but silence is the reason for.
            let_go: ends what `pass_time` began.
            feel: shows an emotion by its name and strength.
            mood: the emotion shown now and its strength.
            speaks: whether she speaks at a moment (monotonic seconds).
            tracked: whether a tracked face moves her.
            table: the program's unless given.

        Raises:
            SettingsError: the program's file is missing or spoilt.
        """
        self.settings = settings
        self.table: Mapping[str, Reaction] = load_reactions() if table is None else table
        self._act, self._pass_time, self._let_go = act, pass_time, let_go
        self._feel, self._mood, self._speaks, self._tracked = feel, mood, speaks, tracked
        self._happened: list[str] = []
        self._noticing = threading.Lock()
        self._next: dict[str, float] = {}
        self._due: dict[str, dict[str, float]] = {}
        self._host_since: float | None = None
        self._quiet_since: float | None = None
        self._spoke_at = -math.inf
        self._felt: tuple[str, tuple[str, float], float] | None = None
        self._count = 0

    def names(self) -> list[str]:
        """What `notice` takes."""
        return [*(name for name in self.table if name not in GOING_ON), HOST_STOPS]

    def notice(self, name: str) -> None:
        """Something happens, such as `applause` or `host_speaks`; she reacts with the next frame, if at all.

        Raises:
            SettingsError: there is no such happening.
        """
        if name not in self.names():
            raise SettingsError(unknown("happening", name, self.names()))
        with self._noticing:
            if name in HOST and name in self._happened:  # the last one counts
                self._happened.remove(name)
            if name not in self._happened:
                self._happened.append(name)

    def forget(self) -> None:
        """React to nothing that has happened and was not reacted to; any thread may."""
        with self._noticing:
            self._happened = []

    def drive(self, pose: Pose, now: float) -> None:  # noqa: ARG002 - a driver's signature; this one only begins others
        """See `base.Driver`; `pose` stays as it is."""
        speaks = self._speaks(now)
        if speaks:
            self._spoke_at = now
        if self._felt is not None and now >= self._felt[2]:
            self._unfeel(*self._felt[:2])
        free = not self._tracked() and self.settings.rate > 0
        busy = now < self._spoke_at + SPEECH_ENDS_S
        with self._noticing:
            events, self._happened = self._happened, []
        for name in events:
            self._take(name, now, free, busy)
        if self._host_since is not None and now > self._host_since + HOST_STUCK_S:
            self._host_since = None
        if busy or not free or self._host_since is not None:
            self._let_go()
        self._go_on(now, free, quiet=not (busy or events or self._host_since is not None))

    def _take(self, name: str, now: float, free: bool, busy: bool) -> None:
        if name == HOST_STOPS:
            self._host_since = None
            return
        if name == HOST_SPEAKS:
            self._host_since = now
            self._begin_wait(HOST_GOES_ON, now)
        reaction = self.table[name]
        if free and (reaction.also_speaking or not busy) and now >= self._next.get(name, -math.inf):
            self._react(name, now)

    def _go_on(self, now: float, free: bool, quiet: bool) -> None:
        """What comes by itself: while the host speaks, and while nobody does."""
        if self._host_since is not None and free and now >= self._next.get(HOST_GOES_ON, math.inf):
            self._react(HOST_GOES_ON, now)
        if not quiet or not free:
            self._quiet_since = None
        elif self._quiet_since is None:
            self._quiet_since = now
            for name in (SILENCE, LONG_SILENCE):
                self._begin_wait(name, now)
        else:
            for name in (LONG_SILENCE, SILENCE):
                if now >= self._next.get(name, math.inf):
                    self._react(name, now)
                    for each in ALONE:
                        self._next[each] = max(self._next.get(each, now), now + APART_S)

    def _begin_wait(self, name: str, now: float) -> None:
        """The first time comes after its `after_s` and a part of a pause."""
        if (reaction := self.table.get(name)) is not None and reaction.do:
            pause = reaction.pause(self._chance(_PAUSE)) * 0.5
            self._next[name] = now + reaction.after_s + pause / max(self.settings.rate, 0.1)

    def _react(self, name: str, now: float) -> None:
        reaction = self.table[name]
        self._next[name] = now + reaction.pause(self._chance(_PAUSE)) / max(self.settings.rate, 0.1)
        if gesture := reaction.choose(
            self._chance(_CHOICE), self._due.setdefault(SILENCE if name in ALONE else name, {})
        ):
            if name in ALONE:
                self._pass_time(gesture)
            else:
                self._let_go()
                self._act(gesture)
        if reaction.feel:
            shown = self._mood()
            before = self._felt[1] if self._felt is not None and shown[0] == self._felt[0] else shown
            self._feel(reaction.feel, 1.0)
            self._felt = reaction.feel, before, now + FEEL_S

    def _unfeel(self, felt: str, before: tuple[str, float]) -> None:
        """Back to the emotion before, unless another has come since."""
        self._felt = None
        if self._mood()[0] == felt:
            self._feel(*before)

    def _chance(self, stream: int) -> float:
        self._count += 1
        return uniform(self.settings.seed, stream, self._count)
