"""What pip gets: the wheel holds all that the program needs, and an installed copy finds it, wherever it lies."""

import importlib
import os
import re
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from pathlib import Path

import pytest
from packaging.requirements import Requirement

import vtube
from tests.house import modules
from tools.lock import lock_of
from vtube.registry import Registry

ROOT = Path(__file__).resolve().parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
SYSTEMS = [
    {"sys_platform": "linux", "platform_machine": "x86_64", "os_name": "posix", "platform_system": "Linux"},
    {"sys_platform": "win32", "platform_machine": "AMD64", "os_name": "nt", "platform_system": "Windows"},
    {"sys_platform": "darwin", "platform_machine": "arm64", "os_name": "posix", "platform_system": "Darwin"},
    {"sys_platform": "darwin", "platform_machine": "x86_64", "os_name": "posix", "platform_system": "Darwin"},
]
PYTHONS = ["3.11", "3.12", "3.13", "3.14"]

TRACKER = """
from vtube.registry import Entry

entry = Entry("moon", lambda spec, settings: "a tracker at " + str(spec.argument), argument="[:PHASE]")
"""


def built(folder: Path, kind: str) -> Path:
    command = [sys.executable, "-m", "hatchling", "build", "--target", kind, "--directory", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    return next(folder.iterdir())


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return built(tmp_path_factory.mktemp("wheel"), "wheel")


@pytest.fixture(scope="module")
def target(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, as `pip install --no-deps --target` lays it down: its files, and nothing beside them."""
    folder = tmp_path_factory.mktemp("target")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder)
    return folder


def run(target: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """A Python that finds the program in `target` alone, started elsewhere."""
    environment = {**os.environ, "PYTHONPATH": str(target), "PYTHONUTF8": "1"}
    environment.pop("VTUBE_MODELS", None)
    return subprocess.run(
        [sys.executable, "-P", *arguments],
        cwd=target.parent,
        env=environment,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )


def requirements(name: str) -> list[Requirement]:
    lines = (line.partition("#")[0].strip() for line in (ROOT / name).read_text(encoding="utf-8").splitlines())
    return [Requirement(line) for line in lines if line and not line.startswith("-")]


def applies(requirement: Requirement, system: dict[str, str], python: str) -> bool:
    values = {
        **system,
        "python_version": python,
        "python_full_version": python + ".2",
        "implementation_name": "cpython",
    }
    return requirement.marker is None or requirement.marker.evaluate(values)


def test_the_wheel_has_everything_and_nothing_else(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    files = (path for path in (ROOT / "config").rglob("*") if path.is_file())
    config = {f"vtube/data/{path.relative_to(ROOT).as_posix()}" for path in files}
    assert (
        config
        | {
            "vtube/data/models/manifest.yaml",
            "vtube/data/ilta.png",
            "vtube/data/ilta.large.webp",
            "vtube/data/ilta.vtpuppet",
            "vtube/py.typed",
        }
        <= names
    )
    sources = {str(path.relative_to(ROOT).as_posix()) for path in (ROOT / "vtube").rglob("*.py")}
    assert sources <= names
    pages = {str(path.relative_to(ROOT).as_posix()) for path in (ROOT / "vtube/server/static").rglob("*.*")}
    assert pages <= names
    assert {name.split("/")[0] for name in names} == {"vtube", f"vtube-{vtube.__version__}.dist-info"}
    assert not any("__pycache__" in name for name in names)


def test_the_wheel_says_what_it_is(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        info = f"vtube-{vtube.__version__}.dist-info"
        metadata = archive.read(f"{info}/METADATA").decode()
        scripts = archive.read(f"{info}/entry_points.txt").decode()
        licences = {name for name in archive.namelist() if name.startswith(f"{info}/licenses/")}
    assert f"Version: {vtube.__version__}\n" in metadata
    assert "License-Expression: MIT\n" in metadata
    assert "Classifier: Typing :: Typed\n" in metadata
    assert "vtube = vtube.bootstrap:launch" in scripts
    assert {Path(name).name for name in licences} == {"LICENSE", "NOTICE", "LICENSE.txt"}


def test_an_installed_copy_finds_what_came_with_it_wherever_it_lies(target: Path) -> None:
    code = (
        "from pathlib import Path; from vtube.paths import DATA, MANIFEST, default_picture, shipped\n"
        "for file in (MANIFEST, Path('config/emotions.yaml'), Path('config/default.yaml')): print(shipped(file))\n"
        "print(default_picture())\n"
    )
    done = run(target, "-c", code)
    found = [Path(line) for line in done.stdout.splitlines()]
    assert len(found) == 4, done.stderr
    assert all(path.is_file() and path.is_relative_to(target / "vtube" / "data") for path in found)


def test_an_installed_copy_lists_its_weights_and_emotions(target: Path) -> None:
    assert run(target, "-m", "vtube", "--version").stdout == f"vtube {vtube.__version__}\n"
    listed = run(target, "-m", "vtube", "models", "list")
    assert listed.returncode == 0, listed.stderr
    assert "separable_float" in listed.stdout
    names = run(target, "-c", "from vtube.motion.templates import load_templates; print(*load_templates())")
    assert {"joy", "anger", "neutral"} <= set(names.stdout.split())
    assert not (target / ".venv").exists()


def test_another_package_adds_a_tracker_by_an_entry_point(target: Path) -> None:
    info = target / "moon_tracker-1.0.dist-info"
    info.mkdir(exist_ok=True)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: moon-tracker\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[vtube.trackers]\nmoon = moon_tracker:entry\n")
    (target / "moon_tracker.py").write_text(TRACKER)
    code = (
        "from vtube.settings import Settings; from vtube.tracking.registry import create_tracker\n"
        "print(create_tracker('moon:full', Settings()))"
    )
    assert run(target, "-c", code).stdout == "a tracker at full\n"
    assert "moon" in run(target, "-m", "vtube", "run", "--help").stdout


def test_the_documentation_names_every_group() -> None:
    documented = set(re.findall(r"`(vtube\.\w+)` \|", (ROOT / "docs/reference/plugins.md").read_text(encoding="utf-8")))
    rooms = [importlib.import_module(name) for name in modules() if name.endswith(".registry")]
    registries = [value for room in rooms for value in vars(room).values() if isinstance(value, Registry)]
    assert documented == {one.group for one in registries}


def test_the_sources_build_the_same_wheel(tmp_path: Path, wheel: Path) -> None:
    archive = built(tmp_path / "sdist", "sdist")
    with tarfile.open(archive) as sources:
        sources.extraction_filter = getattr(tarfile, "data_filter", None)  # Python 3.11.3 and before know none
        sources.extractall(tmp_path)
    root = tmp_path / archive.name.removesuffix(".tar.gz")
    command = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(tmp_path / "again")]
    subprocess.run(command, cwd=root, check=True, capture_output=True)
    again = next((tmp_path / "again").iterdir())
    assert set(zipfile.ZipFile(again).namelist()) == set(zipfile.ZipFile(wheel).namelist())
    assert {"requirements.lock", "tests", "run_vcam.py", "CHANGELOG.md"} <= {path.name for path in root.iterdir()}


def test_the_requirements_are_the_projects_own_with_torch() -> None:
    listed = {str(one) for one in requirements("requirements.txt") if one.name != "torch"}
    assert listed == {str(Requirement(line)) for line in PROJECT["project"]["dependencies"]}


@pytest.mark.parametrize("python", PYTHONS)
@pytest.mark.parametrize("system", SYSTEMS, ids=lambda system: f"{system['sys_platform']}-{system['platform_machine']}")
def test_every_system_gets_one_torch_but_an_intel_mac_none(system: dict[str, str], python: str) -> None:
    torches = [one for one in requirements("requirements.txt") if one.name == "torch" and applies(one, system, python)]
    intel_mac = system["sys_platform"] == "darwin" and system["platform_machine"] == "x86_64"
    assert len(torches) == (0 if intel_mac else 1)
    assert intel_mac or torches[0].specifier.contains("2.13.0")


@pytest.mark.parametrize("python", PYTHONS)
@pytest.mark.parametrize("system", SYSTEMS, ids=lambda system: f"{system['sys_platform']}-{system['platform_machine']}")
def test_the_lock_lies_within_the_ranges(system: dict[str, str], python: str) -> None:
    locked = {one.name: one for one in requirements("requirements.lock") if applies(one, system, python)}
    wanted = [one for one in requirements("requirements.txt") if applies(one, system, python)]
    for one in wanted:
        if one.name not in locked:
            assert system["sys_platform"] == "darwin", f"{one} is not in requirements.lock: python -m tools.lock"
            continue
        version = next(iter(locked[one.name].specifier)).version
        assert one.specifier.contains(version), one


def test_each_package_is_locked_once_on_each_system() -> None:
    for system in SYSTEMS:
        for python in PYTHONS:
            names = [one.name for one in requirements("requirements.lock") if applies(one, system, python)]
            assert len(names) == len(set(names))


def test_the_lock_leaves_out_what_others_decide() -> None:
    compiled = (
        "av==1 \nnumpy==2 ; python_full_version < '3.12'\nnvidia-nccl==3 ; sys_platform == 'linux'\nrich==15.0.0\n"
    )
    assert re.sub("#.*\n", "", lock_of(compiled)) == (
        "av==1 ; sys_platform != 'darwin'\n"
        "numpy==2 ; python_full_version < '3.12' and sys_platform != 'darwin'\n"
        "rich==15.0.0\n"
    )
