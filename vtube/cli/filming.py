"""What `vtube render` does: from its arguments to a film."""

from __future__ import annotations

import argparse
import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import numpy as np

import vtube
from vtube import settings as settings_module
from vtube.audio.loudness import normalised
from vtube.avatar.base import Renderer
from vtube.avatar.picture.character import Character
from vtube.avatar.registry import check_engine
from vtube.cli.commands.arguments import given_avatar, open_renderer
from vtube.cli.film_progress import Told, told
from vtube.errors import SettingsError
from vtube.frame import SIZE, Frame, Rgb
from vtube.offline import captions
from vtube.offline.burnt import with_captions
from vtube.offline.clip import (
    SOUND_RATE,
    Clip,
    beginning,
    check_emotion,
    from_poses,
    from_sound,
    from_text,
    from_tracking,
)
from vtube.offline.film import Film, FramesFrom, drawn
from vtube.offline.over import SMALLEST, Behind, Place, behind, laid_over, length_of, place_of
from vtube.offline.segments import Encoder
from vtube.offline.work_folder import WorkFolder
from vtube.outputs.file import video_container
from vtube.paths import file_sha256, is_file, read_bounded, write_whole
from vtube.processes.standard_input import read_text
from vtube.scene.stage import Stage
from vtube.settings import AvatarSettings, Settings
from vtube.settings.origin import naming_origin
from vtube.studio.character import character_of
from vtube.studio.subject import subject_of

MAX_TEXT_BYTES = 2_000_000
FPS = 30.0
MAX_PATH = 500
"""Characters beyond which a text is no file's name."""


@dataclass(frozen=True, slots=True)
class Take:
    """One of the films of a command: where it goes, and the number by which it moves differently."""

    out: Path
    number: int
    text: str = ""


def takes_of(arguments: argparse.Namespace) -> list[Take]:
    """The films that are asked for: `hello-1.mkv`, `hello-2.mkv`, ... where there are several.

    Raises:
        SettingsError: the text cannot be read.
    """
    text = "" if arguments.text is None else text_of(arguments.text)
    out = arguments.out
    if arguments.takes == 1:
        return [Take(out, 0, text)]
    return [Take(out.with_stem(f"{out.stem}-{number + 1}"), number, text) for number in range(arguments.takes)]


def make_film(arguments: argparse.Namespace, take: Take) -> None:
    """Render one film, or the rest of one that was stopped.

    Raises:
        VtubeError: of any room; nothing is left but what the next run goes on with.
    """
    video = None if arguments.over is None else behind(arguments.over)
    place = None if video is None else _place(arguments, video)
    overrides = _overrides(arguments, video, place)
    with naming_origin(arguments.config, overrides):
        _film_with(arguments, take, settings_module.load(arguments.config, overrides), video, place)


def _film_with(
    arguments: argparse.Namespace, take: Take, settings: Settings, video: Behind | None, place: Place | None
) -> None:
    settings = _moving(settings, take.number)
    if arguments.background is not None:
        settings = _opaque_scene(settings)
    if arguments.emotion:
        check_emotion(arguments.emotion, settings)
    check_engine(settings.avatar.engine)
    character = character_of(settings.avatar.character)
    subject = subject_of(character)
    clip: Clip | None = None
    stage = Stage(settings.scene, subject=lambda: subject, marks=lambda now: None if clip is None else clip.marks(now))
    with open_renderer(_avatar(arguments, settings), character, max(stage.size) > SIZE) as renderer:
        digest = _digest(arguments, take, settings, character, renderer)
        with _folder(take.out, digest) as work, told(arguments.progress, arguments.quiet) as progress:
            clip = work.clip()
            if clip is None:
                clip = _clip(arguments, take, settings, progress, 0 if video is None else video.count)
                clip = beginning(clip, arguments.seconds) if video is None else length_of(clip, video)
                work.keep_clip(clip)
            _write_words(arguments, clip)
            frames = drawn(clip, renderer, stage)
            if video is not None and place is not None:
                frames = laid_over(frames, video, place)
            if arguments.burn:
                frames = with_captions(frames, clip.captions, clip.fps)
            path = _film(arguments, stage, video, work, clip, frames).make(progress.drawing(clip))
            progress.finished(path, clip)


def _avatar(arguments: argparse.Namespace, settings: Settings) -> AvatarSettings:
    return settings.avatar.model_copy(update={"threads": 1} if arguments.low_priority else {})


def _film(
    arguments: argparse.Namespace, stage: Stage, video: Behind | None, work: WorkFolder, clip: Clip, frames: FramesFrom
) -> Film:
    container, lufs = video_container(work.out), arguments.loudness
    if video is None:
        encoder = Encoder(container, *stage.size, clip.fps, stage.flatten)
    else:
        encoder = Encoder(container, video.width, video.height, clip.fps, _opaque)
    film = Film(work, clip, frames, encoder, container)
    return film if lufs is None else replace(film, loudness=partial(normalised, rate=SOUND_RATE, lufs=lufs))


def _opaque(frame: Frame) -> Rgb:
    return np.ascontiguousarray(frame[..., :3])


def _place(arguments: argparse.Namespace, video: Behind) -> Place:
    """Of `--at`; the lower right corner, half as high as the video, where it is not said."""
    if arguments.at is not None:
        return place_of(arguments.at)
    size = max(SMALLEST, video.height // 4 * 2)
    return Place(video.width - size, video.height - size, size)


@contextmanager
def _folder(out: Path, digest: str) -> Iterator[WorkFolder]:
    work = WorkFolder(out, digest)
    try:
        yield work
    finally:
        work.release()


def _overrides(arguments: argparse.Namespace, video: Behind | None, place: Place | None) -> dict[str, object]:
    """What the flags say in place of the settings."""
    given = {"size": arguments.size, "frame": arguments.frame, "background": arguments.background}
    scene = {name: value for name, value in given.items() if value is not None}
    if video is None or place is None:
        fps = FPS if arguments.fps is None else arguments.fps
    else:
        fps, scene = video.fps, {**scene, "size": str(place.size)}
    speech = {} if arguments.voice is None else {"voice": arguments.voice}
    return {"avatar": given_avatar(arguments), "loop": {"fps": fps}, "scene": scene, "speech": speech}


def _opaque_scene(settings: Settings) -> Settings:
    """The background painted into the frames, also where the file could keep them transparent."""
    effects = [*settings.scene.effects, "background"]
    return settings.model_copy(update={"scene": settings.scene.model_copy(update={"effects": effects})})


def _moving(settings: Settings, number: int) -> Settings:
    """The settings of a take: another number is another way of moving."""
    changes = {name: {"seed": getattr(settings, name).seed + number} for name in ("idle", "gestures")}
    changed = {name: getattr(settings, name).model_copy(update=update) for name, update in changes.items()}
    return settings.model_copy(update=changed)


def _digest(
    arguments: argparse.Namespace, take: Take, settings: Settings, character: Character, renderer: Renderer
) -> str:
    """Of everything that the film depends on; another one is another film."""
    files = [getattr(arguments, name) for name in ("audio", "poses", "over")]
    if arguments.tracking is not None:
        files.append(Path(arguments.tracking.partition(":")[2]))
    parts = [
        vtube.__version__,
        settings.model_dump_json(),
        character.digest,
        f"{renderer.name} {renderer.detail}",
        str(arguments.loudness),
        arguments.emotion,
        str(arguments.at),
        str(arguments.burn),
        str(arguments.seconds),
        take.text,
        *(_file_digest(file) for file in files if file is not None),
    ]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def _file_digest(file: Path) -> str:
    try:
        return file_sha256(file)
    except OSError:
        return ""  # whoever reads it says why


def _clip(arguments: argparse.Namespace, take: Take, settings: Settings, progress: Told, least: int) -> Clip:
    if arguments.audio is not None:
        return from_sound(arguments.audio, settings, arguments.emotion, least, arguments.seconds)
    if arguments.text is not None:
        return from_text(take.text, settings, progress.speaking, arguments.emotion, least, arguments.seconds)
    if arguments.poses is not None:
        return from_poses(arguments.poses, settings)
    kind, _, file = arguments.tracking.partition(":")
    if kind != "replay" or not file:
        raise SettingsError("offline, --tracking takes replay:FILE")
    return from_tracking(Path(file), settings)


def text_of(given: str) -> str:
    """The text itself, that of a file of this name, or standard input for `-`.

    Raises:
        SettingsError: the file cannot be read as text, or is too large.
    """
    if given == "-":
        return read_text(MAX_TEXT_BYTES)
    path = Path(given)
    try:
        if len(given) > MAX_PATH or not is_file(path):
            return given
        return read_bounded(path, MAX_TEXT_BYTES).decode("utf-8-sig")
    except (OSError, ValueError) as error:
        raise SettingsError(f"cannot read the text in {given}: {error}") from None


def _write_words(arguments: argparse.Namespace, clip: Clip) -> None:
    if arguments.subtitles is not None:
        _write(arguments.subtitles, captions.subtitles(clip.captions, arguments.subtitles.suffix.lower()))
    if arguments.chapters is not None:
        kind = arguments.chapters.suffix.lower()
        _write(arguments.chapters, captions.chapter_list(clip.chapters, clip.seconds, kind))


def _write(path: Path, text: str) -> None:
    try:
        write_whole(path, lambda part: part.write_text(text, encoding="utf-8"))
    except OSError as error:
        raise SettingsError(f"cannot write {path}: {error.strerror or error}") from None
