"""PocketSphinx in a process of its own: while it works, its package lets no other thread of Python run.

Ten seconds of speech take it seconds, in which the whole camera would stand still.
"""

from __future__ import annotations

import contextlib
import signal
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from vtube.audio.base import RATE
from vtube.errors import VtubeError
from vtube.registry import for_c, optional
from vtube.text import first_line

FILES = {"hmm": "en-us", "lm": "en-us.lm.bin", "dict": "cmudict-en-us.dict"}
"""What the package takes where nothing is named."""


def serve(link: Connection) -> None:
    """Answer with why it does not start (empty: it did), then with (text, why not) for each sound.

    A sound is mono 16-bit samples at `RATE`, as bytes. Ends when the other side hangs up.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        pocketsphinx = optional("pocketsphinx", "sphinx", "sphinx")
        model = for_c(Path(pocketsphinx.get_model_path()))
        files = {name: f"{model}/en-us/{file}" for name, file in FILES.items()}
        decoder = pocketsphinx.Decoder(samprate=RATE, loglevel="FATAL", **files)
    except (VtubeError, RuntimeError, ValueError) as error:
        with contextlib.suppress(OSError):
            link.send(first_line(error))
        return
    try:
        link.send("")
        while True:
            link.send(understood(decoder, link.recv_bytes()))
    except (EOFError, OSError):
        return


def understood(decoder: Any, sound: bytes) -> tuple[str, str]:
    """What is said in a sound, and why it cannot be told."""
    decoder.start_utt()
    try:
        decoder.process_raw(sound, full_utt=True)
    except RuntimeError as error:
        return "", first_line(error)
    finally:
        decoder.end_utt()
    best = decoder.hyp()
    return str(best.hypstr).strip() if best is not None else "", ""
