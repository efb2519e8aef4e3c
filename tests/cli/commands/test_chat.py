"""`vtube chat`: it prints what comes and ends with its source."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest

from vtube.cli.main import main


def test_what_is_piped_in_is_printed_and_the_command_ends_with_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("".join(f"Mia: {number}\n" for number in range(300))))
    assert main(["chat", "stdin", "--json"]) == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [line["text"] for line in lines] == [str(number) for number in range(300)]
    assert {line["user"] for line in lines} == {"Mia"}


@pytest.mark.parametrize(("words", "setting"), [(["chat"], "chat"), (["record", "x.jsonl"], "tracking")])
def test_what_the_settings_name_is_tried_where_no_flag_does(
    words: list[str], setting: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config = tmp_path / "mine.yaml"
    config.write_text(f"{setting}: [nobody]")
    assert main([*words, "--config", str(config)]) == 2
    assert f"{config}: the setting '{setting}': there is no " in capsys.readouterr().err


@pytest.mark.parametrize("seconds", ["nan", "-1", "soon"])
@pytest.mark.parametrize(
    "command", [["chat", "stdin", "--seconds"], ["run", "--duration"], ["record", "x.jsonl", "--duration"]]
)
def test_a_time_that_is_none_is_wrong_usage(
    command: list[str], seconds: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*command, seconds]) == 2
    assert "should be seconds, 0 or more" in capsys.readouterr().err
