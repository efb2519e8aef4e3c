"""The recogniser: a small recurrent network that says which vowel is heard and whether the mouth is open.

    inputs (31) -> tanh layer -> gated recurrent unit (K. Cho 2014) -> softmax of 5 vowels
                                          ^                         -> softmax of 5 phone classes
                                       language

The recurrent layer is what gets used to a speaker and a room. The language is a bias on its gates, and chooses the
layer of the vowels. Mandarin says each vowel as two sounds and goes from one to the next within a syllable: its layer
names sounds, by the memory of now and of a little earlier (`vowel_sounds.py`). The weights (`vowels.npz`) are made by
`benchmarks/lipsync/train.py`, on synthetic speech alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from zipfile import BadZipFile
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from vtube.audio.features import INPUTS
from vtube.audio.vowel_sounds import LOOKS, SOUNDS, VowelSounds, softmax
from vtube.errors import AudioError

VOWELS = ("aaa", "iii", "uuu", "eee", "ooo")
VOWEL, CONSONANT, NARROW, CLOSED, SILENCE = range(5)
"""Phone classes: any vowel; a consonant; one with the teeth almost together or on the lip (s, z, f, v); closed lips (m,
b, p); nothing said."""

PHONE_CLASSES = 5
ANY = "auto"
LANGUAGES = (ANY, "ja", "en", "es", "zh")
"""Each has a vowel layer and a bias of the gates of its own, as the same sound is another vowel elsewhere; the first is
for all of them."""

OF_A_LANGUAGE = ("input_bias", "vowel_weight", "vowel_bias")
"""The weights of which every language has its own."""

OF_SOUNDS = "zh"
"""The language whose vowels are told as `vowel_sounds` does."""

DELAY_S = 0.0425
"""From the middle of a sound to the end of the window at which the network names it: half a window (12.5 ms) and
three hops of looking ahead."""

WEIGHTS = Path(__file__).with_name("vowels.npz")
Array = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Recognised:
    """What the network says of one frame: (5,) and (PHONE_CLASSES,) probabilities and its (hidden,) memory."""

    vowels: Array
    phone_classes: Array
    memory: Array


class VowelNetwork:
    """Runs the network frame by frame; keeps its memory between frames.

    Attributes:
        language: which of `LANGUAGES` it listens to.
        version: a number that is another one for other weights; what calibrations are told apart by.
    """

    def __init__(self, weights: Mapping[str, Array], language: str = ANY) -> None:
        """`weights` as `load_weights` gives them; the vowels of one of `LANGUAGES`."""
        number = LANGUAGES.index(language)
        own = {name: weights[name][number] for name in OF_A_LANGUAGE}
        self._weights = {name: np.ascontiguousarray(array, np.float32) for name, array in {**weights, **own}.items()}
        self._size: int = self._weights["recurrent"].shape[1]
        self._memory = np.zeros(self._size, np.float32)
        self._sounds: VowelSounds | None = None
        if language == OF_SOUNDS:
            self._sounds = VowelSounds(weights["sound_weight"], weights["sound_bias"])
        self.language = language
        self.version = crc32(self._weights["recurrent"].tobytes())

    @property
    def memory_size(self) -> int:
        """How many numbers the recurrent layer keeps."""
        return self._size

    def forget(self) -> None:
        """Begin anew, as after a long silence."""
        self._memory = np.zeros(self._size, np.float32)
        if self._sounds is not None:
            self._sounds.forget()

    def adapt(self, weight: Array, bias: Array) -> None:
        """Replace the last layer of the vowels: (5, hidden) and (5,); what calibration does.

        Sounds of vowels are moved as far as this layer is from the one before.
        """
        if self._sounds is not None:
            before = self.vowel_layer()
            self._sounds.move(weight - before[0], bias - before[1])
        self._weights["vowel_weight"] = np.ascontiguousarray(weight, np.float32)
        self._weights["vowel_bias"] = np.ascontiguousarray(bias, np.float32)

    def vowel_layer(self) -> tuple[Array, Array]:
        """The last layer of the vowels: (5, hidden) and (5,)."""
        return self._weights["vowel_weight"], self._weights["vowel_bias"]

    def step(self, inputs: Array) -> Recognised:
        """Take the next frame's (INPUTS,) values."""
        w = self._weights
        seen = np.tanh(w["first_weight"] @ inputs + w["first_bias"])
        memory = self._recur(w["input"] @ seen + w["input_bias"], w["recurrent"] @ self._memory + w["recurrent_bias"])
        self._memory = memory
        return Recognised(
            self._vowels(memory),
            softmax(w["phone_class_weight"] @ memory + w["phone_class_bias"]),
            memory,
        )

    def _vowels(self, memory: Array) -> Array:
        if self._sounds is not None:
            return self._sounds.vowels(memory)
        return softmax(self._weights["vowel_weight"] @ memory + self._weights["vowel_bias"])

    def _recur(self, arrived: Array, kept: Array) -> Array:
        """The gated recurrent unit as cuDNN and PyTorch write it: gates in the order reset, update, new."""
        size = self._size
        gates = 1 / (1 + np.exp(-(arrived[: 2 * size] + kept[: 2 * size])))
        new = np.tanh(arrived[2 * size :] + gates[:size] * kept[2 * size :])
        return np.asarray(new + gates[size:] * (self._memory - new), np.float32)


def load_weights(path: Path = WEIGHTS) -> dict[str, Array]:
    """The network's weights.

    Raises:
        AudioError: the file is missing or is not of this network.
    """
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as kept:
            weights = {name: np.asarray(kept[name], np.float32) for name in kept.files}
        first, hidden = weights["first_weight"].shape[0], weights["recurrent"].shape[1]
        expected = {
            "first_weight": (first, INPUTS),
            "first_bias": (first,),
            "input": (3 * hidden, first),
            "input_bias": (len(LANGUAGES), 3 * hidden),
            "recurrent": (3 * hidden, hidden),
            "recurrent_bias": (3 * hidden,),
            "vowel_weight": (len(LANGUAGES), 5, hidden),
            "vowel_bias": (len(LANGUAGES), 5),
            "sound_weight": (SOUNDS, LOOKS * hidden),
            "sound_bias": (SOUNDS,),
            "phone_class_weight": (PHONE_CLASSES, hidden),
            "phone_class_bias": (PHONE_CLASSES,),
        }
    except (OSError, EOFError, KeyError, ValueError, IndexError, BadZipFile) as error:
        raise AudioError(
            f"the lip sync weights {path.name} cannot be read ({error}); install the program again"
        ) from None
    if {name: array.shape for name, array in weights.items()} != expected:
        raise AudioError(f"{path.name} does not hold the weights of this version; install the program again")
    return weights
