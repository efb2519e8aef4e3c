"""Songs of the running order: sound files that the character sings with her own lips."""

from __future__ import annotations

from pathlib import Path

from vtube.errors import SpeechError
from vtube.paths import read_bounded
from vtube.speech.clean import Sentence
from vtube.speech.decoding import decode

MOST_BYTES = 200_000_000
LONGEST_S = 900.0
NOTE = "♪"


def song(path: Path) -> Sentence:
    """What is sung, with the file's name as what is shown; WAV always, other kinds where their decoder is. Blocks.

    Raises:
        OSError: it cannot be read.
        SpeechError: it is no sound, or too long.
    """
    data = read_bounded(path, MOST_BYTES)
    if len(data) > MOST_BYTES:
        raise SpeechError(f"{path.name} is larger than {MOST_BYTES:,} bytes")
    samples, rate = decode(data, path.name)
    if len(samples) > LONGEST_S * rate:
        raise SpeechError(f"{path.name} is longer than {LONGEST_S / 60:.0f} minutes")
    title = path.stem.replace("_", " ").replace("-", " ").strip()
    return Sentence(title, f"{NOTE} {title}", sound=(samples, rate))
