from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from tests.waiting import eventually
from vtube.errors import SettingsError
from vtube.frame import blank
from vtube.outputs.group import OutputGroup
from vtube.scene.background import Background
from vtube.settings import parse
from vtube.studio.air import FOLDER, Air, Recorder


@pytest.fixture
def group() -> OutputGroup:
    return OutputGroup(parse({"outputs": ["null"], "scene": {"width": 64, "height": 64}}), Background("green", 64, 64))


def test_a_recording_lies_in_the_user_s_own_folder_named_by_its_time(
    group: OutputGroup, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("VTUBE_HOME", str(tmp_path))
    recorder = Recorder(group, lambda: datetime(2026, 1, 2, 3, 4, 5))
    assert recorder.status() is None
    path = Path(recorder.start("mkv"))
    assert path == tmp_path / FOLDER / "2026-01-02 03.04.05.mkv"
    group.submit(blank(64, 64), 0.0)
    recorder.stop()
    assert eventually(lambda: (status := recorder.status()) is not None and status["state"] == "closed")
    assert path.stat().st_size > 0
    group.close()


def test_a_client_names_a_kind_of_video_and_never_a_path(group: OutputGroup) -> None:
    for kind in ("../evil.mov", "png", ""):
        with pytest.raises(SettingsError, match="a recording is mov"):
            Recorder(group).start(kind)


def test_air_is_the_outputs_own(group: OutputGroup) -> None:
    air = Air(group)
    assert air.on
    air.put(False)
    assert not air.on
    assert not group.on_air
