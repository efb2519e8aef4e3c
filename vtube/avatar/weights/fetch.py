"""Fetch a variant: try its origins in order, check what came, turn it into safetensors, note what it is."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from pathlib import Path

from vtube.avatar.weights import NETWORKS, store, tensors
from vtube.avatar.weights import manifest as manifests
from vtube.avatar.weights.manifest import Manifest
from vtube.avatar.weights.origins import ORIGINS, FetchContext
from vtube.errors import ModelError
from vtube.net.progress import Progress
from vtube.paths import file_sha256

log = logging.getLogger(__name__)


def repair(variant: str, folder: Path, progress: Progress, thorough: bool = False) -> dict[str, Path]:
    """Make a variant whole, whatever state it is in, and return its files; `thorough` reads every byte first.

    Raises:
        ModelError: there is no such variant; no origin could give it (the line names each one's reason).
    """
    manifest = manifests.load()
    manifest.variant(variant)
    with store.folder_lock(folder, progress):
        return repair_locked(manifest, variant, folder, progress, thorough)


def repair_locked(
    manifest: Manifest, variant: str, folder: Path, progress: Progress, thorough: bool = False
) -> dict[str, Path]:
    """`repair` for a caller that holds the folder's lock."""
    home = folder / variant
    installed = bool(store.read_note(home))
    wrong = damage(manifest, variant, folder, thorough)
    if installed and not wrong:
        return store.paths(home)
    for problem in wrong:
        log.warning("%s: %s; fetching it again", variant, problem)
    _from_origins(manifest, variant, folder, progress)
    return store.paths(home)


def damage(manifest: Manifest, variant: str, folder: Path, thorough: bool) -> list[str]:
    """What is wrong with an installed variant, a line per network; empty for one that was never installed.

    Compares sizes with the note; `thorough` also every byte with the note and the numbers with the manifest.
    """
    home = folder / variant
    installed = store.read_note(home)
    wrong = store.problems(home, installed, thorough)
    for network in NETWORKS if installed else ():
        known = manifest.variant(variant).file(network).tensors
        if network not in installed:
            wrong[network] = f"{network} is missing from the note"
        elif thorough and network not in wrong and known and known != _numbers(store.paths(home)[network]):
            wrong[network] = f"{network} holds other numbers than the manifest names"
    return list(wrong.values())


def _numbers(path: Path) -> str:
    return tensors.digest(tensors.read(path))


def install(
    manifest: Manifest, variant: str, folder: Path, *, sources: Mapping[str, Path], origin: str, progress: Progress
) -> None:
    """Check five files of weights (.pt or .safetensors) and put them in place; needs the folder's lock.

    Nothing is replaced unless all five are right.

    Raises:
        ModelError: a file is damaged, is not that network, or is not what the manifest or the first use says.
    """
    home = folder / variant
    home.mkdir(parents=True, exist_ok=True)
    before = store.read_note(home)
    total = sum(sources[network].stat().st_size for network in NETWORKS)
    done = 0
    ready: dict[str, tensors.Tensors] = {}
    for network in NETWORKS:
        pinned = before[network].tensors if network in before else None
        ready[network] = _checked(manifest, variant, network, sources[network])
        _check_numbers(manifest.variant(variant).file(network).tensors, pinned, ready[network], sources[network])
        done += sources[network].stat().st_size
        progress(done, total, f"checking {variant}")
    installed = {network: _put(ready[network], home / f"{network}.safetensors") for network in NETWORKS}
    store.write_note(home, origin, installed)
    if any(manifest.variant(variant).file(network).tensors is None for network in NETWORKS) and not before:
        log.warning("%s: no sha256 is published, so these files (%s) are trusted from now on", variant, origin)


def _checked(manifest: Manifest, variant: str, network: str, source: Path) -> tensors.Tensors:
    values = tensors.read(source)
    if tensors.structure(values) != manifest.structure(variant, network):
        raise ModelError(f"{source} is not the {network} of {variant}: its layers differ")
    return tensors.halve(values) if manifest.variant(variant).precision == "float16" else values


def _check_numbers(known: str | None, pinned: str | None, values: tensors.Tensors, source: Path) -> None:
    if (known or pinned) in (None, tensors.digest(values)):
        return
    if known:
        raise ModelError(f"{source} holds other numbers than the manifest names")
    raise ModelError(f"{source} holds other numbers than came first; delete the installed ones to accept these")


def _put(values: tensors.Tensors, path: Path) -> store.Installed:
    tensors.write(values, path)
    return store.Installed(path.stat().st_size, file_sha256(path), tensors.digest(values))


def _from_origins(manifest: Manifest, variant: str, folder: Path, progress: Progress) -> None:
    context = FetchContext(variant, folder, progress, lambda other: repair_locked(manifest, other, folder, progress))
    reasons: dict[str, None] = {}
    for origin in manifest.variant(variant).origins:
        try:
            with ORIGINS[origin.kind](origin, context) as sources:
                install(manifest, variant, folder, sources=sources, origin=origin.title, progress=progress)
            context.discard_partial()
            return
        except ModelError as error:
            log.info("%s from %s: %s", variant, origin.title, error)
            reasons[str(error)] = None
    raise ModelError(
        f"cannot get the weights {variant} ({'; '.join(reasons)}); "
        "with a copy of your own: vtube models fetch --from FILE_OR_FOLDER"
    )
