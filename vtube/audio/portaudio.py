"""The one place that imports sounddevice, whose C library may be missing."""

from __future__ import annotations

from typing import Any

from vtube.errors import AudioError


def portaudio() -> Any:
    """The module `sounddevice`.

    Raises:
        AudioError: it or its library is not installed; the message says how to get it.
    """
    try:
        import sounddevice
    except OSError:
        raise AudioError(
            "the sound library PortAudio is missing; on Debian and Ubuntu: apt install libportaudio2"
        ) from None
    except ImportError:
        raise AudioError("sound needs one more package: pip install sounddevice") from None
    return sounddevice
