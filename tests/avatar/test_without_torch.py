"""A computer without torch: everything but `--engine torch`, `bake` and learning works."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import torch
import yaml

from tests.avatar.random_weights import random_weights
from tests.waiting import PROGRAM_S
from vtube.avatar.weights.manifest import manifest_path
from vtube.paths import CHECKOUT, default_picture

WITHOUT_TORCH = """
import sys

class Blocker:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] == "torch":
            raise ModuleNotFoundError("No module named 'torch'", name="torch")

sys.meta_path.insert(0, Blocker())
"""

FETCH_AND_DRAW = """
from pathlib import Path
import numpy as np
from vtube.avatar.picture.prepare import prepare
from vtube.avatar.registry import create_renderer
from vtube.avatar.weights import commands
from vtube.avatar.weights import manifest as manifests
source, manifest, models, picture = map(Path, sys.argv[1:])
manifests.manifest_path = lambda: manifest
print(*commands.fetch(source=source, folder=models), sep="; ")
renderer = create_renderer("auto", prepare(picture), models=models)
frame = renderer.render(np.zeros(45, np.float32))
print(renderer.name, frame.shape, frame.dtype, int(frame.max()) > 0)
renderer.close()
print(sorted(name for name in sys.modules if name.partition(".")[0] == "torch"))
"""

COMMAND = """
from vtube.cli.main import main
sys.exit(main(sys.argv[1:]))
"""


def python(
    script: str, *arguments: object, folder: Path | None = None, **environment: str
) -> subprocess.CompletedProcess[str]:
    """Run it where no torch can be imported."""
    return subprocess.run(
        [sys.executable, "-c", WITHOUT_TORCH + script, *map(str, arguments)],
        capture_output=True,
        text=True,
        check=False,
        timeout=PROGRAM_S,
        stdin=subprocess.DEVNULL,
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(CHECKOUT)} | environment,
    )


@pytest.fixture
def published(tmp_path: Path) -> Path:
    """Files like the published ones, of random numbers."""
    for network, state in random_weights(separable=True).items():
        (tmp_path / "published").mkdir(exist_ok=True)
        torch.save(state, tmp_path / "published" / f"{network}.pt")
    return tmp_path / "published"


def test_the_weights_are_fetched_and_drawn_with(tmp_path: Path, published: Path) -> None:
    known = yaml.safe_load(manifest_path().read_text(encoding="utf-8"))
    known["variants"]["separable_float"]["files"] = {}
    (tmp_path / "manifest.yaml").write_text(yaml.safe_dump(known), encoding="utf-8")
    done = python(FETCH_AND_DRAW, published, tmp_path / "manifest.yaml", tmp_path / "models", default_picture())
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[1:] == ["openvino (512, 512, 4) uint8 True", "[]"]


@pytest.mark.parametrize(
    ("command", "who"),
    [
        (["bake", default_picture()], "making a puppet"),
        (["pose", default_picture(), "poses.json", "out", "--engine", "torch"], "the engine torch"),
        (["run", "--engine", "torch", "--output", "null", "--no-server"], "the engine torch"),
    ],
)
def test_what_needs_torch_says_how_to_get_it(tmp_path: Path, command: list[object], who: str) -> None:
    (tmp_path / "poses.json").write_text(json.dumps([[0] * 45]), encoding="utf-8")
    done = python(COMMAND, *command, folder=tmp_path, VTUBE_MODELS=str(tmp_path), VTUBE_HOME=str(tmp_path))
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert f"{who} needs the package torch" in done.stderr and "extras torch" in done.stderr


def test_the_doctor_stands_it() -> None:
    done = python(COMMAND, "doctor")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "torch is not installed" in " ".join(done.stdout.split())


FIRST_START = """
from vtube.cli.main import main
code = main(["run", "--output", "null", "--no-server", "--tracking", "none", "--duration", "5"])
print(code, sorted(name for name in sys.modules if name.partition(".")[0] == "torch"))
"""


def test_a_first_start_shows_the_default_character_with_her_puppet_and_fetches_nothing(tmp_path: Path) -> None:
    here, nowhere = str(tmp_path), "http://127.0.0.1:9"
    done = python(
        FIRST_START,
        VTUBE_MODELS=here,
        VTUBE_HOME=here,
        PIP_INDEX_URL=nowhere,
        http_proxy=nowhere,
        https_proxy=nowhere,
    )
    assert done.stdout.splitlines()[-1] == "0 []", done.stderr
    assert "engine: puppet" in done.stdout + done.stderr
    assert not any(path.suffix in (".whl", ".safetensors", ".npz") for path in tmp_path.rglob("*"))
