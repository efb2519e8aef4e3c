"""Phoneme symbols of every engine to the classes of the recogniser, and sounds to keep them with."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

VOWELS = "aiueo"
CLOSED, NARROW, CONSONANT, SILENCE, UNKNOWN = "n", "s", "c", "-", "x"
"""Lips closed (m, b, p) or the Japanese syllable n; teeth almost together or on the lip (s, z, f, v); any other
consonant; nothing said; not scored."""

Segment = tuple[str, float, float]
"""A class, its begin and end in seconds."""


@dataclass(frozen=True, slots=True)
class Clip:
    """A sound with what is said in it: mono float32 at 16 kHz and its segments in order of time."""

    name: str
    samples: NDArray[np.float32]
    segments: list[Segment]


JAPANESE = {
    **{vowel: vowel for vowel in VOWELS},
    **{vowel.upper(): vowel for vowel in VOWELS},
    " ": UNKNOWN,
    "ɯ": "u",
    "ɨ": "u",
    "á": "a",
    "N": CLOSED,
    "ɴ": CLOSED,
    **dict.fromkeys(("m", "my", "b", "by", "p", "py"), CLOSED),
    **dict.fromkeys(("s", "sh", "z", "j", "ts", "ch", "f", "v"), NARROW),
    **dict.fromkeys("ɕʑʣʥʦʨɸʃʒʤʧ", NARROW),
    **dict.fromkeys(("sil", "pau"), SILENCE),
}
ENGLISH = {
    # IPA, as espeak and misaki write it; the capitals are misaki's diphthongs
    "ɑ": "a",
    "a": "a",
    "ʌ": "a",
    "ɐ": "a",
    "æ": "a",
    "i": "i",
    "ɪ": "i",
    "ᵻ": "i",
    "u": "u",
    "ʊ": "u",
    "ɛ": "e",
    "e": "e",
    "ɔ": "o",
    "o": "o",
    "ɒ": "o",
    "A": "ei",
    "I": "ai",
    "W": "au",
    "O": "ou",
    "Y": "oi",
    " ": UNKNOWN,
    "ə": UNKNOWN,
    "ᵊ": UNKNOWN,
    "ɜ": UNKNOWN,
    "ɚ": UNKNOWN,
    "ɝ": UNKNOWN,
    # CMU names, as flite writes them
    "aa": "a",
    "ah": "a",
    "ae": "a",
    "iy": "i",
    "ih": "i",
    "uw": "u",
    "uh": "u",
    "eh": "e",
    "ao": "o",
    "ey": "ei",
    "ay": "ai",
    "aw": "au",
    "ow": "ou",
    "oy": "oi",
    "ax": UNKNOWN,
    "er": UNKNOWN,
    **dict.fromkeys(("m", "b", "p"), CLOSED),
    **dict.fromkeys(("s", "z", "f", "v", "sh", "zh", "ch", "jh", *"ʃʒʤʧ"), NARROW),
    **dict.fromkeys(("sil", "pau"), SILENCE),
}
"""A crude five-way mapping; schwas have no shape of their own and are left out."""

ESPEAK_ENGLISH = {**ENGLISH, "ɐ": UNKNOWN}
"""espeak writes the schwa of `a` and `about` so."""

MANDARIN = {
    "a": "a",
    "ai": "ai",
    "an": "aac",
    "ang": "aac",
    "ao": "ao",
    "e": "e",
    "ei": "ei",
    "en": "xxc",
    "eng": "xxc",
    "er": "x",
    "i": "i",
    "ia": "iaa",
    "ian": "ieec",
    "iang": "iaac",
    "iao": "iaao",
    "ie": "iee",
    "ii": "i",
    "iii": "i",
    "in": "iic",
    "ing": "iic",
    "iong": "iooc",
    "iou": "ioou",
    "o": "o",
    "ong": "ooc",
    "ou": "ou",
    "u": "u",
    "ua": "uaa",
    "uai": "uaai",
    "uan": "uaac",
    "uang": "uaac",
    "uei": "ueei",
    "uen": "uxxc",
    "ueng": "uxxc",
    "uo": "uoo",
    "v": "u",
    "van": "ueec",
    "ve": "uee",
    "vn": "uuc",
    "^": UNKNOWN,
    "sil": SILENCE,
    **dict.fromkeys("mbp", CLOSED),
    **dict.fromkeys(("s", "z", "c", "sh", "zh", "ch", "x", "j", "q", "f"), NARROW),
}
"""Finals of pinyin (v is the rounded front one, ii and iii those of si and shi) to what the lips do, one after the
other in equal parts: v is rounded, so it is u; the e of le has unrounded lips, half open, so it is e; schwas are left
out."""

SOUNDS = VOWELS + VOWELS.upper()
"""Sounds of Mandarin's vowels: two for each, the second as in ang, si, yu, le and dong."""

MANDARIN_SOUNDS = {
    **MANDARIN,
    "ang": "AAc",
    "ao": "AO",
    "e": "E",
    "iang": "iAAc",
    "iao": "iAAO",
    "ii": "I",
    "iii": "I",
    "iong": "iOOc",
    "ong": "OOc",
    "uang": "uAAc",
    "v": "U",
    "van": "Ueec",
    "ve": "Uee",
    "vn": "UUc",
}
"""MANDARIN with its vowels as SOUNDS."""

PAUSES = ',.!?;:—…、。，！？"“”'
LENGTHENING = "ː"


def segments_of(
    symbols: Iterable[tuple[str, float, float]], table: dict[str, str], shift: float = 0.0
) -> list[Segment]:
    """Classes of timed symbols, all moved by `shift` seconds; a diphthong becomes its parts."""
    return list(_moved(_classified(symbols, table), shift))


def _classified(symbols: Iterable[tuple[str, float, float]], table: dict[str, str]) -> Iterator[Segment]:
    previous = SILENCE
    for symbol, begin, end in symbols:
        kind = SILENCE if symbol in PAUSES else table.get(symbol, symbol if symbol == LENGTHENING else CONSONANT)
        kind = previous if kind == LENGTHENING else kind
        if len(kind) == 2:
            middle = begin + 0.55 * (end - begin)
            yield kind[0], begin, middle
            yield kind[1], middle, end
        else:
            part = (end - begin) / len(kind)
            yield from ((one, begin + part * place, begin + part * (place + 1)) for place, one in enumerate(kind))
        previous = kind[-1]


def _moved(segments: Iterable[Segment], shift: float) -> Iterator[Segment]:
    for kind, begin, end in segments:
        yield kind, max(0.0, begin + shift), max(0.0, end + shift)


def class_at(segments: list[Segment], times: NDArray[np.float64]) -> list[str]:
    """The class at each of the (sorted) times; silence outside all segments."""
    ends = np.array([end for _, _, end in segments])
    found = np.searchsorted(ends, times, side="right")
    return [
        segments[index][0] if index < len(segments) and segments[index][1] <= time else SILENCE
        for index, time in zip(found.tolist(), times.tolist(), strict=True)
    ]


def save_clips(path: Path, clips: list[Clip]) -> None:
    """Keep clips as one .npz: 16-bit samples and the segments as text and times."""
    arrays: dict[str, NDArray[np.generic]] = {"names": np.array([clip.name for clip in clips])}
    for number, clip in enumerate(clips):
        arrays[f"samples{number}"] = (clip.samples * 32767).astype(np.int16)
        arrays[f"classes{number}"] = np.array([kind for kind, _, _ in clip.segments])
        arrays[f"times{number}"] = np.array([(begin, end) for _, begin, end in clip.segments]).reshape(-1, 2)
    path.parent.mkdir(parents=True, exist_ok=True)
    np.savez_compressed(path, **arrays)  # type: ignore[arg-type]


def load_clips(path: Path) -> list[Clip]:
    """The clips that `save_clips` kept."""
    with np.load(path, allow_pickle=False) as kept:
        return [
            Clip(
                str(name),
                kept[f"samples{number}"].astype(np.float32) / 32767,
                [
                    (str(kind), float(begin), float(end))
                    for kind, (begin, end) in zip(kept[f"classes{number}"], kept[f"times{number}"], strict=True)
                ],
            )
            for number, name in enumerate(kept["names"])
        ]
