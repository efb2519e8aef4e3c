"""OpenVINO's own check: a known picture, once for each computer and version."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import openvino as ov
import pytest

from tests.avatar.puppet_fixtures import bust, figure, still_puppet
from vtube.avatar.engines import openvino_check
from vtube.avatar.engines.openvino_check import NETWORKS, REMEMBERED, Trial, error, forget, rightly
from vtube.avatar.engines.openvino_core import new_core
from vtube.avatar.engines.openvino_engine import OpenVinoRenderer
from vtube.avatar.engines.puppet_engine import PuppetRenderer
from vtube.avatar.engines.request import Request
from vtube.avatar.puppet.decoder_check import DECODER
from vtube.errors import EngineError
from vtube.paths import user_folder

TRIALS = pytest.mark.parametrize("trial", [NETWORKS, DECODER], ids=lambda trial: trial.name)
CORE = new_core()
ABLE = [
    precision
    for precision, word in (("float32", "FP32"), ("bfloat16", "BF16"))
    if word in CORE.get_property("CPU", "OPTIMIZATION_CAPABILITIES")
]


@pytest.fixture(autouse=True)
def _first_start() -> Iterator[None]:
    forget()
    yield
    forget()


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The precisions in which a trial was drawn."""
    found: list[str] = []
    inner = openvino_check.error

    def counting(trial: Trial, core: ov.Core, device: str, precision: str) -> float:
        found.append(precision)
        return inner(trial, core, device, precision)

    monkeypatch.setattr(openvino_check, "error", counting)
    return found


def mixed_up(model: Callable[[], ov.Model]) -> Callable[[], ov.Model]:
    """A stand-in for an OpenVINO that draws wrongly: the columns of what comes out are in another order."""

    def built() -> ov.Model:
        right = model()
        out = right.output(0).get_node().input_value(0)
        axis = len(out.get_shape()) - 2  # columns of (…, rows, columns) and of (rows, columns, channels)
        order = np.arange(out.get_shape()[axis])[::-1].copy()
        wrong = ov.opset13.gather(out, ov.opset13.constant(order), ov.opset13.constant(np.int64(axis)))
        return ov.Model([wrong], right.get_parameters(), "mixed up")

    return built


@TRIALS
@pytest.mark.parametrize("precision", ABLE)
def test_openvino_draws_what_numpy_draws(trial: Trial, precision: str) -> None:
    assert error(trial, CORE, "CPU", precision) < trial.tolerance(precision) / 3


@TRIALS
def test_one_trial_is_enough_for_all_starts(trial: Trial, drawn: list[str], caplog: pytest.LogCaptureFixture) -> None:
    for _ in range(3):
        assert rightly(trial, CORE, "CPU", ["float32"]) == "float32"
        forget()  # another process
    assert drawn == ["float32"]
    assert not caplog.messages
    (key,) = json.loads((user_folder() / REMEMBERED).read_text(encoding="utf-8"))
    assert all(
        word in key for word in (trial.name, "float32", "OpenVINO 20", CORE.get_property("CPU", "FULL_DEVICE_NAME"))
    )


def test_another_version_is_tried_again(drawn: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    rightly(NETWORKS, CORE, "CPU", ["float32"])
    monkeypatch.setattr(ov, "get_version", lambda: "2031.1.0-1-rest")
    rightly(NETWORKS, CORE, "CPU", ["float32"])
    assert drawn == ["float32"] * 2
    assert len(json.loads((user_folder() / REMEMBERED).read_text(encoding="utf-8"))) == 2


@pytest.mark.parametrize("text", ["", "[1]", '{"a": ', '{"x": "yes"}', "\x00"])
def test_a_damaged_memory_costs_one_trial(text: str, drawn: list[str]) -> None:
    user_folder().mkdir(parents=True)
    (user_folder() / REMEMBERED).write_text(text)
    for _ in range(2):
        rightly(NETWORKS, CORE, "CPU", ["float32"])
        forget()
    assert drawn == ["float32"]


def test_where_nothing_can_be_remembered_it_works_all_the_same(
    drawn: list[str], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    user_folder().parent.mkdir(parents=True, exist_ok=True)
    user_folder().write_text("a file in the way")
    for _ in range(2):
        assert rightly(NETWORKS, CORE, "CPU", ["float32"]) == "float32"
    assert drawn == ["float32"]
    assert not caplog.messages  # nobody can do anything about it, and nothing is worse for it


@TRIALS
def test_what_is_mixed_up_is_said_once_and_not_used(trial: Trial, caplog: pytest.LogCaptureFixture) -> None:
    wrong = replace(trial, model=mixed_up(trial.model))
    for _ in range(3):
        with pytest.raises(EngineError, match=r"OpenVINO 20.* calculates wrongly in float32 on CPU here"):
            rightly(wrong, CORE, "CPU", ["float32"])
        forget()  # another process
    (line,) = caplog.messages
    assert "calculates wrongly in float32" in line and "off by" in line


def wrong_in(monkeypatch: pytest.MonkeyPatch, *precisions: str) -> None:
    def by_precision(_trial: Trial, _core: ov.Core, _device: str, precision: str) -> float:
        return 0.9 if precision in precisions else 0.0

    monkeypatch.setattr(openvino_check, "error", by_precision)


def test_half_precision_that_is_wrong_gives_way_to_full(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    wrong_in(monkeypatch, "bfloat16")
    assert rightly(NETWORKS, CORE, "CPU", ["bfloat16", "float32"]) == "float32"
    assert [line.partition(" on ")[0][-8:] for line in caplog.messages] == ["bfloat16"]


@pytest.mark.parametrize("precision", ["auto", "float32"])
def test_the_exact_engine_leaves_the_way_to_the_next(monkeypatch: pytest.MonkeyPatch, precision: str) -> None:
    wrong_in(monkeypatch, "bfloat16", "float32")
    with pytest.raises(EngineError, match="calculates wrongly"):
        OpenVinoRenderer(Request(bust(), precision=precision))


def test_a_puppet_is_not_played_wrongly(monkeypatch: pytest.MonkeyPatch) -> None:
    wrong_in(monkeypatch, "bfloat16", "float32")
    with pytest.raises(EngineError, match="calculates wrongly"):
        PuppetRenderer(Request(bust(), puppet=still_puppet(figure())))


def test_a_puppet_is_played_in_full_precision_where_half_is_wrong(monkeypatch: pytest.MonkeyPatch) -> None:
    wrong_in(monkeypatch, "bfloat16")
    renderer = PuppetRenderer(Request(bust(), puppet=still_puppet(figure())))
    assert renderer.detail == "float32 on CPU"
    renderer.close()


def test_a_device_that_runs_nothing_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: Any) -> None:
        raise RuntimeError("Exception from here:\nno such operation")

    monkeypatch.setattr(ov.Core, "compile_model", refuse)
    with pytest.raises(EngineError, match="cannot run on CPU: no such operation"):
        error(DECODER, CORE, "CPU", "float32")
