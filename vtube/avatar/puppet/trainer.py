"""Both fits of a puppet, trained side by side: torch shares one small fit badly among cores, and two well."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from concurrent.futures import FIRST_EXCEPTION, Future, ThreadPoolExecutor, wait
from pathlib import Path

import torch

from vtube.avatar.puppet.file import VERSION
from vtube.avatar.puppet.fit import Fit
from vtube.avatar.puppet.progress import TRAINING_BODIES, TRAINING_FACES
from vtube.paths import is_file

SAVE_EVERY = 200
"""Steps between two states on the disk."""
LOOK_S = 0.5
"""How often the waiting thread sees to a Ctrl-C."""


class Trainer:
    """The fits of face and body, and where they are kept."""

    def __init__(self, folder: Path, face: Fit, body: Fit, step: Callable[[str, int], None]) -> None:
        """`step` is told stage and number of every step, from threads of its own; may raise to interrupt."""
        self._folder, self._step = folder, step
        self._fits = {TRAINING_FACES: face, TRAINING_BODIES: body}
        self._stop = threading.Event()

    def __call__(self, number: int, body_trained: Callable[[], None] = lambda: None) -> None:
        """Go on with the fits of plan `number`, from those of the plan before; what they have learnt is always kept.

        `body_trained` is called once the body is trained to the end.
        """
        after = {TRAINING_FACES: lambda: None, TRAINING_BODIES: body_trained}
        with ThreadPoolExecutor(len(self._fits), "trainer") as pool:
            try:
                _wait({pool.submit(self._learn, number, stage, after[stage]) for stage in self._fits})
            finally:
                self._stop.set()

    def _learn(self, number: int, stage: str, after: Callable[[], None]) -> None:
        torch.set_num_threads(threads())
        fit, kept = self._fits[stage], state_path(self._folder, number, stage)
        if not fit.restore(kept) and number:
            fit.warm_start(state_path(self._folder, number - 1, stage))
        if fit.done >= fit.steps:
            fit.save(kept)
            return
        try:
            self._steps(fit, stage, kept)
        finally:
            fit.save(kept)
        if fit.done >= fit.steps:
            after()

    def _steps(self, fit: Fit, stage: str, kept: Path) -> None:
        while fit.done < fit.steps and not self._stop.is_set():
            fit.step()
            if fit.done % SAVE_EVERY == 0:
                fit.save(kept)
            self._step(stage, fit.done)


def state_path(folder: Path, number: int, stage: str) -> Path:
    """Where a fit of plan `number` is kept; what it has learnt is of one version of puppets."""
    return folder / f"{stage.replace(' ', '-')}-{number}-v{VERSION}.pt"


def are_trained(folder: Path, number: int) -> bool:
    """Whether the plan after `number` can go on from its fits."""
    return all(is_file(state_path(folder, number, stage)) for stage in (TRAINING_FACES, TRAINING_BODIES))


def threads() -> int:
    """Of torch for each fit: half of the physical cores, or what is about that."""
    return max(1, (os.cpu_count() or 1) // 4)


def _wait(running: set[Future[None]]) -> None:
    """Until all are done or one fails; in small steps, in which Windows delivers a Ctrl-C."""
    while running:
        done, running = wait(running, LOOK_S, FIRST_EXCEPTION)
        for future in done:
            future.result()
