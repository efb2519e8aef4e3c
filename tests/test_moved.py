import importlib
import subprocess
import sys

import pytest

from tests.waiting import PROGRAM_S
from vtube.moved import RENAMED, new_name


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("vtube.tracking.replay_files", "vtube.tracking.recordings.replay_files"),
        ("vtube.tracking.ports", "vtube.tracking.network.ports"),
        ("vtube.tracking.vmc", "vtube.tracking.protocols.vmc"),
        ("vtube.speech.openai", "vtube.speech.voices.openai"),
        ("vtube.avatar.decode", "vtube.avatar.picture.decode"),
        *RENAMED.items(),
    ],
)
def test_a_module_answers_to_its_old_name(old: str, new: str) -> None:
    moved = importlib.import_module(old)
    assert moved is importlib.import_module(new)
    assert moved.__name__ == new
    assert moved.__spec__ is not None
    assert moved.__spec__.name == new


@pytest.mark.parametrize(
    "name", ["vtube.nothing", "vtube.speech.nothing", "vtube.speech.voices.nothing", "other.thing.x"]
)
def test_what_never_was_is_not_found(name: str) -> None:
    assert new_name(name) is None
    with pytest.raises(ModuleNotFoundError):
        importlib.import_module(name)


def test_old_names_in_a_from_import_of_a_fresh_interpreter() -> None:
    script = (
        "from vtube.speech import command, edge; from vtube.avatar.picture import load_picture; print(edge.__name__)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=False, timeout=PROGRAM_S
    )
    assert (done.stdout.strip(), done.stderr) == ("vtube.speech.voices.edge", "")
