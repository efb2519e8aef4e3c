"""The vowel layer of Mandarin fitted again."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from benchmarks.lipsync.labels import VOWELS, Clip, save_clips
from vtube.audio.vowels import LANGUAGES, OF_A_LANGUAGE, load_weights

torch = pytest.importorskip("torch")
pytest.importorskip("scipy")
from benchmarks.lipsync import refit  # noqa: E402 - needs torch


def _frames(hidden: int = 6) -> tuple[Any, Any]:
    """Five clouds, of which the first has half of the frames."""
    random = np.random.default_rng(3)
    vowels = np.r_[np.zeros(200, int), np.repeat(np.arange(1, 5), 50)]
    centres = random.normal(0, 1, (5, hidden))
    memories = centres[vowels] + random.normal(0, 0.4, (400, hidden))
    return torch.from_numpy(memories.astype(np.float32)), torch.from_numpy(vowels)


def _layer(hidden: int = 6) -> tuple[Any, Any]:
    return torch.zeros(5, hidden), torch.zeros(5)


EVEN = torch.full((5,), 0.2)


def test_a_layer_learns_what_it_hears() -> None:
    frames = _frames()
    assert refit.right(refit.fit(_layer(), *frames, EVEN, held=1e-3), *frames) > 0.9


def test_a_layer_held_firmly_stays_what_it_was() -> None:
    weight, bias = refit.fit(_layer(), *_frames(), EVEN, held=1e4)
    assert float(weight.abs().max()) < 1e-3
    assert float(bias.abs().max()) < 1e-3


def test_a_vowel_counts_by_its_share_in_running_text() -> None:
    frames = _frames()
    seldom = torch.tensor([0.02, 0.245, 0.245, 0.245, 0.245])
    often = torch.tensor([0.8, 0.05, 0.05, 0.05, 0.05])
    biases = [float(refit.fit(_layer(), *frames, shares)[1][0]) for shares in (seldom, often)]
    assert biases[0] < biases[1]


def test_the_shares_of_running_text_are_of_all_vowels() -> None:
    assert len(refit.SHARES) == len(VOWELS)
    assert sum(refit.SHARES) == pytest.approx(1, abs=0.002)


def test_only_the_layer_of_mandarin_changes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    times = np.arange(16_000) / 16_000
    tone = np.asarray(0.3 * np.sign(np.sin(2 * np.pi * 150 * times)), np.float32)
    segments = [(vowel, place / 5, (place + 1) / 5) for place, vowel in enumerate(VOWELS)]
    for name in ("finals_zh", "finals_zh_kept"):
        save_clips(tmp_path / f"{name}.npz", [Clip("tone", tone, segments)])
    monkeypatch.setattr("sys.argv", ["refit", str(tmp_path), str(tmp_path / "out.npz")])
    refit.main()
    before, after = load_weights(), load_weights(tmp_path / "out.npz")
    changed = {name for name in before if not np.array_equal(before[name], after[name])}
    assert changed == {"vowel_weight", "vowel_bias"} < set(OF_A_LANGUAGE)
    others = [number for number, language in enumerate(LANGUAGES) if language != refit.LANGUAGE]
    for name in changed:
        np.testing.assert_array_equal(before[name][others], after[name][others])
