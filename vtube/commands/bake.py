"""`vtube bake`: a puppet of a picture."""

from __future__ import annotations

import argparse
import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from vtube.errors import ModelError, SettingsError

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

    from vtube.avatar.puppet.bake import Step

HELP = "make a puppet: a small model of PICTURE that plays at 60 frames a second on one CPU core"

SHARES = {"watching faces": 0.2, "watching bodies": 0.15, "learning faces": 0.3, "learning bodies": 0.33,
          "checking": 0.02}
"""Of the whole time, for the progress bar."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """PICTURE [--out FILE] [--quick] [--variant V]."""
    parser.add_argument("picture", type=Path)
    parser.add_argument("--out", type=Path, metavar="FILE", help="also write the puppet to FILE (.vtpuppet)")
    parser.add_argument("--quick", action="store_true", help="a coarse one, in a third of the time")
    parser.add_argument("--variant", default=None, metavar="V", help="which weights it follows; see `vtube models`")


def run(arguments: argparse.Namespace) -> int:
    """Bake with a progress bar; interrupted, keep what is done."""
    from vtube.avatar.engines.openvino_engine import OpenVinoRenderer
    from vtube.avatar.engines.request import Request
    from vtube.avatar.picture import load_picture
    from vtube.avatar.puppet.bake import QUICK, Baking, Plan
    from vtube.avatar.puppet.file import SUFFIX, picture_hash, puppet_path
    from vtube.avatar.puppet.sampling import VERSION
    from vtube.commands.arguments import fetch_weights

    if arguments.out and arguments.out.suffix != SUFFIX:
        raise SettingsError(f"--out should end with {SUFFIX}, not {arguments.out.name!r}")
    picture = load_picture(arguments.picture).frame
    fetch_weights(arguments.variant or "auto")
    request = Request(picture, arguments.variant or "auto")
    path = puppet_path(picture_hash(picture), request.weights)
    teacher = OpenVinoRenderer(request, keep_linear=True)
    try:
        with _Bar(arguments.quiet) as bar:
            quality = Baking(picture, request.weights, teacher, path.with_suffix(f".baking{VERSION}"), bar.show,
                             QUICK if arguments.quick else Plan())(path)
    except KeyboardInterrupt:
        print("stopped; what is done is kept, and the same command goes on from here")
        raise
    finally:
        teacher.close()
    if arguments.out:
        _copy(path, arguments.out)
    print(f"{arguments.out or path}: {quality.closeness_db:.1f} dB close to THA3 (worst pose {quality.worst_db:.1f}), "
          f"face {quality.face_db:.1f} dB, {quality.sharpness:.2f} times as sharp as the picture; "
          "`vtube run --engine puppet` plays it")
    return 0


def _copy(path: Path, out: Path) -> None:
    temporary = out.with_name(f".{out.name}.tmp")
    try:
        shutil.copyfile(path, temporary)
        os.replace(temporary, out)
    except OSError as error:
        raise ModelError(f"cannot write {out}: {error.strerror or error}") from None


class _Bar:
    """One bar over all stages, with the time that is left."""

    def __init__(self, quiet: bool) -> None:
        from rich import progress as rich

        from vtube.messages import stderr

        columns = (rich.TextColumn("{task.description}"), rich.BarColumn(), rich.TaskProgressColumn(),
                   rich.TimeRemainingColumn())
        self._progress: Progress = rich.Progress(*columns, console=stderr(), disable=quiet, speed_estimate_period=120)
        self._task: TaskID | None = None

    def __enter__(self) -> _Bar:
        self._progress.start()
        self._task = self._progress.add_task("starting", total=1.0)
        return self

    def __exit__(self, *_: object) -> None:
        self._progress.stop()

    def show(self, step: Step) -> None:
        """Move to `step`."""
        stages = list(SHARES)
        before = sum(SHARES[stage] for stage in stages[: stages.index(step.stage)])
        done = before + SHARES[step.stage] * step.done / step.total
        if self._task is not None:
            self._progress.update(self._task, completed=done, description=step.stage)
