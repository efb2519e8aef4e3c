"""Samples on the device; when it is full, the newest take the places of the oldest."""

from __future__ import annotations

import torch
from torch import Tensor


class Ring:
    """Named tensors, one entry a sample."""

    def __init__(self, capacity: int, kept: int = 0) -> None:
        """`kept`: further entries at the end, which only `keep` writes."""
        self.capacity, self.count = capacity, 0
        self._kept, self._next = kept, 0
        self._tensors: dict[str, Tensor] = {}

    def __getitem__(self, name: str) -> Tensor:
        """(capacity + kept, …); the first `count` entries are samples."""
        return self._tensors[name]

    def put(self, **samples: Tensor) -> None:
        """Add samples, as many of each name; no more than there is room for."""
        count = len(next(iter(samples.values())))
        if self._next + count > self.capacity:
            self._next = 0
        self._write(self._next, samples)
        self._next += count
        self.count = max(self.count, self._next)

    def keep(self, **samples: Tensor) -> None:
        """Write the entries at the end."""
        self._write(self.capacity, samples)

    def _write(self, first: int, samples: dict[str, Tensor]) -> None:
        for name, each in samples.items():
            if name not in self._tensors:
                size = self.capacity + self._kept, *each.shape[1:]
                self._tensors[name] = torch.zeros(size, dtype=each.dtype, device=each.device)
            self._tensors[name][first : first + len(each)] = each
