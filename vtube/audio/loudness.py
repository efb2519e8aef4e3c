"""How loud a sound is by EBU R 128 (ITU-R BS.1770), and the same sound at another loudness, by FFmpeg's filters."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import NamedTuple

import av
import numpy as np
from av.filter import Graph

from vtube.audio.base import Samples

SPEECH_LUFS = -16.0
"""What podcasts and video sites ask of speech (AES TD1004, Apple)."""
PEAK_DBTP = -1.0
"""The highest true peak, dB of full scale: what is higher clips in a player that resamples."""

SPARE_DB = 0.3
"""How much deeper than PEAK_DBTP the limiter cuts: what is resampled afterwards swings over a little."""
OVERSAMPLED = 192_000
BLOCK = 1 << 16
ENOUGH_LU = 0.1
ROUNDS = 4
"""A limiter takes loudness away, which the next round gives back."""
MOST_GAIN_DB = 40.0
SILENT_LUFS = -69.0
"""From there down the meter has found nothing but silence."""


class Loudness(NamedTuple):
    """Integrated loudness in LUFS, and the true peak in dB of full scale."""

    lufs: float
    peak_dbtp: float


def measured(samples: Samples, rate: int) -> Loudness:
    """The loudness of mono samples at `rate`; -70 LUFS stands for silence and for less than 0.4 s."""
    last: av.AudioFrame | None = None
    padded = np.concatenate([samples, np.zeros(-len(samples) % (rate // 10), np.float32)])  # the meter counts tenths
    for frame in _filtered(padded, rate, [("ebur128", "peak=true:framelog=quiet:metadata=1")]):
        if "lavfi.r128.I" in frame.metadata:
            last = frame
    if last is None:
        return Loudness(-70.0, -120.0)
    peak = float(last.metadata["lavfi.r128.true_peak"])
    return Loudness(float(last.metadata["lavfi.r128.I"]), 20 * float(np.log10(max(peak, 1e-6))))


def normalised(samples: Samples, rate: int, lufs: float = SPEECH_LUFS) -> Samples:
    """The same sound at `lufs`, no true peak above PEAK_DBTP, of the same length; silence as it is."""
    heard = before = measured(samples, rate)
    if before.lufs <= SILENT_LUFS:
        return samples
    result, gain, ceiling = samples, 0.0, PEAK_DBTP - SPARE_DB
    for _ in range(ROUNDS):
        if abs(heard.lufs - lufs) <= ENOUGH_LU and heard.peak_dbtp <= PEAK_DBTP:
            break
        gain = min(gain + lufs - heard.lufs, MOST_GAIN_DB)
        result = samples * np.float32(10 ** (gain / 20))
        if before.peak_dbtp + gain <= PEAK_DBTP:
            break
        ceiling -= max(0.0, min(heard.peak_dbtp, 0.0) - PEAK_DBTP) if heard is not before else 0.0
        result = _limited(result, rate, ceiling)
        heard = measured(result, rate)
    return result


def _limited(samples: Samples, rate: int, ceiling_db: float) -> Samples:
    """No sample above `ceiling_db`, at OVERSAMPLED a second."""
    steps = [
        ("aresample", str(OVERSAMPLED)),
        ("alimiter", f"limit={10 ** (ceiling_db / 20):.5f}:attack=5:release=50:level=false:latency=true"),
        ("aresample", str(rate)),
        ("aformat", "sample_fmts=flt"),
    ]
    parts = [frame.to_ndarray().reshape(-1) for frame in _filtered(samples, rate, steps)]
    result = np.zeros(len(samples), np.float32)
    heard = np.concatenate(parts)[: len(samples)] if parts else result[:0]
    result[: len(heard)] = heard
    return result


def _filtered(samples: Samples, rate: int, steps: list[tuple[str, str]]) -> Iterator[av.AudioFrame]:
    """What comes out of FFmpeg's filters `steps`, each a name and its arguments."""
    graph = Graph()
    source = graph.add_abuffer(sample_rate=rate, format="flt", layout="mono", time_base=Fraction(1, rate))
    last = source
    for name, arguments in [*steps, ("abuffersink", "")]:
        following = graph.add(name, arguments)
        last.link_to(following)
        last = following
    graph.configure()
    for begin in [*range(0, len(samples), BLOCK), None]:
        graph.push(None if begin is None else _block(samples[begin : begin + BLOCK], rate, begin))
        yield from _ready(graph)


def _block(samples: Samples, rate: int, begin: int) -> av.AudioFrame:
    frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(samples)[None], "flt", "mono")
    frame.sample_rate, frame.pts, frame.time_base = rate, begin, Fraction(1, rate)
    return frame


def _ready(graph: Graph) -> Iterator[av.AudioFrame]:
    while True:
        try:
            frame = graph.pull()
        except (av.BlockingIOError, av.EOFError):
            return
        if isinstance(frame, av.AudioFrame):
            yield frame
