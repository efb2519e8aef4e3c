"""The vowel layers of Mandarin fitted again."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from benchmarks.lipsync.labels import SOUNDS, VOWELS, Clip, save_clips
from vtube.audio.features import INPUTS
from vtube.audio.mouth import MIX_RATE, MIX_RATE_IN_CONSONANTS, Mouth
from vtube.audio.vowels import LANGUAGES, OF_A_LANGUAGE, VOWEL, Recognised, VowelNetwork, load_weights

torch = pytest.importorskip("torch")
pytest.importorskip("scipy")
from benchmarks.lipsync import refit  # noqa: E402 - needs torch

SEQUENCES, FRAMES, HIDDEN = 20, 20, 6


def _sounds() -> Any:
    """Vowels of four frames each, every other one the first; each is a cloud."""
    random = np.random.default_rng(3)
    order = np.r_[np.zeros(50, int), np.repeat(np.arange(1, 5), 13)[:50]]
    vowels = np.repeat(random.permutation(order), 4).reshape(SEQUENCES, FRAMES)
    centres = random.normal(0, 1, (5, HIDDEN))
    memories = centres[vowels] + random.normal(0, 0.4, (SEQUENCES, FRAMES, HIDDEN))
    return refit.Heard(
        torch.from_numpy(memories.astype(np.float32)),
        torch.full((SEQUENCES, FRAMES), MIX_RATE),
        torch.from_numpy(vowels),
    )


def _layer() -> tuple[Any, Any]:
    return torch.zeros(5, HIDDEN), torch.zeros(5)


EVEN = torch.full((5,), 0.2)


def test_a_layer_learns_what_it_hears() -> None:
    sounds = _sounds()
    assert refit.right(refit.fit(_layer(), sounds, EVEN, held=1e-3), sounds) > 0.8


def test_a_layer_held_firmly_stays_what_it_was() -> None:
    weight, bias = refit.fit(_layer(), _sounds(), EVEN, held=1e4)
    assert float(weight.abs().max()) < 1e-3
    assert float(bias.abs().max()) < 1e-3


def test_a_vowel_counts_by_its_share_in_running_text() -> None:
    sounds = _sounds()
    seldom = torch.tensor([0.02, 0.245, 0.245, 0.245, 0.245])
    often = torch.tensor([0.8, 0.05, 0.05, 0.05, 0.05])
    biases = [float(refit.fit(_layer(), sounds, shares)[1][0]) for shares in (seldom, often)]
    assert biases[0] < biases[1]


def test_what_is_fitted_is_what_the_mouth_shows() -> None:
    random = np.random.default_rng(5)
    vowels, voiced = random.dirichlet(np.ones(5), FRAMES).astype(np.float32), random.uniform(0, 1, FRAMES)
    mouth, expected = Mouth(), []
    for probabilities, share in zip(vowels, voiced, strict=True):
        phone_classes = np.zeros(5, np.float32)
        phone_classes[VOWEL] = share
        mouth.move(Recognised(probabilities, phone_classes, np.zeros(1, np.float32)), True, 0.0)
        expected.append(mouth.weights() / mouth.weights().sum())
    rates = MIX_RATE_IN_CONSONANTS + (MIX_RATE - MIX_RATE_IN_CONSONANTS) * voiced
    shown = refit.shown(torch.from_numpy(np.log(vowels))[None], torch.from_numpy(rates)[None])[0]
    np.testing.assert_allclose(shown.numpy(), np.stack(expected), atol=1e-5)


def test_the_shares_of_running_text_are_of_all_vowels() -> None:
    assert len(refit.SHARES) == len(VOWELS)
    assert sum(refit.SHARES) == pytest.approx(1, abs=0.002)


def test_two_sounds_of_a_vowel_are_told_where_one_border_does_not_part_it() -> None:
    centres = np.array([[3.0, 0], [0, 3], [0, 0], [0, -3], [-3, 0], [3, 3], [-3, -3], [-3, 3], [3, -3], [6, 0]])
    random = np.random.default_rng(4)
    said = np.repeat(random.permutation(np.repeat(np.arange(10), 20)), 5).reshape(10, 100)
    memories = centres[said] + random.normal(0, 0.4, (10, 100, 2))
    heard = refit.Heard(
        torch.from_numpy(memories.astype(np.float32)), torch.full((10, 100), MIX_RATE), torch.from_numpy(said)
    )
    one = torch.zeros(5, 2), torch.zeros(5)
    looked = refit.looked_back(heard)
    two = refit.fit(refit.of_two(one), looked, EVEN, held=1e-4)
    assert refit.right(two, looked) > refit.right(refit.fit(one, heard, EVEN, held=1e-4), heard) + 0.1


def test_a_layer_of_two_sounds_begins_as_the_simple_one() -> None:
    sounds, layer = _sounds(), refit.fit(_layer(), _sounds(), EVEN)
    both = refit.said_by(refit.of_two(layer), refit.looked_back(sounds).memories)
    torch.testing.assert_close(
        refit.shown(both, sounds.rates), refit.shown(refit.said_by(layer, sounds.memories), sounds.rates)
    )


def test_what_is_fitted_is_what_the_program_says() -> None:
    weights = load_weights()
    network = VowelNetwork(weights, refit.LANGUAGE)
    inputs = np.random.default_rng(6).normal(0, 1, (20, INPUTS)).astype(np.float32)
    recognised = [network.step(one) for one in inputs]
    memories = torch.from_numpy(np.stack([one.memory for one in recognised]))[None]
    heard = refit.looked_back(refit.Heard(memories, torch.ones(1, 20), torch.zeros(1, 20, dtype=torch.long)))
    layer = torch.from_numpy(weights["sound_weight"]), torch.from_numpy(weights["sound_bias"])
    sounds = refit.said_by(layer, heard.memories)[0].softmax(-1).numpy()
    expected = sounds.reshape(20, 2, 5).sum(1)
    np.testing.assert_allclose(np.stack([one.vowels for one in recognised]), expected, atol=1e-5)


def test_only_the_layers_of_mandarin_change(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    times = np.arange(16_000) / 16_000
    tone = np.asarray(0.3 * np.sign(np.sin(2 * np.pi * 150 * times)), np.float32)
    segments = [(sound, place / 10, (place + 1) / 10) for place, sound in enumerate(SOUNDS)]
    for name in ("finals_zh", "finals_zh_kept"):
        save_clips(tmp_path / f"{name}.npz", [Clip("tone", tone, segments)])
    monkeypatch.setattr("sys.argv", ["refit", str(tmp_path), str(tmp_path / "out.npz")])
    refit.main()
    before, after = load_weights(), load_weights(tmp_path / "out.npz")
    changed = {name for name in before if not np.array_equal(before[name], after[name])}
    assert changed == {"vowel_weight", "vowel_bias", "sound_weight", "sound_bias"}
    others = [number for number, language in enumerate(LANGUAGES) if language != refit.LANGUAGE]
    for name in changed & set(OF_A_LANGUAGE):
        np.testing.assert_array_equal(before[name][others], after[name][others])
