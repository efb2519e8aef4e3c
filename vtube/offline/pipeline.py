"""Steps of work that overlap: each in a thread of its own, a few items ahead of the next."""

from __future__ import annotations

import queue
import threading
from collections.abc import Iterator
from typing import Generic, TypeVar

Item = TypeVar("Item")

DEPTH = 4
"""Items that are made before they are asked for; a 4K frame has 33 MB."""
LOOK_S = 0.1


class Ahead(Generic[Item]):
    """An iterator whose items are made in another thread, in order, before they are asked for.

    What that thread raises comes out of `next`. `close` ends it, and waits until it has ended.
    """

    def __init__(self, items: Iterator[Item], depth: int = DEPTH) -> None:
        """The thread starts at once; it closes `items` where that is a generator."""
        self._items = items
        self._made: queue.Queue[tuple[Item] | BaseException | None] = queue.Queue(depth)
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._run, name="ahead", daemon=True)
        self._thread.start()

    def __iter__(self) -> Iterator[Item]:
        return self

    def __next__(self) -> Item:
        """The next item.

        Raises:
            StopIteration: there is none.
            BaseException: what making it raised.
        """
        while not self._closing.is_set():
            try:
                made = self._made.get(timeout=LOOK_S)
            except queue.Empty:
                continue
            if isinstance(made, tuple):
                return made[0]
            self._closing.set()
            if made is not None:
                raise made
        raise StopIteration

    def close(self) -> None:
        """End the thread; harmless when called twice."""
        self._closing.set()
        self._thread.join()

    def _run(self) -> None:
        last: BaseException | None = None
        try:
            for item in self._items:
                if not self._hand_over((item,)):
                    break
        except BaseException as error:  # noqa: BLE001 - it is raised again where the items are taken
            last = error
        finally:
            close = getattr(self._items, "close", None)
            if close is not None:
                close()
            self._hand_over(last)

    def _hand_over(self, made: tuple[Item] | BaseException | None) -> bool:
        while not self._closing.is_set():
            try:
                self._made.put(made, timeout=LOOK_S)
            except queue.Full:
                continue
            return True
        return False
