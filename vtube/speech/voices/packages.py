"""Packages that only one voice needs."""

from __future__ import annotations

import contextlib
import importlib
import io
from typing import Any

from vtube.errors import SpeechError


def package(module: str, name: str, who: str) -> Any:
    """The module `module` of the package `name`; what it prints while it loads is nobody's business.

    Raises:
        SpeechError: it is not installed or does not load; the message says what to install.
    """
    try:
        with contextlib.redirect_stdout(io.StringIO()):
            return importlib.import_module(module)
    except ImportError as error:
        missing = isinstance(error, ModuleNotFoundError) and error.name == module
        why = "" if missing else f" ({error})"
        raise SpeechError(f"{who} needs one more package: pip install {name}{why}") from None
