"""`file:PATH`: a video, or a picture per frame; the ending says which kind. Nothing that exists is overwritten."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import cv2

from vtube.errors import SettingsError, missing_folder
from vtube.frame import Frame
from vtube.outputs.base import Output, OutputContext, OutputEndedError
from vtube.outputs.video_format import CONTAINERS, Container
from vtube.paths import check_no_device, expanded, is_folder, is_there
from vtube.spec import Spec

NUMBER = re.compile(r"%(0?[1-9])?d")
"""Where the frame's number goes in the name: `%d`, `%5d`, `%05d`."""

COMPRESSION = 1
"""zlib level: the fastest one that compresses."""


class PictureFiles(Output):
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
        if not is_folder(self._pattern.parent):
            raise OutputEndedError(missing_folder(self._pattern.parent))
        if is_there(self._path(0)):
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
    path = expanded(spec.argument)
    _check_name(path)
    if path.suffix.lower() == ".png" and len(NUMBER.findall(path.name)) == 1:
        return PictureFiles(path)
    return create_video(path, context)


def create_video(path: Path, context: OutputContext, audio_rate: int | None = None) -> VideoFile:
    """The writer for a video file, with a mono sound track of `audio_rate` samples a second if wanted.

    Raises:
        SettingsError: the ending is unknown.
    """
    video_container(path)
    from vtube.outputs.video_file import VideoFile  # loads FFmpeg, a tenth of a second

    return VideoFile(path, context, audio_rate)


def video_container(path: Path) -> Container:
    """The kind of video file that the ending of `path` says.

    Raises:
        SettingsError: the ending is unknown, or Windows has no file of that name.
    """
    _check_name(path)
    if path.suffix.lower() not in CONTAINERS:
        raise SettingsError(f"cannot write {path.name}: use one of {KINDS}")
    return CONTAINERS[path.suffix.lower()]


def _check_name(path: Path) -> None:
    try:
        check_no_device(path)
    except OSError as error:
        raise SettingsError(f"cannot write {path.name}: {error.strerror}") from None
