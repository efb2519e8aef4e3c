"""Where a character's figure lies in its picture."""

from __future__ import annotations

import pytest

from vtube.avatar.picture.character import Character
from vtube.avatar.picture.head import Head
from vtube.avatar.picture.prepare import prepare
from vtube.frame import SIZE, blank
from vtube.paths import default_picture
from vtube.scene.shot import STANDS, TEMPLATE
from vtube.studio.subject import subject_of


def test_the_default_character_stands_on_the_lower_edge_with_its_head_in_the_box() -> None:
    subject = subject_of(prepare(default_picture()))
    assert subject.bottom > STANDS
    assert (subject.head_x, subject.head_y) == pytest.approx((0.5, 0.25), abs=0.04)
    assert not subject.is_cut_at_sides


def test_a_bust_that_is_cut_at_three_sides() -> None:
    frame = blank()
    frame[60:300, 100:400] = 255
    character = Character(frame, "bust", frame, head=Head(240.0, 130.0, 120.0, True))
    subject = subject_of(character)
    assert (subject.left, subject.top, subject.right, subject.bottom) == pytest.approx(
        (100 / SIZE, 60 / SIZE, 400 / SIZE, 300 / SIZE)
    )
    assert subject.head_x == pytest.approx(240.5 / SIZE)
    assert subject.is_cut_at_sides


def test_nothing_to_be_seen_is_framed_like_any_picture() -> None:
    assert subject_of(Character.of(blank())) == TEMPLATE
