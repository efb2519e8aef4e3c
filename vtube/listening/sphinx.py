"""`sphinx`: PocketSphinx, whose English model is inside its package; for computers that can do no more."""

from __future__ import annotations

from typing import Any

import numpy as np

from vtube.audio.base import RATE, Samples
from vtube.errors import AudioError
from vtube.listening.base import Recogniser
from vtube.registry import optional
from vtube.settings import ListeningSettings
from vtube.spec import Spec
from vtube.text import first_line

QUIETEST = 1e-3


class SphinxRecogniser:
    """The model that comes with the package."""

    name = "sphinx"

    def __init__(self) -> None:
        self._decoder: Any = None

    def load(self) -> None:
        """See `base.Recogniser`."""
        pocketsphinx = optional("pocketsphinx", "sphinx", "sphinx")
        try:
            self._decoder = pocketsphinx.Decoder(samprate=RATE, loglevel="FATAL")
        except (RuntimeError, ValueError) as error:
            raise AudioError(f"PocketSphinx does not start: {first_line(error)}") from None

    def recognise(self, samples: Samples, language: str) -> str:  # noqa: ARG002 - its model has one of its own
        """See `base.Recogniser`."""
        if float(np.abs(samples).max(initial=0.0)) < QUIETEST:
            return ""
        self._decoder.start_utt()
        try:
            self._decoder.process_raw(as_int16(samples).tobytes(), full_utt=True)
        except RuntimeError as error:
            raise AudioError(f"speech recognition fails: {first_line(error)}") from None
        finally:
            self._decoder.end_utt()
        best = self._decoder.hyp()
        return str(best.hypstr).strip() if best is not None else ""


def as_int16(samples: Samples) -> np.ndarray[tuple[int], np.dtype[np.int16]]:
    """Float samples in [-1, 1] as 16 bits."""
    return (np.clip(samples, -1.0, 1.0) * 32767).astype(np.int16)


def create(_spec: Spec, _settings: ListeningSettings) -> Recogniser:
    """`sphinx`. Raises: PackageMissingError."""
    optional("pocketsphinx", "sphinx", "sphinx")
    return SphinxRecogniser()
