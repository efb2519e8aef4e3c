"""What is wrong with the words of a command is told by the exit code 2, what fails while it works by 1."""

from pathlib import Path

import pytest

from vtube.avatar.weights.manifest import load
from vtube.cli.commands import arguments
from vtube.cli.main import main
from vtube.paths import default_picture

PICTURE = str(default_picture())


@pytest.mark.parametrize(
    "words",
    [
        ["bench", "--engine", "openvini", "--seconds", "1"],
        ["models", "fetch", "separable"],
        ["bake", PICTURE, "--variant", "separable"],
        ["character", "check", PICTURE, "--head", "1,2"],
        ["character", "fit", PICTURE, "out.png", "--head", "nan,1,1"],
        ["voices", "kokora"],
        ["chat", "twich:x"],
        ["run", "--output", "camra"],
        ["render", "out.xyz", "--text", "hi"],
    ],
)
def test_a_word_that_names_nothing_is_wrong_usage(
    words: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(arguments, "fetch_weights", load().variant)
    assert main(words) == 2
    assert len(capsys.readouterr().err.splitlines()) <= 2
    assert list(tmp_path.iterdir()) == []
