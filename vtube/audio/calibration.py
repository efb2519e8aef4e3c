"""A user's own five vowels: the last layer of the network bent to one voice.

The user says a, i, u, e, o with pauses between. The network's memory during each is what this voice's vowels look like
to it; ridge-like gradient descent on the last layer moves the borders between the vowels there and no further than
needed.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import permutations
from pathlib import Path
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from vtube.audio.base import Samples
from vtube.audio.features import SILENT_DB, PeakMeter, Windows, inputs_of, levels_db, mel_spectra, shapes
from vtube.audio.vowel_sounds import softmax
from vtube.audio.vowels import ANY, LANGUAGES, VOWEL, Array, VowelNetwork, load_weights
from vtube.errors import AudioError
from vtube.paths import expanded, plain_file

STEPS, RATE, KEEP, LOOSE = 150, 0.1, 10.0, 0.05
"""Steps of gradient descent, their size, and how strongly the layer is held to what it was: five vowels are little and,
held loosely, it forgets other moments. Loosely held, it only tells whether the vowels can be told apart."""

NAMES = "aiueo"
OLD = -1
"""The version of calibrations that say none."""

CLIPPED, CLIPPED_SHARE = 0.99, 0.01
SURELY_ANOTHER_ORDER = 4.0
"""By how much the log probabilities of the five vowels, summed, have to be better in another order."""

LEAST_RIGHT = 0.6
"""The share of a vowel's frames that must be recognised after the calibration, or it is of no use."""

SHORTEST_FRAMES = 12
GAP_FRAMES = 10
SPOKEN_DB = -26.0
"""A vowel is what lies less than this below the loudest, for SHORTEST_FRAMES at least, GAP_FRAMES apart."""


class OutdatedCalibrationError(AudioError):
    """A calibration was made with other weights."""


@dataclass(frozen=True, slots=True)
class Calibration:
    """The last layer of the vowels for one voice.

    Attributes:
        weight, bias: (5, hidden) and (5,).
        language: the one of `vowels.LANGUAGES` that the voice was listened to in.
        version: `VowelNetwork.version` of the weights whose last layer it replaces.
    """

    weight: Array
    bias: Array
    language: str
    version: int

    def network(self) -> VowelNetwork:
        """The network with this voice's layer. It listens to the language of the calibration.

        Raises:
            OutdatedCalibrationError: the calibration was made with other weights.
            AudioError: the weights cannot be read.
        """
        network = VowelNetwork(load_weights(), self.language)
        if self.version != network.version or self.weight.shape != (5, network.memory_size):
            raise OutdatedCalibrationError(
                "the lip sync calibration is of another version; make it again with `vtube lipsync`"
            )
        network.adapt(self.weight, self.bias)
        return network

    def save(self, path: Path) -> None:
        """Write it as .npz.

        Raises:
            AudioError: the file cannot be written.
        """
        try:
            with path.open("wb") as file:
                np.savez(file, weight=self.weight, bias=self.bias, language=self.language, version=self.version)
        except OSError as error:
            raise AudioError(f"cannot write the calibration {path}: {error.strerror or error}") from None


def load_calibration(path: str | Path) -> Calibration:
    """What `Calibration.save` wrote.

    Raises:
        AudioError: the file cannot be read or is no calibration.
    """
    path = expanded(path)
    try:
        with plain_file(path).open("rb") as file, np.load(file, allow_pickle=False) as kept:
            weight, bias = np.asarray(kept["weight"], np.float32), np.asarray(kept["bias"], np.float32)
            of_now = {"language", "version"} <= set(kept.files)
            language, version = (str(kept["language"]), int(kept["version"])) if of_now else (ANY, OLD)
    except (OSError, EOFError, KeyError, ValueError, TypeError, BadZipFile) as error:
        reason = getattr(error, "strerror", None) or "it is no calibration file"
        raise AudioError(f"cannot read the lip sync calibration {path}: {reason}") from None
    sound = bias.shape == (5,) and weight.ndim == 2 and np.isfinite(weight).all() and np.isfinite(bias).all()
    if not sound or language not in LANGUAGES:
        raise AudioError(f"{path} is no lip sync calibration")
    return Calibration(weight, bias, language, version)


def calibrate(samples: Samples, language: str = ANY) -> Calibration:
    """From a recording of a, i, u, e, o, in this order, each about a second long, with pauses between.

    It bends the vowels of one of `vowels.LANGUAGES`.

    Raises:
        AudioError: there are not five vowels in it, or the recording would do more harm than good; the line says why.
    """
    spoken = spoken_parts(samples)
    _check_sound(samples)
    if len(spoken) != 5:
        raise AudioError(
            f"heard {len(spoken)} vowels instead of five; say a, i, u, e, o, a second each, with a pause after each"
        )
    network = VowelNetwork(load_weights(), language)
    memories, targets = _memories(samples, spoken, network)
    before = network.vowel_layer()
    _check_order(softmax(memories @ before[0].T + before[1]), targets)
    weight, bias = _bend(*before, memories, targets, LOOSE)
    _check_difference(np.asarray((memories @ weight.T + bias).argmax(axis=1)), targets)
    return Calibration(*_bend(*before, memories, targets, KEEP), network.language, network.version)


def _check_sound(samples: Samples) -> None:
    if len(samples) and float((np.abs(samples) >= CLIPPED).mean()) > CLIPPED_SHARE:
        raise AudioError("the recording is too loud and distorted; turn the input down and say the vowels again")
    levels = levels_db(mel_spectra(Windows().push(samples)))
    if len(levels) and SILENT_DB < levels.max() + SPOKEN_DB < np.percentile(levels, 10):
        raise AudioError(
            "the pauses are almost as loud as the vowels; find a quieter place or go nearer to the microphone"
        )


def _check_order(seen: Array, targets: NDArray[np.intp]) -> None:
    """Another order of the vowels must not fit what was heard far better than the one asked for."""
    fits = np.stack([np.log(seen[targets == place] + 0.01).mean(axis=0) for place in range(5)])
    best = max(permutations(range(5)), key=lambda order: sum(fits[place, vowel] for place, vowel in enumerate(order)))
    gain = sum(fits[place, vowel] - fits[place, place] for place, vowel in enumerate(best))
    if gain > SURELY_ANOTHER_ORDER:
        heard = ", ".join(NAMES[vowel] for vowel in best)
        raise AudioError(f"this sounds like {heard}; say a, i, u, e, o in this order")


def _check_difference(shown: NDArray[np.intp], targets: NDArray[np.intp]) -> None:
    for vowel in range(5):
        there = shown[targets == vowel]
        if (there == vowel).mean() < LEAST_RIGHT:
            other = NAMES[int(np.bincount(there[there != vowel]).argmax())]
            raise AudioError(f"{NAMES[vowel]} and {other} sound alike here; say each vowel clearly, a second long")


def spoken_parts(samples: Samples) -> list[tuple[int, int]]:
    """First and last frame (10 ms) of everything that is said in a recording with pauses."""
    levels = levels_db(mel_spectra(Windows().push(samples)))
    loud = np.flatnonzero(levels > levels.max(initial=-120.0) + SPOKEN_DB)
    if not len(loud) or levels.max() < -60:
        return []
    breaks = np.flatnonzero(np.diff(loud) > GAP_FRAMES)
    begins, ends = loud[np.r_[0, breaks + 1]], loud[np.r_[breaks, len(loud) - 1]]
    return [(int(begin), int(end)) for begin, end in zip(begins, ends, strict=True) if end - begin >= SHORTEST_FRAMES]


def _memories(samples: Samples, spoken: list[tuple[int, int]], network: VowelNetwork) -> tuple[Array, NDArray[np.intp]]:
    """The network's memory in the steady middle of each vowel, and which vowel it is."""
    spectra = mel_spectra(Windows().push(samples))
    peak = PeakMeter()
    seen = [
        network.step(inputs_of(shape, peak.follow(float(level))))
        for shape, level in zip(shapes(spectra), levels_db(spectra), strict=True)
    ]
    memories, targets = [], []
    for vowel, (begin, end) in enumerate(spoken):
        steady = [one for one in seen[begin + 5 : end + 1] if one.phone_classes[VOWEL] > 0.2] or seen[
            begin + 5 : end + 1
        ]
        chosen = [steady[index] for index in np.linspace(0, len(steady) - 1, 40).astype(int)]
        memories += [one.memory for one in chosen]
        targets += [vowel] * len(chosen)
    return np.stack(memories), np.array(targets)


def _bend(weight: Array, bias: Array, memories: Array, targets: NDArray[np.intp], keep: float) -> tuple[Array, Array]:
    """Cross entropy by gradient descent, with a spring of strength `keep` back to where the layer was."""
    wanted = np.eye(5, dtype=np.float32)[targets]
    new_weight, new_bias = weight.copy(), bias.copy()
    for _ in range(STEPS):
        error = (softmax(memories @ new_weight.T + new_bias) - wanted) / len(memories)
        new_weight -= RATE * (error.T @ memories + keep * (new_weight - weight))
        new_bias -= RATE * (error.sum(axis=0) + keep * (new_bias - bias))
    return new_weight, new_bias
