"""How frames and sound become what FFmpeg's encoders take, the same for a live recording and an offline film."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import Any

import av
import cv2
import numpy as np
from av.video.reformatter import ColorRange, Colorspace
from numpy.typing import NDArray

from vtube.frame import Frame
from vtube.outputs.base import Flatten
from vtube.outputs.video_format import Container

TICKS = 60_000
"""Ticks a second: whole ones for 24, 25, 29.97, 30, 48, 50, 59.94, 60, 120 and 240 frames a second."""

MAX_TICKS = {"mpeg4": 65_535}
"""What some encoders can count a second."""

BT709 = 1
"""The number of BT.709's primaries and of its transfer function (ITU-T H.273)."""

THREADS = 4
"""Slices of one frame that FFV1 and VP9 may encode at the same time."""

SOURCES: dict[str, Callable[[Frame, Flatten], NDArray[np.uint8]]] = {
    "rgba": lambda frame, flatten: frame,
    "argb": lambda frame, flatten: _alpha_first(frame),
    "bgra": lambda frame, flatten: cv2.cvtColor(frame, cv2.COLOR_RGBA2BGRA),
    "rgb24": lambda frame, flatten: flatten(frame),
}
"""How a frame becomes the array of each pixel format that an encoder is handed."""


def rate_of(fps: float) -> Fraction:
    """Frames a second as films count them, such as 30000/1001."""
    return Fraction(fps).limit_denominator(1001)


def add_video(file: Any, container: Container, width: int, height: int, fps: float) -> Any:
    """A video stream of PyAV's `file`, which has not been written to yet.

    Raises:
        ValueError: this FFmpeg lacks the encoder.
    """
    codec, rate = _encoder(container.codecs), rate_of(fps)
    video = file.add_stream(codec, rate=rate)
    video.width, video.height = width, height
    video.pix_fmt = container.pixel_format
    video.time_base = video.codec_context.time_base = _time_base(codec, rate)
    video.gop_size = max(1, round(rate))
    video.options = dict(container.options)
    if container.pixel_format != container.source:
        video.codec_context.colorspace = Colorspace.ITU709
        video.codec_context.color_range = ColorRange.MPEG
        # Without these two, browsers guess by the picture's height, and small films look brighter than large ones.
        video.codec_context.color_primaries = video.codec_context.color_trc = BT709
    video.codec_context.thread_count = THREADS
    video.codec_context.thread_type = "SLICE"
    return video


def picture_of(frame: Frame, container: Container, flatten: Flatten) -> Any:
    """The frame as the video encoder of `container` takes it; `flatten` makes it opaque where it must be."""
    source = container.source
    picture = av.VideoFrame.from_ndarray(SOURCES[source](frame, flatten), format=source)
    if container.pixel_format == source:
        return picture
    return picture.reformat(
        format=container.pixel_format, dst_colorspace=Colorspace.ITU709, dst_color_range=ColorRange.MPEG
    )


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


def _time_base(codec: str, rate: Fraction) -> Fraction:
    """A tick that divides the frames of all usual rates and of this one."""
    ticks = math.lcm(TICKS, rate.numerator)
    return Fraction(1, ticks if ticks <= MAX_TICKS.get(codec, 2**31 - 1) else TICKS)


def _alpha_first(frame: Frame) -> Frame:
    result = np.empty_like(frame)
    cv2.mixChannels([frame], [result], [3, 0, 0, 1, 1, 2, 2, 3])
    return result


def _encoder(codecs: tuple[str, ...]) -> str:
    """The first encoder that FFmpeg was built with."""
    for codec in codecs:
        if codec in av.codecs_available:
            return codec
    raise ValueError(f"this FFmpeg has none of the encoders {', '.join(codecs)}")
