"""`edge[:SPEAKER]`: Microsoft Edge's online voices through the package edge-tts. The text leaves this computer.

The package runs as a program of its own: it can wait without end where a name is not found, and only a program can be
ended.
"""

from __future__ import annotations

import re
import sys

from vtube.errors import SettingsError, SpeechError
from vtube.registry import installed, lacking
from vtube.settings import SpeechSettings
from vtube.spec import Spec, argument_of
from vtube.speech.base import Utterance
from vtube.speech.voices.command import OUT, TEXT, CommandVoice

DEFAULT_SPEAKER = "ja-JP-NanamiNeural"


class EdgeVoice:
    """One of Edge's voices, such as en-US-AriaNeural."""

    def __init__(self, spec: Spec | str | None, settings: SpeechSettings) -> None:
        speaker = argument_of(spec) or DEFAULT_SPEAKER
        if not re.fullmatch(r"\w[\w-]*", speaker, re.ASCII):
            raise SettingsError(
                "after `edge:` comes one of its voices, such as en-US-AriaNeural",
                "spec.argument",
                example="edge:en-US-AriaNeural",
            )
        self._speaker = speaker
        rate = f"{round(100 * (settings.speed - 1)):+d}%"
        self._command = CommandVoice(
            spec,
            settings.model_copy(
                update={
                    "command": [
                        sys.executable,
                        "-P",
                        "-m",
                        "edge_tts",
                        f"--voice={speaker}",
                        f"--rate={rate}",
                        "--text",
                        TEXT,
                        "--write-media",
                        OUT,
                    ]
                }
            ),
        )

    def synthesize(self, text: str) -> Utterance:
        """See `base.Voice`; it knows no phonemes: the mouth listens to the sound."""
        if not installed("edge_tts"):  # it runs as a program: nothing of it is imported here
            raise lacking("the voice edge", "edge", "edge_tts")
        try:
            return self._command.synthesize(text)
        except SpeechError as error:
            raise SpeechError(_cause(str(error), self._speaker)) from None


CAUSES = {
    "Invalid voice": "edge has no voice {speaker!r}; `python -m edge_tts --list-voices` lists them",
    "NoAudioReceived": "edge has no voice {speaker!r}, or it cannot read this text; try another voice",
    "SkewAdjustment": "edge needs this computer's clock to be right; set date and time",
    "403": "Microsoft refuses (403); a newer edge-tts may help: python -m pip install -U edge-tts",
    "no sound": "edge answered without a sound; the voice {speaker!r} may not speak the language of this text",
}
"""What edge-tts says to what it means."""


def _cause(said: str, speaker: str) -> str:
    for mark, meaning in CAUSES.items():
        if mark in said:
            return meaning.format(speaker=speaker)
    return f"the voice edge does not answer; is this computer online? ({said})"
