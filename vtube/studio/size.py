"""The size of the picture where the settings leave it to this computer."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence

from vtube.frame import View
from vtube.scene.stage import Stage
from vtube.settings import AUTO_SIZE, SceneSettings, Settings

log = logging.getLogger(__name__)

ROWS = (512, 720, 1080, 1440)
"""What is tried."""
MOST = 4096
"""Pixels of the longer side."""

Choose = Callable[[Sequence[View], float], tuple[View, float, bool]]
"""Of views, the smallest first, the largest that is drawn in time; seconds from one frame to the next.

It answers with the seconds that a frame of it took and whether that is in time, too."""


def with_size(settings: Settings, choose: Choose, stage: Callable[[SceneSettings], Stage]) -> Settings:
    """The settings with the width and height that `auto` comes to; the same ones where they say a size themselves."""
    scene = settings.scene
    if scene.size is None or scene.size.lower() != AUTO_SIZE:
        return settings
    scenes = [resized(scene, rows) for rows in ROWS]
    views = {stage(one).view(0.0): one for one in scenes if max(one.width, one.height) <= MOST}
    view, seconds, in_time = choose(list(views), 1 / settings.loop.fps)
    chosen = views[view]
    what = "as large as a puppet draws" if in_time else "the smallest that is tried; a puppet hardly draws it"
    log.info(
        "size: %d x %d, %s %g times a second on this computer (%.1f ms a frame); --size says another one",
        chosen.width,
        chosen.height,
        what,
        settings.loop.fps,
        1000 * seconds,
    )
    return settings.model_copy(update={"scene": chosen})


def resized(scene: SceneSettings, rows: int) -> SceneSettings:
    """The scene in its own shape, with so many pixels along its shorter side."""
    scale = rows / min(scene.width, scene.height)
    width, height = (2 * round(side * scale / 2) for side in (scene.width, scene.height))
    return scene.model_copy(update={"width": width, "height": height})
