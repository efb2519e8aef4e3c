"""The seams of the listening room."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from vtube.audio.base import Samples


class Ear(StrEnum):
    """Where listening stands."""

    OFF = "off"
    LOADING = "loading"
    LISTENING = "listening"
    HEARING = "hearing"
    RECOGNISING = "recognising"
    DEAF = "deaf"
    """While the character speaks herself."""
    FAILED = "failed"


class Recogniser(Protocol):
    """Turns speech into text, on this computer."""

    name: str
    """The SPEC that made it."""

    def load(self) -> None:
        """Get ready; may fetch a model and take a while.

        Raises:
            AudioError, ModelError, PackageMissingError: it cannot be had; one line.
        """

    def recognise(self, samples: Samples, language: str) -> str:
        """What is said in mono float32 samples at `audio.base.RATE`; empty for nothing. Blocks.

        `language` is auto or that of the streamer, such as `en`; a model of one language needs none.

        Raises:
            AudioError: it cannot be told now.
        """


@dataclass(frozen=True, slots=True)
class Partner:
    """Who is listened for; any thread may call.

    Attributes:
        speaks: whether the character is heard at this moment.
        give_way: somebody begins to speak; she stands still.
        wait: they have stopped, and are being understood.
        go_on: it was nothing.
        hear: this was said to her; she answers it first. Returns why not, or an empty text.
        said: her own words that were heard between two moments (monotonic seconds), in order; empty for none.
    """

    speaks: Callable[[], bool]
    give_way: Callable[[], object]
    wait: Callable[[], object]
    go_on: Callable[[], object]
    hear: Callable[[str], str]
    said: Callable[[float, float], str] = lambda begin, end: ""
