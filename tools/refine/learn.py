"""Learning for so many seconds, from samples of which some are always new."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from torch import Tensor

from tools.refine.ring import Ring
from vtube.avatar.puppet.poses import Poses
from vtube.clock import Clock, monotonic

EMA = 0.999
"""What the running mean of the weights keeps at each step."""
WARM_UP = 200
"""Steps in which the learning rate rises."""
LOOK_EVERY = 25
"""Steps after which it is waited for the device, so that the clock is right."""


class Refinement(Protocol):
    """What can learn on."""

    ring: Ring
    done: int

    def fresh(self, count: int, seed: int) -> Poses:
        """New poses, (count, 45); other ones for each seed."""

    def add(self, poses: Poses) -> None:
        """Have these drawn, to learn from."""

    def choose(self, random: np.random.Generator, count: int) -> Tensor:
        """Numbers of samples for one step."""

    def learn(self, chosen: Tensor, rate: float, ema: float) -> Tensor:
        """One step; the loss."""

    def figures(self) -> dict[str, float]:
        """How good it is."""


@dataclass(frozen=True)
class Schedule:
    """How much is learnt."""

    seconds: float
    batch: int = 64
    rate: float = 1e-3
    """The learning rate at the beginning; it falls to nothing with a cosine."""
    first: int = 2048
    """Samples before the first step."""
    new: int = 16
    """Samples that are drawn in one go,"""
    every: int = 8
    """every so many steps."""
    save_every_s: float = 30.0


def learn(
    fit: Refinement, schedule: Schedule, save: Callable[[dict[str, float]], None], clock: Clock = monotonic
) -> dict[str, float]:
    """Until the seconds are over; `save` is told figures now and then, and at the end. Returns the last figures."""
    start, random, seed = clock(), np.random.default_rng(1), 0
    while fit.ring.count < schedule.first:
        seed += 1
        fit.add(fit.fresh(schedule.new, seed))
    losses: list[float] = []
    saved = share = 0.0
    while share < 1:
        if fit.done % schedule.every == 0:
            seed += 1
            fit.add(fit.fresh(schedule.new, seed))
        loss = fit.learn(fit.choose(random, schedule.batch), rate(schedule, share, fit.done), EMA)
        if fit.done % LOOK_EVERY == 0:
            losses.append(loss.item())
            seconds = clock() - start
            share = seconds / schedule.seconds
            if share >= 1 or seconds - saved >= schedule.save_every_s:
                saved = seconds
                save(_figures(fit, seconds, seed * schedule.new, losses))
                losses.clear()
    return _figures(fit, clock() - start, seed * schedule.new, losses)


def rate(schedule: Schedule, share: float, done: int) -> float:
    """The learning rate after `done` steps and this share of the time."""
    fall = (1 + math.cos(math.pi * min(share, 1.0))) / 2
    return schedule.rate * fall * min(1.0, (done + 1) / WARM_UP)


def _figures(fit: Refinement, seconds: float, poses: int, losses: list[float]) -> dict[str, float]:
    about = {"seconds": round(seconds, 1), "steps": fit.done, "poses": poses}
    loss = {"loss": round(float(np.mean(losses)), 5)} if losses else {}
    return {**about, **loss, **fit.figures()}
