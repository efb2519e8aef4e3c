"""What `vtube render` does: from its arguments to a film."""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import vtube
from vtube import settings as settings_module
from vtube.audio.loudness import normalised
from vtube.avatar.base import Renderer
from vtube.avatar.picture.character import Character
from vtube.cli.commands.arguments import open_renderer, prepared
from vtube.cli.film_progress import Told, told
from vtube.errors import SettingsError
from vtube.frame import SIZE
from vtube.offline import captions
from vtube.offline.clip import SOUND_RATE, Clip, from_poses, from_sound, from_text, from_tracking
from vtube.offline.film import Film, drawn
from vtube.offline.segments import Encoder
from vtube.offline.work_folder import WorkFolder
from vtube.outputs.file import video_container
from vtube.paths import default_picture, file_sha256, read_bounded, write_whole
from vtube.scene.stage import Stage
from vtube.settings import Settings
from vtube.studio.subject import subject_of

MAX_TEXT_BYTES = 2_000_000
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
    settings = settings_module.load(arguments.config, _overrides(arguments))
    settings = _moving(settings, take.number)
    picture = Path(arguments.character) if arguments.character else default_picture()
    character = prepared(arguments, picture)
    subject = subject_of(character)
    stage = Stage(settings.scene, subject=lambda: subject)
    with open_renderer(arguments, character, max(stage.size) > SIZE) as renderer:
        digest = _digest(arguments, take, settings, character, renderer)
        with _folder(take.out, digest) as work, told(arguments.progress, arguments.quiet) as progress:
            clip = work.clip()
            if clip is None:
                clip = _clip(arguments, take, settings, progress)
                work.keep_clip(clip)
            _write_words(arguments, clip)
            path = _film(arguments, stage, renderer, work, clip).make(progress.drawing(clip))
            progress.finished(path, clip)


def _film(arguments: argparse.Namespace, stage: Stage, renderer: Renderer, work: WorkFolder, clip: Clip) -> Film:
    container, lufs = video_container(work.out), arguments.loudness
    film = Film(
        work, clip, drawn(clip, renderer, stage), Encoder(container, *stage.size, clip.fps, stage.flatten), container
    )
    return film if lufs is None else replace(film, loudness=partial(normalised, rate=SOUND_RATE, lufs=lufs))


@contextmanager
def _folder(out: Path, digest: str) -> Iterator[WorkFolder]:
    work = WorkFolder(out, digest)
    try:
        yield work
    finally:
        work.release()


def _overrides(arguments: argparse.Namespace) -> dict[str, object]:
    """What the flags say in place of the settings."""
    given = {"size": arguments.size, "frame": arguments.frame, "background": arguments.background}
    scene = {name: value for name, value in given.items() if value is not None}
    speech = {} if arguments.voice is None else {"voice": arguments.voice}
    return {
        "loop": {"fps": arguments.fps},
        **({"scene": scene} if scene else {}),
        **({"speech": speech} if speech else {}),
    }


def _moving(settings: Settings, number: int) -> Settings:
    """The settings of a take: another number is another way of moving."""
    changes = {name: {"seed": getattr(settings, name).seed + number} for name in ("idle", "gestures")}
    changed = {name: getattr(settings, name).model_copy(update=update) for name, update in changes.items()}
    return settings.model_copy(update=changed)


def _digest(
    arguments: argparse.Namespace, take: Take, settings: Settings, character: Character, renderer: Renderer
) -> str:
    """Of everything that the film depends on; another one is another film."""
    files = [getattr(arguments, name) for name in ("audio", "poses")]
    if arguments.tracking is not None:
        files.append(Path(arguments.tracking.partition(":")[2]))
    parts = [
        vtube.__version__,
        settings.model_dump_json(),
        character.digest,
        f"{renderer.name} {renderer.detail}",
        str(arguments.loudness),
        arguments.emotion,
        take.text,
        *(_file_digest(file) for file in files if file is not None),
    ]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def _file_digest(file: Path) -> str:
    try:
        return file_sha256(file)
    except OSError:
        return ""  # whoever reads it says why


def _clip(arguments: argparse.Namespace, take: Take, settings: Settings, progress: Told) -> Clip:
    if arguments.audio is not None:
        return from_sound(arguments.audio, settings, arguments.emotion)
    if arguments.text is not None:
        return from_text(take.text, settings, progress.speaking, arguments.emotion)
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
        return sys.stdin.read(MAX_TEXT_BYTES)
    path = Path(given)
    try:
        if len(given) > MAX_PATH or not path.is_file():
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
