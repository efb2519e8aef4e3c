"""What came before: servers send some things twice, and after a fault once more."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable

REMEMBERED = 2000


class Seen:
    """Remembers the last numbers."""

    def __init__(self, most: int = REMEMBERED) -> None:
        self._most = most
        self._numbers: OrderedDict[Hashable, None] = OrderedDict()

    def __contains__(self, number: Hashable) -> bool:
        """Whether it has come."""
        return number in self._numbers

    def is_new(self, number: Hashable) -> bool:
        """Whether it comes for the first time; it counts as come from now on."""
        if number in self._numbers:
            return False
        self._numbers[number] = None
        if len(self._numbers) > self._most:
            self._numbers.popitem(last=False)
        return True
