from __future__ import annotations

import numpy as np
import pytest

from tests.audio.sounds import noise, silence, spoken_vowels, vowel
from vtube.audio.base import RATE, Samples
from vtube.audio.calibration import calibrate, spoken_parts
from vtube.audio.vowel_recorder import VowelRecorder


def dictate(samples: Samples, block: int = 160) -> list[str | None]:
    """Feed it all; what was wanted, each once and in order."""
    recorder = VowelRecorder()
    wanted: list[str | None] = [recorder.wanted]
    for begin in range(0, len(samples), block):
        recorder.feed(samples[begin : begin + block])
        if recorder.wanted != wanted[-1]:
            wanted.append(recorder.wanted)
    return wanted


def all_of_it(samples: Samples) -> VowelRecorder:
    recorder = VowelRecorder()
    recorder.feed(samples)
    return recorder


@pytest.mark.parametrize("block", [160, 441, 7000])
def test_it_asks_for_one_vowel_after_the_other(block: int) -> None:
    wanted = dictate(np.concatenate((silence(1.2), spoken_vowels(), silence(1.0))), block)
    assert wanted[0] == "" and wanted[-1] is None
    assert block == 7000 or wanted == ["", "a", "i", "u", "e", "o", None]


def test_what_it_keeps_can_be_calibrated_with() -> None:
    spoken = np.concatenate((silence(1.2), spoken_vowels(), silence(1.0)))
    room = noise(len(spoken) / RATE, 0.001)
    recording = all_of_it(spoken + room).recording()
    assert len(spoken_parts(recording)) == 5
    calibrate(recording)


def test_a_cough_is_no_vowel_and_a_long_vowel_is_only_one() -> None:
    cough = np.concatenate((silence(1.2), noise(0.1, 0.2), silence(0.5)))
    assert all_of_it(cough).wanted == "a"
    assert all_of_it(np.concatenate((cough, vowel("a", 4.0)))).wanted == "i"


def test_nothing_is_kept_of_a_noisy_room() -> None:
    assert all_of_it(noise(10.0, 0.05)).wanted == "a"
