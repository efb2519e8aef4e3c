"""Old keys: understood everywhere, with one warning each."""

from __future__ import annotations

from pathlib import Path

import pytest

from vtube.settings import fields, load, parse
from vtube.settings.renamed import RENAMED, with_new_names
from vtube.settings.schema import Settings

KEYS = {".".join(path) for path, _ in fields(Settings)}


@pytest.mark.parametrize(("old", "new"), RENAMED.items())
def test_the_table_leads_from_keys_that_are_gone_to_keys_that_exist(old: str, new: str) -> None:
    assert old not in KEYS
    assert new in KEYS


def test_an_old_key_in_a_file_counts_with_one_warning(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    mine = tmp_path / "mine.yaml"
    mine.write_text("loop: {in_step: false, fps: 60}\n")
    loaded = load(mine)
    assert (loaded.loop.phase_lock, loaded.loop.fps) == (False, 60)
    assert caplog.messages == [
        "the setting loop.in_step is called loop.phase_lock now; the old name is understood until the next release"
    ]


def test_the_new_key_wins_over_the_old_one() -> None:
    assert parse({"loop": {"in_step": True, "phase_lock": False}}).loop.phase_lock is False


def test_whole_sections_move_and_nothing_else_does() -> None:
    values = {"old": {"part": {"x": 1}}, "kept": {"y": 2}}
    renamed = with_new_names(values, {"old.part": "new.part", "gone.z": "new.z"})
    assert renamed == {"kept": {"y": 2}, "new": {"part": {"x": 1}}}
    assert values == {"old": {"part": {"x": 1}}, "kept": {"y": 2}}


@pytest.mark.parametrize("odd", [{"loop": 3}, {"loop": None}, {"loop": ["in_step"]}])
def test_what_is_no_mapping_is_left_to_the_schema(odd: dict[str, object]) -> None:
    assert with_new_names(odd) == odd
