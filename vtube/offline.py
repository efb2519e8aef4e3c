"""Frame-exact video without a clock: every frame is rendered, however long it takes."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from vtube.avatar.base import Renderer
from vtube.outputs.video_file import VideoFile
from vtube.scene.base import Effect
from vtube.takes import SOUND_RATE, Take


def render(
    take: Take, renderer: Renderer, scene: Effect, video: VideoFile, progress: Callable[[], None] = lambda: None
) -> int:
    """Draw every pose of the take into `video`, its sound along with it; returns the number of frames.

    The file is finished even on Ctrl-C.

    Raises:
        OutputError: the file cannot be opened or written.
    """
    count = sent = 0
    sound = np.empty(0, np.float32) if take.sound is None else take.sound
    video.open()
    try:
        for now, pose in take.poses:
            video.send(scene.process(renderer.render(pose), now), now)
            due = int(now * SOUND_RATE)
            if due > sent and sent < len(sound):
                video.send_audio(sound[sent:due])
                sent = due
            count += 1
            progress()
        if sent < len(sound):
            video.send_audio(sound[sent:])
    finally:
        video.close()
    return count
