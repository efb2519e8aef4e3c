"""Lids: blinks at random intervals, sometimes twice, often as the eyes jump far; shut faster than opened.

A resting person blinks every 2 to 10 seconds. A blink takes 150 to 250 ms, the way down about a third of it.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from vtube.motion.easing import smoothstep
from vtube.motion.gaze import jumps
from vtube.motion.noise import between, uniform
from vtube.pose import INDEX, Pose

_HAPPENS, _WHEN, _AGAIN, _GAP, _LENGTH, _SIDE, _WITH_JUMP, _JUMP_LENGTH, _THIRD = range(300, 309)

_CHANCE = 0.82
"""A slot of time has a blink, or not; gaps then vary as people's do, mostly a few seconds, now and then long."""
_TWICE, _THRICE = 0.2, 0.35
"""Blinks come in bouts: chance of a second one, and of a third after the second."""
_FAR_JUMP_DEG, _JUMP_CHANCE = 10.0, 0.5
_JUMP_BLINKS_PER_S = 0.052
"""How many blinks come with jumps of the eyes, at the usual rate."""
_USUAL_S = 4.0
_SHUT_S = 0.038
"""Closed for nearly a frame of 24 per second, so that no frame rate misses a blink."""
_LONGEST_S = 0.3
_SECOND_S = 0.45
APART_S = 0.28
"""No blink starts so soon after another: lids that have not opened again flutter."""
RAISED_SHARE, BROW_SHARE, LAUGHING_SHARE = 0.08, 0.05, 0.02
"""A raised brow, or one moved otherwise, takes so much of a shut lid, and any brow so much of a laughing one: the
networks draw both together too far, and the lashes vanish. Where more is taken, a sliver of the iris is seen."""
NEARLY_SHUT, SHUT = 0.7, 0.8
"""Between these a lid comes down three times as fast: from 0.74 to 0.93 the iris is a bright sliver."""
ALONE_FROM, ALONE_AT, ALONE_SHARE = 0.3, 0.8, 0.55
"""How much further than the other one an eye is shut that is shut alone, and what it then has of a laughing lid: by
itself `eye_wink` pales the lash, half of each draws a dark, straight one."""
_BROW_SHARES = np.array([RAISED_SHARE, *[BROW_SHARE] * 5])
_LATE = 3
"""A small iris and a raised lower lid pass late: they are seen in a half-shut eye."""
_SIDES = [
    (
        [INDEX[f"eye_{name}_{side}"] for name in ("wink", "happy_wink")],
        [INDEX[f"eye_{name}_{side}"] for name in ("relaxed", "unimpressed", "surprised")],
        [INDEX[f"eyebrow_{name}_{side}"] for name in ("raised", "angry", "serious", "lowered", "happy", "troubled")],
        [INDEX[f"{name}_{side}"] for name in ("iris_small", "eye_raised_lower_eyelid")],
    )
    for side in ("left", "right")
]


@dataclass(frozen=True, slots=True)
class Blink:
    """A blink that starts at `time` and takes `length`; the right eye comes `lag` later (seconds)."""

    time: float
    length: float
    lag: float

    def closed(self, now: float) -> float:
        """How far the lid is down at `now`, 0..1."""
        moving = self.length - _SHUT_S
        down, passed = 0.36 * moving, now - self.time
        if passed < down + _SHUT_S:
            return smoothstep(passed / down)
        return 1.0 - smoothstep((passed - down - _SHUT_S) / (moving - down))


_LONG_AGO = Blink(-math.inf, _LONGEST_S, 0.0)


def lids(seed: int, now: float, seconds_between: float, asymmetry: float) -> tuple[float, float]:
    """How far the left and the right lid are down at `now`, 0..1.

    `seconds_between` blinks on average; `asymmetry` 1 lets one eye be some milliseconds behind the other.
    """
    left = right = 0.0
    for blink in blinks(seed, now - _LONGEST_S, now + 0.05, seconds_between):
        left = max(left, blink.closed(now))
        right = max(right, blink.closed(now - asymmetry * blink.lag))
    return left, right


def blinks(seed: int, since: float, until: float, seconds_between: float) -> Iterator[Blink]:
    """The blinks that start between two moments, one after the other."""
    meant = sorted(_meant(seed, since - APART_S, until, seconds_between), key=lambda blink: blink.time)
    for before, blink in pairwise([_LONG_AGO, *meant]):
        if since <= blink.time <= until and blink.time - before.time >= APART_S:
            yield blink


def _meant(seed: int, since: float, until: float, seconds_between: float) -> Iterator[Blink]:
    """Those that would start, in no particular order, however close together."""
    for blink in _spontaneous(seed, since, until, seconds_between):
        if since <= blink.time <= until:
            yield blink
    with_jumps = _JUMP_CHANCE * min(_USUAL_S / seconds_between, 1.0)
    for index, jump in jumps(seed, since, until):
        if jump.size > _FAR_JUMP_DEG and uniform(seed, _WITH_JUMP, index) < with_jumps:
            yield _blink(seed, _JUMP_LENGTH, index, jump.time)


def _spontaneous(seed: int, since: float, until: float, seconds_between: float) -> Iterator[Blink]:
    slot = _slot(seconds_between)
    for index in range(math.floor((since - 2 * _SECOND_S) / slot), math.floor(until / slot) + 1):
        if uniform(seed, _HAPPENS, index) >= _CHANCE:
            continue
        time = (index + 0.8 * uniform(seed, _WHEN, index)) * slot
        yield _blink(seed, _LENGTH, index, time)
        if uniform(seed, _AGAIN, index) < _TWICE:
            second = time + between(0.3, _SECOND_S, uniform(seed, _GAP, index))
            yield _blink(seed, _LENGTH, ~index, second)
            if uniform(seed, _THIRD, index) < _THRICE:
                yield _blink(seed, _SIDE, ~index, second + between(0.3, _SECOND_S, uniform(seed, _GAP, ~index)))


def _slot(seconds_between: float) -> float:
    """How long a slot has to be for all kinds of blinks together to come so often."""
    with_jumps = _JUMP_BLINKS_PER_S * min(_USUAL_S / seconds_between, 1.0)
    return _CHANCE * (1 + _TWICE * (1 + _THRICE)) / max(1 / seconds_between - with_jumps, 0.2 / seconds_between)


def _blink(seed: int, stream: int, index: int, time: float) -> Blink:
    lag = between(-0.008, 0.008, uniform(seed, _SIDE, index))
    return Blink(time, between(0.16, 0.25, uniform(seed, stream, index)), lag)


class LidDriver:
    """What lies over all layers that move lids: a shut lid is shut by one of them and has no other form.

    On top of a shut lid the networks shut half-closed ones further, until there is nothing left of the lashes: a blink
    has of laughing eyes only what is open. A small iris or a raised lower lid makes lashes thin and pale. An eye that
    shuts as the other one laughs does it in the same form: with one of each, the laughing one is not drawn wholly shut.
    One that is shut alone has a part of a laughing lid, and a lid that is nearly shut is shut (`closed_over`).
    """

    def drive(self, pose: Pose, now: float) -> None:  # noqa: ARG002 - a driver's signature
        """See `base.Driver`."""
        laughing = [float(pose[happy]) for (_, happy), *_ in _SIDES]
        for ((wink, happy), *_), other in zip(_SIDES, reversed(laughing), strict=True):
            pose[wink] = min(pose[wink], max(1.0 - pose[happy], 0.0))
            _turn_happy(pose, wink, happy, other)
            shut = float(pose[wink] + pose[happy])
            if shut > NEARLY_SHUT:
                pose[[wink, happy]] *= closed_over(shut) / shut
        closed = [float(pose[shutting].sum()) for shutting, *_ in _SIDES]
        for ((wink, happy), *_), own, other in zip(_SIDES, closed, reversed(closed), strict=True):
            alone = smoothstep((own - other - ALONE_FROM) / (ALONE_AT - ALONE_FROM))
            _turn_happy(pose, wink, happy, ALONE_SHARE * alone)
        for (shutting, forms, brows, seen), shut in zip(_SIDES, closed, strict=True):
            if shut:
                wink, happy = shutting
                pose[forms] *= 1.0 - shut
                pose[seen] *= 1.0 - shut**_LATE
                pose[wink] *= 1.0 - shut * min(float(_BROW_SHARES @ pose[brows]), RAISED_SHARE)
                pose[happy] *= 1.0 - shut * LAUGHING_SHARE * min(float(pose[brows].sum()), 1.0)


def closed_over(shut: float) -> float:
    """How far a lid is drawn shut that is to be `shut`, both 0..1: none stays where a sliver of the iris is seen."""
    if shut <= NEARLY_SHUT:
        return shut
    return min(NEARLY_SHUT + (shut - NEARLY_SHUT) * (1.0 - NEARLY_SHUT) / (SHUT - NEARLY_SHUT), 1.0)


def _turn_happy(pose: Pose, wink: int, happy: int, share: float) -> None:
    """Let a laughing lid have that share, 0..1, of what `eye_wink` shuts."""
    turned = pose[wink] * share
    pose[wink] -= turned
    pose[happy] += turned
