"""The motion of one character, put together."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.motion.sources import Seen
from vtube.errors import SettingsError, TrackingError
from vtube.motion.animator import Animator
from vtube.pose import INDEX
from vtube.settings import Settings, parse
from vtube.signals import FaceFrame, SpeechCue

TURNED = FaceFrame(0.0, head=(0.0, 15.0, 0.0), source="vts")


def still(**retarget: Any) -> Settings:
    """A character that moves by its face only, without smoothing."""
    idle = {"breathing": 0, "blinking": 0, "gaze": 0, "sway": 0, "asymmetry": 0}
    return parse({"idle": idle, "mixer": {"ease_s": 0}, "retarget": {"smoothing": 0, **retarget}})


def turn(animator: Animator, now: float) -> float:
    return float(animator.mixer.pose(now)[INDEX["head_y"]])


def calibrated(settings: Settings) -> Animator:
    """A session in which the user asked for the neutral face while turned aside."""
    animator = Animator(settings, Seen(TURNED), lambda _: None)
    animator.retargeter.calibrate()
    animator.mixer.pose(0.0)
    animator.close()
    return animator


def test_a_neutral_face_that_was_asked_for_outlives_the_program() -> None:
    calibrated(still())
    again = Animator(still(), Seen(TURNED), lambda _: None)
    assert turn(again, 0.0) == pytest.approx(0.0, abs=1e-4)
    assert again.retargeter.calibrated


@pytest.mark.parametrize("then", [{"keep_neutral": False}, {"mode": "classic"}])
def test_it_does_not_where_that_is_not_wanted(then: dict[str, Any]) -> None:
    calibrated(still())
    again = Animator(still(**then), Seen(TURNED), lambda _: None)
    assert turn(again, 0.0) < -0.4
    assert not again.retargeter.calibrated


def test_switched_off_nothing_is_written() -> None:
    calibrated(still(keep_neutral=False))
    again = Animator(still(), Seen(TURNED), lambda _: None)
    assert turn(again, 0.0) < -0.4


def test_it_stays_when_the_settings_change() -> None:
    animator = calibrated(still())
    animator.prepare(still(roll_range_deg=30.0))()
    assert turn(animator, 1.0) == pytest.approx(0.0, abs=1e-4)


def joyful(animator: Animator) -> float:
    """How far joy raises the brow."""
    animator.emotion.show("joy")
    animator.mixer.pose(10.0)
    return float(animator.mixer.pose(20.0)[INDEX["eyebrow_raised_left"]])


def with_emotions(path: Path, brow: float) -> Settings:
    path.write_text(f"joy:\n  eyebrow_raised: {brow}\n")
    return parse({**still().model_dump(), "emotion": {**still().emotion.model_dump(), "templates": str(path)}})


def test_other_emotions_count_while_the_camera_runs(tmp_path: Path) -> None:
    animator = Animator(still(), Seen(), lambda _: None)
    commit = animator.prepare(with_emotions(tmp_path / "mine.yaml", 0.75))
    assert joyful(animator) != pytest.approx(0.75, abs=0.01)
    commit()
    assert joyful(animator) == pytest.approx(0.75, abs=0.01)
    animator.prepare(still())()
    assert joyful(animator) != pytest.approx(0.75, abs=0.01)


def test_emotions_laid_over_stay_over_another_file(tmp_path: Path) -> None:
    animator = Animator(still(), Seen(), lambda _: None)
    animator.emotion.overlay({"joy": {"eyebrow_raised": 0.25}})
    animator.prepare(with_emotions(tmp_path / "mine.yaml", 0.75))()
    assert joyful(animator) == pytest.approx(0.25, abs=0.01)
    animator.emotion.overlay({})
    assert joyful(animator) == pytest.approx(0.75, abs=0.01)


@pytest.mark.parametrize(
    ("refused", "why"),
    [
        ({"emotion": {"templates": "/nowhere.yaml"}}, r"cannot read [/\\]nowhere.yaml"),
        ({"retarget": {"parameters": {"nonsense": {"gain": 2}}}}, "nonsense"),
    ],
)
def test_a_refused_change_changes_nothing(refused: dict[str, Any], why: str) -> None:
    animator = Animator(still(), Seen(TURNED), lambda _: None)
    before, retargeter = turn(animator, 0.0), animator.retargeter
    with pytest.raises(SettingsError, match=why):
        animator.prepare(parse({"idle": {"sway": 2}, "mixer": {"ease_s": 1}, **refused}))
    assert animator.idle.settings.sway == 0
    assert animator.face.settings.ease_s == 0
    assert animator.retargeter is retargeter
    assert turn(animator, 0.1) == pytest.approx(before, abs=1e-4)


def test_preparing_does_not_touch_the_neutral_face_in_use() -> None:
    animator = calibrated(still())
    commit = animator.prepare(still(calibrate_after_s=9.0, keep_neutral=False))
    assert animator.retargeter.calibration.auto_s == 2.0
    commit()
    assert animator.retargeter.calibration.auto_s == 9.0


def test_without_a_face_there_is_nothing_to_take_as_neutral() -> None:
    seen = Seen()
    animator = Animator(still(), seen, lambda _: None)
    try:
        animator.mixer.pose(0.0)
        with pytest.raises(TrackingError, match="no face"):
            animator.calibrate()
        seen.frame = FaceFrame(1.0, head=(0.0, 10.0, 0.0))
        animator.mixer.pose(1.1)
        animator.calibrate()
        animator.mixer.pose(9.0)
        with pytest.raises(TrackingError, match="no face"):
            animator.calibrate()
    finally:
        animator.close()


def test_an_emotion_that_begins_with_the_voice_s_cues_is_in_the_same_pose() -> None:
    feelings: list[str] = []

    def cues(_now: float) -> tuple[SpeechCue, ...]:
        for name in feelings:
            animator.emotion.show(name)
        return ()

    animator = Animator(still(), Seen(), lambda _: None, cues)
    before = animator.mixer.pose(0.0).copy()
    feelings.append("joy")
    assert (animator.mixer.pose(0.03) != before).any()


@pytest.mark.parametrize("feel", ["happines", "joy+happines", "joy:-1+anger"])
def test_a_reaction_whose_emotion_there_is_not_is_said_and_stops_nothing(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, feel: str
) -> None:
    table = tmp_path / "mine.yaml"
    table.write_text(f"applause: {{do: {{bow: 1}}, feel: '{feel}'}}\n")
    settings = parse({"reactions": {"table": str(table)}})
    animator = Animator(settings, Seen(), lambda now: None)
    assert ("there is no emotion 'happines'" in caplog.text) == ("happines" in feel)
    animator.reactions.notice("applause")
    for frame in range(30):
        animator.mixer.pose(frame / 30)
    assert animator.emotion.current == "neutral"


def test_own_tables_are_read_again_when_they_were_edited_and_kept_when_spoilt(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    table, faces = tmp_path / "mine.yaml", tmp_path / "faces.yaml"
    table.write_text("chat: {do: {nod: 1}}\n")
    faces.write_text("joy: {head_y: 0.25}\n")
    settings = parse({"reactions": {"table": str(table)}, "emotion": {"templates": str(faces)}})
    animator = Animator(settings, Seen(), lambda now: None)
    table.write_text("chat: {do: {wink: 1}}\n")
    faces.write_text("joy: {head_y: 0.75}\n")
    animator.prepare(settings)()
    assert animator.reactions.table["chat"].do == {"wink": 1}
    assert animator.emotion.everyone()["joy"] == {"head_y": 0.75}
    table.write_text("chat: {do: {wnik: 1}}\n")
    for _ in range(2):
        animator.prepare(settings)()
    assert animator.reactions.table["chat"].do == {"wink": 1}
    assert caplog.text.count("did you mean 'wink'") == 1
    table.unlink()
    animator.prepare(settings)()
    assert animator.reactions.table["chat"].do == {"wink": 1}
