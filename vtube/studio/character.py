"""The character on air: its picture, the engine that draws it, its puppet, and the change to another one."""

from __future__ import annotations

import logging
import threading
from pathlib import Path
from typing import Any

from vtube.avatar.base import Renderer
from vtube.avatar.picture.prepare import load_picture
from vtube.avatar.puppet.manager import PuppetUpkeep
from vtube.avatar.registry import create_renderer
from vtube.avatar.still import StillRenderer
from vtube.errors import VtubeError
from vtube.frame import Frame
from vtube.paths import default_picture
from vtube.realtime.render_thread import RenderThread
from vtube.settings import AvatarSettings
from vtube.threads import prompt_thread, quietly

log = logging.getLogger(__name__)

LOADING, FAILED = "loading", "failed"


class LiveCharacter:
    """Which picture is on air and what draws it.

    Three threads change that: the one that loads the first engine, the one of a client that shows another picture,
    and the one that listens to a bake. They take turns by one lock, held while an engine is created; nobody else
    waits for it. Any thread may read `name` and `engine`.

    Attributes:
        name: the picture's file name, for the user.
        engine: how it is drawn, for the user; `loading` at first, `failed` when no engine runs.
    """

    def __init__(self, avatar: AvatarSettings) -> None:
        """Nothing is drawn before `load`.

        Raises:
            PictureError: the picture of the settings cannot be used.
        """
        path = Path(avatar.character or default_picture()).expanduser()
        prepared = load_picture(path)
        for note in prepared.notes:
            log.info("%s: %s", path.name, note)
        self.name = path.name
        self.engine = LOADING
        self._avatar = avatar
        self._picture = prepared.frame
        self._upkeep = PuppetUpkeep(avatar, self._take_over, self._give_back)
        self._rendering: RenderThread | None = None
        self._closed = False
        self._changing = threading.RLock()

    def still(self) -> Renderer:
        """The picture as it was drawn, to be shown until an engine is loaded."""
        return StillRenderer(self._picture)

    def load(self, rendering: RenderThread) -> None:
        """Load the engine in a thread of its own and let `rendering` draw with it."""
        self._rendering = rendering
        threading.Thread(target=self._load, name="engine", daemon=True).start()

    def show(self, picture: bytes, name: str) -> str:
        """Show another character; returns what was done to fit its picture. Blocks while its engine is created.

        Raises:
            PictureError: this is no picture, or it cannot be used; the old character stays.
            EngineError: no engine draws it; the old character stays.
        """
        prepared = load_picture(picture)
        with self._changing:
            renderer = self._create_renderer(prepared.frame)
            self._picture, self.name = prepared.frame, name
            self._begin(renderer)
        return " ".join(prepared.notes)

    def puppet(self) -> dict[str, Any]:
        """How the puppet stands, for `/api/state`."""
        return self._upkeep.status()

    def close(self) -> None:
        """Let a bake end; whatever is loaded from now on is closed at once."""
        self._closed = True
        self._upkeep.close()

    def _load(self) -> None:
        try:
            with self._changing:
                self._begin(self._create_renderer(self._picture))
        except VtubeError as error:
            self.engine = FAILED
            log.error("%s", error)
        except Exception as error:
            self.engine = FAILED
            log.error("the engine cannot be loaded: %s", error, exc_info=error)

    def _create_renderer(self, picture: Frame) -> Renderer:
        avatar = self._avatar
        with prompt_thread():  # it holds the interpreter's lock for long, and the camera would wait for it
            return create_renderer(
                avatar.engine,
                picture,
                variant=avatar.variant,
                precision=avatar.precision,
                device=avatar.device,
                threads=self._upkeep.threads(picture),
                live=True,
            )

    def _begin(self, renderer: Renderer) -> None:
        """Show the picture with its first renderer."""
        self._draw_with(renderer)
        if not self._closed:
            self._upkeep.begin(self._picture, renderer.name)
            self._throttle()

    def _take_over(self, picture: Frame, renderer: Renderer) -> None:
        """Show the picture with its puppet, or a better one, unless another picture is shown by now."""
        with self._changing:
            if picture is self._picture:
                self._draw_with(renderer, fade=True)
                self._throttle()
            else:
                renderer.close()

    def _give_back(self, picture: Frame) -> None:
        """Show the picture with what there is, now that nothing is baked."""
        with self._changing:
            if picture is self._picture and not self._closed:
                self._throttle()
                quietly(lambda: self._draw_with(self._create_renderer(picture), fade=True))

    def _draw_with(self, renderer: Renderer, *, fade: bool = False) -> None:
        if self._closed or self._rendering is None:
            renderer.close()
            return
        self._rendering.swap_renderer(renderer, fade=fade)
        self.engine = f"{renderer.name} ({renderer.detail})"
        log.info("engine: %s", self.engine)

    def _throttle(self) -> None:
        if self._rendering is not None:
            self._rendering.throttle(self._upkeep.duty_cycle())
