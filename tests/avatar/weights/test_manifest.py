from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from tests.avatar.weights_fixtures import write_manifest
from vtube.avatar.weights import NETWORKS
from vtube.avatar.weights import manifest as manifests
from vtube.errors import ModelError, SettingsError


def test_the_manifest_names_all_variants_and_networks() -> None:
    manifest = manifests.load()
    assert set(manifest.variants) == {"separable_float", "separable_half", "standard_float", "standard_half"}
    assert manifest.licence == "CC BY 4.0"
    assert "Pramook Khungurn" in manifest.attribution
    for name, variant in manifest.variants.items():
        assert variant.origins
        assert all(len(manifest.structure(name, network)) == 64 for network in NETWORKS)


def test_the_default_weights_are_known_in_full() -> None:
    variant = manifests.load().variant("separable_float")
    for network in NETWORKS:
        file = variant.file(network)
        assert file.bytes and file.sha256 and file.tensors


def test_an_unknown_variant_is_named_with_those_there_are() -> None:
    with pytest.raises(SettingsError, match=r"'tha4'.*separable_float"):
        manifests.load().variant("tha4")


def test_addresses_are_filled_in() -> None:
    origin = next(o for o in manifests.load().variant("standard_half").origins if "Hugging" in o.title)
    assert isinstance(origin, manifests.FilesOrigin)
    assert origin.url("standard_half", "editor").endswith("/standard_half/editor.pt")


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"kind": "files", "title": "t", "urls": "http://example.com/{network}"}, "https"),
        ({"kind": "files", "title": "t", "urls": "file:///etc/passwd"}, "https"),
        ({"kind": "files", "title": "t", "urls": {"editor": "https://localhost/e"}}, "five networks"),
        ({"kind": "halved", "title": "t", "source": "nowhere"}, "not a variant"),
        ({"kind": "carrier pigeon", "title": "t"}, "pigeon"),
        ({"kind": "archive", "title": "t", "url": "https://localhost/a", "extra": 1}, "extra"),
    ],
)
def test_wrong_entries_are_refused(tmp_path: Path, change: dict[str, object], complaint: str) -> None:
    path = write_manifest(tmp_path / "manifest.yaml", {"float": [change]})
    with pytest.raises(ModelError, match=complaint):
        manifests.load(path)


def test_an_architecture_must_name_the_five_networks(tmp_path: Path) -> None:
    path = write_manifest(tmp_path / "manifest.yaml", {"float": []})
    content = yaml.safe_load(path.read_text())
    del content["architectures"]["separable"]["editor"]
    path.write_text(yaml.safe_dump(content))
    with pytest.raises(ModelError, match="lacks networks"):
        manifests.load(path)


@pytest.mark.parametrize("text", ["[", "null", "just words", "\x00"])
def test_a_damaged_manifest_gives_one_line(tmp_path: Path, text: str) -> None:
    path = tmp_path / "manifest.yaml"
    path.write_text(text)
    with pytest.raises(ModelError, match=r"manifest\.yaml"):
        manifests.load(path)


def test_an_installation_without_the_manifest_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("vtube.paths.CHECKOUT", tmp_path)
    monkeypatch.setattr("vtube.paths.DATA", tmp_path)
    with pytest.raises(ModelError, match="install vtube again"):
        manifests.manifest_path()
