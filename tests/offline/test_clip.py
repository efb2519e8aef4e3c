from __future__ import annotations

import json
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from tests.audio.test_file import write_wav
from vtube.errors import AudioError, SettingsError
from vtube.motion.marks import turn_of
from vtube.offline import clip as clips
from vtube.offline.clip import SOUND_RATE, check_emotion, from_poses, from_sound, from_text
from vtube.offline.performance import SignalPlayback, frame_count, frames_for, performed
from vtube.pose import COUNT, INDEX
from vtube.settings import Settings, parse
from vtube.signals import FaceFrame, MouthShape
from vtube.speech.base import Phoneme, Utterance
from vtube.speech.recording import record

SETTINGS = parse({"loop": {"fps": 10}})


class Speaker:
    """Half a second of sound for each sentence."""

    def synthesize(self, text: str) -> Utterance:
        tone = 0.3 * np.sin(np.arange(12_000) * 0.1)
        return Utterance(text, tone.astype(np.float32), 24_000, (Phoneme("a", 0.0, 0.5),))


@pytest.fixture
def spoken(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every voice is the speaker."""
    monkeypatch.setattr(clips, "record", partial(record, create=lambda spec, settings: Speaker()))


def test_every_pose_becomes_one_frame(tmp_path: Path) -> None:
    poses = tmp_path / "poses.json"
    poses.write_text(json.dumps([{"mouth_aaa": 0.0}, {"mouth_aaa": 1.0}, [0.0] * 45]))
    clip = from_poses(poses, SETTINGS)
    assert clip.poses.shape == (3, COUNT)
    assert clip.poses[:, INDEX["mouth_aaa"]].tolist() == [0.0, 1.0, 0.0]
    assert clip.sound is None


@pytest.mark.parametrize(("seconds", "fps", "frames"), [(1.0, 10, 10), (1.0, 24, 24), (1.01, 10, 11), (0.01, 30, 1)])
def test_frames_and_sound_have_one_length(tmp_path: Path, seconds: float, fps: float, frames: int) -> None:
    clip = from_sound(write_wav(tmp_path / "a.wav", 48_000, 1, seconds), parse({"loop": {"fps": fps}}))
    assert clip.count == frames
    assert clip.sound is not None
    assert len(clip.sound) == round(frames / fps * SOUND_RATE)


def test_a_sound_without_length_is_refused(tmp_path: Path) -> None:
    with pytest.raises(AudioError, match="has no length"):
        from_sound(write_wav(tmp_path / "a.wav", 48_000, 1, 0.0), SETTINGS)


@pytest.mark.usefixtures("spoken")
def test_titles_become_chapters_and_are_not_spoken() -> None:
    clip = from_text("# One\nHello there.\n# Empty\n## Two\n[joy] It is fine.", SETTINGS)
    assert [one.text for one in clip.captions] == ["Hello there.", "It is fine."]
    assert [one.title for one in clip.chapters] == ["One", "Two"]
    assert clip.chapters[0].start == 0
    assert clip.captions[0].end < clip.chapters[1].start < clip.captions[1].start


@pytest.mark.usefixtures("spoken")
def test_what_is_said_before_the_first_title_is_in_no_chapter() -> None:
    clip = from_text("Before it.\n# Then\nAfter it.", SETTINGS)
    assert [one.start > 0 for one in clip.chapters] == [True]


@pytest.mark.usefixtures("spoken")
def test_a_tag_shows_its_emotion_with_its_sentence() -> None:
    clip = from_text("Hello there. How do you do? [joy] It is fine.", SETTINGS)
    happy = clip.poses[:, INDEX["eyebrow_happy_left"]]
    at = round(clip.captions[2].start * 10)
    assert happy[: at - 3].max() < 0.1 < happy[at + 8]


@pytest.mark.usefixtures("spoken")
def test_an_emotion_from_the_beginning_lasts_until_a_tag() -> None:
    clip = from_text("Hello there. How do you do? [neutral] It is fine.", SETTINGS, emotion="joy")
    happy = clip.poses[:, INDEX["eyebrow_happy_left"]]
    assert happy[10] > 0.1 > happy[-1]


@pytest.mark.usefixtures("spoken")
def test_the_mouth_moves_with_the_words_within_one_frame() -> None:
    clip = from_text("Hello there. How do you do?", parse({"loop": {"fps": 50}}))
    for caption in clip.captions:
        open_ = clip.poses[:, INDEX["mouth_aaa"]] > 0.1
        first = next(index for index in range(round(caption.start * 50) - 10, clip.count) if open_[index])
        assert first / 50 == pytest.approx(caption.start, abs=0.12)


def test_the_newest_signal_of_a_moment() -> None:
    playback = SignalPlayback([FaceFrame(0.1), FaceFrame(0.2), FaceFrame(0.5)])
    assert playback.latest() is None
    playback.advance(0.3)
    latest = playback.latest()
    assert latest is not None
    assert latest.time == 0.2


def test_frames_that_last_so_long() -> None:
    assert [frames_for(seconds, 30) for seconds in (0.0, 1.0, 1.001, 600.0)] == [1, 30, 31, 18_000]


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


@pytest.mark.usefixtures("spoken")
@pytest.mark.usefixtures("spoken")
@pytest.mark.parametrize("word", ["joy", "joy:0.7+surprise:0.3", "happy"])
def test_an_emotion_a_blend_and_a_word_of_one_can_be_asked_for(word: str) -> None:
    check_emotion(word, SETTINGS)
    shown = from_text("Hello there.", SETTINGS, emotion=word).poses[3]
    assert np.abs(shown - from_text("Hello there.", SETTINGS).poses[3]).max() > 0.1


@pytest.mark.parametrize("word", ["jy", "joy+nonsense", "joy:-1+anger", "qwertz"])
def test_a_word_that_shows_no_emotion_is_refused(word: str) -> None:
    with pytest.raises(SettingsError, match="joy"):
        check_emotion(word, SETTINGS)


@pytest.mark.usefixtures("spoken")
def test_laughter_by_itself_is_a_film_without_words() -> None:
    clip = from_text("[laugh]", SETTINGS)
    assert clip.seconds > 1.4
    assert not clip.captions
    happy = clip.poses[:, INDEX["eye_happy_wink_left"]]
    assert happy.max() > 0.5


def test_drawn_marks_come_with_their_emotion_where_they_are_asked_for() -> None:
    text = "It is fine. [embarrassment] Oh no. It was me."
    assert from_text(text, SETTINGS).drawn is None
    clip = from_text(text, parse({"loop": {"fps": 10}, "emotion": {"marks": 1.0}}))
    assert clip.marks(0.0) is None
    assert clip.marks(1e6) is None
    last = clip.marks((clip.count - 1) / clip.fps)
    assert last is not None
    assert set(last.shown) == {"blush", "sweat"}
    assert last.head == turn_of(clip.poses[-1])
    strengths = [marks.shown["blush"][0] for n in range(clip.count) if (marks := clip.marks(n / clip.fps)) is not None]
    assert strengths == sorted(strengths)
    assert 5 < len(strengths) < clip.count
