"""Where an OpenVINO core comes from."""

from __future__ import annotations

import contextlib
from concurrent.futures import ThreadPoolExecutor

import openvino as ov


def new_core() -> ov.Core:
    """A core with its plugin for the CPU, loaded in a thread of its own.

    On Linux the plugin (2026.4) gives the thread that loads it another stack for signal handlers, and frees that stack
    with the core. Freed by another thread, it stayed in use by the first one: in the main thread the next Ctrl-C or
    SIGTERM was a segmentation fault instead of an end in order. A thread that has ended gets no signals.
    """
    with ThreadPoolExecutor(1, thread_name_prefix="openvino") as apart:
        return apart.submit(_loaded).result()


def _loaded() -> ov.Core:
    core = ov.Core()
    with contextlib.suppress(RuntimeError):  # a build without it: whoever asks for it is told
        core.get_versions("CPU")
    return core
