from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path

import pytest

from vtube.audio.voice_memory import VoiceMemory
from vtube.clips.shelf import ABOUT, Shelf
from vtube.motion.neutral_faces import NeutralFaceStore
from vtube.motion.own_expressions import OwnExpressions
from vtube.settings import SavedSettings
from vtube.settings.complaints import complain, complaining
from vtube.triggers.links import Links
from vtube.vts_api.plugins import Plugins

log = logging.getLogger("vtube.files")


def test_the_same_is_said_of_a_file_once_and_again_when_it_was_well_between(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    one, other = tmp_path / "one", tmp_path / "other"
    for path, text in ((one, "100 % broken"), (one, "100 % broken"), (other, "100 % broken"), (one, "gone")):
        complain(log, path, text)
    for path in (one, tmp_path / "never heard of"):
        with complaining(log, path, "cannot be read", OSError):
            pass
    complain(log, one, "gone")
    assert caplog.messages == ["100 % broken", "100 % broken", "gone", "gone"]


def test_only_the_errors_that_are_named_are_said_and_no_others(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with complaining(log, tmp_path, "it cannot be read", OSError, ValueError):
        raise ValueError("too large")
    assert caplog.messages == ["it cannot be read: too large"]
    with pytest.raises(KeyError), complaining(log, tmp_path, "it cannot be read", OSError):
        raise KeyError("name")


READERS: dict[str, Callable[[Path], object]] = {
    "voice levels": VoiceMemory,
    "neutral faces": NeutralFaceStore,
    "plug-ins": Plugins,
    "links": Links,
    "own expressions": lambda path: OwnExpressions(path, lambda _: None),
    "saved settings": lambda path: SavedSettings(path).read(),
}


@pytest.mark.parametrize("read", READERS.values(), ids=READERS)
def test_of_a_damaged_file_that_several_read_one_line_is_said(
    read: Callable[[Path], object], tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "kept.json"
    path.write_text("{ damaged", encoding="utf-8")
    read(path)
    read(path)
    assert len(caplog.messages) == 1
    assert str(path) in caplog.text


def test_of_a_clip_that_cannot_be_read_one_line_is_said(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    folder = tmp_path / "20260101-000000-abcdef"
    folder.mkdir()
    (folder / ABOUT).write_text("{ damaged", encoding="utf-8")
    for _ in range(2):
        assert Shelf(tmp_path).all() == []
    assert len(caplog.messages) == 1
