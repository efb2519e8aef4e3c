"""`vtube bake`: a puppet of a picture."""

from __future__ import annotations

import argparse
import errno
import shutil
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from vtube.errors import EngineError, ModelError, SettingsError
from vtube.paths import is_folder, write_whole
from vtube.threads import full_speed

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

    from vtube.avatar.engines.request import Request
    from vtube.avatar.puppet.evaluate import Quality
    from vtube.avatar.puppet.file import Puppet
    from vtube.avatar.puppet.progress import StageProgress
    from vtube.avatar.puppet.sampling import Teacher

HELP = "make a puppet: a small model of PICTURE that plays at 60 frames a second on one CPU core"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """PICTURE [--out FILE] [--quick] [--anew] [--variant V] [--device D]."""
    parser.add_argument("picture", type=Path)
    parser.add_argument("--out", type=Path, metavar="FILE", help="also write the puppet to FILE (.vtpuppet)")
    parser.add_argument(
        "--quick",
        action="store_true",
        help="only a coarse one, in some 2 minutes; the command without it goes on from there",
    )
    parser.add_argument("--anew", action="store_true", help="learn it again, also when it is there and finished")
    parser.add_argument("--variant", default=None, metavar="V", help="which weights it follows; see the command models")
    parser.add_argument(
        "--device",
        default="auto",
        metavar="D",
        help="cpu, or cuda for an NVIDIA card; by itself (auto) it takes what there is",
    )


def run(arguments: argparse.Namespace) -> int:
    """Bake with a progress bar; interrupted, keep what is done."""
    from vtube.avatar.engines.request import Request
    from vtube.avatar.picture.prepare import prepare
    from vtube.avatar.puppet import remains
    from vtube.avatar.puppet.file import SUFFIX
    from vtube.avatar.puppet.folder import lock_path
    from vtube.cli.commands.arguments import fetch_weights
    from vtube.paths import exclusive
    from vtube.registry import optional

    if arguments.out and arguments.out.suffix != SUFFIX:
        raise SettingsError(f"--out should end with {SUFFIX}, not {arguments.out.name!r}")
    if arguments.out:
        _check(arguments.out)
    optional("torch", "torch", "making a puppet")
    full_speed()
    character = prepare(arguments.picture)
    request = Request(character, arguments.variant or "auto")
    path = request.puppet_path
    if not arguments.anew and (made := _made(character.digest, request.weights)) is not None:
        return _hand_out(made, arguments.out)
    fetch_weights(arguments.variant or "auto")
    remains.bound(path)
    with exclusive(lock_path(path), waiting=_taken):
        quality = _bake(
            replace(request, device=_device(arguments.device)), path, quick=arguments.quick, quiet=arguments.quiet
        )
    if arguments.out:
        _copy(path, arguments.out)
    print(
        f"{arguments.out or path}: {quality.psnr_db:.1f} dB close to THA3 (worst pose {quality.worst_psnr_db:.1f}), "
        f"face {quality.face_psnr_db:.1f} dB, {quality.sharpness:.2f} times as sharp as the picture; "
        "`vtube run --engine puppet` plays it"
    )
    return 0


def _made(picture: str, weights: str) -> Puppet | None:
    """A finished puppet of the picture, by its digest: made before, or come with the program."""
    from vtube.avatar.puppet.file import FINISHED, find

    try:
        puppet = find(picture, weights)
    except ModelError:
        return None
    return puppet if puppet.stage == FINISHED else None


def _hand_out(puppet: Puppet, out: Path | None) -> int:
    """Say that there is nothing to learn, and write the copy that was asked for."""
    from vtube.avatar.puppet.file import save

    if out is not None:
        save(puppet, out)
    print(
        f"{f'{out}: ' if out else ''}a finished puppet of this picture was there already; "
        "`vtube run --engine puppet` plays it, `--anew` makes another one"
    )
    return 0


def _bake(request: Request, path: Path, *, quick: bool, quiet: bool) -> Quality:
    from vtube.avatar.puppet.bake import Baking
    from vtube.avatar.puppet.file import shipped
    from vtube.avatar.puppet.folder import baking_folder

    teacher = _teacher(request)
    try:
        with _Bar(quiet) as bar:
            baking = Baking(
                request.character,
                request.weights,
                teacher,
                baking_folder(path),
                bar.show,
                quick=quick,
                device=request.device,
                ancestor=shipped(),
            )
            return baking.coarse(path) if quick else baking(path)
    except KeyboardInterrupt:
        print("stopped; what is done is kept, and the same command goes on from here")
        raise
    finally:
        teacher.close()


def _device(wanted: str) -> str:
    """Where torch learns: a card with CUDA, or the processor; on Apple's, grid_sample cannot learn.

    Raises:
        EngineError: it is not on this computer.
    """
    from vtube.avatar.engines.torch_engine import choose_device

    device = choose_device(wanted)
    if device.type in ("cpu", "cuda"):
        return str(device)
    if wanted == "auto":
        return "cpu"
    raise EngineError(f"puppets are made on cpu or cuda, not on {wanted!r}")


def _teacher(request: Request) -> Teacher:
    if request.device == "cpu":
        from vtube.avatar.engines.openvino_engine import OpenVinoRenderer

        return OpenVinoRenderer(request, keep_linear=True)
    from vtube.avatar.engines.torch_engine import TorchRenderer

    return TorchRenderer(request)


def _taken() -> None:
    raise ModelError("a puppet of this picture is being made already; wait for that, or end the vtube that does it")


def _check(out: Path) -> None:
    """Refuse a place that nothing can be written to before half an hour is spent."""
    try:
        with tempfile.TemporaryFile(dir=out.parent):
            pass
        if is_folder(out):
            raise IsADirectoryError(errno.EISDIR, "it is a folder")
    except OSError as error:
        raise ModelError(f"cannot write {out}: {error.strerror or error}") from None


def _copy(path: Path, out: Path) -> None:
    try:
        write_whole(out, lambda part: shutil.copyfile(path, part))
    except OSError as error:
        raise ModelError(f"cannot write {out}: {error.strerror or error}") from None


class _Bar:
    """One bar over all stages, with the time that is left."""

    def __init__(self, quiet: bool) -> None:
        from rich import progress as rich

        from vtube.cli.log import stderr

        columns = (
            rich.TextColumn("{task.description}"),
            rich.BarColumn(),
            rich.TaskProgressColumn(),
            rich.TextColumn("{task.fields[left]}"),
        )
        self._progress: Progress = rich.Progress(*columns, console=stderr(), disable=quiet)
        self._task: TaskID | None = None

    def __enter__(self) -> _Bar:
        self._progress.start()
        self._task = self._progress.add_task("starting", total=1.0, left="")
        return self

    def __exit__(self, *_: object) -> None:
        self._progress.stop()

    def show(self, step: StageProgress) -> None:
        """Move to `step`."""
        if self._task is not None:
            self._progress.update(
                self._task,
                completed=step.progress,
                description=step.stage.partition(" ")[0],
                left=duration(step.seconds_left),
            )


def duration(seconds: float) -> str:
    """Such as 7:05."""
    return f"{int(seconds) // 60}:{int(seconds) % 60:02d}"
