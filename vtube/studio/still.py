"""Pictures of a character in a pose: one for programs of your own (`vtube.render_still`), or files of many."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path

from PIL import Image

from vtube.avatar.base import Renderer
from vtube.avatar.enlarge import draw
from vtube.avatar.picture.prepare import prepare
from vtube.avatar.registry import create_renderer
from vtube.errors import OutputError
from vtube.frame import SIZE
from vtube.motion.templates import Templates, load_templates
from vtube.paths import default_picture, write_whole
from vtube.pose import Pose, from_mapping, from_sequence, neutral, to_mapping


def render_still(
    character: str | Path | None = None,
    pose: Mapping[str, float] | list[float] | None = None,
    *,
    engine: str = "auto",
    size: int | tuple[int, int] = SIZE,
) -> Image.Image:
    """The character in a pose, as a Pillow picture (RGBA, straight alpha): `.save("still.png")` writes it.

    Args:
        character: the picture's file; None is Ilta, the default character.
        pose: {parameter: value}, such as {"head_y": 0.5, "mouth_aaa": 1}, or all 45 numbers in their order; None is
            the neutral pose.
        engine: what draws: auto, torch, openvino or puppet. A puppet draws at any size from the drawing itself; auto
            takes it, where there is one, for more than 512 pixels. The other engines' pictures are enlarged.
        size: pixels, of both sides or (width, height).

    Raises:
        PictureError: the picture cannot be used.
        PoseError: there is no such parameter, or not as many numbers.
        EngineError: no engine runs here.
        ModelError: the weights are missing and cannot be fetched.
    """
    values = from_mapping(pose) if isinstance(pose, Mapping) else from_sequence(pose) if pose else neutral()
    width, height = (size, size) if isinstance(size, int) else size
    renderer = create_renderer(engine, prepare(Path(character or default_picture())), live=max(width, height) > SIZE)
    try:
        return Image.fromarray(draw(renderer, values, width, height).copy())
    finally:
        renderer.close()


def make_folder(folder: Path) -> None:
    """Make the folder for stills, before a renderer is waited for.

    Raises:
        OutputError: it cannot be made.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(f"cannot make the folder {folder}: {error.strerror or error}") from None


def save_stills(renderer: Renderer, poses: Iterable[tuple[str, Pose]], folder: Path, size: tuple[int, int]) -> None:
    """Draw each pose, of `size` (width, height), into `folder`, as its name with .png (RGBA); each file whole or not.

    Raises:
        OutputError: a file cannot be written.
    """
    for name, pose in poses:
        _save(Image.fromarray(draw(renderer, pose, *size)), folder / f"{name}.png")


def _save(picture: Image.Image, path: Path) -> None:
    try:
        write_whole(path, lambda part: picture.save(part, compress_level=3))
    except OSError as error:
        raise OutputError(f"cannot write {path}: {error.strerror or error}") from None


def expressions() -> Templates:
    """The program's own emotions, each with its pose.

    Raises:
        SettingsError: their file is missing or spoilt.
    """
    return load_templates()


def save_templates(templates: Templates, path: Path) -> None:
    """Write {emotion: {parameter: value}}, all 45 of each: what SillyTavern and `emotion.templates` take.

    Raises:
        OutputError: it cannot be written.
    """
    text = json.dumps({name: to_mapping(pose) for name, pose in templates.items()}, indent=2) + "\n"
    try:
        write_whole(path, lambda part: part.write_text(text, encoding="utf-8"))
    except OSError as error:
        raise OutputError(f"cannot write {path}: {error.strerror or error}") from None
