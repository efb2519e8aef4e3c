from __future__ import annotations

import sys
from typing import Any

import pytest

from vtube.avatar import registry
from vtube.avatar.engines.request import Request
from vtube.avatar.picture.character import Character
from vtube.avatar.registry import create_renderer
from vtube.avatar.still import StillRenderer
from vtube.errors import EngineError
from vtube.frame import blank

CHARACTER = Character.of(blank())


def refusing(reason: Exception) -> Any:
    def factory(_: Request) -> Any:
        raise reason

    return factory


def works(request: Request) -> StillRenderer:
    return StillRenderer(request.character, request.precision)


def test_an_engine_by_name_gets_the_request(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(registry.ENGINES, "torch", works)
    renderer = create_renderer("torch", CHARACTER, precision="bfloat16")
    assert renderer.detail == "bfloat16"


def test_auto_goes_on_to_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "torch_has_gpu", lambda: False)
    monkeypatch.setitem(registry.ENGINES, "openvino", refusing(ImportError("No module named 'openvino'")))
    monkeypatch.setitem(registry.ENGINES, "torch", works)
    assert create_renderer("auto", CHARACTER).name == "still"


def test_when_none_runs_each_reason_is_named_in_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(registry.ENGINES, "openvino", refusing(EngineError("no such processor")))
    monkeypatch.setitem(registry.ENGINES, "torch", refusing(ImportError("No module named 'torch'")))
    with pytest.raises(EngineError) as caught:
        create_renderer("auto", CHARACTER)
    message = str(caught.value)
    assert "openvino: no such processor" in message and "torch: not installed" in message
    assert "\n" not in message


def test_unknown_engines_are_refused() -> None:
    with pytest.raises(EngineError, match="openvino, torch"):
        create_renderer("abacus", CHARACTER)


@pytest.mark.parametrize("gpu, first", [(True, "torch"), (False, "openvino")])
def test_a_gpu_decides_who_is_first(gpu: bool, first: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "torch_has_gpu", lambda: gpu)
    assert registry.automatic_order()[0] == first


def test_without_a_driver_torch_is_not_even_imported(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "_gpu_driver", lambda: False)
    monkeypatch.setitem(sys.modules, "torch", None)
    assert not registry.torch_has_gpu()


def test_a_driver_without_torch_is_no_gpu(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "_gpu_driver", lambda: True)
    monkeypatch.setitem(sys.modules, "torch", None)
    assert not registry.torch_has_gpu()
