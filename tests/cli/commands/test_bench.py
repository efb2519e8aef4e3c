"""`vtube bench --json`: the keys that programs read."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.avatar.random_weights import install, random_weights
from vtube.cli.commands import arguments
from vtube.cli.main import main


def test_json_has_an_engine_the_computer_and_another_size_as_a_stage_of_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    install(tmp_path, "separable_float", random_weights(True))
    monkeypatch.setenv("VTUBE_MODELS", str(tmp_path))
    monkeypatch.setattr(arguments, "fetch_weights", lambda variant: None)
    assert main(["bench", "--engine", "torch-plain", "--size", "700", "--seconds", "0.01", "--json"]) == 0
    result = json.loads(capsys.readouterr().out)
    row = result["engines"]["torch-plain"]
    assert set(row) >= {"fps", "ms_median", "ms_p99", "peak_memory_mb", "stages_ms"}
    assert set(row["stages_ms"]) == {"eyebrows", "face", "body", "size"}
    assert row["fps"] > 0 and row["stages_ms"]["size"] > 0 and row["ms_median"] >= row["stages_ms"]["size"]
    assert result["computer"]["cpus"] >= 1


def test_unknown_engines_are_answered_with_the_nearest(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(arguments, "fetch_weights", lambda variant: None)
    assert main(["bench", "--engine", "openvno"]) == 2
    assert "did you mean 'openvino'?" in capsys.readouterr().err


@pytest.mark.parametrize("seconds", ["0", "nan", "inf", "-1", "x"])
def test_a_time_that_measures_nothing_or_never_ends_is_refused(
    seconds: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["bench", "--seconds", seconds]) == 2
    assert "should be seconds" in capsys.readouterr().err
