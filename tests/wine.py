"""Windows Python under Wine (`.ci/windows`): near to Windows, with gaps of its own."""

import ctypes
import sys

import pytest


def on_wine() -> bool:
    """Whether this is Wine and not Windows."""
    return sys.platform == "win32" and hasattr(ctypes.WinDLL("ntdll"), "wine_get_version")


def wine_cannot(reason: str) -> pytest.MarkDecorator:
    """Skip a test of something that Windows does and Wine does not."""
    return pytest.mark.skipif(on_wine(), reason=f"Wine: {reason}")
