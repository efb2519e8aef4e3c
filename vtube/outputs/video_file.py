"""Video files through PyAV, transparency kept where the container can."""

from __future__ import annotations

import logging
import math
from collections.abc import Callable, Iterator
from fractions import Fraction
from itertools import count
from pathlib import Path
from typing import Any

import av
import cv2
import numpy as np
from av.video.reformatter import ColorRange, Colorspace
from numpy.typing import NDArray

from vtube.frame import Frame
from vtube.outputs.base import Output, OutputContext, OutputEndedError
from vtube.outputs.video_format import CONTAINERS, Container
from vtube.paths import remove

TICKS = 60_000
"""Ticks a second: whole ones for 24, 25, 29.97, 30, 48, 50, 59.94, 60, 120 and 240 frames a second."""

MAX_TICKS = {"mpeg4": 65_535}
"""What some encoders can count a second."""

THREADS = 4
"""Slices of one frame that FFV1 and VP9 may encode at the same time."""

SOURCES: dict[str, Callable[[Frame, OutputContext], NDArray[np.uint8]]] = {
    "rgba": lambda frame, context: frame,
    "argb": lambda frame, context: _alpha_first(frame),
    "bgra": lambda frame, context: cv2.cvtColor(frame, cv2.COLOR_RGBA2BGRA),
    "rgb24": lambda frame, context: context.backdrop.flatten(frame),
}
"""How a frame becomes the array of each pixel format that an encoder is handed."""

log = logging.getLogger(__name__)


class VideoFile(Output):
    """Writes frames at their deadlines, in steps of 1/fps, and sound where it is wanted.

    When the rate changes meanwhile, the file goes on in steps of the new one. An existing file is never
    overwritten: `take.mov` becomes `take-2.mov`. Each `open` begins a new file.
    """

    name = "file"
    keeps_every_frame = True

    def __init__(self, path: Path, context: OutputContext, audio_rate: int | None = None) -> None:
        """`path` ends as one of `CONTAINERS`; with `audio_rate` the file gets a mono sound track."""
        self._wanted = path
        self._context = context
        self._format = CONTAINERS[path.suffix.lower()]
        self._audio_rate = audio_rate
        self._file: Any = None
        self._video: Any = None
        self._sound: SoundTrack | None = None
        self._steps: FrameSteps | None = None
        self.path = path
        self.detail = str(path)

    def open(self) -> None:
        """Create the file.

        Raises:
            OutputEndedError: its folder is missing or cannot be written to, or FFmpeg lacks the encoder.
        """
        self.close()
        self.path = reserve(self._wanted)
        self.detail = str(self.path)
        self._steps = None
        try:
            self._file = av.open(str(self.path), "w", options=dict(self._format.muxer))
            self._video = self._add_video()
            if self._audio_rate is not None:
                self._sound = SoundTrack(self._file, self._format, self._audio_rate)
        except (OSError, ValueError, av.FFmpegError) as error:
            self._forget()
            raise OutputEndedError(f"{self.path} cannot be written: {error}") from None
        if not self._format.transparent:
            log.info("file: %s holds no transparency; the background is put in", self.path.name)

    def send(self, frame: Frame, now: float) -> None:
        """Write the frame of the deadline `now`; a second one for the same step is left out.

        Raises:
            OutputEndedError: the disk is full or the file is gone.
        """
        if self._file is None:
            raise OutputEndedError(f"{self.path} is not open")
        if self._steps is None:
            self._steps = FrameSteps(now, self._video.codec_context.time_base.denominator)
        ticks = self._steps.place(now, self._context.fps)
        if ticks is None:
            return
        picture = self._picture(frame)
        picture.pts = ticks
        picture.duration = self._steps.duration
        picture.time_base = self._video.codec_context.time_base
        self._write(self._video, picture)

    def send_audio(self, samples: NDArray[np.float32]) -> None:
        """Append mono sound at the constructor's `audio_rate`; its first sample belongs to the first frame.

        Raises:
            OutputEndedError: as `send`, or the file was made without sound.
        """
        if self._sound is None:
            raise OutputEndedError(f"{self.path} has no sound track")
        for block in self._sound.blocks(samples):
            self._write(self._sound.stream, block)

    def close(self) -> None:
        """Write what the encoders still hold and finish the file; one without a frame is removed."""
        if self._file is None:
            return
        try:
            if self._steps is not None:
                self._finish()
            self._file.close()
        except (OSError, av.FFmpegError) as error:
            log.warning("file: %s could not be finished: %s", self.path, error.strerror)
        finally:
            self._forget()

    def _add_video(self) -> Any:
        codec, rate = _encoder(self._format.codecs), Fraction(self._context.fps).limit_denominator(1001)
        video = self._file.add_stream(codec, rate=rate)
        video.width, video.height = self._context.width, self._context.height
        video.pix_fmt = self._format.pixel_format
        video.time_base = video.codec_context.time_base = _time_base(codec, rate)
        video.gop_size = max(1, round(rate))
        video.options = dict(self._format.options)
        if self._format.pixel_format != self._format.source:
            video.codec_context.colorspace = Colorspace.ITU709
            video.codec_context.color_range = ColorRange.MPEG
        video.codec_context.thread_count = THREADS
        video.codec_context.thread_type = "SLICE"
        return video

    def _picture(self, frame: Frame) -> Any:
        source = self._format.source
        picture = av.VideoFrame.from_ndarray(SOURCES[source](frame, self._context), format=source)
        if self._format.pixel_format == source:
            return picture
        return picture.reformat(
            format=self._format.pixel_format, dst_colorspace=Colorspace.ITU709, dst_color_range=ColorRange.MPEG
        )

    def _write(self, stream: Any, picture_or_sound: Any) -> None:
        try:
            self._file.mux(stream.encode(picture_or_sound))
        except (OSError, av.FFmpegError) as error:
            raise OutputEndedError(
                f"{self.path} cannot be written any further: {error.strerror}; what it holds can be played"
            ) from None

    def _finish(self) -> None:
        if self._sound is not None:
            for block in self._sound.rest():
                self._file.mux(self._sound.stream.encode(block))
            self._file.mux(self._sound.stream.encode(None))
        self._file.mux(self._video.encode(None))

    def _forget(self) -> None:
        self._file = self._video = self._sound = None
        if self._steps is None:
            remove(self.path)


class FrameSteps:
    """Places frames on a grid of 1/fps, so that editors see a constant rate though deadlines are moved a little.

    The grid begins anew where the rate changes. A frame that finds its step taken, as those do that were on their
    way when the rate fell, stands where its deadline is: nothing is lost.
    """

    def __init__(self, start: float, ticks_per_second: int) -> None:
        """`start` is the first frame's deadline, monotonic seconds; it stands at tick 0."""
        self._first, self._ticks_per_second = start, ticks_per_second
        self._grid: tuple[float, int] = (start, 0)
        self._fps = 0.0
        self._shortest = math.inf
        self._last: tuple[float, int] | None = None
        self.duration = 0
        """Of a frame, ticks."""

    def place(self, now: float, fps: float) -> int | None:
        """The tick of the frame with the deadline `now`; None when a frame stands there already."""
        if fps != self._fps:
            self._begin_grid(now, fps)
        tick = self._grid[1] + round(round((now - self._grid[0]) * self._fps) * self._ticks_per_second / self._fps)
        if self._last is not None:
            if now - self._last[0] < 0.5 * self._shortest:
                return None
            if tick <= self._last[1]:
                tick = max(self._exact(now), self._last[1] + 1)
        self._last = now, tick
        return tick

    def _begin_grid(self, now: float, fps: float) -> None:
        self._fps = fps
        self._shortest = min(self._shortest, 1 / fps)
        self._grid = now, self._exact(now)
        self.duration = round(self._ticks_per_second / fps)

    def _exact(self, now: float) -> int:
        return round((now - self._first) * self._ticks_per_second)


def reserve(path: Path) -> Path:
    """Create an empty file called `path`, or `take-2.mov`, `take-3.mov`, ... when `take.mov` exists.

    Raises:
        OutputEndedError: the folder is missing or cannot be written to.
    """
    for number in count(1):
        candidate = path if number == 1 else path.with_stem(f"{path.stem}-{number}")
        try:
            candidate.open("xb").close()
        except FileExistsError:
            continue
        except FileNotFoundError:
            raise OutputEndedError(f"there is no folder {path.parent}; make it, or write somewhere else") from None
        except OSError as error:
            raise OutputEndedError(f"{candidate} cannot be written: {error.strerror or error}") from None
        if number > 1:
            log.warning("file: %s exists; writing to %s", path, candidate.name)
        return candidate
    raise AssertionError("count() has no end")


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
