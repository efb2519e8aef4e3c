from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from tools.refine.learn import LOOK_EVERY, Schedule, learn, rate
from tools.refine.ring import Ring
from vtube.avatar.puppet.poses import Poses


class Counting:
    """Notes what it is asked for; a second passes at each look at the clock."""

    def __init__(self) -> None:
        self.ring, self.done, self.seeds, self.rates = Ring(100), 0, list[int](), list[float]()

    def fresh(self, count: int, seed: int) -> Poses:
        self.seeds.append(seed)
        return np.zeros((count, 45), np.float32)

    def add(self, poses: Poses) -> None:
        self.ring.put(poses=torch.from_numpy(poses))

    def choose(self, random: np.random.Generator, count: int) -> Tensor:
        return torch.from_numpy(random.integers(0, self.ring.count, count))

    def learn(self, chosen: Tensor, rate: float, ema: float) -> Tensor:
        assert len(chosen) == 3 and int(chosen.max()) < self.ring.count
        self.rates.append(rate)
        self.done += 1
        return torch.tensor(2.0)

    def figures(self) -> dict[str, float]:
        return {"psnr_db": 30.0}


def test_it_learns_for_so_long_and_always_from_new_poses() -> None:
    fit, seconds, saved = Counting(), iter(range(100)), list[dict[str, float]]()
    schedule = Schedule(seconds=8, batch=3, first=10, new=5, every=5, save_every_s=3)
    last = learn(fit, schedule, saved.append, lambda: float(next(seconds)))
    assert fit.done == 8 * LOOK_EVERY and last["steps"] == fit.done
    assert len(fit.seeds) == len(set(fit.seeds)) == 2 + fit.done // 5
    assert [each["seconds"] for each in saved] == [3, 6, 8]
    assert saved[0]["loss"] == 2 and saved[0]["psnr_db"] == 30 and saved[0]["poses"] == 5 * (2 + 3 * LOOK_EVERY // 5)
    assert fit.rates[-1] < 0.2 * max(fit.rates)


def test_the_rate_rises_at_first_and_falls_to_nothing() -> None:
    schedule = Schedule(seconds=1, rate=0.5)
    assert rate(schedule, 0.0, 0) < 0.01 < rate(schedule, 0.1, 1000)
    assert rate(schedule, 0.0, 10_000) == 0.5 and rate(schedule, 1.0, 10_000) == 0
