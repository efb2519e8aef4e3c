"""`registry.for_c`: files for libraries that know only the code page."""

from __future__ import annotations

import ctypes
import os
import sys
from pathlib import Path
from typing import Any

import pytest

from vtube.registry import for_c

NAME = Path("C:/太郎/voice.htsvoice")


def never(_: str) -> str:
    pytest.fail("asked for a short name")


def test_a_path_of_plain_letters_stays() -> None:
    assert for_c(Path("C:/taro/voice.htsvoice"), never) == str(Path("C:/taro/voice.htsvoice"))


def test_any_other_gets_its_short_name() -> None:
    assert for_c(NAME, {str(NAME): "C:/A1B2~1/VOICE~1.HTS"}.__getitem__) == "C:/A1B2~1/VOICE~1.HTS"


@pytest.mark.parametrize("short", ["", str(NAME)])
def test_a_drive_without_short_names_is_told(short: str, caplog: pytest.LogCaptureFixture) -> None:
    assert for_c(NAME, lambda _: short) == str(NAME)
    assert "folder of plain letters" in caplog.text


@pytest.mark.skipif(sys.platform == "win32", reason="elsewhere than on Windows paths are bytes")
def test_elsewhere_every_path_stays() -> None:
    assert for_c(NAME) == str(NAME)


@pytest.mark.skipif(sys.platform != "win32", reason="Windows only: C opens it by its short name")
def test_c_opens_it_by_that_name(tmp_path: Path) -> None:
    path = tmp_path / "太郎 é" / "声 é.htsvoice"
    path.parent.mkdir()
    path.write_bytes(b"voice")
    runtime: Any = getattr(ctypes, "CDLL")("ucrtbase")  # noqa: B009
    runtime.fopen.restype = ctypes.c_void_p
    runtime.fclose.argtypes = [ctypes.c_void_p]
    assert not runtime.fopen(os.fsencode(path), b"rb")
    file = runtime.fopen(for_c(path).encode(), b"rb")
    assert file
    runtime.fclose(file)
