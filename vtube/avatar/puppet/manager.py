"""Sees to it that the character on air has a puppet: bakes one beside the camera and lets it take over."""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from vtube.avatar.base import Renderer
from vtube.avatar.engines.request import Request
from vtube.avatar.picture.character import Character
from vtube.avatar.puppet import rejection
from vtube.avatar.puppet.file import COARSE, FINISHED, Puppet, find, stage_of
from vtube.avatar.puppet.folder import baking_folder, version
from vtube.avatar.puppet.process import BakingProcess, Hear
from vtube.avatar.registry import create_renderer, torch_has_gpu
from vtube.errors import ModelError, VtubeError
from vtube.registry import how_to_get, installed
from vtube.settings import AvatarSettings

log = logging.getLogger(__name__)

NONE, BAKING, FAILED = "none", "baking", "failed"
BAKING_DUTY_CYCLE = 0.8
"""Share of the time in which the exact renderer draws while the first puppet is baked; it rests for the others."""

TakeOver = Callable[[Character, Renderer], None]
Start = Callable[[Character, str, Hear], BakingProcess]


@dataclass
class PuppetState:
    """What `/api/state` says about the puppet of the character on air."""

    state: str = NONE
    """`none`, `baking` (nothing to play yet), `coarse` (plays, and learns on), `finished` or `failed`."""
    stage: str | None = None
    """What is being done: `sampling`, `enlarging`, `training`, `evaluating` or `waiting for another vtube`."""
    progress: float = 0.0
    seconds_left: float | None = None
    quality: Mapping[str, float] | None = field(default=None)
    """See `avatar.puppet.evaluate.Quality`."""
    reason: str | None = None
    """Why it failed."""


@dataclass(frozen=True, slots=True)
class Kept:
    """What is there of a character's puppet."""

    puppet: Puppet | None
    rejection: str | None
    """Why no bake of it will do."""

    @property
    def is_finished(self) -> bool:
        """Whether nothing is left to be learnt."""
        return self.puppet is not None and self.puppet.stage == FINISHED


class PuppetManager:
    """The puppet of one character after another. Any thread may call it."""

    def __init__(
        self,
        settings: AvatarSettings,
        take_over: TakeOver,
        give_back: Callable[[Character], None],
        start: Start = BakingProcess,
    ) -> None:
        """Nothing is started yet.

        Args:
            settings: engine, weights, precision, and whether to bake.
            take_over: given the character and a renderer of its puppet, to show from now on.
            give_back: told the character whose exact renderer may have the whole processor again.
            start: starts a bake.
        """
        self._settings, self._take_over, self._give_back, self._start = settings, take_over, give_back, start
        self._state = PuppetState()
        self._process: BakingProcess | None = None
        self._failed: Character | None = None
        self._generation = 0
        self._lock = threading.Lock()

    def status(self) -> dict[str, Any]:
        """For `/api/state`."""
        return asdict(self._state)

    def look_up(self, character: Character) -> Kept:
        """What is there of the character's puppet; the only time that its file is opened for one showing."""
        request = self._request(character)
        refused = rejection.remembered(baking_folder(request.puppet_path), version())
        try:
            return Kept(find(character.digest, request.weights), refused)
        except ModelError:
            return Kept(None, refused)

    def stage(self, digest: str) -> str | None:
        """How far the puppet of a picture, by its digest, is; None without one."""
        variant = self._settings.variant
        return stage_of(digest, "separable_float" if variant == "auto" else variant)

    def needs_weights(self, character: Character) -> bool:
        """Whether anything but a finished puppet will draw `character`, or a bake will follow it."""
        avatar = self._settings
        if avatar.engine not in ("auto", "puppet"):
            return True
        exact = avatar.engine == "auto" and (avatar.device not in ("auto", "cpu") or torch_has_gpu())
        return exact or not self.look_up(character).is_finished

    def should_bake(self, character: Character, kept: Kept) -> bool:
        """Whether a bake should begin once the exact renderer shows `character`."""
        avatar = self._settings
        if character == self._failed:
            return False
        if not avatar.bake or avatar.engine != "auto" or avatar.device not in ("auto", "cpu") or torch_has_gpu():
            return False
        return not kept.is_finished and kept.rejection is None

    def threads(self, character: Character, kept: Kept) -> int:
        """Of the exact renderer; it leaves half of the processor to a bake."""
        if self._settings.threads or not self.should_bake(character, kept):
            return self._settings.threads
        return max(1, (os.cpu_count() or 1) // 2)

    def begin(self, character: Character, engine: str, kept: Kept) -> None:
        """`character` is shown by this engine now; bake if that is wanted, and no longer what was baked before."""
        self._stop()
        state = self._before(engine, kept)
        with self._lock:
            self._generation += 1
            generation, self._state = self._generation, state
        if self.should_bake(character, kept) and engine in ("openvino", "puppet"):
            self._begin(character, generation)
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

    def _before(self, engine: str, kept: Kept) -> PuppetState:
        puppet = kept.puppet if engine == "puppet" else None
        if puppet is not None:
            return PuppetState(puppet.stage, progress=float(kept.is_finished), quality=puppet.quality)
        wanted = engine == "openvino" and self._settings.bake and self._settings.engine == "auto"
        if not wanted or kept.rejection is None:
            return PuppetState()
        return PuppetState(FAILED, reason=f"{kept.rejection} (`vtube bake` tries again)")

    def _begin(self, character: Character, generation: int) -> None:
        if not installed("torch"):
            self._fail(character, generation, how_to_get("learning a character", "torch", "torch"))
            return
        try:
            process = self._start(
                character, self._request(character).weights, lambda line: self._hear(character, generation, line)
            )
        except ModelError as error:
            self._fail(character, generation, str(error))
            return
        with self._lock:
            self._process = process
            if self._state.state == NONE:
                self._state.state = BAKING
        log.info(
            "learning this character in the background, once for this picture: %s; --no-bake turns this off",
            "the puppet on air gets finer"
            if self._state.state == COARSE
            else "a coarse puppet takes over after 3 minutes, a finished one after some 30, on an idle computer",
        )

    def _hear(self, character: Character, generation: int, line: Mapping[str, Any]) -> None:
        if generation != self._generation:
            return
        if "failed" in line:
            self._fail(character, generation, str(line["failed"]))
        elif "ended" in line:
            if self._state.state not in (FINISHED, FAILED):
                self._fail(
                    character, generation, f"the bake ended early (exit code {line['ended']}); the next start goes on"
                )
        elif "published" in line:
            self._publish(character, generation, line)
        else:
            self._progress(line)

    def _progress(self, line: Mapping[str, Any]) -> None:
        state = self._state
        state.stage = str(line.get("stage"))
        state.progress = float(line.get("progress", state.progress))
        state.seconds_left = line.get("seconds_left")

    def _publish(self, character: Character, generation: int, line: Mapping[str, Any]) -> None:
        avatar = self._settings
        try:
            renderer = create_renderer("puppet", character, variant=avatar.variant, precision=avatar.precision)
        except VtubeError as error:
            self._fail(character, generation, str(error))
            return
        stage, finished = str(line["published"]), line["published"] == FINISHED
        with self._lock:
            if generation != self._generation:
                renderer.close()
                return
            name = "a finer" if stage == self._state.state else f"the {stage}"
            self._state.state, self._state.quality = stage, line.get("quality")
            if finished:
                self._state = PuppetState(FINISHED, progress=1.0, quality=self._state.quality)
        log.info("%s puppet takes over", name)
        self._take_over(character, renderer)

    def _fail(self, character: Character, generation: int, reason: str) -> None:
        with self._lock:
            if generation != self._generation:
                return
            self._state, self._failed = PuppetState(FAILED, reason=reason), character
            process, self._process = self._process, None
        if process is not None:
            process.stop()
        log.warning("no puppet of this character: %s", reason)
        self._give_back(character)

    def _stop(self) -> BakingProcess | None:
        with self._lock:
            self._generation += 1
            process, self._process = self._process, None
        if process is not None:
            process.stop()
        return process

    def _request(self, character: Character) -> Request:
        return Request(character, self._settings.variant)
