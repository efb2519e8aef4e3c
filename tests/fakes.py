"""A stand-in for every device and seam, used by all tests."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
from numpy.typing import NDArray


class FakeInputStream:
    """A sounddevice.InputStream whose blocks the test hands over with `hear`."""

    def __init__(self, **arguments: Any) -> None:
        self.arguments = arguments
        self.running = False

    def start(self) -> None:
        self.running = True

    def close(self) -> None:
        self.running = False

    def hear(self, block: NDArray[np.float32]) -> None:
        self.arguments["callback"](block, len(block), None, None)


class FakeSoundDevice:
    """The module `sounddevice` with the given inputs: (name, channels, rate)."""

    def __init__(self, *inputs: tuple[str, int, float]) -> None:
        self.inputs = list(inputs)
        self.streams: list[FakeInputStream] = []
        self.default = SimpleNamespace(device=(0, 0))

    def query_devices(self) -> list[dict[str, Any]]:
        return [{"index": index, "name": name, "max_input_channels": channels, "default_samplerate": rate}
                for index, (name, channels, rate) in enumerate(self.inputs)]

    def InputStream(self, **arguments: Any) -> FakeInputStream:  # noqa: N802  (sounddevice's own name)
        self.streams.append(FakeInputStream(**arguments))
        return self.streams[-1]
