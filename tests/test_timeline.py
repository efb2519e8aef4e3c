import pytest

from vtube.pose import INDEX
from vtube.settings import Settings, parse
from vtube.signals import FaceFrame, MouthShape
from vtube.timeline import Timeline, frame_count, performed


def test_the_newest_signal_of_a_moment() -> None:
    timeline = Timeline([FaceFrame(0.1), FaceFrame(0.2), FaceFrame(0.5)])
    assert timeline.latest() is None
    timeline.advance(0.3)
    latest = timeline.latest()
    assert latest is not None
    assert latest.time == 0.2


def test_frames_from_first_to_last() -> None:
    assert frame_count(2.0, 30) == 61
    times = [now for now, _ in performed(parse({"loop": {"fps": 24}}), 1.0)]
    assert times == pytest.approx([index / 24 for index in range(25)])


def test_a_face_and_a_voice_move_the_character() -> None:
    settings = Settings()
    faces = [FaceFrame(index / 30, parameters={"head_y": 0.8}) for index in range(60)]
    mouths = [MouthShape(index / 100, aaa=0.9, open=0.9, speaking=True) for index in range(200)]
    _, last = list(performed(settings, 1.9, faces=faces, mouths=mouths))[-1]
    assert last[INDEX["head_y"]] == pytest.approx(0.8, abs=0.1)
    assert last[INDEX["mouth_aaa"]] == pytest.approx(0.9, abs=0.1)


def test_the_same_every_time() -> None:
    def once() -> list[list[float]]:
        return [pose.tolist() for _, pose in performed(Settings(), 2.0)]

    assert once() == once()
