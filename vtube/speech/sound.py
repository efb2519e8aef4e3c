"""Sound as programs and servers hand it over, to mono samples."""

from __future__ import annotations

import io
from dataclasses import replace

import av
import numpy as np
from av.audio.frame import AudioFrame

from vtube.audio.base import Samples
from vtube.audio.convert import Resampler, to_mono
from vtube.errors import SpeechError
from vtube.speech.base import Phoneme, Utterance

MAX_SECONDS = 600.0
TAIL_S = 0.05
"""Silence that pushes the last samples out of a resampler."""

QUIET = 0.01
"""Peak below which the ends of an utterance count as silence (-40 dB)."""

STRETCH = 0.2
"""Timings that miss the sound's length by a greater part than this are of another sound."""


def decode(data: bytes, who: str) -> tuple[Samples, int]:
    """Samples and rate of a WAV, MP3, FLAC, Opus … in memory; the sizes in its header are not believed.

    Raises:
        SpeechError: it is no sound, an empty one, or longer than MAX_SECONDS.
    """
    parts: list[Samples] = []
    rate = total = 0
    try:
        with av.open(io.BytesIO(data), "r") as container:
            for frame in container.decode(audio=0):
                parts.append(_mono(frame))
                rate, total = frame.sample_rate, total + len(parts[-1])
                if total > MAX_SECONDS * rate:
                    raise SpeechError(f"{who} speaks longer than {MAX_SECONDS:g} s")
    except (OSError, av.FFmpegError, ValueError, IndexError):
        raise SpeechError(f"{who} answered with something that is no sound") from None
    return _some(parts, who), rate


def pcm16(data: bytes, who: str) -> Samples:
    """Samples of headerless 16-bit little-endian mono PCM.

    Raises:
        SpeechError: there are none.
    """
    return _some([to_mono(np.frombuffer(data[: len(data) // 2 * 2], "<i2"))], who)


def resampled(samples: Samples, rate: int, wanted: int) -> Samples:
    """All of `samples` at another rate, as long as before."""
    if rate == wanted:
        return samples
    padded = np.concatenate([samples, np.zeros(int(TAIL_S * rate), np.float32)])
    length = round(len(samples) * wanted / rate)
    return Resampler(rate, wanted)(padded)[:length]


def trimmed(utterance: Utterance, pad_s: float = 0.1) -> Utterance:
    """Without silence at both ends but `pad_s` seconds of it; the phonemes move along."""
    loud = np.flatnonzero(np.abs(utterance.samples) > QUIET)
    if not len(loud):
        return utterance
    pad = int(pad_s * utterance.rate)
    first, last = max(0, int(loud[0]) - pad), int(loud[-1]) + pad
    samples = utterance.samples[first:last]
    end = len(samples) / utterance.rate
    return replace(
        utterance,
        samples=samples,
        phonemes=tuple(
            replace(one, end=min(one.end, end))
            for one in shifted(utterance.phonemes, -first / utterance.rate)
            if one.start < end
        ),
    )


def shifted(phonemes: tuple[Phoneme, ...], seconds: float) -> tuple[Phoneme, ...]:
    """The phonemes later by `seconds`, without those that end before the sound begins."""
    moved = (Phoneme(one.symbol, max(0.0, one.start + seconds), one.end + seconds) for one in phonemes)
    return tuple(one for one in moved if one.end > 0)


def fitted(phonemes: tuple[Phoneme, ...], seconds: float) -> tuple[Phoneme, ...]:
    """Predicted timings stretched to the length of the sound that was made of them; none where they cannot fit."""
    end = phonemes[-1].end if phonemes else 0.0
    if end <= 0 or abs(seconds / end - 1) > STRETCH:
        return ()
    return tuple(Phoneme(one.symbol, one.start * seconds / end, one.end * seconds / end) for one in phonemes)


def _mono(frame: AudioFrame) -> Samples:
    block = frame.to_ndarray()
    if frame.format.is_planar:
        return to_mono(block.T)
    return to_mono(block.reshape(-1, frame.layout.nb_channels))


def _some(parts: list[Samples], who: str) -> Samples:
    samples = np.concatenate(parts) if parts else np.empty(0, np.float32)
    if not len(samples):
        raise SpeechError(f"{who} answered with no sound")
    return samples
