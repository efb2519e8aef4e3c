from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.avatar.random_weights import install, random_weights
from vtube import pose as parameters
from vtube.avatar import bench
from vtube.avatar.bench_worker import peak_memory_mb
from vtube.avatar.picture.character import Character
from vtube.errors import SettingsError
from vtube.frame import blank

CHARACTER = Character.of(blank())


def test_every_value_changes_with_every_pose() -> None:
    still = np.zeros((3, parameters.COUNT), np.float32)
    for poses in (still, bench.random_poses(5), np.repeat(bench.random_poses(1), 4, axis=0)):
        changing = bench.all_changing(poses)
        assert (changing != np.roll(changing, 1, axis=0)).all()
        assert (changing >= parameters.LOW).all() and (changing <= parameters.HIGH).all()
        assert np.abs(changing[: len(poses)] - poses).max() < 0.002


def test_a_row_of_the_result() -> None:
    row = bench.summary(
        [
            {"ms": [10.0, 20.0], "stages": {"body": [8.0, 16.0]}, "peak_memory_mb": 100.0},
            {"ms": [30.0, 40.0], "stages": {"body": [24.0]}, "peak_memory_mb": 120.0},
        ]
    )
    assert row == {"fps": 40.0, "ms_median": 25.0, "ms_p99": 40.0, "peak_memory_mb": 120.0, "stages_ms": {"body": 16.0}}


def test_memory_is_in_megabytes() -> None:
    assert 10 < peak_memory_mb() < 100_000


def test_the_computer_is_described() -> None:
    described = bench.computer()
    assert described["processor"] and described["cpus"] >= 1


def test_unknown_engines_are_refused() -> None:
    with pytest.raises(SettingsError, match="abacus"):
        bench.run_bench(CHARACTER, engines=["abacus"])


def test_the_plain_one_is_always_measured(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    install(tmp_path, "separable_float", random_weights(True))
    monkeypatch.setenv("VTUBE_MODELS", str(tmp_path))
    result = bench.run_bench(CHARACTER, None, ["openvino-float32"], seconds=0.01)
    assert list(result["engines"]) == ["torch-plain", "openvino-float32"]
    for row in result["engines"].values():
        assert set(row) >= {"fps", "ms_median", "ms_p99", "peak_memory_mb", "stages_ms"}
        assert set(row["stages_ms"]) == {"eyebrows", "face", "body"} and row["peak_memory_mb"] > 50


def test_an_engine_at_work_is_not_waited_for_after_an_interrupt(monkeypatch: pytest.MonkeyPatch) -> None:
    ended: list[float] = []

    class Working:
        def answer(self, _name: str, _seconds: float) -> str:
            return "float32"

        def end(self, patience_s: float) -> None:
            ended.append(patience_s)

    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(bench, "_launch", lambda *_: Working())
    monkeypatch.setattr(bench, "_take_turns", interrupted)
    with pytest.raises(KeyboardInterrupt):
        bench.run_bench(CHARACTER, engines=["torch-plain"], seconds=1.0)
    assert ended == [0.0]
