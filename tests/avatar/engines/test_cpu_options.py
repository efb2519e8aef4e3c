"""Every model on the CPU is compiled without OpenVINO's cache of executors."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openvino as ov
import pytest

from tests.avatar.puppet_fixtures import bust, figure, still_puppet
from tests.avatar.random_weights import install, random_weights
from vtube.avatar.engines.openvino_engine import OpenVinoRenderer
from vtube.avatar.engines.puppet_engine import PuppetRenderer
from vtube.avatar.engines.request import Request


@pytest.fixture
def used(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[dict[str, Any]]]:
    """The options of each compilation."""
    options: list[dict[str, Any]] = []
    inner = ov.Core.compile_model

    def compile_model(core: ov.Core, model: ov.Model, device: str, config: dict[str, Any]) -> Any:
        options.append(config)
        return inner(core, model, device, config)

    monkeypatch.setattr(ov.Core, "compile_model", compile_model)
    yield options


def test_a_puppet_mixes_no_convolutions_up(used: list[dict[str, Any]]) -> None:
    PuppetRenderer(Request(bust(), puppet=still_puppet(figure()))).close()
    assert used and all(options["CPU_RUNTIME_CACHE_CAPACITY"] == "0" for options in used)


def test_the_exact_engine_mixes_no_convolutions_up(tmp_path: Path, used: list[dict[str, Any]]) -> None:
    install(tmp_path, "separable_float", random_weights(True))
    OpenVinoRenderer(Request(bust(), precision="float32", models=tmp_path)).close()
    assert len(used) >= 4 and all(options["CPU_RUNTIME_CACHE_CAPACITY"] == "0" for options in used)
