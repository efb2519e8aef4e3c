"""Clips and sounds in a folder, within bounds."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from vtube.clips import shelf as shelf_module
from vtube.clips.clip import Clip
from vtube.clips.order import Order
from vtube.clips.shelf import ABOUT, KEY, Shelf, new_key
from vtube.errors import OutputError


def kept(shelf: Shelf, state: str = "done", **order: object) -> Clip:
    clip = Clip.from_json({"key": new_key(), "made": 1.0, "order": {"text": "Hi", **order}, "state": "done"})
    shelf.write(clip, clip.file_name, "video")
    values = {**clip.to_json(), "state": state}
    shelf.write(clip, ABOUT, json.dumps(values))
    return clip


def test_a_key_sorts_by_time_and_is_no_path() -> None:
    assert KEY.fullmatch(new_key())
    assert new_key(0.0) < new_key(100_000.0)


def test_what_was_being_made_is_interrupted_at_the_next_start(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path)
    states = {kept(shelf, state).key: state for state in ("waiting", "working", "done", "failed", "stopped")}
    found = {clip.key: clip.state for clip in Shelf(tmp_path).all()}
    after = {"waiting": "interrupted", "working": "interrupted"}
    assert found == {key: after.get(state, state) for key, state in states.items()}


def test_what_another_program_makes_is_its_own_until_that_ends(tmp_path: Path) -> None:
    other, here = Shelf(tmp_path), Shelf(tmp_path)
    working, preview = kept(other, "working"), kept(other, "working", preview=True)
    for clip in (working, preview):
        assert other.claims.take(clip.key)
        assert not here.claims.take(clip.key)
    (found,) = here.all()
    assert (found.key, found.state, found.elsewhere) == (working.key, "working", True)
    assert here.one(working.key) == found
    assert here.one(preview.key) is None
    assert other.path(preview).exists()
    other.claims.release_all()
    assert [clip.state for clip in here.all()] == ["interrupted"]
    assert not other.path(preview).exists()


def test_a_folder_that_is_about_to_be_filled_is_no_damaged_clip(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / new_key()).mkdir()
    assert Shelf(tmp_path).all() == []
    assert not caplog.records


def test_previews_do_not_outlive_the_program(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path)
    preview = kept(shelf, preview=True)
    assert shelf.all() == []
    assert not shelf.path(preview).exists()


def test_a_clip_that_was_watched_when_it_was_removed_goes_at_the_next_start(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    shelf = Shelf(tmp_path)
    clip = kept(shelf)
    with shelf.video(clip).open("rb"):
        shelf.remove(clip.key)
        assert shelf.all() == []
    assert Shelf(tmp_path).all() == []
    assert not shelf.path(clip).exists()
    assert not caplog.records


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"key": 1, "made": "x", "order": {}}', "\x00"])
def test_a_clip_that_is_damaged_does_not_hide_the_others(tmp_path: Path, text: str) -> None:
    shelf = Shelf(tmp_path)
    good, bad = kept(shelf), kept(shelf)
    shelf.path(bad, ABOUT).write_text(text)
    (tmp_path / "a note of my own.txt").write_text("hello")
    assert [clip.key for clip in shelf.all()] == [good.key]


def test_a_clip_whose_video_is_gone_says_so(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path)
    clip = kept(shelf)
    shelf.video(clip).unlink()
    (found,) = shelf.all()
    assert (found.state, found.error) == ("failed", "its video is gone")


def test_there_is_room_for_so_many_clips(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shelf_module, "MOST_CLIPS", 2)
    shelf = Shelf(tmp_path / "not there yet")
    shelf.check_room([kept(shelf), kept(shelf, preview=True)])
    with pytest.raises(OutputError, match="2 clips are kept already"):
        shelf.check_room([kept(shelf), kept(shelf)])
    with pytest.raises(OutputError, match="GB left; a clip needs"):
        shelf.check_room(least=1 << 60)


def test_a_sound_is_found_by_its_key_alone(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path)
    key, file = shelf.new_sound(".WAV")
    with file:
        file.write(b"RIFF")
    assert key.endswith(".wav")
    assert shelf.sound(key) == tmp_path / "sounds" / key
    (tmp_path / "secret").write_text("")
    for wrong in ("", "..", f"{new_key()}/../../secret", "../secret", f"../sounds/{key}", new_key()):
        assert shelf.sound(wrong) is None
    odd, file = shelf.new_sound(".a/../b")
    file.close()
    assert KEY.fullmatch(odd)


def test_old_sounds_go_but_those_of_clips_stay(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path)
    keys = []
    for number in range(4):
        (tmp_path / "sounds").mkdir(exist_ok=True)
        keys.append(new_key(number * 1000.0))
        (tmp_path / "sounds" / keys[-1]).write_bytes(b"sound")
    clip = Clip(new_key(), 1.0, Order(sound=keys[0]))
    shelf.tidy_sounds([clip], most=2)
    assert [shelf.sound(key) is not None for key in keys] == [True, False, True, True]
