"""Every sound input there is, with what each hears at this moment."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

import numpy as np

from vtube.audio.base import AudioSource, Samples
from vtube.audio.loopback import Loopback, loopbacks
from vtube.audio.microphone import microphone_names, open_microphone
from vtube.clock import monotonic
from vtube.errors import AudioError
from vtube.signals import InputState
from vtube.threads import within

LISTEN_S, PATIENCE_S = 0.4, 2.0
"""How long to listen, and how long to wait for the first sound of devices that begin late."""

ANSWER_S = 5.0
"""How long a sound system may take to name its devices; one that hangs answers nobody, ever."""
MOST_UNANSWERED = 3
"""Questions that wait in vain; who asks more is told at once."""

SILENT_DB = -80.0
MOST = 16
"""Devices that are listened to; the rest is only named."""

log = logging.getLogger(__name__)

_questions = threading.BoundedSemaphore(MOST_UNANSWERED)


@dataclass(frozen=True, slots=True)
class SoundInput:
    """One device.

    Attributes:
        kind: `mic` or `loopback`.
        name: the device's own name; `kind:name` is what `--audio` takes.
        level_db: the loudest of LISTEN_S in dB of full scale, at least SILENT_DB; None where it cannot be opened.
    """

    kind: str
    name: str
    level_db: float | None = None

    @property
    def spec(self) -> str:
        """What `--audio` takes."""
        return f"{self.kind}:{self.name}"

    def __str__(self) -> str:
        if self.level_db is None:
            return f"{self.name} (cannot be opened)"
        return f"{self.name} ({'silent' if self.level_db <= SILENT_DB else f'{self.level_db:.0f} dB'})"


KINDS: dict[str, Callable[[str], AudioSource]] = {"mic": open_microphone, "loopback": Loopback}


def named_inputs() -> list[SoundInput]:
    """Every microphone and every loudspeaker that can be listened to, by name only."""
    return [SoundInput("mic", name) for name in _names(microphone_names)] + [
        SoundInput("loopback", name) for name in _names(loopbacks)
    ]


def sound_inputs(seconds: float = LISTEN_S, patience: float = ANSWER_S) -> list[SoundInput]:
    """The same, each listened to for so long, all at once. Nothing is kept of what is heard.

    Raises:
        AudioError: the sound system does not name them within `patience`, seconds.
    """
    inputs = _answered(patience)
    meters = [_Meter(KINDS[one.kind](one.name)) for one in inputs[:MOST]]
    try:
        for meter in meters:
            meter.open()
        deadline = monotonic() + PATIENCE_S
        while monotonic() < deadline and any(meter.waits for meter in meters):
            time.sleep(0.02)
        time.sleep(seconds)
        levels = [meter.level_db() for meter in meters]
    finally:
        for meter in meters:
            meter.source.close()
    return [replace(one, level_db=level) for one, level in zip(inputs, levels, strict=False)] + inputs[MOST:]


def _answered(patience: float) -> list[SoundInput]:
    """`named_inputs`, of a sound system that may hang."""

    def ask() -> list[SoundInput]:
        try:
            return named_inputs()
        finally:
            _questions.release()

    try:
        if _questions.acquire(blocking=False):
            return within(patience, ask, "sound inputs")
    except TimeoutError:
        pass
    raise AudioError("the sound system of this computer does not answer; restart it, or the computer", "sound.silent")


class _Meter:
    """The loudest sample of one source."""

    def __init__(self, source: AudioSource) -> None:
        self.source = source
        self._peak: float | None = None
        self._opened = False

    @property
    def waits(self) -> bool:
        """Whether it could be opened but has not heard anything yet, not even silence."""
        state = self.source.status(monotonic()).state
        return self._opened and self._peak is None and state is InputState.WAITING

    def open(self) -> None:
        try:
            self.source.start(self._heard)
            self._opened = True
        except AudioError as error:
            log.debug("while listing: %s", error)

    def level_db(self) -> float | None:
        return None if self._peak is None else max(SILENT_DB, 20 * float(np.log10(self._peak + 1e-9)))

    def _heard(self, samples: Samples, _: float) -> None:
        self._peak = max(self._peak or 0.0, float(np.abs(samples).max(initial=0.0)))


def _names(find: Callable[[], Iterable[str]]) -> list[str]:
    """Each name once; where the library or the server is missing, none."""
    try:
        return list(dict.fromkeys(find()))
    except Exception as error:  # noqa: BLE001 - a listing must not fail because a sound library does
        log.debug("while listing sound inputs: %s", error)
        return []
