"""From a clip to a video file: every frame drawn, converted and encoded, each step in a thread of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from vtube.audio.base import Samples
from vtube.avatar.base import Renderer
from vtube.avatar.sight import Scene, Sight
from vtube.errors import OutputError
from vtube.frame import Frame
from vtube.offline.clip import SOUND_RATE, Clip
from vtube.offline.pipeline import Ahead
from vtube.offline.segments import Encoder, join, part_ending, segment_frames
from vtube.offline.work_folder import WorkFolder
from vtube.outputs.video_format import Container
from vtube.paths import is_file, replace

FramesFrom = Callable[[int], Iterator[Frame]]
"""The frames of a film, from one of them on."""
Progress = Callable[[int], object]
"""Gets the number of frames that are done."""


def drawn(clip: Clip, renderer: Renderer, scene: Scene) -> FramesFrom:
    """The clip's frames as the scene shows them."""

    def frames(first: int) -> Iterator[Frame]:
        sight = Sight(scene)
        for index in range(first, clip.count):
            sight.look(index / clip.fps)
            yield sight.finish(sight.draw(renderer, clip.poses[index]))

    return frames


@dataclass(frozen=True)
class Film:
    """One film on its way into a file.

    Attributes:
        work: what is kept of it meanwhile.
        clip: what happens in it.
        frames: what it shows.
        encoder: writes its segments.
        container: the format of the file.
        loudness: makes the sound as loud as it should be.
    """

    work: WorkFolder
    clip: Clip
    frames: FramesFrom
    encoder: Encoder
    container: Container
    loudness: Callable[[Samples], Samples] = lambda samples: samples

    def make(self, progress: Progress = lambda done: None) -> Path:
        """Make what is missing and put it together; returns where it is.

        On Ctrl-C what there is becomes a video that can be played; the next run goes on behind the last whole segment.

        Raises:
            OutputError: the disk is full, or FFmpeg lacks the encoder.
        """
        with ThreadPoolExecutor(1, thread_name_prefix="sound") as beside:
            sound = beside.submit(self._sound)
            try:
                self._shoot(progress)
            except KeyboardInterrupt:
                beside.shutdown(wait=False, cancel_futures=True)
                self._leave()
                raise
            self._join(self._finished(), sound.result())
        self.work.give_out(is_finished=True)
        return self.work.out

    def _shoot(self, progress: Progress) -> None:
        """Write the segments that are missing."""
        length, ending = segment_frames(self.clip.fps), part_ending(self.work.out.suffix.lower())
        number = len(self._finished())
        if number * length >= self.clip.count:
            return
        drawn = Ahead(self.frames(number * length))
        pictures = Ahead(self.encoder.pictures(drawn))
        done = Counter(number * length, progress)
        try:
            for first in range(number * length, self.clip.count, length):
                beginning = self.work.beginning(ending)
                count = min(length, self.clip.count - first)
                if self.encoder.write(beginning, pictures, count, done.one_more) < count:
                    raise OutputError(f"{self.work.out.name} ends too early, after {done.count} frames")
                _named(beginning, self.work.segment(first // length, ending))
        finally:
            drawn.close()
            pictures.close()

    def _finished(self) -> list[Path]:
        ending, found = part_ending(self.work.out.suffix.lower()), list[Path]()
        while is_file(path := self.work.segment(len(found), ending)):
            found.append(path)
        return found

    def _sound(self) -> Samples | None:
        return None if self.clip.sound is None else self.loudness(self.clip.sound)

    def _leave(self) -> None:
        """Put together what there is."""
        parts = self._finished()
        beginning = self.work.beginning(part_ending(self.work.out.suffix.lower()))
        if is_file(beginning) and beginning.stat().st_size:
            parts.append(beginning)
        if parts:
            self._join(parts, self.clip.sound)
            self.work.give_out(is_finished=False)

    def _join(self, parts: list[Path], sound: Samples | None) -> None:
        heard = None if sound is None else (sound, SOUND_RATE)
        join(parts, self.work.whole(), self.container, self.clip.fps, heard, self.clip.chapters)


class Counter:
    """Counts frames and tells how many there are."""

    def __init__(self, count: int, progress: Progress) -> None:
        self.count = count
        self._progress = progress
        progress(count)

    def one_more(self) -> None:
        """Another frame is done."""
        self.count += 1
        self._progress(self.count)


def _named(path: Path, target: Path) -> None:
    try:
        replace(path, target)
    except OSError as error:
        raise OutputError(f"{target} cannot be written: {error.strerror or error}") from None
