from pathlib import Path
from typing import Any

import pytest
import yaml

from vtube import settings
from vtube.errors import SettingsError

DEFAULTS = Path(__file__).resolve().parent.parent / "config" / "default.yaml"


def test_the_documented_defaults_are_the_defaults() -> None:
    documented = yaml.safe_load(DEFAULTS.read_text(encoding="utf-8"))
    assert documented == settings.Settings().model_dump(mode="json")


def test_every_key_is_documented_by_a_comment() -> None:
    previous = ""
    for line in DEFAULTS.read_text(encoding="utf-8").splitlines():
        is_key = ":" in line and not line.lstrip().startswith(("#", "-"))
        if is_key:
            assert "#" in line or previous.lstrip().startswith("#"), f"no comment at {line!r}"
        previous = line


def test_file_over_defaults_and_flags_over_file(tmp_path: Path) -> None:
    mine = tmp_path / "mine.yaml"
    mine.write_text("loop: {fps: 60}\nserver: {port: 9999}\n")
    loaded = settings.load(mine, {"loop": {"fps": 24}})
    assert (loaded.loop.fps, loaded.server.port) == (24, 9999)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("loop: {fsp: 30}", r"no setting 'loop\.fsp'; did you mean 'loop\.fps'"),
        ("sever: {port: 1}", r"no setting 'sever'; did you mean 'server'"),
        ("breathing: 0.5", r"did you mean 'idle\.breathing'"),
        ("loop: {fps: fast}", r"the setting 'loop\.fps'.*'fast'"),
        ("loop: {fps: 0}", r"the setting 'loop\.fps'"),
        ("loop: [", "not valid YAML in line 1"),
        ("- 1", "should hold `key: value` lines"),
        ("!!python/object/apply:os.system ['true']", "not valid YAML"),
    ],
)
def test_what_is_wrong_is_said_in_one_line(tmp_path: Path, content: str, words: str) -> None:
    path = tmp_path / "wrong.yaml"
    path.write_text(content)
    with pytest.raises(SettingsError, match=words) as caught:
        settings.load(path)
    assert "\n" not in str(caught.value)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"gone\.yaml"):
        settings.load(tmp_path / "gone.yaml")


def test_an_empty_file_is_fine(tmp_path: Path) -> None:
    (tmp_path / "empty.yaml").write_text("# nothing yet\n")
    assert settings.load(tmp_path / "empty.yaml") == settings.Settings()


def test_merge_keeps_what_is_not_named() -> None:
    values: dict[str, Any] = {"loop": {"fps": 30.0}, "audio": "none"}
    settings.merge(values, {"loop": {"x": 1}})
    assert values == {"loop": {"fps": 30.0, "x": 1}, "audio": "none"}
