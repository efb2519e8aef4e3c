"""`file:PATH`: a video, or a picture per frame; the ending says which kind.

Every video is written so that it can be played after a crash: Matroska and WebM in clusters of a second, MOV and
MP4 in fragments of a second that become one ordinary file when it is closed (`hybrid_fragmented`, FFmpeg 7.1).
Nothing that exists is overwritten.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

import cv2

from vtube.errors import SettingsError
from vtube.frame import Frame
from vtube.outputs.base import OutputContext, OutputEndedError
from vtube.spec import Spec


@dataclass(frozen=True, slots=True)
class Container:
    """How FFmpeg is to write one kind of file.

    Attributes:
        codecs: video encoders, the first that FFmpeg was built with is taken.
        pixel_format: what the encoder stores.
        source: what it is handed: `rgba` frames, `bgra` without a second conversion, or opaque `rgb24`.
        options: for the video encoder.
        audio: the audio encoder.
        audio_rate: samples a second when the encoder takes only some rates, else that of the sound.
        muxer: options for the container.
    """

    codecs: tuple[str, ...]
    pixel_format: str
    source: str
    audio: str
    muxer: Mapping[str, str]
    options: Mapping[str, str] = field(default_factory=dict)
    audio_rate: int | None = None

    @property
    def transparent(self) -> bool:
        """Whether transparency is kept."""
        return self.source != "rgb24"


_FRAGMENTS = {"movflags": "hybrid_fragmented+frag_keyframe", "flush_packets": "1"}
_CLUSTERS = {"cluster_time_limit": "1000", "flush_packets": "1"}

CONTAINERS: dict[str, Container] = {
    ".mov": Container(("qtrle",), "argb", "argb", "pcm_s16le", _FRAGMENTS),
    ".mkv": Container(("ffv1",), "bgra", "bgra", "flac", _CLUSTERS, {"level": "3", "slices": "4", "slicecrc": "1"}),
    ".webm": Container(
        ("libvpx-vp9",),
        "yuva420p",
        "rgba",
        "libopus",
        _CLUSTERS,
        {"deadline": "realtime", "cpu-used": "8", "row-mt": "1", "lag-in-frames": "0", "crf": "20", "b": "0"},
        audio_rate=48_000,
    ),
    ".mp4": Container(
        ("libx264", "h264", "mpeg4"),
        "yuv420p",
        "rgb24",
        "aac",
        _FRAGMENTS,
        {"preset": "veryfast", "crf": "18", "bf": "0"},
    ),
}
"""File ending to container; .mov and .mkv are lossless.

H.264 without B frames: they would delay the first frame, which a fragmented file cannot take back.
"""


log = logging.getLogger(__name__)


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


NUMBER = re.compile(r"%(0?[1-9])?d")
"""Where the frame's number goes in the name: `%d`, `%5d`, `%05d`."""

COMPRESSION = 1
"""zlib level: the fastest one that compresses."""


class PictureFiles:
    """Writes `frames/00000.png`, `frames/00001.png`, ..., transparency kept."""

    name = "file"
    keeps_every_frame = True

    def __init__(self, pattern: Path) -> None:
        """`pattern` has one `%05d` or the like in its last part."""
        self._pattern = pattern
        self._next = 0
        self.detail = str(pattern)

    def open(self) -> None:
        """Start to count at 0.

        Raises:
            OutputEndedError: the folder is missing, or holds pictures with these names already.
        """
        self._next = 0
        if not self._pattern.parent.is_dir():
            raise OutputEndedError(f"there is no folder {self._pattern.parent}; make it, or write somewhere else")
        if self._path(0).exists():
            raise OutputEndedError(f"{self._path(0)} exists; use an empty folder, nothing is overwritten")

    def send(self, frame: Frame, _now: float) -> None:
        """Write the next picture.

        Raises:
            OutputEndedError: the disk is full or the folder is gone.
        """
        _, png = cv2.imencode(
            ".png", cv2.cvtColor(frame, cv2.COLOR_RGBA2BGRA), [cv2.IMWRITE_PNG_COMPRESSION, COMPRESSION]
        )
        path = self._path(self._next)
        try:
            path.write_bytes(png.data)
        except OSError as error:
            raise OutputEndedError(f"{path} cannot be written: {error.strerror or error}") from None
        self._next += 1

    def close(self) -> None:
        """Every picture is complete already."""

    def _path(self, number: int) -> Path:
        return self._pattern.with_name(NUMBER.sub(lambda match: match[0] % number, self._pattern.name))


if TYPE_CHECKING:
    from vtube.outputs.video_file import VideoFile

KINDS = f"{', '.join(CONTAINERS)} or numbered pictures such as frames/%05d.png"


def create_file(spec: Spec, context: OutputContext) -> VideoFile | PictureFiles:
    """The writer for the SPEC's path; nothing is created before `open`.

    Raises:
        SettingsError: there is no path, or its ending is unknown.
    """
    if spec.argument is None:
        raise SettingsError("the output file needs a path, such as file:take.mov")
    path = Path(spec.argument).expanduser()
    if path.suffix.lower() == ".png" and len(NUMBER.findall(path.name)) == 1:
        return PictureFiles(path)
    return create_video(path, context)


def create_video(path: Path, context: OutputContext, audio_rate: int | None = None) -> VideoFile:
    """The writer for a video file, with a mono sound track of `audio_rate` samples a second if wanted.

    Raises:
        SettingsError: the ending is unknown.
    """
    if path.suffix.lower() not in CONTAINERS:
        raise SettingsError(f"cannot write {path.name}: use one of {KINDS}")
    from vtube.outputs.video_file import VideoFile  # loads FFmpeg, a tenth of a second

    return VideoFile(path, context, audio_rate)
