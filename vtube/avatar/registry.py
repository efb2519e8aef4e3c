"""The engines by name, and the choice among them.

A new engine is one file and one line in `ENGINES`. Engines are imported when they are asked for: torch takes
seconds to import.
"""

from __future__ import annotations

import ctypes
import logging
import platform
from collections.abc import Callable
from pathlib import Path

from vtube.avatar.base import Renderer
from vtube.avatar.engines.request import Request
from vtube.avatar.picture.character import Character
from vtube.avatar.puppet.file import Puppet
from vtube.errors import EngineError

_log = logging.getLogger(__name__)

Factory = Callable[[Request], Renderer]
OPTIONAL = {"puppet"}
"""Engines that nobody misses when `auto` goes on to the next."""


def create_renderer(
    engine: str,
    character: Character,
    *,
    variant: str = "auto",
    precision: str = "auto",
    device: str = "auto",
    threads: int = 0,
    models: Path | None = None,
    live: bool = False,
    puppet: Puppet | None = None,
) -> Renderer:
    """A renderer of `character` by the engine of that name, or the best here.

    `auto` takes torch where it has a GPU, else openvino, else torch; `live`, for a picture that has to keep up with
    a face, it takes a puppet before a processor's exact engine, if one was baked.

    `puppet`: the character's, where somebody has opened its file already.

    Raises:
        EngineError: no such engine, or none runs here; one line with each engine's own reason.
        ModelError: the weights are missing and cannot be fetched.
    """
    request = Request(character, variant, precision, device, threads, models, puppet)
    if engine != "auto" and engine not in ENGINES:
        raise EngineError(f"there is no engine {engine!r}; there are {', '.join(ENGINES)}")
    reasons = []
    for name in automatic_order(live) if engine == "auto" else [engine]:
        try:
            return ENGINES[name](request)
        except EngineError as error:
            reasons.append(f"{name}: {error}")
        except ImportError as error:
            reasons.append(f"{name}: not installed ({error})")
        _log.log(logging.DEBUG if name in OPTIONAL else logging.INFO, "engine %s", reasons[-1])
    raise EngineError("no engine runs here: " + "; ".join(reasons))


def automatic_order(live: bool = False) -> list[str]:
    """Engines in the order in which `auto` tries them."""
    if torch_has_gpu():
        return ["torch", "openvino"]
    return [*(["puppet"] if live else []), "openvino", "torch"]


def torch_has_gpu() -> bool:
    """Whether torch can use a GPU; answers without importing torch where no driver is installed."""
    if not _gpu_driver():
        return False
    try:
        import torch
    except ImportError:
        return False
    return torch.cuda.is_available() or torch.backends.mps.is_available()


def _gpu_driver() -> bool:
    if platform.system() == "Darwin":
        return platform.machine() == "arm64"
    try:
        ctypes.CDLL("nvcuda.dll" if platform.system() == "Windows" else "libcuda.so.1")
    except OSError:
        return False
    return True


def _openvino(request: Request) -> Renderer:
    from vtube.avatar.engines.openvino_engine import OpenVinoRenderer

    return OpenVinoRenderer(request)


def _torch(request: Request) -> Renderer:
    from vtube.avatar.engines.torch_engine import TorchRenderer

    return TorchRenderer(request)


def _puppet(request: Request) -> Renderer:
    from vtube.avatar.engines.puppet_engine import PuppetRenderer

    return PuppetRenderer(request)


ENGINES: dict[str, Factory] = {"openvino": _openvino, "torch": _torch, "puppet": _puppet}
