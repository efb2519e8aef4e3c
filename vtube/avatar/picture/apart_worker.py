"""Prepares one large picture in a process of its own, for a camera that runs.

`python -m vtube.avatar.picture.apart_worker`

It reads an `Order` from its standard input and writes the result to its standard output, both pickled. It ends when
its input does, which is when the camera is no more.
"""

from __future__ import annotations

import os
import pickle
import sys
import threading
from typing import BinaryIO

from vtube.avatar.picture.apart import Order
from vtube.avatar.picture.examine import Examined, examine
from vtube.avatar.picture.prepare import prepare
from vtube.errors import PictureError, VtubeError
from vtube.processes.standard_input import patient
from vtube.threads import lower_process

NICENESS = 5
"""Below the show, but not below a game: somebody waits for it."""


def result(order: Order) -> Examined | VtubeError:
    """What comes of an order, or what is wrong with its picture."""
    try:
        if order.is_drawn:
            return examine(order.picture, order.name, order.head)
        return Examined(prepare(order.picture, order.name, order.head), None)
    except VtubeError as error:
        return error
    except MemoryError:
        return PictureError("there is not enough memory for a picture of that size; save it smaller")


def leave_with(pipe: BinaryIO) -> None:
    """Wait for the end of `pipe`, and end at once."""
    while pipe.read(1):
        pass
    os._exit(1)


def main() -> int:
    """Run as a process."""
    lower_process(NICENESS)
    output = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever a library prints is no part of the result
    orders = patient(sys.stdin.buffer)
    order = pickle.load(orders)
    threading.Thread(target=leave_with, args=(orders,), daemon=True).start()
    with output:
        pickle.dump(result(order), output, pickle.HIGHEST_PROTOCOL)
    return 0


if __name__ == "__main__":
    sys.exit(main())
