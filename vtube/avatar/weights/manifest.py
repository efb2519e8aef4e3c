"""What `models/manifest.yaml` says: the variants, their files, their origins and their licence."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

import yaml
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from vtube.avatar.weights import NETWORKS
from vtube.errors import ModelError, SettingsError
from vtube.net.wheel import Wheel
from vtube.paths import MANIFEST, shipped

LOOPBACK = ("127.0.0.1", "localhost")


def _safe_address(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK):
        return url
    raise ValueError(f"{url} is not an https address")


Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
Address = Annotated[str, AfterValidator(_safe_address)]
Name = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$")]


class Entry(BaseModel):
    """Unknown keys are refused; nothing changes after loading."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class NetworkFile(Entry):
    """What is known of one network's file before it is fetched; None: not known, so pinned at the first use."""

    bytes: int | None = Field(None, gt=0)
    sha256: Sha256 | None = None
    tensors: Sha256 | None = None
    """`tensors.digest` of the contents: the same weights in another container are still the right ones."""


class PackageOrigin(Entry):
    """A wheel of a package registry, fetched by the user's own pip with its index and proxy settings."""

    kind: Literal["package"]
    title: str
    name: Name
    version: Name
    file: Name
    bytes: int = Field(gt=0)
    sha256: Sha256

    @property
    def wheel(self) -> Wheel:
        """What to ask the registry for."""
        return Wheel(self.name, self.version, self.file, self.bytes, self.sha256)


class FilesOrigin(Entry):
    """One address per network, or one pattern with {variant} and {network}."""

    kind: Literal["files"]
    title: str
    urls: Address | dict[str, Address]

    def url(self, variant: str, network: str) -> str:
        """The address of one network's .pt file."""
        if isinstance(self.urls, str):
            return self.urls.replace("{variant}", variant).replace("{network}", network)
        return self.urls[network]


class ArchiveOrigin(Entry):
    """A zip file with a folder per variant."""

    kind: Literal["archive"]
    title: str
    url: Address


class HalvedOrigin(Entry):
    """The float variant's numbers rounded to half precision on this computer."""

    kind: Literal["halved"]
    title: str
    source: str


Origin = Annotated[PackageOrigin | FilesOrigin | ArchiveOrigin | HalvedOrigin, Field(discriminator="kind")]


class Variant(Entry):
    """One set of five networks."""

    architecture: str
    precision: Literal["float32", "float16"]
    about: str
    files: dict[str, NetworkFile] = Field(default_factory=dict)
    origins: list[Origin] = Field(min_length=1)
    """Tried in this order."""

    def file(self, network: str) -> NetworkFile:
        """What is known of one network's file; all None where the manifest does not say."""
        return self.files.get(network) or NetworkFile()


class MemberFile(Entry):
    """A file in a wheel."""

    path: str
    bytes: int = Field(gt=0)
    sha256: Sha256


class Enlarger(Entry):
    """A network that doubles line art, out of a wheel of a package registry."""

    about: str
    author: str
    licence: str
    project: Address
    package: Name
    version: Name
    python: str | None = None
    """Whose wheel is asked for; every one holds the same files."""
    border: int = Field(ge=0)
    """Pixels around a picture that the network needs."""
    multiple: int = Field(gt=0)
    """What the sides with their borders are multiples of."""
    trims: bool
    """Whether the border is gone from what comes out."""
    param: MemberFile
    numbers: MemberFile


class Manifest(Entry):
    """All of `models/manifest.yaml`."""

    title: str
    author: str
    licence: str
    licence_url: Address
    project: Address
    attribution: str
    architectures: dict[str, dict[str, Sha256]]
    """Architecture → network → `tensors.structure` of its weights."""
    variants: dict[str, Variant]
    enlargers: dict[str, Enlarger] = Field(default_factory=dict)

    def variant(self, name: str) -> Variant:
        """The variant called `name`.

        Raises:
            SettingsError: there is none of that name.
        """
        if name not in self.variants:
            raise SettingsError(f"there are no weights called {name!r}; choose one of {', '.join(self.variants)}")
        return self.variants[name]

    def structure(self, variant: str, network: str) -> str:
        """The structure that a network's weights must have."""
        return self.architectures[self.variant(variant).architecture][network]


def manifest_path() -> Path:
    """The manifest of the checkout, or the one that was installed with the package.

    Raises:
        ModelError: neither is there.
    """
    path = shipped(MANIFEST)
    if path is None:
        raise ModelError("models/manifest.yaml is missing from this installation; install vtube again")
    return path


def load(path: Path | None = None) -> Manifest:
    """The manifest at `path`, by default the one that came with this program.

    Raises:
        ModelError: the file cannot be read or says something impossible.
    """
    path = path or manifest_path()
    try:
        manifest = Manifest.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise ModelError(f"cannot read {path}: {error}") from None
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise ModelError(f"{path}: {where}: {first['msg']}") from None
    _check_names(manifest, path)
    return manifest


def _check_names(manifest: Manifest, path: Path) -> None:
    for name, variant in manifest.variants.items():
        shapes = manifest.architectures.get(variant.architecture, {})
        if sorted(shapes) != sorted(NETWORKS):
            raise ModelError(f"{path}: architecture {variant.architecture!r} of {name} lacks networks")
        for origin in variant.origins:
            if isinstance(origin, HalvedOrigin) and origin.source not in manifest.variants:
                raise ModelError(f"{path}: {name} is made from {origin.source!r}, which is not a variant")
            urls = origin.urls if isinstance(origin, FilesOrigin) else ""
            if isinstance(urls, dict) and set(urls) != set(NETWORKS):
                raise ModelError(f"{path}: an origin of {name} does not name the five networks")
