"""One picture of an anime character in; a live, talking virtual camera out.

For programs of your own: `Camera`, a running camera, and `render_still`, a picture in a pose. Both are loaded when they
are first asked for, so that `import vtube` is fast. The rooms and what each promises: CONTRIBUTING.md.
"""

import os
import sys

if sys.argv[:1] == ["-m"]:  # `python -m vtube` is just beginning: from here on Ctrl-C is no traceback
    import _signal  # there from the start; `signal` takes milliseconds

    _signal.signal(_signal.SIGINT, lambda *_: os._exit(130))
    if os.name != "nt":
        _signal.pthread_sigmask(_signal.SIG_UNBLOCK, {_signal.SIGINT})  # see `vtube.cli.interrupts.held_back`

# Without this, every import of openvino reports itself to Google Analytics, under a number that it keeps in the user's
# home; without the package it reports nothing.
sys.modules.setdefault("openvino_telemetry", None)  # type: ignore[arg-type]
# And onnxruntime (1.32) itself to Microsoft, under a number in the user's home, too.
os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")

__version__ = "0.1.0"

__all__ = ["Camera", "__version__", "render_still"]

_LAZY = {"Camera": ".studio.camera", "render_still": ".studio.still"}


def __getattr__(name: str) -> object:
    """What is public and lies deeper, imported at the first use."""
    if name not in _LAZY:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    import importlib

    return getattr(importlib.import_module(_LAZY[name], __name__), name)


def __dir__() -> list[str]:
    """What a program may use."""
    return sorted(__all__)


def _load_visual_cpp() -> None:
    """Load Microsoft's C++ runtime from the package msvc-runtime where Windows itself has none.

    openvino, torch, onnxruntime and pyvirtualcam expect it, and Windows looks for it beside python.exe and in its own
    folders only. What is loaded once is found by its name.
    """
    import contextlib
    import ctypes
    import sysconfig

    names = "vcruntime140_1.dll", "msvcp140.dll", "msvcp140_atomic_wait.dll"  # each needs those before it
    load = ctypes.WinDLL
    try:
        for name in names:
            load(name)
    except OSError:
        target = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))  # of pip install --target
        places = [sysconfig.get_path("data"), sysconfig.get_path("data", os.name + "_user"), target]
        folders = [os.path.join(place, *below) for place in places for below in ((), ("Scripts",))]
        paths = [os.path.join(folder, name) for name in names for folder in folders]
        for path in filter(os.path.isfile, paths):
            with contextlib.suppress(OSError):  # whoever needs it says so, in words of its own
                load(path)


if sys.platform == "win32":
    _load_visual_cpp()


class _Moved:
    """Asked last of all for a module: modules that moved answer to their old names, see `vtube.moved`."""

    @staticmethod
    def find_spec(fullname: str, _path: object = None, _target: object = None) -> object:
        """The spec of a module that moved, None for any other."""
        if not fullname.startswith("vtube."):
            return None
        from vtube.moved import find_spec

        return find_spec(fullname)


sys.meta_path.append(_Moved)  # type: ignore[arg-type]  # its types would cost every start an import


class _LeavesEnvironment:
    """Asked first for cv2, which sets LD_LIBRARY_PATH as it is loaded, and has it set back.

    It does so for programs that are started later, all of which would look for libraries in their working folder, too.
    """

    @classmethod
    def find_spec(cls, fullname: str, path: object = None, target: object = None) -> object:
        """The spec of cv2 as the other finders know it, None for any other module."""
        others = [one for one in sys.meta_path if one is not cls] if fullname == "cv2" else []
        spec = next((found for one in others if (found := one.find_spec(fullname, path, target))), None)
        if spec is None or spec.loader is None:
            return spec
        load, name = spec.loader.exec_module, "LD_LIBRARY_PATH"

        def exec_module(module: object) -> None:
            before = os.environ.get(name)
            try:
                load(module)
            finally:
                os.environ.pop(name, None)
                os.environ.update({} if before is None else {name: before})

        spec.loader.exec_module = exec_module
        return spec


if os.name != "nt":
    sys.meta_path.insert(0, _LeavesEnvironment)
