"""PortAudio, through which microphones are heard and speech is played: its devices and its streams.

It lists the devices once, as it is initialised, and can be initialised anew only while no stream is open. So where a
device is missing and something was plugged in or out, all streams are closed for that moment; whoever has one sees
that it is `closed`, and opens it again.
"""

from __future__ import annotations

import contextlib
import logging
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from enum import StrEnum
from typing import Any

from vtube.audio.soundcards import default_id, missing, plugged
from vtube.clock import Clock, monotonic
from vtube.errors import AudioError

Device = Mapping[str, Any]
"""What PortAudio tells of one device: `name`, `index`, `default_samplerate`, channels and latencies."""

FOLLOWS = sys.platform == "linux"
"""Whether the sound server moves a stream of the default device by itself when another one becomes that."""

LIST_ANEW_S = 10.0
"""So often PortAudio lists its devices for somebody who misses one, where nobody has a stream, seen or not that
something was plugged in."""
HANGS_S = 10.0
DEFAULT_S = 2.0
"""How often it is looked which device is the default."""

log = logging.getLogger(__name__)


class Direction(StrEnum):
    """Which way the sound goes."""

    INPUT = "input"
    OUTPUT = "output"


NAMES = {Direction.INPUT: "microphone", Direction.OUTPUT: "sound device to speak through"}
WITHOUT = {
    Direction.INPUT: "there is no microphone; plug one in",
    Direction.OUTPUT: "there is no sound device to speak through",
}

ALSA_NAMES = ("default", "pulse", "pipewire")
"""What ALSA, and so PortAudio on Linux, calls the sound server's default device."""


@contextlib.contextmanager
def _same_signals() -> Iterator[None]:
    """What looks for devices on Linux blocks SIGPIPE for its thread, and so for each program that is started there."""
    if os.name == "nt":
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, ())
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def portaudio() -> Any:
    """The module `sounddevice`.

    Raises:
        AudioError: it or its library is not installed; the message says how to get it.
    """
    try:
        with _same_signals():
            import sounddevice
    except OSError:
        raise AudioError(
            "the sound library PortAudio is missing; on Debian and Ubuntu: apt install libportaudio2", "sound.library"
        ) from None
    except ImportError:
        raise missing("sounddevice") from None
    return sounddevice


class Stream:
    """One stream of a device, which hears or plays from the beginning."""

    def __init__(self, library: SoundLibrary, direction: Direction, device: Device, *, is_default: bool) -> None:
        self.device = device
        self._library, self._direction = library, direction
        self._default = library.default_id(direction) if is_default else None
        self._look_after = library.clock() + DEFAULT_S
        self._past = False
        self._stream: Any = None

    @property
    def closed(self) -> bool:
        """Whether it was closed, by `close` or so that devices could be listed."""
        return self._stream is None

    @property
    def latency(self) -> float:
        """Seconds, as PortAudio tells them."""
        stream = self._stream
        return float(stream.latency) if stream is not None else 0.0

    def alive(self) -> bool:
        """Whether it runs, through what is the default device still if it was asked for that."""
        stream = self._stream
        return stream is not None and bool(stream.active) and not self._is_past()

    def close(self, *, lost: bool = False) -> None:
        """Give the device back, which may be `lost`; harmless when called twice."""
        self._library.close(self, lost=lost)

    def begin(self, stream: Any) -> None:
        """Run this one of PortAudio's. What it raises comes through."""
        self._stream = stream
        stream.start()

    def end(self) -> None:
        """For the library alone, which has one stream opened or closed at a time."""
        stream, self._stream = self._stream, None
        if stream is not None:
            try:
                stream.close()
            except Exception as error:  # noqa: BLE001 - a device that is gone may refuse to close
                log.debug("closing %s: %s", self.device["name"], error)

    def _is_past(self) -> bool:
        now = self._library.clock()
        if self._default is not None and not self._past and now >= self._look_after:
            self._look_after = now + DEFAULT_S
            self._past = self._library.default_id(self._direction) not in (None, self._default)
        return self._past


class SoundLibrary:
    """PortAudio in this process. Every method may be called by any thread but a stream's own."""

    def __init__(
        self,
        load: Callable[[], Any] = portaudio,
        plugged: Callable[[], frozenset[str] | None] = plugged,
        default_id: Callable[[bool], str | None] = default_id,
        *,
        follows: bool = FOLLOWS,
        clock: Clock = monotonic,
    ) -> None:
        """`load`, `plugged`, `default_id`, `follows`: what tells of the computer; see there."""
        self.load = load
        self.clock = clock
        self._plugged, self._default_id, self._follows = plugged, default_id, follows
        self._lock = threading.Lock()
        self._open: list[Stream] = []
        self._known: frozenset[str] | None = None
        self._listed_at = float("-inf")
        self._lost = False
        """A device was lost: what PortAudio knows of all may be past."""

    def devices(self, direction: Direction) -> list[Device]:
        """Every device of that direction that is plugged in now.

        Raises:
            AudioError: they cannot be listed.
        """
        with self._alone():
            self._list_anew()
            return devices(self.load(), direction)

    def open(self, direction: Direction, name: str | None, arguments: Callable[[Device], dict[str, Any]]) -> Stream:
        """Open and start a stream of the device that `find_device` finds.

        Args:
            direction: to hear or to play.
            name: a part of the device's name, in any case; None for the default one.
            arguments: those of sounddevice's stream, but the device.

        Raises:
            AudioError: there is none, or it cannot be opened.
        """
        with self._alone():
            doubtful, self._lost = self._lost or (name is None and not self._follows), False
            listed = doubtful and self._list_anew()
            try:
                return self._opened(direction, name, arguments)
            except AudioError:
                if listed or not self._list_anew():
                    raise
            return self._opened(direction, name, arguments)

    def close(self, stream: Stream, *, lost: bool = False) -> None:
        """Close one of its streams, whose device may be `lost`; harmless when called twice."""
        if stream.closed:
            return
        with contextlib.suppress(AudioError), self._alone():
            self._lost |= lost
            if stream in self._open:
                self._open.remove(stream)
            stream.end()

    def default_id(self, direction: Direction) -> str | None:
        """What tells the default device of now from another one; None where the sound server follows it by itself."""
        return None if self._follows else self._default_id(direction is Direction.INPUT)

    @contextlib.contextmanager
    def _alone(self) -> Iterator[None]:
        if not self._lock.acquire(timeout=HANGS_S):
            raise AudioError("the sound library does not answer", "sound.silent")
        try:
            yield
        finally:
            self._lock.release()

    def _opened(self, direction: Direction, name: str | None, arguments: Callable[[Device], dict[str, Any]]) -> Stream:
        sounddevice = self.load()
        device = find_device(sounddevice, direction, name)
        stream = Stream(self, direction, device, is_default=name is None)
        make = sounddevice.InputStream if direction is Direction.INPUT else sounddevice.OutputStream
        try:
            stream.begin(make(device=device["index"], **arguments(device)))
        except Exception as error:  # noqa: BLE001 - PortAudio's own errors are of any type
            stream.end()
            what = "microphone" if direction is Direction.INPUT else "sound device"
            raise AudioError(
                f"cannot open the {what} {device['name']!r}: {error}",
                "sound.open",
                name=str(device["name"]),
                reason=str(error),
            ) from None
        self._open.append(stream)
        return stream

    def _list_anew(self) -> bool:
        """Let PortAudio list the devices where that may tell something new; whether it did."""
        there, now = self._plugged(), self.clock()
        changed = there is not None and there != self._known
        if not changed and (self._open or now < self._listed_at + LIST_ANEW_S):
            return False
        self._known, self._listed_at = there, now
        streams, self._open = self._open, []
        for stream in streams:
            stream.end()
        sounddevice = self.load()
        for step in (sounddevice._terminate, sounddevice._initialize):  # noqa: SLF001 - there is no other way
            try:
                with _same_signals():
                    step()
            except Exception as error:  # noqa: BLE001 - PortAudio's own errors are of any type
                log.debug("listing the sound devices: %s", error)
        return True


SOUND = SoundLibrary()
"""The one of this process."""


def devices(sounddevice: Any, direction: Direction) -> list[Device]:
    """Every device of that direction that PortAudio knows.

    Raises:
        AudioError: they cannot be listed.
    """
    try:
        return [one for one in sounddevice.query_devices() if one[f"max_{direction}_channels"] > 0]
    except Exception as error:  # noqa: BLE001 - PortAudio's own errors are of any type
        raise AudioError(f"the sound devices cannot be listed: {error}") from None


def find_device(sounddevice: Any, direction: Direction, name: str | None) -> Device:
    """The device whose name contains `name` (any case), the quickest of several; the default one without a name.

    Raises:
        AudioError: there is none; the message lists those there are.
    """
    there = devices(sounddevice, direction)
    if not there:
        raise AudioError(WITHOUT[direction], f"sound.none.{direction}")
    if name is None:
        default = sounddevice.default.device[0 if direction is Direction.INPUT else 1]
        return next((one for one in there if one["index"] == default), there[0])
    found = [one for one in there if name.casefold() in str(one["name"]).casefold()]
    if not found:
        listed = "; ".join(dict.fromkeys(str(one["name"]) for one in there))
        raise AudioError(
            f"there is no {NAMES[direction]} {name!r}; there are: {listed}", "sound.named", name=name, there=listed
        )
    return min(found, key=lambda one: float(one.get(f"default_low_{direction}_latency", 0.0)))
