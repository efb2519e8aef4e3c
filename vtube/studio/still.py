"""One picture of a character in a pose, for programs of your own: `vtube.render_still`."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from PIL import Image

from vtube.avatar.picture.prepare import prepare
from vtube.avatar.registry import create_renderer
from vtube.paths import default_picture
from vtube.pose import from_mapping, from_sequence, neutral


def render_still(
    character: str | Path | None = None,
    pose: Mapping[str, float] | list[float] | None = None,
    *,
    engine: str = "auto",
) -> Image.Image:
    """The character in a pose, as a Pillow picture (RGBA, straight alpha): `.save("still.png")` writes it.

    Args:
        character: the picture's file; None is Ilta, the default character.
        pose: {parameter: value}, such as {"head_y": 0.5, "mouth_aaa": 1}, or all 45 numbers in their order; None is
            the neutral pose.
        engine: what draws: auto, torch, openvino or puppet.

    Raises:
        PictureError: the picture cannot be used.
        PoseError: there is no such parameter, or not as many numbers.
        EngineError: no engine runs here.
        ModelError: the weights are missing and cannot be fetched.
    """
    values = from_mapping(pose) if isinstance(pose, Mapping) else from_sequence(pose) if pose else neutral()
    renderer = create_renderer(engine, prepare(Path(character or default_picture())))
    try:
        return Image.fromarray(renderer.render(values).copy())
    finally:
        renderer.close()
