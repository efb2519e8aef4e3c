"""`file:PATH`: a video, or a picture per frame; the ending says which kind."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from vtube.errors import SettingsError
from vtube.outputs.context import OutputContext
from vtube.outputs.file_formats import CONTAINERS
from vtube.outputs.picture_files import NUMBER, PictureFiles
from vtube.spec import Spec

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
