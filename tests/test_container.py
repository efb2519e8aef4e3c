"""What the container's files name is there; Docker itself is not asked."""

from __future__ import annotations

import importlib.util
import json
import re
import shlex
from typing import Any

import pytest
import yaml

from tests.house import ROOT
from vtube import settings
from vtube.cli.healthy import main, trouble_of
from vtube.cli.main import build_parser
from vtube.errors import SettingsError
from vtube.settings import ServerSettings

LINES = re.sub(r"\\\n", " ", (ROOT / "Dockerfile").read_text(encoding="utf-8")).splitlines()
WELL: dict[str, Any] = {"failure": None, "fps": 30.0, "output_fps": 29.9, "outputs": [{"name": "a", "state": "failed"}]}


def told(word: str) -> list[str]:
    """What stands behind an instruction, once for each time it is given."""
    return [line.partition(" ")[2] for line in LINES if line.startswith(f"{word} ")]


def test_what_is_copied_is_there_and_is_let_in() -> None:
    let_in = (ROOT / ".dockerignore").read_text(encoding="utf-8").split()
    for line in told("COPY"):
        words = [word for word in shlex.split(line) if not word.startswith("--")]
        if "--from=build" not in line:
            for source in words[:-1]:
                assert (ROOT / source).exists(), source
                assert f"!{source}" in let_in or f"!{source.split('/')[0]}" in let_in, source


def test_it_is_nobody_s_root_and_ends_by_sigterm() -> None:
    assert told("USER") == ["10001"]
    assert told("STOPSIGNAL") == ["SIGTERM"]
    assert told("VOLUME") == ["/data"]


def test_it_starts_a_command_that_there_is_and_asks_its_health_by_a_module_that_there_is() -> None:
    words = json.loads(told("CMD")[-1])
    assert build_parser().parse_args(words).log == "json"
    check = json.loads(told("HEALTHCHECK")[0].partition("CMD ")[2])
    assert importlib.util.find_spec(check[2]) is not None


def test_compose_names_what_the_image_has(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))
    camera = whole["services"]["vtube"]
    assert set(whole["volumes"]) == {"vtube", "ollama"}
    assert camera["ports"] == ["127.0.0.1:8787:8787"]
    file = next(one.split(":") for one in camera["volumes"] if one.startswith("./"))
    assert (ROOT / file[0]).is_file()
    assert f"COPY {file[0].removeprefix('./')} {file[1]}" in LINES
    values = yaml.safe_load((ROOT / file[0]).read_text(encoding="utf-8"))
    monkeypatch.setenv("VTUBE_SERVER_TOKEN", "a long secret")
    parsed = settings.parse(values)
    assert parsed.server.token == "a long secret"
    assert f":{parsed.server.port}" in camera["ports"][0]
    assert parsed.dialogue.model.addresses["ollama"] == "http://ollama:11434"


def test_the_token_of_a_file_goes_before_that_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    assert ServerSettings().token is None
    monkeypatch.setenv("VTUBE_SERVER_TOKEN", "of the environment")
    assert ServerSettings.model_validate({"token": None}).token == "of the environment"
    assert ServerSettings.model_validate({"token": "of the file"}).token == "of the file"


@pytest.mark.parametrize("values", [{}, {"server": {"port": 0}}])
def test_a_token_of_the_environment_that_is_too_short_is_one_line_without_it(
    values: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VTUBE_SERVER_TOKEN", "hunter2")
    with pytest.raises(SettingsError, match="VTUBE_SERVER_TOKEN should have 8 to 200 characters") as error:
        settings.parse(values)
    assert "hunter2" not in str(error.value)


def test_a_camera_whose_token_is_too_short_is_not_well(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("VTUBE_SERVER_TOKEN", "hunter2")
    assert main([]) == 1
    assert capsys.readouterr().out == "VTUBE_SERVER_TOKEN should have 8 to 200 characters\n"


def test_a_wrong_token_of_a_file_is_not_repeated() -> None:
    with pytest.raises(SettingsError, match=r"server.token.*at least 8 characters") as error:
        settings.parse({"server": {"token": "hunter2"}})
    assert "hunter2" not in str(error.value)


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({}, ""),
        ({"failure": "gone"}, "drawing fails: gone"),
        ({"output_fps": 3.0}, "only 3.0 of 30"),
        ({"outputs": [{"name": "stream", "state": "ended"}]}, "ended for good: stream"),
    ],
)
def test_a_camera_is_well_while_frames_leave(change: dict[str, Any], why: str) -> None:
    found = trouble_of({**WELL, **change})
    assert why in found
    assert bool(found) == bool(why)


def test_nobody_there_is_not_well(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["9"]) == 1
    assert "no camera answers" in capsys.readouterr().out
