from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from itertools import product
from typing import Any, get_args

import pytest

from tests.fakes import in_place_of
from vtube.avatar import registry
from vtube.avatar.engines.request import Request
from vtube.avatar.picture.character import Character
from vtube.avatar.registry import create_renderer
from vtube.avatar.still import StillRenderer
from vtube.errors import EngineError, PackageMissingError
from vtube.frame import blank
from vtube.settings import AvatarSettings
from vtube.spec import Spec

CHARACTER = Character.of(blank())


Put = Callable[[str, Callable[[Spec, Request], Any]], None]


@pytest.fixture
def put() -> Iterator[Put]:
    """Lets the engine of a name be another one for the test."""
    with ExitStack() as stack:
        yield lambda name, make: stack.enter_context(in_place_of(registry.ENGINES, name, make))


def refusing(reason: Exception) -> Any:
    def factory(*_: object) -> Any:
        raise reason

    return factory


def works(_: Spec, request: Request) -> StillRenderer:
    return StillRenderer(request.character, request.precision)


def test_an_engine_by_name_gets_the_request(put: Put) -> None:
    put("torch", works)
    renderer = create_renderer("torch", CHARACTER, precision="bfloat16")
    assert renderer.detail == "bfloat16"


def test_auto_goes_on_to_the_next(monkeypatch: pytest.MonkeyPatch, put: Put) -> None:
    monkeypatch.setattr(registry, "torch_has_gpu", lambda: False)
    put("openvino", refusing(ImportError("No module named 'openvino'")))
    put("torch", works)
    assert create_renderer("auto", CHARACTER).name == "still"


def test_when_none_runs_each_reason_is_named_in_one_line(put: Put) -> None:
    put("openvino", refusing(EngineError("no such processor")))
    put("torch", refusing(ImportError("No module named 'torch'")))
    with pytest.raises(EngineError) as caught:
        create_renderer("auto", CHARACTER)
    message = str(caught.value)
    assert "openvino: no such processor" in message and "torch: not installed" in message
    assert "\n" not in message


def test_unknown_engines_are_refused() -> None:
    with pytest.raises(EngineError, match="auto, openvino, puppet, torch"):
        create_renderer("abacus", CHARACTER)
    with pytest.raises(EngineError, match="did you mean 'openvino'"):
        create_renderer("openvno", CHARACTER)


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


def test_a_package_that_another_engine_lacks_is_a_reason_like_any_other(put: Put) -> None:
    put("torch", refusing(PackageMissingError("moon needs the package moonlight")))
    with pytest.raises(EngineError, match="torch: moon needs the package moonlight"):
        create_renderer("torch", CHARACTER)


def test_the_setting_takes_every_engine_of_ours() -> None:
    ours = {one.name for one in registry.ENGINES if one.load().__module__.startswith("vtube.")}
    assert set(get_args(AvatarSettings.model_fields["engine"].annotation)) == {"auto", *ours}


def test_automatic_takes_what_there_is(monkeypatch: pytest.MonkeyPatch) -> None:
    for gpu, live in product((True, False), repeat=2):
        monkeypatch.setattr(registry, "torch_has_gpu", lambda gpu=gpu: gpu)
        assert set(registry.automatic_order(live)) <= set(registry.ENGINES.names())
