"""Any PCM to what the recogniser takes: mono float32 at RATE."""

from __future__ import annotations

from typing import Any

import numpy as np
from av.audio.frame import AudioFrame
from av.audio.resampler import AudioResampler
from numpy.typing import NDArray

from vtube.audio.base import RATE, Samples


def to_mono(block: NDArray[Any]) -> Samples:
    """Mix (samples,) or (samples, channels) of any integer or float type down to float32 in [-1, 1].

    Unsigned 8-bit is centred on 128, signed integers are scaled by their range, NaN becomes silence.
    """
    if block.dtype == np.uint8:
        block = (block.astype(np.float32) - 128.0) / 128.0
    elif np.issubdtype(block.dtype, np.integer):
        block = block.astype(np.float32) / -float(np.iinfo(block.dtype).min)
    mono = block.astype(np.float32, copy=False)
    if mono.ndim == 2:
        mono = mono.mean(axis=1)
    return np.clip(np.nan_to_num(mono), -1.0, 1.0)


class Resampler:
    """Streaming rate conversion (swresample); keeps its filter between blocks."""

    def __init__(self, rate: int, wanted: int = RATE) -> None:
        self._rate = rate
        self._swr = None if rate == wanted else AudioResampler(format="flt", layout="mono", rate=wanted)

    def __call__(self, mono: Samples) -> Samples:
        """The samples that have become known with this block; may be a few fewer or more than its share."""
        if self._swr is None or not len(mono):
            return mono
        frame = AudioFrame.from_ndarray(np.ascontiguousarray(mono[None]), format="flt", layout="mono")
        frame.sample_rate = self._rate
        parts = [part.to_ndarray()[0] for part in self._swr.resample(frame)]
        return np.concatenate(parts) if parts else np.empty(0, np.float32)
