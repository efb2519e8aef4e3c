import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vtube.audio.mouth import Mouth
from vtube.audio.vowels import CLOSED, CONSONANT, NARROW, PHONE_CLASSES, VOWEL, Recognised


def says(vowel: int, phone_class: int, sure: float = 0.97) -> Recognised:
    vowels = np.full(5, (1 - sure) / 4, np.float32)
    vowels[vowel] = sure
    phone_classes = np.full(PHONE_CLASSES, (1 - sure) / (PHONE_CLASSES - 1), np.float32)
    phone_classes[phone_class] = sure
    return Recognised(vowels, phone_classes, np.zeros(1, np.float32))


def moved(mouth: Mouth, recognised: Recognised | None, frames: int, below: float = 0.0) -> Mouth:
    for _ in range(frames):
        mouth.move(recognised, recognised is not None, below)
    return mouth


@pytest.mark.parametrize("vowel", range(5))
def test_a_vowel_opens_the_mouth_within_three_frames(vowel: int) -> None:
    mouth = moved(Mouth(), says(vowel, VOWEL), 3)
    assert mouth.weights().argmax() == vowel
    assert mouth.opening > 0.8


def test_lips_close_for_m_b_p_within_thirty_milliseconds() -> None:
    mouth = moved(moved(Mouth(), says(0, VOWEL), 10), says(0, CLOSED), 3)
    assert mouth.opening < 0.1


def test_what_lasts_longer_than_lips_are_closed_is_sung() -> None:
    classes = np.zeros(PHONE_CLASSES, np.float32)
    classes[[VOWEL, CLOSED]] = 0.5, 0.5
    mouth = moved(Mouth(), Recognised(np.full(5, 0.2, np.float32), classes, np.zeros(1, np.float32)), 40)
    assert mouth.opening > 0.4


def test_lips_that_may_be_closed_do_not_shut_a_vowel() -> None:
    vowels = np.full(5, 0.2, np.float32)
    classes = np.zeros(PHONE_CLASSES, np.float32)
    classes[[VOWEL, CLOSED]] = 0.65, 0.35
    mouth = moved(Mouth(), Recognised(vowels, classes, np.zeros(1, np.float32)), 20)
    assert mouth.opening > 0.4


def test_s_z_f_v_are_narrow() -> None:
    mouth = moved(moved(Mouth(), says(0, VOWEL), 10), says(0, NARROW), 6)
    assert 0.1 < mouth.opening < 0.35


def test_other_consonants_keep_the_vowel_half_open() -> None:
    mouth = moved(moved(Mouth(), says(1, VOWEL), 10), says(4, CONSONANT), 5)
    assert 0.3 < mouth.opening < 0.7
    assert mouth.weights().argmax() == 1


def test_opens_faster_than_it_closes() -> None:
    opening = moved(Mouth(), says(0, VOWEL), 2).opening
    closed = 1 - moved(moved(Mouth(), says(0, VOWEL), 50), None, 2).opening
    assert opening > closed


def test_silence_shuts_it_to_the_last_bit() -> None:
    assert moved(moved(Mouth(), says(0, VOWEL), 50), None, 30).opening == 0.0


def test_louder_opens_wider() -> None:
    loud, soft = moved(Mouth(), says(0, VOWEL), 20, 0.0), moved(Mouth(), says(0, VOWEL), 20, -20.0)
    assert loud.opening > soft.opening > 0.4


def test_strength_scales_and_never_exceeds_one() -> None:
    assert moved(Mouth(0.0), says(0, VOWEL), 20).opening == 0
    assert moved(Mouth(1.5), says(0, VOWEL), 50).opening <= 1


@given(
    st.lists(
        st.tuples(st.integers(0, 4), st.integers(0, PHONE_CLASSES - 1), st.booleans(), st.floats(-100, 0)), max_size=60
    )
)
def test_weights_are_a_mouth_whatever_is_heard(steps: list[tuple[int, int, bool, float]]) -> None:
    mouth = Mouth(1.5)
    for vowel, phone_class, speaking, below in steps:
        mouth.move(says(vowel, phone_class), speaking, below)
        assert (mouth.weights() >= 0).all()
        assert mouth.weights().sum() <= 1 + 1e-5
        assert mouth.weights().sum() == pytest.approx(mouth.opening, abs=1e-5)
