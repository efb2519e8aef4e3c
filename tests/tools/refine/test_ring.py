from __future__ import annotations

import torch

from tools.refine.ring import Ring


def test_the_newest_take_the_places_of_the_oldest() -> None:
    ring = Ring(5)
    ring.put(x=torch.tensor([1, 2]), y=torch.tensor([[1.0], [2.0]]))
    assert ring.count == 2
    ring.put(x=torch.tensor([3, 4]), y=torch.tensor([[3.0], [4.0]]))
    ring.put(x=torch.tensor([5, 6]), y=torch.tensor([[5.0], [6.0]]))
    assert ring.count == 4
    assert ring["x"][: ring.count].tolist() == [5, 6, 3, 4]
    assert ring["y"][: ring.count, 0].tolist() == [5, 6, 3, 4]


def test_what_is_kept_stays() -> None:
    ring = Ring(2, kept=1)
    ring.keep(x=torch.tensor([9]))
    for value in range(5):
        ring.put(x=torch.tensor([value]))
    assert ring["x"].tolist() == [4, 3, 9]
