import numpy as np

from tests.speech.sounds import silence, tone
from vtube.audio.base import Samples
from vtube.audio.lipsync import VowelLipSync
from vtube.signals import MouthShape
from vtube.speech.base import Phoneme, Utterance
from vtube.speech.visemes import LATE_S, viseme_track

LATE_KNOWLEDGE_S = 0.05


class LoudIsOpen:
    """Knows only late, but of which moment."""

    def __init__(self) -> None:
        self._latest: MouthShape | None = None

    def feed(self, samples: Samples, heard_at: float) -> None:
        loud = float(np.abs(samples).max(initial=0.0) > 0.1)
        self._latest = MouthShape(heard_at - 0.005, aaa=loud, speaking=loud > 0)

    def latest(self) -> MouthShape | None:
        return self._latest


def test_a_voice_without_timings_is_listened_to() -> None:
    said = Utterance("あ", np.concatenate([silence(0.5), tone(0.5), silence(0.5)]), 24_000)
    track = viseme_track(said, LoudIsOpen)
    assert track.at(0.75, 0).aaa == 0
    track.complete()
    assert [round(track.at(moment, 0).aaa) for moment in (0.4, 0.75, 1.2)] == [0, 1, 0]
    opened = next(step / 1000 for step in range(1500) if track.at(step / 1000, 0).aaa > 0.5)
    assert abs(opened - 0.5 - LATE_S) < 0.015


def test_phonemes_need_no_listening() -> None:
    said = Utterance("あ", tone(0.5), 24_000, (Phoneme("a", 0.0, 0.5),))
    track = viseme_track(said, lambda: 1 / 0)  # type: ignore[arg-type, return-value]
    track.complete()
    assert track.at(0.25, 0).aaa > 0.8


def test_the_real_recogniser_opens_and_closes() -> None:
    buzz = np.sign(tone(0.6, 16_000, 150)) * 0.3
    said = Utterance("", np.concatenate([silence(0.4, 16_000), buzz, silence(0.6, 16_000)]).astype(np.float32), 16_000)
    track = viseme_track(said, VowelLipSync)
    track.complete()
    assert sum(track.weights[20]) < 0.05
    assert track.weights[90:190].sum(axis=1).max() > 0.1
    assert sum(track.weights[-20]) < 0.05
