"""What is kept of a picture that was looked at, and for whom."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.avatar.random_weights import install, random_weights
from vtube.avatar.picture.judge import NO_FACE, Judge
from vtube.avatar.picture.prepare import prepare
from vtube.paths import default_picture

pytestmark = pytest.mark.weights


def test_what_other_networks_did_not_see_is_not_taken_over(tmp_path: Path) -> None:
    """A benchmark's test with networks that know nothing once took the head from the next test's picture."""
    picture = prepare(default_picture()).frame
    others = Judge(install(tmp_path, "separable_float", random_weights(True)))
    assert NO_FACE in [note.code for note in others.locate(picture).notes]
    assert Judge().locate(picture).notes == ()
    assert NO_FACE in [note.code for note in others.locate(picture).notes]
