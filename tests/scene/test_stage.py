"""The scene while the camera runs: changed as a whole or not at all."""

from __future__ import annotations

import numpy as np
import pytest

from vtube.errors import SettingsError
from vtube.frame import blank
from vtube.scene.stage import Stage
from vtube.settings import SceneSettings, Settings


def test_a_change_counts_when_it_is_committed() -> None:
    stage = Stage(SceneSettings(background="#102030"))
    commit = stage.prepare(Settings(scene=SceneSettings(background="#405060", effects=["background"])))
    assert tuple(stage.flatten(blank())[0, 0]) == (16, 32, 48)
    assert stage.process(blank(), 0.0)[0, 0, 3] == 0
    commit()
    assert tuple(stage.flatten(blank())[0, 0]) == (64, 80, 96)
    assert tuple(stage.process(blank(), 0.0)[0, 0]) == (64, 80, 96, 255)


@pytest.mark.parametrize(
    ("refused", "why"),
    [
        (SceneSettings(background="no-such.png"), "does not exist"),
        (SceneSettings(zoom=2.0, effects=["backround"]), "did you mean 'background'"),
        (SceneSettings(width=640), "cannot change while the camera runs"),
    ],
)
def test_a_refused_change_changes_nothing(refused: SceneSettings, why: str) -> None:
    stage = Stage(SceneSettings(background="#102030"))
    with pytest.raises(SettingsError, match=why):
        stage.prepare(Settings(scene=refused))
    frame = blank()
    assert stage.process(frame, 0.0) is frame
    assert np.array_equal(stage.flatten(frame)[0, 0], (16, 32, 48))
