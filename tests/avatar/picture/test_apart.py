"""Large pictures are prepared in a process of their own: with the same result, the same errors, and an end."""

from __future__ import annotations

import io
import os
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.waiting import eventually
from vtube.avatar.picture import apart, apart_worker
from vtube.avatar.picture.apart import LARGE, Apart, Order
from vtube.avatar.picture.examine import Examined, examine
from vtube.avatar.picture.judge import Judge
from vtube.avatar.picture.prepare import prepare
from vtube.errors import PictureError
from vtube.paths import default_picture

SMALL = 512


def png(width: int = 640, height: int = 640) -> bytes:
    """The default character at another size."""
    file = io.BytesIO()
    with Image.open(default_picture()) as image:
        image.convert("RGBA").resize((width, height)).save(file, "PNG", compress_level=1)
    return file.getvalue()


@pytest.fixture(autouse=True)
def no_weights(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The networks do not look, here nor in a process that is started."""
    monkeypatch.setenv("VTUBE_MODELS", str(tmp_path))
    assert not Judge().can_look


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """The processes that were started."""
    begun: list[object] = []
    really = subprocess.Popen

    def start(*arguments: object, **options: object) -> object:
        begun.append(really(*arguments, **options))  # type: ignore[call-overload]
        return begun[-1]

    monkeypatch.setattr(apart.subprocess, "Popen", start)  # type: ignore[attr-defined]
    return begun


def test_it_comes_out_as_it_would_here_and_is_remembered(started: list[object]) -> None:
    picture, here = png(), prepare(png(), "ilta.png")
    there = Apart(large=SMALL)
    examined = there.examine(picture, "ilta.png")
    shown = there.prepare(picture, "again.png")
    assert len(started) == 1
    assert examined.notes == examine(picture, "ilta.png").notes
    assert np.array_equal(shown.frame, here.frame) and np.array_equal(shown.source, here.source)
    assert shown.name == "again.png" and shown.notes == here.notes and shown.digest == here.digest
    there.prepare(picture, "head.png", here.head)
    assert len(started) == 2


def test_small_pictures_and_what_is_none_start_no_process(started: list[object]) -> None:
    assert Apart().prepare(png(), "ilta.png").name == "ilta.png"
    for nonsense in (b"", b"no picture", png()[:30]):
        with pytest.raises(PictureError):
            Apart().prepare(nonsense, "x.png")
    assert started == [] and LARGE >= 2048 * 2048


def test_errors_are_those_that_it_has_here() -> None:
    damaged = png()[:-5000]
    with pytest.raises(PictureError) as here:
        prepare(damaged, "x.png")
    with pytest.raises(PictureError) as there:
        Apart(large=SMALL).prepare(damaged, "x.png")
    assert str(here.value) == str(there.value)


def test_the_end_of_the_program_ends_it(started: list[subprocess.Popen[bytes]]) -> None:
    there, said = Apart(large=SMALL), []

    def work() -> None:
        with pytest.raises(PictureError, match=r"the program ends$") as told:
            there.examine(png(2000, 2000), "x.png")
        said.append(str(told.value))

    thread = threading.Thread(target=work)
    thread.start()
    assert eventually(lambda: started)
    there.close()
    thread.join(30)
    assert said and started[0].returncode is not None
    with pytest.raises(PictureError, match="the program ends"):
        there.prepare(png(), "x.png")


def test_a_process_that_is_killed_is_told_of_and_what_cannot_start_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(apart, "MODULE", "vtube.no_such_module")
    with pytest.raises(PictureError, match=r"its process ended with .*save it smaller"):
        Apart(large=SMALL).prepare(png(), "x.png")
    monkeypatch.setattr(sys, "executable", os.devnull)
    with pytest.raises(PictureError, match="cannot be prepared"):
        Apart(large=SMALL).prepare(png(), "x.png")


def test_no_memory_is_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    def hungry(*_: object) -> None:
        raise MemoryError

    monkeypatch.setattr(apart_worker, "prepare", hungry)
    told = apart_worker.result(Order(b"", "x.png", None, is_drawn=False))
    assert isinstance(told, PictureError) and "memory" in str(told)
    assert isinstance(apart_worker.result(Order(png(), "x.png", None, is_drawn=True)), Examined)
