"""Sounds for tests."""

from __future__ import annotations

import io
import wave

import numpy as np

from vtube.audio.base import Samples


def tone(seconds: float, rate: int = 24_000, pitch: float = 200.0, amplitude: float = 0.5) -> Samples:
    times = np.arange(round(seconds * rate)) / rate
    return (amplitude * np.sin(2 * np.pi * pitch * times)).astype(np.float32)


def silence(seconds: float, rate: int = 24_000) -> Samples:
    return np.zeros(round(seconds * rate), np.float32)


def wav(samples: Samples, rate: int = 24_000, channels: int = 1) -> bytes:
    file = io.BytesIO()
    with wave.open(file, "wb") as out:
        out.setnchannels(channels)
        out.setsampwidth(2)
        out.setframerate(rate)
        out.writeframes(np.repeat((samples * 32767).astype("<i2"), channels).tobytes())
    return file.getvalue()
