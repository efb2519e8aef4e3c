"""A stand-in for every device, clock and engine, used by all tests."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vtube.frame import Frame, blank
from vtube.pose import Pose
from vtube.registry import Registry
from vtube.spec import Spec


@contextlib.contextmanager
def in_place_of(registry: Registry[Any, Any], name: str, make: Callable[[Spec, Any], Any]) -> Iterator[None]:
    """Let a registry make something else under this name for a while."""
    own = registry.entry(name)
    registry.register(replace(own, factory=make))
    try:
        yield
    finally:
        registry.register(own)


class FakeInputStream:
    """A sounddevice.InputStream whose blocks the test hands over with `hear`."""

    def __init__(self, **arguments: Any) -> None:
        self.arguments = arguments
        self.running = False

    def start(self) -> None:
        self.running = True

    def close(self) -> None:
        self.running = False

    @property
    def active(self) -> bool:
        return self.running

    def hear(self, block: NDArray[np.float32]) -> None:
        self.arguments["callback"](block, len(block), None, None)


class FakeOutputStream:
    """A sounddevice.OutputStream whose blocks the test asks for with `ask`."""

    latency = 0.12

    def __init__(self, **arguments: Any) -> None:
        self.arguments = arguments
        self.running = False

    def start(self) -> None:
        self.running = True

    def close(self) -> None:
        self.running = False

    def ask(self, block: NDArray[np.float32], times: Any, *, underflow: bool = False) -> None:
        self.arguments["callback"](block, len(block), times, SimpleNamespace(output_underflow=underflow))

    @property
    def active(self) -> bool:
        return self.running


class FakeSoundDevice:
    """The module `sounddevice` with the given inputs (name, channels, rate) and outputs (the same, and delay).

    As PortAudio does it tells those that were there when it was initialised.
    """

    def __init__(self, *inputs: tuple[str, int, float], outputs: Sequence[tuple[str, int, float, float]] = ()) -> None:
        self.inputs = list(inputs)
        self.loudspeakers = list(outputs)
        self.streams: list[FakeInputStream] = []
        self.outputs: list[FakeOutputStream] = []
        self.failure: Exception | None = None
        self.default = SimpleNamespace(device=(0, len(inputs)))
        self.listed = 0
        self._initialize()

    def _terminate(self) -> None:
        assert not any(stream.running for stream in self._all()), "a stream would be torn"

    def _initialize(self) -> None:
        self.listed += 1
        self._there = self._plugged()

    def plugged(self) -> frozenset[str]:
        """What the system tells of itself, as `audio.soundcards.plugged`."""
        return frozenset(device["name"] for device in self._plugged())

    def unplug(self, name: str) -> None:
        """Take this device away; what hears or plays through it stops."""
        index = next(device["index"] for device in self._there if device["name"] == name)
        for stream in self._all():
            stream.running = stream.running and stream.arguments["device"] != index
        self.inputs = [one for one in self.inputs if one[0] != name]
        self.loudspeakers = [one for one in self.loudspeakers if one[0] != name]

    def _all(self) -> list[FakeInputStream | FakeOutputStream]:
        return [*self.streams, *self.outputs]

    def query_devices(self) -> list[dict[str, Any]]:
        return list(self._there)

    def _plugged(self) -> list[dict[str, Any]]:
        heard = [
            {"name": name, "max_input_channels": channels, "max_output_channels": 0, "default_samplerate": rate}
            for name, channels, rate in self.inputs
        ]
        played = [
            {
                "name": name,
                "max_input_channels": 0,
                "max_output_channels": channels,
                "default_samplerate": rate,
                "default_low_output_latency": delay,
            }
            for name, channels, rate, delay in self.loudspeakers
        ]
        return [{"index": index, **device} for index, device in enumerate([*heard, *played])]

    def OutputStream(self, **arguments: Any) -> FakeOutputStream:  # noqa: N802  (sounddevice's own name)
        if self.failure is not None:
            raise self.failure
        self._find(arguments)
        self.outputs.append(FakeOutputStream(**arguments))
        return self.outputs[-1]

    def InputStream(self, **arguments: Any) -> FakeInputStream:  # noqa: N802  (sounddevice's own name)
        self._find(arguments)
        self.streams.append(FakeInputStream(**arguments))
        return self.streams[-1]

    def _find(self, arguments: dict[str, Any]) -> None:
        if self._there[arguments["device"]]["name"] not in self.plugged():
            raise ValueError("Device unavailable")


class FakeOutput:
    """An output that takes frames only while `gate` is set and fails as `failures` says, one per call."""

    name = "fake"
    detail = "a fake device"
    takes_pixels = True

    def __init__(
        self, *, keeps_every_frame: bool = False, real_time: bool = False, announces_rate: bool = False
    ) -> None:
        self.keeps_every_frame = keeps_every_frame
        self.real_time = real_time
        self.announces_rate = announces_rate
        self.open_failures: list[Exception | None] = []
        self.send_failures: list[Exception | None] = []
        self.gate = threading.Event()
        self.gate.set()
        self.busy = threading.Event()
        self.frames: list[Frame] = []
        self.times: list[float] = []
        self.opened = self.closed = 0

    def open(self) -> None:
        self.opened += 1
        self._fail(self.open_failures)

    def send(self, frame: Frame, now: float) -> None:
        self.busy.set()
        self.gate.wait()
        self._fail(self.send_failures)
        self.frames.append(frame)
        self.times.append(now)

    def close(self) -> None:
        self.closed += 1

    @staticmethod
    def _fail(failures: list[Exception | None]) -> None:
        failure = failures.pop(0) if failures else None
        if failure is not None:
            raise failure


class FakeClock:
    """A clock that stands still but for `sleep` and `advance`."""

    def __init__(self, now: float = 1000.0) -> None:
        self.now = now
        self.oversleeps: list[float] = []

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds + (self.oversleeps.pop(0) if self.oversleeps else 0.0)

    def advance(self, seconds: float) -> None:
        self.now += seconds


class FakeRenderer:
    """Takes the next of `seconds` (the last one again and again) on a fake clock and remembers the poses."""

    name = "fake"
    detail = "draws nothing"

    def __init__(self, clock: FakeClock, *seconds: float) -> None:
        self.clock = clock
        self.seconds = list(seconds) or [0.0]
        self.failures: list[Exception | None] = []
        self.poses: list[Pose] = []
        self.closed = 0

    def render(self, pose: Pose) -> Frame:
        self.clock.advance(self.seconds.pop(0) if len(self.seconds) > 1 else self.seconds[0])
        failure = self.failures.pop(0) if self.failures else None
        if failure is not None:
            raise failure
        self.poses.append(pose)
        return blank(2, 2)

    def close(self) -> None:
        self.closed += 1
