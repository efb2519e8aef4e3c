from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests.audio.sounds import noise, silence, spoken_vowels, vowel
from vtube.audio.base import Samples
from vtube.audio.calibration import Calibration, calibrate, load_calibration, spoken_parts
from vtube.audio.lipsync import VowelLipSync, offline_mouth
from vtube.audio.vowels import ANY, VowelNetwork, load_weights
from vtube.errors import AudioError


def right_frames(network: VowelNetwork) -> float:
    """The share of open frames in which the vowel is the right one, over the five."""
    shares = []
    for number, name in enumerate("aiueo"):
        known = offline_mouth(np.concatenate((silence(0.2), vowel(name), silence(0.2))), VowelLipSync(network=network))
        shown = [(s.aaa, s.iii, s.uuu, s.eee, s.ooo) for moment, s in known if 0.3 < moment < 0.7]
        shares.append(np.mean([np.argmax(one) == number for one in shown]))
    return float(np.mean(shares))


def test_it_finds_the_five_vowels() -> None:
    parts = spoken_parts(spoken_vowels())
    assert len(parts) == 5
    assert all(40 <= end - begin <= 60 for begin, end in parts)


def test_calibration_helps_the_voice_it_was_made_with() -> None:
    before, after = VowelNetwork(load_weights()), calibrate(spoken_vowels()).network()
    assert right_frames(after) >= right_frames(before)
    assert right_frames(after) > 0.75


def test_it_survives_the_file(tmp_path: Path) -> None:
    made = calibrate(spoken_vowels())
    made.save(tmp_path / "me.npz")
    kept = load_calibration(tmp_path / "me.npz")
    np.testing.assert_array_equal(kept.weight, made.weight)
    assert kept.network().language == ANY


def test_it_listens_to_the_language_that_it_was_made_in(tmp_path: Path) -> None:
    calibrate(spoken_vowels(), "es").save(tmp_path / "me.npz")
    assert load_calibration(tmp_path / "me.npz").network().language == "es"


@pytest.mark.parametrize("samples", [silence(2.0), spoken_vowels("aiu"), np.zeros(0, np.float32)])
def test_it_says_how_many_vowels_it_heard(samples: np.ndarray[tuple[int], np.dtype[np.float32]]) -> None:
    with pytest.raises(AudioError, match="instead of five"):
        calibrate(samples)


def test_wrong_files_are_named(tmp_path: Path) -> None:
    with pytest.raises(AudioError, match="gone"):
        load_calibration(tmp_path / "gone.npz")
    for content in (b"", b"no", b"PK\x03\x04 torn"):
        (tmp_path / "other.npz").write_bytes(content)
        with pytest.raises(AudioError, match="no calibration"):
            load_calibration(tmp_path / "other.npz")
    np.savez(tmp_path / "nan.npz", weight=np.full((5, 64), np.nan), bias=np.zeros(5))
    np.savez(tmp_path / "language.npz", weight=np.zeros((5, 64)), bias=np.zeros(5), language="tlh", version=1)
    with pytest.raises(AudioError, match="is no lip sync"):
        load_calibration(tmp_path / "language.npz")
    with pytest.raises(AudioError, match="is no lip sync"):
        load_calibration(tmp_path / "nan.npz")


def test_a_calibration_of_other_weights_is_refused() -> None:
    made = calibrate(spoken_vowels())
    for other in (replace(made, version=7), replace(made, weight=np.zeros((5, 3), np.float32))):
        with pytest.raises(AudioError, match="another version"):
            other.network()


def test_a_calibration_that_names_no_version_is_refused(tmp_path: Path) -> None:
    made = calibrate(spoken_vowels())
    np.savez(tmp_path / "old.npz", weight=made.weight, bias=made.bias)
    with pytest.raises(AudioError, match="another version"):
        load_calibration(tmp_path / "old.npz").network()


def test_it_cannot_write_where_nothing_is(tmp_path: Path) -> None:
    with pytest.raises(AudioError, match="cannot write"):
        Calibration(np.zeros((5, 3), np.float32), np.zeros(5, np.float32), ANY, 1).save(tmp_path / "no" / "me.npz")


def clean_and(change: Samples) -> Samples:
    spoken = spoken_vowels()
    return np.asarray(np.clip(spoken + change[: len(spoken)], -1, 1), np.float32)


@pytest.mark.parametrize(
    ("samples", "line"),
    [
        (np.clip(spoken_vowels() * 60, -1, 1), "distorted"),
        (clean_and(noise(10, 0.03)), "almost as loud"),
        (spoken_vowels("uoiea"), "in this order"),
        (spoken_vowels("aaaaa"), "sound"),
    ],
)
def test_a_bad_recording_is_refused_in_one_line(samples: Samples, line: str) -> None:
    with pytest.raises(AudioError, match=line) as caught:
        calibrate(samples)
    assert "\n" not in str(caught.value)
