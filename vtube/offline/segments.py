"""A film in segments of some seconds, each encoded once; put together without encoding again.

An encoder begins anew with each segment, so a film that was stopped and gone on with is, byte by byte, the film that
was made at one go.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np

from vtube.audio.base import Samples
from vtube.errors import OutputError
from vtube.frame import Frame
from vtube.offline.captions import Chapter
from vtube.outputs.base import Flatten
from vtube.outputs.encoding import SoundTrack, add_video, picture_of, rate_of
from vtube.outputs.video_format import Container
from vtube.paths import remove

SEGMENT_S = 10.0
REPEATABLE = {"fflags": "+bitexact"}
"""No random numbers and no date in the file."""
WHOLE = {".mp4": {"movflags": "+faststart"}, ".mov": {"movflags": "+faststart"}}
"""Options of the finished file: nothing has to survive a crash any more, and players should begin at once."""


def segment_frames(fps: float) -> int:
    """Frames of each segment but the last."""
    return max(1, round(SEGMENT_S * fps))


def part_ending(ending: str) -> str:
    """The ending of a segment's file: Matroska, which holds every codec but QuickTime's own."""
    return ".mov" if ending == ".mov" else ".mkv"


class Encoder:
    """Writes segments of one format: `width` x `height` pixels, `fps` frames a second."""

    def __init__(self, container: Container, width: int, height: int, fps: float, flatten: Flatten) -> None:
        """`flatten` makes frames opaque where the container knows no transparency."""
        self._container = container
        self._width, self._height, self._fps = width, height, fps
        self._flatten = flatten

    def pictures(self, frames: Iterable[Frame]) -> Iterator[Any]:
        """The frames as `write` takes them."""
        for frame in frames:
            yield picture_of(frame, self._container, self._flatten)

    def write(self, path: Path, pictures: Iterator[Any], count: int, done: Callable[[], object]) -> int:
        """Write at most `count` pictures and return how many; the file is finished also where something is raised.

        Raises:
            OutputError: the disk is full, or FFmpeg lacks the encoder.
        """
        written = 0
        try:
            with av.open(str(path), "w", options=REPEATABLE) as file:
                video = add_video(file, self._container, self._width, self._height, self._fps)
                try:
                    for picture in _at_most(count, pictures):
                        picture.pts, picture.time_base = _tick(written, self._fps, video), video.codec_context.time_base
                        file.mux(video.encode(picture))
                        written += 1
                        done()
                finally:
                    if written:
                        file.mux(video.encode(None))
        except (OSError, ValueError, av.FFmpegError) as error:
            raise OutputError(f"{path} cannot be written: {getattr(error, 'strerror', None) or error}") from None
        return written


def join(
    parts: Sequence[Path],
    out: Path,
    container: Container,
    fps: float,
    sound: tuple[Samples, int] | None = None,
    chapters: Sequence[Chapter] = (),
) -> int:
    """Put segments together in `out`, with mono sound (samples, their rate) and chapters; returns the frames.

    Raises:
        OutputError: a segment is damaged, or the disk is full.
    """
    remove(out)
    try:
        with av.open(str(out), "w", options={**REPEATABLE, **WHOLE.get(out.suffix.lower(), {})}) as file:
            return _Joining(file, container, fps, sound).run(parts, chapters)
    except (OSError, ValueError, av.FFmpegError) as error:
        raise OutputError(f"{out} cannot be written: {getattr(error, 'strerror', None) or error}") from None


class _Joining:
    def __init__(self, file: Any, container: Container, fps: float, sound: tuple[Samples, int] | None) -> None:
        self._file, self._fps = file, fps
        self._samples, self._rate = sound or (np.empty(0, np.float32), 1)
        self._container = container
        self._track: SoundTrack | None = None
        self._heard = 0
        self._video: Any = None

    def run(self, parts: Sequence[Path], chapters: Sequence[Chapter]) -> int:
        count = 0
        for part in parts:
            with av.open(str(part)) as segment:
                if self._video is None:
                    self._begin(segment.streams.video[0], chapters)
                for packet in segment.demux(video=0):
                    if packet.size:
                        self._show(packet, count)
                        count += 1
        self._hear(round(count / self._fps * self._rate))
        if self._track is not None:
            for block in [*self._track.rest(), None]:
                self._file.mux(self._track.stream.encode(block))
        return count

    def _begin(self, template: Any, chapters: Sequence[Chapter]) -> None:
        self._video = self._file.add_stream_from_template(template)
        self._video.time_base = template_base(self._fps)
        if (alpha := template.metadata.get("alpha_mode")) is not None:
            self._video.metadata["alpha_mode"] = alpha  # WebM's: without it players take the film for opaque
        if len(self._samples):
            self._track = SoundTrack(self._file, self._container, self._rate)
        if chapters:
            end = max(len(self._samples) / self._rate, chapters[-1].start)
            self._file.set_chapters(list(_marks(chapters, end)))

    def _show(self, packet: Any, index: int) -> None:
        self._hear(round(index / self._fps * self._rate))
        base = template_base(self._fps)
        packet.stream = self._video
        packet.time_base = base
        packet.pts = packet.dts = round(index / self._fps / float(base))
        packet.duration = round(1 / self._fps / float(base))
        self._file.mux(packet)

    def _hear(self, until: int) -> None:
        if self._track is None or until <= self._heard:
            return
        for block in self._track.blocks(self._samples[self._heard : until]):
            self._file.mux(self._track.stream.encode(block))
        self._heard = until


def template_base(fps: float) -> Fraction:
    """Seconds of one tick, of which every frame has a whole number where the rate is a usual one."""
    return Fraction(1, math.lcm(60_000, rate_of(fps).numerator))


def _marks(chapters: Sequence[Chapter], end: float) -> Iterator[dict[str, Any]]:
    ends = [*(one.start for one in chapters[1:]), end]
    for number, (one, last) in enumerate(zip(chapters, ends, strict=True)):
        yield {
            "id": number,
            "start": round(one.start * 1000),
            "end": round(last * 1000),
            "time_base": Fraction(1, 1000),
            "metadata": {"title": one.title},
        }


def _tick(index: int, fps: float, video: Any) -> int:
    return round(index / fps / float(video.codec_context.time_base))


def _at_most(count: int, items: Iterator[Any]) -> Iterator[Any]:
    for _ in range(count):
        item = next(items, None)
        if item is None:
            return
        yield item
