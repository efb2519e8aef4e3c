import numpy as np

from vtube.audio.lip_flap import LipFlap


def test_it_moves_like_speech() -> None:
    lip_flap = LipFlap(1, 100.0)
    shapes = [lip_flap.shape(100 + step / 100) for step in range(2000)]
    opened = np.array([shape.open for shape in shapes])
    assert all(shape.speaking for shape in shapes)
    assert all(abs(s.aaa + s.iii + s.uuu + s.eee + s.ooo - s.open) < 1e-6 for s in shapes)
    assert 0.1 < (opened < 0.05).mean() < 0.6
    assert opened.max() > 0.7
    assert np.abs(np.diff(opened)).max() < 0.45
    peaks = ((opened[1:-1] > opened[:-2]) & (opened[1:-1] >= opened[2:])).sum()
    assert 60 <= peaks <= 160


def test_it_is_a_function_of_time_and_seed() -> None:
    assert LipFlap(3, 0.0).shape(1.234) == LipFlap(3, 0.0).shape(1.234)
    assert LipFlap(3, 0.0).shape(1.234) != LipFlap(4, 0.0).shape(1.234)


def test_a_long_leap_is_survived() -> None:
    assert LipFlap(1, 0.0).shape(600.0).speaking


def test_it_can_be_quicker_and_keep_to_one_vowel() -> None:
    def peaks(quickness: float) -> int:
        lip_flap = LipFlap(1, 0.0, quickness, "ooo")
        shapes = [lip_flap.shape(step / 100) for step in range(2000)]
        assert all(abs(shape.ooo - shape.open) < 1e-6 for shape in shapes)
        opened = np.array([shape.open for shape in shapes])
        return int(((opened[1:-1] > opened[:-2]) & (opened[1:-1] >= opened[2:])).sum())

    assert peaks(2.0) > 1.6 * peaks(1.0)
