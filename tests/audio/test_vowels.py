from itertools import combinations
from pathlib import Path

import numpy as np
import pytest

from tests.audio.sounds import silence, vowel
from vtube.audio.features import INPUTS, PeakMeter, Windows, inputs_of, levels_db, mel_spectra, shapes
from vtube.audio.vowel_sounds import softmax
from vtube.audio.vowels import LANGUAGES, PHONE_CLASSES, SILENCE, WEIGHTS, VowelNetwork, load_weights
from vtube.errors import AudioError


def heard(network: VowelNetwork, samples: np.ndarray[tuple[int], np.dtype[np.float32]]) -> list[int]:
    spectra, peak = mel_spectra(Windows().push(samples)), PeakMeter()
    return [
        int(network.step(inputs_of(shape, peak.follow(float(level)))).vowels.argmax())
        for shape, level in zip(shapes(spectra), levels_db(spectra), strict=True)
    ]


@pytest.mark.parametrize("name", "aieo")
@pytest.mark.parametrize("pitch", [110.0, 220.0])
def test_clear_vowels_are_recognised(name: str, pitch: float) -> None:
    samples = np.concatenate((silence(0.2), vowel(name, 0.5, pitch)))
    frames = heard(VowelNetwork(load_weights()), samples)[30:60]
    assert np.bincount(frames, minlength=5).argmax() == "aiueo".index(name)


def test_silence_is_silence() -> None:
    network = VowelNetwork(load_weights())
    spectra = mel_spectra(Windows().push(silence(0.5)))
    recognised = [network.step(inputs_of(shape, -60.0)) for shape in shapes(spectra)][-1]
    assert recognised.phone_classes.argmax() == SILENCE


def test_what_it_says_are_probabilities() -> None:
    recognised = VowelNetwork(load_weights()).step(np.full(INPUTS, 100, np.float32))
    for part, length in ((recognised.vowels, 5), (recognised.phone_classes, PHONE_CLASSES)):
        assert part.shape == (length,)
        assert part.sum() == pytest.approx(1, abs=1e-5)


def test_forgetting_is_a_new_beginning() -> None:
    network, inputs = VowelNetwork(load_weights()), np.ones(INPUTS, np.float32)
    first = network.step(inputs).vowels
    network.step(inputs)
    network.forget()
    np.testing.assert_array_equal(network.step(inputs).vowels, first)


def test_every_language_has_vowels_of_its_own() -> None:
    networks = [VowelNetwork(load_weights(), language) for language in LANGUAGES]
    assert all(
        not np.allclose(one.vowel_layer()[0], other.vowel_layer()[0]) for one, other in combinations(networks, 2)
    )
    memories = [network.step(np.ones(INPUTS, np.float32)).memory for network in networks]
    assert all(not np.allclose(one, other) for one, other in combinations(memories, 2))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", "aieo")
def test_clear_vowels_are_the_same_in_every_language(language: str, name: str) -> None:
    samples = np.concatenate((silence(0.2), vowel(name, 0.5, 110.0)))
    frames = heard(VowelNetwork(load_weights(), language), samples)[30:60]
    assert np.bincount(frames, minlength=5).argmax() == "aiueo".index(name)


def test_softmax_of_large_numbers() -> None:
    assert softmax(np.array([1000.0, 0.0], np.float32))[0] == pytest.approx(1)


def test_the_weights_are_small_and_complete() -> None:
    assert WEIGHTS.stat().st_size < 150_000
    assert sum(array.size for array in load_weights().values()) < 65_000


def test_broken_weights_are_named(tmp_path: Path) -> None:
    (tmp_path / "w.npz").write_bytes(b"PK\x03\x04nonsense")
    with pytest.raises(AudioError, match=r"w\.npz"):
        load_weights(tmp_path / "w.npz")
    with pytest.raises(AudioError, match="gone"):
        load_weights(tmp_path / "gone.npz")
    weights = load_weights()
    weights["vowel_bias"] = np.zeros(4, np.float32)
    np.savez(tmp_path / "other.npz", **weights)  # type: ignore[arg-type]
    with pytest.raises(AudioError, match="this version"):
        load_weights(tmp_path / "other.npz")
