"""The duration model, on a voice file written here."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from vtube.errors import SpeechError
from vtube.speech.voices.hts import HtsDurations, phoneme_of, read_durations

TREE = """QS Vowel { "*-a+*","*-i+*" }
QS Silence { "*-sil+*" }
QS Third { "?^a-*" }
{*}[2]
{
   0 Silence       -1           "dur_s2_1"
  -1 Vowel     "dur_s2_3"       "dur_s2_2"
}
"""
ROWS = [[10.2, 10.4, 1, 1], [4.5, 5.6, 2, 3], [1.2, 0.1, 0.5, 0.5]]


def voice(tmp_path: Path, tree: str = TREE, states: str = "2") -> Path:
    pdf = np.array([len(ROWS)], "<u4").tobytes() + np.array(ROWS, "<f4").tobytes()
    head = (
        f"[GLOBAL]\nSAMPLING_FREQUENCY:48000\nFRAME_PERIOD:240\nNUM_STATES:{states}\n[POSITION]\n"
        f"DURATION_PDF:0-{len(pdf) - 1}\nDURATION_TREE:{len(pdf)}-{len(pdf) + len(tree) - 1}\n[DATA]\n"
    )
    path = tmp_path / "voice.htsvoice"
    path.write_bytes(head.encode() + pdf + tree.encode())
    return path


@pytest.fixture
def durations(tmp_path: Path) -> HtsDurations:
    return read_durations(voice(tmp_path))


LABELS = ["xx^xx-sil+a=k/A", "xx^sil-a+k=i/A", "sil^a-k+i=sil/A", "a^k-i+sil=xx/A"]


def test_each_label_goes_down_the_tree(durations: HtsDurations) -> None:
    assert durations.frame_s == 0.005
    assert [phoneme_of(label) for label in LABELS] == ["sil", "a", "k", "i"]
    assert durations.of(LABELS).tolist() == [10 + 10, 5 + 6, 1 + 1, 5 + 6]


@pytest.mark.parametrize("speed", [0.5, 0.9, 1.1, 1.5])
def test_speed_keeps_the_sum(durations: HtsDurations, speed: float) -> None:
    whole = (10.2 + 10.4 + 4.5 + 5.6 + 1.2 + 0.1 + 4.5 + 5.6) / speed
    assert durations.of(LABELS, speed).sum() == int(whole + 0.5)


def test_nothing_is_shorter_than_a_frame(durations: HtsDurations) -> None:
    assert durations.of(LABELS, 100.0).tolist() == [2, 2, 2, 2]


@pytest.mark.parametrize("content", [b"", b"junk", b"[GLOBAL]\nNUM_STATES:x\n[DATA]\n"])
def test_another_file_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "other.htsvoice"
    path.write_bytes(content)
    with pytest.raises(SpeechError, match=r"other\.htsvoice is not a voice file"):
        read_durations(path)
    with pytest.raises(SpeechError, match="gone"):
        read_durations(tmp_path / "gone")
