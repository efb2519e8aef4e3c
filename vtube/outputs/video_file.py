"""Video files through PyAV, transparency kept where the container can."""

from __future__ import annotations

import logging
import math
from itertools import count
from pathlib import Path
from typing import Any

import av
import numpy as np
from numpy.typing import NDArray

from vtube.errors import missing_folder
from vtube.frame import Frame
from vtube.outputs.base import Output, OutputContext, OutputEndedError
from vtube.outputs.encoding import SoundTrack, add_video, picture_of
from vtube.outputs.video_format import CONTAINERS
from vtube.paths import remove

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
        self._failure = ""
        self._holds_frames = False
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
        self._steps, self._failure, self._holds_frames = None, "", False
        try:
            self._file = av.open(str(self.path), "w", options=dict(self._format.muxer))
            self._video = add_video(
                self._file, self._format, self._context.width, self._context.height, self._context.fps
            )
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
        picture = picture_of(frame, self._format, self._context.backdrop.flatten)
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
        """Write what the encoders still hold and finish the file; one without a frame is removed.

        Raises:
            OutputEndedError: the disk is full or the file is gone, and `send` has not said so.
        """
        if self._file is None:
            return
        try:
            if self._steps is not None and not self._failure:
                self._finish()
            self._file.close()
        except (OSError, av.FFmpegError) as error:
            if not self._failure:
                raise OutputEndedError(f"{self.path} could not be finished: {error.strerror or error}") from None
        finally:
            self._forget()

    def _write(self, stream: Any, picture_or_sound: Any) -> None:
        """After a failure nothing more: FFmpeg crashes where a header that failed is tried again."""
        if self._failure:
            raise OutputEndedError(self._failure)
        try:
            self._mux(stream, picture_or_sound)
        except (OSError, av.FFmpegError) as error:
            further, rest = (" any further", "; what it holds can be played") if self._holds_frames else ("", "")
            self._failure = f"{self.path} cannot be written{further}: {error.strerror}{rest}"
            raise OutputEndedError(self._failure) from None

    def _finish(self) -> None:
        if self._sound is not None:
            for block in self._sound.rest():
                self._mux(self._sound.stream, block)
            self._mux(self._sound.stream, None)
        self._mux(self._video, None)

    def _mux(self, stream: Any, picture_or_sound: Any) -> None:
        packets = stream.encode(picture_or_sound)
        self._file.mux(packets)
        self._holds_frames |= stream is self._video and bool(packets)

    def _forget(self) -> None:
        self._file = self._video = self._sound = None
        if not self._holds_frames:
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
            raise OutputEndedError(missing_folder(path.parent)) from None
        except OSError as error:
            raise OutputEndedError(f"{candidate} cannot be written: {error.strerror or error}") from None
        if number > 1:
            log.warning("file: %s exists; writing to %s", path, candidate.name)
        return candidate
    raise AssertionError("count() has no end")
