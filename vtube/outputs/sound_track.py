"""The sound of a video file."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import av
import numpy as np
from numpy.typing import NDArray

from vtube.outputs.file_formats import Container


class SoundTrack:
    """Turns mono PCM into what the container's audio encoder takes."""

    def __init__(self, file: Any, container: Container, rate: int) -> None:
        """Add the stream to `file`, which has not been written to yet; `rate` is that of the samples."""
        self._rate = rate
        self._position = 0
        self.stream = file.add_stream(container.audio, rate=container.audio_rate or rate)
        self.stream.layout = "mono"
        self.stream.format = self.stream.codec.audio_formats[0]
        self._resampler: Any = None

    def blocks(self, samples: NDArray[np.float32]) -> Iterator[Any]:
        """Frames for the encoder that the samples, float32 in [-1, 1], complete."""
        block = av.AudioFrame.from_ndarray(np.ascontiguousarray(samples[None], np.float32), "fltp", "mono")
        block.sample_rate = self._rate
        block.pts = self._position
        self._position += samples.size
        yield from self._resample(block)

    def rest(self) -> Iterator[Any]:
        """The last frame, shorter than the others."""
        if self._position:
            yield from self._resample(None)

    def _resample(self, block: Any) -> Iterator[Any]:
        if self._resampler is None:
            context = self.stream.codec_context
            context.open(strict=False)
            self._resampler = av.AudioResampler(
                context.format, "mono", context.sample_rate, frame_size=context.frame_size or None
            )
        yield from self._resampler.resample(block)
