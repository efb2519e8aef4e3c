"""Sees to it that the character on air has a puppet: bakes one beside the camera and lets it take over."""

from __future__ import annotations

import importlib.util
import logging
import os
import threading
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from vtube.avatar.base import Renderer
from vtube.avatar.engines.request import Request
from vtube.avatar.puppet import rejection as refusal
from vtube.avatar.puppet.file import COARSE, FINISHED, Puppet, load, picture_hash, puppet_path
from vtube.avatar.puppet.folder import baking_folder, version
from vtube.avatar.puppet.process import BakingProcess, Hear
from vtube.avatar.registry import create_renderer, torch_has_gpu
from vtube.errors import ModelError, VtubeError
from vtube.frame import Frame
from vtube.settings import AvatarSettings

log = logging.getLogger(__name__)

NONE, BAKING, FAILED = "none", "baking", "failed"
BAKING_DUTY_CYCLE = 0.8
"""Share of the time in which the exact renderer draws while the first puppet is baked; it rests for the others."""

TakeOver = Callable[[Frame, Renderer], None]
Start = Callable[[Frame, str, Hear], BakingProcess]


@dataclass
class PuppetState:
    """What `/api/state` says about the puppet of the character on air."""

    state: str = NONE
    """`none`, `baking` (nothing to play yet), `coarse` (plays, and learns on), `finished` or `failed`."""
    stage: str | None = None
    """What is being done: `watching`, `learning`, `checking` or `waiting for another vtube`."""
    progress: float = 0.0
    seconds_left: float | None = None
    quality: Mapping[str, float] | None = field(default=None)
    """See `avatar.puppet.check.Quality`."""
    reason: str | None = None
    """Why it failed."""


class PuppetUpkeep:
    """The puppet of one character after another. Any thread may call it."""

    def __init__(
        self,
        settings: AvatarSettings,
        take_over: TakeOver,
        retire: Callable[[Frame], None],
        start: Start = BakingProcess,
    ) -> None:
        """Nothing is started yet.

        Args:
            settings: engine, weights, precision, and whether to bake.
            take_over: given the picture and a renderer of its puppet, to show from now on.
            retire: told the picture whose exact renderer may have the whole processor again.
            start: starts a bake.
        """
        self._settings, self._take_over, self._retire, self._start = settings, take_over, retire, start
        self._state = PuppetState()
        self._process: BakingProcess | None = None
        self._failed: Frame | None = None
        self._turn = 0
        self._lock = threading.Lock()

    def status(self) -> dict[str, Any]:
        """For `/api/state`."""
        return asdict(self._state)

    def is_wanted(self, picture: Frame) -> bool:
        """Whether a bake should begin once the exact renderer shows `picture`."""
        avatar = self._settings
        if picture is self._failed:
            return False
        if not avatar.bake or avatar.engine != "auto" or avatar.device not in ("auto", "cpu") or torch_has_gpu():
            return False
        puppet = self._kept(picture)
        return (puppet is None or puppet.stage != FINISHED) and self._refusal(picture) is None

    def threads(self, picture: Frame) -> int:
        """Of the exact renderer; it leaves half of the processor to a bake."""
        if self._settings.threads or not self.is_wanted(picture):
            return self._settings.threads
        return max(1, (os.cpu_count() or 1) // 2)

    def begin(self, picture: Frame, engine: str) -> None:
        """`picture` is shown by this engine now; bake if that is wanted, and no longer what was baked before."""
        self._stop()
        state = self._before(picture, engine)
        with self._lock:
            self._turn += 1
            turn, self._state = self._turn, state
        if self.is_wanted(picture) and engine in ("openvino", "puppet"):
            self._begin(picture, turn)
        elif state.state == FAILED:
            log.warning("no puppet of this character: %s", state.reason)

    def duty_cycle(self) -> float:
        """See `RenderThread.throttle`: 1.0, unless a slow renderer holds a bake up."""
        return BAKING_DUTY_CYCLE if self._state.state == BAKING else 1.0

    def close(self) -> None:
        """Let the bake end; what is done is kept for the next start."""
        process = self._stop()
        if process is not None:
            process.wait(1.0)

    def _before(self, picture: Frame, engine: str) -> PuppetState:
        puppet = self._kept(picture) if engine == "puppet" else None
        if puppet is not None:
            return PuppetState(puppet.stage, progress=float(puppet.stage == FINISHED), quality=puppet.quality)
        wanted = engine == "openvino" and self._settings.bake and self._settings.engine == "auto"
        reason = self._refusal(picture) if wanted else None
        return PuppetState(FAILED, reason=f"{reason} (`vtube bake` tries again)") if reason else PuppetState()

    def _begin(self, picture: Frame, turn: int) -> None:
        if importlib.util.find_spec("torch") is None:
            self._fail(picture, turn, "torch is not installed, which learning needs")
            return
        try:
            process = self._start(picture, self._variant(picture), lambda line: self._hear(picture, turn, line))
        except ModelError as error:
            self._fail(picture, turn, str(error))
            return
        with self._lock:
            self._process = process
            if self._state.state == NONE:
                self._state.state = BAKING
        log.info(
            "learning this character in the background, once for this picture: %s; --no-bake turns this off",
            "the puppet on air gets finer"
            if self._state.state == COARSE
            else "a coarse puppet takes over after 3 minutes, a finished one after some 20, on an idle computer",
        )

    def _hear(self, picture: Frame, turn: int, line: Mapping[str, Any]) -> None:
        if turn != self._turn:
            return
        if "failed" in line:
            self._fail(picture, turn, str(line["failed"]))
        elif "ended" in line:
            if self._state.state not in (FINISHED, FAILED):
                self._fail(picture, turn, f"the bake ended early (exit code {line['ended']}); the next start goes on")
        elif "published" in line:
            self._publish(picture, turn, line)
        else:
            self._progress(line)

    def _progress(self, line: Mapping[str, Any]) -> None:
        state = self._state
        state.stage = str(line.get("stage"))
        state.progress = float(line.get("progress", state.progress))
        state.seconds_left = line.get("seconds_left")

    def _publish(self, picture: Frame, turn: int, line: Mapping[str, Any]) -> None:
        avatar = self._settings
        try:
            renderer = create_renderer("puppet", picture, variant=avatar.variant, precision=avatar.precision)
        except VtubeError as error:
            self._fail(picture, turn, str(error))
            return
        stage, finished = str(line["published"]), line["published"] == FINISHED
        with self._lock:
            if turn != self._turn:
                renderer.close()
                return
            name = "a finer" if stage == self._state.state else f"the {stage}"
            self._state.state, self._state.quality = stage, line.get("quality")
            if finished:
                self._state = PuppetState(FINISHED, progress=1.0, quality=self._state.quality)
        log.info("%s puppet takes over", name)
        self._take_over(picture, renderer)

    def _fail(self, picture: Frame, turn: int, reason: str) -> None:
        with self._lock:
            if turn != self._turn:
                return
            self._state, self._failed = PuppetState(FAILED, reason=reason), picture
            process, self._process = self._process, None
        if process is not None:
            process.stop()
        log.warning("no puppet of this character: %s", reason)
        self._retire(picture)

    def _stop(self) -> BakingProcess | None:
        with self._lock:
            self._turn += 1
            process, self._process = self._process, None
        if process is not None:
            process.stop()
        return process

    def _variant(self, picture: Frame) -> str:
        return Request(picture, self._settings.variant).weights

    def _kept(self, picture: Frame) -> Puppet | None:
        name = picture_hash(picture)
        try:
            return load(puppet_path(name, self._variant(picture)), name)
        except ModelError:
            return None

    def _refusal(self, picture: Frame) -> str | None:
        path = puppet_path(picture_hash(picture), self._variant(picture))
        return refusal.remembered(baking_folder(path), version())
