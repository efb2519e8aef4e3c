"""Clips as a running camera makes them: real files, a real child process, a small picture."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import av
import pytest
from numpy.typing import NDArray
from PIL import Image

from tests.audio.test_file import write_wav
from tests.clips.hurry import in_a_hurry
from tests.waiting import eventually
from vtube.clips.shelf import Shelf
from vtube.errors import AudioError, PictureError, SettingsError, VtubeError
from vtube.paths import default_picture
from vtube.settings import Settings, parse
from vtube.studio.pipeline import Studio

SMALL = {"size": "128", "fps": 10.0}


def settings(folder: Path) -> Settings:
    """Those of a camera whose voice is a program that writes the same tone for everything."""
    write_wav(folder / "tone.wav", 24_000, 1, 0.6)
    copy = f"import shutil, sys; shutil.copy({str(folder / 'tone.wav')!r}, sys.argv[1])"
    return parse(
        {
            "tracking": ["none"],
            "outputs": ["null"],
            "server": {"port": 0},
            "speech": {"voice": "command", "command": [sys.executable, "-c", copy, "{out}", "{text}"]},
        }
    )


@pytest.fixture
def studio(tmp_path: Path) -> Iterator[Studio]:
    """A camera that is not opened."""
    with in_a_hurry():
        made = Studio(settings(tmp_path))
        yield made
        made.close()


def finished(studio: Studio, clip: dict[str, Any]) -> dict[str, Any]:
    def now() -> dict[str, Any]:
        return studio.clips.get(clip["id"]) or {}

    assert eventually(lambda: now()["state"] in ("done", "failed"), 60.0), now()
    return now()


def frames(path: Path, form: str = "rgb24") -> list[NDArray[Any]]:
    with av.open(str(path)) as file:
        return [frame.to_ndarray(format=form) for frame in file.decode(video=0)]


def test_a_text_becomes_a_video_with_its_settings_beside(studio: Studio) -> None:
    order = {"text": "[joy] Hello there!", "emotion": "joy", "frame": "face", "name": "Hello", **SMALL}
    asked = studio.clips.make({**order, "background": "#ff0000"})
    clip = finished(studio, asked)
    assert (clip["state"], clip["error"], clip["file_name"]) == ("done", "", "Hello.mp4")
    assert clip["settings"]["emotion"] == "joy"
    assert clip["size_bytes"] > 1000
    found = studio.clips.video(asked["id"])
    assert found is not None
    path, name = found
    assert name == "Hello.mp4"
    pictures = frames(path)
    assert pictures[0].shape == (128, 128, 3)
    assert len(pictures) == round(clip["seconds"] * 10)
    assert 1.5 <= clip["seconds"] < 3.0
    corner = pictures[0][2, 2].astype(int)
    assert corner[0] > 200
    assert corner[1:].max() < 60
    assert studio.control.state()["clips"]["active"] is None
    assert studio.clips.all()[0]["id"] == asked["id"]
    studio.clips.remove(asked["id"])
    assert not path.parent.exists()


def test_a_sound_becomes_a_transparent_video(studio: Studio, tmp_path: Path) -> None:
    key, file = studio.clips.new_sound("voice.wav")
    with file:
        file.write(write_wav(tmp_path / "voice.wav", 48_000, 1, 1.0).read_bytes())
    assert studio.clips.keep_sound(key) == pytest.approx(1.0, abs=0.01)
    clip = finished(studio, studio.clips.make({"sound": key, "kind": "mkv", **SMALL}))
    assert clip["error"] == ""
    found = studio.clips.video(clip["id"])
    assert found is not None
    pictures = frames(found[0], "rgba")
    assert len(pictures) == 10
    assert pictures[0][0, 0, 3] == 0


def test_a_preview_is_the_beginning_and_small(studio: Studio, tmp_path: Path) -> None:
    key, file = studio.clips.new_sound("long.wav")
    with file:
        file.write(write_wav(tmp_path / "long.wav", 48_000, 1, 20.0).read_bytes())
    clip = finished(studio, studio.clips.make({"sound": key, "size": "1920x1080", "fps": 5.0, "preview": True}))
    assert clip["error"] == ""
    assert clip["seconds"] == 8.0
    found = studio.clips.video(clip["id"])
    assert found is not None
    assert frames(found[0])[0].shape == (270, 480, 3)


def test_a_clip_shows_the_one_on_air_or_one_of_the_wardrobe(studio: Studio, tmp_path: Path) -> None:
    _other().save(tmp_path / "other.png")
    studio.control.wardrobe.keep("Other", (tmp_path / "other.png").read_bytes(), force=True)
    key, file = studio.clips.new_sound("a.wav")
    with file:
        file.write(write_wav(tmp_path / "a.wav", 48_000, 1, 0.2).read_bytes())
    order = {"sound": key, "frame": "full", "background": "#000000", **SMALL}
    own = studio.clips.make(order)
    folder = Shelf().folder / own["id"]
    assert json.loads((folder / "character" / "character.json").read_text())["digest"] == (
        studio.character.character.digest
    )
    studio.clips.stop(own["id"])
    other = studio.clips.make({**order, "character": "Other"})
    kept = json.loads((Shelf().folder / other["id"] / "character" / "character.json").read_text())
    assert kept["digest"] != studio.character.character.digest


def _other() -> Image.Image:
    with Image.open(default_picture()) as picture:
        return picture.convert("RGBA").transpose(Image.Transpose.FLIP_LEFT_RIGHT)


@pytest.mark.parametrize(
    ("values", "kind", "line"),
    [
        ({"text": "Hi", "emotion": "jooy"}, SettingsError, "joy"),
        ({"text": "Hi", "voice": "openjtakl"}, SettingsError, "openjtalk"),
        ({"text": "***"}, SettingsError, "nothing to say"),
        ({"sound": "20260101-000000-abcdef.wav"}, SettingsError, "there is no sound"),
        ({"text": "Hi", "character": "Nobody"}, PictureError, "the wardrobe is empty"),
    ],
)
def test_what_does_not_exist_is_refused_before_anything_begins(
    studio: Studio, values: dict[str, Any], kind: type[VtubeError], line: str
) -> None:
    with pytest.raises(kind, match=line):
        studio.clips.make(values)
    assert studio.clips.all() == []
    assert not list(Shelf().folder.glob("2*"))


def test_what_is_no_sound_is_told_and_gone(studio: Studio) -> None:
    key, file = studio.clips.new_sound("notes.txt")
    with file:
        file.write(b"these are notes" * 100)
    with pytest.raises(AudioError, match="cannot read the sound"):
        studio.clips.keep_sound(key)
    assert list((Shelf().folder / "sounds").iterdir()) == []


def test_a_voice_that_fails_is_the_reason(studio: Studio, tmp_path: Path) -> None:
    (tmp_path / "tone.wav").write_bytes(b"no sound")
    clip = finished(studio, studio.clips.make({"text": "Hello there!", **SMALL}))
    assert clip["state"] == "failed"
    assert "Hello there!" in clip["error"]


def test_the_settings_of_now_are_those_of_the_clip_without_secrets(studio: Studio) -> None:
    clip = studio.clips.make({"text": "Hello there!", **SMALL})
    studio.clips.stop(clip["id"])
    kept = json.loads((Shelf().folder / clip["id"] / "settings.yaml").read_text())
    assert kept["speech"]["voice"] == "command"
    assert "token" not in kept["server"]
