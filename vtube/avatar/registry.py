"""The engines by name, and the choice among them.

A new engine is one file and one line in `ENGINES`. Engines are imported when they are asked for: torch takes
seconds to import.
"""

from __future__ import annotations

import ctypes
import logging
import platform
from pathlib import Path

from vtube.avatar.base import Renderer
from vtube.avatar.engines.request import Request
from vtube.avatar.picture.character import Character
from vtube.avatar.puppet.file import Puppet
from vtube.errors import EngineError, PackageMissingError, refusing
from vtube.registry import Entry, Registry, lacking
from vtube.spec import Spec
from vtube.text import unknown

log = logging.getLogger(__name__)

AUTO = "auto"
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
    check_engine(engine)
    request = Request(character, variant, precision, device, threads, models, puppet)
    reasons = []
    for name in automatic_order(live) if engine == AUTO else [engine]:
        try:
            return start_engine(name, request)
        except (EngineError, PackageMissingError) as error:
            reasons.append(f"{name}: {error}")
        except ImportError as error:
            reasons.append(f"{name}: not installed ({error})")
        log.log(logging.DEBUG if name in OPTIONAL else logging.INFO, "engine %s", reasons[-1])
    raise EngineError("no engine runs here: " + "; ".join(reasons))


def choices() -> list[str]:
    """What `--engine` may be: `auto` and every engine."""
    return [AUTO, *ENGINES.names()]


def check_engine(name: str) -> None:
    """Refuse what is neither `auto` nor an engine whose packages are here, before anything is fetched for it.

    Raises:
        EngineError: there is no such engine; the message offers the nearest name and lists all.
        PackageMissingError: what it needs is not installed; the message says how to get it.
    """
    if name == AUTO:
        return
    with refusing(name, "avatar.engine"):
        if name not in ENGINES:
            raise EngineError(unknown("engine", name, choices()))
        entry = ENGINES.entry(name)
        if entry.extra and entry.missing:
            raise lacking(f"the engine {name}", entry.extra, entry.missing[0])


def start_engine(name: str, request: Request) -> Renderer:
    """The engine of that name with the character it is asked for.

    Raises:
        EngineError: it does not run here.
        ImportError: what it needs is not installed.
        PackageMissingError: the same, with how to get it.
        ModelError: the weights are missing and cannot be fetched.
    """
    check_engine(name)
    entry = ENGINES.entry(name)
    return entry.load()(Spec(entry.name), request)


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


def _openvino(_: Spec, request: Request) -> Renderer:
    from vtube.avatar.engines.openvino_engine import OpenVinoRenderer

    return OpenVinoRenderer(request)


def _torch(_: Spec, request: Request) -> Renderer:
    from vtube.avatar.engines.torch_engine import TorchRenderer

    return TorchRenderer(request)


def _puppet(_: Spec, request: Request) -> Renderer:
    from vtube.avatar.engines.puppet_engine import PuppetRenderer

    return PuppetRenderer(request)


ENGINES: Registry[Request, Renderer] = Registry(
    "engine",
    "vtube.engines",
    [
        Entry("openvino", _openvino, "the networks on a processor"),
        Entry("torch", _torch, "the networks on a graphics card, or on a processor", "", "torch", ("torch",)),
        Entry("puppet", _puppet, "a baked puppet of the picture, quick on any processor"),
    ],
    ("avatar.engine",),
)
